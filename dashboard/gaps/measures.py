"""
What the map can show of one answer: coverage, missing places, people out of reach, services,
how sure the figures are.

Every measure sorts the municipalities into the same six places of the palette (`theme.GAP_CLASSES`):
four steps from good to bad, "no need", "unknown". The browser gets all of them at once
and switches without asking again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard import text
from dashboard.address.question import MEASURES
from dashboard.map.measure import Measure
from dashboard.map.message import CLASS_NUMBERS, Places, codes_of, numbers_of
from dashboard.phrases.amounts import places
from dashboard.phrases.gaps import class_labels
from dashboard.text import _, ngettext
from dashboard.theme import GAP_CLASSES

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_PLACES: Final = tuple(GAP_CLASSES)
_STEPS: Final = _PLACES[:4]
_UNKNOWN: Final = CLASS_NUMBERS["unknown"]
# Beside no figure (1, 2, 5, 10 …) two steps are enough for a hall;
# one place is the least that is worth a step.
SMALLEST_STEP: Final = 1.0
SERVICES_STEPS: Final = (4, 2, 1)
DETAILED_UP_TO: Final = 1000
FEWEST_FIRST: Final = SERVICES_STEPS[::-1]


def measures(
    coverage: pd.DataFrame, members: Sequence[str], verdict: pd.DataFrame | None = None
) -> list[Measure]:
    """
    Return every measure of an answer.

    Parameters
    ----------
    coverage
        `Analysis.coverage`.
    members
        municipality_code of the area: the steps of missing places fit them.
    verdict
        `Robustness.verdict`, where it was computed.
    """
    rows = _Rows(coverage, members)
    made = {
        "coverage": lambda: _coverage(rows),
        "missing": lambda: _missing(rows),
        "out_of_reach": lambda: _out_of_reach(rows),
        "services": lambda: _services(rows),
        "confidence": lambda: _confidence(rows),
        "robustness": lambda: _robustness(verdict, members),
    }
    return [made[name]() for name in MEASURES]


def column_of(found: Sequence[Measure], measure_id: str) -> tuple[str, Mapping[str, str]] | None:
    """
    Return heading and cells of the column that says a measure in the table;
    None where the table says it anyway.
    """
    measure = next(each for each in found if each.measure_id == measure_id)
    if measure.measure_id in ("coverage", "missing") or measure.classes is None:
        return None
    words = {code: measure.labels[place] for code, place in measure.classes.items()}
    return measure.detail_label or measure.label, {**words, **measure.details, **measure.cells}


class _Rows:
    """
    What every measure asks of an answer: the municipalities, the numbers of their gap
    classes, who is a member.
    """

    def __init__(self, table: pd.DataFrame, members: Sequence[str]) -> None:
        self._table = table
        self.codes = codes_of(table)
        self.gaps = numbers_of(table["gap_class"])
        self.has_step = self.gaps < len(_STEPS)
        self.of_area = table["municipality_code"].isin(list(members)).to_numpy(dtype=bool)
        # A whole country would be thousands of texts: only the members' details are put into words.
        self.told = np.flatnonzero(self.of_area | (len(table) <= DETAILED_UP_TO)).tolist()

    def column(self, name: str) -> NDArray[np.float64]:
        """Return a column as numbers; NaN where unknown."""
        return self._table[name].to_numpy(dtype=np.float64, na_value=np.nan)

    def places(self, steps: NDArray[np.int64]) -> Places:
        """Return the place of the palette: the step, or "no need" and "unknown" where the class says so."""
        return Places(self.codes, np.where(self.has_step, steps, self.gaps).astype(np.uint8))


def _coverage(rows: _Rows) -> Measure:
    classes = Places(rows.codes, rows.gaps)
    return Measure("coverage", _("Coverage"), classes, class_labels(), has_bounds=True)


def _missing(rows: _Rows) -> Measure:
    missing = rows.column("missing_places")
    low, high = nice_steps(missing[rows.of_area].tolist())
    classes = rows.places(_steps(missing, (0.0, low, high)))
    labels = {
        _STEPS[0]: _("nothing is missing"),
        _STEPS[1]: ngettext("up to {n} place", "up to {n} places", low),
        _STEPS[2]: ngettext("{low} to {n} place", "{low} to {n} places", high, low=places(low)),
        _STEPS[3]: ngettext("more than {n} place", "more than {n} places", high),
    }
    return Measure("missing", _("Missing places"), classes, {**class_labels(), **labels}, has_bounds=True)


def _out_of_reach(rows: _Rows) -> Measure:
    """
    Sort by the need that nothing within reach could meet.

    served + waiting + out of reach = need (docs/METHOD.md#served-waiting-out-of-reach).
    """
    out, persons = rows.column("out_of_reach_places"), rows.column("target_persons")
    low, high = nice_steps(out[rows.of_area].tolist())
    classes = rows.places(_steps(out, (0.0, low, high)))
    details = {
        rows.codes[row]: _(
            "{places}, of {persons} people", places=places(out[row]), persons=text.number(persons[row])
        )
        if out[row] > 0
        else text.number(0)
        for row in rows.told
        if rows.has_step[row]
    }
    labels = {
        _STEPS[0]: _("nobody"),
        _STEPS[1]: ngettext("need of up to {n} place", "need of up to {n} places", low),
        _STEPS[2]: ngettext(
            "need of {low} to {n} place", "need of {low} to {n} places", high, low=places(low)
        ),
        _STEPS[3]: ngettext("need of more than {n} place", "need of more than {n} places", high),
    }
    return Measure(
        "out_of_reach",
        _("People out of reach"),
        classes,
        {**class_labels(), **labels},
        has_bounds=False,
        detail_label=_("Out of reach"),
        details=details,
    )


def _services(rows: _Rows) -> Measure:
    counts = rows.column("services_in_reach")
    steps = len(SERVICES_STEPS) - np.searchsorted(FEWEST_FIRST, counts, side="right")
    # It is known of every municipality, whatever is known of its need.
    classes = Places(rows.codes, steps.astype(np.uint8))
    many, some, one = SERVICES_STEPS
    labels = {
        _STEPS[0]: _("{number} and more", number=text.number(many)),
        _STEPS[1]: f"{text.number(some)}–{text.number(many - 1)}",
        _STEPS[2]: text.number(one),
        _STEPS[3]: _("none known to us"),
    }
    return Measure(
        "services",
        _("Services within reach"),
        classes,
        {**class_labels(), **labels},
        has_bounds=False,
        cells={rows.codes[row]: text.number(counts[row]) for row in rows.told if counts[row]},
    )


def _confidence(rows: _Rows) -> Measure:
    steps = (rows.column("is_near_edge") + 2 * rows.column("is_lower_bound")).astype(np.uint8)
    classes = Places(rows.codes, np.where(rows.gaps == _UNKNOWN, _UNKNOWN, steps).astype(np.uint8))
    labels = {
        _STEPS[0]: _("no known reservation"),
        _STEPS[1]: _("near the edge of the data"),
        _STEPS[2]: _("a capacity within reach is unknown"),
        _STEPS[3]: _("both of these"),
    }
    return Measure("confidence", _("How sure it is"), classes, {**class_labels(), **labels}, has_bounds=False)


def _robustness(verdict: pd.DataFrame | None, members: Sequence[str]) -> Measure:
    label = _("Robustness of the gap")
    labels = {
        _STEPS[0]: _("a gap in no variant"),
        _STEPS[1]: _("a gap in fewer than half of the variants"),
        _STEPS[2]: _("a gap in half of the variants or more"),
        _STEPS[3]: _("a gap in every variant"),
    }
    words = {**class_labels(), **labels}
    if verdict is None:
        return Measure("robustness", label, None, words, has_bounds=False)
    rows = _Rows(verdict, members)
    gaps, known = rows.column("gap_in"), rows.column("variants_known")
    has_share = rows.has_step & (known > 0)
    share = np.divide(gaps, known, out=np.zeros(len(gaps)), where=has_share)
    steps = 0 + (share > 0) + (share >= 0.5) + (share == 1)
    unknown = np.where(rows.has_step, _UNKNOWN, rows.gaps)
    classes = Places(rows.codes, np.where(has_share, steps, unknown).astype(np.uint8))
    details = {
        rows.codes[row]: _("{count} of {total}", count=text.number(gaps[row]), total=text.number(known[row]))
        for row in rows.told
        if has_share[row]
    }
    return Measure(
        "robustness",
        label,
        classes,
        words,
        has_bounds=False,
        detail_label=_("A gap in variants"),
        details=details,
    )


def _steps(values: NDArray[np.float64], limits: Sequence[float]) -> NDArray[np.int64]:
    """Return how many of the limits each value lies above; 0 where it is unknown."""
    return np.where(np.isnan(values), 0, np.searchsorted(limits, values - 1e-9, side="left"))


def nice_steps(values: Sequence[float]) -> tuple[float, float]:
    """Return two round numbers (1, 2, 5, 10, 20 …) that cut what is missing into about three equal parts."""
    positive = sorted(value for value in values if math.isfinite(value) and value > 0)
    if not positive:
        return SMALLEST_STEP, 5 * SMALLEST_STEP
    low, high = (_round_up(max(SMALLEST_STEP, positive[part * (len(positive) - 1) // 3])) for part in (1, 2))
    return low, high if high > low else _round_up(low * 1.01)


def _round_up(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9))

"""
What the map can show of one answer: coverage, missing places, people out of reach, services, how sure the figures are.

Every measure sorts the municipalities into the same six places of the palette (`theme.GAP_CLASSES`): four steps from good
to bad, "no need", "unknown". The browser gets all of them at once and switches without asking again.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dashboard import text
from dashboard.choice import MEASURES
from dashboard.gap_words import class_labels, places
from dashboard.text import _, ngettext
from dashboard.theme import GAP_CLASSES

if TYPE_CHECKING:
    import pandas as pd

_PLACES: Final = tuple(GAP_CLASSES)
_STEPS: Final = _PLACES[:4]
# Beside no figure (1, 2, 5, 10 …) two steps are enough for a hall; one place is the least that is worth a step.
SMALLEST_STEP: Final = 1.0
SERVICES_STEPS: Final = (4, 2, 1)
DETAILED_UP_TO: Final = 1000
FEWEST_FIRST: Final = SERVICES_STEPS[::-1]


@dataclass(frozen=True)
class Measure:
    """
    One way to look at an answer.

    `classes` by municipality_code (None: not computed yet, the map asks for it when it is chosen) and `labels` by place of
    the palette; `has_bounds`: "at least" is drawn. `details` by municipality_code say more under `detail_label`;
    `cells` say in a table what the map's own figures say already.
    """

    measure_id: str
    label: str
    classes: Mapping[str, str] | None
    labels: Mapping[str, str]
    has_bounds: bool
    detail_label: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)


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
    made = {
        "coverage": lambda: _coverage(coverage),
        "missing": lambda: _missing(coverage, members),
        "out_of_reach": lambda: _out_of_reach(coverage, members),
        "services": lambda: _services(coverage, members),
        "confidence": lambda: _confidence(coverage),
        "robustness": lambda: _robustness(verdict, members),
    }
    return [made[name]() for name in MEASURES]


def column_of(found: Sequence[Measure], measure_id: str) -> tuple[str, Mapping[str, str]] | None:
    """Return heading and cells of the column that says a measure in the table; None where the table says it anyway."""
    measure = next(each for each in found if each.measure_id == measure_id)
    if measure.measure_id in ("coverage", "missing") or measure.classes is None:
        return None
    words = {code: measure.labels[place] for code, place in measure.classes.items()}
    return measure.detail_label or measure.label, {**words, **measure.details, **measure.cells}


def _coverage(coverage: pd.DataFrame) -> Measure:
    classes = dict(zip(coverage["municipality_code"].tolist(), coverage["gap_class"].tolist(), strict=True))
    return Measure("coverage", _("Coverage"), classes, class_labels(), has_bounds=True)


def _missing(coverage: pd.DataFrame, members: Sequence[str]) -> Measure:
    of_area = coverage["municipality_code"].isin(list(members))
    low, high = nice_steps(coverage.loc[of_area, "missing_places"].tolist())
    columns = (coverage[name].tolist() for name in ("municipality_code", "gap_class", "missing_places"))
    classes = {
        code: gap_class if gap_class in _PLACES[4:] else _STEPS[_step(missing, (0.0, low, high))]
        for code, gap_class, missing in zip(*columns, strict=True)
    }
    labels = {
        _STEPS[0]: _("nothing is missing"),
        _STEPS[1]: ngettext("up to {n} place", "up to {n} places", low),
        _STEPS[2]: ngettext("{low} to {n} place", "{low} to {n} places", high, low=places(low)),
        _STEPS[3]: ngettext("more than {n} place", "more than {n} places", high),
    }
    return Measure("missing", _("Missing places"), classes, {**class_labels(), **labels}, has_bounds=True)


def _out_of_reach(coverage: pd.DataFrame, members: Sequence[str]) -> Measure:
    """Sort by the need that nothing within reach could meet: served + waiting + out of reach = need (METHOD.md)."""
    of_area = coverage["municipality_code"].isin(list(members))
    told = _told(coverage, members)
    low, high = nice_steps(coverage.loc[of_area, "out_of_reach_places"].tolist())
    names = ("municipality_code", "gap_class", "out_of_reach_places", "target_persons")
    classes, details = {}, {}
    for code, gap_class, out, persons in zip(*(coverage[name].tolist() for name in names), strict=True):
        if gap_class in _PLACES[4:]:
            classes[code] = gap_class
            continue
        classes[code] = _STEPS[_step(out, (0.0, low, high))]
        if code not in told:
            continue
        details[code] = (
            _("{places}, of {persons} people", places=places(out), persons=text.number(persons))
            if out > 0
            else text.number(0)
        )
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


def _services(coverage: pd.DataFrame, members: Sequence[str]) -> Measure:
    counts = dict(
        zip(coverage["municipality_code"].tolist(), coverage["services_in_reach"].tolist(), strict=True)
    )
    classes = {
        code: _STEPS[len(SERVICES_STEPS) - bisect.bisect_right(FEWEST_FIRST, count)]
        for code, count in counts.items()
    }
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
        # Words are dear where municipalities are thousands: the table has the members only.
        cells={code: text.number(counts[code]) for code in members if counts.get(code)},
    )


def _confidence(coverage: pd.DataFrame) -> Measure:
    names = ("municipality_code", "gap_class", "is_lower_bound", "is_near_edge")
    classes = {
        code: "unknown" if gap_class == "unknown" else _STEPS[bool(edge) + 2 * bool(bound)]
        for code, gap_class, bound, edge in zip(*(coverage[name].tolist() for name in names), strict=True)
    }
    labels = {
        _STEPS[0]: _("no known reservation"),
        _STEPS[1]: _("near the edge of the data"),
        _STEPS[2]: _("a capacity within reach is unknown"),
        _STEPS[3]: _("both of these"),
    }
    return Measure("confidence", _("How sure it is"), classes, {**class_labels(), **labels}, has_bounds=False)


def _told(rows: pd.DataFrame, members: Sequence[str]) -> frozenset[str]:
    """Return whose details are put into words: everybody's, or the members' where a country would be thousands of texts."""
    return frozenset(rows["municipality_code"] if len(rows) <= DETAILED_UP_TO else members)


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
    names = ("municipality_code", "gap_class", "gap_in", "variants_known")
    told = _told(verdict, members)
    classes, details = {}, {}
    for code, gap_class, gaps, known in zip(*(verdict[name].tolist() for name in names), strict=True):
        if gap_class in _PLACES[4:] or not known:
            classes[code] = gap_class if gap_class in _PLACES[4:] else "unknown"
            continue
        share = gaps / known
        classes[code] = _STEPS[(share > 0) + (share >= 0.5) + (share == 1)]
        if code in told:
            details[code] = _("{count} of {total}", count=text.number(gaps), total=text.number(known))
    return Measure(
        "robustness",
        label,
        classes,
        words,
        has_bounds=False,
        detail_label=_("A gap in variants"),
        details=details,
    )


def _step(value: float, limits: Sequence[float]) -> int:
    """Return how many of the limits a value lies above."""
    return bisect.bisect_left(limits, value - 1e-9)


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

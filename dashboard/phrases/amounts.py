"""
Amounts in words: places, capacities with their unit, shares, and a need with the parts that add up to it.

One rule for page, paper and map: what is more than nothing never reads as nothing, "at least" and "at most"
stand where a capacity within reach is unknown, and what is not known is the word for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from dashboard import text
from dashboard.phrases.bounds import digits_below_all, least_sign, most_sign
from dashboard.text import _, counted, forms
from geodata.figures import PART_NOISE, Shown, adding_up
from geodata.reading import values

if TYPE_CHECKING:
    from decimal import Decimal

    from geodata.method.summary import Summary
    from geodata.reading.gap import Gap


def digits_of(value: float | None) -> int:
    """Return how many decimals a number of places is shown with: one below ten, none above."""
    return 0 if value is None or values.is_missing(value) or abs(value) >= 9.95 else 1


def places(value: float | None) -> str:
    """Write a number of places; what would round to zero but is more stays more."""
    if value is not None and not values.is_missing(value) and PART_NOISE <= value < 0.05:
        return f"<\N{NO-BREAK SPACE}{text.number(0.1, 1)}"
    if value is not None and abs(value) < PART_NOISE:
        value = 0.0
    return text.number(value, digits_of(value))


@dataclass(frozen=True)
class Parts:
    """
    A need and what becomes of it, as it is shown: the parts add up to the need,
    "≥" and "≤" stand where they are bounds.

    What is not known is the word for it. `untold`: need of which nobody can tell whether it is met.
    """

    demand: str
    served: str
    waiting: str
    out_of_reach: str
    missing: str
    untold: str


def parts(found: Summary | Met) -> Parts:
    """
    Write a need and its parts so that they add up as they are shown (`geodata.figures.adding_up`).

    Parameters
    ----------
    found
        Totals of an area, or anything with the same figures: demand_places, served_places, waiting_places,
        out_of_reach_places, untold_places (in units; None = unknown) and is_lower_bound.
    """
    unknown, need = text.unknown(), found.demand_places
    served, waiting, out = found.served_places, found.waiting_places, found.out_of_reach_places
    if need is None or served is None or waiting is None or out is None:
        return Parts(places(need), unknown, unknown, unknown, unknown, places(found.untold_places))
    shown = _added(need, served, waiting, out, found.untold_places or 0.0)
    met, full, far, open_ = (
        _part(number, is_trace=trace, digits=shown.digits)
        for number, trace in zip(shown.parts, shown.is_trace, strict=True)
    )
    missing = _part(
        shown.parts[1] + shown.parts[2], is_trace=shown.is_trace[1] or shown.is_trace[2], digits=shown.digits
    )
    is_bound = found.is_lower_bound
    if is_bound and served < need - PART_NOISE:
        # "At least less than" says nothing: a trace is told as the number it is.
        met = least_sign(text.number(served, shown.digits) if shown.is_trace[0] else met)
    return Parts(
        demand=text.number(float(shown.total), shown.digits),
        served=met,
        waiting=_bounded(full, waiting, is_bound=is_bound),
        out_of_reach=far,
        missing=_bounded(missing, waiting + out, is_bound=is_bound),
        untold=open_,
    )


def parts_of(gap: Gap) -> Parts:
    """
    Write need and parts of a gap as they are read: they add up, with their bounds,
    and what is unknown is said so.
    """
    return parts(
        RowParts(gap.demand, gap.served, gap.waiting, gap.out_of_reach, is_lower_bound=gap.is_lower_bound)
    )


def _added(need: float, *found: float) -> Shown:
    """
    Round a need with what is served, waiting, out of reach and untold of it;
    what is missing decides on the decimals.
    """
    missing = found[1] + found[2]
    return adding_up(need, found, digits_of(missing if missing >= PART_NOISE else need))


def missing_as_shown(found: Summary | Met) -> tuple[float, int]:
    """
    Return what is missing as `parts` rounds it, with its decimals, so that a sentence
    says what the table says.
    """
    need, served = found.demand_places or 0.0, found.served_places or 0.0
    waiting, out = found.waiting_places or 0.0, found.out_of_reach_places or 0.0
    shown = _added(need, served, waiting, out, found.untold_places or 0.0)
    rounded = float(shown.parts[1] + shown.parts[2])
    return (rounded, shown.digits) if rounded else (waiting + out, digits_of(waiting + out))


class Met(Protocol):
    """What `parts` asks of a row: a need and what becomes of it, in units; None = unknown."""

    @property
    def demand_places(self) -> float | None: ...  # noqa: D102  # named by the class
    @property
    def served_places(self) -> float | None: ...  # noqa: D102
    @property
    def waiting_places(self) -> float | None: ...  # noqa: D102
    @property
    def out_of_reach_places(self) -> float | None: ...  # noqa: D102
    @property
    def untold_places(self) -> float | None: ...  # noqa: D102
    @property
    def is_lower_bound(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True)
class RowParts:
    """Figures of one row of `Analysis.coverage`; None = unknown."""

    demand_places: float | None
    served_places: float | None
    waiting_places: float | None
    out_of_reach_places: float | None
    is_lower_bound: bool
    untold_places: float | None = None

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> RowParts:
        """Take them out of a row."""

        def known(name: str) -> float | None:
            return None if values.is_missing(row[name]) else float(row[name])

        return cls(
            known("demand_places"),
            known("served_places"),
            known("waiting_places"),
            known("out_of_reach_places"),
            is_lower_bound=bool(row["is_lower_bound"]),
        )


def _part(value: Decimal, *, is_trace: bool, digits: int) -> str:
    """Write a part of a need; one that is less than a step of the last decimal as less than that."""
    if value == 0 and is_trace:
        return f"<\N{NO-BREAK SPACE}{text.number(10.0**-digits, digits)}"
    return text.number(float(value), digits)


def _bounded(shown: str, value: float, *, is_bound: bool) -> str:
    """Put "≤" before an amount that could be less; not before nothing, nor before "less than"."""
    return most_sign(shown, is_bound=is_bound and value >= PART_NOISE and shown[:1] != "<")


def bounded_places(value: float | None, *, is_bound: bool) -> str:
    """Write places within reach: "≥ 3" where a capacity is unknown, so that it could be more."""
    if value is None or values.is_missing(value):
        return text.unknown()
    if not is_bound:
        return places(value)
    # "At least less than a tenth" says nothing: so little is told as the number it is.
    return least_sign(text.number(value if value >= PART_NOISE else 0.0, digits_of(value)))


def at_most(value: float | None, *, is_bound: bool) -> str:
    """
    Write places that are missing: "≤ 3" where a capacity within reach
    is unknown, so that it could be less.
    """
    if value is None or values.is_missing(value):
        return text.unknown()
    return _bounded(places(value), value, is_bound=is_bound)


def at_least(ratio: float | None, *, is_bound: bool) -> str:
    """
    Write a coverage: "≥ 76 %" where a capacity within reach is unknown, so that it could be more.

    One just below the norm does not read as all of what the norm asks.
    """
    is_exact = ratio is None or values.is_missing(ratio)
    share = text.percent(ratio, digits_below_all(ratio))
    return least_sign(share, is_bound=is_bound and not is_exact)


def amount(value: float | None, unit: str, digits: int | None = None) -> str:
    """
    Write a capacity with its unit in the right plural: "1 bed", "2 beds";
    with `digits` decimals where they are given.
    """
    if value is None or values.is_missing(value):
        return _("capacity unknown")
    digits = digits_of(value) if digits is None else digits
    said = amount_forms(unit)
    return counted(said, value, digits) if said else text.number(value, digits)


def amount_forms(unit: str) -> dict[str, str]:
    """Return the plural forms of a capacity in a unit; none where the unit has no word."""
    words = {
        "luzka": lambda: forms("{n} bed", "{n} beds"),
        "klient": lambda: forms("{n} client", "{n} clients"),
        "interv": lambda: forms("{n} intervention", "{n} interventions"),
        "kontakt": lambda: forms("{n} contact", "{n} contacts"),
        "hovor": lambda: forms("{n} call", "{n} calls"),
        "place": lambda: forms("{n} place", "{n} places"),
    }
    return words[unit]() if unit in words else {}


def norm_value(value: float) -> str:
    """Write capacity per 1,000 people with three digits that count at most."""
    return text.number(value, text.significant(value))

"""
What of a village's kinds of help can be compared with a norm, and which fall short:
counted once for screen and paper.

Sentence and table of the page, the printed sheet, the PDF and the slides all take their rows from `divide`,
so that a number in a sentence is the number of rows under it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from dashboard.phrases.villages import PERSON_UNITS

SHORT: Final = ("none_within_reach", "far_below", "below")
ENOUGH: Final = ("at_or_above", "no_need")
# Need, in the units of its kind, that rounds to nobody: there is no figure to show of it,
# for a village or for an area.
SLIGHT: Final = 0.5

Row = TypeVar("Row")


class Figures(Protocol):
    """
    What is asked of a kind of help in a village: its class, its need and what of it is
    missing, in its own unit.
    """

    @property
    def unit(self) -> str: ...  # noqa: D102
    @property
    def gap_class(self) -> str: ...  # noqa: D102  # named by the class
    @property
    def demand(self) -> float | None: ...  # noqa: D102
    @property
    def missing(self) -> float | None: ...  # noqa: D102


@dataclass(frozen=True)
class Divided(Generic[Row]):
    """
    The kinds of help of a village.

    `short` and `enough` are compared with a norm and needed by somebody;
    of `slight` less than one person would need any; `unknown` cannot be compared.
    """

    short: list[Row]
    enough: list[Row]
    slight: list[Row]
    unknown: list[Row]

    @property
    def compared(self) -> list[Row]:
        """What is counted: the rows of every table that stands under a sentence with a count."""
        return [*self.short, *self.enough]


def most_missing_first(found: Figures) -> tuple[bool, float]:
    """
    Return what sorts kinds of help by how much is missing, the most first.

    A bed and a client at one time are one person who is served, so kinds told in them are
    compared by the people who lack a place: eight beds come before one place in a workshop.
    Interventions and contacts are no people; they follow, by the part of their need that is missing.
    """
    if found.missing is None:
        return (True, 0.0)
    if found.unit in PERSON_UNITS:
        return (False, -found.missing)
    return (True, -share_missing(found))


def share_missing(found: Figures) -> float:
    """Return the part of the need that is missing, 0 to 1; 0 where it is not known."""
    return found.missing / found.demand if found.missing and found.demand else 0.0


def rounds_to_nobody(demand: float) -> bool:
    """Tell whether a need, in the units of its kind, is so small that there is no figure to show of it."""
    return demand < SLIGHT


def is_slight(found: Figures) -> bool:
    """Tell whether by the norm less than one person here would need it."""
    return found.demand is not None and rounds_to_nobody(found.demand)


def divide(rows: Sequence[Row], figures: Callable[[Row], Figures]) -> Divided[Row]:
    """
    Divide the kinds of help of a village into what falls short, what suffices,
    what hardly anybody needs, what is unknown.

    Parameters
    ----------
    rows
        One for each kind.
    figures
        Returns the figures of a row.

    Returns
    -------
    divided
        Every row once; what is short by what is missing, the most first (`most_missing_first`);
        of equals and of the others the order of `rows` is kept.
    """
    compared = [row for row in rows if figures(row).gap_class in SHORT + ENOUGH]
    full = [row for row in compared if not is_slight(figures(row))]
    short = [row for row in full if figures(row).gap_class in SHORT]
    return Divided(
        short=sorted(short, key=lambda row: most_missing_first(figures(row))),
        enough=[row for row in full if figures(row).gap_class in ENOUGH],
        slight=[row for row in compared if is_slight(figures(row))],
        unknown=[row for row in rows if figures(row).gap_class not in SHORT + ENOUGH],
    )

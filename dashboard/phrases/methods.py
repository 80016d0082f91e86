"""What two other methods say of the same services and people: which gaps hang on the way of counting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from dashboard import sorting, text
from dashboard.phrases import bounds, totals
from dashboard.text import _, ngettext
from geodata.method.gaps import AT_OR_ABOVE, NO_NEED

if TYPE_CHECKING:
    import pandas as pd

MOST_NAMES: Final = 12
"""More names than these nobody reads in a sentence; the rest is counted."""


def named(names: Sequence[str]) -> str:
    """List names in the order of the language, the rest beyond `MOST_NAMES` as a number."""
    ordered = sorted(names, key=sorting.sort_key)
    if len(ordered) <= MOST_NAMES + 1:
        return text.listing(ordered)
    more = len(ordered) - MOST_NAMES
    return text.listing([*ordered[:MOST_NAMES], ngettext("{n} more", "{n} more", more)])


def explanation() -> str:
    """Say what the map and the two other methods take people to do."""
    return _(
        "The map takes everybody to ask at every service within reach. Two other methods start from the same "
        "services and people. In the first, people divide themselves among the services within reach, so "
        "that nobody asks twice. In the second, everybody goes to the nearest service that still has room."
    )


def verdicts(opinions: pd.DataFrame) -> list[str]:
    """
    Say of which municipalities the three methods say the same, and what that means for a decision.

    Parameters
    ----------
    opinions
        Rows of `geodata.studies.second_opinion.second_opinion` for the municipalities of an area.
    """
    agree = opinions["methods_agree"]
    same = agree.fillna(value=False).astype(bool)
    differs = agree.notna() & ~same
    fine = same & (opinions["gap_class"] == AT_OR_ABOVE)
    short = same & ~fine
    no_need = agree.isna() & (opinions["gap_class"] == NO_NEED)
    untold = agree.isna() & ~no_need
    names = opinions["name"]
    if len(opinions) == 1:
        return [_of_one(*(bool(each.all()) for each in (short, differs, fine, no_need)))]
    said = []
    if short.any():
        said.append(
            ngettext(
                "{n} municipality has less within reach than the norm asks by all three methods: {names}. "
                "There the gap does not depend on the way of counting.",
                "{n} municipalities have less within reach than the norm asks by all three methods: "
                "{names}. There the gap does not depend on the way of counting.",
                int(short.sum()),
                names=named(names[short].tolist()),
            )
        )
    if differs.any():
        said.append(
            ngettext(
                "Of {n} municipality the answer depends on the method: {names}. Before you decide, ask "
                "where its people really go for help.",
                "Of {n} municipalities the answer depends on the method: {names}. Before you decide, ask "
                "where their people really go for help.",
                int(differs.sum()),
                names=named(names[differs].tolist()),
            )
        )
    if fine.any():
        said.append(
            ngettext(
                "{n} municipality has as much within reach as the norm asks by all three methods.",
                "{n} municipalities have as much within reach as the norm asks by all three methods.",
                int(fine.sum()),
            )
        )
    if untold.any():
        said.append(
            ngettext(
                "Of {n} municipality it cannot be said, because the people, the norm or the capacity within "
                "reach is not known: {names}.",
                "Of {n} municipalities it cannot be said, because the people, the norm or the capacity "
                "within reach is not known: {names}.",
                int(untold.sum()),
                names=named(names[untold].tolist()),
            )
        )
    if no_need.any():
        said.append(
            ngettext(
                "In {n} municipality nobody of the target group lives.",
                "In {n} municipalities nobody of the target group lives.",
                int(no_need.sum()),
            )
        )
    return said


def _of_one(short: bool, differs: bool, fine: bool, no_need: bool) -> str:
    """Say the same of an area that is one municipality."""
    if short:
        return _("All three methods say: less is within reach than the norm asks.")
    if differs:
        return _("The answer depends on the method. Before you decide, ask where people really go for help.")
    if fine:
        return _("All three methods say: as much is within reach as the norm asks.")
    if no_need:
        return _("Nobody of the target group lives here.")
    return totals.untold_sentence()


def bound_sentence(municipalities: int) -> str:
    """Say of how many municipalities a figure is "at least", whatever the method."""
    return ngettext(
        "In {n} municipality a capacity within reach is unknown (“{sign}”): "
        "by every method there may be more.",
        "In {n} municipalities a capacity within reach is unknown (“{sign}”): "
        "by every method there may be more.",
        municipalities,
        sign=bounds.AT_LEAST,
    )

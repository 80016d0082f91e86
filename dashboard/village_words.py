"""
What a village is told beside its own figures: how villages alike fare, whether a gap stays one under other assumptions.

Pure functions to words in the current language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from dashboard import text
from dashboard.text import _, mark, ngettext

if TYPE_CHECKING:
    from geodata.peers import PeerComparison

# From this share on both sides a comparison would say "100 % here, 100 % there".
_AS_GOOD_AS_ALL: Final = 0.995

ASSUMPTIONS: Final[Mapping[str, str]] = {
    "limit": mark("the limit"),
    "decay": mark("how reach falls with distance"),
    "norm": mark("the norm"),
    "denominator": mark("the ages that count"),
    "doubtful": mark("doubtful numbers"),
}
"""Assumptions of `geodata.robustness` in words."""


def peers_sentence(found: PeerComparison | None) -> str | None:
    """
    Set the coverage of a village beside the middle of villages alike.

    Returns
    -------
    sentence
        None where there are no villages alike, where the village's own coverage is not known, or where both have all.
    """
    if found is None or found.here is None:
        return None
    if found.middle is None:
        return _("How villages like yours fare is not known.")
    if min(found.here, found.middle) >= _AS_GOOD_AS_ALL:
        return None
    first = ngettext(
        "Compared with {n} village like yours: coverage {here} here, {middle} there.",
        "Compared with {n} villages like yours: coverage {here} here, {middle} there in the middle.",
        found.counted,
        here=share(found.here, is_at_least=found.here_is_lower_bound),
        middle=share(found.middle, is_at_least=found.middle_is_lower_bound),
    )
    if not found.unknown:
        return first
    second = ngettext(
        "Of {n} more it is not known.",
        "Of {n} more it is not known.",
        found.unknown,
    )
    return f"{first} {second}"


def share(ratio: float, *, is_at_least: bool) -> str:
    """Write a coverage as per cent, "at least" where a capacity within reach is unknown."""
    said = text.percent(ratio)
    return _("at least {number}", number=said) if is_at_least else said


def stays_a_gap(verdict: Mapping[str, Any]) -> str | None:
    """
    Say in how many calculations under other assumptions a gap stays a gap.

    Parameters
    ----------
    verdict
        Row of `Robustness.verdict`.

    Returns
    -------
    sentence
        None where nothing is known to compare.
    """
    known, gaps = int(verdict["variants_known"]), int(verdict["gap_in"])
    if known < 2 or text.is_missing(verdict["is_gap"]):
        return None
    values = {"gaps": text.number(gaps), "all": text.number(known)}
    if gaps == known:
        first = _("It stays a gap whatever we assume ({gaps} of {all} calculations).", **values)
    elif gaps == 0:
        first = _("It is no gap whatever we assume ({gaps} of {all} calculations).", **values)
    else:
        first = _("It depends on what we assume: a gap in {gaps} of {all} calculations.", **values)
    flips = "" if text.is_missing(verdict["flipped_by"]) else str(verdict["flipped_by"])
    turning = [_(words) for name, words in ASSUMPTIONS.items() if name in flips.split()]
    if not turning:
        return first
    second = _("The answer turns over with: {assumptions}.", assumptions=text.listing(turning))
    return f"{first} {second}"

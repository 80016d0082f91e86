"""
What a village is told in sentences: what is short, what is enough, what nobody can say,
and how it fares beside others.

Pure functions to words in the current language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from dashboard import text
from dashboard.catalogue.words import district_text
from dashboard.phrases import bounds
from dashboard.phrases.gaps import hidden_place
from dashboard.phrases.labels import group_label
from dashboard.text import _, mark, ngettext
from dashboard.village import place as village
from geodata.reading import values as reading_values

if TYPE_CHECKING:
    from dashboard.village.place import Comparison, GroupView, Place
    from geodata.reading.gap import Gap
    from geodata.reading.people import Population
    from geodata.studies.peers import PeerComparison

NAMED: Final = 3
LISTED: Final = 4
# Farther than this the nearest service is of no use to anybody here, only far from the loaded data.
FAR_M: Final = 100_000.0

# From this share on both sides a comparison would say "100 % here, 100 % there".
_AS_GOOD_AS_ALL: Final = 0.995

ASSUMPTIONS: Final[Mapping[str, str]] = {
    "limit": mark("the limit"),
    "decay": mark("how reach falls with distance"),
    "norm": mark("the norm"),
    "denominator": mark("the ages that count"),
    "doubtful": mark("doubtful numbers"),
}
"""Assumptions of `geodata.studies.robustness` in words."""


def units_sentence(municipality: Place, area: str | None) -> str:
    """Name the units above a municipality and its planning area."""
    parts = [district_text(municipality.district_code, {municipality.district_code: municipality.district})]
    if municipality.orp:
        parts.append(_("municipality with extended powers {name}", name=municipality.orp))
    parts.append(_("planning area {name}", name=area) if area else _("in no planning area of ours"))
    return " · ".join(parts)


# -- what matters most ---------------------------------------------------------------------------------------


def short_label(group_id: str) -> str:
    """Name a group of services without what stands in brackets at its end, which only tells the unit."""
    return re.sub(r"\s*\([^()]*\)$", "", group_label(group_id))


def kind(view: GroupView) -> str:
    """Name a group of services inside a sentence."""
    label = short_label(view.gap.group_id)
    # A name that begins with two capitals is a name of its own.
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def kinds(views: Sequence[GroupView], most: int = LISTED) -> str:
    """List groups of services; beyond `most` they are counted."""
    if len(views) <= most + 1:
        return text.listing([kind(view) for view in views])
    more = ngettext("{n} more kind of help", "{n} more kinds of help", len(views) - most)
    return text.listing([*(kind(view) for view in views[:most]), more])


def headline(views: Sequence[GroupView], population: Population) -> str:
    """Say in one sentence what matters most here."""
    found = village.divided(views)
    if found.short:
        return _("Most is missing here: {kinds}.", kinds=kinds(found.short, NAMED))
    if found.enough and len(found.unknown) > len(found.compared):
        # "Nothing is missing" is no answer where most is not known.
        return ngettext(
            "{n} kind of help can be computed here, and nothing of it is missing by the norm; "
            "of {rest} more it is not known.",
            "{n} kinds of help can be computed here, and nothing of them is missing by the norm; "
            "of {rest} more it is not known.",
            len(found.compared),
            rest=text.number(len(found.unknown)),
        )
    if found.enough:
        return _("Of what can be computed, nothing that people here would need by the norm is missing.")
    if found.slight:
        return _("So few people live here that by the norm less than one would need any single kind of help.")
    if not population.is_loaded:
        return _(
            "How many people live here is not loaded, so nobody can compute what is missing. "
            "What is within reach is known."
        )
    return _("What is missing here cannot be computed. What is within reach is known.")


def count_sentence(views: Sequence[GroupView]) -> str | None:
    """Say how many kinds of help fall short, of those that somebody here would need; None where none does."""
    found = village.divided(views)
    if not found.short:
        return None
    return _(
        "Kinds of help that somebody here would need by the norm: {all}. Falling short: {short}.",
        all=text.number(len(found.compared)),
        short=text.number(len(found.short)),
    )


def reach_words(view: GroupView) -> str:
    """Say in a few words how many services are within reach, and how far the nearest is."""
    gap = view.gap
    inside = [one for one in view.nearest if one.is_in_reach]
    if not inside:
        far = view.nearest[0].metres if view.nearest else None
        return (
            _("none known to us")
            if far is None or far > FAR_M
            else _("none; the nearest {distance}", distance=text.distance(far))
        )
    count = ngettext("{n} service", "{n} services", gap.services_in_reach)
    if any(one.is_here for one in inside):
        return _("{count}, also in the municipality", count=count)
    known = [one.metres for one in inside if one.metres is not None]
    return (
        _("{count}, the nearest {distance}", count=count, distance=text.distance(min(known)))
        if known
        else f"{count}, {hidden_place()}"
        if gap.services_in_reach_protected
        else count
    )


# -- beside others -------------------------------------------------------------------------------------------


def comparison_sentence(gap: Gap, found: Comparison | None, area: str | None) -> str | None:
    """Compare a village with its area; None where there is nothing to compare."""
    if gap.gap_class == "unknown" or found is None or area is None or found.here is None:
        return None
    if min(found.here, found.area) >= _AS_GOOD_AS_ALL:
        return None
    if max(found.here, found.area) < 1 - _AS_GOOD_AS_ALL:
        return _("It is the same in the whole area {area}.", area=area)
    first = _(
        "Room for {here} of the need; in the whole area {area} for {share}.",
        here=text.percent(found.here),
        area=area,
        share=text.percent(found.area),
    )
    if not found.worse_off:
        second = _("No municipality of the area is worse off.")
        return f"{first} {second}"
    second = ngettext(
        "{n} of {members} municipalities of the area is worse off.",
        "{n} of {members} municipalities of the area are worse off.",
        found.worse_off,
        members=text.number(found.members),
    )
    return f"{first} {second}"


def peers_sentence(found: PeerComparison | None) -> str | None:
    """
    Set the coverage of a village beside the middle of villages alike.

    Returns
    -------
    sentence
        None where there are no villages alike, where the village's own coverage is not known,
        or where both have all.
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
    return bounds.least(text.percent(ratio), is_bound=is_at_least)


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
    if known < 2 or reading_values.is_missing(verdict["is_gap"]):
        return None
    values = {"gaps": text.number(gaps), "all": text.number(known)}
    if gaps == known:
        first = _("It stays a gap whatever we assume ({gaps} of {all} calculations).", **values)
    elif gaps == 0:
        first = _("It is no gap whatever we assume ({gaps} of {all} calculations).", **values)
    else:
        first = _("It depends on what we assume: a gap in {gaps} of {all} calculations.", **values)
    flips = "" if reading_values.is_missing(verdict["flipped_by"]) else str(verdict["flipped_by"])
    turning = [_(words) for name, words in ASSUMPTIONS.items() if name in flips.split()]
    if not turning:
        return first
    second = _("The answer turns over with: {assumptions}.", assumptions=text.listing(turning))
    return f"{first} {second}"

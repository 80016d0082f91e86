"""How evenly coverage is spread over the people of an area, in words a mayor understands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from dashboard import text
from dashboard.phrases import bounds
from dashboard.phrases.amounts import at_least
from dashboard.phrases.methods import named
from dashboard.phrases.totals import untold_sentence
from dashboard.text import _, ngettext
from geodata.method.gaps import RATIO_TOLERANCE

if TYPE_CHECKING:
    from geodata.studies.equity import Equity


def spread_sentences(found: Equity, names: Mapping[str, str], at_norm: float) -> list[str]:
    """
    Say how unevenly coverage is spread, what that means for a decision, and of whom it is not known.

    Parameters
    ----------
    found
        `geodata.studies.equity.equity` of an area.
    names
        Names of its municipalities by code.
    at_norm
        Coverage from which a place is at the norm (`Settings.at_norm`).
    """
    if found.persons_known:
        return [*_told(found, names, at_norm), *_unknown(found, names)]
    if not found.unknown:
        return [_("Nobody of the target group lives here.")]
    return [untold_sentence(), *(_unknown(found, names) if len(names) > 1 else [])]


def _told(found: Equity, names: Mapping[str, str], at_norm: float) -> list[str]:
    below = found.persons_below_norm
    if not below:
        first = _(
            "All {persons} people of the target group of whom it is known have as much within reach as the "
            "norm asks, or more.",
            persons=text.number(found.persons_known),
        )
        return [first, *_range(found, names)]
    if below >= found.persons_known:
        return [_everybody_below(found), *_range(found, names), _meaning(found, at_norm)]
    persons, share = text.number(found.persons_known), text.percent(found.share_below_norm)
    first = ngettext(
        "Of {persons} people of the target group {n} ({share}) lives where less is within "
        "reach than the norm asks.",
        "Of {persons} people of the target group {n} ({share}) live where less is within "
        "reach than the norm asks.",
        below,
        bound=partial(bounds.most, is_bound=found.is_lower_bound),
        persons=persons,
        share=share,
    )
    return [first, *_range(found, names), _meaning(found, at_norm)]


def _everybody_below(found: Equity) -> str:
    values = {"persons": text.number(found.persons_known)}
    if found.is_lower_bound:
        return _(
            "By the capacities that are known, all {persons} people of the target group live where less is "
            "within reach than the norm asks.",
            **values,
        )
    return _(
        "All {persons} people of the target group live where less is within reach than the norm asks.",
        **values,
    )


def _range(found: Equity, names: Mapping[str, str]) -> list[str]:
    """Name the worst and the best municipality, and what two people of the area differ by."""
    low, high = found.lowest, found.highest
    known = len(names) - len(found.unknown)
    if low is None or high is None or found.mean_difference is None or known < 2:
        return []
    shares = [at_least(one.coverage_ratio, is_bound=one.is_lower_bound) for one in (low, high)]
    if shares[0] == shares[1]:
        return [
            _("All of them have about the same within reach: {share} of what the norm asks.", share=shares[0])
        ]
    said = _(
        "The municipality with the least has {low} of what the norm asks within reach ({worst}), the one "
        "with the most {high} ({best}).",
        low=shares[0],
        worst=names[low.municipality_code],
        high=shares[1],
        best=names[high.municipality_code],
    )
    difference = ngettext(
        "Of two of these people taken at random, one has on average {n} percentage point more than the "
        "other.",
        "Of two of these people taken at random, one has on average {n} percentage points more than the "
        "other.",
        found.mean_difference * 100,
    )
    return [said, difference]


def _meaning(found: Equity, at_norm: float) -> str:
    """Say what somebody who decides can take from the mean and the spread together."""
    mean = 0.0 if found.mean_coverage is None else found.mean_coverage
    if mean >= at_norm - RATIO_TOLERANCE:
        return _(
            "On average it is enough, but not for everybody: where a service stands and whom it takes "
            "matters more here than how many places there are."
        )
    if found.is_lower_bound:
        return _(
            "By the capacities that are known it would not be enough even if everybody had the same. Find "
            "out those that are not known first."
        )
    return _(
        "It would not be enough even if everybody had the same: places are missing, not only in the right "
        "spot."
    )


def _unknown(found: Equity, names: Mapping[str, str]) -> list[str]:
    if not found.unknown:
        return []
    said = [
        ngettext(
            "{n} municipality is left out of this, because what is within its reach cannot be told: {names}.",
            "{n} municipalities are left out of this, because what is within their reach cannot be told: "
            "{names}.",
            len(found.unknown),
            names=named([names[code] for code in found.unknown]),
        )
    ]
    if found.persons_unknown:
        said.append(
            ngettext(
                "{n} person of the target group lives there.",
                "{n} people of the target group live there.",
                found.persons_unknown,
            )
        )
    return said


def spread_facts(found: Equity) -> list[tuple[str, str]]:
    """Return the figures behind the sentences, each explained in its name; none where nobody is known."""
    if not found.persons_known:
        return []
    is_bound = found.is_lower_bound
    share = text.percent(found.share_below_norm)
    facts = [
        (_("Mean coverage of a person"), at_least(found.mean_coverage, is_bound=is_bound)),
        (
            _("People where less is within reach than the norm asks"),
            bounds.most_sign(share, is_bound=is_bound and found.persons_below_norm > 0),
        ),
    ]
    if found.gini is not None:
        gini = _("Gini index (0: everybody has the same within reach, 1: one person has everything)")
        facts.append((gini, text.number(found.gini, 2)))
    return facts

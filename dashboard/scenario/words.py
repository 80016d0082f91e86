"""
What a scenario says: its steps in words, what they change, town by town.

Pure functions from a comparison to words in the current language (`dashboard.text`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from dashboard import text
from dashboard.phrases import bounds
from dashboard.phrases.amounts import amount, places
from dashboard.phrases.gaps import SHORT_CLASSES
from dashboard.text import _, ngettext

if TYPE_CHECKING:
    from dashboard.scenario.steps import Kind, Known, Step
    from geodata.method.summary import Summary
    from geodata.studies.scenario import Comparison
    from geodata.studies.siting import Siting

# Shares nearer to each other than this read the same.
SAME_SHARE: Final = 0.0005
SAME_PLACES: Final = 0.05


def unit_word(unit: str) -> str:
    """Return what a capacity counts, in the form that stands beside a large number: "clients"."""
    return amount(12, unit).split()[-1]


def kind_labels() -> dict[Kind, str]:
    """Return the words of every kind of step."""
    return {
        "add": _("Add a service"),
        "resize": _("Change the capacity"),
        "move": _("Move a site"),
        "close": _("Close a service"),
        "close_site": _("Close one site"),
    }


def step_sentence(
    step: Step,
    names: Mapping[str, str],
    municipalities: Mapping[str, str],
    unit: str,
    capacities: Mapping[str, float] | None = None,
) -> str:
    """
    Say a step in words.

    Parameters
    ----------
    step
        The step.
    names
        What services and sites are called, by service_id and site_id; areas by area_id.
    municipalities
        Names by municipality_code.
    unit
        Unit of the group's capacity.
    capacities
        Capacities that count today, by service_id.
    """
    target = names.get(step.target, step.target)
    municipality = municipalities.get(step.municipality, step.municipality)
    if step.kind == "add":
        return _addition(step, names, municipality, unit)
    if step.kind == "resize":
        return _resizing(target, amount(step.capacity, unit), (capacities or {}).get(step.target))
    if step.kind == "move":
        return _("{service} moves to {place}", service=target, place=municipality)
    if step.kind == "close":
        return _("{service} closes", service=target)
    return _("Site {service} closes, its capacity passes to the other sites", service=target)


def _addition(step: Step, names: Mapping[str, str], municipality: str, unit: str) -> str:
    words = {"amount": amount(step.capacity, unit), "place": municipality}
    if step.serves:
        area = names.get(step.serves, step.serves)
        return _("New service in {place}: {amount}; it serves {area}", area=area, **words)
    return _("New service in {place}: {amount}", **words)


def _resizing(service: str, capacity: str, now: float | None) -> str:
    if now is None:
        return _("{service}: {amount} from now on", service=service, amount=capacity)
    return _("{service}: {amount} instead of {before}", before=places(now), service=service, amount=capacity)


# -- what changes --------------------------------------------------------------------------------------------


def is_told(summary: Summary) -> bool:
    """
    Tell whether anything can be said of the totals:
    of somebody it is known how much of the need is met.
    """
    return summary.served_share is not None


def headline(
    comparison: Comparison,
    area_name: str,
    steps: Sequence[Step],
    municipalities: Mapping[str, str],
    *,
    has_other_norm: bool = False,
) -> list[str]:
    """
    Say in a few sentences what a scenario changes in an area.

    Shares are the part of the need that is met. With another norm the need itself differs, and that is said.
    """
    before, after = comparison.summary_before, comparison.summary_after
    compares = before.municipalities_told == after.municipalities_told
    if not is_told(after) or (compares and not is_told(before)):
        return [
            _(
                "What this would change cannot be said: the population, the norm or the capacity within "
                "reach is not known. Choose another norm in the settings, or type one of your own."
            )
        ]
    if not compares:
        # Totals of different municipalities are no before and after.
        return [_told_sentence(before, after, area_name)]
    sentences = [_coverage_sentence(comparison, area_name, steps, municipalities)]
    if has_other_norm:
        sentences.append(
            _(
                "The scenario asks by another norm: the need is {after} instead of {before}.",
                after=amount(after.demand_places, comparison.after.unit),
                before=places(before.demand_places),
            )
        )
    sentences.append(_missing_sentence(before, after))
    short_before, short_after = short(before), short(after)
    if before.municipalities > 1 and short_before != short_after:
        sentences.append(
            ngettext(
                "Below the norm: {n} municipality instead of {before}.",
                "Below the norm: {n} municipalities instead of {before}.",
                short_after,
                before=text.number(short_before),
            )
        )
    return [sentence for sentence in sentences if sentence]


def _coverage_sentence(
    comparison: Comparison, area_name: str, steps: Sequence[Step], municipalities: Mapping[str, str]
) -> str:
    before, after = comparison.summary_before, comparison.summary_after
    was, will = before.served_share or 0.0, after.served_share or 0.0
    shares = {"before": _share(before, will), "after": _share(after, was)}
    if abs(will - was) < SAME_SHARE:
        return _(
            "{area}: the part of the need that is met stays at {before}.",
            area=area_name,
            before=shares["before"],
        )
    only = steps[0] if len(steps) == 1 else None
    if only is not None and only.kind == "add" and will > was:
        return _(
            "{amount} in {place} raise the part of the need that is met in {area} from {before} to {after}.",
            amount=amount(only.capacity, comparison.after.unit),
            place=municipalities.get(only.municipality, only.municipality),
            area=area_name,
            **shares,
        )
    if will > was:
        return _(
            "{area}: the part of the need that is met rises from {before} to {after}.",
            area=area_name,
            **shares,
        )
    return _(
        "{area}: the part of the need that is met falls from {before} to {after}.", area=area_name, **shares
    )


def _told_sentence(before: Summary, after: Summary, area_name: str) -> str:
    """Say of how many municipalities it can be told how much is met, where a scenario changes that."""
    values = {
        "area": area_name,
        "before": text.number(before.municipalities_told),
        "after": text.number(after.municipalities_told),
        "total": text.number(after.municipalities),
        "share": _share(after, before.served_share or 0.0),
    }
    return _(
        "{area}: in the scenario it can be told of {after} of {total} municipalities "
        "how much of the need is met, today of {before}; so the totals do not compare. "
        "In the scenario {share} of it is met there.",
        **values,
    )


def _share(summary: Summary, other: float) -> str:
    """
    Write the part of the need that is met, so that two that differ read differently.

    Where a capacity within reach is unknown it is "at least"; all of it is all of it.
    """
    one = summary.served_share or 0.0
    digits = 0 if round(one * 100) != round(other * 100) else 1
    return bounds.met(one, is_bound=summary.is_lower_bound, has_words=True, digits=digits)


def _missing_sentence(before: Summary, after: Summary) -> str:
    was, will = before.missing_places or 0.0, after.missing_places or 0.0
    values = {"before": places(was), "after": places(will)}
    if abs(was - will) < SAME_PLACES or values["before"] == values["after"]:
        return ""
    if before.is_lower_bound or after.is_lower_bound:
        values["after"] = bounds.most(values["after"])
        return _("Missing {after} instead of {before}: a capacity within reach is unknown.", **values)
    return _("Missing {after} instead of {before}.", **values)


def short(summary: Summary) -> int:
    """Count the municipalities below the norm."""
    return sum(int(summary.class_counts.get(name, 0)) for name in SHORT_CLASSES)


def outside_sentence(differences: pd.DataFrame, members: Sequence[str]) -> str | None:
    """Say that the steps are felt beyond the area too; None where they are not."""
    outside = differences.loc[~differences["municipality_code"].isin(list(members))]
    changed = outside["missing_places_after"] - outside["missing_places_before"]
    better, worse = int((changed < -SAME_PLACES).sum()), int((changed > SAME_PLACES).sum())
    parts = []
    if better:
        parts.append(
            ngettext(
                "less is missing in {n} municipality",
                "less is missing in {n} municipalities",
                better,
            )
        )
    if worse:
        parts.append(
            ngettext(
                "more is missing in {n} municipality",
                "more is missing in {n} municipalities",
                worse,
            )
        )
    return _("Outside the area: {changes}.", changes=text.listing(parts)) if parts else None


# -- what cannot be said -------------------------------------------------------------------------------------


def doubts(
    steps: Sequence[Step],
    known: Known,
    capacities: Mapping[str, float],
    names: Mapping[str, str],
) -> list[str]:
    """
    Say what the figures cannot tell, because a service that is changed has no capacity that counts today.

    Parameters
    ----------
    steps, known
        The changes, and what they may name.
    capacities
        Capacities that count today, by service_id.
    names
        What services and sites are called.
    """
    owner = {site_id: service_id for service_id, sites in known.services.items() for site_id in sites}
    sentences: dict[str, str] = {}
    resized: set[str] = set()
    for step in steps:
        service_id = owner.get(step.target, step.target)
        if not service_id or service_id in capacities or service_id in resized:
            continue
        name = names.get(service_id, service_id)
        if step.kind == "resize":
            # From here on its capacity is known: the scenario has set it.
            resized.add(service_id)
            sentences[service_id] = _(
                "The present capacity of {service} is not known: what it gains or loses cannot be "
                "said, only what it has then.",
                service=name,
            )
        else:
            sentences[service_id] = _(
                "The capacity of {service} is not known: what its change takes away "
                "or brings is not in the figures.",
                service=name,
            )
    return list(sentences.values())


# -- suggestions ---------------------------------------------------------------------------------------------


def goals(*, has_classical: bool) -> dict[str, str]:
    """
    Return what a suggestion can aim at, by method of `geodata.studies.siting`;
    the classical models need an optional part.
    """
    words = {
        "least_missing": _("as little missing as possible"),
        "spread_places": _("the same, capacity divided freely"),
    }
    if has_classical:
        words |= {
            "p_median": _("short ways to the nearest new service"),
            "maximal_covering": _("as much of what is missing as possible within the limit"),
        }
    return words


def suggestion(found: Siting, unit: str, *, is_lower_bound: bool) -> str:
    """Say where new services would stand and what would still be missing."""
    values = {
        "places": text.listing(
            _("{place} ({amount})", place=name, amount=amount(number, unit))
            for name, number in zip(found.chosen["name"], found.chosen["places"], strict=True)
        ),
        "before": places(found.missing_before),
        "after": bounds.most(places(found.missing_after), is_bound=is_lower_bound),
    }
    return _("The best choice: {places}. It leaves {after} missing instead of {before}.", **values)


def suggestion_method(method: str) -> str:
    """Say how a suggestion was found, and what it leaves out."""
    ways = {
        "least_missing": _("Best of all choices, found exactly (mixed-integer programme, HiGHS)."),
        "spread_places": _("Best of all divisions, found exactly (mixed-integer programme, HiGHS)."),
        "site_by_site": _(
            "Found site by site, each where it helps most beside those before it: "
            "a good choice, not always the best one."
        ),
        "p_median": _("Best of all choices by the p-median (Hakimi 1964), found exactly (PySAL spopt)."),
        "maximal_covering": _(
            "Best of all choices by maximal covering (Church & ReVelle 1974), found exactly (PySAL spopt)."
        ),
    }
    note = _(
        "New capacity is shared among all within reach, in neighbouring areas too. "
        "Staff, buildings and money are not part of the calculation."
    )
    return f"{ways[method]} {note}"

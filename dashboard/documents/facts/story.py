"""
What the views of a story show, as numbers: the same for the slides of the pack and for those of PPTX.

Nothing is worded here beyond what an engine's own words (`scenario_words`, `measures`) need; unknown is None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dashboard.documents.facts.area import AreaFacts
from dashboard.gaps.measures import measures
from dashboard.map.measure import Measure
from dashboard.people.ages import People, people_of, people_of_country
from dashboard.phrases.labels import label
from dashboard.phrases.totals import share_missing
from dashboard.phrases.village_counts import divide, rounds_to_nobody
from dashboard.scenario.steps import NEW_PREFIX, Step, fitting, known_of, read_link
from dashboard.text import _
from geodata.method.analysis import Analysis, Settings
from geodata.method.summary import Summary
from geodata.reading.gap import Gap
from geodata.stories import View

if TYPE_CHECKING:
    import pandas as pd

    from geodata.dataset.dataset import Dataset
    from geodata.studies.scenario import Comparison


def analysis_of(facts: AreaFacts, group_id: str, settings: Settings) -> Analysis:
    """
    Return the analysis of a group with the assumptions of a view;
    those of the document are not computed again.
    """
    return facts.analysis_with(group_id, settings)


# -- a map of gaps -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """How a map of gaps is coloured; `verdict` only where robustness is asked for."""

    measure: Measure
    verdict: pd.DataFrame | None = None


def look_of(facts: AreaFacts, analysis: Analysis, view: View) -> Look:
    """Return the measure that a view asks for; coverage where it asks for none."""
    wanted = view.measure or "coverage"
    verdict = None
    if wanted == "robustness":
        from geodata.studies.robustness import robustness

        verdict = robustness(
            facts.dataset, analysis.group_id, facts.country, facts.area_id, view.settings
        ).verdict
        verdict = verdict.loc[verdict["municipality_code"].isin(analysis.coverage["municipality_code"])]
    by_id = {one.measure_id: one for one in measures(analysis.coverage, facts.members, verdict)}
    return Look(by_id.get(wanted, by_id["coverage"]), verdict)


def sides_of(facts: AreaFacts, view: View) -> list[Analysis]:
    """
    Return the two answers that a comparison shows: two groups, or one by its settings
    and by another norm or limit.
    """
    groups = [group_id for group_id in view.groups if group_id in facts.groups]
    if len(groups) != 1 or len(view.groups) != 1:
        return [analysis_of(facts, group_id, view.settings) for group_id in groups]
    other = view.settings
    if view.beside_norm:
        other = replace(other, norm=view.beside_norm, typed_norm_per_1000=None)
    if view.beside_limit_m is not None:
        other = replace(other, limit_m=view.beside_limit_m)
    return [analysis_of(facts, groups[0], settings) for settings in (view.settings, other)]


# -- a scenario ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class ScenarioFact:
    """
    A scenario that was computed.

    `steps` fit the dataset, `left_out` of them do not any more; `dataset` is what they lead to;
    `names` says what services, sites and areas are called.
    """

    comparison: Comparison
    steps: tuple[Step, ...]
    left_out: int
    dataset: Dataset
    names: Mapping[str, str]
    places: Mapping[str, str]
    has_other_norm: bool


def scenario_of(facts: AreaFacts, view: View) -> ScenarioFact:
    """Compute the scenario of a view, whose group exists in the area's country."""
    from geodata.studies.scenario import compare

    group_id = view.group or ""
    today = analysis_of(facts, group_id, view.settings)
    known = known_of(facts.dataset, today)
    scope = facts.groups[group_id].scopes[facts.country]
    reading = read_link(view.changes)
    steps, changes, then = fitting(reading.steps, facts.dataset, known, scope, facts.country)
    other = None
    if view.scenario_norm:
        typed = view.scenario_norm_per_1000 if view.scenario_norm == "typed" else None
        other = replace(view.settings, norm=view.scenario_norm, typed_norm_per_1000=typed)
    comparison = compare(
        facts.dataset,
        group_id,
        facts.country,
        facts.members,
        changes,
        area_id=facts.area_id,
        settings=view.settings,
        scenario_settings=other,
    )
    names = dict(zip(facts.dataset["area"]["area_id"], facts.dataset["area"]["name"], strict=True))
    for service_id, sites in known.services.items():
        title = service_title(facts, service_id)
        names |= {service_id: title, **dict.fromkeys(sites, title)}
    return ScenarioFact(
        comparison=comparison,
        steps=steps,
        left_out=reading.refused + len(reading.steps) - len(steps),
        dataset=then,
        names=names,
        places=known.municipalities,
        has_other_norm=other is not None,
    )


def service_title(facts: AreaFacts, service_id: str) -> str:
    """Name a service on a map; a protected one by its kind, one of a scenario as what it is."""
    if service_id.startswith(NEW_PREFIX):
        return _("New service")
    service = facts.services[service_id]
    return label("service_types", service.kind) if service.is_protected else service.provider or service.name


# -- a village, the whole area, the ages ---------------------------------------------------------------------


def village_rows(facts: AreaFacts, code: str, groups: Sequence[str] = ()) -> tuple[list[Gap], list[Gap]]:
    """
    Return the kinds of help to tell a village of, the most missing first,
    and those that less than one person would need.

    Without `groups` those whose register is complete, as far as there is any:
    "none known" of the others says little.
    """
    wanted = [one for one in groups if one in facts.groups] or main_groups(facts)
    divided = divide([facts.gap(group_id, code) for group_id in wanted], lambda row: row)
    return [*divided.compared, *divided.unknown], [row for row in divided.slight if row.demand]


def main_groups(facts: AreaFacts) -> list[str]:
    """
    Return the groups whose register is complete and whose norm is known;
    all with a norm where none is complete.
    """
    known = [
        group_id for group_id, analysis in facts.analyses.items() if analysis.norm.value_per_1000 is not None
    ]
    complete = [
        group_id for group_id in known if facts.groups[group_id].is_register_complete_in(facts.country)
    ]
    return complete or known


@dataclass(frozen=True)
class Totals:
    """
    What is missing in an area.

    `needed`: groups with their totals, the largest missing part first; `slight` need so little that it rounds
    to nobody; of `untold` nothing can be computed.
    """

    needed: list[tuple[str, Summary]]
    slight: list[str]
    untold: list[str]


def area_totals(facts: AreaFacts, groups: Sequence[str] = ()) -> Totals:
    """Return the totals of `groups`, else of those whose register is complete, as far as there is any."""
    wanted = [one for one in groups if one in facts.groups] or main_groups(facts)
    totals = [(group_id, facts.total(group_id)) for group_id in wanted]
    known = [(group_id, one) for group_id, one in totals if one.is_told]
    needed = [(group_id, one) for group_id, one in known if not rounds_to_nobody(one.demand_places or 0.0)]
    needed.sort(key=lambda item: -share_missing(item[1]))
    return Totals(
        needed=needed,
        slight=[
            group_id for group_id, one in known if one.demand_places and rounds_to_nobody(one.demand_places)
        ],
        untold=[group_id for group_id, one in totals if not one.is_told],
    )


@dataclass(frozen=True)
class Certainty:
    """How many services stand in the area or serve it, and of how many a capacity can be counted."""

    services: int
    known: int
    doubtful: int
    unknown: int
    groups: int
    groups_bounded: int
    is_near_edge: bool


def certainty_of(facts: AreaFacts) -> Certainty:
    """
    Count what the figures of an area stand on;
    of a service that tells several capacities the best one counts.
    """
    services = facts.area_services
    known = [one for one in services if one.has_known_capacity]
    doubtful = [
        one
        for one in services
        if not one.has_known_capacity and any(part.number is not None for part in one.capacities)
    ]
    totals = [facts.total(group_id) for group_id in main_groups(facts)]
    return Certainty(
        services=len(services),
        known=len(known),
        doubtful=len(doubtful),
        unknown=len(services) - len(known) - len(doubtful),
        groups=len(totals),
        groups_bounded=sum(one.is_lower_bound for one in totals),
        is_near_edge=any(one.is_near_edge for one in totals),
    )


@dataclass(frozen=True)
class Ages:
    """Who lives in the area or in one municipality, beside the whole country."""

    name: str
    people: People
    country: People


def ages_of(facts: AreaFacts, municipality: str | None) -> Ages:
    """Return the ages of the area, or of one municipality that is in the dataset."""
    codes = [municipality] if municipality else list(facts.members)
    name = str(facts.municipality(municipality)["name"]) if municipality else facts.name
    return Ages(name, people_of(facts.dataset, codes), people_of_country(facts.dataset, facts.country))

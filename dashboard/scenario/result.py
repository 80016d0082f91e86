"""
What a scenario shows, computed once per question: the comparison, the names of things,
the pictures for the map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from dashboard import sorting, text
from dashboard.address import question as choices
from dashboard.answers import areas
from dashboard.answers import dataset as data
from dashboard.answers.shared import Shared
from dashboard.map import message
from dashboard.phrases import gaps
from dashboard.scenario.steps import Known, Scenario, Step, fitting, known_of
from dashboard.text import _
from geodata.dataset import membership
from geodata.vocabulary import codes

if TYPE_CHECKING:
    from dashboard.address.question import Choice
    from geodata.dataset.dataset import Dataset
    from geodata.method.analysis import Analysis, Settings
    from geodata.studies.scenario import Comparison
    from geodata.vocabulary.codes import GroupScope


@dataclass(frozen=True, eq=False)
class Result:
    """A scenario that was computed: the steps that fit, the dataset they lead to, today beside it."""

    steps: tuple[Step, ...]
    dataset: Dataset
    comparison: Comparison


@dataclass(frozen=True)
class View:
    """
    What the page shows: the choice, and the things its codes stand for.

    `offered` are the municipalities that lists offer: those of the regions of the area,
    not a whole country of thousands. `capacities` are those that count today, by service_id;
    what is unknown or doubtful is not there.
    """

    choice: Choice
    country: str
    area_name: str
    members: tuple[str, ...]
    offered: frozenset[str]
    today: Analysis
    known: Known
    capacities: Mapping[str, float]

    @property
    def scope(self) -> GroupScope:
        """What the group counts in the area's country."""
        return codes.service_groups()[self.choice.service].scopes[self.country]

    @property
    def group_label(self) -> str:
        """Name of the group."""
        return codes.service_groups()[self.choice.service].label[text.current()]


def view_of(choice: Choice, dataset: Dataset) -> View:
    """Compute what a choice asks for, today."""
    name, country = areas.areas_of(dataset)[choice.area]
    inside = membership.members(dataset, choice.area)
    today = data.analysis(choice.service, country, choice.area, choices.settings(choice))
    places = dataset["municipality"]
    regions = set(places.loc[places["municipality_code"].isin(inside), "region_code"])
    around = places.loc[places["region_code"].isin(regions), "municipality_code"]
    return View(
        choice=choice,
        country=country,
        area_name=name,
        members=inside,
        offered=frozenset(around),
        today=today,
        known=_known(dataset, today, dataset.version, choice.service, country),
        capacities=capacities_of(today),
    )


def capacities_of(today: Analysis) -> dict[str, float]:
    """Return the capacities that count, by service_id."""
    rows = today.supply.loc[today.supply["counted"].astype(bool), ["service_id", "capacity_number"]]
    return {str(code): float(number) for code, number in rows.itertuples(index=False, name=None)}


@st.cache_resource(max_entries=64, show_spinner=False)
def _known(_dataset: Dataset, _today: Analysis, version: str, service: str, country: str) -> Known:  # noqa: ARG001  # the key
    return known_of(_dataset, _today)


def settings_of(view: View, scenario: Scenario) -> Settings | None:
    """Return the assumptions of a scenario that asks by another norm; None = the same as today."""
    from dataclasses import replace

    if not scenario.norm:
        return None
    return replace(
        choices.settings(view.choice),
        norm=scenario.norm,
        typed_norm_per_1000=scenario.typed_norm if scenario.norm == "typed" else None,
    )


def result_of(view: View, scenario: Scenario, dataset: Dataset) -> Result:
    """Compute a scenario; readers share what they compute, within a bound."""
    other = settings_of(view, scenario)
    key = (dataset.version, view.choice, tuple(scenario.steps), other)
    return _RESULTS.get(key, lambda: _result(view, dataset, scenario.steps, other))


def _weight(result: Result) -> int:
    return data.weight(result.comparison.before) + data.weight(result.comparison.after)


_RESULTS: Final[Shared[Result]] = Shared(48, data.ANALYSES_BYTES, _weight)


def _result(view: View, dataset: Dataset, steps: Sequence[Step], other: Settings | None) -> Result:
    from geodata.studies.scenario import compare_datasets

    kept, _changes, then = fitting(steps, dataset, view.known, view.scope, view.country)
    comparison = compare_datasets(
        dataset,
        then,
        codes.service_groups()[view.choice.service],
        view.country,
        view.members,
        area_id=view.choice.area,
        settings=choices.settings(view.choice),
        scenario_settings=other,
    )
    return Result(kept, then, comparison)


# -- names ---------------------------------------------------------------------------------------------------


def target_names(view: View, dataset: Dataset) -> dict[str, str]:
    """
    Return what the services of the group are called, those within reach of the area first;
    then their sites, where a service has several. A protected one carries its kind for a name.
    """
    names = data.service_names(dataset)
    supply = view.today.supply
    near = set(
        view.today.pairs.loc[view.today.pairs["municipality_code"].isin(list(view.members)), "service_id"]
    )
    services = list(dict.fromkeys(supply["service_id"]))
    services.sort(key=lambda code: (code not in near, sorting.sort_key(names[code].title)))
    found = {code: names[code].title for code in services}
    places = dict(zip(supply["site_id"], supply["municipality_code"], strict=True))
    for code in services:
        sites = view.known.services[code]
        if len(sites) > 1:
            for number, site_id in enumerate(sites, start=1):
                where = view.known.municipalities.get(places[site_id]) or text.unknown()
                found[site_id] = _(
                    "{service}, site {n}: {place}",
                    service=names[code].title,
                    n=text.number(number),
                    place=where,
                )
    return found


def all_names(view: View, dataset: Dataset) -> dict[str, str]:
    """Return the names of services, of all sites and of areas, for sentences."""
    names = target_names(view, dataset)
    for service_id, sites in view.known.services.items():
        for site_id in sites:
            names.setdefault(site_id, names[service_id])
    return names | {area: name for area, (name, _country) in areas.areas_of(dataset).items()}


# -- pictures ------------------------------------------------------------------------------------------------


def picture_of(
    view: View,
    result: Result,
    shown: str,
    order: list[str],
    *,
    attribution: str,
    circles: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """
    Return what the map is told: today or the scenario (`shown`).

    `circles` (`dashboard.scenario.circles`) are drawn by the scenario's own script; here they only have their
    say in the legend.
    """
    analysis = result.comparison.before if shown == "today" else result.comparison.after
    labels = gaps.class_labels()
    rows = analysis.coverage.loc[analysis.coverage["municipality_code"].isin(list(view.members))]
    occurring = {
        "outside": True,
        "lower_bound": bool(rows["is_lower_bound"].any()),
        "site": any(circle["capacity"] is not None for circle in circles),
        "site_unknown": any(circle["capacity"] is None and circle["state"] == "today" for circle in circles),
        "site_approximate": any(circle["is_approximate"] for circle in circles),
    }
    when = _("Today") if shown == "today" else _("Scenario")
    picture = message.picture(
        order,
        analysis.coverage,
        frozenset(view.members),
        view=view.choice.area,
        language=text.current(),
        words=gaps.map_words(view.scope.unit),
        counts=gaps.map_counts(view.scope.unit),
        class_labels=labels,
        legend=gaps.legend(
            analysis,
            f"{view.group_label} – {when}",
            message.legend_classes(message.class_counts(rows, view.members), labels),
            [mark for mark, occurs in occurring.items() if occurs],
        ),
        sites=[],
        attribution=attribution,
    )
    # Today and the scenario beside each other are one view (static/dosah-map-linked.js).
    return picture | {"is_linked": True}

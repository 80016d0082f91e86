"""What the map of gaps shows for a choice: rows, totals, measures, points and the message to the browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard import text
from dashboard.address import question as choices
from dashboard.address.question import Choice
from dashboard.answers import areas
from dashboard.answers import dataset as data
from dashboard.gaps import (
    measures,
    selection,
    shared_message,
)
from dashboard.map import base_maps, measure, message
from dashboard.phrases import gaps
from geodata.dataset import membership
from geodata.vocabulary import codes

if TYPE_CHECKING:
    import pandas as pd

    from geodata.dataset.dataset import Dataset
    from geodata.method.analysis import Analysis
    from geodata.method.summary import Summary
    from geodata.vocabulary.codes import GroupScope, ServiceGroup


@dataclass(frozen=True)
class View:
    """What the page shows: the choice, and the things its codes stand for."""

    choice: Choice
    country: str
    area_name: str
    members: tuple[str, ...]
    group: ServiceGroup
    analysis: Analysis
    reach: selection.Reach | None = None

    @property
    def scope(self) -> GroupScope:
        """What the group counts in the area's country."""
        return self.group.scopes[self.country]

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The rows of the members; they are shared, so they are not changed."""
        coverage = self.analysis.coverage
        return coverage.loc[coverage["municipality_code"].isin(self.members)].reset_index(drop=True)

    @cached_property
    def summary(self) -> Summary:
        """The totals of the area."""
        from geodata.method.summary import summarise

        return summarise(self.analysis, self.members)


def view_of(choice: Choice, dataset: Dataset) -> View:
    """Compute what a choice asks for."""
    name, country = areas.areas_of(dataset)[choice.area]
    analysis = data.analysis(choice.service, country, choice.area, choices.settings(choice))
    return View(
        choice=choice,
        country=country,
        area_name=name,
        members=membership.members(dataset, choice.area),
        group=codes.service_groups()[choice.service],
        analysis=analysis,
        reach=selection.reach_of(analysis, dataset, choice.selected) if choice.selected else None,
    )


def summary_of(view: View) -> Summary:
    """Return the totals of the area."""
    return view.summary


def member_rows(view: View) -> pd.DataFrame:
    """Return the rows of the members: every one of them."""
    return view.rows


def verdict_of(view: View) -> pd.DataFrame | None:
    """
    Return how often each municipality stays a gap; None where the reader does not
    ask: it is a dozen analyses.
    """
    if view.choice.measure != "robustness":
        return None
    choice = view.choice
    return data.robustness(choice.service, view.country, choice.area, choices.settings(choice)).verdict


def site_points(view: View, dataset: Dataset) -> list[dict[str, Any]]:
    """
    Return the points where services of the group are given;
    they do not depend on the norm nor on the limit.
    """
    choice = view.choice
    return _site_points(
        view, dataset, dataset.version, choice.service, view.country, choice.count_doubtful, text.current()
    )


@st.cache_resource(max_entries=128, show_spinner=False)
def _site_points(
    _view: View,
    _dataset: Dataset,
    version: str,  # noqa: ARG001  # these five are what the answer depends on
    service: str,  # noqa: ARG001
    country: str,  # noqa: ARG001
    count_doubtful: bool,  # noqa: ARG001
    language: str,
) -> list[dict[str, Any]]:
    services = data.service_names(_dataset)

    def title(service_id: str) -> str:
        return services[service_id].title

    def detail(row: Mapping[str, Any]) -> str:
        kind = codes.label("service_types", services[row["service_id"]].service_type_code, language)
        return gaps.site_detail(row, kind, _view.scope.unit)

    return message.site_points(_view.analysis.supply, _dataset["site"], title, detail)


# Other pages draw the same outlines.
attribution = data.attribution


def measures_of(view: View, coverage: pd.DataFrame) -> list[measure.Measure]:
    """Return every way to look at the answer, for all municipalities or (the table) for the members alone."""
    return measures.measures(coverage, view.members, verdict_of(view))


def message_of(view: View, dataset: Dataset, label: str, *, is_linked: bool = False) -> str:
    """Return what the map is told, as it is sent; `label` heads its legend."""
    question = shared_message.Question(
        dataset.version, view.choice, text.current(), label, is_linked=is_linked
    )

    def picture() -> dict[str, Any]:
        order = dataset["municipality"]["municipality_code"].tolist()
        return picture_of(view, dataset, order, label) | {"is_linked": is_linked}

    return shared_message.message(picture, question, view.country).text


def picture_of(view: View, dataset: Dataset, order: list[str], label: str) -> dict[str, Any]:
    """Return what the map is told; `label` heads its legend."""
    labels = gaps.class_labels()
    rows = member_rows(view)
    sites = site_points(view, dataset)
    occurring = {
        "outside": True,
        "lower_bound": bool(rows["is_lower_bound"].any()),
        **message.marks_of_sites(sites),
    }
    picture = message.picture(
        order,
        view.analysis.coverage,
        frozenset(view.members),
        view=view.choice.area,
        language=text.current(),
        words=gaps.map_words(view.scope.unit),
        counts=gaps.map_counts(view.scope.unit),
        class_labels=labels,
        legend=gaps.legend(
            view.analysis,
            label,
            message.legend_classes(message.class_counts(rows, view.members), labels),
            [mark for mark, occurs in occurring.items() if occurs],
        ),
        sites=sites,
        attribution=attribution(dataset),
        measures=measures_of(view, view.analysis.coverage),
        measure=view.choice.measure,
    )
    if view.reach is not None:
        picture["legend"]["marks"] += selection.legend_marks(view.reach, view.analysis)
    return picture | {
        "is_selectable": True,
        "selected": None if view.reach is None else selection.drawing(view.reach, order),
        "base_maps": base_maps.offered(),
        "base": view.choice.base,
    }

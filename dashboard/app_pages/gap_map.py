"""Map of gaps: where a service falls short, by how much, by which yardstick."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from dashboard import choice as choices
from dashboard import controls, data, gap_words, paint, ranking, tables, text
from dashboard.choice import LANGUAGE_PARAMETER, MEASURES, Choice
from dashboard.measures import measures
from dashboard.story_button import offer_gap_map
from dashboard.text import _
from geodata import codes

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.maps import Answer
    from geodata.analysis import Analysis, Summary
    from geodata.catalog import Dataset
    from geodata.codes import GroupScope, ServiceGroup

VILLAGE_PAGE = "app_pages/village.py"
CLICKED_KEY = "dosah-map-clicked"
SWITCHED_KEY = "dosah-map-switched"

RankingOrder = Literal["missing_places", "coverage_ratio"]


@dataclass(frozen=True)
class View:
    """What the page shows: the choice, and the things its codes stand for."""

    choice: Choice
    country: str
    area_name: str
    members: tuple[str, ...]
    group: ServiceGroup
    analysis: Analysis

    @property
    def scope(self) -> GroupScope:
        """What the group counts in the area's country."""
        return self.group.scopes[self.country]


# -- what is shown ---------------------------------------------------------------------------------------------------------


def view_of(choice: Choice, dataset: Dataset) -> View:
    """Compute what a choice asks for."""
    name, country = controls.areas_of(dataset)[choice.area]
    membership = dataset["area_membership"]
    members = membership.loc[membership["area_id"] == choice.area, "municipality_code"]
    return View(
        choice=choice,
        country=country,
        area_name=name,
        members=tuple(members),
        group=codes.service_groups()[choice.service],
        analysis=data.analysis(choice.service, country, choice.area, choices.settings(choice)),
    )


def summary_of(view: View) -> Summary:
    """Return the totals of the area."""
    from geodata.analysis import summarise

    return summarise(view.analysis, view.members)


def member_rows(view: View) -> pd.DataFrame:
    """Return the rows of the members: every one of them."""
    coverage = view.analysis.coverage
    return coverage.loc[coverage["municipality_code"].isin(view.members)].reset_index(drop=True)


def verdict_of(view: View) -> pd.DataFrame | None:
    """Return how often each municipality stays a gap; None where the reader does not ask: it is a dozen analyses."""
    if view.choice.measure != "robustness":
        return None
    choice = view.choice
    return data.robustness(choice.service, view.country, choice.area, choices.settings(choice)).verdict


def site_points(view: View, dataset: Dataset) -> list[dict[str, Any]]:
    """Return the points where services of the group are given; they do not depend on the norm nor on the limit."""
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
        return gap_words.site_detail(row, kind, _view.scope.unit)

    def more(count: int) -> str:
        return text.ngettext("and {n} more here", "and {n} more here", count)

    return paint.site_points(_view.analysis.supply, _dataset["site"], title, detail, more)


# Other pages draw the same outlines.
attribution = data.attribution


def picture_of(view: View, dataset: Dataset, order: list[str]) -> dict[str, Any]:
    """Return what the map is told."""
    labels = gap_words.class_labels()
    rows = member_rows(view)
    sites = site_points(view, dataset)
    occurring = {
        "outside": True,
        "lower_bound": bool(rows["is_lower_bound"].any()),
        "site": any(site["capacity"] is not None for site in sites),
        "site_unknown": any(site["capacity"] is None for site in sites),
        "site_approximate": any(site["is_approximate"] for site in sites),
    }
    return paint.picture(
        order,
        view.analysis.coverage,
        frozenset(view.members),
        view=view.choice.area,
        language=text.current(),
        words=gap_words.map_words(view.scope.unit),
        class_labels=labels,
        legend=gap_words.legend(
            view.analysis,
            view.group.label[text.current()],
            paint.legend_classes(paint.class_counts(rows, view.members), labels),
            [mark for mark, occurs in occurring.items() if occurs],
        ),
        sites=sites,
        attribution=attribution(dataset),
        measures=measures(view.analysis.coverage, view.members, verdict_of(view)),
        measure=view.choice.measure,
    )


def switched(choice: Choice) -> Choice:
    """Return the choice with the measure that the reader has just chosen on the map."""
    measure = maps_answer().measure
    # Streamlit repeats an answer in every run; only a new one is the reader's wish.
    if measure == st.session_state.get(SWITCHED_KEY):
        return choice
    st.session_state[SWITCHED_KEY] = measure
    return replace(choice, measure=measure) if measure in MEASURES else choice


def maps_answer() -> Answer:
    """Return what the reader did on the map before this run."""
    from dashboard import maps

    return maps.read_answer(st.session_state.get(maps.MAP_KEY))


def show_map(view: View, dataset: Dataset) -> None:
    """Draw the map; a click opens the municipality's page."""
    from dashboard import maps

    outlines = data.outlines()
    with st.container(key="dosah-map-place"):
        code = maps.show(outlines, picture_of(view, dataset, list(outlines.order)))
    if code is not None and code != st.session_state.get(CLICKED_KEY):
        st.session_state[CLICKED_KEY] = code
        st.switch_page(VILLAGE_PAGE, query_params={"municipality": code, **_language_parameter()})
    if code is None:
        st.session_state.pop(CLICKED_KEY, None)


def _language_parameter() -> dict[str, str]:
    return {LANGUAGE_PARAMETER: text.current()} if text.current() != text.DEFAULT_LANGUAGE else {}


def show_headline(view: View, summary: Summary) -> None:
    """Say in words what the map shows."""
    first, *rest = gap_words.headline(summary, view.area_name)
    sentences = " ".join([f"<strong>{escape(first)}</strong>", *map(escape, rest)])
    st.html(f'<p class="dosah-headline" role="status">{sentences}</p>')


def show_ranking(view: View) -> RankingOrder:
    """Show the ranking of the members and return the order that the reader chose."""
    from geodata.gaps import ranking as ranked

    if len(view.members) == 1:
        _show_ranking_table(view, ranked(member_rows(view), "missing_places"))
        return "missing_places"
    names: dict[RankingOrder, str] = {"missing_places": _("missing places"), "coverage_ratio": _("coverage")}
    order = st.segmented_control(
        _("Order by"),
        list(names),
        default="coverage_ratio" if view.choice.order == "coverage_ratio" else "missing_places",
        format_func=lambda code: names[code],
        required=True,
        key=f"dosah-control-order-{text.current()}",
    )
    chosen: RankingOrder = "coverage_ratio" if order == "coverage_ratio" else "missing_places"
    _show_ranking_table(view, ranked(member_rows(view), chosen))
    return chosen


def _show_ranking_table(view: View, rows: pd.DataFrame) -> None:
    caption = _("{service}: {area}", service=view.group.label[text.current()], area=view.area_name)
    # Style apart from data: the browser cleans only the part that changed.
    st.html(tables.STYLE + ranking.STYLE)
    verdict = verdict_of(view)
    robust = measures(view.analysis.coverage, view.members, verdict)[-1] if verdict is not None else None
    st.html(
        ranking.table(
            rows,
            gap_words.class_labels(),
            caption,
            _language_parameter(),
            (robust.detail_label, robust.details) if robust else None,
        )
    )


def show_trust(view: View, summary: Summary, dataset: Dataset) -> None:
    """Say how far the figures can be trusted."""
    reasons = gap_words.not_counted_reasons(view.analysis)
    other_choice = replace(view.choice, count_doubtful=not view.choice.count_doubtful)
    is_counted = view.choice.count_doubtful
    other = view_of(other_choice, dataset)
    doubtful = (gap_words.not_counted_reasons(other.analysis) if is_counted else reasons).get("doubtful", 0)
    notes = [gap_words.catalogue_sentence(view.analysis)]
    sentence = (
        gap_words.doubtful_sentence(doubtful, summary, summary_of(other), is_counted=is_counted)
        if doubtful
        else None
    )
    if sentence:
        notes.append(sentence)
    verdict = verdict_of(view)
    if verdict is not None:
        own = verdict.loc[verdict["municipality_code"].isin(view.members)]
        notes.append(gap_words.robustness_sentence(own))
    if summary.is_lower_bound:
        notes.append(
            _(
                "“At least” (≥, dotted on the map): a service within reach has an unknown capacity, so more may be within "
                "reach and less may be missing."
            )
        )
    if summary.is_near_edge:
        notes.append(
            _(
                "“Near the edge”: people and services beyond the edge of the loaded data lie within reach but are not counted; "
                "the figure may be better or worse."
            )
        )
    st.html("".join(f'<p class="dosah-small">{escape(note)}</p>' for note in notes))


def show_formula(view: View, summary: Summary, dataset: Dataset) -> None:
    """Lead from the figures to their formula, inputs and origin."""
    analysis, norm, unit = view.analysis, view.analysis.norm, view.scope.unit
    with st.expander(_("How was this calculated?")):
        st.markdown(
            "\n".join(
                f"1. {step}"
                for step in [
                    _("Need of a municipality = norm × people of the target group ÷ 1,000."),
                    _("A service shares its capacity among the need of all municipalities it reaches."),
                    _("Covered = the sum of these shares ÷ need (floating catchment, Luo & Wang 2003)."),
                    _("Missing = need − what is served; nobody is served above the norm."),
                ]
            )
        )
        facts: list[tuple[str, tables.Cell]] = [
            (_("Norm"), gap_words.norm_words(norm)),
            (_("The norm comes from"), _norm_inputs(view)),
            (_("Target group in the area"), f"{text.number(summary.target_persons)} ({gap_words.persons(norm.age_weights)})"),
            (_("Need, served, waiting, out of reach"), " · ".join(map(gap_words.places, [
                summary.demand_places, summary.served_places, summary.waiting_places, summary.out_of_reach_places]))),
            (_("Reach"), gap_words.limit_words(analysis)),
            (_("Classes"), gap_words.thresholds_sentence(analysis.settings)),
            (_("Capacity that counts"), gap_words.amount(analysis.capacity_known, unit)),
            (_("Of it within reach of nobody counted"), gap_words.amount(analysis.capacity_unreachable, unit)),
            (_("Capacity that does not count"), text.listing(
                f"{gap_words.reason_label(reason)}: {text.number(count)}"
                for reason, count in gap_words.not_counted_reasons(analysis).items()) or None),
            (_("Kinds of services"), text.listing(
                codes.label("service_types", code, text.current()) for code in view.scope.service_type_codes)),
            (_("Why these people"), view.group.population_reason[text.current()]),
        ]  # fmt: skip
        st.html(tables.html_facts(facts))
        st.page_link("app_pages/data_method.py", label=_("Sources and method in full"))
        show_calculation(view, dataset)


def show_calculation(view: View, dataset: Dataset) -> None:
    """Show every step and source of the figures of one municipality, once the reader has chosen it."""
    names = dict(member_rows(view)[["municipality_code", "name"]].itertuples(index=False, name=None))
    code = st.selectbox(
        _("Step by step for one municipality"),
        sorted(names, key=lambda one: text.sort_key(names[one])),
        index=None,
        format_func=lambda one: names[one],
        placeholder=_("Choose a municipality"),
        key=f"dosah-map-calculation-{view.choice.area}-{text.current()}",
    )
    if code is None:
        return
    from dashboard import calculation, entries

    st.html(calculation.STYLE + calculation.calculation(view.analysis, code, dataset, entries.entries()))


def _norm_inputs(view: View) -> str | None:
    norm = view.analysis.norm
    if norm.citation:
        return norm.citation
    if norm.capacity_number is None or norm.population_persons is None:
        return None
    return _(
        "{capacity} ÷ {persons} × 1,000",
        capacity=gap_words.amount(norm.capacity_number, norm.unit),
        persons=f"{text.number(norm.population_persons)} ({gap_words.persons(norm.age_weights)}, {norm.population_year})",
    )


def page() -> None:
    """Arrange the page."""
    dataset = data.dataset()
    start = controls.starting_choice(controls.vocabulary(dataset))
    with st.sidebar:
        choice = switched(controls.show(start, dataset))
    view = view_of(choice, dataset)
    summary = summary_of(view)
    st.title(
        _("{service}: {area}", service=view.group.label[text.current()], area=view.area_name), anchor=False
    )
    show_headline(view, summary)
    map_column, table_column = st.columns([5, 4], gap="medium")
    with map_column:
        show_map(view, dataset)
    with table_column:
        order = show_ranking(view)
    controls.keep(replace(choice, order=order))
    offer_gap_map(choice)
    show_trust(view, summary, dataset)
    show_formula(view, summary, dataset)


if __name__ == "__main__":
    page()

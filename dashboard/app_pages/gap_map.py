"""Map of gaps: where a service falls short, by how much, by which yardstick."""

from __future__ import annotations

import time
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Literal

import streamlit as st

from dashboard import navigation, sorting, text
from dashboard.address import kept as address_kept
from dashboard.address.question import LANGUAGE_PARAMETER
from dashboard.answers import dataset as data
from dashboard.answers import outlines as answers_outlines
from dashboard.gaps import (
    answered,
    beside,
    controls,
    further,
    measures,
    ranking,
    selection,
    selection_panel,
)
from dashboard.gaps.view import View, measures_of, member_rows, message_of, summary_of, verdict_of, view_of
from dashboard.phrases import amounts, bounds, gaps, norms, totals
from dashboard.phrases.labels import capitalised
from dashboard.story.button import offer_gap_map
from dashboard.tables import html
from dashboard.text import _
from geodata.vocabulary import codes

if TYPE_CHECKING:
    import pandas as pd

    from geodata.dataset.dataset import Dataset
    from geodata.method.summary import Summary

CLICKED_KEY = "dosah-map-clicked"
AGAIN_KEY = "dosah-map-again"
# What is sent within a few milliseconds the browser renders in one go, 40 to 50 ms for controls and tables;
# a map that is alone in its parcel is painted before them. The rest of the page waits so long.
HEAD_START_S = 0.03

RankingOrder = Literal["missing_places", "coverage_ratio"]


# -- what is shown -------------------------------------------------------------------------------------------


def show_map(view: View, dataset: Dataset, label: str, key: str, *, is_linked: bool = False) -> None:
    """Draw a map; a click on an outline opens the municipality's page."""
    from dashboard.map import component

    outlines = answers_outlines.outlines()
    code = component.show(outlines, message_of(view, dataset, label, is_linked=is_linked), key=key)
    clicked: dict[str, str] = dict(st.session_state.get(CLICKED_KEY, {}))
    if code is not None and code != clicked.get(key):
        st.session_state[CLICKED_KEY] = {**clicked, key: code}
        st.switch_page(
            navigation.file("village"), query_params={"municipality": code, **_language_parameter()}
        )
    if code is None and key in clicked:
        del clicked[key]
        st.session_state[CLICKED_KEY] = clicked


def show_both(view: View, other: View, dataset: Dataset) -> None:
    """Draw two maps beside each other, moved and zoomed as one; on a phone they stand one below the other."""
    from dashboard.map import component

    names = beside.names(view.choice, view.country)
    keys = (component.MAP_KEY, answered.BESIDE_KEY)
    shown = zip(st.columns(2), (view, other), names, keys, strict=True)
    for column, each, name, key in shown:
        with column:
            st.header(name, anchor=False)
            show_map(each, dataset, name, key, is_linked=True)


def _language_parameter() -> dict[str, str]:
    return {LANGUAGE_PARAMETER: text.current()} if text.current() != text.DEFAULT_LANGUAGE else {}


def show_headline(view: View, other: View | None) -> None:
    """Say in words what the map shows, and offer a way past it to those who go by keyboard."""
    views = [view] if other is None else [view, other]
    said = []
    for each, name in zip(views, beside.names(view.choice, view.country), strict=False):
        first, *rest = totals.headline(summary_of(each), each.area_name)
        before = "" if other is None else f"{escape(name)}: "
        said.append(f"{before}<strong>{escape(first)}</strong> {' '.join(map(escape, rest))}")
    words = _("Skip the map, to the table")
    skip = f'<a class="dosah-skip" href="#dosah-table">{escape(words)}</a>'
    st.html(f'{selection.STYLE}<p class="dosah-headline" role="status">{"<br>".join(said)}</p>{skip}')


def show_ranking(view: View, other: View | None) -> RankingOrder:
    """Show the ranking of the members and return the order that the reader chose."""
    from geodata.method.gaps import ranking as ranked

    if len(view.members) == 1:
        _show_ranking_table(view, other, ranked(member_rows(view), "missing_places"))
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
    _show_ranking_table(view, other, ranked(member_rows(view), chosen))
    return chosen


def _show_ranking_table(view: View, other: View | None, rows: pd.DataFrame) -> None:
    caption = title_of(view)
    labels = gaps.class_labels()
    # Style apart from data: the browser cleans only the part that changed.
    st.html(html.STYLE + ranking.STYLE + beside.STYLE)
    column, other_column = (
        None
        if each is None
        else measures.column_of(measures_of(each, member_rows(each)), each.choice.measure)
        for each in (view, other)
    )
    if other is not None:
        names = beside.names(view.choice, view.country)
        st.html(
            beside.table(
                rows,
                other.analysis.coverage,
                names,
                (column, other_column),
                labels=labels,
                caption=caption,
                village_parameters=_language_parameter(),
            )
        )
        return
    st.html(ranking.table(rows, labels, caption, _language_parameter(), column))


def show_trust(view: View, summary: Summary, dataset: Dataset) -> None:
    """Say how far the figures can be trusted."""
    is_counted = view.choice.count_doubtful
    doubtful = gaps.not_counted_reasons(view.analysis).get("doubtful", 0)
    notes = [gaps.catalogue_sentence(view.analysis)]
    sentence = None
    # The answer the other way is computed only where the switch changes something.
    if is_counted or doubtful:
        other = view_of(replace(view.choice, count_doubtful=not is_counted), dataset)
        if is_counted:
            doubtful = gaps.not_counted_reasons(other.analysis).get("doubtful", 0)
        if doubtful:
            sentence = gaps.doubtful_sentence(
                doubtful,
                summary,
                summary_of(other),
                is_counted=is_counted,
                norms=(view.analysis.norm.value_per_1000, other.analysis.norm.value_per_1000),
            )
    if sentence:
        notes.append(sentence)
    verdict = verdict_of(view)
    if verdict is not None:
        own = verdict.loc[verdict["municipality_code"].isin(view.members)]
        notes.append(gaps.robustness_sentence(own))
    if summary.is_lower_bound:
        notes.append(
            _(
                "“{least}” ({sign}, dotted on the map): a service within reach has an unknown capacity, "
                "so more may be within reach and less may be missing.",
                least=capitalised(bounds.at_least()),
                sign=bounds.AT_LEAST,
            )
        )
    if summary.is_near_edge:
        said = _(
            "“Near the edge”: people and services beyond the edge of the loaded data lie within reach but "
            "are not counted; the figure may be better or worse."
        )
        notes.append(gaps.edge_sentence(said, summary.edge_share))
    st.html("".join(f'<p class="dosah-small">{escape(note)}</p>' for note in notes))


def show_formula(view: View, summary: Summary, dataset: Dataset, name: str = "") -> None:
    """
    Lead from the figures to their formula, inputs and origin;
    `name` tells two questions of one page apart.
    """
    analysis, norm, unit = view.analysis, view.analysis.norm, view.scope.unit
    heading = _("How was this calculated?")
    with st.expander(f"{heading} – {name}" if name else heading):
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
        people = f"{text.number(summary.target_persons)} ({norms.persons(norm.age_weights)})"
        not_counted = (
            f"{gaps.reason_label(reason)}: {text.number(count)}"
            for reason, count in gaps.not_counted_reasons(analysis).items()
        )
        kinds = (codes.label("service_types", code, text.current()) for code in view.scope.service_type_codes)
        facts: list[tuple[str, html.Cell]] = [
            (_("Norm"), norms.norm_words(norm)),
            (_("The norm comes from"), _norm_inputs(view)),
            (_("Target group in the area"), people),
            *_need_facts(summary),
            (_("Reach"), gaps.limit_words(analysis)),
            (_("Classes"), gaps.thresholds_sentence(analysis.settings)),
            (_("Capacity that counts"), amounts.amount(analysis.capacity_known, unit)),
            (_("Of it within reach of nobody counted"), amounts.amount(analysis.capacity_unreachable, unit)),
            (_("Capacity that does not count"), text.listing(not_counted) or None),
            (_("Kinds of services"), text.listing(kinds)),
            (_("Why these people"), view.group.population_reason[text.current()]),
        ]
        st.html(html.html_facts(facts))
        st.page_link(navigation.file("data_method"), label=_("Sources and method in full"))
        show_calculation(view, dataset, name)


def _need_facts(summary: Summary) -> list[tuple[str, html.Cell]]:
    """Say what becomes of the need, in parts that add up as they are shown."""
    shown = amounts.parts(summary)
    parts = (shown.demand, shown.served, shown.waiting, shown.out_of_reach)
    if not summary.untold_places:
        return [(_("Need, served, waiting, out of reach"), " · ".join(parts))]
    said = " · ".join((*parts, shown.untold))
    return [(_("Need, served, waiting, out of reach, cannot be told"), said)]


def show_calculation(view: View, dataset: Dataset, question: str) -> None:
    """Show every step and source of the figures of one municipality, once the reader has chosen it."""
    names = dict(member_rows(view)[["municipality_code", "name"]].itertuples(index=False, name=None))
    code = st.selectbox(
        _("Step by step for one municipality"),
        sorted(names, key=lambda one: sorting.sort_key(names[one])),
        index=None,
        format_func=lambda one: names[one],
        placeholder=_("Choose a municipality"),
        key=f"dosah-map-calculation-{view.choice.area}-{text.current()}-{question}",
    )
    if code is None:
        return
    from dashboard.catalogue import kept
    from dashboard.gaps import calculation

    st.html(calculation.STYLE + calculation.calculation(view.analysis, code, dataset, kept.entries()))


def _norm_inputs(view: View) -> str | None:
    norm = view.analysis.norm
    if norm.citation:
        return norm.citation
    if norm.capacity_number is None or norm.population_persons is None:
        return None
    ages = norms.persons(norm.age_weights)
    return _(
        "{capacity} ÷ {persons} × 1,000",
        capacity=amounts.amount(norm.capacity_number, norm.unit),
        persons=f"{text.number(norm.population_persons)} ({ages}, {norm.population_year})",
    )


def title_of(view: View) -> str:
    """Return what the page is about."""
    if not view.choice.beside:
        return _("{service}: {area}", service=view.group.label[text.current()], area=view.area_name)
    first, second = beside.names(view.choice, view.country)
    service = view.group.label[text.current()]
    both = _("{first} and {second}", first=first, second=second)
    return _(
        "{service}: {area}", service=both if first == service else f"{service} – {both}", area=view.area_name
    )


def run_again_unless(is_as_told: bool) -> None:  # the only question there is
    """
    Run the page once more where the controls said something else than they
    told, so that the map fits them.
    """
    if is_as_told:
        st.session_state.pop(AGAIN_KEY, None)
    elif not st.session_state.pop(AGAIN_KEY, False):
        st.session_state[AGAIN_KEY] = True
        st.rerun()


def page() -> None:
    """Arrange the page."""
    from dashboard.map import component

    dataset = data.dataset()
    is_seen_before = address_kept.CHOICE_KEY in st.session_state
    known = controls.vocabulary(dataset)
    start = address_kept.starting_choice(known)
    announced = controls.announced(start, dataset)
    asked = answered.answered(announced, known.bases)
    offered = controls.offered_beside(asked, dataset)
    with_beside = controls.show_beside(asked, offered, is_drawn=False)
    choice = answered.fitting(with_beside, start, offered, dataset)
    view = view_of(choice, dataset)
    other_choice = beside.choice_beside(choice)
    other = None if other_choice is None else view_of(other_choice, dataset)
    # The map is sent before all else: the browser paints it while it still renders
    # controls, sentences and tables.
    head = st.container()
    wide = st.container(key="dosah-map-place") if other is not None else None
    map_column, table_column = st.columns([5, 4], gap="medium")
    if other is not None and wide is not None:
        with wide:
            show_both(view, other, dataset)
    else:
        with map_column, st.container(key="dosah-map-place"):
            show_map(view, dataset, view.group.label[text.current()], component.MAP_KEY)
    if is_seen_before:
        time.sleep(HEAD_START_S)
    with st.sidebar:
        drawn = controls.show(start, dataset)
        is_as_told = drawn == announced and controls.show_beside(asked, offered) == with_beside
    run_again_unless(is_as_told)
    with head:
        st.title(title_of(view), anchor=False)
        show_headline(view, other)
    with table_column if other is None else map_column:
        selection_panel.show(choice, view.analysis, view.members, view.reach, dataset)
    with table_column if other is None else st.container():
        order = show_ranking(view, other)
    address_kept.keep(replace(choice, order=order))
    offer_gap_map(choice)
    for each, name in zip(
        [view] if other is None else [view, other], beside.names(choice, view.country), strict=False
    ):
        summary = summary_of(each)
        if other is not None:
            st.header(name, anchor=False)
        show_trust(each, summary, dataset)
        question = "" if other is None else name
        show_formula(each, summary, dataset, question)
        further.show(each.choice, question)


if __name__ == "__main__":
    page()

"""
Documents: every file that is carried to a meeting, printed, sent or opened elsewhere,
made when somebody asks for it.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import text
from dashboard.address import kept
from dashboard.address import question as choices
from dashboard.address.question import LANGUAGE_PARAMETER, MEASURES
from dashboard.answers import areas
from dashboard.answers import dataset as data
from dashboard.answers.areas import groups_of_country
from dashboard.documents import offer, order
from dashboard.documents.offer import Wish
from dashboard.gaps.area_choice import choose_area, members_of
from dashboard.phrases.labels import group_label
from dashboard.tables import html
from dashboard.text import _
from dashboard.village import share
from dashboard.web import routes
from geodata.studies.breaks import NATURAL, QUANTILE

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset

VILLAGE: Final = "municipality"
SUBJECT: Final = "map"
CUT: Final = "steps"
VILLAGE_KEY: Final = "dosah-documents-village"
SUBJECT_KEY: Final = "dosah-documents-map"
CUT_KEY: Final = "dosah-documents-steps"
POPULATION_SUBJECTS: Final = ("share_65", "share_80")
# Columns of `Analysis.coverage`: a measure is named without any answer.
COVERAGE_COLUMNS: Final = (
    "municipality_code", "name", "target_persons", "demand_places", "coverage_ratio",
    "served_places", "waiting_places", "out_of_reach_places", "missing_places",
    "gap_class", "is_lower_bound", "is_near_edge",
    "services_in_reach", "services_in_reach_unknown", "nearest_service_m", "nearest_service_id",
)  # fmt: skip

STYLE: Final = """<style>
.st-key-dosah-documents{max-width:66rem}
.dosah-lead{font-size:1.15rem;line-height:1.45;margin:.4rem 0 0;text-wrap:pretty}
</style>"""


# -- what is wanted ------------------------------------------------------------------------------------------


def choose_village(members: dict[str, str], area: str) -> str:
    """
    Let the reader choose one municipality of the area; one that an address asks
    for and the area does not have is told.
    """
    asked = st.query_params.get(VILLAGE, st.session_state.get(VILLAGE_KEY, ""))
    if asked and asked not in members and st.query_params.get("area") == area:
        st.info(_("The address asks for a municipality that is not in this area. Another one is shown."))
    return st.selectbox(
        _("Municipality"),
        list(members),
        index=list(members).index(asked) if asked in members else 0,
        format_func=members.__getitem__,
        key=f"dosah-documents-village-{area}-{text.current()}",
    )


def measure_labels() -> dict[str, str]:
    """Return what every measure of the map is called: the words of an answer without municipalities."""
    import pandas as pd

    from dashboard.gaps.measures import measures

    nothing = pd.DataFrame({name: [] for name in COVERAGE_COLUMNS})
    return {one.measure_id: one.label for one in measures(nothing, [])}


def cut_labels() -> dict[str, str]:
    """Return what the ways of cutting a share into steps are called."""
    return {QUANTILE: _("equally many municipalities"), NATURAL: _("similar shares together")}


def choose_cut() -> str:
    """Let the reader choose how a share is cut into steps."""
    labels = cut_labels()
    asked = st.query_params.get(CUT, st.session_state.get(CUT_KEY, QUANTILE))
    if asked not in labels:
        kept.say_refused({CUT: asked})
    return st.selectbox(
        _("Steps of colour"),
        list(labels),
        index=list(labels).index(asked) if asked in labels else 0,
        format_func=labels.__getitem__,
        help=_(
            "The steps depend on the municipalities of the area and are no norm. "
            "A map of a service keeps the steps that the norm gives it."
        ),
        key=f"dosah-documents-cut-{text.current()}",
    )


def choose_map(country: str, start: choices.Choice) -> tuple[str, str, str, str]:
    """Let the reader choose what a map shows, by which measure or in which steps, and the kind of picture."""
    subjects = {group: group_label(group) for group in groups_of_country(country)}
    subjects |= {
        "share_65": _("Share of people aged 65 and over"),
        "share_80": _("Share of people aged 80 and over"),
    }
    asked = st.query_params.get(SUBJECT, st.session_state.get(SUBJECT_KEY, start.service))
    if st.query_params.get(SUBJECT, asked) not in subjects:
        kept.say_refused({SUBJECT: asked})
    left, middle, right = st.columns([5, 3, 2])
    with left:
        subject = st.selectbox(
            _("What the map shows"),
            list(subjects),
            index=list(subjects).index(asked) if asked in subjects else 0,
            format_func=subjects.__getitem__,
            key=f"dosah-documents-map-{country}-{text.current()}",
        )
    measure, cut = MEASURES[0], QUANTILE
    with middle:
        if subject in POPULATION_SUBJECTS:
            cut = choose_cut()
        else:
            labels = measure_labels()
            measure = st.selectbox(
                _("Measure"),
                list(MEASURES),
                index=MEASURES.index(start.measure),
                format_func=labels.__getitem__,
                key=f"dosah-documents-measure-{text.current()}",
            )
    with right:
        kind = st.selectbox(
            _("Format"),
            list(offer.PICTURES),
            format_func=offer.PICTURES.__getitem__,
            key="dosah-documents-form",
        )
    return subject, measure, cut, kind


def own_address() -> str:
    """Return the address of this dashboard for QR codes; empty where nobody else could open it."""
    base = share.paper_base(st.context.url, st.context.headers.get("Host"), routes.base_path())
    return (base or "").rstrip("/")


# -- the page ------------------------------------------------------------------------------------------------


def keep(choice: choices.Choice, village: str, subject: str, cut: str) -> None:
    """
    Write what was chosen into the address as codes;
    the rest of the choice stays in the session for the map.
    """
    st.session_state[kept.CHOICE_KEY] = choice
    st.session_state[VILLAGE_KEY], st.session_state[SUBJECT_KEY] = village, subject
    st.session_state[CUT_KEY] = cut
    measure = {} if choice.measure == MEASURES[0] else {choices.PARAMETERS["measure"]: choice.measure}
    written = {"area": choice.area, **measure}
    kept.remember(written)
    language = {name: value for name, value in st.query_params.items() if name == LANGUAGE_PARAMETER}
    steps = {} if cut == QUANTILE else {CUT: cut}
    parameters = {**language, **written, VILLAGE: village, SUBJECT: subject, **steps}
    if parameters != st.query_params.to_dict():
        st.query_params.from_dict(parameters)


def page() -> None:
    """Arrange the page."""
    st.html(html.STYLE + order.STYLE + STYLE)
    # Narrow enough that a button stands near its words on a projector too.
    with st.container(key="dosah-documents"):
        show(data.dataset())


def show(dataset: Dataset) -> None:
    """Show every offer of an area."""
    st.title(_("Documents"), anchor=False)
    lead = _(
        "What you carry to a meeting, send, or open elsewhere. Each file is made when you ask for it, "
        "in the language you read now."
    )
    st.html(f'<p class="dosah-lead">{escape(lead)}</p>')
    place, _space = st.columns([2, 3])
    with place:
        choice = choose_area(dataset, "documents")
    country = areas.areas_of(dataset)[choice.area][1]
    members = members_of(dataset, choice.area)
    village, subject, cut = "", "", QUANTILE
    plain = Wish("", choice.area, text.current())
    for heading, offers in offer.sections(len(members)):
        shown = [one for one in offers if one.kind not in ("pack", "slides") or offer.has_story(choice.area)]
        if not shown:
            continue
        st.header(heading, anchor=False)
        for one in shown:
            wish = replace(plain, kind=one.kind)
            if one.kind == "sheet":
                with st.columns([2, 3])[0]:
                    village = choose_village(members, choice.area)
            if one.kind == "png":
                subject, measure, cut, form = choose_map(country, choice)
                if subject not in POPULATION_SUBJECTS:
                    choice = replace(choice, measure=measure)
                wish = replace(wish, kind=form, subject=subject, measure=measure, classes=cut)
            if one.kind in ("sheet", "slip"):
                wish = replace(wish, village=village)
            if one.kind in ("sheet", "sheets", "sheets_zip"):
                wish = replace(wish, address=own_address())
            if one.kind == "report":
                wish = replace(wish, template=order.template())
            order.show_offer(dataset, one, wish)
    keep(choice, village, subject, cut)


if __name__ == "__main__":
    page()

"""What leads on from a scenario: suggestions where new sites help most, the scenario as a link and as a file."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import streamlit as st

from dashboard import choice as choices
from dashboard import controls, data, gap_words, scenario, scenario_state, text, uploads
from dashboard.scenario import Scenario, Step
from dashboard.scenario_map import FIRST_CAPACITY
from dashboard.text import _
from geodata.errors import DosahError, InputFileError

if TYPE_CHECKING:
    from dashboard.scenario_state import Key
    from dashboard.scenario_view import Result, View
    from geodata.catalog import Dataset

FILE_KEY: Final = "dosah-scenario-file"
ASKED_KEY: Final = "dosah-scenario-asked"
UNREAD_KEY: Final = "dosah-scenario-unread"
PROBLEM_KEY: Final = "dosah-scenario-problem"
MOST_SITES: Final = 10


# -- suggestions ----------------------------------------------------------------------------------------------------------


def show_suggestions(view: View, key: Key, result: Result) -> None:
    """Suggest where new sites would help most, on top of the scenario."""
    st.header(_("Where would new services help most?"), anchor=False)
    sites_column, places_column, button_column = st.columns([1, 1, 2], vertical_alignment="bottom")
    most = min(MOST_SITES, len(view.members))
    sites = sites_column.number_input(
        _("New services"), 1, most, min(2, most), key=f"dosah-scenario-sites-{most}"
    )
    places = places_column.number_input(
        _("Capacity of each"), 1.0, 1000.0, FIRST_CAPACITY, step=1.0, format="%g", key="dosah-scenario-places"
    )
    if button_column.button(_("Suggest places")):
        st.session_state[ASKED_KEY] = (key, view.choice.area, sites, places)
    if st.session_state.get(ASKED_KEY) != (key, view.choice.area, sites, places):
        return
    from geodata.siting import site_services

    try:
        with st.spinner(_("Trying all possibilities…")):
            found = site_services(
                result.comparison.after,
                view.members,
                view.members,
                sites=int(sites),
                places_each=float(places),
            )
    except DosahError:
        st.info(_("There is nothing to suggest: nothing is missing in the area, or the need is not known."))
        return
    steps = tuple(
        Step("add", "", str(code), float(number))
        for code, number in zip(found.chosen["municipality_code"], found.chosen["places"], strict=True)
    )
    sentence = _(
        "The best choice: {places}. {after} would be missing instead of {before}.",
        places=text.listing(
            _("{place} ({amount})", place=name, amount=gap_words.amount(number, view.scope.unit))
            for name, number in zip(found.chosen["name"], found.chosen["places"], strict=True)
        ),
        before=gap_words.places(found.missing_before),
        after=gap_words.places(found.missing_after),
    )
    st.html(f'<p class="dosah-headline">{escape(sentence)}</p>')
    note = _(
        "Exact for these assumptions: new capacity is shared among all within reach, in neighbouring areas too. Staff, buildings "
        "and money are not part of the calculation."
    )
    st.html(f'<p class="dosah-small">{escape(note)}</p>')
    st.button(
        _("Put this into the scenario"),
        type="primary",
        on_click=_take_suggestion,
        args=(key, steps),
    )


def _take_suggestion(key: Key, steps: tuple[Step, ...]) -> None:
    st.session_state.pop(ASKED_KEY, None)
    scenario_state.add(key, *steps)


# -- keep and share -------------------------------------------------------------------------------------------------------


def show_sharing(
    now: Scenario, parameters: dict[str, str], question: dict[str, str], dataset: Dataset
) -> None:
    """Save and load the scenario as a file, share it as a link."""
    st.header(_("Save and share"), anchor=False)
    save, load = st.columns(2, gap="large")
    with save:
        address = f"{(st.context.url or '').split('?')[0]}?{urlencode(parameters)}"
        about = _("This address holds the whole scenario; whoever opens it sees the same:")
        st.html(f"<p>{escape(about)}</p>")
        st.code(address, language=None, wrap_lines=True)
        st.download_button(
            _("Save the scenario as a file"),
            scenario.write_file(now, question, dataset.facts.get("data_date")),
            file_name="dosah-scenar.json" if text.current() == "cs" else "dosah-scenario.json",
            mime="application/json",
        )
    with load:
        uploads.ask(_("Open a saved scenario (JSON)"), ["json"], FILE_KEY, 1, on_change=_load)
        if st.session_state.get(PROBLEM_KEY):
            st.error(_("This is no scenario saved by this page. Choose another file."))


def _load() -> None:
    """Take question and scenario from a file into the session; the run that follows checks them like those of a link."""
    file = st.session_state.get(FILE_KEY)
    st.session_state[PROBLEM_KEY] = False
    if file is None:
        return
    try:
        loaded, question, refused = scenario.read_file(file.getvalue())
    except InputFileError:
        st.session_state[PROBLEM_KEY] = True
        return
    dataset = data.dataset()
    choice = choices.read(question, controls.vocabulary(dataset)).choice
    country = controls.areas_of(dataset)[choice.area][1]
    for name in [name for name in st.session_state if str(name).startswith("dosah-control-")]:
        del st.session_state[name]
    st.session_state[controls.CHOICE_KEY] = choice
    st.session_state[UNREAD_KEY] = refused
    scenario_state.put((country, choice.service), loaded)

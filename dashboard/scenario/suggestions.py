"""
What leads on from a scenario: suggestions where new sites help most,
the scenario as a link and as a file.
"""

from __future__ import annotations

from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import streamlit as st

from dashboard import text
from dashboard.address import kept
from dashboard.address import question as choices
from dashboard.answers import areas
from dashboard.answers import dataset as data
from dashboard.frame import uploads
from dashboard.gaps import controls
from dashboard.scenario import state
from dashboard.scenario import steps as scenario
from dashboard.scenario import words as scenario_words
from dashboard.scenario.circles import FIRST_CAPACITY
from dashboard.scenario.steps import Scenario, Step
from dashboard.text import _
from geodata.errors import DosahError, InputFileError

if TYPE_CHECKING:
    from dashboard.scenario.result import Result, View
    from dashboard.scenario.state import Key
    from geodata.dataset.dataset import Dataset
    from geodata.studies.siting import Siting

FILE_KEY: Final = "dosah-scenario-file"
ASKED_KEY: Final = "dosah-scenario-asked"
UNREAD_KEY: Final = "dosah-scenario-unread"
PROBLEM_KEY: Final = "dosah-scenario-problem"
MOST_SITES: Final = 10


# -- suggestions ---------------------------------------------------------------------------------------------


def show_suggestions(view: View, key: Key, result: Result) -> None:
    """Suggest where new sites would help most, on top of the scenario."""
    st.header(_("Where would new services help most?"), anchor=False)
    if len(view.members) < 2:
        # An area may have lost all its members too, when codes of municipalities changed.
        one = _("The area is one municipality, so there is no choice of places.")
        st.info(one if view.members else _("No municipality of this area is in the data."))
        return
    sites_column, places_column, method_column, button_column = st.columns(
        [2, 2, 4, 3], vertical_alignment="bottom"
    )
    most = min(MOST_SITES, len(view.members))
    sites = sites_column.number_input(
        _("New services"), 1, most, min(2, most), key=f"dosah-scenario-sites-{most}"
    )
    places = places_column.number_input(
        _("Capacity of each"), 1.0, 1000.0, FIRST_CAPACITY, step=1.0, format="%g", key="dosah-scenario-places"
    )
    goals = scenario_words.goals(has_classical=_has_classical())
    goal = method_column.selectbox(
        _("What counts"),
        list(goals),
        format_func=goals.__getitem__,
        key=f"dosah-scenario-goal-{text.current()}",
    )
    asked = (key, view.choice.area, sites, places, goal)
    if button_column.button(_("Suggest places")):
        st.session_state[ASKED_KEY] = asked
    if st.session_state.get(ASKED_KEY) != asked:
        return
    with st.spinner(_("Trying all possibilities…")):
        found = _suggestion(view, result, int(sites), float(places), goal)
    if found is None:
        st.info(_("There is nothing to suggest: nothing is missing in the area, or the need is not known."))
        return
    steps = tuple(
        Step("add", "", str(code), float(number))
        for code, number in zip(found.chosen["municipality_code"], found.chosen["places"], strict=True)
    )
    is_bound = result.comparison.summary_after.is_lower_bound
    st.html(
        "".join(
            f'<p class="dosah-{look}">{escape(words)}</p>'
            for look, words in (
                ("headline", scenario_words.suggestion(found, view.scope.unit, is_lower_bound=is_bound)),
                ("small", scenario_words.suggestion_method(found.method)),
            )
        )
    )
    st.button(
        _("Put this into the scenario"),
        type="primary",
        on_click=_take_suggestion,
        args=(key, steps),
    )


def _has_classical() -> bool:
    """Tell whether the optional part with the classical models is installed, without loading it."""
    return all(find_spec(name) is not None for name in ("spopt", "pulp"))


def _suggestion(view: View, result: Result, sites: int, places: float, goal: str) -> Siting | None:
    from geodata.studies import siting

    after = result.comparison.after
    try:
        if goal == siting.LEAST_MISSING and not siting.is_exact(after, view.members, view.members):
            goal = siting.SITE_BY_SITE
        return siting.site_services(
            after, view.members, view.members, sites=sites, places_each=places, method=goal
        )
    except DosahError:
        return None


def _take_suggestion(key: Key, steps: tuple[Step, ...]) -> None:
    st.session_state.pop(ASKED_KEY, None)
    state.add(key, *steps)


# -- keep and share ------------------------------------------------------------------------------------------


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
    """
    Take question and scenario from a file into the session; the run that follows checks
    them like those of a link.
    """
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
    country = areas.areas_of(dataset)[choice.area][1]
    for name in [name for name in st.session_state if str(name).startswith("dosah-control-")]:
        del st.session_state[name]
    st.session_state[kept.CHOICE_KEY] = choice
    st.session_state[UNREAD_KEY] = refused
    state.put((country, choice.service), loaded)

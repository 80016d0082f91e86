"""
"Add to story" on the pages: the view as it is now, as codes and settings.

One line on a page calls one function here. Nothing is computed before the click.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import navigation, text
from dashboard.address import question as choices
from dashboard.address.question import LANGUAGE_PARAMETER, Choice
from dashboard.answers import areas as answers_areas
from dashboard.answers import dataset as data
from dashboard.scenario import steps
from dashboard.story import state
from dashboard.tables.html import html
from dashboard.text import _
from geodata.stories import GAP_MEASURES, MOST_STEPS, View

if TYPE_CHECKING:
    from dashboard.scenario.steps import Scenario

_ADDED: Final = "dosah-story-added"
# As `dashboard.address.question` writes what stands beside the first map.
_NORM: Final = "norm."
_LIMIT: Final = "limit."


def gap_view(choice: Choice) -> View:
    """Return the map of gaps as a view: one map, or two beside each other."""
    settings = choices.settings(choice)
    beside = str(getattr(choice, "beside", ""))
    if beside.startswith(_NORM):
        return View(
            "compare", groups=(choice.service,), beside_norm=beside.removeprefix(_NORM), settings=settings
        )
    if beside.startswith(_LIMIT):
        limit_m = float(beside.removeprefix(_LIMIT)) * 1000
        return View("compare", groups=(choice.service,), beside_limit_m=limit_m, settings=settings)
    if beside:
        return View("compare", groups=(choice.service, beside), settings=settings)
    measure = choice.measure if choice.measure in GAP_MEASURES[1:] else None
    return View("gap", group=choice.service, measure=measure, settings=settings)


def scenario_view(choice: Choice, now: Scenario, shown: str) -> View:
    """Return a scenario as a view; an empty one is the map of gaps."""
    if now.is_empty:
        return gap_view(choice)
    return View(
        "scenario",
        group=choice.service,
        changes=steps.write_link(now.steps),
        scenario_norm=now.norm,
        scenario_norm_per_1000=now.typed_norm if now.norm == "typed" else None,
        picture=shown if shown in ("today", "both") else None,
        settings=choices.settings(choice),
    )


def offer_gap_map(choice: Choice) -> None:
    """Offer to add the map of gaps."""
    _show(choice.area, gap_view(choice))


def offer_scenario(choice: Choice, now: Scenario, shown: str) -> None:
    """Offer to add a scenario."""
    _show(choice.area, scenario_view(choice, now, shown))


def offer_village(code: str, areas: tuple[str, ...] | list[str]) -> None:
    """Offer to add a village; one in no planning area has no story to stand in."""
    if areas:
        _show(areas[0], View("village", municipality=code))


def offer_ages(area: str, municipality: str) -> None:
    """Offer to add the ages of an area, or of one municipality ("" = the area)."""
    _show(area, View("ages", municipality=municipality or None))


def _show(area: str, view: View) -> None:
    added: tuple[str, View, int] | None = st.session_state.get(_ADDED)
    with st.container(key="dosah-add-to-story", horizontal=True, vertical_alignment="center"):
        st.button(
            _("Add to story"),
            help=_(
                "Add this view to your own story for a meeting; "
                "the sentence on the slide can be changed there."
            ),
            key=f"dosah-add-to-story-{text.current()}",
            on_click=_add,
            args=(area, view),
        )
        if added is None or added[:2] != (area, view):
            return
        said = (
            _("Step {n} of your story.", n=text.number(added[2]))
            if added[2]
            else _("Your story is full: it has {n} steps.", n=text.number(MOST_STEPS))
        )
        st.html(f'<span role="status">{html(said)}</span>', width="content")
        st.page_link(
            navigation.file("present"),
            label=_("Open the story"),
            query_params={"area": area, "story": "own", LANGUAGE_PARAMETER: text.current()},
        )


def _add(area: str, view: View) -> None:
    dataset = data.dataset()
    name = answers_areas.areas_of(dataset)[area][0]
    step = state.add(area, name, view, state.names_of(dataset, view))
    st.session_state[_ADDED] = (area, view, step)

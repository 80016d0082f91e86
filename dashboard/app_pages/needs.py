"""
Needs and profile of an area: who lives there, how it plans,
what people say beside the gaps, what it costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import text
from dashboard.address import kept, sections
from dashboard.address import question as choices
from dashboard.address.question import LANGUAGE_PARAMETER
from dashboard.answers import areas
from dashboard.answers import dataset as data
from dashboard.gaps import area_choice
from dashboard.gaps.area_choice import members_of
from dashboard.needs import findings_panel, panels
from dashboard.people import ages
from dashboard.story.button import offer_ages
from dashboard.tables import html
from dashboard.text import _

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset

PLACE: Final = "municipality"
PLACE_KEY: Final = "dosah-needs-place"
PAGE: Final = "needs"

STYLE: Final = """<style>
.dosah-pyramid img{width:100%;max-width:38rem;border:1px solid rgba(128,128,128,.45);border-radius:.4rem}
</style>"""


# -- where ---------------------------------------------------------------------------------------------------


def choose_area(dataset: Dataset) -> tuple[choices.Choice, str]:
    """Let the reader choose an area and, inside it, a municipality ("" = all of it)."""
    choice = area_choice.choose_area(dataset, "needs")
    area = choice.area
    asked = st.query_params.get(PLACE, st.session_state.get(PLACE_KEY, ""))
    members = members_of(dataset, area)
    words = {"": _("the whole area"), **members}
    if st.query_params.get(PLACE, "") not in words:
        kept.say_refused({PLACE: asked})
    municipality = st.selectbox(
        _("Ages of"),
        list(words),
        index=list(words).index(asked) if asked in words else 0,
        format_func=words.__getitem__,
        key=f"dosah-needs-place-{area}-{text.current()}",
    )
    return choice, municipality


def keep(choice: choices.Choice, municipality: str, section: str) -> None:
    """
    Write area, municipality and section into the address; the rest of the choice stays
    in the session for the map.
    """
    st.session_state[kept.CHOICE_KEY] = choice
    st.session_state[kept.WRITTEN_KEY] = {"area": choice.area}
    st.session_state[PLACE_KEY] = municipality
    language = {name: value for name, value in st.query_params.items() if name == LANGUAGE_PARAMETER}
    parameters = {
        **language,
        "area": choice.area,
        **({PLACE: municipality} if municipality else {}),
        **sections.write(sections.PARAMETER, section, PAGE),
    }
    if parameters != st.query_params.to_dict():
        st.query_params.from_dict(parameters)


def titles() -> dict[str, str]:
    """Return the sections of the page."""
    return {
        "people": _("Who lives here"),
        "findings": _("What people say"),
        "money": _("Money"),
        "indicators": _("Numbers about need"),
        "planning": _("How the area plans"),
    }


def page() -> None:
    """Arrange the page."""
    dataset = data.dataset()
    st.html(html.STYLE + STYLE)
    with st.sidebar:
        choice, municipality = choose_area(dataset)
    area_name, country = areas.areas_of(dataset)[choice.area]
    members = members_of(dataset, choice.area)
    st.title(_("Needs and profile: {area}", area=text.plain(area_name)), anchor=False)
    section = sections.choose(titles(), PAGE)
    shown = list(titles()) if section == sections.ALL else [section]
    for name in shown:
        if name == "people":
            people = ages.people_of(dataset, [municipality] if municipality else list(members))
            whole = ages.people_of_country(dataset, country)
            panels.show_people(people, whole, members.get(municipality, area_name))
            offer_ages(choice.area, municipality)
        elif name == "findings":
            findings_panel.show_findings(dataset, choice.area, country, members)
        elif name == "money":
            panels.show_money(dataset, members)
        elif name == "indicators":
            panels.show_indicators(dataset, choice.area, members)
        else:
            panels.show_planning(dataset, choice.area)
    keep(choice, municipality, section)


if __name__ == "__main__":
    page()

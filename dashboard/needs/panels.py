"""What the page of needs shows of an area: who lives there, how it plans, which indicators it has loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from markupsafe import Markup

from dashboard import navigation, text
from dashboard.address.question import LANGUAGE_PARAMETER
from dashboard.drawing.address import data_address
from dashboard.needs import facts as needs_facts
from dashboard.needs import money
from dashboard.people import ages, pyramid
from dashboard.tables import html
from dashboard.tables.html import html_facts
from dashboard.text import _, ngettext

if TYPE_CHECKING:
    from dashboard.people.ages import People
    from geodata.dataset.dataset import Dataset


# -- who lives here ------------------------------------------------------------------------------------------


def show_people(people: People, country: People, name: str) -> None:
    """Show the ages: a sentence, figures, the pyramid and its table."""
    st.header(_("Who lives here"), anchor=False)
    if not people.bands:
        st.info(_("The population is not loaded here. Load it with `dosah build`, see Data and method."))
        return
    st.html(Markup('<p class="dosah-headline">{}</p>').format(people_sentence(people, name)))
    if people.unknown:
        st.info(
            ngettext(
                "The population of {n} municipality is not loaded and not counted here.",
                "The population of {n} municipalities is not loaded and not counted here.",
                people.unknown,
            )
        )
    picture, figures = st.columns([5, 3], gap="large")
    with picture:
        svg = pyramid.pyramid(people, country)
        alternative = _("Age pyramid of {name}; the table below it says the same in numbers.", name=name)
        st.html(
            Markup('<div class="dosah-pyramid"><img alt="{}" src="{}"></div>').format(
                alternative, data_address(svg)
            )
        )
        with st.expander(_("Ages as a table")):
            st.html(ages.ages_table(people, name))
    with figures:
        st.html(html_facts(people_facts(people)))


def people_sentence(people: People, name: str) -> str:
    """Say how many live here and how many of them are old."""
    seniors = people.between(ages.SENIOR_AGE, None)
    inhabitants = ngettext("{n} inhabitant", "{n} inhabitants", people.total)
    if seniors is None or not people.total:
        return f"{name}: {inhabitants}."
    return _(
        "{name}: {inhabitants}, of them {seniors} aged 65 and over ({share}).",
        name=name,
        inhabitants=inhabitants,
        seniors=text.number(seniors),
        share=text.percent(seniors / people.total, 1),
    )


def people_facts(people: People) -> list[tuple[str, html.Cell]]:
    """Return the figures beside the pyramid; unknown where the source does not divide ages so."""

    def count(first: int, last: int | None) -> str:
        number = people.between(first, last)
        if number is None:
            return text.unknown()
        return (
            f"{text.number(number)} ({text.percent(number / people.total, 1)})"
            if people.total
            else text.number(number)
        )

    children, seniors = people.between(0, 14), people.between(65, None)
    index = text.number(100 * seniors / children) if children and seniors is not None else text.unknown()
    return [
        (_("aged up to 14"), count(0, 14)),
        (_("aged 15–64"), count(15, 64)),
        (_("aged 65 and over"), count(65, None)),
        (_("aged 80 and over"), count(80, None)),
        (_("People aged 65 and over per 100 children"), index),
        (_("Counted on"), text.listing(text.date(day) for day in people.dates)),
    ]


# -- how the area plans --------------------------------------------------------------------------------------


def show_planning(dataset: Dataset, area: str) -> None:
    """Show what is known of the planning process and of projects."""
    st.header(_("How the area plans"), anchor=False)
    facts = needs_facts.facts_of(dataset, area)
    pairs = needs_facts.process_facts(facts)
    if pairs:
        st.html(html_facts(pairs))
    found = needs_facts.projects(facts)
    for name, project in found:
        with st.expander(text.plain(name)):
            st.html(html_facts(project))
    if not pairs and not found:
        st.info(
            _("Nothing is known of the planning of this area. Its own file in geodata/areas can say more.")
        )


def show_indicators(dataset: Dataset, area: str, members: dict[str, str]) -> None:
    """Show the indicators of need that the area has loaded, or how to load some."""
    st.header(_("Indicators of need"), anchor=False)
    found = needs_facts.indicator_tables(dataset, area, members)
    if found:
        for table in found:
            st.html(table)
        hidden = _("Numbers of few persons are hidden (<, ≥), and with them whatever would give them away.")
        st.html(Markup("<p>{}</p>").format(hidden))
        return
    st.info(
        _(
            "No number about need is loaded, for instance recipients of care allowance by municipality. "
            "What to do: take the template on the page “Own tables”, fill it in and publish it there."
        )
    )
    own_table_link("needs")


def own_table_link(kind: str) -> None:
    """Lead to the page on which a table is taken, filled in and published."""
    st.page_link(
        navigation.file("own_tables"),
        label=_("Open the template on the page “Own tables”"),
        query_params={"kind": kind, LANGUAGE_PARAMETER: text.current()},
    )


def show_money(dataset: Dataset, members: dict[str, str]) -> None:
    """Show what the area has loaded of money and networks, or what to do."""
    st.header(_("Is it financed effectively"), anchor=False)
    services = money.services_of(dataset, members)
    sums = money.money_table(dataset, services)
    networks = money.network_table(dataset, services)
    if sums is None:
        st.info(
            _(
                "No money of the services in this area is loaded, so nobody can tell. "
                "What to do: grants and spending by service and year stand in the budgets of region and "
                "municipalities; write them into the table of money and publish it on the page “Own tables”."
            )
        )
        own_table_link("funding")
    else:
        rules = _(
            "Money asked for, granted and spent is never added up, nor are currencies and years. "
            "Each registration counts once, with all of its money, if it has a place in this area. "
            "The price of a place is told only where a service has one form, one unit "
            "and a number that is not doubtful."
        )
        st.html(Markup("<p>{}</p>{}").format(rules, sums))
        with st.expander(_("Who pays")):
            st.html(money.payers_table(dataset, services) or "")
    if networks is None:
        st.info(_("No capacity in a regional or municipal network is loaded."))
        own_table_link("network")
        return
    st.html(networks)

"""
The catalogue's views of one thing: the card of a service, the page of a provider,
what is left of a service that is gone.

They arrange what `card`, `provider`, `history` and `money` say; the address bar tells them what to show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st
from markupsafe import Markup

from dashboard import navigation, text
from dashboard.answers import stated
from dashboard.catalogue import card, history, kept, money, provider, spots
from dashboard.catalogue import rows as catalogue_list
from dashboard.catalogue.address import CARD, PROVIDER, Favourites, address, list_parameters
from dashboard.catalogue.filter_words import completeness_sentence
from dashboard.tables import sheets
from dashboard.tables.html import Cell, Html, bullets, html, html_facts, lines, link
from dashboard.text import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.catalogue.history import Gone
    from dashboard.catalogue.spots import Spots
    from dashboard.map.component import Answer
    from geodata.dataset.dataset import Dataset
    from geodata.reading.services import Service

PLACE_KEY = "dosah-catalogue-map-place"
CLICKED_KEY = "dosah-catalogue-map-clicked"
MOST_AT_POINT = 30


@dataclass(frozen=True)
class World:
    """
    What every view of the catalogue needs of the dataset: names by code, origins by id,
    the day it speaks of.
    """

    dataset: Dataset
    districts: Mapping[str, str]
    places: Mapping[str, str]
    origins: Mapping[str, Mapping[str, Any]]
    data_date: str | None

    @property
    def names(self) -> dict[str, str]:
        """Names of municipalities and districts by code."""
        return {**self.places, **self.districts}


def parameters() -> dict[str, str]:
    """Return the part of the address that leads back to the list, in the language that is spoken."""
    return list_parameters(
        {**{name: st.query_params[name] for name in st.query_params}, "lang": text.current()}
    )


def paragraph(said: str) -> None:
    """Show a calm sentence."""
    st.html(Markup('<p class="dosah-small">{}</p>').format(said))


def show_way_back() -> None:
    """Lead back to the list that the view was opened from."""
    show_link(link(_("← Back to the list"), address(parameters())))


def show_link(tag: Cell) -> None:
    """Show a link that stands alone, or the words where it would be."""
    st.html(Markup('<p class="dosah-links">{}</p>').format(html(tag)))


# -- the card of a service -----------------------------------------------------------------------------------


def show_card(entry: Service, world: World, favourites: Favourites) -> None:
    """Show all that is known of a service and where it is known from."""
    show_way_back()
    st.header(text.plain(entry.name), anchor=False)
    own = parameters()
    star = catalogue_list.star(entry, {**own, CARD: entry.service_id}, favourites, is_alone=True)
    show_link(star)
    statements = kept.statements().get(entry.service_id, ())
    facts = card.facts(
        entry,
        world.districts,
        world.places,
        world.data_date,
        provider=catalogue_list.provider_link(entry, own),
        over_time=history.unchanged(statements, world.data_date),
    )
    st.html(html_facts(facts))
    if history.has_changed(statements, world.data_date):
        show_history(statements, world.data_date)
    show_money([entry], world)
    st.subheader(_("Where this is known from"), anchor=False)
    st.html(html_facts(card.sources(entry, world.origins)))


def show_history(statements: Sequence[history.Statement], data_date: str | None) -> None:
    """Show what datasets so far said of the capacity, in a sentence and a table."""
    st.subheader(_("Capacity over time"), anchor=False)
    for sentence in history.sentences(statements, data_date):
        st.html(Markup("<p>{}</p>").format(sentence))
    paragraph(_("The days are those of the data that were loaded; the change itself lies between them."))
    st.html(history.table(statements))


def show_money(services: Sequence[Service], world: World) -> None:
    """Show what tables of an office told of money and networks; one calm line where they told nothing."""
    books = kept.books()
    payments = [row for entry in services for row in books.payments.get(entry.service_id, ())]
    networks = [row for entry in services for row in books.networks.get(entry.service_id, ())]
    st.subheader(_("Money and network"), anchor=False)
    if not payments and not networks:
        paragraph(money.nothing(books))
        return
    single = services[0] if len(services) == 1 else None
    own = parameters()
    names = (
        None
        if single
        else {
            entry.service_id: link(entry.name, address(own, **{CARD: entry.service_id})) for entry in services
        }
    )
    if payments:
        if single:
            st.html(Markup("<p>{}</p>").format(money.totals_html(single, payments)))
            paragraph(money.division_note(single, world.data_date))
        st.html(money.payments_table(payments, names))
        paragraph(
            _(
                "Money belongs to a registration and its year. Requested, "
                "granted and spent are different sums and are not added, nor are currencies."
            )
        )
    if networks:
        st.html(money.networks_table(networks, names))
        paragraph(_("Capacity in a network stands beside the registered one and is never added to it."))


# -- what is left of a service that is gone ------------------------------------------------------------------


def show_gone(service: Gone) -> None:
    """Show what is remembered of a service that an earlier dataset held."""
    show_way_back()
    st.header(text.plain(service.name), anchor=False)
    st.info(text.plain(history.gone_sentence(service)))
    statements = kept.statements().get(service.service_id, ())
    st.html(html_facts(history.gone_facts(service, statements)))
    if statements:
        st.html(history.table(statements))


def show_gone_list(gone: Mapping[str, Gone], most: int = 200) -> None:
    """List services that are gone, each leading to what is remembered of it; nothing where none is."""
    if not gone:
        return
    with st.expander(
        ngettext(
            "{n} service is gone since an earlier state of the data",
            "{n} services are gone since an earlier state of the data",
            len(gone),
        )
    ):
        own = parameters()
        cells = []
        for row in list(gone.values())[:most]:
            last = _("last in the data of {day}", day=text.date(row.last_seen))
            cells.append(lines([link(row.name, address(own, **{CARD: row.service_id})), last]))
        show_bullets(cells, len(gone) - most)


def show_bullets(cells: Sequence[Html], hidden: int = 0) -> None:
    """Show a list of links, and how many more there are."""
    st.html(bullets(cells, "dosah-links"))
    if hidden > 0:
        paragraph(ngettext("and {n} more", "and {n} more", hidden))


# -- the page of a provider ----------------------------------------------------------------------------------


def show_provider(services: Sequence[Service], world: World, favourites: Favourites) -> None:
    """Show a provider with all its services, a map of their places, money and sources."""
    show_way_back()
    provider_id = services[0].provider_id or ""
    own = {**parameters(), PROVIDER: provider_id}
    st.header(text.plain(provider.title(services)), anchor=False)
    if provider.has_no_name(services):
        paragraph(_("The register names no organisation here. Names of people are not stored."))
    st.html(html_facts(provider.facts(services, world.districts, world.places)))
    circles = spots.spots(services, spots.middles(world.dataset))
    table, beside = st.columns([3, 2], gap="medium") if circles.spots else (st.container(), None)
    with table:
        st.html(
            catalogue_list.table(
                services,
                world.districts,
                world.data_date,
                own,
                favourites,
                caption=_("All services"),
                points=circles.of_services,
            )
        )
    if beside is not None:
        with beside:
            code = show_map(circles, services, world, f"provider {provider_id}")
            if code:
                st.switch_page(
                    navigation.file("village"), query_params={"municipality": code, "lang": text.current()}
                )
    st.subheader(_("Capacity"), anchor=False)
    st.html(provider.holdings_table(provider.holdings(services)))
    show_money(services, world)
    st.subheader(_("Where this is known from"), anchor=False)
    st.html(html_facts(provider.sources(services, world.origins)))


# -- the map -------------------------------------------------------------------------------------------------


def show_map(circles: Spots, services: Sequence[Service], world: World, view: str) -> str | None:
    """
    Draw found services on the map; say below it what stands at the point that was clicked,
    and which services have none.

    Returns
    -------
    municipality_code
        The outline that the reader has just clicked; None where none was.
    """
    with st.container(key=PLACE_KEY):
        answer = spots.show(circles, services, world.dataset, names=world.names, view=view)
    open_point(answer, circles)
    for sentence in spots.missing_sentences(circles, world.districts):
        paragraph(sentence)
    # Streamlit repeats an answer in every run; only a new one is the reader's wish.
    code, before = answer.municipality_code, st.session_state.get(CLICKED_KEY)
    st.session_state[CLICKED_KEY] = code
    return code if code != before else None


def open_point(answer: Answer, circles: Spots) -> None:
    """Open the card of the service whose point was clicked; where several share it, list them."""
    spot = next((one for one in circles.spots if one.spot_id == answer.point), None)
    if spot is None:
        return
    services = list(spot.services.values())
    if len(services) == 1:
        st.query_params[CARD] = services[0].service_id
        st.rerun()
    own = parameters()
    count = ngettext("{n} service at this point", "{n} services at this point", len(services))
    st.html(Markup('<p class="dosah-small" role="status"><strong>{}</strong></p>').format(count))
    show_bullets(
        [link(entry.name, address(own, **{CARD: entry.service_id})) for entry in services[:MOST_AT_POINT]],
        len(services) - MOST_AT_POINT,
    )


# -- the sheet -----------------------------------------------------------------------------------------------


def show_downloads(services: Sequence[Service], said: list[tuple[str, str]], world: World) -> None:
    """Offer the whole result as CSV and XLSX; made only when asked for."""
    if not services:
        return
    is_whole = stated.is_whole_register(world.dataset, "CZ")

    def rows() -> list[list[sheets.Value]]:
        return [card.sheet_row(entry, world.districts, world.places, world.origins) for entry in services]

    def workbook() -> bytes:
        used = {entry.origin_id for entry in services} | {
            linked.origin_id for entry in services for linked in entry.linked
        }
        complete = (_("Completeness"), completeness_sentence(is_whole=is_whole))
        notes = card.sheet_notes([*said, complete], world.origins, used, world.dataset.version)
        return sheets.xlsx_bytes(_("Catalogue"), card.sheet_headings(), rows(), notes, _("Sources"))

    word = _("catalogue")
    name = f"dosah-{word}-{world.data_date or world.dataset.version}"
    with st.container(horizontal=True):
        st.download_button(
            _("Download as XLSX"),
            in_language(workbook),
            f"{name}.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            on_click="ignore",
        )
        st.download_button(
            _("Download as CSV"),
            in_language(lambda: sheets.csv_bytes(card.sheet_headings(), rows())),
            f"{name}.csv",
            "text/csv",
            on_click="ignore",
        )


def in_language(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Let a file be made later, in another thread, in the language of now."""
    language = text.current()

    def run() -> bytes:
        text.use(language)
        return make()

    return run

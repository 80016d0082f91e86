"""
Catalogue: find a service in a list and on a map, read all that is known of it,
keep a list of one's own, take it away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import text
from dashboard.answers import dataset as data
from dashboard.answers import stated
from dashboard.catalogue import filters as catalogue_filters
from dashboard.catalogue import index, provider, rows, shown, spots
from dashboard.catalogue import kept as entries
from dashboard.catalogue.address import (
    CARD,
    FAVOURITES,
    MOST_FAVOURITES,
    PAGE,
    PROVIDER,
    VIEW,
    Favourites,
    View,
    read_favourites,
    read_view,
)
from dashboard.catalogue.filter_words import (
    Options,
    completeness_sentence,
    facet_label,
    filter_labels,
    filter_words,
)
from dashboard.catalogue.filters import ADDRESS_NAMES, Filters, Selection
from dashboard.catalogue.shown import World
from dashboard.tables import html as tables
from dashboard.tables.html import html
from dashboard.text import _, ngettext
from dashboard.village import paper

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geodata.dataset.dataset import Dataset
    from geodata.reading.services import Service

PAGE_SIZE = 25
WIDGETS = "dosah-catalogue-"
FIRST_FILTERS = ("area", "kind", "target")
FURTHER_FILTERS = ("municipality", "district", "form", "capacity", "status", "evidence", "nature")
# Other parameters of the address that a change of a filter leaves alone.
_KEPT = ("lang", VIEW, FAVOURITES)
MAP_STYLE = """<style>
.st-key-dosah-catalogue-map-place iframe{height:clamp(340px,calc(100vh - 20rem),720px);border-radius:.4rem;
 border:1px solid rgba(128,128,128,.45)}
@media (max-width:640px){.st-key-dosah-catalogue-map-place iframe{height:58vh}
 [data-testid="stColumn"]:has(.st-key-dosah-catalogue-map-place){order:-1}}
@media (min-width:641px){[data-testid="stColumn"]:has(.st-key-dosah-catalogue-map-place){position:sticky;
 top:4rem;align-self:flex-start}}
</style>"""


def page() -> None:
    """Arrange the page."""
    dataset = data.dataset()
    st.html(tables.STYLE + rows.STYLE + MAP_STYLE)
    st.title(_("Catalogue of services"), anchor=False)
    everything, gone = entries.entries(), entries.gone()
    favourites = read_favourites(st.query_params.get(FAVOURITES, ""), everything.keys() | gone.keys())
    tell_of_favourites(favourites)
    world = world_of(dataset)
    asked = st.query_params.get(CARD)
    if asked:
        if asked in everything:
            shown.show_card(everything[asked], world, favourites)
        elif asked in gone:
            shown.show_gone(gone[asked])
        else:
            shown.show_way_back()
            st.info(_("We know no service with this identifier. It may have been in an older dataset."))
        return
    asked = st.query_params.get(PROVIDER)
    if asked:
        services = provider.services_of(entries.by_name(), asked)
        if services:
            shown.show_provider(services, world, favourites)
        else:
            shown.show_way_back()
            st.info(_("We know no provider with this identifier. It may have been in an older dataset."))
        return
    show_list(world, favourites)


def world_of(dataset: Dataset) -> World:
    """
    Return the names of districts and municipalities by code,
    the origins by id, and the day of the data.
    """
    municipalities = dataset["municipality"]
    places = dict(zip(municipalities["municipality_code"], municipalities["name"], strict=True))
    origins = {
        str(row["origin_id"]): {str(name): value for name, value in row.items()}
        for row in dataset["origin"].to_dict("records")
    }
    return World(dataset, index.district_names(dataset), places, origins, dataset.facts.get("data_date"))


def tell_of_favourites(favourites: Favourites) -> None:
    """Say kindly what of the reader's list could not be read."""
    if favourites.unknown:
        st.info(
            _(
                "Your list names services that we do not know, so they were left out: {values}.",
                values=text.plain(", ".join(favourites.unknown)[:200]),
            )
        )
    if favourites.is_cut:
        st.info(
            ngettext(
                "A list holds {n} service at most; the rest was left out.",
                "A list holds {n} services at most; the rest was left out.",
                MOST_FAVOURITES,
            )
        )


def show_list(world: World, favourites: Favourites) -> None:
    """Show search, filters, and what they find: as a list, with a map, or the reader's own list instead."""
    everything = entries.by_name()
    view = read_view(st.query_params)
    options = entries.options()
    filters = filters_of_address(options)
    selection = catalogue_filters.select(everything, entries.search_index(), filters, entries.facets())
    by_id = entries.entries()
    mine = [by_id[key] for key in favourites.known if key in by_id]
    if view != "mine":
        show_filters(filters, options, selection)
    view = show_view_switch(view, len(mine))
    found: Sequence[Service] = mine if view == "mine" else selection.entries
    if view == "mine":
        show_mine(mine, world, favourites)
        said = [(_("My list"), text.number(len(mine)))]
    else:
        show_found(found, world, favourites, with_map=view == "map")
        said = filter_words(filters, options)
    shown.show_downloads(found, said, world)
    shown.show_gone_list(entries.gone())
    st.html(f"<p>{html(completeness_sentence(is_whole=stated.is_whole_register(world.dataset, 'CZ')))}</p>")


# -- filters -------------------------------------------------------------------------------------------------


def filters_of_address(options: Options) -> Filters:
    """Read the filters, and say kindly what of the address nobody knows."""
    parameters = {name: st.query_params[name] for name in st.query_params}
    filters, unknown = catalogue_filters.from_address(parameters, options)
    if unknown:
        st.info(
            _(
                "The address asks for something we do not know, so it was left out: {values}.",
                values=text.plain(", ".join(unknown)[:200]),
            )
        )
    return filters


def show_filters(filters: Filters, options: Options, selection: Selection) -> None:
    """Show the search box and the filters, each value with the number of services it would give."""
    # The address bar is where they live: the widgets show what it says.
    st.session_state[f"{WIDGETS}q"] = filters.query
    for name in ADDRESS_NAMES[1:]:
        st.session_state[f"{WIDGETS}{name}"] = list(getattr(filters, name))
    st.text_input(
        _("Search"),
        key=f"{WIDGETS}q",
        placeholder=_("name, kind, provider, place, number; without accents if you like"),
        max_chars=catalogue_filters.LONGEST_QUERY,
        on_change=_into_address,
    )
    for column, name in zip(st.columns(len(FIRST_FILTERS)), FIRST_FILTERS, strict=True):
        with column:
            show_filter(name, options[name], selection)
    active = sum(bool(getattr(filters, name)) for name in FURTHER_FILTERS)
    more = (
        ngettext("More filters ({n} in use)", "More filters ({n} in use)", active)
        if active
        else _("More filters")
    )
    with st.expander(more, expanded=bool(active)):
        rest = st.columns(3)
        for position, name in enumerate(FURTHER_FILTERS):
            with rest[position % 3]:
                show_filter(name, options[name], selection)
    if not filters.is_empty:
        st.button(_("Clear all filters"), on_click=_clear)


def show_filter(name: str, options: Mapping[str, str], selection: Selection) -> None:
    """Show one filter; nothing chosen lets everything through."""
    counts = selection.counts[name]
    st.multiselect(
        filter_labels()[name],
        list(options),
        key=f"{WIDGETS}{name}",
        format_func=lambda code: facet_label(options, counts, code),
        placeholder=_("all"),
        select_all=False,
        on_change=_into_address,
    )


def _into_address() -> None:
    chosen: dict[str, tuple[str, ...]] = {
        name: tuple(st.session_state.get(f"{WIDGETS}{name}", ())) for name in ADDRESS_NAMES[1:]
    }
    write_address(
        Filters(st.session_state.get(f"{WIDGETS}q", "")[: catalogue_filters.LONGEST_QUERY], **chosen)
    )


def _clear() -> None:
    write_address(Filters())


def write_address(filters: Filters) -> None:
    """
    Write filters into the address bar; language, view and favourites stay,
    the page of the list begins anew.
    """
    kept = {name: st.query_params[name] for name in _KEPT if name in st.query_params}
    st.query_params.from_dict({**kept, **catalogue_filters.to_address(filters)})


# -- list and map --------------------------------------------------------------------------------------------


def show_view_switch(view: View, mine: int) -> View:
    """
    Show the switch between list, map and the reader's own list of so many
    services; the address keeps it.
    """
    words: dict[View, str] = {
        "list": _("List"),
        "map": _("List and map"),
        "mine": _("My list ({number})", number=text.number(mine)),
    }
    key = f"{WIDGETS}{VIEW}"
    st.session_state[key] = view
    chosen = st.segmented_control(
        _("Show as"),
        list(words),
        key=key,
        format_func=lambda code: words[code],
        required=True,
        label_visibility="collapsed",
        on_change=_view_into_address,
    )
    return chosen or view


def _view_into_address() -> None:
    chosen = st.session_state.get(f"{WIDGETS}{VIEW}")
    if chosen in (None, "list"):
        st.query_params.pop(VIEW, None)
    else:
        st.query_params[VIEW] = chosen


def show_found(found: Sequence[Service], world: World, favourites: Favourites, *, with_map: bool) -> None:
    """
    Show how many services were found, one page of them,
    and all of them on the map where the reader wants it.
    """
    st.header(ngettext("{n} service found", "{n} services found", len(found)), anchor=False)
    if not found:
        st.write(
            _("Nothing fits. Try fewer filters or another word; what we do not know may exist all the same.")
        )
        return
    if not with_map:
        show_page(found, world, favourites)
        return
    circles = spots.spots(found, spots.middles(world.dataset))
    list_column, map_column = st.columns([3, 2], gap="medium")
    with list_column:
        show_page(found, world, favourites, circles.of_services)
    with map_column:
        # The map stays where the reader moved it until another place is asked for.
        places = [st.query_params.get(name, "") for name in ("area", "district", "municipality")]
        code = shown.show_map(circles, found, world, f"catalogue {' '.join(places)}")
    if code and code != st.query_params.get("municipality"):
        # A click on a municipality asks for what is there or serves it.
        st.query_params["municipality"] = code
        st.query_params.pop(PAGE, None)
        st.rerun()


def show_page(
    found: Sequence[Service], world: World, favourites: Favourites, points: dict[str, list[str]] | None = None
) -> None:
    """Show one page of the list."""
    pages = -(-len(found) // PAGE_SIZE)
    number = current_page(pages)
    caption = (
        _("Services, page {number} of {pages}", number=number, pages=pages) if pages > 1 else _("Services")
    )
    part = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    own = shown.parameters()
    st.html(
        rows.table(part, world.districts, world.data_date, own, favourites, caption=caption, points=points)
    )
    if pages > 1:
        show_pages(number, pages)


def current_page(pages: int) -> int:
    """Return the page of the list that the address asks for."""
    asked = st.query_params.get(PAGE, "1")
    return min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def show_pages(number: int, pages: int) -> None:
    """Show the way to the pages before and after."""

    def turn(to: int) -> Callable[[], None]:
        def go() -> None:
            st.query_params[PAGE] = str(to)

        return go

    with st.container(horizontal=True):
        st.button(_("Previous page"), disabled=number <= 1, on_click=turn(number - 1))
        st.button(_("Next page"), disabled=number >= pages, on_click=turn(number + 1))


# -- the reader's own list -----------------------------------------------------------------------------------


def show_mine(mine: Sequence[Service], world: World, favourites: Favourites) -> None:
    """Show the reader's own list, as it is on screen and as it is printed."""
    st.header(_("My list"), anchor=False)
    gone = entries.gone()
    lost = [gone[key].name for key in favourites.known if key in gone]
    if lost:
        st.info(
            _(
                "No longer in the data, and so not in the list: {names}.",
                names=text.plain(", ".join(lost)[:300]),
            )
        )
    if not mine:
        st.write(_("Your list is empty. The star beside a service adds it."))
        return
    shown.paragraph(
        _(
            "The list lives in the address of this page: keep it or send it, and whoever opens it sees "
            "the same services. Printed, only the list stands on paper."
        )
    )
    own = shown.parameters()
    st.html(rows.table(mine, world.districts, world.data_date, own, favourites, caption=_("My list")))
    note = _("Data of {date}. What is not here may exist all the same.", date=text.date(world.data_date))
    st.html(f"{paper.STYLE}{rows.paper(mine, world.districts, world.data_date, _('Services'), note)}")


if __name__ == "__main__":
    page()

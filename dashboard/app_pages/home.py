"""Home: three doors, the planning areas, one box to find anything, the state of the data in one line."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from dashboard import navigation, text
from dashboard.address.question import LANGUAGE_PARAMETER
from dashboard.answers import dataset as data
from dashboard.answers import outlines
from dashboard.catalogue import kept
from dashboard.drawing import address, thumbnails
from dashboard.home import finder, look
from dashboard.text import _, ngettext

if TYPE_CHECKING:
    from dashboard.catalogue.search import Index
    from dashboard.home.finder import AreaCard, Hit, Kind
    from geodata.dataset.dataset import Dataset

QUERY: Final = "query"
QUERY_KEY: Final = "dosah-home-query"
WRITTEN_KEY: Final = "dosah-home-written"


def language_parameter() -> dict[str, str]:
    """Return the parameter that keeps the language through a link."""
    return {LANGUAGE_PARAMETER: text.current()}


@dataclass(frozen=True)
class Door:
    """Who comes in, what for, and where the ways lead: (name of the page, words)."""

    key: str
    title: str
    sentence: str
    ways: tuple[tuple[str, str], ...]


def doors() -> list[Door]:
    """Return the three doors in words."""
    return [
        Door(
            "plan",
            _("I plan services"),
            _(
                "Which services fall short, where and by how much; what a new service would change; "
                "what people say they need."
            ),
            (
                ("gap_map", _("Map of gaps")),
                ("scenario", _("What if: try a new service")),
                ("needs", _("Needs and profile of the area")),
                ("catalogue", _("Catalogue of services")),
            ),
        ),
        Door(
            "mayor",
            _("I run a municipality"),
            _(
                "What people in your municipality have within reach, what is missing, and whom to call. "
                "On one page, in plain words."
            ),
            (("village", _("My municipality on one page")), ("catalogue", _("Find a service"))),
        ),
        Door(
            "present",
            _("I present to people"),
            _("Show a hall where the gaps are, step by step and in big letters. No internet is needed."),
            (
                ("present", _("Present step by step")),
                ("documents", _("Documents and files for the meeting")),
                ("gap_map", _("Map for the big screen")),
                ("data_method", _("Where the figures come from")),
            ),
        ),
    ]  # fmt: skip


def show_doors() -> None:
    """Show the three doors side by side; on a phone under one another. The first way of each is a button."""
    for column, door in zip(st.columns(3, gap="medium"), doors(), strict=True):
        with column, st.container(border=True, height="stretch", key=f"dosah-door-{door.key}"):
            picture = look.pictogram(door.key)
            st.html(
                f'<div class="dosah-door"><h2><img alt="" src="{picture}">{escape(door.title)}</h2>'
                f"<p>{escape(door.sentence)}</p></div>"
            )
            first, *others = door.ways
            with st.container(key=f"dosah-first-way-{door.key}"):
                st.page_link(
                    navigation.file(first[0]),
                    label=first[1],
                    query_params=language_parameter(),
                    width="stretch",
                )
            for page, label in others:
                st.page_link(navigation.file(page), label=label, query_params=language_parameter())


# -- one box -------------------------------------------------------------------------------------------------


@st.cache_resource(max_entries=6, show_spinner=False)
def _places(_dataset: Dataset, version: str, language: str) -> tuple[dict[Any, Hit], Index]:  # noqa: ARG001  # the version is the key
    return finder.places_index(_dataset, language)


def link_of(hit: Hit) -> tuple[str, dict[str, str]]:
    """Return the file of the page and the parameters that show what was found."""
    pages: dict[Kind, tuple[str, str]] = {
        "area": ("gap_map", "area"),
        "municipality": ("village", "municipality"),
        "group": ("gap_map", "service"),
        "service": ("catalogue", "card"),
    }
    page, parameter = pages[hit.kind]
    return navigation.file(page), {parameter: hit.code, **language_parameter()}


def ask() -> str:
    """
    Ask for any municipality, area, kind of help or service in one box;
    what was asked stands in the address.
    """
    asked = st.query_params.get(QUERY, "")
    if asked != st.session_state.get(WRITTEN_KEY, ""):
        st.session_state[QUERY_KEY] = asked[:80]
    query = st.text_input(
        _("Find a municipality or a service"),
        key=QUERY_KEY,
        max_chars=80,
        placeholder=_("for instance Ostravice, day care, Charita"),
    ).strip()
    st.session_state[WRITTEN_KEY] = query
    if query:
        st.query_params[QUERY] = query
    elif QUERY in st.query_params:
        del st.query_params[QUERY]
    return query


def show_found(dataset: Dataset, query: str) -> None:
    """Show what was found, kind by kind; nothing for an empty question."""
    if not query:
        return
    found = finder.find(
        query,
        _places(dataset, dataset.version, text.current()),
        (kept.entries(), kept.search_index()),
    )
    if not found:
        st.info(
            _(
                "Nothing of that name is known to us. Try another word, "
                "or a part of it; accents do not matter."
            )
        )
        return
    headings: dict[Kind, str] = {
        "area": _("Planning areas"),
        "municipality": _("Municipalities"),
        "group": _("Kinds of help on the map"),
        "service": _("Services"),
    }
    for column, (kind, hits) in zip(st.columns(len(found), gap="medium"), found.items(), strict=True):
        with column:
            st.header(headings[kind], anchor=False)
            for hit in hits[: finder.SHOWN]:
                page, parameters = link_of(hit)
                label = text.plain(hit.name) + (f" – {text.plain(hit.detail)}" if hit.detail else "")
                st.page_link(page, label=label, query_params=parameters)
            show_more(kind, query, len(hits) - finder.SHOWN)


def show_more(kind: Kind, query: str, hidden: int) -> None:
    """Say how many more there are; of services the catalogue shows them all."""
    if hidden <= 0:
        return
    words = ngettext("and {n} more", "and {n} more", hidden)
    if kind == "service":
        st.page_link(
            navigation.file("catalogue"), label=words, query_params={QUERY: query, **language_parameter()}
        )
    else:
        st.html(f'<p class="dosah-note">{escape(words)}</p>')


# -- areas ---------------------------------------------------------------------------------------------------


@st.cache_resource(max_entries=2, show_spinner=False)
def _thumbnails(_dataset: Dataset, version: str) -> dict[str, str]:  # noqa: ARG001  # the version is the key
    rings = thumbnails.read_rings(outlines.outlines_text())
    return {card.area_id: thumbnails.thumbnail(rings, card.members) for card in finder.area_cards(_dataset)}


def picture_html(svg: str) -> str:
    """
    Return a picture as HTML: Streamlit lets a picture through, not the SVG itself.
    The words beside it say what it is.
    """
    return f'<img alt="" src="{address.data_address(svg)}">' if svg else "<span></span>"


def area_sentence(card: AreaCard) -> str:
    """Say how large an area is."""
    places = ngettext("{n} municipality", "{n} municipalities", len(card.members))
    if card.persons is None:
        return _("{places}; population not loaded", places=places)
    return _(
        "{places}, {people}",
        places=places,
        people=ngettext("{n} inhabitant", "{n} inhabitants", card.persons),
    )


def show_areas(dataset: Dataset) -> None:
    """Show the planning areas as small maps with a link to the map of gaps."""
    st.header(_("Choose a planning area"), anchor=False)
    cards = finder.area_cards(dataset)
    if not cards:
        st.info(_("This dataset holds no planning area. Add one with `dosah build --area FILE.yaml`."))
        return
    pictures = _thumbnails(dataset, dataset.version)
    per_row = 5 if len(cards) <= 5 else 4
    with st.container(key="dosah-home-areas"):
        for first in range(0, len(cards), per_row):
            for column, card in zip(
                st.columns(per_row, gap="medium"), cards[first : first + per_row], strict=False
            ):
                with column, st.container(key=f"dosah-area-{card.area_id}"):
                    st.html(picture_html(pictures[card.area_id]))
                    st.page_link(
                        navigation.file("gap_map"),
                        label=text.plain(card.name),
                        query_params={"area": card.area_id, **language_parameter()},
                    )
                    st.html(f'<p class="dosah-note">{escape(area_sentence(card))}</p>')


def page() -> None:
    """Arrange the page."""
    dataset = data.dataset()
    st.html(look.STYLE)
    said, asked = st.columns([1.5, 1], gap="large", vertical_alignment="bottom")
    with said:
        st.title(_("Dosah: which help is within reach"), anchor=False)
        lead = _(
            "Social services on the map: what there is, what people need by the norm, "
            "and where it falls short."
        )
        st.html(f'<p class="dosah-lead">{escape(lead)}</p>')
    with asked, st.container(key="dosah-home-search"):
        query = ask()
    show_found(dataset, query)
    show_doors()
    show_areas(dataset)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.html(f'<p class="dosah-note">{escape(finder.data_line(dataset))}</p>', width="content")
        st.page_link(
            navigation.file("data_method"),
            label=_("Sources, dates and what is missing"),
            query_params=language_parameter(),
        )


if __name__ == "__main__":
    page()

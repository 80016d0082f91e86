"""Catalogue: find a service, read all that is known of it, take the result away as a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard import card, catalogue, data, entries, method, sheets, tables, text
from dashboard.catalogue import KNOWN, UNKNOWN, Entry, Filters, district_names
from dashboard.service_words import (
    capacity_lines,
    card_address,
    contacts,
    place_text,
    state_words,
)
from dashboard.tables import Cell, Column, Html, html, html_facts, html_table, lines, link
from dashboard.text import _, ngettext
from dashboard.words import label
from geodata.codes import codelist

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geodata.catalog import Dataset

CARD = "card"
PAGE = "page"
PAGE_SIZE = 25
WIDGETS = "dosah-catalogue-"
# Other parameters that may stand in the address of this page.
_KEPT = ("lang",)


def page() -> None:
    """Arrange the page."""
    dataset = data.dataset()
    st.html(tables.STYLE)
    st.title(_("Catalogue of services"), anchor=False)
    everything = entries.entries()
    districts, places, origins = names_of(dataset)
    shown_card = st.query_params.get(CARD)
    if shown_card:
        show_card(dataset, everything.get(shown_card), districts, places, origins)
        return
    options = choices(dataset, list(everything.values()))
    filters = show_filters(options)
    members = catalogue.area_members(dataset)
    found = catalogue.select(list(everything.values()), entries.search_index(), filters, members)
    show_result(found, districts, data_date(dataset))
    show_downloads(found, filters, options, dataset, (districts, places, origins))
    st.html(f"<p>{html(completeness_sentence(dataset))}</p>")


def names_of(dataset: Dataset) -> tuple[dict[str, str], dict[str, str], dict[str, dict[str, Any]]]:
    """Return the names of districts and municipalities by code, and the origins by id."""
    municipalities = dataset["municipality"]
    places = dict(zip(municipalities["municipality_code"], municipalities["name"], strict=True))
    origins = {
        str(row["origin_id"]): {str(name): value for name, value in row.items()}
        for row in dataset["origin"].to_dict("records")
    }
    return district_names(dataset), places, origins


def data_date(dataset: Dataset) -> str | None:
    """Return the day the dataset speaks of."""
    facts = dict(zip(dataset["dataset"]["name"], dataset["dataset"]["value"], strict=True))
    return facts.get("data_date")


def completeness_sentence(dataset: Dataset) -> str:
    """Say how complete the catalogue is."""
    if method.is_whole_register(dataset, "CZ"):
        return _(
            "The whole Czech register is loaded; Polish services and follow-on help are known from other lists and web pages only. What is not here may exist all the same."
        )
    return _(
        "The register is loaded only for services open to seniors in five districts; other services are known from web pages. What is not here may exist all the same."
    )


# -- filters -------------------------------------------------------------------------------------------------------------


def choices(dataset: Dataset, everything: list[Entry]) -> dict[str, dict[str, str]]:
    """Return for every filter the codes that occur and their words, in the order of the reader's language."""

    def of_codes(name: str, codes: set[str]) -> dict[str, str]:
        return {code: label(name, code) for code in codelist(name) if code in codes}

    def by_name(pairs: dict[str, str]) -> dict[str, str]:
        return dict(sorted(pairs.items(), key=lambda pair: (text.sort_key(pair[1]), pair[0])))

    served = {code for entry in everything for code in (*entry.municipality_codes, *entry.serves)}
    municipalities = dataset["municipality"]
    named = {
        code: f"{name} ({district})"
        for code, name, district in zip(
            municipalities["municipality_code"],
            municipalities["name"],
            municipalities["district_name"],
            strict=True,
        )
        if code in served
    }
    districts = district_names(dataset)
    areas = dict(zip(dataset["area"]["area_id"], dataset["area"]["name"], strict=True))
    return {
        "kind": by_name(of_codes("service_types", {entry.kind for entry in everything})),
        "target": by_name(
            of_codes(
                "target_groups", {code for entry in everything for code, _inferred in entry.target_groups}
            )
        ),
        "form": of_codes("forms", {form for entry in everything for form in entry.forms}),
        "municipality": by_name(named),
        "district": by_name(
            {
                code: name
                for code, name in districts.items()
                if any(code in entry.district_codes for entry in everything)
            }
        ),
        "area": by_name({str(code): str(name) for code, name in areas.items()}),
        "capacity": {KNOWN: _("capacity known"), UNKNOWN: _("capacity unknown")},
        "status": of_codes("service_statuses", {entry.status for entry in everything}),
        "evidence": of_codes("evidences", {entry.evidence for entry in everything}),
    }


def filter_labels() -> dict[str, str]:
    """Return the names of the filters."""
    return {
        "kind": _("Kind of service"),
        "target": _("Target group"),
        "form": _("Form"),
        "municipality": _("Municipality"),
        "district": _("District"),
        "area": _("Planning area"),
        "capacity": _("Capacity"),
        "status": _("State"),
        "evidence": _("How it is known"),
    }


def show_filters(options: dict[str, dict[str, str]]) -> Filters:
    """Show the search box and the filters; the address bar is where they live."""
    address = {name: st.query_params[name] for name in st.query_params}
    filters, unknown = catalogue.filters_from_address(address, options)
    if unknown:
        st.info(
            _(
                "The address asks for something we do not know, so it was left out: {values}.",
                values=text.plain(", ".join(unknown)[:200]),
            )
        )
    put_into_widgets(filters)
    labels = filter_labels()
    st.text_input(
        _("Search"),
        key=f"{WIDGETS}q",
        placeholder=_("name, kind, provider, place, number; without accents if you like"),
        max_chars=200,
        on_change=_into_address,
    )
    first = st.columns(3)
    for column, name in zip(first, ("area", "kind", "target"), strict=True):
        with column:
            show_filter(name, labels[name], options[name])
    active = sum(
        bool(getattr(filters, name))
        for name in ("form", "municipality", "district", "capacity", "status", "evidence")
    )
    more = (
        _("More filters")
        if not active
        else ngettext("More filters ({n} in use)", "More filters ({n} in use)", active)
    )
    with st.expander(more, expanded=bool(active)):
        rest = st.columns(3)
        for position, name in enumerate(
            ("municipality", "district", "form", "capacity", "status", "evidence")
        ):
            with rest[position % 3]:
                show_filter(name, labels[name], options[name])
    if not filters.is_empty:
        st.button(_("Clear all filters"), on_click=_clear)
    return filters


def show_filter(name: str, title: str, options: dict[str, str]) -> None:
    """Show one filter; nothing chosen lets everything through."""
    st.multiselect(
        title,
        list(options),
        key=f"{WIDGETS}{name}",
        format_func=lambda code: options.get(code, code),
        placeholder=_("all"),
        select_all=False,
        on_change=_into_address,
    )


def put_into_widgets(filters: Filters) -> None:
    """Let the widgets show what the address says."""
    st.session_state[f"{WIDGETS}q"] = filters.query
    for name in catalogue.ADDRESS_NAMES[1:]:
        st.session_state[f"{WIDGETS}{name}"] = list(getattr(filters, name))


def _into_address() -> None:
    chosen: dict[str, tuple[str, ...]] = {
        name: tuple(st.session_state.get(f"{WIDGETS}{name}", ())) for name in catalogue.ADDRESS_NAMES[1:]
    }
    write_address(Filters(st.session_state.get(f"{WIDGETS}q", "")[:200], **chosen))


def _clear() -> None:
    write_address(Filters())


def write_address(filters: Filters, **more: str) -> None:
    """Write filters into the address bar; the language stays, the page of the list begins anew."""
    kept = {name: st.query_params[name] for name in _KEPT if name in st.query_params}
    st.query_params.from_dict({**kept, **catalogue.address_from_filters(filters), **more})


# -- the list ------------------------------------------------------------------------------------------------------------


def show_result(found: list[Entry], districts: Mapping[str, str], today: str | None) -> None:
    """Show how many services were found and one page of them."""
    st.header(ngettext("{n} service found", "{n} services found", len(found)), anchor=False)
    if not found:
        st.write(
            _("Nothing fits. Try fewer filters or another word; what we do not know may exist all the same.")
        )
        return
    pages = -(-len(found) // PAGE_SIZE)
    number = current_page(pages)
    part = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    columns = [
        Column(_("Service and provider")),
        Column(_("Kind")),
        Column(_("Place")),
        Column(_("Capacity")),
        Column(_("Contacts"), is_wide=True),
    ]
    rows: list[list[Cell]] = [
        [
            name_cell(entry, today),
            label("service_types", entry.kind),
            place_cell(entry, districts),
            lines(capacity_lines(entry)),
            contacts(entry),
        ]
        for entry in part
    ]
    caption = (
        _("Services, page {number} of {pages}", number=number, pages=pages) if pages > 1 else _("Services")
    )
    st.html(html_table(columns, rows, caption))
    if pages > 1:
        show_pages(number, pages)


def name_cell(entry: Entry, today: str | None) -> Html:
    """Return the name as a link to the card, the provider, and what marks the service."""
    provider = entry.provider if entry.provider and entry.provider != entry.name else None
    marks = ", ".join(state_words(entry, today))
    kept = {
        name: st.query_params[name]
        for name in ("q", *catalogue.ADDRESS_NAMES[1:], PAGE)
        if name in st.query_params
    }
    return lines(
        [link(entry.name, card_address(entry.service_id, kept)), provider, f"[{marks}]" if marks else None]
    )


def place_cell(entry: Entry, districts: Mapping[str, str]) -> Cell:
    """Return the place in short."""
    said = place_text(entry, districts)
    return lines([said, _("address protected")]) if entry.is_protected else said


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


# -- the card ------------------------------------------------------------------------------------------------------------


def show_card(
    dataset: Dataset,
    entry: Entry | None,
    districts: Mapping[str, str],
    places: Mapping[str, str],
    origins: Mapping[str, Mapping[str, Any]],
) -> None:
    """Show all that is known of a service and where it is known from."""
    st.button(_("Back to the list"), on_click=_back)
    if entry is None:
        st.info(_("We know no service with this identifier. It may have been in an older dataset."))
        return
    st.header(text.plain(entry.name), anchor=False)
    st.html(html_facts(card.facts(entry, districts, places, data_date(dataset))))
    st.subheader(_("Where this is known from"), anchor=False)
    st.html(html_facts(card.sources(entry, origins)))


def _back() -> None:
    if CARD in st.query_params:
        del st.query_params[CARD]


# -- the sheet -----------------------------------------------------------------------------------------------------------


def show_downloads(
    found: list[Entry],
    filters: Filters,
    options: dict[str, dict[str, str]],
    dataset: Dataset,
    names: tuple[Mapping[str, str], Mapping[str, str], Mapping[str, Mapping[str, Any]]],
) -> None:
    """Offer the whole result as CSV and XLSX; made only when asked for."""
    if not found:
        return
    districts, places, origins = names

    def rows() -> list[list[sheets.Value]]:
        return [card.sheet_row(entry, districts, places, origins) for entry in found]

    def workbook() -> bytes:
        used = {entry.origin_id for entry in found} | {
            one.origin_id for entry in found for one in entry.linked
        }
        notes = card.sheet_notes(
            [*asked_for(filters, options), (_("Completeness"), completeness_sentence(dataset))],
            origins,
            used,
            dataset.version,
        )
        return sheets.xlsx_bytes(_("Catalogue"), card.sheet_headings(), rows(), notes, _("Sources"))

    word = _("catalogue")
    name = f"dosah-{word}-{data_date(dataset) or dataset.version}"
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


def asked_for(filters: Filters, options: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    """Return in words what was asked for, for the second sheet."""
    said = [(_("Search"), filters.query.strip())] if filters.query.strip() else []
    titles = filter_labels()
    for name in catalogue.ADDRESS_NAMES[1:]:
        values = [options[name][code] for code in getattr(filters, name)]
        if values:
            said.append((titles[name], ", ".join(values)))
    return said or [(_("Filters"), _("none"))]


if __name__ == "__main__":
    page()

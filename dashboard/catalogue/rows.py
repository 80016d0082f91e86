"""
The found services as a table: name, provider, kind, place, capacity, contacts,
and the star of the reader's own list.

Pure functions; the page shows what they return.
Everything that comes from data is escaped by `dashboard.tables.html`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from markupsafe import Markup

from dashboard.catalogue.address import CARD, FAVOURITES, PROVIDER, Favourites, address, toggled
from dashboard.catalogue.words import capacity_lines, contacts, place_text, state_words
from dashboard.markup import style
from dashboard.phrases import service_columns
from dashboard.tables.html import Cell, Column, Html, badge, html_table, lines, link, toggle_link
from dashboard.text import _
from geodata.reading.services import Service

STYLE: Final = style("catalogue/templates/rows.css")
"""What the list adds to `html.STYLE` of tables: a row lights up with its point on the map."""


def table(
    part: Sequence[Service],
    districts: Mapping[str, str],
    today: str | None,
    parameters: Mapping[str, str],
    favourites: Favourites,
    *,
    caption: str,
    points: Mapping[str, Sequence[str]] | None = None,
) -> Markup:
    """
    Return services as an HTML table.

    Parameters
    ----------
    part
        The services of one page of the list.
    districts
        Names of districts by code.
    today
        Day the dataset speaks of.
    parameters
        The address the list is shown at; cards lead back to it.
    favourites
        The reader's list.
    caption
        What the table is.
    points
        Points of the map beside the list by service_id, where there is a map:
        then the contacts are left to the card.
    """
    asked = [one for one in service_columns.columns("list") if points is None or one.name != "contact"]
    columns = [
        *(Column(column.heading("list"), is_wide=column.name == "contact") for column in asked),
        Column(_("My list")),
    ]
    twins = Counter((entry.name, entry.provider_id, entry.kind) for entry in part)

    def name(entry: Service) -> Cell:
        is_twin = twins[entry.name, entry.provider_id, entry.kind] > 1
        return name_cell(entry, today, parameters, is_twin=is_twin)

    rows: list[list[Cell]] = [
        [*read(asked, entry, {**own_cells(districts), "service": name}), star(entry, parameters, favourites)]
        for entry in part
    ]
    marks = (
        [{"data-dosah-points": " ".join(points.get(entry.service_id, ()))} for entry in part]
        if points is not None
        else None
    )
    return html_table(columns, rows, caption, marks)


def own_cells(districts: Mapping[str, str]) -> dict[str, Callable[[Service], Cell]]:
    """Return how the list says columns of a service that others say in one word or number."""
    return {
        "where": lambda entry: place_cell(entry, districts),
        "capacity": lambda entry: lines(capacity_lines(entry)),
        "contact": contacts,
    }


def read(
    asked: Sequence[service_columns.ServiceColumn],
    entry: Service,
    own: Mapping[str, Callable[[Service], Cell]],
) -> list[Cell]:
    """Return the cells of a service for the columns asked for."""
    return [service_columns.as_cell(cell) for cell in service_columns.cells(asked, entry, own)]


def name_cell(
    entry: Service, today: str | None, parameters: Mapping[str, str], *, is_twin: bool = False
) -> Html:
    """
    Return the name as a link to the card, the provider as a link to its page,
    and what marks the service.
    """
    # On the provider's own page its name stands above.
    is_known = parameters.get(PROVIDER) == entry.provider_id
    return lines(
        [
            link(entry.name, address(parameters, **{CARD: entry.service_id})),
            provider_link(entry, parameters) if entry.provider != entry.name and not is_known else None,
            # Two registrations of one name are two services: their numbers tell them apart.
            _("registration {number}", number=entry.registration_id)
            if is_twin and entry.registration_id
            else None,
            *(badge(word) for word in state_words(entry, today)),
        ]
    )


def provider_link(entry: Service, parameters: Mapping[str, str]) -> Cell:
    """
    Return the provider as a link to all its services.

    Its bare name where it has no identifier, None without a name.
    """
    if not entry.provider or not entry.provider_id:
        return entry.provider
    return link(entry.provider, address(parameters, **{PROVIDER: entry.provider_id}))


def place_cell(entry: Service, districts: Mapping[str, str]) -> Cell:
    """Return the place in short."""
    said = place_text(entry, districts)
    return lines([said, _("address protected")]) if entry.is_protected else said


def star(
    entry: Service, parameters: Mapping[str, str], favourites: Favourites, *, is_alone: bool = False
) -> Cell:
    """
    Return the link that adds the service to the reader's list or takes it out; words where the list is full.

    `is_alone`: it stands outside of the table, where no heading says what it is about.
    """
    changed = toggled(favourites, entry.service_id)
    if changed is None:
        return _("the list is full")
    if entry.service_id in favourites.known:
        said = _("★ remove from my list") if is_alone else _("★ remove")
        spoken = _("★ remove from my list: {name}", name=entry.name)
    else:
        said = _("☆ add to my list") if is_alone else _("☆ add")
        spoken = _("☆ add to my list: {name}", name=entry.name)
    return toggle_link(
        said,
        spoken,
        address(parameters, **{FAVOURITES: ",".join(changed)}),
        f"star-{entry.service_id}",
    )


def paper(
    mine: Sequence[Service], districts: Mapping[str, str], today: str | None, title: str, note: str
) -> Markup:
    """Return the reader's list as it is printed: no links that nobody can click, no stars."""
    asked = service_columns.columns("list")

    def name(entry: Service) -> Cell:
        provider = entry.provider if entry.provider != entry.name else None
        return lines([entry.name, provider, *state_words(entry, today)])

    rows = [read(asked, entry, {**own_cells(districts), "service": name}) for entry in mine]
    table_of_mine = html_table([Column(column.heading("list")) for column in asked], rows, title)
    return Markup('<div class="dosah-sheet">{}<p>{}</p></div>').format(table_of_mine, note)

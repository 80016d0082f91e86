"""
The columns of a service, once for every door that lists services: workbook, chapter,
pack, map layers, catalogue.

A new column is one line in `COLUMNS`: what it is called at each door where it appears, and how it is read.
A door says some of them in its own way (a link, a place in words of its area);
the others are read from the service alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from dashboard import text
from dashboard.phrases.labels import label
from dashboard.tables.html import Cell
from dashboard.tables.sheets import Value
from dashboard.text import _, mark
from geodata.reading.services import Service

Door = Literal["workbook", "doubtful", "pack", "slide", "points", "list", "export"]
"""
Workbook and CSV of an area; doubtful capacities there and in the chapter; pack; slides of pack and PPTX;
layer of the GeoPackage; the catalogue's list, on screen and printed, and its export.
"""

CellT = TypeVar("CellT")


@dataclass(frozen=True)
class ServiceColumn:
    """
    A column: its heading by door, and what it holds of a service;
    None = unknown, or to be said by the door.
    """

    name: str
    headings: Mapping[Door, str]
    read: Callable[[Service], Value] = lambda _service: None

    def heading(self, door: Door) -> str:
        """Return its heading in the language that is spoken; columns of files keep their names."""
        written = self.headings[door]
        return written if door == "points" else _(written)


def _forms(service: Service) -> str:
    return ", ".join(label("forms", form) for form in sorted(service.forms))


def _target_groups(service: Service) -> str:
    return text.listing(label("target_groups", code) for code in service.target_group_codes)


COLUMNS: tuple[ServiceColumn, ...] = (
    ServiceColumn(
        "service",
        {
            "workbook": mark("service"),
            "pack": mark("service"),
            "slide": mark("service"),
            "points": "name",
            "list": mark("Service and provider"),
            "export": mark("Name"),
        },
        lambda service: service.name,
    ),
    ServiceColumn(
        "provider",
        {
            "workbook": mark("provider"),
            "doubtful": mark("provider"),
            "points": "provider",
            "export": mark("Provider"),
        },
        lambda service: service.provider,
    ),
    ServiceColumn("ico", {"export": mark("Company number (IČO)")}, lambda service: service.ico),
    ServiceColumn(
        "kind",
        {
            "workbook": mark("kind"),
            "doubtful": mark("kind"),
            "pack": mark("kind"),
            "points": "kind",
            "list": mark("Kind"),
            "export": mark("Kind of service"),
        },
        lambda service: label("service_types", service.kind),
    ),
    ServiceColumn(
        "state",
        {"workbook": mark("state"), "export": mark("State")},
        lambda service: label("service_statuses", service.status),
    ),
    ServiceColumn("forms", {"export": mark("Forms")}, _forms),
    ServiceColumn(
        "capacity",
        {
            "workbook": mark("capacity of the whole registration"),
            "pack": mark("capacity"),
            "slide": mark("capacity"),
            "points": "capacity",
            "list": mark("Capacity"),
            "export": mark("Capacity"),
        },
    ),
    ServiceColumn("capacity_of_area", {"workbook": mark("of it for the area")}),
    ServiceColumn(
        "target_groups",
        {"workbook": mark("target groups"), "export": mark("Target groups")},
        _target_groups,
    ),
    ServiceColumn(
        "where",
        {
            "workbook": mark("where"),
            "doubtful": mark("where"),
            "pack": mark("where"),
            "slide": mark("where"),
            "points": "municipality",
            "list": mark("Place"),
            "export": mark("Municipality"),
        },
        lambda service: "; ".join(service.municipality_names) or None,
    ),
    ServiceColumn("location_quality", {"points": "location_quality"}),
    ServiceColumn("district", {"export": mark("District")}),
    ServiceColumn("address", {"export": mark("Address")}),
    ServiceColumn("serves", {"export": mark("Serves")}),
    ServiceColumn(
        "phone",
        {"workbook": mark("phone"), "points": "phone", "export": mark("Phone")},
        lambda service: service.phone,
    ),
    ServiceColumn(
        "email",
        {"workbook": mark("e-mail"), "export": mark("E-mail")},
        lambda service: service.email,
    ),
    ServiceColumn(
        "web",
        {"workbook": mark("web"), "points": "web", "export": mark("Web")},
        lambda service: service.web,
    ),
    ServiceColumn("contact", {"pack": mark("contact"), "list": mark("Contacts")}),
    ServiceColumn("valid_from", {"export": mark("Valid from")}, lambda service: service.valid_from),
    ServiceColumn("valid_to", {"export": mark("Valid to")}, lambda service: service.valid_to),
    ServiceColumn(
        "evidence",
        {"workbook": mark("how known"), "export": mark("How it is known")},
        lambda service: label("evidences", service.evidence),
    ),
    ServiceColumn("origin", {"export": mark("Source")}),
    ServiceColumn("origin_day", {"export": mark("State of")}),
    ServiceColumn("pages", {"export": mark("Pages read")}, lambda service: service.source_urls),
    ServiceColumn("note", {"export": mark("Note")}, lambda service: service.note),
    ServiceColumn(
        "registration", {"export": mark("Registration number")}, lambda service: service.registration_id
    ),
    ServiceColumn(
        "identifier",
        {
            "workbook": mark("identifier"),
            "doubtful": mark("identifier"),
            "points": "service_id",
            "export": mark("Identifier"),
        },
        lambda service: service.service_id,
    ),
)
"""In the order of the catalogue's export."""

FIRST: Final[Mapping[Door, tuple[str, ...]]] = {
    "workbook": (
        "kind",
        "service",
        "provider",
        "where",
        "capacity",
        "capacity_of_area",
        "target_groups",
        "state",
        "evidence",
        "phone",
        "email",
        "web",
        "identifier",
    ),
    "doubtful": ("identifier", "kind", "provider", "where"),
    "pack": ("service", "kind", "where", "capacity", "contact"),
    "slide": ("service", "where", "capacity"),
    "points": (
        "identifier",
        "service",
        "provider",
        "kind",
        "capacity",
        "where",
        "location_quality",
        "phone",
        "web",
    ),
    "list": ("service", "kind", "where", "capacity", "contact"),
    "export": (),
}
"""What a door begins with; its other columns follow in the order of `COLUMNS`."""


def columns(door: Door) -> list[ServiceColumn]:
    """Return the columns of a door, in its order."""
    first = FIRST[door]
    there = [column for column in COLUMNS if door in column.headings]
    return sorted(there, key=lambda column: first.index(column.name) if column.name in first else len(first))


def headings(door: Door) -> list[str]:
    """Return the headings of a door in the language that is spoken."""
    return [column.heading(door) for column in columns(door)]


def cells(
    asked: Sequence[ServiceColumn], service: Service, own: Mapping[str, Callable[[Service], CellT]]
) -> list[CellT | Value]:
    """
    Return what columns hold of a service.

    Parameters
    ----------
    asked
        Columns of a door.
    service
        A service.
    own
        How the door says some columns, by name.
    """
    return [(own.get(column.name) or column.read)(service) for column in asked]


def as_cell(shown: Cell | Value) -> Cell:
    """Return what a column holds as a cell of a page, where files keep numbers and days."""
    if isinstance(shown, bool):
        return _("yes") if shown else _("no")
    if isinstance(shown, int | float):
        return text.number(shown)
    return text.date(shown) if isinstance(shown, dt.date) else shown

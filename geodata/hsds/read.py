"""
Read back a catalogue from HSDS 3.1: the way here of `geodata.hsds.write`,
and nothing of ours is lost on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from geodata.dataset import fields, rules
from geodata.errors import InputFileError, TableError
from geodata.hsds.thing import Thing, shown
from geodata.hsds.write import PREFIX, SERVICE_FIELDS, TABLES, Row
from geodata.said import say

NEXT_STEP: Final = say("hsds.next_ours")
MOST_TOLD: Final = 40
NEEDED: Final = ("service_id", "service_type_code")
AGES: Final = ("age_from", "age_to")
# Wider than the area of any dataset; a table says more exactly what it holds.
LATITUDE: Final = (-90.0, 90.0)
LONGITUDE: Final = (-180.0, 180.0)


def refuse(file: str, problems: Sequence[str], next_step: str = NEXT_STEP) -> None:
    """
    Raise all problems of a file at once; nothing where there is none.

    Raises
    ------
    InputFileError
        The first `MOST_TOLD` problems as sentences, and how many more there are.
    """
    if not problems:
        return
    more = len(problems) - MOST_TOLD
    shown = [*problems[:MOST_TOLD], *([say("place.more", number=more)] if more > 0 else [])]
    raise InputFileError(file, shown, next_step)


def page_of(document: Any, file: str, problems: list[str]) -> Thing:
    """
    Return a document as a thing, if it is a page of services.

    Raises
    ------
    InputFileError
        If it is none.
    """
    if not isinstance(document, dict) or not isinstance(document.get("contents"), list):
        raise InputFileError(file, [say("hsds.no_services")], NEXT_STEP)
    page = Thing(document, "", problems)
    page.position = "document"
    return page


def services_of(page: Thing) -> list[Thing]:
    """Return the services of a page."""
    return [
        Thing(part, f"contents[{number}]", page.problems)
        for number, part in enumerate(page.content["contents"])
    ]


def is_ours(document: Any) -> bool:
    """
    Tell whether every service of a document carries what our catalogue needs,
    so that it can be read back as it was.
    """
    problems: list[str] = []
    services = services_of(page_of(document, "HSDS", problems))
    return bool(services) and all(
        set(NEEDED) <= set(own_values(service, "service", service.text("id"))) for service in services
    )


def own_values(thing: Thing, entity: str, link: str | None) -> dict[str, str]:
    """Return the values of our columns among the attributes of one thing."""
    labelled = thing.labelled.get((entity, link), {})
    return {
        label.removeprefix(PREFIX): value for label, value in labelled.items() if label.startswith(PREFIX)
    }


def _value(table: str, column: str, written: str | None, thing: Thing) -> Any:
    """Read a value back as what its column holds; None = unknown."""
    if written is None:
        return None
    kind = fields.BY_NAME[table].field(column).type
    try:
        if kind == "boolean":
            return {"true": True, "false": False}[written]
        if kind == "integer":
            return int(written)
        return float(written) if kind == "real" else written
    except (KeyError, ValueError):
        names = {"boolean": "value.no_truth", "integer": "value.no_whole"}
        thing.note(f"{PREFIX}{column}", say(names.get(kind, "value.no_number"), value=shown(written)))
        return None


def _row(table: str, own: Mapping[str, str], known: Row, thing: Thing) -> dict[str, Any]:
    """Return a row of ours: what is `known` from fields of HSDS, the rest from attributes."""
    row = {}
    for field in fields.BY_NAME[table].fields:
        if field.name in known:
            row[field.name] = known[field.name]
        else:
            row[field.name] = _value(table, field.name, own.get(field.name), thing)
        if row[field.name] is None and not field.nullable:
            thing.note(f"{PREFIX}{field.name}", say("value.missing"))
    return row


def from_hsds(document: Any, file: str = "HSDS") -> dict[str, pd.DataFrame]:
    """
    Read back a catalogue that `to_hsds` wrote.

    Parameters
    ----------
    document
        Parsed JSON, or what `tabular.from_tabular` made of tables.
    file
        Its name as the reader knows it.

    Returns
    -------
    contents
        The tables of `TABLES`, as `geodata.dataset.rules.conform` has them.

    Raises
    ------
    InputFileError
        With all problems and their places, if the document is no page of services,
        or services lack what our catalogue needs (a kind of service).
    """
    problems: list[str] = []
    page = page_of(document, file, problems)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    organizations: dict[str, Thing] = {}
    for service in services_of(page):
        _read_service(service, rows, organizations)
    about = page.thing("dosah")
    spare = about.things("organizations_without_services") if about else []
    seen: set[Any] = set()
    for organization in [*organizations.values(), *spare]:
        row = _read_organization(organization)
        if row is not None and row["provider_id"] not in seen:
            seen.add(row["provider_id"])
            rows["provider"].append(row)
    # A thing that is used in several places tells the same problem each time.
    refuse(file, list(dict.fromkeys(problems)))
    rows["provider"].sort(key=lambda row: str(row["provider_id"]))
    try:
        return {
            name: rules.conform(name, pd.DataFrame(rows[name], columns=list(fields.BY_NAME[name].columns)))
            for name in TABLES
        }
    except (TableError, OverflowError) as error:
        raise InputFileError(file, [str(error)], NEXT_STEP) from error


def _read_organization(organization: Thing) -> dict[str, Any] | None:
    key = organization.text("id", is_needed=True)
    own = own_values(organization, "organization", key)
    ico = next(
        (identifier.text("identifier") for identifier in organization.things("organization_identifiers")
         if identifier.text("identifier_scheme") == "CZ-ICO"),
        None,
    )  # fmt: skip
    known = {"name": organization.text("name", is_needed=True), "provider_id_ico": ico}
    return _row("provider", own, known, organization)


def _read_service(
    service: Thing, rows: dict[str, list[dict[str, Any]]], organizations: dict[str, Thing]
) -> None:
    key = service.text("id", is_needed=True)
    own = own_values(service, "service", key)
    for name in NEEDED:
        if name not in own:
            service.note(f"{PREFIX}{name}", say("value.missing"))
    if set(NEEDED) - set(own):
        return
    known: dict[str, Any] = {
        ours: service.number(theirs, 0, 1000) if ours in AGES else service.text(theirs)
        for ours, theirs in SERVICE_FIELDS.items()
    }
    phones = service.things("phones")
    known["phone"] = phones[0].text("number") if phones else None
    known["provider_id"] = _provider_of(service, organizations)
    rows["service"].append(_row("service", own, known, service))
    service_id = own["service_id"]
    rows["service_target_group"] += _target_groups(service, service_id)
    rows["capacity"] += _capacities(service, service_id)
    rows["site"] += [_site(site, service_id) for site in service.things("service_at_locations")]
    for area in service.things("service_areas"):
        stated = own_values(area, "service_area", area.text("id", is_needed=True))
        rows["served_area"].append(_row("served_area", stated, {"service_id": service_id}, area))


def _provider_of(service: Thing, organizations: dict[str, Thing]) -> Any:
    """Return the provider_id of a service's organisation, and put it to those that are read later."""
    organization = service.thing("organization")
    if organization is None:
        return None
    key = organization.text("id", is_needed=True)
    organizations.setdefault(str(key), organization)
    return own_values(organization, "organization", key).get("provider_id")


def _target_groups(service: Thing, service_id: str) -> list[dict[str, Any]]:
    return [
        {
            "service_id": service_id,
            "target_group_code": attribute.text("value", is_needed=True),
            "is_inferred": attribute.text("link_type") == "inferred",
        }
        for attribute in service.things("attributes")
        if (attribute.text("label") or "").startswith(f"{PREFIX}target_groups/")
    ]


def _capacities(service: Thing, service_id: str) -> list[dict[str, Any]]:
    capacities = []
    for capacity in service.things("capacities"):
        stated = own_values(service, "service_capacity", capacity.text("id", is_needed=True))
        unit = capacity.thing("unit")
        if unit is None:
            capacity.note("unit", say("value.missing"))
            continue
        known = {
            "service_id": service_id,
            "unit": unit.text("identifier", is_needed=True),
            "capacity_number": capacity.number("maximum", 0),
        }
        capacities.append(_row("capacity", stated, known, capacity))
    return capacities


def _site(site: Thing, service_id: str) -> dict[str, Any]:
    stated = own_values(site, "service_at_location", site.text("id", is_needed=True))
    location = site.thing("location")
    point = {
        "service_id": service_id,
        "latitude": location.number("latitude", *LATITUDE) if location else None,
        "longitude": location.number("longitude", *LONGITUDE) if location else None,
    }
    return _row("site", stated, point, site)

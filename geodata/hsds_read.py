"""Read back a catalogue from HSDS 3.1: the way here of `geodata.hsds`, and nothing of ours is lost on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from geodata import fields, tables
from geodata.errors import InputFileError
from geodata.hsds import PREFIX, SERVICE_FIELDS, TABLES, Json, Row

NEXT_STEP: Final = "Export it again, or see docs/EXCHANGE.md for what can be read."


def _own(attributes: Any, entity: str, link: str) -> dict[str, str]:
    """Return the values of our columns among the attributes of one thing."""
    found = {}
    for attribute in attributes if isinstance(attributes, list) else []:
        label = str(attribute.get("label", ""))
        if (
            label.startswith(PREFIX)
            and attribute.get("link_entity") == entity
            and attribute.get("link_id") == link
        ):
            found[label.removeprefix(PREFIX)] = str(attribute.get("value", ""))
    return found


def _value(table: str, column: str, written: str | None) -> Any:
    """Read a value back as what its column holds; None = unknown."""
    if written is None:
        return None
    kind = fields.BY_NAME[table].field(column).type
    if kind == "boolean":
        return written == "true"
    if kind == "integer":
        return int(written)
    return float(written) if kind == "real" else written


def _row(table: str, own: Mapping[str, str], known: Row) -> dict[str, Any]:
    """Return a row of ours: what is `known` from fields of HSDS, the rest from attributes."""
    return {
        column: known[column] if column in known else _value(table, column, own.get(column))
        for column in fields.BY_NAME[table].columns
    }


def from_hsds(document: Any, file: str = "HSDS") -> dict[str, pd.DataFrame]:
    """
    Read back a catalogue that `to_hsds` wrote.

    Parameters
    ----------
    document
        Parsed JSON.
    file
        Its name as the reader knows it.

    Returns
    -------
    contents
        The tables of `TABLES`, as `geodata.tables.conform` has them.

    Raises
    ------
    InputFileError
        If the document is no page of services, or services lack what our catalogue needs (a kind of service).
    """
    services = document.get("contents") if isinstance(document, dict) else None
    if not isinstance(services, list):
        raise InputFileError(file, ["it is no page of HSDS services (no list `contents`)"], NEXT_STEP)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    organizations: dict[str, Json] = {}
    problems: list[str] = []
    for number, service in enumerate(services, start=1):
        try:
            _read_service(service, rows, organizations)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            problems.append(f"service {number} cannot be read ({type(error).__name__}: {error})")
    spare = document.get("dosah", {}).get("organizations_without_services", [])
    for organization in [*organizations.values(), *spare]:
        try:
            rows["provider"].append(_read_organization(organization))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            problems.append(f"an organization cannot be read ({type(error).__name__}: {error})")
    if problems:
        first = [*problems[:3], *([f"and {len(problems) - 3} more"] if len(problems) > 3 else [])]
        raise InputFileError(file, first, NEXT_STEP)
    rows["provider"].sort(key=lambda row: str(row["provider_id"]))
    return {
        name: tables.conform(name, pd.DataFrame(rows[name], columns=list(fields.BY_NAME[name].columns)))
        for name in TABLES
    }


def _read_organization(organization: Json) -> dict[str, Any]:
    own = _own(organization.get("attributes"), "organization", organization["id"])
    named = organization.get("organization_identifiers") or []
    ico = next((one["identifier"] for one in named if one.get("identifier_scheme") == "CZ-ICO"), None)
    return _row(
        "provider", _needed(own, "provider_id"), {"name": organization["name"], "provider_id_ico": ico}
    )


def _needed(own: Mapping[str, str], *columns: str) -> Mapping[str, str]:
    for column in columns:
        if column not in own:
            raise KeyError(f"no attribute {PREFIX}{column}")
    return own


def _read_service(
    service: Json, rows: dict[str, list[dict[str, Any]]], organizations: dict[str, Json]
) -> None:
    attributes = service.get("attributes", [])
    own = _needed(_own(attributes, "service", service["id"]), "service_id", "service_type_code")
    known: dict[str, Any] = {ours: service.get(theirs) for ours, theirs in SERVICE_FIELDS.items()}
    phones = service.get("phones") or []
    known["phone"] = phones[0]["number"] if phones else None
    known["provider_id"] = None
    organization = service.get("organization")
    if organization:
        organizations.setdefault(organization["id"], organization)
        known["provider_id"] = _own(organization.get("attributes"), "organization", organization["id"])[
            "provider_id"
        ]
    rows["service"].append(_row("service", own, known))
    service_id = own["service_id"]
    for attribute in attributes:
        label = str(attribute.get("label", ""))
        if label.startswith(f"{PREFIX}target_groups/"):
            rows["service_target_group"].append(
                {
                    "service_id": service_id,
                    "target_group_code": attribute["value"],
                    "is_inferred": attribute.get("link_type") == "inferred",
                }
            )
    for capacity in service.get("capacities", []):
        told = _own(attributes, "service_capacity", capacity["id"])
        number = capacity.get("maximum")
        unit = capacity["unit"]["identifier"]
        rows["capacity"].append(
            _row("capacity", told, {"service_id": service_id, "unit": unit, "capacity_number": number})
        )
    for site in service.get("service_at_locations", []):
        told = _own(site.get("attributes"), "service_at_location", site["id"])
        location = site.get("location") or {}
        place = {
            "service_id": service_id,
            "latitude": location.get("latitude"),
            "longitude": location.get("longitude"),
        }
        rows["site"].append(_row("site", told, place))
    for area in service.get("service_areas", []):
        told = _own(area.get("attributes"), "service_area", area["id"])
        rows["served_area"].append(_row("served_area", told, {"service_id": service_id}))

"""
Exchange of the catalogue as HSDS 3.1 (Open Referral): pure functions between our tables and JSON objects.

HSDS is a format for directories of human services. What it has a field for goes there;
every other column of ours travels as an attribute (`label` "dosah:<column>"),
so that the way there and back loses nothing. The profile and each deviation are argued in docs/EXCHANGE.md.
Identifiers are UUIDs derived from ours: the same row has the same one in every export.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from geodata.dataset import fields
from geodata.vocabulary.codes import codelist

VERSION: Final = "3.1"
TABLES: Final = ("provider", "service", "service_target_group", "capacity", "site", "served_area")
"""Tables of ours that the exchange carries."""

PREFIX: Final = "dosah:"
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:dosah:hsds")
STATUS: Final = {"existing": "active", "planned": "inactive", "ended": "defunct"}
# Columns that HSDS has a field for: ours → theirs. They come back from there.
SERVICE_FIELDS: Final = {
    "name": "name",
    "web": "url",
    "email": "email",
    "target_groups_text": "eligibility_description",
    "age_from": "minimum_age",
    "age_to": "maximum_age",
}
# A place that must not be known more finely than the district, whatever the table holds
# (docs/decisions/0004-protected-kinds-are-reduced.md).
PLACE_COLUMNS: Final = (
    "name",
    "municipality_code",
    "municipality_name",
    "municipality_part",
    "street_address",
    "postal_code",
    "address_point_code",
    "latitude",
    "longitude",
)
SERVICE_PLACE_COLUMNS: Final = ("served_area_text", "note", "source_url")
Row = Mapping[str, Any]
Json = dict[str, Any]


def identifier(kind: str, *key: str) -> str:
    """Return the UUID of a row: version 5 of its own key, the same in every export."""
    return str(uuid.uuid5(_NAMESPACE, "/".join((kind, *key))))


# -- out -----------------------------------------------------------------------------------------------------


def _known(value: Any) -> bool:
    return value is not None and value is not pd.NA and value == value  # noqa: PLR0124  # only NaN differs from itself


def _text(value: Any) -> str:
    """Write a value so that it reads back the same."""
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return "true" if value else "false"
    if isinstance(value, float) and not value.is_integer():
        return repr(float(value))
    if isinstance(value, (int, float)):
        return str(int(value))
    return str(value)


def _attribute(entity: str, link: str, label: str, value: str) -> Json:
    return {
        "id": identifier("attribute", entity, link, label),
        "link_id": link,
        "link_entity": entity,
        "label": f"{PREFIX}{label}",
        "value": value,
    }


def _attributes(entity: str, link: str, row: Row, columns: Sequence[str]) -> list[Json]:
    """
    Return an attribute for each column that is known;
    what is unknown is left out, never written as empty.
    """
    return [_attribute(entity, link, column, _text(row[column])) for column in columns if _known(row[column])]


def _term(list_name: str, code: str, language: str, entity: str, link: str) -> Json:
    """Return an attribute that classifies an entity by a code of one of our lists."""
    entry = codelist(list_name)[code]
    return {
        **_attribute(entity, link, f"{list_name}/{code}", code),
        "taxonomy_term_id": identifier("taxonomy_term", list_name, code),
        "taxonomy_term": {
            "id": identifier("taxonomy_term", list_name, code),
            "code": code,
            "name": entry.label[language],
            "description": entry.description[language],
            "taxonomy": f"dosah:{list_name}",
            "language": language,
        },
    }


def _organization(row: Row) -> Json:
    key = identifier("provider", row["provider_id"])
    made: Json = {
        "id": key,
        "name": row["name"],
        # Required by the schema; nothing but the name is known, so the name stands again.
        "description": row["name"],
        "attributes": _attributes("organization", key, row, ["provider_id", "country", "origin_id"]),
    }
    if _known(row["provider_id_ico"]):
        made["organization_identifiers"] = [
            {
                "id": identifier("organization_identifier", row["provider_id"]),
                "organization_id": key,
                "identifier_scheme": "CZ-ICO",
                "identifier_type": "IČO",
                "identifier": row["provider_id_ico"],
            }
        ]
    return made


def _capacity(row: Row, service_id: str, updated: str | None, language: str) -> tuple[Json, list[Json]]:
    """
    Return a capacity and the attributes that say of it what HSDS has no field for
    (they belong to the service).
    """
    key = identifier("capacity", row["service_id"], row["form"], row["unit"])
    unit = codelist("capacity_units")[row["unit"]]
    unit_id = identifier("unit", row["unit"])
    form = codelist("forms")[row["form"]].label[language]
    made: Json = {
        "id": key,
        "service_id": service_id,
        "unit_id": unit_id,
        "unit": {
            "id": unit_id,
            "name": unit.label[language],
            "scheme": "dosah:capacity_units",
            "identifier": row["unit"],
        },
        # No `available`: nobody told us how many places are free, and 0 would say that all are taken.
        "description": f"{form}: {unit.label[language]}",
    }
    if _known(row["capacity_number"]):
        made["maximum"] = float(row["capacity_number"])
    if updated:
        made["updated"] = f"{updated}T00:00:00.000Z"
    rest = [
        column
        for column in fields.BY_NAME["capacity"].columns
        if column not in ("service_id", "unit", "capacity_number")
    ]
    return made, _attributes("service_capacity", key, row, rest)


def _address(row: Row, city: str | None, region: str | None, location_id: str) -> Json | None:
    """
    Return an address where all that the schema requires is known;
    None otherwise, the parts travel as attributes.
    """
    if not (_known(row["street_address"]) and city and region and _known(row["postal_code"])):
        return None
    return {
        "id": identifier("address", row["site_id"]),
        "location_id": location_id,
        "address_1": row["street_address"],
        "city": city,
        "state_province": region,
        "postal_code": row["postal_code"],
        "country": row["country"],
        "address_type": "physical",
    }


def _site(row: Row, service_id: str, municipalities: Mapping[str, Row]) -> Json:
    key = identifier("site", row["site_id"])
    made: Json = {"id": key, "service_id": service_id}
    table = fields.BY_NAME["site"]
    if bool(row["is_protected"]):
        # No location at all: its district, and that it is protected, is everything a reader may know.
        own_columns = [column for column in table.columns if column not in ("service_id", *PLACE_COLUMNS)]
        made["attributes"] = _attributes("service_at_location", key, row, own_columns)
        return made
    rest = [column for column in table.columns if column not in ("service_id", "latitude", "longitude")]
    made["attributes"] = _attributes("service_at_location", key, row, rest)
    location_id = identifier("location", row["site_id"])
    municipality = municipalities.get(str(row["municipality_code"]), {})
    city = municipality.get("name") or (
        row["municipality_name"] if _known(row["municipality_name"]) else None
    )
    location: Json = {"id": location_id, "location_type": "physical"}
    if _known(row["name"]):
        location["name"] = row["name"]
    if _known(row["latitude"]) and _known(row["longitude"]):
        location["latitude"], location["longitude"] = float(row["latitude"]), float(row["longitude"])
    if _known(row["address_point_code"]):
        location["external_identifier"] = row["address_point_code"]
        location["external_identifier_type"] = "RÚIAN"
    address = _address(row, city, municipality.get("region_name"), location_id)
    if address:
        location["addresses"] = [address]
    made["location_id"], made["location"] = location_id, location
    return made


def _grouped(frame: pd.DataFrame, column: str) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in frame.to_dict("records"):
        grouped.setdefault(str(row[column]), []).append({str(name): value for name, value in row.items()})
    return grouped


def to_hsds(contents: Mapping[str, pd.DataFrame], language: str = "en") -> Json:
    """
    Write the catalogue as HSDS.

    Parameters
    ----------
    contents
        Tables of a published dataset. They are not modified.
    language
        Language of names of units and terms; the data themselves stay as they are.

    Returns
    -------
    document
        A page of services as the HSDS API gives it (`contents`), with our version,
        origins and licences under `dosah`.
    """
    municipalities = {str(row["municipality_code"]): row for row in _rows(contents["municipality"])}
    origins = {str(row["origin_id"]): row for row in _rows(contents["origin"])}
    organizations = {str(row["provider_id"]): _organization(row) for row in _rows(contents["provider"])}
    by_service = {name: _grouped(contents[name], "service_id") for name in TABLES[2:]}
    services = []
    for row in _rows(contents["service"]):
        parts = {name: by_service[name].get(str(row["service_id"]), []) for name in by_service}
        services.append(_service(row, parts, organizations, municipalities, origins, language=language))
    used = {service["organization_id"] for service in services if "organization_id" in service}
    facts = dict(zip(contents["dataset"]["name"], contents["dataset"]["value"], strict=True))
    return {
        "total_items": len(services),
        "total_pages": 1,
        "page_number": 1,
        "size": len(services),
        "first_page": True,
        "last_page": True,
        "empty": not services,
        "contents": services,
        "dosah": {
            "hsds_version": VERSION,
            "dataset_version": str(facts.get("content_hash", ""))[:16],
            "data_date": facts.get("data_date"),
            "origins": [_origin(row) for row in origins.values()],
            "organizations_without_services": [
                made for made in organizations.values() if made["id"] not in used
            ],
        },
    }


def _origin(row: Row) -> Json:
    columns = ("origin_id", "title", "publisher", "licence", "citation", "url", "reference_date")
    return {column: row[column] for column in columns if _known(row[column])}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _service(
    row: Row,
    parts: Mapping[str, Sequence[Row]],
    organizations: Mapping[str, Json],
    municipalities: Mapping[str, Row],
    origins: Mapping[str, Row],
    *,
    language: str,
) -> Json:
    key = identifier("service", row["service_id"])
    hidden = any(bool(site["is_protected"]) for site in parts["site"])
    kind = codelist("service_types")[row["service_type_code"]]
    # The dataset names a protected service by its kind; a name that says more would tell the place.
    tells_more = hidden and row["name"] not in kind.label.values()
    name = kind.label[language] if tells_more else row["name"]
    made: Json = {"id": key, "name": name, "status": STATUS[row["status"]]}
    for ours, theirs in SERVICE_FIELDS.items():
        if ours != "name" and _known(row[ours]):
            made[theirs] = int(row[ours]) if theirs.endswith("_age") else row[ours]
    left_out = {*SERVICE_FIELDS, "provider_id", "phone", *(SERVICE_PLACE_COLUMNS if hidden else ())}
    attributes = _attributes(
        "service", key, row, [name for name in fields.BY_NAME["service"].columns if name not in left_out]
    )
    attributes.append(_term("service_types", row["service_type_code"], language, "service", key))
    if _known(row["provider_id"]):
        organization = organizations[str(row["provider_id"])]
        made["organization_id"], made["organization"] = organization["id"], organization
    if _known(row["phone"]):
        made["phones"] = [
            {
                "id": identifier("phone", row["service_id"]),
                "service_id": key,
                "number": row["phone"],
                "type": "voice",
            }
        ]
    for group in parts["service_target_group"]:
        term = _term("target_groups", group["target_group_code"], language, "service", key)
        attributes.append({**term, "link_type": "inferred" if bool(group["is_inferred"]) else "stated"})
    capacities = []
    for capacity in parts["capacity"]:
        origin = origins.get(str(capacity["origin_id"]), {})
        day = origin.get("reference_date")
        written, more = _capacity(capacity, key, str(day) if _known(day) else None, language)
        capacities.append(written)
        attributes += more
    if capacities:
        made["capacities"] = capacities
    if parts["served_area"]:
        made["service_areas"] = [_served_area(area, key, municipalities) for area in parts["served_area"]]
    if parts["site"]:
        made["service_at_locations"] = [_site(site, key, municipalities) for site in parts["site"]]
    made["attributes"] = attributes
    return made


def _served_area(row: Row, service_id: str, municipalities: Mapping[str, Row]) -> Json:
    code = str(row["municipality_code"])
    key = identifier("served_area", row["service_id"], code)
    return {
        "id": key,
        "service_id": service_id,
        "name": str(municipalities[code]["name"]) if code in municipalities else code,
        "attributes": _attributes("service_area", key, row, ["municipality_code", "origin_id"]),
    }


def written(document: Json) -> str:
    """Write a document as JSON text, the same for the same content."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=False)

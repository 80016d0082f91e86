"""The tabular form of HSDS 3.1: one file for each kind of object, described by a datapackage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from geodata.hsds import VERSION, Json

# Files of the tabular form: entity → (file, columns). Columns are HSDS's; objects inside become keys of other files.
TABULAR: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "organization": ("organizations.csv", ("id", "name", "description")),
    "organization_identifier": (
        "organization_identifiers.csv",
        ("id", "organization_id", "identifier_scheme", "identifier_type", "identifier"),
    ),
    "service": (
        "services.csv",
        (
            "id",
            "organization_id",
            "name",
            "url",
            "email",
            "status",
            "eligibility_description",
            "minimum_age",
            "maximum_age",
        ),
    ),
    "phone": ("phones.csv", ("id", "service_id", "number", "type")),
    "service_capacity": (
        "service_capacity.csv",
        ("id", "service_id", "unit_id", "maximum", "description", "updated"),
    ),
    "unit": ("units.csv", ("id", "name", "scheme", "identifier")),
    "service_area": ("service_areas.csv", ("id", "service_id", "name")),
    "service_at_location": ("service_at_location.csv", ("id", "service_id", "location_id")),
    "location": (
        "locations.csv",
        (
            "id",
            "location_type",
            "name",
            "latitude",
            "longitude",
            "external_identifier",
            "external_identifier_type",
        ),
    ),
    "address": (
        "addresses.csv",
        (
            "id",
            "location_id",
            "address_1",
            "city",
            "state_province",
            "postal_code",
            "country",
            "address_type",
        ),
    ),
    "attribute": (
        "attributes.csv",
        ("id", "link_id", "taxonomy_term_id", "link_type", "link_entity", "value", "label"),
    ),
    "taxonomy_term": ("taxonomy_terms.csv", ("id", "code", "name", "description", "taxonomy", "language")),
}
_CHILDREN: Final = {
    "organization": "organization",
    "organization_identifiers": "organization_identifier",
    "phones": "phone",
    "capacities": "service_capacity",
    "unit": "unit",
    "service_areas": "service_area",
    "service_at_locations": "service_at_location",
    "location": "location",
    "addresses": "address",
    "attributes": "attribute",
    "taxonomy_term": "taxonomy_term",
}


def _walk(entity: str, thing: Json) -> Iterator[tuple[str, Json]]:
    yield entity, thing
    for name, value in thing.items():
        if name in _CHILDREN:
            for part in value if isinstance(value, list) else [value]:
                yield from _walk(_CHILDREN[name], part)


def to_tabular(document: Json) -> dict[str, list[dict[str, Any]]]:
    """
    Return the rows of the tabular form by file name, each object once.

    The attributes are one file, so the whole of our catalogue is in the tabular form too.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {entity: {} for entity in TABULAR}
    things = [("service", service) for service in document["contents"]]
    things += [("organization", one) for one in document["dosah"]["organizations_without_services"]]
    for kind, top in things:
        for entity, thing in _walk(kind, top):
            columns = TABULAR[entity][1]
            found[entity].setdefault(thing["id"], {column: thing.get(column) for column in columns})
    return {TABULAR[entity][0]: list(rows.values()) for entity, rows in found.items()}


def datapackage(document: Json, title: str) -> Json:
    """Describe the tabular form: files, columns, keys, origins and licences."""
    numbers = {"latitude", "longitude", "maximum", "minimum_age", "maximum_age"}
    resources = []
    for entity, (file, columns) in TABULAR.items():
        keys = [
            {"fields": column, "reference": {"resource": column.removesuffix("_id"), "fields": "id"}}
            for column in columns
            if column.endswith("_id") and column != "link_id"
        ]
        schema: Json = {
            "primaryKey": "id",
            "missingValues": [""],
            "fields": [
                {"name": column, "type": "number" if column in numbers else "string"} for column in columns
            ],
        }
        if keys:
            schema["foreignKeys"] = keys
        resources.append(
            {"name": entity, "path": file, "profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv",
             "encoding": "utf-8", "schema": schema}
        )  # fmt: skip
    about = document["dosah"]
    return {
        "name": "dosah-hsds",
        "title": title,
        "profile": "tabular-data-package",
        "version": about["dataset_version"],
        "created": about["data_date"],
        "description": f"HSDS {VERSION}, profile of docs/EXCHANGE.md: maximum capacity where known, available capacity never.",
        "sources": [
            {"title": f"{one['publisher']}: {one['title']}", **({"path": one["url"]} if "url" in one else {})}
            for one in about["origins"]
        ],
        "licenses": [{"name": one["origin_id"], "title": one["licence"]} for one in about["origins"]],
        "resources": resources,
    }

"""The tabular form of HSDS 3.1, there and back: one file for each kind of object, described by a datapackage."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from geodata.errors import InputFileError
from geodata.hsds import VERSION, Json
from geodata.hsds_thing import PLACE

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


# -- cells ------------------------------------------------------------------------------------------------------------

# Signs that make a spreadsheet run a cell as a formula.
_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# A sign and figures only, as phone numbers are written: no spreadsheet runs them.
_FIGURES: Final = re.compile(r"[+\-]?[\d\s().,/-]*")
LONGEST_CELL: Final = 1_000_000


def csv_cell(value: object) -> str:
    """
    Write a cell that machines read unchanged and no spreadsheet runs: what looks like a formula gets an apostrophe in front.

    So does what begins with an apostrophe, so that `read_cell` knows ours from theirs.
    """
    if value is None or value != value:  # noqa: PLR0124  # only NaN differs from itself
        return ""
    written = str(value)
    if written.startswith("'"):
        return f"'{written}"
    return written if _FIGURES.fullmatch(written) or not written.startswith(_STARTS) else f"'{written}"


def read_cell(written: str) -> str:
    """Return what `csv_cell` was given; a leading apostrophe of others stays."""
    return written[1:] if written.startswith(tuple(f"'{start}" for start in ("'", *_STARTS))) else written


def csv_text(file: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Write the rows of a file of the tabular form."""
    columns = next(columns for name, columns in TABULAR.values() if name == file)
    buffer = io.StringIO(newline="")
    # The writer quotes signs of its line end only: with "\n" a lone "\r" inside a text would end the row for a reader.
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([csv_cell(row[column]) for column in columns] for row in rows)
    return buffer.getvalue()


def rows_of(written: str, file: str) -> list[Json]:
    """
    Read the rows of a file of the tabular form; each carries its place, empty cells are left out.

    Raises
    ------
    InputFileError
        If it is no CSV, has no column `id`, or a row has more cells than the heading.
    """
    # A cell as long as this is none; the limit holds for the whole process, so it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    rows: list[Json] = []
    try:
        reader = csv.reader(io.StringIO(written.removeprefix("\ufeff"), newline=""), strict=True)
        heading = next(reader, [])
        if "id" not in heading or len(set(heading)) < len(heading):
            raise InputFileError(file, ["it has no heading with one column `id`"], "See docs/EXCHANGE.md.")
        for cells in reader:
            if not any(cells):
                continue
            place = f"{file}, line {reader.line_num}"
            if len(cells) > len(heading):
                raise InputFileError(place, ["it has more cells than the heading"], "See docs/EXCHANGE.md.")
            row: Json = {name: read_cell(cell) for name, cell in zip(heading, cells, strict=False) if cell}
            rows.append({**row, PLACE: place})
    except csv.Error as error:
        raise InputFileError(file, [f"it is no CSV ({error})"], "See docs/EXCHANGE.md.") from error
    return rows


# -- there ------------------------------------------------------------------------------------------------------------


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
        # What the tables have no place for; `from_tabular` gives it back.
        "dosah": {name: value for name, value in about.items() if name != "organizations_without_services"},
    }


# -- back -------------------------------------------------------------------------------------------------------------

# Where the objects of a file belong: (file's entity, column that names the owner, entity of the owner, field of the owner).
_OWNERS: Final = (
    ("organization_identifier", "organization_id", "organization", "organization_identifiers"),
    ("phone", "service_id", "service", "phones"),
    ("service_capacity", "service_id", "service", "capacities"),
    ("service_area", "service_id", "service", "service_areas"),
    ("service_at_location", "service_id", "service", "service_at_locations"),
    ("address", "location_id", "location", "addresses"),
)
# Objects that others point to: (entity that points, its column, entity it points to, field).
_POINTERS: Final = (
    ("attribute", "taxonomy_term_id", "taxonomy_term", "taxonomy_term"),
    ("service_capacity", "unit_id", "unit", "unit"),
    ("service_at_location", "location_id", "location", "location"),
    ("service", "organization_id", "organization", "organization"),
)
# Attributes of a capacity stand among those of its service (docs/EXCHANGE.md, deviations).
_WITH_SERVICE: Final = "service_capacity"


def from_tabular(files: Mapping[str, Sequence[Json]], package: Json | None = None) -> Json:
    """
    Put the objects of the tabular form together again.

    Parameters
    ----------
    files
        Rows by file name, as `rows_of` read them. Files that the profile does not know are left alone.
    package
        The datapackage, for what is told of the whole.

    Returns
    -------
    document
        A page of services. What points to nothing stays away; `geodata.hsds_read` tells what is missing then.
    """
    found: dict[str, dict[str, Json]] = {}
    for entity, (file, _columns) in TABULAR.items():
        # The first of two rows with one identifier stands.
        found[entity] = {}
        for row in files.get(file, ()):
            found[entity].setdefault(str(row.get("id", row[PLACE])), dict(row))
    for entity, column, target, field in _POINTERS:
        for thing in found[entity].values():
            pointed = found[target].get(str(thing.get(column)))
            if pointed is not None:
                thing[field] = pointed
    for entity, column, owner, field in _OWNERS:
        for thing in found[entity].values():
            owning = found[owner].get(str(thing.get(column)))
            if owning is not None:
                owning.setdefault(field, []).append(thing)
    for attribute in found["attribute"].values():
        entity = str(attribute.get("link_entity"))
        owning = found.get(entity, {}).get(str(attribute.get("link_id")))
        if entity == _WITH_SERVICE and owning is not None:
            owning = found["service"].get(str(owning.get("service_id")))
        if owning is not None:
            owning.setdefault("attributes", []).append(attribute)
    used = {str(service.get("organization_id")) for service in found["service"].values()}
    about = package.get("dosah") if isinstance(package, dict) else None
    return {
        "contents": list(found["service"].values()),
        "dosah": {
            **(about if isinstance(about, dict) else {}),
            "organizations_without_services": [
                one for key, one in found["organization"].items() if key not in used
            ],
        },
    }

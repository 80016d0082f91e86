"""
The tabular form of HSDS 3.1, there and back: one file for each kind of object,
described by a datapackage.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from geodata.errors import InputFileError
from geodata.hsds.thing import PLACE
from geodata.hsds.write import VERSION, Json
from geodata.said import Said, say
from geodata.sheet_cells import marked, unmarked

# Files of the tabular form: entity → (file, columns). Columns are HSDS's;
# objects inside become keys of other files.
TABULAR: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "organization": ("organizations.csv", ("id", "name", "description")),
    "organization_identifier": (
        "organization_identifiers.csv",
        ("id", "organization_id", "identifier_scheme", "identifier_type", "identifier"),
    ),
    "service": (
        "services.csv",
        ("id", "organization_id", "name", "url", "email", "status", "eligibility_description",
         "minimum_age", "maximum_age"),
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
        ("id", "location_type", "name", "latitude", "longitude", "external_identifier",
         "external_identifier_type"),
    ),
    "address": (
        "addresses.csv",
        ("id", "location_id", "address_1", "city", "state_province", "postal_code", "country",
         "address_type"),
    ),
    "attribute": (
        "attributes.csv",
        ("id", "link_id", "taxonomy_term_id", "link_type", "link_entity", "value", "label"),
    ),
    "taxonomy_term": ("taxonomy_terms.csv", ("id", "code", "name", "description", "taxonomy", "language")),
}  # fmt: skip
# Other names of the same files: one or many, and what older versions called them.
_OTHER_NAMES: Final = {
    "organisation": "organization",
    "organisation_identifier": "organization_identifier",
    "capacity": "service_capacity",
    "services_at_location": "service_at_location",
    "physical_address": "address",
}
DELIMITERS: Final = (",", ";", "\t", "|")


def entity_named(name: str) -> str | None:
    """
    Return the kind of object of a file or resource ("Services.CSV", "service_at_locations");
    None where the profile knows none.
    """
    stem = name.casefold().removesuffix(".csv").removesuffix(".json").replace("-", "_").replace(" ", "_")
    singular = [stem, stem.removesuffix("s"), stem.removesuffix("es"), f"{stem.removesuffix('ies')}y"]
    known = (_OTHER_NAMES.get(form, form) for form in singular)
    return next((entity for entity in known if entity in TABULAR), None)


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


# -- cells ---------------------------------------------------------------------------------------------------

LONGEST_CELL: Final = 1_000_000
NEXT_STEP: Final = say("hsds.next")


def csv_cell(value: object) -> str:
    """
    Write a cell that machines read unchanged and no spreadsheet runs:
    what looks like a formula gets an apostrophe in front.

    So does what begins with an apostrophe, so that `read_cell` knows ours from theirs.
    """
    if value is None or value != value:  # noqa: PLR0124  # only NaN differs from itself
        return ""
    return marked(str(value))


def read_cell(written: str) -> str:
    """Return what `csv_cell` was given; a leading apostrophe of others stays."""
    return unmarked(written)


def csv_text(file: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Write the rows of a file of the tabular form."""
    columns = next(columns for name, columns in TABULAR.values() if name == file)
    buffer = io.StringIO(newline="")
    # The writer quotes signs of its line end only:
    # with "\n" a lone "\r" inside a text would end the row for a reader.
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([csv_cell(row[column]) for column in columns] for row in rows)
    return buffer.getvalue()


def rows_of(written: str, file: str) -> list[Json]:
    """
    Read the rows of a file of the tabular form; each carries its place, empty cells are left out.

    Cells are divided by the sign of `DELIMITERS` that makes a column `id` of the heading.

    Raises
    ------
    InputFileError
        If it is no CSV, has no column `id`, or a row has more cells than the heading.
    """
    # A cell as long as this is none; the limit holds for the whole process, so it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    rows: list[Json] = []
    text = written.removeprefix("\ufeff")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        heading = [name.strip() for name in next(reader, [])]
        if "id" not in heading or len(set(heading)) < len(heading):
            raise InputFileError(file, [say("hsds.no_heading")], NEXT_STEP)
        for cells in reader:
            if not any(cells):
                continue
            position = say("place.line", file=file, line=reader.line_num)
            if len(cells) > len(heading):
                raise InputFileError(position, [say("hsds.more_cells")], NEXT_STEP)
            row: Json = {name: read_cell(cell) for name, cell in zip(heading, cells, strict=False) if cell}
            rows.append({**row, PLACE: position})
    except csv.Error as error:
        raise InputFileError(file, [say("hsds.no_csv", reason=error)], NEXT_STEP) from error
    return rows


def _delimiter(text: str) -> str:
    """Return the sign that divides the cells of a heading with a column `id`; a comma where none does."""
    first = text[:LONGEST_CELL].split("\n", 1)[0].strip("\r")
    for sign in DELIMITERS:
        if "id" in [name.strip().strip('"') for name in first.split(sign)]:
            return sign
    return DELIMITERS[0]


# -- there ---------------------------------------------------------------------------------------------------


def to_tabular(document: Json) -> dict[str, list[dict[str, Any]]]:
    """
    Return the rows of the tabular form by file name, each object once.

    The attributes are one file, so the whole of our catalogue is in the tabular form too.
    """
    objects: dict[str, dict[str, dict[str, Any]]] = {entity: {} for entity in TABULAR}
    things = [("service", service) for service in document["contents"]]
    things += [
        ("organization", organization) for organization in document["dosah"]["organizations_without_services"]
    ]
    for kind, top in things:
        for entity, thing in _walk(kind, top):
            columns = TABULAR[entity][1]
            objects[entity].setdefault(thing["id"], {column: thing.get(column) for column in columns})
    return {TABULAR[entity][0]: list(rows.values()) for entity, rows in objects.items()}


_CSV: Final = {
    "profile": "tabular-data-resource",
    "format": "csv",
    "mediatype": "text/csv",
    "encoding": "utf-8",
}


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
        resources.append({"name": entity, "path": file, **_CSV, "schema": schema})
    about = document["dosah"]
    return {
        "name": "dosah-hsds",
        "title": title,
        "profile": "tabular-data-package",
        "version": about["dataset_version"],
        "created": about["data_date"],
        "description": (
            f"HSDS {VERSION}, profile of docs/EXCHANGE.md: "
            "maximum capacity where known, available capacity never."
        ),
        "sources": [
            {
                "title": f"{origin['publisher']}: {origin['title']}",
                **({"path": origin["url"]} if "url" in origin else {}),
            }
            for origin in about["origins"]
        ],
        "licenses": [
            {"name": origin["origin_id"], "title": origin["licence"]} for origin in about["origins"]
        ],
        "resources": resources,
        # What the tables have no place for; `from_tabular` gives it back.
        "dosah": {name: value for name, value in about.items() if name != "organizations_without_services"},
    }


# -- back ----------------------------------------------------------------------------------------------------

# Where the objects of a file belong:
# (file's entity, column that names the owner, entity of the owner, field of the owner).
_OWNERS: Final = (
    ("organization_identifier", "organization_id", "organization", "organization_identifiers"),
    ("phone", "service_id", "service", "phones"),
    ("service_capacity", "service_id", "service", "capacities"),
    ("service_area", "service_id", "service", "service_areas"),
    ("service_at_location", "service_id", "service", "service_at_locations"),
    ("address", "location_id", "location", "addresses"),
    ("location", "organization_id", "organization", "locations"),
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


# What a planner loses where one of these leads nowhere: places, capacities, areas, organisations.
_TOLD_IF_LOST: Final = ("service_at_location", "service_capacity", "service_area", "address", "service")


def lost(files: Mapping[str, Sequence[Json]]) -> list[Said]:
    """
    Say which rows point to what the files do not have, and which places no service is at.

    Parameters
    ----------
    files
        Rows by the file names of the profile.
    """
    objects = {
        entity: {str(row.get("id")): row for row in reversed(files.get(file, ()))}
        for entity, (file, _columns) in TABULAR.items()
    }
    links = [(entity, column, target) for entity, column, target, _field in (*_POINTERS, *_OWNERS)]
    notes = []
    for entity, column, target in links:
        if entity not in _TOLD_IF_LOST:
            continue
        # A column that is empty, or an object inside instead of a key,
        # points to nothing that could be missing.
        astray = [
            row
            for row in objects[entity].values()
            if column in row and str(row[column]) not in objects[target]
        ]
        if astray:
            file, at = TABULAR[entity][0], astray[0].get(PLACE, "")
            notes.append(say("hsds.lost_pointers", file=file, column=column, number=len(astray), place=at))
    used = {str(row.get("location_id")) for row in objects["service_at_location"].values()}
    spare = [
        row
        for key, row in objects["location"].items()
        if key not in used and str(row.get("organization_id")) not in objects["organization"]
    ]
    repeated = [
        row
        for entity, (file, _columns) in TABULAR.items()
        for row in files.get(file, ())
        if row is not objects[entity][str(row.get("id"))]
    ]
    if repeated:
        notes.append(say("hsds.same_rows", number=len(repeated), place=repeated[0].get(PLACE, "")))
    if spare:
        notes.append(say("hsds.unused_places", number=len(spare), place=spare[0].get(PLACE, "")))
    return notes


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
        A page of services. What points to nothing stays away; `geodata.hsds.read` tells what is missing then.
    """
    objects: dict[str, dict[str, Json]] = {}
    for entity, (file, _columns) in TABULAR.items():
        # The first of two rows with one identifier stands.
        objects[entity] = {}
        for row in files.get(file, ()):
            objects[entity].setdefault(str(row.get("id", row[PLACE])), dict(row))
    _set_inside(objects)
    _hand_to_owners(objects)
    used = {str(service.get("organization_id")) for service in objects["service"].values()}
    about = package.get("dosah") if isinstance(package, dict) else None
    return {
        "contents": list(objects["service"].values()),
        "dosah": {
            **(about if isinstance(about, dict) else {}),
            "organizations_without_services": [
                organization for key, organization in objects["organization"].items() if key not in used
            ],
        },
    }


def _set_inside(objects: Mapping[str, Mapping[str, Json]]) -> None:
    """Put the object that a column points to into the one that points."""
    for entity, column, target, field in _POINTERS:
        for thing in objects[entity].values():
            pointed = objects[target].get(str(thing.get(column)))
            if pointed is not None:
                thing[field] = pointed


def _hand_to_owners(objects: Mapping[str, Mapping[str, Json]]) -> None:
    """Append each object to the list of the one that owns it, an attribute to the one it speaks of."""
    for entity, column, owner, field in _OWNERS:
        for thing in objects[entity].values():
            owning = objects[owner].get(str(thing.get(column)))
            if owning is not None:
                owning.setdefault(field, []).append(thing)
    for attribute in objects["attribute"].values():
        entity = str(attribute.get("link_entity"))
        owning = objects.get(entity, {}).get(str(attribute.get("link_id")))
        if entity == _WITH_SERVICE and owning is not None:
            owning = objects["service"].get(str(owning.get("service_id")))
        if owning is not None:
            owning.setdefault("attributes", []).append(attribute)

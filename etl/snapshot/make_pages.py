"""The rows of services that were found on public pages, for the snapshot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from geodata.errors import InputFileError
from geodata.vocabulary import codes

Row = dict[str, str]

# The pages were read area by area: rows up to and including the named one belong to the area
# (or lie near it), and a municipality's name is looked up in these districts only. There are six Lhotkas:
# a name alone is not enough.
PAGE_BLOCKS = (
    (117, "CZ", "", ("CZ0802", "CZ0803", "CZ0804")),
    (157, "CZ", "podbrdsko", ("CZ020B", "CZ0316")),
    (183, "PL", "jastrzebie-zdroj", ("2467", "2479", "2415", "2412")),
    (220, "PL", "mikolow", ("2408", "2469", "2472", "2477")),
)


# Remarks that tell of the reference's making, not of the service.
NEAR_MARK = re.compile(r"^\[near [a-z-]+\] ?")
READING_REMARK = re.compile(
    r"(?:(?<=^)|(?<=; ))(?:first|second) page seen by the earlier session(?: \([^)]*\))?(?:; |$)"
)


WORKING_PATH = re.compile(r"(?:/tmp|/work|/home)/\S+")


# Two rows were transcribed from a public code repository whose address carries a person's name:
# the repository's own name and version stay in the note, the address goes.
REPOSITORY = re.compile(
    r"https://github\.com/[^/\s]+/(?P<name>\S+) \((?P<file>\S+) @(?P<version>\w+);[^)]*\)"
)


# Headlines that name a person by title ("bishop so-and-so blesses …"): another page of the same row says
# the same.
PERSON_IN_ADDRESS = re.compile(r"/(?:biskup|starosta|senator|poslanec|burmistrz)-[a-z]+-")


def clean_source(text: str) -> str:
    """Addresses of pages divided by one space; anything that is no public address is left out."""
    addresses = [
        part
        for part in REPOSITORY.sub("", text).replace(" ; ", " ").split()
        if part.startswith("http") and not PERSON_IN_ADDRESS.search(part)
    ]
    return " ".join(addresses)


def clean_note(note: str, source: str) -> str:
    """Leave remarks about the reading out of a note, and keep what an unusable address told."""
    text = READING_REMARK.sub("", NEAR_MARK.sub("", note))
    repository = REPOSITORY.search(source)
    if repository:
        text += (
            f"; read from {repository['file']} of the public repository {repository['name']}"
            f" (version {repository['version']})"
        )
    return WORKING_PATH.sub("", text).strip("; ")


def page_block(page_row: str) -> tuple[str, str, tuple[str, ...]]:
    """Country, planning area and districts that a row of the pages belongs to."""
    number = int(page_row.removeprefix("P"))
    for last, country, area_id, districts in PAGE_BLOCKS:
        if number <= last:
            return country, area_id, districts
    raise InputFileError(
        "services_public_pages.csv", [f"row {page_row} belongs to no block"], "Add it to PAGE_BLOCKS."
    )


def resolve_municipality(
    country: str, name: str, districts: Iterable[str], municipalities: Iterable[Row]
) -> str:
    """Code of the one municipality called `name` in `districts`; "" where there is none or more than one."""
    wanted = set(districts)
    found = [
        row["municipality_code"]
        for row in municipalities
        if row["country"] == country and row["name"] == name and row["district_code"] in wanted
    ]
    return found[0] if len(found) == 1 else ""


def page_rows(rows: Iterable[Row], municipalities: Sequence[Row]) -> list[Row]:
    """Services read from public pages with our kind of service and, where certain, our municipality."""
    types, exceptions = codes.page_types(), codes.page_type_exceptions()
    kinds = codes.codelist("service_types")
    kept = []
    for row in rows:
        country, area_id, districts = page_block(row["page_row"])
        kind = exceptions.get(row["page_row"], types[row["country"], row["service_type"]])
        # A protected address is not kept at all: the municipality is enough to find the district.
        is_protected = kinds[kind].attributes["address_protected"]
        kept.append(
            {
                "page_row": row["page_row"],
                "country": row["country"],
                "near_area_id": area_id,
                "service_name": row["service_name"],
                "provider_name": row["provider_name"],
                "provider_id_text": row["provider_id"],
                "service_type_name": row["service_type"],
                "service_type_code": kind,
                "forms": row["forms"],
                "capacity_number": row["capacity_number"],
                "capacity_unit_text": row["capacity_unit"],
                "target_groups_text": row["target_groups"],
                "age_from": row["age_from"],
                "age_to": row["age_to"],
                "street_address": "" if is_protected else row["street_address"],
                "postal_code": "" if is_protected else row["postal_code"],
                "municipality_name": row["municipality"],
                "municipality_code": resolve_municipality(
                    country, row["municipality"], districts, municipalities
                ),
                "served_area_text": row["served_area"],
                "phone": row["phone"],
                "email": row["email"],
                "web": row["web"],
                "year_of_information": row["year_of_information"],
                "source_url": clean_source(row["source_url"]),
                "note": clean_note(row["note"], row["source_url"]),
                "status": row["status"],
            }
        )
    return sorted(kept, key=lambda row: row["page_row"])

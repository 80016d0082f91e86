"""
Social facilities in OpenStreetMap, as Overpass gives them out.

A supplement of unknown completeness: what is mapped exists in somebody's eyes, what is not mapped may exist.
A row is an element.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from etl.sources.formats.contract import Download, Origin, SourceTables, refuse, source_tables
from etl.sources.formats.files import AGAIN, mapping, number_of, read_json, table, text_of
from geodata.crs import BOUNDS
from geodata.vocabulary.identifiers import clean_phone, clean_web

FACILITY = {
    **dict.fromkeys(
        (
            "osm_id",
            "country",
            "name",
            "facility_kind",
            "facility_for",
            "operator_name",
            "street_address",
            "municipality_name",
            "capacity_text",
            "web",
            "phone",
        ),
        "str",
    ),
    "capacity_number": "float64",
    "latitude": "float64",
    "longitude": "float64",
}
WHOLE = re.compile(r"^\d{1,5}$")


def addresses(origin: Origin, *, south: float, west: float, north: float, east: float) -> list[Download]:
    """Return one call for a box, degrees; Overpass wants few and small ones."""
    url = origin.address("overpass", box=f"{south:.4f},{west:.4f},{north:.4f},{east:.4f}")
    return [Download(origin.origin_id, url, "social-facilities.json", "json", min_interval_s=5.0)]


def read(path: Path, origin: Origin) -> SourceTables:
    """
    Read an answer of Overpass.

    Returns
    -------
    tables
        facility: osm_id, name, kind, for whom, operator, address, capacity as found and as a number
        (NA where it is none), point.

    Raises
    ------
    InputFileError
        Where Overpass ran out of time or memory: it says so in a remark, with status 200 and part
        of the data.
    """
    content = mapping(read_json(path))
    elements = content.get("elements")
    if not isinstance(elements, list):
        raise refuse(path.name, ["it has no list 'elements'"], AGAIN)
    remark = text_of(content.get("remark"))
    if remark:
        raise refuse(path.name, [f"the answer is not whole ({remark[:200]})"], "Ask for a smaller area.")
    found: dict[str, dict[str, Any]] = {}
    rejected: list[tuple[int, str | None, str, str]] = []
    for number, entry in enumerate(elements, start=1):
        element = mapping(entry)
        kind, identifier = text_of(element.get("type")), text_of(element.get("id"))
        tags = mapping(element.get("tags"))
        osm_id = f"{kind}/{identifier}"
        if kind not in ("node", "way", "relation") or identifier is None:
            rejected.append((number, None, "missing_code", "the element has no number"))
        elif tags.get("amenity") != "social_facility":
            rejected.append((number, osm_id, "not_a_service", "the element is no social facility"))
        elif osm_id in found:
            rejected.append((number, osm_id, "duplicate_row", "the element was loaded already"))
        else:
            point = mapping(element.get("center")) or element
            longitude, latitude = _degrees(point.get("lon")), _degrees(point.get("lat"))
            country = _country(longitude, latitude)
            if longitude is None or latitude is None or country is None:
                rejected.append(
                    (number, osm_id, "invalid_coordinates", "the element has no point in the two countries")
                )
                continue
            found[osm_id] = {**_row(tags), "osm_id": osm_id, "longitude": longitude, "latitude": latitude}
    return source_tables(
        origin,
        {"facility": table(list(found.values()), FACILITY)},
        rows_read=len(elements),
        rows_loaded=len(found),
        rejected=rejected,
        notes=["OpenStreetMap shows what somebody has mapped; a facility that is not there may exist."],
    )


def _row(tags: Any) -> dict[str, Any]:
    capacity = text_of(tags.get("capacity"))
    house = text_of(tags.get("addr:housenumber"))
    street = text_of(tags.get("addr:street")) or text_of(tags.get("addr:place"))
    country = text_of(tags.get("addr:country"))
    country = country if country in BOUNDS else None
    return {
        "country": country,
        "name": text_of(tags.get("name")),
        "facility_kind": text_of(tags.get("social_facility")),
        "facility_for": text_of(tags.get("social_facility:for")),
        "operator_name": text_of(tags.get("operator")),
        "street_address": " ".join(part for part in (street, house) if part) or None,
        "municipality_name": text_of(tags.get("addr:city")),
        "capacity_text": capacity,
        "capacity_number": float(capacity)
        if capacity and capacity.isascii() and WHOLE.match(capacity)
        else None,
        "web": clean_web(text_of(tags.get("website")) or text_of(tags.get("contact:website"))),
        "phone": _phone(text_of(tags.get("phone")) or text_of(tags.get("contact:phone")), country),
    }


def _phone(text: str | None, country: str | None) -> str | None:
    """Clean a number where its country is known or its prefix written; else leave it as found."""
    if text is None or (country is None and not text.startswith(("+", "00"))):
        return text
    return clean_phone(text, country or "CZ")


def _country(longitude: float | None, latitude: float | None) -> str | None:
    """
    Return a country whose box holds the point. The boxes overlap: it is a sieve, not an answer to
    where it lies.
    """
    if longitude is None or latitude is None:
        return None
    for country, (west, south, east, north) in BOUNDS.items():
        if west <= longitude <= east and south <= latitude <= north:
            return country
    return None


def _degrees(value: Any) -> float | None:
    number = number_of(value)
    return number if number is not None and abs(number) <= 180 else None

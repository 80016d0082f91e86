"""
Local administrative units of the European Union (Eurostat, GISCO): one file for both countries
and their neighbours.

For the user's own work only: the terms are non-commercial, so the data are never shipped.
A row is a unit of the wanted countries.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from etl.sources.cz_cuzk_boundaries import shape_of
from etl.sources.formats.contract import Download, Origin, SourceTables, refuse, source_tables
from etl.sources.formats.files import AGAIN, listing, mapping, number_of, read_json, text_of
from etl.sources.formats.shapes import outlines

POPULATION_KEY = re.compile(r"^POP_(\d{4})$")
COUNTRIES = ("CZ", "PL")


def addresses(origin: Origin) -> list[Download]:
    """Return the file of all units of the Union in EPSG:4326."""
    return [Download(origin.origin_id, origin.address("lau"), "lau.geojson", "json", max_bytes=800_000_000)]


def read(path: Path, origin: Origin, *, countries: Sequence[str] = COUNTRIES) -> SourceTables:
    """
    Read the units of the given countries.

    Returns
    -------
    tables
        municipality: municipality_code (LAU_ID: six digits in CZ, seven in PL), country, name, area_km2,
        persons (NA where the file says 0: that is how it writes "missing"), population_year, latitude,
        longitude, geometry.
    """
    features = listing(mapping(read_json(path)).get("features"))
    rows: dict[str, dict[str, Any]] = {}
    shapes = []
    rejected: list[tuple[int, str | None, str, str]] = []
    rows_read = 0
    for number, feature in enumerate(features, start=1):
        properties = mapping(mapping(feature).get("properties"))
        country = text_of(properties.get("CNTR_CODE"))
        if country not in countries:
            continue
        rows_read += 1
        gisco = text_of(properties.get("GISCO_ID")) or ""
        code = text_of(properties.get("LAU_ID")) or ""
        if not code or gisco != f"{country}_{code}":
            detail = f"GISCO_ID '{gisco}' and LAU_ID '{code}' disagree"
            rejected.append((number, gisco or None, "unknown_municipality", detail))
            continue
        if gisco in rows:
            rejected.append((number, gisco, "duplicate_row", "the unit was loaded already"))
            continue
        shape = shape_of(mapping(feature).get("geometry"))
        if shape is None:
            rejected.append((number, gisco, "invalid_shape", "the unit has no area"))
            continue
        year, persons = _population(properties)
        rows[gisco] = {
            "municipality_code": code,
            "country": country,
            "name": text_of(properties.get("LAU_NAME")),
            "area_km2": _positive(properties.get("AREA_KM2")),
            "persons": persons,
            "population_year": year,
            "outline_state": "GISCO LAU, 1:1 million",
        }
        shapes.append(shape)
    if not rows:
        raise refuse(path.name, [f"it holds no units of {', '.join(countries)}"], AGAIN)
    municipality = outlines(list(rows.values()), shapes).astype(
        {"persons": "Int64", "population_year": "Int64"}
    )
    return source_tables(
        origin,
        {"municipality": municipality},
        rows_read=rows_read,
        rows_loaded=len(rows),
        rejected=rejected,
        notes=["Non-commercial terms: these outlines and counts may be used here but not passed on."],
    )


def _population(properties: Any) -> tuple[int | None, int | None]:
    """Return (year, persons) of the newest column; 0 means missing."""
    columns = sorted(
        (int(match[1]), name) for name in properties if (match := POPULATION_KEY.match(str(name)))
    )
    if not columns:
        return None, None
    year, name = columns[-1]
    number = _positive(properties[name])
    return year, int(number) if number is not None else None


def _positive(value: Any) -> float | None:
    number = number_of(value)
    return number if number is not None and number > 0 else None

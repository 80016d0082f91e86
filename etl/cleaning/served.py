"""
Served areas: what a provider says it serves, turned into municipalities, or left as words.

Only a text all of whose parts can be told is "declared". "A okolí", "Třinecko", "i inne" are no list:
they stay "described". Names are looked up in the service's own district first;
one that stands for two municipalities there is not resolved.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import pandas as pd
import yaml

PREFIX = re.compile(r"(?:obec|město|gmina|miasto)\s+(?=\S)", re.IGNORECASE)
DISTRICT_PREFIX = re.compile(r"(?:okres|powiat)\s+(?=\S)", re.IGNORECASE)
WHOLE_COUNTRY = {"celá ČR": "CZ", "cała Polska": "PL"}


@dataclass(frozen=True)
class Gazetteer:
    """
    Names of the loaded municipalities, districts and regions, by country.

    `areas` are members of planning areas by area_id.
    """

    by_name: Mapping[tuple[str, str], tuple[tuple[str, str, str], ...]]
    by_district: Mapping[tuple[str, str], tuple[str, ...]]
    by_region: Mapping[tuple[str, str], tuple[str, ...]]
    by_country: Mapping[str, tuple[str, ...]]
    areas: Mapping[str, tuple[str, ...]]


@cache
def _phrases() -> Mapping[str, Any]:
    text = files("etl.cleaning").joinpath("served_places.yaml").read_text(encoding="utf-8")
    return MappingProxyType(yaml.safe_load(text))


def gazetteer(municipality: pd.DataFrame, areas: Mapping[str, Iterable[str]]) -> Gazetteer:
    """
    Index the loaded municipalities by name.

    Parameters
    ----------
    municipality
        Columns municipality_code, country, name, district_code, district_name, region_code, region_name.
    areas
        Municipality codes of each planning area.
    """
    names: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    districts: dict[tuple[str, str], list[str]] = defaultdict(list)
    regions: dict[tuple[str, str], list[str]] = defaultdict(list)
    countries: dict[str, list[str]] = defaultdict(list)
    whole = set(_phrases()["whole_districts"].values())
    ordered = municipality.sort_values("municipality_code")
    for row in ordered.to_dict("records"):
        code, country = row["municipality_code"], row["country"]
        names[country, row["name"]].append((code, row["district_code"], row["region_code"]))
        regions[country, row["region_name"]].append(code)
        countries[country].append(code)
        if country == "CZ" or row["district_code"] in whole:
            districts[country, DISTRICT_PREFIX.sub("", row["district_name"])].append(code)
    return Gazetteer(
        {key: tuple(value) for key, value in names.items()},
        {key: tuple(value) for key, value in districts.items()},
        {key: tuple(value) for key, value in regions.items() if key[0] == "CZ"},
        # A whole country is told only where all that is loaded of it is meant; neighbours across the border
        # are not.
        {country: tuple(codes) for country, codes in countries.items()},
        {area_id: tuple(sorted(codes)) for area_id, codes in areas.items()},
    )


def resolve(text: str, country: str, district_code: str | None, places: Gazetteer) -> tuple[str, ...] | None:
    """
    Turn a served area into codes.

    Parameters
    ----------
    text
        As found; parts divided by ";" (Czech pages) or "," (Polish ones).
    country
        Of the service.
    district_code
        Of the service; names are looked up there first. None = not known.
    places
        The loaded municipalities.

    Returns
    -------
    codes
        Sorted municipality codes, or None where any part cannot be told.
    """
    phrase = _phrases()["texts"].get(text.strip())
    if phrase and "area" in phrase:
        return places.areas.get(phrase["area"])
    parts = phrase["names"] if phrase else re.split(r";|,(?=\s)" if country == "PL" else r";", text)
    codes: set[str] = set()
    for part in filter(None, (piece.strip() for piece in parts)):
        found = _resolve_part(part, country, district_code, places)
        if found is None:
            return None
        codes.update(found)
    return tuple(sorted(codes)) or None


def _resolve_part(
    part: str, country: str, district_code: str | None, places: Gazetteer
) -> tuple[str, ...] | None:
    if part in WHOLE_COUNTRY:
        return places.by_country.get(WHOLE_COUNTRY[part])
    if (country, part) in places.by_region:
        return places.by_region[country, part]
    if DISTRICT_PREFIX.match(part):
        return places.by_district.get((country, DISTRICT_PREFIX.sub("", part)))
    name = PREFIX.sub("", _phrases()["parts"].get(part, part))
    candidates = places.by_name.get((country, name), ())
    inside = [code for code, district, _ in candidates if district == district_code]
    if not inside and district_code is not None:
        # A neighbouring district of the same region, where the name is the only one.
        inside = [code for code, _, region in candidates if region == _region_of(district_code, places)]
    if not inside and district_code is None:
        inside = [code for code, _, _ in candidates]
    return (inside[0],) if len(inside) == 1 else None


def _region_of(district_code: str, places: Gazetteer) -> str | None:
    for candidates in places.by_name.values():
        for _, district, region in candidates:
            if district == district_code:
                return region
    return None

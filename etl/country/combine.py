"""
Put the official files of a country together with what the embedded snapshot holds of the other one.

Code lists, ages and outlines are of different years: where their sets of municipalities differ, nothing
is dropped and every difference is told. What has no outline stays in the tables, what has no ages has none
(unknown, not zero).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely

from etl.country.official import GUS, HIERARCHY, POPULATION, UNITS, OfficialSources
from etl.sources.formats import teryt
from geodata.crs import to_metres
from geodata.errors import InputFileError
from geodata.said import and_more, say

SIMPLIFY_DEGREES = 0.002
"""
Tolerance for a whole country (6,258 raw outlines, 47 MB → 3.7 MB): about 150 m, right for a map of the
country. Neighbours keep their shared borders.
"""

FINE_POINTS = 50.0
"""
Outlines with fewer points than this on average were generalised by whoever made them (17 in the TopoJSON
of 2021, some 470 in the raw ones of RÚIAN): simplifying those again would only move borders.
"""

DECIMALS = 5
FEW = 3
MOST_LOST_TOLD = 10
VOIVODESHIPS = {
    "02": "dolnośląskie",
    "04": "kujawsko-pomorskie",
    "06": "lubelskie",
    "08": "lubuskie",
    "10": "łódzkie",
    "12": "małopolskie",
    "14": "mazowieckie",
    "16": "opolskie",
    "18": "podkarpackie",
    "20": "podlaskie",
    "22": "pomorskie",
    "24": "śląskie",
    "26": "świętokrzyskie",
    "28": "warmińsko-mazurskie",
    "30": "wielkopolskie",
    "32": "zachodniopomorskie",
}
MUNICIPALITY = (
    "municipality_code",
    "country",
    "name",
    "pou_name",
    "orp_code_csu",
    "orp_name",
    "district_code",
    "district_name",
    "region_code",
    "region_name",
    "latitude",
    "longitude",
    "area_km2",
    "outline_state",
    "origin_id",
)
HIGHER = ("orp_code_csu", "orp_name", "district_code", "district_name", "region_code", "region_name")
NO_OUTLINE = "obrys chybí; bod je střed obcí téhož okresu"


@dataclass(frozen=True)
class Combined:
    """
    Municipalities, outlines and ages of both countries, each row with its origin_id.

    `rejected` are rows of ages for codes that no place is known of: origin_id, row_number, record_id, reason,
    detail. `is_population_whole` says whether every municipality of the official country has ages.
    """

    municipality: pd.DataFrame
    outline: pd.DataFrame
    population: pd.DataFrame
    rejected: pd.DataFrame
    notes: tuple[str, ...]
    is_population_whole: bool


def combine(official: OfficialSources, embedded: Mapping[str, pd.DataFrame]) -> Combined:
    """
    Combine the parts.

    Parameters
    ----------
    official
        What the official sources of one country gave.
    embedded
        municipality, outline, population (long) of the snapshot, each with origin_id:
        used for the other country, and for the ages and names that no official file gives.

    Returns
    -------
    combined
        Every municipality that the hierarchy, the outlines or (with a known place) the ages name.
    """
    outline = official.read[official.outline_origin].tables["municipality"]
    notes: list[str] = []
    ages = _ages_origin(official)
    if official.country == "CZ":
        municipality = _czech(official, outline, notes)
    else:
        official = _of_changed_kinds(official, outline, embedded, notes)
        municipality = _polish(official, outline, embedded["municipality"])
    population = _official_population(official, ages)
    codes = set(municipality["municipality_code"])
    if population is None:
        mine = embedded["population"]["municipality_code"].isin(codes)
        population = embedded["population"][mine]
        notes.append(
            say(
                "places.no_ages_given",
                country=official.country,
                all=len(codes),
                known=population["municipality_code"].nunique(),
            )
        )
    known = population["municipality_code"].isin(codes)
    rejected = _without_place(official, population, codes)
    population = population[known]
    with_ages = set(population["municipality_code"])
    notes += differences(codes, set(outline["municipality_code"]), with_ages, municipality)
    if len(rejected):
        lost = sorted(rejected["record_id"].unique())
        codes_shown = and_more(", ".join(lost[:MOST_LOST_TOLD]), len(lost) - MOST_LOST_TOLD)
        kind = "places.rejected_cz" if official.country == "CZ" else "places.rejected_pl"
        notes.append(say(kind, number=len(lost), codes=codes_shown))
    others = {
        name: frame[~frame["municipality_code"].isin(_of_country(embedded, official.country))]
        for name, frame in embedded.items()
    }
    shapes = outline[["municipality_code", "geometry"]].assign(origin_id=official.outline_origin)
    return Combined(
        pd.concat([municipality, others["municipality"]], ignore_index=True)[list(MUNICIPALITY)],
        pd.concat([shapes, others["outline"][list(shapes.columns)]], ignore_index=True),
        pd.concat([population, others["population"]], ignore_index=True),
        rejected,
        tuple(notes),
        with_ages >= codes,
    )


def _ages_origin(official: OfficialSources) -> str:
    return POPULATION if official.country == "CZ" else GUS


def _of_changed_kinds(
    official: OfficialSources, outline: pd.DataFrame, embedded: Mapping[str, pd.DataFrame], notes: list[str]
) -> OfficialSources:
    """
    Join ages and units of a gmina whose kind has changed (the last digit of its code) to the outline of its
    other code.

    Only where nothing speaks against it: one code of the file and one of the outlines share the first six
    digits, the file does not hold the
    outline's own code, and no two names of them contradict each other.
    """
    names = _names_by_code(embedded["municipality"])
    stated = _names_by_code(outline) if "name" in outline.columns else {}
    # A file that has no names gives its codes for names.
    names |= {code: name for code, name in stated.items() if name != code}
    read = dict(official.read)
    for origin_id in (GUS, UNITS):
        if origin_id not in read:
            continue
        tables = dict(read[origin_id].tables)
        held = tables.get("value", tables.get("unit"))
        if held is None:
            continue
        other, against = teryt.changed_kinds(
            _names_of(held), {code: names.get(code) for code in outline["municipality_code"]}
        )
        for name, table in tables.items():
            if "municipality_code" in table.columns:
                tables[name] = table.assign(municipality_code=table["municipality_code"].replace(dict(other)))
        read[origin_id] = replace(read[origin_id], tables=tables)
        notes += [
            say("country.kind_changed", origin=origin_id, old=old, new=new)
            for old, new in sorted(other.items())
        ]
        notes += [
            say("country.not_joined", origin=origin_id, code=code, other=one, reason=reason)
            for code, (one, reason) in sorted(against.items())
        ]
    return replace(official, read=read)


def _names_of(table: pd.DataFrame) -> dict[str, str | None]:
    """Return every code of a table with its name, None where it has none or several."""
    single = _names_by_code(table) if "name" in table.columns else {}
    return {code: single.get(code) for code in table["municipality_code"].dropna().unique()}


def _of_country(embedded: Mapping[str, pd.DataFrame], country: str) -> set[str]:
    municipality = embedded["municipality"]
    return set(municipality.loc[municipality["country"] == country, "municipality_code"])


def _official_population(official: OfficialSources, origin_id: str) -> pd.DataFrame | None:
    found = official.table(origin_id, "population")
    return None if found is None else found.assign(origin_id=origin_id)


def _czech(official: OfficialSources, outline: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    hierarchy = official.read[HIERARCHY].tables["municipality"]
    if hierarchy["district_code"].isna().all():
        raise InputFileError(
            official.files[HIERARCHY][0].name,
            ["it says to which ORP the municipalities belong, but not to which district and region"],
            "Give a table with the columns KOD_LAU1, NAZ_LAU1, KOD_CZNUTS3, NAZ_CZNUTS3 (docs/COUNTRY.md).",
        )
    places = outline[["municipality_code", "name", "latitude", "longitude", "outline_state"]].rename(
        columns={"name": "outline_name"}
    )
    both = hierarchy.merge(places, on="municipality_code", how="outer", validate="one_to_one")
    both = both.assign(
        country="CZ",
        name=both["name"].fillna(both["outline_name"]).fillna(both["municipality_code"]),
        area_km2=np.nan,
        origin_id=np.where(
            both["municipality_code"].isin(hierarchy["municipality_code"]), HIERARCHY, official.outline_origin
        ),
    )
    both = _with_points(both)
    return _with_districts(both, notes)


def _with_points(table: pd.DataFrame) -> pd.DataFrame:
    """Give a municipality without an outline the middle of its district's points, and say so."""
    missing = table["latitude"].isna()
    if not missing.any():
        return table
    filled = table.copy()
    for column in ("latitude", "longitude"):
        middle = table.groupby("district_code")[column].transform("mean")
        filled[column] = table[column].fillna(middle).fillna(table[column].mean())
    filled.loc[missing, "outline_state"] = NO_OUTLINE
    return filled


def _with_districts(table: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """
    Give a municipality
    that the hierarchy does not know the higher units of the nearest one that it knows.
    """
    unknown = table["district_code"].isna()
    if not unknown.any():
        return table
    from scipy.spatial import cKDTree

    x, y = to_metres(table["longitude"], table["latitude"])
    points = np.column_stack([x, y])
    known = np.flatnonzero(~unknown)
    _, nearest = cKDTree(points[known]).query(points[unknown.to_numpy()])
    filled = table.copy()
    for column in HIGHER:
        filled.loc[unknown, column] = table[column].to_numpy()[known[nearest]]
    notes.append(say("country.not_in_hierarchy", number=int(unknown.sum()), names=_few(table[unknown])))
    return filled


def _polish(official: OfficialSources, outline: pd.DataFrame, embedded: pd.DataFrame) -> pd.DataFrame:
    codes = outline["municipality_code"]
    names = dict(zip(embedded["municipality_code"], embedded["name"], strict=True))
    districts = dict(zip(embedded["district_code"], embedded["district_name"], strict=True))
    for origin_id, table in ((UNITS, "unit"), (GUS, "value")):
        names |= _names_by_code(official.table(origin_id, table))
    stated = outline["name"] if "name" in outline.columns else pd.Series(index=outline.index, dtype="str")
    return pd.DataFrame(
        {
            "municipality_code": codes,
            "country": "PL",
            "name": stated.fillna(codes.map(names)).fillna(codes.map(lambda code: f"gmina {code}")),
            **dict.fromkeys(("pou_name", "orp_code_csu", "orp_name")),
            "district_code": codes.str[:4],
            "district_name": codes.str[:4].map(districts).fillna("powiat " + codes.str[:4]),
            "region_code": codes.str[:2],
            "region_name": codes.str[:2].map(VOIVODESHIPS).fillna("województwo " + codes.str[:2]),
            "latitude": outline["latitude"],
            "longitude": outline["longitude"],
            "area_km2": np.nan,
            "outline_state": outline["outline_state"],
            "origin_id": official.outline_origin,
        }
    )


def _names_by_code(table: pd.DataFrame | None) -> dict[str, str]:
    """Return names by code where every row of a code gives one and the same name."""
    if table is None:
        return {}
    rows = table[["municipality_code", "name"]].dropna().drop_duplicates()
    single = ~rows["municipality_code"].duplicated(keep=False)
    return dict(zip(rows.loc[single, "municipality_code"], rows.loc[single, "name"], strict=True))


def _without_place(
    official: OfficialSources, population: pd.DataFrame, codes: Collection[str]
) -> pd.DataFrame:
    """
    Return the rows of the files of ages whose code is unknown.

    A row is what it is in the file: a municipality and sex of a workbook, one age group of a census, one
    variable of a gmina.
    """
    columns = ["origin_id", "row_number", "record_id", "reason", "detail"]
    origin_id = _ages_origin(official)
    if origin_id not in official.read:
        return pd.DataFrame(columns=columns)
    read = official.read[origin_id]
    if "value" in read.tables:
        rows = read.tables["value"]
        what = "variable " + rows["variable_id"]
    else:
        pairs = population.drop_duplicates(["municipality_code", "sex"])
        rows = pairs if read.rows_loaded == len(pairs) else population
        what = rows["sex"]
    # Loaded rows follow one another; the numbers of rejected and merged ones are left out.
    taken = {*read.rejected["row_number"], *read.merged["row_number"]}
    free = (number for number in itertools.count(1 if "value" in read.tables else 2) if number not in taken)
    rows = rows.assign(row_number=list(itertools.islice(free, len(rows))))
    nobody = (
        "neither the hierarchy nor the outlines know"
        if official.country == "CZ"
        else "the outlines do not know"
    )
    return rows.assign(
        origin_id=origin_id,
        record_id=rows["municipality_code"],
        reason="unknown_municipality",
        detail=f"{nobody} this code (" + what + ")",
    )[~rows["municipality_code"].isin(list(codes))][columns]


def differences(
    codes: Collection[str], outlines: Collection[str], ages: Collection[str], municipality: pd.DataFrame
) -> list[str]:
    """Say which municipalities lack an outline or ages; the sentences name the first few."""
    said: list[str] = []
    for found, what in ((outlines, "outline"), (ages, "ages")):
        without = municipality[~municipality["municipality_code"].isin(set(found))]
        if len(without) == len(codes) and len(codes) > FEW:
            said.append(say(f"places.none_{what}", all=len(codes)))
        elif len(without):
            said.append(say(f"places.some_{what}", number=len(without), all=len(codes), names=_few(without)))
    return said


def _few(table: pd.DataFrame) -> str:
    shown = [
        f"{code} {name}"
        for code, name in zip(table["municipality_code"], table["name"].fillna("?"), strict=True)
    ]
    return and_more(", ".join(shown[:FEW]), len(shown) - FEW)


def simplified(outline: pd.DataFrame, tolerance: float = SIMPLIFY_DEGREES) -> pd.DataFrame:
    """
    Simplify fine outlines with shared borders kept; what would become invalid or vanish stays as it was.

    Parameters
    ----------
    outline
        municipality_code, geometry (EPSG:4326).
    tolerance
        Degrees.
    """
    shapes = np.asarray(outline["geometry"], dtype=object)
    if not len(shapes) or shapely.get_num_coordinates(shapes).mean() < FINE_POINTS:
        return outline
    simple = shapely.set_precision(
        shapely.coverage_simplify(shapes, tolerance), 10.0**-DECIMALS, mode="valid_output"
    )
    kept: Any = np.where(shapely.is_valid(simple) & (shapely.area(simple) > 0), simple, shapes)
    column = np.empty(len(kept), dtype=object)
    column[:] = [shapely.MultiPolygon([part]) if part.geom_type == "Polygon" else part for part in kept]
    return outline.assign(geometry=column)

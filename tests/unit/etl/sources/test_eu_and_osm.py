"""GISCO units and OpenStreetMap facilities."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl.sources import eu_gisco_lau, osm_social_facilities
from etl.sources.formats.contract import load_origin
from geodata.errors import InputFileError

LAU = load_origin("eu_gisco_lau")
OSM = load_origin("osm_social_facilities")
Write = Callable[..., Path]


def lau(code: str, country: str = "CZ", persons: int = 100, **changes: Any) -> dict[str, Any]:
    properties = {
        "GISCO_ID": f"{country}_{code}",
        "CNTR_CODE": country,
        "LAU_ID": code,
        "LAU_NAME": "X",
        "POP_2023": 1,
        "POP_2024": persons,
        "AREA_KM2": 2.5,
    }
    return {
        "properties": properties | changes,
        "geometry": {"type": "Polygon", "coordinates": [[[18, 49], [18.1, 49], [18.1, 49.1], [18, 49]]]},
    }


def test_units_of_the_wanted_countries(write_json: Write) -> None:
    got = eu_gisco_lau.read(
        write_json({"features": [lau("554782"), lau("2467011", "PL"), lau("500011", "SK")]}), LAU
    )
    table = got.tables["municipality"]
    assert table[["municipality_code", "country", "population_year"]].to_numpy().tolist() == [
        ["554782", "CZ", 2024],
        ["2467011", "PL", 2024],
    ]
    assert got.rows_read == 2


def test_trap_a_population_of_0_means_missing(write_json: Write) -> None:
    table = eu_gisco_lau.read(write_json({"features": [lau("554782", persons=0)]}), LAU).tables[
        "municipality"
    ]
    assert pd.isna(table["persons"].iloc[0])


def test_trap_the_terms_are_non_commercial(write_json: Write) -> None:
    assert LAU.options["may_ship"] is False
    assert "Non-commercial" in eu_gisco_lau.read(write_json({"features": [lau("554782")]}), LAU).notes[0]


def test_units_that_contradict_themselves_are_rejected(write_json: Write) -> None:
    features = [
        lau("554782"),
        lau("554782"),
        lau("598011", GISCO_ID="CZ_598143"),
        lau("599999") | {"geometry": None},
    ]
    got = eu_gisco_lau.read(write_json({"features": features}), LAU)
    assert got.rejected["reason"].tolist() == ["duplicate_row", "unknown_municipality", "invalid_shape"]
    with pytest.raises(InputFileError):
        eu_gisco_lau.read(write_json({"features": []}), LAU)


def element(identifier: int = 1, **changes: Any) -> dict[str, Any]:
    tags = {
        "amenity": "social_facility",
        "social_facility": "nursing_home",
        "social_facility:for": "senior",
        "name": "Domov",
        "capacity": "40",
    }
    return {"type": "node", "id": identifier, "lat": 49.5, "lon": 18.3, "tags": tags} | changes


def test_an_answer_of_overpass(write_json: Write) -> None:
    way = element(2, type="way", center={"lat": 49.6, "lon": 18.4})
    del way["lat"], way["lon"]
    table = osm_social_facilities.read(write_json({"elements": [element(), way]}), OSM).tables["facility"]
    assert table["osm_id"].tolist() == ["node/1", "way/2"]
    assert table["capacity_number"].tolist() == [40.0, 40.0]
    assert table["latitude"].tolist() == [49.5, 49.6]


@pytest.mark.parametrize("capacity", ["asi 40", "", "-3", "40-50", None])
def test_a_capacity_in_words_stays_unknown(capacity: str | None, write_json: Write) -> None:
    one = element()
    one["tags"]["capacity"] = capacity
    assert (
        osm_social_facilities.read(write_json({"elements": [one]}), OSM)
        .tables["facility"]["capacity_number"]
        .isna()
        .all()
    )


def test_trap_half_an_answer_comes_with_status_200_and_a_remark(write_json: Write) -> None:
    content = {"elements": [element()], "remark": "runtime error: Query timed out"}
    with pytest.raises(InputFileError, match="timed out"):
        osm_social_facilities.read(write_json(content), OSM)


def test_other_elements_are_rejected(write_json: Write) -> None:
    others = [
        element(),
        element(),
        element(3, tags={"amenity": "bar"}),
        element(4, lat=2.0),
        element(5, type="area"),
        "x",
    ]
    got = osm_social_facilities.read(write_json({"elements": others}), OSM)
    assert got.rejected["reason"].tolist() == [
        "duplicate_row",
        "not_a_service",
        "invalid_coordinates",
        "missing_code",
        "missing_code",
    ]


def test_a_box_is_asked_for() -> None:
    call = osm_social_facilities.addresses(OSM, south=49.4, west=18.2, north=49.7, east=18.6)[0]
    assert "(49.4000,18.2000,49.7000,18.6000)" in call.url

"""Address points to the metre."""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from etl.sources import cz_cuzk_address_points
from etl.sources.formats import krovak
from etl.sources.formats.contract import load_origin
from geodata.errors import InputFileError

ORIGIN = load_origin("cz_cuzk_address_points")
Write = Callable[..., Path]
HEADING = (
    "Kód ADM;Kód obce;Název obce;Kód MOMC;Název MOMC;Kód obvodu Prahy;Název obvodu Prahy;Kód části obce;"
    "Název části obce;"
    "Kód ulice;Název ulice;Typ SO;Číslo domovní;Číslo orientační;Znak čísla orientačního;PSČ;Souřadnice Y;"
    "Souřadnice X;Platí Od\n"
)


def row(
    code: str = "8338752",
    y: str = "479862.17",
    x: str = "1133960.17",
    street: str = "",
    orientation: str = ";",
) -> str:
    return (
        f"{code};599999;Trojanovice;;;;;168491;Trojanovice;;{street};č.p.;2;{orientation};74401;{y};"
        f"{x};2022-08-24T00:00:00\n"
    )


@pytest.mark.parametrize("encoding", ["cp1250", "utf-8", "utf-8-sig"])
def test_trap_the_file_is_in_cp1250(encoding: str, write_text: Write) -> None:
    path = write_text(HEADING + row(street="Příčná", orientation="3;a"), "a.csv", encoding)
    point = cz_cuzk_address_points.read(path, ORIGIN).tables["address_point"].iloc[0]
    assert (point["street_address"], point["postal_code"]) == ("Příčná 2/3a", "744 01")


def test_trap_positive_coordinates_and_the_czech_operation(write_text: Write) -> None:
    """
    The point of the sample by the operation of the Czech Republic; Slovakia's lies 0.7 m off,
    the common one 2 m.
    """
    point = (
        cz_cuzk_address_points.read(write_text(HEADING + row(), "a.csv"), ORIGIN)
        .tables["address_point"]
        .iloc[0]
    )
    assert point["latitude"] == pytest.approx(49.538182092, abs=2e-8)
    assert point["longitude"] == pytest.approx(18.193381461, abs=2e-8)
    assert point["street_address"] == "č. p. 2"


def test_epsg_5513_and_5514_agree(write_text: Write) -> None:
    """
    EPSG:5513 takes (X, Y) as they are; within the metres that its operation differs,
    it must be the same place.
    """
    other = Transformer.from_crs("EPSG:5513", "EPSG:4326", always_xy=False)
    latitude, longitude = other.transform(1133960.17, 479862.17)
    mine = krovak.from_positive(np.array([479862.17]), np.array([1133960.17]))
    assert math.hypot((mine[0][0] - longitude) * 72_000, (mine[1][0] - latitude) * 111_000) < 10


@settings(deadline=None)
@given(st.floats(431_000, 904_000), st.floats(936_000, 1_227_000))
def test_the_transformation_can_be_undone(y: float, x: float) -> None:
    longitude, latitude = krovak.from_positive(np.array([y]), np.array([x]))
    back = krovak.transformer().transform(longitude[0], latitude[0], direction="INVERSE")
    assert back == pytest.approx((-y, -x), abs=0.01)


@pytest.mark.parametrize(("y", "x"), [("1133960.17", "479862.17"), ("0", "0"), ("479862.17", "9133960")])
def test_trap_swapped_axes_are_rejected(y: str, x: str, write_text: Write) -> None:
    got = cz_cuzk_address_points.read(write_text(HEADING + row() + row("9", y, x), "a.csv"), ORIGIN)
    assert got.rejected[["record_id", "reason"]].to_numpy().tolist() == [["9", "invalid_coordinates"]]


def test_negative_coordinates_are_the_same_place(write_text: Write) -> None:
    got = cz_cuzk_address_points.read(
        write_text(HEADING + row() + row("9", "-479862.17", "-1133960,17"), "a.csv"), ORIGIN
    )
    first, second = got.tables["address_point"]["latitude"]
    assert first == second


def test_a_point_without_coordinates_is_kept_unlocated(write_text: Write) -> None:
    got = cz_cuzk_address_points.read(write_text(HEADING + row(y="", x=""), "a.csv"), ORIGIN)
    assert got.tables["address_point"][["latitude", "longitude"]].isna().all(axis=None)


def test_of_the_whole_country_only_wanted_points_are_kept(
    write_text: Write, zipped: Callable[..., Path]
) -> None:
    files = [
        write_text(HEADING + row(str(code)) + row(str(code + 1)), f"{code}.csv", "cp1250")
        for code in (10, 20)
    ]
    got = cz_cuzk_address_points.read(zipped("all.zip", *files), ORIGIN, wanted={"11", "20"})
    assert got.tables["address_point"]["address_point_code"].tolist() == ["11", "20"]
    assert got.rows_read == 2


codes = st.lists(st.integers(1, 30).map(str), min_size=1, max_size=20)


@settings(deadline=None)
@given(codes, st.sets(st.integers(1, 30).map(str)), st.booleans())
def test_the_wanted_points_are_those_of_the_whole(have: list[str], wanted: set[str], is_quoted: bool) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text(
            HEADING + "".join(row(code, street='"U lesa"' if is_quoted else "") for code in have),
            encoding="cp1250",
        )
        some = cz_cuzk_address_points.read(path, ORIGIN, wanted=wanted).tables["address_point"]
        every = cz_cuzk_address_points.read(path, ORIGIN).tables["address_point"]
    expected = every[every["address_point_code"].isin(wanted)].reset_index(drop=True)
    pd.testing.assert_frame_equal(some, expected)


def test_a_cut_off_file_is_seen_also_when_few_points_are_wanted(write_text: Write) -> None:
    with pytest.raises(InputFileError, match="cut off"):
        cz_cuzk_address_points.read(
            write_text(HEADING + row("1") + row("2") + row("3")[:30], "a.csv"), ORIGIN, wanted={"1"}
        )


def test_repeated_and_nameless_points_are_rejected(write_text: Write) -> None:
    got = cz_cuzk_address_points.read(write_text(HEADING + row() + row() + row(""), "a.csv"), ORIGIN)
    assert sorted(got.rejected["reason"]) == ["duplicate_row", "missing_code"]


@pytest.mark.parametrize("text", ["", HEADING, HEADING + row()[:40], "a;b\n1;2\n", HEADING + '"' + row()])
def test_a_broken_file_is_refused(text: str, write_text: Write) -> None:
    with pytest.raises(InputFileError, match=r"a\.csv"):
        cz_cuzk_address_points.read(write_text(text, "a.csv"), ORIGIN)


def test_the_map_service(write_json: Write) -> None:
    def point(code: object, x: float, y: float) -> dict[str, object]:
        return {
            "attributes": {"kod": code, "adresa": "č.p. 2, 74401 Trojanovice"},
            "geometry": {"x": x, "y": y},
        }

    content = {
        "spatialReference": {"wkid": 4326},
        "features": [point(1, 18.1, 49.5), point(2, 49.5, 18.1), point(None, 1, 1)],
    }
    got = cz_cuzk_address_points.read(write_json(content), ORIGIN)
    assert got.tables["address_point"][["address_point_code", "latitude"]].to_numpy().tolist() == [
        ["1", 49.5]
    ]
    assert got.rejected["reason"].tolist() == ["invalid_coordinates", "missing_code"]
    with pytest.raises(InputFileError, match="5514"):
        cz_cuzk_address_points.read(write_json({"spatialReference": {"wkid": 5514}, "features": []}), ORIGIN)


def test_a_hundred_codes_a_call() -> None:
    calls = cz_cuzk_address_points.addresses(ORIGIN, address_point_codes=[str(code) for code in range(101)])
    assert len(calls) == 2
    assert "kod+IN+(100)" in calls[1].url
    month = cz_cuzk_address_points.addresses(ORIGIN, municipality_codes=["599999"], day=dt.date(2026, 9, 4))
    assert month[0].url.endswith("/20260831_OB_599999_ADR.csv.zip")


@pytest.mark.raw
@pytest.mark.skipif("DOSAH_RAW" not in os.environ, reason="DOSAH_RAW names no folder of large real inputs")
def test_the_real_sample() -> None:
    got = cz_cuzk_address_points.read(Path(os.environ["DOSAH_RAW"]) / "ruian_adr_sample.csv", ORIGIN)
    assert (got.rows_read, got.rows_loaded) == (3, 3)

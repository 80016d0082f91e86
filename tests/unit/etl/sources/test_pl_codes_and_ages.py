"""TERYT, the Local Data Bank, and the register of units."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.sources import pl_gus_bdl, pl_mrips_rjps
from etl.sources.formats import teryt
from etl.sources.formats.contract import SourceTables, load_origin
from geodata.errors import InputFileError

BDL = load_origin("pl_gus_bdl")
RJPS = load_origin("pl_mrips_rjps")
Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2467011", "2467011"),
        ("246701_1", "2467011"),
        (2467011, "2467011"),
        (222033, "0222033"),
        (222033.0, "0222033"),
        ("222033", None),
        ("9967011", None),
        ("0122033", None),
        ("246701-1", None),
        ("", None),
        (None, None),
        (1.5, None),
        (True, None),
        ("２467011", None),
    ],
)
def test_trap_teryt_is_written_in_four_ways(value: Any, code: str | None) -> None:
    assert teryt.normalise(value) == code


@settings(deadline=None)
@given(st.sampled_from(sorted(teryt.VOIVODESHIPS)), st.from_regex(r"[0-9]{4}[1-9]", fullmatch=True))
def test_every_way_of_writing_is_one_code(voivodeship: str, rest: str) -> None:
    code = voivodeship + rest
    assert {teryt.normalise(form) for form in (code, f"{code[:6]}_{code[6]}", int(code), float(code))} == {
        code
    }


@pytest.mark.parametrize(
    ("unit", "code"),
    [("042414467011", "2467011"), ("011212006042", "1206042"), ("0424", None), ("04241446701x", None)],
)
def test_trap_teryt_in_a_unit_of_the_bank(unit: str, code: str | None) -> None:
    assert teryt.of_bdl(unit) == code


def unit(code: str, value: Any = 5, year: str = "2023", name: str = "X") -> dict[str, Any]:
    """The unit of the bank for a TERYT code: region and subregion digits stand between."""
    return {
        "id": f"04{code[:2]}145{code[2:]}",
        "name": name,
        "values": [{"year": year, "val": value, "attrId": 1}],
    }


def page(*units: Any, variable: Any = 72305, total: int | None = None) -> dict[str, Any]:
    return {
        "variableId": variable,
        "totalRecords": len(units) if total is None else total,
        "results": list(units),
    }


def test_a_page_of_the_bank(write_json: Write) -> None:
    got = pl_gus_bdl.read(write_json(page(unit("2467011", 86632))), BDL, year=2023)
    row = got.tables["value"].iloc[0]
    assert (row["municipality_code"], row["variable_id"], row["persons"], row["year"]) == (
        "2467011",
        "72305",
        86632,
        2023,
    )


def test_trap_parts_of_a_gmina_are_listed_beside_it(write_json: Write) -> None:
    got = pl_gus_bdl.read(
        write_json(page(unit("2402053", 100), unit("2402054", 40), unit("2402055", 60))), BDL, year=2023
    )
    assert got.tables["value"]["persons"].sum() == 100
    assert got.merged["detail"].tolist() == ["a part of gmina 2402053"] * 2


@pytest.mark.parametrize("value", [None, -1, "x", 1.5, True])
def test_a_count_that_is_none_is_rejected(value: Any, write_json: Write) -> None:
    got = pl_gus_bdl.read(write_json(page(unit("2467011"), unit("2467021", value))), BDL, year=2023)
    assert got.rejected["reason"].tolist() == ["invalid_number"]


def test_another_year_is_not_taken(write_json: Write) -> None:
    got = pl_gus_bdl.read(write_json(page(unit("2467011", 5, "2022"))), BDL, year=2023)
    assert got.rejected["detail"].tolist() == ["there is no count for 2023"]


@pytest.mark.parametrize(
    "content",
    [{}, {"results": {}}, {"errors": [{"errorReason": "limit"}]}, page(variable=1), [], page(variable=None)],
)
def test_what_is_no_page_is_refused(content: Any, write_json: Write) -> None:
    with pytest.raises(InputFileError):
        pl_gus_bdl.read(write_json(content), BDL, year=2023)


def variables(write_json: Write, **counts: dict[str, int]) -> list[SourceTables]:
    names = {"total": "72305", "a65": "72239", "a70": "72240", "a80": "76024", "a85": "76025"}
    return [
        pl_gus_bdl.read(
            write_json(
                page(*(unit(code, count) for code, count in counts[name].items()), variable=names[name])
            ),
            BDL,
            year=2023,
        )
        for name in names
    ]


def test_overlapping_groups_become_disjoint_bands(write_json: Write) -> None:
    one = "2467011"
    pages = variables(
        write_json, total={one: 1000}, a65={one: 70}, a70={one: 130}, a80={one: 20}, a85={one: 10}
    )
    got = pl_gus_bdl.read_all(pages, BDL)
    table = got.tables["population"]
    assert table["persons"].tolist() == [800, 70, 100, 20, 10]
    assert table["persons"].sum() == 1000
    assert table["age_from"].tolist() == [0, 65, 70, 80, 85]
    assert got.rows_read == 5


def test_a_missing_or_contradictory_part_leaves_the_gmina_unknown(write_json: Write) -> None:
    good, missing, wrong = "2467011", "2467021", "2467031"
    pages = variables(
        write_json,
        total={good: 1000, missing: 500, wrong: 100},
        a65={good: 70, missing: 30, wrong: 90},
        a70={good: 130, wrong: 90},
        a80={good: 20, missing: 3, wrong: 1},
        a85={good: 10, missing: 3, wrong: 1},
    )
    got = pl_gus_bdl.read_all(pages, BDL)
    assert got.tables["population"]["municipality_code"].unique().tolist() == [good]
    assert got.notes[0].startswith("2 gminy")


def test_pages_follow_until_the_total(write_json: Write) -> None:
    path = write_json(page(unit("2467011"), total=250))
    following = pl_gus_bdl.next_page(BDL, path, 1, year=2023)
    assert following is not None
    assert "page=2" in following.url
    assert following.min_interval_s == 1.6
    assert pl_gus_bdl.next_page(BDL, path, 2, year=2023) is None


def test_the_list_of_units(write_json: Write) -> None:
    units = [
        {"id": 7, "x": 19.1, "y": 50.6},
        {"id": 7, "x": 19.1, "y": 50.6},
        {"x": 1, "y": 1},
        {"id": 8, "x": 50.6, "y": 19.1},
        {"id": 9, "x": 0, "y": None},
    ]
    got = pl_mrips_rjps.read(write_json(units), RJPS)
    assert got.tables["unit"]["unit_id"].tolist() == ["7", "9"]
    assert got.rejected["reason"].tolist() == ["duplicate_row", "missing_code", "invalid_coordinates"]
    assert pd.isna(got.tables["unit"]["latitude"].iloc[1])


def test_trap_x_is_longitude(write_json: Write) -> None:
    row = pl_mrips_rjps.read(write_json([{"id": 7, "x": "19.1", "y": "50.6"}]), RJPS).tables["unit"].iloc[0]
    assert (row["longitude"], row["latitude"]) == (19.1, 50.6)


def test_trap_capacity_is_not_in_the_list(write_json: Write) -> None:
    unit_table = pl_mrips_rjps.read(write_json([{"id": 7, "x": 19.1, "y": 50.6, "miejsca": 0}]), RJPS).tables[
        "unit"
    ]
    assert not [column for column in unit_table.columns if "capacity" in column]


def test_trap_hosts_have_changed_over_time() -> None:
    moved = dataclasses.replace(
        RJPS, urls={"list": "https://rjps.example.org/lista", "card": "https://rjps.example.org/{id}"}
    )
    assert pl_mrips_rjps.addresses(moved)[0].url == "https://rjps.example.org/lista"
    assert pl_mrips_rjps.addresses(moved, unit_ids=["7"])[0].url == "https://rjps.example.org/7"


def test_a_table_of_units(write_text: Write) -> None:
    text = (
        'id,x,y,categories,teryt,nazwa\n3736,19.14,50.67,"family,seniors",2404042,Kamienica Polska\n'
        "1,19,50,,222033,X\n"
    )
    table = pl_mrips_rjps.read(write_text(text, "a.csv"), RJPS).tables["unit"]
    assert table["municipality_code"].iloc[0] == "2404042"
    assert table["categories"].iloc[0] == "family;seniors"
    assert pd.isna(table["municipality_code"].iloc[1])


def test_trap_a_card_is_json_inside_a_script_call(write_text: Write) -> None:
    card = '{"nazwa": "DPS", "kierownik": "Jan Nesmíbýt", "telefon": "32 1"}'
    page_text = rf"""<html><script>ustawMetaDataDlaJednostki('a\'b','{card}');</script></html>"""
    known = pl_mrips_rjps.read_card(write_text(page_text, "card.html"), RJPS)
    assert known == {"nazwa": "DPS", "telefon": "32 1"}
    with pytest.raises(InputFileError, match="no card"):
        pl_mrips_rjps.read_card(write_text("<html>przerwa techniczna</html>", "card.html"), RJPS)


@pytest.mark.raw
@pytest.mark.skipif("DOSAH_RAW" not in os.environ, reason="DOSAH_RAW names no folder of large real inputs")
def test_the_real_units_of_silesia() -> None:
    got = pl_mrips_rjps.read(Path(os.environ["DOSAH_RAW"]) / "pl_rjps_units_2022_slaskie.csv", RJPS)
    assert (got.rows_read, got.rows_loaded) == (185, 185)
    assert got.tables["unit"]["municipality_code"].str.startswith("24").all()

"""Ages of Czech municipalities: workbooks, census, DataStat."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from etl.sources import cz_csu_population
from etl.sources.cz_csu_population import band_of
from etl.sources.formats.contract import load_origin
from geodata.errors import InputFileError

ORIGIN = load_origin("cz_csu_population")
Write = Callable[..., Path]
FIVE_YEARS = [*(f"{low}-{low + 4}" for low in range(0, 85, 5)), "85+"]
SMALL = ["POH", "ZUJ", "Obec", "Okres", "Kraj", "Celkem", *FIVE_YEARS]
LARGE = ["POH", "ZUJ", "Obec", "Okres", "Kraj", "Celkem", *range(85), "85+", "X", *FIVE_YEARS]
PLACE = ["599999", "Trojanovice", "Nový Jičín", "Moravskoslezský kraj"]
INDICATOR = "Počet obyvatel k 31. 12. (koncový stav)"


def workbook(path: Path, heading: Sequence[Any], *rows: Sequence[Any]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("data")
        for number, row in enumerate([heading, *rows]):
            sheet.write_row(number, 0, row)
    return path


def small_row(sex: str = "celkem", **changes: Any) -> list[Any]:
    ages = list(range(1, 19))
    row = dict(zip(SMALL, [sex, *PLACE, sum(ages), *ages], strict=True)) | changes
    return [row[name] for name in SMALL]


def test_the_layout_of_small_municipalities(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "2020_vek_do_999.xlsx", SMALL, small_row(), small_row("muži"), small_row("ženy")
    )
    got = cz_csu_population.read(path, ORIGIN)
    table = got.tables["population"]
    assert (got.rows_read, got.rows_loaded, len(table)) == (3, 3, 54)
    assert table["sex"].unique().tolist() == ["total", "male", "female"]
    oldest = table[table["age_to"].isna()]
    assert oldest["age_from"].tolist() == [85, 85, 85]
    assert oldest["persons"].tolist() == [18, 18, 18]
    assert table["reference_date"].unique().tolist() == ["2020-12-31"]
    assert table["municipality_code"].unique().tolist() == ["599999"]


def large_row(single_open: int, group_open: int) -> list[Any]:
    single = [1] * 85
    groups = [5] * 17
    return ["celkem", *PLACE, 85 + group_open, *single, single_open, "", *groups, group_open]


def test_trap_the_heading_85_plus_stands_twice(tmp_path: Path) -> None:
    path = workbook(tmp_path / "2020_vek_nad_1000.xlsx", LARGE, large_row(40, 40))
    table = cz_csu_population.read(path, ORIGIN).tables["population"]
    assert table["persons"].tolist() == [5] * 17 + [40]
    assert table["age_from"].tolist() == list(range(0, 90, 5))


def test_the_two_columns_85_plus_must_agree(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "2020.xlsx",
        LARGE,
        large_row(40, 40),
        [*large_row(39, 40)[:1], "598143", *large_row(39, 40)[2:]],
    )
    got = cz_csu_population.read(path, ORIGIN)
    assert got.rejected["detail"].tolist() == ["the two columns 85+ disagree"]


def test_rows_that_do_not_add_up_are_rejected(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "2020.xlsx",
        SMALL,
        small_row(),
        small_row(Celkem=7),
        small_row(ZUJ="Trojanovice"),
        small_row(POH="vše"),
        small_row(**{"0-4": ""}),
        small_row(),
        [""] * len(SMALL),
    )
    got = cz_csu_population.read(path, ORIGIN)
    assert got.rejected["row_number"].tolist() == [3, 4, 5, 6, 7]
    assert got.rejected["reason"].tolist() == [
        "invalid_number",
        "unknown_municipality",
        "invalid_number",
        "invalid_number",
        "duplicate_row",
    ]
    assert got.rows_read == 6


def test_a_blank_is_unknown_not_zero(tmp_path: Path) -> None:
    """A blank that would even add up as zero is not taken for one."""
    blank = small_row(**{"0-4": "", "Celkem": 170})
    with pytest.raises(InputFileError, match="blank"):
        cz_csu_population.read(workbook(tmp_path / "2020.xlsx", SMALL, blank), ORIGIN)


@pytest.mark.parametrize("missing", ["POH", "ZUJ", "Celkem", "0-4", "50-54", "85+"])
def test_a_workbook_without_a_column_is_refused(missing: str, tmp_path: Path) -> None:
    heading = [name for name in SMALL if name != missing]
    row = [cell for name, cell in zip(SMALL, small_row(), strict=True) if name != missing]
    with pytest.raises(InputFileError):
        cz_csu_population.read(workbook(tmp_path / "2020.xlsx", heading, row), ORIGIN)


def test_a_workbook_with_a_document_type_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "2020.xlsx", SMALL, small_row())
    bad = tmp_path / "2020_bad.xlsx"
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(bad, "w") as made:
        for name in good.namelist():
            content = good.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b"?>", b'?><!DOCTYPE a [<!ENTITY x "lol">]>', 1)
            made.writestr(name, content)
    with pytest.raises(InputFileError, match="not a complete workbook"):
        cz_csu_population.read(bad, ORIGIN)


@pytest.mark.slow
@pytest.mark.parametrize("cell", [(1_048_575, 16_383), (1_048_575, 0), (0, 16_383), (5, 130)])
def test_a_cell_far_away_is_refused_not_laid_out(cell: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "2020.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("data")
        sheet.write_row(0, 0, SMALL)
        sheet.write(*cell, " ")
    with pytest.raises(InputFileError, match=r"beyond column DZ|cells as far as row \d+|so large inside"):
        cz_csu_population.read(path, ORIGIN)


def test_a_workbook_that_is_a_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "2020.xlsx", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", b"<Types/>")
        made.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    with pytest.raises(InputFileError, match="so large inside"):
        cz_csu_population.read(tmp_path / "2020.xlsx", ORIGIN)


def test_the_year_must_be_known(tmp_path: Path) -> None:
    path = workbook(tmp_path / "vek.xlsx", SMALL, small_row())
    with pytest.raises(InputFileError, match="year"):
        cz_csu_population.read(path, ORIGIN)
    table = cz_csu_population.read(path, ORIGIN, reference_date="2023-12-31").tables["population"]
    assert table["reference_date"].unique().tolist() == ["2023-12-31"]


@pytest.mark.parametrize(
    ("label", "band"),
    [
        ("0-4", (0, 4)),
        ("0 - 4 roky", (0, 4)),
        ("5 - 9 let", (5, 9)),
        ("5–9", (5, 9)),
        ("85+", (85, None)),
        ("100 a více let", (100, None)),
        ("9-5", None),
        ("X", None),
        ("", None),
    ],
)
def test_bands(label: str, band: Any) -> None:
    assert band_of(label) == band


CENSUS = (
    "idhod,hodnota,ukaz_kod,vek_cis,vek_kod,pohlavi_cis,pohlavi_kod,uzemi_cis,uzemi_kod,vek_txt,"
    "pohlavi_txt,uzemi_txt\n"
)


def test_the_census_is_read_for_municipalities_only(write_text: Write) -> None:
    text = CENSUS + (
        "1,50,x,,,,,43,599999,,,Trojanovice\n"
        "2,20,x,1035,1,,,43,599999,0 - 4 roky,,Trojanovice\n"
        "3,30,x,1035,2,,,43,599999,100 a více let,,Trojanovice\n"
        "4,11,x,1035,1,102,1,43,599999,0 - 4 roky,muž,Trojanovice\n"
        "5,999,x,1035,1,,,65,8105,0 - 4 roky,,Frenštát\n"
        "6,888,x,1035,1,,,44,599999,0 - 4 roky,,Trojanovice\n"
    )  # fmt: skip
    got = cz_csu_population.read(write_text(text, "sldb2021.csv"), ORIGIN)
    table = got.tables["population"]
    assert table[["sex", "age_from", "persons"]].to_numpy().tolist() == [
        ["total", 0, 20],
        ["total", 100, 30],
        ["male", 0, 11],
    ]
    assert (got.rows_read, got.notes) == (3, ())
    assert table["reference_date"].unique().tolist() == ["2021-03-26"]


def test_trap_census_codes_are_text_and_filtered_with_their_level(write_text: Write) -> None:
    text = CENSUS + "1,20,x,,,,,43,005999,0 - 4 roky,,X\n2,20,x,,,,,51,599999,0 - 4 roky,,X\n"
    table = cz_csu_population.read(write_text(text, "census.csv"), ORIGIN).tables["population"]
    assert table["municipality_code"].tolist() == ["005999"]


def test_a_census_total_that_differs_is_noted(write_text: Write) -> None:
    text = CENSUS + "1,50,x,,,,,43,599999,,,X\n2,20,x,,,,,43,599999,0 - 4 roky,,X\n"
    assert "50 against 20" in cz_csu_population.read(write_text(text, "census.csv"), ORIGIN).notes[0]


DATASTAT = "Ukazatel,Uz45B.Polozka,Území,CasRB.Polozka,VekSkupZakl.Polozka,Hodnota"


def datastat(*rows: tuple[str, str, str, str, str], ends: Sequence[str] = ("\r\n", "\n")) -> str:
    text = DATASTAT + "\r\n"
    for number, (indicator, code, year, age, value) in enumerate(rows):
        text += f'"{indicator}","{code}","Obec, okres X","{year}","{age}","{value}"{ends[number % len(ends)]}'
    return text


def test_trap_datastat_line_ends_are_mixed(write_text: Write) -> None:
    rows = [(INDICATOR, "598143", "2024", age, "100") for age in ("VEK014", "VEK1564", "VEK65AV")]
    got = cz_csu_population.read(write_text(datastat(*rows, ends=("\r\n", "\n", "\r")), "a.csv"), ORIGIN)
    assert got.tables["population"]["age_from"].tolist() == [0, 15, 65]
    assert got.tables["population"]["reference_date"].unique().tolist() == ["2024-12-31"]


def test_trap_datastat_only_the_count_on_31_december_is_kept(write_text: Write) -> None:
    rows = [
        ("Počet obyvatel k 1. 7.", "598143", "2024", "VEK014", "7"),
        (INDICATOR, "598143", "2024", "VEK014", "8"),
        (INDICATOR, "598143", "2024", "VEKC", "9"),
    ]
    got = cz_csu_population.read(write_text(datastat(*rows), "a.csv"), ORIGIN)
    assert got.tables["population"]["persons"].tolist() == [8]
    assert "9 against 8" in got.notes[0]


def test_datastat_without_the_indicator_is_refused(write_text: Write) -> None:
    rows = [("Počet obyvatel", "598143", "2024", "VEK014", "7")]
    with pytest.raises(InputFileError, match="found: Počet obyvatel"):
        cz_csu_population.read(write_text(datastat(*rows), "a.csv"), ORIGIN)


def test_trap_datastat_one_year_a_call(write_text: Write) -> None:
    rows = [(INDICATOR, "598143", year, "VEK014", "7") for year in ("2023", "2024")]
    with pytest.raises(InputFileError, match="one year a call"):
        cz_csu_population.read(write_text(datastat(*rows), "a.csv"), ORIGIN)


def test_trap_datastat_commas_are_literal() -> None:
    codes = [f"{500000 + number}" for number in range(250)]
    calls = cz_csu_population.addresses(ORIGIN, municipality_codes=codes, year=2024)
    assert len(calls) == 3
    assert "%2C" not in calls[0].url
    assert "500000,500001" in calls[0].url
    assert sum(call.url.count(",50") for call in calls) == 250 - 3


@pytest.mark.raw
@pytest.mark.skipif("DOSAH_RAW" not in os.environ, reason="DOSAH_RAW names no folder of large real inputs")
def test_the_real_workbooks_add_up_to_the_country() -> None:
    total = municipalities = 0
    for name in ("2020_vek_do_999.xlsx", "2020_vek_nad_1000.xlsx"):
        got = cz_csu_population.read(Path(os.environ["DOSAH_RAW"]) / name, ORIGIN)
        table = got.tables["population"]
        assert got.rejected.empty
        total += table.loc[table["sex"] == "total", "persons"].sum()
        municipalities += table["municipality_code"].nunique()
    assert (total, municipalities) == (10_701_777, 6258)

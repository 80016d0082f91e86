"""CSV and XLSX: nothing in them is a formula, nothing is lost."""

import csv
import datetime as dt
import io
import zipfile

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from dashboard import text
from dashboard.tables import sheets
from geodata import sheet_cells

FORMULAS = ["=1+1", "+1-2", "-2+3", "+A1", "@SUM(A1)", " =1+1", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "＝1"]


@pytest.fixture(autouse=True)
def czech():
    text.use("cs")


def read_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(content, sheet=0):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_written_as_text(formula):
    rows = read_csv(sheets.csv_bytes([formula], [[formula]]))
    assert rows == [[f"'{formula}"], [f"'{formula}"]]
    content = sheets.xlsx_bytes("=x", [formula], [[formula]], [(formula, formula)])
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in book.read(name)
                assert b"<hyperlink" not in book.read(name)


@pytest.mark.parametrize(
    ("phone", "written"),
    [
        ("+420 558 441 611", "+420 558 441 611"),
        ("+420 558 441 611, +48 32 475 11 22", "+420 558 441 611, +48 32 475 11 22"),
        ("+420558441611", "+420 558 441 611"),
        ("558 441 611", "558 441 611"),
    ],
)
def test_a_phone_has_no_apostrophe(phone, written):
    assert read_csv(sheets.csv_bytes(["telefon"], [[phone]]))[1] == [written]


@pytest.mark.parametrize(("number", "written"), [(-2, "-2"), (-1.5, "-1,5"), ("-2", "-2"), ("-1,5", "-1,5")])
def test_a_negative_number_stays_a_number(number, written):
    assert read_csv(sheets.csv_bytes(["a"], [[number]]))[1] == [written]


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
@settings(max_examples=60)
def test_no_text_in_csv_begins_as_a_formula(values):
    for row in read_csv(sheets.csv_bytes(values, [values])):
        for cell in row:
            assert not sheet_cells.is_formula_like(cell)


@given(
    st.lists(
        st.text(
            st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_characters="\x7f"), max_size=20
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=40, deadline=None)
def test_a_workbook_gives_its_texts_back(values):
    read = read_xlsx(
        sheets.xlsx_bytes("List", ["a"] * len(values), [["začátek", *values][: len(values)], values])
    )
    assert [str(cell) for cell in read[-1]] == values or not any(values)


def test_csv_opens_in_a_czech_office():
    content = sheets.csv_bytes(
        ["Název", "Míst", "Podíl", "Od", "Je"], [["Žlutý; kůň", 5, 1.5, dt.date(2026, 9, 4), True]]
    )
    assert content.startswith(b"\xef\xbb\xbf")
    assert read_csv(content)[1] == ["Žlutý; kůň", "5", "1,5", "2026-09-04", "ano"]
    text.use("en")
    assert read_csv(sheets.csv_bytes(["a"], [[1.5], [-2.5], [True]]))[1:] == [["1.5"], ["-2.5"], ["yes"]]


def test_unknown_is_an_empty_cell_not_a_zero():
    row = [None, float("nan"), pd.NA]
    assert read_csv(sheets.csv_bytes(["a", "b", "c"], [row]))[1] == ["", "", ""]
    assert read_xlsx(sheets.xlsx_bytes("x", ["a", "b", "c", "d"], [[*row, 0]]))[1] == ["", "", "", 0]


def test_numbers_and_days_stay_numbers_and_days():
    read = read_xlsx(sheets.xlsx_bytes("x", ["a", "b", "c"], [[5, 1.5, dt.date(2026, 9, 4)]]))
    assert read[1] == [5, 1.5, dt.date(2026, 9, 4)]


def test_the_second_sheet_says_where_the_figures_are_from():
    content = sheets.xlsx_bytes(
        "Katalog", ["a"], [["b"]], [("Zdroj", "MPSV"), ("Datum", dt.date(2026, 9, 4))], "Zdroje"
    )
    assert read_xlsx(content, 1) == [["Zdroj", "MPSV"], ["Datum", dt.date(2026, 9, 4)]]
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names == ["Katalog", "Zdroje"]


@pytest.mark.parametrize("title", ["a/b:c*d?[e]\\f", "x" * 80, "'", "", "příliš žluťoučký kůň: úpěl"])
def test_any_title_makes_a_sheet(title):
    assert read_xlsx(sheets.xlsx_bytes(title, ["a"], [["b"]])) == [["a"], ["b"]]


def test_signs_that_a_workbook_cannot_hold_are_dropped():
    assert read_xlsx(sheets.xlsx_bytes("x", ["a"], [["a\x00\x0b\ud800b"]]))[1] == ["ab"]


def test_equal_tables_are_equal_files():
    assert sheets.xlsx_bytes("x", ["a"], [["b"]]) == sheets.xlsx_bytes("x", ["a"], [["b"]])


def test_values_of_a_record():
    record = {"a": pd.NA, "b": 2.0, "c": 2.5, "d": "x", "e": True}
    assert sheets.as_values(record, ["e", "d", "c", "b", "a"]) == [True, "x", 2.5, 2, None]

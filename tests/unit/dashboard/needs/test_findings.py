"""A loaded table of findings gives every finding as its writer sees it, or tells what it could not read."""

import io
import re
import zipfile

import pytest
import xlsxwriter

from dashboard.needs import findings_file
from dashboard.needs.findings_file import Vocabulary

HEADINGS = ["municipality", "service", "felt", "said_by", "note"]
ROW = ["Baška", "home_care", "short", "starosta", "x"]
KNOWN = Vocabulary({"home_care": ("home care",), "day_care": ("day care",)}, {"598011": "Baška"})


def book(write, *more):
    """Return a workbook; `write` fills its first sheet, `more` are names and rows of others."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as made:
        sheet = made.add_worksheet("Zjištění")
        sheet.write_row(0, 0, HEADINGS)
        write(sheet)
        for name, rows in more:
            other = made.add_worksheet(name)
            for number, cells in enumerate(rows):
                other.write_row(number, 0, cells)
    return sink.getvalue()


def load(raw):
    loaded = findings_file.rows_from_file("x", raw)
    found, problems = findings_file.findings_of(loaded.rows, KNOWN, loaded.places)
    return (
        [(one.municipality, one.service, one.felt) for one in found],
        [*loaded.problems, *problems],
        loaded.notes,
    )


@pytest.fixture(autouse=True)
def _english(in_language):
    in_language("en")


@pytest.mark.slow
def test_a_merged_municipality_holds_for_all_its_rows():
    def write(sheet):
        sheet.merge_range(1, 0, 3, 0, "Baška")
        for row, service in enumerate(("home_care", "day_care", "home_care"), start=1):
            sheet.write_row(row, 1, [service, "short", "a", "b"])

    found, told, notes = load(book(write))
    assert [place for place, _, _ in found] == ["598011"] * 3
    assert told == []
    assert ["A2:A4" in note for note in notes] == [True]


@pytest.mark.slow
def test_a_municipality_that_was_never_computed_is_not_the_whole_area():
    def write(sheet):
        sheet.write_formula(1, 0, "=2+3", None, 0)
        sheet.write_row(1, 1, ROW[1:])
        sheet.write_row(2, 0, ROW)

    raw, sink = book(write), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(sink, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, re.sub(rb"(<f>.*?</f>)<v>0</v>", rb"\1", content))
    found, told, _ = load(sink.getvalue())
    assert found == [("598011", "home_care", "short")]
    assert len(told) == 1
    assert "A2" in told[0]
    assert "never computed" in told[0]


@pytest.mark.slow
@pytest.mark.parametrize("error", ["#N/A", "#REF!"])
def test_an_error_of_a_formula_is_told_and_no_finding(error):
    def write(sheet):
        sheet.write_formula(1, 0, "=1/0", None, error)
        sheet.write_row(1, 1, ROW[1:])

    found, told, _ = load(book(write))
    assert found == []
    assert [error in one for one in told] == [True]


@pytest.mark.slow
@pytest.mark.parametrize("number", [2_000, 2_001, 2_600])
def test_rows_that_are_too_many_are_counted(number):
    found, told, _ = load(book(lambda sheet: [sheet.write_row(1 + row, 0, ROW) for row in range(number)]))
    assert len(found) == 2_000
    assert len(told) == (number > 2_000)
    assert all(f"{number - 2_000} row" in one for one in told)


@pytest.mark.slow
def test_a_long_note_is_kept_whole_and_a_longer_one_told():
    notes = ["n" * 900 + "END", "n" * 1_001]
    raw = book(
        lambda sheet: [sheet.write_row(row, 0, [*ROW[:4], note]) for row, note in enumerate(notes, start=1)]
    )
    loaded = findings_file.rows_from_file("x", raw)
    assert [row["note"] for row in loaded.rows] == notes[:1]
    assert ["E3" in one and "1000" in one for one in loaded.problems] == [True]


@pytest.mark.slow
def test_every_sheet_of_findings_is_read_and_others_are_named():
    titled, other = ["Titul"], ["jiné", "věci"]
    raw = book(
        lambda sheet: sheet.write_row(1, 0, ROW),
        ("Druhý", [HEADINGS, ROW, ["", "taxi", "short", "", ""]]),
        ("Seznam obcí", [other, titled]),
    )
    found, told, notes = load(raw)
    assert found == [("598011", "home_care", "short")] * 2
    assert ["Druhý" in one and "3" in one for one in told] == [True]
    assert ["Seznam obcí" in note for note in notes] == [True]


@pytest.mark.slow
def test_a_table_behind_a_title_page_is_found():
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as made:
        made.add_worksheet("Titul").write(0, 0, "Fokusní skupiny 2026")
        sheet = made.add_worksheet("Data")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ROW)
    assert load(sink.getvalue())[0] == [("598011", "home_care", "short")]


@pytest.mark.slow
def test_rows_are_told_by_the_number_that_the_spreadsheet_shows():
    raw = ";".join(HEADINGS) + "\n\n\nBaška;taxi;short;;\n"
    assert [one.split(":")[0] for one in load(raw.encode())[1]] == ["Row 4"]


@pytest.mark.slow
def test_what_is_wrong_in_columns_that_nobody_reads_harms_nobody():
    def write(sheet):
        sheet.write(0, 5, "Telefon")
        sheet.write_row(1, 0, ROW)
        sheet.write_formula(1, 5, "=1/0", None, "#DIV/0!")

    found, told, _ = load(book(write))
    assert (len(found), told) == (1, [])


@pytest.mark.slow
def test_a_row_longer_than_the_headings_is_told():
    raw = ";".join(HEADINGS) + "\nBaška;home_care;short;a;b;c\nBaška;home_care;short;a;b;\n"
    found, told, _ = load(raw.encode())
    assert len(found) == 1
    assert ["F2" in one and "“c”" in one for one in told] == [True]


@pytest.mark.parametrize(("number", "last"), [(10, "p9"), (11, "p10"), (12, "2 more"), (40, "30 more")])
def test_the_number_of_further_problems_is_told(number, last):
    shown = findings_file.first_problems([f"p{one}" for one in range(number)])
    assert last in shown[-1]
    assert len(shown) == min(number, 11)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["cs", "pl"])
def test_problems_are_said_in_the_reader_s_language(in_language, language):
    in_language(language)
    raw = ";".join(HEADINGS) + "\nBaška;home_care;short;a;########\n#NV;home_care;short;a;b\n"
    _, told, _ = load(raw.encode())
    assert len(told) == 2
    assert {"cs": "Buňka E2", "pl": "Komórka E2"}[language] in told[0]
    assert {"cs": "chyba vzorce", "pl": "błąd formuły"}[language] in told[1]

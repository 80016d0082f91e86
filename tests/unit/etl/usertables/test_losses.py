"""
What a table of an office says is published or told: second capacities, cells beyond the headings,
days in CSV, shown errors.
"""

import csv

import pandas as pd
import pytest
import xlsxwriter

from etl.usertables.cells import written_days
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.problems import Problem, UserTableError
from etl.usertables.read import read_user_tables
from etl.usertables.services import _capacities, _groups_of, _note
from etl.usertables.told import problems_of
from geodata.errors import in_one
from geodata.wordings import WordedFileError

LANGUAGES = ("cs", "pl", "en")
COLUMNS = ["municipality_code", "name", "district_code", "district_name", "orp_name", "country"]
PLACES = NamedMunicipalities(
    pd.DataFrame(
        [
            ("598143", "Frýdlant nad Ostravicí", "CZ0802", "Frýdek-Místek", None, "CZ"),
            ("598011", "Baška", "CZ0802", "Frýdek-Místek", None, "CZ"),
            ("2408011", "Łaziska Górne", "2408", "powiat mikołowski", None, "PL"),
        ],
        columns=COLUMNS,
    )
)
SERVICE = {
    "record_id": "a1", "service_name": "Dům Test", "provider_name": "Obec Baška", "service_type": "cz-49",
    "form": "pob", "unit": "luzka", "capacity": "", "basis": "", "municipality": "598011", "district": "",
    "street_address": "", "postal_code": "", "sites_total": "", "served_area": "", "target_groups": "",
    "year_of_information": "", "source": "sdělení", "note": "",
}  # fmt: skip


def csv_file(folder, *rows, more=()):
    path = folder / "t.csv"
    lines = [";".join(SERVICE), *(";".join({**SERVICE, **row}.values()) for row in rows), *more]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def told(path):
    with pytest.raises(UserTableError) as error:
        read_user_tables(path, PLACES)
    for language in LANGUAGES:
        assert all("{" not in problem.sentence(language) for problem in error.value.details)
    return [(problem.cell, problem.kind) for problem in error.value.details]


def rows_of(path):
    (table,) = read_user_tables(path, PLACES)
    return table.rows, table.notes


# -- one capacity to a service, form and unit --------------------------------


@pytest.mark.parametrize("swapped", [False, True])
def test_a_second_capacity_of_one_service_is_a_problem_whatever_the_order(tmp_path, swapped):
    rows = [
        {"capacity": "5", "basis": "at_one_time", "year_of_information": "2024", "street_address": "A 1"},
        {"capacity": "900", "basis": "per_year", "year_of_information": "2019", "street_address": "B 2"},
    ]
    assert told(csv_file(tmp_path, *(reversed(rows) if swapped else rows))) == [
        ("G3", "capacities_disagree"),
        ("H3", "rows_disagree"),
        ("P3", "rows_disagree"),
    ]


def test_a_blank_beside_a_number_is_said_to_be_that_of_the_service(tmp_path):
    rows, notes = rows_of(
        csv_file(tmp_path, {"street_address": "A 1"}, {"capacity": "15", "street_address": "B 2"})
    )
    assert [(part.number, part.form) for part in _capacities(list(rows), "CZ")] == [(15, "pob")]
    assert [(note.kind, note.row) for note in notes] == [("capacity_of_service", 2)]
    assert "15" in notes[0].sentence("cs")
    assert "3" in notes[0].sentence("pl")


def test_two_forms_may_have_two_capacities_and_a_basis_told_once_holds(tmp_path):
    rows, notes = rows_of(
        csv_file(
            tmp_path,
            {"capacity": "5", "street_address": "A 1"},
            {"capacity": "5", "street_address": "B 2", "basis": "per_year"},
            {"capacity": "7", "street_address": "B 2", "unit": "klient"},
        )
    )
    assert [(part.unit, part.text) for part in _capacities(list(rows), "CZ")] == [
        ("luzka", "5 ročně"),
        ("klient", "7"),
    ]
    assert notes == ()


def test_notes_sources_and_groups_of_every_row_are_kept(tmp_path):
    first = {
        "note": "N1",
        "source": "kraj https://a.cz/1",
        "target_groups": "seniors",
        "street_address": "A 1",
    }
    second = {"note": "N2", "source": "obec", "target_groups": "", "street_address": "B 2"}
    rows, _ = rows_of(csv_file(tmp_path, first, second, {**second, "street_address": "C 3"}))
    assert _note(rows, "CZ") == "N1; N2; Zdroj: kraj, obec"
    groups = [{"target_groups": None}, {"target_groups": ("b", "a")}, {"target_groups": ("a", "c")}]
    assert _groups_of(groups) == ["b", "a", "c"]


def test_one_address_has_one_postal_code(tmp_path):
    at = {"street_address": "A 1"}
    rows, _ = rows_of(csv_file(tmp_path, {**at, "postal_code": "73901"}, {**at, "unit": "klient"}))
    assert [row["postal_code"] for row in rows] == ["739 01", "739 01"]
    assert told(
        csv_file(
            tmp_path,
            {**at, "postal_code": "73901"},
            {**at, "unit": "klient", "postal_code": "73902"},
        )
    ) == [("L3", "rows_disagree")]


@pytest.mark.parametrize(
    ("total", "streets", "is_wrong"),
    [
        ("1", ("A 1", "B 2"), True),
        ("2", ("A 1", "B 2"), False),
        ("5", ("A 1", "B 2"), False),
        ("1", ("A 1", ""), False),
    ],
)
def test_sites_in_all_are_at_least_those_of_the_table(tmp_path, total, streets, is_wrong):
    path = csv_file(tmp_path, *({"sites_total": total, "street_address": street} for street in streets))
    if is_wrong:
        assert told(path) == [("M2", "sites_fewer")]
    else:
        assert len(rows_of(path)[0]) == 2


# -- cells beyond the headings --------------------------------


def test_a_csv_row_longer_than_its_heading_is_a_problem_that_names_what_is_lost(tmp_path):
    whole = ";".join(SERVICE.values())
    path = csv_file(
        tmp_path, {}, more=[f"{whole.replace('a1', 'a2')};;7;EXTRA", f"{whole.replace('a1', 'a3')};;"]
    )
    with pytest.raises(UserTableError) as error:
        read_user_tables(path, PLACES)
    assert [(problem.cell, problem.kind, problem.value) for problem in error.value.details] == [
        ("T3", "beyond_heading", "7; EXTRA")
    ]
    assert "EXTRA" in str(error.value.in_language("cs"))


def test_cells_of_a_workbook_without_a_heading_are_named(tmp_path):
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Služby")
        sheet.write_row(0, 0, list(SERVICE))
        sheet.write_row(1, 0, list(SERVICE.values()))
        sheet.write(1, len(SERVICE) + 1, "zavolat")
    _, notes = rows_of(path)
    assert [(note.kind, note.values["cells"]) for note in notes] == [("without_heading", "T2")]


@pytest.mark.parametrize("limit", [131_072, 10_000_000])
def test_a_cell_that_is_too_long_is_no_open_quote(tmp_path, request, limit):
    before = csv.field_size_limit(limit)  # whatever another reader of the same process has set
    request.addfinalizer(lambda: csv.field_size_limit(before))
    for text, kind in (("x" * 200_000, "cell_too_long"), ('"' + "x;\n" * 70_000, "open_quote")):
        with pytest.raises(WordedFileError) as error:
            read_user_tables(csv_file(tmp_path, {"note": text}), PLACES)
        assert (error.value.kind, error.value.told[0].values["row"]) == (kind, 2)


# -- days that CSV kept --------------------------------

DAYS = [
    "2026-04-03",
    "2026-04-03 00:00:00",
    "03.04.2026",
    "3. 4. 2026",
    "3-Apr",
    "3-Apr-26",
    "03.duben",
    "03.dub",
    "03.kwi",
    "Apr-87",
    "dub.87",
    "kwi.1987",
]
OF_STREETS = ["03/04/2026", "3-4-2026", "03.04.26", "3.4.", "3.IV", "IV.87", "12.XII"]
STREETS = [
    "28. října 12", "28. října", "28.října 12", "17. listopadu", "17.listopadu 5", "1. máje 5", "1.máje",
    "5. května", "9. května 3", "1 Maja 5", "3 Maja 12", "3 Maja", "11 Listopada", "11 listopada 18",
    "1. září", "Dubnová 3/4", "12", "3/4", "12/1987", "1-4", "č. p. 87", "15. dubna 2", "Hlavní 2026",
    "8. března 20", "V Lukách 26", "1. čs. armády 4", "29. srpna 1944",
]  # fmt: skip
KEYS = ["3.4", "3.4.", "01.02.03", "V.26", "3/4/2026", "2026-04", "2026/0012", "IV.87", "a-3", "1987"]


@pytest.mark.parametrize("text", DAYS)
@pytest.mark.parametrize("column", ["street_address", "record_id"])
def test_a_street_or_identifier_that_is_wholly_a_day_is_told(tmp_path, text, column):
    ((cell, kind),) = told(csv_file(tmp_path, {column: text}))
    assert cell == {"street_address": "K2", "record_id": "A2"}[column]
    assert kind in {"day_in_text", "day_spelt"}


@pytest.mark.parametrize("text", OF_STREETS)
def test_short_days_are_told_of_streets(tmp_path, text):
    assert told(csv_file(tmp_path, {"street_address": text})) == [("K2", "day_spelt")]


@pytest.mark.parametrize("text", STREETS)
def test_streets_that_bear_a_day_are_streets(tmp_path, text):
    assert rows_of(csv_file(tmp_path, {"street_address": text}))[0][0]["street_address"] == text


@pytest.mark.parametrize("text", KEYS)
def test_identifiers_may_be_numbered_as_offices_do(tmp_path, text):
    assert rows_of(csv_file(tmp_path, {"record_id": text}))[0][0]["record_id"] == text


def test_impossible_days_are_none():
    assert written_days.full_day("2026-02-30") is None
    assert not written_days.is_worded("32.duben")
    assert not written_days.is_short("40/50/2026")


# -- sentences --------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_at_the_end_is_ended_once(language):
    asked = Problem(
        "unknown_municipality", None, 2, 0, "Bašk", suggestions=("Baška [598011] (Frýdek-Místek)",)
    )
    plain = Problem("negative", None, 3, 1, "-1")
    for details in ([asked], [asked, plain], [plain, asked]):
        text = str(UserTableError("t.csv", details, language))
        assert not any(double in text for double in ("?.", "?;", "..", ".;"))
    assert in_one(["a", "b?", "c."]) == "a; b? C."


@pytest.mark.parametrize("column", ["street_address", "note", "capacity"])
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("########", "too_narrow"),
        ("##", "too_narrow"),
        ("#N/D", "formula_error"),
        ("#NV", "formula_error"),
        ("#NEDOSTUPNÝ", "formula_error"),
        ("#ČÍSLO!", "formula_error"),
        ("#ÜBERLAUF!", "formula_error"),
    ],
)
def test_what_a_spreadsheet_shows_in_place_of_a_value_is_told(tmp_path, column, text, kind):
    assert [found for _, found in told(csv_file(tmp_path, {column: text}))] == [kind]


@pytest.mark.parametrize("text", ["#1", "# poznámka", "#pomoc"])
def test_a_sign_before_a_word_is_no_error(tmp_path, text):
    assert rows_of(csv_file(tmp_path, {"note": text}))[0][0]["note"] == text


@pytest.mark.parametrize(
    ("column", "text", "kind"),
    [
        ("served_area", "598011 598143", "codes_not_divided"),
        ("served_area", "598011 a 598143", "codes_not_divided"),
        ("municipality", "598011 598143", "several_codes"),
        ("municipality", "PL2408011", "country_letters"),
        ("served_area", "cz 598011", "country_letters"),
    ],
)
def test_codes_run_together_or_with_letters_are_told_as_such(tmp_path, column, text, kind):
    path = csv_file(tmp_path, {column: text})
    assert [found for _, found in told(path)] == [kind]
    with pytest.raises(UserTableError) as error:
        read_user_tables(path, PLACES)
    assert all(text in problems_of(error.value, language)[0]["message"] for language in LANGUAGES)


def test_codes_divided_are_read(tmp_path):
    for text in ("598011, 598143", "598011 Baška, 598143", "Baška [598011]|598143"):
        assert rows_of(csv_file(tmp_path, {"served_area": text}))[0][0]["served_area"] == ("598011", "598143")

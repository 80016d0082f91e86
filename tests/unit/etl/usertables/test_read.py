"""Tables that people filled in, as files: every way a spreadsheet writes them, all problems at once."""

import csv
import io

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from etl.usertables.cells import grid
from etl.usertables.cells.annotate import write_annotated
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.problems import UserTableError, column_letters
from etl.usertables.cells.schema import layout, layouts, message_texts
from etl.usertables.read import example_cells, read_user_tables
from etl.usertables.template import write_template
from geodata.errors import DosahError, InputFileError, PublishError, UnknownCodeError
from geodata.vocabulary.identifiers import fold
from geodata.wordings import WordedFileError

LANGUAGES = ("cs", "pl", "en")
MUNICIPALITIES = [
    ("598143", "Frýdlant nad Ostravicí", "CZ0802", "Frýdek-Místek", "Frýdlant nad Ostravicí", "CZ"),
    ("598011", "Baška", "CZ0802", "Frýdek-Místek", "Frýdek-Místek", "CZ"),
    ("598399", "Lhotka", "CZ0802", "Frýdek-Místek", "Frýdlant nad Ostravicí", "CZ"),
    ("531367", "Lhotka", "CZ020B", "Příbram", "Příbram", "CZ"),
    ("2408021", "Mikołów", "2408", "powiat mikołowski", None, "PL"),
]
COLUMNS = ["municipality_code", "name", "district_code", "district_name", "orp_name", "country"]
NEEDS = [
    "Obec",
    "Okres",
    "Cílová skupina",
    "Ukazatel",
    "Hodnota",
    "Jednotka",
    "Rok",
    "Nezveřejnit čísla menší než",
    "Zdroj",
]
NEED = ["598143", "", "senioři", "příjemci příspěvku na péči", "87", "osoby", "2025", "5", "Úřad práce"]


@pytest.fixture(scope="module")
def places():
    return NamedMunicipalities(pd.DataFrame(MUNICIPALITIES, columns=COLUMNS))


def write_csv(path, rows, *, delimiter=";", encoding="utf-8", end="\r\n"):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path, sheets):
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for position, cell in enumerate(row):
                if cell != "" and cell is not None:
                    sheet.write(number, position, cell)
    book.close()
    return path


def only(tables):
    assert len(tables) == 1
    return tables[0]


def problems_of(path, places, **more):
    with pytest.raises(UserTableError) as error:
        read_user_tables(path, places, **more)
    return error.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_csv_as_spreadsheets_save_it(tmp_path, places, encoding, delimiter, end):
    path = write_csv(tmp_path / "n.csv", [NEEDS, NEED], delimiter=delimiter, encoding=encoding, end=end)
    table = only(read_user_tables(path, places))
    assert table.kind == "needs"
    row = table.rows[0]
    assert (row["municipality"], row["value"], row["suppress_below"]) == ("598143", 87.0, 5)
    assert (row["indicator"], row["target_group"]) == ("příjemci příspěvku na péči", "seniors")


def test_decimal_comma_quoted_line_breaks_blank_rows_and_stray_spaces(tmp_path, places):
    text = (
        "\ufeffsep=;\r\n;;;;;;;;;\r\nOznačení služby;Rok;Kdo platí;Druh částky;Částka;Měna;Zdroj;Poznámka\r\n"
        '\u00a0259 ;2025;kraj;přiznáno;"1\u00a0250\u202f000,50";CZK;"usnesení\r\nč. 5";"řekl ""ano"""\r\n'
        ";;;;;;;\r\n\r\n  ;;;;;;;\r\n260;2025; KRAJ ;přiznáno;;CZK;usnesení;\r\n;;;;;;;\r\n"
    )
    path = tmp_path / "f.csv"
    path.write_bytes(text.encode())
    rows = only(read_user_tables(path, places)).rows
    assert [(row["row_number"], row["record_id"], row["amount"]) for row in rows] == [
        (3, "259", 1250000.5),
        (7, "260", None),
    ]
    assert rows[0]["source"] == "usnesení č. 5"
    assert rows[0]["note"] == 'řekl "ano"'


def test_a_paste_of_a_thousand_rows(tmp_path, places):
    rows = [NEEDS] + [
        [
            " 598143\u00a0",
            "Frýdek-Místek ",
            "senioři",
            f"ukazatel\u00a0{number}",
            f"{number},0",
            "osoby",
            2025.0,
            "",
            " ÚP ",
        ]
        for number in range(1000)
    ]
    table = only(read_user_tables(write_xlsx(tmp_path / "n.xlsx", {"List1": rows}), places))
    assert [row["value"] for row in table.rows] == [float(number) for number in range(1000)]
    assert {row["municipality"] for row in table.rows} == {"598143"}
    assert table.rows[-1]["row_number"] == 1001


def test_all_problems_at_once_each_with_its_cell(tmp_path, places):
    rows = [
        ["Přehled potřeb"],
        NEEDS,
        ["Frýdlant n/O", "Frýdek-Místek", *NEED[2:]],
        ["Lhotka", "", *NEED[2:]],
        ["598143", "", "seniory", "", "asi 80", "osoby", "1925", "2", "ÚP"],
    ]
    error = problems_of(write_xlsx(tmp_path / "potreby.xlsx", {"Potřeby": rows}), places, language="cs")
    assert [(problem.cell, problem.kind) for problem in error.details] == [
        ("A3", "unknown_municipality"),
        ("A4", "municipality_needs_code"),
        ("C5", "unknown_code"),
        ("D5", "missing_value"),
        ("E5", "not_a_number"),
        ("G5", "out_of_range"),
        ("H5", "out_of_range"),
    ]
    text = str(error)
    assert text.startswith(
        "potreby.xlsx: list Potřeby, buňka A3: obec „Frýdlant n/O“ v načtených datech není. Nemysleli jste: "
        "Frýdlant nad Ostravicí [598143]"
    )
    assert "Lhotka [598399] (Frýdek-Místek), Lhotka [531367] (Příbram)" in text
    assert "senioři [seniors]" in text
    assert "sheet Potřeby, cell E5" in str(error.in_language("en"))
    assert "arkusz Potřeby, komórka E5" in str(error.in_language("pl"))


def test_nothing_is_read_in_where_a_required_column_is_missing_or_stands_twice(tmp_path, places):
    heading = [*NEEDS, "Rok"]
    heading[4], heading[8] = "Hodnotta", "Zdroje"
    error = problems_of(write_csv(tmp_path / "n.csv", [heading, [*NEED, "2024"]]), places)
    kinds = sorted(problem.kind for problem in error.details)
    assert kinds == ["column_near", "column_twice", "missing_column"]
    missing = next(problem for problem in error.details if problem.kind == "missing_column")
    assert missing.suggestions == ("Zdroje",)
    near = next(problem for problem in error.details if problem.value == "Hodnotta")
    assert near.suggestions == ("Hodnota",)


def test_columns_of_ones_own_are_named_not_dropped_silently(tmp_path, places):
    path = write_csv(tmp_path / "n.csv", [[*NEEDS, "Vyřizuje"], [*NEED, "x"]])
    assert only(read_user_tables(path, places)).unused == ("Vyřizuje",)


def test_headings_of_any_language_and_order(tmp_path, places):
    heading = ["Source", "Rok", "year", "Wartość", "Wskaźnik", "target_group", "municipality", "Unit"]
    heading.remove("Rok")
    row = ["ÚP", "2025", "", "x", "seniors", "598143", "osoby"]
    row[2] = "7"
    table = only(read_user_tables(write_csv(tmp_path / "n.csv", [heading, row]), places))
    assert (table.rows[0]["value"], table.rows[0]["unit_text"], table.rows[0]["year"]) == (7.0, "osoby", 2025)


def test_blank_and_the_words_for_it_are_unknown_never_zero(tmp_path, places):
    rows = [NEEDS] + [
        [*NEED[:3], f"u{number}", value, *NEED[5:]]
        for number, value in enumerate(["", "neznámo", "Nieznane", "?", "0", "b.d."])
    ]
    values = [
        row["value"] for row in only(read_user_tables(write_csv(tmp_path / "n.csv", rows), places)).rows
    ]
    assert values == [None, None, None, None, 0.0, None]


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(layouts()))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_a_template_is_never_read_in(tmp_path, places, kind, language):
    path = tmp_path / "t.xlsx"
    write_template(kind, language, path, places)
    table = only(read_user_tables(path, places))
    assert (table.kind, table.rows, table.examples, table.unused) == (kind, (), 1, ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_without_its_mark_is_still_one_and_a_changed_one_is_noticed(tmp_path, places, language):
    table = layout("funding")
    names = [column.name for column in table.columns]
    cells = example_cells(table, language)
    row = [cells.get(name, "") for name in names]
    path = write_xlsx(tmp_path / "f.xlsx", {"List1": [names, row]})
    assert only(read_user_tables(path, places)).examples == 1
    changed = ["příklad", *row[1:]]
    changed[names.index("amount")] = 999.0
    error = problems_of(write_xlsx(tmp_path / "f.xlsx", {"List1": [names, changed]}), places)
    assert [problem.kind for problem in error.details] == ["example_changed"]
    shifted = ["259", *row[1:-1], "x"]
    error = problems_of(write_xlsx(tmp_path / "f.xlsx", {"List1": [names, shifted]}), places)
    assert [problem.kind for problem in error.details] == ["wrong_mark"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(layouts()))
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_would_be_right_if_it_were_read_in(tmp_path, places, kind, language):
    table = layout(kind)
    cells = example_cells(table, language)
    # Another source makes it a row of its own.
    text = next(name for name in ("source", "reason") if name in cells)
    cells[text] = "jiný zdroj"
    path = tmp_path / "e.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for position, (name, cell) in enumerate(cells.items()):
        sheet.write_string(0, position, table.column(name).heading[language])
        if hasattr(cell, "year"):
            sheet.write_datetime(1, position, cell, day)
        else:
            sheet.write(1, position, cell)
    book.close()
    row = only(read_user_tables(path, places, kind=kind)).rows[0]
    assert {name for name, value in row.items() if value is not None} == {"row_number", *cells}


def test_a_template_offers_codes_and_municipalities(tmp_path, places):
    import zipfile

    path = tmp_path / "t.xlsx"
    write_template("services", "pl", path, places)
    with zipfile.ZipFile(path) as archive:
        table = archive.read("xl/worksheets/sheet1.xml").decode()
        lists = archive.read("xl/workbook.xml").decode()
        texts = archive.read("xl/sharedStrings.xml").decode()
        comments = archive.read("xl/comments1.xml").decode()
    assert table.count("<dataValidation ") == sum(
        1 for column in layout("services").columns if column.labels("pl") or column.type == "municipality"
    )
    assert 'state="frozen"' in table
    assert 'state="hidden"' in lists
    assert "Mikołów [2408021]" in texts
    assert "[follow-on-seniors-club]" in texts
    assert "Numer w rejestrze" in comments
    with pytest.raises(UnknownCodeError):
        write_template("services", "de", path)
    with pytest.raises(UnknownCodeError):
        write_template("service", "cs", path)


def test_a_template_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(PublishError, match="could not be written"):
        write_template("needs", "cs", tmp_path / "file" / "t.xlsx")


@pytest.mark.parametrize("kind", list(layouts()))
def test_no_two_columns_share_a_heading_and_all_is_said_in_three_languages(kind):
    table = layout(kind)
    for language in LANGUAGES:
        assert table.sheet[language]
        assert len(table.sheet[language]) <= 31
        assert table.about[language]
    told = {}
    for column in table.columns:
        for name in column.names():
            assert told.setdefault(fold(name), column.name) == column.name
        for language in LANGUAGES:
            assert column.heading[language].strip()
            assert column.note[language].strip().endswith((".", "?"))
    assert table.required <= {column.name for column in table.columns}


def test_every_message_is_said_in_three_languages_and_formats():
    for kind, texts in message_texts()["problems"].items():
        assert set(texts) == set(LANGUAGES), kind
        for text in texts.values():
            assert text.format(value="V", hint="H")
            assert ("{value}" in text) == ("{value}" in texts["cs"])
            assert ("{hint}" in text) == ("{hint}" in texts["cs"])


def test_rows_of_one_service_must_agree_and_complete_each_other(tmp_path, places):
    heading = [
        "Označení služby",
        "Název služby",
        "Poskytovatel",
        "Druh služby",
        "Forma",
        "Jednotka kapacity",
        "Kapacita",
        "Obec",
        "Telefon",
        "Zdroj",
    ]
    first = [
        "klub",
        "Klub",
        "Obec Baška",
        "follow-on-seniors-club",
        "amb",
        "klient",
        "25",
        "598011",
        "558 445 221",
        "web",
    ]
    second = [*first[:4], "ter", "klient", "", "598011", "", "web"]
    path = write_csv(tmp_path / "s.csv", [heading, first, second])
    rows = only(read_user_tables(path, places)).rows
    assert [row["phone"] for row in rows] == ["558 445 221"] * 2
    other = [*second[:1], "Klub důchodců", *second[2:]]
    error = problems_of(write_csv(tmp_path / "s.csv", [heading, first, other]), places)
    assert [(problem.cell, problem.kind, problem.hint) for problem in error.details] == [
        ("B3", "rows_disagree", "2")
    ]
    error = problems_of(write_csv(tmp_path / "s.csv", [heading, first, first]), places)
    assert [(problem.row, problem.kind) for problem in error.details] == [(3, "duplicate_row")]


@pytest.mark.parametrize(
    ("change", "kind", "column"),
    [
        ({"valid_from": "2026-05-01", "valid_to": "2026-04-30"}, "end_before_start", "valid_to"),
        ({"age_from": "65", "age_to": "6"}, "ages_crossed", "age_to"),
        ({"capacity": "5"}, "capacity_needs_unit", "capacity"),
        (
            {"municipality": "", "service_type": "follow-on-community-centre"},
            "country_unknown",
            "municipality",
        ),
        ({"service_type": "pl-DPS"}, "country_mismatch", "service_type"),
        ({"provider_ico": "12345678"}, "wrong_ico", "provider_ico"),
        ({"email": "a b@c"}, "wrong_email", "email"),
        ({"web": "není"}, "wrong_web", "web"),
        ({"postal_code": "7391"}, "wrong_postal_code", "postal_code"),
        ({"phone": "ne"}, "wrong_phone", "phone"),
        ({"capacity": "-1", "form": "pob", "unit": "luzka"}, "negative", "capacity"),
        ({"age_from": "6,5"}, "not_whole", "age_from"),
        ({"note": "x" * 2001}, "too_long", "note"),
        ({"service_name": "#ODKAZ!"}, "formula_error", "service_name"),
        ({"district": "Frýdek"}, "unknown_district", "district"),
        ({"served_area": "Baška; Lhotta"}, "unknown_municipality", "served_area"),
    ],
)
def test_what_is_wrong_with_a_service_stands_at_its_cell(tmp_path, places, change, kind, column):
    row = {
        "service_name": "Klub",
        "provider_name": "Obec",
        "service_type": "follow-on-seniors-club",
        "municipality": "598011",
        "source": "web",
        **change,
    }
    path = write_csv(tmp_path / "s.csv", [list(row), list(row.values())])
    error = problems_of(path, places)
    assert [problem.kind for problem in error.details] == [kind]
    assert error.details[0].cell == f"{column_letters(list(row).index(column))}2"


def test_served_municipalities_by_code_or_by_name_in_the_district(tmp_path, places):
    row = {
        "service_name": "Doprava",
        "provider_name": "Obec",
        "service_type": "follow-on-transport-household",
        "municipality": "598011",
        "served_area": "Lhotka; 531367;\nBaška",
        "source": "web",
    }
    path = write_csv(tmp_path / "s.csv", [list(row), list(row.values())])
    assert only(read_user_tables(path, places)).rows[0]["served_area"] == ("598399", "531367", "598011")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("capacity.capacity_number", "35,0", "35"),
        ("capacity.capacity_number", "neznámo", ""),
        ("service.valid_to", "31. 10. 2026", "2026-10-31"),
        ("capacity.basis", "za rok", "per_year"),
        ("service.status", "ukončená", "ended"),
        ("site.municipality_code", "Baška [598011]", "598011"),
        ("service.name", "Domov 35", "Domov 35"),
    ],
)
def test_corrections_are_read_as_what_they_correct(tmp_path, places, field, value, told):
    row = {
        "record_id": "259",
        "field": field,
        "new_value": value,
        "date": "2026-10-05",
        "office": "MěÚ",
        "reason": "překlep",
    }
    path = write_csv(tmp_path / "o.csv", [list(row), list(row.values())])
    assert only(read_user_tables(path, places)).rows[0]["new_value"] == told


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("capacity.capacity_number", "třicet", "not_a_number"),
        ("capacity.capacity_number", "-5", "negative"),
        ("service.valid_to", "v říjnu", "not_a_date"),
        ("capacity.basis", "občas", "unknown_code"),
        ("service.name", "neznámo", "correction_unknown_not_allowed"),
        ("site.municipality_code", "Lhotka", "municipality_needs_code"),
        ("service.statutar", "X", "unknown_code"),
    ],
)
def test_a_correction_that_does_not_fit_stands_at_its_cell(tmp_path, places, field, value, kind):
    row = {
        "record_id": "259",
        "field": field,
        "new_value": value,
        "date": "2026-10-05",
        "office": "MěÚ",
        "reason": "překlep",
    }
    error = problems_of(write_csv(tmp_path / "o.csv", [list(row), list(row.values())]), places)
    assert [(problem.kind, problem.cell) for problem in error.details] == [
        (kind, "B2" if "statutar" in field else "C2")
    ]


def test_a_correction_of_tomorrow_is_refused(tmp_path, places):
    row = {
        "record_id": "1",
        "field": "service.name",
        "new_value": "A",
        "date": "2999-01-01",
        "office": "MěÚ",
        "reason": "r",
    }
    error = problems_of(write_csv(tmp_path / "o.csv", [list(row), list(row.values())]), places)
    assert error.details[0].kind == "date_in_future"


def test_shares_cannot_be_suppressed(tmp_path, places):
    row = [*NEED]
    row[4] = "12,5"
    assert problems_of(write_csv(tmp_path / "n.csv", [NEEDS, row]), places).details[0].kind == "not_a_count"


def test_several_sheets_of_one_workbook(tmp_path, places):
    funding = ["record_id", "year", "funding_source", "funding_kind", "amount", "currency", "source"]
    sheets = {
        "Potřeby": [NEEDS, NEED],
        "Peníze": [funding, ["259", 2025, "region", "granted", 5, "CZK", "x"]],
        "Moje poznámky": [["zavolat na kraj"]],
    }
    assert [table.kind for table in read_user_tables(write_xlsx(tmp_path / "w.xlsx", sheets), places)] == [
        "needs",
        "funding",
    ]


def test_the_annotated_copy_marks_each_problem_and_keeps_every_value(tmp_path, places):
    import zipfile

    rows = [NEEDS, ["Lhotka", "", "seniory", '=HYPERLINK("x")', "asi 80", "osoby", 2025.0, "", "+420"], NEED]
    source = write_xlsx(tmp_path / "n.xlsx", {"Potřeby": rows})
    error = problems_of(source, places)
    copy = tmp_path / "copy.xlsx"
    write_annotated(source, error.details, copy, "cs")
    before, after = grid.read_grids(source)[0], grid.read_grids(copy)[0]
    assert after.rows == before.rows
    with zipfile.ZipFile(copy) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        comments = archive.read("xl/comments1.xml").decode()
    assert "<f>" not in sheet
    for problem in error.details:
        assert f'ref="{problem.cell}"' in comments
    listed = grid.read_grids(copy)[1]
    assert listed.sheet == "Co opravit"
    assert [row[0] for row in listed.rows[1:]] == [problem.place("cs") for problem in error.details]
    # Read in as it is, it has the same problems; corrected, none.
    assert problems_of(copy, places).details == error.details
    with pytest.raises(PublishError, match="another name"):
        write_annotated(source, error.details, source, "cs")


def test_an_annotated_csv_is_a_workbook_that_can_be_read(tmp_path, places):
    source = write_csv(tmp_path / "n.csv", [NEEDS, ["Lhotka", *NEED[1:]]])
    error = problems_of(source, places)
    write_annotated(source, error.details, tmp_path / "copy.xlsx", "pl")
    assert [problem.kind for problem in problems_of(tmp_path / "copy.xlsx", places).details] == [
        "municipality_needs_code"
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\xef\xbb\xbf \r\n", "empty"),
        ("a.csv", 'a;b\r\n"nikdy neuzavřeno;5\r\n'.encode(), "row 2: a quotation mark is never closed"),
        ("a.csv", b"a;b\r\nx\x98y\x81;1\r\n", "row 2: the text is neither UTF-8 nor Windows-1250"),
        ("a.csv", b"jedna;dva\r\n1;2\r\n", "no sheet has the headings"),
        ("a.csv", ("Příbram;Čáslav;Ústí\r\n" * 9).encode() + b"\xc5;x\r\n", "neither UTF-8"),
        ("a.xlsx", b"PK\x03\x04 cut off", "not a complete workbook"),
        ("a.xlsx", b"jedna;dva\r\n", "no sheet has the headings"),
        ("a.ods", b"PK\x03\x04", "not a complete workbook"),
        ("a.xls", b"PK\x03\x04 cut off", "not a complete workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0 cut off", "not a complete workbook"),
    ],
)
def test_a_file_that_cannot_be_read_at_all(tmp_path, places, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputFileError, match=words):
        read_user_tables(path, places)


@pytest.mark.parametrize("cell", [(1_048_575, 16_383), (1_048_575, 50), (900, 16_383)])
def test_a_space_forgotten_in_a_far_cell_is_told_not_laid_out(tmp_path, places, cell):
    path = tmp_path / "n.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Potřeby")
    for number, row in enumerate([NEEDS, NEED]):
        sheet.write_row(number, 0, row)
    sheet.write_string(*cell, " ")
    book.close()
    with pytest.raises(InputFileError, match=rf"as far as row {cell[0] + 1} and column {cell[1] + 1}"):
        read_user_tables(path, places)


@pytest.mark.slow
def test_formats_of_empty_cells_down_to_the_last_row_do_no_harm(tmp_path, places):
    path = tmp_path / "n.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Potřeby")
    for number, row in enumerate([NEEDS, NEED]):
        sheet.write_row(number, 0, row)
    sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    book.close()
    assert len(only(read_user_tables(path, places)).rows) == 1


def test_a_missing_file(tmp_path, places):
    with pytest.raises(InputFileError, match=r"nic\.xlsx: the file cannot be opened"):
        read_user_tables(tmp_path / "nic.xlsx", places)


GOOD_ROW = ";".join(NEED).encode()
# A good row in which one cell is anything: some of them are read, so that there is a row to look at.
NEARLY_GOOD = st.builds(
    lambda at, cell: ";".join([*NEED[:at], cell, *NEED[at + 1 :]]).encode("utf-8", "replace"),
    st.integers(0, len(NEED) - 1),
    st.text(max_size=12),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(GOOD_ROW, True)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
        NEARLY_GOOD,
    ),
    st.booleans(),
)
def test_whatever_stands_in_a_file_ends_in_rows_or_one_clear_error(tmp_path, places, content, with_heading):
    path = tmp_path / "x.csv"
    path.write_bytes((";".join(NEEDS) + "\r\n").encode() * with_heading + content)
    is_good = with_heading and content == GOOD_ROW
    try:
        tables = read_user_tables(path, places)
    except DosahError:
        assert not is_good
        return
    rows = [row for table in tables for row in table.rows]
    assert rows or not is_good
    assert {row["municipality"] for row in rows} <= {None, *places.by_code}


CELL = st.one_of(
    st.none(),
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"), max_size=12),
    st.sampled_from(["598143", "senioři", "0", "12,5", "1.234", "2025", "příklad", "=1+1", "-", "neznámo"]),
)


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=9, max_size=9), min_size=1, max_size=4))
def test_every_problem_has_a_sentence_in_every_language_and_can_be_annotated(tmp_path, places, rows):
    path = write_csv(tmp_path / "n.csv", [NEEDS, *rows])
    told = None
    try:
        read_user_tables(path, places)
    except UserTableError as error:
        told = error
    except InputFileError:
        return
    if told is None:
        return
    for language in LANGUAGES:
        assert str(told.in_language(language))
    write_annotated(path, told.details, tmp_path / "copy.xlsx", "cs")
    assert grid.read_grids(tmp_path / "copy.xlsx")[0].rows == grid.read_grids(path)[0].rows


def test_what_our_own_csv_marks_comes_back_as_it_was(tmp_path):
    """
    An export is opened, sorted, saved and handed back as a table: an apostrophe before a phone is no part
    of it.
    """
    from dashboard.tables import sheets
    from etl.usertables.cells.grid import read_grids

    texts = ["=1+1", "+420 558 441 611", "'t Hofje", "''x", "-2", "@a", "Domov"]
    path = tmp_path / "own.csv"
    path.write_bytes(sheets.csv_bytes(["a"] * len(texts), [texts]))
    (grid,) = read_grids(path)
    assert [str(cell) for cell in grid.rows[1]] == texts
    path.write_text("telefon\n'+420 558 441 611\n", encoding="utf-8")
    assert read_grids(path)[0].rows[1] == ("+420 558 441 611",)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_row_wider_than_any_table_is_one_sentence(tmp_path, kind):
    def write(values):
        path = tmp_path / f"wide.{kind}"
        if kind == "csv":
            path.write_text(f"a;b\n{';'.join(values)}\n", encoding="utf-8")
            return path
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["a", "b"])
            sheet.write_row(1, 0, values)
        return path

    assert len(grid.read_grids(write(["x"] * 1_000))[0].rows[1]) == 1_000
    # What an export leaves empty far to the right is no column.
    assert grid.read_grids(write(["x"] + [""] * 5_000))[0].rows[1][0] == "x"
    with pytest.raises(WordedFileError) as error:
        grid.read_grids(write(["x"] * 1_001))
    assert error.value.kind == "too_many_columns"
    assert "řádek 2 sahá až do sloupce číslo 1001, program jich čte nejvýš 1000" in str(
        error.value.in_language("cs")
    )

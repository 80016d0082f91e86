"""
Tables as offices write them: formulas, merged cells, days that Excel made, codes that it spoilt,
files under a wrong name.
"""

import datetime as dt
import io
import zipfile

import pandas as pd
import pytest
import xlsxwriter

from etl.usertables.cells import grid
from etl.usertables.cells.annotate import write_annotated
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.problems import UserTableError
from etl.usertables.cells.schema import message_texts
from etl.usertables.load import read_inputs
from etl.usertables.mapping import read_mapped, read_mapping
from etl.usertables.read import read_user_tables
from etl.usertables.told import cautions_of, problems_of
from geodata.errors import InputFileError
from geodata.wordings import WordedFileError

LANGUAGES = ("cs", "pl", "en")
PLACES = [
    ("598143", "Frýdlant nad Ostravicí", "CZ0802", "Frýdek-Místek", None, "CZ"),
    ("598011", "Baška", "CZ0802", "Frýdek-Místek", None, "CZ"),
    ("0201011", "Bolesławiec", "0201", "powiat bolesławiecki", None, "PL"),
]
PLACE_COLUMNS = ["municipality_code", "name", "district_code", "district_name", "orp_name", "country"]
HEADINGS = (
    "Označení služby", "Název služby", "Poskytovatel", "IČO", "Druh služby", "Forma", "Jednotka kapacity",
    "Kapacita", "Obec", "Ulice a číslo", "PSČ", "Telefon", "Poskytuje od", "Rok údaje", "Zdroj",
    "Obsluhované obce",
)  # fmt: skip
SERVICE = {
    "Označení služby": "x-1", "Název služby": "Dům", "Poskytovatel": "Obec Baška", "Druh služby": "cz-44",
    "Forma": "pob", "Jednotka kapacity": "luzka", "Kapacita": 5, "Obec": "598143",
    "Ulice a číslo": "Hlavní 1", "Zdroj": "web",
}  # fmt: skip
COLUMN = {name: position for position, name in enumerate(HEADINGS)}


@pytest.fixture(scope="module")
def places():
    return NamedMunicipalities(pd.DataFrame(PLACES, columns=PLACE_COLUMNS))


@pytest.fixture
def table(tmp_path):
    """
    Write a table of services; each row changes `SERVICE`, a cell may be a function of sheet, row,
    column and book.
    """

    def make(*rows, headings=HEADINGS, skip=0, after=None, name="t.xlsx"):
        path = tmp_path / name
        book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
        sheet = book.add_worksheet("Služby")
        if headings:
            sheet.write_row(skip, 0, headings)
        for number, changes in enumerate(rows, start=skip + 1):
            for heading, cell in {**SERVICE, "Označení služby": f"x-{number}", **changes}.items():
                at = (number, COLUMN[heading])
                if callable(cell):
                    cell(sheet, *at, book)
                elif isinstance(cell, (dt.date, dt.time)):
                    shown = "hh:mm" if isinstance(cell, dt.time) else "d/m"
                    sheet.write_datetime(*at, cell, book.add_format({"num_format": shown}))
                elif cell is not None:
                    sheet.write(*at, cell)
        if after is not None:
            after(sheet, book)
        book.close()
        return path

    return make


def formula(text, value):
    return lambda sheet, row, column, _: sheet.write_formula(row, column, text, None, value)


def kinds(path, places):
    with pytest.raises(UserTableError) as error:
        read_user_tables(path, places)
    for language in LANGUAGES:
        assert all(problem.sentence(language) for problem in error.value.details)
    return [(problem.cell, problem.kind) for problem in error.value.details]


def rows_of(path, places):
    found = read_user_tables(path, places)
    assert len(found) == 1
    return found[0].rows


def cells_changed(path, change):
    """Change the XML of the first sheet."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = change(parts["xl/worksheets/sheet1.xml"].decode()).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


# Formulas


@pytest.mark.slow
@pytest.mark.parametrize("text", ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"])
@pytest.mark.parametrize("column", ["Kapacita", "Obec", "Telefon", "Poskytuje od", "Název služby"])
def test_an_error_value_is_a_problem_with_its_cell_in_every_column(table, places, text, column):
    path = table({column: formula("=1/0", text)})
    letter = "ABCDEFGHIJKLMNOP"[COLUMN[column]]
    assert kinds(path, places) == [(f"{letter}2", "formula_error")]


@pytest.mark.parametrize(
    "text",
    [
        "#DIV/0!",
        "#N/A",
        "#ODKAZ!",
        "#DĚLENÍ_NULOU!",
        "#NENÍ_K_DISPOZICI",
        "#ARG!",
        "#N/D!",
        "#DZIEL/0!",
        "#SPILL!",
        "Err:502",
        "Chyba:508",
        "Błąd:502",
    ],
)
@pytest.mark.parametrize("column", ["Kapacita", "Obec", "Telefon", "Rok údaje", "Obsluhované obce"])
def test_an_error_in_csv_is_one_too(tmp_path, places, text, column):
    cells = {**SERVICE, column: text}
    lines = [";".join(HEADINGS), ";".join(str(cells.get(name, "")) for name in HEADINGS)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [kind for _, kind in kinds(path, places)] == ["formula_error"]


@pytest.mark.slow
@pytest.mark.parametrize("value", ["", "<v></v>", "<v/>", "<v> </v>"])
@pytest.mark.parametrize("column", ["Kapacita", "Obec", "Název služby", "Rok údaje"])
def test_a_formula_that_was_never_computed_is_a_problem(table, places, value, column):
    path = table({column: formula("=2+3", 0)})
    cells_changed(path, lambda xml: xml.replace("<f>2+3</f><v>0</v>", f"<f>2+3</f>{value}"))
    assert [kind for _, kind in kinds(path, places)] == ["formula_unstored"]


def test_an_empty_text_of_a_formula_is_blank_and_a_stored_value_is_read_with_a_caution(table, places):
    path = table({"Kapacita": formula("=A1", 1)}, {"Kapacita": formula("=2+3", 5)})
    cells_changed(
        path, lambda xml: xml.replace('<c r="H2"><f>A1</f><v>1</v>', '<c r="H2" t="str"><f>A1</f><v></v>')
    )
    rows = rows_of(path, places)
    assert [row["capacity"] for row in rows] == [None, 5.0]
    found = read_inputs([path], places)
    cautions = [one for one in cautions_of(found, "cs") if one["kind"] == "computed_on_load"]
    assert len(cautions) == 1
    assert "H3 = 5" in cautions[0]["message"]
    assert any("H3 = 5" in note for note in found.notes("pl"))


def test_without_the_wish_to_compute_stored_values_need_no_caution(table, places):
    path = table({"Kapacita": formula("=2+3", 5)})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert read_user_tables(path, places)[0].notes == ()


def test_the_annotated_copy_keeps_what_is_wrong(table, tmp_path, places):
    path = table(
        {"Kapacita": formula("=1/0", "#DIV/0!"), "Ulice a číslo": dt.date(2026, 4, 3)},
        {"Kapacita": formula("=2+3", 0), "Telefon": dt.time(8, 30)},
    )
    cells_changed(path, lambda xml: xml.replace("<f>2+3</f><v>0</v>", "<f>2+3</f>"))
    with pytest.raises(UserTableError) as error:
        read_user_tables(path, places)
    write_annotated(path, error.value.details, tmp_path / "copy.xlsx", "cs")
    assert kinds(tmp_path / "copy.xlsx", places) == [
        ("H2", "formula_error"),
        ("J2", "day_in_text"),
        ("H3", "formula_error"),  # "#N/A": a blank cell would be read as unknown
        ("L3", "time_in_text"),
    ]


# Merged cells


def merging(*areas):
    def after(sheet, _):
        for area, value in areas:
            sheet.merge_range(area, value)

    return after


def test_merged_names_and_places_are_repeated_and_told(table, places):
    path = table({}, {"Obec": None}, {"Obec": None}, after=merging(("I2:I4", "598143"), ("O2:O4", "web")))
    assert [row["municipality"] for row in rows_of(path, places)] == ["598143"] * 3
    notes = read_inputs([path], places).notes("cs")
    assert any("I2:I4, O2:O4" in note for note in notes)


def test_one_service_with_two_forms_merged_is_one_service(table, places):
    blank = dict.fromkeys(("Označení služby", "Název služby", "Poskytovatel", "Druh služby", "Obec", "Zdroj"))
    areas = (
        ("A2:A3", "x-1"),
        ("B2:B3", "Dům"),
        ("C2:C3", "Obec Baška"),
        ("E2:E3", "cz-44"),
        ("I2:I3", "598143"),
        ("O2:O3", "web"),
    )
    second = {**blank, "Forma": "amb", "Jednotka kapacity": "klient", "Kapacita": 9}
    rows = rows_of(table({}, second, after=merging(*areas)), places)
    assert [(row["record_id"], row["form"], row["capacity"]) for row in rows] == [
        ("x-1", "pob", 5),
        ("x-1", "amb", 9),
    ]


@pytest.mark.parametrize(
    ("areas", "rows", "kind"),
    [
        ([("H2:H3", 5)], [{}, {"Kapacita": None}], ("H2", "merged_number")),
        ([("B3:F3", "Ubytování")], [{}, dict.fromkeys(HEADINGS)], ("B3", "merged_across")),
        ([("L1:M1", "Telefon")], [{"Poskytuje od": "558 111 222"}], ("L1", "merged_heading")),
    ],
)
def test_what_only_the_writer_can_settle_is_a_problem(table, places, areas, rows, kind):
    assert kind in kinds(table(*rows, after=merging(*areas)), places)


def test_a_value_hidden_under_a_merged_area_is_told_and_not_published(table, places):
    path = table({"Obec": "598143"}, {"Obec": "598011"})
    cells_changed(
        path,
        lambda xml: xml.replace(
            "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="I2:I3"/></mergeCells>'
        ),
    )
    assert kinds(path, places) == [("I2", "merged_hidden")]


def test_merged_blank_rows_below_the_table_make_no_rows(table, places):
    path = table({}, after=merging(("I2:I5", "598143"), ("A8:D9", "")))
    assert len(rows_of(path, places)) == 1


def test_repeated_cells_are_told_beside_the_problem_that_they_cause(table, places):
    second = {"Označení služby": None, "Název služby": "Jiný dům"}
    found = kinds(table({}, second, after=merging(("A2:A3", "x-1"))), places)
    assert ("B3", "rows_disagree") in found
    assert ("A2", "merged_repeated") in found


def test_headings_of_two_rows(table, places):
    """
    Groups of columns above, or headings that reach over both rows beside them: the lower row has all names.
    """

    def after(sheet, _):
        sheet.merge_range("A1:E1", "Služba")
        sheet.merge_range("F1:H1", "Kapacita")
        for position, name in enumerate(HEADINGS):
            if position >= 8:
                sheet.merge_range(0, position, 1, position, name)
            else:
                sheet.write(1, position, name)

    assert len(rows_of(table({}, headings=None, skip=1, after=after), places)) == 1

    def over_two_rows(sheet, _):
        for position, name in enumerate(HEADINGS):
            sheet.merge_range(0, position, 1, position, name)

    assert len(rows_of(table({}, headings=None, skip=1, after=over_two_rows), places)) == 1


def test_merged_cells_of_a_list_in_another_layout(tmp_path, places):
    path = tmp_path / "lista.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("x")
        sheet.write_row(0, 0, ["Dům", "Kdo", "Místa", "Kde"])
        sheet.write_row(1, 0, ["A", "Obec", 5, "598143"])
        sheet.write_row(2, 0, ["B", "Obec", None, None])
        sheet.merge_range("C2:C3", 5)
        sheet.merge_range("D2:D3", "598143")
    mapping = tmp_path / "lista.mapping.yaml"
    mapping.write_text(
        "table: services\ncolumns: {service_name: Dům, provider_name: Kdo, capacity: Místa, municipality: "
        "Kde}\n"
        "constants: {service_type: cz-44, form: pob, unit: luzka, source: x}\n",
        encoding="utf-8",
    )
    with pytest.raises(UserTableError) as error:
        read_mapped(path, read_mapping(mapping), places)
    assert [(problem.cell, problem.kind) for problem in error.value.details] == [
        ("C2", "merged_number"),
        ("D2", "merged_repeated"),
    ]


def test_joined_columns_of_a_list_hold_no_day(tmp_path, places):
    path = tmp_path / "lista.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("x")
        sheet.write_row(0, 0, ["Dům", "Ulice", "Číslo"])
        sheet.write_row(1, 0, ["A", "Hlavní"])
        sheet.write_datetime(1, 2, dt.date(2026, 4, 3), book.add_format({"num_format": "d/m"}))
    mapping = tmp_path / "lista.mapping.yaml"
    mapping.write_text(
        "table: services\ncolumns: {service_name: Dům, street_address: {from: [Ulice, Číslo]}}\n"
        'constants: {provider_name: Obec, service_type: cz-44, municipality: "598143", source: x}\n',
        encoding="utf-8",
    )
    with pytest.raises(UserTableError) as error:
        read_mapped(path, read_mapping(mapping), places)
    assert [problem.kind for problem in error.value.details] == ["day_in_text"]


# What Excel makes of a text


@pytest.mark.slow
@pytest.mark.parametrize(
    "column",
    [
        "Označení služby",
        "Název služby",
        "Poskytovatel",
        "IČO",
        "Druh služby",
        "Obec",
        "Ulice a číslo",
        "PSČ",
        "Telefon",
        "Zdroj",
        "Obsluhované obce",
    ],
)
@pytest.mark.parametrize(
    ("cell", "kind"),
    [(dt.date(2026, 4, 3), "day_in_text"), (dt.time(8, 30), "time_in_text"), (True, "truth_in_text")],
)
def test_a_day_a_time_or_a_truth_value_is_no_text(table, places, column, cell, kind):
    found = kinds(table({column: cell}), places)
    assert (f"{'ABCDEFGHIJKLMNOP'[COLUMN[column]]}2", kind) in found


def test_the_message_says_what_excel_did_and_what_to_do(table, places):
    with pytest.raises(UserTableError) as error:
        read_user_tables(table({"Ulice a číslo": dt.date(2026, 4, 3)}), places)
    assert "datum 3. 4. 2026. Excel ho nejspíš udělal z napsaného „3/4“. Nastavte buňce formát Text" in str(
        error.value.in_language("cs")
    )
    assert "data 3.04.2026" in str(error.value.in_language("pl"))
    with pytest.raises(UserTableError) as error:
        read_user_tables(table({"Označení služby": dt.date(1987, 5, 1)}), places)
    assert "„1/5“ nebo „5/1987“" in str(error.value.in_language("cs"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "cell", "kind"),
    [
        ("Telefon", "4,20558E+11", "scientific"),
        ("Telefon", "4.20558E+11", "scientific"),
        ("Označení služby", "1E+10", "scientific"),
        ("Kapacita", "1,5E+03", "scientific"),
        ("Označení služby", 1234567890123456, "digits_lost"),
        ("Telefon", -138, "wrong_phone"),
        ("Telefon", 558.655111, "wrong_phone"),
        ("Kapacita", "12 %", "per_cent"),
        (
            "Kapacita",
            lambda s, r, c, b: s.write_number(r, c, 0.12, b.add_format({"num_format": "0%"})),
            "per_cent",
        ),
        ("Kapacita", dt.date(2026, 5, 10), "day_in_number"),
        ("Obsluhované obce", 598143.598011, "codes_run_together"),
        ("Obsluhované obce", 598143598011, "codes_run_together"),
        ("IČO", "1,23E+07", "scientific"),
    ],
)
def test_numbers_that_a_spreadsheet_spoilt(table, places, column, cell, kind):
    assert [found for _, found in kinds(table({column: cell}), places)] == [kind]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "read"),
    [
        ({"Telefon": 420558655111}, {"phone": "420558655111"}),
        ({"IČO": 297593}, {"provider_ico": "00297593"}),
        ({"IČO": "297593.0"}, {"provider_ico": "00297593"}),
        ({"Obec": 598143}, {"municipality": "598143"}),
        ({"Obec": "598143.0"}, {"municipality": "598143"}),
        ({"Obec": "598143,0"}, {"municipality": "598143"}),
        ({"Obec": "598 143"}, {"municipality": "598143"}),
        ({"Kapacita": "1\u00a0250"}, {"capacity": 1250.0}),
        ({"Kapacita": "1\u202f250,5"}, {"capacity": 1250.5}),
        ({"Poskytuje od": "12. září 2026"}, {"valid_from": "2026-09-12"}),
        ({"Poskytuje od": "12.9.2026"}, {"valid_from": "2026-09-12"}),
        ({"Poskytuje od": "12. zari 2026"}, {"valid_from": "2026-09-12"}),
        ({"Poskytuje od": "12 września 2026 r."}, {"valid_from": "2026-09-12"}),
        ({"Poskytuje od": "12 September 2026"}, {"valid_from": "2026-09-12"}),
        ({"Poskytuje od": "September 12, 2026"}, {"valid_from": "2026-09-12"}),
        ({"Poskytuje od": "1. ledna 2026"}, {"valid_from": "2026-01-01"}),
        ({"Obsluhované obce": "598143.0; 598011"}, {"served_area": ("598143", "598011")}),
        ({"Označení služby": 259}, {"record_id": "259"}),
    ],
)
def test_what_is_certain_is_read(table, places, changes, read):
    row = rows_of(table(changes), places)[0]
    assert {name: row[name] for name in read} == read


def test_a_lost_leading_zero_of_a_polish_code_is_put_back(table, places):
    changes = {"Obec": 201011, "Druh služby": "pl-DPS", "Jednotka kapacity": "place"}
    assert rows_of(table(changes), places)[0]["municipality"] == "0201011"


@pytest.mark.parametrize("text", ["31. února 2026", "12. foo 2026", "září 2026", "12. září"])
def test_words_that_are_no_day(table, places, text):
    assert [kind for _, kind in kinds(table({"Poskytuje od": text}), places)] == ["not_a_date"]


# Files under a wrong name, and what is hidden

CSV = ";".join(HEADINGS) + "\r\n" + ";".join(str(SERVICE.get(name, "")) for name in HEADINGS) + "\r\n"


@pytest.mark.parametrize("name", ["t.xls", "t.xlsx", "t.csv", "t.dat"])
def test_what_a_file_is_called_does_not_matter(table, tmp_path, places, name):
    content = table({}).read_bytes()
    (tmp_path / name).write_bytes(content)
    assert len(rows_of(tmp_path / name, places)) == 1
    (tmp_path / name).write_text(CSV, encoding="cp1250")
    assert rows_of(tmp_path / name, places)[0]["service_name"] == "Dům"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "cp852"]
)
@pytest.mark.parametrize("start", ["", "sep=;\r\n", '"sep=;"\r\n'])
def test_csv_in_every_encoding_an_office_saves(tmp_path, places, encoding, start):
    path = tmp_path / "t.csv"
    path.write_bytes((start + CSV.replace("Dům", "Dům Těšín žluťoučký")).encode(encoding))
    assert rows_of(path, places)[0]["service_name"] == "Dům Těšín žluťoučký"


def packed(parts):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "t.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "chráněný heslem",
        ),
        ("t.xls", b"<html><table><tr><td>Obec</td></tr></table></html>", "webová stránka"),
        (
            "t.xlsx",
            packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "x"}),
            "OpenDocument",
        ),
        (
            "t.ods",
            packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "x"}),
            "OpenDocument",
        ),
        ("t.numbers", packed({"Index/Document.iwa": "x"}), "Exportovat – Excel"),
        ("t.xlsx", packed({"[Content_Types].xml": "x", "xl/workbook.bin": "x"}), "binární sešit"),
        ("t.csv", b"%PDF-1.7", "dokument"),
        ("t.csv", packed({"t.csv": "x"}), "Rozbalte"),
    ],
)
def test_advice_is_true_for_what_the_file_is(tmp_path, places, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputFileError) as error:
        read_inputs([path], places, language="cs")
    assert words in str(error.value)
    assert words in problems_of(error.value, "cs")[0]["message"]
    assert str(error.value.in_language("pl")) != str(error.value)


def test_hidden_rows_columns_filters_and_sheets_are_told(table, places):
    def after(sheet, book):
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(COLUMN["Ulice a číslo"], COLUMN["Ulice a číslo"], None, None, {"hidden": True})
        other = book.add_worksheet("Staré")
        other.write(0, 0, "něco")
        other.hide()
        book.add_worksheet("Prázdný").hide()

    path = table({}, {}, after=after)
    table_ = read_user_tables(path, places)[0]
    assert len(table_.rows) == 2
    assert [
        (note.kind, note.values.get("cells")) for note in table_.notes if note.kind != "computed_on_load"
    ] == [
        ("hidden_sheet", None),
        ("hidden_rows", "3"),
        ("hidden_columns", "J"),
    ]
    assert any("list „Staré“ je skrytý" in note for note in read_inputs([path], places).notes("cs"))


def test_a_table_on_a_hidden_sheet_alone_is_told(tmp_path, places):
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Úvod").write(0, 0, "x")
        sheet = book.add_worksheet("Služby")
        sheet.write_row(0, 0, HEADINGS)
        sheet.hide()
    with pytest.raises(WordedFileError) as error:
        read_user_tables(path, places, language="cs")
    assert error.value.kind == "only_hidden"
    assert "Služby" in str(error.value)


# In the language asked for


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_problem_speaks_the_language_asked_for(tmp_path, places, language):
    (tmp_path / "a.csv").write_text("x;y\n1;2\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("", encoding="utf-8")
    with pytest.raises(InputFileError) as one:
        read_inputs([tmp_path / "b.csv"], places, language=language)
    assert (
        str(one.value)
        == {
            "cs": "b.csv: soubor je prázdný. Uložte tabulku znovu jako XLSX nebo CSV UTF-8.",
            "pl": "b.csv: plik jest pusty. Proszę zapisać tabelę ponownie jako XLSX albo CSV UTF-8.",
            "en": "b.csv: the file is empty. Save the table again as XLSX or as CSV UTF-8.",
        }[language]
    )
    with pytest.raises(InputFileError) as several:
        read_inputs([tmp_path / "a.csv", tmp_path / "b.csv"], places, language=language)
    text = str(several.value)
    assert text.startswith({"cs": "souborů: 2: ", "pl": "plików: 2: ", "en": "2 files: "}[language])
    assert str(several.value.in_language("pl")).startswith("plików: 2")


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_tables_that_say_the_same(table, tmp_path, places, language):
    first = table({}, name="a.xlsx")
    second = tmp_path / "b.xlsx"
    second.write_bytes(first.read_bytes())
    with pytest.raises(InputFileError) as error:
        read_inputs([first, second], places, language=language)
    assert "a.xlsx" in str(error.value)
    assert {
        "cs": "totéž uvádějí dvě tabulky",
        "pl": "to samo podają dwie tabele",
        "en": "two tables say the same",
    }[language] in str(error.value)


def test_an_empty_required_cell_stands_empty_in_the_list(table, tmp_path, places):
    path = table({"Zdroj": None})
    with pytest.raises(UserTableError) as error:
        read_user_tables(path, places)
    told = problems_of(error.value, "cs")[0]
    assert (told["value"], told["message"]) == ("", "povinná hodnota „Zdroj“ chybí.")
    write_annotated(path, error.value.details, tmp_path / "copy.xlsx", "cs")
    assert grid.read_grids(tmp_path / "copy.xlsx")[1].rows[1][1] is None


def test_a_short_list_says_what_it_holds(table, places):
    with pytest.raises(UserTableError) as error:
        read_user_tables(table({"Forma": "qqqqqq"}), places)
    assert "V seznamu je: " in error.value.details[0].message("cs")


@pytest.mark.parametrize("section", ["cautions", "said"])
def test_every_caution_and_sentence_is_said_in_three_languages(section):
    import string

    for name, texts in message_texts()[section].items():
        assert set(texts) == set(LANGUAGES), name
        fields = [
            {field for _, field, _, _ in string.Formatter().parse(text) if field} for text in texts.values()
        ]
        assert fields[0] == fields[1] == fields[2], name

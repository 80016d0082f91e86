"""Lists in somebody else's layout, by a mapping."""

import csv
import io

import pandas as pd
import pytest
import xlsxwriter

from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.problems import UserTableError
from etl.usertables.load import read_inputs
from etl.usertables.mapping import read_mapped, read_mapping
from geodata.errors import InputFileError

COLUMNS = ["municipality_code", "name", "district_code", "district_name", "orp_name", "country"]
MUNICIPALITIES = [
    ("2408021", "Mikołów", "2408", "powiat mikołowski", None, "PL"),
    ("2408011", "Łaziska Górne", "2408", "powiat mikołowski", None, "PL"),
    ("2467011", "Jastrzębie-Zdrój", "2467", "Jastrzębie-Zdrój", None, "PL"),
]
MAPPING = """
table: services
sheet: DPS
heading_row: 3
stop_at: Razem
skip_rows_with: [powiat mikołowski]
district: powiat mikołowski
columns:
  service_name: Nazwa domu
  provider_name: Organ prowadzący
  service_type:
    from: Typ
    values: {dla osób w podeszłym wieku: pl-DPS-A, "dla przewlekle psychicznie chorych": pl-DPS-C}
  capacity: {from: Liczba miejsc, unknown: ["-", b.d.]}
  municipality: Gmina
  street_address: {from: [Ulica, Nr], join: " "}
constants:
  form: pob
  unit: place
  source: Rejestr wojewody
origin:
  title: Rejestr domów pomocy społecznej
  publisher: Śląski Urząd Wojewódzki
  reference_date: "2026-01-31"
"""
ROWS = [
    ["Rejestr domów pomocy społecznej"],
    [],
    ["Lp.", "Nazwa domu", "Organ prowadzący", "Typ", "Liczba miejsc", "Gmina", "Ulica", "Nr"],
    ["powiat mikołowski"],
    [1, "DPS „Jesień”", "Powiat Mikołowski", "dla osób w  podeszłym wieku", 80, "Mikołów", "Długa", 5],
    [
        2,
        "DPS Nadzieja",
        "Caritas",
        "dla przewlekle psychicznie chorych",
        "-",
        "Łaziska Górne",
        "Krótka",
        "2a",
    ],
    ["Razem", None, None, None, 80],
    [None, "Legenda", "", "", 1],
]


@pytest.fixture(scope="module")
def places():
    return NamedMunicipalities(pd.DataFrame(MUNICIPALITIES, columns=COLUMNS))


@pytest.fixture
def files(tmp_path):
    def write(rows=ROWS, mapping=MAPPING):
        book = xlsxwriter.Workbook(str(tmp_path / "lista.xlsx"))
        book.add_worksheet("Opis").write(0, 0, "opis")
        sheet = book.add_worksheet("DPS")
        for number, row in enumerate(rows):
            for position, cell in enumerate(row):
                if cell not in (None, ""):
                    sheet.write(number, position, cell)
        book.close()
        (tmp_path / "lista.mapping.yaml").write_text(mapping, encoding="utf-8")
        return tmp_path / "lista.xlsx", tmp_path / "lista.mapping.yaml"

    return write


def test_a_voivode_list_comes_in_by_its_mapping(files, places):
    path, mapping = files()
    table = read_mapped(path, read_mapping(mapping), places)
    assert [
        (
            row["row_number"],
            row["service_type"],
            row["capacity"],
            row["municipality"],
            row["street_address"],
            row["form"],
        )
        for row in table.rows
    ] == [
        (5, "pl-DPS-A", 80.0, "2408021", "Długa 5", "pob"),
        (6, "pl-DPS-C", None, "2408011", "Krótka 2a", "pob"),
    ]


def test_a_mapping_beside_its_list_is_used_by_itself(files, places):
    path, _ = files()
    part = read_inputs([path.parent], places).inputs[0]
    assert part.table.kind == "services"
    assert part.origin_id == "user_services_lista"
    assert part.stated["publisher"] == "Śląski Urząd Wojewódzki"


def test_problems_name_the_cells_of_the_list(files, places):
    rows = [*ROWS]
    rows[4] = [1, "DPS", "Powiat", "dla osób w podeszlym wieku", "osiemdziesiąt", "Mikolow", "Długa", 5]
    rows[5] = [2, "DPS", "Powiat", "nieznany typ", 5, "Jastrzębie-Zdrój", "Długa", 5]
    path, mapping = files(rows)
    with pytest.raises(UserTableError) as error:
        read_mapped(path, read_mapping(mapping), places, "pl")
    assert [(problem.cell, problem.kind) for problem in error.value.details] == [
        ("E5", "not_a_number"),
        ("D6", "unknown_code"),
        ("F6", "unknown_municipality"),
    ]
    assert "arkusz DPS, komórka D6: „nieznany typ” nie ma na liście" in str(error.value)


def test_a_list_whose_columns_have_changed_is_refused(files, places):
    rows = [*ROWS]
    rows[2] = ["Lp.", "Nazwa domu", "Podmiot", "Typ domu", "Miejsca", "Gmina", "Ulica", "Nr"]
    path, mapping = files(rows)
    with pytest.raises(InputFileError) as error:
        read_mapped(path, read_mapping(mapping), places)
    assert any(
        "row 3: the column “Typ” is missing; did you mean “Typ domu”?" in text
        for text in error.value.problems
    )
    assert len(error.value.problems) == 3


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("table: services", "table: service", "table is not one of services"),
        ("sheet: DPS", "sheeet: DPS", "the key sheeet is unknown"),
        ("  municipality: Gmina", "  municipalty: Gmina", "no column municipalty; did you mean municipality"),
        ("form: pob", "form: pobytový", "form: “pobytový” is not in its list"),
        ("pl-DPS-A", "pl-DPS-X", "service_type: “pl-DPS-X” is not in its list"),
        ("  source: Rejestr wojewody\n", "", "nothing fills the required column source"),
        ("heading_row: 3", "heading_row: třetí", "heading_row is not a row number"),
        ("from: Typ", "form: Typ", "the key columns.service_type.form is unknown"),
        ("constants:", "constants:\n  service_name: x", "service_name has both a column and a constant"),
        (
            "constants:",
            "constants:\n  registration_id: 201011",
            'registration_id: 201011 is not text: write it in quotes, "0201011"',
        ),
        ("constants:", "constants:\n  provider_name: {}", "the constant provider_name is no single value"),
        ("constants:", "constants:\n  provider_name: [a]", "the constant provider_name is no single value"),
        ("constants:", "constants:\n  postal_code: 7.39e+4", "postal_code: 73900.0 is not text"),
        ("table: services", "table: [services", "it is not YAML"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_said(files, old, new, words):
    _, mapping = files(mapping=MAPPING.replace(old, new, 1))
    with pytest.raises(InputFileError) as error:
        read_mapping(mapping)
    assert words in str(error.value)


def test_a_code_with_leading_zeros_needs_no_quotes(files):
    # Plain YAML reads 0201011 as an octal number.
    _, mapping = files(mapping=MAPPING.replace("constants:", "constants:\n  registration_id: 0201011", 1))
    assert read_mapping(mapping).constants["registration_id"] == "0201011"


def test_all_that_is_wrong_with_a_mapping_is_said_at_once(files):
    _, mapping = files(mapping="table: needs\ncolumns: {value: V}\nfoo: 1\n")
    with pytest.raises(InputFileError) as error:
        read_mapping(mapping)
    assert len(error.value.problems) == 1 + 6


def test_a_unit_is_brought_to_ours(tmp_path, places):
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(
        [["Usługa", "Kwota (tys. zł)"], ["A", "1 250,5"], ["B", "brak"]]
    )
    (tmp_path / "f.csv").write_text(text.getvalue(), encoding="utf-8")
    (tmp_path / "f.mapping.yaml").write_text(
        "table: funding\ncolumns:\n  record_id: Usługa\n  amount: {from: Kwota (tys. zł), multiply: "
        "1000, unknown: brak}\n"
        "constants: {year: 2025, funding_source: municipality, funding_kind: granted, currency: "
        "PLN, source: budżet}\n",
        encoding="utf-8",
    )
    rows = read_inputs([tmp_path / "f.csv"], places).inputs[0].table.rows
    assert [row["amount"] for row in rows] == [1_250_500.0, None]

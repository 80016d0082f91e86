"""Findings of focus groups as a table: of a place, of a kind of help, by a group, never by a person."""

import pandas as pd
import pytest

from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.problems import UserTableError
from etl.usertables.findings import finding_table
from etl.usertables.load import read_inputs
from etl.usertables.people import likely_people
from etl.usertables.read import UserTable
from etl.usertables.told import cautions_of, problems_of

COLUMNS = ["municipality_code", "name", "district_code", "district_name", "orp_name", "country"]
PLACES = NamedMunicipalities(
    pd.DataFrame([("598011", "Baška", "CZ0802", "Frýdek-Místek", "Frýdek-Místek", "CZ")], columns=COLUMNS)
)
AREAS = {"nase": ("MAS Naše", "Our area")}
HEAD = (
    "municipality;planning_area;service_group;about_type;about_people;finding_state;speaker;"
    "participants;finding_date;source;note"
)
GOOD = "598011;;home_care;;seniors;too_little;citizens;9;2026-10-01;zápis;"


def read(tmp_path, *rows, language="en", head=HEAD):
    path = tmp_path / "f.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return read_inputs([path], PLACES, areas=AREAS, language=language)


def problems(tmp_path, *rows):
    with pytest.raises(UserTableError) as error:
        read(tmp_path, *rows)
    return [(detail.kind, detail.cell) for detail in error.value.details]


def test_a_finding_becomes_a_row(tmp_path):
    found = read(tmp_path, GOOD, ";our AREA;;cz-46;;enough;mayors;;1. 10. 2026;zápis;pozn.")
    table = finding_table(found.of("findings")).astype(object)
    first, second = table.where(table.notna(), None).to_dict("records")
    assert (first["municipality_code"], first["area_id"], first["service_group"], first["participants"]) == (
        "598011", None, "home_care", 9,
    )  # fmt: skip
    assert (second["area_id"], second["service_type_code"], second["disclosure"]) == (
        "nase",
        "cz-46",
        "unknown",
    )
    assert (second["finding_date"], second["note"], second["row_number"]) == ("2026-10-01", "pozn.", 3)


@pytest.mark.parametrize("number", [1, 4])
def test_a_small_group_is_not_counted_in_the_dataset(tmp_path, number):
    table = finding_table(read(tmp_path, GOOD.replace(";9;", f";{number};")).of("findings"))
    assert list(table["disclosure"]) == ["below"]
    assert table["participants"].isna().all()


def test_every_problem_is_told_at_its_cell_once(tmp_path):
    found = problems(
        tmp_path,
        ";;home_care;;;too_little;citizens;;2026-10-01;z;",
        "598011;MAS Naše;home_care;cz-40;;too_little;citizens;;2026-10-01;z;",
        "598011;;;;;too_little;citizens;;2026-10-01;z;",
        "Lhotka;;nic;;;málo;Jana Nováková;-1;3/4/2026;;",
        "598011;;home_care;;;too_little;citizens;;2999-01-01;z;",
        ";MAS Nase Udoli;home_care;;;too_little;citizens;;2026-10-01;z;",
    )
    assert found == [
        ("finding_without_place", "A2"),
        ("finding_with_two_places", "B3"),
        ("finding_without_service", "C4"),
        ("unknown_municipality", "A5"),
        ("unknown_code", "C5"),
        ("unknown_code", "F5"),
        ("unknown_code", "G5"),
        ("negative", "H5"),
        ("ambiguous_date", "I5"),
        ("missing_value", "J5"),
        ("date_in_future", "I6"),
        ("unknown_area", "B7"),
    ]  # fmt: skip


def test_both_a_group_and_a_kind_are_too_much(tmp_path):
    assert problems(tmp_path, GOOD.replace(";;seniors", ";cz-40;seniors")) == [
        ("finding_with_two_services", "D2")
    ]


def test_the_same_twice_is_a_problem_but_another_group_is_not(tmp_path):
    assert len(read(tmp_path, GOOD, GOOD.replace("citizens", "mayors")).of("findings")[0][0].rows) == 2
    assert problems(tmp_path, GOOD, GOOD) == [("duplicate_row", None)]


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
def test_problems_are_told_in_the_reader_s_language(tmp_path, language):
    with pytest.raises(UserTableError) as error:
        read(tmp_path, GOOD.replace("home_care", "pomoc doma a péče"), language=language)
    (problem,) = problems_of(error.value, language)
    assert problem["cell"] == "C2"
    assert {"cs": "v seznamu není", "pl": "nie ma na liście", "en": "is not in the list"}[
        language
    ] in problem["message"]


def test_columns_of_one_s_own_and_names_of_people_are_worth_a_look(tmp_path):
    found = read(
        tmp_path, GOOD.replace(";zápis;", ";zápis Mgr. Jany Novákové;") + ";x", head=f"{HEAD};naše poznámka"
    )
    kinds = [(caution["kind"], caution.get("row"), caution["column"]) for caution in cautions_of(found, "cs")]
    assert kinds == [("unused_column", None, "naše poznámka"), ("person", 2, "Zdroj")]
    assert "Novák" not in str(cautions_of(found, "cs"))


PEOPLE = [
    "Ing. Karel Novák",
    "zápis: Mgr. Jana Nováková",
    "paní Nováková",
    "mgr Anna Kowalska",
    "pani Anna Kowalska",
    "Jan Novák, DiS.",
]
OFFICES = [
    "Charita Frýdek-Místek",
    "Městský úřad Příbram, odbor sociálních věcí",
    "Gmina Mikołów",
    "https://www.obec.cz/zapis",
    "Panorama z.s.",
    "plán Prahy",
]


@pytest.mark.parametrize(
    ("word", "is_person"), [*((w, True) for w in PEOPLE), *((w, False) for w in OFFICES)]
)
def test_titles_give_a_person_away(word, is_person):
    table = UserTable("corrections", "f.csv", None, ({"row_number": 2, "office": word},))
    assert bool(list(likely_people(table))) is is_person

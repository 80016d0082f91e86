"""Planning areas of an office's own."""

import pandas as pd
import pytest

from etl.usertables.areas import areas_of_table, read_area, slug, with_own_areas
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.read import UserTable
from geodata.areas import load_areas
from geodata.errors import InputFileError

COLUMNS = ["municipality_code", "name", "district_code", "district_name", "orp_name", "country"]
MUNICIPALITIES = [
    ("598143", "Frýdlant nad Ostravicí", "CZ0802", "Frýdek-Místek", "Frýdlant nad Ostravicí", "CZ"),
    ("598399", "Lhotka", "CZ0802", "Frýdek-Místek", "Frýdlant nad Ostravicí", "CZ"),
    ("598011", "Baška", "CZ0802", "Frýdek-Místek", "Frýdek-Místek", "CZ"),
    ("531367", "Lhotka", "CZ020B", "Příbram", "Příbram", "CZ"),
    ("2408021", "Mikołów", "2408", "powiat mikołowski", None, "PL"),
    ("0201011", "Bolesławiec", "0201", "powiat bolesławiecki", None, "PL"),
]
HEAD = "area_id: nase\nname: Naše\nkind: svazek obcí\nmembership: {certainty: confirmed}\n"


@pytest.fixture(scope="module")
def places():
    return NamedMunicipalities(pd.DataFrame(MUNICIPALITIES, columns=COLUMNS))


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "nase.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.mark.parametrize(
    ("members", "codes"),
    [
        ('municipalities: ["598143", "531367"]', ("598143", "531367")),
        ('municipalities: ["Lhotka [531367]"]', ("531367",)),
        ('municipalities: ["0201011"]', ("0201011",)),
        ("municipalities: [0201011, 2408021]", ("0201011", "2408021")),
        ("municipalities: [598143, 531367]", ("598143", "531367")),
        ("all_of: {orp: Frýdlant nad Ostravicí}", ("598143", "598399")),
        ("all_of: {orp: ORP Frýdek-Místek, district: Příbram}", ("598011", "531367")),
        ("all_of: {orp: [frýdlant nad ostravicí, Příbram]}", ("598143", "598399", "531367")),
        ("all_of: {district: okres Frýdek-Místek}", ("598143", "598399", "598011")),
        ("all_of: {powiat: mikołowski}", ("2408021",)),
        ('all_of: {orp: Příbram}\nmunicipalities: ["598011", "531367"]', ("598011", "531367")),
    ],
)
def test_members_by_code_or_all_of_a_unit(places, write, members, codes):
    area = read_area(write(HEAD + members), places)
    assert area.municipality_codes == codes
    assert area.country == places.by_code[codes[0]].country
    assert area.name == "Naše"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            HEAD + "all_of: {orp: Frýdlant}",
            "is called “Frýdlant” in the loaded data; did you mean Frýdlant nad Ostravicí",
        ),
        (HEAD + "all_of: {powiat: mikolovski}", "Did you mean: powiat mikołowski [2408]"),
        (HEAD + "all_of: {kraj: X}", "all_of.kraj is unknown (known: orp, district, powiat)"),
        (HEAD + "municipalities: [Baška]", "the name “Baška” alone is not enough"),
        (
            HEAD + "municipalities: [Baška, Lhotka]",
            "Lhotka [598399] (Frýdek-Místek), Lhotka [531367] (Příbram)",
        ),
        (HEAD + 'municipalities: ["999999"]', "“999999” is not in the loaded data"),
        (HEAD + "municipalities: [true]", "municipality 1 is not a code"),
        (HEAD + 'municipalities: ["598143", "598143"]', "598143 is a member twice"),
        (HEAD + 'municipalities: ["598143", "2408021"]', "of several countries (CZ, PL)"),
        (HEAD + 'country: PL\nmunicipalities: ["598143"]', "its country is PL, its municipalities are of CZ"),
        (HEAD, "it names no municipalities"),
        (HEAD + 'colour: red\nmunicipalities: ["598143"]', "the key colour is unknown"),
        ('name: Naše\nmunicipalities: ["598143"]', "the key area_id is missing"),
        ("a: [", "it is not YAML"),
        ("jen text", "it holds no area"),
    ],
)
def test_what_is_wrong_is_said(places, write, text, words):
    with pytest.raises(InputFileError) as error:
        read_area(write(text), places)
    assert words in str(error.value)


def test_every_problem_at_once(places, write):
    with pytest.raises(InputFileError) as error:
        read_area(write(HEAD + 'municipalities: ["999999", 5]\nall_of: {orp: Nikde, okres: X}'), places)
    assert len(error.value.problems) == 4


def test_a_file_in_another_encoding_or_missing(places, tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes("name: Naše".encode("cp1250"))
    with pytest.raises(InputFileError, match="not UTF-8"):
        read_area(path, places)
    with pytest.raises(InputFileError, match="cannot be opened"):
        read_area(tmp_path / "b.yaml", places)


def test_areas_of_a_filled_in_table(places):
    rows = tuple(
        {
            "row_number": number,
            "area_name": "MAS Naše údolí",
            "area_kind": "MAS",
            "municipality": code,
            "membership_certainty": "confirmed",
            "membership_basis": None,
            "source": "stanovy",
        }
        for number, code in enumerate(["598143", "598011"], start=2)
    )
    (area,) = areas_of_table(UserTable("areas", "a.xlsx", None, rows), places)
    assert (area.area_id, area.municipality_codes) == ("mas-nase-udoli", ("598143", "598011"))
    assert slug("MAS Naše údolí") == area.area_id


def test_an_own_area_stands_in_place_of_the_projects_but_not_beside_its_like(places, write):
    area = read_area(write(HEAD.replace("nase", "mikolow") + 'municipalities: ["598143"]'), places)
    both = with_own_areas(load_areas(), [area])
    assert both["mikolow"].name == "Naše"
    assert set(both) == set(load_areas())
    with pytest.raises(InputFileError, match="two areas have this area_id"):
        with_own_areas(load_areas(), [area, area])

import json

import pytest

from geodata.areas import load_areas, parse_area
from geodata.errors import DosahError, InputFileError

GOOD = """
area_id: dve-lhotky
country: CZ
name: Dvě Lhotky
kind: village pair
membership: {certainty: confirmed}
municipalities: ["500046", "500259"]
facts:
  projects: [{name: Společně, budget_czk: 1000}]
"""


def test_a_small_area_is_read():
    area = parse_area(GOOD, "dve-lhotky.yaml")
    assert area.municipality_codes == ("500046", "500259")
    assert area.membership_certainty == "confirmed"
    assert area.membership_basis is None
    assert json.loads(area.facts_as_json()) == {"projects": [{"name": "Společně", "budget_czk": 1000}]}


def test_texts_by_language_travel_with_the_facts():
    area = parse_area(GOOD + "names: {cs: Dvě Lhotky, pl: Dwie Lhotki, en: Two Lhotkas}\n", "a.yaml")
    assert json.loads(area.facts_as_json())["texts"]["names"]["pl"] == "Dwie Lhotki"


def test_codes_and_days_need_no_quotes():
    text = GOOD.replace('["500046", "500259"]', "[500046, 500259]").replace("1000", "2023-01-01")
    area = parse_area(text, "a.yaml")
    assert area.municipality_codes == ("500046", "500259")
    assert json.loads(area.facts_as_json())["projects"][0]["budget_czk"] == "2023-01-01"
    polish = text.replace("CZ", "PL").replace("[500046, 500259]", "[0201011, 2408021]")
    assert parse_area(polish, "a.yaml").municipality_codes == ("0201011", "2408021")


def test_an_area_without_facts_has_none():
    text = GOOD.split("facts:", maxsplit=1)[0]
    assert parse_area(text, "a.yaml").facts_as_json() is None


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("kind: village pair", "knid: village pair", "the key kind is missing"),
        ("kind: village pair", "kind: x\nknid: y", "the key knid is unknown"),
        ("country: CZ", "country: SK", "the country SK is unknown"),
        ('"500259"', "true", "a municipality code is neither text nor figures"),
        (
            "dve-lhotky",
            "../../x",
            "area_id “../../x” is not made of letters without accents, digits and hyphens",
        ),
        ("dve-lhotky", "dvě lhotky", "is not made of letters without accents"),
        ("village pair", "0x" + "f" * 20_000, "kind is longer than 200 characters"),
        ("dve-lhotky", "a" * 81, "(at most 80)"),
        ('"500259"', '"500046"', "municipality 500046 is a member twice"),
        ('"500259"', '"2467011"', "municipality code '2467011' does not have 6 digits"),
        (
            "certainty: confirmed",
            "certainty: likely",
            "membership.certainty is not one of confirmed, inferred",
        ),
        ("certainty: confirmed", "certainty: inferred", "membership.basis does not say why"),
        ("certainty: confirmed", "certainty: confirmed, from: page", "the key membership.from is unknown"),
        ("{certainty: confirmed}", "confirmed", "membership is not a mapping"),
        ('["500046", "500259"]', "500046", "municipalities is not a list of codes"),
        ("facts:", "names: {cs: Lhotky, pl: Lhotki}\nfacts:", "names has no text in en"),
        ("facts:", "kind_label: [a]\nfacts:", "kind_label is not a mapping of languages"),
    ],
)
def test_what_is_wrong_is_said_with_the_file(old, new, problem):
    assert old in GOOD
    with pytest.raises(InputFileError) as caught:
        parse_area(GOOD.replace(old, new), "dve-lhotky.yaml")
    assert caught.value.file == "dve-lhotky.yaml"
    assert any(problem in text for text in caught.value.problems), caught.value.problems


def test_all_problems_of_a_file_come_at_once():
    with pytest.raises(InputFileError) as caught:
        parse_area("area_id: 7\ncountry: SK\nmembers: []\n", "a.yaml")
    assert len(caught.value.problems) == 7


@pytest.mark.parametrize("text", ["", "- a\n", "just words", "area_id: [\n"])
def test_what_is_no_area_is_refused(text):
    with pytest.raises(DosahError, match=r"a\.yaml"):
        parse_area(text, "a.yaml")


def test_broken_yaml_names_the_row():
    with pytest.raises(InputFileError, match="row 3"):
        parse_area("area_id: a\ncountry: CZ\nname: b: c\n", "a.yaml")


def test_the_five_areas_are_there_czech_ones_first():
    areas = load_areas()
    assert {area_id: len(area.municipality_codes) for area_id, area in areas.items()} == {
        "frydlantsko-beskydy": 13,
        "jablunkovsko": 16,
        "podbrdsko": 38,
        "jastrzebie-zdroj": 1,
        "mikolow": 1,
    }
    assert [area.country for area in areas.values()] == ["CZ", "CZ", "CZ", "PL", "PL"]
    inferred = {area_id for area_id, area in areas.items() if area.membership_certainty == "inferred"}
    assert inferred == {"jablunkovsko", "podbrdsko"}


def test_facts_of_the_areas_are_kept():
    areas = load_areas()
    groups = areas["frydlantsko-beskydy"].facts["planning_process"]["focus_groups"]
    assert (groups["total"], groups["participants"]) == (12, 102)
    assert groups["women"] + groups["men"] == groups["participants"]
    assert areas["podbrdsko"].facts["published_totals"] == {
        "municipalities": 38,
        "area_km2": 401.75,
        "inhabitants": 18265,
    }
    assert {"Rynek", "osiedle Mickiewicza"} <= set(areas["mikolow"].facts["localities"])
    project = areas["jastrzebie-zdroj"].facts["projects"][0]
    assert sum(project["funding_pln"].values()) == pytest.approx(project["budget_pln"], abs=1)
    assert len(areas["jablunkovsko"].facts["projects"][0]["community_programmes"]) == 8


@pytest.mark.parametrize("area", load_areas().values(), ids=lambda area: area.area_id)
def test_every_area_is_named_in_three_languages_and_fits_the_dataset(area):
    assert set(area.names) == set(area.kind_label) == {"cs", "pl", "en"}
    assert area.name in area.names.values()
    assert set(area.basis_label) == ({"cs", "pl", "en"} if area.membership_certainty == "inferred" else set())
    facts = json.loads(area.facts_as_json())
    assert facts.pop("texts")["names"] == dict(area.names)
    assert facts == json.loads(json.dumps(dict(area.facts)))

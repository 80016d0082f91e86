"""The first page: one box finds everything, small maps, the state of the data in one line."""

import base64
import json

import pytest

from dashboard.catalogue import index as catalogue
from dashboard.catalogue import search
from dashboard.drawing import address, thumbnails
from dashboard.home import finder
from geodata.reading import services as reading_services


@pytest.fixture
def find(small_world):
    entries = reading_services.services(small_world)
    services = (entries, catalogue.search_index(list(entries.values())))

    def find_(query, language="cs"):
        return finder.find(query, finder.places_index(small_world, language), services)

    return find_


def test_one_box_finds_a_municipality_and_its_services(find):
    found = find("ostravice")
    assert [hit.code for hit in found["municipality"]] == ["100002"]
    assert "s-home" in [hit.code for hit in found["service"]]
    assert "area" not in found


@pytest.mark.parametrize(
    ("query", "kind", "code"),
    [
        ("celadna", "municipality", "100001"),
        ("frydlantsko", "area", "frydlantsko-beskydy"),
        ("osobní asistence", "service", "s-home-b"),
        ("100003", "municipality", "100003"),
        ("mikolow", "municipality", "2408021"),
    ],
)
def test_accents_do_not_matter(find, query, kind, code):
    assert code in [hit.code for hit in find(query)[kind]]


def test_kinds_of_help_are_found_by_the_reader_s_own_words(find):
    assert "home_care" in [hit.code for hit in find("Pomoc a péče doma", "cs")["group"]]
    assert "home_care" in [hit.code for hit in find("pomoc i opieka w domu", "pl")["group"]]


@pytest.mark.parametrize("query", ["", "   ", "?!", "qqqqqqqq"])
def test_nothing_is_found_for_nothing(find, query):
    assert find(query) == {}


def test_services_of_one_name_are_told_apart_by_their_kind(find, in_language):
    in_language("cs")
    details = {hit.code: hit.detail for hit in find("čeladná")["service"]}
    assert "Osobní asistence".lower() in details["s-home-b"].lower()
    assert "Čeladná" in details["s-beds"]


def test_an_area_knows_how_many_live_there(small_world):
    (card,) = finder.area_cards(small_world)
    table = small_world["population"]
    own = sum(
        row["persons"]
        for row in table.to_dict("records")
        if row["sex"] == "total" and row["municipality_code"] in ("100001", "100002", "100003")
    )
    assert card.persons == own
    assert len(card.members) == 3


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
def test_the_data_line_counts_services_whose_capacity_is_unknown(small_world, in_language, language):
    in_language(language)
    capacity = small_world["capacity"]
    told = {row["service_id"] for row in capacity.to_dict("records") if row["capacity_number"] >= 0}
    silent = len(set(small_world["service"]["service_id"]) - told)
    line = finder.data_line(small_world)
    assert f" {silent} " in line.replace("\N{NO-BREAK SPACE}", " ")
    assert "2026" in line
    assert str(len(small_world["service"])) in line


SQUARE = [[18.0, 49.0], [18.1, 49.0], [18.1, 49.1], [18.0, 49.1], [18.0, 49.0]]


def outlines_text():
    features = [
        {"properties": {"municipality_code": "1"}, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}},
        {
            "properties": {"municipality_code": "2"},
            "geometry": {"type": "MultiPolygon", "coordinates": [[[[x + 0.1, y] for x, y in SQUARE]]]},
        },
        {
            "properties": {"municipality_code": "3"},
            "geometry": {"type": "Polygon", "coordinates": [[[x + 9, y] for x, y in SQUARE]]},
        },
        {"properties": {"municipality_code": "4"}, "geometry": None},
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_a_small_map_shows_the_area_and_what_is_near():
    rings = thumbnails.read_rings(outlines_text())
    assert sorted(rings) == ["1", "2", "3"]
    assert thumbnails.bounds(rings, ["1"]) == (18.0, 49.0, 18.1, 49.1)
    svg = thumbnails.thumbnail(rings, ["1", "4"])
    assert svg.count("<path") == 2  # the member and its neighbour; what is far away is not drawn
    assert svg.count(thumbnails.MEMBER_FILL) == 1
    assert thumbnails.thumbnail(rings, ["4"]) == ""
    assert base64.b64decode(address.data_address(svg).split(",")[1]).decode() == svg


def test_a_query_is_cut_before_it_costs_anything(find):
    assert find("a" * 100_000) == find("a" * 200)
    assert len(search.query_words("x " * 5000)) <= 200

"""One reading of a planning area: who belongs to it, what it is called, and which groups its country has."""

import pytest

from geodata.dataset.membership import members
from geodata.errors import UnknownCodeError
from geodata.reading.area import area_of, areas_of


@pytest.fixture
def world(make_dataset):
    return make_dataset(
        municipality=[{"municipality_code": code} for code in ("3", "1", "2", "4")],
        area=[
            {"area_id": "valley", "name": "Údolí", "facts_json": '{"texts": {"names": {"pl": "Dolina"}}}'},
            {"area_id": "hills", "name": "Kopce", "facts_json": '["no", "mapping"]'},
            {"area_id": "moor", "name": "Wrzosowisko", "country": "PL", "facts_json": "{not JSON"},
            {"area_id": "pit", "name": "Díra", "facts_json": "[" * 100_000},
        ],
        area_membership=[
            {"area_id": area, "municipality_code": code}
            for area, code in (("valley", "3"), ("valley", "1"), ("hills", "3"))
        ],
    )


def test_members_are_those_of_the_area_in_the_order_of_the_dataset(world):
    inside = {"hills": ("3",), "moor": (), "pit": (), "valley": ("1", "3")}
    assert {area_id: area.members for area_id, area in areas_of(world).items()} == inside
    assert {area_id: members(world, area_id) for area_id in inside} == inside


def test_an_area_is_the_same_read_alone_and_among_all(world):
    assert {area_id: area_of(world, area_id) for area_id in areas_of(world)} == areas_of(world)


def test_rows_of_members_stand_in_the_order_of_members(world):
    tables = {**world.tables, "municipality": world["municipality"].iloc[::-1]}
    area = area_of(type(world)(world.path, tables, "turned"), "valley")
    assert tuple(area.municipalities) == tuple(area.municipality["municipality_code"]) == area.members
    assert area.municipalities["3"]["orp_name"] is None


def test_an_area_says_its_names_as_far_as_the_dataset_has_them(world):
    assert area_of(world, "valley").name == "Údolí"
    assert area_of(world, "valley").names == {"pl": "Dolina"}


@pytest.mark.parametrize("area_id", ["hills", "moor", "pit"])
def test_properties_that_cannot_be_read_are_none(world, area_id):
    area = area_of(world, area_id)
    assert (dict(area.properties), dict(area.names)) == ({}, {})


def test_groups_are_those_of_the_country(world):
    czech, polish = area_of(world, "valley").groups, area_of(world, "moor").groups
    assert all("CZ" in group.scopes for group in czech.values())
    assert all("PL" in group.scopes for group in polish.values())
    assert czech
    assert polish
    assert list(czech) != list(polish)


@pytest.mark.parametrize("look_up", [members, area_of])
def test_an_unknown_area_is_an_error_that_names_the_known(world, look_up):
    with pytest.raises(UnknownCodeError, match=r"no area 'sea'.*hills, moor, pit, valley"):
        look_up(world, "sea")

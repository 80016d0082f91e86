"""Found services on the map: nothing protected, nobody lost, as many circles as can be told apart."""

import dataclasses
import json

import pytest

from dashboard.catalogue import spots as catalogue_map
from dashboard.catalogue.spots import MUNICIPALITY, Middles
from dashboard.map import message
from geodata.reading import services

DISTRICTS = {"CZ0802": "Frýdek-Místek", "2408": "powiat mikołowski"}


@pytest.fixture(scope="module")
def found(small_world):
    return list(services.services(small_world).values())


@pytest.fixture(scope="module")
def where(small_world):
    return catalogue_map.middles(small_world)


def all_services(spots):
    return {service_id for spot in spots.spots for service_id in spot.services}


@pytest.mark.parametrize("most", [1, 2, 4, 400])
def test_every_found_service_is_on_the_map_or_told_of(found, where, most):
    spots = catalogue_map.spots(found, where, most)
    shown = all_services(spots)
    assert len(shown) + sum(spots.protected.values()) + spots.unknown == len(found)
    assert "s-secret" not in shown
    assert dict(spots.protected) == {"CZ0802": 1}
    assert spots.unknown == 1
    assert set(spots.of_services) == shown


def test_many_places_become_municipalities_then_districts(found, where):
    places = catalogue_map.spots(found, where)
    assert places.level == "place"
    towns = catalogue_map.spots(found, where, len(places.spots) - 1)
    assert towns.level == "municipality"
    assert {spot.spot_id: len(spot.services) for spot in towns.spots} == {
        "m.100001": 2, "m.100002": 4, "m.100004": 1, "m.2408021": 1
    }  # fmt: skip
    districts = catalogue_map.spots(found, where, 1)
    assert {spot.spot_id: len(spot.services) for spot in districts.spots} == {"d.CZ0802": 7, "d.2408": 1}


def test_a_service_with_two_sites_at_one_point_counts_once(found, where):
    entry = next(one for one in found if one.service_id == "s-beds")
    twice = dataclasses.replace(entry, sites=entry.sites * 2)
    (spot,) = catalogue_map.spots([twice], where).spots
    assert len(spot.services) == 1


def test_a_protected_site_is_no_point_even_where_an_entry_tells_too_much(found, where):
    """The third lock: dataset and entry hide it already."""
    entry = next(one for one in found if one.service_id == "s-beds")
    told = dataclasses.replace(entry, sites=(dataclasses.replace(entry.sites[0], is_protected=True),))
    spots = catalogue_map.spots([told], where)
    assert spots.spots == ()
    assert sum(spots.protected.values()) == 1


def test_the_second_lock_hides_coordinates():
    row = {
        "site_id": "s-1",
        "is_protected": True,
        "name": "Azyl",
        "municipality_code": "100001",
        "municipality_name": "Čeladná",
        "municipality_part": "x",
        "street_address": "Tajná 1",
        "postal_code": "1",
        "district_code": "CZ0802",
        "location_quality": "coordinates",
        "latitude": 49.5,
        "longitude": 18.3,
    }
    site = services._site(row, {}, {})
    assert site.latitude is None
    assert site.longitude is None


def test_a_place_outside_the_loaded_municipalities_keeps_its_own_point(found):
    nowhere = Middles({}, {})
    spots = catalogue_map.spots(found, nowhere, 1)
    assert spots.level == "district"
    assert not any(spot.spot_id.startswith((MUNICIPALITY, "d.")) for spot in spots.spots)


def picture_of(found, where, order, most=400):
    spots = catalogue_map.spots(found, where, most)
    return spots, catalogue_map.picture(
        spots,
        order,
        counts=catalogue_map.services_by_municipality(found),
        inside=catalogue_map.members(spots, frozenset(order)),
        names={**DISTRICTS, "100001": "Čeladná"},
        view="v",
        attribution="ČÚZK",
    )


def test_the_picture_is_what_the_map_reads(found, where, small_world):
    order = small_world["municipality"]["municipality_code"].tolist()
    spots, picture = picture_of(found, where, order)
    assert json.loads(json.dumps(picture, allow_nan=False)) == picture
    assert len(picture["classes"]) == len(order)
    with_services = {code for entry in found for code in entry.municipality_codes}
    for code, letter in zip(order, picture["classes"], strict=True):
        assert (letter != message.NOT_COUNTED) == (code in with_services)
    assert dict(zip(order, picture["services"], strict=True))["100002"] == 4
    # Nothing is judged: no need, no lack.
    assert set(picture["need"]) == set(picture["missing"]) == {None}
    assert len({site["id"] for site in picture["points"]}) == len(picture["points"]) == len(spots.spots)
    assert sum(site["count"] for site in picture["points"]) == 8
    assert "azylové" not in json.dumps(picture, ensure_ascii=False)


def test_larger_circles_are_named_and_counted(found, where, in_language):
    in_language("cs")
    _, picture = picture_of(found, where, ["100001"], 5)
    said = {site["id"]: site["lines"] for site in picture["points"]}
    assert said["m.100001"] == [["Čeladná", "Nalezeny 2 služby"]]
    _, picture = picture_of(found, where, ["100001"], 1)
    said = {site["id"]: site["lines"] for site in picture["points"]}
    assert said["d.CZ0802"] == [["okres Frýdek-Místek", "Nalezeno 7 služeb"]]


def test_too_many_municipalities_are_not_named(found, where, small_world, monkeypatch):
    order = frozenset(small_world["municipality"]["municipality_code"])
    spots = catalogue_map.spots(found, where)
    assert catalogue_map.members(spots, order) == ["100001", "100002", "100004", "2408021"]
    monkeypatch.setattr(catalogue_map, "MOST_MEMBERS", 3)
    assert catalogue_map.members(spots, order) == []


def test_what_has_no_place_is_said(found, where, in_language):
    in_language("cs")
    said = catalogue_map.missing_sentences(catalogue_map.spots(found, where), DISTRICTS)
    assert said == [
        "1 služba na mapě není, protože její adresa je chráněná (okres Frýdek-Místek 1).",
        "U 1 služby neznáme místo; je jen v seznamu.",
    ]
    located = [entry for entry in found if entry.service_id == "s-beds"]
    assert catalogue_map.missing_sentences(catalogue_map.spots(located, where), DISTRICTS) == []

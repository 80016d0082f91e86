"""The village page's facts: population, nearest services, comparison, who serves whom."""

import dataclasses

import pandas as pd
import pytest

from dashboard.answers import areas
from dashboard.village import place
from geodata.method.analysis import analyse
from geodata.reading import people, services

MEMBERS = ("100001", "100002", "100003")


@pytest.fixture(scope="module")
def entries(small_world):
    return services.services(small_world)


@pytest.fixture(scope="module")
def view_of(small_world, entries):
    def view(group_id, code, country="CZ", members=MEMBERS):
        return place.group_view(analyse(small_world, group_id, country), code, members, entries)

    return view


def test_a_place_and_what_is_above_it(small_world):
    found = place.place(small_world, "100001")
    assert (found.name, found.district, found.orp, found.areas) == (
        "Čeladná",
        "Frýdek-Místek",
        "Frýdlant nad Ostravicí",
        ("frydlantsko-beskydy",),
    )
    assert place.place(small_world, "999999") is None
    assert place.place(small_world, "") is None


def test_population_by_age(small_world):
    # 13 bands of 100, then 80 + 60 + 40 + 30 + 20.
    assert people.population(small_world, "100001") == people.Population(1530, 230, 50, "2020-12-31", ("o",))
    assert people.population(small_world, "100003").total == 49


def test_ages_too_coarse_are_unknown_not_guessed(small_world):
    found = people.population(small_world, "2467011")
    assert (found.total, found.from_65, found.from_80) == (80_000.0, 15_000.0, None)
    assert found.is_loaded


def test_population_not_loaded(small_world):
    found = people.population(small_world, "100004")
    assert found == people.Population(None, None, None, None)
    assert not found.is_loaded


def test_nearest_services_stand_once_and_those_that_come_first(view_of):
    found = view_of("home_care", "100001").nearest
    assert [one.service_id for one in found] == ["s-home-b", "s-home", "s-doubt"]
    assert found[0].is_here
    assert found[1].mode == place.DECLARED
    assert found[1].metres > found[0].metres


def test_a_declared_service_does_not_reach_who_is_not_named(view_of):
    assert "s-home" not in {one.service_id for one in view_of("home_care", "100003").nearest}


def test_the_distance_to_a_protected_address_is_never_told(view_of, entries):
    found = view_of("housing_crisis", "100001").nearest
    assert [(one.service_id, one.metres) for one in found] == [("s-secret", None)]
    assert entries["s-secret"].municipality_codes == frozenset()


def test_where_none_is_in_reach_the_nearest_beyond_is_named(view_of):
    found = view_of("home_care", "2467011", "PL").nearest
    assert [(one.service_id, one.is_in_reach) for one in found] == [("s-pl", False)]
    assert found[0].metres > 20_000


def test_an_unknown_code_has_no_view(view_of):
    assert view_of("home_care", "999999") is None


def test_comparison_by_hand():
    coverage = pd.DataFrame(
        {
            "municipality_code": ["a", "b", "c", "d", "e"],
            "demand_places": [10.0, 20.0, 5.0, float("nan"), 0.0],
            "served_places": [5.0, 5.0, 5.0, float("nan"), 0.0],
            "gap_class": ["far_below", "far_below", "at_or_above", "unknown", "no_need"],
            "is_lower_bound": [False, False, False, False, True],
        }
    )
    found = place.compare(coverage, "a", ["a", "b", "c", "d", "e"])
    assert found == place.Comparison(here=0.5, area=15 / 35, worse_off=1, members=3)
    # Of "d" nobody knows the need: the area is still told, "d" itself is not.
    assert place.compare(coverage, "d", ["a", "b", "d"]) == place.Comparison(None, 10 / 30, 0, 2)
    bound = coverage.assign(is_lower_bound=[False, True, False, False, False])
    assert place.compare(bound, "a", ["a", "b"]).area_is_lower_bound
    # Nothing but capacities unknown within reach: 0 served says nothing.
    untold = coverage.assign(gap_class=["far_below", "unknown", "at_or_above", "unknown", "no_need"])
    assert place.compare(untold, "a", ["a", "b", "c"]) == place.Comparison(0.5, 10 / 15, 0, 2)
    assert place.compare(coverage, "d", ["a", "d"]) is None
    assert place.compare(coverage, "a", ["a"]) is None
    assert place.compare(coverage, "a", []) is None


def test_nobody_is_compared_with_more_than_all_of_a_need(small_world, entries):
    analysis = analyse(small_world, "home_care", "CZ")
    ratios = analysis.coverage.set_index("municipality_code")["coverage_ratio"]
    assert ratios.max() > 1
    codes = ratios.index.tolist()
    view = place.group_view(analysis, codes[0], MEMBERS, entries, codes[1:])
    assert view.peers.here <= 1
    assert view.peers.middle <= 1


def test_the_most_missing_stands_first(view_of):
    view = view_of("home_care", "100001")
    views = [
        dataclasses.replace(
            view,
            gap=dataclasses.replace(
                view.gap, group_id=name, unit=unit, gap_class=gap_class, missing=missing, demand=demand
            ),
        )
        for name, unit, gap_class, missing, demand in (
            ("contacts", "kontakt", "below", 900.0, 2000.0),
            ("a", "klient", "none_within_reach", 0.9, 0.9),
            ("interventions", "interv", "far_below", 60.0, 100.0),
            ("beds", "luzka", "below", 7.0, 20.0),
            ("c", "klient", "at_or_above", 0.0, 3.0),
            ("d", "klient", "unknown", None, 5.0),
            ("e", "klient", "no_need", 0.0, 0.0),
            ("f", "klient", "below", 0.2, 0.4),
        )
    ]
    found = place.divided(views)
    parts = (found.short, found.enough, found.slight, found.unknown)
    # A bed and a client at one time are one person each: seven people come before one, whatever part of the
    # need that is. Sixty interventions are no people: they follow, by the part of their need.
    assert [[view.gap.group_id for view in part] for part in parts] == [
        ["beds", "a", "interventions", "contacts"],
        ["c"],
        ["e", "f"],
        ["d"],
    ]


def test_who_is_here_and_who_serves_us(entries):
    here, serving = place.services_for("100001", entries.values())
    assert [entry.service_id for entry in here] == ["s-beds", "s-home-b"]
    assert [entry.service_id for entry in serving] == ["s-home"]
    here, _serving = place.services_for("100002", entries.values())
    assert "s-ended" not in {entry.service_id for entry in here}
    assert "s-planned" in {entry.service_id for entry in here}


@pytest.mark.parametrize(
    ("query", "code"),
    [("celadna", "100001"), ("Mikolow", "2408021"), ("jastrzembie", "2467011"), ("lhotka", "100003")],
)
def test_a_village_is_found_without_accents(small_world, query, code):
    assert place.find(query, small_world)[0]["municipality_code"] == code


def test_an_empty_search_finds_nothing(small_world):
    assert place.find(" ", small_world) == []
    assert place.find("qqqqqq", small_world) == []


def test_groups_of_a_country_are_those_that_exist_there():
    czech, polish = areas.groups_of_country("CZ"), areas.groups_of_country("PL")
    assert czech[0] == polish[0] == "residential_seniors"
    assert "emergency_alarm" in czech
    assert "emergency_alarm" not in polish

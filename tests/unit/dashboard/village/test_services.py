"""
Who serves a village and whom it calls first: every service once, no distance to a protected place,
no number twice.
"""

import dataclasses

import pytest

from dashboard.answers import areas
from dashboard.village import place, services, tables
from dashboard.village.place import Nearby
from geodata.method.analysis import analyse
from geodata.reading import services as reading_services

MEMBERS = ("100001", "100002", "100003")


@pytest.fixture(scope="module")
def entries(small_world):
    return reading_services.services(small_world)


@pytest.fixture(scope="module")
def views_of(small_world, entries):
    def views(code, country="CZ"):
        return [
            place.group_view(analyse(small_world, group_id, country), code, MEMBERS, entries)
            for group_id in areas.groups_of_country(country)
        ]

    return views


def ids(found):
    return {way: [one.entry.service_id for one in listed] for way, listed in found.items()}


def test_every_service_stands_once_and_under_the_way_it_takes(views_of, entries):
    found = services.serving("100001", views_of("100001"), entries)
    told = ids(found)
    assert told["here"] == ["s-beds", "s-home-b"]
    assert told["declared"] == ["s-home"]
    assert {"s-doubt", "s-beds-unknown", "s-secret"} <= set(told["reach"])
    listed = [one for way in told.values() for one in way]
    assert len(listed) == len(set(listed))
    assert "s-ended" not in listed
    (home,) = found["declared"]
    assert home.metres > 0
    assert home.groups == ("home_care",)


def test_the_nearest_comes_first_and_an_unknown_distance_last(views_of, entries):
    reach = services.serving("100001", views_of("100001"), entries)["reach"]
    known = [one.metres for one in reach if one.metres is not None]
    assert known == sorted(known)
    assert [one.metres is None for one in reach] == sorted(one.metres is None for one in reach)


def test_a_protected_service_has_a_kind_and_a_district_only(views_of, entries, in_language):
    in_language("cs")
    found = services.serving("100001", views_of("100001"), entries)
    (secret,) = [one for one in found["reach"] if one.entry.service_id == "s-secret"]
    assert secret.metres is None
    loud = dataclasses.replace(secret.entry, phone="+420 558 000 111", web="https://tajne.cz")
    made = tables.services_table(
        [dataclasses.replace(secret, entry=loud)], {"CZ0802": "Frýdek-Místek"}, None, "x"
    )
    assert "okres Frýdek-Místek" in made
    assert "558 000 111" not in made
    assert "tajne.cz" not in made


def called(views, entries, limit=4):
    return [
        (one.serving.entry.service_id, one.phone, one.serving.way, one.groups)
        for one in services.calls(views, entries, limit)
    ]


def test_only_services_with_a_number_are_called(views_of, entries):
    # Of home care the nearest has no phone: the one that declares to come has.
    assert called(views_of("100001"), entries) == [("s-home", "558 441 611", "declared", ("home_care",))]


def test_a_number_for_several_kinds_stands_once_the_most_needed_kind_first(views_of, entries):
    views = [
        view for view in views_of("100001") if view.gap.group_id in ("home_care", "day_care", "respite_field")
    ]
    near = (Nearby("s-home", 4000.0, "declared", is_in_reach=True),)
    needs = {"home_care": 3.0, "day_care": 9.0, "respite_field": None}
    views = [
        dataclasses.replace(
            view, nearest=near, gap=dataclasses.replace(view.gap, demand=needs[view.gap.group_id])
        )
        for view in views
    ]
    assert called(views, entries) == [
        ("s-home", "558 441 611", "declared", ("day_care", "home_care", "respite_field"))
    ]
    assert called(views, entries, limit=0) == []


def test_what_is_beyond_reach_is_called_only_where_somebody_needs_it(views_of, entries):
    (view,) = [view for view in views_of("100001") if view.gap.group_id == "home_care"]
    far = dataclasses.replace(view, nearest=(Nearby("s-home", 90_000.0, "", is_in_reach=False),))
    assert called([far], entries) == [("s-home", "558 441 611", "beyond", ("home_care",))]
    slight = dataclasses.replace(far, gap=dataclasses.replace(far.gap, demand=0.1))
    assert called([slight], entries) == []


def test_a_planned_or_a_protected_service_is_not_called(views_of, entries):
    (view,) = [view for view in views_of("100001") if view.gap.group_id == "housing_crisis"]
    loud = {
        **entries,
        "s-secret": dataclasses.replace(entries["s-secret"], phone="558 111 222"),
        "s-planned": dataclasses.replace(entries["s-planned"], phone="558 111 333"),
    }
    planned = dataclasses.replace(
        view, nearest=(Nearby("s-planned", 1.0, "", is_in_reach=True), *view.nearest)
    )
    assert called([planned], loud) == []

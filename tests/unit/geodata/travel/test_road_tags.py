"""What tags of roads say, from tables: who may go, which way, how fast."""

import math

import pytest

from geodata.travel import road_tags

CLOSED = {
    "access": ["no", "private", "agricultural", "forestry", "military", "permit", "delivery", "customers",
               "agricultural;forestry", "Private"],
    "vehicle": ["no", "private", "forestry", "agricultural;forestry"],
    "motor_vehicle": ["no", "private", "agricultural", "forestry", "agricultural;forestry",
                      "agricultural; forestry", "forestry, agricultural", "agricultural,forestry",
                      "forestry|agricultural", "permit", "delivery"],
    "motorcar": ["no", "private"],
}  # fmt: skip


def tags(**of_road):
    return road_tags.tags_of(
        ",".join(f'"{key.replace("__", ":")}"=>"{value}"' for key, value in of_road.items())
    )


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, values in CLOSED.items() for value in values]
)
def test_a_road_closed_to_the_public_is_closed_to_cars(key, value):
    assert not road_tags.is_open(tags(**{key: value}), "car")
    # Motor traffic is no matter of walkers; a road closed to everybody is.
    assert road_tags.is_open(tags(**{key: value}), "walk") == (key != "access")


@pytest.mark.parametrize(
    ("of_road", "is_open"),
    [
        ({}, True),
        ({"access": "no", "motorcar": "yes"}, True),
        ({"access": "private", "motor_vehicle": "destination"}, True),
        ({"access": "yes", "vehicle": "no"}, False),
        ({"vehicle": "no", "motor_vehicle": "yes"}, True),
        ({"motor_vehicle": "yes", "motorcar": "no"}, False),
        ({"motor_vehicle": "no", "motorcar": "permissive"}, True),
        ({"motor_vehicle": "unknown", "access": "no"}, False),
        ({"motor_vehicle": "forestry;destination"}, True),
        ({"motor_vehicle": "forestry, destination"}, True),
        ({"access": "no", "bus": "yes"}, False),
        ({"bicycle": "no", "horse": "private"}, True),
        ({"route": "ferry"}, False),
        ({"construction": "yes"}, False),
        ({"construction": "minor"}, True),
        ({"motor_vehicle": "whatever"}, True),
    ],
)
def test_the_most_special_tag_that_says_something_decides(of_road, is_open):
    assert road_tags.is_open(tags(**of_road), "car") == is_open


def test_walkers_have_tags_of_their_own():
    assert road_tags.is_open(tags(access="private", foot="yes"), "walk")
    assert not road_tags.is_open(tags(foot="use_sidepath"), "walk")
    assert not road_tags.is_open(tags(motorroad="yes"), "walk")


@pytest.mark.parametrize(
    ("of_road", "highway", "expected"),
    [
        *[({"oneway": value}, "primary", 1) for value in ("yes", "true", "1", "YES")],
        *[({"oneway": value}, "primary", -1) for value in ("-1", "reverse")],
        *[({"oneway": value}, "motorway", 0) for value in ("no", "false", "0", "reversible", "alternating")],
        ({}, "primary", 0),
        ({}, "motorway", 1),
        ({}, "motorway_link", 1),
        ({"junction": "roundabout"}, "tertiary", 1),
        ({"junction": "circular"}, "tertiary", 1),
        ({"junction": "roundabout", "oneway": "-1"}, "tertiary", -1),
        ({"oneway": "yes", "oneway__motor_vehicle": "no"}, "primary", 0),
        ({"oneway": "no", "oneway__motorcar": "yes"}, "primary", 1),
    ],
)
def test_directions(of_road, highway, expected):
    assert road_tags.oneway_of(tags(**of_road), highway) == expected


@pytest.mark.parametrize(
    ("written", "kmh"),
    [
        ("50", 50), ("30;50", 30), ("50;30", 30), ("50|30", 30), ("50, 30", 30), ("50; signals", 50),
        ("30 mph", 48.28), ("20mph", 32.19), ("50 km/h", 50), ("7.5", 7.5), ("walk", 5), ("CZ:urban", 50),
        ("CZ:rural", 90), ("CZ:motorway", 130), ("CZ:living_street", 20), ("PL:urban", 50), ("PL:rural", 90),
        ("PL:motorway", 140), ("pl:rural", 90), ("DE:rural", 100), ("CZ:zone30", 30), ("DE:zone:20", 20),
        ("none", None), ("signals", None), ("variable", None), ("0", None), ("", None), (None, None),
        ("fast", None), ("1000000", None), ("50 knots", None), ("CZ:", None),
    ],
)  # fmt: skip
def test_posted_limits(written, kmh):
    limit = road_tags.speed_limit_kmh(written)
    assert math.isnan(limit) if kmh is None else limit == pytest.approx(kmh, abs=0.01)


@pytest.mark.parametrize(
    ("barrier", "of_road", "stops"),
    [
        ("bollard", {}, True),
        ("block", {}, True),
        ("bollard", {"motor_vehicle": "yes"}, False),
        ("gate", {}, False),
        ("lift_gate", {}, False),
        ("gate", {"access": "private"}, True),
        ("lift_gate", {"motor_vehicle": "forestry"}, True),
        ("gate", {"access": "no", "motorcar": "yes"}, False),
        ("cattle_grid", {}, False),
        ("toll_booth", {}, False),
    ],
)
def test_obstacles(barrier, of_road, stops):
    assert road_tags.stops_cars(barrier, tags(**of_road)) == stops


def test_a_value_with_signs_of_the_list_hides_no_tag_and_makes_none():
    written = r'"name"=>"Za \"access\"=>\"no\"","motor_vehicle"=>"no"'
    assert road_tags.tags_of(written) == {"motor_vehicle": "no"}

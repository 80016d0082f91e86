import math

import numpy as np
import pandas as pd
import pytest

from etl.travel.roads import read_ways, road_times
from geodata.errors import InputFileError
from geodata.travel.road_tags import CAR_KMH
from geodata.travel.straight import EARTH_RADIUS_M
from geodata.travel.table import METRES_PER_MINUTE

STEP_M = math.radians(0.01) * EARTH_RADIUS_M


def tagged(tags):
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())


def osm(*ways, obstacles=None):
    """
    Write an extract: nodes 0-9 stand on a meridian, 0.01 degree apart; each way: (nodes, {tag: value});
    obstacles: {node: tags}.
    """
    nodes = "".join(
        (
            f'<node id="{i + 1}" lat="{49 + 0.01 * i}" lon="18.0" '
            f'version="1">{tagged((obstacles or {}).get(i, {}))}</node>'
        )
        for i in range(10)
    )
    drawn = "".join(
        f'<way id="{number + 100}" version="1">'
        + "".join(f'<nd ref="{node + 1}"/>' for node in path)
        + tagged(tags)
        + "</way>"
        for number, (path, tags) in enumerate(ways)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{nodes}{drawn}</osm>'


@pytest.fixture
def write(tmp_path):
    def write(*ways, name="region.osm", obstacles=None):
        path = tmp_path / name
        path.write_text(osm(*ways, obstacles=obstacles), encoding="utf-8")
        return path

    return write


def test_roads_come_with_class_direction_and_posted_limit(write):
    ways = read_ways(
        write(
            ([0, 1, 2], {"highway": "primary", "oneway": "yes", "maxspeed": "50"}),
            ([2, 3], {"highway": "residential"}),
            ([3, 4], {"highway": "motorway"}),
            ([4, 5], {"highway": "proposed"}),
            ([5, 6], {"highway": "service", "access": "private"}),
            ([6, 7], {"highway": "service", "access": "private", "motor_vehicle": "destination"}),
            ([7, 8], {"waterway": "river"}),
        )
    )
    assert sorted(ways.highway.tolist()) == ["motorway", "primary", "residential", "service"]
    by_kind = dict(
        zip(ways.highway.tolist(), zip(ways.oneway.tolist(), ways.max_kmh.tolist(), strict=True), strict=True)
    )
    assert by_kind["primary"] == (1, 50)
    assert by_kind["motorway"][0] == 1
    assert by_kind["residential"][0] == 0
    assert math.isnan(by_kind["residential"][1])
    assert np.diff(ways.start).tolist() == [3 if kind == "primary" else 2 for kind in ways.highway]


@pytest.mark.parametrize("content", ["", "no roads at all", "<osm"])
def test_a_broken_extract_is_one_clear_error(tmp_path, content):
    path = tmp_path / "broken.osm"
    path.write_text(content)
    with pytest.raises(InputFileError, match=r"broken\.osm.*Geofabrik"):
        read_ways(path)


def test_a_name_that_is_no_utf8_is_one_clear_error(tmp_path):
    from tests.fuzz.pbf import extract

    points = [(49.5, 18.4), (49.51, 18.41)]
    content = extract(points, [((1, 2), {"highway": "residential", "surface": "asphalt"})])
    path = tmp_path / "roads.osm.pbf"
    path.write_bytes(content.replace(b"asphalt", b"asph\xd6lt"))
    with pytest.raises(InputFileError):
        read_ways(path)


def test_an_extract_without_roads_is_one_clear_error(write):
    with pytest.raises(InputFileError, match="no road"):
        read_ways(write(([0, 1], {"waterway": "river"})))


@pytest.fixture
def tables():
    municipality = pd.DataFrame(
        {"municipality_code": ["a", "b", "far"], "latitude": [49.0, 49.05, 51.0], "longitude": 18.0}
    )
    site = pd.DataFrame(
        {
            "site_id": ["s1", "hidden"],
            "latitude": [49.09, 49.0],
            "longitude": 18.0,
            "location_quality": ["coordinates", "district"],
        }
    )
    return municipality, site


def test_times_by_road_and_what_did_not_meet_it(write, tables):
    path = write((list(range(10)), {"highway": "primary"}))
    times, not_snapped = road_times(path, *tables)
    minutes = dict(zip(times.row.tolist(), (times.cost_m / METRES_PER_MINUTE).tolist(), strict=True))
    speed = CAR_KMH["primary"] * 1000 / 60
    assert minutes == pytest.approx({0: 9 * STEP_M / speed, 1: 4 * STEP_M / speed}, rel=1e-4)
    assert (times.level, times.name, times.site_ids.tolist()) == ("network", "region.osm", ["s1"])
    assert not_snapped[["kind", "id"]].to_numpy().tolist() == [["municipality", "far"], ["site", "hidden"]]


@pytest.mark.slow
def test_the_cache_answers_the_same_question_and_no_other(write, tables, tmp_path, monkeypatch):
    path = write((list(range(10)), {"highway": "primary"}))
    first, _ = road_times(path, *tables, cache=tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 1

    def never(*_args, **_kwargs):
        raise AssertionError("computed again")

    monkeypatch.setattr("etl.travel.roads.network_costs", never)
    again, _ = road_times(path, *tables, cache=tmp_path / "cache")
    assert again.cost_m.tolist() == first.cost_m.tolist()
    assert again.municipality_codes.tolist() == first.municipality_codes.tolist()
    municipality, site = tables
    with pytest.raises(AssertionError, match="computed again"):
        road_times(path, municipality.assign(latitude=[49.01, 49.05, 51.0]), site, cache=tmp_path / "cache")
    slower = write((list(range(10)), {"highway": "service"}))
    with pytest.raises(AssertionError, match="computed again"):
        road_times(slower, *tables, cache=tmp_path / "cache")


def minutes_from_first_place(path, tables):
    """Return the time from place "a" (node 0) to site "s1" (node 9); None where there is no way."""
    times, _ = road_times(path, *tables)
    found = dict(zip(times.row.tolist(), (times.cost_m / METRES_PER_MINUTE).tolist(), strict=True))
    return (
        found.get(list(times.municipality_codes).index("a")) if "a" in set(times.municipality_codes) else None
    )


SHORT = ([0, 9], {"highway": "unclassified"})
# From node 0 down to 1, up to 8 and to 9: drawn so that it shares its ends with the short way only.
LONG = (list(range(10)), {"highway": "service"})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("motor_vehicle", "no"), ("motor_vehicle", "private"), ("motor_vehicle", "agricultural;forestry"),
        ("vehicle", "no"), ("vehicle", "forestry"), ("motorcar", "no"), ("access", "agricultural"),
        ("access", "forestry"), ("access", "military"), ("access", "permit"), ("access", "delivery"),
        ("access", "customers"), ("access", "private"), ("route", "ferry"),
    ],
)  # fmt: skip
def test_a_closed_road_is_not_driven_whatever_closes_it(write, tables, key, value):
    closed = minutes_from_first_place(write((SHORT[0], {**SHORT[1], "access": "no"}), LONG), tables)
    opened = minutes_from_first_place(write(SHORT, LONG), tables)
    assert opened < closed
    assert minutes_from_first_place(write((SHORT[0], {**SHORT[1], key: value}), LONG), tables) == closed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tags", "stops"),
    [
        ({"barrier": "bollard"}, True),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate"}, False),
        ({"barrier": "bollard", "motorcar": "yes"}, False),
        ({"highway": "crossing", "access": "no"}, False),
    ],
)
def test_an_obstacle_cuts_the_road_it_stands_on(write, tables, tags, stops):
    """A side road of nodes 0 to 4 makes the part before the obstacle the larger one."""
    road = (list(range(10)), {"highway": "primary"})
    free = minutes_from_first_place(write(road), tables)
    found = minutes_from_first_place(write(road, obstacles={7: tags}), tables)
    assert (found != pytest.approx(free)) == stops
    two = [([*range(8)], {"highway": "primary"}), ([7, 8, 9], {"highway": "primary"})]
    assert (
        minutes_from_first_place(write(*two, obstacles={7: tags}), tables) != pytest.approx(free)
    ) == stops


def test_an_obstacle_where_three_roads_meet_cuts_none(write, tables):
    """It belongs to one of them, and nobody can tell to which."""
    roads = [(list(range(10)), {"highway": "primary"}), ([7, 2], {"highway": "service"})]
    free = minutes_from_first_place(write(*roads), tables)
    assert minutes_from_first_place(write(*roads, obstacles={7: {"barrier": "bollard"}}), tables) == free


def test_walkers_pass_what_stops_cars(write, tables):
    road = (list(range(10)), {"highway": "unclassified", "motor_vehicle": "no"})
    path = write(road, obstacles={5: {"barrier": "bollard"}})
    times, _ = road_times(path, *tables, mode="walk")
    assert len(times.row) > 0
    with pytest.raises(InputFileError, match="open to cars"):
        road_times(path, *tables, mode="car")


def test_a_broken_extract_is_told_in_the_language_of_the_reader(tmp_path):
    path = tmp_path / "broken.osm"
    path.write_text("no roads at all")
    with pytest.raises(InputFileError) as caught:
        read_ways(path)
    assert "nejde číst" in str(caught.value.in_language("cs"))
    assert "nie można" in str(caught.value.in_language("pl"))
    assert str(caught.value.in_language("en")) == str(caught.value)

import math

import numpy as np
import pandas as pd
import pytest

from etl.roads import read_ways, road_times
from geodata.errors import InputFileError
from geodata.roads import CAR_KMH
from geodata.travel import EARTH_RADIUS_M
from geodata.travel_table import METRES_PER_MINUTE

STEP_M = math.radians(0.01) * EARTH_RADIUS_M


def osm(*ways):
    """Write an extract: nodes 0-9 stand on a meridian, 0.01 degree apart; each way: (nodes, {tag: value})."""
    nodes = "".join(f'<node id="{i + 1}" lat="{49 + 0.01 * i}" lon="18.0" version="1"/>' for i in range(10))
    drawn = "".join(
        f'<way id="{number + 100}" version="1">'
        + "".join(f'<nd ref="{node + 1}"/>' for node in path)
        + "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        + "</way>"
        for number, (path, tags) in enumerate(ways)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{nodes}{drawn}</osm>'


@pytest.fixture
def write(tmp_path):
    def write(*ways, name="region.osm"):
        path = tmp_path / name
        path.write_text(osm(*ways), encoding="utf-8")
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


def test_the_cache_answers_the_same_question_and_no_other(write, tables, tmp_path, monkeypatch):
    path = write((list(range(10)), {"highway": "primary"}))
    first, _ = road_times(path, *tables, cache=tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 1

    def never(*_args, **_kwargs):
        raise AssertionError("computed again")

    monkeypatch.setattr("etl.roads.network_costs", never)
    again, _ = road_times(path, *tables, cache=tmp_path / "cache")
    assert again.cost_m.tolist() == first.cost_m.tolist()
    assert again.municipality_codes.tolist() == first.municipality_codes.tolist()
    municipality, site = tables
    with pytest.raises(AssertionError, match="computed again"):
        road_times(path, municipality.assign(latitude=[49.01, 49.05, 51.0]), site, cache=tmp_path / "cache")
    slower = write((list(range(10)), {"highway": "service"}))
    with pytest.raises(AssertionError, match="computed again"):
        road_times(slower, *tables, cache=tmp_path / "cache")

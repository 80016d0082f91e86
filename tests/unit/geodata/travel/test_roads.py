import heapq
import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import ParameterError
from geodata.travel.roads import CAR_KMH, WALK_KMH, Ways, build_network, network_costs, snap, speeds_kmh
from geodata.travel.straight import Points
from geodata.travel.table import METRES_PER_MINUTE

EARTH_RADIUS_M = 6_371_008.8
LAT, LON = 49.0, 18.0
STEP = 0.01  # degrees: 1,112 m north, 730 m east


def ways_of(*ways):
    """Each way: ([(x, y), ...] in steps, highway, oneway, max_kmh)."""
    vertices = [vertex for way in ways for vertex in way[0]]
    return Ways(
        latitude=np.array([LAT + STEP * y for _, y in vertices]),
        longitude=np.array([LON + STEP * x for x, _ in vertices]),
        start=np.cumsum([0, *(len(way[0]) for way in ways)]),
        highway=np.array([way[1] for way in ways], dtype=object),
        oneway=np.array([way[2] if len(way) > 2 else 0 for way in ways], dtype=np.int8),
        max_kmh=np.array([way[3] if len(way) > 3 else math.nan for way in ways]),
    )


def points_of(*places):
    return Points(
        np.array([LAT + STEP * y for _, y in places]), np.array([LON + STEP * x for x, _ in places])
    )


def metres(a, b):
    lat_a, lat_b = math.radians(LAT + STEP * a[1]), math.radians(LAT + STEP * b[1])
    half_lon = math.radians(STEP * (b[0] - a[0])) / 2
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(h))


def minutes_by_dijkstra(ways, mode, start, goal):
    """Textbook Dijkstra, vertex by vertex, nothing contracted."""
    streets = {}
    for way in ways:
        path, highway = way[0], way[1]
        oneway = way[2] if len(way) > 2 and mode == "car" else 0
        posted = way[3] if len(way) > 3 else math.inf
        kmh = min(CAR_KMH[highway], posted) if mode == "car" else WALK_KMH
        for a, b in itertools.pairwise(path):
            minutes = metres(a, b) / (kmh * 1000 / 60)
            if oneway >= 0:
                streets.setdefault(a, []).append((b, minutes))
            if oneway <= 0:
                streets.setdefault(b, []).append((a, minutes))
    queue, best = [(0.0, start)], {}
    while queue:
        minutes, here = heapq.heappop(queue)
        if here not in best:
            best[here] = minutes
            for there, more in streets.get(here, []):
                heapq.heappush(queue, (minutes + more, there))
    return best.get(goal, math.inf)


def costs(network, places, sites, limit=10_000.0):
    table = network_costs(
        network,
        snap(network, points_of(*places)),
        snap(network, points_of(*sites)),
        municipality_codes=[f"m{i}" for i in range(len(places))],
        site_ids=[f"s{i}" for i in range(len(sites))],
        limit_minutes=limit,
        name="test",
    )
    return {
        (table.municipality_codes[i], table.site_ids[j]): cost / METRES_PER_MINUTE
        for i, j, cost in zip(table.row, table.column, table.cost_m, strict=True)
    }


GRID = [
    ([(0, y), (1, y), (2, y), (3, y)], kind)
    for y, kind in enumerate(["primary", "residential", "tertiary", "service"])
] + [
    ([(x, 0), (x, 1), (x, 2), (x, 3)], kind)
    for x, kind in enumerate(["secondary", "residential", "residential", "track"])
]
GRID = [way for way in GRID if way[1] != "track"]
spots = st.tuples(st.integers(0, 2), st.integers(0, 3))


@given(
    st.lists(spots, min_size=1, max_size=4),
    st.lists(spots, min_size=1, max_size=4),
    st.sampled_from(["car", "walk"]),
)
def test_the_fastest_way_is_that_of_a_textbook(places, sites, mode):
    network = build_network(ways_of(*GRID), mode, keep=points_of(*places, *sites))
    minutes = costs(network, places, sites)
    for i, place in enumerate(places):
        for j, site in enumerate(sites):
            expected = minutes_by_dijkstra(GRID, mode, place, site)
            assert minutes[f"m{i}", f"s{j}"] == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_a_one_way_street_is_one_way_for_cars_only():
    loop = [([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)], "residential", 1)]
    by_car = costs(
        build_network(ways_of(*loop), "car", keep=points_of((0, 0), (0, 1))), [(0, 0), (0, 1)], [(0, 1)]
    )
    on_foot = costs(build_network(ways_of(*loop), "walk", keep=points_of((0, 0), (0, 1))), [(0, 0)], [(0, 1)])
    assert by_car["m0", "s0"] == pytest.approx(minutes_by_dijkstra(loop, "car", (0, 0), (0, 1)), rel=1e-4)
    assert on_foot["m0", "s0"] == pytest.approx(metres((0, 0), (0, 1)) / (WALK_KMH * 1000 / 60), rel=1e-4)
    backwards = [([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)], "residential", -1)]
    by_car = costs(
        build_network(ways_of(*backwards), "car", keep=points_of((0, 0), (0, 1))), [(0, 0)], [(0, 1)]
    )
    assert by_car["m0", "s0"] == pytest.approx(
        minutes_by_dijkstra(backwards, "car", (0, 0), (0, 1)), rel=1e-4
    )


def test_a_posted_limit_counts_where_it_is_lower():
    ways = ways_of(([(0, 0), (1, 0)], "primary", 0, 30.0), ([(0, 0), (1, 0)], "residential", 0, 90.0))
    assert speeds_kmh(ways, "car").tolist() == [30, CAR_KMH["residential"]]
    with pytest.raises(ParameterError, match="mode"):
        speeds_kmh(ways, "boat")


def test_of_parallel_roads_the_faster_counts():
    ways = [([(0, 0), (1, 0)], "residential"), ([(0, 0), (1, 0)], "primary")]
    minutes = costs(build_network(ways_of(*ways), "car"), [(0, 0)], [(1, 0)])
    assert minutes["m0", "s0"] == pytest.approx(
        metres((0, 0), (1, 0)) / (CAR_KMH["primary"] * 1000 / 60), rel=1e-4
    )


def test_ways_that_only_cross_on_the_map_do_not_meet():
    bridge = [
        ([(0, 1), (2, 1)], "primary"),
        ([(1, 0), (1, 2)], "primary"),
        ([(0, 1), (0, 5), (1, 5), (1, 2)], "primary"),
    ]
    minutes = costs(build_network(ways_of(*bridge), "car"), [(2, 1)], [(1, 0)])
    assert minutes["m0", "s0"] == pytest.approx(minutes_by_dijkstra(bridge, "car", (2, 1), (1, 0)), rel=1e-4)


def test_an_island_of_roads_is_left_out_and_nobody_snaps_to_it():
    ways = ways_of(
        ([(0, 0), (1, 0)], "primary"),
        ([(1, 0), (2, 0)], "primary"),
        ([(0, 3), (1, 3)], "primary"),
    )
    network = build_network(ways, "car")
    assert network.left_out == 2
    snapped = snap(network, points_of((0, 3), (0, 0)))
    assert snapped.node[0] == -1
    assert snapped.node[1] >= 0
    assert snapped.report(["far", "near"])["id"].tolist() == ["far"]


def test_points_too_far_or_without_coordinates_are_reported_and_not_in_the_table():
    network = build_network(ways_of(([(0, 0), (1, 0)], "primary")), "car")
    points = Points(np.array([LAT, LAT + 0.1, math.nan]), np.array([LON, LON, LON]))
    snapped = snap(network, points)
    report = snapped.report(["a", "b", "c"])
    assert report["id"].tolist() == ["b", "c"]
    assert report["offset_m"].tolist() == pytest.approx([11_119.5, math.nan], abs=1, nan_ok=True)
    table = network_costs(
        network,
        snapped,
        snapped,
        municipality_codes=["a", "b", "c"],
        site_ids=["x", "y", "z"],
        limit_minutes=60,
        name="n",
    )
    assert table.municipality_codes.tolist() == ["a"]
    assert table.site_ids.tolist() == ["x"]


def test_the_way_to_the_road_takes_time_and_the_limit_counts_all_of_it():
    network = build_network(ways_of(([(0, 0), (1, 0)], "primary")), "car")
    places, sites = [(0, 0.5)], [(1, 0.2)]
    access = (metres((0, 0.5), (0, 0)) + metres((1, 0.2), (1, 0))) / (20_000 / 60)
    ride = metres((0, 0), (1, 0)) / (CAR_KMH["primary"] * 1000 / 60)
    assert costs(network, places, sites)["m0", "s0"] == pytest.approx(access + ride, rel=1e-4)
    assert costs(network, places, sites, limit=access + ride - 0.01) == {}


def test_equal_networks_have_an_equal_digest():
    one, other = build_network(ways_of(*GRID), "car"), build_network(ways_of(*GRID), "car")
    assert one.content_hash == other.content_hash
    assert build_network(ways_of(*GRID), "walk").content_hash != one.content_hash


def test_no_road_for_the_mode_is_an_error():
    with pytest.raises(ParameterError, match="car"):
        build_network(ways_of(([(0, 0), (1, 0)], "footway")), "car")

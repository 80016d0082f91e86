import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import ParameterError
from geodata.travel.straight import (
    EARTH_RADIUS_M,
    Points,
    distance_between,
    nearest_sites,
    straight_line_pairs,
)


def haversine_m(lat_a, lon_a, lat_b, lon_b):
    a, b = math.radians(lat_a), math.radians(lat_b)
    half_lat, half_lon = (b - a) / 2, math.radians(lon_b - lon_a) / 2
    h = math.sin(half_lat) ** 2 + math.cos(a) * math.cos(b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(h))


def points_of(pairs):
    return Points(np.array([lat for lat, _ in pairs], float), np.array([lon for _, lon in pairs], float))


points = st.lists(
    st.tuples(st.floats(48.5, 51.0), st.floats(12.0, 19.0))
    | st.sampled_from([(49.5, 18.0), (math.nan, 18.0)]),
    max_size=8,
)


@given(points, points, st.floats(100, 300_000), st.floats(1, 2))
def test_pairs_are_those_of_every_place_with_every_site(places, sites, limit_m, detour):
    pairs = straight_line_pairs(points_of(places), points_of(sites), limit_m, detour)
    found = {(int(i), int(j)): c for i, j, c in zip(pairs.row, pairs.column, pairs.cost_m, strict=True)}
    assert pairs.shape == (len(places), len(sites))
    assert list(found) == sorted(found)
    for i, place in enumerate(places):
        for j, site in enumerate(sites):
            cost = haversine_m(*place, *site) * detour
            if math.isnan(cost) or cost > limit_m + 1e-3:
                assert (i, j) not in found
            elif cost < limit_m - 1e-3:
                assert found[i, j] == pytest.approx(cost, abs=1e-3)


@given(st.floats(48.5, 51.0), st.floats(12.0, 19.0), st.floats(0.001, 0.3), st.floats(1, 2))
def test_the_boundary_is_inside_whatever_the_rounding(lat, lon, step, detour):
    here, there = Points(np.array([lat]), np.array([lon])), Points(np.array([lat + step]), np.array([lon]))
    limit_m = float(distance_between(here, there, np.array([0]), np.array([0]))[0]) * detour
    assert len(straight_line_pairs(here, there, limit_m, detour)) == 1
    assert len(straight_line_pairs(here, there, limit_m - 0.001, detour)) == 0


def test_a_site_in_the_village_itself_costs_nothing_and_is_a_pair_all_the_same():
    here = points_of([(49.5, 18.3)])
    pairs = straight_line_pairs(here, here, 1_000)
    assert (pairs.row.tolist(), pairs.column.tolist(), pairs.cost_m.tolist()) == ([0], [0], [0.0])


def test_one_degree_of_a_meridian_is_its_length():
    here, there = points_of([(49.0, 18.0)]), points_of([(50.0, 18.0)])
    assert distance_between(here, there, np.array([0]), np.array([0]))[0] == pytest.approx(
        math.pi * EARTH_RADIUS_M / 180, abs=1e-6
    )


@given(points, points)
def test_the_nearest_site_is_the_nearest_and_the_first_of_equals(places, sites):
    distance, site = nearest_sites(points_of(places), points_of(sites))
    for i, place in enumerate(places):
        costs = [(haversine_m(*place, *other), j) for j, other in enumerate(sites)]
        costs = [pair for pair in costs if not math.isnan(pair[0])]
        if costs:
            nearest = min(cost for cost, _ in costs)
            assert distance[i] == pytest.approx(nearest, abs=1e-3)
            assert site[i] in [j for cost, j in costs if cost <= nearest + 1e-3]
        else:
            assert math.isnan(distance[i])
            assert site[i] == -1


def test_of_sites_at_one_point_the_first_counts():
    sites = points_of([(50.0, 18.0), (49.5, 18.0), (49.5, 18.0), (49.5, 18.0)])
    assert nearest_sites(points_of([(49.4, 18.0)]), sites)[1].tolist() == [1]


@pytest.mark.parametrize(
    ("limit_m", "detour", "name"),
    [(-1, 1.3, "limit_m"), (0, 1.3, "limit_m"), (math.nan, 1.3, "limit_m"), (1, 0.9, "detour_factor")],
)
def test_a_parameter_without_sense_is_refused_by_name(limit_m, detour, name):
    here = points_of([(49.5, 18.3)])
    with pytest.raises(ParameterError, match=name):
        straight_line_pairs(here, here, limit_m, detour)

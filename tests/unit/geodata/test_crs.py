"""Metres: against the great circle, and an edge that can be measured by hand."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata import crs


def great_circle_m(one, other):
    (lon1, lat1), (lon2, lat2) = (map(math.radians, point) for point in (one, other))
    inner = (
        math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * 6_371_000 * math.asin(math.sqrt(inner))


@given(st.floats(12.5, 23.5), st.floats(48.8, 54.5), st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
def test_short_lengths_are_right_all_over_both_countries(longitude, latitude, east, north):
    one, other = (longitude, latitude), (longitude + east, latitude + north)
    x, y = crs.to_metres([one[0], other[0]], [one[1], other[1]])
    measured = math.hypot(x[1] - x[0], y[1] - y[0])
    # The sphere itself differs from the ellipsoid by up to 0.4 % at these latitudes.
    assert measured == pytest.approx(great_circle_m(one, other), rel=0.006, abs=1)


def test_a_missing_point_stays_missing():
    x, y = crs.to_metres([float("nan"), 18.0], [49.0, 49.5])
    assert np.isnan(x[0])
    assert np.isfinite([x[1], y[1]]).all()


def test_the_edge_of_two_squares_side_by_side():
    west, east = shapely.box(18.0, 49.0, 18.1, 49.2), shapely.box(18.1, 49.0, 18.2, 49.2)
    distances = crs.edge_distances([18.1, 18.02, 19.0], [49.1, 49.1, 49.1], [west, east])
    degree_m = great_circle_m((18.0, 49.1), (18.1, 49.1)) * 10
    assert distances[0] == pytest.approx(0.1 * degree_m, rel=0.01)  # their common border is no edge
    assert distances[1] == pytest.approx(0.02 * degree_m, rel=0.01)
    assert distances[2] == 0  # outside


def test_a_slit_of_generalised_outlines_is_no_edge():
    west, east = shapely.box(18.0, 49.0, 18.0995, 49.2), shapely.box(18.1005, 49.0, 18.2, 49.2)
    distances = crs.edge_distances([18.09], [49.1], [west, east])
    assert distances[0] > 6000


def test_without_outlines_everything_is_at_the_edge():
    assert crs.edge_distances([18.0], [49.0], []).tolist() == [0.0]


@pytest.mark.parametrize(
    ("longitude", "latitude", "country", "inside"),
    [
        (18.3, 49.6, "CZ", True),
        (49.6, 18.3, "CZ", False),
        (3.0, 56.0, "CZ", False),
        (18.9, 50.2, "PL", True),
        (0, 0, "DE", False),
    ],
)
def test_the_sea_is_in_no_country(longitude, latitude, country, inside):
    assert crs.is_in_country(longitude, latitude, country) is inside

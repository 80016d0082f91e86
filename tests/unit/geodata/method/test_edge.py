"""The edge of the loaded data: two limits, and how much lies beyond."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.method.analysis import Settings, analyse
from geodata.method.edge import LoadedLand, common_area, share_beyond
from geodata.method.summary import summarise
from geodata.travel.straight import Points

KM_PER_DEGREE = 111.195
SETTINGS = Settings(
    norm="typed", typed_norm_per_1000=10.0, limit_m=13_000.0, detour_factor=1.3
)  # 10 km straight


@settings(deadline=None, max_examples=60)
@given(st.floats(0, 30), st.floats(0.5, 12), st.floats(0.5, 12))
def test_the_common_area_is_that_of_two_discs(distance, first, second):
    discs = (shapely.Point(0, 0).buffer(first, 256), shapely.Point(distance, 0).buffer(second, 256))
    area = common_area(np.array([distance]), np.array([first]), np.array([second]))[0]
    assert area == pytest.approx(discs[0].intersection(discs[1]).area, rel=2e-3, abs=2e-3)


def land(*places):
    """Return loaded land of (kilometres north of 49, radius in km)."""
    north, radius = zip(*places, strict=True)
    latitude = 49.0 + np.array(north) / KM_PER_DEGREE
    return LoadedLand(Points(latitude, np.full(len(places), 18.0)), np.array(radius) * 1_000.0)


@pytest.mark.parametrize(
    ("places", "share"),
    [
        ([(0, 20)], 0.0),
        ([(0, 5)], 0.75),
        ([(30, 5)], 1.0),
        ([(0, 5), (100, 50)], 0.75),
        ([(0, 20), (1, 20)], 0.0),
    ],
)
def test_what_is_not_loaded_of_a_circle(places, share):
    point = Points(np.array([49.0]), np.array([18.0]))
    assert share_beyond(point, 10_000.0, land(*places))[0] == pytest.approx(share, abs=1e-6)


def test_an_unknown_area_or_place_is_unknown_not_beyond():
    point = Points(np.array([49.0, np.nan]), np.array([18.0, 18.0]))
    assert np.isnan(share_beyond(point, 10_000.0, land((0, 5)))).tolist() == [False, True]
    assert np.isnan(share_beyond(point, 10_000.0, land((0, 5), (3, np.nan)))).all()


def world(make_dataset, *villages, site_km=0.0, area_km2=1_000.0):
    """Return villages (kilometres north, kilometres to the edge) and one service."""
    return make_dataset(
        municipality=[
            {"municipality_code": f"m{n}", "latitude": 49.0 + north / KM_PER_DEGREE, "longitude": 18.0,
             "edge_distance_m": None if edge is None else edge * 1_000.0, "area_km2": area_km2}
            for n, (north, edge) in enumerate(villages)
        ],
        population=[
            {"municipality_code": f"m{n}", "age_from": 65, "age_to": None, "persons": 100}
            for n, (_, edge) in enumerate(villages) if edge is not None
        ],
        service=[{"service_id": "s"}],
        capacity=[{"service_id": "s", "capacity_number": 1}],
        site=[{"service_id": "s", "site_id": "s-1", "latitude": 49.0 + site_km / KM_PER_DEGREE,
               "longitude": 18.0, "municipality_code": "m0"}],
    )  # fmt: skip


def coverage(dataset):
    return analyse(dataset, "home_care", "CZ", settings=SETTINGS).coverage


def test_a_place_far_from_the_edge_is_near_it_where_its_service_is(make_dataset):
    """The village lies 15 km from the edge, its service 7: people up to 3 km beyond the edge share it."""
    dataset = world(make_dataset, (0, 7), (8, 15))
    rows = coverage(dataset)
    assert rows["is_near_edge"].tolist() == [True, True]
    assert coverage(world(make_dataset, (0, 30), (8, 38)))["is_near_edge"].tolist() == [False, False]


def test_the_size_is_nought_inside_and_grows_towards_the_edge(make_dataset):
    inside = coverage(world(make_dataset, (0, 30)))
    assert inside["edge_share"].tolist() == [0.0]
    alone = coverage(world(make_dataset, (0, 2), area_km2=20.0))
    # A village of 20 km² is all that is loaded of a circle of 314 km².
    assert alone["edge_share"].tolist() == pytest.approx([1 - 20 / (np.pi * 100)], abs=1e-3)


def test_people_nobody_counted_are_told_in_parts_of_those_who_share(make_dataset):
    dataset = world(make_dataset, (0, 50), (1, None))
    rows = coverage(dataset)
    assert rows["is_near_edge"].tolist() == [True, True]
    assert rows["edge_share"].iloc[0] == pytest.approx(0.5)


def test_without_areas_the_mark_stands_and_the_size_is_unknown(make_dataset):
    rows = coverage(world(make_dataset, (0, 2), area_km2=None))
    assert rows["is_near_edge"].tolist() == [True]
    assert rows["edge_share"].isna().all()
    total = summarise(
        analyse(world(make_dataset, (0, 2), area_km2=None), "home_care", "CZ", settings=SETTINGS), ["m0"]
    )
    assert (total.is_near_edge, total.edge_share) == (True, None)


def test_a_summary_says_the_mean_by_people(make_dataset):
    dataset = world(make_dataset, (0, 2), area_km2=20.0)
    total = summarise(analyse(dataset, "home_care", "CZ", settings=SETTINGS), ["m0"])
    assert total.edge_share == pytest.approx(1 - 20 / (np.pi * 100), abs=1e-3)

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.method.analysis import Settings, analyse
from geodata.studies.finer import MOST_CELLS, by_municipality, with_finer_places
from geodata.vocabulary.codes import AgeWeight, GroupScope, ServiceGroup
from geodata.wordings import WordedFileError

GROUP = ServiceGroup(
    "home", {}, {}, (AgeWeight(65, None, 1.0),), {}, {"CZ": GroupScope(("cz-40",), "ter", "klient", True)}
)
SETTINGS = Settings(norm="typed", typed_norm_per_1000=100, limit_m=3_000, detour_factor=1.0)


@pytest.fixture(scope="module")
def dataset(make_dataset):
    """Two municipalities 11.1 km apart; a service in the north of the first, one that declares the second."""
    return make_dataset(
        municipality=[
            {
                "municipality_code": "a",
                "latitude": 49.0,
                "longitude": 18.0,
                "name": "A",
                "edge_distance_m": 9_000,
            },
            {
                "municipality_code": "b",
                "latitude": 49.1,
                "longitude": 18.0,
                "name": "B",
                "edge_distance_m": 9_000,
            },
        ],
        population=[
            {"municipality_code": code, "age_from": start, "age_to": end, "persons": persons}
            for code, start, end, persons in [
                ("a", 0, 64, 700),
                ("a", 65, None, 300),
                ("b", 0, 64, 100),
                ("b", 65, None, 50),
            ]
        ],
        service=[{"service_id": "s1"}, {"service_id": "s2"}],
        capacity=[{"service_id": "s1", "capacity_number": 6}, {"service_id": "s2", "capacity_number": 2}],
        site=[
            {
                "service_id": "s1",
                "site_id": "s1-1",
                "latitude": 49.02,
                "longitude": 18.0,
                "municipality_code": "a",
            },
            {
                "service_id": "s2",
                "site_id": "s2-1",
                "latitude": 49.0,
                "longitude": 18.0,
                "municipality_code": "a",
            },
        ],
        served_area=[{"service_id": "s2", "municipality_code": "b"}],
        area=[{"area_id": "area"}],
        area_membership=[{"area_id": "area", "municipality_code": "a"}],
    )


def cells_of(*cells):
    return pd.DataFrame(
        [(cell, cell, *rest) for cell, *rest in cells],
        columns=["cell_id", "name", "municipality_code", "latitude", "longitude", "persons"],
    )


NORTH_AND_SOUTH = cells_of(("north", "a", 49.02, 18.0, 20), ("south", "a", 48.97, 18.0, 60))


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 50)), min_size=1, max_size=8))
def test_every_total_is_conserved(dataset, found):
    cells = cells_of(
        *[(f"c{i}", code, 49.0 + i / 100, 18.0, persons) for i, (code, persons) in enumerate(found)]
    )
    finer = with_finer_places(dataset, cells)
    parent = dict(zip(cells["cell_id"], cells["municipality_code"], strict=True))
    population = finer["population"].assign(
        parent=[parent.get(c, c) for c in finer["population"]["municipality_code"]]
    )
    totals = population.groupby(["parent", "age_from"])["persons"].sum().to_dict()
    assert totals == pytest.approx({("a", 0): 700, ("a", 65): 300, ("b", 0): 100, ("b", 65): 50})
    places = finer["municipality"]["municipality_code"]
    assert places.is_unique
    assert set(places) == set(finer["population"]["municipality_code"])
    assert finer["site"]["municipality_code"].isin(places).all()


def test_people_far_from_the_service_are_no_longer_at_the_point_of_the_municipality(dataset):
    coarse = analyse(dataset, GROUP, "CZ", settings=SETTINGS)
    assert coarse.coverage["coverage_ratio"].tolist() == pytest.approx([6 / 30, 2 / 5])
    finer = with_finer_places(dataset, NORTH_AND_SOUTH)
    analysis = analyse(finer, GROUP, "CZ", settings=SETTINGS)
    rows = analysis.coverage.set_index("municipality_code")
    # A quarter of the 300 seniors live in the north, at the service: 7.5 places of need, 6 there are.
    assert rows["demand_places"].to_dict() == pytest.approx({"b": 5, "north": 7.5, "south": 22.5})
    assert rows.loc["north", "coverage_ratio"] == pytest.approx(6 / 7.5)
    assert rows.loc["south", "gap_class"] == "none_within_reach"
    assert rows.loc["north", "name"] == "A – north"
    assert rows.loc["b", "coverage_ratio"] == pytest.approx(2 / 5)


def test_a_result_on_cells_comes_back_to_municipalities(dataset):
    finer = with_finer_places(dataset, NORTH_AND_SOUTH)
    rows = by_municipality(analyse(finer, GROUP, "CZ", settings=SETTINGS), dataset, NORTH_AND_SOUTH)
    assert rows["municipality_code"].tolist() == ["a", "b"]
    a = rows.iloc[0]
    assert (a["demand_places"], a["served_places"], a["out_of_reach_places"]) == pytest.approx((30, 6, 22.5))
    assert a["served_places"] + a["waiting_places"] + a["out_of_reach_places"] == pytest.approx(
        a["demand_places"]
    )
    assert a["coverage_ratio"] == pytest.approx(6 / 30)
    assert (a["lowest_coverage_ratio"], a["highest_coverage_ratio"]) == pytest.approx((0, 0.8))
    assert rows["cells"].tolist() == [2, 1]
    assert rows["is_lower_bound"].tolist() == [False, False]


def test_what_a_service_declares_holds_for_every_cell_and_sites_stay_in_their_municipality(dataset):
    cells = cells_of(
        ("b1", "b", 49.1, 18.0, 1),
        ("b2", "b", 49.12, 18.0, 1),
        ("a1", "a", 49.0, 18.0, 1),
        ("a2", "a", 49.02, 18.0, 1),
    )
    finer = with_finer_places(dataset, cells)
    assert sorted(finer["served_area"]["municipality_code"]) == ["b1", "b2"]
    assert finer["site"].set_index("site_id")["municipality_code"].to_dict() == {"s1-1": "a2", "s2-1": "a1"}
    assert sorted(finer["area_membership"]["municipality_code"]) == ["a1", "a2"]
    edges = finer["municipality"].set_index("municipality_code")["edge_distance_m"]
    assert edges["b1"] == pytest.approx(9_000)
    assert edges["b2"] == pytest.approx(9_000 - 2_224, abs=1)


def test_the_land_of_a_municipality_is_divided_and_does_not_grow(make_dataset):
    villages = [
        {
            "municipality_code": code,
            "latitude": 49.0,
            "longitude": 18.0,
            "area_km2": area,
            "edge_distance_m": 1,
        }
        for code, area in (("a", 12.0), ("b", 5.0))
    ]
    finer = with_finer_places(make_dataset(municipality=villages), NORTH_AND_SOUTH)
    land = finer["municipality"].set_index("municipality_code")["area_km2"]
    assert land.to_dict() == {"b": 5.0, "north": 6.0, "south": 6.0}


def test_the_dataset_is_not_changed(dataset):
    before = {name: frame.copy() for name, frame in dataset.tables.items()}
    finer = with_finer_places(dataset, NORTH_AND_SOUTH)
    assert finer.version != dataset.version
    for name, frame in dataset.tables.items():
        pd.testing.assert_frame_equal(frame, before[name])


@pytest.mark.parametrize(
    ("cell", "kind", "column"),
    [
        (("c", "zzz", 49.0, 18.0, 1), "unknown_key", "municipality_code"),
        (("c", None, 49.0, 18.0, 1), "blank_key", "municipality_code"),
        (("c", "a", 49.0, 18.0, -1), "wrong_number", "persons"),
        (("c", "a", 49.0, 18.0, None), "wrong_number", "persons"),
        (("c", "a", 49.0, 18.0, float("inf")), "wrong_number", "persons"),
        (("c", "a", None, 18.0, 1), "wrong_number", "latitude"),
        (("c", "a", 49.0, 1_080_000, 1), "wrong_number", "longitude"),
        (("c", "a", 18.0, 49.0, 1), "far_away", "cell_id"),
        (("a", "a", 49.0, 18.0, 1), "taken_key", "cell_id"),
        (("north", "a", 49.0, 18.0, 1), "key_twice", "cell_id"),
    ],
)
def test_cells_that_cannot_be_used_are_told_with_their_row(dataset, cell, kind, column):
    cells = pd.concat([NORTH_AND_SOUTH, cells_of(cell)], ignore_index=True)
    with pytest.raises(WordedFileError, match="row 4") as refused:
        with_finer_places(dataset, cells, "grid.csv")
    assert [(one.kind, one.values["column"]) for one in refused.value.told] == [(kind, column)]
    for language in ("cs", "pl", "en"):
        assert "grid.csv" in str(refused.value.in_language(language))


def test_a_table_that_lacks_a_column_is_empty_or_too_long_is_refused(dataset):
    with pytest.raises(WordedFileError, match="persons is missing"):
        with_finer_places(dataset, NORTH_AND_SOUTH.drop(columns="persons"), "grid.csv")
    with pytest.raises(WordedFileError, match="no rows"):
        with_finer_places(dataset, NORTH_AND_SOUTH.head(0), "grid.csv")
    many = pd.concat([NORTH_AND_SOUTH] * (MOST_CELLS // 2 + 1), ignore_index=True)
    with pytest.raises(WordedFileError, match="200002 rows, 200000 fit"):
        with_finer_places(dataset, many, "grid.csv")

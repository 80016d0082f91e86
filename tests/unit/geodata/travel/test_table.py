import math

import pandas as pd
import pytest

from geodata.errors import InputFileError
from geodata.method.analysis import Settings, analyse
from geodata.studies.explain import explain_municipality
from geodata.travel.table import travel_table
from geodata.vocabulary.codes import AgeWeight, GroupScope, ServiceGroup

GROUP = ServiceGroup(
    "home", {}, {}, (AgeWeight(65, None, 1.0),), {}, {"CZ": GroupScope(("cz-40",), "ter", "klient", True)}
)
SETTINGS = Settings(norm="typed", typed_norm_per_1000=100, limit_m=8_000, detour_factor=1.0)


@pytest.fixture(scope="module")
def dataset(make_dataset):
    """
    Three villages 5.56 km apart; services in a, in c, one that declares b,
    and one that nobody can place.
    """
    return make_dataset(
        municipality=[
            {"municipality_code": code, "latitude": 49.0 + 0.05 * i, "longitude": 18.0}
            for i, code in enumerate("abc")
        ],
        population=[
            {"municipality_code": code, "age_from": 65, "age_to": None, "persons": 100} for code in "abc"
        ],
        service=[{"service_id": name} for name in ("s1", "s2", "s3", "s4", "s5")],
        capacity=[{"service_id": name, "capacity_number": 6} for name in ("s1", "s2", "s3", "s4", "s5")],
        site=[
            {"service_id": "s1", "site_id": "s1-1", "latitude": 49.0, "longitude": 18.0},
            {"service_id": "s2", "site_id": "s2-1", "latitude": 49.1, "longitude": 18.0},
            {"service_id": "s3", "site_id": "s3-1", "latitude": 49.1, "longitude": 18.0},
        ],
        served_area=[{"service_id": "s3", "municipality_code": "b"}],
    )


def table(rows, column="cost_m", **more):
    frame = pd.DataFrame(rows, columns=["municipality_code", "site_id", column])
    return travel_table(frame, "roads.csv", **more)


def reached(found):
    return set(zip(found.pairs["municipality_code"], found.pairs["site_id"], strict=True))


def test_a_table_takes_the_place_of_the_straight_line_for_the_sites_it_knows(dataset):
    straight = analyse(dataset, GROUP, "CZ", settings=SETTINGS)
    assert reached(straight) == {("a", "s1-1"), ("b", "s1-1"), ("b", "s2-1"), ("c", "s2-1"), ("b", "s3-1")}
    # By road b is too far from s1, and c is near; s2 is not in the table and keeps the straight line.
    roads = table([("a", "s1-1", 0), ("b", "s1-1", 9_000), ("c", "s1-1", 8_000)])
    analysis = analyse(dataset, GROUP, "CZ", settings=SETTINGS, travel=roads)
    assert reached(analysis) == {("a", "s1-1"), ("c", "s1-1"), ("b", "s2-1"), ("c", "s2-1"), ("b", "s3-1")}
    assert analysis.travel_level == "matrix"
    assert straight.travel_level == "straight_line"
    levels = analysis.supply.set_index("site_id")["travel_level"]
    assert levels.loc[["s1-1", "s2-1"]].tolist() == ["matrix", "straight_line"]
    assert pd.isna(levels.loc["s3-1"])
    assert analysis.capacity_known == pytest.approx(30)
    assert analysis.capacity_unreachable == pytest.approx(12)


def test_costs_and_nearest_services_follow_the_table(dataset):
    roads = table([("a", "s1-1", 4_000), ("b", "s1-1", 700), ("b", "s3-1", 300), ("a", "s3-1", 1)])
    analysis = analyse(dataset, GROUP, "CZ", settings=SETTINGS, travel=roads)
    cost = analysis.pairs.set_index(["municipality_code", "site_id"])["cost_m"].to_dict()
    assert cost["a", "s1-1"] == 4_000
    assert cost["b", "s1-1"] == 700
    assert cost["b", "s3-1"] == 300
    assert cost["c", "s2-1"] == 0
    nearest = analysis.coverage.set_index("municipality_code")[["nearest_service_m", "nearest_service_id"]]
    # s3 stands nearest to a, but declares b only.
    assert nearest.loc["a"].tolist() == [4_000, "s1"]
    assert nearest.loc["b"].tolist() == [300, "s3"]
    assert nearest.loc["c"].tolist() == [0, "s2"]
    sites = explain_municipality(analysis, "b").sites.set_index("site_id")
    assert sites.loc["s1-1", "cost_m"] == 700


def test_minutes_are_compared_as_minutes(dataset):
    # 8,000 m are 10 minutes and 40 seconds.
    minutes = [("a", "s1-1", 10.6), ("b", "s1-1", 10.7), ("a", "s2-1", 99), ("c", "s3-1", 99)]
    analysis = analyse(dataset, GROUP, "CZ", settings=SETTINGS, travel=table(minutes, "cost_min"))
    assert reached(analysis) == {("a", "s1-1"), ("b", "s3-1")}


def test_a_known_pair_without_a_cost_is_unknown_not_guessed(dataset):
    roads = table([("a", "s3-1", 1), ("b", "s1-1", 1)])
    analysis = analyse(dataset, GROUP, "CZ", settings=SETTINGS, travel=roads)
    cost = analysis.pairs.set_index(["municipality_code", "site_id"])["cost_m"]
    assert math.isnan(cost["b", "s3-1"])


def test_a_village_that_the_table_does_not_know_keeps_the_straight_line(dataset):
    analysis = analyse(dataset, GROUP, "CZ", settings=SETTINGS, travel=table([("a", "s1-1", 9_000)]))
    # a is 9 km from s1 by road; b is not in the table: 5.56 km in a straight line.
    assert {("b", "s1-1")} == {pair for pair in reached(analysis) if pair[1] == "s1-1"}
    nearest = analysis.coverage.set_index("municipality_code")["nearest_service_m"]
    assert nearest["b"] == pytest.approx(5_560, abs=1)
    assert nearest["a"] == pytest.approx(9_000)


def test_the_order_of_rows_does_not_matter(dataset):
    rows = [("a", "s1-1", 4_000), ("b", "s1-1", 700), ("c", "s2-1", 300)]
    one = analyse(dataset, GROUP, "CZ", settings=SETTINGS, travel=table(rows)).coverage
    other = analyse(dataset, GROUP, "CZ", settings=SETTINGS, travel=table(rows[::-1])).coverage
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([("a", "s1-1", -1)], "row 2"),
        ([("a", "s1-1", 1), ("a", "s1-1", 2)], "repeat a pair.*row 3"),
        ([("a", "s1-1", None)], "no cost"),
        ([("a", "s1-1", "far")], "no cost"),
        ([("zzz", "s1-1", 1)], "unknown municipality_code.*zzz"),
        ([("a", "zzz", 1)], "unknown site_id.*zzz"),
        ([(None, "s1-1", 1)], "no municipality_code"),
        ([], "no rows"),
    ],
)
def test_a_broken_table_says_what_where_and_what_next(rows, problem):
    with pytest.raises(InputFileError, match=problem) as caught:
        table(rows, known_sites=["s1-1", "s2-1"], known_codes=["a", "b"])
    assert str(caught.value).startswith("roads.csv: ")
    assert "cost_min" in str(caught.value)


def test_missing_columns_are_named_all_at_once():
    with pytest.raises(
        InputFileError, match=r"municipality_code is missing; the column site_id is missing; exactly one"
    ):
        travel_table(pd.DataFrame({"cost": [1]}), "roads.csv")

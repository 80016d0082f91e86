import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import ParameterError, UnknownCodeError
from geodata.method.analysis import Settings, analyse
from geodata.studies.equity import added_places, equity, gini
from geodata.vocabulary.codes import AgeWeight, GroupScope, ServiceGroup

SCOPE = GroupScope(("cz-40",), "ter", "klient", is_register_complete=True)
GROUP = ServiceGroup("home", {}, {}, (AgeWeight(65, None, 1.0),), {}, {"CZ": SCOPE})
SETTINGS = Settings(norm="typed", typed_norm_per_1000=100, limit_m=6_000, detour_factor=1.0)


def gini_by_pairs(values, persons):
    """Half the mean difference of two people drawn at random, over the mean."""
    people = [value for value, count in zip(values, persons, strict=True) for _ in range(count)]
    mean = sum(people) / len(people)
    return sum(abs(a - b) for a in people for b in people) / (2 * len(people) ** 2 * mean)


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(1, 6)), min_size=1, max_size=8))
def test_gini_is_the_mean_difference_of_two_people(places):
    values, persons = [value for value, _ in places], [count for _, count in places]
    measured_gini = gini(np.array(values), np.array(persons, float))
    if sum(value * count for value, count in places) == 0:
        assert measured_gini is None
    else:
        assert measured_gini == pytest.approx(gini_by_pairs(values, persons), abs=1e-9)


def test_gini_of_equals_is_nothing_and_of_one_who_has_all_nearly_one():
    assert gini(np.full(5, 0.7), np.ones(5)) == pytest.approx(0)
    assert gini(np.array([0.0] * 99 + [1.0]), np.ones(100)) == pytest.approx(0.99)
    assert gini(np.array([math.nan, 1.0]), np.array([5.0, 5.0])) == pytest.approx(0)


@pytest.fixture(scope="module")
def make_world(make_dataset):
    def make(capacities):
        """
        Four villages in a row, 5.56 km apart, 100, 50, 0 and 200 seniors;
        sites in the first, second and last.
        """
        villages = [("a", 49.0, 100), ("b", 49.05, 50), ("c", 49.1, 0), ("d", 49.15, 200)]
        sites = [("s1", 49.0, "a"), ("s2", 49.05, "b"), ("s3", 49.15, "d")]
        return make_dataset(
            municipality=[
                {"municipality_code": code, "latitude": lat, "longitude": 18.0} for code, lat, _ in villages
            ],
            population=[
                {"municipality_code": code, "age_from": 65, "age_to": None, "persons": persons}
                for code, _, persons in villages
            ],
            service=[{"service_id": name} for name, _, _ in sites],
            capacity=[
                {"service_id": name, "capacity_number": number}
                for (name, _, _), number in zip(sites, capacities, strict=True)
            ],
            site=[
                {"service_id": n, "site_id": n, "latitude": lat, "longitude": 18.0, "municipality_code": code}
                for n, lat, code in sites
            ],
        )

    return make


def test_equity_of_an_area(make_world):
    analysis = analyse(make_world([6, 3, 20]), GROUP, "CZ", settings=SETTINGS)
    # a and b need 10 + 5 and share 9: 0.6 each; d needs 20 and has 20.
    measured = equity(analysis, ["a", "b", "c", "d"])
    assert measured.mean_coverage == pytest.approx((150 * 0.6 + 200 * 1.0) / 350)
    assert (measured.persons_known, measured.persons_below_norm) == (350, 150)
    assert measured.share_below_norm == pytest.approx(150 / 350)
    assert measured.gini == pytest.approx(gini_by_pairs([0.6, 1.0], [150, 200]))
    assert measured.mean_difference == pytest.approx(2 * 150 * 200 / 350**2 * 0.4)
    assert (measured.lowest.municipality_code, measured.lowest.coverage_ratio) == ("a", pytest.approx(0.6))
    assert (measured.highest.municipality_code, measured.is_lower_bound) == ("d", False)
    assert (measured.unknown, measured.persons_unknown) == ((), 0.0)
    assert equity(analysis, ["c"]).mean_coverage is None


def test_whoever_nothing_can_be_told_of_is_counted_apart_and_not_as_having_nothing(make_world):
    # d reaches only a service of unknown capacity; c has nobody and is no unknown.
    analysis = analyse(make_world([6, 3, None]), GROUP, "CZ", settings=SETTINGS)
    measured = equity(analysis, ["a", "b", "c", "d"])
    assert (measured.unknown, measured.persons_unknown) == (("d",), 200)
    assert (measured.persons_known, measured.mean_coverage) == (150, pytest.approx(0.6))
    assert measured.mean_difference == pytest.approx(0)
    nothing = equity(analysis, ["d"])
    assert (nothing.mean_coverage, nothing.gini, nothing.mean_difference) == (None, None, None)
    assert (nothing.unknown, nothing.persons_unknown) == (("d",), 200)


def test_where_nobody_has_anything_nobody_has_more_than_another(make_world):
    measured = equity(analyse(make_world([0, 0, 0]), GROUP, "CZ", settings=SETTINGS), ["a", "b", "d"])
    assert (measured.mean_coverage, measured.gini, measured.mean_difference) == (0, None, 0)
    assert measured.share_below_norm == 1


@pytest.mark.slow
@pytest.mark.parametrize("places", [1, 4, 30])
def test_more_places_do_what_a_recalculation_says(make_world, places):
    before = analyse(make_world([6, 3, 5]), GROUP, "CZ", settings=SETTINGS)
    effects = added_places(before, ["a", "b"], places).set_index("site_id")
    for position, site in enumerate(("s1", "s2", "s3")):
        capacities = [6, 3, 5]
        capacities[position] += places
        after = analyse(make_world(capacities), GROUP, "CZ", settings=SETTINGS).coverage
        served = after["served_places"][:2].sum()
        assert effects.loc[site, "served_share_after"] == pytest.approx(served / 15)
        assert effects.loc[site, "served_gain"] == pytest.approx(
            served - before.coverage["served_places"][:2].sum()
        )
        mean = (after["coverage_ratio"] * after["demand_places"])[:2].sum() / 15
        assert effects.loc[site, "mean_coverage_after"] == pytest.approx(mean)


def test_the_best_site_comes_first_and_no_place_serves_more_than_one(make_world):
    analysis = analyse(make_world([6, 3, 5]), GROUP, "CZ", settings=SETTINGS)
    effects = added_places(analysis, ["d"], 2)
    assert effects["site_id"].tolist()[0] == "s3"
    assert effects["gain_per_place"].tolist() == pytest.approx([1, 0, 0])
    everywhere = added_places(analysis, ["a", "b", "c", "d"], 1)
    assert (everywhere["gain_per_place"] <= 1 + 1e-9).all()
    assert everywhere["served_gain"].tolist() == sorted(everywhere["served_gain"], reverse=True)


def test_what_makes_no_sense_is_refused(make_world):
    analysis = analyse(make_world([6, 3, 5]), GROUP, "CZ", settings=SETTINGS)
    with pytest.raises(ParameterError, match="places"):
        added_places(analysis, ["a"], 0)
    with pytest.raises(UnknownCodeError, match="zzz"):
        equity(analysis, ["zzz"])
    codes = ["a", "b", "a"]
    random.Random(1).shuffle(codes)
    assert equity(analysis, codes) == equity(analysis, ["a", "b"])

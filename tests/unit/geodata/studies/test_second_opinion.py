import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from geodata.errors import ReachShapeError
from geodata.method.analysis import Settings, analyse
from geodata.studies.second_opinion import nearest_assignment, second_opinion, three_step_catchment
from geodata.vocabulary.codes import AgeWeight, GroupScope, ServiceGroup

amounts = st.integers(0, 40).map(float) | st.just(math.nan)


@st.composite
def markets(draw, most=5):
    places, sites = draw(st.integers(1, most)), draw(st.integers(1, most))
    demand = np.array(draw(st.lists(amounts, min_size=places, max_size=places)))
    supply = np.array(draw(st.lists(amounts, min_size=sites, max_size=sites)))
    cells = draw(st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=places * sites, max_size=places * sites))
    costs = draw(
        st.lists(
            st.sampled_from([0.0, 1.0, 2.0, 5.0, math.nan]), min_size=places * sites, max_size=places * sites
        )
    )
    shape = (places, sites)
    return demand, supply, np.array(cells).reshape(shape), np.array(costs).reshape(shape)


def reach_of(weight, cost):
    reach = sparse.csr_array(weight)
    rows = np.repeat(np.arange(weight.shape[0]), np.diff(reach.indptr))
    return reach, cost[rows, reach.indices]


@given(markets())
def test_three_steps_conserve_capacity_and_follow_the_formula(market):
    demand, supply, weight, _ = market
    catchment = three_step_catchment(demand, supply, sparse.csr_array(weight))
    n = np.nan_to_num(demand)
    assert np.nansum(demand * catchment.coverage_ratio) == pytest.approx(
        np.nansum(supply[catchment.is_reachable])
    )
    for i, need in enumerate(demand):
        if need > 0:
            total = 0.0
            for j, capacity in enumerate(supply):
                chosen = [weight[k, j] ** 2 / weight[k].sum() if weight[k, j] else 0.0 for k in range(len(n))]
                if chosen[i] and not math.isnan(capacity):
                    total += capacity * chosen[i] / sum(n * chosen)
            assert catchment.coverage_ratio[i] == pytest.approx(total)


@given(markets())
def test_nobody_is_served_twice_and_no_site_is_overfull(market):
    demand, supply, weight, cost = market
    reach, costs = reach_of(weight, cost)
    assignment = nearest_assignment(demand, supply, reach, costs)
    assert (np.isnan(assignment.served) == np.isnan(demand)).all()
    assert (np.nan_to_num(assignment.served) <= np.nan_to_num(demand) + 1e-9).all()
    assert (np.nan_to_num(assignment.used) <= np.nan_to_num(supply) + 1e-9).all()
    assert (
        np.nansum(assignment.served)
        == pytest.approx(np.nansum(assignment.used))
        == pytest.approx(assignment.amount.sum())
    )
    # Greedy, but not lazy: nobody waits beside an empty place.
    for i in range(len(demand)):
        for j in range(len(supply)):
            if weight[i, j] > 0 and demand[i] > 0 and supply[j] > 0:
                assert demand[i] - assignment.served[i] < 1e-6 or supply[j] - assignment.used[j] < 1e-6


@given(markets(), st.randoms(use_true_random=False))
def test_the_order_of_places_and_sites_does_not_matter(market, random):
    demand, supply, weight, cost = market
    rows, columns = list(range(len(demand))), list(range(len(supply)))
    random.shuffle(rows)
    random.shuffle(columns)
    straight = nearest_assignment(demand, supply, *reach_of(weight, cost))
    cells = np.ix_(rows, columns)
    shuffled = nearest_assignment(demand[rows], supply[columns], *reach_of(weight[cells], cost[cells]))
    assert shuffled.served.tolist() == pytest.approx(straight.served[rows].tolist(), nan_ok=True, abs=1e-6)
    assert shuffled.used.tolist() == pytest.approx(straight.used[columns].tolist(), nan_ok=True, abs=1e-6)


def test_the_nearest_first_by_hand():
    # Site 0 has room for 10, site 1 for 5. Place 0 is next to site 0, place 1 is 2 km from it,
    # place 2 is nearest to site 1.
    cost = np.array([[0.0, 9.0], [2.0, 3.0], [7.0, 1.0]])
    assignment = nearest_assignment(
        np.array([6.0, 6.0, 6.0]), np.array([10.0, 5.0]), *reach_of(np.ones((3, 2)), cost)
    )
    # 6 of place 0 and 4 of place 1 fill site 0; 5 of place 2 fill site 1;
    # 2 of place 1 and 1 of place 2 find no room.
    assert assignment.served.tolist() == [6, 4, 5]
    assert assignment.used.tolist() == [10, 5]
    assert list(
        zip(assignment.row.tolist(), assignment.column.tolist(), assignment.amount.tolist(), strict=True)
    ) == [
        (0, 0, 6),
        (2, 1, 5),
        (1, 0, 4),
    ]


def test_equally_far_places_share_what_there_is():
    assignment = nearest_assignment(
        np.array([6.0, 2.0]), np.array([4.0]), *reach_of(np.ones((2, 1)), np.ones((2, 1)))
    )
    assert assignment.served.tolist() == pytest.approx([3, 1])


def test_a_cost_for_every_pair():
    with pytest.raises(ReachShapeError, match="2 pairs"):
        nearest_assignment(np.ones(2), np.ones(1), sparse.csr_array(np.ones((2, 1))), np.ones(3))


def test_opinions_beside_a_result(make_dataset):
    group = ServiceGroup(
        "home", {}, {}, (AgeWeight(65, None, 1.0),), {}, {"CZ": GroupScope(("cz-40",), "ter", "klient", True)}
    )
    villages = [("a", 49.0, 100), ("b", 49.05, 100), ("c", 49.3, 100), ("d", 49.0, 0)]
    dataset = make_dataset(
        municipality=[
            {"municipality_code": code, "latitude": lat, "longitude": 18.0} for code, lat, _ in villages
        ],
        population=[
            {"municipality_code": code, "age_from": 65, "age_to": None, "persons": persons}
            for code, _, persons in villages
        ],
        service=[{"service_id": "s"}],
        capacity=[{"service_id": "s", "capacity_number": 10}],
        site=[{"service_id": "s", "site_id": "s-1", "latitude": 49.0, "longitude": 18.0}],
    )
    settings = Settings(norm="typed", typed_norm_per_1000=100, limit_m=6_000, detour_factor=1.0)
    result = analyse(dataset, group, "CZ", settings=settings)
    opinions = second_opinion(result).set_index("municipality_code")
    # Two steps share 10 places between a and b; going to the nearest gives all of them to a.
    assert opinions["coverage_ratio"].tolist() == pytest.approx([0.5, 0.5, 0, math.nan], nan_ok=True)
    assert opinions["served_share_nearest"].tolist() == pytest.approx([1, 0, 0, math.nan], nan_ok=True)
    assert opinions["gap_class_nearest"].tolist() == [
        "at_or_above",
        "far_below",
        "none_within_reach",
        "no_need",
    ]
    assert opinions.loc[["a", "b", "c"], "methods_agree"].tolist() == [False, True, True]
    assert pd.isna(opinions.loc["d", "methods_agree"])

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from geodata.errors import ReachShapeError
from geodata.method.coverage import count_services_in_reach, coverage_of_places

amounts = st.floats(0.1, 1_000) | st.just(0.0) | st.just(math.nan)


@st.composite
def markets(draw, most=6):
    places, sites = draw(st.integers(1, most)), draw(st.integers(0, most))
    demand = np.array(draw(st.lists(amounts, min_size=places, max_size=places)))
    supply = np.array(draw(st.lists(amounts, min_size=sites, max_size=sites)))
    cells = draw(
        st.lists(st.sampled_from([0.0, 0.0, 0.22, 1.0]), min_size=places * sites, max_size=places * sites)
    )
    return demand, supply, np.array(cells, float).reshape(places, sites)


@given(markets())
def test_served_waiting_and_out_of_reach_add_up_to_demand_in_every_place(market):
    demand, supply, weight = market
    covered = coverage_of_places(demand, supply, sparse.csr_array(weight))
    total = covered.served + covered.waiting + covered.out_of_reach
    assert total.tolist() == pytest.approx(demand.tolist(), nan_ok=True)
    for part in (covered.served, covered.waiting, covered.out_of_reach):
        assert (np.isnan(part) == np.isnan(demand)).all()
        assert (part[~np.isnan(part)] >= 0).all()


@given(markets())
def test_who_reaches_nothing_is_out_of_reach_and_who_reaches_something_waits(market):
    demand, supply, weight = market
    covered = coverage_of_places(demand, supply, sparse.csr_array(weight))
    for i, need in enumerate(demand):
        reached = [j for j in range(len(supply)) if weight[i, j] > 0]
        assert covered.has_reach[i] == bool(reached)
        assert covered.is_lower_bound[i] == any(math.isnan(supply[j]) for j in reached)
        assert covered.has_known_reach[i] == any(not math.isnan(supply[j]) for j in reached)
        if need > 0:
            assert (covered.out_of_reach[i] > 0) == (not reached)


@given(markets(), st.integers(0, 5))
def test_a_new_site_serves_more_or_as_many_in_all(market, near):
    """Competition may move what a place gets, but the new capacity is added to the total, none is lost."""
    demand, supply, weight = market
    column = np.zeros((len(demand), 1))
    column[near % len(demand)] = 1.0
    before = coverage_of_places(demand, supply, sparse.csr_array(weight))
    after = coverage_of_places(demand, np.append(supply, 10.0), sparse.csr_array(np.hstack((weight, column))))
    known = ~np.isnan(demand)
    assert (after.served[known] >= before.served[known] - 1e-9).all()
    gained = np.nansum(demand * after.catchment.coverage_ratio) - np.nansum(
        demand * before.catchment.coverage_ratio
    )
    assert gained == pytest.approx(10.0 if demand[near % len(demand)] > 0 else 0.0, abs=1e-6)


def test_a_place_without_need_has_no_ratio_and_nothing_to_serve():
    covered = coverage_of_places(np.array([0.0]), np.array([5.0]), sparse.csr_array(np.ones((1, 1))))
    assert math.isnan(covered.catchment.coverage_ratio[0])
    assert (covered.served[0], covered.waiting[0], covered.out_of_reach[0]) == (0, 0, 0)


def test_more_than_enough_serves_everyone_once():
    covered = coverage_of_places(np.array([4.0]), np.array([10.0]), sparse.csr_array(np.ones((1, 1))))
    assert covered.catchment.coverage_ratio[0] == pytest.approx(2.5)
    assert (covered.served[0], covered.waiting[0]) == (4, 0)


def test_a_service_with_three_sites_in_reach_is_one_service():
    reach = sparse.csr_array(np.array([[1.0, 1.0, 0.2, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]]))
    services = np.array([0, 0, 0, 1])
    everything = np.ones(4, dtype=bool)
    assert count_services_in_reach(reach, services, everything).tolist() == [1, 1, 0]
    only_last = np.array([False, False, False, True])
    assert count_services_in_reach(reach, services, only_last).tolist() == [0, 1, 0]
    assert count_services_in_reach(reach, services, ~everything).tolist() == [0, 0, 0]


def test_reach_of_another_shape_is_refused():
    with pytest.raises(ReachShapeError):
        coverage_of_places(np.ones(2), np.ones(1), sparse.csr_array(np.ones((1, 2))))

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from geodata.errors import ParameterError, ReachShapeError
from geodata.method.access import (
    BANDWIDTH_SHARE_OF_LIMIT,
    DECAYS,
    STEP_WEIGHTS,
    decay_weights,
    reach_matrix,
    two_step_catchment,
)
from geodata.travel.straight import Pairs
from geodata.vocabulary.codes import codelist

amounts = st.floats(0.1, 1_000) | st.just(0.0) | st.just(math.nan)
weights = st.sampled_from([0.0, 0.0, 0.22, 0.68, 1.0])


@st.composite
def markets(draw, most=6):
    places, sites = draw(st.integers(1, most)), draw(st.integers(0, most))
    demand = np.array(draw(st.lists(amounts, min_size=places, max_size=places)))
    supply = np.array(draw(st.lists(amounts, min_size=sites, max_size=sites)))
    cells = draw(st.lists(weights, min_size=places * sites, max_size=places * sites))
    return demand, supply, np.array(cells, float).reshape(places, sites)


def catchment_by_loops(demand, supply, weight):
    """The formulas of docs/METHOD.md, one figure at a time."""
    known = [0.0 if math.isnan(n) else n for n in demand]
    ratios = []
    for j, capacity in enumerate(supply):
        asked = sum(known[i] * weight[i][j] for i in range(len(known)))
        ratios.append(capacity / asked if asked > 0 else math.nan)
    coverage = []
    for i, need in enumerate(demand):
        reached = [ratios[j] * weight[i][j] for j in range(len(ratios)) if not math.isnan(ratios[j])]
        coverage.append(sum(reached) if need > 0 else math.nan)
    return ratios, coverage


@given(markets())
def test_a_catchment_is_the_formula_one_figure_at_a_time(market):
    demand, supply, weight = market
    catchment = two_step_catchment(demand, supply, sparse.csr_array(weight))
    ratios, coverage = catchment_by_loops(demand.tolist(), supply.tolist(), weight.tolist())
    assert catchment.supply_ratio.tolist() == pytest.approx(ratios, nan_ok=True)
    assert catchment.coverage_ratio.tolist() == pytest.approx(coverage, nan_ok=True)


@given(markets())
def test_capacity_is_neither_lost_nor_made(market):
    demand, supply, weight = market
    catchment = two_step_catchment(demand, supply, sparse.csr_array(weight))
    given_out = np.nansum(demand * catchment.coverage_ratio)
    assert given_out == pytest.approx(np.nansum(supply[catchment.is_reachable]))


@given(markets(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(market, random):
    demand, supply, weight = market
    rows, columns = list(range(len(demand))), list(range(len(supply)))
    random.shuffle(rows)
    random.shuffle(columns)
    straight = two_step_catchment(demand, supply, sparse.csr_array(weight))
    shuffled = two_step_catchment(
        demand[rows], supply[columns], sparse.csr_array(weight[np.ix_(rows, columns)])
    )
    assert shuffled.coverage_ratio.tolist() == pytest.approx(
        straight.coverage_ratio[rows].tolist(), nan_ok=True
    )


@given(markets())
def test_inputs_are_not_changed(market):
    demand, supply, weight = market
    matrix = sparse.csr_array(weight)
    before = demand.copy(), supply.copy(), matrix.toarray()
    two_step_catchment(demand, supply, matrix)
    for now, then in zip((demand, supply, matrix.toarray()), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_place_with_unknown_need_does_not_compete():
    reach = sparse.csr_array(np.ones((2, 1)))
    catchment = two_step_catchment(np.array([10.0, math.nan]), np.array([5.0]), reach)
    assert catchment.coverage_ratio.tolist() == pytest.approx([0.5, math.nan], nan_ok=True)


def test_a_capacity_nobody_reaches_is_marked_not_divided_by_zero():
    catchment = two_step_catchment(
        np.array([10.0]), np.array([5.0, 7.0]), sparse.csr_array(np.array([[1.0, 0.0]]))
    )
    assert catchment.is_reachable.tolist() == [True, False]
    assert math.isnan(catchment.supply_ratio[1])


@pytest.mark.parametrize("decay", DECAYS)
@given(st.lists(st.floats(0, 50_000), min_size=1), st.floats(1_000, 40_000))
def test_every_decay_falls_from_one_and_ends_at_the_limit(decay, costs, limit_m):
    costs = np.sort(np.array([0.0, limit_m, *costs]))
    found = decay_weights(costs, limit_m, decay)
    assert found[0] == 1
    assert (np.diff(found) <= 1e-12).all()
    assert (found[costs <= limit_m] > 0).all()
    assert (found[costs > limit_m + 1e-6] == 0).all()


def test_steps_are_thirds_of_the_limit_and_a_boundary_belongs_to_the_nearer_one():
    costs = np.array([0, 10_000, 10_000.1, 20_000, 20_000.1, 30_000, 30_000.1])
    assert decay_weights(costs, 30_000, "stepped").tolist() == [1, 1, 0.68, 0.68, 0.22, 0.22, 0]


def test_smooth_decays_at_half_the_limit_and_at_the_limit():
    costs = np.array([10_000.0, 20_000.0])
    assert decay_weights(costs, 20_000, "gaussian").tolist() == pytest.approx([math.exp(-0.5), math.exp(-2)])
    assert decay_weights(costs, 20_000, "exponential").tolist() == pytest.approx([math.exp(-1), math.exp(-2)])
    assert decay_weights(costs, 20_000, "inverse_power").tolist() == pytest.approx([10**-1.5, 20**-1.5])


def test_the_code_list_tells_the_parameters_that_are_used():
    decays = codelist("decays")
    assert set(decays) <= set(DECAYS)
    assert tuple(decays["stepped"].attributes["parameters"]["weights"]) == STEP_WEIGHTS
    assert decays["gaussian"].attributes["parameters"]["bandwidth_share_of_limit"] == BANDWIDTH_SHARE_OF_LIMIT


def test_a_pair_that_costs_nothing_keeps_its_weight():
    pairs = Pairs(np.array([0, 0]), np.array([0, 1]), np.array([0.0, 5_000.0]), (2, 2))
    assert reach_matrix(pairs, 5_000).toarray().tolist() == [[1, 1], [0, 0]]
    assert reach_matrix(pairs, 4_000).toarray().tolist() == [[1, 0], [0, 0]]


def test_what_makes_no_sense_is_refused_by_name():
    reach = sparse.csr_array(np.ones((1, 1)))
    with pytest.raises(ParameterError, match="decay"):
        decay_weights(np.array([1.0]), 10, "linear")
    with pytest.raises(ParameterError, match="limit_m"):
        decay_weights(np.array([1.0]), -10)
    with pytest.raises(ReachShapeError, match=r"\(1, 1\)"):
        two_step_catchment(np.ones(2), np.ones(1), reach)
    with pytest.raises(ParameterError, match="demand"):
        two_step_catchment(np.array([-1.0]), np.ones(1), reach)
    with pytest.raises(ParameterError, match="supply"):
        two_step_catchment(np.ones(1), np.array([math.inf]), reach)

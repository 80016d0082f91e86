"""
Floating catchments: how much of what demand asks for is within reach.

Reach weights are sparse (places × sites). Nothing here knows municipalities,
services or files: arrays in, arrays out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy import sparse

from geodata.arrays import FloatArray, check_positive
from geodata.errors import ParameterError, ReachShapeError
from geodata.travel.straight import (
    BOUNDARY_TOLERANCE_M,
    DEFAULT_DETOUR_FACTOR,
    Pairs,
    Points,
    straight_line_blocks,
)

STEP_WEIGHTS = (1.0, 0.68, 0.22)
"""
Weights of the near, middle and far third of the limit: the slower of the two sets of Luo & Qi (2009),
who used them for 0-10, 10-20 and 20-30 minutes; doi 10.1016/j.healthplace.2009.06.002.
"""

BANDWIDTH_SHARE_OF_LIMIT = 0.5
"""
Bandwidth h of the smooth decays as a share of the limit: gaussian exp(-(c/h)²/2), exponential exp(-c/h).
With half the limit, both fall to exp(-2) = 0.14 at the limit, which stays above 0 because the boundary counts
as inside. A convention of this program (parameter of codelist `decays`).
"""

INVERSE_POWER_EXPONENT = 1.5
"""
Exponent of the inverse power decay, in the middle of the 1 to 2
that gravity models of care commonly use.
"""

INVERSE_POWER_NEAR_M = 1_000.0
"""
Below this distance the inverse power decay is 1:
next door is not infinitely better than the next street.
"""


def _binary(cost_m: FloatArray, _limit_m: float) -> FloatArray:
    return np.ones_like(cost_m)


def _stepped(cost_m: FloatArray, limit_m: float) -> FloatArray:
    # The boundary of a step belongs to the nearer one, as the limit itself belongs to the inside.
    step = np.ceil((cost_m - BOUNDARY_TOLERANCE_M) * len(STEP_WEIGHTS) / limit_m).astype(np.int64) - 1
    return np.asarray(STEP_WEIGHTS)[np.clip(step, 0, len(STEP_WEIGHTS) - 1)]


def _gaussian(cost_m: FloatArray, limit_m: float) -> FloatArray:
    weight: FloatArray = np.exp(-((cost_m / (BANDWIDTH_SHARE_OF_LIMIT * limit_m)) ** 2) / 2)
    return weight


def _exponential(cost_m: FloatArray, limit_m: float) -> FloatArray:
    weight: FloatArray = np.exp(-cost_m / (BANDWIDTH_SHARE_OF_LIMIT * limit_m))
    return weight


def _inverse_power(cost_m: FloatArray, _limit_m: float) -> FloatArray:
    nearness: FloatArray = np.maximum(cost_m / INVERSE_POWER_NEAR_M, 1.0)
    return nearness**-INVERSE_POWER_EXPONENT


DECAYS: MappingProxyType[str, Callable[[FloatArray, float], FloatArray]] = MappingProxyType(
    {
        "binary": _binary,
        "stepped": _stepped,
        "gaussian": _gaussian,
        "exponential": _exponential,
        "inverse_power": _inverse_power,
    }
)
"""Reach weight by cost and limit in metres; the codes are those of codelist `decays`."""


def check_decay(decay: str) -> None:
    """
    Refuse a decay that does not exist.

    Raises
    ------
    ParameterError
        Naming the decays there are.

    Examples
    --------
    >>> check_decay("cubic")
    Traceback (most recent call last):
        ...
    geodata.errors.ParameterError: decay must be one of binary, stepped, ..., not 'cubic'.
    """
    if decay not in DECAYS:
        raise ParameterError(f"decay must be one of {', '.join(DECAYS)}, not {decay!r}.")


def decay_weights(cost_m: FloatArray, limit_m: float, decay: str = "binary") -> FloatArray:
    """
    Weigh costs: 1 next door, falling by `decay`, 0 past the limit.

    Parameters
    ----------
    cost_m
        Costs in metres, at least 0.
    limit_m
        Limit in metres; a cost equal to it (to a micrometre) is inside and has a weight above 0.
    decay
        A key of `DECAYS`.

    Returns
    -------
    weights
        In [0, 1], one for each cost.

    Raises
    ------
    ParameterError
        If the limit is not positive or the decay unknown.

    Examples
    --------
    >>> decay_weights(np.array([5_000.0, 15_000.0, 30_000.0, 31_000.0]), 30_000.0, "stepped").tolist()
    [1.0, 0.68, 0.22, 0.0]
    """
    check_positive("limit_m", limit_m)
    check_decay(decay)
    cost = np.asarray(cost_m, dtype=np.float64)
    weight = DECAYS[decay](cost, limit_m)
    return np.where(cost <= limit_m + BOUNDARY_TOLERANCE_M, weight, 0.0)


def reach_matrix(pairs: Pairs, limit_m: float, decay: str = "binary") -> sparse.csr_array:
    """
    Turn costs into reach weights, shape (places, sites); pairs past the limit are left out.

    Raises
    ------
    ParameterError
        If the limit is not positive or the decay unknown.

    Examples
    --------
    >>> pairs = Pairs(np.array([0, 0]), np.array([0, 1]), np.array([1_000.0, 20_000.0]), shape=(1, 2))
    >>> reach_matrix(pairs, 15_000.0).toarray().tolist()
    [[1.0, 0.0]]
    """
    check_positive("limit_m", limit_m)
    inside = pairs.within(limit_m)
    weights = decay_weights(inside.cost_m, limit_m, decay)
    return sparse.csr_array((weights, (inside.row, inside.column)), shape=pairs.shape)


def reach_of_points(
    places: Points,
    sites: Points,
    limit_m: float,
    decay: str = "binary",
    detour_factor: float = DEFAULT_DETOUR_FACTOR,
) -> sparse.csr_array:
    """
    Weigh every pair of points by the straight line × detour, shape (places, sites),
    in blocks that keep memory small.

    Raises
    ------
    ParameterError
        If a parameter makes no sense.

    Examples
    --------
    A degree of latitude is 111 km, 145 km along estimated roads.

    >>> places = Points(np.array([49.0, 50.0]), np.array([18.0, 18.0]))
    >>> site = Points(np.array([49.0]), np.array([18.0]))
    >>> reach_of_points(places, site, 100_000.0).toarray().tolist()
    [[1.0], [0.0]]
    """
    blocks = straight_line_blocks(places, sites, limit_m, detour_factor)
    parts = [reach_matrix(pairs, limit_m, decay) for pairs in blocks]
    return parts[0] if len(parts) == 1 else sparse.csr_array(sparse.vstack(parts, format="csr"))


@dataclass(frozen=True)
class Catchment:
    """
    Result of a floating catchment.

    `demand_in_reach` and `supply_ratio` belong to sites
    (the ratio is NaN where nobody with a need can reach the site or its capacity is unknown),
    `coverage_ratio` to places (1 = as much within reach as demand asks; NaN where demand is unknown or 0),
    `is_reachable` says whether somebody with a known need can reach the site.
    """

    demand_in_reach: FloatArray
    supply_ratio: FloatArray
    coverage_ratio: FloatArray
    is_reachable: np.ndarray[tuple[int], np.dtype[np.bool_]]


def check_shapes(demand: FloatArray, supply: FloatArray, reach: sparse.csr_array) -> None:
    """
    Refuse reach weights that do not fit demand and supply.

    Raises
    ------
    ReachShapeError
        If the shapes differ.

    Examples
    --------
    >>> check_shapes(np.array([1.0, 2.0]), np.array([3.0]), sparse.csr_array(np.ones((1, 1))))
    Traceback (most recent call last):
        ...
    geodata.errors.ReachShapeError: Reach weights have the shape (1, 1), but there are 2 places and 1 sites.
    """
    if reach.shape != (len(demand), len(supply)):
        raise ReachShapeError(
            f"Reach weights have the shape {reach.shape}, but there are {len(demand)} places and "
            f"{len(supply)} sites."
        )


def check_amounts(name: str, amounts: FloatArray) -> None:
    """
    Refuse negative or infinite amounts; NaN (unknown) passes.

    Raises
    ------
    ParameterError
        Naming the first of them.

    Examples
    --------
    >>> check_amounts("demand", np.array([1.0, -1.0]))
    Traceback (most recent call last):
        ...
    geodata.errors.ParameterError: demand must be finite and not negative: 1 values are not (first: -1.0 ...).
    """
    wrong = np.flatnonzero((amounts < 0) | np.isinf(amounts))
    if len(wrong):
        raise ParameterError(
            f"{name} must be finite and not negative: {len(wrong)} values are not "
            f"(first: {amounts[wrong[0]]} at position {wrong[0]})."
        )


def two_step_catchment(demand: FloatArray, supply: FloatArray, reach: sparse.csr_array) -> Catchment:
    """
    Share every site's capacity among the demand that can reach it, and add up what reaches each place.

    Parameters
    ----------
    demand
        N_i in capacity units, one for each place; NaN = unknown:
        such a place does not compete and gets no ratio.
    supply
        S_j in capacity units, one for each site; NaN = unknown:
        such a site adds nothing (the caller marks the result as "at least").
    reach
        Weights w_ij in [0, 1], shape (places, sites).

    Returns
    -------
    catchment
        R_j = S_j / Σ_i N_i w_ij and A_i = Σ_j R_j w_ij, so that Σ_i N_i A_i = Σ S_j over the reachable sites.

    Raises
    ------
    ReachShapeError
        If `reach` does not fit.
    ParameterError
        If an amount is negative or infinite.

    Notes
    -----
    Two-step floating catchment: Luo & Wang (2003), doi 10.1068/b29120; with decay: Luo & Qi (2009),
    doi 10.1016/j.healthplace.2009.06.002. Inputs are not modified.

    Examples
    --------
    Twenty places within reach of a need of 10 + 30: a half of it everywhere.

    >>> reach = sparse.csr_array(np.array([[1.0], [1.0]]))
    >>> two_step_catchment(np.array([10.0, 30.0]), np.array([20.0]), reach).coverage_ratio.tolist()
    [0.5, 0.5]
    """
    check_shapes(demand, supply, reach)
    check_amounts("demand", demand)
    check_amounts("supply", supply)
    demand_in_reach = reach.T @ np.nan_to_num(demand)
    is_reachable = demand_in_reach > 0
    supply_ratio = np.divide(supply, demand_in_reach, out=np.full(len(supply), np.nan), where=is_reachable)
    coverage = reach @ np.nan_to_num(supply_ratio)
    coverage_ratio = np.where(demand > 0, coverage, np.nan)
    return Catchment(demand_in_reach, supply_ratio, coverage_ratio, is_reachable)

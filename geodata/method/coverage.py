"""People between demand and capacity: served, waiting, out of reach – in capacity units, and they add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geodata.arrays import FloatArray
from geodata.method.access import Catchment, check_shapes, two_step_catchment

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Coverage:
    """
    Demand of every place divided into what is met and what is not, in places of the capacity unit.

    `served` + `waiting` + `out_of_reach` = demand; all three are NaN where demand is unknown and 0
    where it is 0. `is_lower_bound` marks places that reach a site whose capacity is not known:
    there may be more than `coverage_ratio`. `has_reach` marks places with any site within reach,
    `has_known_reach` those with one whose capacity is known.
    """

    catchment: Catchment
    served: FloatArray
    waiting: FloatArray
    out_of_reach: FloatArray
    is_lower_bound: BoolArray
    has_reach: BoolArray
    has_known_reach: BoolArray


def coverage_of_places(demand: FloatArray, supply: FloatArray, reach: sparse.csr_array) -> Coverage:
    """
    Compare capacity within reach with demand in every place.

    Parameters
    ----------
    demand
        N_i in capacity units; NaN = unknown, 0 = no need.
    supply
        S_j in capacity units; NaN = a site in reach whose capacity is unknown.
    reach
        Weights in [0, 1], shape (places, sites); only weights above 0 count as within reach.

    Returns
    -------
    coverage
        One value for each place, in order; no place is left out.

    Raises
    ------
    ReachShapeError
        If `reach` does not fit.
    ParameterError
        If an amount is negative or infinite.

    Notes
    -----
    served = N · min(1, A). What is not served is waiting where something is within reach, else out of reach
    (docs/METHOD.md#served-waiting-out-of-reach). Inputs are not modified.

    Examples
    --------
    >>> reach = sparse.csr_array(np.array([[1.0], [1.0], [0.0]]))
    >>> found = coverage_of_places(np.array([10.0, 30.0, 4.0]), np.array([20.0]), reach)
    >>> found.served.tolist(), found.waiting.tolist(), found.out_of_reach.tolist()
    ([5.0, 15.0, 0.0], [5.0, 15.0, 0.0], [0.0, 0.0, 4.0])
    """
    check_shapes(demand, supply, reach)
    catchment = two_step_catchment(demand, supply, reach)
    touches = touched_by(reach)
    in_reach = touches @ np.ones(len(supply))
    known_in_reach = touches @ np.isfinite(supply).astype(np.float64)
    ratio = np.nan_to_num(catchment.coverage_ratio)
    served = demand * np.minimum(1.0, ratio)
    # served + rest must give demand back to the last bit that matters,
    # so the rest is a difference, not a product.
    rest = demand - served
    has_reach = in_reach > 0
    return Coverage(
        catchment=catchment,
        served=served,
        waiting=np.where(has_reach | np.isnan(rest), rest, 0.0),
        out_of_reach=np.where(has_reach & ~np.isnan(rest), 0.0, rest),
        is_lower_bound=in_reach > known_in_reach,
        has_reach=has_reach,
        has_known_reach=known_in_reach > 0,
    )


def touched_by(reach: sparse.csr_array) -> sparse.csr_array:
    """
    Return 1 for every weight above 0; the positions are shared with `reach`, not copied.

    Examples
    --------
    >>> touched_by(sparse.csr_array(np.array([[0.22, 0.0, 1.0]]))).toarray().tolist()
    [[1.0, 0.0, 1.0]]
    """
    ones = (reach.data > 0).astype(np.float64)
    return sparse.csr_array((ones, reach.indices, reach.indptr), shape=reach.shape)


def count_services_in_reach(
    reach: sparse.csr_array, service_of_site: NDArray[np.int64], counts: BoolArray
) -> NDArray[np.int64]:
    """
    Count the services that each place reaches at one site or more, over the sites chosen by `counts`.

    Parameters
    ----------
    reach
        Weights, shape (places, sites).
    service_of_site
        Number of the service of each site; a service with several sites in reach counts once.
    counts
        Which sites to look at.

    Examples
    --------
    >>> reach = sparse.csr_array(np.array([[1.0, 1.0, 1.0], [0.0, 0.5, 0.0]]))
    >>> count_services_in_reach(reach, np.array([0, 0, 1]), np.array([True, True, True])).tolist()
    [2, 1]
    """
    chosen = np.flatnonzero(counts)
    if len(chosen) == 0:
        return np.zeros(reach.shape[0], dtype=np.int64)
    services = int(service_of_site.max()) + 1
    belongs = sparse.csr_array(
        (np.ones(len(chosen)), (chosen, service_of_site[chosen])),
        shape=(reach.shape[1], services),
    )
    reached = touched_by(reach) @ belongs
    # A product cell is a number of sites of one service: above 0 the service counts, once.
    return np.asarray(touched_by(reached) @ np.ones(services), dtype=np.int64)

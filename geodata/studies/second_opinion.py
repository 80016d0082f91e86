"""
Second opinions on a result: two other ways of sharing capacity, on the same reach.

Where all three agree, a gap does not hang on the method; where they do not, the reader should know.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from geodata.arrays import FloatArray
from geodata.errors import ReachShapeError
from geodata.method.access import Catchment, check_amounts, check_shapes, two_step_catchment
from geodata.method.analysis import Analysis
from geodata.method.gaps import AT_OR_ABOVE, UNKNOWN, gap_classes
from geodata.travel.straight import BOUNDARY_TOLERANCE_M


def three_step_catchment(demand: FloatArray, supply: FloatArray, reach: sparse.csr_array) -> Catchment:
    """
    Share capacity as `two_step_catchment`, but let people divide themselves among the sites they reach.

    Parameters
    ----------
    demand, supply, reach
        As for `two_step_catchment`. With binary weights a place divides itself equally among its sites.

    Returns
    -------
    catchment
        R_j = S_j / Σ_i N_i g_ij w_ij and A_i = Σ_j R_j g_ij w_ij
        with the selection weight g_ij = w_ij / Σ_k w_ik,
        so that Σ_i N_i A_i = Σ S_j over the reachable sites, as in two steps.

    Raises
    ------
    ReachShapeError
        If `reach` does not fit.
    ParameterError
        If an amount is negative or infinite.

    Notes
    -----
    Three-step floating catchment: Wan, Zou & Sternberg (2012), doi 10.1080/13658816.2011.624987.
    Two steps count the whole demand of a place at every site it reaches, and so overstate demand
    where sites are many. The four travel zones of the paper are the decay "stepped" or any other here.
    """
    check_shapes(demand, supply, reach)
    totals = reach @ np.ones(reach.shape[1])
    shares = np.divide(1.0, totals, out=np.zeros(len(totals)), where=totals > 0)
    rows = np.repeat(np.arange(reach.shape[0]), np.diff(reach.indptr))
    selected = sparse.csr_array(
        (reach.data**2 * shares[rows], reach.indices, reach.indptr), shape=reach.shape
    )
    return two_step_catchment(demand, supply, selected)


@dataclass(frozen=True)
class Assignment:
    """
    Who goes where when everybody goes to the nearest site that still has room.

    `row`, `column`, `amount`: flows from places to sites in capacity units;
    `served` by place (NaN where demand is unknown), `used` by site (NaN where the capacity is unknown).
    """

    row: np.ndarray[tuple[int], np.dtype[np.int64]]
    column: np.ndarray[tuple[int], np.dtype[np.int64]]
    amount: FloatArray
    served: FloatArray
    used: FloatArray


def nearest_assignment(
    demand: FloatArray, supply: FloatArray, reach: sparse.csr_array, cost_m: FloatArray
) -> Assignment:
    """
    Fill sites from the nearest demand outwards until they are full.

    Parameters
    ----------
    demand, supply, reach
        As for `two_step_catchment`; of the weights only "above 0" counts.
    cost_m
        Cost of every stored cell of `reach`, in its order; NaN = unknown, which comes after all known costs.

    Returns
    -------
    assignment
        Pairs are taken by rising cost. Of pairs equally far (to a micrometre) nobody is first:
        places ask the sites in equal parts, a site that is too small gives each the same part
        of what they ask, until nothing moves.

    Raises
    ------
    ReachShapeError
        If the shapes do not fit.
    ParameterError
        If an amount is negative or infinite.
    """
    check_shapes(demand, supply, reach)
    check_amounts("demand", demand)
    check_amounts("supply", supply)
    if len(cost_m) != reach.nnz:
        raise ReachShapeError(f"There are {len(cost_m)} costs for {reach.nnz} pairs within reach.")
    rows = np.repeat(np.arange(reach.shape[0]), np.diff(reach.indptr))
    wanted, room = np.nan_to_num(demand), np.nan_to_num(supply)
    cost = np.where(np.isnan(cost_m), np.inf, cost_m)
    useful = (reach.data > 0) & (wanted[rows] > 0) & (room[reach.indices] > 0)
    order = np.flatnonzero(useful)[np.argsort(cost[useful], kind="stable")]
    row, column, cost = rows[order].astype(np.int64), reach.indices[order].astype(np.int64), cost[order]
    amount = np.zeros(len(order))
    for begin, end in _equal_runs(cost):
        if end - begin == 1:
            i, j = row[begin], column[begin]
            given = min(wanted[i], room[j])
            amount[begin] = given
            wanted[i] -= given
            room[j] -= given
        else:
            amount[begin:end] = _share_ties(row[begin:end], column[begin:end], wanted, room)
    taken = amount > 0
    served = np.where(np.isnan(demand), np.nan, np.bincount(row, amount, minlength=len(demand)))
    used = np.where(np.isnan(supply), np.nan, np.bincount(column, amount, minlength=len(supply)))
    return Assignment(row[taken], column[taken], amount[taken], served, used)


def _equal_runs(cost: FloatArray) -> list[tuple[int, int]]:
    """Return the borders of runs of equal cost in a sorted list; unknown costs are one run."""
    if len(cost) == 0:
        return []
    finite = np.where(np.isinf(cost), np.finfo(np.float64).max, cost)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(finite) > BOUNDARY_TOLERANCE_M) + 1, [len(cost)]))
    return list(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True))


def _share_ties(
    row: np.ndarray[tuple[int], np.dtype[np.int64]],
    column: np.ndarray[tuple[int], np.dtype[np.int64]],
    wanted: FloatArray,
    room: FloatArray,
) -> FloatArray:
    """
    Share equally far pairs without an order; lowers `wanted` and `room`.
    A round fills a site or serves everybody.
    """
    amount = np.zeros(len(row))
    for _ in range(len(np.unique(column)) + 1):
        is_open = (wanted[row] > 0) & (room[column] > 0)
        if not is_open.any():
            break
        i, j = row[is_open], column[is_open]
        asked = wanted[i] / np.bincount(i, minlength=len(wanted))[i]
        load = np.bincount(j, asked, minlength=len(room))
        part = np.divide(room, load, out=np.ones(len(room)), where=load > room)
        given = asked * part[j]
        amount[is_open] += given
        wanted -= np.bincount(i, given, minlength=len(wanted))
        room -= np.bincount(j, given, minlength=len(room))
        # What is left after a full grant is rounding, not demand.
        wanted[np.unique(i)] = np.where(wanted[np.unique(i)] < 1e-12, 0.0, wanted[np.unique(i)])
        room[np.unique(j)] = np.where(room[np.unique(j)] < 1e-12, 0.0, room[np.unique(j)])
    return amount


def second_opinion(analysis: Analysis) -> pd.DataFrame:
    """
    Put two other methods beside a result.

    Parameters
    ----------
    analysis
        Result of `geodata.method.analysis.analyse`.

    Returns
    -------
    opinions
        One row per municipality, in order: municipality_code, name, gap_class (of the result),
        coverage_ratio; coverage_three_steps and gap_class_three_steps; served_share_nearest (part
        of demand that finds room when everybody goes to the nearest site with room) and gap_class_nearest;
        methods_agree (all three say gap, or all three say no gap; NA where unknown or without a need).
    """
    coverage = analysis.coverage
    demand = coverage["demand_places"].to_numpy(dtype=np.float64)
    supply = analysis.supply["site_capacity"].to_numpy(dtype=np.float64)
    three = three_step_catchment(demand, supply, analysis.reach).coverage_ratio
    assigned = nearest_assignment(demand, supply, analysis.reach, analysis.cost_m)
    share = np.divide(assigned.served, demand, out=np.full(len(demand), np.nan), where=demand > 0)
    known = analysis.reach @ np.isfinite(supply).astype(np.float64) > 0
    has_reach = (coverage["services_in_reach"] > 0).to_numpy(dtype=bool)
    thresholds = {"at_norm": analysis.settings.at_norm, "far_below": analysis.settings.far_below}
    by_three = gap_classes(demand, three, has_reach, known, **thresholds)
    # Nobody is served beyond need here, so a share can never pass 1: full service counts as at the norm.
    capped = {name: min(1.0, value) for name, value in thresholds.items()}
    by_nearest = gap_classes(demand, share, has_reach, known, **capped)
    classes = np.column_stack((coverage["gap_class"].to_numpy(dtype=object), by_three, by_nearest))
    fine = classes == AT_OR_ABOVE
    unknown = np.isnan(demand) | (demand == 0) | (classes == UNKNOWN).any(axis=1)
    agree = pd.Series(fine.all(axis=1) | ~fine.any(axis=1)).astype("boolean").mask(pd.Series(unknown))
    return pd.DataFrame(
        {
            "municipality_code": coverage["municipality_code"],
            "name": coverage["name"],
            "gap_class": coverage["gap_class"],
            "coverage_ratio": coverage["coverage_ratio"],
            "coverage_three_steps": three,
            "gap_class_three_steps": pd.Series(by_three, dtype="str"),
            "served_share_nearest": share,
            "gap_class_nearest": pd.Series(by_nearest, dtype="str"),
            "methods_agree": agree,
        }
    )

"""
Reach: which places a site serves, and with what weight.

Where a field service declares the municipalities it serves, these count and no others.
A protected site is known by its district only and serves all of it.
A site whose place is unknown serves nobody that can be named. The rest is modelled by distance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from geodata.arrays import FloatArray, IndexArray
from geodata.method.access import reach_matrix, reach_of_points
from geodata.travel.straight import (
    BOUNDARY_TOLERANCE_M,
    DEFAULT_DETOUR_FACTOR,
    Pairs,
    Points,
    distance_between,
    nearest_sites,
)
from geodata.travel.table import TravelTable
from geodata.vocabulary.eligibility import NOT_FOR_SENIORS

DECLARED, MODELLED, DISTRICT, NOWHERE = "declared", "modelled", "district", "nowhere"
LOCATED_QUALITIES = ("coordinates", "address_point", "municipality")
FIELD_FORM = "ter"


@dataclass(frozen=True)
class Places:
    """Where people live: codes, districts and points, one element for each place."""

    codes: pd.Index
    districts: NDArray[np.object_]
    points: Points

    def rows(self) -> dict[str, int]:
        """Return the number of each place by its code."""
        return {code: row for row, code in enumerate(self.codes.tolist())}


@dataclass(frozen=True)
class ReachPlan:
    """
    What reach of a group depends on, before limits and decay are chosen.

    `mode` is one word per site; `fixed_row` and `fixed_column` are the pairs (place, site)
    that are in reach whatever the distance; `modelled` are the points of the sites whose reach is modelled,
    `located` of all whose place is known.
    """

    site_ids: pd.Index
    mode: NDArray[np.object_]
    fixed_row: IndexArray
    fixed_column: IndexArray
    modelled: Points
    located: Points


def reach_plan(places: Places, supply: pd.DataFrame, served_area: pd.DataFrame, form: str) -> ReachPlan:
    """
    Decide how the reach of every site is known.

    Parameters
    ----------
    places
        Municipalities of one country.
    supply
        Table of `geodata.method.supply.supply_of_group`.
    served_area
        Table `served_area`: declared municipalities; those outside `places` are left aside,
        but the service stays declared.
    form
        Form of the group; only field services ("ter") are served by declaration.
    """
    services = supply["service_id"].to_numpy(dtype=object)
    quality = supply["location_quality"].to_numpy(dtype=object)
    latitude = supply["latitude"].to_numpy(dtype=np.float64)
    longitude = supply["longitude"].to_numpy(dtype=np.float64)
    is_located = np.array([word in LOCATED_QUALITIES for word in quality], dtype=bool)
    # Whoever is for other people is in nobody's reach: not near, not crowded,
    # not a service of unknown capacity.
    is_for_others = (supply["not_counted_reason"] == NOT_FOR_SENIORS).to_numpy(dtype=bool)
    has_point = is_located & np.isfinite(latitude) & np.isfinite(longitude) & ~is_for_others
    is_declared = np.zeros(len(supply), dtype=bool)
    if form == FIELD_FORM:
        declares = set(served_area["service_id"].tolist())
        is_declared = np.array([service_id in declares for service_id in services], dtype=bool)
    is_declared &= ~is_for_others
    has_district = (quality == "district") & supply["district_code"].notna().to_numpy() & ~is_for_others
    mode = np.select(
        [is_declared, has_point, has_district], [DECLARED, MODELLED, DISTRICT], default=NOWHERE
    ).astype(object)
    rows, columns = _declared_pairs(places, services, is_declared, served_area)
    district_rows, district_columns = _district_pairs(places, supply, mode)
    is_modelled = mode == MODELLED
    return ReachPlan(
        site_ids=pd.Index(supply["site_id"]),
        mode=mode,
        fixed_row=np.concatenate((rows, district_rows)),
        fixed_column=np.concatenate((columns, district_columns)),
        modelled=Points(np.where(is_modelled, latitude, np.nan), np.where(is_modelled, longitude, np.nan)),
        located=Points(np.where(has_point, latitude, np.nan), np.where(has_point, longitude, np.nan)),
    )


def _declared_pairs(
    places: Places,
    services: NDArray[np.object_],
    is_declared: NDArray[np.bool_],
    served_area: pd.DataFrame,
) -> tuple[IndexArray, IndexArray]:
    columns: dict[str, list[int]] = {}
    for column in np.flatnonzero(is_declared):
        columns.setdefault(services[column], []).append(int(column))
    if not columns:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    row_of = places.rows()
    pairs = {
        (row_of[code], column)
        for service_id, code in zip(
            served_area["service_id"].tolist(), served_area["municipality_code"].tolist(), strict=True
        )
        if code in row_of
        for column in columns.get(service_id, [])
    }
    row, column_of = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2).T
    return row, column_of


def _district_pairs(
    places: Places, supply: pd.DataFrame, mode: NDArray[np.object_]
) -> tuple[IndexArray, IndexArray]:
    columns = np.flatnonzero(mode == DISTRICT)
    of_site = supply["district_code"].to_numpy(dtype=object)[columns]
    row, position = np.nonzero(places.districts[:, None] == of_site[None, :])
    return row.astype(np.int64), columns[position].astype(np.int64)


def reach_weights(
    plan: ReachPlan,
    places: Places,
    *,
    limit_m: float,
    decay: str = "binary",
    detour_factor: float = DEFAULT_DETOUR_FACTOR,
    table: TravelTable | None = None,
) -> sparse.csr_array:
    """
    Weigh every pair of place and site, shape (places, sites).

    Parameters
    ----------
    plan, places
        See `reach_plan`.
    limit_m
        Limit in metres along roads, the boundary included; it does not touch declared areas and districts.
    decay
        Code of codelist `decays`, for modelled reach.
    detour_factor
        Metres along roads per metre in a straight line.
    table
        Costs on a network or of a user's matrix, in place of the straight line for what it knows.

    Raises
    ------
    ParameterError
        If a parameter is refused by `geodata.travel.straight` or `geodata.method.access`.
    """
    if table is None:
        modelled = reach_of_points(places.points, plan.modelled, limit_m, decay, detour_factor)
    else:
        modelled = reach_matrix(_modelled_pairs(plan, places, table), limit_m, decay)
        sites, known = table.knows(plan.site_ids), table.knows_places(places.codes)
        for points, targets in (
            (places.points, without(plan.modelled, sites)),
            (without(places.points, known), without(plan.modelled, ~sites)),
        ):
            modelled = modelled + reach_of_points(points, targets, limit_m, decay, detour_factor)
    fixed = sparse.csr_array(
        (np.ones(len(plan.fixed_row)), (plan.fixed_row, plan.fixed_column)), shape=modelled.shape
    )
    # A site is either fixed or modelled, so the two never meet in one cell.
    return sparse.csr_array(modelled + fixed)


def without(points: Points, left_out: NDArray[np.bool_]) -> Points:
    """
    Return the points with some of them unknown.

    Examples
    --------
    >>> points = Points(np.array([49.0, 50.0]), np.array([18.0, 18.0]))
    >>> without(points, np.array([True, False])).latitude.tolist()
    [nan, 50.0]
    """
    return Points(np.where(left_out, np.nan, points.latitude), np.where(left_out, np.nan, points.longitude))


def _modelled_pairs(plan: ReachPlan, places: Places, table: TravelTable) -> Pairs:
    pairs = table.pairs_for(places.codes, plan.site_ids)
    is_modelled = plan.mode[pairs.column] == MODELLED
    return Pairs(pairs.row[is_modelled], pairs.column[is_modelled], pairs.cost_m[is_modelled], pairs.shape)


def costs_of_cells(
    plan: ReachPlan,
    places: Places,
    reach: sparse.csr_array,
    *,
    detour_factor: float,
    table: TravelTable | None = None,
) -> FloatArray:
    """
    Return metres along roads of every stored cell of `reach`, in its order;
    NaN where a site's place is not known.
    """
    row = np.repeat(np.arange(reach.shape[0]), np.diff(reach.indptr))
    column = reach.indices.astype(np.int64)
    cost_m = distance_between(places.points, plan.located, row, column) * detour_factor
    if table is None:
        return cost_m
    # Where the table knows both, its costs alone count, even where it holds none for a declared place.
    cost_m[table.knows(plan.site_ids)[column] & table.knows_places(places.codes)[row]] = np.nan
    pairs = table.pairs_for(places.codes, plan.site_ids)
    wanted, held = row * reach.shape[1] + column, pairs.row * reach.shape[1] + pairs.column
    if len(held):
        position = np.minimum(np.searchsorted(held, wanted), len(held) - 1)
        is_held = held[position] == wanted
        cost_m[is_held] = pairs.cost_m[position[is_held]]
    return cost_m


def nearest_by_table(
    plan: ReachPlan, places: Places, detour_factor: float, table: TravelTable
) -> tuple[FloatArray, IndexArray]:
    """
    Find the nearest site of every place by a travel table,
    and by the straight line × detour for what it does not know.

    Returns
    -------
    cost_m
        Metres along roads; NaN where no site is located or none is in the table.
    site
        Number of the site, -1 where there is none. Of sites equally near the first counts.
    """
    is_known = table.knows(plan.site_ids)
    fixed = ~is_known[plan.fixed_column]
    others = ReachPlan(
        plan.site_ids,
        plan.mode,
        plan.fixed_row[fixed],
        plan.fixed_column[fixed],
        without(plan.modelled, is_known),
        without(plan.located, is_known),
    )
    cost_m, site = nearest_located_sites(others, places)
    all_m, all_site = nearest_located_sites(plan, places)
    unknown = ~table.knows_places(places.codes)
    cost_m = np.where(unknown, all_m, cost_m) * detour_factor
    site = np.where(unknown, all_site, site)
    pairs = table.pairs_for(places.codes, plan.site_ids)
    serves = set(zip(plan.fixed_row.tolist(), plan.fixed_column.tolist(), strict=True))
    for i, j, cost in zip(pairs.row.tolist(), pairs.column.tolist(), pairs.cost_m.tolist(), strict=True):
        # NaN compares as false, so the first cost that is known always counts.
        is_nearer = not (cost_m[i] <= cost) or (cost_m[i] == cost and j < site[i])
        if is_nearer and (plan.mode[j] == MODELLED or (i, j) in serves):
            cost_m[i], site[i] = cost, j
    return cost_m, site


def nearest_located_sites(plan: ReachPlan, places: Places) -> tuple[FloatArray, IndexArray]:
    """
    Find the nearest site of every place, however far; a declared service only where it serves.

    Returns
    -------
    distance_m
        Straight line in metres; NaN where no site is located.
    site
        Number of the site, -1 where there is none. Of sites equally near the first counts.
    """
    distance, site = nearest_sites(places.points, plan.modelled)
    fixed_m = distance_between(places.points, plan.located, plan.fixed_row, plan.fixed_column)
    is_known = np.isfinite(fixed_m)
    order = np.lexsort((plan.fixed_column[is_known], fixed_m[is_known]))
    row = plan.fixed_row[is_known][order]
    first_row, first = np.unique(row, return_index=True)
    chosen = np.flatnonzero(is_known)[order][first]
    # Of equals the first site counts, as in `nearest_sites`;
    # a place without any modelled site takes what there is.
    gap_m = fixed_m[chosen] - np.nan_to_num(distance[first_row], nan=np.inf)
    is_first = plan.fixed_column[chosen] < site[first_row]
    nearer = (gap_m < -BOUNDARY_TOLERANCE_M) | ((gap_m <= BOUNDARY_TOLERANCE_M) & is_first)
    distance[first_row[nearer]] = fixed_m[chosen[nearer]]
    site[first_row[nearer]] = plan.fixed_column[chosen[nearer]]
    return distance, site

"""The tables of a result: one row per municipality, one row per site."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from geodata.arrays import FloatArray
from geodata.method.benchmark import Norm
from geodata.method.coverage import BoolArray, Coverage, count_services_in_reach
from geodata.method.gaps import UNKNOWN, gap_classes
from geodata.method.inputs import CountryInputs, GroupInputs
from geodata.method.reach import MODELLED, nearest_by_table
from geodata.method.settings import Settings
from geodata.travel.table import STRAIGHT_LINE, TravelTable

OF_THE_MET = ("coverage_ratio", "served_places", "waiting_places", "out_of_reach_places", "missing_places")
"""Columns that say how much of a need is met; NA where the gap class is unknown."""


def coverage_table(
    here: CountryInputs,
    inputs: GroupInputs,
    covered: Coverage,
    reach: sparse.csr_array,
    *,
    target: FloatArray,
    demand: FloatArray,
    is_counted: BoolArray,
    near_edge: tuple[BoolArray, FloatArray],
    settings: Settings,
    nearest: tuple[FloatArray, pd.Series],
) -> pd.DataFrame:
    """
    Return one row per municipality; columns as docs/ENGINE.md, `Analysis.coverage`.

    Where the class is unknown, nobody can tell how much of the need is met:
    all that would say so (`OF_THE_MET`) is NA here, once, so that no table,
    map or file made of it can print the 0 that the sums of the method stand on.
    """
    classes = gap_classes(
        demand,
        covered.catchment.coverage_ratio,
        covered.has_reach,
        covered.has_known_reach,
        at_norm=settings.at_norm,
        far_below=settings.far_below,
    )
    is_told = classes != UNKNOWN
    met = {
        "coverage_ratio": covered.catchment.coverage_ratio,
        "served_places": covered.served,
        "waiting_places": covered.waiting,
        "out_of_reach_places": covered.out_of_reach,
        "missing_places": demand - covered.served,
    }
    services = inputs.service_of_site
    everything = np.ones(len(services), dtype=bool)
    return pd.DataFrame(
        {
            "municipality_code": here.municipality_code,
            "name": here.name,
            "target_persons": target,
            "demand_places": demand,
            **{name: np.where(is_told, met[name], np.nan) for name in OF_THE_MET},
            "gap_class": pd.Series(classes, dtype="str"),
            "is_lower_bound": covered.is_lower_bound,
            "is_near_edge": near_edge[0],
            "edge_share": near_edge[1],
            "services_in_reach": count_services_in_reach(reach, services, everything),
            "services_in_reach_unknown": count_services_in_reach(reach, services, ~is_counted),
            "services_in_reach_protected": count_services_in_reach(reach, services, inputs.is_protected),
            "nearest_service_m": nearest[0],
            "nearest_service_id": nearest[1],
        }
    )


def nearest_services(
    here: CountryInputs, inputs: GroupInputs, settings: Settings, travel: TravelTable | None
) -> tuple[FloatArray, pd.Series]:
    """
    Return metres along roads to the nearest service of every municipality,
    and its service_id; NA where there is none.
    """
    if travel is None:
        return inputs.nearest_straight_m * settings.detour_factor, inputs.nearest_service_id
    cost_m, site = nearest_by_table(inputs.plan, here.places, settings.detour_factor, travel)
    services = inputs.supply["service_id"].reindex(site).reset_index(drop=True)
    return cost_m, services


def _travel_levels(inputs: GroupInputs, travel: TravelTable | None) -> pd.Series:
    """Say for every site by which level its reach was modelled; NA where distance plays no part."""
    known = np.zeros(len(inputs.supply), dtype=bool) if travel is None else travel.knows(inputs.plan.site_ids)
    levels = np.where(known, travel.level if travel else STRAIGHT_LINE, STRAIGHT_LINE).astype(object)
    levels[inputs.plan.mode != MODELLED] = None
    return pd.Series(levels, dtype="str")


def supply_table(
    inputs: GroupInputs,
    covered: Coverage,
    *,
    site_capacity: FloatArray,
    reaches_unknown: BoolArray,
    norm: Norm,
    travel: TravelTable | None,
) -> pd.DataFrame:
    """
    Return one row per site; columns as docs/ENGINE.md, `Analysis.supply`.

    Beside them `travel_level` (how a modelled reach was measured) and `reaches_unknown_demand`
    (somebody nobody counted shares the site, so its ratio is an upper bound).
    """
    is_counted = np.isfinite(site_capacity)
    has_norm = norm.is_available
    demand_in_reach = covered.catchment.demand_in_reach
    return pd.DataFrame(
        {
            **inputs.supply,
            "site_capacity": site_capacity,
            "counted": is_counted,
            "not_counted_reason": inputs.supply["not_counted_reason"].where(~is_counted),
            "reach_mode": inputs.reach_mode,
            "travel_level": _travel_levels(inputs, travel),
            "demand_in_reach": demand_in_reach if has_norm else np.full(len(is_counted), np.nan),
            "supply_ratio": covered.catchment.supply_ratio,
            "reaches_unknown_demand": reaches_unknown,
        }
    )

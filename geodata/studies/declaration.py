"""Declarations: where what field services declare to serve and what distance would suggest disagree."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.method.analysis import Analysis
from geodata.method.reach import DECLARED
from geodata.travel.straight import BOUNDARY_TOLERANCE_M, distance_between, straight_line_pairs

BOTH, DECLARED_ONLY, MODELLED_ONLY, PLACE_UNKNOWN = "both", "declared_only", "modelled_only", "place_unknown"
AGREEMENTS = (BOTH, DECLARED_ONLY, MODELLED_ONLY, PLACE_UNKNOWN)
"""
Served by both; declared though every site is past the limit; within the limit but not declared; declared by a service whose place is not known,
so that distance has no say.
"""


def declared_and_modelled(analysis: Analysis) -> pd.DataFrame:
    """
    Put declared areas beside modelled reach.

    Parameters
    ----------
    analysis
        Result of `geodata.method.analysis.analyse`; its limit and detour say what distance would suggest.

    Returns
    -------
    pairs
        One row per service with a declared area and municipality that either side names, sorted by service, then in the order of the municipalities:
        service_id, municipality_code, name, is_declared, is_modelled (NA where no site is located), cost_m (metres along roads from the nearest
        site; NA unknown), agreement (a code of `AGREEMENTS`). Empty where no service of the group declares an area.

    Notes
    -----
    A disagreement is a question to the provider, not an error: a service may well drive farther than the limit, or have no room next door.
    The straight line × detour is used here whatever the analysis used: the question is the declaration.
    """
    supply = analysis.supply
    columns = np.flatnonzero((supply["reach_mode"] == DECLARED).to_numpy(dtype=bool))
    detour = analysis.settings.detour_factor
    cells = analysis.reach.tocoo()
    is_declared = np.isin(cells.col, columns)
    near = straight_line_pairs(analysis.points, analysis.site_points, analysis.limit_m, detour)
    is_near = np.isin(near.column, columns)
    row = np.concatenate((cells.row[is_declared], near.row[is_near])).astype(np.int64)
    column = np.concatenate((cells.col[is_declared], near.column[is_near])).astype(np.int64)
    frame = pd.DataFrame(
        {
            "row": row,
            "service_id": supply["service_id"].to_numpy(dtype=object)[column],
            "is_declared": np.arange(len(row)) < is_declared.sum(),
            "cost_m": distance_between(analysis.points, analysis.site_points, row, column) * detour,
        }
    )
    pairs = (
        frame.groupby(["service_id", "row"], sort=True)
        .agg(is_declared=("is_declared", "any"), cost_m=("cost_m", "min"))
        .reset_index()
    )
    cost_m = pairs["cost_m"].to_numpy(dtype=np.float64)
    is_modelled = (
        pd.Series(cost_m <= analysis.limit_m + BOUNDARY_TOLERANCE_M).astype("boolean").mask(np.isnan(cost_m))
    )
    declared = pairs["is_declared"].to_numpy(dtype=bool)
    modelled = is_modelled.fillna(value=False).to_numpy(dtype=bool)
    agreement = np.select(
        [np.isnan(cost_m), declared & modelled, declared], [PLACE_UNKNOWN, BOTH, DECLARED_ONLY], MODELLED_ONLY
    )
    codes = (
        analysis.coverage[["municipality_code", "name"]].take(pairs["row"].to_numpy()).reset_index(drop=True)
    )
    return pd.DataFrame(
        {
            "service_id": pairs["service_id"].astype("str"),
            "municipality_code": codes["municipality_code"],
            "name": codes["name"],
            "is_declared": declared,
            "is_modelled": is_modelled,
            "cost_m": cost_m,
            "agreement": pd.Series(agreement, dtype="str"),
        }
    )

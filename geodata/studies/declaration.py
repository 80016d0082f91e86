"""Declarations: where what a service declares to serve and what distance would suggest disagree."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from geodata.method.analysis import Analysis
from geodata.travel.straight import BOUNDARY_TOLERANCE_M, Points, distance_between, straight_line_pairs

BOTH, DECLARED_ONLY, MODELLED_ONLY, PLACE_UNKNOWN = "both", "declared_only", "modelled_only", "place_unknown"
AGREEMENTS = (BOTH, DECLARED_ONLY, MODELLED_ONLY, PLACE_UNKNOWN)
"""
Served by both; declared though every site is past the limit; within the limit but not declared; declared by a
service whose place is not known, so that distance has no say.
"""


def declared_and_modelled(analysis: Analysis, service_id: str, declared: Collection[str]) -> pd.DataFrame:
    """
    Put the declared area of a service beside what distance would suggest.

    Parameters
    ----------
    analysis
        Result of `geodata.method.analysis.analyse`; its limit and detour say what distance would suggest.
    service_id
        A service of the analysis; of one that is not part of it no place is known.
    declared
        Codes of the municipalities it declares to serve; those of another country are left aside.

    Returns
    -------
    pairs
        One row per municipality that either side names, in the order of `Analysis.coverage`:
        municipality_code, name, is_declared, is_modelled (NA where no site is located), cost_m (metres along
        roads from the nearest site; NA unknown), agreement (a code of `AGREEMENTS`).

    Notes
    -----
    A disagreement is a question to the provider, not an error: a service may well drive farther than the
    limit, or have no room next door. The straight line × detour is used here whatever the analysis used: the
    question is the declaration.
    """
    columns = np.flatnonzero((analysis.supply["service_id"] == service_id).to_numpy(dtype=bool))
    sites = Points(analysis.site_points.latitude[columns], analysis.site_points.longitude[columns])
    detour = analysis.settings.detour_factor
    codes = analysis.coverage["municipality_code"]
    is_declared = codes.isin(list(declared)).to_numpy(dtype=bool)
    near = straight_line_pairs(analysis.points, sites, analysis.limit_m, detour)
    rows = np.union1d(np.flatnonzero(is_declared), near.row).astype(np.int64)
    cost_m = np.full(len(rows), np.nan)
    for site in range(len(sites)):
        each = distance_between(analysis.points, sites, rows, np.full(len(rows), site, dtype=np.int64))
        cost_m = np.fmin(cost_m, each * detour)
    declares = is_declared[rows]
    is_near = cost_m <= analysis.limit_m + BOUNDARY_TOLERANCE_M
    agreement = np.select(
        [np.isnan(cost_m), declares & is_near, declares], [PLACE_UNKNOWN, BOTH, DECLARED_ONLY], MODELLED_ONLY
    )
    return pd.DataFrame(
        {
            "municipality_code": codes.take(rows).reset_index(drop=True),
            "name": analysis.coverage["name"].take(rows).reset_index(drop=True),
            "is_declared": declares,
            "is_modelled": pd.Series(is_near).astype("boolean").mask(np.isnan(cost_m)),
            "cost_m": cost_m,
            "agreement": pd.Series(agreement, dtype="str"),
        }
    )

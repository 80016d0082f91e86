"""Totals of a set of municipalities, for instance a planning area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geodata.errors import UnknownCodeError
from geodata.gaps import GAP_CLASSES
from geodata.travel import FloatArray, IndexArray

if TYPE_CHECKING:
    from geodata.analysis import Analysis

_PARTS = ("served_places", "waiting_places", "out_of_reach_places")


@dataclass(frozen=True)
class Summary:
    """
    Totals of a set of municipalities; served + waiting + out of reach = demand.

    Totals are over the municipalities whose demand is known; `municipalities_unknown` counts the others.
    `coverage_ratio` is the mean of A weighted by demand, `served_share` the part of demand that is met; both are None where
    there is no demand. `edge_share` is the part beyond the edge (`geodata.edge`), the mean
    weighted by target persons; None where no share is known. `persons_none_in_reach` counts the target population with no service within reach at all,
    whatever its capacity. `capacity_located` is the counted capacity of the sites in these municipalities.
    """

    municipalities: int
    municipalities_unknown: int
    target_persons: float
    demand_places: float
    served_places: float
    waiting_places: float
    out_of_reach_places: float
    missing_places: float
    coverage_ratio: float | None
    served_share: float | None
    persons_none_in_reach: float
    class_counts: Mapping[str, int]
    is_lower_bound: bool
    is_near_edge: bool
    edge_share: float | None
    services_located: int
    services_located_unknown: int
    capacity_located: float


def positions_of(analysis: Analysis, municipality_codes: Sequence[str]) -> IndexArray:
    """
    Return the rows of municipalities in the coverage table, in its order; a code that is named twice counts once.

    Raises
    ------
    UnknownCodeError
        If a code is not among the municipalities of the analysis.
    """
    all_codes = pd.Index(analysis.coverage["municipality_code"])
    wanted = pd.Index(dict.fromkeys(municipality_codes))
    position = all_codes.get_indexer(wanted)
    if (position < 0).any():
        missing = wanted[position < 0]
        raise UnknownCodeError(
            f"{len(missing)} municipalities are not in the analysis of {analysis.country} (first: '{missing[0]}')."
        )
    return np.sort(position).astype(np.int64)


def summarise(analysis: Analysis, municipality_codes: Sequence[str]) -> Summary:
    """
    Add up a set of municipalities, for instance a planning area.

    Parameters
    ----------
    analysis
        Result of `analyse`.
    municipality_codes
        Codes of municipalities of the analysed country; one that is named twice counts once.

    Raises
    ------
    UnknownCodeError
        If a code is not among the municipalities of the analysis.
    """
    rows, coverage, supply = positions_of(analysis, municipality_codes), analysis.coverage, analysis.supply
    numbers = {
        name: coverage[name].to_numpy(dtype=np.float64)[rows]
        for name in ("target_persons", "demand_places", "coverage_ratio", *_PARTS, "missing_places")
    }
    demand = numbers["demand_places"]
    total = {name: float(np.nansum(values)) for name, values in numbers.items()}
    has_demand = total["demand_places"] > 0
    classes = Counter(coverage["gap_class"].to_numpy(dtype=object)[rows].tolist())
    members = set(coverage["municipality_code"].to_numpy(dtype=object)[rows].tolist())
    is_here = np.array([code in members for code in supply["municipality_code"].tolist()], dtype=bool)
    counted = supply["counted"].to_numpy(dtype=bool)
    services = supply["service_id"].to_numpy(dtype=object)
    none_in_reach = coverage["services_in_reach"].to_numpy()[rows] == 0
    return Summary(
        municipalities=len(rows),
        municipalities_unknown=int(np.isnan(demand).sum()),
        target_persons=total["target_persons"],
        demand_places=total["demand_places"],
        served_places=total["served_places"],
        waiting_places=total["waiting_places"],
        out_of_reach_places=total["out_of_reach_places"],
        missing_places=total["missing_places"],
        coverage_ratio=float(np.nansum(demand * numbers["coverage_ratio"]) / total["demand_places"])
        if has_demand
        else None,
        served_share=total["served_places"] / total["demand_places"] if has_demand else None,
        persons_none_in_reach=float(np.nansum(numbers["target_persons"][none_in_reach])),
        class_counts={code: classes[code] for code in GAP_CLASSES},
        is_lower_bound=bool(coverage["is_lower_bound"].to_numpy()[rows].any()),
        is_near_edge=bool(coverage["is_near_edge"].to_numpy()[rows].any()),
        edge_share=_mean_by_people(
            coverage["edge_share"].to_numpy(dtype=np.float64)[rows], numbers["target_persons"]
        ),
        services_located=len(set(services[is_here])),
        services_located_unknown=len(set(services[is_here & ~counted])),
        capacity_located=float(supply["site_capacity"].to_numpy(dtype=np.float64)[is_here & counted].sum()),
    )


def _mean_by_people(values: FloatArray, persons: FloatArray) -> float | None:
    """Return the mean of the known values, weighted by the people each stands for; None where there is none."""
    known = np.isfinite(values)
    if not known.any():
        return None
    weights = np.nan_to_num(persons[known])
    if not weights.sum() > 0:
        weights = np.ones(int(known.sum()))
    return float(np.average(values[known], weights=weights))

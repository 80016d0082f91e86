"""Totals of a set of municipalities, for instance a planning area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geodata.arrays import FloatArray, IndexArray
from geodata.errors import UnknownCodeError
from geodata.method.gaps import GAP_CLASSES, UNKNOWN

if TYPE_CHECKING:
    from geodata.method.analysis import Analysis

_PARTS = ("served_places", "waiting_places", "out_of_reach_places", "missing_places")


@dataclass(frozen=True)
class Summary:
    """
    Totals of a set of municipalities; served + waiting + out of reach + untold = demand,
    missing = waiting + out of reach.

    Each total is the sum of the rows that have the figure, and None where no row has it: unknown is not 0.
    `demand_places` is over the municipalities whose demand is known
    (`municipalities_unknown` counts the others). What is served, waiting,
    out of reach and missing is over the `municipalities_told`, whose gap class is known;
    `untold_places` is the demand of those where only capacities unknown are within reach:
    nobody can tell how much of it is met. `coverage_ratio` is the mean of A weighted by demand,
    `served_share` the part of demand that is met, both of the municipalities told;
    None where these have no demand. `is_lower_bound` marks served as "at least", missing as "at most".
    `persons_none_in_reach` counts the target population with no service within reach at all,
    whatever its capacity. `edge_share` is the part beyond the edge (`geodata.method.edge`), the mean weighted
    by target persons; None where no share is known. `capacity_located` is the counted capacity of the sites
    in these municipalities, None where none of those there counts.
    """

    municipalities: int
    municipalities_unknown: int
    municipalities_told: int
    target_persons: float | None
    demand_places: float | None
    served_places: float | None
    waiting_places: float | None
    out_of_reach_places: float | None
    missing_places: float | None
    untold_places: float | None
    coverage_ratio: float | None
    served_share: float | None
    persons_none_in_reach: float | None
    class_counts: Mapping[str, int]
    is_lower_bound: bool
    is_near_edge: bool
    edge_share: float | None
    services_located: int
    services_located_unknown: int
    capacity_located: float | None

    @property
    def is_told(self) -> bool:
        """Whether anything can be told of what is met and what is missing."""
        return self.municipalities_told > 0

    @property
    def is_whole(self) -> bool:
        """Whether the totals of what is met and missing are of all municipalities."""
        return self.municipalities_told == self.municipalities


def known_sum(values: FloatArray) -> float | None:
    """
    Add up what is known; None where nothing is.

    Examples
    --------
    >>> known_sum(np.array([1.5, np.nan])), known_sum(np.array([np.nan]))
    (1.5, None)
    """
    return None if np.isnan(values).all() else float(np.nansum(values))


def positions_of(analysis: Analysis, municipality_codes: Sequence[str]) -> IndexArray:
    """
    Return the rows of municipalities in the coverage table, in its order;
    a code that is named twice counts once.

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
            f"{len(missing)} municipalities are not in the analysis of {analysis.country} (first: "
            f"'{missing[0]}')."
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
        for name in ("target_persons", "demand_places", "coverage_ratio", *_PARTS)
    }
    demand, persons = numbers["demand_places"], numbers["target_persons"]
    class_of_row = coverage["gap_class"].to_numpy(dtype=object)[rows]
    is_told = class_of_row != UNKNOWN
    told_places = float(demand[is_told].sum())
    parts = {name: known_sum(numbers[name][is_told]) for name in _PARTS}
    served = parts["served_places"]
    classes = Counter(class_of_row.tolist())
    members = set(coverage["municipality_code"].to_numpy(dtype=object)[rows].tolist())
    is_here = np.array([code in members for code in supply["municipality_code"].tolist()], dtype=bool)
    counted = supply["counted"].to_numpy(dtype=bool)
    services = supply["service_id"].to_numpy(dtype=object)
    none_in_reach = coverage["services_in_reach"].to_numpy()[rows] == 0
    located = supply["site_capacity"].to_numpy(dtype=np.float64)[is_here & counted]
    return Summary(
        municipalities=len(rows),
        municipalities_unknown=int(np.isnan(demand).sum()),
        municipalities_told=int(is_told.sum()),
        target_persons=known_sum(persons),
        demand_places=known_sum(demand),
        untold_places=None if np.isnan(demand).all() else float(np.nansum(demand[~is_told])),
        # Without a need there is no ratio: its product with the need is nothing.
        coverage_ratio=float(np.nansum((demand * numbers["coverage_ratio"])[is_told]) / told_places)
        if told_places
        else None,
        served_share=served / told_places if told_places and served is not None else None,
        persons_none_in_reach=known_sum(persons[none_in_reach]) if none_in_reach.any() else 0.0,
        class_counts={code: classes[code] for code in GAP_CLASSES},
        is_lower_bound=bool(coverage["is_lower_bound"].to_numpy()[rows][is_told].any()),
        is_near_edge=bool(coverage["is_near_edge"].to_numpy()[rows].any()),
        edge_share=_mean_by_people(
            coverage["edge_share"].to_numpy(dtype=np.float64)[rows], numbers["target_persons"]
        ),
        services_located=len(set(services[is_here])),
        services_located_unknown=len(set(services[is_here & ~counted])),
        capacity_located=None if is_here.any() and not len(located) else float(located.sum()),
        **parts,
    )


def _mean_by_people(values: FloatArray, persons: FloatArray) -> float | None:
    """
    Return the mean of the known values, weighted by the people each stands for;
    None where there is none.
    """
    known = np.isfinite(values)
    if not known.any():
        return None
    weights = np.nan_to_num(persons[known])
    if not weights.sum() > 0:
        weights = np.ones(int(known.sum()))
    return float(np.average(values[known], weights=weights))

"""Equity: how evenly what is within reach is spread, and where one more place would do most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.arrays import FloatArray, check_positive
from geodata.method.analysis import Analysis
from geodata.method.gaps import RATIO_TOLERANCE, UNKNOWN
from geodata.method.summary import known_sum, positions_of


def gini(values: FloatArray, weights: FloatArray) -> float | None:
    """
    Measure inequality: 0 = everybody has the same, 1 = one has everything.

    Parameters
    ----------
    values
        What a person has, at least 0; one for each place. NaN = unknown, left out.
    weights
        Persons of each place, at least 0.

    Returns
    -------
    gini
        None where nobody is known or nobody has anything.

    Notes
    -----
    Area between the Lorenz curve of weighted values and the diagonal (Gini 1912), by trapezoids: a person of
    a large village counts as much as one of a small village.
    """
    known = np.isfinite(values) & (weights > 0)
    order = np.argsort(values[known], kind="stable")
    persons, owned = weights[known][order], (values * weights)[known][order]
    if not owned.sum() > 0:
        return None
    share = np.concatenate(([0.0], np.cumsum(owned) / owned.sum()))
    return float(1.0 - (persons / persons.sum() * (share[1:] + share[:-1])).sum())


@dataclass(frozen=True)
class Extreme:
    """A municipality with the lowest or highest coverage of a set; `is_lower_bound`: it may have more."""

    municipality_code: str
    coverage_ratio: float
    is_lower_bound: bool


@dataclass(frozen=True)
class Equity:
    """
    Spread of coverage over the people of a set of municipalities; None where nobody is known to need
    anything.

    `mean_coverage` is A weighted by target population; `gini` of A over the same people; `mean_difference` of
    A between two of them taken at random; `share_below_norm` the part of the target population that lives
    where A is below the norm; `persons_known` how many people this is about. `is_lower_bound`: a capacity
    within reach of some is unknown, so A may be higher. `unknown` are the codes of the municipalities left
    out because their class is unknown, `persons_unknown` the target population that is known to live there.
    """

    mean_coverage: float | None
    gini: float | None
    mean_difference: float | None
    share_below_norm: float | None
    persons_below_norm: float
    persons_known: float
    is_lower_bound: bool
    lowest: Extreme | None
    highest: Extreme | None
    unknown: tuple[str, ...]
    persons_unknown: float | None


def equity(analysis: Analysis, municipality_codes: Sequence[str]) -> Equity:
    """
    Describe the spread of coverage over a set of municipalities.

    Parameters
    ----------
    analysis
        Result of `geodata.method.analysis.analyse`.
    municipality_codes
        Codes of municipalities of the analysed country.

    Raises
    ------
    UnknownCodeError
        If a code is not among them.

    Notes
    -----
    The mean difference of two people taken at random, with replacement, is 2 · Gini · mean.
    """
    rows = analysis.coverage.iloc[positions_of(analysis, municipality_codes)]
    ratio = rows["coverage_ratio"].to_numpy(dtype=np.float64)
    persons = rows["target_persons"].to_numpy(dtype=np.float64)
    is_untold = (rows["gap_class"] == UNKNOWN).to_numpy(dtype=bool)
    unknown = tuple(rows.loc[is_untold, "municipality_code"].tolist())
    persons_unknown = known_sum(persons[is_untold]) if unknown else 0.0
    known = ~is_untold & np.isfinite(ratio) & (persons > 0)
    total = float(persons[known].sum())
    if total == 0:
        return Equity(None, None, None, None, 0.0, 0.0, False, None, None, unknown, persons_unknown)
    below = float(persons[known & (ratio < analysis.settings.at_norm - RATIO_TOLERANCE)].sum())
    mean = float((persons[known] * ratio[known]).sum() / total)
    spread = gini(np.where(known, ratio, np.nan), np.nan_to_num(persons))
    known_rows = rows.loc[known, ["municipality_code", "coverage_ratio", "is_lower_bound"]]
    lowest, highest = (
        Extreme(str(row[0]), float(row[1]), bool(row[2]))
        for row in (
            known_rows.iloc[position].tolist() for position in (ratio[known].argmin(), ratio[known].argmax())
        )
    )
    return Equity(
        mean_coverage=mean,
        gini=spread,
        # Where nobody has anything, nobody has more than another.
        mean_difference=0.0 if spread is None else 2 * spread * mean,
        share_below_norm=below / total,
        persons_below_norm=below,
        persons_known=total,
        is_lower_bound=bool(known_rows["is_lower_bound"].any()),
        lowest=lowest,
        highest=highest,
        unknown=unknown,
        persons_unknown=persons_unknown,
    )


def added_places(analysis: Analysis, municipality_codes: Sequence[str], places: float = 1.0) -> pd.DataFrame:
    """
    Say what `places` more at each existing site would do for a set of municipalities.

    Parameters
    ----------
    analysis
        Result of `geodata.method.analysis.analyse`.
    municipality_codes
        Whose benefit is measured; people elsewhere compete for the new places as for the old ones.
    places
        How many, in the capacity unit.

    Returns
    -------
    effects
        One row per site that somebody with a need can reach, the best first: site_id, service_id,
        municipality_code, served_gain (places of demand newly met), gain_per_place (at most 1),
        served_share_before, served_share_after, mean_coverage_before, mean_coverage_after (A weighted by
        demand). Equal gains keep the order of the supply.

    Raises
    ------
    UnknownCodeError
        If a code is not among the municipalities of the analysis.
    ParameterError
        If `places` is not positive.

    Notes
    -----
    Exact, not a derivative: a place i within reach of site j gains ΔA = places · w_ij / Σ_k N_k w_kj, and
    what lies beyond the norm serves nobody twice.
    """
    check_positive("places", places)
    wanted = np.zeros(len(analysis.coverage), dtype=bool)
    wanted[positions_of(analysis, municipality_codes)] = True
    # Where the class is unknown nobody can tell what a place more would add to.
    wanted &= (analysis.coverage["gap_class"] != UNKNOWN).to_numpy(dtype=bool)
    demand = np.where(
        wanted, np.nan_to_num(analysis.coverage["demand_places"].to_numpy(dtype=np.float64)), 0.0
    )
    ratio = np.nan_to_num(analysis.coverage["coverage_ratio"].to_numpy(dtype=np.float64))
    asked = analysis.supply["demand_in_reach"].to_numpy(dtype=np.float64)
    reachable = asked > 0
    cells = analysis.reach.tocoo()
    inside = reachable[cells.col]
    row, column, weight = cells.row[inside], cells.col[inside], cells.data[inside]
    gain = places * weight / asked[column]
    served = demand[row] * (np.minimum(1.0, ratio[row] + gain) - np.minimum(1.0, ratio[row]))
    count = len(analysis.supply)
    served_gain = np.bincount(column, served, minlength=count)
    coverage_gain = np.bincount(column, demand[row] * gain, minlength=count)
    total = demand.sum()
    share = (demand * np.minimum(1.0, ratio)).sum() / total if total > 0 else np.nan
    mean = (demand * ratio).sum() / total if total > 0 else np.nan
    of_total = np.nan if total == 0 else 1 / total
    effects = analysis.supply[["site_id", "service_id", "municipality_code"]].assign(
        served_gain=served_gain,
        gain_per_place=served_gain / places,
        served_share_before=share,
        served_share_after=share + served_gain * of_total,
        mean_coverage_before=mean,
        mean_coverage_after=mean + coverage_gain * of_total,
    )
    effects = effects.loc[reachable]
    order = np.argsort(-effects["served_gain"].to_numpy(dtype=np.float64).round(9), kind="stable")
    return effects.iloc[order].reset_index(drop=True)

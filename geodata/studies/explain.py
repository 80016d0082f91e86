"""
Explanations: every figure of a result as a chain that a person can follow with a pocket calculator.

norm → demand → sites in reach with weights → supply ratios → coverage → served, waiting, out of reach.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.errors import UnknownCodeError
from geodata.method.analysis import Analysis
from geodata.method.benchmark import Norm
from geodata.method.gaps import UNKNOWN
from geodata.method.shares import equal_share

STEPS = (
    "norm",
    "demand",
    "supply_ratio",
    "coverage",
    "served",
    "waiting",
    "out_of_reach",
)
"""Steps of the chain, in order; a page translates the words."""

AFTER_DEMAND = STEPS[STEPS.index("coverage") :]
"""Steps that nobody can take where the gap class is unknown: their value is NA."""


@dataclass(frozen=True, eq=False)
class Explanation:
    """
    How the figures of one municipality came about.

    chain
        One row per calculation: step (a code of `STEPS`), site_id (for steps of a site, else NA),
        calculation (numbers as they are multiplied and divided), value, unit ("per_1000", "places", "ratio").
    sites
        One row per site within reach: site_id, service_id, reach_mode, cost_m, weight, capacity_number,
        sites_of_service (those that share the capacity, loaded or not), sites_loaded, site_capacity,
        not_counted_reason, demand_in_reach, supply_ratio, contribution (supply_ratio · weight; they add up
        to the coverage ratio). Sites that do not count contribute nothing and make the result "at least".
    """

    municipality_code: str
    name: str
    norm: Norm
    target_persons: float
    chain: pd.DataFrame
    sites: pd.DataFrame


def explain_municipality(analysis: Analysis, municipality_code: str) -> Explanation:
    """
    Write down the chain of one municipality.

    Parameters
    ----------
    analysis
        Result of `geodata.method.analysis.analyse`.
    municipality_code
        A municipality of it.

    Raises
    ------
    UnknownCodeError
        If the analysis has no such municipality.
    """
    position = np.flatnonzero(analysis.coverage["municipality_code"] == municipality_code)
    if len(position) == 0:
        raise UnknownCodeError(
            f"The analysis of {analysis.country} has no municipality '{municipality_code}'."
        )
    row = analysis.coverage.iloc[position[0]]
    sites = _sites_of(analysis, int(position[0]))
    target = float(row["target_persons"])
    return Explanation(
        municipality_code=municipality_code,
        name=str(row["name"]),
        norm=analysis.norm,
        target_persons=target,
        chain=_chain(analysis.norm, target, row, sites),
        sites=sites,
    )


def explain_site(analysis: Analysis, site_id: str) -> pd.DataFrame:
    """
    Write down who shares a site: the denominator of its supply ratio.

    Parameters
    ----------
    analysis
        Result of `geodata.method.analysis.analyse`.
    site_id
        A site of its supply.

    Returns
    -------
    sharers
        One row per municipality within reach: municipality_code, name, target_persons, demand_places, weight,
        weighted_demand (their product; it adds up to the site's demand_in_reach;
        NA where demand is unknown, which then does not compete).

    Raises
    ------
    UnknownCodeError
        If the analysis has no such site.
    """
    column = np.flatnonzero((analysis.supply["site_id"] == site_id).to_numpy(dtype=bool))
    if len(column) == 0:
        raise UnknownCodeError(f"The analysis of {analysis.country} has no site '{site_id}'.")
    weights = analysis.reach[:, [int(column[0])]].toarray()[:, 0]
    inside = weights > 0
    columns = ["municipality_code", "name", "target_persons", "demand_places"]
    sharers = analysis.coverage.loc[inside, columns].reset_index(drop=True)
    sharers["weight"] = weights[inside]
    sharers["weighted_demand"] = sharers["demand_places"] * sharers["weight"]
    return sharers


def _sites_of(analysis: Analysis, row: int) -> pd.DataFrame:
    code = analysis.coverage["municipality_code"].iloc[row]
    cells = analysis.reach[[row], :].tocoo()
    columns = np.sort(cells.col)
    supply = analysis.supply.iloc[columns].reset_index(drop=True)
    pairs = analysis.pairs.loc[analysis.pairs["municipality_code"] == code].reset_index(drop=True)
    supply["cost_m"] = pairs["cost_m"]
    supply["weight"] = pairs["weight"]
    supply["contribution"] = (supply["supply_ratio"] * supply["weight"]).where(supply["counted"])
    return supply[
        [
            "site_id",
            "service_id",
            "reach_mode",
            "cost_m",
            "weight",
            "capacity_number",
            "sites_of_service",
            "sites_loaded",
            "site_capacity",
            "not_counted_reason",
            "demand_in_reach",
            "supply_ratio",
            "contribution",
        ]
    ]


def _number(value: float) -> str:
    """Write a number so that typing it again gives the same result to six digits."""
    return "?" if np.isnan(value) else f"{value:.7g}"


def _share(site: pd.Series) -> str:
    """
    Write a site's part of the registration's capacity: by equal shares among all its sites,
    loaded or not, or as it is known.
    """
    share = float(site["site_capacity"])
    equal = equal_share(float(site["capacity_number"]), int(site["sites_of_service"]))
    if np.isclose(share, equal):
        return f"{_number(float(site['capacity_number']))} / {site['sites_of_service']}"
    return _number(share)


def _chain(norm: Norm, target: float, row: pd.Series, sites: pd.DataFrame) -> pd.DataFrame:
    demand, ratio = float(row["demand_places"]), float(row["coverage_ratio"])
    steps: list[tuple[str, str | None, str, float, str]] = []
    value = np.nan if norm.value_per_1000 is None else norm.value_per_1000
    if norm.capacity_number is not None and norm.population_persons is not None:
        calculation = f"{_number(norm.capacity_number)} · 1000 / {_number(norm.population_persons)}"
        steps.append(("norm", None, calculation, value, "per_1000"))
    else:
        steps.append(("norm", None, _number(value), value, "per_1000"))
    steps.append(("demand", None, f"{_number(value)} · {_number(target)} / 1000", demand, "places"))
    counted = sites.loc[sites["contribution"].notna()]
    steps += [
        (
            "supply_ratio",
            str(site["site_id"]),
            f"{_share(site)} / {_number(site['demand_in_reach'])}",
            float(site["supply_ratio"]),
            "ratio",
        )
        for _, site in counted.iterrows()
    ]
    if row["gap_class"] == UNKNOWN:
        # What is within reach counts for nothing here or cannot be compared:
        # a sum of 0 would be read as "nobody is served".
        steps += [
            (step, None, "?", np.nan, "ratio" if step == "coverage" else "places") for step in AFTER_DEMAND
        ]
        return _as_chain(steps)
    terms = [f"{_number(site['supply_ratio'])} · {_number(site['weight'])}" for _, site in counted.iterrows()]
    steps.append(("coverage", None, " + ".join(terms) or "0", ratio, "ratio"))
    served = float(row["served_places"])
    # Without a need there is no ratio to multiply with.
    calculation = "0" if demand == 0 else f"{_number(demand)} · min(1, {_number(ratio)})"
    steps.append(("served", None, calculation, served, "places"))
    rest = f"{_number(demand)} - {_number(served)}"
    for step in ("waiting", "out_of_reach"):
        amount = float(row[f"{step}_places"])
        steps.append((step, None, rest if amount > 0 else "0", amount, "places"))
    return _as_chain(steps)


def _as_chain(steps: list[tuple[str, str | None, str, float, str]]) -> pd.DataFrame:
    chain = pd.DataFrame(steps, columns=["step", "site_id", "calculation", "value", "unit"])
    return chain.astype({"step": "str", "site_id": "str", "calculation": "str", "unit": "str"})

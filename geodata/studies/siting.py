"""
Siting: where k new sites, or n new places, would do most for need that is not met today.

Solved exactly: the classical models by PySAL spopt and the solver it comes with (heavy and optional,
extra `siting`, imported when asked for), the reduction of missing places by the mixed-integer solver of scipy
(HiGHS). Where a problem is too large for an exact answer in a moment, site by site, each where it helps most.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from geodata.arrays import FloatArray, IndexArray, check_positive
from geodata.errors import DosahError, ParameterError
from geodata.method.access import reach_of_points
from geodata.method.analysis import Analysis
from geodata.method.summary import positions_of
from geodata.travel.straight import BOUNDARY_TOLERANCE_M, Points, distance_between

P_MEDIAN, MAXIMAL_COVERING, LEAST_MISSING, SPREAD_PLACES, SITE_BY_SITE = (
    "p_median",
    "maximal_covering",
    "least_missing",
    "spread_places",
    "site_by_site",
)
METHODS = (P_MEDIAN, MAXIMAL_COVERING, LEAST_MISSING, SPREAD_PLACES, SITE_BY_SITE)
"""
What is made as small or as large as possible.

p_median: the distance from each missing place to the nearest new site
(Hakimi 1964, doi 10.1287/opre.12.3.450).
maximal_covering: missing places with a new site within the limit
(Church & ReVelle 1974, doi 10.1007/BF01942293).
least_missing: missing places that the capacity of the new sites serves, shared by the floating catchment.
spread_places: the same, but `sites · places_each` places are divided freely,
any whole number at any candidate.
site_by_site: as least_missing, but each site where it serves most beside those before it.
Not always the best answer; what it serves is never less than 63 % of the best,
1 − 1/e (Nemhauser, Wolsey & Fisher 1978, doi 10.1007/BF01588971).
"""

LARGEST_PROBLEM = 250_000
"""Pairs of place and candidate beyond which an exact answer takes the solver more than minutes."""


@dataclass(frozen=True, eq=False)
class Siting:
    """
    Where to build.

    `chosen`: municipality_code, name, places (how many there), largest first.
    `objective` is the exact value of what the method optimises: metres along roads times missing places
    for p_median (a minimum), missing places covered or served for the others (a maximum).
    `missing_before` and `missing_after` count missing places of the municipalities asked for,
    with the new capacity shared by the floating catchment, whatever the method.
    """

    method: str
    chosen: pd.DataFrame
    objective: float
    missing_before: float
    missing_after: float


def site_services(
    analysis: Analysis,
    municipality_codes: Sequence[str],
    candidate_codes: Sequence[str],
    *,
    sites: int,
    places_each: float,
    method: str = LEAST_MISSING,
) -> Siting:
    """
    Choose the best municipalities for new sites among candidates.

    Parameters
    ----------
    analysis
        Today; its limit, decay and detour hold for the new sites.
    municipality_codes
        Whose missing places count. People elsewhere within reach compete for the new places all the same.
    candidate_codes
        Municipalities where a site could be, at their points.
    sites
        How many sites, at least 1, at most the candidates.
    places_each
        Capacity of each, in the group's unit.
    method
        One of `METHODS`.

    Raises
    ------
    UnknownCodeError
        If a municipality is not in the analysis.
    ParameterError
        If a number makes no sense, the method is unknown, nothing is missing, or the problem is too large.
    DosahError
        If the solver is not installed or finds no answer.

    Notes
    -----
    New capacity c at a candidate j raises A_i by c · w_ij / Σ_k N_k w_kj, whatever else is built,
    so that least_missing is a linear program with whole numbers and its answer exact.
    """
    if method not in METHODS:
        raise ParameterError(f"method must be one of {', '.join(METHODS)}, not {method!r}.")
    check_positive("places_each", places_each)
    rows = positions_of(analysis, municipality_codes)
    candidates = positions_of(analysis, candidate_codes)
    if not 1 <= sites <= len(candidates):
        raise ParameterError(f"sites must be from 1 to {len(candidates)} (the candidates), not {sites!r}.")
    missing = np.nan_to_num(analysis.coverage["missing_places"].to_numpy(dtype=np.float64))
    rows = rows[missing[rows] > 0]
    if len(rows) == 0:
        raise ParameterError(
            "municipality_codes: no place is missing there, so no site is better than another."
        )
    if method != SITE_BY_SITE and len(rows) * len(candidates) > LARGEST_PROBLEM:
        raise ParameterError(
            f"{len(rows)} municipalities × {len(candidates)} candidates is too large for an exact answer: "
            "name fewer candidates, or take the method site_by_site."
        )
    problem = _Problem.of(analysis, rows, candidates, missing)
    if method == SPREAD_PLACES:
        places, objective = _solve_reduction(problem, 1.0, round(sites * places_each), spread=True)
    elif method == LEAST_MISSING:
        counts, objective = _solve_reduction(problem, places_each, sites, spread=False)
        places = counts * places_each
    elif method == SITE_BY_SITE:
        places = _site_by_site(problem, places_each, sites)
        objective = problem.served_gain(places)
    else:
        cost_m = _costs(analysis, rows, candidates)
        counts, objective = _solve_located(cost_m, problem.missing, sites, method, analysis.limit_m)
        places = counts * places_each
    before = float(missing[rows].sum())
    chosen = analysis.coverage.iloc[candidates][["municipality_code", "name"]].assign(places=places)
    chosen = chosen.loc[places > 0].sort_values("places", ascending=False, kind="stable", ignore_index=True)
    return Siting(method, chosen, objective, before, before - problem.served_gain(places))


def is_exact(analysis: Analysis, municipality_codes: Sequence[str], candidate_codes: Sequence[str]) -> bool:
    """
    Tell whether a question is small enough for an exact answer; a larger one takes the method site_by_site.

    Raises
    ------
    UnknownCodeError
        If a municipality is not in the analysis.
    """
    rows = positions_of(analysis, municipality_codes)
    missing = np.nan_to_num(analysis.coverage["missing_places"].to_numpy(dtype=np.float64))
    return int((missing[rows] > 0).sum()) * len(candidate_codes) <= LARGEST_PROBLEM


@dataclass(frozen=True, eq=False)
class _Problem:
    """Missing places of the rows asked for, and what one place at each candidate adds to their coverage."""

    demand: FloatArray
    ratio: FloatArray
    missing: FloatArray
    gain: sparse.csr_array

    @classmethod
    def of(
        cls, analysis: Analysis, rows: IndexArray, candidates: IndexArray, missing: FloatArray
    ) -> _Problem:
        points = analysis.points
        of_candidates = Points(points.latitude[candidates], points.longitude[candidates])
        settings = analysis.settings
        reach = reach_of_points(
            points, of_candidates, analysis.limit_m, settings.decay, settings.detour_factor
        )
        demand = np.nan_to_num(analysis.coverage["demand_places"].to_numpy(dtype=np.float64))
        asked = reach.T @ demand
        per_place = np.divide(1.0, asked, out=np.zeros(len(asked)), where=asked > 0)
        return cls(
            demand=demand[rows],
            ratio=np.nan_to_num(analysis.coverage["coverage_ratio"].to_numpy(dtype=np.float64))[rows],
            missing=missing[rows],
            gain=sparse.csr_array(reach[rows] @ sparse.diags_array(per_place)),
        )

    def served_gain(self, places: FloatArray) -> float:
        """Return the demand newly met when each candidate gets `places`."""
        after = np.minimum(1.0, self.ratio + self.gain @ places)
        return float((self.demand * (after - np.minimum(1.0, self.ratio))).sum())


def _costs(analysis: Analysis, rows: IndexArray, candidates: IndexArray) -> FloatArray:
    """Return the metres along roads from each place to each candidate."""
    points = analysis.points
    of_candidates = Points(points.latitude[candidates], points.longitude[candidates])
    pairs = np.repeat(rows, len(candidates)), np.tile(np.arange(len(candidates)), len(rows))
    straight_m = distance_between(points, of_candidates, *pairs)
    return straight_m.reshape(len(rows), len(candidates)) * analysis.settings.detour_factor


def _site_by_site(problem: _Problem, places_each: float, sites: int) -> FloatArray:
    """Take the site that serves most beside those before it, again and again; of equal ones the first."""
    cells = problem.gain.tocoo()
    need, raised = problem.demand[cells.row], cells.data * places_each
    ratio = problem.ratio.copy()
    candidates = problem.gain.shape[1]
    places = np.zeros(candidates)
    for _ in range(sites):
        now = ratio[cells.row]
        served = need * (np.minimum(1.0, now + raised) - np.minimum(1.0, now))
        gained = np.bincount(cells.col, served, minlength=candidates).round(9)
        best = int(np.argmax(np.where(places > 0, -1.0, gained)))
        places[best] = places_each
        ratio += problem.gain[:, [best]].toarray()[:, 0] * places_each
    return places


def _solve_located(
    cost_m: FloatArray, missing: FloatArray, sites: int, method: str, limit_m: float
) -> tuple[FloatArray, float]:
    try:
        import pulp
        from spopt.locate import MCLP, PMedian
    except ModuleNotFoundError as error:
        raise DosahError(
            f"The method {method} needs the optional part 'siting' (PySAL spopt and its solver): "
            "pip install dosah[siting]"
        ) from error
    with warnings.catch_warnings():
        # spopt speaks the older dialect of its solver's interface, which still answers.
        warnings.simplefilter("ignore", DeprecationWarning)
        if method == P_MEDIAN:
            model = PMedian.from_cost_matrix(cost_m, missing, p_facilities=sites)
        else:
            model = MCLP.from_cost_matrix(cost_m, missing, limit_m, p_facilities=sites)
        model = model.solve(pulp.PULP_CBC_CMD(msg=False))
    status = pulp.LpStatus[model.problem.status]
    if status != "Optimal":
        raise DosahError(f"The solver found no best answer (it says: {status}).")
    counts = np.array([round(variable.value() or 0) for variable in model.fac_vars], dtype=np.float64)
    chosen_m = cost_m[:, counts > 0]
    if method == P_MEDIAN:
        return counts, float((missing * chosen_m.min(axis=1)).sum())
    return counts, float(missing[(chosen_m <= limit_m + BOUNDARY_TOLERANCE_M).any(axis=1)].sum())


def _solve_reduction(
    problem: _Problem, places_each: float, total: int, *, spread: bool
) -> tuple[FloatArray, float]:
    """
    Maximise demand met:
    max Σ N_i s_i with s_i <= 1 and s_i <= A_i + Σ_j x_j · places_each · g_ij, Σ x_j = total.
    """
    places, candidates = problem.gain.shape
    count = np.concatenate((np.ones(candidates), np.zeros(places)))
    added = sparse.hstack((problem.gain * -places_each, sparse.eye_array(places)), format="csr")
    answer = milp(
        np.concatenate((np.zeros(candidates), -problem.demand)),
        integrality=count.astype(np.int64),
        bounds=Bounds(0, np.where(count > 0, total if spread else 1, 1)),
        constraints=[
            LinearConstraint(added, -np.inf, problem.ratio),
            LinearConstraint(count[None, :], total, total),
        ],
        options={"mip_rel_gap": 0.0},
    )
    if answer.x is None or answer.status != 0:
        raise DosahError(f"The solver found no best answer (it says: {answer.message}).")
    counts = np.round(answer.x[:candidates])
    return counts, problem.served_gain(counts * places_each)

"""Gap classes and rankings: what a map colours and a table lists first."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.arrays import FloatArray
from geodata.errors import ParameterError
from geodata.method.coverage import BoolArray

NO_NEED = "no_need"
AT_OR_ABOVE = "at_or_above"
BELOW = "below"
FAR_BELOW = "far_below"
NONE_WITHIN_REACH = "none_within_reach"
UNKNOWN = "unknown"

GAP_CLASSES = (NO_NEED, AT_OR_ABOVE, BELOW, FAR_BELOW, NONE_WITHIN_REACH, UNKNOWN)
"""Codes of codelist `gap_classes`, in the order of a legend."""

DEFAULT_AT_NORM = 1.0
"""Coverage from which a place is at the norm: as much within reach as the norm asks."""

DEFAULT_FAR_BELOW = 0.5
"""
Coverage under which a gap is called far below. A convention of this program:
less than half of what the norm asks.
"""

RATIO_TOLERANCE = 1e-9
"""A coverage of 0.9999999999 is 1 that went through a sum of fractions, not a gap."""


def check_thresholds(at_norm: float, far_below: float) -> None:
    """
    Refuse thresholds that are not in order.

    Raises
    ------
    ParameterError
        Unless 0 < far_below <= at_norm, both finite.

    Examples
    --------
    >>> check_thresholds(at_norm=1.0, far_below=1.5)
    Traceback (most recent call last):
        ...
    geodata.errors.ParameterError: far_below must be above 0 and not above at_norm (1.0), not 1.5.
    """
    if not (np.isfinite(at_norm) and at_norm > 0):
        raise ParameterError(f"at_norm must be a positive number, not {at_norm!r}.")
    if not (np.isfinite(far_below) and 0 < far_below <= at_norm):
        raise ParameterError(
            f"far_below must be above 0 and not above at_norm ({at_norm!r}), not {far_below!r}."
        )


def gap_classes(
    demand: FloatArray,
    coverage_ratio: FloatArray,
    has_reach: BoolArray,
    has_known_reach: BoolArray,
    *,
    at_norm: float = DEFAULT_AT_NORM,
    far_below: float = DEFAULT_FAR_BELOW,
) -> NDArray[np.object_]:
    """
    Name the gap of every place.

    Parameters
    ----------
    demand
        N_i; NaN = unknown.
    coverage_ratio
        A_i; a lower bound where a capacity in reach is unknown.
    has_reach
        Whether any service is within reach.
    has_known_reach
        Whether a service of known capacity is within reach.
    at_norm, far_below
        Thresholds; a ratio equal to a threshold is in the better class.

    Returns
    -------
    classes
        Codes of `GAP_CLASSES`. Where services are within reach but the capacity
        of every one of them is unknown, the class is unknown: that is neither a gap nor its absence.

    Raises
    ------
    ParameterError
        If the thresholds are not in order.

    Examples
    --------
    >>> demand, ratio = np.array([10.0, 10.0, 0.0, np.nan]), np.array([1.2, 0.3, np.nan, np.nan])
    >>> reached = np.array([True, True, True, True])
    >>> gap_classes(demand, ratio, reached, reached).tolist()
    ['at_or_above', 'far_below', 'no_need', 'unknown']
    """
    check_thresholds(at_norm, far_below)
    ratio = np.nan_to_num(coverage_ratio) + RATIO_TOLERANCE
    return np.select(
        [
            np.isnan(demand),
            demand == 0,
            ~has_reach,
            ~has_known_reach,
            ratio >= at_norm,
            ratio >= far_below,
        ],
        [UNKNOWN, NO_NEED, NONE_WITHIN_REACH, UNKNOWN, AT_OR_ABOVE, BELOW],
        default=FAR_BELOW,
    ).astype(object)


def ranking(
    coverage: pd.DataFrame, by: Literal["missing_places", "coverage_ratio"] = "missing_places"
) -> pd.DataFrame:
    """
    Order places from the largest gap to the smallest.

    Parameters
    ----------
    coverage
        Table of `geodata.method.analysis` (municipality_code, name, missing_places,
        coverage_ratio, gap_class).
    by
        "missing_places": most missing capacity first. "coverage_ratio": least covered first.

    Returns
    -------
    ranked
        Every row of `coverage`, with `rank` in front (equal figures share a rank). Places without a need
        and places whose class is unknown come last and have no rank. Ties go by name, then by code.

    Raises
    ------
    ParameterError
        If `by` is neither.

    Notes
    -----
    The two orders answer different questions: where most places are missing, and where a person is worst off.

    Examples
    --------
    >>> villages = pd.DataFrame(
    ...     {"municipality_code": ["1", "2"], "name": ["A", "B"], "missing_places": [1.0, 3.0],
    ...      "coverage_ratio": [0.2, 0.4], "gap_class": ["far_below", "far_below"]}
    ... )
    >>> ranking(villages)["name"].tolist(), ranking(villages, "coverage_ratio")["name"].tolist()
    (['B', 'A'], ['A', 'B'])
    """
    if by not in ("missing_places", "coverage_ratio"):
        raise ParameterError(f"by must be missing_places or coverage_ratio, not {by!r}.")
    figure = coverage[by].to_numpy(dtype=np.float64)
    unranked = np.isin(coverage["gap_class"].to_numpy(dtype=object), [UNKNOWN, NO_NEED]) | np.isnan(figure)
    keys = pd.DataFrame(
        {
            "unranked": unranked,
            "figure": np.where(unranked, 0.0, -figure if by == "missing_places" else figure).round(9),
            "name": coverage["name"].to_numpy(dtype=object),
            "code": coverage["municipality_code"].to_numpy(dtype=object),
        }
    )
    order = keys.sort_values(["unranked", "figure", "name", "code"], kind="stable").index.to_numpy()
    rank = keys["figure"].where(~keys["unranked"]).rank(method="min").astype("Int64")
    ranked = coverage.iloc[order].reset_index(drop=True)
    ranked.insert(0, "rank", rank.iloc[order].to_numpy())
    return ranked

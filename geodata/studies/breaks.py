"""
Class breaks: where a scale of colours is cut, and whether a place looks bad only because of the cut.

The gap classes of `geodata.method.gaps` have fixed meanings; quantiles and natural breaks depend on the places that happen to be on the map. They are
offered for looking at a distribution, never as a norm.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geodata.arrays import FloatArray, IndexArray
from geodata.errors import ParameterError
from geodata.method.gaps import RATIO_TOLERANCE

FIXED, QUANTILE, NATURAL = "fixed", "quantile", "natural"
METHODS = (FIXED, QUANTILE, NATURAL)

FIXED_BREAKS = (0.25, 0.5, 1.0)
"""A quarter, half and all of what the norm asks: the last two are the thresholds of the gap classes, the first halves the worst of them."""


def break_values(values: FloatArray, classes: int, method: str) -> FloatArray:
    """
    Choose the values at which a scale is cut.

    Parameters
    ----------
    values
        Figures to be coloured; NaN is left out.
    classes
        How many classes, at least 2.
    method
        "fixed" (`FIXED_BREAKS`, for coverage), "quantile" (equally many places) or "natural" (classes as alike within as can be).

    Returns
    -------
    breaks
        Rising; a value equal to a break belongs to the class above it. Fewer than `classes` - 1 where there are too few different values.

    Raises
    ------
    ParameterError
        If the method is unknown, there are fewer than two classes, or "fixed" is asked for other than its own number of classes.

    Notes
    -----
    Natural breaks minimise the sum of squared deviations from the class means, exactly (Fisher 1958, doi 10.1080/01621459.1958.10501479; the
    criterion of Jenks).
    """
    if method not in METHODS:
        raise ParameterError(f"method must be one of {', '.join(METHODS)}, not {method!r}.")
    if classes < 2:
        raise ParameterError(f"classes must be 2 or more, not {classes!r}.")
    if method == FIXED:
        if classes != len(FIXED_BREAKS) + 1:
            raise ParameterError(
                f"classes must be {len(FIXED_BREAKS) + 1} for fixed breaks, not {classes!r}."
            )
        return np.array(FIXED_BREAKS)
    known = np.sort(values[np.isfinite(values)])
    distinct, counts = np.unique(known, return_counts=True)
    if len(distinct) <= classes:
        return distinct[1:]
    if method == QUANTILE:
        cuts = np.quantile(known, np.arange(1, classes) / classes, method="inverted_cdf")
        # Equal figures are never parted: the break moves to the next figure.
        above = distinct[np.minimum(np.searchsorted(distinct, cuts, side="right"), len(distinct) - 1)]
        return np.unique(above)
    return distinct[_natural_starts(distinct, counts.astype(np.float64), classes)]


def _natural_starts(values: FloatArray, weights: FloatArray, classes: int) -> IndexArray:
    """Return where the second and later classes begin, by dynamic programming over the sorted distinct values."""
    count = len(values)
    centred = values - values.mean()
    n = np.concatenate(([0.0], np.cumsum(weights)))
    first = np.concatenate(([0.0], np.cumsum(weights * centred)))
    second = np.concatenate(([0.0], np.cumsum(weights * centred**2)))

    def spread(begin: IndexArray, end: int) -> FloatArray:
        """Squared deviations of the values begin ... end-1 from their mean, for every begin."""
        persons, total = n[end] - n[begin], first[end] - first[begin]
        deviations: FloatArray = second[end] - second[begin] - total**2 / persons
        return deviations

    best = np.full((classes + 1, count + 1), np.inf)
    start = np.zeros((classes + 1, count + 1), dtype=np.int64)
    best[0, 0] = 0.0
    for part in range(1, classes + 1):
        for end in range(part, count + 1):
            begins = np.arange(part - 1, end)
            costs = best[part - 1, begins] + spread(begins, end)
            chosen = int(costs.argmin())
            best[part, end], start[part, end] = costs[chosen], begins[chosen]
    starts = []
    end = count
    for part in range(classes, 1, -1):
        end = int(start[part, end])
        starts.append(end)
    return np.array(starts[::-1], dtype=np.int64)


def class_numbers(values: FloatArray, breaks: Sequence[float] | FloatArray) -> pd.Series:
    """Return the class of every value, 0 = lowest; NA where it is unknown. A value equal to a break belongs above it."""
    numbers = pd.Series(np.searchsorted(np.asarray(breaks), values + RATIO_TOLERANCE, side="right"))
    return numbers.astype("Int64").mask(~np.isfinite(values))


def break_robustness(coverage: pd.DataFrame, classes: int = len(FIXED_BREAKS) + 1) -> pd.DataFrame:
    """
    Say for every place in how many ways of cutting it is in the lowest class.

    Parameters
    ----------
    coverage
        Table of `geodata.method.analysis` (municipality_code, name, coverage_ratio).
    classes
        How many; fixed breaks take part when it is their number.

    Returns
    -------
    verdict
        One row per place, in order: municipality_code, name, class_<method> for each method (0 = lowest), lowest_in (ways in which it is in the
        lowest class), ways (in how many it has a class at all).
    """
    values = coverage["coverage_ratio"].to_numpy(dtype=np.float64)
    methods = [method for method in METHODS if method != FIXED or classes == len(FIXED_BREAKS) + 1]
    numbers = {
        f"class_{method}": class_numbers(values, break_values(values, classes, method)) for method in methods
    }
    frame = pd.DataFrame(numbers)
    return pd.DataFrame(
        {
            "municipality_code": coverage["municipality_code"].reset_index(drop=True),
            "name": coverage["name"].reset_index(drop=True),
            **numbers,
            "lowest_in": (frame == 0).sum(axis=1).astype("int64"),
            "ways": frame.notna().sum(axis=1).astype("int64"),
        }
    )

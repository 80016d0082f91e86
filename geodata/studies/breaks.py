"""
Class breaks: where the scale of a quantity, for instance the share of older people, is cut into classes.

Both ways depend on the places that happen to be on the map: they are offered for looking at a distribution,
never as a norm. The gap classes of `geodata.method.gaps` have fixed meanings and are not cut here.
"""

from __future__ import annotations

import numpy as np

from geodata.arrays import FloatArray, IndexArray
from geodata.errors import ParameterError

QUANTILE, NATURAL = "quantile", "natural"
METHODS = (QUANTILE, NATURAL)


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
        "quantile" (equally many places) or "natural" (classes as alike within as can be).

    Returns
    -------
    breaks
        Rising, each a figure that occurs; a value equal to a break belongs to the class above it. Fewer than
        `classes` - 1 where there are too few different values.

    Raises
    ------
    ParameterError
        If the method is unknown or there are fewer than two classes.

    Notes
    -----
    Natural breaks minimise the sum of squared deviations from the class means, exactly (Fisher 1958, doi
    10.1080/01621459.1958.10501479; the criterion of Jenks).
    """
    if method not in METHODS:
        raise ParameterError(f"method must be one of {', '.join(METHODS)}, not {method!r}.")
    if classes < 2:
        raise ParameterError(f"classes must be 2 or more, not {classes!r}.")
    known = np.sort(values[np.isfinite(values)])
    distinct, counts = np.unique(known, return_counts=True)
    if len(distinct) <= classes:
        return distinct[1:]
    if method == QUANTILE:
        # Equal figures are never parted: all of them belong above the break.
        # One at the very bottom parts nothing.
        starts = np.unique(known[len(known) * np.arange(1, classes) // classes])
        breaks: FloatArray = starts[starts > distinct[0]]
        return breaks
    return distinct[_natural_starts(distinct, counts.astype(np.float64), classes)]


def _natural_starts(values: FloatArray, weights: FloatArray, classes: int) -> IndexArray:
    """
    Return where the second and later classes begin,
    by dynamic programming over the sorted distinct values.
    """
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

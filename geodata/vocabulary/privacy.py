"""
Small numbers: show "< k" instead of a number that describes few persons, so that totals cannot undo it.

Whoever knows a total and all but one of its parts knows that part too. So where a small number is hidden,
larger ones are hidden with it until the total leaves every small number anywhere from 1 to k - 1.
Which larger ones are hidden is decided by an order that everybody may know (for instance the number
of inhabitants), never by the numbers themselves: a choice by size would tell something about them.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geodata.errors import ParameterError

SMALLEST_K = 3  # "< 2" would say 1: the number itself
SHOWN, BELOW, AT_LEAST, UNKNOWN = "shown", "below", "at_least", "unknown"


@dataclass(frozen=True)
class Suppressed:
    """
    Numbers that may be published.

    Attributes
    ----------
    values
        The numbers; NA where hidden or unknown. Index of the input.
    disclosure
        shown, below (1 to k - 1), at_least (k or more, hidden for the sake of another) or unknown.
    totals
        Sum of the known numbers of each group; NA where the total itself must stay hidden.
    k
        The threshold of each group.
    total
        Sum over all groups; NA where any group's total is hidden.
    """

    values: pd.Series[Any]
    disclosure: pd.Series[str]
    totals: pd.Series[Any]
    k: pd.Series[Any]
    total: float | None

    def texts(self, group: pd.Series[Any] | None = None) -> pd.Series[str]:
        """Return what to print where a number is hidden: "< k" or "≥ k"; "" elsewhere."""
        k = (
            pd.Series(self.k.iloc[0] if len(self.k) else SMALLEST_K, index=self.values.index)
            if group is None
            else group.map(self.k)
        )
        sign = self.disclosure.map({BELOW: "< ", AT_LEAST: "≥ "}).fillna("")
        return (sign + k.astype("str")).where(sign != "", "")


def suppress(
    values: pd.Series[Any],
    k: int | pd.Series[Any],
    *,
    group: pd.Series[Any] | None = None,
    order: pd.Series[Any] | None = None,
) -> Suppressed:
    """
    Hide numbers below `k`, and as many others as keep the totals from giving them away.

    Parameters
    ----------
    values
        Counts of persons (or of anything that stands for persons): whole, >= 0; NA = unknown. Not modified.
    k
        Numbers from 1 to k - 1 are hidden; one for all or one per row (the largest of a group counts).
        At least 3; NA = the row asks for no suppression.
    group
        Rows whose total will be shown together, for instance the planning area.
        Totals of several groups may be added. None = one group.
    order
        What everybody knows about the rows: rows with the smallest come first
        where others must be hidden too. It must not be derived from `values`. None = order of rows.

    Returns
    -------
    suppressed
        Numbers, reasons and totals that may be published together.

    Raises
    ------
    ParameterError
        If k is below 3 or a number is negative or not whole.

    Notes
    -----
    Zero is shown: it describes nobody. With p the n small numbers and c the m others that are hidden,
    the reader knows s = Σp + Σc, 1 <= p <= k - 1 and c >= k. Every p may still be anything from 1 to k - 1
    if Σ(p - 1) + Σ(c - k) >= k - 1, whichever p is meant and even for a reader who knows this rule: the last
    c can take up whatever the others leave. Without any c the sum must leave room on the other side too:
    Σ(k - 1 - p) >= k - 2. Where all numbers together do not suffice, the total is hidden as well.
    """
    numbers = pd.to_numeric(values).astype("float64")
    _check_threshold(k)
    per_row = k if isinstance(k, pd.Series) else pd.Series(k, index=values.index)
    thresholds = pd.to_numeric(per_row).reindex(values.index).astype("float64")
    groups = group if group is not None else pd.Series(0, index=values.index)
    rank = order if order is not None else pd.Series(0, index=values.index)
    shown = numbers.copy()
    reasons = pd.Series(np.where(numbers.isna(), UNKNOWN, SHOWN), index=values.index, dtype="str")
    totals: dict[Hashable, float] = {}
    used: dict[Hashable, int] = {}
    positions = pd.Series(range(len(values)), index=values.index)
    for name, rows in positions.groupby(groups.to_numpy(), sort=True, dropna=False):
        where = rows.to_numpy()
        where = where[np.argsort(rank.iloc[where].to_numpy(), kind="stable")]
        limit = thresholds.iloc[where].max()
        part = numbers.iloc[where]
        total = float(part.sum())
        if pd.notna(limit):
            _check_counts(part)
            used[name] = int(limit)
            counts = [int(number) if number >= 0 else None for number in part]
            hidden, total_is_safe = hidden_with(counts, int(limit))
            for position in hidden:
                small = part.iloc[position] < limit
                shown.iloc[where[position]] = np.nan
                reasons.iloc[where[position]] = BELOW if small else AT_LEAST
            total = total if total_is_safe else np.nan
        totals[name] = total
    sums = pd.Series(totals, dtype="float64")
    overall = None if sums.isna().any() else float(sums.sum())
    return Suppressed(shown, reasons, sums, pd.Series(used, dtype="int64"), overall)


def hidden_with(counts: Sequence[int | None], k: int) -> tuple[list[int], bool]:
    """
    Return which numbers to hide, and whether their total may be shown.

    Parameters
    ----------
    counts
        Whole numbers >= 0, in the order in which larger ones may be hidden; None = unknown.
    k
        Threshold, at least 3.

    Returns
    -------
    hidden, total_is_safe
        Positions, ascending.
    """
    small = [position for position, count in enumerate(counts) if count is not None and 0 < count < k]
    if not small:
        return [], True
    above_one = sum(int(counts[position] or 0) - 1 for position in small)
    below_k = sum(k - 1 - int(counts[position] or 0) for position in small)
    if above_one >= k - 1 and below_k >= k - 2:
        return small, True
    hidden, slack = list(small), above_one
    for position, count in enumerate(counts):
        if count is None or count < k:
            continue
        hidden.append(position)
        slack += count - k
        if slack >= k - 1:
            return sorted(hidden), True
    return sorted(hidden), False


def _check_threshold(k: int | pd.Series[Any]) -> None:
    smallest = pd.Series(k).min()
    if pd.notna(smallest) and smallest < SMALLEST_K:
        raise ParameterError(
            f"Numbers cannot be suppressed below {smallest:g}: the smallest threshold that hides anything is "
            f"{SMALLEST_K}."
        )


def _check_counts(numbers: pd.Series[Any]) -> None:
    known = numbers.dropna()
    wrong = known[(known < 0) | (known % 1 != 0) | np.isinf(known)]
    if len(wrong):
        raise ParameterError(
            f"{len(wrong)} values to suppress are not counts (first: {wrong.iloc[0]:g}). "
            "Suppression is for whole numbers of persons; leave suppress_below empty for shares and rates."
        )

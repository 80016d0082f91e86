"""
How a figure is rounded for a reader: what is more than nothing never reads as nothing,
and parts add up to their total.

Both shells write their numbers by these rules; words, signs and decimal marks are theirs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

NOISE: Final = 1e-9
"""Less than this is what sums of fractions leave behind, no figure."""

PART_NOISE: Final = 1e-6
"""A millionth of a place is what is left of a coverage that is 1 but for `gaps.RATIO_TOLERANCE`."""

SIGNIFICANT: Final = 3
"""Digits that count of a figure too small for the decimals asked for."""

FINEST: Final = 2
"""
Parts of a total are written in hundredths at the finest (of a small total: with `SIGNIFICANT` digits of it);
a smaller part is told as "less than 0.01".
"""


def rounded(value: float, digits: int) -> Decimal:
    """
    Round half away from zero, as people do; no minus before a zero.

    Examples
    --------
    >>> rounded(2.5, 0), rounded(0.25, 1), rounded(-0.01, 1)
    (Decimal('3'), Decimal('0.3'), Decimal('0.0'))
    """
    result = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def decimals(value: float, digits: int) -> int:
    """
    Return how many decimals a figure is written with so that it reads as zero only where it is zero.

    Parameters
    ----------
    value
        The figure.
    digits
        Decimals that are wanted.

    Returns
    -------
    decimals
        `digits` where they show something, else as many as `SIGNIFICANT` digits that count take.

    Examples
    --------
    >>> decimals(0.0369, 1), decimals(2.0, 1), decimals(0.0, 1)
    (4, 1, 1)
    """
    if not math.isfinite(value) or abs(value) < NOISE or rounded(value, digits) != 0:
        return digits
    return SIGNIFICANT - 1 - math.floor(math.log10(abs(value)))


@dataclass(frozen=True)
class Shown:
    """
    A total and its parts, rounded to the same decimals so that the parts give the total.

    A part of `is_trace` is more than nothing and less than one step
    of the last decimal; it counts 0 in the sum.
    """

    total: Decimal
    parts: tuple[Decimal, ...]
    is_trace: tuple[bool, ...]
    digits: int


def adding_up(total: float, parts: Sequence[float], digits: int) -> Shown:
    """
    Round a total and the parts it is made of, so that what is shown adds up.

    Parameters
    ----------
    total
        Sum of `parts` up to noise.
    parts
        Each 0 or more.
    digits
        Decimals at least; more are taken, up to `FINEST`, where a part would read as zero.

    Returns
    -------
    shown
        The largest remainders are rounded up (Hamilton's method);
        a part that is no trace is never shown as zero.

    Examples
    --------
    >>> adding_up(1.0, [1 / 3, 1 / 3, 1 / 3], 1).parts
    (Decimal('0.4'), Decimal('0.3'), Decimal('0.3'))
    """
    plain = [0.0 if part < PART_NOISE else float(part) for part in parts]
    whole = sum(plain)
    finest = max(FINEST, SIGNIFICANT - 1 - math.floor(math.log10(whole))) if whole else digits
    while digits < finest and _is_too_coarse(total, plain, digits):
        digits += 1
    is_trace = tuple(bool(part) and rounded(part, digits) == 0 for part in plain)
    exact = [0.0 if trace else part * 10.0**digits for part, trace in zip(plain, is_trace, strict=True)]
    # A part that is told is one step at least;
    # the total is a step of its own only where there is something to add up.
    steps = [max(math.floor(part + NOISE), int(part > 0)) for part in exact]
    wanted = max(int(rounded(total, digits).scaleb(digits)), sum(part > 0 for part in exact)) if whole else 0
    shown = [at for at, part in enumerate(exact) if part > 0]
    while shown and sum(steps) < wanted:
        # Of equal remainders the first part takes the step.
        steps[min(shown, key=lambda at: (steps[at] - exact[at], at))] += 1
    while sum(steps) > wanted:
        # Only where parts were kept from reading as zero:
        # the one that was rounded up most and has more than one gives back.
        steps[max((at for at in shown if steps[at] > 1), key=lambda at: steps[at] - exact[at])] -= 1
    unit = Decimal(1).scaleb(-digits)
    return Shown(wanted * unit, tuple(step * unit for step in steps), is_trace, digits)


def _is_too_coarse(total: float, parts: Sequence[float], digits: int) -> bool:
    """
    Tell whether a part would read as zero,
    or have to give up a step because others are kept from reading as zero.
    """
    steps = [max(math.floor(part * 10.0**digits + NOISE), int(part > 0)) for part in parts]
    return any(part and rounded(part, digits) == 0 for part in parts) or sum(steps) > rounded(
        total, digits
    ).scaleb(digits)

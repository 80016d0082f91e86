"""
"At least" and "at most", said once for page, paper and file.

A capacity within reach that nobody knows makes every figure it enters a bound:
what is within reach is at least so much, what is missing at most so much. Tables have room for a sign,
sentences and cells for mayors for a word; both stand here and nowhere else.
"""

from __future__ import annotations

from typing import Final

from dashboard import text
from dashboard.text import _
from geodata.reading import values

AT_LEAST: Final = "≥"
AT_MOST: Final = "≤"
# A share nearer to all of a need than this many decimals of a per cent tell reads as all of it.
MOST_DIGITS: Final = 4


def at_least() -> str:
    """Return the word for a figure that could only be more."""
    return _("at least")


def at_most() -> str:
    """Return the word for a figure that could only be less."""
    return _("at most")


def least(said: str, *, is_bound: bool = True) -> str:
    """Say "at least" before a figure, where it is a bound."""
    return f"{at_least()} {said}" if is_bound else said


def most(said: str, *, is_bound: bool = True) -> str:
    """Say "at most" before a figure, where it is a bound."""
    return f"{at_most()} {said}" if is_bound else said


def least_sign(said: str, *, is_bound: bool = True) -> str:
    """Put the sign for "at least" before a figure, where it is a bound."""
    return f"{AT_LEAST}\N{NO-BREAK SPACE}{said}" if is_bound else said


def most_sign(said: str, *, is_bound: bool = True) -> str:
    """Put the sign for "at most" before a figure, where it is a bound."""
    return f"{AT_MOST}\N{NO-BREAK SPACE}{said}" if is_bound else said


def met(ratio: float | None, *, is_bound: bool, has_words: bool = False, digits: int = 0) -> str:
    """
    Write which part of a need is met, 100 % at most; a bound only below all of it.

    Parameters
    ----------
    ratio
        Capacity within reach divided by need, 0 or more; None or NaN = unknown.
    is_bound
        Whether a capacity within reach is unknown.
    has_words
        "At least" in words, not as a sign.
    digits
        Decimals of the per cent; more where the share would read as all of the need and is not.
    """
    if ratio is None or values.is_missing(ratio):
        return text.unknown()
    part = min(ratio, 1.0)
    said = text.percent(part, max(digits, digits_below_all(part)))
    put = least if has_words else least_sign
    # "At least all" says nothing.
    return put(said, is_bound=is_bound and not reads_as_all(part))


def digits_below_all(share: float | None) -> int:
    """
    Return the decimals by which a share just below all of a need does not read as all of it:
    0.998 is 99.8 %, not 100 %.
    """
    if share is None or values.is_missing(share) or share >= 1:
        return 0
    return next((digits for digits in range(MOST_DIGITS) if round(share * 100, digits) != 100), 0)


def reads_as_all(share: float) -> bool:
    """Tell whether a share of a need, 0 to 1, is all of it as far as any decimal shows."""
    return round(share * 100, digits_below_all(share)) == 100


def note() -> str:
    """Say under a table what the signs mean."""
    return _(
        "{least}, {most}: a capacity within reach is unknown or doubtful.",
        least=f"{AT_LEAST} {at_least()}",
        most=f"{AT_MOST} {at_most()}",
    )


def heading() -> str:
    """Return the heading of the column of a sheet that marks the rows whose figures are bounds."""
    return _("served {least}, missing {most}", least=at_least(), most=at_most())


def explained() -> str:
    """Say in a sentence when "at least" and "at most" are said."""
    return _(
        "Where a capacity within reach is unknown or doubtful, we say “{least}” and “{most}”.",
        least=at_least(),
        most=at_most(),
    )


def dotted() -> str:
    """Say in a legend what the dots of a map mean."""
    return _("dotted: {least} (a capacity is unknown)", least=at_least())

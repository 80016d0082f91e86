"""
Texts in cells of CSV and workbooks: what a spreadsheet would take for a formula is marked,
and the mark is taken off again.

One rule for every file that is written.
Numbers that the program makes are written by whoever writes the file and never come here.
"""

from __future__ import annotations

import re
from typing import Final

MARK: Final = "'"
# The full-width twins are read alike in East Asian settings.
_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Phones as they are printed, several divided by commas:
# groups of figures with spaces are text to a spreadsheet, and no sign in them calculates.
_PHONES: Final = re.compile(r"\+\d{1,4}(?: \d{2,6})+(?:, ?\+?\d{1,6}(?: \d{2,6})*)*")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def is_formula_like(text: str) -> bool:
    """
    Tell whether a spreadsheet could run a text as a formula.

    Phones ("+420 558 441 611") and plain numbers ("-2", "-1,5") begin with such a sign and are none.
    """
    start = text.lstrip(" \u00a0")
    if not start.startswith(_STARTS):
        return False
    return not (_PHONES.fullmatch(start) or _NUMBER.fullmatch(start))


def marked(text: str) -> str:
    """
    Return a text as a cell of a file: an apostrophe before what looks like a formula.

    So before what begins with an apostrophe, so that `unmarked` gives back every text as it was.
    """
    return f"{MARK}{text}" if text.startswith(MARK) or is_formula_like(text) else text


def unmarked(cell: str) -> str:
    """Return what `marked` was given; an apostrophe that others put before a plain text stays."""
    rest = cell[1:]
    is_ours = cell.startswith(MARK) and (rest.startswith(MARK) or rest.lstrip(" \u00a0").startswith(_STARTS))
    return rest if is_ours else cell

"""
Days as spreadsheet programs spell them when they save CSV: "03.duben", "3-Apr", "kwi.87", "03.04.2026",
"2026-04-03".

Of "3/4" in a column of house numbers Excel makes a day, and CSV keeps only how it was shown.
Streets that bear a day ("28. října", "17. listopadu", "1 Maja", "3 Maja 12") have the month in the genitive:
it is left out of the words here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from typing import Final, Literal

from geodata.vocabulary.codes import LANGUAGES
from geodata.vocabulary.identifiers import fold

WIDTHS: Final[tuple[Literal["wide", "abbreviated"], ...]] = ("wide", "abbreviated")
MIDNIGHT = r"(?:[ T]0?0:00(?::00)?)?"
ISO = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}}){MIDNIGHT}", re.ASCII)
DOTTED = re.compile(rf"(\d{{1,2}})\.\s?(\d{{1,2}})\.\s?(\d{{4}}){MIDNIGHT}", re.ASCII)
# Numbers alone that only a street cannot be: "03/04/2026", "3-4-2026", "03.04.26", "26-04-03", "03.04.".
SHORT = re.compile(r"\d{1,2}([/-])\d{1,2}\1\d{4}|\d{1,2}\.\d{1,2}\.(?:\d{2})?", re.ASCII)
ROMAN = re.compile(
    r"(?:\d{1,2}\.)?(?:I{1,3}|IV|VI{0,3}|IX|XI{0,2})\.(?:\d{2}|\d{4})|\d{1,2}\.(?:I{1,3}|IV|VI{0,3}|IX|XI{0,2})"
)
WORDED = re.compile(r"(\d{1,2})(?:\.|-)([^\W\d_]+)\.?(?:[.-](?:\d{2}|\d{4}))?")
WORDED_MONTH = re.compile(r"([^\W\d_]+)[.-](?:\d{2}|\d{4})")


def full_day(text: str) -> dt.date | None:
    """
    Return the day that a text is wholly, written with its year in four digits and with the day first or
    as ISO; else None.
    """
    iso, dotted = ISO.fullmatch(text), DOTTED.fullmatch(text)
    if iso:
        year, month, day = iso.groups()
    elif dotted:
        day, month, year = dotted.groups()
    else:
        return None
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def is_worded(text: str) -> bool:
    """
    Tell whether a text is wholly a day, or a month and a year, whose month is a word: "03.duben", "3-Apr-26",
    "dub.87".
    """
    worded, month = WORDED.fullmatch(text), WORDED_MONTH.fullmatch(text)
    if worded:
        return 1 <= int(worded[1]) <= 31 and fold(worded[2]) in months("stand-alone")
    return month is not None and fold(month[1]) in months("stand-alone")


def is_short(text: str) -> bool:
    """
    Tell whether a text is wholly a day in digits, or with a Roman month, as only a street could not be:
    "03/04/2026", "3.IV".
    """
    if ROMAN.fullmatch(text):
        return True
    parts = [int(part) for part in re.findall(r"\d+", text)[:2]]
    return SHORT.fullmatch(text) is not None and min(parts) >= 1 and min(parts) <= 12 and max(parts) <= 31


@cache
def months(*contexts: Literal["format", "stand-alone"]) -> Mapping[str, int]:
    """
    Return the months by their folded names, long and short, in three languages.

    Parameters
    ----------
    contexts
        "stand-alone" as spreadsheets show them beside a day (nominatives), "format" as they stand in a date
        (genitives).
    """
    from babel.dates import get_month_names

    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in WIDTHS:
            for context in contexts:
                for month, name in get_month_names(width, context, language).items():
                    found.setdefault(fold(name), month)
    return {name: month for name, month in found.items() if not name.isdigit()}

"""
Workbooks of several sheets in which no cell can become a formula:
frozen headings, filters, widths, sources.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dashboard.tables.sheets import Value
from dashboard.text import _
from geodata.figures import decimals
from geodata.reading import values as reading_values
from geodata.text_signs import writable

_LONGEST: Final = 32_767
# Whole numbers without a decimal sign, others with two decimals, small ones with three digits that count.
NUMBER_FORMATS: Final = ("#,##0", "#,##0.00", *(f"0.{'0' * digits}" for digits in range(3, 13)))
_WIDEST: Final = 56
NARROWEST: Final = 9


@dataclass(frozen=True)
class Sheet:
    """
    One sheet: headings, rows, and notes under the table.

    `choices` gives a column (by position) a drop-down list; `empty_rows` is how many rows below the table get
    it too. `intro` stands above the heading.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Value]]
    notes: Sequence[str] = ()
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)
    empty_rows: int = 0
    has_filter: bool = True
    widths: Mapping[int, int] = field(default_factory=dict)


def clean(value: str) -> str:
    """Return a text as a cell can hold it."""
    return writable(value)[:_LONGEST]


def sheet_name(title: str, taken: Sequence[str] = ()) -> str:
    r"""
    Return a name that Excel accepts (31 signs, none of []:*?/\,
    no apostrophe at an end) and that is not taken.
    """
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title)[:31].strip(" '") or "Dosah"
    name, number = plain, 2
    while name.casefold() in {other.casefold() for other in taken}:
        ending = f" {number}"
        name, number = plain[: 31 - len(ending)].rstrip() + ending, number + 1
    return name


def build(
    title: str,
    language: str,
    sheets: Sequence[Sheet],
    ranged_choices: Sequence[tuple[int, int, int, int, int]] = (),
) -> bytes:
    """
    Write a workbook; texts stay texts, numbers numbers, unknown is an empty cell.

    Parameters
    ----------
    title, language
        Properties of the file.
    sheets
        Its sheets, in order.
    ranged_choices
        Drop-down lists that stand on a sheet: (sheet, column, sheet of the list, its column, how many).
    """
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    book = Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    # The moment of making would make equal tables unequal files.
    made = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
    book.set_properties({"title": title, "author": "Dosah", "created": made, "keywords": language})
    looks = {
        "heading": book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#DCE6EE"}
        ),
        "text": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
        **{name: book.add_format({"valign": "top", "num_format": name}) for name in NUMBER_FORMATS},
        "day": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"}),
        "note": book.add_format({"italic": True, "font_color": "#47555d"}),
    }
    names: list[str] = []
    pages = []
    for sheet in sheets:
        names.append(sheet_name(sheet.title, names))
        pages.append(book.add_worksheet(names[-1]))
        _write_sheet(pages[-1], sheet, looks)
    for page, column, source, source_column, count in ranged_choices:
        letter = chr(ord("A") + source_column)
        listed = f"='{names[source].replace(chr(39), chr(39) * 2)}'!${letter}$2:${letter}${count + 1}"
        last = max(len(sheets[page].rows) + sheets[page].empty_rows, 1)
        pages[page].data_validation(
            1, column, last, column, {"validate": "list", "source": listed, "error_type": "warning"}
        )
    book.close()
    return buffer.getvalue()


def _write_sheet(page: Any, sheet: Sheet, looks: Mapping[str, Any]) -> None:
    for column, heading in enumerate(sheet.headings):
        page.write_string(0, column, clean(heading), looks["heading"])
    for row, values in enumerate(sheet.rows, start=1):
        for column, value in enumerate(values):
            write_cell(page, row, column, value, looks)
    last = len(sheet.rows) + sheet.empty_rows
    page.freeze_panes(1, 1)
    if sheet.has_filter and sheet.headings:
        page.autofilter(0, 0, max(last, 1), len(sheet.headings) - 1)
    for column, heading in enumerate(sheet.headings):
        longest = max([len(heading), *(len(str(row[column] or "")) for row in sheet.rows)])
        width = sheet.widths.get(column, min(max(longest + 2, NARROWEST), _WIDEST))
        page.set_column(column, column, width, looks["text"] if sheet.empty_rows else None)
    for column, options in sheet.choices.items():
        page.data_validation(
            1,
            column,
            max(last, 1),
            column,
            {"validate": "list", "source": list(options), "error_type": "warning"},
        )
    for offset, note in enumerate(sheet.notes):
        page.write_string(last + 2 + offset, 0, clean(note), looks["note"])
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def number_format(value: float) -> str:
    """Return the format that shows a number so that it reads as zero only where it is zero."""
    if value == round(value):
        return NUMBER_FORMATS[0]
    return NUMBER_FORMATS[min(max(decimals(value, 2), 2), 12) - 1]


def write_cell(page: Any, row: int, column: int, value: Value, looks: Mapping[str, Any]) -> None:
    """Write one value as what it is; a text is never read as a formula, a number or a link."""
    if value is None or reading_values.is_missing(value):
        page.write_blank(row, column, None, looks["text"])
    elif isinstance(value, bool):
        page.write_string(row, column, _("yes") if value else _("no"), looks["text"])
    elif isinstance(value, dt.date):
        page.write_datetime(row, column, value, looks["day"])
    elif isinstance(value, int | float) and math.isfinite(value):
        page.write_number(row, column, value, looks[number_format(value)])
    else:
        page.write_string(row, column, clean(str(value)), looks["text"])

"""
Tables for the office: CSV and XLSX in which no cell can become a formula.

Cells are text, numbers, days, yes or no, and empty where nothing is known.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dashboard import text
from geodata.reading import values
from geodata.sheet_cells import marked
from geodata.text_signs import writable

# A phone without spaces would be shown as 4.2E+11.
_BARE_PHONE: Final = re.compile(r"(?<![\w+])\+(420|48)(\d{3})(\d{3})(\d{3})(?!\w)")
_EXCEL_TEXT_LIMIT: Final = 32_767

Value = str | int | float | bool | dt.date | None


def csv_bytes(headings: Sequence[str], rows: Sequence[Sequence[Value]]) -> bytes:
    """
    Write a table as Excel in Central Europe opens it by a double click: UTF-8 with BOM, semicolons.

    The decimal sign is that of the reader's language (a point would become a date in Czech Excel). A text
    that a sheet could take for a formula gets an apostrophe in front (`geodata.sheet_cells`); phones are
    printed in groups, which none does.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for row in (headings, *rows):
        writer.writerow([_csv_cell(value) for value in row])
    return buffer.getvalue().encode("utf-8-sig", errors="replace")


def _csv_cell(value: Value) -> str:
    if value is None or values.is_missing(value):
        return ""
    if isinstance(value, bool):
        return _yes_no(value)
    if isinstance(value, int | float):
        # Figures are made here, not read: a minus before a number is no formula.
        plain = format(value, ".12g")
        return plain if text.current() == "en" else plain.replace(".", ",")
    written = value.isoformat() if isinstance(value, dt.date) else str(value).replace("\x00", "")
    return marked(_BARE_PHONE.sub(r"+\1 \2 \3 \4", written))


def xlsx_bytes(
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[Value]],
    notes: Sequence[tuple[str, Value]] = (),
    notes_title: str = "",
) -> bytes:
    """
    Write a table as a workbook: frozen heading, filter, widths; texts stay texts, never formulas or links.

    Parameters
    ----------
    title
        Name of the first sheet.
    headings, rows
        The table; None is an empty cell.
    notes, notes_title
        Lines of a second sheet (what was asked, sources, dates); no sheet where there are none.
    """
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    # The moment of making would make equal tables unequal files.
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"title": title, "created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)}
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
    sheet = book.add_worksheet(_sheet_name(title))
    for row_number, row in enumerate((headings, *rows)):
        for column_number, value in enumerate(row):
            _write(sheet, (row_number, column_number), value, bold if row_number == 0 else wrapped, day)
    sheet.freeze_panes(1, 1)
    if headings:
        sheet.autofilter(0, 0, len(rows), len(headings) - 1)
    for column_number, heading in enumerate(headings):
        longest = max([len(heading), *(len(_csv_cell(row[column_number])) for row in rows)])
        sheet.set_column(column_number, column_number, min(max(longest + 2, 8), 48))
    if notes:
        second = book.add_worksheet(_sheet_name(notes_title or "2"))
        for row_number, (name, value) in enumerate(notes):
            _write(second, (row_number, 0), name, bold, day)
            _write(second, (row_number, 1), value, wrapped, day)
        second.set_column(0, 0, 34)
        second.set_column(1, 1, 100)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, place: tuple[int, int], value: Value, look: Any, day: Any) -> None:
    if value is None or values.is_missing(value):
        sheet.write_blank(*place, None, look)
    elif isinstance(value, bool):
        sheet.write_string(*place, _yes_no(value), look)
    elif isinstance(value, dt.date):
        sheet.write_datetime(*place, value, day)
    elif isinstance(value, int | float) and math.isfinite(value):
        sheet.write_number(*place, value, look)
    else:
        clean = writable(str(value))[:_EXCEL_TEXT_LIMIT]
        sheet.write_string(*place, clean, look)


def _sheet_name(title: str) -> str:
    r"""Return a name that Excel accepts: 31 signs, none of []:*?/\, no apostrophe at an end."""
    return re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title)[:31].strip(" '") or "Dosah"


def _yes_no(value: bool) -> str:
    return text._("yes") if value else text._("no")


def as_values(record: Mapping[str, object], columns: Sequence[str]) -> list[Value]:
    """Return the values of a record as cells of a sheet: NA becomes None, numbers plain numbers."""
    cells: list[Value] = []
    for column in columns:
        value = record[column]
        if values.is_missing(value):
            cells.append(None)
        elif isinstance(value, str | bool | dt.date):
            cells.append(value)
        else:
            number = float(value)  # type: ignore[arg-type]  # numbers of numpy and pandas
            cells.append(int(number) if number.is_integer() else number)
    return cells

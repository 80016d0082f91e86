"""Cells of a publisher's workbook, read in a guarded process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from etl.sources.formats.contract import refuse
from etl.sources.formats.files import AGAIN
from geodata.guarded.workbook import WorkbookLimits, read_workbook

MOST_BYTES = 100_000_000
# The widest known workbook has 111 columns (DG), the longest 14,290 rows.
MOST_ROWS, MOST_COLUMNS = 99_999, 130
# A workbook of a million cells has about 100 MB of XML.
LIMITS = WorkbookLimits(cells=3_000_000, unpacked_bytes=500_000_000, seconds=120)


def first_sheet(path: Path) -> list[list[Any]]:
    """
    Return the rows of the first sheet, all of the same length.

    Raises
    ------
    InputFileError
        If the file is no workbook, dangerous, broken or empty.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise refuse(path.name, [f"the file cannot be opened ({error.strerror or error})"], AGAIN) from None
    if size > MOST_BYTES:
        raise refuse(path.name, [f"it has {size} bytes, at most {MOST_BYTES} are read"], AGAIN)
    # Millions of cells: they are not looked through first, the limits of the process are the guard.
    workbook = read_workbook(path.name, content, limits=LIMITS, facts=False, first_only=True)
    rows = [list(row) for row in workbook.sheets[0].rows] if workbook.sheets else []
    if not rows:
        raise refuse(path.name, ["its first sheet is empty"], AGAIN)
    if len(rows) > MOST_ROWS or len(rows[0]) > MOST_COLUMNS:
        raise refuse(path.name, ["it has cells beyond column DZ or row 99,999"], AGAIN)
    return rows


def cell_text(cell: Any) -> str:
    """Return a cell as stripped text; whole numbers without their ".0"."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()

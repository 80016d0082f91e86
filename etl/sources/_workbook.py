"""Cells of a workbook, read with calamine after the archive was found harmless."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from etl.sources._contract import refuse
from etl.sources._files import AGAIN
from etl.zipfiles import ZipLimits, check_zip

# Sheets of figures compress about 1:10; a workbook of a million cells has about 100 MB of XML.
LIMITS = ZipLimits(members=2_000, total_bytes=500_000_000, ratio=150.0)


def first_sheet(path: Path) -> list[list[Any]]:
    """
    Return the rows of the first sheet, all of the same length.

    Raises
    ------
    InputFileError
        If the file is no workbook, dangerous, broken or empty.
    """
    check_zip(path, LIMITS)
    from python_calamine import CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(path) as workbook:
            names = workbook.sheet_names
            rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False) if names else []
    # calamine raises an error of its own for each thing it does not understand, and IndexError or OSError besides.
    except Exception as error:
        raise refuse(path.name, [f"it cannot be read as a workbook ({str(error)[:200]})"], AGAIN) from error
    if not rows:
        raise refuse(path.name, ["its first sheet is empty"], AGAIN)
    return [list(row) for row in rows]


def cell_text(cell: Any) -> str:
    """Return a cell as stripped text; whole numbers without their ".0"."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()

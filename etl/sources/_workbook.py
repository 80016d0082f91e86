"""Cells of a workbook, read with calamine after the archive was found harmless."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Any

from etl.sources._contract import refuse
from etl.sources._files import AGAIN
from etl.zipfiles import ZipLimits, check_zip

HEAD_BYTES = 4096
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
    _check_parts(path)
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


def _check_parts(path: Path) -> None:
    """Refuse a workbook with a document type in one of its parts; declarations stand at the beginning or nowhere."""
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if not name.lower().endswith((".xml", ".rels")):
                    continue
                with archive.open(name) as part:
                    # In UTF-16 every second byte is zero.
                    head = part.read(HEAD_BYTES).replace(b"\x00", b"").upper()
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    raise refuse(path.name, [f"its part '{name[:80]}' declares a document type"], AGAIN)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise refuse(path.name, [f"a part of it cannot be unpacked ({error})"], AGAIN) from error


def cell_text(cell: Any) -> str:
    """Return a cell as stripped text; whole numbers without their ".0"."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()

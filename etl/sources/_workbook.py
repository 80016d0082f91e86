"""Cells of a workbook, read with calamine after the archive was found harmless."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

from etl.sources._contract import refuse
from etl.sources._files import AGAIN
from etl.zipfiles import ZipLimits, check_zip

HEAD_BYTES = 4096
CHUNK_BYTES = 1 << 20
LONGEST_REFERENCE = 64
# The widest known workbook has 111 columns (DG), the longest 14,290 rows. A reference that hides behind an entity is as bad.
FAR_CELL = re.compile(
    rb"\br\s*=\s*[\"'](?:(?:[E-Z][A-Z]|[A-Z]{3,})\d+|[A-Z]{1,3}\d{6,}|[^\"'<>]{0,32}&)", re.IGNORECASE
)
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
    """
    Refuse a workbook that declares a document type, or whose cells lie far apart.

    The reader lays out every cell between the first and the last: one in the last row and column would ask for 550 GB.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.lower().endswith((".xml", ".rels")):
                    with archive.open(name) as part:
                        problem = _problem_of_part(part)
                    if problem:
                        raise refuse(path.name, [f"its part '{name[:80]}' {problem}"], AGAIN)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        UnicodeError,
    ) as error:
        raise refuse(path.name, [f"a part of it cannot be unpacked ({error})"], AGAIN) from error


def _problem_of_part(part: IO[bytes]) -> str | None:
    text = part.read(CHUNK_BYTES)
    head = text[:HEAD_BYTES].upper()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head:
        return "is not in UTF-8"
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        return "declares a document type"
    while text:
        if FAR_CELL.search(text):
            return "has cells beyond column DZ or row 99,999"
        chunk = part.read(CHUNK_BYTES)
        text = text[-LONGEST_REFERENCE:] + chunk if chunk else b""
    return None


def cell_text(cell: Any) -> str:
    """Return a cell as stripped text; whole numbers without their ".0"."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()

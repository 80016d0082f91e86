"""
Read XLSX and CSV files of people into plain grids of cells, row by row as the spreadsheet shows them.

Nothing is interpreted here beyond what the file format says: a cell is None, text, a number, a truth value or a day. Spaces of
all kinds are made plain.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.zipfiles import ZipLimits, check_zip
from geodata.errors import InputFileError
from geodata.sheet_cells import unmarked

Cell = str | float | bool | dt.date | None
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls")
REFUSED_SUFFIXES = (".ods", ".xlsb", ".numbers", ".doc", ".docx", ".pdf")
ZIP_SIGN = b"PK\x03\x04"
# A cell with content in the XML of a sheet; blank cells that only have a format do not count.
FILLED_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"'][^<>]*(?<!/)>")
CHUNK_BYTES = 1 << 20
LONGEST_TAG_BYTES = 4096
DELIMITERS = (";", ",", "\t")
MOST_BYTES = 50_000_000  # 1,000,000 rows of text; a table that somebody filled in has far fewer
MOST_CELLS = 5_000_000
WORKBOOK_LIMITS = ZipLimits(members=2_000, total_bytes=400_000_000)
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
SAVE_AGAIN = "Save the table again as XLSX or as CSV UTF-8."


class UnreadableFileError(InputFileError):
    """A file that cannot be read at all; `kind` is a key of `files` in messages.yaml, `value` what stands in its sentence."""

    def __init__(self, file: str, kind: str, problem: str, next_step: str, value: str = "") -> None:
        super().__init__(file, [problem], next_step)
        self.kind, self.value = kind, value


@dataclass(frozen=True)
class Grid:
    """One sheet: `rows[0]` is row 1 of the spreadsheet; `sheet` is None for CSV."""

    file: str
    sheet: str | None
    rows: tuple[tuple[Cell, ...], ...]

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell; `row` counts from 1, `column` from 0. None outside the grid."""
        if not 1 <= row <= len(self.rows) or not 0 <= column < len(self.rows[row - 1]):
            return None
        return self.rows[row - 1][column]


def read_grids(path: Path) -> list[Grid]:
    """
    Read all visible sheets of a workbook, or a CSV file as one sheet.

    Raises
    ------
    InputFileError
        If the file is missing, empty, too large, damaged or of another kind.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableFileError(
            path.name,
            "missing",
            f"the file cannot be opened ({error.strerror or error})",
            "Check its path.",
        ) from None
    if size == 0:
        raise UnreadableFileError(path.name, "empty", "the file is empty", SAVE_AGAIN)
    if size > MOST_BYTES:
        raise UnreadableFileError(
            path.name,
            "too_large",
            f"the file has {size} bytes, at most {MOST_BYTES} are read",
            "Divide the table.",
        )
    if path.suffix.lower() in REFUSED_SUFFIXES:
        raise UnreadableFileError(
            path.name, "wrong_kind", f"files of kind {path.suffix} are not read", SAVE_AGAIN
        )
    if path.suffix.lower() in WORKBOOK_SUFFIXES:
        return _read_workbook(path)
    return [Grid(path.name, None, tuple(_read_csv(path)))]


def plain_text(value: str) -> str | None:
    """Return text in composed form, with single plain spaces and without invisible characters; None where nothing is left."""
    composed = unicodedata.normalize("NFC", value).translate(INVISIBLE)
    spaced = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in composed)
    return " ".join(spaced.split()) or None


def as_text(cell: Cell) -> str:
    """Return a cell as its writer sees it: 5.0 is "5", a day is ISO text, None is ""."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return cell


def _read_workbook(path: Path) -> list[Grid]:
    import python_calamine

    with path.open("rb") as stream:
        is_zip = stream.read(len(ZIP_SIGN)) == ZIP_SIGN
    if is_zip or path.suffix.lower() != ".xls":
        check_zip(path, WORKBOOK_LIMITS)
        _check_extent(path)
    grids = []
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(path)
        for sheet in workbook.sheets_metadata:
            if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            if sheet.visible != python_calamine.SheetVisibleEnum.Visible:
                continue
            content = workbook.get_sheet_by_name(sheet.name)
            if content.height * content.width > MOST_CELLS:
                raise UnreadableFileError(
                    path.name,
                    "too_large",
                    f"sheet {sheet.name} has {content.height} rows and {content.width} columns",
                    "Delete the empty rows and columns, or divide the table.",
                )
            rows = (tuple(map(_cell, row)) for row in content.to_python(skip_empty_area=False))
            grids.append(Grid(path.name, sheet.name, _without_tail(rows)))
    except (python_calamine.CalamineError, OSError, ValueError, RuntimeError) as error:
        if isinstance(error, InputFileError):
            raise
        raise UnreadableFileError(
            path.name, "damaged", f"it is not a complete workbook ({plain_text(str(error))})", SAVE_AGAIN
        ) from None
    return grids


def _check_extent(path: Path) -> None:
    """
    Refuse sheets whose cells lie too far apart.

    The reader of workbooks lays out every cell between the first and the last: one forgotten space in the last cell of a
    sheet would ask for 550 GB and end the program.
    """
    with zipfile.ZipFile(path) as archive:
        # A sheet may have any name; what is no sheet has no such cells.
        for name in archive.namelist():
            rows, columns = _extent(archive, path, name)
            if rows * columns > MOST_CELLS:
                raise UnreadableFileError(
                    path.name,
                    "too_wide",
                    f"a sheet has cells as far as row {rows} and column {columns}",
                    "Delete what stands far below or to the right of the table, or copy the table into a new workbook.",
                )


def _extent(archive: zipfile.ZipFile, path: Path, name: str) -> tuple[int, int]:
    """Return the last row and column with content."""
    rows = columns = 0
    rest = b""
    try:
        with archive.open(name) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                text = rest + chunk
                for letters, digits in FILLED_CELL.findall(text):
                    rows = max(rows, int(digits))
                    columns = max(columns, _column_number(letters))
                rest = text[-LONGEST_TAG_BYTES:]
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
        raise UnreadableFileError(path.name, "damaged", "it is not a complete workbook", SAVE_AGAIN) from None
    return rows, columns


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    return None if value is None else plain_text(str(value))


def _without_tail(rows: Iterator[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
    kept = list(rows)
    while kept and all(cell is None for cell in kept[-1]):
        kept.pop()
    return tuple(kept)


def _read_csv(path: Path) -> Iterator[tuple[Cell, ...]]:
    text = _decode(path.name, path.read_bytes())
    if not text.strip():
        raise UnreadableFileError(path.name, "empty", "the file is empty", SAVE_AGAIN)
    delimiter = None
    told = re.match(r"sep=([;,\t])\r?\n", text)
    if told:  # Excel reads this line and does not show it
        delimiter, text = told.group(1), text[told.end() :]
    delimiter = delimiter or _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[Cell, ...]] = []
    try:
        for cells in reader:
            # An apostrophe that our own files put before a formula or a phone is no part of the text.
            rows.append(tuple(plain_text(unmarked(cell)) for cell in cells))
            if len(rows) * max(len(cells), 1) > MOST_CELLS:
                raise UnreadableFileError(
                    path.name, "too_large", f"it has more than {len(rows)} rows", "Divide the table."
                )
    except csv.Error as error:
        reason = "a quotation mark is never closed" if "unexpected end" in str(error) else str(error)
        row = len(rows) + 1
        raise UnreadableFileError(
            path.name, "open_quote", f"row {row}: {reason}", SAVE_AGAIN, str(row)
        ) from None
    return iter(_without_tail(iter(rows)))


def _delimiter(text: str) -> str:
    """Return the delimiter that divides the first rows into most cells: the heading has no decimal commas."""
    head = text[:20_000]
    best, most = DELIMITERS[0], 0
    for delimiter in DELIMITERS:
        try:
            reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
            first = next((cells for cells in reader if any(cell.strip() for cell in cells)), [])
        except csv.Error:
            continue
        if len(first) > most:
            best, most = delimiter, len(first)
    return best


def _decode(name: str, content: bytes) -> str:
    """Decode UTF-8 (with or without a mark), UTF-16 with a mark, else Windows-1250."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1250"]
        # Mostly good UTF-8 with a broken byte is damaged UTF-8, not Windows-1250: that would read "Ã­" for "í".
        broken = content.decode("utf-8", "replace").count("\ufffd")
        multibyte = len(re.findall(rb"[\xc3-\xc5][\x80-\xbf]", content))
        if broken and multibyte > 2 * broken:
            encodings = ["utf-8-sig"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            row, byte, last = content.count(b"\n", 0, error.start) + 1, content[error.start], encoding
    raise UnreadableFileError(
        name,
        "encoding",
        f"row {row}: the text is neither UTF-8 nor Windows-1250 (byte 0x{byte:02X}, {last})",
        SAVE_AGAIN,
        str(row),
    )

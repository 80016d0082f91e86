"""
Read XLSX and CSV files of people into plain grids of cells, row by row as the spreadsheet shows them.

Nothing is interpreted here beyond what the file format says: a cell is None, text, a number, a truth value,
a day, or what a spreadsheet made of a value (a time, per cent, an error, a formula that was never computed).
Spaces of all kinds are made plain.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from geodata.guarded.file_kind import file_kind, utf_16
from geodata.guarded.workbook import (
    Area,
    Sheet,
    Value,
    Workbook,
    read_workbook,
    value_text,
)
from geodata.sheet_cells import unmarked
from geodata.wordings import FileProblem, WordedFileError

Cell = Value
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls")
DELIMITERS = (";", ",", "\t", "|")
MOST_BYTES = 50_000_000  # 1,000,000 rows of text; a table that somebody filled in has far fewer
MOST_CELLS = 1_000_000  # twenty columns of fifty thousand rows
MOST_LETTERS = (
    131_072  # of one cell: the limit of csv, which another reader may have raised for the whole process
)
MOST_COLUMNS = 1_000  # ages of one year for both sexes need some hundred
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufffe\uffff"))
LETTERS = frozenset("áäąćčďéěęíĺľłńňóôöŕřśšťúůüýźžżÁÄĄĆČĎÉĚĘÍĹĽŁŃŇÓÔÖŔŘŚŠŤÚŮÜÝŹŽŻ")
FEWEST_LETTERS = 3


@dataclass(frozen=True)
class Grid:
    """
    One sheet; `rows[0]` is row 1 of the spreadsheet; `sheet` is None for CSV.

    `merged` areas, `formulas` whose stored values wait to be computed anew, and what is hidden count rows
    and columns from 0.
    """

    file: str
    sheet: str | None
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[Area, ...] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    is_filtered: bool = False

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell; `row` counts from 1, `column` from 0. None outside the grid."""
        if not 1 <= row <= len(self.rows) or not 0 <= column < len(self.rows[row - 1]):
            return None
        return self.rows[row - 1][column]


@dataclass(frozen=True)
class Book:
    """The visible sheets of a file, and the names of hidden ones that hold something and are not read."""

    grids: tuple[Grid, ...]
    hidden: tuple[str, ...] = ()


def read_grids(path: Path) -> list[Grid]:
    """Return the visible sheets of a file; see `read_book`."""
    return list(read_book(path).grids)


def read_book(path: Path, most_cells: int = MOST_CELLS) -> Book:
    """
    Read all visible sheets of a workbook, or a CSV file as one sheet. What a file is, its content says:
    names lie.

    Parameters
    ----------
    most_cells
        Of a CSV file; workbooks have their own limit.

    Raises
    ------
    WordedFileError
        If the file is missing, empty, too large, locked, damaged or of another kind.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError:
        raise WordedFileError(path.name, FileProblem("missing")) from None
    if size == 0:
        raise WordedFileError(path.name, FileProblem("empty"))
    if size > MOST_BYTES:
        raise WordedFileError(
            path.name,
            FileProblem("too_large", {"size": -(-size // 1_000_000), "most": MOST_BYTES // 1_000_000}),
        )
    if file_kind(content) == "text":
        return Book((Grid(path.name, None, _read_csv(path.name, content, most_cells)),))
    workbook = read_workbook(path.name, content)
    for sheet in workbook.sheets:
        for number, row in enumerate(sheet.rows, start=1):
            _check_width(path.name, number, row)
    return Book(
        tuple(_grid(path.name, sheet, workbook) for sheet in workbook.sheets if not sheet.is_hidden),
        tuple(sheet.name for sheet in workbook.sheets if sheet.is_hidden and not sheet.is_empty),
    )


def plain_text(value: str) -> str | None:
    """
    Return text in composed form, with single plain spaces and without invisible characters;
    None where nothing is left.
    """
    composed = unicodedata.normalize("NFC", value).translate(INVISIBLE)
    spaced = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in composed)
    return " ".join(spaced.split()) or None


def as_text(cell: Cell) -> str:
    """Return a cell as its writer sees it: 5.0 is "5", a day is ISO text, None is ""."""
    return value_text(cell)


def _grid(file: str, sheet: Sheet, workbook: Workbook) -> Grid:
    return Grid(
        file,
        sheet.name,
        _without_tail(tuple(map(_cell, row)) for row in sheet.rows),
        sheet.merged,
        sheet.formulas if workbook.computes_on_load else frozenset(),
        sheet.hidden_rows,
        sheet.hidden_columns,
        sheet.is_filtered,
    )


def _cell(value: Value) -> Cell:
    return plain_text(value) if isinstance(value, str) else value


def _check_width(name: str, row: int, cells: Sequence[object]) -> None:
    """
    Refuse a row that is filled further right than any table is: every heading is compared with all
    that are known.
    """
    if len(cells) <= MOST_COLUMNS:
        return
    width = max((number for number, cell in enumerate(cells, start=1) if cell not in (None, "")), default=0)
    if width > MOST_COLUMNS:
        details = {"row": row, "columns": width, "most": MOST_COLUMNS}
        raise WordedFileError(name, FileProblem("too_many_columns", details))


def _without_tail(rows: Iterable[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
    kept = list(rows)
    while kept and all(cell is None for cell in kept[-1]):
        kept.pop()
    return tuple(kept)


def _read_csv(name: str, content: bytes, most_cells: int) -> tuple[tuple[Cell, ...], ...]:
    text = _decode(name, content)
    if not text.strip():
        raise WordedFileError(name, FileProblem("empty"))
    delimiter = None
    separator_line = re.match(r"\"?sep=([;,\t|])\"?\r?\n", text, re.IGNORECASE)
    if separator_line:  # Excel reads this line and does not show it
        delimiter, text = separator_line.group(1), text[separator_line.end() :]
    delimiter = delimiter or _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[Cell, ...]] = []
    cells_read = lines_read = 0
    try:
        for cells in reader:
            _check_length(cells)
            _check_width(name, len(rows) + 1, cells)
            # An apostrophe that our own files put before a formula or a phone is no part of the text.
            rows.append(tuple(plain_text(unmarked(cell)) for cell in cells))
            cells_read += max(len(cells), 1)
            lines_read = reader.line_num
            if cells_read > most_cells:
                raise WordedFileError(name, FileProblem("too_many_cells", {"most": most_cells}))
    except csv.Error:
        lines = itertools.islice(io.StringIO(text, newline=""), lines_read, reader.line_num)
        # An open quote takes in the rest of the file; without any quote the cell itself is too long.
        kind = "open_quote" if any('"' in line for line in lines) else "cell_too_long"
        values = {"row": len(rows) + 1, "most": MOST_LETTERS}
        raise WordedFileError(name, FileProblem(kind, values)) from None
    return _without_tail(iter(rows))


def _check_length(cells: Sequence[str]) -> None:
    if max(map(len, cells), default=0) > MOST_LETTERS:
        raise csv.Error


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
    """
    Decode UTF-8 (with or without a mark), UTF-16,
    else Windows-1250 or, where only that gives letters, CP852.
    """
    encodings = _encodings(content)
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            row = content.count(b"\n", 0, error.start) + 1
    raise WordedFileError(name, FileProblem("encoding", {"row": row}))


def _encodings(content: bytes) -> list[str]:
    if (found := utf_16(content)) is not None:
        return [found]
    # Mostly good UTF-8 with a broken byte is damaged UTF-8, not Windows-1250: that would read "Ã­" for "í".
    broken = content.decode("utf-8", "replace").count("\ufffd")
    multibyte = len(re.findall(rb"[\xc3-\xc5][\x80-\xbf]", content))
    if broken and multibyte > 2 * broken:
        return ["utf-8-sig"]
    return ["utf-8-sig", "cp852" if broken and _is_dos(content) else "cp1250"]


def _is_dos(content: bytes) -> bool:
    """
    Tell whether all signs beyond ASCII are Czech or Polish letters in CP852, and some of them none
    in Windows-1250.
    """
    signs = bytes(sorted(set(content) - set(range(0x80))))
    count = sum(content.count(sign) for sign in signs)
    dos, windows = signs.decode("cp852", "replace"), signs.decode("cp1250", "replace")
    return count >= FEWEST_LETTERS and set(dos) <= LETTERS and not set(windows) <= LETTERS

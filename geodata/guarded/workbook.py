"""
Workbooks of strangers, read in a child process: whatever a file holds,
the answer is its cells or one refusal in words.

`read_workbook` takes the bytes of an XLSX, XLSM or XLS. The child first looks how far the cells lie,
then lets the reader of workbooks at them, under limits of memory and time; this process only takes JSON.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from geodata.guarded import child
from geodata.guarded.child import ChildLimits
from geodata.guarded.file_kind import file_kind
from geodata.wordings import FileProblem, WordedFileError

CHILD: Final = "geodata.guarded.workbook_child"
MOST_CELLS: Final = 1_000_000
"""
Twenty columns of fifty thousand rows: no table that people fill in comes near it,
and it is read within seconds.
"""
MOST_UNPACKED_BYTES: Final = 200_000_000
"""A sheet of a million cells has about 60 MB of XML."""


@dataclass(frozen=True)
class ErrorValue:
    """A cell with an error value of its formula, as Excel writes it: "#DIV/0!"."""

    text: str


@dataclass(frozen=True)
class Unstored:
    """A cell whose formula was never computed: the file holds no value."""


@dataclass(frozen=True)
class Moment:
    """A time of day, a duration, or a day with a time; `day` is None without one."""

    text: str
    day: dt.date | None = None


@dataclass(frozen=True)
class Percent:
    """A number that is shown as per cent: 0.12 is seen as 12 %."""

    number: float


Value = str | float | bool | dt.date | Moment | Percent | ErrorValue | Unstored | None
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0 and included."""


@dataclass(frozen=True)
class Sheet:
    """
    One sheet; `rows` begin with row 1 of the spreadsheet, hidden sheets come without rows.

    `merged` areas, `formulas` with a stored value and `hidden_rows` (at most the first thousand)
    count from 0; `hidden_columns` are pairs of the first and last.
    """

    name: str
    rows: tuple[tuple[Value, ...], ...] = ()
    is_hidden: bool = False
    is_empty: bool = False
    merged: tuple[Area, ...] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()
    hidden_rows: tuple[int, ...] = ()
    hidden_row_count: int = 0
    hidden_columns: tuple[tuple[int, int], ...] = ()
    is_filtered: bool = False


@dataclass(frozen=True)
class Workbook:
    """
    A workbook; `computes_on_load` says that its stored values wait to be computed anew
    by a spreadsheet program.
    """

    sheets: tuple[Sheet, ...]
    computes_on_load: bool = False


@dataclass(frozen=True)
class WorkbookLimits:
    """How much of a workbook is read, and what the child may use for it."""

    cells: int = MOST_CELLS
    unpacked_bytes: int = MOST_UNPACKED_BYTES
    memory_bytes: int = 1 << 30
    seconds: float = 30


DEFAULT_LIMITS: Final = WorkbookLimits()


def read_workbook(
    name: str,
    content: bytes,
    *,
    limits: WorkbookLimits = DEFAULT_LIMITS,
    facts: bool = True,
    first_only: bool = False,
) -> Workbook:
    """
    Read the sheets of a workbook.

    Parameters
    ----------
    name
        Name of the file as the reader knows it.
    content
        All bytes of the file; whoever calls has bounded them.
    facts
        Tell error values, formulas without a value, merged areas and what is hidden. False for large files
        of a publisher: only the limits of the child stand between them and the memory then.
    first_only
        Read the first sheet alone, hidden or not.

    Raises
    ------
    WordedFileError
        If it is no workbook, locked, damaged or too much: a kind of `geodata/wordings/files.yaml`.
    """
    kind = file_kind(content)
    if kind not in ("xlsx", "xls"):
        raise WordedFileError(name, FileProblem("is_other" if kind == "text" else kind))
    wish = {"cells": limits.cells, "bytes": limits.unpacked_bytes, "facts": facts, "first_only": first_only}
    answer = ask(name, content, wish, limits)
    if "refused" in answer:
        raise WordedFileError(name, FileProblem(answer["refused"], answer["values"]))
    return Workbook(tuple(_sheet(entry) for entry in answer["sheets"]), answer["computes_on_load"])


def ask(name: str, content: bytes, wish: dict[str, Any], limits: WorkbookLimits) -> Any:
    """Let a child read a workbook by a wish; the one place where the process is started."""
    ended = child.run(
        CHILD,
        [json.dumps(wish)],
        given=content,
        limits=ChildLimits(memory_bytes=limits.memory_bytes, seconds=limits.seconds),
    )
    if ended.end in ("too_long", "too_much"):
        raise WordedFileError(name, FileProblem("too_much"))
    try:
        return json.loads(ended.written)
    except ValueError:
        raise WordedFileError(name, FileProblem("damaged")) from None


def _sheet(entry: dict[str, Any]) -> Sheet:
    return Sheet(
        name=entry["name"],
        rows=tuple(map(_row, entry["rows"])),
        is_hidden=entry.get("is_hidden", False),
        is_empty=entry.get("is_empty", False),
        merged=tuple((a, b, c, d) for a, b, c, d in entry.get("merged", ())),
        formulas=frozenset((row, column) for row, column in entry.get("formulas", ())),
        hidden_rows=tuple(entry.get("hidden_rows", ())),
        hidden_row_count=entry.get("hidden_row_count", 0),
        hidden_columns=tuple((first, last) for first, last in entry.get("hidden_columns", ())),
        is_filtered=entry.get("is_filtered", False),
    )


def _row(cells: list[Any]) -> tuple[Value, ...]:
    # Most rows hold nothing but text and numbers, and there may be many rows.
    return tuple(map(_value, cells)) if list in set(map(type, cells)) else tuple(cells)


_OF_KIND: Final[Mapping[str, Callable[[str], Value]]] = {
    "day": dt.date.fromisoformat,
    "moment": lambda text: Moment(text.replace("T", " "), dt.date.fromisoformat(text[:10])),
    "time": Moment,
    "percent": lambda text: Percent(float(text)),
    "error": ErrorValue,
    "unstored": lambda _text: Unstored(),
}
"""What the child writes as a pair of kind and text; a kind that is not here is a text."""


def _value(cell: Any) -> Value:
    if isinstance(cell, list):
        kind, text = cell
        return _OF_KIND.get(kind, str)(text)
    value: Value = cell
    return value


def plain_rows(sheet: Sheet) -> list[list[Value]]:
    """Return the rows of a sheet, all of the same length."""
    width = max((len(row) for row in sheet.rows), default=0)
    return [[*row, *[None] * (width - len(row))] for row in sheet.rows]


def text_rows(sheet: Sheet) -> list[list[str]]:
    """
    Return the rows of a sheet as text: 598143.0 is "598143", nothing is "";
    error values keep their signs.
    """
    return [[value_text(cell) for cell in row] for row in plain_rows(sheet)]


def value_text(cell: Value) -> str:
    """Return a cell as its writer sees it, as far as text can say it."""
    if cell is None or isinstance(cell, Unstored):
        return ""
    if isinstance(cell, (ErrorValue, Moment)):
        return cell.text
    if isinstance(cell, Percent):
        return f"{round(cell.number * 100, 10):g} %"
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return cell.isoformat() if isinstance(cell, dt.date) else cell


def is_workbook(content: bytes) -> bool:
    """Tell whether bytes are to be read as a workbook and not as text."""
    return file_kind(content) != "text"

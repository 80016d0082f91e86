"""
What a reader hands over is read in a process of its own, a few at a time;
here are only the bytes that go in and come out.

Every call waits for a child with limits of memory and time (`geodata.guarded.child`),
and waiting holds up nobody else.
"""

from __future__ import annotations

import json
import logging
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from geodata.errors import DosahError
from geodata.guarded import child
from geodata.guarded.child import ChildLimits

LOG = logging.getLogger("dosah.dashboard")
_TABLE_LIMITS: Final = ChildLimits(memory_bytes=1 << 30, seconds=20, written_bytes=30_000_000)
_WAIT_SECONDS: Final = 15
# Few at a time: each takes a processor, and those who only look come first.
_AT_ONCE: Final = threading.BoundedSemaphore(2)


class BusyReadingError(DosahError):
    """So many files are being read that this one was not begun."""


class TooCostlyError(DosahError):
    """Reading the file took more memory or time than it may."""


class NoTableError(DosahError, ValueError):
    """The file is no table that can be read."""


@dataclass(frozen=True)
class CellProblem:
    """
    What cannot be read of the cells in `rows` (of the spreadsheet, from 1) and `columns` (from 0),
    as a sentence with its place.
    """

    rows: tuple[int, int]
    columns: tuple[int, int]
    message: str


@dataclass(frozen=True)
class SheetRows:
    """
    The filled rows of one sheet as texts; `rows[0]` are its headings.

    `numbers` are the rows of the spreadsheet, from 1; `left` counts rows that were too many to be read;
    `name` is None for CSV.
    """

    name: str | None
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int]
    left: int = 0
    problems: Sequence[CellProblem] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class TableRows:
    """All visible sheets that hold something; `notes` is what is to be said of the whole file."""

    sheets: Sequence[SheetRows]
    notes: Sequence[str] = ()


def table_rows(raw: bytes, language: str) -> TableRows:
    """
    Return the filled rows of an XLSX or CSV file as texts, and what of them is no value;
    sentences are in `language`.

    Raises
    ------
    NoTableError
        If it is none, or damaged, or its cells lie too far apart.
    TooCostlyError
        If it asks for too much memory or time.
    BusyReadingError
        If others are being read for too long.
    """
    if not _AT_ONCE.acquire(timeout=_WAIT_SECONDS):
        raise BusyReadingError
    try:
        with tempfile.TemporaryDirectory(prefix="dosah-") as name:
            path = Path(name) / ("table.xlsx" if raw[:2] == b"PK" else "table.csv")
            path.write_bytes(raw)
            ended = child.run(
                "etl.usertables.cells.grid_rows",
                [path.name, language],
                limits=_TABLE_LIMITS,
                folder=path.parent,
            )
    finally:
        _AT_ONCE.release()
    if ended.end in ("too_long", "too_much"):
        LOG.warning("a file handed over was given up: %s", ended.end)
        raise TooCostlyError
    try:
        answer = json.loads(ended.written)
    except ValueError:
        raise NoTableError from None
    if not answer["ok"]:
        raise NoTableError(answer["kind"])
    return rows_told(answer)


def rows_told(answer: Mapping[str, Any]) -> TableRows:
    """Return what the child printed as JSON."""
    sheets = [
        SheetRows(
            sheet["name"],
            sheet["rows"],
            sheet["numbers"],
            sheet["left"],
            [
                CellProblem((top, bottom), (left, right), one["message"])
                for one in sheet["problems"]
                for (top, bottom), (left, right) in [(one["rows"], one["columns"])]
            ],
            sheet["notes"],
        )
        for sheet in answer["sheets"]
    ]
    return TableRows(sheets, answer["notes"])

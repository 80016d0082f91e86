"""
What a reader hands over is read in a process of its own, a few at a time; here are only the bytes that go in and come out.

Every call waits for a child with limits of memory and time (`geodata.guarded.child`), and waiting holds up nobody else.
"""

from __future__ import annotations

import json
import logging
import tempfile
import threading
from pathlib import Path
from typing import Final

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


def table_rows(raw: bytes) -> list[list[str]]:
    """
    Return the filled rows of the first sheet of an XLSX or CSV file as texts.

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
                "etl.usertables.grid_rows", [path.name], limits=_TABLE_LIMITS, folder=path.parent
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
    rows: list[list[str]] = answer["rows"]
    return rows

"""
Open a GeoPackage that may come from anybody: only real tables, bounded work,
values that are what their description says.

SQLite believes a file: a table may be a view that never ends, a generated value or a row
that is told a million times; a text may be a number. What is read here costs no more than the file has bytes,
and a value that no honest dataset holds is a sentence, not a surprise.
"""

from __future__ import annotations

import math
import operator
import re
import sqlite3
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal

from geodata.dataset.fields import TABLES, Field, Table
from geodata.dataset.rules import DATE

Mode = Literal["shared", "immutable"]

COMPANIONS: Final = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database while a program writes to it."""
WGS84: Final = 4326

_MOST_TEXT_BYTES: Final = 200_000
"""A cell of a spreadsheet holds 32,767 letters, of four bytes at most."""
_MOST_SHAPE_BYTES: Final = 20_000_000
"""The most detailed outline of a municipality that is published has 0.4 MB."""
_STEPS_AT_ONCE: Final = 100_000
_STEPS_A_BYTE: Final = 4
_SPARE_STEPS: Final = 5_000_000
"""
SQLite takes about one step for a value, and a value is a byte at least;
a join of a table with itself takes its square.
"""
_WAIT_S: Final = 5.0
_TABLE: Final = re.compile(r"CREATE\s+TABLE\s", re.IGNORECASE)
_SHOWN: Final = 5

_MAGIC: Final = b"GP"
_ENVELOPE_BYTES: Final = (0, 32, 48, 48, 64)
_POLYGON, _MULTIPOLYGON = 3, 6
_HEAD: Final = struct.Struct("<BII")
_COUNT: Final = struct.Struct("<I")
_INTEGER: Final = struct.Struct("<i")
_POINT_BYTES: Final = 16
_LEAST_POINTS: Final = 4


class NotHonestError(ValueError):
    """A file that no honest program writes; the message says what stands in it."""


class Reader:
    """An open GeoPackage that may be read to its end: `rows` of real tables, `shapes` of municipalities."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def check_pages(self) -> None:
        """
        Refuse a file whose pages are told twice: a small one could be a million rows.
        What is left costs no more than the file has bytes.

        Raises
        ------
        NotHonestError
            If it is broken.
        """
        (verdict,) = self._connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise NotHonestError(" ".join(str(verdict).split())[:200])

    def rows(self, table: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """
        Return columns of a real table, in the order in which it was written.

        Raises
        ------
        NotHonestError
            If it is no real table or lacks a column.
        sqlite3.Error
            If the file is broken.
        """
        self._check_real(table, columns)
        listed = ", ".join(f'"{column}"' for column in columns)
        return self._connection.execute(f'SELECT {listed} FROM "{table}" ORDER BY fid').fetchall()

    def shapes(self) -> dict[str, bytes]:
        """
        Return the outlines of municipalities as WKB, by code, in the order of the codes.

        Raises
        ------
        NotHonestError
            If one is no polygon or multipolygon in EPSG:4326, whole and with finite coordinates.
        sqlite3.Error
            If the file is broken.
        """
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_SHAPE_BYTES)
        return _shapes(self.rows("municipality", ["municipality_code", "geom"]))

    def _check_real(self, table: str, columns: Sequence[str]) -> None:
        """
        Refuse views, virtual tables and generated columns;
        a missing column would be taken for a text by SQLite.
        """
        rows = self._connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = ? COLLATE NOCASE", [table]
        ).fetchall()
        if not rows:
            raise NotHonestError(f"no such table: {table}")
        if len(rows) > 1 or not _TABLE.match(str(rows[0][0])):
            raise NotHonestError(f"{table} is no plain table")
        made_by = {row[1]: row[6] for row in self._connection.execute(f'PRAGMA table_xinfo("{table}")')}
        missing = [column for column in (*columns, "fid") if column not in made_by]
        if missing:
            raise NotHonestError(f"table {table} lacks the column {missing[0]}")
        if any(made_by[column] for column in (*columns, "fid")):
            raise NotHonestError(f"{table} is no plain table")


@contextmanager
def reader(path: Path, mode: Mode = "shared") -> Iterator[Reader]:
    """
    Open a GeoPackage to read it.

    Parameters
    ----------
    mode
        "shared" looks at what other programs write meanwhile; "immutable" reads the file alone,
        where nothing can be written beside it.

    Raises
    ------
    sqlite3.Error
        If it cannot be opened.
    """
    address = f"{path.resolve().as_uri()}?{'mode=ro' if mode == 'shared' else 'immutable=1'}"
    left = [_SPARE_STEPS + _STEPS_A_BYTE * path.stat().st_size]

    def spend() -> bool:
        left[0] -= _STEPS_AT_ONCE
        return left[0] < 0

    with closing(sqlite3.connect(address, uri=True, timeout=_WAIT_S)) as connection:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_TEXT_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.set_progress_handler(spend, _STEPS_AT_ONCE)
        for setting in (
            "trusted_schema = OFF",
            "query_only = ON",
            "mmap_size = 0",
            "ignore_check_constraints = ON",
        ):
            connection.execute(f"PRAGMA {setting}")
        # All that is read is of one moment, whatever another program writes meanwhile.
        connection.execute("BEGIN")
        yield Reader(connection)


def has_unread_changes(path: Path) -> bool:
    """Tell whether a program left changes beside the file that are not in it yet."""
    for companion in ("-wal", "-journal"):
        with suppress(OSError):
            if path.with_name(path.name + companion).stat().st_size:
                return True
    return False


def take_in_changes(path: Path) -> None:
    """
    Bring a database and what SQLite keeps beside it together, so that another file can take its place.

    What lies beside is named after the file: left there, it would be read into the file that comes.

    Raises
    ------
    NotHonestError
        If another program holds changes that cannot be taken in; the message names the file that it keeps.
    OSError
        If a file cannot be removed.
    """
    beside = [path.with_name(path.name + companion) for companion in COMPANIONS]
    if not any(companion.exists() for companion in beside):
        return
    if path.is_file():
        with (
            suppress(sqlite3.Error),
            closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection,
        ):
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        if has_unread_changes(path):
            raise NotHonestError(
                next(companion.name for companion in (beside[0], beside[2]) if companion.exists())
            )
    for companion in beside:
        companion.unlink(missing_ok=True)


def check_column(table: Table, column: Field, values: Sequence[Any]) -> str | None:
    """Return what is wrong with the values of a column, None where they are what the data dictionary says."""
    kinds = set(map(type, values))
    if type(None) in kinds and not column.nullable:
        return _told(table, column, "is missing", (value is None for value in values))
    expected: tuple[type, ...] = {"real": (float, int), "integer": (int,), "boolean": (int,)}.get(
        column.type, (str,)
    )
    if not kinds <= {*expected, type(None)}:
        wrong = (value is not None and type(value) not in expected for value in values)
        return _told(table, column, f"is no {'text' if expected == (str,) else 'number'}", wrong)
    if column.type == "boolean" and not {0, 1}.issuperset(values):
        return _told(table, column, "is neither 0 nor 1", (value not in (0, 1) for value in values))
    if column.type == "date":
        wrong_days = {day for day in set(values) if day is not None and not DATE.fullmatch(day)}
        if wrong_days:
            return _told(table, column, "is no day", (value in wrong_days for value in values))
    if column.type in ("real", "integer"):
        return _check_range(table, column, values)
    return None


def _check_range(table: Table, column: Field, values: Sequence[Any]) -> str | None:
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    present = [value for value in values if value is not None]
    if not present or (low <= min(present) and max(present) <= high and math.isfinite(max(present, key=abs))):
        return None
    wrong = (value is not None and not (math.isfinite(value) and low <= value <= high) for value in values)
    return _told(table, column, "is out of range", wrong)


def _told(table: Table, column: Field, what: str, is_wrong: Iterable[bool]) -> str:
    rows = [number for number, wrong in enumerate(is_wrong, start=1) if wrong]
    return f"table {table.name}, column {column.name}: {what} in {len(rows)} rows (first: row {rows[0]})"


def check_keys(columns: Mapping[str, Mapping[str, Sequence[Any]]]) -> list[str]:
    """
    Return what is wrong with rows as a whole: keys that repeat, references to rows that are not there.

    Parameters
    ----------
    columns
        Values by table and column.
    """
    problems = []
    known = {
        column.references: set(columns[other][name])
        for table in TABLES
        for column in table.fields
        if column.references and (other := column.references.partition(".")[0]) in columns
        for name in [column.references.partition(".")[2]]
    }
    for table in TABLES:
        values = columns.get(table.name)
        if values is None:
            continue
        keys = [values[name] for name in table.key]
        # Rows are written in the order of their key; only where they are not, each is looked up.
        if not all(map(operator.lt, zip(*keys, strict=True), islice(zip(*keys, strict=True), 1, None))):
            repeated = len(keys[0]) - len(set(zip(*keys, strict=True)))
            if repeated:
                problems.append(f"table {table.name}: {repeated} rows share their key")
        for column in table.fields:
            targets = known.get(column.references or "")
            strangers = set(values[column.name]) - targets - {None} if targets is not None else ()
            if strangers:
                problems.append(
                    f"table {table.name}, column {column.name}: {len(strangers)} values are not in "
                    f"{column.references}"
                )
    return problems


def all_problems(problems: Sequence[str]) -> str:
    """Return the problems of a file as one text, the first few in full."""
    more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    return "; ".join(problems[:_SHOWN]) + more


def _shapes(rows: Iterable[tuple[Any, Any]]) -> dict[str, bytes]:
    shapes: dict[str, bytes] = {}
    points: list[bytes] = []
    wrong: list[str] = []
    for code, blob in rows:
        if blob is None:
            continue
        try:
            shapes[code], parts = wkb_of(blob)
        except NotHonestError as error:
            wrong.append(f"municipality {code}, {error}")
        else:
            points += parts
    if not wrong and not are_places(b"".join(points)):
        wrong = [
            f"municipality {code}, coordinates that are no place"
            for code, blob in rows
            if blob is not None and not are_places(b"".join(wkb_of(blob)[1]))
        ]
    if wrong:
        raise NotHonestError(f"{len(wrong)} outlines are broken (first: {wrong[0]})")
    return dict(sorted(shapes.items()))


def are_places(points: bytes) -> bool:
    """
    Tell whether all coordinates (longitude, latitude, little-endian doubles)
    are finite and on the globe.
    """
    import numpy as np

    angles = np.abs(np.frombuffer(points, "<f8").reshape(-1, 2))
    # Not-a-number is in no range.
    return bool((angles[:, 0] <= 180).all() and (angles[:, 1] <= 90).all())


def wkb_of(blob: object) -> tuple[bytes, list[bytes]]:
    """
    Return the WKB of a GeoPackage geometry, looked through to its last byte, and the points of its rings.

    A library that reads WKB trusts its counts and follows nested shapes without end; this looks first.
    Little-endian, as we write it.

    Raises
    ------
    NotHonestError
        If it is anything but a whole polygon or multipolygon in EPSG:4326.
    """
    if not isinstance(blob, bytes) or blob[:2] != _MAGIC or len(blob) < 8:
        raise NotHonestError("no GeoPackage geometry")
    version, flags = blob[2], blob[3]
    envelope = (flags >> 1) & 0b111
    if version != 0 or flags & 0b11100001 != 1 or envelope >= len(_ENVELOPE_BYTES):
        raise NotHonestError("no GeoPackage geometry")
    (reference,) = _INTEGER.unpack_from(blob, 4)
    if reference != WGS84:
        raise NotHonestError(f"reference system {reference} in place of {WGS84}")
    wkb = blob[8 + _ENVELOPE_BYTES[envelope] :]
    points: list[bytes] = []
    try:
        kind, count = _HEAD.unpack_from(wkb)[1:]
        if kind == _POLYGON:
            end = _walk(wkb, 0, points)
        elif kind == _MULTIPOLYGON and count:
            end = _HEAD.size
            for _ in range(count):
                end = _walk(wkb, end, points)
        else:
            raise NotHonestError("it is empty" if kind == _MULTIPOLYGON else "no polygon")
    except struct.error:
        raise NotHonestError("it is cut off") from None
    if end != len(wkb):
        raise NotHonestError("its length is wrong")
    return wkb, points


def _walk(wkb: bytes, at: int, points: list[bytes]) -> int:
    """Look through the polygon at `at`, add the points of its rings, and return where it ends."""
    order, kind, rings = _HEAD.unpack_from(wkb, at)
    if order != 1 or kind != _POLYGON:
        raise NotHonestError("no polygon")
    if not rings:
        raise NotHonestError("it is empty")
    at += _HEAD.size
    for _ in range(rings):
        (count,) = _COUNT.unpack_from(wkb, at)
        start, at = at + _COUNT.size, at + _COUNT.size + _POINT_BYTES * count
        if at > len(wkb):
            raise NotHonestError("it is cut off")
        ring = wkb[start:at]
        if count < _LEAST_POINTS or ring[:_POINT_BYTES] != ring[-_POINT_BYTES:]:
            raise NotHonestError("a ring is not closed")
        points.append(ring)
    return at

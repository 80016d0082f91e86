"""
Read a CSV file of a source strictly: every problem of the file in one message, or a table
that can be trusted.

A source describes its columns; this module opens the file, finds what is wrong with it (encoding,
cut-off rows, missing columns, numbers, dates, codes, coordinates) and says so with rows
as a spreadsheet counts them: the heading is row 1.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from geodata.dataset.rules import DATE
from geodata.errors import InputFileError
from geodata.said import say
from geodata.text_signs import CONTROL

Kind = Literal["text", "count", "number", "date", "boolean"]
LONGEST_NUMBER = 15  # digits; more fit no whole number of a table, and no exact one of any kind
NUMBER = re.compile(r"-?\d+(\.\d+)?")
SHOWN_PROBLEMS = 10
ROW_NUMBER = "row_number"
MOST_BYTES = 500_000_000  # ten million pairs of places and sites; every other table is far smaller
NEXT_STEP = "Correct these rows and run `dosah build` again; the last dataset stays as it is."


@dataclass(frozen=True)
class Column:
    """
    What a column must hold.

    `kind` count is a whole number of 0 or more, number any number of 0 or more (`is_signed` lifts the bound);
    `codes` are the only values allowed; `check` returns what is wrong with a value, or None.
    A column that `may_be_absent` is left out of the table where the file has none.
    """

    name: str
    kind: Kind = "text"
    is_required: bool = False
    is_signed: bool = False
    codes: Collection[str] | None = None
    code_list: str = ""
    check: Callable[[str], str | None] | None = None
    may_be_absent: bool = False


@dataclass
class Problems:
    """Problems of one file, gathered by what is wrong, so that a thousand equal rows make one sentence."""

    rows: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)

    def add(self, what: str, row: int, value: str) -> None:
        """Note that `value` in `row` is wrong in the way `what` says."""
        self.rows.setdefault(what, []).append((row, value))

    def sentences(self) -> list[str]:
        """Return one sentence per kind of problem: how many rows, the first value and its row."""
        found = list(self.whole)
        for what, cases in self.rows.items():
            row, value = cases[0]
            shown = value if len(value) <= 60 else f"{value[:57]}…"
            if len(cases) == 1:
                found.append(f"row {row}: {what} ('{shown}')")
            else:
                found.append(f"{len(cases)} rows: {what} (first: '{shown}', row {row})")
        return found

    def raise_if_any(self, file: str, next_step: str = NEXT_STEP) -> None:
        """
        Raise all problems at once.

        Raises
        ------
        InputFileError
            If there is any.
        """
        found = self.sentences()
        if found:
            more = len(found) - SHOWN_PROBLEMS
            shown = found[:SHOWN_PROBLEMS] + ([f"and {more} more kinds of problems"] if more > 0 else [])
            raise InputFileError(file, shown, next_step)


def read_text(path: Path) -> str:
    """
    Read a whole file as UTF-8.

    Raises
    ------
    InputFileError
        If there is no such file, it is empty, or its bytes are no UTF-8; the message names the row.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise InputFileError(path.name, [say("source.no_file")], say("source.next_path")) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputFileError(
            path.name, [say("source.unreadable", reason=reason)], say("source.next_path")
        ) from None
    if len(content) > MOST_BYTES:
        raise InputFileError(
            path.name,
            [f"the file is larger than {MOST_BYTES // 1_000_000} MB"],
            "Give only the rows that are needed.",
        )
    if not content.strip():
        raise InputFileError(path.name, [say("source.empty")], say("source.next_again"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        raise InputFileError(
            path.name,
            [say("source.not_utf_8", row=row, byte=f"{byte:02X}")],
            say("source.next_utf_8"),
        ) from None


def read_rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """
    Read the heading and the rows of a comma-separated file.

    Returns
    -------
    heading, rows
        Names of columns; each row with the number of its first line. Blank lines are skipped.

    Raises
    ------
    InputFileError
        If the file is cut off: a quotation mark never closed, a row with fewer cells than the heading.
    """
    text = read_text(path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    problems = Problems()
    has_controls = CONTROL.search(text) is not None
    heading: list[str] = []
    start = 1
    try:
        for cells in reader:
            number, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not heading:
                heading = [cell.strip() for cell in cells]
            elif has_controls and any(map(CONTROL.search, cells)):
                wrong = next(cell for cell in cells if CONTROL.search(cell))
                problems.add("a cell has a sign that is no text", number, CONTROL.sub("·", wrong))
            elif len(cells) != len(heading):
                few = "too few" if len(cells) < len(heading) else "too many"
                problems.add(f"{few} cells, the heading has {len(heading)}", number, f"{len(cells)} cells")
            else:
                rows.append((number, [cell.strip() for cell in cells]))
    except csv.Error as error:
        reason = "a quotation mark is never closed" if "unexpected end" in str(error) else str(error)
        problems.whole.append(f"row {start}: {reason}")
    problems.raise_if_any(path.name, "The file seems to be cut off or damaged: fetch or save it again.")
    twice = sorted({name for name in heading if heading.count(name) > 1})
    if twice:
        raise InputFileError(
            path.name, [say("source.heading_twice", name=twice[0])], say("source.next_rename")
        )
    if not rows:
        raise InputFileError(path.name, [say("source.no_rows")], say("source.next_again"))
    return heading, rows


def read_table(
    path: Path, columns: Sequence[Column], key: Sequence[str] = (), *, extra: Kind | None = None
) -> pd.DataFrame:
    """
    Read a file whose columns are described.

    Parameters
    ----------
    path
        A comma-separated file, UTF-8.
    columns
        What each column must hold. Columns that are not described are left out,
        unless `extra` names their kind.
    key
        Columns whose values together may stand only once.
    extra
        Kind of the columns that are not described (age bands of a wide table).

    Returns
    -------
    table
        row_number and the columns; text as str, blanks as NaN; counts as Int64, numbers as float64.

    Raises
    ------
    InputFileError
        With all problems of the file.
    """
    heading, rows = read_rows(path)
    columns = [column for column in columns if column.name in heading or not column.may_be_absent]
    missing = [column.name for column in columns if column.name not in heading]
    if missing:
        kind = "source.column_missing" if len(missing) == 1 else "source.columns_missing"
        raise InputFileError(
            path.name,
            [say(kind, names=", ".join(missing))],
            say("source.next_columns", found=", ".join(heading[:8])),
        )
    described = list(columns)
    if extra is not None:
        known = {column.name for column in columns}
        described += [Column(name, extra) for name in heading if name not in known]
    problems = Problems()
    numbers = [number for number, _ in rows]
    table: dict[str, pd.Series] = {ROW_NUMBER: pd.Series(numbers, dtype="int64")}
    for column in described:
        position = heading.index(column.name)
        values = [cells[position] for _, cells in rows]
        _check(column, values, numbers, problems)
        if not problems.rows:
            table[column.name] = _typed(column, values)
    if key:
        _check_key(key, heading, rows, problems)
    problems.raise_if_any(path.name)
    return pd.DataFrame(table)


def _check(column: Column, values: Sequence[str], numbers: Sequence[int], problems: Problems) -> None:
    codes = frozenset(column.codes) if column.codes is not None else None
    for row, value in zip(numbers, values, strict=True):
        if not value:
            if column.is_required:
                problems.add(f"column {column.name} is blank", row, "")
            continue
        wrong = _problem(column, value)
        if wrong is None and codes is not None and value not in codes:
            wrong = f"is not in the list of {column.code_list or column.name}"
        if wrong is None and column.check is not None:
            wrong = column.check(value)
        if wrong is not None:
            problems.add(f"column {column.name} {wrong}", row, value)


def _problem(column: Column, value: str) -> str | None:
    if column.kind in ("count", "number"):
        if not NUMBER.fullmatch(value) or (column.kind == "count" and "." in value):
            return "is not a whole number" if column.kind == "count" else "is not a number"
        if value.startswith("-") and not column.is_signed:
            return "is negative"
        if len(value.partition(".")[0]) > LONGEST_NUMBER:
            return "is larger than anything that is counted here"
    if column.kind == "date" and not _is_day(value):
        return "is not a date YYYY-MM-DD"
    if column.kind == "boolean" and value not in ("true", "false"):
        return "is neither true nor false"
    return None


def _is_day(value: str) -> bool:
    import datetime as dt

    if not DATE.fullmatch(value):
        return False
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _typed(column: Column, values: Sequence[str]) -> pd.Series:
    filled = [value or None for value in values]
    if column.kind == "count":
        return pd.Series([None if value is None else int(value) for value in filled], dtype="Int64")
    if column.kind == "number":
        return pd.Series([None if value is None else float(value) for value in filled], dtype="float64")
    if column.kind == "boolean":
        return pd.Series([value == "true" for value in filled], dtype="bool")
    return pd.Series(filled, dtype="str")


def _check_key(
    key: Sequence[str], heading: Sequence[str], rows: Sequence[tuple[int, list[str]]], problems: Problems
) -> None:
    places = [heading.index(name) for name in key]
    first: dict[tuple[str, ...], int] = {}
    for row, cells in rows:
        value = tuple(cells[position] for position in places)
        if value in first:
            problems.add(f"{' + '.join(key)} stands already in an earlier row", row, " + ".join(value))
        first.setdefault(value, row)


def check_points(
    table: pd.DataFrame,
    problems: Problems,
    is_inside: Callable[[float, float, str], bool],
    countries: Mapping[int, str],
) -> None:
    """
    Note rows whose point lies outside its country, or that have half a point.

    Parameters
    ----------
    table
        Columns row_number, latitude, longitude.
    is_inside
        Called with longitude, latitude, country.
    countries
        Country by row number.
    """
    points = zip(table[ROW_NUMBER], table["latitude"], table["longitude"], strict=True)
    for row, latitude, longitude in points:
        if pd.isna(latitude) and pd.isna(longitude):
            continue
        if pd.isna(latitude) or pd.isna(longitude):
            problems.add("latitude or longitude is blank, the other is not", row, f"{latitude}, {longitude}")
        elif not is_inside(longitude, latitude, countries[row]):
            problems.add(
                f"the point lies outside the country {countries[row]}",
                row,
                f"latitude {latitude}, longitude {longitude}",
            )

"""
One table of known columns, however a spreadsheet wrote it: travel costs and finer places are read by it.

A leading zero that a spreadsheet dropped from a municipality's code is put back, a number that can be read
in two ways is not guessed, and everything wrong is told at once, by kind and column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from etl.usertables.cells.grid import Cell, Grid, as_text, read_book
from etl.usertables.cells.merged import area_name
from etl.usertables.cells.values import (
    NUMBER,
    CellError,
    check_computed,
    check_written,
    is_unknown,
    read_number,
)
from geodata.travel.table import ROW_NUMBER
from geodata.vocabulary.identifiers import fold
from geodata.wordings import FileProblem, WordedFileError

MUNICIPALITY: Final = "municipality_code"
# What spreadsheets make of a code of municipalities: 598143.0, 598143,0, 598 143.
SPELT_CODE: Final = re.compile(r"(\d{3}) ?(\d{3,4})(?:[.,]0+)?")
ROWS_WITH_HEADING: Final = 15


@dataclass(frozen=True)
class Layout:
    """
    What a table holds.

    `columns` are all of its columns, `numbers` amounts (thousands may be divided), `degrees` coordinates
    (never in thousands); the others are text. `room` words the problems (`geodata.wordings`);
    it knows the kinds `wrong_number`, `ambiguous_number`, `column_twice`, `several_sheets`, `no_rows`,
    `merged`, `spoilt_cell` and `spoilt_text`.
    """

    columns: tuple[str, ...]
    numbers: frozenset[str]
    degrees: frozenset[str]
    room: str
    most_cells: int


def read_columns(path: Path, layout: Layout, codes: frozenset[str] = frozenset()) -> pd.DataFrame:
    """
    Read the rows of a table.

    Parameters
    ----------
    path
        A CSV file or workbook.
    layout
        What it holds.
    codes
        The known codes of municipalities: a leading zero that a spreadsheet dropped is put back where
        that makes one of them.

    Returns
    -------
    rows
        row_number and the columns that there are: text (None where blank) or numbers (float, NA where blank).

    Raises
    ------
    WordedFileError
        With every problem of the file.
    """
    grid = _only_grid(path, layout)
    start, heading = _heading(grid, layout)
    problems = [
        FileProblem("column_twice", {"column": name})
        for name in layout.columns
        if list(heading.values()).count(name) > 1
    ]
    positions = {name: position for position, name in heading.items()}
    found = _Cells(positions, layout, codes)
    for number, row in enumerate(grid.rows[start:], start=start + 1):
        if any(cell is not None for cell in row):
            found.take(number, row)
    problems += [
        FileProblem("merged", {"area": area_name(area)})
        for area in grid.merged
        if area[2] >= start and any(area[1] <= position <= area[3] for position in heading)
    ]
    problems += found.problems()
    if problems:
        raise WordedFileError(path.name, problems, room=layout.room)
    return pd.DataFrame(found.table())


def _only_grid(path: Path, layout: Layout) -> Grid:
    grids = [grid for grid in read_book(path, layout.most_cells).grids if grid.rows]
    if not grids:
        raise WordedFileError(path.name, FileProblem("no_rows"), room=layout.room)
    with_heading = [grid for grid in grids if len(_heading(grid, layout)[1]) > 1]
    if len(with_heading) > 1:
        names = ", ".join(str(grid.sheet) for grid in with_heading)
        raise WordedFileError(path.name, FileProblem("several_sheets", {"names": names}), room=layout.room)
    return (with_heading or grids)[0]


def _heading(grid: Grid, layout: Layout) -> tuple[int, dict[int, str]]:
    """Return how many rows stand above the rows of data, and the columns by position."""
    names = {fold(name): name for name in layout.columns}
    for number, row in enumerate(grid.rows[:ROWS_WITH_HEADING], start=1):
        found = {
            position: names[fold(as_text(cell))]
            for position, cell in enumerate(row)
            if fold(as_text(cell)) in names
        }
        if found:
            return number, found
    return 1, {}


class _Cells:
    """The columns of a table as they are read, and what is wrong with them by kind and column."""

    def __init__(self, positions: dict[str, int], layout: Layout, codes: frozenset[str]) -> None:
        self._positions, self._layout, self._codes = positions, layout, codes
        self._numbers: list[int] = []
        self._values: dict[str, list[Any]] = {name: [] for name in positions}
        self._wrong: dict[tuple[str, str], list[tuple[int, str]]] = {}

    def take(self, number: int, row: Sequence[Cell]) -> None:
        self._numbers.append(number)
        for name, position in self._positions.items():
            cell = row[position] if position < len(row) else None
            value: Any = None
            try:
                check_computed(cell)
                if not is_unknown(cell):
                    value = self._value(name, cell)
            except CellError as error:
                kind = _kind(error, is_number=self._is_number(name))
                self._wrong.setdefault((kind, name), []).append((number, as_text(cell)))
            self._values[name].append(value)

    def _is_number(self, name: str) -> bool:
        return name in self._layout.numbers or name in self._layout.degrees

    def _value(self, name: str, cell: Cell) -> str | float:
        if name in self._layout.degrees and isinstance(cell, str) and NUMBER.fullmatch(cell.strip()):
            # Nobody writes thousands of degrees: "49.592" is no forty-nine thousand.
            return float(cell.strip().replace(",", "."))
        return read_number(cell) if self._is_number(name) else self._key(name, cell)

    def _key(self, name: str, cell: Cell) -> str:
        check_written(cell)
        text = as_text(cell)
        spelt = SPELT_CODE.fullmatch(text) if name == MUNICIPALITY else None
        if spelt and text not in self._codes:
            text = "".join(spelt.groups())
            if text not in self._codes and f"0{text}" in self._codes:
                text = f"0{text}"
        return text

    def problems(self) -> list[FileProblem]:
        return [
            FileProblem(kind, {"column": column, "rows": len(rows), "row": rows[0][0], "value": rows[0][1]})
            for (kind, column), rows in self._wrong.items()
        ]

    def table(self) -> dict[str, Any]:
        columns: dict[str, Any] = {ROW_NUMBER: pd.Series(self._numbers, dtype="int64")}
        for name, values in self._values.items():
            columns[name] = pd.Series(values, dtype="float64" if self._is_number(name) else "object")
        return columns


def _kind(error: CellError, *, is_number: bool) -> str:
    if error.kind in ("formula_error", "formula_unstored"):
        return "spoilt_cell"
    if not is_number:
        return "spoilt_text"
    return "ambiguous_number" if error.kind == "ambiguous_number" else "wrong_number"

"""Travel costs that a user brings: a matrix as CSV or workbook, or an extract of OpenStreetMap whose roads are searched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from etl.usertables.cells.grid import Cell, Grid, as_text, read_book
from etl.usertables.cells.merged import area_name
from etl.usertables.cells.values import CellError, check_computed, check_written, is_unknown, read_number
from geodata.dataset.dataset import Dataset
from geodata.guarded.refusals import Refusal, RefusedTextError, kilobytes
from geodata.said import say
from geodata.travel.table import ROOM, ROW_NUMBER, TravelTable, travel_table
from geodata.vocabulary.identifiers import fold
from geodata.wordings import Told, WordedFileError

MOST_ROAD_BYTES = (
    8_000_000_000  # an extract of a country has one (.osm.pbf) or some twenty (.osm, which nobody keeps)
)
ROAD_SUFFIXES = (".osm", ".pbf")
TABLE_SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls")
MOST_CELLS = 10_000_000  # three columns of three million pairs
COSTS = ("cost_m", "cost_min")
COLUMNS = ("municipality_code", "site_id", *COSTS)
# What spreadsheets make of a code of municipalities: 598143.0, 598143,0, 598 143.
SPELT_CODE = re.compile(r"(\d{3}) ?(\d{3,4})(?:[.,]0+)?")


def read_travel(path: Path, dataset: Dataset, cache: Path | None = None) -> tuple[TravelTable, pd.DataFrame]:
    """
    Read travel costs for the municipalities and sites of a dataset.

    Parameters
    ----------
    path
        `.csv` or a workbook: one row per pair with municipality_code, site_id and either cost_m (metres) or cost_min (minutes), divided and
        written as spreadsheets do; `.osm` or `.osm.pbf`: roads, travelled by car.
    dataset
        Whose municipalities and sites the costs are between.
    cache
        Folder for the times that were searched on roads; None = they are searched again each time.

    Returns
    -------
    costs
        For `geodata.method.analysis.analyse(…, travel=costs)`.
    not_snapped
        Municipalities and sites that did not meet the roads: kind, id, offset_m; empty for a table.

    Raises
    ------
    InputFileError
        If the file cannot be used, with every problem.
    """
    if path.suffix.lower() in ROAD_SUFFIXES:
        from etl.travel.roads import road_times

        _check_size(path)
        return road_times(path, dataset["municipality"], dataset["site"], cache=cache)
    if path.suffix.lower() not in TABLE_SUFFIXES:
        raise WordedFileError(path.name, Told("wrong_kind"), room=ROOM)
    codes = dataset["municipality"]["municipality_code"]
    pairs = read_pairs(path, frozenset(codes))
    costs = travel_table(pairs, path.name, known_sites=dataset["site"]["site_id"], known_codes=codes)
    return costs, pd.DataFrame(columns=["kind", "id", "offset_m"])


def read_pairs(path: Path, codes: frozenset[str] = frozenset()) -> pd.DataFrame:
    """
    Read the pairs of a table of travel costs, however a spreadsheet wrote it.

    Parameters
    ----------
    codes
        The known codes of municipalities: a leading zero that a spreadsheet dropped is put back where that makes one of them.

    Returns
    -------
    pairs
        row_number, municipality_code, site_id (text, None where blank) and the columns of costs that there are (float, NA where blank).

    Raises
    ------
    WordedFileError
        With every problem of the file.
    """
    grid = _only_grid(path)
    start, heading = _heading(grid)
    problems = [
        Told("column_twice", {"column": name}) for name in COLUMNS if list(heading.values()).count(name) > 1
    ]
    positions = {name: position for position, name in heading.items()}
    found = _Cells(positions, codes)
    for number, row in enumerate(grid.rows[start:], start=start + 1):
        if any(cell is not None for cell in row):
            found.take(number, row)
    problems += [
        Told("merged", {"area": area_name(area)})
        for area in grid.merged
        if area[2] >= start and any(area[1] <= position <= area[3] for position in heading)
    ]
    problems += found.problems()
    if problems:
        raise WordedFileError(path.name, problems, room=ROOM)
    return pd.DataFrame(found.table())


def _only_grid(path: Path) -> Grid:
    grids = [grid for grid in read_book(path, MOST_CELLS).grids if grid.rows]
    if not grids:
        raise WordedFileError(path.name, Told("no_rows"), room=ROOM)
    with_heading = [grid for grid in grids if len(_heading(grid)[1]) > 1]
    if len(with_heading) > 1:
        names = ", ".join(str(grid.sheet) for grid in with_heading)
        raise WordedFileError(path.name, Told("several_sheets", {"names": names}), room=ROOM)
    return (with_heading or grids)[0]


def _heading(grid: Grid) -> tuple[int, dict[int, str]]:
    """Return how many rows stand above the pairs, and the columns by position."""
    names = {fold(name): name for name in COLUMNS}
    for number, row in enumerate(grid.rows[:15], start=1):
        found = {
            position: names[fold(as_text(cell))]
            for position, cell in enumerate(row)
            if fold(as_text(cell)) in names
        }
        if found:
            return number, found
    return 1, {}


class _Cells:
    """The columns of a table of pairs as they are read, and what is wrong with them by kind and column."""

    def __init__(self, positions: dict[str, int], codes: frozenset[str]) -> None:
        self._positions, self._codes = positions, codes
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
                    value = read_number(cell) if name in COSTS else self._key(name, cell)
            except CellError as error:
                self._wrong.setdefault((_kind(error, name), name), []).append((number, as_text(cell)))
            self._values[name].append(value)

    def _key(self, name: str, cell: Cell) -> str:
        check_written(cell)
        text = as_text(cell)
        spelt = SPELT_CODE.fullmatch(text) if name == "municipality_code" else None
        if spelt and text not in self._codes:
            text = "".join(spelt.groups())
            if text not in self._codes and f"0{text}" in self._codes:
                text = f"0{text}"
        return text

    def problems(self) -> list[Told]:
        return [
            Told(kind, {"column": column, "rows": len(rows), "row": rows[0][0], "value": rows[0][1]})
            for (kind, column), rows in self._wrong.items()
        ]

    def table(self) -> dict[str, Any]:
        columns: dict[str, Any] = {ROW_NUMBER: pd.Series(self._numbers, dtype="int64")}
        for name, values in self._values.items():
            columns[name] = pd.Series(values, dtype="float64" if name in COSTS else "object")
        return columns


def _kind(error: CellError, column: str) -> str:
    if error.kind in ("formula_error", "formula_unstored"):
        return "spoilt_cell"
    if column not in COSTS:
        return "spoilt_text"
    return "ambiguous_cost" if error.kind == "ambiguous_number" else "wrong_cost"


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        reason = Refusal("unreadable", str(error.strerror or error))
        raise RefusedTextError(path.name, reason, "Check its path.") from None
    if size > MOST_ROAD_BYTES:
        reason = Refusal("too_large", kilobytes(MOST_ROAD_BYTES))
        raise RefusedTextError(path.name, reason, say("roads.next"))

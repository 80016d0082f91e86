"""
Merged cells of a table: a spreadsheet keeps the value in the first cell and nothing in the others.

Whatever lies under a merged area would be unknown without a word. A value that names or describes is repeated
in the rows of its area, as the sheet shows it; a number is not, because nobody can tell whether it holds
for each row or for all of them together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from etl.usertables.cells.grid import Cell, Grid, as_text
from etl.usertables.cells.problems import Problem, column_letters
from etl.usertables.cells.schema import ColumnType
from geodata.guarded.workbook import Area
from geodata.wordings import FileProblem, WordedFileError

MOST_MERGED_CELLS = 2_000_000
NOT_REPEATED: frozenset[ColumnType] = frozenset({"count", "number", "value"})


@dataclass
class Settled:
    """Rows with repeated values, the areas that were repeated, and what only the writer can settle."""

    rows: tuple[tuple[Cell, ...], ...]
    repeated: list[Area] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def area_name(area: Area) -> str:
    """Return an area as the spreadsheet shows it: K2:K4."""
    top, left, bottom, right = area
    return f"{column_letters(left)}{top + 1}:{column_letters(right)}{bottom + 1}"


def heading_rows(grid: Grid, most: int) -> list[tuple[Cell, ...]]:
    """
    Return the first rows with headings that are merged over several rows repeated downwards:
    the lowest row has them all.
    """
    rows = [list(row) for row in grid.rows[:most]]
    for top, left, bottom, right in grid.merged:
        if left == right and top < len(rows) and isinstance(grid.cell(top + 1, left), str):
            for below in rows[top + 1 : bottom + 1]:
                below.extend([None] * (left + 1 - len(below)))
                if below[left] is None:
                    below[left] = grid.cell(top + 1, left)
    return [tuple(row) for row in rows]


def settle(
    grid: Grid, heading_row: int, columns: Mapping[str, Collection[int]], types: Mapping[str, ColumnType]
) -> Settled:
    """
    Repeat what may be repeated and tell the rest.

    Parameters
    ----------
    heading_row
        Row of the headings, from 1; merged areas above it are titles.
    columns
        Where each of our columns stands, from 0.
    types
        Type of each of our columns.
    """
    found = Settled(grid.rows)
    if not grid.merged:
        return found
    of_position = {position: name for name, positions in columns.items() for position in positions}
    rows = [list(row) for row in grid.rows]
    under = _covered(grid)
    filled = {column for row in rows[heading_row:] for column, cell in enumerate(row) if cell is not None}
    for area in sorted(grid.merged):
        ours = [position for position in sorted(of_position) if area[1] <= position <= area[3]]
        if not ours or area[2] < heading_row - 1:
            continue
        problem = (
            _heading_problem(grid, area, ours, filled)
            if area[0] < heading_row
            else _data_problem(grid, area, ours, types[of_position[ours[0]]])
        )
        if problem is not None:
            found.problems.append(problem)
        elif area[0] >= heading_row and grid.cell(area[0] + 1, area[1]) is not None:
            found.repeated.append(area)
            _repeat(rows, grid, area, of_position, under)
    found.rows = tuple(tuple(row) for row in rows)
    return found


def _covered(grid: Grid) -> dict[int, list[Area]]:
    """
    Return the areas that lie in each row; areas that lie on one another as no spreadsheet lets them
    are refused.
    """
    found: dict[int, list[Area]] = {}
    cells = 0
    for area in grid.merged:
        rows = range(area[0], min(area[2] + 1, len(grid.rows)))
        cells += len(rows) * (area[3] - area[1] + 1)
        if cells > MOST_MERGED_CELLS:
            raise WordedFileError(grid.file, FileProblem("too_much"))
        for row in rows:
            found.setdefault(row, []).append(area)
    return found


def _heading_problem(
    grid: Grid, area: Area, ours: Collection[int], filled: Collection[int]
) -> Problem | None:
    """Tell a heading that leaves a column without a name; one over two rows harms nobody."""
    top, left, _, right = area
    nameless = set(range(left + 1, right + 1)) - set(ours)
    if not nameless & set(filled) and _hidden_value(grid, area) is None:
        return None
    return Problem("merged_heading", grid.sheet, top + 1, left, value=area_name(area))


def _data_problem(grid: Grid, area: Area, ours: Sequence[int], of_type: ColumnType) -> Problem | None:
    top, left, bottom, _ = area
    first, hidden = grid.cell(top + 1, left), _hidden_value(grid, area)
    kind, hint = None, as_text(first)
    if hidden is not None:
        kind, hint = "merged_hidden", hidden
    elif first is None:
        return None
    elif len(ours) > 1 or left not in ours:
        kind = "merged_across"
    elif bottom > top and of_type in NOT_REPEATED:
        kind = "merged_number"
    return None if kind is None else Problem(kind, grid.sheet, top + 1, left, area_name(area), hint)


def _hidden_value(grid: Grid, area: Area) -> str | None:
    """
    Return a value that the file keeps under a merged area, where nobody sees it,
    and that is not the one shown.
    """
    top, left, bottom, right = area
    shown = grid.cell(top + 1, left)
    for row in range(top, min(bottom + 1, len(grid.rows))):
        for column, cell in enumerate(grid.rows[row][left : right + 1], start=left):
            if (row, column) != (top, left) and cell is not None and cell != shown:
                return as_text(cell)
    return None


def _repeat(
    rows: list[list[Cell]],
    grid: Grid,
    area: Area,
    of_position: Mapping[int, str],
    under: Mapping[int, Sequence[Area]],
) -> None:
    """
    Write the first value into every row of the area that holds anything else;
    rows without data stay empty.
    """
    top, left, bottom, _ = area
    for row in range(top + 1, min(bottom + 1, len(rows))):
        merged = {
            column for one in under.get(row, ()) for column in range(one[1], one[3] + 1) if one[0] < row
        }
        has_data = any(
            cell is not None and column in of_position and column not in merged
            for column, cell in enumerate(grid.rows[row])
        )
        if has_data:
            rows[row] += [None] * (left + 1 - len(rows[row]))
            rows[row][left] = grid.cell(top + 1, left)

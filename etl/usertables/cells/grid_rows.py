"""
Read the rows of all sheets in a process of its own: `python -m etl.usertables.cells.grid_rows FILE LANGUAGE`
prints them as JSON.

The dashboard starts it under `geodata.guarded.child` for files that a reader loads; it never imports `etl`.
One JSON object comes out whatever the file is: `{"ok": true, "sheets": [{"name", "rows", "numbers",
"left", "problems", "notes"}, …], "notes": […]}`, or `{"ok": false, "kind": …}` with exit code 1.
`rows[0]` are the headings, `numbers` the rows of the spreadsheet (from 1), `left` counts filled rows
that were too many. A problem is `{"rows": [first, last], "columns": [first, last], "message":
…}`, its place said in the message: what `dosah table` would refuse is no value here either.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from etl.usertables.cells.beyond import beyond_problems
from etl.usertables.cells.grid import Cell, Grid, as_text, read_book
from etl.usertables.cells.merged import settle
from etl.usertables.cells.problems import Problem
from etl.usertables.cells.values import CellError, read_text
from etl.usertables.notes import notes_of_book, notes_of_grid, notes_of_nameless
from etl.usertables.read import is_helper
from geodata.errors import InputFileError
from geodata.guarded.workbook import Area

MOST_ROWS: Final = 2_000
MOST_COLUMNS: Final = 60
LONGEST_TEXT: Final = 1_000
TITLE: Final = 1


def rows_of(path: Path, language: str = "en") -> dict[str, Any]:
    """
    Return the filled rows of every visible sheet as texts, and what stands in them that is no value
    of anybody.
    """
    try:
        book = read_book(path)
        grids = [grid for grid in book.grids if any(map(_is_filled, grid.rows)) and not is_helper(grid.sheet)]
        sheets = [_sheet(grid, language) for grid in grids]
    except InputFileError as error:
        return {"ok": False, "kind": str(getattr(error, "kind", "damaged"))}
    hidden = [name for name in book.hidden if not is_helper(name)]
    notes = [note.message(language) for note in notes_of_book(hidden)]
    return {"ok": True, "sheets": sheets, "notes": notes}


def _sheet(grid: Grid, language: str) -> dict[str, Any]:
    heading_row = next(number for number, row in enumerate(grid.rows, start=1) if _is_filled(row))
    heading = grid.rows[heading_row - 1][:MOST_COLUMNS]
    # What a column means the dashboard knows: each that has a heading may be ours, and all of them are texts.
    columns = {str(position): (position,) for position, cell in enumerate(heading) if cell is not None}
    settled = settle(grid, heading_row, columns, dict.fromkeys(columns, "text"))
    areas = {(top + 1, left): (top, left, bottom, right) for top, left, bottom, right in grid.merged}
    problems = [_area_problem(problem, areas, language) for problem in settled.problems]
    problems += [
        _problem(problem, (0, MOST_COLUMNS), language) for problem in beyond_problems(grid, heading_row)
    ]
    rows, numbers, left = [[as_text(cell)[:LONGEST_TEXT] for cell in heading]], [heading_row], 0
    for number, cells in enumerate(settled.rows[heading_row:], start=heading_row + 1):
        if not _is_filled(cells):
            continue
        if len(rows) - TITLE == MOST_ROWS:
            left += 1
            continue
        rows.append([as_text(cell)[:LONGEST_TEXT] for cell in cells[:MOST_COLUMNS]])
        numbers.append(number)
        problems += [
            _problem(problem, (problem.column or 0,) * 2, language)
            for problem in _cell_problems(grid, number, cells, columns)
        ]
    positions = {position for (position,) in columns.values()}
    notes = [
        *notes_of_grid(grid, heading_row, positions, settled.repeated),
        *notes_of_nameless(grid, heading_row, heading),
    ]
    return {
        "name": grid.sheet,
        "rows": rows,
        "numbers": numbers,
        "left": left,
        "problems": problems,
        "notes": [note.message(language) for note in notes],
    }


def _is_filled(row: tuple[Cell, ...]) -> bool:
    return any(cell is not None for cell in row)


def _cell_problems(
    grid: Grid, number: int, cells: tuple[Cell, ...], columns: Mapping[str, tuple[int, ...]]
) -> Iterator[Problem]:
    for (position,) in columns.values():
        cell = cells[position] if position < len(cells) else None
        if cell is None:
            continue
        try:
            read_text(cell, LONGEST_TEXT)
        except CellError as error:
            yield Problem(
                error.kind,
                grid.sheet,
                number,
                position,
                error.value,
                error.hint,
                error.hints,
                values=error.values,
            )


def _area_problem(problem: Problem, areas: Mapping[tuple[int, int], Area], language: str) -> dict[str, Any]:
    """Return a problem of merged cells with all rows and columns that they cover."""
    at = (problem.row or 0, problem.column or 0)
    top, left, bottom, right = areas.get(at, (at[0] - 1, at[1], at[0] - 1, at[1]))
    return {
        "rows": [top + 1, bottom + 1],
        "columns": [left, right],
        "message": _said(problem, language),
    }


def _problem(problem: Problem, columns: tuple[int, ...], language: str) -> dict[str, Any]:
    row = problem.row or 0
    return {"rows": [row, row], "columns": list(columns), "message": _said(problem, language)}


def _said(problem: Problem, language: str) -> str:
    """Say place and problem as a sentence of its own."""
    text = problem.sentence(language)
    return f"{text[:1].upper()}{text[1:]}"


def main() -> None:
    """Print the rows of the file that the command line names."""
    answer = rows_of(Path(sys.argv[1]), *sys.argv[2:3])
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))
    sys.stdout.flush()
    sys.exit(0 if answer["ok"] else 1)


if __name__ == "__main__":
    main()

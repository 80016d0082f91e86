"""
Cells that stand under no heading, so that nobody reads them.

A CSV row that is longer than its heading has a delimiter too many, and what follows that has moved:
a problem. Elsewhere, beside a table or under a blank heading, people keep remarks and sums: worth a note.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from etl.usertables.cells.grid import Cell, Grid, as_text
from etl.usertables.cells.problems import Problem, column_letters

MOST_LISTED = 40


def beyond_problems(grid: Grid, heading_row: int, among: Collection[int] | None = None) -> list[Problem]:
    """
    Return a problem for each CSV row with something beyond the last heading; blank cells there harm nobody.

    Parameters
    ----------
    heading_row
        Row of the headings, from 1.
    among
        Numbers of the rows that are read; None = all below the headings.
    """
    if grid.sheet is not None or heading_row > len(grid.rows):
        return []
    width = len(grid.rows[heading_row - 1])
    found = []
    for number, row in enumerate(grid.rows[heading_row:], start=heading_row + 1):
        beyond = [(position, cell) for position, cell in enumerate(row[width:], width) if cell is not None]
        if beyond and (among is None or number in among):
            texts = "; ".join(as_text(cell) for _, cell in beyond[:MOST_LISTED])
            found.append(Problem("beyond_heading", None, number, beyond[0][0], texts))
    return found


def nameless_cells(grid: Grid, heading_row: int, heading: Sequence[Cell]) -> list[str]:
    """
    Return the names of cells below the heading, in rows and columns that hold something,
    whose own column has no heading.

    Parameters
    ----------
    heading_row
        Row of the headings, from 1.
    heading
        Its cells, those that are merged over several rows included.
    """
    width = len(grid.rows[heading_row - 1]) if grid.sheet is None else None
    named = {position for position, cell in enumerate(heading) if cell is not None}
    covered = {
        (row, column)
        for top, left, bottom, right in grid.merged
        if left in named
        for row in range(top, min(bottom + 1, len(grid.rows)))
        for column in range(left + 1, min(right + 1, len(grid.rows[row])))
    }
    return [
        f"{column_letters(position)}{number}"
        for number, row in enumerate(grid.rows[heading_row:], start=heading_row + 1)
        for position, cell in enumerate(row[:width])
        if cell is not None and position not in named and (number - 1, position) not in covered
    ]

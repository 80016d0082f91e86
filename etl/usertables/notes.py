"""
What is no problem of a table, but worth a look before it is published: in the reader's language,
with its cells.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from etl.usertables.cells.beyond import nameless_cells
from etl.usertables.cells.grid import Cell, Grid, as_text
from etl.usertables.cells.merged import area_name
from etl.usertables.cells.problems import column_letters
from etl.usertables.cells.rows import Row
from etl.usertables.cells.schema import message_texts
from etl.usertables.checks import capacity_key
from geodata.guarded.workbook import Area

MOST_NAMED = 40


@dataclass(frozen=True)
class Note:
    """One note; `kind` is a key of `cautions` in messages.yaml, `values` stand in its sentence."""

    kind: str
    sheet: str | None = None
    row: int | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    def message(self, language: str) -> str:
        """Say it as a sentence of its own, without the name of the file."""
        text = self.sentence(language)
        return f"{text[:1].upper()}{text[1:]}."

    def sentence(self, language: str) -> str:
        """Say it, to stand behind the name of the file."""
        text: str = message_texts()["cautions"][self.kind][language]
        return text.format(**{"sheet": self.sheet or "", "row": self.row, **self.values})


def notes_of_book(hidden: Collection[str]) -> list[Note]:
    """Return what is to be said of a whole file: sheets that nobody sees and that are not read."""
    return [Note("hidden_sheet", name) for name in hidden]


def notes_of_grid(
    grid: Grid, heading_row: int, positions: Collection[int], repeated: Sequence[Area]
) -> tuple[Note, ...]:
    """
    Return what is to be said of a sheet.

    Parameters
    ----------
    heading_row
        Row of the headings, from 1.
    positions
        Where our columns stand, from 0.
    repeated
        Merged areas whose value was repeated in all their rows.
    """
    found = []
    formulas = sorted(at for at in grid.formulas if at[0] >= heading_row and at[1] in positions)
    if formulas:
        cells = [
            (
                f"{column_letters(column)}{row + 1}"
                f"{f' = {text}' if (text := as_text(grid.cell(row + 1, column))) else ''}"
            )
            for row, column in formulas
        ]
        found.append(Note("computed_on_load", grid.sheet, values=_listed(cells)))
    if repeated:
        found.append(
            Note("merged_repeated", grid.sheet, values=_listed([area_name(area) for area in repeated]))
        )
    hidden = [str(row + 1) for row in grid.hidden_rows if row >= heading_row and row < len(grid.rows)]
    if hidden:
        kind = "filtered_rows" if grid.is_filtered else "hidden_rows"
        found.append(Note(kind, grid.sheet, values=_listed(hidden)))
    columns = [
        column_letters(position)
        for position in sorted(positions)
        if any(first <= position <= last for first, last in grid.hidden_columns)
        and any(grid.cell(row, position) is not None for row in range(heading_row + 1, len(grid.rows) + 1))
    ]
    if columns:
        found.append(Note("hidden_columns", grid.sheet, values=_listed(columns)))
    return tuple(found)


def notes_of_nameless(grid: Grid, heading_row: int, heading: Sequence[Cell]) -> list[Note]:
    """Return a note of the cells that stand under no heading: nobody reads them."""
    cells = nameless_cells(grid, heading_row, heading)
    return [Note("without_heading", grid.sheet, values=_listed(cells))] if cells else []


def notes_of_rows(kind: str, rows: Sequence[Row], sheet: str | None) -> list[Note]:
    """
    Return what is to be said of the rows of a table: a blank capacity beside a number that holds
    for the whole service.
    """
    if kind != "services":
        return []
    stated: dict[tuple[object, ...], Row] = {}
    for row in rows:
        key = capacity_key(row)
        if key is not None and row["capacity"] is not None:
            stated.setdefault(key, row)
    found = []
    for row in rows:
        key = capacity_key(row)
        if key in stated and row["capacity"] is None and (row["form"] or row["unit"]):
            other = stated[key]
            values = {"number": f"{other['capacity']:g}", "other": other["row_number"]}
            found.append(Note("capacity_of_service", sheet, row["row_number"], values))
    return found


def _listed(names: Sequence[str]) -> dict[str, object]:
    shown = ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")
    return {"cells": shown, "number": len(names)}

"""
Read the tables that people filled in: XLSX or CSV, headings in any of three languages, all problems at once.

A workbook may hold several tables, one per sheet. A row marked as an example is never read in;
one that is marked but holds something else is a problem, so that nothing a person wrote is left out silently.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from etl.usertables import checks
from etl.usertables.cells.beyond import beyond_problems
from etl.usertables.cells.grid import Cell, Grid, as_text, read_book
from etl.usertables.cells.likeness import nearest
from etl.usertables.cells.merged import Settled, area_name, heading_rows, settle
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.problems import Problem, UserTableError
from etl.usertables.cells.rows import RawRow, Reading, Row, read_rows
from etl.usertables.cells.schema import MARK, TableLayout, layout, layouts, words
from etl.usertables.notes import Note, notes_of_book, notes_of_grid, notes_of_nameless, notes_of_rows
from geodata.vocabulary.codes import LANGUAGES
from geodata.vocabulary.identifiers import fold
from geodata.wordings import FileProblem, WordedFileError

HEADING_WITHIN_ROWS = 15
FEWEST_HEADINGS = 2
HEADING_LIKENESS = 86


@dataclass(frozen=True)
class UserTable:
    """
    One table that was read in.

    `rows` hold `row_number` and every column of the layout; `examples` counts rows left out as examples;
    `unused` are headings that mean nothing to the program; `columns` say where each column stands, from 0
    (empty where a mapping read it); `notes` are no problems, but worth a look.
    """

    kind: str
    file: str
    sheet: str | None
    rows: tuple[Row, ...]
    examples: int = 0
    unused: tuple[str, ...] = ()
    columns: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


class ReadError(UserTableError):
    """
    A table that cannot be read in;
    `tables` is what could be read of it, for checks that need every table.
    """

    def __init__(
        self, file: str, details: Sequence[Problem], language: str, tables: tuple[UserTable, ...]
    ) -> None:
        super().__init__(file, details, language)
        self.tables = tables


@dataclass(frozen=True)
class _Found:
    """Where a sheet's table stands."""

    layout: TableLayout
    grid: Grid
    heading_row: int
    heading: tuple[Cell, ...]
    columns: dict[str, int]

    @property
    def positions(self) -> dict[str, tuple[int, ...]]:
        """Where each column stands, as `merged` takes it."""
        return {name: (position,) for name, position in self.columns.items()}


def read_user_tables(
    path: Path,
    places: NamedMunicipalities,
    *,
    kind: str | None = None,
    within: Collection[str] | None = None,
    language: str = "en",
) -> list[UserTable]:
    """
    Read all tables of a file.

    Parameters
    ----------
    path
        XLSX (or another workbook), CSV.
    places
        The loaded municipalities.
    kind
        Which table it is; None = told by the names of sheets and by the headings.
    within
        Municipality codes among which names are looked up where a row states no district.
    language
        Language of the error.

    Returns
    -------
    tables
        One per sheet that holds one.

    Raises
    ------
    UserTableError
        With every problem of every sheet; nothing is read in then.
    InputFileError
        If the file cannot be read at all, or holds no such table.
    """
    book = read_book(path)
    grids = [grid for grid in book.grids if grid.rows and not is_helper(grid.sheet)]
    hidden = [name for name in book.hidden if not is_helper(name)]
    found = [table for grid in grids if (table := _locate(grid, kind)) is not None]
    if not found:
        if hidden:
            raise WordedFileError(
                path.name, FileProblem("only_hidden", {"names": ", ".join(hidden)}), language=language
            )
        names = ", ".join(layouts()) if kind is None else kind
        raise WordedFileError(path.name, FileProblem("no_table", {"names": names}), language=language)
    problems: list[Problem] = []
    tables = []
    for table in found:
        of_table, wrong = _read_table(table, places, within)
        problems += wrong
        tables.append(of_table)
    tables[0] = replace(tables[0], notes=(*notes_of_book(hidden), *tables[0].notes))
    if problems:
        raise ReadError(path.name, problems, language, tuple(tables))
    return tables


def _read_table(
    found: _Found, places: NamedMunicipalities, within: Collection[str] | None
) -> tuple[UserTable, list[Problem]]:
    """Read one sheet: what could be read of it, and every problem."""
    problems = _heading_problems(found)
    types = {column.name: column.type for column in found.layout.columns}
    settled = settle(found.grid, found.heading_row, found.positions, types)
    raw_rows, examples, example_problems = _raw_rows(found, settled)
    reading = read_rows(found.layout, raw_rows, places, sheet=found.grid.sheet, within=within)
    beyond = beyond_problems(found.grid, found.heading_row)
    problems += [*settled.problems, *example_problems, *beyond, *finished(reading, places)]
    problems += repeated_beside(settled, problems, found.grid.sheet)
    table = UserTable(
        found.layout.kind,
        found.grid.file,
        found.grid.sheet,
        tuple(reading.rows),
        examples,
        tuple(as_text(cell) for _, cell in _unknown_headings(found)),
        found.columns,
        (
            *notes_of_grid(found.grid, found.heading_row, set(found.columns.values()), settled.repeated),
            *notes_of_nameless(found.grid, found.heading_row, found.heading),
            *notes_of_rows(found.layout.kind, reading.rows, found.grid.sheet),
        ),
    )
    return table, problems


def repeated_beside(settled: Settled, problems: Collection[Problem], sheet: str | None) -> list[Problem]:
    """Tell of the merged areas whose value was repeated in rows that have problems: that may be why."""
    rows = {problem.row for problem in problems if problem.row is not None}
    return [
        Problem("merged_repeated", sheet, top + 1, left, value=area_name((top, left, bottom, right)))
        for top, left, bottom, right in settled.repeated
        if rows & set(range(top + 1, bottom + 2))
    ]


def finished(reading: Reading, places: NamedMunicipalities) -> list[Problem]:
    """Return all problems of a reading, those between cells and rows included, in the order of the sheet."""
    checks.check(reading, places)
    return sorted(reading.problems, key=lambda problem: (problem.row or 0, problem.column or 0))


def is_helper(sheet: str | None) -> bool:
    """Tell whether a sheet is one that the program itself put beside the table."""
    names = {
        fold(words(name)[language])
        for name in ("guide_sheet", "lists_sheet", "problems_sheet")
        for language in LANGUAGES
    }
    return sheet is not None and fold(sheet) in names


def _locate(grid: Grid, kind: str | None) -> _Found | None:
    """Find which table a sheet holds, and its heading: the row that most columns are recognised in."""
    best: _Found | None = None
    best_score = (0, 0, 0)
    for candidate in [layout(kind)] if kind else layouts().values():
        is_named = grid.sheet is not None and fold(grid.sheet) in {
            fold(name) for name in candidate.sheet.values()
        }
        for number, row in enumerate(heading_rows(grid, HEADING_WITHIN_ROWS), start=1):
            columns = _columns(candidate, row)
            required = len(candidate.required & set(columns))
            # A name of a sheet or a table asked for by name needs fewer headings to be believed.
            needed = (
                FEWEST_HEADINGS if kind or is_named else max(FEWEST_HEADINGS, len(candidate.required) - 1)
            )
            score = (int(is_named), required, len(columns))
            if (
                len(columns) >= FEWEST_HEADINGS
                and (required >= needed or kind or is_named)
                and score > best_score
            ):
                best, best_score = _Found(candidate, grid, number, row, columns), score
    return best


def _columns(table: TableLayout, row: Sequence[Cell]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for position, cell in enumerate(row):
        column = table.recognise(cell) if isinstance(cell, str) else None
        if column is not None:
            columns.setdefault(column.name, position)
    return columns


def _unknown_headings(table: _Found) -> list[tuple[int, Cell]]:
    return [
        (position, cell)
        for position, cell in enumerate(table.heading)
        if cell is not None and table.layout.recognise(as_text(cell)) is None
    ]


def _heading_problems(table: _Found) -> list[Problem]:
    problems = []
    sheet, row = table.grid.sheet, table.heading_row
    for position, cell in enumerate(table.heading):
        column = table.layout.recognise(cell) if isinstance(cell, str) else None
        if column is not None and table.columns[column.name] != position:
            problems.append(Problem("column_twice", sheet, row, position, as_text(cell)))
    strangers = {as_text(cell): as_text(cell) for _, cell in _unknown_headings(table)}
    for column in table.layout.columns:
        if column.name in table.layout.required and column.name not in table.columns:
            likely = {
                name
                for heading in column.names()
                for name in nearest(heading, strangers, 1, HEADING_LIKENESS)
            }
            problems.append(
                Problem("missing_column", sheet, row, None, column.heading["en"], values=column.heading,
                        suggestions=tuple(sorted(likely)))
            )  # fmt: skip
    absent = {
        name: name
        for column in table.layout.columns
        if column.name not in table.columns and column.name not in table.layout.required
        for name in column.heading.values()
    }
    for position, cell in _unknown_headings(table):
        likely_names = nearest(as_text(cell), absent, 1, HEADING_LIKENESS)
        if likely_names:
            problems.append(
                Problem("column_near", sheet, row, position, as_text(cell), suggestions=likely_names)
            )
    return problems


def _raw_rows(table: _Found, settled: Settled) -> tuple[list[RawRow], int, list[Problem]]:
    """Return the rows below the heading without blank ones and examples."""
    marks = {fold(word) for word in words("mark").values()}
    examples = [example_texts(table.layout, language) for language in LANGUAGES]
    kept, left_out, problems = [], 0, []
    for number, cells in enumerate(settled.rows[table.heading_row :], start=table.heading_row + 1):
        row = {
            name: cells[position] if position < len(cells) else None
            for name, position in table.columns.items()
        }
        texts = {name: fold(as_text(cell)) for name, cell in row.items() if name != MARK and cell is not None}
        mark = as_text(row.get(MARK))
        position = table.columns.get(MARK)
        if not texts and (not mark or fold(mark) in marks):
            continue
        if any(
            texts == {name: text for name, text in example.items() if name in table.columns}
            for example in examples
        ):
            left_out += 1
            continue
        if mark:
            kind = "example_changed" if fold(mark) in marks else "wrong_mark"
            problems.append(Problem(kind, table.grid.sheet, number, position, mark))
            continue
        kept.append(RawRow(number, row, table.columns))
    return kept, left_out, problems


def example_texts(table: TableLayout, language: str) -> dict[str, str]:
    """Return the example row as folded text of its cells."""
    return {name: fold(as_text(cell)) for name, cell in example_cells(table, language).items()}


def example_cells(table: TableLayout, language: str) -> dict[str, Any]:
    """Return the example row as it stands in the template of a language."""
    cells: dict[str, Any] = {}
    for name, value in table.example[language].items():
        column = table.column(name)
        labels = column.labels(language)
        if isinstance(value, list):
            cells[name] = "; ".join(choice_text(part, labels[part]) for part in value)
        elif labels:
            cells[name] = choice_text(value, labels[value])
        elif isinstance(value, int):
            cells[name] = float(value)
        else:
            cells[name] = value
    return cells


def choice_text(code: str, label: str) -> str:
    """Return how a code stands in a drop-down list: its label, and the code from which it is recovered."""
    return f"{label} [{code}]"

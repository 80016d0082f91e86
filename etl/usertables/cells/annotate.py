"""
Give a table back with its problems marked: the writer's own values, coloured cells with a comment,
and a list of all problems.

The copy can be corrected and read in again as it is. Text that a spreadsheet would take
for a formula stays text.
"""

from __future__ import annotations

import datetime as dt
import io
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from etl.usertables.cells.grid import Cell, Grid, as_text, read_grids
from etl.usertables.cells.problems import Problem, column_letters
from etl.usertables.cells.schema import message_texts, words
from geodata import durable
from geodata.errors import PublishError
from geodata.guarded.workbook import Moment, Percent, Unstored
from geodata.vocabulary.identifiers import fold

FORMULA_SIGNS = ("=", "+", "-", "@")
WRONG_COLOUR, HEADING_COLOUR = "#FFD9CC", "#DCE6EE"
NO_VALUE = "#N/A"
MOST_COMMENT_CHARACTERS = 2_000
MOST_SHEET_NAME_CHARACTERS = 31


def write_annotated(source: Path, problems: Sequence[Problem], output: Path, language: str) -> None:
    """
    Write a copy of a table with its problems marked.

    Parameters
    ----------
    source
        The file that was read; it is not touched.
    problems
        Its problems (`UserTableError.details`).
    output
        XLSX to write.
    language
        Language of the comments.

    Raises
    ------
    PublishError
        If `output` is the file itself or cannot be written.
    """
    import xlsxwriter

    if output.exists() and source.exists() and output.samefile(source):
        raise PublishError(f"{output.name} is the table itself: choose another name for the annotated copy.")
    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    formats = _Formats(book)
    names = {fold(name) for name in words("problems_sheet").values()}
    grids = [grid for grid in read_grids(source) if grid.sheet is None or fold(grid.sheet) not in names]
    sheets = {
        grid.sheet: (grid, book.add_worksheet((grid.sheet or "CSV")[:MOST_SHEET_NAME_CHARACTERS]))
        for grid in grids
    }
    by_cell: dict[tuple[str | None, int, int], list[Problem]] = defaultdict(list)
    for problem in problems:
        by_cell[problem.sheet, problem.row or 1, problem.column or 0].append(problem)
    for name, (grid, sheet) in sheets.items():
        wrong = {(row, column): found for (kind, row, column), found in by_cell.items() if kind == name}
        _write_grid(sheet, grid, wrong, formats, language)
    _write_list(book, problems, sheets, formats, language)
    book.close()
    try:
        durable.write_whole(output, made.getvalue())
    except OSError as error:
        raise PublishError(
            f"{output.name} could not be written ({error.strerror or error}). Close it if it is open, "
            "or choose another place."
        ) from error


class _Formats:
    """Formats of cells: plain or wrong, text that looks like a formula, days."""

    def __init__(self, book: Any) -> None:
        wrong = {"bg_color": WRONG_COLOUR, "border": 1, "border_color": "#C0392B"}
        styles: dict[str, dict[str, Any]] = {
            "plain": {},
            "quoted": {"quote_prefix": True, "num_format": "@"},
            "day": {"num_format": "yyyy-mm-dd"},
            "moment": {"num_format": "yyyy-mm-dd hh:mm:ss"},
            "time": {"num_format": "hh:mm:ss"},
            "per_cent": {"num_format": "0.00%"},
        }
        self._made = {
            (is_wrong, kind): book.add_format({**style, **(wrong if is_wrong else {})})
            for is_wrong in (False, True)
            for kind, style in styles.items()
        }
        self.heading = book.add_format({"bold": True, "bg_color": HEADING_COLOUR})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.link = book.add_format({"font_color": "#1A4E8A", "underline": 1, "valign": "top"})

    def of(self, cell: Cell, *, is_wrong: bool) -> Any:
        return self._made[is_wrong, _kind_of(cell)]


def _kind_of(cell: Cell) -> str:
    if isinstance(cell, dt.date):
        return "day"
    if isinstance(cell, Moment):
        return "time" if cell.day is None else "moment"
    if isinstance(cell, Percent):
        return "per_cent"
    return "quoted" if _is_like_formula(cell) else "plain"


def _is_like_formula(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.startswith(FORMULA_SIGNS)


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    if cell is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, style)
    elif isinstance(cell, float):
        sheet.write_number(row, column, cell, style)
    elif isinstance(cell, Percent):
        sheet.write_number(row, column, cell.number, style)
    elif isinstance(cell, Unstored):
        sheet.write_string(row, column, NO_VALUE, style)  # blank would be read as unknown, without a problem
    elif isinstance(cell, Moment):
        _write_moment(sheet, row, column, cell, style)
    elif isinstance(cell, dt.date) and cell.year >= 1900:
        sheet.write_datetime(row, column, dt.datetime(cell.year, cell.month, cell.day), style)  # noqa: DTZ001  # a spreadsheet's day has no zone
    else:
        sheet.write_string(row, column, as_text(cell), style)


def _write_moment(sheet: Any, row: int, column: int, cell: Moment, style: Any) -> None:
    """Write a time as a time, so that it is told again when the copy is read in."""
    try:
        if cell.day is not None and cell.day.year >= 1900:
            sheet.write_datetime(row, column, dt.datetime.fromisoformat(cell.text), style)
        else:
            sheet.write_datetime(row, column, dt.time.fromisoformat(cell.text), style)
    except ValueError:
        sheet.write_string(row, column, cell.text, style)


def _write_grid(
    sheet: Any, grid: Grid, wrong: dict[tuple[int, int], list[Problem]], formats: _Formats, language: str
) -> None:
    for top, left, bottom, right in grid.merged:
        # A merged area stays one: unmerged, its other cells would be blank without a problem.
        sheet.merge_range(top, left, bottom, right, None)
    for number, cells in enumerate(grid.rows, start=1):
        for position, cell in enumerate(cells):
            is_wrong = (number, position) in wrong
            if cell is not None or is_wrong:
                _write_cell(sheet, number - 1, position, cell, formats.of(cell, is_wrong=is_wrong))
    for (number, position), found in wrong.items():
        if grid.cell(number, position) is None:
            _write_cell(sheet, number - 1, position, None, formats.of(None, is_wrong=True))
        text = "\n".join(problem.message(language) for problem in found)
        sheet.write_comment(
            number - 1,
            position,
            text[:MOST_COMMENT_CHARACTERS],
            {"x_scale": 2.5, "y_scale": 1.5, "author": "Dosah"},
        )
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max((len(cells) for cells in grid.rows), default=1), 18)


def _write_list(
    book: Any,
    problems: Sequence[Problem],
    sheets: dict[str | None, tuple[Grid, Any]],
    formats: _Formats,
    language: str,
) -> None:
    texts = message_texts()["headings"]
    sheet = book.add_worksheet(words("problems_sheet")[language])
    for position, name in enumerate(("where", "value", "problem")):
        sheet.write_string(0, position, texts[name][language], formats.heading)
    for row, problem in enumerate(problems, start=1):
        cell_name = problem.place(language)
        if problem.sheet in sheets and problem.row is not None:
            target = sheets[problem.sheet][1].get_name().replace("'", "''")
            cell = problem.cell or f"{column_letters(0)}{problem.row}"
            sheet.write_url(row, 0, f"internal:'{target}'!{cell}", formats.link, cell_name)
        else:
            sheet.write_string(row, 0, cell_name, formats.wrapped)
        sheet.write_string(row, 1, problem.stands, formats.of(problem.stands, is_wrong=False))
        sheet.write_string(row, 2, problem.message(language), formats.wrapped)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 2, 100)
    sheet.freeze_panes(1, 0)

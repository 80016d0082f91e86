"""
Turn raw rows of a table into checked values: each cell by the type of its column,
the place with its district.

Problems are gathered, not raised: the writer gets all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from etl.usertables.cells import values
from etl.usertables.cells.grid import Cell, as_text
from etl.usertables.cells.places import NamedMunicipalities, codes_in
from etl.usertables.cells.problems import Problem
from etl.usertables.cells.schema import Column, TableLayout
from etl.usertables.cells.values import CellError
from geodata.guarded.workbook import ErrorValue, Unstored

Row = dict[str, Any]
SEVERAL = re.compile(r"\s*[;\n|]\s*")
NO_DAY = frozenset({"street_address"})
"""
Columns besides identifiers in which a spreadsheet likes to make a day of "3/4"; no street is wholly one.
"""
READERS = {
    "text": values.read_text,
    "key": values.read_key,
    "date": values.read_date,
    "ico": values.read_ico,
    "web": values.read_web,
    "email": values.read_email,
    "phone": values.read_phone,
    "postal_code": values.read_postal_code,
}


@dataclass(frozen=True)
class RawRow:
    """
    One row as written: cells by column name, and where each stands in the file (column from 0;
    None = a constant).
    """

    number: int
    cells: Mapping[str, Cell]
    positions: Mapping[str, int | None]


@dataclass
class Reading:
    """Values of a sheet as far as they could be read, and every problem met."""

    layout: TableLayout
    sheet: str | None
    positions: Mapping[str, int | None] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def blame(self, row: int, column: str | None, error: CellError, position: int | None = None) -> None:
        """Note a problem of a cell, or of a whole row where `column` is None."""
        where = position if position is not None else self.positions.get(column or "")
        self.problems.append(
            Problem(
                error.kind,
                self.sheet,
                row,
                where,
                error.value,
                error.hint,
                error.hints,
                error.suggestions,
                values=error.values,
                suggestions_in=error.suggestions_in,
            )
        )


def read_rows(
    layout: TableLayout,
    raw_rows: Collection[RawRow],
    places: NamedMunicipalities,
    *,
    sheet: str | None = None,
    within: Collection[str] | None = None,
) -> Reading:
    """
    Read the cells of all rows.

    Parameters
    ----------
    layout
        The table.
    raw_rows
        Rows as written.
    places
        The loaded municipalities.
    within
        Codes of the municipalities among which names are looked up where a row states no district;
        None = names need one.

    Returns
    -------
    reading
        One row for each raw row: `row_number` and every column of the layout, None where blank,
        unknown or wrong.
    """
    reading = Reading(layout, sheet)
    for raw in raw_rows:
        reading.positions = {**reading.positions, **raw.positions}
        row: Row = {"row_number": raw.number, **{column.name: None for column in layout.columns}}
        for column in layout.columns:
            cell = raw.cells.get(column.name)
            position = raw.positions.get(column.name)
            try:
                values.check_computed(cell)
            except CellError as error:
                reading.blame(raw.number, column.name, error, position)
                continue
            if _is_blank(cell, column):
                # A column that is missing altogether is told once, at the heading.
                if column.name in layout.required and column.name in raw.cells:
                    hints = {language: str(text) for language, text in column.heading.items()}
                    reading.problems.append(_missing(sheet, raw.number, position, hints))
                continue
            if column.type in ("municipality", "municipalities"):
                continue
            try:
                row[column.name] = read_cell(cell, column)
            except CellError as error:
                reading.blame(raw.number, column.name, error, position)
        _read_places(reading, row, raw, places, within)
        reading.rows.append(row)
    return reading


def read_cell(cell: Cell, column: Column) -> Any:
    """
    Read one cell that is not blank, by the type of its column.

    Raises
    ------
    CellError
        If it does not hold such a value.
    """
    if column.type == "value":
        # What is corrected says whether a day, a number or a text belongs here;
        # `check_correction` reads it so.
        return cell
    if is_without_days(column):
        values.check_no_day(cell, is_key=column.type == "key")
    if column.type in ("code", "choice"):
        return values.read_code(cell, column)
    if column.type == "codes":
        parts = [part for part in SEVERAL.split(values.read_text(cell)) if part]
        return tuple(dict.fromkeys(values.read_code(part, column) for part in parts))
    if column.type in ("year", "count", "number"):
        return _read_number(cell, column)
    return READERS[column.type](cell)


def _read_number(cell: Cell, column: Column) -> float:
    if column.type == "number":
        return values.read_bounded(cell, column.minimum, column.maximum, whole=False)
    is_year = column.type == "year"
    lowest, highest = (values.FIRST_YEAR, values.LAST_YEAR) if is_year else (column.minimum, column.maximum)
    return int(values.read_bounded(cell, lowest, highest, whole=True))


def is_without_days(column: Column) -> bool:
    """Tell whether a text of a column that is wholly a day was not written so."""
    return column.type == "key" or column.name in NO_DAY


def _is_blank(cell: Cell, column: Column) -> bool:
    # "Unknown" is an answer where a value is corrected.
    return cell is None if column.type == "value" else values.is_unknown(cell)


def _missing(sheet: str | None, row: int, position: int | None, headings: Mapping[str, str]) -> Problem:
    return Problem("missing_value", sheet, row, position, value=headings["en"], values=headings)


def _read_places(
    reading: Reading, row: Row, raw: RawRow, places: NamedMunicipalities, within: Collection[str] | None
) -> None:
    """Read municipality, district and served area of a row together: a name needs its district."""
    district: str | None = None
    if row.get("district") is not None:
        try:
            district = places.district(row["district"])
        except CellError as error:
            reading.blame(raw.number, "district", error, raw.positions.get("district"))
            return
        row["district"] = district
    inside = set(places.members(districts=[district])) if district else within
    for column in reading.layout.columns:
        cell = raw.cells.get(column.name)
        if column.type not in ("municipality", "municipalities") or values.is_unknown(cell):
            continue
        if isinstance(cell, (ErrorValue, Unstored)) or values.is_shown_error(cell):
            continue  # told already, with all columns
        try:
            values.check_written(cell)
            if column.type == "municipality":
                row[column.name] = places.municipality(as_text(cell), inside)
            else:
                near = inside
                if near is None and row.get("municipality"):
                    near = set(places.members(districts=[places.by_code[row["municipality"]].district_code]))
                row[column.name] = _served(as_text(cell), places, near)
        except CellError as error:
            reading.blame(raw.number, column.name, error, raw.positions.get(column.name))


def _served(text: str, places: NamedMunicipalities, near: Collection[str] | None) -> tuple[str, ...]:
    """Return the codes of a list of municipalities; codes may lie anywhere, names in the district."""
    # "598143,598160" is one number to a spreadsheet, with decimals or without.
    if re.fullmatch(r"\d{6}\.\d+|\d{12,}", text) and not re.fullmatch(r"\d+\.0+", text):
        raise CellError("codes_run_together", text)
    found = []
    for part in re.split(r"\s*[;,|\n]\s*", text):
        if part:
            codes = codes_in(part)
            if len(codes) > 1:
                raise CellError("codes_not_divided", part)
            found.append(places.municipality(part, None if codes else near))
    return tuple(dict.fromkeys(found))

"""
Bring a list in somebody else's layout into one of our tables, by a mapping written in YAML.

Voivode and regional lists have no common layout: the mapping says which column is which,
what is the same for all rows, and what the list's own words mean. Whatever it does not say is not guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from etl.usertables.cells.beyond import beyond_problems
from etl.usertables.cells.grid import Cell, Grid, as_text, read_grids
from etl.usertables.cells.likeness import nearest
from etl.usertables.cells.merged import settle
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.problems import Problem, UserTableError
from etl.usertables.cells.rows import RawRow, Reading, is_without_days, read_rows
from etl.usertables.cells.schema import MARK, TableLayout, layout, layouts
from etl.usertables.cells.values import CellError, check_computed, check_no_day, check_written
from etl.usertables.notes import notes_of_grid, notes_of_rows
from etl.usertables.read import UserTable, finished, repeated_beside
from geodata.errors import InputFileError
from geodata.guarded import yaml_text
from geodata.guarded.refusals import read_bounded
from geodata.guarded.yaml_text import YamlLimits
from geodata.said import near_hint, say
from geodata.vocabulary.identifiers import fold

KEYS = frozenset(
    {
        "table",
        "sheet",
        "heading_row",
        "stop_at",
        "skip_rows_with",
        "columns",
        "constants",
        "district",
        "origin",
    }
)
COLUMN_KEYS = frozenset({"from", "join", "values", "unknown", "multiply"})
ORIGIN_KEYS = frozenset({"title", "publisher", "licence", "citation", "url", "reference_date"})
# Types of columns whose values are codes and numbers that nobody counts with.
AS_WRITTEN = frozenset({"municipality", "municipalities", "key", "ico", "phone", "postal_code"})
LIMITS = YamlLimits()
NEXT_STEP = say("mapping.next")


@dataclass(frozen=True)
class MappedColumn:
    """
    Where the values of one of our columns come from.

    `sources` are headings of the list, joined by `join`; `values` translate its words,
    `unknown` are words for "not known", `multiply` brings its unit to ours (a list in thousands: 1000).
    """

    sources: tuple[str, ...]
    join: str = " "
    values: Mapping[str, str] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    multiply: float | None = None


@dataclass(frozen=True)
class ColumnMapping:
    """
    A whole mapping. `heading_row` counts from 1; `stop_at` and `skip_rows_with` are first cells of rows
    that are no data.
    """

    name: str
    table: TableLayout
    columns: Mapping[str, MappedColumn]
    constants: Mapping[str, Cell]
    heading_row: int = 1
    sheet: str | None = None
    stop_at: frozenset[str] = frozenset()
    skip_rows_with: frozenset[str] = frozenset()
    district: str | None = None
    origin: Mapping[str, str] = field(default_factory=dict)


def read_mapping(path: Path) -> ColumnMapping:
    """
    Read a mapping.

    Raises
    ------
    InputFileError
        With all its problems: unknown keys and columns with suggestions, a required column
        that nothing fills.
    """
    content = read_bounded(path, LIMITS.bytes, "Check its path.")
    entry = yaml_text.parse(content, path.name, LIMITS, next_step=NEXT_STEP)
    problems: list[str] = []
    if not isinstance(entry, dict) or str(entry.get("table")) not in layouts():
        raise InputFileError(path.name, [say("mapping.no_table", names=", ".join(layouts()))], NEXT_STEP)
    table = layout(str(entry["table"]))
    problems += _unknown_keys(entry, KEYS, "")
    columns = _columns(entry.get("columns"), table, problems)
    constants = _constants(entry.get("constants"), table, problems)
    problems += [say("mapping.both", name=name) for name in sorted(set(columns) & set(constants))]
    lacking = sorted(table.required - set(columns) - set(constants))
    problems += [say("mapping.unfilled", name=name) for name in lacking]
    origin = entry.get("origin") or {}
    if not isinstance(origin, dict):
        problems.append(say("yaml.no_mapping", key="origin"))
        origin = {}
    problems += _unknown_keys(origin, ORIGIN_KEYS, "origin.")
    heading_row = entry.get("heading_row", 1)
    if not isinstance(heading_row, int) or isinstance(heading_row, bool) or heading_row < 1:
        problems.append(say("mapping.heading_row"))
        heading_row = 1
    if problems:
        raise InputFileError(path.name, problems, NEXT_STEP)
    return ColumnMapping(
        name=path.stem,
        table=table,
        columns=columns,
        constants=constants,
        heading_row=heading_row,
        sheet=None if entry.get("sheet") is None else str(entry["sheet"]),
        stop_at=_folded(entry.get("stop_at")),
        skip_rows_with=_folded(entry.get("skip_rows_with")),
        district=None if entry.get("district") is None else str(entry["district"]),
        origin={str(key): str(value) for key, value in origin.items()},
    )


def read_mapped(
    path: Path, mapping: ColumnMapping, places: NamedMunicipalities, language: str = "en"
) -> UserTable:
    """
    Read a list by its mapping.

    Raises
    ------
    InputFileError
        If the list lacks the sheet or a column that the mapping names.
    UserTableError
        With every cell that does not fit; each problem names the cell of the list.
    """
    grid = _sheet(path, mapping)
    if len(grid.rows) < mapping.heading_row:
        raise InputFileError(path.name, [say("mapping.no_row", row=mapping.heading_row)], NEXT_STEP)
    heading = {
        fold(as_text(cell)): position
        for position, cell in reversed(list(enumerate(grid.rows[mapping.heading_row - 1])))
        if cell is not None
    }
    shown = {as_text(cell): as_text(cell) for cell in grid.rows[mapping.heading_row - 1] if cell is not None}
    problems: list[str] = []
    for column in mapping.columns.values():
        for source in column.sources:
            if fold(source) not in heading:
                near = nearest(source, shown, 2)
                hint = near_hint([f"“{name}”" for name in near])
                problems.append(
                    say("mapping.column_missing", row=mapping.heading_row, column=source, hint=hint)
                )
    within = None
    if mapping.district is not None:
        try:
            within = set(places.members(districts=[places.district(mapping.district)]))
        except CellError:
            problems.append(say("mapping.no_district", name=mapping.district))
    if problems:
        raise InputFileError(path.name, problems, say("mapping.next_names"))
    columns = {
        name: tuple(heading[fold(source)] for source in column.sources)
        for name, column in mapping.columns.items()
    }
    types = {column.name: column.type for column in mapping.table.columns}
    settled = settle(grid, mapping.heading_row, columns, types)
    grid = replace(grid, rows=settled.rows)
    raw_rows, cell_problems = _raw_rows(grid, heading, mapping)
    reading: Reading = read_rows(mapping.table, raw_rows, places, sheet=grid.sheet, within=within)
    beyond = beyond_problems(grid, mapping.heading_row, {raw.number for raw in raw_rows})
    found = [*settled.problems, *cell_problems, *beyond, *finished(reading, places)]
    found += repeated_beside(settled, found, grid.sheet)
    if found:
        details = sorted(found, key=lambda problem: (problem.row or 0, problem.column or 0))
        raise UserTableError(path.name, details, language)
    positions = {position for several in columns.values() for position in several}
    notes = (
        *notes_of_grid(grid, mapping.heading_row, positions, settled.repeated),
        *notes_of_rows(mapping.table.kind, reading.rows, grid.sheet),
    )
    return UserTable(mapping.table.kind, path.name, grid.sheet, tuple(reading.rows), notes=notes)


def _sheet(path: Path, mapping: ColumnMapping) -> Grid:
    grids = read_grids(path)
    wanted = [
        grid
        for grid in grids
        if mapping.sheet is None or grid.sheet is None or fold(grid.sheet) == fold(mapping.sheet)
    ]
    if not wanted:
        names = ", ".join(str(grid.sheet) for grid in grids)
        raise InputFileError(
            path.name, [say("mapping.no_sheet", sheet=mapping.sheet, names=names)], NEXT_STEP
        )
    return wanted[0]


def _raw_rows(
    grid: Grid, heading: Mapping[str, int], mapping: ColumnMapping
) -> tuple[list[RawRow], list[Problem]]:
    rows, problems = [], []
    columns_of = {
        name: tuple(heading[fold(source)] for source in column.sources)
        for name, column in mapping.columns.items()
    }
    positions: dict[str, int | None] = {name: columns[0] for name, columns in columns_of.items()}
    used = {position for columns in columns_of.values() for position in columns}
    for number in range(mapping.heading_row + 1, len(grid.rows) + 1):
        cells = grid.rows[number - 1]
        first = fold(next((as_text(cell) for cell in cells if cell is not None), ""))
        if first and first in mapping.stop_at:
            break
        if all(grid.cell(number, position) is None for position in used) or first in mapping.skip_rows_with:
            continue
        row: dict[str, Cell] = dict(mapping.constants)
        for name in mapping.columns:
            try:
                row[name] = _cell_of(
                    [grid.cell(number, position) for position in columns_of[name]], name, mapping
                )
            except CellError as error:
                problems.append(
                    Problem(
                        error.kind,
                        grid.sheet,
                        number,
                        positions[name],
                        error.value,
                        error.hint,
                        error.hints,
                        error.suggestions,
                        error.values,
                    )
                )
                row[name] = None
        rows.append(RawRow(number, row, positions))
    blamed = {(problem.row, problem.column) for problem in problems}
    # A word that could not be translated is told once, not again as missing.
    for raw in rows:
        for name in mapping.columns:
            if (raw.number, positions[name]) in blamed:
                raw.cells.pop(name)  # type: ignore[attr-defined]  # a dict made above
    return rows, problems


def _cell_of(parts: list[Cell], name: str, mapping: ColumnMapping) -> Cell:
    """Return what a row of the list says of one of our columns."""
    column = mapping.table.column(name)
    if len(parts) > 1 and is_without_days(column):
        for part in parts:
            check_no_day(part, is_key=column.type == "key")
    return _translated(parts, mapping.columns[name])


def _translated(cells: list[Cell], column: MappedColumn) -> Cell:
    """Return what a list's cells mean in our column."""
    known = [cell for cell in cells if cell is not None]
    if not known:
        return None
    for part in known:
        # A cell that is joined with others, or looked up as a word, is text.
        (check_written if len(cells) > 1 or column.values else check_computed)(part)
    cell: Cell = known[0] if len(cells) == 1 else column.join.join(as_text(part) for part in known)
    text = fold(as_text(cell))
    if as_text(cell).casefold() in column.unknown:
        return None
    if column.values:
        if text not in column.values:
            raise CellError(
                "unknown_code",
                as_text(cell),
                suggestions=nearest(as_text(cell), {word: word for word in column.values}),
            )
        return column.values[text]
    if column.multiply is not None:
        from etl.usertables.cells.values import read_number

        return read_number(cell) * column.multiply
    return cell


def _columns(entry: Any, table: TableLayout, problems: list[str]) -> dict[str, MappedColumn]:
    if not isinstance(entry, dict) or not entry:
        problems.append(say("mapping.no_columns"))
        return {}
    found = {}
    for name, stated in entry.items():
        if not _is_column(name, table, problems):
            continue
        part = stated if isinstance(stated, dict) else {"from": stated}
        problems += _unknown_keys(part, COLUMN_KEYS, f"columns.{name}.")
        sources = part.get("from")
        texts: list[Any] = sources if isinstance(sources, list) else [sources]
        if not texts or not all(isinstance(text, str) and text.strip() for text in texts):
            problems.append(say("mapping.no_source", name=name))
            continue
        words = part.get("values") or {}
        multiply = part.get("multiply")
        if not isinstance(words, dict):
            problems.append(say("mapping.no_words", name=name))
            words = {}
        if multiply is not None and (not isinstance(multiply, (int, float)) or isinstance(multiply, bool)):
            problems.append(say("yaml.no_number", key=f"columns.{name}.multiply"))
            multiply = None
        problems += _wrong_codes(name, words.values(), table)
        unknown = part.get("unknown") or []
        found[name] = MappedColumn(
            sources=tuple(texts),
            join=str(part.get("join", " ")),
            values={fold(str(word)): str(meaning) for word, meaning in words.items()},
            unknown=frozenset(
                str(word).casefold() for word in (unknown if isinstance(unknown, list) else [unknown])
            ),
            multiply=None if multiply is None else float(multiply),
        )
    return found


def _constants(entry: Any, table: TableLayout, problems: list[str]) -> dict[str, Cell]:
    if entry is None:
        return {}
    if not isinstance(entry, dict):
        problems.append(say("yaml.no_mapping", key="constants"))
        return {}
    found: dict[str, Cell] = {}
    for name, value in entry.items():
        if _is_column(name, table, problems):
            if isinstance(value, dict | list):
                problems.append(f"the constant {name} is no single value")
                continue
            problems += _wrong_codes(name, [value], table)
            found[name] = float(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return found


def _is_column(name: Any, table: TableLayout, problems: list[str]) -> bool:
    names = {column.name: column.name for column in table.columns if column.name != MARK}
    if name in names:
        return True
    near = nearest(str(name), names, 2)
    hint = near_hint(near) if near else say("hint.known", names=", ".join(names))
    problems.append(say("mapping.no_column", table=table.kind, name=name, hint=hint))
    return False


def _wrong_codes(name: str, values: Any, table: TableLayout) -> list[str]:
    from etl.usertables.cells.values import read_code

    column = table.column(name)
    if column.type in AS_WRITTEN:
        # A number may have lost its leading zeros in whatever wrote it; 0201011 itself stays text
        # (`geodata.guarded.yaml_text`).
        return [
            say("mapping.in_quotes", name=name, value=value)
            for value in values
            if not isinstance(value, str | None)
        ]
    if column.type not in ("code", "choice"):
        return []
    wrong: list[str] = []
    for value in values:
        try:
            read_code(str(value), column)
        except CellError as error:
            hint = near_hint(error.suggestions)
            wrong.append(say("mapping.not_in_list", name=name, value=value, hint=hint))
    return wrong


def _unknown_keys(entry: Mapping[Any, Any], known: frozenset[str], prefix: str) -> list[str]:
    return [
        say("yaml.key_unknown", key=f"{prefix}{key}", hint=say("hint.known", names=", ".join(sorted(known))))
        for key in sorted(map(str, entry))
        if key not in known
    ]


def _folded(words: Any) -> frozenset[str]:
    if words is None:
        return frozenset()
    return frozenset(fold(str(word)) for word in (words if isinstance(words, list) else [words]))

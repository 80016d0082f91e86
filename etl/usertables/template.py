"""
Write an empty table for people to fill in: drop-down lists, notes, one example row, and a guide, in cs,
pl or en.

Codes stand in the lists as "label [code]": people read the label, the program reads the code.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.schema import KEPT_AS_TEXT, MARK, Column, TableLayout, layout, message_texts, words
from etl.usertables.read import choice_text, example_cells
from geodata import durable
from geodata.errors import PublishError, UnknownCodeError
from geodata.text_signs import writable
from geodata.vocabulary.codes import LANGUAGES

MOST_CELL_LETTERS = 32_767
ROWS_TO_FILL = 2_000  # rows that get drop-down lists and formats
MOST_ADDRESS_CHARACTERS = 255  # Excel's limit of a message
WIDTHS = {
    "text": 28,
    "key": 18,
    "code": 30,
    "codes": 32,
    "choice": 30,
    "municipality": 26,
    "municipalities": 32,
}
NARROW = 13
HEADING_COLOUR, REQUIRED_COLOUR, EXAMPLE_COLOUR = "#DCE6EE", "#B9D0E2", "#6B6B6B"


def write_template(
    kind: str,
    language: str,
    path: Path,
    places: NamedMunicipalities | None = None,
    *,
    rows: Sequence[Mapping[str, Any]] = (),
    is_example: bool = True,
) -> None:
    """
    Write the template of a table, empty with an example or filled with rows.

    Parameters
    ----------
    kind
        services, corrections, needs, network, funding, findings or areas.
    language
        cs, pl or en: headings, notes, labels. Whatever the language, the table is read in any.
    path
        XLSX to write; an existing file is replaced.
    places
        Loaded municipalities to choose from; None = the column has no list.
    rows
        What is known already: values by column, codes as codes; unknown columns are left out.
    is_example
        Show an example first, above the rows.

    Raises
    ------
    UnknownCodeError
        If there is no such table or language.
    PublishError
        If the file cannot be written.
    """
    import xlsxwriter

    table = layout(kind)
    if language not in LANGUAGES:
        raise UnknownCodeError(f"There is no template in '{language}': choose one of {', '.join(LANGUAGES)}.")
    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": table.sheet[language], "comments": table.about[language]})
    # Added in this order: the table opens first.
    sheet = book.add_worksheet(table.sheet[language])
    guide = book.add_worksheet(words("guide_sheet")[language])
    lists = book.add_worksheet(words("lists_sheet")[language])
    lists.hide()
    ranges = _write_lists(book, lists, table, language, places)
    _write_table(book, sheet, table, language, ranges, is_example=is_example)
    _write_rows(book, sheet, table, language, rows, first=2 if is_example else 1)
    _write_guide(book, guide, table, language)
    book.close()
    try:
        durable.write_whole(path, made.getvalue())
    except OSError as error:
        raise PublishError(
            f"{path.name} could not be written ({error.strerror or error}). Close it if it is open, "
            "or choose another place with --output."
        ) from error


def heading_text(column: Column, table: TableLayout, language: str) -> str:
    """Return the heading of a column; a star marks what must be filled in."""
    return f"{column.heading[language]}{' *' if column.name in table.required else ''}"


def _write_lists(
    book: Any, sheet: Any, table: TableLayout, language: str, places: NamedMunicipalities | None
) -> dict[str, str]:
    """Write the values to choose from, one column each; returns the name of each range."""
    ranges = {}
    position = 0
    for column in table.columns:
        options = [choice_text(code, label) for code, label in column.labels(language).items()]
        if column.type == "municipality" and places is not None:
            ordered = sorted(
                places.by_code.values(), key=lambda municipality: (municipality.name, municipality.code)
            )
            options = [choice_text(municipality.code, municipality.name) for municipality in ordered]
        if not options:
            continue
        sheet.write_string(0, position, column.heading[language])
        for row, option in enumerate(options, start=1):
            sheet.write_string(row, position, option)
        letters = _letters(position)
        name = f"list_{column.name}"
        book.define_name(name, f"='{sheet.get_name()}'!${letters}$2:${letters}${len(options) + 1}")
        ranges[column.name] = name
        position += 1
    return ranges


def _write_table(
    book: Any, sheet: Any, table: TableLayout, language: str, ranges: dict[str, str], *, is_example: bool
) -> None:
    plain = {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "border_color": "#FFFFFF"}
    heading = book.add_format({**plain, "bg_color": HEADING_COLOUR})
    required = book.add_format({**plain, "bg_color": REQUIRED_COLOUR})
    example = book.add_format({"italic": True, "font_color": EXAMPLE_COLOUR})
    example_day = book.add_format({"italic": True, "font_color": EXAMPLE_COLOUR, "num_format": "yyyy-mm-dd"})
    formats = {
        "text": book.add_format({"num_format": "@"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    cells = {MARK: words("mark")[language], **example_cells(table, language)} if is_example else {}
    sheet.set_row(0, 32)
    for position, column in enumerate(table.columns):
        kept = (
            formats["text"]
            if column.type in KEPT_AS_TEXT
            else formats["day"]
            if column.type == "date"
            else None
        )
        sheet.set_column(position, position, WIDTHS.get(column.type, NARROW), kept)
        style = required if column.name in table.required else heading
        sheet.write_string(0, position, heading_text(column, table, language), style)
        sheet.write_comment(0, position, column.note[language], {"x_scale": 2.2, "y_scale": 1.3})
        cell = cells.get(column.name)
        if column.type == "date" and cell is not None:
            sheet.write_datetime(1, position, cell, example_day)
        elif isinstance(cell, float) and column.type not in KEPT_AS_TEXT:
            sheet.write_number(1, position, cell, example)
        elif cell is not None:
            text = f"{cell:g}" if isinstance(cell, float) else cell
            sheet.write_string(1, position, text, example)
        _write_validation(sheet, position, column, ranges.get(column.name), language)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, ROWS_TO_FILL, len(table.columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)


def _write_rows(
    book: Any,
    sheet: Any,
    table: TableLayout,
    language: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    first: int,
) -> None:
    """
    Write rows as a person would: codes with their labels; a text is never read as a formula,
    a number or a link.
    """
    as_text = book.add_format({"num_format": "@"})
    for number, row in enumerate(rows, start=first):
        for position, column in enumerate(table.columns):
            value = row.get(column.name)
            if value is None or value == "":
                continue
            if isinstance(value, (int, float)) and column.type not in KEPT_AS_TEXT:
                sheet.write_number(number, position, value)
                continue
            labels = column.labels(language)
            text = choice_text(str(value), labels[str(value)]) if str(value) in labels else str(value)
            sheet.write_string(number, position, writable(text)[:MOST_CELL_LETTERS], as_text)


def _write_validation(
    sheet: Any, position: int, column: Column, range_name: str | None, language: str
) -> None:
    if range_name is None:
        return
    # Several groups in one cell, and municipalities that are not loaded, may be written by hand.
    is_free = column.type in ("codes", "municipality")
    sheet.data_validation(
        1,
        position,
        ROWS_TO_FILL,
        position,
        {
            "validate": "list",
            "source": f"={range_name}",
            "error_type": "information" if is_free else "stop",
            "show_error": not is_free,
            "error_title": column.heading[language][:32],
            "error_message": message_texts()["headings"]["pick"][language][:MOST_ADDRESS_CHARACTERS],
        },
    )


def _write_guide(book: Any, sheet: Any, table: TableLayout, language: str) -> None:
    """Write what belongs into each column, for those who print it or cannot open comments."""
    texts = message_texts()["headings"]
    bold = book.add_format({"bold": True, "bg_color": HEADING_COLOUR})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, table.about[language])
    for position, name in enumerate(("column", "required", "meaning", "allowed")):
        sheet.write_string(2, position, texts[name][language], bold)
    for row, column in enumerate(table.columns, start=3):
        sheet.write_string(row, 0, column.heading[language], wrapped)
        sheet.write_string(
            row, 1, texts["needed"][language] if column.name in table.required else "", wrapped
        )
        sheet.write_string(row, 2, column.note[language], wrapped)
        labels = column.labels(language)
        column_note = (
            "\n".join(labels.values()) if 0 < len(labels) <= 10 else texts["pick"][language] if labels else ""
        )
        sheet.write_string(row, 3, column_note, wrapped)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 10)
    sheet.set_column(2, 2, 90)
    sheet.set_column(3, 3, 45)
    sheet.freeze_panes(3, 0)


def _letters(position: int) -> str:
    from etl.usertables.cells.problems import column_letters

    return column_letters(position)

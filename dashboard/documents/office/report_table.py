"""
A topic as a table of a DOCX: widths by what stands in it, a heading on every page,
rows that no page cuts in two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dashboard import text
from dashboard.documents.facts import words
from dashboard.documents.facts.topics import Topic
from dashboard.tables.sheets import Value
from dashboard.text import _
from geodata.reading import values as reading_values
from geodata.text_signs import writable

POINTS: Final = 8.5
HEADING_POINTS: Final = 8
HEADING_FILL: Final = "DCE6EE"
LINE: Final = "93A1A9"
MARGIN_CM: Final = 0.12
# A letter of a table in the widest font that stands in for a missing one.
LETTER_CM: Final = 0.165
BOLD_LETTER_CM: Final = 0.185
PADDING_CM: Final = 2 * MARGIN_CM + 0.08
MOST_LETTERS: Final = 40
# A heading of more lines than this makes a table hard to read.
HEADING_LINES: Final = 3


def shown(value: Value, decimals: int | None = None) -> str:
    """Write a value as a reader takes it: numbers rounded in the reader's language, unknown as a word."""
    if value is None or reading_values.is_missing(value):
        return text.unknown()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return words.plain_amount(float(value)) if decimals is None else text.fixed(float(value), decimals)
    return str(value)


def shown_rows(topic: Topic, columns: Sequence[int]) -> list[list[str]]:
    """
    Write the rows of a topic as they are read.

    What a sum does not have (the code of a whole area) is empty, not unknown.
    """
    last = len(topic.rows) - 1 if topic.has_total else None
    return [
        [
            "" if number == last and row[column] is None and column < 2
            else topic.texts[number][column] if topic.texts and column in topic.texts[number]
            else shown(row[column], topic.decimals.get(column))
            for column in columns
        ]
        for number, row in enumerate(topic.rows)
    ]  # fmt: skip


def column_widths(rows: Sequence[Sequence[str]], headings: Sequence[str], whole: float) -> list[float]:
    """
    Share a width (cm) among columns by what stands in them.

    A column holds the longest word of its bold heading and of its cells;
    what is left goes where cells would break into lines, and where a heading would stand
    in more than `HEADING_LINES`.
    """
    least, wanted = [], []
    for column, heading in enumerate(headings):
        cells = [row[column] for row in rows]
        words_of_column = [word for cell in cells for word in cell.split()]
        bold = BOLD_LETTER_CM * max(len(word) for word in heading.split())
        plain = LETTER_CM * max(map(len, words_of_column), default=0)
        least.append(max(bold, plain) + PADDING_CM)
        longest = LETTER_CM * min(max(map(len, cells), default=0), MOST_LETTERS)
        wide = max(longest, BOLD_LETTER_CM * len(heading) / HEADING_LINES) + PADDING_CM
        wanted.append(max(wide - least[-1], 0.0))
    room = whole - sum(least)
    if room <= 0:
        return [whole * part / sum(least) for part in least]
    if not sum(wanted):
        return [part + room / len(least) for part in least]
    return [part + room * more / sum(wanted) for part, more in zip(least, wanted, strict=True)]


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(name)
    for attribute, value in attributes.items():
        made.set(qn(f"w:{attribute}"), value)
    return made


def fill(table: Any, topic: Topic, columns: Sequence[int], whole: float) -> None:
    """
    Write some columns of a topic into an empty table of one row.

    Parameters
    ----------
    table
        Of python-docx, with as many columns as are asked for.
    columns
        Positions among the topic's columns.
    whole
        Width of the table in cm.
    """
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    is_number = [
        all(isinstance(row[column], int | float) and not isinstance(row[column], bool)
            for row in topic.rows if row[column] is not None) or any(column in told for told in topic.texts)
        for column in columns
    ]  # fmt: skip
    headings, rows = [topic.headings[column] for column in columns], shown_rows(topic, columns)
    for _values in rows:
        table.add_row()
    widths = column_widths(rows, headings, whole)
    table.autofit = False
    _look(table)
    # Word reads the width of the cells, LibreOffice that of the columns.
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    last = len(rows) if topic.has_total else None
    for number, (row, values) in enumerate(zip(table.rows, [headings, *rows], strict=True)):
        properties = row._tr.get_or_add_trPr()  # noqa: SLF001  # python-docx knows neither of the two
        properties.append(_element("w:cantSplit"))
        if number == 0:
            properties.append(_element("w:tblHeader"))
        for cell, value, width, right in zip(row.cells, values, widths, is_number, strict=True):
            cell.width = Cm(width)
            if number == 0:
                cell._tc.get_or_add_tcPr().append(  # noqa: SLF001  # python-docx has no shading
                    _element("w:shd", val="clear", color="auto", fill=HEADING_FILL)
                )
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            # The heading stays with the first rows.
            paragraph.paragraph_format.keep_with_next = number < 2
            if right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            run = paragraph.add_run(writable(value))
            run.font.size = Pt(HEADING_POINTS if number == 0 else POINTS)
            run.bold = number in (0, last)


def _look(table: Any) -> None:
    """
    Draw thin lines between rows and narrow margins;
    an office's own style may still say otherwise of the rest.
    """
    properties = table._tbl.tblPr  # noqa: SLF001  # python-docx has neither borders nor margins
    borders = _element("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color=LINE))
    for side in ("left", "right", "insideV"):
        borders.append(_element(f"w:{side}", val="nil"))
    margins = _element("w:tblCellMar")
    twips = str(round(MARGIN_CM / 2.54 * 1440))
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=twips, type="dxa"))
    # The schema wants both before the look of the table, borders first.
    looks: Mapping[str, Any] = {child.tag.rsplit("}", 1)[-1]: child for child in properties}
    if "tblLook" in looks:
        looks["tblLook"].addprevious(borders)
        looks["tblLook"].addprevious(margins)
    else:
        properties.append(borders)
        properties.append(margins)

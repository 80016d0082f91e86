"""
A presentation that is being written: slides, native tables and charts, pictures;
the story comes from `slides`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from dashboard import text
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.slide import Tile
from dashboard.documents.office.report import LANGUAGE_TAGS
from dashboard.text import _
from geodata.text_signs import writable

WIDTH_IN: Final = 13.333
HEIGHT_IN: Final = 7.5
INK: Final = "1B2429"
ACCENT: Final = "1F5F7A"
LIGHT: Final = "EEF2F4"
WHITE: Final = "FFFFFF"
# A table ends above the line that says how many more there are.
TABLE_HEIGHT_IN: Final = 5.1
# Letters of a table in an inch of its width, and inches of a line, for each point of their size;
# measured in the widest font that stands in for a missing one.
LETTERS_PER_INCH: Final = 136.0
LINE_IN: Final = 0.0172
CELL_PADDING_IN: Final = 0.2
TITLE_LETTERS: Final = 52
SMALLEST: Final = 10.0
"""Points: what is smaller nobody reads from a screen."""
FIGURE_OF_TILE: Final = 2.0
"""How much larger a figure is set than what it is of."""


def _rgb(hexadecimal: str) -> Any:
    """Return a colour as python-pptx takes it."""
    from pptx.dml import color

    colours: Any = color.RGBColor
    return colours.from_string(hexadecimal)


def _name_every(axis: Any) -> None:
    """Write the name of every category: a village left out would look as if it were not there."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    # The schema wants it between the label offset and the end of the axis.
    axis._element.append(parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="1"/>'))  # noqa: SLF001  # python-pptx has no name for it
    skip = axis._element[-1]  # noqa: SLF001  # the same
    for later in axis._element.findall("{*}noMultiLvlLbl"):  # noqa: SLF001  # the same
        later.addprevious(skip)


def row_height(values: Sequence[str], widths: Sequence[float], size: float) -> float:
    """
    Guess how high a row of a table is set, in inches.

    Parameters
    ----------
    values
        Its cells.
    widths
        Widths of its columns in inches.
    size
        Size of its letters in points.
    """
    lines = 1
    for value, width in zip(values, widths, strict=True):
        per_line = max(int((width - CELL_PADDING_IN) * LETTERS_PER_INCH / size), 1)
        line, needed = 0, 1
        for word in value.split():
            if line and line + 1 + len(word) > per_line:
                line, needed = 0, needed + 1
            line += len(word) + (1 if line else 0)
        lines = max(lines, needed)
    return lines * size * LINE_IN + 0.08


def table_height(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    shares: Sequence[float],
    width: float,
    size: float,
) -> float:
    """Guess how high a table is set, in inches; `shares` divide its width (inches) among its columns."""
    widths = [width * share / sum(shares) for share in shares]
    return sum(row_height(row, widths, size) for row in (headings, *rows))


def fitting_size(said: Sequence[str], width: float, height: float, size: float) -> float:
    """
    Return the size in points, `size` at most and `SMALLEST` at least,
    at which sentences fit a box in inches.
    """
    while size > SMALLEST and words_height(said, width, size) > height:
        size -= 1
    return size


def words_height(said: Sequence[str], width: float, size: float) -> float:
    """Guess how high sentences are set one below another, in inches."""
    return sum(row_height((sentence,), (width,), size) for sentence in said)


def fits(said: Sequence[str], width: float, height: float) -> bool:
    """Tell whether sentences fit a box in inches, at the smallest size that a hall reads."""
    return words_height(said, width, SMALLEST) <= height


class Show:
    """A presentation being written."""

    def __init__(self, facts: AreaFacts, title: str) -> None:
        from pptx import Presentation
        from pptx.util import Inches

        self.facts = facts
        self.file: Any = Presentation()
        self.file.slide_width, self.file.slide_height = Inches(WIDTH_IN), Inches(HEIGHT_IN)
        properties = self.file.core_properties
        properties.title, properties.author = writable(title), "Dosah"
        properties.language = LANGUAGE_TAGS[text.current()]

    def slide(self, title: str, notes: str = "") -> Any:
        """Add a slide with its title, a line below it, and what it speaks of at its foot."""
        from pptx.enum.shapes import MSO_SHAPE
        from pptx.enum.text import MSO_ANCHOR
        from pptx.util import Inches, Pt

        made = self.file.slides.add_slide(self.file.slide_layouts[5])
        shape = made.shapes.title
        shape.left, shape.top, shape.width, shape.height = (
            Inches(0.5),
            Inches(0.2),
            Inches(WIDTH_IN - 1),
            Inches(0.95),
        )
        frame = shape.text_frame
        frame.text, frame.word_wrap, frame.vertical_anchor = writable(title), True, MSO_ANCHOR.MIDDLE
        frame.margin_top = frame.margin_bottom = frame.margin_left = 0
        paragraph = frame.paragraphs[0]
        # A title of two lines is set smaller, so that it stays above its line.
        paragraph.font.size = Pt(30 if len(title) <= TITLE_LETTERS else 24)
        paragraph.font.bold, paragraph.font.color.rgb = True, _rgb(ACCENT)
        paragraph.alignment = 1
        bar = made.shapes.add_shape(
            MSO_SHAPE.RECTANGLE, Inches(0.5), Inches(1.18), Inches(WIDTH_IN - 1), Inches(0.04)
        )
        bar.fill.solid()
        bar.fill.fore_color.rgb = _rgb(ACCENT)
        bar.line.fill.background()
        bar.shadow.inherit = False
        # Drawn for the eye only: a screen reader passes over it.
        bar._element.nvSpPr.cNvPr.set("descr", "")  # noqa: SLF001  # python-pptx has no alternative text
        foot = _("{area} · data as of {day}", area=self.facts.name, day=text.date(self.facts.data_date))
        self.words(made, [foot], (0.5, 7.05, WIDTH_IN - 1, 0.35), 11)
        if notes:
            made.notes_slide.notes_text_frame.text = writable(notes)
        return made

    def words(
        self,
        slide: Any,
        said: Sequence[str],
        box: tuple[float, float, float, float],
        size: float = 20,
        *,
        is_fitted: bool = False,
    ) -> None:
        """
        Write sentences into a box (left, top, width, height in inches);
        fitted ones are set smaller where there are many.
        """
        from pptx.util import Inches, Pt

        size = fitting_size(said, box[2], box[3], size) if is_fitted else size
        frame = slide.shapes.add_textbox(*(Inches(side) for side in box)).text_frame
        frame.word_wrap = True
        for number, sentence in enumerate(said):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.text = writable(sentence)
            paragraph.font.size, paragraph.font.color.rgb = Pt(size), _rgb(INK)
            paragraph.space_after = Pt(size / 2.5)

    def tiles(
        self, slide: Any, tiles: Sequence[Tile], box: tuple[float, float, float, float], size: float
    ) -> None:
        """Write figures into a box, each large with what it is of below it in `size` points."""
        from pptx.util import Inches, Pt

        if not tiles:
            return
        frame = slide.shapes.add_textbox(*(Inches(side) for side in box)).text_frame
        frame.word_wrap = True
        for number, tile in enumerate(tiles):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.text, paragraph.font.bold = writable(tile.figure.shown), True
            paragraph.font.size, paragraph.font.color.rgb = Pt(size * FIGURE_OF_TILE), _rgb(ACCENT)
            paragraph = frame.add_paragraph()
            paragraph.text = writable(tile.words)
            paragraph.font.size, paragraph.font.color.rgb = Pt(size), _rgb(INK)
            paragraph.space_after = Pt(size / 2.5)

    def table(
        self,
        slide: Any,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        box: tuple[float, float, float],
        *,
        shares: Sequence[float],
        size: float = 14,
        height: float = TABLE_HEIGHT_IN,
    ) -> int:
        """
        Add a native table (left, top, width in inches) of as many rows as fit into `height`.

        Columns share its width by `shares`.

        Returns
        -------
        rows
            How many rows stand in it.
        """
        from pptx.util import Inches, Pt

        widths = [box[2] * share / sum(shares) for share in shares]
        room, fitting = height - row_height(headings, widths, size), 0
        for row in rows:
            room -= row_height(row, widths, size)
            if room < 0:
                break
            fitting += 1
        shown_rows = [headings, *rows[:fitting]]
        shape = slide.shapes.add_table(
            len(shown_rows), len(headings), Inches(box[0]), Inches(box[1]), Inches(box[2]), Inches(0.3)
        )
        for column, width in zip(shape.table.columns, widths, strict=True):
            column.width = Inches(width)
        for number, values in enumerate(shown_rows):
            shape.table.rows[number].height = Inches(row_height(values, widths, size))
            for column, value in enumerate(values):
                cell = shape.table.cell(number, column)
                cell.text = writable(value)
                cell.margin_top = cell.margin_bottom = Inches(0.03)
                cell.fill.solid()
                cell.fill.fore_color.rgb = _rgb(ACCENT if number == 0 else LIGHT if number % 2 else WHITE)
                for paragraph in cell.text_frame.paragraphs:
                    paragraph.font.size, paragraph.font.bold = Pt(size), number == 0 or column == 0
                    paragraph.font.color.rgb = _rgb(INK if number else WHITE)
        return fitting

    def picture(self, slide: Any, drawn: bytes, alt: str, box: tuple[float, float, float]) -> None:
        """Add a picture (left, top, width in inches) with its text."""
        from pptx.util import Inches

        shape = slide.shapes.add_picture(io.BytesIO(drawn), *(Inches(side) for side in box))
        shape._element.nvPicPr.cNvPr.set("descr", alt)  # noqa: SLF001  # python-pptx has no alternative text

    def chart(
        self,
        slide: Any,
        kind: str,
        categories: Sequence[str],
        series: Sequence[tuple[str, Sequence[float | None], str]],
        *,
        box: tuple[float, float, float, float],
        number_format: str,
    ) -> None:
        """Add a native chart; `series` are name, values, colour."""
        from pptx.chart import data as chart_data
        from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
        from pptx.util import Inches, Pt

        data: Any = vars(chart_data)["CategoryChartData"](number_format=number_format)
        data.categories = list(categories)
        for name, values, _colour in series:
            data.add_series(name, list(values))
        types = {
            "bar": XL_CHART_TYPE.BAR_CLUSTERED,
            "people": XL_CHART_TYPE.BAR_CLUSTERED,
            "share": XL_CHART_TYPE.BAR_STACKED_100,
        }
        chart = slide.shapes.add_chart(types[kind], *(Inches(side) for side in box), data).chart
        chart.has_legend = len(series) > 1
        chart.has_title = False
        if chart.has_legend:
            chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
            chart.legend.font.size = Pt(14)
        # The first category stands on top, as in the table beside it.
        chart.category_axis.reverse_order = True
        chart.category_axis.tick_labels.font.size = Pt(12 if len(categories) <= 20 else 8)
        chart.value_axis.tick_labels.font.size = Pt(12)
        if kind == "bar":
            chart.value_axis.tick_labels.number_format = "0%"
            chart.value_axis.tick_labels.number_format_is_linked = False
            # The share of a bar's end is written beside it: nobody in the hall reads an axis.
            labels = chart.plots[0]
            labels.has_data_labels = True
            labels.data_labels.number_format, labels.data_labels.number_format_is_linked = (
                number_format,
                False,
            )
            labels.data_labels.font.size = Pt(12 if len(categories) <= 16 else 8)
        elif kind == "share":
            chart.value_axis.major_unit = 0.5
        _name_every(chart.category_axis)
        chart.value_axis.has_major_gridlines = False
        for part, (_name, _values, colour) in zip(chart.plots[0].series, series, strict=True):
            part.format.fill.solid()
            part.format.fill.fore_color.rgb = _rgb(colour)
        chart.plots[0].gap_width = 45

    def saved(self) -> bytes:
        """Return the file."""
        buffer = io.BytesIO()
        self.file.save(buffer)
        return buffer.getvalue()

"""
Slides of PPTX that show figures, tables and charts: the area, who helps, what is missing,
how sure that is, a village, ages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from dashboard.documents.facts.slide import AgePyramid, MetBar, Slide, SlideCell, SlideFigure, SlideTable
from dashboard.documents.facts.slides_area import left_out
from dashboard.documents.office.show import ACCENT, TABLE_HEIGHT_IN, table_height
from dashboard.people.ages import age_words
from dashboard.text import _, ngettext
from dashboard.theme import GAP_CLASSES

if TYPE_CHECKING:
    from dashboard.documents.office.show import Show

AMOUNTS: Final = "0.0##"
# Fewer bars than this are no chart: the figure is told large.
FEWEST_BARS: Final = 2
BLUE: Final = "4F7D9B"
BROWN: Final = "A8672F"
# Letters of the table of who helps, in points: the largest size at which all of it fits.
TABLE_SIZES: Final = (14, 13, 12, 11, 10)
WHOLE: Final = 12.3
"""Width of a slide between its margins, in inches."""


def title(show: Show, page: Any, slide: Slide) -> None:
    """Set where we are."""
    show.words(page, [slide.heading, *slide.points, *slide.said], (0.5, 2.2, WHOLE, 3), 26)


def population(show: Show, page: Any, slide: Slide) -> None:
    """Set the share of older people as a chart of bars; a single one is told large."""
    known = [row for row in slide.tables[0].rows if value_of(row[1]) is not None]
    has_bars = len(known) >= FEWEST_BARS
    width, size = (4.3, 20.0) if has_bars else (WHOLE, 28.0)
    show.words(page, [slide.heading], (0.5, 1.4, width, 0.8), 18)
    show.tiles(page, slide.tiles, (0.5, 2.2, width, 2.6), size)
    show.words(page, [*slide.said, *slide.notes], (0.5, 4.9, width, 2), 16)
    if not has_bars:
        return
    # A chart leaves an unknown share empty: it is no bar of length zero.
    names = [str(row[0]) for row in slide.tables[0].rows]
    shares = [value_of(row[1]) for row in slide.tables[0].rows]
    series = [(slide.heading, shares, ACCENT)]
    show.chart(page, "bar", names, series, box=(5, 1.3, 7.9, 5.75), number_format="0.0%")


def services(show: Show, page: Any, slide: Slide) -> None:
    """Set who helps as one table, the kinds of help under one another."""
    headings = [_("kind of help"), *slide.tables[0].headings]
    shares = (3.0, *widths((4.5, 2.2, 2.6), slide.tables[0]))
    # Fewer services of each kind rather than a kind left out: down to its name and how many there are.
    for most in range(max(len(table.rows) for table in slide.tables), -1, -1):
        rows = [row for table in slide.tables for row in service_rows(table, most)]
        heights = {size: table_height(headings, rows, shares, WHOLE, size) for size in TABLE_SIZES}
        if min(heights.values()) <= TABLE_HEIGHT_IN:
            break
    size = next((size for size in TABLE_SIZES if heights[size] <= TABLE_HEIGHT_IN), TABLE_SIZES[-1])
    fitting = show.table(page, headings, rows, (0.5, 1.4, WHOLE), shares=shares, size=size)
    cut = len([row for row in rows[fitting:] if row[0]])
    if cut:
        said = ngettext(
            "{n} more kind of help is in the workbook.", "{n} more kinds of help are in the workbook.", cut
        )
        show.words(page, [said], (0.5, 6.6, WHOLE, 0.4), 14)


def service_rows(table: SlideTable, most: int) -> list[list[str]]:
    """
    Return `most` services of a kind of help with its name and their count before the first,
    and how many are left out after them.
    """
    name = f"{table.caption}: {table.count}" if table.count else table.caption
    empty = [""] * len(table.headings)
    rows = [["", *map(str, row)] for row in table.rows[:most]]
    rest = left_out(len(table.services) - len(rows)) if table.services else table.rest
    if rest and (rows or not table.services):
        rows.append(["", rest, *empty[1:]])
    first = rows[0][1:] if rows else empty
    return [[name, *first], *rows[1:]]


def widths(usual: Sequence[float], table: SlideTable) -> list[float]:
    """Return the widths of the columns of services, in shares: a further one is as wide as the last."""
    return [usual[min(at, len(usual) - 1)] for at in range(len(table.headings))]


def totals(show: Show, page: Any, slide: Slide) -> None:
    """Set what is missing as a chart of how needs are met and a table; a single need in words only."""
    table = slide.tables[0]
    has_bars = len(table.rows) >= FEWEST_BARS
    if has_bars:
        names = [str(row[0]) for row in table.rows]
        show.chart(page, "share", names, met_series(table), box=(0.4, 1.3, 6.4, 4.8), number_format=AMOUNTS)
    # The chart tells how needs are met: the table beside it has the other columns.
    columns = [at for at, part in enumerate(table.rows[0]) if not (has_bars and isinstance(part, MetBar))]
    rows = [[str(row[at]) for at in columns] for row in table.rows]
    headings = [table.headings[at] for at in columns]
    box, size = ((7.0, 1.4, 5.9), 14) if has_bars else ((0.5, 1.4, WHOLE), 20)
    shares = (2.9, 1.4, 1.4) if has_bars else (2.9, 1.4, 3.5, 1.4)
    show.table(page, headings, rows, box, shares=shares, size=size)
    show.words(page, slide.notes, (0.5, 6.2, WHOLE, 0.85), 12 if has_bars else 16, is_fitted=True)


def met_series(table: SlideTable) -> list[tuple[str, list[float | None], str]]:
    """
    Return places by part of the needs of a table, each part in its colour;
    a need without the part leaves it empty.
    """
    bars = [part for row in table.rows for part in row if isinstance(part, MetBar)]
    names = {part.gap_class: part.name for bar in bars for part in bar.parts}
    places = [{part.gap_class: part.places for part in bar.parts} for bar in bars]
    return [
        (names[name], [of_bar.get(name) for of_bar in places], style.fill.lstrip("#").upper())
        for name, style in GAP_CLASSES.items()
        if name in names
    ]


def certainty(show: Show, page: Any, slide: Slide) -> None:
    """Set how sure the figures are: the four counts, what is not known, and doubtful capacities beside it."""
    headings = [tile.words for tile in slide.tiles]
    counts = [tile.figure.shown for tile in slide.tiles]
    show.table(page, headings, [counts], (0.5, 1.4, WHOLE), shares=(1, 1, 1, 1), size=18)
    show.words(page, slide.points, (0.5, 2.9, 5.6 if slide.tables else WHOLE, 3.9), 18, is_fitted=True)
    for table in slide.tables:
        show.words(page, [table.caption], (6.4, 2.9, 6.4, 0.5), 14)
        rows = [list(map(str, row)) for row in table.rows]
        fitting = show.table(
            page,
            list(table.headings),
            rows,
            (6.4, 3.45, 6.4),
            shares=widths((3, 2, 2.6), table),
            size=12,
            height=3.1,
        )
        if rest := left_out(len(table.services) - fitting):
            show.words(page, [rest], (6.4, 6.6, 6.4, 0.4), 12)


def village(show: Show, page: Any, slide: Slide) -> None:
    """Set one municipality: who lives there, what is within reach, what is missing."""
    people, *reasons = slide.said
    show.words(page, [f"{slide.heading}: {people}", *reasons], (0.5, 1.25, WHOLE, 0.8), 18)
    for table in slide.tables:
        rows = [list(map(str, row)) for row in table.rows]
        show.table(page, list(table.headings), rows, (0.5, 2.1, WHOLE), shares=(4, 2, 3, 1.5, 1.5), size=18)
    if slide.notes:
        show.words(page, slide.notes, (0.5, 6.1, WHOLE, 0.8), 14)


def ages(show: Show, page: Any, slide: Slide) -> None:
    """Set the ages as a chart that can be edited, men and women where the source divides them."""
    show.words(page, [slide.heading], (0.5, 1.4, 4.2, 0.5), 20)
    show.tiles(page, slide.tiles, (0.5, 1.9, 4.2, 3.4), 18)
    show.words(page, slide.notes, (0.5, 5.4, 4.2, 1.6), 14, is_fitted=True)
    for picture in slide.pictures:
        if isinstance(picture, AgePyramid):
            _age_chart(show, page, picture)


def _age_chart(show: Show, page: Any, picture: AgePyramid) -> None:
    people = picture.ages.people
    bands = list(reversed(people.bands))
    series: list[tuple[str, list[float | None], str]] = (
        [(_("Men"), [band.men for band in bands], BLUE), (_("Women"), [band.women for band in bands], BROWN)]
        if people.has_sexes
        else [(_("Men and women together"), [band.total for band in bands], BLUE)]
    )
    names = [age_words(band) for band in bands]
    show.chart(page, "people", names, series, box=(4.9, 1.25, 8, 6), number_format="#,##0")


def value_of(part: SlideCell) -> float | None:
    """Return the unrounded value of a cell; None where it is unknown or no figure."""
    return part.value if isinstance(part, SlideFigure) else None

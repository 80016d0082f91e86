"""Slides of PPTX that show maps as pictures: one map with what it says, or two side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from dashboard.address.question import MEASURES
from dashboard.documents.facts.slide import GapMap, Slide
from dashboard.documents.office.show import fits
from dashboard.documents.pictures import file
from dashboard.text import ngettext

if TYPE_CHECKING:
    from dashboard.documents.office.show import Show

# Set for 145 mm and shown on 8.9 inches: as sharp as print.
PICTURE_PPI: Final = 320
MAP_WIDTH_IN: Final = 6.1
CHANGES_HEIGHT_IN: Final = 1.4
LEFTS: Final = (0.4, 6.8)
"""Where two maps of a slide begin, in inches."""


def gap(show: Show, page: Any, slide: Slide) -> None:
    """Set a map of gaps, its sentences beside it, what it assumes below."""
    for shown in maps_of(slide):
        measure = shown.measure.measure_id if shown.measure else MEASURES[0]
        data = file.gap_data(show.facts, shown.analysis, measure, size=file.ON_SLIDE)
        show.picture(page, file.set_picture(data, "png", PICTURE_PPI), data["alt"], (0.4, 1.35, 8.9))
        show.words(page, [slide.heading], (9.5, 1.35, 3.4, 0.8), 16)
        show.words(page, slide.said, (9.5, 2.1, 3.4, 3.8), 20, is_fitted=True)
        show.words(page, [yardstick(shown.notes), " ".join(slide.notes)], (0.5, 6.15, 12.3, 0.9), 12)


def scenario(show: Show, page: Any, slide: Slide) -> None:
    """Set both maps of a scenario, its sentences and its changes below."""
    for left, shown in zip(LEFTS, maps_of(slide), strict=True):
        _map(show, page, shown, left, shown.heading)
    show.words(page, slide.said, (LEFTS[0], 4.85, MAP_WIDTH_IN, 1.4), 16, is_fitted=True)
    show.words(
        page, changes_that_fit(slide), (LEFTS[1], 4.85, MAP_WIDTH_IN, CHANGES_HEIGHT_IN), 14, is_fitted=True
    )


def changes_that_fit(slide: Slide) -> list[str]:
    """Return the changes of a scenario and its notes: as many as fit below the map, the rest counted."""
    said = list(slide.notes)
    for shown in range(len(slide.points), 0, -1):
        more = len(slide.points) - shown
        rest = [ngettext("and {n} more change", "and {n} more changes", more)] if more else []
        said = [*slide.points[:shown], *rest, *slide.notes]
        if fits(said, MAP_WIDTH_IN, CHANGES_HEIGHT_IN):
            break
    return said


def compare(show: Show, page: Any, slide: Slide) -> None:
    """Set two answers side by side, each with its sentences."""
    for left, shown in zip(LEFTS, maps_of(slide), strict=True):
        _map(show, page, shown, left, shown.name)
        show.words(page, shown.said, (left, 4.85, MAP_WIDTH_IN, 1.4), 16, is_fitted=True)
    if slide.notes:
        show.words(page, slide.notes, (LEFTS[0], 6.75, 12.5, 0.3), 11)


def maps_of(slide: Slide) -> list[GapMap]:
    """Return the maps of gaps of a slide."""
    return [picture for picture in slide.pictures if isinstance(picture, GapMap)]


def yardstick(notes: Sequence[str]) -> str:
    """Put the notes of a map on one line; the first, its norm, ends without a full stop."""
    return ". ".join(notes)


def _map(show: Show, page: Any, shown: GapMap, left: float, title: str) -> None:
    """Put a map under its title, one of two on a slide, with its norm and reach below."""
    data = file.gap_data(show.facts, shown.analysis, size=file.ON_SLIDE, title=title)
    show.words(page, [title], (left, 1.3, MAP_WIDTH_IN, 0.4), 18)
    drawn = file.set_picture(data, "png", PICTURE_PPI)
    show.picture(page, drawn, data["alt"], (left, 1.8, MAP_WIDTH_IN))
    show.words(page, [yardstick(shown.notes)], (left, 6.3, MAP_WIDTH_IN, 0.6), 11)

"""
What one view of a story tells, made once: the slides of the pack and those of PPTX only render it.

Words are in the language that is spoken, figures stand beside their words unrounded,
and nothing here knows HTML or PPTX.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.documents.facts.story import Ages
    from dashboard.map.measure import Measure
    from geodata.dataset.dataset import Dataset
    from geodata.method.analysis import Analysis
    from geodata.reading.services import Service


@dataclass(frozen=True)
class StoryText:
    """A text of a story, and the language it is in: not always the one that is spoken."""

    text: str = ""
    language: str = ""


# -- figures and tables --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SlideFigure:
    """A figure as it is read; `value` is the unrounded one (None = unknown), `about` names what it is of."""

    shown: str
    value: float | None = None
    about: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True)
class ClassCell:
    """A gap class in words, and the class itself for whoever draws its colour."""

    shown: str
    gap_class: str
    is_lower_bound: bool = False

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True)
class MetPart:
    """
    A part of a need: what it is called, how many places, its share (0 to 1),
    and the gap class whose colour it takes.
    """

    name: str
    places: float
    share: float
    gap_class: str


@dataclass(frozen=True)
class MetBar:
    """How a need is met: its parts, to be drawn as one bar, and the same in words with shares that add up."""

    shown: str
    parts: tuple[MetPart, ...]

    def __str__(self) -> str:
        return self.shown


SlideCell = str | SlideFigure | ClassCell | MetBar


@dataclass(frozen=True, eq=False)
class SlideTable:
    """
    A table of a slide, as many rows as a hall reads; the first column names the row.

    Attributes
    ----------
    count
        How many there are in all, in words.
    rest
        What is left out, in words; where there are no rows, that there is nothing.
    services
        All services of a table of services, also those left out: what is printed has room for them.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[SlideCell, ...], ...]
    count: str = ""
    rest: str = ""
    services: tuple[Service, ...] = ()


@dataclass(frozen=True)
class Tile:
    """A figure that is told large, and what it is of."""

    figure: SlideFigure
    words: str


# -- pictures ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AreaMap:
    """The area among its neighbours."""


@dataclass(frozen=True)
class ShareMap:
    """The share of older people by municipality; `measure` is one of `geodata.stories.views.MEASURES`."""

    measure: str


@dataclass(frozen=True, eq=False)
class GapMap:
    """
    A map of gaps with what is said of it.

    Attributes
    ----------
    heading
        Title of its legend; "" = the name of the group.
    name
        What tells it from the other map of the slide.
    measure
        How municipalities are coloured; None = by coverage.
    focus
        The municipality it is about.
    dataset
        Where its sites stand; None = the dataset of the facts.
    notes
        Its norm and how far reach goes, as its legend says them.
    """

    analysis: Analysis
    heading: str = ""
    name: str = ""
    measure: Measure | None = None
    focus: str | None = None
    dataset: Dataset | None = None
    said: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class AgePyramid:
    """Who lives somewhere by age; `alternative` says it to whoever does not see it."""

    ages: Ages
    alternative: str


SlidePicture = AreaMap | ShareMap | GapMap | AgePyramid


# -- the slide -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Slide:
    """
    What a view tells.

    Attributes
    ----------
    kind
        Kind of its view.
    title, spoken
        The sentence on the screen and the notes for the speaker.
    heading
        What it is about: the area, the municipality, the kind of help.
    said
        Its sentences.
    tiles, tables, points, pictures
        Figures told large, tables, a list of short lines, what is drawn.
        A slide with none of these says only why.
    notes
        What is said small: assumptions, bounds, what is not known.
    shown
        Which of the pictures stands on the screen where there is room for one;
        None where they stand side by side.
    """

    kind: str
    title: StoryText = field(default_factory=StoryText)
    spoken: StoryText = field(default_factory=StoryText)
    heading: str = ""
    said: tuple[str, ...] = ()
    tiles: tuple[Tile, ...] = ()
    tables: tuple[SlideTable, ...] = ()
    points: tuple[str, ...] = ()
    pictures: tuple[SlidePicture, ...] = ()
    notes: tuple[str, ...] = ()
    shown: int | None = 0

    @property
    def is_excuse(self) -> bool:
        """Whether it only says why there is nothing to show."""
        return not (self.tiles or self.tables or self.points or self.pictures)

"""Slides of the pack and of the page for presenting: what `facts.slides` tells, rendered by the templates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from dashboard import text
from dashboard.documents.facts import words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.notes import SCALE
from dashboard.documents.facts.slide import (
    AgePyramid,
    AreaMap,
    ClassCell,
    GapMap,
    MetBar,
    ShareMap,
    Slide,
    SlidePicture,
)
from dashboard.documents.facts.slides import slide_of
from dashboard.documents.facts.story import Look, look_of
from dashboard.documents.pack.book import Book
from dashboard.documents.pack.tables import cell, services_table
from dashboard.documents.pictures.maps import area_picture, gap_picture, population_legend, population_picture
from dashboard.markup import render
from dashboard.people import pyramid
from dashboard.phrases import gaps, totals
from dashboard.phrases.labels import group_label
from dashboard.text import _
from dashboard.theme import GAP_CLASSES, MAP_COLOURS
from geodata.method.summary import summarise
from geodata.stories import Step, Story, View

MOST_SHARES: Final = 5


@dataclass(frozen=True, eq=False)
class Drawn:
    """
    A picture of a slide as markup: drawn for print, `key` of the live map,
    its legend (fill and words, or classes).
    """

    picture: SlidePicture
    svg: Markup
    key: str = ""
    legend: tuple[Any, ...] = ()


class Deck(Book):
    """The slides of a pack and the maps that they show."""

    def __init__(self, facts: AreaFacts, story: Story) -> None:
        super().__init__(facts)
        self.story = story
        self.language = text.current()

    def layer(self, group_id: str) -> dict[str, str]:
        """Return a line of the list above the map."""
        analysis = self.facts.analyses[group_id]
        said = totals.headline(summarise(analysis, self.facts.members), self.facts.name)
        return {"key": self.picture_key(analysis, said), "label": group_label(group_id)}

    def slide(self, number: int, step: Step) -> Markup:
        """Return one slide."""
        slide = slide_of(self.facts, step)
        drawn = [self._drawn(slide, picture) for picture in slide.pictures]
        return render(
            "documents/templates/slide.html.j2",
            slide=slide,
            number=number,
            language=self.language,
            languages=text.LANGUAGES,
            notes_heading=_("Notes for the speaker"),
            drawn=drawn,
            others=_others(drawn),
            printed=self._printed(slide),
            met=_met(slide),
            scale=[cell(ClassCell(words.class_name(name), name)) for name in SCALE],
            border=MAP_COLOURS["member_border"],
            most_shares=MOST_SHARES,
            cell=cell,
        )

    def _drawn(self, slide: Slide, picture: SlidePicture) -> Drawn:
        """
        Draw a picture of a slide; a map of gaps is kept for the live map too,
        but where two stand side by side.
        """
        match picture:
            case AreaMap():
                return Drawn(picture, _made(area_picture(self.facts)))
            case ShareMap(measure):
                drawn, breaks = population_picture(self.facts, measure)
                legend = tuple(population_legend(self.facts, measure, breaks))
                return Drawn(picture, _made(drawn), legend=legend)
            case AgePyramid(ages):
                return Drawn(picture, _made(pyramid.pyramid(ages.people, ages.country)))
            case GapMap():
                return self._drawn_gaps(slide, picture)

    def _drawn_gaps(self, slide: Slide, picture: GapMap) -> Drawn:
        drawn = _made(gap_picture(self.facts, picture.analysis, picture.measure, focus=picture.focus))
        if slide.shown is None:
            return Drawn(picture, drawn)
        key = self.picture_key(
            picture.analysis, picture.said, picture.measure, dataset=picture.dataset, heading=picture.heading
        )
        # Of two maps the last is explained; one without its norm beside it has no legend in print.
        is_explained = picture is slide.pictures[-1] and bool(picture.notes)
        return Drawn(picture, drawn, key, tuple(self._legend(picture)) if is_explained else ())

    def _legend(self, picture: GapMap) -> list[Markup]:
        """Return the classes that stand on a map, and all of the scale."""
        measure = picture.measure or self._coverage(picture).measure
        classes = measure.classes or {}
        present = {classes.get(code, "unknown") for code in self.facts.members}
        return [
            cell(ClassCell(measure.labels[name], name))
            for name in gaps.class_labels()
            if name in present or name in SCALE
        ]

    def _coverage(self, picture: GapMap) -> Look:
        return look_of(self.facts, picture.analysis, View("gap", group=picture.analysis.group_id))

    def _printed(self, slide: Slide) -> list[Markup]:
        """
        Return the services of a slide in full, with contacts:
        paper has room for those that the screen leaves out.
        """
        return [
            _made(services_table(self.facts, [(service, None) for service in table.services], table.caption))
            for table in slide.tables
            if table.services and (slide.kind == "services" or table.rest)
        ]


def _made(drawn: str) -> Markup:
    """Mark a drawing or a table of ours as markup: whoever made it escaped the names in it."""
    return Markup(drawn)  # noqa: S704  # escaped where it was made


def _others(drawn: list[Drawn]) -> str:
    """Return what else the list above the map offers on a slide of two maps; "" where there is one."""
    maps = [(one.key, one.picture.name) for one in drawn if isinstance(one.picture, GapMap) and one.key]
    if len(maps) < 2:
        return ""
    return json.dumps([{"key": key, "label": name} for key, name in reversed(maps)])


def _met(slide: Slide) -> dict[str, str]:
    """Return the parts of the bars of a slide with their fill, each once."""
    bars = [part for table in slide.tables for row in table.rows for part in row if isinstance(part, MetBar)]
    order = [part for bar in bars for part in bar.parts]
    return {
        part.name: GAP_CLASSES[name].fill for name in GAP_CLASSES for part in order if part.gap_class == name
    }

"""From a step of a story to what its slide tells: one door for the pack and for PPTX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from dashboard import text
from dashboard.documents.facts import slides_area, slides_views
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.slide import Slide, StoryText
from geodata.stories import Step, View, said

MAKERS: Final[Mapping[str, Callable[[AreaFacts, View], Slide]]] = MappingProxyType(
    {
        "title": slides_area.title,
        "population": slides_area.population,
        "services": slides_area.services,
        "help": slides_area.totals,
        "certainty": slides_area.certainty,
        "gap": slides_views.gap,
        "village": slides_views.village,
        "scenario": slides_views.scenario,
        "compare": slides_views.compare,
        "ages": slides_views.ages,
    }
)
"""What makes the slide of each kind of view; the title and the notes for the speaker are the step's."""


def slide_of(facts: AreaFacts, step: Step) -> Slide:
    """Return what a step tells, in the language that is spoken."""
    return replace(
        MAKERS[step.view.kind](facts, step.view),
        title=story_text(step.sentence),
        spoken=story_text(step.notes),
    )


def story_text(texts: Mapping[str, str]) -> StoryText:
    """Return a text in the language that is spoken, else in the first it has."""
    return StoryText(*said(texts, text.current()))

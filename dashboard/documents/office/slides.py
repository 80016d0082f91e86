"""A story as PPTX: native charts and tables that can be edited, maps as pictures, notes for the speaker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from dashboard import text
from dashboard.documents.facts import words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.slide import Slide, StoryText
from dashboard.documents.facts.slides import slide_of, story_text
from dashboard.documents.office import slides_area, slides_maps
from dashboard.documents.office.show import Show
from dashboard.text import _
from geodata.stories import Story

LAYOUTS: Final[Mapping[str, Callable[[Show, Any, Slide], None]]] = MappingProxyType(
    {
        "title": slides_area.title,
        "population": slides_area.population,
        "services": slides_area.services,
        "help": slides_area.totals,
        "certainty": slides_area.certainty,
        "village": slides_area.village,
        "ages": slides_area.ages,
        "gap": slides_maps.gap,
        "scenario": slides_maps.scenario,
        "compare": slides_maps.compare,
    }
)
"""Where the parts of a slide of each kind stand; what they say is told by `facts.slides`."""


def marked(written: StoryText) -> str:
    """Return a text of a story; one in another language than the spoken says so."""
    if written.language == text.current() or not written.text:
        return written.text
    return f"{written.text} [{text.LANGUAGES[written.language]}]"


def build(facts: AreaFacts, story: Story, language: str) -> bytes:
    """
    Write a story as a presentation.

    Parameters
    ----------
    facts
        Facts of the area.
    story
        A story of this area.
    language
        "cs", "pl" or "en".
    """
    with text.speaking(language):
        show = Show(facts, marked(story_text(story.title)))
        for step in story.steps:
            slide = slide_of(facts, step)
            page = show.slide(marked(slide.title), marked(slide.spoken))
            if slide.is_excuse:
                show.words(page, slide.said, (0.5, 1.5, 12.3, 1), 24)
            else:
                LAYOUTS[slide.kind](show, page, slide)
        page = show.slide(_("Sources"))
        show.words(
            page,
            [*words.origin_lines(facts), _("Data as of {day}", day=text.date(facts.data_date))],
            (0.5, 1.4, 12.3, 5.5),
            14,
        )
        return show.saved()

"""
The deck on the page for presenting: the very file of the meeting pack, in a frame.

There is no second engine for slides: what is rehearsed here is what stands on the USB stick.
A small script of ours (static/dosah-deck.js) starts it in full screen and tells Streamlit which slide
is shown, for the address.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from dashboard import text
from dashboard.answers.shared import Shared
from dashboard.text import _
from geodata.stories import Story, parse_story, write_story

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset

FOLDER: Final = Path(__file__).parents[1] / "static"
KEY: Final = "dosah-deck"


_PACKS: Final[Shared[str]] = Shared(12)


def pack_of(dataset: Dataset, story: Story, language: str) -> str:
    """Return the meeting pack of a story."""
    written = write_story(story)

    def make() -> str:
        from dashboard.documents.facts.shared import area_facts
        from dashboard.documents.pack import make

        return make.build(area_facts(dataset, story.area_id), parse_story(written, "story"), language)

    return _PACKS.get((dataset.version, written, language), make)


def slides_of(dataset: Dataset, story: Story, language: str) -> bytes:
    """Return a story as PPTX; a map in it takes a second, so it is made only when it is asked for."""
    from dashboard.documents.facts.shared import area_facts
    from dashboard.documents.office import slides

    return slides.build(area_facts(dataset, story.area_id), story, language)


@cache
def _component() -> Any:
    """
    Return our component; it is registered when the page is first shown,
    where there is a server to know it.
    """
    return st.components.v2.component(
        "dosah_deck",
        css=(FOLDER / "dosah-deck.css").read_text("utf-8"),
        js=(FOLDER / "dosah-deck.js").read_text("utf-8"),
        isolate_styles=False,
    )


def show(page: str, step: int) -> int:
    """
    Show a deck from a slide on.

    Parameters
    ----------
    page
        The meeting pack.
    step
        Slide to begin with, from 1.

    Returns
    -------
    step
        The slide that is shown now, as far as the browser has told.
    """
    name = hashlib.sha256(page.encode()).hexdigest()[:12]
    # The component keeps what it told last; another deck begins anew.
    result = _component()(
        data={
            "name": name,
            "page": page,
            "step": step,
            "words": {
                "start": _("Start full screen"),
                "frame": _("Slides"),
                "speaker": _("Speaker’s window"),
            },
        },
        default={"shown": None},
        on_shown_change=lambda: None,
        key=f"{KEY}-{text.current()}",
    )
    state = getattr(result, "shown", None)
    if isinstance(state, dict) and state.get("name") == name and isinstance(state.get("step"), int | float):
        return int(state["step"])
    return step

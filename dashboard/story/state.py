"""
The reader's own stories in the session: one for each planning area, with what they were before, for "undo".

A short one also stands in the address of the page for presenting, so that reloading loses
nothing and a link shares it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import text
from dashboard.story import edit, words
from dashboard.text import _, speaking
from geodata.stories import Story, View

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset

CHOSEN: Final = "dosah-present-story"
"""Key of the session: the story that the page for presenting shows."""
_KEPT: Final = "dosah-own-stories"
_BEFORE: Final = "dosah-own-stories-before"
_VERSION: Final = "dosah-own-stories-version"
MOST_UNDONE: Final = 30


def own(area_id: str) -> Story:
    """Return the reader's own story of an area; one without steps where there is none yet."""
    kept: dict[str, Story] = st.session_state.get(_KEPT, {})
    return kept.get(area_id) or edit.empty(area_id, _titles())


def _titles() -> dict[str, str]:
    found = {}
    for language in text.LANGUAGES:
        with speaking(language):
            found[language] = _("My own story")
    return found


def put(story: Story, *, is_typed: bool = False) -> None:
    """
    Keep a story of an area; the one before can be brought back.

    `is_typed`: a field of the page says so itself, and keeps the focus;
    else every field starts from the story again, because Streamlit would keep what was typed into it before.
    """
    kept: dict[str, Story] = dict(st.session_state.get(_KEPT, {}))
    before: dict[str, tuple[Story, ...]] = dict(st.session_state.get(_BEFORE, {}))
    was = kept.get(story.area_id) or own(story.area_id)
    if was == story:
        return
    before[story.area_id] = (*before.get(story.area_id, ()), was)[-MOST_UNDONE:]
    kept[story.area_id] = story
    st.session_state[_KEPT], st.session_state[_BEFORE] = kept, before
    if not is_typed:
        _renew()


def undo(area_id: str) -> None:
    """Bring back the story as it was before the last change."""
    before: dict[str, tuple[Story, ...]] = dict(st.session_state.get(_BEFORE, {}))
    if not before.get(area_id):
        return
    *rest, last = before[area_id]
    before[area_id] = tuple(rest)
    st.session_state[_BEFORE] = before
    st.session_state[_KEPT] = {**st.session_state.get(_KEPT, {}), area_id: last}
    _renew()


def can_undo(area_id: str) -> bool:
    """Tell whether there is anything to bring back."""
    return bool(st.session_state.get(_BEFORE, {}).get(area_id))


def _renew() -> None:
    """Let the fields of the page start from the story again."""
    st.session_state[_VERSION] = st.session_state.get(_VERSION, 0) + 1


def version() -> int:
    """Return a number that grows with every change that no field of the page made itself."""
    return int(st.session_state.get(_VERSION, 0))


def choose_own() -> None:
    """Let the page for presenting show the reader's own story."""
    st.session_state[CHOSEN] = edit.OWN
    _renew()


# -- adding a view -------------------------------------------------------------------------------------------


def add(area_id: str, area_name: str, view: View, names: Mapping[str, str]) -> int:
    """
    Add a view with its first sentence in every language, and return which step it is;
    0 where there is no room.
    """
    sentences = {}
    for language in text.LANGUAGES:
        with speaking(language):
            sentences[language] = words.first_sentence(view, names, area_name)
    story = own(area_id)
    longer = edit.added(story, view, sentences)
    put(longer)
    return len(longer.steps) if longer != story else 0


def names_of(dataset: Dataset, view: View) -> dict[str, str]:
    """Return the name of the municipality that a view is about."""
    if view.municipality is None:
        return {}
    table = dataset["municipality"]
    rows = table.loc[table["municipality_code"] == view.municipality]
    return dict(zip(rows["municipality_code"], rows["name"], strict=True))

"""
Present: a story of an area in full screen, and the reader's own story, made of views
added on the other pages.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import text
from dashboard.address import kept as address_kept
from dashboard.address.question import LANGUAGE_PARAMETER
from dashboard.answers import areas as answers_areas
from dashboard.answers import dataset as data
from dashboard.gaps import controls
from dashboard.story import deck, edit, editor, state
from dashboard.story.words import problem_sentences
from dashboard.tables.html import html
from dashboard.text import _, ngettext
from geodata.stories import Story, StoryError, said, stories, story_for

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset

STORY: Final = "story"
STEP: Final = "step"
OWN: Final = edit.OWN
LINK: Final = "own_story"
_STORY_KEY: Final = state.CHOSEN
_AREA: Final = "dosah-present-area"
_TURNS: Final = "dosah-present-turns"
_WRITTEN: Final = "dosah-present-written"
_STEP_KEY: Final = "dosah-present-step"
_LINK_READ: Final = "dosah-present-link"
_PROBLEMS: Final = "dosah-present-problems"


def ready(area: str) -> dict[str, Story]:
    """Return the stories of the project that tell of an area."""
    return {story_id: story for story_id, story in stories().items() if story.area_id == area}


def take_link(dataset: Dataset) -> str | None:
    """Take the story that an address brings into the session, once; return the area it tells of."""
    word = st.query_params.get(LINK, "")
    if not word or word == st.session_state.get(_LINK_READ):
        return None
    st.session_state[_LINK_READ] = word
    try:
        story = edit.from_link(word)
    except StoryError as error:
        st.session_state[_PROBLEMS] = problem_sentences(error.found)
        return None
    if story.area_id not in answers_areas.areas_of(dataset):
        st.session_state[_PROBLEMS] = [_("It tells of an area that these data do not have.")]
        return None
    state.put(story)
    return story.area_id


def show_problems() -> None:
    """Say what was wrong with the story of the address."""
    problems = st.session_state.pop(_PROBLEMS, None)
    if problems:
        st.warning(_("The story in the address cannot be told:"))
        st.html("<ul>" + "".join(f"<li>{html(problem)}</li>" for problem in problems) + "</ul>")


def choose(dataset: Dataset, brought: str | None) -> tuple[str, str]:
    """Let the reader choose area and story; return both ids."""
    start = address_kept.starting_choice(controls.vocabulary(dataset))
    areas = {code: name for code, (name, _country) in answers_areas.areas_of(dataset).items()}
    if brought is not None:
        start = replace(start, area=brought)
    where, what = st.columns(2, gap="large")
    with where:
        area = st.selectbox(
            _("Area"),
            list(areas),
            index=list(areas).index(start.area),
            format_func=areas.__getitem__,
            key=f"dosah-present-area-{_turn('area', start.area != st.session_state.get(_AREA))}",
        )
    st.session_state[_AREA] = area
    st.session_state[address_kept.CHOICE_KEY] = replace(start, area=area)
    of_the_project = ready(area)
    own = state.own(area)
    labels = {story_id: said(story.title, text.current())[0] for story_id, story in of_the_project.items()}
    labels[OWN] = ngettext("My own story ({n} step)", "My own story ({n} steps)", len(own.steps))
    asked = st.query_params.get(STORY, "")
    if asked and asked not in labels:
        words = _(
            "The address asks for a story that is not known here ({what}). Another one is shown.",
            what=text.plain(asked[:40]),
        )
        st.info(words)
    is_new = asked in labels and asked != st.session_state.get(_WRITTEN, {}).get(STORY)
    wanted = asked if is_new else st.session_state.get(_STORY_KEY)
    options = list(labels)
    turn = _turn("story", is_new)
    with what:
        story = st.selectbox(
            _("Story"),
            options,
            index=options.index(wanted) if wanted in options else 0,
            format_func=labels.__getitem__,
            key=f"{_STORY_KEY}-{area}-{turn}-{text.current()}-{state.version()}-{len(own.steps)}",
        )
    st.session_state[_STORY_KEY] = story
    return area, story


def _turn(name: str, is_next: bool) -> int:
    """
    Count how often a list must start from the address or the session again.

    Its key changes only then: with a new key the list would lose the focus after every choice.
    """
    turns: dict[str, int] = st.session_state.get(_TURNS, {})
    turn = turns.get(name, 0) + is_next
    st.session_state[_TURNS] = {**turns, name: turn}
    return turn


def starting_step(story_id: str, steps: int) -> int:
    """
    Take the slide from the address if it is new, else from the session;
    another story begins at its first.
    """
    key = (story_id, text.current())
    written = st.session_state.get(_WRITTEN, {})
    raw = st.query_params.get(STEP, "")
    is_new = raw.isdecimal() and raw != written.get(STEP) and len(raw) < 4
    kept: dict[tuple[str, str], int] = st.session_state.get(_STEP_KEY, {})
    step = int(raw) if is_new else kept.get(key, kept.get((story_id, ""), 1))
    return min(max(step, 1), max(steps, 1))


def keep(area: str, story_id: str, step: int, own: Story) -> None:
    """Write area, story, slide and a short story of one's own into the address."""
    parameters = {"area": area, STORY: story_id}
    if step > 1:
        parameters[STEP] = str(step)
    if story_id == OWN and own.steps:
        word = edit.to_link(own)
        if word:
            parameters[LINK] = word
            st.session_state[_LINK_READ] = word
    st.session_state[_WRITTEN] = parameters
    st.session_state[address_kept.WRITTEN_KEY] = {"area": area}
    st.session_state[_STEP_KEY] = {(story_id, ""): step, (story_id, text.current()): step}
    language = {name: one for name, one in st.query_params.items() if name == LANGUAGE_PARAMETER}
    if {**language, **parameters} != st.query_params.to_dict():
        st.query_params.from_dict({**language, **parameters})


def show_keys() -> None:
    """Say which keys do what."""
    lines = [
        _("→ ↓ Space, PageDown or the clicker: next slide; ← ↑, PageUp: back; Home, End: first and last."),
        _("N: notes · P: speaker’s window with notes, next slide and time · R: start the time again."),
        _("B or full stop: black screen · F: full screen · on a touch screen swipe."),
    ]
    with st.expander(_("Keys")):
        st.html("".join(f"<p>{html(line)}</p>" for line in lines))


@st.fragment
def show_deck(dataset: Dataset, area: str, story_id: str, story: Story, own: Story) -> None:
    """Show the slides; a step runs only this part again."""
    with st.spinner(_("Drawing slides and maps…")):
        page = deck.pack_of(dataset, story, text.current())
    step = deck.show(page, starting_step(story_id, len(story.steps)))
    keep(area, story_id, step, own)


def show_files(dataset: Dataset, story: Story, story_id: str) -> None:
    """Offer the story as files for a hall without this dashboard."""
    language = text.current()
    name = f"{story.area_id}-{language}" if story_id != OWN else f"dosah-{story.area_id}-{language}"
    with st.container(horizontal=True):
        st.download_button(
            _("Download as one file for a USB stick (HTML)"),
            deck.pack_of(dataset, story, language),
            file_name=f"{name}.html",
            mime="text/html",
            on_click="ignore",
        )
        st.download_button(
            _("Download as slides (PPTX)"),
            lambda: deck.slides_of(dataset, story, language),
            file_name=f"{name}.pptx",
            mime="application/vnd.openxmlformats-officedocument.presentationml.presentation",
            on_click="ignore",
        )


def page() -> None:
    """Arrange the page."""
    dataset = data.dataset()
    st.title(_("Present"), anchor=False)
    brought = take_link(dataset)
    show_problems()
    area, story_id = choose(dataset, brought)
    own = state.own(area)
    story = own if story_id == OWN else story_for(area, story_id)
    if story.steps:
        show_deck(dataset, area, story_id, story, own)
        show_keys()
        show_files(dataset, story, story_id)
    else:
        st.info(
            _(
                "Your story has no step yet. Add views with the button “Add to story” "
                "on the other pages, or begin below."
            )
        )
        keep(area, story_id, 1, own)
    editor.show(dataset, area, ready(area))


if __name__ == "__main__":
    page()

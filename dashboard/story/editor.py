"""
The part of the page for presenting where the reader's own story is made:
steps in order, their words, files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import text
from dashboard.address import kept
from dashboard.address.question import Choice
from dashboard.answers import areas as answers_areas
from dashboard.answers.areas import groups_of_country
from dashboard.frame import uploads
from dashboard.phrases.labels import group_label
from dashboard.story import edit, state
from dashboard.story import words as story_words
from dashboard.tables.html import html
from dashboard.text import _, ngettext
from geodata.stories import (
    LONGEST,
    MOST_STEPS,
    Step,
    Story,
    StoryError,
    View,
    parse_story,
    said,
    write_story,
)

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset

FILE_KEY: Final = "dosah-story-file"
_PROBLEMS: Final = "dosah-story-problems"
_KIND: Final = "dosah-story-kind"
SENIORS: Final = ("home_care", "residential_seniors", "day_care", "respite_residential")


def show(dataset: Dataset, area: str, ready: Mapping[str, Story]) -> None:
    """Show the reader's own story of an area, to arrange and to say in other words."""
    story = state.own(area)
    st.header(_("My own story"), anchor=False)
    about = _(
        "On Map of gaps, Village, What if and Needs the button “Add to story” adds what you see there: "
        "its settings, not a picture, so that the figures are always those of the data."
    )
    st.html(f"<p>{html(about)}</p>")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for one in ready.values():
            st.button(
                _("Begin from the ready story"),
                key=f"dosah-story-copy-{one.story_id}-{text.current()}",
                on_click=_copy,
                args=(one,),
            )
        st.button(
            _("Undo"),
            key=f"dosah-story-undo-{text.current()}",
            disabled=not state.can_undo(area),
            on_click=state.undo,
            args=(area,),
        )
        if story.steps:
            st.download_button(
                _("Save the story as a file"),
                write_story(story),
                file_name=f"dosah-story-{area}.yaml",
                mime="application/yaml",
                on_click="ignore",
            )
    show_loading(dataset)
    if story.steps:
        _show_title(story)
        names = _names(dataset, story)
        name = answers_areas.areas_of(dataset)[area][0]
        for position, step in enumerate(story.steps):
            _show_step(story, position, step, names, name)
        _show_sharing(story)
    show_adding(dataset, area)


def _copy(story: Story) -> None:
    own = state.own(story.area_id)
    state.put(Story(own.story_id, story.area_id, story.title, (*own.steps, *story.steps)[:MOST_STEPS]))
    state.choose_own()


def _names(dataset: Dataset, story: Story) -> dict[str, str]:
    codes = {step.view.municipality for step in story.steps if step.view.municipality}
    table = dataset["municipality"]
    rows = table.loc[table["municipality_code"].isin(codes)]
    return dict(zip(rows["municipality_code"], rows["name"], strict=True))


# -- the steps -----------------------------------------------------------------------------------------------


def _key(part: str, position: int | str) -> str:
    return f"dosah-story-{part}-{position}-{state.version()}-{text.current()}"


def _show_title(story: Story) -> None:
    title, language = said(story.title, text.current())
    key = _key("title", "story")
    st.text_input(
        _with_language(_("Title of the story"), language),
        title,
        max_chars=LONGEST["title"],
        key=key,
        on_change=_retitle,
        args=(story.area_id, key, language),
    )


def _retitle(area: str, key: str, language: str) -> None:
    changed = edit.titled(state.own(area), st.session_state[key], language)
    state.put(changed, is_typed=True)


def _with_language(label: str, language: str) -> str:
    """Say in which language a text is written where it is not the reader's."""
    return label if language == text.current() else f"{label} – {text.LANGUAGES[language]}"


def _show_step(story: Story, position: int, step: Step, names: Mapping[str, str], area_name: str) -> None:
    number = text.number(position + 1)
    with st.container(border=True, key=f"dosah-story-step-{position}"):
        words = story_words.view_words(step.view, names, area_name)
        st.html(f'<h3 class="dosah-step">{html(f"{number}. {words}")}</h3>')
        left, right = st.columns(2, gap="medium")
        with left:
            sentence, language = said(step.sentence, text.current())
            key = _key("sentence", position)
            st.text_input(
                _with_language(_("Sentence on the slide"), language),
                sentence,
                max_chars=LONGEST["sentence"],
                key=key,
                on_change=_reword,
                args=(story.area_id, position, "sentence", key, language),
            )
        with right:
            notes, language = said(step.notes, text.current())
            key = _key("notes", position)
            st.text_area(
                _with_language(_("Notes for the speaker"), language),
                notes,
                max_chars=LONGEST["notes"],
                height=80,
                key=key,
                on_change=_reword,
                args=(story.area_id, position, "notes", key, language),
            )
        with st.container(horizontal=True):
            last = len(story.steps) - 1
            for label, change, is_off in (
                (_("Move up"), -1, position == 0),
                (_("Move down"), 1, position == last),
            ):
                st.button(
                    label,
                    key=_key(f"move{change}", position),
                    disabled=is_off,
                    on_click=_move,
                    args=(story.area_id, position, change),
                )
            st.button(
                _("Remove"), key=_key("remove", position), on_click=_remove, args=(story.area_id, position)
            )


def _reword(area: str, position: int, part: str, key: str, language: str) -> None:
    changed = edit.reworded(state.own(area), position, part, st.session_state[key], language)
    state.put(changed, is_typed=True)


def _move(area: str, position: int, change: int) -> None:
    state.put(edit.moved(state.own(area), position, change))


def _remove(area: str, position: int) -> None:
    state.put(edit.removed(state.own(area), position))


# -- more slides ---------------------------------------------------------------------------------------------


def _ready_views(groups: list[str]) -> dict[str, tuple[str, View]]:
    seniors = tuple(one for one in SENIORS if one in groups)
    return {
        "title": (_("Title"), View("title")),
        "share_65": (_("Share of people aged 65 and over"), View("population", measure="share_65")),
        "share_80": (_("Share of people aged 80 and over"), View("population", measure="share_80")),
        "services": (_("Who helps older people"), View("services", groups=seniors)),
        "compare": (_("Two kinds of help side by side"), View("compare")),
        "certainty": (_("How sure we are"), View("certainty")),
        "help": (_("What is missing most"), View("help")),
    }


def show_adding(dataset: Dataset, area: str) -> None:
    """Offer slides that no other page shows."""
    name, country = answers_areas.areas_of(dataset)[area]
    groups = groups_of_country(country)
    views = _ready_views(groups)
    with st.expander(_("Add another slide")):
        kind = st.selectbox(
            _("Slide"), list(views), format_func=lambda one: views[one][0], key=f"{_KIND}-{text.current()}"
        )
        view = views[kind][1]
        if kind == "compare":
            left, right = st.columns(2)
            first = left.selectbox(
                _("Left"), groups, format_func=group_label, key=f"{_KIND}-left-{country}-{text.current()}"
            )
            others = [one for one in groups if one != first]
            second = right.selectbox(
                _("Right"), others, format_func=group_label, key=f"{_KIND}-right-{first}-{text.current()}"
            )
            view = View("compare", groups=(first, second))
        st.button(
            _("Add the slide"),
            key=f"dosah-story-add-{text.current()}",
            on_click=_add,
            args=(area, name, view),
        )


def _add(area: str, area_name: str, view: View) -> None:
    state.add(area, area_name, view, {})


# -- files and links -----------------------------------------------------------------------------------------


def _show_sharing(story: Story) -> None:
    if edit.to_link(story):
        words = _("The address of this page holds your story: copy it to share or to keep it.")
    else:
        words = _("Your story is too long for an address. Save it as a file to keep or to share it.")
    st.html(f"<p>{html(words)}</p>")


def show_loading(dataset: Dataset) -> None:
    """Load a story from a file; every mistake is told at once."""
    with st.expander(_("Load a story from a file")):
        uploads.ask(
            _("Story (YAML)"),
            ["yaml", "yml"],
            FILE_KEY,
            1,
            on_change=_load,
            args=(set(answers_areas.areas_of(dataset)),),
        )
    problems: list[str] = st.session_state.get(_PROBLEMS, [])
    if problems:
        count = ngettext("{n} mistake:", "{n} mistakes:", len(problems))
        st.warning(_("This story cannot be told. {count}", count=count))
        st.html("<ul>" + "".join(f"<li>{html(problem)}</li>" for problem in problems) + "</ul>")


def _load(areas: set[str]) -> None:
    """Take a story from a file into the session, and the page to its area."""
    file = st.session_state.get(FILE_KEY)
    st.session_state[_PROBLEMS] = []
    if file is None:
        return
    try:
        story = parse_story(file.getvalue(), file.name)
    except StoryError as error:
        st.session_state[_PROBLEMS] = story_words.problem_sentences(error.found)
        return
    if story.area_id not in areas:
        st.session_state[_PROBLEMS] = [_("It tells of an area that these data do not have.")]
        return
    state.put(Story(edit.OWN, story.area_id, story.title, story.steps))
    state.choose_own()
    before: Choice = st.session_state.get(kept.CHOICE_KEY, Choice())
    st.session_state[kept.CHOICE_KEY] = replace(before, area=story.area_id)

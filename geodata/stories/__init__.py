"""
Stories told in a hall: views that follow one another,
each with a sentence on the screen and notes for the speaker.

One YAML per story in this folder; `_steps.yaml` holds steps that several stories tell in the same words,
and a story may say any of them in its own. Figures never stand in a story:
they are computed when it is told. The stories of the project are told in three languages;
one of a reader's own needs only the language it was written in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

import yaml

from geodata.errors import UnknownCodeError
from geodata.guarded import yaml_text
from geodata.guarded.refusals import RefusedTextError
from geodata.guarded.yaml_text import YamlLimits
from geodata.stories.problems import Problem, StoryError, short_text
from geodata.stories.views import (
    GAP_MEASURES,
    MEASURES,
    PICTURES,
    VIEW_KINDS,
    View,
    read_view,
    view_mapping,
)
from geodata.vocabulary.codes import LANGUAGES

__all__ = [
    "GAP_MEASURES", "LARGEST_BYTES", "LONGEST", "MEASURES", "MOST_STEPS", "PICTURES", "VIEW_KINDS",
    "Problem", "Step", "Story", "StoryError", "View", "clean", "parse_story", "read_story", "said",
    "stories", "story_for", "story_mapping", "write_story",
]  # fmt: skip

LARGEST_BYTES: Final = 200_000
MOST_STEPS: Final = 40
_LIMITS: Final = YamlLimits(bytes=LARGEST_BYTES)
LONGEST: Final[Mapping[str, int]] = MappingProxyType({"title": 120, "sentence": 160, "notes": 2000})
"""Characters of a text at most: a longer sentence cannot be read in a hall."""
_LONGEST_ID: Final = 80
_STEP_KEYS: Final = frozenset({"use", "view", "sentence", "notes"})
_STORY_KEYS: Final = frozenset({"story_id", "area_id", "language", "title", "steps"})
_NO_TEXT: Final = {"title": "no_title", "sentence": "no_sentence", "notes": "no_notes"}


@dataclass(frozen=True)
class Step:
    """One step of a story; `sentence` and `notes` by language."""

    view: View
    sentence: Mapping[str, str]
    notes: Mapping[str, str]


@dataclass(frozen=True)
class Story:
    """A story of one planning area; `title` by language."""

    story_id: str
    area_id: str
    title: Mapping[str, str]
    steps: tuple[Step, ...]


def said(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """
    Return a text in a language, else in the first one it has, and the language it is in.

    Whoever shows it says so where the second is not what was asked for.
    A text that is not there is "" in `language`.
    """
    for shown_in in (language, *LANGUAGES):
        if texts.get(shown_in):
            return texts[shown_in], shown_in
    return "", language


def clean(text: str) -> str:
    """Return a text on one line, without signs that no letter of a document can be."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


# -- reading -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Texts:
    """How the texts of a file are read: in all languages or in some, plain ones in `language`."""

    is_whole: bool
    language: str | None
    problems: list[Problem]

    def read(self, value: Any, name: str, step: int | None = None) -> Mapping[str, str]:
        """Read a text by language; a plain one is in the language of the story."""
        if isinstance(value, str) and self.language is not None:
            value = {self.language: value}
        if not isinstance(value, dict):
            if value is not None or name != "notes" or self.is_whole:
                self.problems.append(Problem(_NO_TEXT[name], "", step, name))
            return MappingProxyType({})
        texts = {
            language: clean(value[language])
            for language in LANGUAGES
            if isinstance(value.get(language), str) and clean(value[language])
        }
        self.problems.extend(
            Problem(code, part, step, name) for code, part in self._problems(value, texts, name)
        )
        return MappingProxyType(texts)

    def _problems(
        self, value: Mapping[Any, Any], texts: Mapping[str, str], name: str
    ) -> Iterator[tuple[str, str]]:
        for key in value:
            if key not in LANGUAGES:
                yield "unknown_key", short_text(key)
        for language in LANGUAGES:
            if language not in texts and (self.is_whole or not isinstance(value.get(language, ""), str)):
                yield "no_text_in", language
            elif len(texts.get(language, "")) > LONGEST[name]:
                yield "too_long", str(LONGEST[name])
        if not texts and name != "notes" and not self.is_whole:
            yield _NO_TEXT[name], ""


def read_story(content: Any, file: str, common: Mapping[str, Any], *, is_whole: bool = False) -> Story:
    """
    Read a story from parsed YAML.

    Parameters
    ----------
    content
        What the YAML holds. Nothing in it is taken for granted.
    file
        Its name as the reader knows it.
    common
        Steps that `use` may name.
    is_whole
        Every text is needed in all languages (the stories of the project); else in one.

    Raises
    ------
    StoryError
        With every problem of the file.
    """
    if not isinstance(content, dict):
        raise StoryError(file, [Problem("not_mapping")])
    problems = [Problem("unknown_key", short_text(key)) for key in content if key not in _STORY_KEYS]
    for key in ("story_id", "area_id"):
        value = content.get(key)
        if not isinstance(value, str) or not clean(value) or len(value) > _LONGEST_ID:
            problems.append(Problem("missing", key))
    language = content.get("language")
    if language is not None and language not in LANGUAGES:
        problems.append(Problem("bad_value", f"language: {short_text(language)}"))
        language = None
    texts = _Texts(is_whole, language, problems)
    title = texts.read(content.get("title"), "title")
    entries = content.get("steps")
    if not isinstance(entries, list) or not entries:
        problems.append(Problem("no_steps"))
        entries = []
    if len(entries) > MOST_STEPS:
        problems.append(Problem("too_many_steps", str(MOST_STEPS)))
    steps = [
        _step(entry, number, texts, common) for number, entry in enumerate(entries[:MOST_STEPS], start=1)
    ]
    if problems:
        raise StoryError(file, problems)
    return Story(
        clean(content["story_id"]), clean(content["area_id"]), title, tuple(step for step in steps if step)
    )


def _step(entry: Any, number: int, texts: _Texts, common: Mapping[str, Any]) -> Step | None:
    problems = texts.problems
    if not isinstance(entry, dict):
        problems.append(Problem("step_not_mapping", step=number))
        return None
    problems += [Problem("unknown_key", short_text(key), number) for key in entry if key not in _STEP_KEYS]
    base: Mapping[str, Any] = {}
    if "use" in entry:
        used = entry["use"]
        if not isinstance(used, str) or used not in common:
            problems.append(Problem("unknown_step", short_text(used), number))
            return None
        base = common[used]
    view = _view_of(entry.get("view"), base.get("view"))
    return Step(
        read_view(view, number, problems),
        texts.read(entry.get("sentence", base.get("sentence")), "sentence", number),
        texts.read(entry.get("notes", base.get("notes")), "notes", number),
    )


def _view_of(own: Any, shared: Any) -> Any:
    """Lay the view of a step over that of the shared step; a view of another kind is all its own."""
    if own is None:
        return shared
    is_other = not isinstance(own, dict) or own.get("kind") not in (None, (shared or {}).get("kind"))
    return own if is_other else {**(shared or {}), **own}


def _parsed(text: str | bytes, file: str) -> Any:
    try:
        return yaml_text.parse(text, file, _LIMITS)
    except RefusedTextError as error:
        raise StoryError(file, [Problem("refused", refusal=error.refusal)]) from None


@cache
def _common() -> Mapping[str, Any]:
    text = resources.files("geodata.stories").joinpath("_steps.yaml").read_text(encoding="utf-8")
    return MappingProxyType(dict(_parsed(text, "_steps.yaml")))


@cache
def stories() -> Mapping[str, Story]:
    """Return the stories of the project by their id."""
    by_id: dict[str, Story] = {}
    for file in sorted(resources.files("geodata.stories").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml") and not file.name.startswith("_"):
            content = _parsed(file.read_text(encoding="utf-8"), file.name)
            story = read_story(content, file.name, _common(), is_whole=True)
            if story.story_id in by_id:
                raise StoryError(file.name, [Problem("bad_value", f"story_id: {story.story_id}")])
            by_id[story.story_id] = story
    return MappingProxyType(by_id)


def parse_story(text: str | bytes, file: str) -> Story:
    """
    Read a story of somebody's own from its YAML, text or UTF-8;
    it may use the steps that this project's stories share.

    Raises
    ------
    StoryError
        With every problem of the file.
    """
    return read_story(_parsed(text, file), file, _common())


def story_for(area_id: str, story_id: str | None = None) -> Story:
    """
    Return a story of an area: the one named, or the first.

    Raises
    ------
    UnknownCodeError
        If there is none, or it belongs to another area.
    """
    if story_id is not None and story_id not in stories():
        raise UnknownCodeError(f"There is no story '{story_id}'. Stories: {', '.join(stories())}.")
    mine = [
        story
        for story in stories().values()
        if story.area_id == area_id and story_id in (None, story.story_id)
    ]
    if not mine:
        raise UnknownCodeError(f"There is no such story of the area '{area_id}'. Give a file of your own.")
    return mine[0]


# -- writing -------------------------------------------------------------------------------------------------


def story_mapping(story: Story) -> dict[str, Any]:
    """Return a story as it stands in a file, every step in full."""
    return {
        "story_id": story.story_id,
        "area_id": story.area_id,
        "title": dict(story.title),
        "steps": [
            {
                "view": view_mapping(step.view),
                "sentence": dict(step.sentence),
                **({"notes": dict(step.notes)} if step.notes else {}),
            }
            for step in story.steps
        ],
    }


def write_story(story: Story) -> str:
    """Write a story as YAML that `parse_story` reads back as the same story."""
    written = yaml.safe_dump(story_mapping(story), allow_unicode=True, sort_keys=False, width=110)
    return str(written)

"""
A story of the reader's own as a value: steps added, moved, reworded, removed. Pure functions;
the session keeps the result.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from geodata.guarded import json_text
from geodata.guarded.json_text import JsonLimits
from geodata.stories import (
    LONGEST,
    MOST_STEPS,
    Problem,
    Step,
    Story,
    StoryError,
    View,
    clean,
    read_story,
    story_mapping,
)

OWN: Final = "own"
"""Id of the reader's own story, in a file and in an address."""
# Longer addresses are cut by mail programs and servers; a longer story goes by file.
LONGEST_LINK: Final = 3500
# Browsers and servers take no longer ones; what is longer is not even unpacked.
LONGEST_READ: Final = 16_000
LONGEST_UNPACKED: Final = 100_000
_LIMITS: Final = JsonLimits(bytes=LONGEST_UNPACKED, containers=1_000, depth=8, keeps_signs=True)


def empty(area_id: str, title: Mapping[str, str]) -> Story:
    """Return a story without steps."""
    return Story(OWN, area_id, dict(title), ())


def added(story: Story, view: View, sentence: Mapping[str, str]) -> Story:
    """Return the story with a step at its end; a full one stays as it is."""
    if len(story.steps) >= MOST_STEPS:
        return story
    cut = {language: clean(one)[: LONGEST["sentence"]] for language, one in sentence.items()}
    return replace(story, steps=(*story.steps, Step(view, cut, {})))


def moved(story: Story, position: int, change: int) -> Story:
    """Return the story with a step moved up (-1) or down (+1)."""
    other = position + change
    if not (0 <= position < len(story.steps) and 0 <= other < len(story.steps)):
        return story
    steps = list(story.steps)
    steps[position], steps[other] = steps[other], steps[position]
    return replace(story, steps=tuple(steps))


def removed(story: Story, position: int) -> Story:
    """Return the story without a step."""
    return replace(story, steps=story.steps[:position] + story.steps[position + 1 :])


def reworded(story: Story, position: int, part: str, text: str, language: str) -> Story:
    """
    Return the story with another sentence or other notes of a step.

    The text is kept in the language it was written in only: the other languages would still say the old one.
    An empty sentence changes nothing, empty notes remove them.
    """
    said = clean(text)[: LONGEST[part]]
    if not 0 <= position < len(story.steps) or (not said and part == "sentence"):
        return story
    texts = {language: said} if said else {}
    step = story.steps[position]
    changed = replace(step, sentence=texts) if part == "sentence" else replace(step, notes=texts)
    return replace(story, steps=(*story.steps[:position], changed, *story.steps[position + 1 :]))


def titled(story: Story, title: str, language: str) -> Story:
    """Return the story with another title, in one language."""
    said = clean(title)[: LONGEST["title"]]
    return replace(story, title={language: said}) if said else story


# -- the address ---------------------------------------------------------------------------------------------


def to_link(story: Story) -> str:
    """Return a story as a word for an address; "" where it is too long for one."""
    written = json.dumps(story_mapping(story), ensure_ascii=False, separators=(",", ":")).encode()
    packed = base64.urlsafe_b64encode(zlib.compress(written, 9)).decode().rstrip("=")
    return packed if len(packed) <= LONGEST_LINK else ""


def _content_of(written: bytes) -> object:
    """
    Return what a link holds; a sign that is no text (pasted from elsewhere) is no
    reason to lose the whole story.
    """
    found = json_text.parse(written, "", _LIMITS)
    return json_text.cleared(written.decode("utf-8-sig"), found)[0]


def from_link(word: str) -> Story:
    """
    Read a story from an address, whoever wrote it.

    Raises
    ------
    StoryError
        With everything that is wrong with it.
    """
    try:
        word = word if len(word) <= LONGEST_READ else ""
        packed = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        reader = zlib.decompressobj()
        written = reader.decompress(packed, LONGEST_UNPACKED)
        # What is longer than a story can be is no story: a small word can hold gigabytes.
        content = _content_of(written) if reader.eof else None
    except (binascii.Error, zlib.error, ValueError):
        content = None
    if content is None:
        raise StoryError("", [Problem("not_mapping")])
    return read_story(content, "", {})

"""
What can be wrong with a story: each problem as a code,
so that a page can say it in its reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from geodata.errors import InputFileError
from geodata.guarded.refusals import Refusal

NEXT_STEP: Final = "docs/DOCUMENTS.md says what a story may hold."
LONGEST_TOLD: Final = 60
MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "not_mapping": "it is no mapping",
        "unknown_key": "unknown key {part}",
        "missing": "{part} is missing or no plain word",
        "no_title": "title is not given",
        "no_steps": "there are no steps",
        "too_many_steps": "there are more than {part} steps",
        "step_not_mapping": "it is no mapping",
        "unknown_step": "it uses an unknown step '{part}'",
        "no_sentence": "sentence is not given",
        "no_notes": "notes are not given",
        "no_text_in": "{part}",
        "too_long": "{part} characters at most",
        "unknown_kind": "a view of this kind is not known: {part}",
        "unknown_view_key": "the view has unknown keys: {part}",
        "unknown_group": "unknown service group {part}",
        "needs_group": "a view of kind {part} needs a group",
        "needs_groups": "a view of kind {part} needs groups",
        "needs_two_groups": (
            "a view of kind {part} needs two groups, or one with beside_norm or beside_limit_km"
        ),
        "needs_municipality": "a view of kind {part} needs a municipality code",
        "needs_changes": "a view of kind {part} needs changes",
        "needs_typed_norm": "the norm 'typed' needs typed_norm_per_1000",
        "bad_measure": "a view of this kind needs a measure ({part})",
        "bad_value": "{part} has a value that cannot be",
    }
)
"""English sentences by code; `{part}` is what the problem is about, as it stands in the file."""


@dataclass(frozen=True)
class Problem:
    """
    One problem of a story.

    code
        A key of `MESSAGES`.
    part
        What it is about, as it stands in the file.
    step
        Which step, counted from 1; None = the story as a whole.
    text
        Which text of it: "title", "sentence", "notes"; "" = none.
    refusal
        Why the file is not read at all, of a problem "refused".
    """

    code: str
    part: str = ""
    step: int | None = None
    text: str = ""
    refusal: Refusal | None = None

    def __str__(self) -> str:
        """Return the English sentence."""
        if self.refusal is not None:
            return self.refusal.said()
        said = MESSAGES[self.code].format(part=self.part)
        if self.code == "no_text_in":
            said = f"{self.text} has no text in {self.part}"
        elif self.code == "too_long":
            said = f"{self.text} is too long: {said}"
        elif self.code == "unknown_key" and self.text:
            said = f"{self.text}: {said}"
        return said if self.step is None else f"step {self.step}: {said}"


class StoryError(InputFileError):
    """
    A story that cannot be told, with every problem of it.

    Parameters
    ----------
    file
        Name of the file as the reader knows it.
    found
        Every problem, in the order of the file.
    """

    def __init__(self, file: str, found: Sequence[Problem]) -> None:
        self.found = tuple(found)
        super().__init__(file, [str(problem) for problem in found], NEXT_STEP)


def short_text(value: object) -> str:
    """Return what stands in the file, short enough to be repeated in a message."""
    word = (
        " ".join(str(value).split()) if isinstance(value, str | int | float | bool) else type(value).__name__
    )
    return word if len(word) <= LONGEST_TOLD else f"{word[: LONGEST_TOLD - 1]}…"

"""
Why a text of a stranger is refused, as a kind that can be said in three languages.

The sentences stand in refusals.yaml beside this module: clauses without a full stop, so that a page,
a command and a list of problems can all set them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

import yaml

from geodata.errors import InputFileError
from geodata.said import Said, in_language


@dataclass(frozen=True)
class Refusal:
    """
    One reason.

    kind
        A key of `refusals` in refusals.yaml.
    value
        What stands in its sentence: a limit, a key.
    line
        Where, from 1; None = the file as a whole.
    """

    kind: str
    value: str = ""
    line: int | None = None

    def said(self, language: str = "en") -> str:
        """Return the reason as a clause in a language."""
        return self.saying().in_language(language)

    def saying(self) -> Said:
        """Return the reason as a clause that can be said in every language."""
        words = _words()
        position = {} if self.line is None else words["places"]["line"]
        clauses = {
            language: clause + position.get(language, "")
            for language, clause in words["refusals"][self.kind].items()
        }
        return Said(clauses, {"value": self.value, "line": self.line})


class RefusedTextError(InputFileError):
    """
    A text that is not read: too large, too deep, broken, or with parts that no file of ours needs.

    `refusal` is the reason; `said` tells it in the reader's language.
    """

    def __init__(self, file: str, refusal: Refusal, next_step: str) -> None:
        self.refusal = refusal
        super().__init__(file, [refusal.said()], next_step)

    def in_language(self, language: str) -> InputFileError:
        """Return the same error in a language; a next step that has no words there stays in English."""
        step = _words()["steps"].get(self.next_step, {}).get(language) or in_language(
            self.next_step, language
        )
        return InputFileError(self.file, [self.refusal.said(language)], str(step))


def read_bounded(path: Path, most_bytes: int, next_step: str = "Check its name.") -> bytes:
    """
    Read a whole file that is no larger than it may be; what is larger is never in memory,
    whatever its size claims.

    Raises
    ------
    RefusedTextError
        If it cannot be opened or is larger than `most_bytes`.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(most_bytes + 1)
    except OSError as error:
        raise RefusedTextError(
            path.name, Refusal("unreadable", str(error.strerror or error)), next_step
        ) from None
    if len(content) > most_bytes:
        raise RefusedTextError(path.name, Refusal("too_large", kilobytes(most_bytes)), next_step)
    return content


def decoded(content: bytes | str, file: str, most_bytes: int, next_step: str) -> str:
    """
    Return a text of at most so many bytes, UTF-8 with or without a mark.

    Raises
    ------
    RefusedTextError
        If it is larger, or no UTF-8.
    """
    if len(content) > most_bytes:
        raise RefusedTextError(file, Refusal("too_large", kilobytes(most_bytes)), next_step)
    try:
        written = content.encode() if isinstance(content, str) else content
        text = written.decode("utf-8-sig")
    except UnicodeError:
        raise RefusedTextError(file, Refusal("not_text"), next_step) from None
    if len(written) > most_bytes:
        raise RefusedTextError(file, Refusal("too_large", kilobytes(most_bytes)), next_step)
    return text


def kilobytes(count: int) -> str:
    """Write a number of bytes in kB."""
    return str(count // 1000)


@cache
def _words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    text = resources.files("geodata.guarded").joinpath("refusals.yaml").read_text(encoding="utf-8")
    return MappingProxyType(yaml.safe_load(text))

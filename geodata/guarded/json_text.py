"""
Read JSON that a stranger wrote: bounded in size, depth, values and digits;
no NaN, no infinity, no control or half signs, no key twice.

Numbers are bounded because a number of 4,000 digits is a valid int that no float can hold:
whatever calculates with it fails later.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from geodata.guarded.refusals import Refusal, RefusedTextError, decoded
from geodata.text_signs import CONTROL, without_controls

NEXT_STEP: Final = "Mend the file and try again."
# How a sign that is no text can come in: as itself, or as an escape. Most texts have neither.
_SUSPECT: Final = re.compile(
    "[\x7f-\x84\x86-\x9f\ufffe\uffff]" + r"|\\(?:[bf]|u(?:00[01789]|[dD][89a-fA-F]|[fF]{3}[eEfF]))"
)
_LONGEST_TOLD: Final = 40


@dataclass(frozen=True)
class JsonLimits:
    """
    What a text may hold; `containers` counts lists and objects;
    with `keeps_signs` controls are no reason to refuse (`cleared`).
    """

    bytes: int = 200_000
    containers: int = 20_000
    depth: int = 32
    digits: int = 40
    keeps_signs: bool = False


DEFAULT_LIMITS: Final = JsonLimits()


def parse(
    content: bytes | str, file: str, limits: JsonLimits = DEFAULT_LIMITS, *, next_step: str = NEXT_STEP
) -> Any:
    """
    Return what a text of JSON holds.

    Parameters
    ----------
    content
        The text, or its bytes in UTF-8.
    file
        Its name as the reader knows it.

    Raises
    ------
    RefusedTextError
        With the reason and, where there is one, the line.
    """
    text = decoded(content, file, limits.bytes, next_step)
    reading = _Reading(file, limits, next_step)
    try:
        content_read = json.loads(
            text,
            parse_int=reading.whole,
            parse_float=reading.decimal,
            parse_constant=reading.constant,
            object_pairs_hook=reading.object_of,
        )
    except RefusedTextError:
        raise
    except json.JSONDecodeError as error:
        raise reading.refused("not_json", line=error.lineno) from None
    except ValueError:
        raise reading.refused("not_json") from None
    except RecursionError:
        raise reading.refused("deep", limits.depth) from None
    reading.check_size(content_read)
    if limits.keeps_signs or not _SUSPECT.search(text):
        return content_read
    return _looked_through(content_read, reading.refused("letters"))


@dataclass(frozen=True)
class _Reading:
    """What `json` asks of each part of one text."""

    file: str
    limits: JsonLimits
    next_step: str

    def refused(self, kind: str, value: object = "", line: int | None = None) -> RefusedTextError:
        return RefusedTextError(self.file, Refusal(kind, str(value), line), self.next_step)

    def whole(self, written: str) -> int:
        if len(written) > self.limits.digits + written.startswith("-"):
            raise self.refused("digits", self.limits.digits)
        return int(written)

    def decimal(self, written: str) -> float:
        if len(written) > 10 * self.limits.digits:
            raise self.refused("digits", self.limits.digits)
        number = float(written)
        if not math.isfinite(number):
            raise self.refused("number")
        return number

    def constant(self, _written: str) -> float:
        raise self.refused("number")

    def object_of(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            short = twice if len(twice) <= _LONGEST_TOLD else f"{twice[: _LONGEST_TOLD - 1]}…"
            raise self.refused("twice", short)
        return made

    def check_size(self, content: Any) -> None:
        level, depth, containers = [content], 0, 0
        while level := [part for part in level if isinstance(part, dict | list)]:
            depth, containers = depth + 1, containers + len(level)
            if depth > self.limits.depth:
                raise self.refused("deep", self.limits.depth)
            if containers > self.limits.containers:
                raise self.refused("many", self.limits.containers)
            level = list(
                chain.from_iterable(part.values() if isinstance(part, dict) else part for part in level)
            )


def cleared(text: str, content: Any) -> tuple[Any, int]:
    """
    Return what a text holds with blanks for controls and half signs, and how many there were.

    Parameters
    ----------
    text
        What was parsed: most have none and need not be looked through.
    found
        What `parse` made of it; its depth is bounded.
    """
    counts: list[int] = []
    if not _SUSPECT.search(text):
        return content, 0
    return _cleared(content, counts), sum(counts)


def _looked_through(content: Any, error: RefusedTextError) -> Any:
    """Return what was read; raise the error if a text in it has a sign that is none."""
    level = [content]
    while level:
        if any(CONTROL.search(part) for part in level if isinstance(part, str)):
            raise error
        level = list(
            chain.from_iterable(
                chain.from_iterable(part.items()) if isinstance(part, dict) else part
                for part in level
                if isinstance(part, dict | list)
            )
        )
    return content


def _cleared(content: Any, counts: list[int]) -> Any:
    if isinstance(content, str):
        plain, number = without_controls(content)
        counts.append(number)
        return plain
    if isinstance(content, list):
        return [_cleared(part, counts) for part in content]
    if isinstance(content, dict):
        return {_cleared(key, counts): _cleared(part, counts) for key, part in content.items()}
    return content

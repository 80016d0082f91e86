"""
Read YAML that a stranger wrote: small, plain, and over at once.

The parser's events are taken one by one and bounded as they come, so that what is refused was never built.
Refused are references (`&`, `*`), merge keys (`<<`), types (`!`), a key that stands twice, several documents,
control signs, and what exceeds a limit.

Scalars are read as people mean them: figures with a leading zero, days, hours (12:30), `yes`
and `no` stay text as they were written; `true`, `false`, `null` and plain decimal numbers are what they seem.
So a code needs no quotes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from geodata.guarded.refusals import Refusal, RefusedTextError, decoded
from geodata.text_signs import CONTROL

NEXT_STEP: Final = "Mend the file and try again."
# Where PyYAML was built with it, the parser in C gives the same events ten times as fast.
_PARSER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Each is a number for PyYAML too: what `yaml.safe_dump` writes as text,
# with or without quotes, comes back as text.
_WHOLE: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL: Final = re.compile(r"(?:[-+]?(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)(?:[eE][-+][0-9]+)?")
_WORDS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_LONGEST_TOLD: Final = 40


@dataclass(frozen=True)
class YamlLimits:
    """What a file may hold. No code, year or amount has as many digits as `digits`."""

    bytes: int = 100_000
    nodes: int = 5_000
    depth: int = 16
    digits: int = 30


DEFAULT_LIMITS: Final = YamlLimits()


def parse(
    content: bytes | str, file: str, limits: YamlLimits = DEFAULT_LIMITS, *, next_step: str = NEXT_STEP
) -> Any:
    """
    Return what a text of YAML holds: dictionaries, lists, text, int, float, bool, None;
    None where it is empty.

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
    try:
        return _Composer(limits).read(text)
    except _RefusedError as error:
        raise RefusedTextError(file, error.refusal, next_step) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        raise RefusedTextError(file, Refusal("not_yaml", line=line), next_step) from None
    except (ValueError, OverflowError, RecursionError):
        # The pure Python parser raises these for escapes that are no sign.
        raise RefusedTextError(file, Refusal("not_yaml"), next_step) from None


class _RefusedError(Exception):
    """Carries the reason out of the composer."""

    def __init__(self, kind: str, event: Event, value: object = "") -> None:
        mark = getattr(event, "start_mark", None)
        text = str(value)
        shown = text if len(text) <= _LONGEST_TOLD else f"{text[: _LONGEST_TOLD - 1]}…"
        self.refusal = Refusal(kind, shown, None if mark is None else mark.line + 1)
        super().__init__(kind)


class _Composer:
    """Makes plain values of events and counts them."""

    def __init__(self, limits: YamlLimits) -> None:
        self._limits = limits
        self._nodes = 0

    def read(self, text: str) -> Any:
        events: Iterator[Event] = iter(yaml.parse(text, Loader=_PARSER))
        value, documents = None, 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _RefusedError("documents", event)
                value = self._value(next(events), events, 1)
            elif isinstance(event, StreamEndEvent):
                break
        return value

    def _value(self, event: Event, events: Iterator[Event], depth: int) -> Any:
        """Return the value that begins with an event; no deeper than the limit, so recursion is bounded."""
        self._nodes += 1
        if self._nodes > self._limits.nodes:
            raise _RefusedError("many", event, self._limits.nodes)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _RefusedError("alias", event)
        if getattr(event, "tag", None) is not None:
            raise _RefusedError("tag", event)
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if depth >= self._limits.depth:
            raise _RefusedError("deep", event, self._limits.depth)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(events, depth)
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, depth)
        raise _RefusedError("not_yaml", event)

    def _sequence(self, events: Iterator[Event], depth: int) -> list[Any]:
        parts: list[Any] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            parts.append(self._value(event, events, depth + 1))
        return parts

    def _mapping(self, events: Iterator[Event], depth: int) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            if isinstance(event, ScalarEvent) and event.implicit[0] and event.value == "<<":
                raise _RefusedError("merge", event)
            if not isinstance(event, ScalarEvent | AliasEvent):
                raise _RefusedError("key", event)
            key = self._value(event, events, depth + 1)
            if key in mapping:
                raise _RefusedError("twice", event, key)
            mapping[key] = self._value(next(events), events, depth + 1)
        return mapping

    def _scalar(self, event: ScalarEvent) -> Any:
        value: str = event.value
        if CONTROL.search(value):
            raise _RefusedError("letters", event)
        if not event.implicit[0]:
            return value
        if value in _WORDS:
            return _WORDS[value]
        is_whole = _WHOLE.fullmatch(value) is not None
        if not is_whole and not _DECIMAL.fullmatch(value):
            return value
        if sum(map(str.isdigit, value)) > self._limits.digits:
            raise _RefusedError("digits", event, self._limits.digits)
        if is_whole:
            return int(value)
        number = float(value)
        if not math.isfinite(number):
            raise _RefusedError("number", event)
        return number

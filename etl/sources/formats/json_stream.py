"""
Read the items of one long JSON array one by one.

The register is a single JSON object of about 99 MB; as Python objects it would take several times that.
Here only one item and one chunk of text are in memory.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from etl.sources.formats.contract import refuse
from etl.sources.formats.files import AGAIN
from geodata.errors import InputFileError

CHUNK_BYTES = 1 << 20
MOST_ITEM_CHARACTERS = 32 << 20
NEAR_END = 64
SPACE = re.compile(r"[ \t\r\n]*")


def iterate_items(path: Path, key: str) -> Iterator[Any]:
    """
    Give the items of the array under `key` of a JSON file's root object, in order.

    Raises
    ------
    InputFileError
        If the file is absent, cut off or broken, has no such array, or an item is longer than 32 million
        characters. The items before the fault were given by then: a reader must not publish them.
    """
    try:
        with path.open("rb") as stream:
            yield from _Reader(stream, path.name).items(key)
    except OSError as error:
        raise refuse(path.name, [f"the file cannot be read ({error.strerror})"], "Check its name.") from error


class _Reader:
    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = stream
        self._name = name
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._at = 0
        self._is_end = False
        self._json = json.JSONDecoder(parse_constant=_refuse_constant)

    def items(self, key: str) -> Iterator[Any]:
        found = False
        self._expect("{")
        while self._next() != "}":
            name = self._value()
            self._expect(":")
            if name == key and not found:
                found = True
                yield from self._array()
            else:
                self._value()
            if self._next() == ",":
                self._at += 1
            elif self._next() != "}":
                raise self._broken("a comma or the end of the object is missing")
        self._at += 1
        if self._next():
            raise self._broken("something follows the end")
        if not found:
            raise refuse(self._name, [f"there is no list '{key}'"], AGAIN)

    def _array(self) -> Iterator[Any]:
        self._expect("[")
        if self._next() == "]":
            self._at += 1
            return
        while True:
            yield self._value()
            mark = self._next()
            self._at += 1
            if mark == "]":
                return
            if mark != ",":
                raise self._broken("a comma or the end of the list is missing")

    def _value(self) -> Any:
        self._next()
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
                # A number at the very end of the text may go on in the next chunk.
                if end < len(self._text) or self._is_end:
                    self._at = end
                    return value
            except RecursionError as error:
                raise self._broken("it is nested too deep") from error
            except json.JSONDecodeError as error:
                # Far from the end the fault is real; near it, or in an open string, the rest may be yet
                # to come.
                is_far = len(self._text) - error.pos > NEAR_END and "Unterminated string" not in error.msg
                if self._is_end or is_far:
                    raise self._broken(f"it is broken or cut off ({error.msg})") from error
            except ValueError as error:
                raise self._broken(str(error)) from error
            if len(self._text) - self._at > MOST_ITEM_CHARACTERS:
                raise self._broken(f"an item is broken or longer than {MOST_ITEM_CHARACTERS} characters")
            self._fill()

    def _next(self) -> str:
        """Return the next character that is no space, without taking it; "" at the end."""
        while True:
            match = SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if self._is_end:
                return ""
            self._fill()

    def _expect(self, mark: str) -> None:
        if self._next() != mark:
            raise self._broken(f"'{mark}' is missing")
        self._at += 1

    def _fill(self) -> None:
        chunk = self._stream.read(CHUNK_BYTES)
        self._is_end = not chunk
        try:
            self._text = self._text[self._at :] + self._decode.decode(chunk, final=self._is_end)
        except UnicodeDecodeError as error:
            raise self._broken("it is not UTF-8 text") from error
        self._at = 0

    def _broken(self, reason: str) -> InputFileError:
        return refuse(self._name, [f"the JSON cannot be used: {reason}"], AGAIN)


def _refuse_constant(constant: str) -> float:
    raise ValueError(f"{constant} is not a number")

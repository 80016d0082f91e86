"""
Read JSON that a stranger wrote: bounded in size, depth, values and digits; no NaN, no infinity, no half signs.

Numbers are bounded because a number of 4,000 digits is a valid int that no float can hold: whatever calculates with it fails later.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from geodata.guarded.refusals import Refusal, RefusedTextError, decoded

NEXT_STEP: Final = "Mend the file and try again."
# Half of a sign beyond the first plane, written as an escape: the only way into a text that was UTF-8.
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True)
class JsonLimits:
    """What a text may hold; `containers` counts lists and objects."""

    bytes: int = 200_000
    containers: int = 20_000
    depth: int = 32
    digits: int = 40


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

    def refused(kind: str, value: object = "", line: int | None = None) -> RefusedTextError:
        return RefusedTextError(file, Refusal(kind, str(value), line), next_step)

    def whole(written: str) -> int:
        if len(written) > limits.digits + written.startswith("-"):
            raise refused("digits", limits.digits)
        return int(written)

    def decimal(written: str) -> float:
        if len(written) > 10 * limits.digits:
            raise refused("digits", limits.digits)
        number = float(written)
        if not math.isfinite(number):
            raise refused("number")
        return number

    def constant(_written: str) -> float:
        raise refused("number")

    try:
        found = json.loads(text, parse_int=whole, parse_float=decimal, parse_constant=constant)
    except RefusedTextError:
        raise
    except json.JSONDecodeError as error:
        raise refused("not_json", line=error.lineno) from None
    except ValueError:
        raise refused("not_json") from None
    except RecursionError:
        raise refused("deep", limits.depth) from None
    level, depth, containers = [found], 0, 0
    while level := [thing for thing in level if isinstance(thing, dict | list)]:
        depth, containers = depth + 1, containers + len(level)
        if depth > limits.depth:
            raise refused("deep", limits.depth)
        if containers > limits.containers:
            raise refused("many", limits.containers)
        level = list(
            chain.from_iterable(thing.values() if isinstance(thing, dict) else thing for thing in level)
        )
    # Most texts have no such escape; a pair of halves makes a whole sign, which can be written.
    if _HALF.search(text) and not _is_writable(found):
        raise refused("letters")
    return found


def _is_writable(found: Any) -> bool:
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True

"""What the fuzzing feeds: a reader, and valid samples of what it reads."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REFUSED = "refused"
"""Names of samples begin so where the reader's way through refusing them is to be fed too."""


@dataclass(frozen=True)
class Target:
    """
    A reader with valid samples: (content, file name).

    `weight` is how often it gets its turn beside the others:
    readers that are slow by nature get fewer inputs than those that are quick.
    """

    name: str
    read: Callable[[Path], object]
    samples: tuple[tuple[bytes, str], ...]
    weight: int = 20


def encoded(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def packed(**members: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return sink.getvalue()

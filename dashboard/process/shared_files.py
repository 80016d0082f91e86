"""
Files that every browser fetches and nobody uploads: outlines of municipalities,
points of services. They are held in memory.

Nothing is written for them, so an installation may be read-only. They are packed once,
when they come, and kept within a bound; what was not asked for the longest time goes first.
A name tells the content or the version of the dataset.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

FOLDER: Final = "outlines"
"""Below the address of our static files, where the browser asks for them."""
MOST_BYTES: Final = 48_000_000
# Smaller by a twentieth at a third of the time is what the higher levels would give.
_LEVEL: Final = 5


@dataclass(frozen=True)
class SharedFile:
    """A text as it is sent: packed, and what tells it from another one (an entity tag)."""

    packed: bytes
    tag: str

    def text(self) -> bytes:
        """Return the text itself, UTF-8."""
        return gzip.decompress(self.packed)


class SharedFiles:
    """
    A store of files by name.

    Parameters
    ----------
    most_bytes
        What they may weigh together, packed; the newest stays whatever it weighs.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._files: OrderedDict[str, SharedFile] = OrderedDict()

    def put(self, name: str, text: str) -> SharedFile:
        """Keep a file; one of the same name gives way."""
        raw = text.encode()
        # No time in it: the same text is the same file.
        made = SharedFile(gzip.compress(raw, _LEVEL, mtime=0), f'"{hashlib.sha256(raw).hexdigest()[:20]}"')
        with self._lock:
            self._files[name] = made
            self._files.move_to_end(name)
            total = sum(len(one.packed) for one in self._files.values())
            while total > self._most_bytes and len(self._files) > 1:
                _name, gone = self._files.popitem(last=False)
                total -= len(gone.packed)
        return made

    def find(self, name: str) -> SharedFile | None:
        """Return a file, and mark it as used; None where it is not there (any more)."""
        with self._lock:
            found = self._files.get(name)
            if found is not None:
                self._files.move_to_end(name)
            return found


FILES = SharedFiles()
"""Those of this process."""

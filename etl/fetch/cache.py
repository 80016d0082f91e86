"""
What lies in the cache: files, the card beside each, and parts that are still arriving.

A card is a small JSON with address, checksum and age; a file without a card that fits it counts as not there.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import glob
import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from geodata import durable

DESERTED_S = 86_400.0


@dataclasses.dataclass(frozen=True)
class Fetched:
    """
    A whole file in the cache.

    `state`: "fetched" now, "unchanged" since last time (the server said so), or "offline" (not asked).
    `fetched_at` is when the content arrived, `checked_at` when the server last confirmed it (ISO 8601, UTC).
    """

    path: Path
    url: str
    sha256: str
    size_bytes: int
    fetched_at: str
    checked_at: str
    state: Literal["fetched", "unchanged", "offline"]
    etag: str | None = None
    last_modified: str | None = None

    def age_days(self, now: dt.datetime) -> float:
        """Days since the server last confirmed the content."""
        return (now - dt.datetime.fromisoformat(self.checked_at)).total_seconds() / 86400


def describe_age(fetched: Fetched, now: dt.datetime) -> str:
    """Say how old a cached file is, for the report: "confirmed 12 days ago (2026-11-11)"."""
    days = int(fetched.age_days(now))
    ago = "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
    return f"confirmed {ago} ({fetched.checked_at[:10]})"


def facts_of(fetched: Fetched) -> dict[str, Any]:
    """Return what a card says about a file."""
    facts = dataclasses.asdict(fetched)
    return {name: value for name, value in facts.items() if name not in ("path", "state")}


def card_of(path: Path) -> Path:
    """Return where the card of a file lies."""
    return path.with_name(path.name + ".json")


def read_card(path: Path) -> dict[str, Any]:
    """Read a card; an absent or broken one is empty."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_card(path: Path, content: dict[str, Any]) -> None:
    """Write a card in one step."""
    durable.write_whole(path, json.dumps(content, indent=1, sort_keys=True) + "\n")


@contextlib.contextmanager
def own_part(target: Path) -> Iterator[Path]:
    """
    Give the name of a part that no other process writes.

    The first process gets the resumable one and holds its lock (released by the system even after kill -9);
    another gets a private one, which is removed afterwards.
    """
    shared = target.with_name(target.name + ".part")
    held = contextlib.ExitStack()
    with contextlib.suppress(durable.HeldError):
        held.enter_context(durable.lock(shared.with_name(shared.name + ".lock")))
        with held:
            _remove_deserted(target)
            yield shared
        return
    private = target.with_name(f"{target.name}.{_own_mark()}.part")
    try:
        yield private
    finally:
        forget(private)


def _remove_deserted(target: Path) -> None:
    """Remove private parts of processes that were killed: no download takes so long."""
    for part in target.parent.glob(f"{glob.escape(target.name)}.*-*.part"):
        with contextlib.suppress(OSError):
            if time.time() - part.stat().st_mtime > DESERTED_S:
                forget(part)


def _own_mark() -> str:
    return f"{os.getpid()}-{threading.get_ident()}"


def forget(part: Path) -> None:
    """Remove a part and its card."""
    part.unlink(missing_ok=True)
    card_of(part).unlink(missing_ok=True)


def size_of(path: Path) -> int:
    """Return the size in bytes, 0 where there is no file."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def sha256_of(path: Path) -> str:
    """Return the checksum of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

"""
Run the `dosah` command for the page "Own tables": one at a time, with a time limit,
in a folder that is gone afterwards.

The dashboard never imports `etl`; the command is started as a process of its own, without a shell, with file
names made here. What a reader uploads is written into that folder only, and none of it into a log.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dashboard.own import access
from dashboard.own import preview as own_preview
from dashboard.own.preview import Preview
from geodata import durable
from geodata.dataset.dataset import default_dataset_path, read_dataset
from geodata.errors import DosahError
from geodata.guarded import child
from geodata.guarded.child import ChildLimits

LOG = logging.getLogger("dosah.dashboard")
CHECK: Final = ChildLimits(memory_bytes=5 << 29, seconds=90, written_bytes=100_000_000)
BUILD: Final = ChildLimits(memory_bytes=8 << 30, seconds=900, written_bytes=2_000_000_000)
"""
Address space: looking at a table and a build of the five areas take 1.5 GB, of which 0.2 GB are ever touched.

A country takes more.
"""
MOST_BYTES: Final = 5_000_000
MOST_ROWS: Final = 20_000
KINDS: Final = ("services", "corrections", "needs", "findings", "network", "funding", "areas")
"""Tables that people fill in, in the order of the page."""

_PREFIX: Final = "dosah-own-"
Content = dict[str, Any]
_AT_WORK = threading.Lock()
# Templates are for everybody: few are made at once, so that nobody keeps the machine busy with them.
_TEMPLATES = threading.Semaphore(2)


@dataclass(frozen=True)
class Answer:
    """
    What a command answered.

    `error` None = done; else its kind: table, not_remembered, changed_meanwhile, loss, busy, too_long,
    too_large, other. `content` is what it wrote; `files` are files that it made, by name.
    """

    content: Content
    error: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    preview: Preview | None = None


def template(kind: str, language: str, rows: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """
    Return an empty table to fill in; anybody may have one.

    Parameters
    ----------
    rows
        What it begins with: values by column, codes as codes.

    Raises
    ------
    DosahError
        If it could not be made.
    """
    with _TEMPLATES, durable.temporary_folder(_PREFIX) as folder:
        arguments = ["template", kind, "--language", language, "--output", str(folder / "template.xlsx")]
        if rows:
            (folder / "rows.json").write_text(json.dumps(list(rows), ensure_ascii=False), encoding="utf-8")
            arguments += ["--rows", str(folder / "rows.json")]
        _run(arguments, folder, CHECK)
        try:
            return (folder / "template.xlsx").read_bytes()
        except OSError:
            raise DosahError("The template could not be made.") from None


def check(raw: bytes, language: str) -> Answer:
    """
    Look at a table: what is in it, every problem with its cell,
    and a copy with the problems marked ("annotated.xlsx").
    """

    def work(folder: Path) -> Answer:
        marked = folder / "annotated.xlsx"
        table = _written(raw, folder)
        answer = _answer([*_said("table", str(table), language), "--annotate", str(marked)], folder, CHECK)
        found = answer.content.get("tables", [])
        if answer.error is None and sum(int(one["rows"]) for one in found) > MOST_ROWS:
            return Answer({}, "too_large")
        files = {marked.name: marked.read_bytes()} if marked.is_file() else {}
        return Answer(answer.content, answer.error, files)

    return Answer({}, "too_large") if len(raw) > MOST_BYTES else _alone(work)


def preview(
    language: str, *, raw: bytes | None = None, replaces: str | None = None, withdraw: str | None = None
) -> Answer:
    """
    Build a copy with one table more or less and compare it with what is published.

    Nothing is published.
    """

    def work(folder: Path) -> Answer:
        trial = folder / "trial"
        trial.mkdir()
        arguments = [*_said("own", "try", language), "--work", str(trial)]
        if raw is not None:
            arguments.append(str(_written(raw, folder)))
        if replaces is not None:
            arguments += ["--replaces", replaces]
        if withdraw is not None:
            arguments += ["--withdraw", withdraw]
        answer = _answer(arguments, folder, BUILD)
        if answer.error is not None:
            return answer
        compared = own_preview.compare(read_dataset(_dataset()), read_dataset(trial / "dosah.gpkg"))
        return Answer(answer.content, preview=compared)

    return _alone(work)


def publish(raw: bytes, language: str, *, replaces: str | None, seen: str) -> Answer:
    """Publish a table that was looked at; `seen` is the dataset that its preview was made of."""

    def work(folder: Path) -> Answer:
        arguments = [*_said("own", "publish", language), str(_written(raw, folder)), "--seen", seen]
        if replaces is not None:
            arguments += ["--replaces", replaces]
        return _answer(arguments, folder, BUILD)

    return _alone(work)


def withdraw(name: str, language: str, *, seen: str, accept_change: bool) -> Answer:
    """Take a published table out again."""

    def work(folder: Path) -> Answer:
        arguments = [*_said("own", "withdraw", language), name, "--seen", seen]
        return _answer([*arguments, *(["--accept-change"] if accept_change else [])], folder, BUILD)

    return _alone(work)


def listed() -> Answer:
    """Return the tables of the dataset, and whether it can be built again from here."""

    def work(folder: Path) -> Answer:
        return _answer(["own", "list", "--dataset", str(_dataset()), "--format", "json"], folder, CHECK)

    return _alone(work, wait_s=30)


def _alone(work: Callable[[Path], Answer], wait_s: float = 2) -> Answer:
    """Do a piece of work if the reader may and nobody else is at work, in a folder of its own."""
    access.require()
    if not _AT_WORK.acquire(timeout=wait_s):
        return Answer({}, "busy")
    try:
        with durable.temporary_folder(_PREFIX) as folder:
            return work(folder)
    finally:
        _AT_WORK.release()


def _said(*words: str) -> list[str]:
    """Return a command that answers in JSON: its words, the language last."""
    *command, language = words
    return [*command, "--dataset", str(_dataset()), "--format", "json", "--language", language]


def _dataset() -> Path:
    return default_dataset_path().resolve()


def _written(raw: bytes, folder: Path) -> Path:
    """Write an upload under a name of ours: its content tells what it is."""
    path = folder / ("table.xlsx" if raw[:2] == b"PK" else "table.csv")
    path.write_bytes(raw)
    return path


def _answer(arguments: Sequence[str], folder: Path, limits: ChildLimits) -> Answer:
    written = _run(arguments, folder, limits)
    if written is None:
        return Answer({}, "too_long")
    try:
        content = json.loads(written)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        LOG.error("dosah %s gave no answer", arguments[0])
        return Answer({}, "other")
    return Answer(content, None if content.get("ok") else str(content.get("error", "other")))


def _run(arguments: Sequence[str], folder: Path, limits: ChildLimits) -> bytes | None:
    """
    Run `dosah` and return what it wrote.

    None where it took too long or too much. What it says of an upload is not logged.
    """
    ended = child.run("etl.cli", arguments, limits=limits, folder=folder)
    if ended.end in ("too_long", "too_much"):
        LOG.warning("dosah %s was stopped: %s", arguments[0], ended.end)
        return None
    return ended.written

"""
How a dataset was built, kept beside it: so that a build can be repeated with one table more or less.

The record names files of this machine, so it is no part of the dataset, which is handed on. It belongs to one dataset: of
another one that was put in its place nothing is known.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from etl.official import split_paths
from geodata.catalog import read_dataset
from geodata.errors import DosahError

SUFFIX = ".build.json"
RECORD_VERSION = 1
Reason = Literal["no_record", "other_dataset", "missing_file"]
WORDS: Mapping[Reason, str] = {
    "no_record": "how it was built is not known",
    "other_dataset": "the record beside it is of another dataset",
    "missing_file": "a file it was built from is not there any more",
}


class NotRememberedError(DosahError):
    """A build that cannot be repeated; `reason` says why."""

    def __init__(self, dataset: Path, reason: Reason, detail: str = "") -> None:
        told = f"{WORDS[reason]}{f' ({detail})' if detail else ''}"
        super().__init__(
            f"{dataset.name} cannot be built again by itself: {told}. Build it once with `dosah build` as you usually do."
        )
        self.reason: Reason = reason


@dataclass(frozen=True)
class BuildCall:
    """
    What a dataset was built from: the arguments of `etl.build.build`.

    Several files of one source are joined by commas. `tables` None = the folder beside the dataset.
    """

    content_hash: str
    country: str | None
    sources: Mapping[str, str]
    data_date: str | None
    tables: tuple[str, ...] | None
    areas: tuple[str, ...]
    most_lost_share: float

    def paths(self) -> dict[str, Path]:
        """Return the sources as `build` takes them."""
        return {name: Path(path) for name, path in self.sources.items()}


def absolute(joined: Path) -> str:
    """Return one or several paths (joined by commas) that stay right from any working directory."""
    return ",".join(str(part.resolve()) for part in split_paths(joined))


def record_path(dataset: Path) -> Path:
    """Return where the record of a dataset is kept."""
    return dataset.with_name(f"{dataset.stem}{SUFFIX}")


def remember(dataset: Path, call: BuildCall) -> None:
    """Write the record, in one step. A build does not fail for it: without the record it only cannot be repeated."""
    content = {"record_version": RECORD_VERSION, **call.__dict__, "sources": dict(call.sources)}
    fresh = dataset.with_name(f".{dataset.name}.{os.getpid()}.new.json")
    with contextlib.suppress(OSError):
        fresh.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        fresh.replace(record_path(dataset))


def recall(dataset: Path) -> BuildCall:
    """
    Return how a dataset was built.

    Raises
    ------
    DatasetMissingError, DatasetError
        If there is no dataset or it cannot be read.
    NotRememberedError
        If the build cannot be repeated.
    """
    content_hash = read_dataset(dataset).facts.get("content_hash", "")
    try:
        content = json.loads(record_path(dataset).read_text(encoding="utf-8"))
        call = _parsed(content)
    except (OSError, ValueError, TypeError, KeyError):
        raise NotRememberedError(dataset, "no_record") from None
    if call.content_hash != content_hash:
        raise NotRememberedError(dataset, "other_dataset")
    files = [part for joined in call.sources.values() for part in split_paths(Path(joined))]
    files += [Path(path) for path in (*call.areas, *(call.tables or ()))]
    gone = [path for path in files if not path.exists()]
    if gone:
        raise NotRememberedError(dataset, "missing_file", gone[0].name)
    return call


def _parsed(content: Mapping[str, Any]) -> BuildCall:
    if content["record_version"] != RECORD_VERSION:
        raise ValueError
    tables = content["tables"]
    return BuildCall(
        content_hash=str(content["content_hash"]),
        country=None if content["country"] is None else str(content["country"]),
        sources={str(name): str(path) for name, path in content["sources"].items()},
        data_date=None if content["data_date"] is None else str(content["data_date"]),
        tables=None if tables is None else tuple(map(str, tables)),
        areas=tuple(map(str, content["areas"])),
        most_lost_share=float(content["most_lost_share"]),
    )

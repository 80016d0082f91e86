"""
How a dataset was built, kept beside it: so that a build can be repeated with one table more or less.

The record names files of this machine, so it is no part of the dataset, which is handed on.
It belongs to one dataset: of another one that was put in its place nothing is known.

It is written before the dataset takes its place, and tells of the one that comes and of the one
that is there: whenever a build is killed, what is there is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from etl.country.official import split_paths
from geodata import durable
from geodata.dataset.dataset import read_facts
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
        cause = f"{WORDS[reason]}{f' ({detail})' if detail else ''}"
        super().__init__(
            f"{dataset.name} cannot be built again by itself: {cause}. "
            "Build it once with `dosah build` as you usually do."
        )
        self.reason: Reason = reason


@dataclass(frozen=True)
class BuildCall:
    """
    What a dataset was built from: the arguments of `etl.publish.build.build`.

    Several files of one source are joined by commas. `tables` None = the folder beside the dataset.
    `goes` names tables of that folder, with the checksum of their content, that were taken out
    of this dataset and are still to be removed.
    """

    content_hash: str
    country: str | None
    sources: Mapping[str, str]
    data_date: str | None
    tables: tuple[str, ...] | None
    areas: tuple[str, ...]
    most_lost_share: float
    goes: Mapping[str, str] = field(default_factory=dict)

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
    """
    Write the record of the dataset that comes (or is there already), and keep that of the one that is there.

    Call it under the lock of the build, before the dataset is put in place.

    Raises
    ------
    OSError
        If it cannot be written. Without it the dataset could not be built again by itself,
        so it is not published either.
    """
    durable.sweep(record_path(dataset))
    now = _hash_of(dataset)
    before = next(
        (one for one in _records(dataset) if one.content_hash == now and now != call.content_hash), None
    )
    content = {**_as_json(call), "before": None if before is None else _as_json(before)}
    durable.write_whole(
        record_path(dataset),
        json.dumps({"record_version": RECORD_VERSION, **content}, ensure_ascii=False, indent=1) + "\n",
    )


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
    content_hash = read_facts(dataset).get("content_hash", "")
    found = _records(dataset)
    if not found:
        raise NotRememberedError(dataset, "no_record")
    call = next((one for one in found if one.content_hash == content_hash), None)
    if call is None:
        raise NotRememberedError(dataset, "other_dataset")
    files = [part for joined in call.sources.values() for part in split_paths(Path(joined))]
    files += [Path(path) for path in (*call.areas, *(call.tables or ()))]
    gone = [path for path in files if not path.exists()]
    if gone:
        raise NotRememberedError(dataset, "missing_file", gone[0].name)
    return call


def recorded(dataset: Path) -> BuildCall | None:
    """Return the record of the dataset that is there, None where nothing is known; its files may be gone."""
    now = _hash_of(dataset)
    return next((one for one in _records(dataset) if one.content_hash == now), None)


def is_unfinished(dataset: Path) -> bool:
    """Tell, without reading the dataset, whether a record names tables that may still have to be removed."""
    return any(one.goes for one in _records(dataset))


def named_tables(dataset: Path) -> set[str]:
    """Return the files and folders of tables that the records name."""
    return {path for one in _records(dataset) for path in one.tables or ()}


def _hash_of(dataset: Path) -> str | None:
    """Return the hash that a dataset states; None where it is not there or cannot be read."""
    try:
        return read_facts(dataset).get("content_hash")
    except DosahError:
        return None


def _records(dataset: Path) -> list[BuildCall]:
    """Return what is recorded beside a dataset, the newest first; of a broken record nothing."""
    try:
        content = json.loads(record_path(dataset).read_text(encoding="utf-8"))
        if content["record_version"] != RECORD_VERSION:
            return []
        before = content.get("before")
        return [_parsed(content), *([] if before is None else [_parsed(before)])]
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return []


def _as_json(call: BuildCall) -> dict[str, Any]:
    return {**call.__dict__, "sources": dict(call.sources), "goes": dict(call.goes)}


def _parsed(content: Mapping[str, Any]) -> BuildCall:
    tables = content["tables"]
    return BuildCall(
        content_hash=str(content["content_hash"]),
        country=None if content["country"] is None else str(content["country"]),
        sources={str(name): str(path) for name, path in content["sources"].items()},
        data_date=None if content["data_date"] is None else str(content["data_date"]),
        tables=None if tables is None else tuple(map(str, tables)),
        areas=tuple(map(str, content["areas"])),
        most_lost_share=float(content["most_lost_share"]),
        goes={str(name): str(checksum) for name, checksum in content.get("goes", {}).items()},
    )

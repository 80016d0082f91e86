"""
Where figures come from: publisher, licence, citation and date of every file of the snapshot.

The text stands in `geodata/data/origins.yaml` in three languages; the dataset carries the Czech one,
the pages take the reader's language from here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

import yaml

from geodata.errors import DosahError

DATASET_LANGUAGE = "cs"


@dataclass(frozen=True)
class Origin:
    """
    Who made a file, under which terms, of what date; `title` and `state_note` by language.

    `by_country` says of a file of several countries what holds for one of them:
    publisher, licence, citation, reference_date.
    """

    origin_id: str
    file_name: str
    publisher: str
    licence: str
    citation: str
    url: str | None
    reference_date: str | None
    reference_date_certainty: str
    title: Mapping[str, str]
    state_note: Mapping[str, str]
    by_country: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def data_folder() -> Path:
    """Return the folder of the embedded snapshot."""
    return Path(str(files("geodata.data")))


@cache
def origins() -> Mapping[str, Origin]:
    """
    Return the origins of the snapshot's files by origin_id, in the order of their file.

    Raises
    ------
    DosahError
        If an entry lacks a part or has one too many.
    """
    entries = yaml.safe_load(files("geodata.data").joinpath("origins.yaml").read_text(encoding="utf-8"))[
        "origins"
    ]
    try:
        return MappingProxyType({entry["origin_id"]: Origin(**entry) for entry in entries})
    except TypeError as error:
        raise DosahError(f"geodata/data/origins.yaml: {error}") from error


def checksum(path: Path) -> str:
    """
    Return the SHA-256 of a file, or of all YAML files of a folder with their names.

    Line ends do not count for a folder's own YAML: a checkout may have changed them.
    """
    digest = hashlib.sha256()
    if path.is_dir():
        for part in sorted(path.glob("*.yaml")):
            digest.update(part.name.encode())
            digest.update(part.read_bytes().replace(b"\r\n", b"\n"))
    else:
        digest.update(path.read_bytes())
    return digest.hexdigest()

"""
What every connector of an official source promises.

A connector module has two functions: `read(path, origin, ...) -> SourceTables`,
pure on a local file, and `addresses(origin, ...) -> list[Download]`, which says what to fetch.
Addresses live in the origin YAML beside the module, so that a moved address is a one-line change.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import pandas as pd
import yaml

from geodata.errors import DosahError, InputFileError

Kind = Literal["json", "zip", "xml", "csv", "html", "pbf", "xlsx", "any"]
LANGUAGES = ("cs", "pl", "en")
REJECTED_COLUMNS = ("row_number", "record_id", "reason", "detail")
MERGED_COLUMNS = ("row_number", "record_id", "rule", "detail")
MOST_PROBLEMS_TOLD = 10


class OriginError(DosahError, ValueError):
    """An origin YAML that is missing or lacks a part."""


class AccountingError(DosahError, ArithmeticError):
    """Rows of a source that are neither loaded nor merged nor rejected, or counted twice."""


@dataclasses.dataclass(frozen=True)
class Origin:
    """
    Who publishes a source, under which terms, where, and what to know before using it.

    Parameters
    ----------
    origin_id
        Name of the source, cz_<publisher>_<what>; the same word in module, YAML, table and test.
    title, state_note
        Text by language (cs, pl, en).
    urls
        Address templates by name; `{code}` and the like are filled in by `addresses`.
    state
        "seen" in working public code or documentation, or "unchecked" (from memory).
    options
        Whatever else the reader needs to know: column names, limits, code lists.
    """

    origin_id: str
    title: Mapping[str, str]
    publisher: str
    licence: str
    citation: str
    urls: Mapping[str, str]
    state: Literal["seen", "unchecked"]
    format_note: str = ""
    state_note: Mapping[str, str] = dataclasses.field(default_factory=dict)
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def url(self) -> str | None:
        """First address: where a reader finds the source."""
        return next(iter(self.urls.values()), None)

    def address(self, name: str, **values: str | int) -> str:
        """Return the address called `name` with its places filled in."""
        if name not in self.urls:
            raise OriginError(
                f"{self.origin_id}.yaml has no address called '{name}'. Known: {', '.join(self.urls)}."
            )
        try:
            return self.urls[name].format(**values)
        except (KeyError, IndexError) as error:
            raise OriginError(f"{self.origin_id}.yaml, address '{name}': no value for {error}.") from error


@dataclasses.dataclass(frozen=True)
class Download:
    """
    One file to fetch.

    Parameters
    ----------
    kind
        What the content must look like; anything else is refused whatever the server calls it.
    file_name
        Name in the cache directory.
    body
        JSON to send; makes it a POST.
    min_interval_s
        Shortest pause between two calls to this host, seconds.
    max_bytes
        Refuse more than this; None = the fetcher's own limit.
    """

    origin_id: str
    url: str
    file_name: str
    kind: Kind
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    min_interval_s: float = 0.5
    max_bytes: int | None = None


@dataclasses.dataclass(frozen=True)
class SourceTables:
    """
    What a source gave, and what became of each of its rows.

    Parameters
    ----------
    tables
        Columns of `geodata.dataset.fields` as far as the source gives them, plus natural keys.
        A table of outlines has a column `geometry` of shapely MultiPolygons in EPSG:4326.
    rows_read
        Rows of the file; what counts as a row is said by the reader's docstring.
    rejected
        row_number (the heading is row 1; in JSON the n-th record), record_id, reason, detail.
    merged
        Rows that told an already loaded row again: row_number, record_id, rule, detail.
    notes
        What a person should know about this very file, one sentence each.
    secrets
        Texts of places and names of facilities that no table may tell, by service_id. In memory only: never
        written anywhere.
    """

    origin_id: str
    tables: Mapping[str, pd.DataFrame]
    rows_read: int
    rejected: pd.DataFrame
    merged: pd.DataFrame
    notes: tuple[str, ...] = ()
    secrets: Mapping[str, tuple[frozenset[str], frozenset[str]]] = dataclasses.field(
        default_factory=dict, repr=False
    )

    @property
    def rows_loaded(self) -> int:
        """Rows that became rows of the tables."""
        return self.rows_read - len(self.rejected) - len(self.merged)


def source_tables(
    origin: Origin,
    tables: Mapping[str, pd.DataFrame],
    *,
    rows_read: int,
    rows_loaded: int,
    rejected: Iterable[tuple[int, str | None, str, str]] = (),
    merged: Iterable[tuple[int, str | None, str, str]] = (),
    notes: Sequence[str] = (),
    secrets: Mapping[str, tuple[frozenset[str], frozenset[str]]] | None = None,
) -> SourceTables:
    """
    Put the result of a reader together and check that every row is accounted for.

    Raises
    ------
    AccountingError
        If read is not loaded + merged + rejected.
    """
    rejected_table = _accounts(rejected, REJECTED_COLUMNS)
    merged_table = _accounts(merged, MERGED_COLUMNS)
    if rows_read != rows_loaded + len(rejected_table) + len(merged_table):
        raise AccountingError(
            f"{origin.origin_id}: {rows_read} rows were read, but {rows_loaded} loaded "
            f"+ {len(merged_table)} merged + {len(rejected_table)} rejected. "
            "This is a fault of the program; please report it."
        )
    return SourceTables(
        origin.origin_id,
        {name: table.reset_index(drop=True) for name, table in tables.items()},
        rows_read,
        rejected_table,
        merged_table,
        tuple(notes),
        dict(secrets or {}),
    )


def _accounts(rows: Iterable[tuple[int, str | None, str, str]], columns: tuple[str, ...]) -> pd.DataFrame:
    ordered = sorted(rows, key=operator.itemgetter(0))
    table = pd.DataFrame(ordered, columns=list(columns))
    return table.astype({"row_number": "int64", **dict.fromkeys(columns[1:], "str")})


def concatenate(parts: Sequence[SourceTables]) -> SourceTables:
    """
    Join the results of several files of one source (pages, single municipalities) into one.

    Row numbers of the second and later files go on from the rows of the files before.
    """
    if not parts:
        raise ValueError("there is nothing to concatenate")
    offsets = [0]
    for part in parts:
        offsets.append(offsets[-1] + part.rows_read)

    def shifted(attribute: str) -> pd.DataFrame:
        frames: list[pd.DataFrame] = []
        for part, offset in zip(parts, offsets[:-1], strict=True):
            table: pd.DataFrame = getattr(part, attribute)
            frames.append(table.assign(row_number=table["row_number"] + offset))
        return pd.concat(frames, ignore_index=True)

    names = list(dict.fromkeys(name for part in parts for name in part.tables))
    return SourceTables(
        parts[0].origin_id,
        {
            name: pd.concat([part.tables[name] for part in parts if name in part.tables], ignore_index=True)
            for name in names
        },
        offsets[-1],
        shifted("rejected"),
        shifted("merged"),
        tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        {service_id: texts for part in parts for service_id, texts in part.secrets.items()},
    )


@cache
def load_origin(origin_id: str) -> Origin:
    """
    Read the origin YAML of a connector.

    Raises
    ------
    OriginError
        If there is none, or it lacks a part.
    """
    path = files("etl.sources").joinpath(f"{origin_id}.yaml")
    if not path.is_file():
        raise OriginError(f"There is no origin called '{origin_id}' (etl/sources/{origin_id}.yaml).")
    return origin_from_mapping(origin_id, yaml.safe_load(path.read_text(encoding="utf-8")))


def origin_from_mapping(origin_id: str, content: Any) -> Origin:
    """Check the content of an origin YAML and turn it into an `Origin`."""
    if not isinstance(content, dict):
        raise OriginError(f"{origin_id}.yaml is not a table of names and values.")
    needed = ("name", "title", "publisher", "licence", "citation", "urls", "state")
    missing = [name for name in needed if name not in content]
    known = {field.name for field in dataclasses.fields(Origin)} | {"name"}
    unknown = sorted(set(content) - known)
    problems = []
    if missing:
        problems.append(f"lacks {', '.join(missing)}")
    if unknown:
        problems.append(f"has unknown parts {', '.join(map(str, unknown))}")
    if not missing:
        if content["name"] != origin_id:
            problems.append(f"calls itself '{content['name']}'")
        if content["state"] not in ("seen", "unchecked"):
            problems.append(f"has state '{content['state']}'; known are seen, unchecked")
        problems += [
            f"has no title in '{code}'" for code in LANGUAGES if code not in (content["title"] or {})
        ]
    if problems:
        raise OriginError(f"{origin_id}.yaml {'; '.join(problems)}.")
    return Origin(origin_id, **{name: value for name, value in content.items() if name != "name"})


def origin_ids() -> tuple[str, ...]:
    """Names of all origins that have a YAML beside the connectors, sorted."""
    return tuple(
        sorted(
            entry.name.removesuffix(".yaml")
            for entry in files("etl.sources").iterdir()
            if entry.name.endswith(".yaml")
        )
    )


def refuse(file: str, problems: Sequence[str], next_step: str) -> InputFileError:
    """Make the error for a file that cannot be used; more than ten problems are counted, not listed."""
    shown = list(problems[:MOST_PROBLEMS_TOLD])
    if len(problems) > MOST_PROBLEMS_TOLD:
        shown.append(f"and {len(problems) - MOST_PROBLEMS_TOLD} more problems")
    return InputFileError(file, shown, next_step)

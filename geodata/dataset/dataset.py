"""
Read and write the published dataset: one GeoPackage, the only file that `etl` hands to `dashboard`.

A GeoPackage is an SQLite database with a few described tables (OGC 12-128r18), so SQLite itself writes
and reads it: the same input gives the same bytes, and the first page need not wait for GDAL.
QGIS and GDAL open it as any other.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as part
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from geodata.dataset import fields, geopackage
from geodata.dataset import rules as tables
from geodata.dataset.content import content_hash
from geodata.errors import DatasetError, DatasetMissingError
from geodata.said import say

if TYPE_CHECKING:
    import geopandas as gpd

WGS84 = 4326
VERSION_LENGTH = 16
_Found = TypeVar("_Found")
REBUILD = "Run `dosah build` to make it again."
_HASH = re.compile(r"[0-9a-f]{16,64}")
_SAFE_NAME = re.compile(r"[^\W_][\w-]{0,99}")
_IN_FILE_NAMES = (("area", "area_id"), ("municipality", "municipality_code"))
"""Columns that files are named after: a path in them would lead out of our folders."""
_NOT_LET = frozenset(
    (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY,
     sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOLFS)
)  # fmt: skip
"""
What SQLite says where the folder cannot be written or another program holds the file:
not that the file is broken.
"""


@dataclass(frozen=True, eq=False)
class Dataset:
    """
    A published dataset in memory.

    `version` is the beginning of the hash of its content: equal content, equal version, on any machine.
    `shapes` are the outlines as they were read together with the tables (WKB by municipality_code),
    so that another dataset in the same place is never mixed with this one.
    """

    path: Path
    tables: Mapping[str, pd.DataFrame]
    version: str
    shapes: Mapping[str, bytes] | None = part(default=None, repr=False)

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return the table called `name`; treat it as read-only, it is shared."""
        try:
            return self.tables[name]
        except KeyError:
            raise DatasetError(
                f"No table is called {name!r}; geodata/dataset/fields.py lists them all."
            ) from None

    @property
    def facts(self) -> dict[str, str]:
        """Return what the dataset says of itself: schema_version, content_hash, data_date, title."""
        frame = self.tables["dataset"]
        return dict(zip(frame["name"], frame["value"], strict=True))

    def outlines(self) -> gpd.GeoDataFrame:
        """
        Return the outlines of municipalities.

        Returns
        -------
        outlines
            municipality_code and geometry (MultiPolygon, EPSG:4326), in the order of table municipality.

        Raises
        ------
        DatasetError
            If they are no shapes.
        """
        import geopandas as gpd

        frame = _read_outlines(self.path) if self.shapes is None else shapes_of(self.shapes, self.path.name)
        return gpd.GeoDataFrame(frame, geometry="geometry", crs=WGS84)


def default_dataset_path() -> Path:
    """
    Return where the dataset is looked for: DOSAH_DATASET,
    else build/dosah.gpkg below the working directory.
    """
    return Path(os.environ.get("DOSAH_DATASET") or Path("build") / "dosah.gpkg")


def read_dataset(path: Path) -> Dataset:
    """
    Read a published dataset.

    Every value is what the data dictionary says (`geodata.dataset.geopackage`): a file that was made
    or changed by somebody else is refused, and reading it takes no more than its size allows.

    Parameters
    ----------
    path
        A GeoPackage that `write_dataset` made.

    Raises
    ------
    DatasetMissingError
        If there is no such file.
    DatasetError
        If the file is no GeoPackage of this schema version,
        or a table is missing or broken; `reason` says which.
    """
    return _read(Path(path), _read_as)


def read_facts(path: Path) -> dict[str, str]:
    """
    Read only what a dataset says of itself (`Dataset.facts`), without its tables.

    Raises
    ------
    DatasetMissingError, DatasetError
        As in `read_dataset`.
    """
    return _read(Path(path), _facts_as)[0]


def _check_file(path: Path) -> None:
    """Refuse what is no file or an empty one, each with its own advice."""
    if path.is_dir():
        raise DatasetError(
            say("dataset.folder", path=path, example=path / "dosah.gpkg"),
            "folder",
        )
    if not path.is_file():
        raise DatasetMissingError(say("dataset.missing", path=path))
    if not path.stat().st_size:
        raise DatasetError(say("dataset.empty", name=path.name), "empty")


def _read(path: Path, read_as: Callable[[Path, geopackage.Mode], _Found]) -> _Found:
    """
    Read beside other programs; where these or the folder do not let us (a read-only medium), the file alone.

    The file alone may be half of what a program is writing: then it counts only if it is what was published.
    """
    try:
        _check_file(path)
        try:
            return read_as(path, "shared")
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _NOT_LET:
                raise
        if geopackage.has_unread_changes(path) and not _is_as_published(_read_as(path, "immutable")):
            raise DatasetError(
                say("dataset.in_use", name=path.name),
                "in_use",
            )
        return read_as(path, "immutable")
    except (sqlite3.Error, geopackage.NotHonestError, UnicodeError) as error:
        # What SQLite says of a broken schema or page quotes it, whether it is text or not.
        reason = say("dataset.no_text") if isinstance(error, UnicodeError) else error
        raise DatasetError(say("dataset.damaged", name=path.name, reason=reason)) from error
    except OSError as error:
        if isinstance(error, DatasetMissingError):
            raise
        raise DatasetError(
            f"{path.name} cannot be read ({error.strerror or error}). Check who may read it."
        ) from error


def _facts_as(path: Path, mode: geopackage.Mode) -> tuple[dict[str, str], int]:
    with geopackage.reader(path, mode) as reader:
        return _facts_of(reader, path)


def _facts_of(reader: geopackage.Reader, path: Path) -> tuple[dict[str, str], int]:
    facts = {str(name): str(value) for name, value in reader.rows("dataset", ["name", "value"])}
    wrong = list(_check_facts(facts))
    version = _check_schema_version(path, facts)
    if wrong:
        raise geopackage.NotHonestError(geopackage.all_problems(wrong))
    return facts, version


def _read_as(path: Path, mode: geopackage.Mode) -> Dataset:
    contents = {}
    problems: list[str] = []
    columns: dict[str, dict[str, Sequence[Any]]] = {}
    # One connection: another dataset may take this place at any moment.
    with geopackage.reader(path, mode) as reader:
        facts, version = _facts_of(reader, path)
        reader.check_pages()
        for table in fields.TABLES:
            if table.since > version:
                contents[table.name] = tables.empty(table.name)
                continue
            known = table.fields_of(version)
            names = [field.name for field in known]
            rows = reader.rows(table.name, names)
            values = list(zip(*rows, strict=True)) if rows else [()] * len(known)
            columns[table.name] = dict(zip(names, values, strict=True))
            wrong = [
                problem
                for field, column in zip(known, values, strict=True)
                if (problem := geopackage.check_column(table, field, column)) is not None
            ]
            if not wrong:
                contents[table.name] = _frame(table, values, version)
            problems += wrong
        shapes = reader.shapes()
    problems += _check_names(columns)
    if not problems:
        problems = geopackage.check_keys(columns)
    if problems:
        raise geopackage.NotHonestError(geopackage.all_problems(problems))
    return Dataset(path, contents, facts["content_hash"][:VERSION_LENGTH], shapes)


def _check_facts(facts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with the facts that files and pages are named after."""
    if not _HASH.fullmatch(facts.get("content_hash", "")):
        yield "its content_hash is no hash"
    if not tables.DATE.fullmatch(facts.get("data_date", "")):
        yield "its data_date is no day"


def _check_names(columns: Mapping[str, Mapping[str, Sequence[Any]]]) -> Iterator[str]:
    for table, column in _IN_FILE_NAMES:
        wrong = [name for name in columns[table][column] if not _SAFE_NAME.fullmatch(str(name))]
        if wrong:
            yield (
                f"table {table}, column {column}: {len(wrong)} names hold more than letters, "
                "digits and hyphens"
            )


def _is_as_published(dataset: Dataset) -> bool:
    return content_hash(
        dataset.tables, shapes_of(dataset.shapes or {}, dataset.path.name)
    ) == dataset.facts.get("content_hash")


def check_dataset(path: Path) -> Dataset:
    """
    Read a dataset and check it whole: every rule of the data dictionary, and the hash of its content.

    Raises
    ------
    DatasetError
        If the content is not what was published.
    TableError
        If a table does not keep to its description.
    """
    dataset = read_dataset(path)
    tables.validate(dataset.tables)
    if not _is_as_published(dataset):
        raise DatasetError(f"{Path(path).name} was changed after it was published. {REBUILD}")
    return dataset


def _check_schema_version(path: Path, facts: Mapping[str, str]) -> int:
    """
    Return the schema version; an older one lacks tables and columns only,
    so that a build can still be compared with it.
    """
    stated = facts.get("schema_version")
    readable = {str(version) for version in range(1, fields.SCHEMA_VERSION + 1)}
    if stated not in readable:
        raise DatasetError(
            say("dataset.version", name=path.name, found=stated, readable=", ".join(sorted(readable))),
            "version",
        )
    return int(str(stated))


def _frame(table: fields.Table, values: Sequence[Sequence[Any]], version: int) -> pd.DataFrame:
    columns = {
        # From an array, not a tuple: a third of a million texts in a third of the time.
        field.name: pd.Series(np.array(column, dtype=object), dtype=tables.dtype_of(field))
        for field, column in zip(table.fields_of(version), values, strict=True)
    }
    count = len(values[0]) if values else 0
    return pd.DataFrame(
        {
            # What an older program did not write is unknown.
            field.name: columns[field.name]
            if field.name in columns
            else pd.Series([None] * count, dtype=tables.dtype_of(field))
            for field in table.fields
        }
    )


def _read_outlines(path: Path) -> pd.DataFrame:
    """Read the outlines alone."""
    return shapes_of(read_dataset(path).shapes or {}, path.name)


def shapes_of(shapes: Mapping[str, bytes], name: str) -> pd.DataFrame:
    """
    Return outlines as shapely shapes: municipality_code and geometry.

    Raises
    ------
    DatasetError
        If they are no shapes; `name` is the file they were read from.
    """
    import shapely

    try:
        geometry = list(shapely.from_wkb(list(shapes.values())))
    except shapely.GEOSException as error:
        raise DatasetError(f"{name}: an outline is no shape ({error}). {REBUILD}") from error
    return pd.DataFrame({"municipality_code": list(shapes), "geometry": geometry})

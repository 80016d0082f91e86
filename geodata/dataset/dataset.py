"""
Read and write the published dataset: one GeoPackage, the only file that `etl` hands to `dashboard`.

A GeoPackage is an SQLite database with a few described tables (OGC 12-128r18), so SQLite itself writes and reads it: the
same input gives the same bytes, and the first page need not wait for GDAL. QGIS and GDAL open it as any other.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from dataclasses import field as part
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from geodata import durable
from geodata.dataset import fields, geopackage
from geodata.dataset import rules as tables
from geodata.errors import DatasetError, DatasetMissingError, PublishError
from geodata.said import say

if TYPE_CHECKING:
    import geopandas as gpd

APPLICATION_ID = 0x47504B47  # "GPKG"
GEOPACKAGE_VERSION = 10300
WGS84 = 4326
GEOMETRY_COLUMN = "geom"
POINT_TABLES = {"site": ("longitude", "latitude")}  # QGIS shows sites beside municipalities
VERSION_LENGTH = 16
HASH_SEPARATOR, HASH_MISSING = "\x1f", "\x00"  # neither occurs in a text
SQL_TYPES = {"text": "TEXT", "integer": "INTEGER", "real": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}
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
"""What SQLite says where the folder cannot be written or another program holds the file: not that the file is broken."""

FRAME = f"""
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT,
  min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', NULL);
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL);
INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', {WGS84}, 'EPSG', {WGS84},
  'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
  'longitude/latitude on the WGS 84 ellipsoid');
INSERT INTO gpkg_extensions VALUES ('gpkg_data_columns', NULL, 'gpkg_schema',
  'http://www.geopackage.org/spec121/#extension_schema', 'read-write');
INSERT INTO gpkg_extensions VALUES ('gpkg_data_column_constraints', NULL, 'gpkg_schema',
  'http://www.geopackage.org/spec121/#extension_schema', 'read-write');
"""


@dataclass(frozen=True, eq=False)
class Dataset:
    """
    A published dataset in memory.

    `version` is the beginning of the hash of its content: equal content, equal version, on any machine. `shapes` are the outlines as they
    were read together with the tables (WKB by municipality_code), so that another dataset in the same place is never mixed with this one.
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

        frame = _read_outlines(self.path) if self.shapes is None else _shapes_of(self.shapes, self.path.name)
        return gpd.GeoDataFrame(frame, geometry="geometry", crs=WGS84)


def default_dataset_path() -> Path:
    """Return where the dataset is looked for: DOSAH_DATASET, else build/dosah.gpkg below the working directory."""
    return Path(os.environ.get("DOSAH_DATASET") or Path("build") / "dosah.gpkg")


def content_hash(contents: Mapping[str, pd.DataFrame], outlines: pd.DataFrame) -> str:
    """
    Return the SHA-256 of the whole content, the hash's own row left out.

    Parameters
    ----------
    contents
        Conformed tables.
    outlines
        Columns municipality_code and geometry, sorted by code.
    """
    import shapely

    digest = hashlib.sha256()
    version = _stated_version(contents["dataset"])
    for table in fields.TABLES:
        if table.since > version:
            continue
        frame = contents[table.name]
        if table.name == "dataset":
            frame = frame[frame["name"] != "content_hash"]
        digest.update(f"\n{table.name} {len(frame)}\n".encode())
        for field in table.fields_of(version):
            digest.update(f"\n{field.name}\n".encode())
            digest.update(_bytes_of(frame[field.name], field))
    digest.update(HASH_SEPARATOR.join(map(str, outlines["municipality_code"])).encode())
    for blob in shapely.to_wkb(outlines["geometry"].to_numpy(dtype=object), byte_order=1):
        digest.update(blob)
    return digest.hexdigest()


def _bytes_of(values: pd.Series[Any], field: fields.Field) -> bytes:
    """Return a column as bytes that are the same on every machine: little-endian numbers, text with a mark for what is missing."""
    if field.type in ("text", "date"):
        return HASH_SEPARATOR.join(values.fillna(HASH_MISSING).tolist()).encode()
    if field.type == "boolean":
        return values.to_numpy(dtype="<u1").tobytes()
    # Whole numbers with unknown ones among them go with the reals: every count of people is exact in a double.
    numbers = values.to_numpy(dtype="<f8", na_value=np.nan)
    return np.where(np.isnan(numbers), np.nan, numbers).astype("<f8").tobytes()


def write_dataset(
    contents: Mapping[str, pd.DataFrame],
    outlines: gpd.GeoDataFrame,
    path: Path,
    announce: Callable[[str], None] = lambda _: None,
) -> str:
    """
    Publish tables and outlines as one GeoPackage.

    The file is written beside the target, read back, compared and only then put in its place in one step: whatever fails,
    the last good dataset stays as it was.

    Parameters
    ----------
    contents
        Every table of `geodata.dataset.fields`; `dataset` holds at least data_date and title (the schema version and the hash are
        added here).
    outlines
        municipality_code and geometry (Polygon or MultiPolygon, EPSG:4326), one row per municipality at most.
    path
        Where to publish.
    announce
        Called with the hash when the file is whole and before it takes its place: what must be known of a dataset from its first moment
        on is written here. What it raises keeps the last dataset.

    Returns
    -------
    content_hash
        SHA-256 of the content.

    Raises
    ------
    TableError
        If a table does not keep to its description.
    PublishError
        If the outlines do not fit, or the written file does not read back the same.
    """
    conformed = {name: tables.conform(name, frame) for name, frame in contents.items()}
    shapes = _conform_outlines(conformed["municipality"], outlines)
    conformed["dataset"] = _with_fact(conformed["dataset"], "schema_version", str(fields.SCHEMA_VERSION))
    fingerprint = content_hash(conformed, shapes)
    conformed["dataset"] = _with_fact(conformed["dataset"], "content_hash", fingerprint)
    tables.validate(conformed)
    try:
        with durable.fresh_file(path) as fresh:
            _write_geopackage(conformed, shapes, fresh)
            back = read_dataset(fresh)
            if content_hash(back.tables, _shapes_of(back.shapes or {}, fresh.name)) != fingerprint:
                raise PublishError(
                    f"{path.name}: the written file does not read back the same. The last dataset stays."
                )
            durable.settle(fresh)
            announce(fingerprint)
            geopackage.take_in_changes(path)
    except geopackage.NotHonestError as error:
        raise PublishError(
            f"{path.name} is open in another program (QGIS?), which keeps changes beside it ({error}). The last dataset stays. "
            "Close it there and try again; if no program has it open, remove that file."
        ) from error
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise PublishError(
            f"{path.name} could not be written ({reason}). The last dataset stays. "
            "Free some space or choose another place with --output."
        ) from error
    return fingerprint


def read_dataset(path: Path) -> Dataset:
    """
    Read a published dataset.

    Every value is what the data dictionary says (`geodata.dataset.geopackage`): a file that was made or changed by somebody else is refused, and
    reading it takes no more than its size allows.

    Parameters
    ----------
    path
        A GeoPackage that `write_dataset` made.

    Raises
    ------
    DatasetMissingError
        If there is no such file.
    DatasetError
        If the file is no GeoPackage of this schema version, or a table is missing or broken; `reason` says which.
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
        told = say("dataset.no_text") if isinstance(error, UnicodeError) else error
        raise DatasetError(say("dataset.damaged", name=path.name, reason=told)) from error
    except OSError as error:
        if isinstance(error, DatasetMissingError):
            raise
        raise DatasetError(
            f"{path.name} cannot be read ({error.strerror or error}). Check who may read it."
        ) from error


def _facts_as(path: Path, mode: geopackage.Mode) -> tuple[dict[str, str], int]:
    with geopackage.reader(path, mode) as found:
        return _facts_of(found, path)


def _facts_of(found: geopackage.Reader, path: Path) -> tuple[dict[str, str], int]:
    facts = {str(name): str(value) for name, value in found.rows("dataset", ["name", "value"])}
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
    with geopackage.reader(path, mode) as found:
        facts, version = _facts_of(found, path)
        found.check_pages()
        for table in fields.TABLES:
            if table.since > version:
                contents[table.name] = tables.empty(table.name)
                continue
            known = table.fields_of(version)
            names = [field.name for field in known]
            rows = found.rows(table.name, names)
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
        shapes = found.shapes()
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
            yield f"table {table}, column {column}: {len(wrong)} names hold more than letters, digits and hyphens"


def _is_as_published(dataset: Dataset) -> bool:
    return content_hash(
        dataset.tables, _shapes_of(dataset.shapes or {}, dataset.path.name)
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
    """Return the schema version; an older one lacks tables and columns only, so that a build can still be compared with it."""
    found = facts.get("schema_version")
    readable = {str(version) for version in range(1, fields.SCHEMA_VERSION + 1)}
    if found not in readable:
        raise DatasetError(
            say("dataset.version", name=path.name, found=found, readable=", ".join(sorted(readable))),
            "version",
        )
    return int(str(found))


def _stated_version(dataset: pd.DataFrame) -> int:
    """Return the schema version that a table `dataset` states; that of this program where it states none."""
    stated = dict(zip(dataset["name"], dataset["value"], strict=True)).get("schema_version", "")
    return int(stated) if str(stated).isdecimal() else fields.SCHEMA_VERSION


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


def _with_fact(frame: pd.DataFrame, name: str, value: str) -> pd.DataFrame:
    others = frame[frame["name"] != name]
    return tables.conform("dataset", pd.concat([others, pd.DataFrame({"name": [name], "value": [value]})]))


def _conform_outlines(municipality: pd.DataFrame, outlines: pd.DataFrame) -> pd.DataFrame:
    import shapely

    codes = outlines["municipality_code"].astype("str")
    strangers = sorted(set(codes) - set(municipality["municipality_code"]))
    if strangers or codes.duplicated().any():
        what = f"unknown: {strangers[0]}" if strangers else f"twice: {codes[codes.duplicated()].iloc[0]}"
        raise PublishError(f"Outlines do not fit the municipalities ({what}). Correct the file of outlines.")
    shapes = [
        shapely.MultiPolygon([shape]) if shape.geom_type == "Polygon" else shape
        for shape in outlines["geometry"]
    ]
    return pd.DataFrame({"municipality_code": codes.tolist(), "geometry": shapes}).sort_values(
        "municipality_code", ignore_index=True
    )


def _write_geopackage(contents: Mapping[str, pd.DataFrame], outlines: pd.DataFrame, path: Path) -> None:
    facts = dict(zip(contents["dataset"]["name"], contents["dataset"]["value"], strict=True))
    # The day of the data, not the day of the run: the second build of the same input is the same file.
    changed = f"{facts.get('data_date', '1970-01-01')}T00:00:00.000Z"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(
            "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {GEOPACKAGE_VERSION}; BEGIN;"
            + FRAME
        )
        for table in fields.TABLES:
            _write_table(connection, table, contents[table.name], outlines, changed)
        connection.execute("COMMIT")


def _write_table(
    connection: sqlite3.Connection,
    table: fields.Table,
    frame: pd.DataFrame,
    outlines: pd.DataFrame,
    changed: str,
) -> None:
    shapes, kind, bounds = _shapes(table, frame, outlines)
    columns = [
        f'"{field.name}" {SQL_TYPES[field.type]}{"" if field.nullable else " NOT NULL"}'
        for field in table.fields
    ]
    if kind:
        columns.insert(0, f"{GEOMETRY_COLUMN} {kind}")
    connection.execute(
        f'CREATE TABLE "{table.name}" (fid INTEGER PRIMARY KEY NOT NULL, {", ".join(columns)})'
    )
    marks = ", ".join("?" * (len(columns) + 1))
    connection.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', _rows(table, frame, shapes))
    connection.execute(
        "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            table.name,
            "features" if kind else "attributes",
            table.name,
            table.description,
            changed,
            *(bounds or (None,) * 4),
            WGS84 if kind else None,
        ),
    )
    if kind:
        connection.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, 0, 0)",
            (table.name, GEOMETRY_COLUMN, kind, WGS84),
        )
    connection.executemany(
        "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, NULL, ?, NULL, NULL)",
        [
            (
                table.name,
                field.name,
                field.name,
                f"{field.description} [{field.unit}]" if field.unit else field.description,
            )
            for field in table.fields
        ],
    )


def _shapes(
    table: fields.Table, frame: pd.DataFrame, outlines: pd.DataFrame
) -> tuple[list[bytes | None], str | None, tuple[float, float, float, float] | None]:
    """Return the geometry of each row as a GeoPackage keeps it, its SQL type and the bounds of all."""
    import shapely

    if table.geometry:
        by_code = dict(zip(outlines["municipality_code"], outlines["geometry"], strict=True))
        shapes = [by_code.get(code) for code in frame["municipality_code"]]
        kind = table.geometry.upper()
    elif table.name in POINT_TABLES:
        longitude, latitude = (frame[name].to_numpy(dtype=np.float64) for name in POINT_TABLES[table.name])
        is_known = ~(np.isnan(longitude) | np.isnan(latitude))
        points = np.full(len(frame), None, dtype=object)
        points[is_known] = shapely.points(longitude[is_known], latitude[is_known])
        shapes = points.tolist()
        kind = "POINT"
    else:
        return [], None, None
    present = [shape for shape in shapes if shape is not None]
    bounds = tuple(float(value) for value in shapely.total_bounds(present)) if present else None
    return _to_blobs(shapes), kind, bounds  # type: ignore[return-value]  # total_bounds gives four numbers


def _rows(table: fields.Table, frame: pd.DataFrame, shapes: list[bytes | None]) -> Iterator[tuple[Any, ...]]:
    columns = []
    for field in table.fields:
        values = frame[field.name].astype("object").where(frame[field.name].notna(), None).tolist()
        columns.append([int(value) for value in values] if field.type == "boolean" else values)
    if shapes:
        columns.insert(0, shapes)
    for number, row in enumerate(zip(*columns, strict=True), start=1):
        yield (number, *row)


def _to_blobs(shapes: list[Any]) -> list[bytes | None]:
    """Return GeoPackage binaries: magic, version, flags (little endian, envelope unless a point), SRS, envelope, WKB."""
    import shapely

    point = struct.pack("<2sBBi", b"GP", 0, 0b00000001, WGS84)
    array = np.asarray(shapes, dtype=object)
    is_point = shapely.get_type_id(array) == 0
    blobs: list[bytes | None] = []
    for blob, plain, (west, south, east, north) in zip(
        shapely.to_wkb(array, byte_order=1), is_point, shapely.bounds(array), strict=True
    ):
        if blob is None:
            blobs.append(None)
        elif plain:
            blobs.append(point + blob)
        else:
            envelope = struct.pack("<2sBBi4d", b"GP", 0, 0b00000011, WGS84, west, east, south, north)
            blobs.append(envelope + blob)
    return blobs


def _read_outlines(path: Path) -> pd.DataFrame:
    """Read the outlines alone."""
    return _shapes_of(read_dataset(path).shapes or {}, path.name)


def _shapes_of(shapes: Mapping[str, bytes], name: str) -> pd.DataFrame:
    import shapely

    try:
        found = list(shapely.from_wkb(list(shapes.values())))
    except shapely.GEOSException as error:
        raise DatasetError(f"{name}: an outline is no shape ({error}). {REBUILD}") from error
    return pd.DataFrame({"municipality_code": list(shapes), "geometry": found})

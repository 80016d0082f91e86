"""Publish tables and outlines as one GeoPackage, in one step."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geodata import durable
from geodata.dataset import fields, geopackage
from geodata.dataset import rules as tables
from geodata.dataset.content import content_hash
from geodata.errors import PublishError

if TYPE_CHECKING:
    import geopandas as gpd
from geodata.dataset.dataset import WGS84, read_dataset, shapes_of

APPLICATION_ID = 0x47504B47  # "GPKG"
GEOPACKAGE_VERSION = 10300
GEOMETRY_COLUMN = "geom"
POINT_TABLES = {"site": ("longitude", "latitude")}  # QGIS shows sites beside municipalities
SQL_TYPES = {"text": "TEXT", "integer": "INTEGER", "real": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}
# SQLite keeps these sentences as they are written, line for line: a line that ends with "\\" goes on.
FRAME = f"""
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, \
description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, \
identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, \
min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, \
geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), \
CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, \
definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, \
name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, \
value TEXT,
  min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', NULL);
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL);
INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', {WGS84}, 'EPSG', {WGS84},
  'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],\
AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],\
UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
  'longitude/latitude on the WGS 84 ellipsoid');
INSERT INTO gpkg_extensions VALUES ('gpkg_data_columns', NULL, 'gpkg_schema',
  'http://www.geopackage.org/spec121/#extension_schema', 'read-write');
INSERT INTO gpkg_extensions VALUES ('gpkg_data_column_constraints', NULL, 'gpkg_schema',
  'http://www.geopackage.org/spec121/#extension_schema', 'read-write');
"""


def write_dataset(
    contents: Mapping[str, pd.DataFrame],
    outlines: gpd.GeoDataFrame,
    path: Path,
    announce: Callable[[str], None] = lambda _: None,
) -> str:
    """
    Publish tables and outlines as one GeoPackage.

    The file is written beside the target, read back, compared and only then put in its place in one step:
    whatever fails, the last good dataset stays as it was.

    Parameters
    ----------
    contents
        Every table of `geodata.dataset.fields`; `dataset` holds at least data_date and title
        (the schema version and the hash are added here).
    outlines
        municipality_code and geometry (Polygon or MultiPolygon, EPSG:4326), one row per municipality at most.
    path
        Where to publish.
    announce
        Called with the hash when the file is whole and before it takes its place: what must be known
        of a dataset from its first moment on is written here. What it raises keeps the last dataset.

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
            if content_hash(back.tables, shapes_of(back.shapes or {}, fresh.name)) != fingerprint:
                raise PublishError(
                    f"{path.name}: the written file does not read back the same. The last dataset stays."
                )
            durable.settle(fresh)
            announce(fingerprint)
            geopackage.take_in_changes(path)
    except geopackage.NotHonestError as error:
        raise PublishError(
            f"{path.name} is open in another program (QGIS?), which keeps changes beside it ({error}). "
            "The last dataset stays. "
            "Close it there and try again; if no program has it open, remove that file."
        ) from error
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise PublishError(
            f"{path.name} could not be written ({reason}). The last dataset stays. "
            "Free some space or choose another place with --output."
        ) from error
    return fingerprint


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
    """
    Return GeoPackage binaries: magic, version, flags
    (little endian, envelope unless a point), SRS, envelope, WKB.
    """
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

"""Outlines of municipalities: GeoJSON in EPSG:4326, one feature a line."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from etl.files.reading import ROW_NUMBER, Problems, read_text
from geodata.crs import BOUNDS
from geodata.errors import InputFileError

ORIGIN_ID = "snapshot_outline"
NEXT_STEP = "Export the outlines again (GeoJSON, EPSG:4326, property municipality_code)."


def read(path: Path, known: Collection[str]) -> pd.DataFrame:
    """
    Read outline.geojson.

    Parameters
    ----------
    path
        GeoJSON with Polygons or MultiPolygons and a property municipality_code.
    known
        Codes of the loaded municipalities.

    Returns
    -------
    outlines
        row_number (place among the features + 1, as if the heading were row 1), municipality_code, geometry.

    Raises
    ------
    InputFileError
        With all problems of the file.
    """
    features = _features(path)
    problems = Problems()
    codes: list[str] = []
    shapes: list[Any] = []
    for row, feature in enumerate(features, start=2):
        code = _table(_table(feature).get("properties")).get("municipality_code")
        shape = _shape(_table(feature).get("geometry"))
        what = _problem(code, shape, known, codes)
        if what:
            problems.add(what, row, str(code))
        codes.append(str(code))
        shapes.append(shape)
    problems.raise_if_any(path.name, NEXT_STEP)
    return pd.DataFrame(
        {
            ROW_NUMBER: range(2, len(codes) + 2),
            "municipality_code": codes,
            "geometry": pd.Series(shapes, dtype=object),
        }
    )


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise InputFileError(
            path.name,
            [f"row {error.lineno}: the GeoJSON breaks off or is damaged ({error.msg})"],
            "The file seems to be cut off: fetch or save it again.",
        ) from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise InputFileError(
            path.name, ["row 1: this is no GeoJSON FeatureCollection with features"], NEXT_STEP
        )
    return features


def _shape(geometry: Any) -> Any:
    if not geometry:
        return None
    try:
        return shapely.from_geojson(json.dumps(geometry))
    except shapely.errors.GEOSException:
        return None


def _problem(code: object, shape: Any, known: Collection[str], earlier: Collection[str]) -> str | None:
    if not isinstance(code, str):
        return "municipality_code is missing or no text"
    if code not in known:
        return "municipality_code is not in the file of municipalities"
    if code in earlier:
        return "municipality_code stands already in an earlier feature"
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        return "the outline is no polygon"
    if not shape.is_valid:
        return "the outline crosses itself or is open"
    west, south, east, north = shape.bounds
    boxes = BOUNDS.values()
    inside = any(w <= west and s <= south and east <= e and north <= n for w, s, e, n in boxes)
    return None if inside else "the outline lies outside Czechia and Poland (are the coordinates WGS 84?)"

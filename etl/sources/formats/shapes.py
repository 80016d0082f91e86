"""Outlines of any origin as valid polygons in WGS 84."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely import LinearRing, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from etl.files import zipfiles
from etl.files.xmlsafe import check_xml
from etl.sources.formats.contract import refuse

XML_SUFFIXES = (".kml", ".gml", ".xml", ".xsd")
XML_ROOTS = ("kml", "FeatureCollection", "VymennyFormat")
JSON_SUFFIXES = (".json", ".geojson", ".topojson")
SIGNATURES = {
    ".gpkg": (b"SQLite format 3\x00", "GeoPackage"),
    ".shp": (b"\x00\x00\x27\x0a", "shape file"),
    ".fgb": (b"fgb", "FlatGeobuf file"),
}
"""How a file begins, by suffix, and what it is then."""
SIDE_FILES = (".shp", ".shx", ".dbf", ".prj", ".cpg")
READABLE = (*XML_SUFFIXES[:3], *JSON_SUFFIXES, *SIGNATURES)
NOT_READABLE = "Give GeoJSON, TopoJSON, GPKG, FlatGeobuf, SHP (zipped with its side files), KML or GML."


def as_multipolygon(shape: BaseGeometry | None) -> MultiPolygon | None:
    """
    Return a valid MultiPolygon of whatever stands for an area, None where nothing does.

    Lines are closed (half of the outlines of a known KML are open lines), self-crossings resolved,
    heights dropped, points and leftover lines left out.
    """
    if shape is None or shape.is_empty:
        return None
    shape = shapely.force_2d(shape)
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return None
    if isinstance(shape, Polygon | MultiPolygon) and shape.is_valid:
        # Most outlines are right as they are.
        return shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])
    polygons = list(_polygons(shape))
    if not polygons:
        return None
    whole = polygons[0] if len(polygons) == 1 else shapely.union_all(_valid(polygons))
    parts = [
        part
        for piece in _valid([whole])
        for part in shapely.get_parts(piece)
        if isinstance(part, Polygon) and part.area > 0
    ]
    if not parts:
        return None
    result = MultiPolygon(parts)
    return result if result.is_valid else None


def _valid(shapes: list[Any]) -> list[Any]:
    return [
        part
        for shape in shapes
        for part in shapely.get_parts(
            shapely.get_parts(shapely.make_valid(shape, method="structure", keep_collapsed=False))
        )
        if isinstance(part, Polygon)
    ]


def _polygons(shape: BaseGeometry) -> Iterator[Polygon]:
    if isinstance(shape, Polygon):
        yield shape
    elif isinstance(shape, shapely.LineString):
        ring = _closed(shape)
        if ring is not None:
            yield Polygon(ring)
    elif hasattr(shape, "geoms"):
        for part in shape.geoms:
            yield from _polygons(part)


def _closed(line: shapely.LineString) -> LinearRing | None:
    points = shapely.get_coordinates(line)
    if len(np.unique(points, axis=0)) < 3:
        return None
    # Shapely closes the ring itself where the ends differ.
    return LinearRing(points)


def transform(shapes: Any, operation: Callable[[Any, Any], tuple[Any, Any]]) -> Any:
    """Apply (x, y) → (x, y) on every point of an array of shapes."""

    def apply(points: Any) -> Any:
        return np.column_stack(operation(points[:, 0], points[:, 1]))

    return shapely.transform(shapely.force_2d(shapes), apply)


@contextmanager
def unpacked(path: Path, wanted: Callable[[str], bool]) -> Iterator[list[Path]]:
    """
    Give the readable files of a zip (unpacked for the while) or the file itself;
    side files come with them.
    """
    if path.suffix.lower() != ".zip" and not _is_zip(path):
        yield [path]
        return
    with tempfile.TemporaryDirectory(prefix="dosah-") as folder:
        files = zipfiles.extract(
            path, Path(folder), lambda name: name.lower().endswith((*READABLE, *SIDE_FILES)) and wanted(name)
        )
        yield [file for file in files if file.suffix.lower() in READABLE]


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(4) == b"PK\x03\x04"
    except OSError:
        return False


def read_layer(
    path: Path,
    name: str,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    column: str | None = None,
) -> tuple[pd.DataFrame, Any, str | None]:
    """
    Read one layer of a vector file with GDAL.

    Parameters
    ----------
    path
        The file, unpacked.
    name
        What messages call it.
    layer
        Name of the layer; None = the only one with shapes and, of several, the only one that has `column`.
    encoding
        Of the texts of a shape file without .cpg; None = as the file says.
    column
        A column that the wanted layer has, written in any case; None = whichever.

    Returns
    -------
    attributes, shapes, crs
        A table of attributes, an array of geometries (None where missing), and the CRS as GDAL knows it.

    Raises
    ------
    InputFileError
        If the file is of another kind, dangerous, broken, or has no such layer.
    """
    check_vector_file(path, name)
    import pyogrio

    if path.suffix.lower() != ".shp" or path.with_suffix(".cpg").exists():
        encoding = None
    # GDAL would leave a .gfs file beside every GML.
    options = {"WRITE_GFS": "NO"} if path.suffix.lower() in (".gml", ".xml") else {}

    layer = _chosen(path, name, layer, column)
    try:
        with warnings.catch_warnings(record=True):
            # GDAL's other warnings (an unclosed ring, an odd field) are answered by the checks on the result.
            warnings.simplefilter("always")
            meta, _, wkb, columns = pyogrio.raw.read(
                path, layer=layer, encoding=encoding, force_2d=True, **options
            )
            shapes = np.array([], dtype=object) if wkb is None else shapely.from_wkb(wkb, on_invalid="ignore")
    # A broken file makes GDAL, pyogrio and shapely raise nearly anything (IndexError, KeyError,
    # errors of their own).
    except Exception as error:
        raise refuse(
            name, [f"it cannot be read as a vector file ({str(error)[:200]})"], NOT_READABLE
        ) from error
    attributes = pd.DataFrame(dict(zip(meta["fields"], columns, strict=True)))
    if len(shapes) != len(attributes) and len(attributes.columns):
        raise refuse(name, ["it has no shapes"], NOT_READABLE)
    return attributes, shapes, meta["crs"]


MANY_LAYERS = (".gpkg", ".kml", ".gml", ".xml")


def _chosen(path: Path, name: str, layer: str | None, column: str | None) -> str | None:
    """
    Choose the layer to read: the one that was named, else the only one that can be meant.

    A GeoPackage of QGIS keeps its styles in a table `layer_styles` beside the layers; a table without shapes
    is never meant.
    """
    if path.suffix.lower() not in MANY_LAYERS:
        return layer
    import pyogrio

    try:
        every = [(str(row[0]), row[1]) for row in pyogrio.list_layers(path)]
        shown = [found for found, kind in every if kind is not None]
        fitting = [found for found in shown if len(shown) == 1 or _has_column(path, found, column)]
    except Exception:  # noqa: BLE001 - what cannot even be listed is told by the reading itself
        return layer
    if layer in shown or not shown:
        return layer
    if layer is not None:
        is_table = any(found == layer for found, _ in every)
        why = "is a table without shapes" if is_table else "is not in it"
        raise refuse(
            name, [f"the layer '{layer}' {why} (layers: {_few(shown)})"], SAY_LAYER.format(name=name)
        )
    if len(fitting) == 1:
        return fitting[0]
    what = f"it has {len(shown)} layers ({_few(shown)})"
    if column is not None:
        what += f", {len(fitting) or 'none'} of them with the column '{column}'"
    raise refuse(name, [what], SAY_LAYER.format(name=name))


SAY_LAYER = "Say which one: write `layer: NAME` into {name}.yaml, the column mapping beside the file."


def _has_column(path: Path, layer: str, column: str | None) -> bool:
    import pyogrio

    fields = [str(field).casefold() for field in pyogrio.read_info(path, layer=layer)["fields"]]
    return column is None or column.casefold() in fields


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def check_vector_file(path: Path, name: str) -> None:
    """
    Refuse what GDAL should not open: other kinds of files (some name further files or addresses),
    dangerous XML.
    """
    if not path.is_file():
        raise refuse(name, ["there is no such file"], "Check its name.")
    suffix = path.suffix.lower()
    with path.open("rb") as stream:
        head = stream.read(512)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise refuse(name, ["the file is empty"], NOT_READABLE)
    if suffix in JSON_SUFFIXES:
        if not start.startswith((b"{", b"[")):
            raise refuse(name, ["it is not JSON"], NOT_READABLE)
    elif suffix in XML_SUFFIXES:
        check_xml(path, roots=XML_ROOTS)
    elif suffix in SIGNATURES:
        signature, kind = SIGNATURES[suffix]
        if not head.startswith(signature):
            raise refuse(name, [f"it is not a {kind}"], NOT_READABLE)
    else:
        raise refuse(name, [f"files of kind '{suffix or 'without suffix'}' are not read"], NOT_READABLE)


def outlines(rows: Sequence[Mapping[str, Any]], shapes: Sequence[MultiPolygon]) -> pd.DataFrame:
    """Make the table of outlines: the given columns, a point inside, and the geometry."""
    frame = pd.DataFrame.from_records(list(rows))
    column = np.empty(len(shapes), dtype=object)
    column[:] = shapes
    points = shapely.point_on_surface(column)
    frame["latitude"] = shapely.get_y(points)
    frame["longitude"] = shapely.get_x(points)
    frame["geometry"] = column
    return frame

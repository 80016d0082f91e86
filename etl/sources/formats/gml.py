"""
Polygons of GML 3.2, read element by element.

GDAL guesses types (a code "0222033" becomes the number 222033) and knows the Czech exchange format only
with a template beside it. The two official formats need little: surfaces, rings, lists of positions,
and the order of axes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, iterparse

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from etl.files.xmlsafe import check_xml
from etl.sources.formats.files import text_of
from etl.sources.formats.shapes import as_multipolygon

GML = "{http://www.opengis.net/gml/3.2}"
MOST_POSITIONS = 5_000_000


class ShapeError(ValueError):
    """Why a shape cannot be used, as a part of a sentence."""


def local_name(tag: str) -> str:
    """Return a tag without its namespace."""
    return tag.rpartition("}")[2]


def iterate_elements(path: Path, name: str, *, root: str) -> Iterator[Element]:
    """
    Give every complete element with the local name `name`, one after another; the file is checked first.

    An element inside one of the same name is not given on its own, and memory is freed behind.
    """
    check_xml(path, roots=(root,))
    depth = 0
    with path.open("rb") as stream:
        for event, element in iterparse(stream, events=("start", "end")):  # noqa: S314 - checked by check_xml
            if local_name(element.tag) != name:
                continue
            depth += 1 if event == "start" else -1
            if event == "end" and depth == 0:
                yield element
                element.clear()


def child_text(element: Element, name: str) -> str | None:
    """Return the text of the direct child with a local name; None where absent or blank."""
    for child in element:
        if local_name(child.tag) == name:
            return text_of(child.text)
    return None


def descendant(element: Element, name: str) -> Element | None:
    """Return the first descendant with a local name."""
    return next((part for part in element.iter() if local_name(part.tag) == name), None)


def srs_of(element: Element) -> str | None:
    """Return the first reference system named inside an element."""
    for part in element.iter():
        srs = part.get("srsName")
        if srs:
            return srs
    return None


def is_axis_order_official(srs: str | None) -> bool:
    """
    Tell whether coordinates come in the order of the reference system's definition.

    "urn:ogc:def:crs:EPSG::2180" and the http URI say so (for EPSG:2180: northing first);
    "EPSG:2180" means easting first.
    """
    return bool(srs) and ("urn:" in str(srs) or "opengis.net/def/crs" in str(srs))


def polygons_of(element: Element, *, swap: bool) -> MultiPolygon:
    """
    Return all polygons inside an element as one valid MultiPolygon.

    Parameters
    ----------
    swap
        Whether the first coordinate is the northing.

    Raises
    ------
    ShapeError
        If there is none, a ring is broken, or a border is curved (the official municipal borders are not).
    """
    polygons = []
    for part in element.iter():
        kind = local_name(part.tag)
        if kind in ("Arc", "ArcString", "Circle", "CircleByCenterPoint", "Clothoid", "BSpline"):
            raise ShapeError("its border has curves")
        if kind in ("Polygon", "PolygonPatch"):
            rings = {"exterior": [], "interior": []}  # type: dict[str, list[np.ndarray]]
            for side in part:
                where = local_name(side.tag)
                if where in rings:
                    rings[where].append(_ring(side, swap=swap))
            if len(rings["exterior"]) != 1:
                raise ShapeError("a polygon has no outer ring")
            polygons.append(Polygon(rings["exterior"][0], rings["interior"]))
    if not polygons:
        raise ShapeError("it has no polygon")
    whole = as_multipolygon(shapely.GeometryCollection(polygons))
    if whole is None:
        raise ShapeError("its border encloses no area")
    return whole


def _ring(side: Element, *, swap: bool) -> np.ndarray:
    numbers: list[float] = []
    for part in side.iter():
        if local_name(part.tag) in ("posList", "pos") and part.text:
            try:
                numbers += [float(word) for word in part.text.split()]
            except ValueError as error:
                raise ShapeError("a coordinate is no number") from error
    if len(numbers) % 2 or len(numbers) < 8 or len(numbers) > 2 * MOST_POSITIONS:
        raise ShapeError(f"a ring has {len(numbers) / 2:g} points")
    points = np.array(numbers, dtype="float64").reshape(-1, 2)
    if not np.isfinite(points).all():
        raise ShapeError("a coordinate is no number")
    return points[:, ::-1] if swap else points

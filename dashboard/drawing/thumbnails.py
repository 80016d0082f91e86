"""
Small pictures of planning areas for the picker: the outlines that the map itself uses, as SVG.

They are decoration beside a link in words,
so they have no text of their own and say nothing the words do not.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from dashboard.drawing.outlines import Frame, frame_of
from dashboard.markup import render
from dashboard.theme import MAP_COLOURS

RATIO: Final = 1.6
MEMBER_FILL: Final = "#5d9ab5"
Ring = Sequence[Sequence[float]]


def read_rings(outlines: str) -> dict[str, list[Ring]]:
    """
    Return the rings of every municipality (longitude, latitude).

    `dashboard.answers.outlines.write_outlines` says how outlines are written.
    """
    features = json.loads(outlines)["features"]
    return {
        feature["properties"]["municipality_code"]: list(_rings(feature["geometry"]))
        for feature in features
        if feature["geometry"]
    }


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        yield from polygon


def bounds(
    rings: Mapping[str, Sequence[Ring]], members: Collection[str]
) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of some municipalities; None where none has an outline."""
    points = [point for code in members for ring in rings.get(code, ()) for point in ring]
    if not points:
        return None
    longitudes, latitudes = [point[0] for point in points], [point[1] for point in points]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def thumbnail(rings: Mapping[str, Sequence[Ring]], members: Collection[str]) -> str:
    """Draw an area among its neighbours; "" where there is nothing to draw."""
    box = bounds(rings, members)
    if box is None:
        return ""
    frame = frame_of(box, RATIO, margin=0.1)
    neighbours = [code for code in rings if code not in members]
    # Members over their neighbours, so that their borders are not covered by half.
    drawn = [
        (_path(rings[code], frame), MAP_COLOURS["ground"], MAP_COLOURS["border"], 2) for code in neighbours
    ]
    drawn += [
        (_path(rings[code], frame), MEMBER_FILL, MAP_COLOURS["member_border"], 3)
        for code in rings
        if code in members
    ]
    paths = [line for line in drawn if line[0]]
    return str(render("drawing/templates/thumbnail.svg.j2", frame=frame, paths=paths))


def _path(rings: Sequence[Ring], frame: Frame) -> str:
    """
    Write an outline in whole units: a thumbnail is a quarter of the map's size.

    "" where it is out of sight.
    """
    parts = []
    is_in_sight = False
    for ring in rings:
        points = [frame.point(x, y) for x, y in ring[:-1]]
        is_in_sight |= any(0 <= x <= frame.width and 0 <= y <= frame.height for x, y in points)
        parts.append("M" + "L".join(f"{x:.0f},{y:.0f}" for x, y in points) + "Z")
    return "".join(parts) if is_in_sight else ""

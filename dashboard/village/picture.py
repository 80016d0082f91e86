"""
A small picture of a municipality among its neighbours, with the services to call first and the lines to them.

Drawn from the outlines that the map of gaps uses, so that nothing heavy is read for it.
Its content stands beside it in words: the numbers are those of the list of phone numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from dashboard.drawing import thumbnails
from dashboard.drawing.outlines import METRES_PER_DEGREE, Box, Frame, Line, Look, Mark, Shapes, draw, frame_of

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.drawing.thumbnails import Ring
    from dashboard.village.services import Call, Serving

RATIO: Final = 1.15
LETTER: Final = 38.0
NAMES: Final = 9
# A village of two kilometres alone in a picture would not be found by anybody.
NARROWEST_M: Final = 11_000.0
Point = tuple[float, float]


class RingShapes(Shapes):
    """Outlines as rings of a file (longitude, latitude), with their boxes: the same maps without shapely."""

    def __init__(
        self, rings: Mapping[str, Sequence[Ring]], names: Mapping[str, str], points: Mapping[str, Point]
    ) -> None:
        super().__init__({}, names, points)
        self.rings = rings
        self.boxes: dict[str, Box] = {
            code: box for code in rings if (box := thumbnails.bounds(rings, [code])) is not None
        }

    def paths(self, frame: Frame) -> Mapping[str, str]:
        """Return the SVG paths of the municipalities in a window, in whole units: the picture is small."""
        found = {}
        for code in self.inside(frame):
            parts = []
            for ring in self.rings[code]:
                points = [frame.point(place[0], place[1]) for place in ring[:-1]]
                parts.append("M" + "L".join(f"{x:.0f},{y:.0f}" for x, y in points) + "Z")
            found[code] = "".join(parts)
        return found

    def bounds(self, codes: Collection[str]) -> Box:
        """Return west, south, east, north of some municipalities."""
        return around([self.boxes[code] for code in codes if code in self.boxes])

    def inside(self, frame: Frame) -> list[str]:
        """Return the municipalities whose boxes meet the window."""
        found = []
        for code, (west, south, east, north) in self.boxes.items():
            left, top = frame.point(west, north)
            right, bottom = frame.point(east, south)
            if right >= 0 and left <= frame.width and bottom >= 0 and top <= frame.height:
                found.append(code)
        return found


def around(boxes: Sequence[Box]) -> Box:
    """Return the box around some boxes."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def widened(box: Box, metres: float = NARROWEST_M) -> Box:
    """Return a box that is at least `metres` wide and high, about the same middle."""
    west, south, east, north = box
    height = metres / METRES_PER_DEGREE
    # Degrees of longitude are about 0.64 of those of latitude here.
    width = height / 0.64
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return (
        min(west, middle_x - width / 2),
        min(south, middle_y - height / 2),
        max(east, middle_x + width / 2),
        max(north, middle_y + height / 2),
    )


def site_places(sites: pd.DataFrame, service_ids: Collection[str]) -> dict[str, list[tuple[Point, bool]]]:
    """
    Return where services are: (latitude, longitude) of each site
    and whether it is known by its municipality only.

    Protected sites and those without a place are left out.
    """
    rows = sites.loc[sites["service_id"].isin(list(service_ids))]
    rows = rows.loc[~rows["is_protected"].astype(bool) & rows["latitude"].notna() & rows["longitude"].notna()]
    points: dict[str, list[tuple[Point, bool]]] = {}
    columns = ("service_id", "latitude", "longitude", "location_quality")
    for service_id, latitude, longitude, quality in zip(*(rows[name] for name in columns), strict=True):
        point = (float(latitude), float(longitude))
        points.setdefault(str(service_id), []).append((point, quality == "municipality"))
    return points


def nearest_site(sites: Sequence[tuple[Point, bool]], point: Point) -> tuple[Point, bool]:
    """Return the site nearest to a point, by the straight line."""
    return min(sites, key=lambda site: _squared(site[0], point))


def _squared(one: Point, other: Point) -> float:
    return (one[0] - other[0]) ** 2 + (0.64 * (one[1] - other[1])) ** 2


def picture(
    shapes: RingShapes,
    code: str,
    members: Collection[str],
    *,
    calls: Sequence[Call],
    others: Sequence[Serving],
    places: Mapping[str, Sequence[tuple[Point, bool]]],
) -> str:
    """
    Draw the picture; "" where the municipality has no outline.

    Parameters
    ----------
    shapes
        Outlines, names and points of the dataset.
    code
        The municipality.
    members
        Municipalities of its planning area.
    calls
        Phone numbers in their order: each is a numbered mark with a line to the municipality.
    others
        Further services that have a place in the municipality or declare it: marks without a number.
    places
        Answer of `site_places`.
    """
    if code not in shapes.boxes or code not in shapes.points:
        return ""
    point = shapes.points[code]
    numbers: dict[Point, list[int]] = {}
    marks: list[Mark] = []
    lines: list[Line] = []
    boxes = [widened(shapes.boxes[code])]
    rough: dict[Point, bool] = {}
    unknown: dict[Point, bool] = {}
    for number, call in enumerate(calls, start=1):
        entry = call.serving.entry
        sites = places.get(entry.service_id, ())
        if not sites or call.serving.way == "beyond":
            continue
        position, is_rough = nearest_site(sites, point)
        at = (round(position[0], 3), round(position[1], 3))
        numbers.setdefault(at, []).append(number)
        rough[at] = is_rough
        unknown[at] = not entry.has_capacity
        boxes.append((position[1], position[0], position[1], position[0]))
        if call.serving.way != "here":
            lines.append(Line(position, point, is_dashed=call.serving.way == "declared"))
    frame = frame_of(around(boxes), RATIO, margin=0.09)
    for serving in others:
        for position, is_rough in places.get(serving.entry.service_id, ()):
            at = (round(position[0], 3), round(position[1], 3))
            if at in numbers:
                continue
            numbers[at] = []
            marks.append(Mark(*at, is_approximate=is_rough, is_unknown=not serving.entry.has_capacity))
    for at, listed in numbers.items():
        if listed:
            words = ",".join(map(str, listed)) if len(listed) < 3 else f"{listed[0]}+"
            marks.append(Mark(*at, text=words, is_approximate=rough[at], is_unknown=unknown[at]))
    shown = set(shapes.inside(frame))
    near = sorted(
        (other for other in shown if other != code and other in shapes.points),
        key=lambda other: (other not in members, _squared(shapes.points[other], point)),
    )
    inside = set(members)
    return draw(
        shapes,
        frame,
        lambda other: Look(is_member=other in inside, is_focus=other == code),
        names=[code, *near[:NAMES]],
        marks=marks,
        lines=lines,
        letter=LETTER,
        has_patterns=False,
    )

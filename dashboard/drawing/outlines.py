"""
Maps as pictures: outlines of municipalities as SVG, in metres,
with a scale bar and names that do not collide.

The projection is local: degrees times metres per degree at the middle of the map (equirectangular). Over a
planning area (up to about 60 km) lengths err by less than 0.5 %, less than the outlines themselves, which are
generalised by about 50 m.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from dashboard import text
from dashboard.markup import render
from dashboard.theme import GAP_CLASSES, MAP_COLOURS

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

METRES_PER_DEGREE: Final = 111_320.0
Box = tuple[float, float, float, float]
WIDTH: Final = 1000.0
"""Width of every map in units of its own; letters and lines are measured in them."""
POPULATION_STEPS: Final = ("#e3eef3", "#a9cbda", "#5d9ab5", "#1f5f7a")
"""Steps of a share of inhabitants, light to dark: one colour, which is none of the gap classes' shortage."""
# Libertinus comes with typst; the others are what a reader's system is likely to have.
FONTS: Final = Markup("'Noto Sans', 'DejaVu Sans', Arial, 'Libertinus Serif', sans-serif")
_SWATCH: Final = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 52 32">{}'
    '<rect x="1" y="1" width="50" height="30" fill="{}" stroke="{}" stroke-width="2"/></svg>'
)
# Mean width of a letter in parts of its height; capitals and wide letters are evened out over a name.
_LETTER: Final = 0.56


@dataclass(frozen=True)
class Mark:
    """A point on a map, for instance a site: what stands in it, and how far to trust its place."""

    latitude: float
    longitude: float
    text: str = ""
    is_approximate: bool = False
    is_unknown: bool = False
    title: str = ""


@dataclass(frozen=True)
class Line:
    """
    A straight line between two places (latitude, longitude in degrees),
    dashed where it is a promise only.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    is_dashed: bool = False


@dataclass(frozen=True)
class Look:
    """
    How an outline is drawn: its gap class (None = not part of the calculation) and marks.

    `fill` wins over the class; `title` is what pointing at the outline says.
    """

    gap_class: str | None = None
    is_member: bool = False
    is_lower_bound: bool = False
    is_focus: bool = False
    fill: str | None = None
    title: str = ""


@dataclass(frozen=True)
class Frame:
    """The window of a map: from degrees to units, y down."""

    west_m: float
    north_m: float
    latitude: float
    units_per_m: float
    height: float
    width: float = field(default=WIDTH)

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return the position of a place in units."""
        x = longitude * METRES_PER_DEGREE * math.cos(math.radians(self.latitude))
        y = latitude * METRES_PER_DEGREE
        return (x - self.west_m) * self.units_per_m, (self.north_m - y) * self.units_per_m


def frame_of(bounds: Box, ratio: float | None = None, margin: float = 0.04) -> Frame:
    """
    Return the window that shows `bounds`.

    Parameters
    ----------
    bounds
        West, south, east, north in decimal degrees.
    ratio
        Width to height; None = that of the bounds, kept between 0.8 and 1.9.
    margin
        Part of the larger side that is left free on every side.
    """
    west, south, east, north = bounds
    latitude = (south + north) / 2
    scale = METRES_PER_DEGREE * math.cos(math.radians(latitude))
    width, height = (east - west) * scale, (north - south) * METRES_PER_DEGREE
    space = margin * max(width, height)
    width, height = width + 2 * space, height + 2 * space
    wanted = ratio or min(max(width / height, 0.8), 1.9)
    shown_width, shown_height = max(width, height * wanted), max(height, width / wanted)
    middle_x, middle_y = (west + east) / 2 * scale, latitude * METRES_PER_DEGREE
    return Frame(
        west_m=middle_x - shown_width / 2,
        north_m=middle_y + shown_height / 2,
        latitude=latitude,
        units_per_m=WIDTH / shown_width,
        height=WIDTH * shown_height / shown_width,
    )


def path_of(shape: BaseGeometry, frame: Frame) -> str:
    """Write an outline as an SVG path with one decimal (less than the width of its line)."""
    parts = []
    polygons = getattr(shape, "geoms", [shape])
    for polygon in polygons:
        for ring in (polygon.exterior, *polygon.interiors):
            points = [frame.point(x, y) for x, y in ring.coords[:-1]]
            parts.append("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z")
    return "".join(parts)


class Shapes:
    """Outlines of a dataset, read once."""

    def __init__(
        self,
        shapes: Mapping[str, BaseGeometry],
        names: Mapping[str, str],
        points: Mapping[str, tuple[float, float]],
    ) -> None:
        self.shapes = shapes
        self.names = names
        self.points = points
        self._drawn: tuple[Frame, dict[str, str]] | None = None

    def paths(self, frame: Frame) -> Mapping[str, str]:
        """
        Return the SVG paths of the municipalities in a window.

        The last window is kept, sheets of an area share it.
        """
        # Threads that draw for several readers share these shapes: what is returned is what was looked at.
        drawn = self._drawn
        if drawn is None or drawn[0] != frame:
            drawn = (frame, {code: path_of(self.shapes[code], frame) for code in self.inside(frame)})
            self._drawn = drawn
        return drawn[1]

    def bounds(self, codes: Collection[str]) -> Box:
        """Return west, south, east, north of some municipalities."""
        found = [self.shapes[code].bounds for code in codes if code in self.shapes]
        return (
            min(box[0] for box in found),
            min(box[1] for box in found),
            max(box[2] for box in found),
            max(box[3] for box in found),
        )

    def inside(self, frame: Frame) -> list[str]:
        """Return the municipalities whose boxes meet the window."""
        found = []
        for code, shape in self.shapes.items():
            west, south, east, north = shape.bounds
            left, top = frame.point(west, north)
            right, bottom = frame.point(east, south)
            if right >= 0 and left <= frame.width and bottom >= 0 and top <= frame.height:
                found.append(code)
        return found


def pattern_id(gap_class: str, *, dots: bool) -> str:
    """Name the pattern of a class."""
    return f"fill-{gap_class}{'-dots' if dots else ''}"


def _is_dark(colour: str) -> bool:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red * 0.299 + green * 0.587 + blue * 0.114 < 110


@cache
def patterns() -> Markup:
    """Return the definitions of what is no plain colour: lines for "unknown", dots for "at least"."""
    made = []
    for name, style in GAP_CLASSES.items():
        has_dots = not style.is_hatched
        on_it = MAP_COLOURS["dots_on_dark"] if has_dots and _is_dark(style.fill) else MAP_COLOURS["dots"]
        made.append(
            (
                pattern_id(name, dots=has_dots),
                14 if has_dots else 11,
                style.fill,
                on_it if has_dots else None,
            )
        )
    return render("drawing/templates/patterns.svg.j2", patterns=made, hatch=MAP_COLOURS["hatch"])


def fill_of(look: Look) -> str:
    """Return the fill of an outline: a colour or the address of a pattern."""
    if look.fill is not None:
        return look.fill
    if look.gap_class is None:
        if look.is_focus:
            return "#dbe6f6"
        return "#ffffff" if look.is_member else MAP_COLOURS["ground"]
    style = GAP_CLASSES[look.gap_class]
    if style.is_hatched:
        return f"url(#{pattern_id(look.gap_class, dots=False)})"
    # Enough is enough even when there may be more: dots stand only where the class itself could be better.
    has_dots = look.is_lower_bound and style.is_dotted
    return f"url(#{pattern_id(look.gap_class, dots=True)})" if has_dots else style.fill


def _outline(code: str, path: str, look: Look) -> tuple[str, str, str, str, str, float, str]:
    """Return what the template draws of an outline, in its order."""
    return (
        path,
        code,
        fill_of(look),
        "1" if look.is_member or look.gap_class is None else "0.35",
        MAP_COLOURS["member_border"] if look.is_member else MAP_COLOURS["border"],
        2.2 if look.is_member else 0.9,
        look.title,
    )


def nice_length(longest_m: float) -> int:
    """Return the largest of 1, 2, 5 × 10ⁿ metres that is not longer than `longest_m`."""
    exponent = math.floor(math.log10(max(longest_m, 1.0)))
    # A logarithm may be a hair too large: one power below is looked at too.
    lengths = [step * 10**power for power in (exponent - 1, exponent) for step in (1, 2, 5) if power >= 0]
    return max((length for length in lengths if length <= longest_m), default=1)


def scale_bar(frame: Frame) -> dict[str, object]:
    """Place the scale in the lower left corner: where it begins, how long it is, what it says."""
    length_m = nice_length(frame.width / frame.units_per_m / 4)
    return {
        "x": 18.0,
        "y": frame.height - 18,
        "long": length_m * frame.units_per_m,
        "words": text.distance(length_m),
    }


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def _names(
    shapes: Shapes,
    frame: Frame,
    codes: Sequence[str],
    size: float,
    taken: list[Box],
) -> list[tuple[float, float, str]]:
    """Place names where they fit; the first of `codes` come first."""
    placed = []
    for code in codes:
        if code not in shapes.points:
            continue
        latitude, longitude = shapes.points[code]
        x, middle = frame.point(longitude, latitude)
        half = len(shapes.names[code]) * size * _LETTER / 2
        # On the point itself, else above or below what stands on it.
        for y in (middle, middle - 1.25 * size, middle + 1.45 * size):
            box = (x - half, y - size * 0.75, x + half, y + size * 0.35)
            is_inside = (
                box[0] >= 4 and box[2] <= frame.width - 4 and box[1] >= 4 and box[3] <= frame.height - 4
            )
            if is_inside and not any(_overlap(box, other) for other in taken):
                break
        else:
            continue
        taken.append(box)
        placed.append((x, y, shapes.names[code]))
    return placed


def _mark(mark: Mark, frame: Frame, size: float, taken: list[Box]) -> dict[str, object] | None:
    """Place a point and take its room; None where it is out of sight."""
    x, y = frame.point(mark.longitude, mark.latitude)
    if not (0 <= x <= frame.width and 0 <= y <= frame.height):
        return None
    radius = size * 0.72 if mark.text else size * 0.42
    taken.append((x - radius, y - radius, x + radius, y + radius))
    site = MAP_COLOURS["site"]
    return {
        "x": x,
        "y": y,
        "radius": radius,
        "fill": "#ffffff" if mark.is_unknown else site,
        "edge": site if mark.is_unknown or mark.is_approximate else "#ffffff",
        "is_approximate": mark.is_approximate,
        "text": mark.text,
        "ink": site if mark.is_unknown else "#ffffff",
        "letter": size * (0.85 if len(mark.text) < 3 else 0.66),
    }


def population_fill(share: float | None, breaks: Sequence[float]) -> str:
    """Return the fill of a share of inhabitants: four steps of one colour, hatched where it is unknown."""
    if share is None:
        return f"url(#{pattern_id('unknown', dots=False)})"
    return POPULATION_STEPS[sum(share >= limit for limit in breaks)]


def draw(
    shapes: Shapes,
    frame: Frame,
    look: Callable[[str], Look],
    *,
    names: Sequence[str] = (),
    marks: Sequence[Mark] = (),
    lines: Sequence[Line] = (),
    title: str = "",
    letter: float = 21.0,
    has_patterns: bool = True,
) -> str:
    """
    Draw a map.

    Parameters
    ----------
    shapes, frame
        Outlines and the window to show.
    look
        How each municipality is drawn.
    names
        Municipalities whose names are written, the most important first; those that do not fit are left out.
    marks
        Points on top.
    lines
        Lines under the points.
    title
        What a screen reader says.
    letter
        Height of letters in units (the map is 1,000 wide).
    has_patterns
        Whether the picture brings its patterns; a page of several pictures brings them once (`patterns`).
    """
    paths = shapes.paths(frame)
    looks = {code: look(code) for code in paths}
    # Members over their neighbours, so that their borders are not covered by half.
    order = sorted(paths, key=lambda code: (looks[code].is_focus, looks[code].is_member))
    taken: list[Box] = []
    # Points take their room first, then the scale; names have what is left.
    placed = [_mark(mark, frame, letter, taken) for mark in marks]
    taken.append((0.0, frame.height - letter * 3, frame.width / 3.2, frame.height))
    return str(
        render(
            "drawing/templates/map.svg.j2",
            frame=frame,
            fonts=FONTS,
            colours=MAP_COLOURS,
            letter=letter,
            title=title,
            patterns=patterns() if has_patterns else "",
            outlines=[_outline(code, paths[code], looks[code]) for code in order],
            focus=[paths[code] for code in order if looks[code].is_focus],
            lines=[
                (*(frame.point(end[1], end[0]) for end in (line.start, line.end)), line.is_dashed)
                for line in lines
            ],
            marks=[mark for mark in placed if mark is not None],
            names=_names(shapes, frame, names, letter, taken),
            scale=scale_bar(frame),
        )
    )


@cache
def swatch(gap_class: str, *, dots: bool = False, has_patterns: bool = True) -> str:
    """Draw the little box of a legend."""
    look = Look(gap_class, is_member=True, is_lower_bound=dots)
    return str(
        _SWATCH.format(patterns() if has_patterns else "", fill_of(look), MAP_COLOURS["member_border"])
    )

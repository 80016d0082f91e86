"""
Maps as pictures: outlines of municipalities as SVG, in metres, with a scale bar and names that do not collide.

The projection is local: degrees times metres per degree at the middle of the map (equirectangular). Over a planning area
(up to about 60 km) lengths err by less than 0.5 %, less than the outlines themselves, which are generalised by about 50 m.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Final

from dashboard import text
from dashboard.theme import GAP_CLASSES, MAP_COLOURS

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

METRES_PER_DEGREE: Final = 111_320.0
Box = tuple[float, float, float, float]
WIDTH: Final = 1000.0
"""Width of every map in units of its own; letters and lines are measured in them."""
POPULATION_STEPS: Final = ("#e3eef3", "#a9cbda", "#5d9ab5", "#1f5f7a")
"""Steps of a share of inhabitants, light to dark: one colour that is no colour of the gap classes' shortage."""
# Libertinus comes with typst; the others are what a reader's system is likely to have.
FONTS: Final = "'Noto Sans', 'DejaVu Sans', Arial, 'Libertinus Serif', sans-serif"
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
    """A straight line between two places (latitude, longitude in degrees), dashed where it is a promise only."""

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
        """Return the SVG paths of the municipalities in a window; the last window is kept, sheets of an area share it."""
        if self._drawn is None or self._drawn[0] != frame:
            self._drawn = (frame, {code: path_of(self.shapes[code], frame) for code in self.inside(frame)})
        return self._drawn[1]

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


def patterns() -> str:
    """Return the definitions of what is no plain colour: lines for "unknown", dots for "at least"."""
    parts = []
    for name, style in GAP_CLASSES.items():
        dots = not style.is_hatched
        size = 14 if dots else 11
        inner = f'<rect width="{size}" height="{size}" fill="{style.fill}"/>'
        if style.is_hatched:
            inner += (
                f'<path d="M-2,2l4,-4M0,{size}l{size},-{size}M{size - 2},{size + 2}l4,-4" '
                f'stroke="{MAP_COLOURS["hatch"]}" stroke-width="2" fill="none"/>'
            )
        else:
            colour = MAP_COLOURS["dots_on_dark"] if _is_dark(style.fill) else MAP_COLOURS["dots"]
            inner += f'<circle cx="3.5" cy="3.5" r="1.6" fill="{colour}"/><circle cx="10.5" cy="10.5" r="1.6" fill="{colour}"/>'
        parts.append(
            f'<pattern id="{pattern_id(name, dots=dots)}" width="{size}" height="{size}" '
            f'patternUnits="userSpaceOnUse">{inner}</pattern>'
        )
    return f"<defs>{''.join(parts)}</defs>"


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


def _outline(code: str, path: str, look: Look) -> str:
    opacity = "1" if look.is_member or look.gap_class is None else "0.35"
    stroke = MAP_COLOURS["member_border"] if look.is_member else MAP_COLOURS["border"]
    width = 2.2 if look.is_member else 0.9
    title = f"<title>{escape(look.title)}</title>" if look.title else ""
    return (
        f'<path d="{path}" data-code="{escape(code, quote=True)}" fill="{fill_of(look)}" fill-opacity="{opacity}" '
        f'stroke="{stroke}" stroke-width="{width}" stroke-linejoin="round">{title}</path>'
    )


def nice_length(longest_m: float) -> int:
    """Return the largest of 1, 2, 5 × 10ⁿ metres that is not longer than `longest_m`."""
    exponent = math.floor(math.log10(max(longest_m, 1.0)))
    # A logarithm may be a hair too large: one power below is looked at too.
    lengths = [step * 10**power for power in (exponent - 1, exponent) for step in (1, 2, 5) if power >= 0]
    return max((length for length in lengths if length <= longest_m), default=1)


def scale_bar(frame: Frame, size: float) -> str:
    """Draw the scale in the lower left corner."""
    length_m = nice_length(frame.width / frame.units_per_m / 4)
    long = length_m * frame.units_per_m
    x, y = 18.0, frame.height - 18
    words = escape(text.distance(length_m))
    box = f'<rect x="{x - 8:.1f}" y="{y - size * 1.9:.1f}" width="{long + 16:.1f}" height="{size * 1.9 + 9:.1f}" fill="#ffffff" fill-opacity="0.82" rx="4"/>'
    bar = f'<path d="M{x:.1f},{y - 8:.1f}V{y:.1f}H{x + long:.1f}V{y - 8:.1f}" fill="none" stroke="#1b2429" stroke-width="2.5"/>'
    name = f'<text x="{x + long / 2:.1f}" y="{y - size * 0.55:.1f}" font-size="{size:.0f}" text-anchor="middle">{words}</text>'
    return box + bar + name


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def _names(
    shapes: Shapes,
    frame: Frame,
    codes: Sequence[str],
    size: float,
    taken: list[Box],
) -> str:
    """Write names where they fit; the first of `codes` come first."""
    parts = []
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
        attributes = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:.0f}" text-anchor="middle"'
        words = escape(shapes.names[code])
        parts.append(
            f'<text {attributes} fill="#ffffff" stroke="#ffffff" stroke-width="{size * 0.28:.1f}" '
            f'stroke-linejoin="round" opacity="0.9">{words}</text><text {attributes} fill="#10181c">{words}</text>'
        )
    return "".join(parts)


def _mark(mark: Mark, frame: Frame, size: float, taken: list[Box]) -> str:
    x, y = frame.point(mark.longitude, mark.latitude)
    if not (0 <= x <= frame.width and 0 <= y <= frame.height):
        return ""
    radius = size * 0.72 if mark.text else size * 0.42
    taken.append((x - radius, y - radius, x + radius, y + radius))
    fill = "#ffffff" if mark.is_unknown else MAP_COLOURS["site"]
    dash = ' stroke-dasharray="5 4"' if mark.is_approximate else ""
    circle = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" '
        f'stroke="{MAP_COLOURS["site"] if mark.is_unknown or mark.is_approximate else "#ffffff"}" stroke-width="2.4"{dash}/>'
    )
    if not mark.text:
        return circle
    ink = MAP_COLOURS["site"] if mark.is_unknown else "#ffffff"
    small = size * (0.85 if len(mark.text) < 3 else 0.66)
    return circle + (
        f'<text x="{x:.1f}" y="{y + small * 0.35:.1f}" font-size="{small:.0f}" font-weight="bold" '
        f'text-anchor="middle" fill="{ink}">{escape(mark.text)}</text>'
    )


def _line(line: Line, frame: Frame) -> str:
    (x1, y1), (x2, y2) = (frame.point(place[1], place[0]) for place in (line.start, line.end))
    dash = ' stroke-dasharray="14 10"' if line.is_dashed else ""
    return (
        f'<path d="M{x1:.1f},{y1:.1f}L{x2:.1f},{y2:.1f}" fill="none" stroke="{MAP_COLOURS["site"]}" stroke-width="4.5" '
        f'stroke-linecap="round" opacity="0.75"{dash}/>'
    )


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
    parts = [_outline(code, paths[code], looks[code]) for code in order]
    parts += [
        f'<path d="{paths[code]}" fill="none" stroke="{MAP_COLOURS["focus"]}" stroke-width="6" stroke-linejoin="round"/>'
        for code in order
        if looks[code].is_focus
    ]
    parts += [_line(line, frame) for line in lines]
    taken: list[Box] = []
    drawn = "".join(_mark(mark, frame, letter, taken) for mark in marks)
    taken.append((0.0, frame.height - letter * 3, frame.width / 3.2, frame.height))
    labels = _names(shapes, frame, names, letter, taken)
    heading = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width:.0f} {frame.height:.0f}" '
        f'font-family="{FONTS}" role="img">{heading}{patterns() if has_patterns else ""}'
        f'<rect width="{frame.width:.0f}" height="{frame.height:.0f}" fill="#f6f8f9"/>'
        f"{''.join(parts)}{labels}{drawn}{scale_bar(frame, letter)}</svg>"
    )


def swatch(gap_class: str, *, dots: bool = False, has_patterns: bool = True) -> str:
    """Draw the little box of a legend."""
    look = Look(gap_class, is_member=True, is_lower_bound=dots)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 52 32">'
        f'{patterns() if has_patterns else ""}<rect x="1" y="1" width="50" height="30" fill="{fill_of(look)}" stroke="{MAP_COLOURS["member_border"]}" stroke-width="2"/></svg>'
    )

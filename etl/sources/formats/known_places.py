"""
Outlines beside what is known of their places: a file whose shapes lie elsewhere is refused, with the likely
cause.

A wrong reference system or two swapped axes still give shapes that look like a country. What cannot be moved
is where things are:
points that the project knows, the voivodeship that a Polish code begins with, and the limits of the country.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from etl.sources.formats.contract import load_origin
from geodata.crs import BOUNDS
from geodata.said import Said, say

FAR_DEGREES = 0.3
"""
A known point lies inside its municipality, generalised outlines move by some hundred metres.

20 to 33 km are another place.
"""

SHOWN = 3
# What files of each country are in when they do not say so, or say it wrongly: reference system, whether its
# axes are swapped, in words.


def _coordinates(system: str, *, swapped: bool = False) -> Said:
    return say("outlines.coordinates_swapped" if swapped else "outlines.coordinates", system=system)


CAUSES: Mapping[str, tuple[tuple[str, bool, Said], ...]] = {
    "CZ": (
        ("EPSG:5514", False, _coordinates("S-JTSK (EPSG:5514)")),
        ("EPSG:5514", True, _coordinates("S-JTSK (EPSG:5514)", swapped=True)),
        ("EPSG:5513", False, say("outlines.positive")),
        ("EPSG:5513", True, say("outlines.positive_swapped")),
        ("EPSG:4326", False, say("outlines.degrees")),
        ("EPSG:4326", True, say("outlines.degrees_swapped")),
        ("EPSG:32633", False, say("outlines.utm")),
        ("EPSG:3857", False, _coordinates("Web Mercator (EPSG:3857)")),
    ),
    "PL": (
        ("EPSG:2180", False, _coordinates("PL-1992 (EPSG:2180)")),
        ("EPSG:2180", True, _coordinates("PL-1992 (EPSG:2180)", swapped=True)),
        ("EPSG:4326", False, say("outlines.degrees")),
        ("EPSG:4326", True, say("outlines.degrees_swapped")),
        *((f"EPSG:{code}", False, _coordinates(f"PL-2000 (EPSG:{code})")) for code in range(2176, 2180)),
        *(
            (f"EPSG:{code}", True, _coordinates(f"PL-2000 (EPSG:{code})", swapped=True))
            for code in range(2176, 2180)
        ),
        ("EPSG:3857", False, _coordinates("Web Mercator (EPSG:3857)")),
    ),
}


@dataclass(frozen=True)
class Known:
    """What is known of a country's places: `points` are (latitude, longitude) by code of the municipality."""

    country: str
    points: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def contradictions(self, codes: Sequence[str], shapes: Any) -> list[str]:
        """
        Say what in a set of outlines cannot be.

        Parameters
        ----------
        codes
            Code of the municipality of each shape.
        shapes
            In EPSG:4326, x = longitude.

        Returns
        -------
        problems
            One sentence for each kind, with how many and the first; none where everything fits.
        """
        if not len(codes):
            return []
        bounds = shapely.bounds(shapes)
        found = [
            (what, np.flatnonzero(is_wrong))
            for what, is_wrong in (
                ("outlines.outside_country", ~_inside(bounds, BOUNDS[self.country])),
                ("outlines.outside_voivodeship", self._elsewhere(codes, bounds)),
                (
                    "outlines.far",
                    self._far(codes, shapes),
                ),
            )
        ]
        return [
            say(what, number=len(where), all=len(codes), told=_told(codes, shapes, where))
            for what, where in found
            if len(where)
        ]

    def _elsewhere(self, codes: Sequence[str], bounds: Any) -> Any:
        boxes = _voivodeships() if self.country == "PL" else {}
        return np.array([
            code[:2] in boxes and not bool(_inside(row[None, :], boxes[code[:2]])[0])
            for code, row in zip(codes, bounds, strict=True)
        ], dtype=bool)  # fmt: skip

    def _far(self, codes: Sequence[str], shapes: Any) -> Any:
        is_far = np.zeros(len(codes), dtype=bool)
        known = [number for number, code in enumerate(codes) if code in self.points]
        if known:
            latitude, longitude = zip(*(self.points[codes[number]] for number in known), strict=True)
            is_far[known] = shapely.distance(shapes[known], shapely.points(longitude, latitude)) > FAR_DEGREES
        return is_far

    def cause(
        self, codes: Sequence[str], raw: Any, said: str | None, convert: Callable[[Any, str], Any]
    ) -> tuple[Said, str, bool] | None:
        """
        Find how the numbers of a file can be read so that everything fits.

        Parameters
        ----------
        raw
            Shapes with the coordinates of the file.
        said
            Reference system that the file or its mapping states: tried with swapped axes first; None =
            neither does.
        convert
            (shapes, reference system) → shapes in EPSG:4326.

        Returns
        -------
        cause
            In words, the reference system, whether the axes must be swapped; None where nothing fits.
        """
        for crs, is_swapped, words in self._tries(said):
            shapes = convert(swapped(raw) if is_swapped else raw, crs)
            if np.isfinite(shapely.bounds(shapes)).all() and not self.contradictions(codes, shapes):
                return words, crs, is_swapped
        return None

    def _tries(self, said: str | None) -> Iterator[tuple[str, bool, Said]]:
        if said is not None:
            yield (said, True, say("outlines.axes"))
        yield from CAUSES[self.country]


def swapped(shapes: Any) -> Any:
    """Return shapes with x and y exchanged."""
    return shapely.transform(shapely.force_2d(shapes), lambda points: points[:, ::-1])


def _voivodeships() -> Mapping[str, tuple[float, float, float, float]]:
    return {
        str(code): (box[0], box[1], box[2], box[3])
        for code, box in load_origin("pl_gugik_prg").options["voivodeship_bounds"].items()
    }


def _inside(bounds: Any, box: tuple[float, float, float, float]) -> Any:
    west, south, east, north = box
    return (west <= bounds[:, 0]) & (south <= bounds[:, 1]) & (bounds[:, 2] <= east) & (bounds[:, 3] <= north)


def _told(codes: Sequence[str], shapes: Any, where: Any) -> Said:
    first = int(where[0])
    centre = shapely.centroid(shapes[first])
    more = ", ".join(codes[int(position)] for position in where[1:SHOWN])
    at = {"code": codes[first], "latitude": f"{centre.y:.2f}", "longitude": f"{centre.x:.2f}"}
    return say("outlines.first_then", more=more, **at) if more else say("outlines.first", **at)

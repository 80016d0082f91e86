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

from etl.sources._contract import load_origin
from geodata.crs import BOUNDS

FAR_DEGREES = 0.3
"""
A known point lies inside its municipality, generalised outlines move by some hundred metres.

20 to 33 km are another place.
"""

SHOWN = 3
# What files of each country are in when they do not say so, or say it wrongly: reference system, whether its
# axes are swapped, in words.
CAUSES: Mapping[str, tuple[tuple[str, bool, str], ...]] = {
    "CZ": (
        ("EPSG:5514", False, "the coordinates are S-JTSK (EPSG:5514)"),
        ("EPSG:5514", True, "the coordinates are S-JTSK (EPSG:5514) with swapped axes"),
        ("EPSG:5513", False, "the coordinates are positive S-JTSK, southing first (EPSG:5513)"),
        (
            "EPSG:5513",
            True,
            "the coordinates are positive S-JTSK, westing first (EPSG:5513 with swapped axes)",
        ),
        ("EPSG:4326", False, "the coordinates are degrees (EPSG:4326)"),
        ("EPSG:4326", True, "the coordinates are degrees, latitude first"),
        ("EPSG:32633", False, "the coordinates are UTM, zone 33 (EPSG:32633)"),
        ("EPSG:3857", False, "the coordinates are Web Mercator (EPSG:3857)"),
    ),
    "PL": (
        ("EPSG:2180", False, "the coordinates are PL-1992 (EPSG:2180)"),
        ("EPSG:2180", True, "the coordinates are PL-1992 (EPSG:2180) with swapped axes"),
        ("EPSG:4326", False, "the coordinates are degrees (EPSG:4326)"),
        ("EPSG:4326", True, "the coordinates are degrees, latitude first"),
        *(
            (f"EPSG:{code}", False, f"the coordinates are PL-2000 (EPSG:{code})")
            for code in range(2176, 2180)
        ),
        *(
            (f"EPSG:{code}", True, f"the coordinates are PL-2000 (EPSG:{code}) with swapped axes")
            for code in range(2176, 2180)
        ),
        ("EPSG:3857", False, "the coordinates are Web Mercator (EPSG:3857)"),
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
                ("lie outside the country", ~_inside(bounds, BOUNDS[self.country])),
                ("lie outside the voivodeship that their code begins with", self._elsewhere(codes, bounds)),
                (
                    "lie far from where the municipality of their code is known to be",
                    self._far(codes, shapes),
                ),
            )
        ]
        return [
            f"{len(where)} of {len(codes)} outlines {what} ({_told(codes, shapes, where)})"
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
    ) -> tuple[str, str, bool] | None:
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

    def _tries(self, said: str | None) -> Iterator[tuple[str, bool, str]]:
        if said is not None:
            yield (said, True, "the axes of the file are swapped")
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


def _told(codes: Sequence[str], shapes: Any, where: Any) -> str:
    first = int(where[0])
    centre = shapely.centroid(shapes[first])
    at = f"{codes[first]} at {centre.y:.2f} N {centre.x:.2f} E"
    more = ", ".join(codes[int(place)] for place in where[1:SHOWN])
    return "first: " + "; then ".join(filter(None, (at, more)))

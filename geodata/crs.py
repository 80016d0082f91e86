"""
Metres on the map: one equal-area projection for the Czech Republic and Poland together.

Neither country's own grid covers the other, so distances to an edge are measured in a Lambert azimuthal
equal-area projection centred between them. Within 600 km of the centre a length is wrong by less than 0.2 %.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from pyproj import Transformer

METRIC = "+proj=laea +lat_0=50.5 +lon_0=17.5 +datum=WGS84 +units=m +no_defs"

# Coarse limits of each country, degrees, a little generous: west, south, east, north.
BOUNDS = {"CZ": (12.0, 48.5, 18.95, 51.1), "PL": (14.0, 48.95, 24.25, 54.95)}


@cache
def _transformer() -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", METRIC, always_xy=True)


def to_metres(longitude: ArrayLike, latitude: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Project points.

    Parameters
    ----------
    longitude, latitude
        WGS 84, decimal degrees.

    Returns
    -------
    x, y
        Metres in the common projection; NaN stays NaN.
    """
    x, y = _transformer().transform(np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float))
    x, y = np.asarray(x), np.asarray(y)
    # PROJ answers a missing point with infinity.
    return np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan)


def shapes_to_metres(shapes: ArrayLike) -> NDArray[Any]:
    """
    Project shapes.

    Parameters
    ----------
    shapes
        shapely geometries in EPSG:4326.

    Returns
    -------
    projected
        The same shapes in metres of the common projection; inputs are not modified.
    """

    def project(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_metres(coordinates[:, 0], coordinates[:, 1]))

    return np.asarray(shapely.transform(np.asarray(shapes, dtype=object), project))


def is_in_country(longitude: float, latitude: float, country: str) -> bool:
    """Tell whether a point lies within the coarse limits of a country; one of neither country never does."""
    if country not in BOUNDS:
        return False
    west, south, east, north = BOUNDS[country]
    return west <= longitude <= east and south <= latitude <= north


def edge_distances(
    longitude: ArrayLike, latitude: ArrayLike, shapes: ArrayLike, gap_m: float = 150.0
) -> NDArray[np.float64]:
    """
    Measure how far points lie from the edge of the part of the map that shapes cover together.

    Parameters
    ----------
    longitude, latitude
        Points, decimal degrees.
    shapes
        Outlines in EPSG:4326 that make up the covered part.
    gap_m
        Slits between generalised outlines up to twice this wide are no edge.

    Returns
    -------
    distance_m
        Metres; 0 for a point outside the covered part.
    """
    outlines = shapes_to_metres(shapes)
    if not len(outlines):
        return np.zeros(np.asarray(longitude, dtype=float).shape)
    covered = shapely.union_all(outlines).buffer(gap_m, join_style="mitre").buffer(-gap_m, join_style="mitre")
    points = shapely.points(*to_metres(longitude, latitude))
    distances = shapely.distance(points, covered.boundary)
    return np.where(shapely.intersects(covered, points), distances, 0.0)

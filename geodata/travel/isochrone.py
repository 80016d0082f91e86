"""Isochrones: the land from which a site is reached within a time, as polygons for a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from geodata.arrays import check_positive
from geodata.errors import ParameterError
from geodata.travel.roads import Network, Snap, reached_stretches
from geodata.travel.straight import EARTH_RADIUS_M

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

STRIP_M = 300.0
"""How far beside a road people count as living on it: wide enough that the strips of a village's streets join. A convention of this program."""


def isochrones(
    network: Network, site: Snap, limits_minutes: Sequence[float], strip_m: float = STRIP_M
) -> list[BaseGeometry]:
    """
    Draw the strips along the roads from which a site is reached within each time.

    Parameters
    ----------
    network
        Roads.
    site
        One point, snapped.
    limits_minutes
        Times, each positive.
    strip_m
        Half the width of the strip beside a road, in metres.

    Returns
    -------
    polygons
        One geometry (EPSG:4326) for each time, in order; a longer time always holds a shorter one. Empty where nothing is
        reached. Roads between two junctions count when both are reached in time.

    Raises
    ------
    ParameterError
        If a time or the strip is not positive, or the site is not on the network.
    """
    import shapely

    check_positive("strip_m", strip_m)
    if not limits_minutes:
        raise ParameterError("limits_minutes must name one time at least.")
    latitude, longitude = network.points.latitude, network.points.longitude
    # Around one site the Earth is flat enough: metres east and north of it, right to a few per mille.
    scale_north = np.pi * EARTH_RADIUS_M / 180
    drawn = []
    for limit in limits_minutes:
        tail, head = reached_stretches(network, site, limit)
        if len(tail) == 0:
            drawn.append(shapely.Polygon())
            continue
        origin_lat, origin_lon = latitude[site.node[0]], longitude[site.node[0]]
        scale_east = scale_north * np.cos(np.radians(origin_lat))
        east, north = (longitude - origin_lon) * scale_east, (latitude - origin_lat) * scale_north
        ends = np.stack(
            (np.column_stack((east[tail], north[tail])), np.column_stack((east[head], north[head]))), axis=1
        )
        strips = shapely.buffer(shapely.linestrings(ends), strip_m, quad_segs=2)
        land = shapely.union_all(strips)
        back = np.array([1 / scale_east, 1 / scale_north]), np.array([origin_lon, origin_lat])
        drawn.append(shapely.transform(land, lambda xy, back=back: xy * back[0] + back[1]))
    return drawn

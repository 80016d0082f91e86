"""
Edge of the loaded data: who is near it, and how much of what a result depends on lies beyond.

A result depends on two things at once: the services within reach of a place,
and everybody else who reaches those services. Either may go on beyond the edge,
so there are two limits to look at, one around the place and one around each of its sites.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from geodata.arrays import FloatArray, IndexArray
from geodata.method.coverage import BoolArray, touched_by
from geodata.method.reach import MODELLED
from geodata.travel.straight import Points, distance_between, straight_line_pairs

MATERIAL_SHARE = 0.10
"""
Part beyond the edge from which a result is called unsure:
below, what is not loaded is less than what a limit of 20 km itself leaves open.
"""


@dataclass(frozen=True)
class LoadedLand:
    """
    Municipalities whose people are loaded, of every country:
    a point inside and the radius of a disc as large as each (m; NaN = area unknown).

    Discs stand in for outlines, which the calculation does not read: their sum is the loaded area,
    and what a circle of ten kilometres or more holds of it is right to a few hundredths.
    """

    points: Points
    radius_m: FloatArray


def loaded_land(municipality: pd.DataFrame) -> LoadedLand:
    """Take the loaded land from table `municipality`: those that have a distance to the edge."""
    here = municipality.loc[municipality["edge_distance_m"].notna()]
    area_m2 = here["area_km2"].to_numpy(dtype=np.float64) * 1e6
    return LoadedLand(
        Points(here["latitude"].to_numpy(dtype=np.float64), here["longitude"].to_numpy(dtype=np.float64)),
        np.sqrt(area_m2 / np.pi),
    )


def share_beyond(points: Points, radius_m: float, land: LoadedLand) -> FloatArray:
    """
    Measure which part of the circle around each point is not loaded.

    Parameters
    ----------
    points
        Middles of the circles.
    radius_m
        Their radius in a straight line, metres.
    land
        What is loaded.

    Returns
    -------
    share
        0 to 1; NaN where the point, or the area of a municipality that meets the circle, is unknown.
    """
    if not np.isfinite(land.radius_m).all():
        # One unknown area would look like land that is not loaded.
        return np.full(len(points), np.nan)
    largest = float(land.radius_m.max(initial=0.0))
    pairs = straight_line_pairs(points, land.points, radius_m + largest + 1.0, 1.0)
    common = common_area(pairs.cost_m, np.full(len(pairs.row), radius_m), land.radius_m[pairs.column])
    loaded = np.bincount(pairs.row, common, minlength=len(points)) / (np.pi * radius_m**2)
    share = np.clip(1.0 - loaded, 0.0, 1.0)
    is_known = np.isfinite(points.latitude) & np.isfinite(points.longitude)
    return np.where(is_known, share, np.nan)


def common_area(distance: FloatArray, first: FloatArray, second: FloatArray) -> FloatArray:
    """
    Return the area that two discs of radius `first` and `second`, `distance` apart,
    have in common (the unit squared).

    Examples
    --------
    Discs that touch have nothing in common, one inside the other all of the smaller.

    >>> common_area(np.array([2.0, 0.0]), np.array([1.0, 1.0]), np.array([1.0, 2.0])).round(4).tolist()
    [0.0, 3.1416]
    """
    distance = np.maximum(distance, 1e-9)
    smaller = np.minimum(first, second)
    # Where one lies inside the other, or they do not meet, cosines leave [-1, 1]:
    # clipped, the formula gives the limits.
    cos_first = np.clip((distance**2 + first**2 - second**2) / np.maximum(2 * distance * first, 1e-9), -1, 1)
    cos_second = np.clip(
        (distance**2 + second**2 - first**2) / np.maximum(2 * distance * second, 1e-9), -1, 1
    )
    lens = first**2 * (np.arccos(cos_first) - cos_first * np.sqrt(1 - cos_first**2)) + second**2 * (
        np.arccos(cos_second) - cos_second * np.sqrt(1 - cos_second**2)
    )
    return np.where(
        distance >= first + second,
        0.0,
        np.where(distance <= np.abs(first - second), np.pi * smaller**2, lens),
    )


@dataclass(frozen=True)
class SiteEdges:
    """
    The sites of a group beside the edge.

    `distance_m` is how far each lies from the edge at least (NaN = unknown or beyond),
    `is_modelled` whether who reaches it is a matter of distance.
    """

    points: Points
    distance_m: FloatArray
    is_modelled: BoolArray


def site_edges(
    points: Points, mode: np.ndarray[tuple[int], np.dtype[np.object_]], place_of_site: IndexArray,
    place_points: Points, edge_distance_m: FloatArray,
) -> SiteEdges:  # fmt: skip
    """Tell how far sites are from the edge: as far as their municipality's point, less the way from there."""
    sites = np.arange(len(points))
    is_here = place_of_site >= 0
    municipality = np.where(is_here, place_of_site, 0)
    if len(edge_distance_m) == 0 or len(points) == 0:
        return SiteEdges(points, np.full(len(points), np.nan), mode == MODELLED)
    away = distance_between(points, place_points, sites, municipality)
    return SiteEdges(
        points,
        np.where(is_here, edge_distance_m[municipality] - away, np.nan),
        (mode == MODELLED).astype(bool),
    )


def near_edge(
    edge_distance_m: FloatArray,
    place_points: Points,
    sites: SiteEdges,
    land: LoadedLand,
    reach: sparse.csr_array,
    *,
    is_counted: BoolArray,
    supply_ratio: FloatArray,
    people_unknown: BoolArray,
    radius_m: float,
) -> tuple[BoolArray, FloatArray]:
    """
    Mark places whose result depends on what is not loaded, and say on how much.

    Parameters
    ----------
    edge_distance_m, place_points
        Of every place; NaN distance = its own people are not loaded.
    sites, land
        The sites of the group, and the loaded land.
    reach
        Weights, shape (places, sites).
    is_counted, supply_ratio
        Of every site: whether its capacity counts, and what it has for a unit of need
        (NaN where no norm is known).
    people_unknown
        Of every place: its people are not known, so that they compete for nothing.
    radius_m
        The limit in a straight line.

    Returns
    -------
    is_near, share
        Places nearer to the edge than the limit, or with a counted site that is,
        or whose site somebody uncounted shares. `share` is the larger of two parts:
        of the land within the limit of the place (there may be more services),
        and of the land within the limit of its sites, weighted by what each contributes
        (there may be more people who share them); of a declared or district-wide service the part
        of its municipalities whose people are unknown. 0 where nothing is near, NaN where areas are unknown.
    """
    near_place = ~(edge_distance_m >= radius_m)
    touched = touched_by(reach)
    reached = np.asarray(touched.T @ np.ones(reach.shape[0]))
    unknown = np.asarray(touched.T @ people_unknown.astype(np.float64))
    near_site = np.where(sites.is_modelled, ~(sites.distance_m >= radius_m), unknown > 0) & is_counted
    near_site |= (unknown > 0) & is_counted
    is_near: BoolArray = near_place | ((touched @ near_site.astype(np.float64)) > 0)
    beyond_place = _share_of(place_points, near_place, radius_m, land)
    by_distance = _share_of(sites.points, near_site & sites.is_modelled, radius_m, land)
    by_people = np.divide(unknown, reached, out=np.zeros(len(unknown)), where=reached > 0)
    beyond_site = np.where(sites.is_modelled, np.fmax(by_distance, by_people), by_people)
    # Without a norm nobody can say what a site contributes: every site in reach weighs alike.
    worth = np.where(is_counted, np.where(np.isfinite(supply_ratio), supply_ratio, 1.0), 0.0)
    weight = np.asarray(reach @ worth)
    lost = np.asarray(reach @ np.where(is_counted, worth * beyond_site, 0.0))
    beyond_sites = np.divide(lost, weight, out=np.zeros(len(weight)), where=weight > 0)
    share = np.where(is_near, np.maximum(beyond_place, beyond_sites), 0.0)
    return is_near, share


def _share_of(points: Points, chosen: BoolArray, radius_m: float, land: LoadedLand) -> FloatArray:
    """Measure the circles of the chosen points; the others lie within the loaded land."""
    share = np.zeros(len(points))
    rows = np.flatnonzero(chosen)
    if len(rows):
        share[rows] = share_beyond(Points(points.latitude[rows], points.longitude[rows]), radius_m, land)
    return share

"""
Travel cost between places where people live and sites of services.

The straight line on the sphere times a detour factor (docs/METHOD.md#travel-cost).
Costs are kept as a list of pairs within a limit, never as a full table of places × sites:
a country has a hundred million of those, and a few per mille matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from geodata.arrays import FloatArray, IndexArray, check_positive
from geodata.errors import ParameterError

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG 1980). On a sphere a distance within Central Europe is right to 0.5 %."""

BOUNDARY_TOLERANCE_M = 1e-6
"""
A site at the limit is inside;
a micrometre absorbs the rounding of trigonometric functions, no real distance.
"""

DEFAULT_DETOUR_FACTOR = 1.3
"""
Road kilometres per straight kilometre. A convention of this program, near the middle of what road networks
show (published circuity factors run from about 1.2 to 1.5); hills and rivers make it larger.
"""

DEFAULT_LIMITS_M = {"pob": 30_000.0, "amb": 15_000.0, "ter": 20_000.0}
"""
How far people or carers go, by form, in metres along roads (straight line × detour factor).

Conventions of this program, not published norms: Czech availability standards exist,
but their numbers were not found. Residential care is chosen once and visited by the family
(30 km, about half an hour by car); an ambulatory service is reached again and again by the client (15 km);
a carer of a field service drives between clients (20 km).
"""


@dataclass(frozen=True)
class Pairs:
    """
    Costs of the pairs (place, site) within a limit; a cost of 0 is a pair like any other,
    a pair that is not here is not within the limit. `row` numbers places, `column` numbers sites,
    `cost_m` is in metres; `shape` is (places, sites).
    """

    row: IndexArray
    column: IndexArray
    cost_m: FloatArray
    shape: tuple[int, int]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.row)

    def within(self, limit_m: float) -> Pairs:
        """
        Return the pairs whose cost is at most `limit_m`, the boundary included.

        Examples
        --------
        >>> pairs = Pairs(np.array([0, 0]), np.array([0, 1]), np.array([900.0, 1_100.0]), shape=(1, 2))
        >>> pairs.within(1_000.0).column.tolist()
        [0]
        """
        is_inside = self.cost_m <= limit_m + BOUNDARY_TOLERANCE_M
        return Pairs(self.row[is_inside], self.column[is_inside], self.cost_m[is_inside], self.shape)


@dataclass(frozen=True)
class Points:
    """Points in degrees, WGS 84 taken as a sphere; NaN = unknown."""

    latitude: FloatArray
    longitude: FloatArray

    def __len__(self) -> int:
        """Return the number of points, unknown ones included."""
        return len(self.latitude)

    def known(self) -> IndexArray:
        """
        Return the numbers of the points whose both coordinates are known.

        Examples
        --------
        >>> Points(np.array([49.0, np.nan]), np.array([18.0, 18.0])).known().tolist()
        [0]
        """
        return np.flatnonzero(np.isfinite(self.latitude) & np.isfinite(self.longitude))

    def vectors(self) -> FloatArray:
        """Return vectors of length 1 in three dimensions, shape (points, 3)."""
        lat, lon = np.radians(self.latitude), np.radians(self.longitude)
        return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))


def chord_of_distance(distance_m: FloatArray | float) -> FloatArray | float:
    """
    Return the chord of the unit sphere under an arc of `distance_m` metres (at most half round the Earth).

    Examples
    --------
    Half round the Earth the chord is the diameter.

    >>> float(chord_of_distance(EARTH_RADIUS_M * np.pi))
    2.0
    """
    half_angle = np.minimum(np.asarray(distance_m) / (2 * EARTH_RADIUS_M), np.pi / 2)
    chord: FloatArray = 2 * np.sin(half_angle)
    return chord


def distance_of_chord(chord: FloatArray | float) -> FloatArray:
    """
    Return the length of the arc in metres over a chord of the unit sphere.

    Examples
    --------
    Over the diameter lies half round the Earth: π · 6,371,008.8 m.

    >>> round(float(distance_of_chord(2.0)))
    20015114
    """
    distance: FloatArray = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(np.asarray(chord) / 2, 1.0))
    return distance


def straight_line_pairs(
    places: Points,
    sites: Points,
    limit_m: float,
    detour_factor: float = DEFAULT_DETOUR_FACTOR,
) -> Pairs:
    """
    Find every pair of place and site that is at most `limit_m` apart along estimated roads.

    Parameters
    ----------
    places, sites
        Where they are; a place or site whose point is unknown is in no pair.
    limit_m
        Limit in metres along roads, included.
    detour_factor
        Metres along roads per metre in a straight line, at least 1.

    Returns
    -------
    pairs
        `cost_m` is the straight line on the sphere times `detour_factor`.

    Raises
    ------
    ParameterError
        If the limit is not positive or the factor is below 1.

    Notes
    -----
    Neighbours are found by the chord in three dimensions, which grows with the arc,
    so that no projection bends them.

    Examples
    --------
    A degree of latitude: π/180 · 6,371,008.8 m = 111,195 m, times 1.3.

    >>> places = Points(np.array([49.0, 51.0]), np.array([18.0, 18.0]))
    >>> found = straight_line_pairs(places, Points(np.array([50.0]), np.array([18.0])), 150_000.0)
    >>> found.row.tolist(), found.cost_m.round().tolist()
    ([0, 1], [144554.0, 144554.0])
    """
    pairs = next(straight_line_blocks(places, sites, limit_m, detour_factor, block=max(len(places), 1)))
    order = np.lexsort((pairs.column, pairs.row))
    return Pairs(pairs.row[order], pairs.column[order], pairs.cost_m[order], pairs.shape)


def straight_line_blocks(
    places: Points,
    sites: Points,
    limit_m: float,
    detour_factor: float = DEFAULT_DETOUR_FACTOR,
    *,
    block: int = 4_096,
) -> Iterator[Pairs]:
    """
    Yield what `straight_line_pairs` finds, `block` places at a time,
    for sizes whose pairs would not fit in memory at once.

    Rows are numbered from 0 within each block; pairs are in no particular order;
    there is always one block at least.

    Raises
    ------
    ParameterError
        If the limit is not positive or the factor is below 1.

    Examples
    --------
    >>> points = Points(np.array([49.0, 50.0, 51.0]), np.array([18.0, 18.0, 18.0]))
    >>> [block.shape for block in straight_line_blocks(points, points, 1_000.0, block=2)]
    [(2, 3), (1, 3)]
    """
    check_positive("limit_m", limit_m)
    check_detour_factor(detour_factor)
    known_sites = sites.known()
    tree = cKDTree(sites.vectors()[known_sites]) if len(known_sites) else None
    vectors = places.vectors()
    # A little more than the limit is searched,
    # so that rounding of the chord cannot lose a pair on the boundary.
    radius = float(chord_of_distance((limit_m + 1.0) / detour_factor))
    for begin in range(0, max(len(places), 1), block):
        part = vectors[begin : begin + block]
        shape = (len(part), len(sites))
        known = np.flatnonzero(np.isfinite(part).all(axis=1))
        if tree is None or len(known) == 0:
            yield Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), shape)
            continue
        near = cKDTree(part[known]).sparse_distance_matrix(tree, radius, output_type="ndarray")
        cost = distance_of_chord(near["v"]) * detour_factor
        is_inside = cost <= limit_m + BOUNDARY_TOLERANCE_M
        yield Pairs(known[near["i"][is_inside]], known_sites[near["j"][is_inside]], cost[is_inside], shape)


def distance_between(places: Points, sites: Points, row: IndexArray, column: IndexArray) -> FloatArray:
    """
    Return the straight line in metres of each pair (place `row`, site `column`);
    NaN where a point is unknown.

    Examples
    --------
    >>> places, sites = (Points(np.array([latitude]), np.array([18.0])) for latitude in (49.0, 50.0))
    >>> distance_between(places, sites, np.array([0]), np.array([0])).round().tolist()
    [111195.0]
    """
    difference = places.vectors()[row] - sites.vectors()[column]
    return distance_of_chord(np.sqrt((difference**2).sum(axis=1)))


def check_detour_factor(detour_factor: float) -> None:
    """
    Refuse a detour factor below 1: no road is shorter than the straight line.

    Raises
    ------
    ParameterError
        If it is below 1 or not finite.

    Examples
    --------
    >>> check_detour_factor(0.9)
    Traceback (most recent call last):
        ...
    geodata.errors.ParameterError: detour_factor must be at least 1, not 0.9.
    """
    if not (np.isfinite(detour_factor) and detour_factor >= 1):
        raise ParameterError(f"detour_factor must be at least 1, not {detour_factor!r}.")


def nearest_sites(places: Points, sites: Points) -> tuple[FloatArray, IndexArray]:
    """
    Find the nearest site of every place, however far.

    Parameters
    ----------
    places, sites
        Where they are; a point that is unknown is near nothing.

    Returns
    -------
    distance_m
        Straight line in metres, NaN where the place or every site is unknown.
    site
        Number of the site, -1 where there is none. Of sites equally near (to a micrometre) the first counts.

    Examples
    --------
    >>> places = Points(np.array([49.0]), np.array([18.0]))
    >>> sites = Points(np.array([52.0, 50.0]), np.array([18.0, 18.0]))
    >>> distance_m, site = nearest_sites(places, sites)
    >>> distance_m.round().tolist(), site.tolist()
    ([111195.0], [1])
    """
    distance = np.full(len(places), np.nan)
    site = np.full(len(places), -1, dtype=np.int64)
    known_places, known_sites = places.known(), sites.known()
    if len(known_places) == 0 or len(known_sites) == 0:
        return distance, site
    # Sites at one point are one leaf: the first of them stands for all, whatever the tree prefers.
    points, first = np.unique(sites.vectors()[known_sites], axis=0, return_index=True)
    chord, neighbour = cKDTree(points).query(
        places.vectors()[known_places], k=np.arange(1, min(4, len(points)) + 1)
    )
    arc = distance_of_chord(chord)
    tied = arc <= arc[:, :1] + BOUNDARY_TOLERANCE_M
    distance[known_places] = arc[:, 0]
    site[known_places] = np.where(tied, known_sites[first[neighbour]], np.iinfo(np.int64).max).min(axis=1)
    return distance, site

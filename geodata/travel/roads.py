"""
Roads: shortest paths on a network (docs/METHOD.md#travel-cost).

Lines of roads become a sparse graph of junctions; scipy finds the shortest paths up to a limit.
Reading a file of roads is the business of `etl.travel.roads`; here are arrays only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from geodata.arrays import FloatArray, IndexArray, check_positive
from geodata.errors import ParameterError
from geodata.travel.road_tags import CAR_KMH, WALK_CLASSES, WALK_KMH, Mode
from geodata.travel.straight import Points, distance_of_chord
from geodata.travel.table import METRES_PER_MINUTE, TravelTable

SNAP_LIMIT_M = 2_000.0
"""
How far from a road a point may be. The point of a municipality lies somewhere inside it, often in a field;
beyond two kilometres it is more likely that the network is missing there than that people live there.
"""

ACCESS_KMH = MappingProxyType({"car": 20.0, "walk": WALK_KMH})
"""Speed on the straight way from a point to the network."""

SOURCES_AT_ONCE = 32
"""Shortest paths are found from so many sites at a time: one row of the answer is as long as the network."""


@dataclass(frozen=True, eq=False)
class Ways:
    """
    Roads as they are drawn: for each way a run of vertices.

    `latitude` / `longitude` of all vertices; `start` begins each way in them (one more at the end);
    `highway` is its class; `oneway` is 1 forwards, -1 backwards, 0 both; `max_kmh` a posted limit or NaN.
    `car` and `walk` say of each way whether it is open to them (None = all are),
    `barrier` of each vertex whether an obstacle there stops cars (None = none does).
    """

    latitude: FloatArray
    longitude: FloatArray
    start: IndexArray
    highway: NDArray[np.object_]
    oneway: NDArray[np.int8]
    max_kmh: FloatArray
    car: NDArray[np.bool_] | None = None
    walk: NDArray[np.bool_] | None = None
    barrier: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class Network:
    """
    Junctions and minutes between them: `minutes[a, b]` is the time from a to b.

    Only the largest part in which every junction reaches every other is kept;
    `left_out` says how many vertices were in others.
    """

    points: Points
    minutes: sparse.csr_array
    mode: Mode
    left_out: int

    @property
    def content_hash(self) -> str:
        """Return a digest of the network: equal networks, equal digest."""
        digest = hashlib.sha256(self.mode.encode())
        parts = (
            self.points.latitude,
            self.points.longitude,
            self.minutes.data,
            self.minutes.indices,
            self.minutes.indptr,
        )
        for part in parts:
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class Snap:
    """
    Where points meet the network: `node` (-1 = too far or unknown),
    `offset_m` in a straight line (NaN where unknown).
    """

    node: IndexArray
    offset_m: FloatArray
    limit_m: float

    def report(self, ids: Sequence[str]) -> pd.DataFrame:
        """List the points that did not snap: id, offset_m (NA = no coordinates)."""
        missed = np.flatnonzero(self.node < 0)
        return pd.DataFrame(
            {
                "id": pd.Series([ids[i] for i in missed.tolist()], dtype="str"),
                "offset_m": self.offset_m[missed],
            }
        )


def speeds_kmh(ways: Ways, mode: Mode) -> FloatArray:
    """
    Return the speed on every way; NaN where the mode may not go.

    Raises
    ------
    ParameterError
        If the mode is neither car nor walk.
    """
    if mode == "car":
        usual = np.array([CAR_KMH.get(kind, np.nan) for kind in ways.highway], dtype=np.float64)
        posted = np.where(ways.max_kmh > 0, ways.max_kmh, np.inf)
        return _where_open(np.minimum(usual, posted), ways.car)
    if mode == "walk":
        usual = np.where([kind in WALK_CLASSES for kind in ways.highway], WALK_KMH, np.nan)
        return _where_open(usual, ways.walk)
    raise ParameterError(f"mode must be car or walk, not {mode!r}.")


def _where_open(speed: FloatArray, is_open: NDArray[np.bool_] | None) -> FloatArray:
    return speed if is_open is None else np.where(is_open, speed, np.nan)


def build_network(ways: Ways, mode: Mode = "car", keep: Points | None = None) -> Network:
    """
    Turn drawn roads into a network of junctions.

    Parameters
    ----------
    ways
        Roads. Ways meet where they share a vertex (equal to 1e-7 degrees, a centimetre).
    mode
        "car" or "walk"; one-way streets and obstacles bind cars only.
        An obstacle cuts the road it stands on; where three or more stretches meet,
        it belongs to one of them and nobody can tell to which, so it cuts none.
    keep
        Points that will be snapped later:
        the vertex nearest to each stays in the network even in the middle of a way.

    Raises
    ------
    ParameterError
        If the mode is unknown or no way is open to it.
    """
    speed = speeds_kmh(ways, mode)
    vertex_way = np.repeat(np.arange(len(ways.highway)), np.diff(ways.start))
    usable = np.isfinite(speed)[vertex_way]
    if usable.sum() < 2:
        raise ParameterError(f"mode '{mode}': no road of the network is open to it.")
    lat, lon, way = ways.latitude[usable], ways.longitude[usable], vertex_way[usable]
    grid = np.column_stack((np.round(lat * 1e7), np.round(lon * 1e7))).astype(np.int64)
    _, first, vertex = np.unique(grid, axis=0, return_index=True, return_inverse=True)
    vertex = vertex.reshape(-1)
    points = Points(lat[first], lon[first])
    of_run = np.arange(len(ways.highway))
    if mode == "car" and ways.barrier is not None:
        vertex, way, of_run, origin = _cut(vertex, way, ways.barrier[usable], len(first))
        points = Points(points.latitude[origin], points.longitude[origin])

    is_junction = _junctions(vertex, way, len(points))
    if keep is not None and len(keep.known()):
        is_junction[_nearest_vertices(points, keep)] = True
    tail, head, length_m, run = _segments(points, vertex, way, is_junction)
    of_way = of_run[run]
    minutes = length_m / (speed[of_way] * 1000 / 60)
    oneway = np.zeros(len(of_way), dtype=np.int8) if mode == "walk" else ways.oneway[of_way]
    forward, backward = oneway >= 0, oneway <= 0
    rows = np.concatenate((tail[forward], head[backward]))
    columns = np.concatenate((head[forward], tail[backward]))
    times = np.concatenate((minutes[forward], minutes[backward]))
    graph = _fastest(rows, columns, times, len(points))
    return _largest_part(points, graph, is_junction, mode)


def _cut(
    vertex: IndexArray, way: IndexArray, stops: NDArray[np.bool_], count: int
) -> tuple[IndexArray, IndexArray, IndexArray, IndexArray]:
    """
    Give each side of an obstacle a vertex of its own, so that no way leads over it.

    Returns
    -------
    vertex, run
        As they were, longer by one where a way goes on behind an obstacle: there a new run begins.
    way_of_run
        The way that a run is a part of.
    origin
        The old vertex of each new one.
    """
    same = way[:-1] == way[1:]
    before, after = np.concatenate(([False], same)), np.concatenate((same, [False]))
    stretches = np.bincount(vertex, weights=before.astype(float) + after, minlength=count)
    is_cut = stops & (stretches[vertex] <= 2)
    # In the middle of a way the vertex stands twice: where a run ends, and where the next one begins.
    at = np.repeat(np.arange(len(vertex)), np.where(is_cut & before & after, 2, 1))
    made, cut_here = vertex[at], is_cut[at]
    origin = np.concatenate((np.arange(count), made[cut_here]))
    made[cut_here] = count + np.arange(cut_here.sum())
    begins = np.concatenate(([True], (np.diff(way[at]) != 0) | (np.diff(at) == 0)))
    return made, np.cumsum(begins) - 1, way[at][begins], origin


def _junctions(vertex: IndexArray, way: IndexArray, count: int) -> NDArray[np.bool_]:
    """Mark vertices where ways begin, end or meet (or cross themselves)."""
    is_junction = np.bincount(vertex, minlength=count) > 1
    ends = np.flatnonzero(np.diff(way))
    is_junction[vertex[np.concatenate(([0], ends + 1, ends, [len(vertex) - 1]))]] = True
    marked: NDArray[np.bool_] = is_junction
    return marked


def _nearest_vertices(points: Points, keep: Points) -> IndexArray:
    return np.asarray(cKDTree(points.vectors()).query(keep.vectors()[keep.known()])[1], dtype=np.int64)


def _segments(
    points: Points, vertex: IndexArray, way: IndexArray, is_junction: NDArray[np.bool_]
) -> tuple[IndexArray, IndexArray, FloatArray, IndexArray]:
    """Return (tail, head, metres, way) of the stretches between junctions that follow each other on a way."""
    vectors = points.vectors()[vertex]
    step = np.sqrt((np.diff(vectors, axis=0) ** 2).sum(axis=1))
    step_m = np.where(np.diff(way) == 0, distance_of_chord(step), 0.0)
    along_m = np.concatenate(([0.0], np.cumsum(step_m)))
    at = np.flatnonzero(is_junction[vertex])
    same = way[at[:-1]] == way[at[1:]]
    tail, head = at[:-1][same], at[1:][same]
    return vertex[tail], vertex[head], along_m[head] - along_m[tail], way[tail]


def _fastest(rows: IndexArray, columns: IndexArray, times: FloatArray, count: int) -> sparse.csr_array:
    """Keep the fastest of parallel stretches; a way that returns to its own junction leads nowhere."""
    order = np.lexsort((times, columns, rows))
    rows, columns, times = rows[order], columns[order], times[order]
    is_first = np.ones(len(rows), dtype=bool)
    is_first[1:] = (np.diff(rows) != 0) | (np.diff(columns) != 0)
    is_first &= rows != columns
    # A stretch of no length at all would be no connection to a sparse graph.
    minutes = np.maximum(times[is_first], 1e-9)
    return sparse.csr_array((minutes, (rows[is_first], columns[is_first])), shape=(count, count))


def _largest_part(
    points: Points, graph: sparse.csr_array, is_junction: NDArray[np.bool_], mode: Mode
) -> Network:
    _, part = csgraph.connected_components(graph, directed=True, connection="strong")
    sizes = np.bincount(part[is_junction])
    inside = np.flatnonzero(is_junction & (part == sizes.argmax()))
    return Network(
        points=Points(points.latitude[inside], points.longitude[inside]),
        minutes=sparse.csr_array(graph[inside][:, inside]),
        mode=mode,
        left_out=int(is_junction.sum() - len(inside)),
    )


def snap(network: Network, points: Points, limit_m: float = SNAP_LIMIT_M) -> Snap:
    """
    Find the junction nearest to each point.

    Parameters
    ----------
    network
        Made with these points as `keep`, so that a point in the middle of a long road finds its vertex.
    points
        Places or sites.
    limit_m
        Straight line beyond which a point does not snap.

    Raises
    ------
    ParameterError
        If the limit is not positive.
    """
    check_positive("limit_m", limit_m)
    node = np.full(len(points), -1, dtype=np.int64)
    offset_m = np.full(len(points), np.nan)
    known = points.known()
    if len(known) and len(network.points):
        chord, vertex = cKDTree(network.points.vectors()).query(points.vectors()[known])
        offset_m[known] = distance_of_chord(np.asarray(chord, dtype=np.float64))
        near = offset_m[known] <= limit_m
        node[known[near]] = np.asarray(vertex, dtype=np.int64)[near]
    return Snap(node, offset_m, limit_m)


def network_costs(
    network: Network,
    places: Snap,
    sites: Snap,
    *,
    municipality_codes: Sequence[str],
    site_ids: Sequence[str],
    limit_minutes: float,
    name: str,
) -> TravelTable:
    """
    Find the fastest way from every place to every site within a limit.

    Parameters
    ----------
    network
        Roads.
    places, sites
        Where municipalities and sites meet the network; what did not snap is not in the table,
        so that the straight line stands in for it.
    municipality_codes, site_ids
        Names of the places and sites, in order.
    limit_minutes
        Longest time; there is no need for more than the largest limit that will be asked for.
    name
        Name of the network (file, date); it is part of every result.

    Returns
    -------
    table
        Minutes from place to site, the ways to and from the network at `ACCESS_KMH` included.

    Raises
    ------
    ParameterError
        If the limit is not positive.

    Notes
    -----
    Dijkstra's algorithm by scipy.sparse.csgraph, from the sites against the direction of travel,
    with a cut-off.
    """
    check_positive("limit_minutes", limit_minutes)
    metres_per_minute = ACCESS_KMH[network.mode] * 1000 / 60
    place_access, site_access = places.offset_m / metres_per_minute, sites.offset_m / metres_per_minute
    snapped_places, snapped_sites = np.flatnonzero(places.node >= 0), np.flatnonzero(sites.node >= 0)
    backwards = sparse.csr_array(network.minutes.T)
    rows, columns, minutes = [], [], []
    nodes, site_of_node = np.unique(sites.node[snapped_sites], return_inverse=True)
    for begin in range(0, len(nodes), SOURCES_AT_ONCE):
        chunk = nodes[begin : begin + SOURCES_AT_ONCE]
        reached_minutes = csgraph.dijkstra(backwards, indices=chunk, limit=limit_minutes)[
            :, places.node[snapped_places]
        ]
        for position, site in enumerate(snapped_sites):
            source = site_of_node[position] - begin
            if 0 <= source < len(chunk):
                total = reached_minutes[source] + place_access[snapped_places] + site_access[site]
                near = np.flatnonzero(total <= limit_minutes)
                rows.append(snapped_places[near])
                columns.append(np.full(len(near), site))
                minutes.append(total[near])
    empty = np.empty(0, dtype=np.int64)
    return TravelTable(
        level="network",
        name=name,
        unit="min",
        municipality_codes=pd.Index([municipality_codes[number] for number in snapped_places.tolist()]),
        site_ids=pd.Index([site_ids[site] for site in snapped_sites.tolist()]),
        row=np.searchsorted(snapped_places, np.concatenate([empty, *rows])),
        column=np.searchsorted(snapped_sites, np.concatenate([empty, *columns])),
        cost_m=np.concatenate([np.empty(0), *minutes]) * METRES_PER_MINUTE,
    )

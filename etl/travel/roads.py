"""
Read roads from an OpenStreetMap extract (.osm or .osm.pbf), and keep computed travel times by content.

GDAL reads both formats; `geodata.travel.roads` makes a network of them. OpenStreetMap data are under ODbL:
say so wherever times are shown.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata import durable
from geodata.errors import InputFileError
from geodata.said import say
from geodata.travel import road_tags
from geodata.travel.road_tags import CAR_KMH, WALK_CLASSES, Mode
from geodata.travel.roads import Ways, build_network, network_costs, snap, speeds_kmh
from geodata.travel.straight import Points
from geodata.travel.table import TravelTable

if TYPE_CHECKING:
    import geopandas as gpd

CITATION = "© OpenStreetMap contributors, ODbL 1.0"
CLASSES = tuple(sorted(set(CAR_KMH) | WALK_CLASSES))
LARGEST_TIME_MIN = 90.0
"""Times beyond are not kept: no limit of a service that people are expected to reach is longer."""


def read_ways(path: Path) -> Ways:
    """
    Read the roads of an extract.

    Parameters
    ----------
    path
        .osm or .osm.pbf.

    Returns
    -------
    ways
        Roads in the order of the file, each with whom it is open to; those open to nobody are left out.
        Obstacles (a bollard, a gate with `access=private`) are told with the vertices they stand on.

    Raises
    ------
    InputFileError
        If the file cannot be read or holds no road.
    """
    import shapely

    names = ", ".join(f"'{name}'" for name in CLASSES)
    lines = _layer(path, "lines", ["highway", "other_tags"], f"highway IN ({names})")
    kinds = lines["highway"].to_numpy(dtype=object)
    read = np.array(
        [
            _meaning(written, kind)
            for written, kind in zip(lines["other_tags"].fillna("").tolist(), kinds, strict=True)
        ],
        dtype=np.float64,
    ).reshape(-1, 4)
    car, walk, oneway, max_kmh = read.T
    kept = lines.geometry.notna().to_numpy(dtype=bool) & ((car > 0) | (walk > 0))
    if not kept.any():
        raise InputFileError(path.name, [say("roads.none")], say("roads.next"))
    shapes = lines.geometry.to_numpy()[kept]
    coordinates = shapely.get_coordinates(shapes)
    return Ways(
        latitude=coordinates[:, 1],
        longitude=coordinates[:, 0],
        start=np.concatenate(([0], np.cumsum(shapely.get_num_coordinates(shapes)))).astype(np.int64),
        highway=kinds[kept],
        oneway=oneway[kept].astype(np.int8),
        max_kmh=max_kmh[kept],
        car=car[kept] > 0,
        walk=walk[kept] > 0,
        barrier=_on_obstacles(path, coordinates),
    )


def _meaning(written: str, highway: str) -> tuple[bool, bool, int, float]:
    """Return what the tags of a road say: open to a car, to a walker, direction, limit."""
    tags = road_tags.tags_of(written)
    return (
        road_tags.is_open(tags, "car"),
        road_tags.is_open(tags, "walk"),
        road_tags.oneway_of(tags, highway),
        road_tags.speed_limit_kmh(tags.get("maxspeed")),
    )


def _layer(path: Path, layer: str, columns: list[str], where: str) -> gpd.GeoDataFrame:
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        return pyogrio.read_dataframe(path, layer=layer, columns=columns, where=where)
    # A name that is no UTF-8 is found by pyogrio while it makes texts of the bytes.
    except (DataSourceError, DataLayerError, OSError, UnicodeDecodeError) as error:
        raise InputFileError(path.name, [say("roads.unreadable")], say("roads.next")) from error


def _on_obstacles(path: Path, coordinates: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell of each vertex (longitude, latitude) whether an obstacle stands there that stops cars."""
    import shapely

    nodes = _layer(path, "points", ["barrier", "other_tags"], "barrier IS NOT NULL")
    stops = [
        road_tags.stops_cars(kind, road_tags.tags_of(written))
        for kind, written in zip(
            nodes["barrier"].tolist(), nodes["other_tags"].fillna("").tolist(), strict=True
        )
    ]
    at = shapely.get_coordinates(nodes.geometry.to_numpy()[np.array(stops, dtype=bool)])
    return np.isin(_key(coordinates), _key(at))


def _key(coordinates: NDArray[np.float64]) -> NDArray[np.int64]:
    """
    Return one number for each place, equal where longitude and latitude are: the file holds whole units
    of 1e-7 degrees.
    """
    units = np.round(coordinates * 1e7).astype(np.int64)
    return np.asarray((units[:, 0] << 32) + units[:, 1], dtype=np.int64)


def points_of(frame: pd.DataFrame) -> Points:
    """
    Return latitude and longitude of a table of the dataset; places known by their district only
    are left unknown.
    """
    hidden = np.zeros(len(frame), dtype=bool)
    if "location_quality" in frame:
        hidden = frame["location_quality"].isin(["district", "unknown"]).to_numpy(dtype=bool)
    latitude, longitude = frame["latitude"].to_numpy(dtype=float), frame["longitude"].to_numpy(dtype=float)
    return Points(np.where(hidden, np.nan, latitude), np.where(hidden, np.nan, longitude))


def road_times(
    path: Path,
    municipality: pd.DataFrame,
    site: pd.DataFrame,
    *,
    mode: Mode = "car",
    cache: Path | None = None,
) -> tuple[TravelTable, pd.DataFrame]:
    """
    Compute, or take from the cache, the times from every municipality to every site by road.

    Parameters
    ----------
    path
        .osm or .osm.pbf.
    municipality, site
        Tables of the dataset.
    mode
        "car" or "walk".
    cache
        Folder for results; None = none. The name of a result is a digest of the roads and the points,
        so that a changed file or a moved site is never answered from an old result.

    Returns
    -------
    times
        Minutes up to `LARGEST_TIME_MIN`.
    not_snapped
        What did not meet the network: kind (municipality or site), id, offset_m.
        For these the straight line stands in.

    Raises
    ------
    InputFileError
        If the file cannot be read or none of its roads is open to the mode.
    """
    places, sites = points_of(municipality), points_of(site)
    keep = Points(np.append(places.latitude, sites.latitude), np.append(places.longitude, sites.longitude))
    ways = read_ways(path)
    if not np.isfinite(speeds_kmh(ways, mode)).any():
        raise InputFileError(path.name, [say(f"roads.none_for_{mode}")], say("roads.next"))
    network = build_network(ways, mode, keep)
    place_snap, site_snap = snap(network, places), snap(network, sites)
    codes, site_ids = municipality["municipality_code"].tolist(), site["site_id"].tolist()
    not_snapped = pd.concat(
        [
            place_snap.report(codes).assign(kind="municipality"),
            site_snap.report(site_ids).assign(kind="site"),
        ],
        ignore_index=True,
    )[["kind", "id", "offset_m"]]
    # One cell holds what the result depends on beside the network: names and points, in order.
    parts = [network.content_hash, mode, str(LARGEST_TIME_MIN), *codes, "|", *site_ids]
    digest = hashlib.sha256("\n".join(parts).encode())
    for part in (keep.latitude, keep.longitude):
        digest.update(np.ascontiguousarray(part).tobytes())
    stored = None if cache is None else cache / f"times-{digest.hexdigest()[:24]}.npz"
    if stored is not None and stored.exists():
        return _load(stored, path.name), not_snapped
    times = network_costs(
        network,
        place_snap,
        site_snap,
        municipality_codes=codes,
        site_ids=site_ids,
        limit_minutes=LARGEST_TIME_MIN,
        name=path.name,
    )
    if stored is not None:
        _store(stored, times)
    return times, not_snapped


def _store(path: Path, times: TravelTable) -> None:
    """Write beside the name first, so that a killed run leaves no half result."""
    # An open file, because numpy would add an ending to a name.
    with durable.fresh_file(path) as fresh, fresh.open("wb") as sink:
        np.savez_compressed(
            sink,
            codes=np.array(times.municipality_codes.tolist(), dtype=np.str_),
            sites=np.array(times.site_ids.tolist(), dtype=np.str_),
            row=times.row,
            column=times.column,
            cost_m=times.cost_m,
        )


def _load(path: Path, name: str) -> TravelTable:
    with np.load(path, allow_pickle=False) as stored:
        return TravelTable(
            level="network",
            name=name,
            unit="min",
            municipality_codes=pd.Index(stored["codes"].tolist()),
            site_ids=pd.Index(stored["sites"].tolist()),
            row=stored["row"],
            column=stored["column"],
            cost_m=stored["cost_m"],
        )

"""
Read roads from an OpenStreetMap extract (.osm or .osm.pbf), and keep computed travel times by content.

GDAL reads both formats; `geodata.roads` makes a network of them. OpenStreetMap data are under ODbL: say so wherever times are shown.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata import durable
from geodata.errors import InputFileError
from geodata.roads import CAR_KMH, WALK_CLASSES, Mode, Ways, build_network, network_costs, snap
from geodata.travel import Points
from geodata.travel_table import TravelTable

CITATION = "© OpenStreetMap contributors, ODbL 1.0"
NEXT_STEP = "Take an extract of your region as .osm.pbf (for instance from Geofabrik), or leave roads out."
CLASSES = tuple(sorted(set(CAR_KMH) | WALK_CLASSES))
CLOSED = re.compile(r'"access"=>"(?:no|private)"')
REOPENED = re.compile(r'"motor_vehicle"=>"(?:yes|permissive|destination)"')
ONEWAY = re.compile(r'"oneway"=>"([^"]*)"')
ROUND = re.compile(r'"junction"=>"(?:roundabout|circular)"')
MAX_KMH = re.compile(r'"maxspeed"=>"(\d+)"')
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
        Roads open to cars or walkers, in the order of the file; closed and private ones are left out.

    Raises
    ------
    InputFileError
        If the file cannot be read or holds no road.
    """
    import pyogrio
    import shapely
    from pyogrio.errors import DataLayerError, DataSourceError

    names = ", ".join(f"'{name}'" for name in CLASSES)
    try:
        lines = pyogrio.read_dataframe(
            path, layer="lines", columns=["highway", "other_tags"], where=f"highway IN ({names})"
        )
    except (DataSourceError, DataLayerError, OSError) as error:
        problem = "it cannot be read as an OpenStreetMap extract"
        raise InputFileError(path.name, [problem], NEXT_STEP) from error
    tags = lines["other_tags"].fillna("").tolist()
    is_open = np.array(
        [CLOSED.search(tag) is None or REOPENED.search(tag) is not None for tag in tags], dtype=bool
    )
    lines = lines.loc[is_open & lines.geometry.notna().to_numpy(dtype=bool)]
    if lines.empty:
        raise InputFileError(path.name, ["it holds no road"], NEXT_STEP)
    tags = lines["other_tags"].fillna("").tolist()
    shapes = lines.geometry.to_numpy()
    coordinates = shapely.get_coordinates(shapes)
    kinds = lines["highway"].to_numpy(dtype=object)
    return Ways(
        latitude=coordinates[:, 1],
        longitude=coordinates[:, 0],
        start=np.concatenate(([0], np.cumsum(shapely.get_num_coordinates(shapes)))).astype(np.int64),
        highway=kinds,
        oneway=np.array([oneway_of(tag, kind) for tag, kind in zip(tags, kinds, strict=True)], dtype=np.int8),
        max_kmh=_posted(tags),
    )


def oneway_of(tags: str, highway: str) -> int:
    """Return 1 for a way open forwards only, -1 backwards only, 0 both; motorways and roundabouts are one-way unless they say no."""
    found = ONEWAY.search(tags)
    if found is None:
        return 1 if highway in ("motorway", "motorway_link") or ROUND.search(tags) else 0
    return {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1}.get(found.group(1), 0)


def _posted(tags: list[str]) -> NDArray[np.float64]:
    found = [MAX_KMH.search(tag) for tag in tags]
    return np.array([float(limit.group(1)) if limit else np.nan for limit in found], dtype=np.float64)


def points_of(frame: pd.DataFrame) -> Points:
    """Return latitude and longitude of a table of the dataset; places known by their district only are left unknown."""
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
        Folder for results; None = none. The name of a result is a digest of the roads and the points, so that a
        changed file or a moved site is never answered from an old result.

    Returns
    -------
    times
        Minutes up to `LARGEST_TIME_MIN`.
    not_snapped
        What did not meet the network: kind (municipality or site), id, offset_m. For these the straight line stands in.

    Raises
    ------
    InputFileError
        If the file cannot be read.
    ParameterError
        If no road is open to the mode.
    """
    places, sites = points_of(municipality), points_of(site)
    keep = Points(np.append(places.latitude, sites.latitude), np.append(places.longitude, sites.longitude))
    network = build_network(read_ways(path), mode, keep)
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
    told = [network.content_hash, mode, str(LARGEST_TIME_MIN), *codes, "|", *site_ids]
    digest = hashlib.sha256("\n".join(told).encode())
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

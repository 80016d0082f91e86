"""
The published dataset for pages: read once per version, analysed once per question, outlines put where the browser asks.

Caches are keyed by the dataset's version, so that a new build is seen at the next rerun without a restart.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from geodata.catalog import Dataset, default_dataset_path, read_dataset
from geodata.errors import DatasetMissingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dashboard.maps import Outlines
    from geodata.analysis import Analysis, Settings
    from geodata.benchmark import Norm
    from geodata.robustness import Robustness

STATIC_FOLDER: Final = Path(__file__).parent / "static"
OUTLINES_FOLDER: Final = "outlines"
# Files of older datasets stay for readers whose page is still open.
KEPT_OUTLINES: Final = 3
# About a metre: finer than the generalised outlines.
OUTLINE_DECIMALS: Final = 5


def dataset() -> Dataset:
    """
    Return the published dataset, read again only after a new build.

    Raises
    ------
    DatasetMissingError
        If there is none.
    DatasetError
        If it cannot be read.
    """
    path = default_dataset_path().resolve()
    try:
        state = path.stat()
    except OSError as error:
        raise DatasetMissingError(f"{path.name} is not there. Run `dosah build`.") from error
    return _read(str(path), state.st_mtime_ns, state.st_size, state.st_ino)


@st.cache_resource(max_entries=2, show_spinner=False)
def _read(path: str, changed_ns: int, size: int, inode: int) -> Dataset:  # noqa: ARG001  # the state of the file is the key
    return read_dataset(Path(path))


def analysis(group_id: str, country: str, area_id: str | None, settings: Settings) -> Analysis:
    """Return `geodata.analysis.analyse` for the published dataset. The answer is shared: treat it as read-only."""
    found = dataset()
    return _analyse(found, found.version, group_id, country, area_id, settings)


@st.cache_resource(max_entries=256, show_spinner=False)
def _analyse(
    _dataset: Dataset,
    version: str,  # noqa: ARG001  # stands for the dataset in the key
    group_id: str,
    country: str,
    area_id: str | None,
    settings: Settings,
) -> Analysis:
    from geodata.analysis import analyse

    return analyse(_dataset, group_id, country, area_id, settings)


def robustness(group_id: str, country: str, area_id: str | None, settings: Settings) -> Robustness:
    """Return `geodata.robustness.robustness` for the published dataset: a dozen analyses, so only where it is asked for."""
    found = dataset()
    return _robustness(found, found.version, group_id, country, area_id, settings)


@st.cache_resource(max_entries=64, show_spinner=False)
def _robustness(
    _dataset: Dataset,
    version: str,  # noqa: ARG001  # stands for the dataset in the key
    group_id: str,
    country: str,
    area_id: str | None,
    settings: Settings,
) -> Robustness:
    from geodata.robustness import robustness

    return robustness(_dataset, group_id, country, area_id, settings)


def norms(group_id: str, country: str, area_id: str | None, settings: Settings) -> list[Norm]:
    """Return `geodata.analysis.available_norms` for the published dataset."""
    found = dataset()
    return _norms(found, found.version, group_id, country, area_id, settings)


@st.cache_resource(max_entries=256, show_spinner=False)
def _norms(
    _dataset: Dataset,
    version: str,  # noqa: ARG001  # stands for the dataset in the key
    group_id: str,
    country: str,
    area_id: str | None,
    settings: Settings,
) -> list[Norm]:
    from geodata.analysis import available_norms

    return available_norms(_dataset, group_id, country, area_id, settings)


@dataclass(frozen=True)
class ServiceName:
    """What a service is called on a map: its name and provider, its kind."""

    title: str
    service_type_code: str


def service_names(dataset: Dataset) -> dict[str, ServiceName]:
    """Return name and kind of every service; a protected one carries its kind for a name already."""
    return _service_names(dataset, dataset.version)


@st.cache_resource(max_entries=2, show_spinner=False)
def _service_names(_dataset: Dataset, version: str) -> dict[str, ServiceName]:  # noqa: ARG001  # stands for the dataset
    providers = dict(zip(_dataset["provider"]["provider_id"], _dataset["provider"]["name"], strict=True))
    names = {}
    table = _dataset["service"]
    columns = (table[name] for name in ("service_id", "name", "provider_id", "service_type_code"))
    for service_id, name, provider_id, kind in zip(*columns, strict=True):
        provider = providers.get(provider_id)
        title = f"{name} ({provider})" if provider and provider != name else str(name)
        names[service_id] = ServiceName(title, kind)
    return names


def attribution(dataset: Dataset) -> str:
    """Name the publishers of the outlines; their licences stand on the page of data."""
    origins = dataset["origin"]
    used = origins["origin_id"].isin(set(dataset["municipality"]["origin_id"]))
    return "; ".join(dict.fromkeys(origins.loc[used, "publisher"]))


def outlines() -> Outlines:
    """Return the file of outlines of the published dataset, written on the first call after a build."""
    from dashboard.maps import Outlines

    found = dataset()
    places = found["municipality"]
    # No underscore: streamlit-folium's hash of the map drops what follows one.
    name = f"outlines-{found.version.replace('_', '-')}.json"
    folder = STATIC_FOLDER / OUTLINES_FOLDER
    if not (folder / name).exists():
        write_outlines(found, folder / name)
        remove_old_outlines(folder)
    centre = (float(places["latitude"].mean()), float(places["longitude"].mean()))
    return Outlines(f"{OUTLINES_FOLDER}/{name}", places["municipality_code"].tolist(), centre)


def write_outlines(dataset: Dataset, path: Path) -> None:
    """
    Write the outlines as GeoJSON in the order of table municipality, in one step, so that no half file is ever served.

    Properties: municipality_code, name, point (latitude and longitude inside, where the name stands).
    """
    import shapely

    shapes = dataset.outlines().set_index("municipality_code")["geometry"]
    places = dataset["municipality"]

    def rounded(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        return coordinates.round(OUTLINE_DECIMALS)

    features = []
    for row in places[["municipality_code", "name", "latitude", "longitude"]].to_dict("records"):
        shape = shapes.get(row["municipality_code"])
        properties = {
            "municipality_code": row["municipality_code"],
            "name": row["name"],
            "point": [round(row["latitude"], OUTLINE_DECIMALS), round(row["longitude"], OUTLINE_DECIMALS)],
        }
        # A municipality without an outline keeps its place in the order: letters go by position.
        geometry = (
            json.loads(shapely.to_geojson(shapely.transform(shape, rounded))) if shape is not None else None
        )
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        fresh.write_text(
            json.dumps(
                {"type": "FeatureCollection", "features": features}, separators=(",", ":"), ensure_ascii=False
            ),
            encoding="utf-8",
        )
        fresh.replace(path)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def remove_old_outlines(folder: Path) -> None:
    """Remove all but the newest files of outlines."""
    files = sorted(folder.glob("outlines-*.json"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in files[KEPT_OUTLINES:]:
        with suppress(OSError):
            file.unlink()

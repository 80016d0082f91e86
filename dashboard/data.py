"""
The published dataset for pages: read once per version, analysed once per question, outlines put where the browser asks.

Caches are keyed by the dataset's version, so that a new build is seen at the next rerun without a restart.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dashboard.shared import Shared
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
ANALYSES_BYTES: Final = 200_000_000
# Points of services, one file for each question and language that somebody asked; the least used go first.
KEPT_POINTS: Final = 150
# The outlines of a country take half a second to write: one reader does it, the others wait.
_WRITING: Final = threading.Lock()
# About a metre: finer than the generalised outlines. Of a whole country, seen from further away, ten metres are enough.
OUTLINE_DECIMALS: Final = 5
OUTLINE_DECIMALS_OF_MANY: Final = 4
MANY_OUTLINES: Final = 1000


# A whole country's analysis has some megabytes, the snapshot's a tenth of that; so the bytes are counted, too.
_BYTES_OF_A_ROW: Final = 160
_DATASETS: Final[Shared[Dataset]] = Shared(2)
_NORMS: Final[Shared[list[Norm]]] = Shared(256)
_ROBUSTNESS: Final[Shared[Robustness]] = Shared(32)


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
    path = default_dataset_path().absolute()
    try:
        state = path.stat()
    except OSError as error:
        raise DatasetMissingError(f"{path.name} is not there. Run `dosah build`.") from error
    key = (str(path), state.st_mtime_ns, state.st_size, state.st_ino)
    return _DATASETS.get(key, lambda: read_dataset(path))


def analysis(group_id: str, country: str, area_id: str | None, settings: Settings) -> Analysis:
    """Return `geodata.analysis.analyse` for the published dataset. The answer is shared: treat it as read-only."""
    found = dataset()

    def make() -> Analysis:
        from geodata.analysis import analyse

        return analyse(found, group_id, country, area_id, settings)

    return _ANALYSES.get((found.version, group_id, country, area_id, settings), make)


def weight(analysis: Analysis) -> int:
    """Return about how many bytes an answer holds."""
    return _BYTES_OF_A_ROW * (len(analysis.coverage) + len(analysis.supply)) + 16 * analysis.reach.nnz


_ANALYSES: Final[Shared[Analysis]] = Shared(256, ANALYSES_BYTES, weight)


def robustness(group_id: str, country: str, area_id: str | None, settings: Settings) -> Robustness:
    """Return `geodata.robustness.robustness` for the published dataset: a dozen analyses, so only where it is asked for."""
    found = dataset()

    def make() -> Robustness:
        from geodata.robustness import robustness

        return robustness(found, group_id, country, area_id, settings)

    return _ROBUSTNESS.get((found.version, group_id, country, area_id, settings), make)


def norms(group_id: str, country: str, area_id: str | None, settings: Settings) -> list[Norm]:
    """Return `geodata.analysis.available_norms` for the published dataset."""
    found = dataset()

    def make() -> list[Norm]:
        from geodata.analysis import available_norms

        return available_norms(found, group_id, country, area_id, settings)

    return _NORMS.get((found.version, group_id, country, area_id, settings), make)


@dataclass(frozen=True)
class ServiceName:
    """What a service is called on a map: its name and provider, its kind."""

    title: str
    service_type_code: str


_SERVICE_NAMES: Final[Shared[dict[str, ServiceName]]] = Shared(2)


def service_names(dataset: Dataset) -> dict[str, ServiceName]:
    """Return name and kind of every service; a protected one carries its kind for a name already."""
    return _SERVICE_NAMES.get(dataset.version, lambda: _names_of(dataset))


def _names_of(dataset: Dataset) -> dict[str, ServiceName]:
    providers = dict(zip(dataset["provider"]["provider_id"], dataset["provider"]["name"], strict=True))
    names = {}
    table = dataset["service"]
    columns = (table[name] for name in ("service_id", "name", "provider_id", "service_type_code"))
    for service_id, name, provider_id, kind in zip(*columns, strict=True):
        provider = providers.get(provider_id)
        title = f"{name} ({provider})" if provider and provider != name else str(name)
        names[service_id] = ServiceName(title, kind)
    return names


def attribution(dataset: Dataset) -> str:
    """Name the publishers of the outlines; their licences stand on the page of data."""
    origins = dataset["origin"]
    used = origins["origin_id"].isin(dataset["municipality"]["origin_id"].unique())
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
        with _WRITING:
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
    # The same rounding on both sides of a border keeps it one line.
    decimals = OUTLINE_DECIMALS if len(places) < MANY_OUTLINES else OUTLINE_DECIMALS_OF_MANY

    def rounded(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        return coordinates.round(decimals)

    features = []
    for row in places[["municipality_code", "name", "latitude", "longitude"]].to_dict("records"):
        shape = shapes.get(row["municipality_code"])
        properties = {
            "municipality_code": row["municipality_code"],
            "name": row["name"],
            "point": [round(row["latitude"], decimals), round(row["longitude"], decimals)],
        }
        # A municipality without an outline keeps its place in the order: letters go by position.
        geometry = (
            json.loads(shapely.to_geojson(shapely.transform(shape, rounded))) if shape is not None else None
        )
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    write_at_once(
        path,
        json.dumps(
            {"type": "FeatureCollection", "features": features}, separators=(",", ":"), ensure_ascii=False
        ),
    )


def write_at_once(path: Path, text: str) -> None:
    """Write a file in one step, so that no half file is ever served."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.new")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def remove_old_outlines(folder: Path) -> None:
    """Remove all but the newest files of outlines: those of older datasets stay for readers whose page is still open."""
    _keep_newest(folder, "outlines-*.json", KEPT_OUTLINES)


def share_points(points: list[dict[str, Any]], folder: Path | None = None) -> str:
    """
    Put the points of services where the browser can fetch them, and return the path below the static folder.

    Thousands of points with their words would travel with every change of a filter that leaves them as they are. The name
    tells the content, so that every dataset and language has its own file, and the browser keeps what it has.
    """
    text = json.dumps(points, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    digest = hashlib.sha256(text.encode()).hexdigest()[:20]
    path = f"{OUTLINES_FOLDER}/points-{digest}.json"
    if not is_shared(path, folder):
        target = (folder or STATIC_FOLDER) / path
        write_at_once(target, text)
        _keep_newest(target.parent, "points-*.json", KEPT_POINTS)
    return path


def is_shared(path: str, folder: Path | None = None) -> bool:
    """Tell whether a file of points is still there, and mark it as used."""
    try:
        os.utime((folder or STATIC_FOLDER) / path)
    except OSError:
        return False
    return True


def _keep_newest(folder: Path, pattern: str, count: int) -> None:
    """Remove all but the newest files of a kind; another process may do the same at the same time."""
    ages = []
    for file in folder.glob(pattern):
        with suppress(OSError):
            ages.append((file.stat().st_mtime_ns, file))
    for _age, file in sorted(ages, reverse=True)[count:]:
        with suppress(OSError):
            file.unlink()

"""Outlines of the municipalities as a file that the browser fetches once and keeps."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dashboard.process.shared_files import FILES, FOLDER, SharedFile, SharedFiles
from geodata.dataset.dataset import Dataset

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

from dashboard.answers.dataset import dataset


@dataclass(frozen=True)
class Outlines:
    """
    The file of outlines: its path below the static folder, the order
    of the municipalities, a point in the middle.
    """

    path: str
    order: Sequence[str]
    centre: tuple[float, float]


# The outlines of a country take half a second to write: one reader does it, the others wait.
_WRITING: Final = threading.Lock()


# About a metre: finer than the generalised outlines. Of a whole country, seen from further
# away, ten metres are enough.
OUTLINE_DECIMALS: Final = 5
OUTLINE_DECIMALS_OF_MANY: Final = 4
MANY_OUTLINES: Final = 1000


def outlines() -> Outlines:
    """
    Return the outlines of this run's dataset, where the browser asks for them;
    they are made on the first call after a build.
    """
    found = dataset()
    places = found["municipality"]
    _outlines_file(found)
    centre = (float(places["latitude"].mean()), float(places["longitude"].mean()))
    return Outlines(f"{FOLDER}/{_outlines_name(found)}", places["municipality_code"].tolist(), centre)


def outlines_text() -> str:
    """Return the outlines of this run's dataset as the browser gets them: GeoJSON, see `write_outlines`."""
    return _outlines_file(dataset()).text().decode()


def _outlines_name(found: Dataset) -> str:
    # No underscore: streamlit-folium's hash of the map drops what follows one.
    return f"outlines-{found.version.replace('_', '-')}.json"


def _outlines_file(found: Dataset) -> SharedFile:
    name = _outlines_name(found)
    kept = FILES.find(name)
    if kept is None:
        with _WRITING:
            kept = FILES.find(name) or FILES.put(name, write_outlines(found))
    return kept


def write_outlines(dataset: Dataset) -> str:
    """
    Write the outlines as GeoJSON in the order of table municipality.

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
    return json.dumps(
        {"type": "FeatureCollection", "features": features}, separators=(",", ":"), ensure_ascii=False
    )


def share_points(points: list[dict[str, Any]], files: SharedFiles | None = None) -> str:
    """
    Put the points of services where the browser can fetch them, and return the path below the static folder.

    Thousands of points with their words would travel with every change of a filter that leaves them
    as they are. The name tells the content, so that every dataset and language has its own file,
    and the browser keeps what it has.
    """
    files = files or FILES
    text = json.dumps(points, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    name = f"points-{hashlib.sha256(text.encode()).hexdigest()[:20]}.json"
    if files.find(name) is None:
        files.put(name, text)
    return f"{FOLDER}/{name}"


def is_shared(path: str, files: SharedFiles | None = None) -> bool:
    """Tell whether a file of points is still there, and mark it as used."""
    return (files or FILES).find(path.removeprefix(f"{FOLDER}/")) is not None

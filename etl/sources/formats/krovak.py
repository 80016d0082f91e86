"""
S-JTSK (Krovak) to WGS 84 by one pinned operation.

For a point in the Czech Republic PROJ may choose an operation made for Slovakia (1.5 m off)
or one for both countries (6 m accuracy, about 2 m off), depending on its version and on the grids installed.
The one for the Czech Republic is named here, and another is never used.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.transformer import AreaOfInterest, TransformerGroup

from geodata.errors import DosahError

CZECH_REPUBLIC = AreaOfInterest(12.09, 48.55, 18.86, 51.06)
OPERATION = "S-JTSK to WGS 84 (5)"
BOUNDS_WGS84 = (12.0, 48.5, 18.95, 51.1)


class OperationMissingError(DosahError, RuntimeError):
    """The installed PROJ does not know the operation for the Czech Republic."""


@cache
def transformer() -> Transformer:
    """Return the operation EPSG:5514 → EPSG:4326 of the Czech Republic (accuracy 1 m), x = longitude."""
    group = TransformerGroup("EPSG:5514", "EPSG:4326", always_xy=True, area_of_interest=CZECH_REPUBLIC)
    for candidate in group.transformers:
        if OPERATION in candidate.description:
            return candidate
    raise OperationMissingError(
        f"The installed PROJ knows no operation '{OPERATION}'. "
        "Reinstall pyproj as the project's lock file says."
    )


def to_wgs84(
    easting: NDArray[Any], northing: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Transform EPSG:5514 coordinates (both negative, metres) to longitude and latitude in degrees.

    Whatever cannot be transformed is NaN.
    """
    longitude, latitude = transformer().transform(
        np.asarray(easting, dtype="float64"), np.asarray(northing, dtype="float64")
    )
    outside = ~(np.isfinite(longitude) & np.isfinite(latitude))
    return np.where(outside, np.nan, longitude), np.where(outside, np.nan, latitude)


def from_positive(y: NDArray[Any], x: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Transform the positive coordinates of Czech registers: Y (about 430,000 to 905,000) and X
    (935,000 to 1,230,000).

    EPSG:5514 takes them as easting −Y, northing −X.
    """
    return to_wgs84(-np.asarray(y, dtype="float64"), -np.asarray(x, dtype="float64"))


def is_inside(longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points lie in the box around the Czech Republic; NaN does not."""
    west, south, east, north = BOUNDS_WGS84
    return (longitude >= west) & (longitude <= east) & (latitude >= south) & (latitude <= north)

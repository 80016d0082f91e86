"""
Where a site is, and how well that is known:
coordinates, address point, municipality, district, or unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import shapely

from etl.files.reading import Problems
from geodata.crs import shapes_to_metres, to_metres

FAR_OUTSIDE_M = 2000.0
"""
A point this far outside the outline of its municipality is refused. Outlines are generalised
(mean deviation 50 m) and five years older than the addresses; the farthest true point
of the snapshot lies some hundred metres outside.
"""


@dataclass(frozen=True)
class LoadedMunicipality:
    """A loaded municipality as far as a site needs it."""

    country: str
    name: str
    district_code: str
    latitude: float
    longitude: float


def loaded_municipalities(municipality: pd.DataFrame) -> dict[str, LoadedMunicipality]:
    """Return the loaded municipalities by code."""
    columns = ("municipality_code", "country", "name", "district_code", "latitude", "longitude")
    rows = zip(*(municipality[column] for column in columns), strict=True)
    return {code: LoadedMunicipality(*rest) for code, *rest in rows}


def locate(
    site: Mapping[str, Any],
    places: Mapping[str, LoadedMunicipality],
    address_points: Mapping[str, tuple[float, float]],
) -> dict[str, Any]:
    """
    Give a site the best point that is known, and say how good it is.

    Parameters
    ----------
    site
        latitude, longitude, address_point_code, municipality_code, municipality_name, district_code as found.
    places
        Loaded municipalities.
    address_points
        Latitude and longitude by RÚIAN code; empty where no such file was given.

    Returns
    -------
    located
        The same site with latitude, longitude, location_quality, and its district where the municipality
        tells it. A municipality's name stays only where its code is unknown or not loaded.
    """
    municipality = places.get(site["municipality_code"] or "")
    located = {**site}
    if municipality is not None:
        located["district_code"] = site["district_code"] or municipality.district_code
        located["municipality_name"] = None
    point = address_points.get(site["address_point_code"] or "")
    if site["latitude"] is not None and site["longitude"] is not None:
        located["location_quality"] = "coordinates"
    elif point is not None:
        located.update(latitude=point[0], longitude=point[1], location_quality="address_point")
    elif municipality is not None:
        located.update(
            latitude=municipality.latitude, longitude=municipality.longitude, location_quality="municipality"
        )
    else:
        located["location_quality"] = "district" if site["district_code"] else "unknown"
    return located


def note_far_points(table: pd.DataFrame, outlines: pd.DataFrame, problems: Problems) -> None:
    """
    Note rows whose coordinates lie far outside the municipality that they name.

    Parameters
    ----------
    table
        row_number, latitude, longitude, municipality_code, municipality_name.
    outlines
        municipality_code, geometry (EPSG:4326).
    problems
        Where to note them.
    """
    merged = table.dropna(subset=["latitude", "longitude"]).merge(
        outlines[["municipality_code", "geometry"]],
        on="municipality_code",
        how="inner",
        validate="many_to_one",
    )
    if merged.empty:
        return
    points = shapely.points(*to_metres(merged["longitude"], merged["latitude"]))
    distances = shapely.distance(points, shapes_to_metres(merged["geometry"]))
    for row, name, distance in zip(merged["row_number"], merged["municipality_name"], distances, strict=True):
        if distance > FAR_OUTSIDE_M:
            problems.add(
                "the point lies outside the named municipality", row, f"{distance / 1000:.0f} km from {name}"
            )

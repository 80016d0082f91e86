"""
Base maps of other hosts, which a reader may choose on the map: addresses,
attribution and licence in one file.

`base_maps.yaml` lies beside this module; an administrator names another one in DOSAH_BASE_MAPS.
Nothing is asked of these hosts unless a reader chooses one (static/dosah-map-base.js).
"""

from __future__ import annotations

import functools
import logging
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from dashboard import text
from geodata.errors import DosahError
from geodata.guarded import yaml_text
from geodata.guarded.refusals import read_bounded
from geodata.guarded.yaml_text import YamlLimits

LOG: Final = logging.getLogger("dosah.dashboard")
VARIABLE: Final = "DOSAH_BASE_MAPS"
_LIMITS: Final = YamlLimits(nodes=2_000)
_DEEPEST_ZOOM: Final = 24
_CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"']+")


class BaseMapsError(DosahError, ValueError):
    """The file of base maps cannot be used; the message names what is wrong and where."""


@dataclass(frozen=True)
class BaseMap:
    """
    A base map: tiles in Web Mercator.

    `bounds` are [[south, west], [north, east]] in degrees beyond which nothing
    is asked; None = the whole world.
    """

    base_map_id: str
    label: Mapping[str, str]
    address: str
    min_zoom: int
    max_zoom: int
    attribution: str
    attribution_url: str
    licence: str
    bounds: tuple[tuple[float, float], tuple[float, float]] | None = None


def base_maps() -> dict[str, BaseMap]:
    """
    Return the base maps that are offered, by id, in the order of the file.

    A file of an administrator that cannot be read offers none and is told
    to the log: the map never needs one.
    """
    return _offered(os.environ.get(VARIABLE, ""))


@functools.lru_cache(maxsize=4)
def _offered(named: str) -> dict[str, BaseMap]:
    try:
        return read(named)
    except BaseMapsError:
        LOG.exception("base maps")
        return {}


def read(named: str) -> dict[str, BaseMap]:
    """
    Read a file of base maps; "" is our own.

    Raises
    ------
    BaseMapsError
        If it cannot be read or holds something that is no base map.
    """
    name = named or "base_maps.yaml"
    try:
        content = (
            read_bounded(Path(named), _LIMITS.bytes)
            if named
            else resources.files("dashboard.map").joinpath(name).read_bytes()
        )
        rows = yaml_text.parse(content, Path(name).name, _LIMITS)["base_maps"]
        found = [_base_map(row) for row in rows]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BaseMapsError(
            f"{Path(name).name}: no list of base maps could be read ({error}). "
            "Take dashboard/map/base_maps.yaml as a pattern."
        ) from error
    return {each.base_map_id: each for each in found}


def _base_map(row: Mapping[str, Any]) -> BaseMap:
    """Read one base map; what reaches the browser is checked here."""
    if not _CODE.fullmatch(str(row["id"])):
        raise ValueError(f"id '{row['id']}' is not made of small letters, digits and hyphens")
    for name in ("address", "attribution_url"):
        if not _ADDRESS.fullmatch(str(row[name])):
            raise ValueError(f"{row['id']}: {name} is no web address")
    missing = [part for part in ("{z}", "{x}", "{y}") if part not in row["address"]]
    if missing:
        raise ValueError(f"{row['id']}: address lacks {', '.join(missing)}")
    bounds = row.get("bounds")
    return BaseMap(
        base_map_id=str(row["id"]),
        label={language: str(row["label"][language]) for language in text.LANGUAGES},
        address=str(row["address"]),
        min_zoom=_zoom(row, "min_zoom"),
        max_zoom=_zoom(row, "max_zoom"),
        attribution=str(row["attribution"]),
        attribution_url=str(row["attribution_url"]),
        licence=str(row["licence"]),
        bounds=None if bounds is None else _bounds(row["id"], bounds),
    )


def _zoom(row: Mapping[str, Any], name: str) -> int:
    zoom = row[name]
    if not isinstance(zoom, int) or isinstance(zoom, bool) or not 0 <= zoom <= _DEEPEST_ZOOM:
        raise ValueError(f"{row['id']}: {name} is no whole number from 0 to {_DEEPEST_ZOOM}")
    return zoom


def _bounds(named: object, bounds: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    """Read two corners in degrees, the lower left one first."""
    try:
        (south, west), (north, east) = ((float(one), float(other)) for one, other in bounds)
    except (TypeError, ValueError, OverflowError):
        south = west = north = east = math.nan
    if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
        raise ValueError(f"{named}: bounds are not [[south, west], [north, east]] in degrees")
    return (south, west), (north, east)


def offered() -> list[dict[str, Any]]:
    """Return what the map is told of the base maps, in the reader's language."""
    return [
        {
            "id": each.base_map_id,
            "label": each.label[text.current()],
            "address": each.address,
            "min_zoom": each.min_zoom,
            "max_zoom": each.max_zoom,
            "attribution": each.attribution,
            "attribution_url": each.attribution_url,
            "bounds": each.bounds,
        }
        for each in base_maps().values()
    ]

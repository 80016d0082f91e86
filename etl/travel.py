"""Travel costs that a user brings: a matrix as CSV, or an extract of OpenStreetMap whose roads are searched."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from etl.reading import Column, read_table
from geodata.catalog import Dataset
from geodata.errors import InputFileError
from geodata.travel_table import TravelTable, travel_table

MOST_ROAD_BYTES = (
    8_000_000_000  # an extract of a country has one (.osm.pbf) or some twenty (.osm, which nobody keeps)
)
ROAD_SUFFIXES = (".osm", ".pbf")


def read_travel(path: Path, dataset: Dataset, cache: Path | None = None) -> tuple[TravelTable, pd.DataFrame]:
    """
    Read travel costs for the municipalities and sites of a dataset.

    Parameters
    ----------
    path
        `.csv`: one row per pair with municipality_code, site_id and either cost_m (metres) or cost_min (minutes); `.osm` or
        `.osm.pbf`: roads, travelled by car.
    dataset
        Whose municipalities and sites the costs are between.
    cache
        Folder for the times that were searched on roads; None = they are searched again each time.

    Returns
    -------
    costs
        For `geodata.analysis.analyse(…, travel=costs)`.
    not_snapped
        Municipalities and sites that did not meet the roads (kind, id, offset_m): the straight line stands in for them.

    Raises
    ------
    InputFileError
        If the file cannot be used, with every problem.
    """
    if path.suffix.lower() in ROAD_SUFFIXES:
        from etl.roads import road_times

        _check_size(path)
        return road_times(path, dataset["municipality"], dataset["site"], cache=cache)
    if path.suffix.lower() != ".csv":
        raise InputFileError(
            path.name, ["is neither a table nor roads"], "Give a .csv, .osm or .osm.pbf file."
        )
    key = ("municipality_code", "site_id")
    pairs = read_table(path, [Column(name, is_required=True) for name in key], key, extra="number")
    costs = travel_table(
        pairs.drop(columns="row_number"),
        path.name,
        known_sites=dataset["site"]["site_id"],
        known_codes=dataset["municipality"]["municipality_code"],
    )
    return costs, pd.DataFrame(columns=["kind", "id", "offset_m"])


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputFileError(
            path.name, [f"the file cannot be opened ({reason})"], "Check its path."
        ) from None
    if size > MOST_ROAD_BYTES:
        raise InputFileError(
            path.name,
            [f"it is larger than {MOST_ROAD_BYTES // 1_000_000_000} GB"],
            "Take an extract of your region.",
        )

"""
Travel costs that a user brings: a matrix as CSV or workbook, or an extract of OpenStreetMap whose roads
are searched.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from etl.travel.columns import Layout, read_columns
from geodata.dataset.dataset import Dataset
from geodata.guarded.refusals import Refusal, RefusedTextError, kilobytes
from geodata.said import say
from geodata.travel.table import ROOM, TravelTable, travel_table
from geodata.wordings import FileProblem, WordedFileError

MOST_ROAD_BYTES = (
    8_000_000_000  # an extract of a country has one (.osm.pbf) or some twenty (.osm, which nobody keeps)
)
ROAD_SUFFIXES = (".osm", ".pbf")
TABLE_SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls")
MOST_CELLS = 10_000_000  # three columns of three million pairs
COSTS = ("cost_m", "cost_min")
LAYOUT = Layout(("municipality_code", "site_id", *COSTS), frozenset(COSTS), frozenset(), ROOM, MOST_CELLS)


def read_travel(path: Path, dataset: Dataset, cache: Path | None = None) -> tuple[TravelTable, pd.DataFrame]:
    """
    Read travel costs for the municipalities and sites of a dataset.

    Parameters
    ----------
    path
        `.csv` or a workbook: one row per pair with municipality_code, site_id and either cost_m
        (metres) or cost_min (minutes), divided and written as spreadsheets do; `.osm` or `.osm.pbf`:
        roads, travelled by car.
    dataset
        Whose municipalities and sites the costs are between.
    cache
        Folder for the times that were searched on roads; None = they are searched again each time.

    Returns
    -------
    costs
        For `geodata.method.analysis.analyse(…, travel=costs)`.
    not_snapped
        Municipalities and sites that did not meet the roads: kind, id, offset_m; empty for a table.

    Raises
    ------
    InputFileError
        If the file cannot be used, with every problem.
    """
    if path.suffix.lower() in ROAD_SUFFIXES:
        from etl.travel.roads import road_times

        _check_size(path)
        return road_times(path, dataset["municipality"], dataset["site"], cache=cache)
    if path.suffix.lower() not in TABLE_SUFFIXES:
        raise WordedFileError(path.name, FileProblem("wrong_kind"), room=ROOM)
    codes = dataset["municipality"]["municipality_code"]
    pairs = read_pairs(path, frozenset(codes))
    costs = travel_table(pairs, path.name, known_sites=dataset["site"]["site_id"], known_codes=codes)
    return costs, pd.DataFrame(columns=["kind", "id", "offset_m"])


def read_pairs(path: Path, codes: frozenset[str] = frozenset()) -> pd.DataFrame:
    """
    Read the pairs of a table of travel costs (`etl.travel.columns.read_columns`).

    Raises
    ------
    WordedFileError
        With every problem of the file.
    """
    return read_columns(path, LAYOUT, codes)


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        reason = Refusal("unreadable", str(error.strerror or error))
        raise RefusedTextError(path.name, reason, "Check its path.") from None
    if size > MOST_ROAD_BYTES:
        reason = Refusal("too_large", kilobytes(MOST_ROAD_BYTES))
        raise RefusedTextError(path.name, reason, say("roads.next"))

"""
Travel tables: costs between municipalities and sites that were computed elsewhere.

Shortest paths on a road network (`geodata.travel.roads`) and a matrix that the user supplies both arrive as
such a table; the straight line × detour fills in for sites that it does not know
(docs/METHOD.md#travel-cost).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.arrays import FloatArray
from geodata.travel.straight import Pairs
from geodata.wordings import FileProblem, WordedFileError

Level = Literal["network", "matrix"]
STRAIGHT_LINE = "straight_line"

METRES_PER_MINUTE = 750.0
"""
45 km/h, door to door on Czech and Polish roads between villages: a convention of this program.
Minutes of a table are turned into metres with it, so that one limit serves both;
a limit of n minutes is a limit of n · 750 m and the comparison is exact.
"""

ROOM = "travel"
ROW_NUMBER = "row_number"


@dataclass(frozen=True, eq=False)
class TravelTable:
    """
    Costs of pairs by code.

    `row` and `column` number `municipality_codes` and `site_ids`;
    `cost_m` is in metres (or minutes × `METRES_PER_MINUTE`, where `unit` is "min").
    A known site without a pair for a known municipality is not within reach of it;
    for a site or a municipality that the table does not know, the straight line stands in.
    """

    level: Level
    name: str
    unit: Literal["m", "min"]
    municipality_codes: pd.Index
    site_ids: pd.Index
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    cost_m: FloatArray

    def pairs_for(self, codes: pd.Index, site_ids: pd.Index) -> Pairs:
        """
        Return the costs of the given municipalities and sites, numbered as given;
        what the table does not hold is left out.

        A site without an id (NaN) is in no pair.
        """
        # Services without a site share the id NaN, so an index of sites need not be unique.
        of_code, of_site = _numbers(codes, self.municipality_codes), _numbers(site_ids, self.site_ids)
        row, column = of_code[self.row], of_site[self.column]
        is_known = (row >= 0) & (column >= 0)
        row, column = row[is_known], column[is_known]
        order = np.lexsort((column, row))
        return Pairs(row[order], column[order], self.cost_m[is_known][order], (len(codes), len(site_ids)))

    def knows_places(self, codes: pd.Index) -> NDArray[np.bool_]:
        """Tell which municipalities the table knows."""
        known: NDArray[np.bool_] = np.asarray(codes.isin(self.municipality_codes), dtype=bool)
        return known

    def knows(self, site_ids: pd.Index) -> NDArray[np.bool_]:
        """Tell which sites the table knows."""
        known: NDArray[np.bool_] = np.asarray(site_ids.isin(self.site_ids), dtype=bool)
        return known


def _numbers(index: pd.Index, wanted: pd.Index) -> NDArray[np.int64]:
    """
    Return the position of every wanted label in an index, -1 where it is not there;
    missing labels match nothing.
    """
    position = {label: number for number, label in enumerate(index.tolist()) if isinstance(label, str)}
    return np.array([position.get(label, -1) for label in wanted.tolist()], dtype=np.int64)


def travel_table(
    frame: pd.DataFrame,
    name: str,
    level: Level = "matrix",
    *,
    known_sites: Iterable[str] | None = None,
    known_codes: Iterable[str] | None = None,
) -> TravelTable:
    """
    Check a table of costs and bring it into its form.

    Parameters
    ----------
    frame
        One row per pair: municipality_code, site_id (text), and either cost_m or cost_min;
        row_number where the rows of a file are not numbered from 2 on.
    name
        Name of the file as the reader knows it; it is part of every result.
    level
        "matrix" for a user's table, "network" for shortest paths.
    known_sites, known_codes
        Ids and codes of the dataset; others in the table are told as problems. None = not checked.

    Raises
    ------
    WordedFileError
        With every problem: columns, missing or negative costs, pairs told twice, unknown codes.

    Notes
    -----
    `frame` is not modified. The order of its rows does not matter.
    """
    problems = [
        FileProblem("missing_column", {"column": column})
        for column in ("municipality_code", "site_id")
        if column not in frame
    ]
    costs = [column for column in ("cost_m", "cost_min") if column in frame]
    if len(costs) != 1:
        problems.append(FileProblem("one_cost"))
    if problems:
        raise WordedFileError(name, problems, room=ROOM)
    numbers = frame[ROW_NUMBER] if ROW_NUMBER in frame else pd.Series(np.arange(2, len(frame) + 2))
    cost = pd.to_numeric(frame[costs[0]], errors="coerce").to_numpy(dtype=np.float64)
    wrong = ~(np.isfinite(cost) & (cost >= 0))
    problems += _told("wrong_number", wrong, numbers, frame[costs[0]], costs[0])
    for key, known in (("municipality_code", known_codes), ("site_id", known_sites)):
        blank = frame[key].isna().to_numpy(dtype=bool)
        problems += _told("blank_key", blank, numbers, frame[key], key)
        if known is not None:
            strange = ~frame[key].isin(list(known)).to_numpy(dtype=bool) & ~blank
            problems += _told("unknown_key", strange, numbers, frame[key], key)
    twice = frame.duplicated(["municipality_code", "site_id"]).to_numpy(dtype=bool)
    problems += _told("pair_twice", twice, numbers, frame["site_id"], "site_id")
    if len(frame) == 0:
        problems.append(FileProblem("no_rows"))
    if problems:
        raise WordedFileError(name, problems, room=ROOM)
    row, codes = pd.factorize(frame["municipality_code"].astype("str"), sort=True)
    column, sites = pd.factorize(frame["site_id"].astype("str"), sort=True)
    in_minutes = costs[0] == "cost_min"
    return TravelTable(
        level=level,
        name=name,
        unit="min" if in_minutes else "m",
        municipality_codes=pd.Index(codes),
        site_ids=pd.Index(sites),
        row=row.astype(np.int64),
        column=column.astype(np.int64),
        cost_m=cost * METRES_PER_MINUTE if in_minutes else cost,
    )


def _told(
    kind: str, wrong: NDArray[np.bool_], numbers: pd.Series, values: pd.Series, column: str
) -> list[FileProblem]:
    """Say how many rows are wrong, and which is the first."""
    rows = np.flatnonzero(wrong)
    if len(rows) == 0:
        return []
    first = values.iloc[rows[0]]
    shown = "" if pd.isna(first) else first
    row = int(numbers.iloc[rows[0]])
    return [FileProblem(kind, {"rows": len(rows), "value": shown, "row": row, "column": column})]

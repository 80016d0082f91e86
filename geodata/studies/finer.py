"""
Finer places: where in a municipality people live – localities, or cells of a census grid.

Ages are known by municipality only. They are shared down to its cells in proportion to the people
of each cell, so that every total is conserved; a municipality without cells stays one place at its own point.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import pandas as pd

from geodata.arrays import FloatArray
from geodata.dataset.dataset import Dataset
from geodata.method.analysis import Analysis
from geodata.method.coverage import BoolArray
from geodata.travel.straight import Points, distance_between, nearest_sites
from geodata.travel.table import ROW_NUMBER
from geodata.wordings import FileProblem, WordedFileError

CELL_COLUMNS = ("cell_id", "name", "municipality_code", "latitude", "longitude", "persons")
ROOM = "finer"
"""Where what can be wrong with cells is said: geodata/wordings."""

MOST_CELLS = 200_000
"""With a country's services about what 2 GiB of memory hold (docs/ENGINE.md, size)."""

MOST_LATITUDE, MOST_LONGITUDE = 90.0, 180.0
MOST_DISTANCE_M = 50_000.0
"""No municipality of either country reaches so far from its point: farther is a mistake of coordinates."""

SUMMED = (
    "target_persons",
    "demand_places",
    "served_places",
    "waiting_places",
    "out_of_reach_places",
    "missing_places",
)


def check_cells(cells: pd.DataFrame, dataset: Dataset, file: str) -> None:
    """
    Refuse cells that cannot be used.

    Raises
    ------
    WordedFileError
        With every problem: columns, ids told twice or taken by a municipality, unknown municipalities,
        coordinates or persons that are no numbers, places far from their municipality, too many of them.
    """
    missing = [
        FileProblem("missing_column", {"column": column}) for column in CELL_COLUMNS if column not in cells
    ]
    if missing:
        raise WordedFileError(file, missing, room=ROOM)
    if not 0 < len(cells) <= MOST_CELLS:
        count = (
            FileProblem("too_many", {"rows": len(cells), "most": MOST_CELLS})
            if len(cells)
            else FileProblem("no_rows")
        )
        raise WordedFileError(file, count, room=ROOM)
    municipality = dataset["municipality"]
    codes = municipality["municipality_code"]
    numbers = {
        name: pd.to_numeric(cells[name], errors="coerce").to_numpy(dtype=np.float64)
        for name in ("latitude", "longitude", "persons")
    }
    blank = {name: cells[name].isna() for name in ("cell_id", "name", "municipality_code")}
    checks = [
        *(("blank_key", name, wrong) for name, wrong in blank.items()),
        ("key_twice", "cell_id", cells["cell_id"].duplicated() & ~blank["cell_id"]),
        ("taken_key", "cell_id", cells["cell_id"].isin(codes)),
        (
            "unknown_key",
            "municipality_code",
            ~cells["municipality_code"].isin(codes) & ~blank["municipality_code"],
        ),
        ("wrong_number", "persons", ~((numbers["persons"] >= 0) & np.isfinite(numbers["persons"]))),
        ("wrong_number", "latitude", ~(np.abs(numbers["latitude"]) <= MOST_LATITUDE)),
        ("wrong_number", "longitude", ~(np.abs(numbers["longitude"]) <= MOST_LONGITUDE)),
        ("far_away", "cell_id", _far_away(cells["municipality_code"], numbers, municipality)),
    ]
    rows = cells[ROW_NUMBER] if ROW_NUMBER in cells else pd.Series(np.arange(2, len(cells) + 2))
    problems = [
        _told(kind, column, np.asarray(wrong, dtype=bool), cells, rows)
        for kind, column, wrong in checks
        if np.asarray(wrong, dtype=bool).any()
    ]
    if problems:
        raise WordedFileError(file, problems, room=ROOM)


def _told(kind: str, column: str, wrong: BoolArray, cells: pd.DataFrame, rows: pd.Series) -> FileProblem:
    first = int(np.flatnonzero(wrong)[0])
    value = cells[column].iloc[first]
    return FileProblem(
        kind,
        {
            "column": column,
            "rows": int(wrong.sum()),
            "row": int(rows.iloc[first]),
            "value": "" if pd.isna(value) else value,
            "most": round(MOST_DISTANCE_M / 1000),
        },
    )


def _far_away(codes: pd.Series, numbers: Mapping[str, FloatArray], municipality: pd.DataFrame) -> BoolArray:
    """Tell which cells lie too far from the point of their municipality; what is not known is not far."""
    own = pd.Index(municipality["municipality_code"]).get_indexer(pd.Index(codes))
    known = np.flatnonzero(
        (own >= 0)
        & (np.abs(numbers["latitude"]) <= MOST_LATITUDE)
        & (np.abs(numbers["longitude"]) <= MOST_LONGITUDE)
    )
    middle = Points(
        municipality["latitude"].to_numpy(dtype=float), municipality["longitude"].to_numpy(dtype=float)
    )
    cells = Points(numbers["latitude"], numbers["longitude"])
    far = np.zeros(len(codes), dtype=bool)
    far[known] = distance_between(middle, cells, own[known].astype(np.int64), known) > MOST_DISTANCE_M
    return far


def shares_of_cells(cells: pd.DataFrame) -> FloatArray:
    """
    Return the part of its municipality's people that lives in each cell;
    NaN where its cells are all empty.
    """
    persons = cells["persons"].to_numpy(dtype=np.float64)
    totals = cells.groupby("municipality_code")["persons"].transform("sum").to_numpy(dtype=np.float64)
    shares: FloatArray = np.divide(persons, totals, out=np.full(len(cells), np.nan), where=totals > 0)
    return shares


def with_finer_places(dataset: Dataset, cells: pd.DataFrame, file: str = "cells") -> Dataset:
    """
    Make a dataset whose places are cells instead of municipalities.

    Parameters
    ----------
    dataset
        Today. It is not modified.
    cells
        Columns `CELL_COLUMNS`; persons of any year: they only say how a municipality's people divide.
    file
        Name of the cells' file as the reader knows it.

    Returns
    -------
    finer
        Table municipality has a row per cell (its code is the cell_id)
        and one per municipality whose cells are missing or empty; population,
        area_membership and served_area follow; a site belongs to the nearest cell of its municipality.
        `geodata.method.analysis` works on it as on any dataset; `by_municipality` brings a result back.

    Raises
    ------
    WordedFileError
        If the cells cannot be used.

    Notes
    -----
    Σ over cells of persons by age = persons by age of the municipality, exactly up to rounding of floats;
    persons become fractions.
    """
    check_cells(cells, dataset, file)
    cells = cells.assign(share=shares_of_cells(cells))
    cells = cells.loc[cells["share"].notna(), [*CELL_COLUMNS, "share"]].reset_index(drop=True)
    finer = dict(dataset.tables)
    for name in ("population", "area_membership", "served_area"):
        finer[name] = _expanded(dataset[name], cells, weighted="persons" if name == "population" else None)
    finer["municipality"] = _places(dataset["municipality"], cells)
    finer["site"] = _sites(dataset["site"], cells)
    digest = hashlib.sha256(cells.to_csv(index=False).encode()).hexdigest()[:8]
    return Dataset(dataset.path, finer, f"{dataset.version}+cells-{digest}", dataset.shapes)


def _expanded(table: pd.DataFrame, cells: pd.DataFrame, weighted: str | None) -> pd.DataFrame:
    """Repeat the rows of a municipality for each of its cells; rows of others stay."""
    divided = table["municipality_code"].isin(cells["municipality_code"])
    rows = table.loc[divided].merge(
        cells[["municipality_code", "cell_id", "share"]], on="municipality_code", how="inner"
    )
    if weighted is not None:
        rows[weighted] = rows[weighted] * rows["share"]
    rows["municipality_code"] = rows["cell_id"]
    return pd.concat([table.loc[~divided], rows[table.columns]], ignore_index=True)


def _places(municipality: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    divided = municipality["municipality_code"].isin(cells["municipality_code"])
    own = cells[["municipality_code", "cell_id", "name", "latitude", "longitude"]]
    rows = municipality.merge(own, on="municipality_code", how="inner", suffixes=("", "_cell"))
    points = Points(rows["latitude"].to_numpy(dtype=float), rows["longitude"].to_numpy(dtype=float))
    of_cells = Points(
        rows["latitude_cell"].to_numpy(dtype=float), rows["longitude_cell"].to_numpy(dtype=float)
    )
    every = np.arange(len(rows))
    # The edge cannot be nearer to a cell than to the municipality's point by more than their own distance.
    nearer_m = rows["edge_distance_m"].to_numpy(dtype=float) - distance_between(
        points, of_cells, every, every
    )
    rows = rows.assign(
        municipality_code=rows["cell_id"],
        # The land is divided too, else the loaded area would grow with every cell.
        # Nobody knows the cells' own sizes.
        area_km2=rows["area_km2"] / rows.groupby("municipality_code")["cell_id"].transform("size"),
        name=rows["name"] + " – " + rows["name_cell"],
        latitude=rows["latitude_cell"],
        longitude=rows["longitude_cell"],
        edge_distance_m=np.maximum(nearer_m, 0.0),
    )
    return pd.concat([municipality.loc[~divided], rows[municipality.columns]], ignore_index=True)


def _sites(site: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """
    Give each site the nearest cell of its municipality, so that local capacity stays local;
    the first cell where its point is unknown.
    """
    codes = site["municipality_code"].to_numpy(dtype=object).copy()
    for code, part in cells.groupby("municipality_code"):
        rows = np.flatnonzero(codes == code)
        sites = Points(
            site["latitude"].to_numpy(dtype=float)[rows], site["longitude"].to_numpy(dtype=float)[rows]
        )
        around = Points(part["latitude"].to_numpy(dtype=float), part["longitude"].to_numpy(dtype=float))
        nearest = np.maximum(nearest_sites(sites, around)[1], 0)
        codes[rows] = part["cell_id"].to_numpy(dtype=object)[nearest]
    return site.assign(municipality_code=pd.Series(codes, dtype="str"))


def by_municipality(analysis: Analysis, dataset: Dataset, cells: pd.DataFrame) -> pd.DataFrame:
    """
    Bring a result on finer places back to municipalities.

    Parameters
    ----------
    analysis
        Result on `with_finer_places(dataset, cells)`.
    dataset
        The dataset before it was divided.
    cells
        The same cells.

    Returns
    -------
    coverage
        One row per municipality of the country, in the order of `dataset`: municipality_code, name, the sums
        of persons, demand, served, waiting, out of reach and missing, coverage_ratio (A weighted by demand;
        NA where there is none), lowest_coverage_ratio and highest_coverage_ratio of its cells,
        is_lower_bound and is_near_edge (of any cell), cells. Sums are NA where a cell's is.
    """
    parent = dict(zip(cells["cell_id"], cells["municipality_code"], strict=True))
    rows = analysis.coverage
    codes = pd.Series([parent.get(code, code) for code in rows["municipality_code"]], dtype="str")
    weighted = (rows["coverage_ratio"] * rows["demand_places"]).where(rows["demand_places"] > 0, 0.0)
    groups = rows.assign(parent=codes, weighted=weighted).groupby("parent", sort=False)
    # pandas adds up past what is unknown; a sum with an unknown part is unknown here.
    sums = groups[[*SUMMED, "weighted"]].sum()
    unknown = rows[list(SUMMED)].isna().groupby(codes, sort=False).any()
    sums[list(SUMMED)] = sums[list(SUMMED)].mask(unknown)
    result = sums[list(SUMMED)].copy()
    # A cell whose class is unknown has a need and no coverage: no mean may pass over it.
    is_told = sums["served_places"].notna()
    mean = sums["weighted"] / sums["demand_places"]
    result["coverage_ratio"] = mean.where(is_told & (sums["demand_places"] > 0))
    result["lowest_coverage_ratio"] = groups["coverage_ratio"].min()
    result["highest_coverage_ratio"] = groups["coverage_ratio"].max()
    for mark in ("is_lower_bound", "is_near_edge"):
        result[mark] = groups[mark].any()
    result["cells"] = groups.size()
    municipality = dataset["municipality"]
    here = municipality.loc[municipality["country"] == analysis.country, ["municipality_code", "name"]]
    return here.merge(
        result, left_on="municipality_code", right_index=True, how="left", validate="one_to_one"
    ).reset_index(drop=True)

"""Finer places that a user brings: localities of municipalities or cells of a grid, as CSV or workbook."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from etl.travel.columns import Layout, read_columns
from geodata.dataset.dataset import Dataset
from geodata.studies.finer import CELL_COLUMNS, MOST_CELLS, ROOM, with_finer_places
from geodata.wordings import FileProblem, WordedFileError

SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls")
LAYOUT = Layout(
    columns=CELL_COLUMNS,
    numbers=frozenset({"persons"}),
    degrees=frozenset({"latitude", "longitude"}),
    room=ROOM,
    most_cells=len(CELL_COLUMNS) * (MOST_CELLS + 1),
)


def read_finer(path: Path, dataset: Dataset) -> tuple[Dataset, pd.DataFrame]:
    """
    Read finer places and divide the people of a dataset among them.

    Parameters
    ----------
    path
        `.csv` or a workbook: one row per locality or cell with the columns
        of `geodata.studies.finer.CELL_COLUMNS`, divided and written as spreadsheets do.
    dataset
        Whose municipalities the places are of. It is not modified.

    Returns
    -------
    finer
        `geodata.studies.finer.with_finer_places`.
    cells
        The rows of the table.

    Raises
    ------
    InputFileError
        If the file cannot be used, with every problem.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise WordedFileError(path.name, FileProblem("wrong_kind"), room=ROOM)
    cells = read_columns(path, LAYOUT, frozenset(dataset["municipality"]["municipality_code"]))
    return with_finer_places(dataset, cells, path.name), cells

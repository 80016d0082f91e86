"""Inhabitants of a whole country by age band: denominators of the national benchmark."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from etl.files.reading import Column
from etl.snapshot.population import read_bands
from geodata.vocabulary.codes import codelist

ORIGIN_ID = "snapshot_national_population"


def read(path: Path) -> pd.DataFrame:
    """
    Read national_population.csv.

    Raises
    ------
    InputFileError
        With all problems of the file.
    """
    return read_bands(
        path, Column("country", is_required=True, codes=codelist("countries"), code_list="countries")
    )

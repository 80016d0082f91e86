"""
Inhabitants of municipalities by five-year age band:
a wide table, one column a band, blank = band not given.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from etl.files.reading import ROW_NUMBER, Column, Problems, read_table
from geodata.errors import InputFileError
from geodata.vocabulary.codes import codelist

ORIGIN_ID = "snapshot_population"
BAND = re.compile(r"(\d{1,3})(?:-(\d{1,3})|\+)")


def read(path: Path, known: Collection[str]) -> pd.DataFrame:
    """
    Read population.csv.

    Parameters
    ----------
    path
        The file.
    known
        Codes of the loaded municipalities.

    Raises
    ------
    InputFileError
        With all problems of the file.
    """
    code = Column("municipality_code", is_required=True, codes=known, code_list="loaded municipalities")
    return read_bands(path, code)


def read_bands(path: Path, code: Column) -> pd.DataFrame:
    """
    Read a wide table of age bands.

    Parameters
    ----------
    path
        Columns: the place, sex, reference_date, source, and one for each band ("0-4", "85+").
    place
        Description of the column that names the place.

    Returns
    -------
    wide
        As in the file, with row_number.
    """
    columns = (
        code,
        Column("sex", is_required=True, codes=codelist("sexes"), code_list="sexes"),
        Column("reference_date", "date", is_required=True),
        Column("source"),
    )
    table = read_table(path, columns, key=(code.name, "sex", "reference_date"), extra="count")
    bands = [name for name in table.columns if BAND.fullmatch(name)]
    names = {ROW_NUMBER, *(column.name for column in columns)}
    strange = [name for name in table.columns if name not in names and name not in bands]
    if strange or not bands:
        what = f"the column {strange[0]} is no age band" if strange else "there is no column of an age band"
        raise InputFileError(path.name, [f"row 1: {what}"], "Name age bands as 0-4, 5-9, …, 85+.")
    problems = Problems()
    empty = table[table[bands].isna().all(axis=1)]
    for row, name in zip(empty[ROW_NUMBER], empty[code.name], strict=True):
        problems.add("no age band has a number", row, name)
    problems.raise_if_any(path.name)
    return table


def to_long(wide: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """
    Turn a wide table of bands into one row per band; bands that the source does not give make no row.

    Parameters
    ----------
    wide
        A table that `read_bands` gave.
    keys
        Columns to keep beside the band.

    Returns
    -------
    long
        `keys`, age_from, age_to (NA = open), persons.
    """
    bands = [name for name in wide.columns if BAND.fullmatch(name)]
    long = wide.melt(id_vars=list(keys), value_vars=bands, var_name="band", value_name="persons").dropna(
        subset="persons"
    )
    ages = long["band"].str.extract(BAND)
    return long.assign(age_from=ages[0].astype("int64"), age_to=ages[1].astype("Int64")).drop(columns="band")

"""Municipalities of the snapshot: codes, names, higher units, a point inside, area."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from etl.files.reading import ROW_NUMBER, Column, Problems, check_points, read_table
from geodata.crs import is_in_country
from geodata.vocabulary.codes import codelist

ORIGIN_ID = "snapshot_municipality"
CODE_LENGTHS = {"CZ": 6, "PL": 7}
CODE_LENGTH_PROBLEM = "is no municipality code (6 digits in CZ, 7 in PL)"


def municipality_code_problem(code: str) -> str | None:
    """Return what is wrong with the form of a municipality code, or None."""
    return None if code.isdecimal() and len(code) in CODE_LENGTHS.values() else CODE_LENGTH_PROBLEM


def read(path: Path) -> pd.DataFrame:
    """
    Read municipality.csv.

    Raises
    ------
    InputFileError
        With all problems of the file.
    """
    columns = (
        Column("municipality_code", is_required=True, check=municipality_code_problem),
        Column("country", is_required=True, codes=codelist("countries"), code_list="countries"),
        Column("name", is_required=True),
        Column("pou_name"),
        Column("orp_code_csu"),
        Column("orp_name"),
        Column("district_code", is_required=True),
        Column("district_name", is_required=True),
        Column("region_code", is_required=True),
        Column("region_name", is_required=True),
        Column("latitude", "number", is_required=True),
        Column("longitude", "number", is_required=True),
        Column("area_km2", "number"),
        Column("outline_state"),
    )
    table = read_table(path, columns, key=("municipality_code",))
    problems = Problems()
    countries = dict(zip(table[ROW_NUMBER], table["country"], strict=True))
    check_points(table, problems, is_in_country, countries)
    for row, code, country in zip(
        table[ROW_NUMBER], table["municipality_code"], table["country"], strict=True
    ):
        if len(code) != CODE_LENGTHS[country]:
            problems.add(f"column municipality_code {CODE_LENGTH_PROBLEM}", row, code)
    problems.raise_if_any(path.name)
    return table

"""National capacity by kind, form and unit, each registration counted once: the benchmark."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from etl.files.reading import Column, Kind, read_table
from geodata.vocabulary.codes import codelist

ORIGIN_ID = "snapshot_national_capacity"
KEY = ("country", "service_type_code", "form", "unit")
COUNTS = ("registrations", "registrations_within_bound")
PER_YEAR: dict[str, Kind] = {"capacity_per_year_number": "number", "registrations_per_year": "count"}
NUMBERS = (
    "capacity_number",
    "capacity_per_site_number",
    "median",
    "upper_quartile",
    "largest",
    "capacity_within_bound_number",
)


def read(path: Path) -> pd.DataFrame:
    """
    Read national_capacity.csv.

    Raises
    ------
    InputFileError
        With all problems of the file.
    """
    columns = (
        Column("country", is_required=True, codes=codelist("countries"), code_list="countries"),
        Column(
            "service_type_code", is_required=True, codes=codelist("service_types"), code_list="service_types"
        ),
        Column("form", is_required=True, codes=codelist("forms"), code_list="forms"),
        Column("unit", is_required=True, codes=codelist("capacity_units"), code_list="capacity_units"),
        *(Column(name, "count", is_required=True) for name in COUNTS),
        *(Column(name, "number", is_required=True) for name in NUMBERS),
        # The embedded figures come of a reference without the words beside a number: unknown, not none.
        *(Column(name, kind, may_be_absent=True) for name, kind in PER_YEAR.items()),
        Column("reference_date", "date", is_required=True),
        Column("scope", is_required=True),
    )
    table = read_table(path, columns, key=KEY)
    for name, kind in PER_YEAR.items():
        if name not in table.columns:
            table[name] = pd.Series([None] * len(table), dtype="Int64" if kind == "count" else "float64")
    return table

"""Services read from public web pages, Czech and Polish, one row per service."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from etl.cleaning.capacity import FORMS
from etl.files.reading import ROW_NUMBER, Column, Problems, read_table
from geodata.vocabulary.codes import codelist

ORIGIN_ID = "snapshot_public_page"
PAGE_ROW = re.compile(r"P\d{3,}")
STATUSES = ("existing", "planned", "ended")


def read(path: Path, known: Collection[str]) -> pd.DataFrame:
    """
    Read public_page.csv.

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
    columns = (
        Column(
            "page_row",
            is_required=True,
            check=lambda value: None if PAGE_ROW.fullmatch(value) else "is not P001",
        ),
        Column("country", is_required=True, codes=codelist("countries"), code_list="countries"),
        Column("service_name"),
        Column("provider_name"),
        Column("provider_id_text"),
        Column("service_type_name"),
        Column(
            "service_type_code", is_required=True, codes=codelist("service_types"), code_list="service_types"
        ),
        Column("forms", check=_forms_problem),
        Column("capacity_number", "number"),
        Column("capacity_unit_text"),
        Column("target_groups_text"),
        Column("age_from", "count"),
        Column("age_to", "count"),
        Column("street_address"),
        Column("postal_code"),
        Column("municipality_name"),
        Column("municipality_code", codes=known, code_list="loaded municipalities"),
        Column("served_area_text"),
        Column("phone"),
        Column("email"),
        Column("web"),
        Column("year_of_information", "count"),
        Column("source_url"),
        Column("note"),
        Column("status", is_required=True, codes=STATUSES, code_list="service_statuses"),
    )
    table = read_table(path, columns, key=("page_row",))
    problems = Problems()
    for row, low, high in zip(table[ROW_NUMBER], table["age_from"], table["age_to"], strict=True):
        if pd.notna(low) and pd.notna(high) and low > high:
            problems.add("column age_to is below age_from", row, str(high))
    problems.raise_if_any(path.name)
    return table


def _forms_problem(value: str) -> str | None:
    unknown = [form for form in value.split(";") if form not in FORMS]
    return f"has the unknown form {unknown[0]}" if unknown else None

"""Services of the national register, one row per site of a registration."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd

from etl.cleaning.capacity import parse_register
from etl.files.reading import ROW_NUMBER, Column, Problems, check_points, read_table
from etl.snapshot.municipality import municipality_code_problem
from geodata.crs import is_in_country
from geodata.vocabulary.codes import codelist
from geodata.vocabulary.identifiers import clean_ico

ORIGIN_ID = "snapshot_register"
COUNTRY = "CZ"
PRAHA = "554782"  # the one Czech municipality that belongs to no district
OF_REGISTRATION = (
    "service_type_code",
    "provider_name",
    "provider_id_ico",
    "capacity_text",
    "valid_from",
    "valid_to",
    "sites_total",
)


def read(path: Path, municipality: pd.DataFrame) -> pd.DataFrame:
    """
    Read register.csv.

    Parameters
    ----------
    path
        The file.
    municipality
        Table of `snapshot_municipality`: in its Czech districts every municipality is loaded,
        so a code that is not there is an error; elsewhere it is a place beyond the map.

    Raises
    ------
    InputFileError
        With all problems of the file.
    """
    forms, units = frozenset(codelist("forms")), frozenset(codelist("capacity_units"))
    columns = (
        Column(
            "registration_id",
            is_required=True,
            check=lambda value: None if value.isdecimal() else "is no number",
        ),
        Column(
            "service_type_code", is_required=True, codes=codelist("service_types"), code_list="service_types"
        ),
        Column("service_type_name"),
        Column("site_name"),
        Column("provider_name", is_required=True),
        Column("provider_id_ico", check=lambda value: None if clean_ico(value) else "is no IČO"),
        Column("capacity_text", check=lambda value: parse_register(value, forms, units)[1]),
        Column("valid_from", "date"),
        Column("valid_to", "date"),
        Column("street_address"),
        Column("postal_code"),
        Column("municipality_name"),
        Column("municipality_code", check=municipality_code_problem),
        Column("municipality_part"),
        Column("district_code"),
        Column("latitude", "number", is_signed=True),
        Column("longitude", "number", is_signed=True),
        Column("address_point_code"),
        Column("web"),
        Column("phone"),
        # A local file made before the column: the sites listed share the capacity.
        Column("sites_total", "count", may_be_absent=True),
    )
    table = read_table(path, columns)
    if "sites_total" not in table.columns:
        table = table.assign(sites_total=pd.array([None] * len(table), dtype="Int64"))
    problems = Problems()
    check_points(table, problems, is_in_country, dict.fromkeys(table[ROW_NUMBER], COUNTRY))
    _check_municipalities(table, municipality, problems)
    _check_registrations(table, problems)
    problems.raise_if_any(path.name)
    return table


def _check_municipalities(table: pd.DataFrame, municipality: pd.DataFrame, problems: Problems) -> None:
    czech = municipality[municipality["country"] == COUNTRY]
    known: Collection[str] = set(czech["municipality_code"])
    districts: Collection[str] = set(czech["district_code"])
    for row, code, district in zip(
        table[ROW_NUMBER], table["municipality_code"], table["district_code"], strict=True
    ):
        is_loaded_district = pd.isna(district) or district in districts
        if pd.notna(code) and code not in known and code != PRAHA and is_loaded_district:
            problems.add("column municipality_code is not in the file of municipalities", row, code)


def _check_registrations(table: pd.DataFrame, problems: Problems) -> None:
    """
    Note registrations whose rows disagree on what belongs to the registration,
    or that end before they start.
    """
    first: dict[str, dict[Any, Any]] = {}
    listed: dict[str, int] = {}
    for values in table.to_dict("records"):
        row, registration = int(values[ROW_NUMBER]), str(values["registration_id"])
        known = first.setdefault(registration, values)
        listed[registration] = listed.get(registration, 0) + 1
        for name in OF_REGISTRATION:
            if values[name] != known[name] and not (pd.isna(values[name]) and pd.isna(known[name])):
                problems.add(f"column {name} differs between rows of one registration", row, registration)
        if (
            pd.notna(values["valid_from"])
            and pd.notna(values["valid_to"])
            and values["valid_from"] > values["valid_to"]
        ):
            problems.add("column valid_to is before valid_from", row, str(values["valid_to"]))
    for registration, known in first.items():
        stated = known["sites_total"]
        if pd.notna(stated) and stated < listed[registration]:
            problems.add(
                "column sites_total is less than the sites listed",
                int(known[ROW_NUMBER]),
                f"{registration}: {stated}",
            )

"""Small datasets written by hand: only what a test says is in them."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings

from geodata.dataset import fields, rules
from geodata.dataset.dataset import Dataset

if os.environ.get("DOSAH_EXAMPLES"):
    # Nightly: DOSAH_EXAMPLES=5000 python -m pytest tests/unit/geodata
    settings.register_profile("nightly", max_examples=int(os.environ["DOSAH_EXAMPLES"]), deadline=None)
    settings.load_profile("nightly")

DEFAULTS: dict[str, dict[str, Any]] = {
    "municipality": {
        "country": "CZ",
        "district_code": "D1",
        "district_name": "District",
        "region_code": "R",
        "region_name": "Region",
        "edge_distance_m": 1e6,
        "origin_id": "o",
    },
    "population": {"sex": "total", "reference_date": "2020-12-31", "origin_id": "o"},
    "national_population": {
        "country": "CZ",
        "sex": "total",
        "reference_date": "2020-12-31",
        "origin_id": "pop",
    },
    "service": {
        "country": "CZ",
        "service_type_code": "cz-40",
        "status": "existing",
        "evidence": "register",
        "is_follow_on": False,
        "served_area_state": "unknown",
        "origin_id": "o",
    },
    "capacity": {
        "form": "ter",
        "unit": "klient",
        "kind": "registered",
        "basis": "at_one_time",
        "is_retold": False,
        "origin_id": "o",
    },
    "site": {"country": "CZ", "is_protected": False, "location_quality": "coordinates", "origin_id": "o"},
    "served_area": {"origin_id": "o"},
    "area": {
        "country": "CZ",
        "kind": "LAG",
        "membership_certainty": "confirmed",
        "origin_id": "o",
    },
    "benchmark": {
        "country": "CZ",
        "service_type_code": "cz-40",
        "form": "ter",
        "unit": "klient",
        "registrations": 10,
        "registrations_within_bound": 9,
        "capacity_per_site_number": 0,
        "upper_quartile": 0,
        "largest": 0,
        "reference_date": "2026-09-04",
        "scope": "whole country",
        "origin_id": "bench",
    },
}


@pytest.fixture(scope="session")
def make_dataset() -> Callable[..., Dataset]:
    """
    Return a function that makes a dataset of lists of rows, one list per table;
    what is left out takes a default.
    """

    def make(**rows: list[dict[str, Any]]) -> Dataset:
        contents = {}
        for table in fields.TABLES:
            given = [
                {
                    "name": row.get("municipality_code", row.get("area_id")),
                    **DEFAULTS.get(table.name, {}),
                    **row,
                }
                if table.name in ("municipality", "area")
                else {**DEFAULTS.get(table.name, {}), **row}
                for row in rows.get(table.name, [])
            ]
            frame = pd.DataFrame(given, columns=list(table.columns), dtype=object)
            contents[table.name] = rules.conform(table.name, frame) if given else rules.empty(table.name)
        return Dataset(Path("none"), contents, "test")

    return make

"""Which district a Czech municipality lies in, where the official file says only its ORP."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import pandas as pd
import yaml

COLUMNS = ("district_name", "region_code", "region_name")


@cache
def _known() -> Mapping[str, Any]:
    text = files("etl.cleaning").joinpath("orp_districts.yaml").read_text(encoding="utf-8")
    return MappingProxyType(yaml.safe_load(text))


def with_districts(hierarchy: pd.DataFrame) -> pd.DataFrame:
    """
    Fill in district and region from the ORP, where the file leaves them out.

    Parameters
    ----------
    hierarchy
        municipality_code, orp_code_csu, district_code, district_name, region_code, region_name.

    Returns
    -------
    filled
        What the file says stays; an ORP that is not known leaves its municipalities without a district (NA).
    """
    known = _known()
    of_orp = {orp: district for district, codes in known["orp"].items() for orp in codes}
    of_municipality = {code: district for district, codes in known["exceptions"].items() for code in codes}
    found = hierarchy["municipality_code"].map(of_municipality)
    found = found.fillna(hierarchy["orp_code_csu"].map(of_orp))
    district = hierarchy["district_code"].fillna(found)
    filled = hierarchy.assign(district_code=district.astype("str"))
    for position, column in enumerate(COLUMNS):
        names = {code: parts[position] for code, parts in known["districts"].items()}
        filled[column] = hierarchy[column].fillna(district.map(names)).astype("str")
    return filled

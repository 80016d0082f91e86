"""Municipalities of a planning area, as a reader chooses among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard import text

if TYPE_CHECKING:
    from geodata.catalog import Dataset


def members_of(dataset: Dataset, area: str) -> dict[str, str]:
    """Return names of the municipalities of an area by code, in the order of the alphabet."""
    membership = dataset["area_membership"]
    codes = set(membership.loc[membership["area_id"] == area, "municipality_code"])
    table = dataset["municipality"]
    rows = table.loc[table["municipality_code"].isin(codes)]
    names = dict(zip(rows["municipality_code"], rows["name"], strict=True))
    return dict(sorted(names.items(), key=lambda pair: text.sort_key(pair[1])))

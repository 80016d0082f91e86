"""
What a protected service may tell, applied when it is read.

The dataset holds nothing finer than the district of a protected site (`etl.cleaning.protect`).
This is the second lock, for a dataset that somebody else made or changed:
whoever reads a service through `geodata.reading` cannot show what it must not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

DISTRICT: Final = "district"
# What of a site tells where it is; the district stays.
OF_A_SITE: Final = (
    "name", "municipality_code", "municipality_name", "municipality_part",
    "street_address", "postal_code", "latitude", "longitude",
)  # fmt: skip
# The page that a service was found on may tell its town.
OF_A_SERVICE: Final = ("source_url",)


def site_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of table `site` with nothing in it that a protected one must not tell."""
    if not row["is_protected"]:
        return dict(row)
    return {**row, **dict.fromkeys(OF_A_SITE), "location_quality": DISTRICT}


def service_row(row: Mapping[str, Any], *, is_protected: bool) -> dict[str, Any]:
    """Return a row of table `service` with nothing in it that a protected one must not tell."""
    return {**row, **dict.fromkeys(OF_A_SERVICE)} if is_protected else dict(row)

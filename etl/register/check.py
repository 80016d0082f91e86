"""
Last look before publishing:
totals conserved, rows accounted for, nothing protected told, no service twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from etl.cleaning.records import rows_of
from etl.register.embedded import capacities_of
from geodata.errors import PublishError

FAULT = "Nothing was published; please report this fault of the program."


def check_tables(tables: Mapping[str, pd.DataFrame], register: pd.DataFrame) -> None:
    """
    Check what no single table can tell of itself.

    Parameters
    ----------
    tables
        Everything that is to be published.
    register
        The register as read: its totals must be in the dataset, each registration counted once.

    Raises
    ------
    PublishError
        On the first rule that does not hold.
    """
    check_accounting(tables)
    check_capacity(tables, register)
    check_sites(tables)


def check_accounting(tables: Mapping[str, pd.DataFrame]) -> None:
    """Check that read = loaded + merged + rejected, and that every merged and rejected row is listed."""
    accounting = tables["accounting"].set_index("origin_id")
    parts = accounting["rows_loaded"] + accounting["rows_merged"] + accounting["rows_rejected"]
    open_ = accounting.index[accounting["rows_read"] != parts]
    if len(open_):
        raise PublishError(f"The rows of {open_[0]} are not all accounted for. {FAULT}")
    for name, column in (("linked", "rows_merged"), ("rejected", "rows_rejected")):
        listed = tables[name].groupby("origin_id").size().reindex(accounting.index, fill_value=0)
        if (listed != accounting[column]).any():
            raise PublishError(f"Table {name} does not list every row that was counted. {FAULT}")


def check_capacity(tables: Mapping[str, pd.DataFrame], register: pd.DataFrame) -> None:
    """Check that capacity by kind, form and unit is the register's, each registration counted once."""
    wanted: dict[tuple[str, str, str], float] = defaultdict(float)
    seen: set[str] = set()
    for row in rows_of(register):
        if row["registration_id"] not in seen:
            seen.add(row["registration_id"])
            for part in capacities_of(row["capacity_text"]):
                wanted[row["service_type_code"], part.form, part.unit] += part.number or 0.0
    service = tables["service"]
    registered = service[service["registration_id"].notna()]
    if len(registered) != len(seen) or registered["registration_id"].duplicated().any():
        raise PublishError(
            f"{len(seen)} registrations were read, {len(registered)} services came of them. {FAULT}"
        )
    joined = tables["capacity"].merge(registered, on="service_id", how="inner", validate="many_to_one")
    sums = joined.groupby(["service_type_code", "form", "unit"])["capacity_number"].sum()
    found = {key: float(value) for key, value in sums.items()}
    if found != dict(wanted):
        raise PublishError(f"The capacity of the register is not conserved. {FAULT}")


def check_sites(tables: Mapping[str, pd.DataFrame]) -> None:
    """
    Check that every service has a site and a capacity row:
    without them it would drop out of every result.
    """
    services = set(tables["service"]["service_id"])
    for name in ("site", "capacity"):
        without = services - set(tables[name]["service_id"])
        if without:
            raise PublishError(
                f"{len(without)} services have no row in table {name} (first: {min(without)}). {FAULT}"
            )

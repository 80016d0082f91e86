"""
Need, network capacity and funding from filled-in tables into the dataset;
small numbers are hidden for good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from etl.usertables.read import UserTable
from geodata.dataset import rules
from geodata.vocabulary import privacy

ALL = "all"
INDICATOR = ["indicator", "target_group_code", "year"]

Row = dict[str, Any]


def need_tables(
    sources: Sequence[tuple[UserTable, str]],
    area_membership: pd.DataFrame,
    population: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Make tables `need` and `need_total`.

    Parameters
    ----------
    sources
        Tables `needs` as read, each with its origin_id.
    area_membership, population
        Tables of the dataset: totals are shown for each planning area; where a larger number must be hidden
        for the sake of a small one, the smallest municipality is taken first, which everybody knows.

    Returns
    -------
    need, need_total
        Numbers that may be published; those that may not are NA, with the reason in `disclosure`.

    Notes
    -----
    Every total that is shown is a sum over whole parts: municipalities that belong to the same set of areas.
    Each part protects itself, so that overlapping areas cannot be subtracted from each other.
    """
    frame = _needs(sources)
    if frame.empty:
        return rules.empty("need"), rules.empty("need_total")
    members = area_membership.groupby("municipality_code")["area_id"].apply(lambda ids: "+".join(sorted(ids)))
    part = frame["municipality_code"].map(members).fillna("")
    inhabitants = population[population["sex"] == "total"].groupby("municipality_code")["persons"].sum()
    size = frame["municipality_code"].map(inhabitants).fillna(0)
    needs, totals = [], []
    for key, rows in frame.groupby(INDICATOR, sort=True):
        shown = privacy.suppress(
            rows["value"], rows["suppress_below"], group=part[rows.index], order=size[rows.index]
        )
        needs.append(rows.assign(value=shown.values, disclosure=shown.disclosure))
        totals += _totals(dict(zip(INDICATOR, key, strict=True)), rows, shown, area_membership)
    return (
        rules.conform("need", pd.concat(needs)),
        rules.conform("need_total", pd.DataFrame(totals)),
    )


def _needs(sources: Sequence[tuple[UserTable, str]]) -> pd.DataFrame:
    rows = [
        {
            "indicator": row["indicator"],
            "target_group_code": row["target_group"],
            "year": row["year"],
            "municipality_code": row["municipality"],
            "value": row["value"],
            "unit": row["unit_text"],
            "suppress_below": row["suppress_below"],
            "source_text": row["source"],
            "note": row["note"],
            "origin_id": origin_id,
        }
        for table, origin_id in sources
        for row in table.rows
    ]
    frame = pd.DataFrame(rows)
    if len(frame):
        frame["value"] = frame["value"].astype("float64")
        frame["suppress_below"] = frame["suppress_below"].astype("Int64")
    return frame


def _totals(
    key: Mapping[str, Any], rows: pd.DataFrame, shown: privacy.Suppressed, area_membership: pd.DataFrame
) -> list[Row]:
    """Return the totals of all municipalities and of each area that may be shown."""
    known = set(rows.loc[rows["value"].notna(), "municipality_code"])
    everyone = set(rows["municipality_code"])
    found = [
        {
            **key,
            "area_id": ALL,
            "value": shown.total,
            "municipalities_known": len(known),
            "municipalities_unknown": len(everyone - known),
        }
    ]
    for area_id, members in area_membership.groupby("area_id")["municipality_code"]:
        codes = set(members)
        if not codes & everyone:
            continue
        parts = [part for part in shown.totals.index if area_id in str(part).split("+")]
        sums = shown.totals[parts]
        found.append(
            {
                **key,
                "area_id": area_id,
                "value": None if sums.isna().any() or not codes & known else float(sums.sum()),
                "municipalities_known": len(codes & known),
                "municipalities_unknown": len(codes - known),
            }
        )
    if not known:
        found[0]["value"] = None
    return found


def network_table(sources: Sequence[tuple[UserTable, str]], service_ids: Mapping[str, str]) -> pd.DataFrame:
    """
    Make table `network` of the rows whose service is known (`service_ids`: identifier
    or registration → service_id).
    """
    rows = [
        {
            "service_id": service_ids[row["record_id"]],
            "form": row["form"],
            "unit": row["unit"],
            "year": row["year"],
            "network_name": row["network_name"],
            "capacity_number": row["capacity"],
            "full_time_equivalents": row["fte"],
            "source_text": row["source"],
            "note": row["note"],
            "origin_id": origin_id,
        }
        for table, origin_id in sources
        for row in table.rows
        if row["record_id"] in service_ids
    ]
    return _conformed("network", rows)


def funding_table(sources: Sequence[tuple[UserTable, str]], service_ids: Mapping[str, str]) -> pd.DataFrame:
    """Make table `funding` of the rows whose service is known."""
    rows = [
        {
            "service_id": service_ids[row["record_id"]],
            "year": row["year"],
            "funding_source": row["funding_source"],
            "kind": row["funding_kind"],
            "amount": row["amount"],
            "currency": row["currency"],
            "source_text": row["source"],
            "note": row["note"],
            "origin_id": origin_id,
        }
        for table, origin_id in sources
        for row in table.rows
        if row["record_id"] in service_ids
    ]
    return _conformed("funding", rows)


def _conformed(name: str, rows: list[Row]) -> pd.DataFrame:
    return rules.conform(name, pd.DataFrame(rows, dtype=object)) if rows else rules.empty(name)

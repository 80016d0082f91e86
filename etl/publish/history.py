"""
What was said of each capacity, build after build: the memory behind the card's "40 beds until 4 September,
46 since".

One row is one statement and the days between which every dataset repeated it. The memory travels
in the published dataset itself, as the tombstones do; it never tells what lies after the dataset's own day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from etl.publish.changes import facts
from geodata.dataset import rules

TABLE = "capacity_history"
KEY = ["service_id", "form", "unit"]
SAID = ["kind", "capacity_number", "basis"]

Tables = Mapping[str, pd.DataFrame]
Row = dict[str, Any]


def capacity_history(old: Tables | None, new: Tables) -> pd.DataFrame:
    """
    Carry the history of capacities over from the last dataset and add what this one says.

    Parameters
    ----------
    old
        Tables of the last dataset; None = there is none.
    new
        Tables of this build; not modified.

    Returns
    -------
    capacity_history
        The same statement in the next dataset lengthens its row, another one begins a new row,
        and so does one that comes back after it was away. A second build of the same day replaces what
        the first one said; a build of an earlier day forgets what was said after it.
    """
    day = facts(new)["data_date"]
    said = {_key(row): row for row in _rows(new["capacity"][[*KEY, *SAID]])}
    if old is None or TABLE not in old:
        return _table([{**row, "seen_from": day, "seen_to": day} for row in said.values()])
    last_day = facts(old).get("data_date", day)
    done: list[Row] = []
    kept: list[Row] = []
    for row in _rows(old[TABLE]):
        if row["seen_to"] == day == last_day and _is_same(row, said.get(_key(row))):
            # The same day built again, and it says the same: nothing to add.
            done.append(row)
            del said[_key(row)]
        elif row["seen_from"] < day:
            kept.append(row)
    days = [row[name] for row in kept + done for name in ("seen_from", "seen_to") if row[name] < day]
    before = last_day if last_day < day else max(days, default="")
    still_said: dict[tuple[str, ...], Row] = {}
    for row in kept:
        # Said on this day by the dataset that this one replaces, or on a later day.
        row["seen_to"] = before if row["seen_to"] >= day else row["seen_to"]
        if row["seen_to"] == before:
            still_said[_key(row)] = row
    for key, row in said.items():
        earlier = still_said.get(key)
        if earlier is not None and _is_same(earlier, row):
            earlier["seen_to"] = day
        else:
            done.append({**row, "seen_from": day, "seen_to": day})
    return _table(kept + done)


def _rows(frame: pd.DataFrame) -> list[Row]:
    """Return the rows with None for what is unknown."""
    columns = [frame[name].astype("object").where(frame[name].notna(), None).tolist() for name in frame]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in KEY)


def _is_same(row: Row, other: Row | None) -> bool:
    return other is not None and all(row[name] == other[name] for name in SAID)


def _table(rows: list[Row]) -> pd.DataFrame:
    return rules.conform(TABLE, pd.DataFrame(rows, dtype=object)) if rows else rules.empty(TABLE)

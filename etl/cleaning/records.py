"""Rows on their way into the tables of the dataset, and what became of each row of a source."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from etl.cleaning.capacity import Capacity
from etl.cleaning.secret_words import Secrets
from geodata.dataset import fields, rules

Row = dict[str, Any]


def clean(value: Any) -> Any:
    """Return a cell of a table as plain Python: text without doubled spaces, None where it is missing."""
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return None
    if isinstance(value, str):
        return " ".join(value.split()) or None
    return value


def rows_of(table: pd.DataFrame) -> list[Row]:
    """Return the rows of a table with every cell cleaned."""
    return [{str(name): clean(value) for name, value in row.items()} for row in table.to_dict("records")]


@dataclass
class Records:
    """
    Rows by table, in the order they were made.

    `secrets` are what must not be told of a protected service, by service_id; they are never published.
    """

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    secrets: dict[str, Secrets] = field(default_factory=lambda: defaultdict(Secrets), repr=False)

    @property
    def hidden(self) -> set[str]:
        """Services with a protected site: nothing that tells a place is added to them."""
        return {site["service_id"] for site in self.rows["site"] if site["is_protected"]}

    def add(self, table: str, row: Row) -> Row:
        """Append a row; columns that are not given are None."""
        full = {**dict.fromkeys(fields.BY_NAME[table].columns), **row}
        self.rows[table].append(full)
        return full

    def add_capacities(self, service_id: str, capacities: list[Capacity], kind: str, origin_id: str) -> None:
        """
        Append the tellings of one service's capacity;
        their basis is found out later, beside all the others.
        """
        for part in capacities:
            self.add(
                "capacity",
                {
                    "service_id": service_id,
                    "form": part.form,
                    "unit": part.unit,
                    "kind": kind,
                    "capacity_number": part.number,
                    "is_retold": part.is_retold,
                    "capacity_text": part.text,
                    "origin_id": origin_id,
                },
            )

    def table(self, name: str) -> pd.DataFrame:
        """Return the rows of a table, conformed."""
        rows = self.rows.get(name)
        return rules.conform(name, pd.DataFrame(rows, dtype=object)) if rows else rules.empty(name)

"""Tables that say the same, or contradict each other: which of them is right, nobody could tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from etl.usertables.checks import KEYS, service_key
from etl.usertables.read import UserTable
from geodata.errors import InputFileError


class SaidTwiceError(InputFileError):
    """Two tables that speak of the same."""


def check_twice(tables: Sequence[UserTable]) -> None:
    """
    Refuse what two tables say.

    Raises
    ------
    SaidTwiceError
        With every row that another table has told before.
    """
    problems = []
    first: dict[tuple[Any, ...], str] = {}
    for table in tables:
        if table.kind == "corrections":  # the newest stands
            continue
        told = {(table.kind, *_key_of(table.kind, row)): row["row_number"] for row in table.rows}
        where = f"{table.file}{f', {table.sheet}' if table.sheet else ''}"
        problems += [
            f"{where}, row {row}: {first[key]} says the same already"
            for key, row in told.items()
            if key in first
        ]
        for key in told:
            first.setdefault(key, where)
    if problems:
        raise SaidTwiceError("tables", problems, "Delete one of the rows, or one of the files.")


def _key_of(kind: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what two rows of a kind must not share."""
    return (service_key(row),) if kind == "services" else tuple(row[name] for name in KEYS[kind])

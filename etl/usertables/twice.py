"""Tables that say the same, or contradict each other: which of them is right, nobody could tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from etl.usertables.checks import KEYS, service_key
from etl.usertables.read import UserTable
from geodata.wordings import FileProblem, WordedFileError


class SaidTwiceError(WordedFileError):
    """Two tables that speak of the same."""

    def in_language(self, language: str) -> SaidTwiceError:
        """Return the same error in another language."""
        return SaidTwiceError(self.file, self.told, language=language)


def check_twice(tables: Sequence[UserTable], language: str = "en") -> None:
    """
    Refuse what two tables say.

    Raises
    ------
    SaidTwiceError
        With the number of rows that another table has told before, and the first of them.
    """
    problems: list[dict[str, object]] = []
    first: dict[tuple[Any, ...], str] = {}
    for table in tables:
        if table.kind == "corrections":  # the newest stands
            continue
        row_of_key = {(table.kind, *_key_of(table.kind, row)): row["row_number"] for row in table.rows}
        where = f"{table.file}{f', {table.sheet}' if table.sheet else ''}"
        problems += [
            {"where": where, "row": row, "earlier": first[key]}
            for key, row in row_of_key.items()
            if key in first
        ]
        for key in row_of_key:
            first.setdefault(key, where)
    if problems:
        told_twice = FileProblem("said_twice", {**problems[0], "rows": len(problems)})
        raise SaidTwiceError(str(problems[0]["where"]), told_twice, language=language)


def _key_of(kind: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what two rows of a kind must not share."""
    return (service_key(row),) if kind == "services" else tuple(row[name] for name in KEYS[kind])

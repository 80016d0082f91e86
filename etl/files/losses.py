"""What a reader could not use, counted in full and named by the first few records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

SHOWN = 5
MOST_LETTERS = 60


@dataclass
class Losses:
    """
    How often each record lost what: `found[what][record]`. Sentences name records, never the value.

    It may be a secret address.
    """

    found: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, what: str, record: str, times: int = 1) -> None:
        """Count a loss of a record."""
        self.found.setdefault(what, Counter())[record] += times

    def add_if(self, what: str, record: str, is_lost: bool) -> None:
        """Count a loss where there is one."""
        if is_lost:
            self.add(what, record)

    def merge(self, other: Losses) -> None:
        """Add what another reading lost."""
        for what, records in other.found.items():
            self.found.setdefault(what, Counter()).update(records)

    def notes(self, noun: str) -> list[str]:
        """
        Return one sentence for each kind of loss: what, how many, the first records.

        The order of records does not count.
        """
        return [
            f"{what}: {records.total()} ({noun} {few(records)})."
            for what, records in sorted(self.found.items())
        ]


def few(records: Any, shown: int = SHOWN) -> str:
    """Return the first records, numbers by size, and how many more there are."""
    ordered = sorted(records, key=by_size)
    more = f" and {len(ordered) - shown} more" if len(ordered) > shown else ""
    return ", ".join(ordered[:shown]) + more


def by_size(record: str) -> tuple[int, str]:
    """Return a key that sorts numbers by size, and whatever else a register calls a number beside them."""
    return (len(record), record) if record.isdecimal() else (MOST_LETTERS, record)


def scalar_words(value: Any) -> str | None:
    """
    Return a text, number or truth value as found, cut to a line.

    None of anything that may hold more than one value.
    """
    if isinstance(value, bool | int | float | str):
        text = " ".join("".join(sign if sign.isprintable() else " " for sign in str(value)).split())
        return text[:MOST_LETTERS] or None
    return None

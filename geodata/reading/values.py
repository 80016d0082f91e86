"""
Values of a table as everybody reads them: unknown is None, once.

pandas says "unknown" in four ways (None, NaN, NaT, NA);
whoever asks each column in a way of its own sooner or later reads one of them as nought.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def is_missing(value: object) -> bool:
    """Tell whether a value is unknown: None, NaN, NaT or pandas' NA."""
    if value is None:
        return True
    try:
        return bool(value != value)  # noqa: PLR0124  # only an unknown number differs from itself
    except TypeError:  # pandas' NA has no truth value
        return True


def text(value: object) -> str | None:
    """Return a text; None = unknown."""
    return None if is_missing(value) else str(value)


def number(value: Any) -> float | None:
    """Return a plain number; None = unknown."""
    return None if is_missing(value) else float(value)


def whole(value: Any) -> int | None:
    """Return a plain whole number; None = unknown."""
    return None if is_missing(value) else int(value)


def rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table by column, None for everything unknown."""
    for row in frame.to_dict("records"):
        yield {str(name): None if is_missing(value) else value for name, value in row.items()}

"""Commands of documents (being written by Part I; this keeps `dosah` working meanwhile)."""

from typing import Any


def register(app: Any) -> None:
    """Add nothing yet."""

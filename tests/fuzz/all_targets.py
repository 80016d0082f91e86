"""Every target, and what must hold of any answer."""

from __future__ import annotations

from functools import cache

from tests.fuzz import handed, official
from tests.fuzz.official import check
from tests.fuzz.target import Target

__all__ = ["check", "targets"]


@cache
def targets() -> tuple[Target, ...]:
    """Return all targets: official sources, then what people hand over."""
    return (*official.targets(), *handed.targets())

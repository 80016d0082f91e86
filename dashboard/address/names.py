"""
Names that parameters of an address had before: they are understood forever, and written no more.

A link is in somebody's mail, in a saved bookmark, on paper. The table is applied once,
at the beginning of a run, so that no page knows an old name; a scenario saved as a file names its question
in the same way and asks here, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Old name → name today. An old name is never given to anything else.
RENAMED: Final[Mapping[str, str]] = {
    "per1000": "norm_per_1000",
    "do": "changes",
    "norm2": "scenario_norm",
    "per1000b": "scenario_norm_per_1000",
    "q": "query",
    "fav": "favourites",
    "mine": "own_story",
    "place": "municipality",
}


def renamed(parameters: Mapping[str, str]) -> dict[str, str]:
    """
    Return parameters under the names of today; where both names stand,
    what the name of today says counts.
    """
    return {RENAMED.get(name, name): value for name, value in parameters.items()} | {
        name: value
        for name, value in parameters.items()
        # An empty name of today takes nothing from a full one of before.
        if name not in RENAMED and (value or name not in parameters_of_before(parameters))
    }


def parameters_of_before(parameters: Mapping[str, str]) -> set[str]:
    """Return the names of today for which an old name says something."""
    return {RENAMED[name] for name, value in parameters.items() if name in RENAMED and value}

"""
The catalogue's part of the address bar: what is shown, and the reader's own list of services.

Everything there is a code. The list lives in the address alone: whoever gets the address has the list,
nobody else does.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from dashboard import navigation
from dashboard.catalogue.filters import ADDRESS_NAMES, LONGEST_QUERY

CARD: Final = "card"
PROVIDER: Final = "provider"
PAGE: Final = "page"
VIEW: Final = "view"
FAVOURITES: Final = "favourites"

View = Literal["list", "map", "mine"]
VIEWS: Final[tuple[View, ...]] = ("list", "map", "mine")

# As many as fit on a few sheets of paper, and an address that every mail program keeps whole.
MOST_FAVOURITES: Final = 60
LONGEST_FAVOURITES: Final = 1_500
# Every row of the list carries what leads back to it: what nobody chose by hand is left out there.
LONGEST_WAY_BACK: Final = 4_000
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
# What leads back to the list a card was opened from.
_LIST: Final = (*ADDRESS_NAMES, PAGE, VIEW, FAVOURITES, "lang")


@dataclass(frozen=True)
class Favourites:
    """
    The reader's list as the address tells it.

    `known` are services of the dataset or those that are gone, in the order in which they were added;
    `unknown` is what no dataset knows; `is_cut` where the address names more than the list holds.
    """

    known: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    is_cut: bool = False


def read_favourites(raw: str, known: Container[str]) -> Favourites:
    """
    Read the list of favourites.

    Parameters
    ----------
    raw
        Identifiers divided by commas, as somebody sent them.
    known
        Identifiers that the dataset knows.
    """
    asked = list(dict.fromkeys(part for part in raw[: LONGEST_FAVOURITES * 2].split(",") if part))
    found = [part for part in asked if _IDENTIFIER.fullmatch(part) and part in known]
    kept = _within_bounds(found)
    return Favourites(
        tuple(kept),
        tuple(part for part in asked if part not in found),
        is_cut=len(kept) < len(found) or len(raw) > LONGEST_FAVOURITES * 2,
    )


def _within_bounds(found: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for part in found[:MOST_FAVOURITES]:
        if len(",".join([*kept, part])) > LONGEST_FAVOURITES:
            break
        kept.append(part)
    return kept


def toggled(favourites: Favourites, service_id: str) -> tuple[str, ...] | None:
    """
    Return the list with the service added or taken out.

    None where it is full or the identifier cannot stand in it.
    """
    if service_id in favourites.known:
        return tuple(part for part in favourites.known if part != service_id)
    longer = [*favourites.known, service_id]
    is_possible = _IDENTIFIER.fullmatch(service_id) is not None and _within_bounds(longer) == longer
    return tuple(longer) if is_possible else None


def read_view(parameters: Mapping[str, str]) -> View:
    """Return what the address asks to see: the list unless it says otherwise."""
    return next((view for view in VIEWS if view == parameters.get(VIEW)), "list")


def list_parameters(parameters: Mapping[str, str]) -> dict[str, str]:
    """
    Return the part of an address that leads back to the list: language, page, view, filters, favourites.

    It has at most `LONGEST_WAY_BACK` characters; a value that would not go into it is left out.
    """
    kept: dict[str, str] = {}
    room = LONGEST_WAY_BACK
    for name in reversed(_LIST):
        value = parameters.get(name, "")[: LONGEST_QUERY if name == "query" else None]
        if value and len(name) + len(value) <= room:
            kept[name] = value
            room -= len(name) + len(value)
    return {name: kept[name] for name in _LIST if name in kept}


def address(parameters: Mapping[str, str], **changes: str | None) -> str:
    """
    Return an address of the catalogue, relative to any page.

    Parameters
    ----------
    parameters
        Those it starts from.
    changes
        Those that are set; None or "" takes one out.
    """
    merged: dict[str, str | None] = {**parameters, **changes}
    return navigation.link("catalogue", {name: value for name, value in merged.items() if value}, safe=",")

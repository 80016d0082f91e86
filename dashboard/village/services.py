"""
Who serves a municipality and from where: services inside it, services that declare to serve it,
services within reach.

Pure functions on the views of its service groups. A protected address never gets a distance here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from dashboard import sorting
from dashboard.tables.html import phone_address
from dashboard.village import place

if TYPE_CHECKING:
    from dashboard.village.place import GroupView, Nearby
    from geodata.reading.services import Service

Way = Literal["here", "declared", "reach", "beyond"]
WAYS: Final[tuple[Way, ...]] = ("here", "declared", "reach")
CALLS: Final = 4


@dataclass(frozen=True)
class Serving:
    """
    A service that the people of a municipality can use, and how it gets to them.

    `metres` along roads to its nearest place: None for a place inside, an unknown one, or a protected one.
    `groups` are the groups of services it belongs to here, in the order of the views.
    """

    entry: Service
    way: Way
    metres: float | None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Call:
    """A phone number to call first, whose it is, and for which groups of services."""

    phone: str
    serving: Serving
    groups: tuple[str, ...]


def serving(
    code: str, views: Sequence[GroupView], entries: Mapping[str, Service]
) -> dict[Way, list[Serving]]:
    """
    Return every service for a municipality once: inside it, declared from elsewhere, within reach otherwise.

    Parameters
    ----------
    code
        The municipality.
    views
        Its groups of services.
    entries
        Services of the catalogue by service_id.

    Returns
    -------
    found
        For each way its services: those inside by name, the others by distance (an unknown one last),
        then by name.
    """
    near: dict[str, Nearby] = {}
    groups: dict[str, list[str]] = {}
    for view in views:
        for one in view.nearest:
            if not one.is_in_reach:
                continue
            groups.setdefault(one.service_id, []).append(view.gap.group_id)
            known = near.get(one.service_id)
            if known is None or (known.metres is None and one.metres is not None):
                near[one.service_id] = one
    here, declared = place.services_for(code, entries.values())
    found: dict[Way, list[Serving]] = {way: [] for way in WAYS}
    taken: set[str] = set()
    for way, listed in (("here", here), ("declared", declared)):
        for entry in listed:
            taken.add(entry.service_id)
            metres = near[entry.service_id].metres if entry.service_id in near else None
            found["here" if way == "here" else "declared"].append(
                Serving(
                    entry,
                    "here" if way == "here" else "declared",
                    None if way == "here" or entry.is_protected else metres,
                    tuple(groups.get(entry.service_id, ())),
                )
            )
    for service_id, one in near.items():
        if service_id in taken or service_id not in entries:
            continue
        entry = entries[service_id]
        metres = None if entry.is_protected else one.metres
        found["reach"].append(Serving(entry, "reach", metres, tuple(groups[service_id])))
    for way in WAYS:
        found[way].sort(
            key=lambda one: (
                float("inf") if one.metres is None else one.metres,
                sorting.sort_key(one.entry.name),
                one.entry.service_id,
            )
        )
    return found


def calls(views: Sequence[GroupView], entries: Mapping[str, Service], limit: int = CALLS) -> list[Call]:
    """
    Return the phone numbers to call first: for each group the nearest service that tells one.

    Groups that most people here would need come first, then those of an unknown need, at last those that less
    than one person needs. A number that answers for several groups stands once. Protected services are left
    to the catalogue.
    """
    found: dict[str, Call] = {}
    for view in sorted(views, key=_importance):
        for one in view.nearest:
            entry = entries.get(one.service_id)
            if entry is None or entry.is_protected or entry.status != "existing":
                continue
            number = phone_address(entry.phone, entry.country)
            if number is None or entry.phone is None:
                continue
            if not one.is_in_reach and place.is_slight(view):
                break
            group = view.gap.group_id
            if number in found:
                found[number] = replace(found[number], groups=(*found[number].groups, group))
            elif len(found) < limit:
                served = Serving(entry, _way(one), None if one.is_here else one.metres, (group,))
                found[number] = Call(entry.phone, served, (group,))
            break
    return list(found.values())


def _way(one: Nearby) -> Way:
    if one.is_here:
        return "here"
    if not one.is_in_reach:
        return "beyond"
    return "declared" if one.mode == place.DECLARED else "reach"


def _importance(view: GroupView) -> tuple[int, float]:
    demand = view.gap.demand
    if demand is None:
        return 1, 0.0
    return (2 if place.is_slight(view) else 0), -demand

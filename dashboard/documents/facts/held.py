"""
What an area has of a service: one answer for every table that adds capacities of an area up.

Beds and places of a day stand where the places of the service stand, so an area has their share
of the registration. Field services come to people: an area has what those hold that declare one
of its municipalities, and shares it with every other municipality that they declare.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from geodata.method.shares import equal_share
from geodata.reading.services import Capacity, Service

FIELD_FORM = "ter"


@dataclass(frozen=True)
class Held:
    """
    What an area has of one capacity, in its unit;
    `is_shared` where municipalities outside the area are declared too.
    """

    form: str
    unit: str
    number: float
    is_shared: bool


def is_known(part: Capacity) -> bool:
    """Tell whether a capacity counts: a number at one time, in force, not told again in a second unit."""
    return (
        part.number is not None
        and not part.is_retold
        and part.kind != "planned"
        and part.basis == "at_one_time"
    )


def comes_to(service: Service, members: Collection[str]) -> bool:
    """Tell whether a service declares to serve a municipality of the area."""
    return not set(members).isdisjoint(service.serves)


def held_by(service: Service, part: Capacity, members: Collection[str]) -> Held | None:
    """
    Say what the area has of one capacity.

    Parameters
    ----------
    service, part
        A service and one of its capacities, a known one (`is_known`).
    members
        municipality_code of the area.

    Returns
    -------
    held
        None where the area has nothing of it: no place of the service is in the area,
        and it is no field service that declares a member. A place known by its district only may lie
        in the area or not: it is not counted.
    """
    number = part.number
    if number is None:
        return None
    one_place = equal_share(number, service.sites_sharing)
    if part.form == FIELD_FORM and service.serves:
        if not comes_to(service, members):
            return None
        is_shared = not set(members).issuperset(service.serves)
        return Held(part.form, part.unit, one_place * max(len(service.sites), 1), is_shared)
    here = sum(site.municipality_code in members for site in service.sites)
    return Held(part.form, part.unit, one_place * here, is_shared=False) if here else None


def all_held(service: Service, members: Collection[str]) -> list[Held]:
    """Return what the area has of every known capacity of a service."""
    parts = (held_by(service, part, members) for part in service.capacities if is_known(part))
    return [held for held in parts if held is not None]

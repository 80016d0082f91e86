"""What may be changed in a scenario."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AddService:
    """
    A new service of the group, with one site at a point or at the point of a municipality.

    `served` names the municipalities that a field service would declare; empty = modelled by distance.
    """

    service_id: str
    capacity_number: float
    municipality_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    served: tuple[str, ...] = ()


@dataclass(frozen=True)
class CloseService:
    """A service ends: its capacity and all its sites are gone."""

    service_id: str


@dataclass(frozen=True)
class CloseSite:
    """
    One of several sites closes; the capacity of the registration stays and is shared by the others,
    those that are not loaded too.
    """

    site_id: str


@dataclass(frozen=True)
class MoveSite:
    """A site moves to a point, or to the point of a municipality."""

    site_id: str
    municipality_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class ResizeService:
    """A service gets another capacity in the group's form and unit, at one time."""

    service_id: str
    capacity_number: float


Change = AddService | CloseService | CloseSite | MoveSite | ResizeService

"""
Rows of the dataset as the documents read them: people, services with capacity and sites, a group in a municipality.

Unknown is None. What a protected address must not tell is left out here, once, so that no document can
print it (docs/decisions/0004-protected-kinds-are-reduced.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from dashboard.catalogue.corrections import Correction, by_service
from dashboard.phrases.amounts import Parts, RowParts, parts
from geodata.dataset.dataset import Dataset
from geodata.method.gaps import UNKNOWN
from geodata.method.shares import sites_sharing

PRECISE: Final = ("coordinates", "address_point")
"""Location qualities that are a place, not the point of a municipality."""


@dataclass(frozen=True)
class Population:
    """Inhabitants of one municipality; None = not loaded, or not told by the age bands of the source."""

    total: int | None
    from_65: int | None
    from_80: int | None
    reference_date: str | None
    origin_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Capacity:
    """One row of table `capacity`."""

    form: str
    unit: str
    kind: str
    number: float | None
    basis: str | None
    is_retold: bool


@dataclass(frozen=True)
class Site:
    """Where a service is given; of a protected address nothing but the district."""

    site_id: str
    municipality_code: str | None
    municipality_name: str | None
    district_code: str | None
    street_address: str | None
    postal_code: str | None
    latitude: float | None
    longitude: float | None
    location_quality: str
    is_protected: bool


@dataclass(frozen=True)
class ServiceFact:
    """A service with all that a reader may know of it."""

    service_id: str
    registration_id: str | None
    name: str
    provider: str | None
    country: str
    service_type_code: str
    status: str
    evidence: str
    is_protected: bool
    valid_from: str | None
    valid_to: str | None
    phone: str | None
    email: str | None
    web: str | None
    source_url: str | None
    origin_id: str
    target_groups: tuple[str, ...]
    capacities: tuple[Capacity, ...]
    sites: tuple[Site, ...]
    served_municipalities: tuple[str, ...]
    corrections: tuple[Correction, ...] = ()
    sites_sharing: int = 1

    @property
    def has_known_capacity(self) -> bool:
        """Whether any capacity is known as places at one time."""
        return any(part.number is not None and part.basis != "doubtful" for part in self.capacities)


@dataclass(frozen=True)
class GroupFact:
    """One service group in one municipality: a row of `Analysis.coverage`, None where it is unknown."""

    group_id: str
    municipality_code: str
    unit: str
    target_persons: float | None
    demand: float | None
    coverage_ratio: float | None
    served: float | None
    waiting: float | None
    out_of_reach: float | None
    missing: float | None
    gap_class: str
    is_lower_bound: bool
    is_near_edge: bool
    services_in_reach: int | None
    services_in_reach_unknown: int | None
    services_in_reach_protected: int
    nearest_service_m: float | None
    nearest_service_id: str | None
    edge_share: float | None = None

    @property
    def within_reach(self) -> float | None:
        """Capacity within reach after sharing it with the others who reach it, in units: N · A."""
        if self.demand is None or self.coverage_ratio is None:
            return None
        return self.demand * self.coverage_ratio

    @property
    def is_told(self) -> bool:
        """Whether anybody can tell how much of the need is met."""
        return self.gap_class != UNKNOWN

    @property
    def shown(self) -> Parts:
        """Need and parts as they are read: they add up, with their bounds, and what is unknown is said so."""
        return parts(
            RowParts(
                self.demand, self.served, self.waiting, self.out_of_reach, is_lower_bound=self.is_lower_bound
            )
        )


def text_or_none(value: object) -> str | None:
    """Return a text, None where the table has nothing."""
    return None if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124  # NaN


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries by column."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def number_or_none(value: Any) -> float | None:
    """Return a plain number, None where the table has NA."""
    return None if value is None or value is pd.NA or value != value else float(value)  # noqa: PLR0124  # NaN


def _integer(value: Any) -> int | None:
    number = number_or_none(value)
    return None if number is None else int(number)


def persons_from(bands: pd.DataFrame, age: int) -> int | None:
    """
    Count the persons of `age` and older; None where a band reaches across that age and cannot be cut.

    `bands` has age_from, age_to (NA = open), persons of one municipality, sex total.
    """
    if bands.empty:
        return None
    below = bands["age_from"] < age
    crossing = below & (bands["age_to"].isna() | (bands["age_to"] >= age)).fillna(value=True)
    if crossing.any():
        return None
    return int(bands.loc[~below, "persons"].sum())


def population_of(bands: pd.DataFrame) -> Population:
    """Sum up the age bands (sex total) of one municipality."""
    if bands.empty:
        return Population(None, None, None, None)
    return Population(
        total=int(bands["persons"].sum()),
        from_65=persons_from(bands, 65),
        from_80=persons_from(bands, 80),
        reference_date=str(bands["reference_date"].max()),
        origin_ids=tuple(sorted(set(bands["origin_id"]))),
    )


def _sites(frame: pd.DataFrame) -> dict[str, tuple[Site, ...]]:
    found: dict[str, list[Site]] = {}
    for row in records(frame):
        hidden = bool(row["is_protected"])
        found.setdefault(str(row["service_id"]), []).append(
            Site(
                site_id=str(row["site_id"]),
                municipality_code=None if hidden else text_or_none(row["municipality_code"]),
                municipality_name=None if hidden else text_or_none(row["municipality_name"]),
                district_code=text_or_none(row["district_code"]),
                street_address=None if hidden else text_or_none(row["street_address"]),
                postal_code=None if hidden else text_or_none(row["postal_code"]),
                latitude=None if hidden else number_or_none(row["latitude"]),
                longitude=None if hidden else number_or_none(row["longitude"]),
                location_quality="district" if hidden else str(row["location_quality"]),
                is_protected=hidden,
            )
        )
    return {service_id: tuple(sites) for service_id, sites in found.items()}


def _capacities(frame: pd.DataFrame) -> dict[str, tuple[Capacity, ...]]:
    found: dict[str, list[Capacity]] = {}
    for row in records(frame):
        found.setdefault(str(row["service_id"]), []).append(
            Capacity(
                form=str(row["form"]),
                unit=str(row["unit"]),
                kind=str(row["kind"]),
                number=number_or_none(row["capacity_number"]),
                basis=text_or_none(row["basis"]),
                is_retold=bool(row["is_retold"]),
            )
        )
    return {service_id: tuple(parts) for service_id, parts in found.items()}


def _lists(frame: pd.DataFrame, key: str, column: str) -> dict[str, tuple[str, ...]]:
    return {str(name): tuple(map(str, part)) for name, part in frame.groupby(key, sort=False)[column]}


def services(dataset: Dataset) -> dict[str, ServiceFact]:
    """Return every service of the dataset by its id, in the dataset's order; protected ones without their place."""
    sites, capacities = _sites(dataset["site"]), _capacities(dataset["capacity"])
    targets = _lists(dataset["service_target_group"], "service_id", "target_group_code")
    served = _lists(dataset["served_area"], "service_id", "municipality_code")
    providers = dict(zip(dataset["provider"]["provider_id"], dataset["provider"]["name"], strict=True))
    corrected = by_service(dataset)
    sharing = sites_sharing(dataset["service"], dataset["site"])
    found = {}
    for row in records(dataset["service"]):
        service_id = str(row["service_id"])
        places = sites.get(service_id, ())
        hidden = any(site.is_protected for site in places)
        provider = text_or_none(row["provider_id"])
        found[service_id] = ServiceFact(
            service_id=service_id,
            registration_id=text_or_none(row["registration_id"]),
            name=str(row["name"]),
            provider=text_or_none(providers.get(provider)) if provider else None,
            country=str(row["country"]),
            service_type_code=str(row["service_type_code"]),
            status=str(row["status"]),
            evidence=str(row["evidence"]),
            is_protected=hidden,
            valid_from=text_or_none(row["valid_from"]),
            valid_to=text_or_none(row["valid_to"]),
            phone=text_or_none(row["phone"]),
            email=text_or_none(row["email"]),
            web=text_or_none(row["web"]),
            # The page of a protected service may tell its town.
            source_url=None if hidden else text_or_none(row["source_url"]),
            origin_id=str(row["origin_id"]),
            target_groups=targets.get(service_id, ()),
            capacities=capacities.get(service_id, ()),
            sites=places,
            served_municipalities=served.get(service_id, ()),
            # An office that answers for a protected service may tell its town.
            corrections=() if hidden else corrected.get(service_id, ()),
            sites_sharing=int(sharing[service_id]),
        )
    return found


def group_fact(group_id: str, unit: str, row: Mapping[str, Any]) -> GroupFact:
    """Read one row of `Analysis.coverage`; `unit` is that of the group in its country."""
    return GroupFact(
        group_id=group_id,
        unit=unit,
        municipality_code=str(row["municipality_code"]),
        target_persons=number_or_none(row["target_persons"]),
        demand=number_or_none(row["demand_places"]),
        coverage_ratio=number_or_none(row["coverage_ratio"]),
        served=number_or_none(row["served_places"]),
        waiting=number_or_none(row["waiting_places"]),
        out_of_reach=number_or_none(row["out_of_reach_places"]),
        missing=number_or_none(row["missing_places"]),
        gap_class=str(row["gap_class"]),
        is_lower_bound=bool(row["is_lower_bound"]) if not pd.isna(row["is_lower_bound"]) else False,
        is_near_edge=bool(row["is_near_edge"]) if not pd.isna(row["is_near_edge"]) else False,
        edge_share=number_or_none(row["edge_share"]),
        services_in_reach=_integer(row["services_in_reach"]),
        services_in_reach_unknown=_integer(row["services_in_reach_unknown"]),
        services_in_reach_protected=_integer(row["services_in_reach_protected"]) or 0,
        nearest_service_m=number_or_none(row["nearest_service_m"]),
        nearest_service_id=text_or_none(row["nearest_service_id"]),
    )

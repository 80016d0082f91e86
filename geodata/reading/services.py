"""
A service as everybody reads it: page, sheet, chapter, slides, workbook and exchange.

Codes and figures, no words: the same services serve every language. Unknown is None. What a protected address
must not tell is left out here (`geodata.reading.protection`), so that no page and no document can print it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from geodata.method.shares import sites_sharing
from geodata.reading import protection
from geodata.reading.values import number, rows, text, whole
from geodata.vocabulary.eligibility import kinds_of_seniors, services_not_for_seniors

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset

UNKNOWN: Final = "unknown"
PRECISE: Final = ("coordinates", "address_point")
"""Location qualities that are a place, not the point of a municipality."""


@dataclass(frozen=True)
class Capacity:
    """
    A capacity of a service in one form and unit.

    Attributes
    ----------
    number
        In the unit; None = unknown.
    bound
        From which number on it is doubtful; None = there is no such bound.
    is_retold
        The same places told again in a second unit.
    as_found
        What the source says, letter by letter.
    """

    form: str
    unit: str
    kind: str
    number: float | None
    basis: str | None
    bound: float | None
    is_retold: bool
    as_found: str | None


@dataclass(frozen=True)
class Site:
    """
    Where a service is given (latitude and longitude in degrees, EPSG:4326);
    a protected one tells no more than its district.
    """

    site_id: str
    name: str | None
    is_protected: bool
    municipality_code: str | None
    municipality: str | None
    part: str | None
    street: str | None
    postal_code: str | None
    district_code: str | None
    quality: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class LinkedRecord:
    """A record of a source that was taken for this service."""

    origin_id: str
    row_number: int
    rule: str
    detail: str | None


@dataclass(frozen=True)
class Correction:
    """
    One row of table `correction`.

    Attributes
    ----------
    field
        Table and column, for instance capacity.capacity_number.
    before, after
        Value of the sources and of the office; None = unknown, or not to be told.
    state
        A code of correction_states: an office sees too what was not applied, and why.
    """

    field: str
    form: str | None
    unit: str | None
    before: str | None
    after: str | None
    day: str
    office: str
    reason: str
    state: str


@dataclass(frozen=True)
class Service:
    """Everything that is known of a service, and that may be told."""

    service_id: str
    registration_id: str | None
    country: str
    name: str
    provider_id: str | None
    provider: str | None
    ico: str | None
    kind: str
    status: str
    evidence: str
    is_follow_on: bool
    valid_from: str | None
    valid_to: str | None
    target_groups: tuple[tuple[str, bool], ...]
    target_groups_text: str | None
    age_from: int | None
    age_to: int | None
    served_area_state: str
    served_area_text: str | None
    serves: tuple[str, ...]
    web: str | None
    phone: str | None
    email: str | None
    year: int | None
    note: str | None
    source_urls: str | None
    origin_id: str
    capacities: tuple[Capacity, ...]
    sites: tuple[Site, ...]
    linked: tuple[LinkedRecord, ...]
    corrections: tuple[Correction, ...] = ()
    sites_sharing: int = 1
    is_for_others: bool = False

    @cached_property
    def forms(self) -> frozenset[str]:
        """Forms in which the service is given; "unknown" where no source says."""
        return frozenset(capacity.form for capacity in self.capacities) or frozenset({UNKNOWN})

    @cached_property
    def has_capacity(self) -> bool:
        """Whether any capacity in force is told as a number."""
        return any(capacity.number is not None and capacity.kind != "planned" for capacity in self.capacities)

    @cached_property
    def has_known_capacity(self) -> bool:
        """Whether any capacity is known as places at one time or in a year, not as a doubtful number."""
        return any(
            capacity.number is not None and capacity.basis != "doubtful" for capacity in self.capacities
        )

    @cached_property
    def is_protected(self) -> bool:
        """Whether the place of the service is told no finer than the district."""
        return any(site.is_protected for site in self.sites)

    @cached_property
    def target_group_codes(self) -> tuple[str, ...]:
        """Codes of the target groups, without whether they were inferred."""
        return tuple(code for code, _is_inferred in self.target_groups)

    @cached_property
    def municipality_codes(self) -> frozenset[str]:
        """Municipalities in which the service has a place."""
        return frozenset(site.municipality_code for site in self.sites if site.municipality_code)

    @cached_property
    def municipality_names(self) -> tuple[str, ...]:
        """Names of these municipalities, each once, in the order of the sites."""
        return tuple(dict.fromkeys(site.municipality for site in self.sites if site.municipality))

    @cached_property
    def district_codes(self) -> frozenset[str]:
        """Districts in which the service has a place."""
        return frozenset(site.district_code for site in self.sites if site.district_code)


def services(dataset: Dataset) -> dict[str, Service]:
    """Return every service of the dataset by its id, in the dataset's order."""
    places = dataset["municipality"]
    names = dict(zip(places["municipality_code"], places["name"], strict=True))
    district_of = dict(zip(places["municipality_code"], places["district_code"], strict=True))
    providers = {row["provider_id"]: row for row in rows(dataset["provider"])}
    capacities = _by_service((row["service_id"], _capacity(row)) for row in rows(dataset["capacity"]))
    sites = _by_service((row["service_id"], _site(row, names, district_of)) for row in rows(dataset["site"]))
    groups = _by_service(
        (row["service_id"], (row["target_group_code"], bool(row["is_inferred"])))
        for row in rows(dataset["service_target_group"])
    )
    serves = _by_service(
        (row["service_id"], row["municipality_code"]) for row in rows(dataset["served_area"])
    )
    linked = _by_service(
        (
            row["service_id"],
            LinkedRecord(row["origin_id"], int(row["row_number"]), row["rule"], row["detail"]),
        )
        for row in rows(dataset["linked"])
    )
    corrected = corrections(dataset)
    sharing = sites_sharing(dataset["service"], dataset["site"])
    for_others = services_not_for_seniors(dataset["service"], dataset["service_target_group"])
    by_id = {}
    for published in rows(dataset["service"]):
        key = published["service_id"]
        is_protected = any(site.is_protected for site in sites[key])
        row = protection.service_row(published, is_protected=is_protected)
        provider = providers.get(row["provider_id"], {})
        by_id[key] = Service(
            service_id=key,
            registration_id=row["registration_id"],
            country=row["country"],
            name=row["name"],
            provider_id=row["provider_id"],
            provider=provider.get("name"),
            ico=provider.get("provider_id_ico"),
            kind=row["service_type_code"],
            status=row["status"],
            evidence=row["evidence"],
            is_follow_on=bool(row["is_follow_on"]),
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            target_groups=tuple(groups[key]),
            target_groups_text=row["target_groups_text"],
            age_from=whole(row["age_from"]),
            age_to=whole(row["age_to"]),
            served_area_state=row["served_area_state"],
            served_area_text=row["served_area_text"],
            serves=tuple(serves[key]),
            web=row["web"],
            phone=row["phone"],
            email=row["email"],
            year=whole(row["year_of_information"]),
            note=row["note"],
            source_urls=row["source_url"],
            origin_id=row["origin_id"],
            capacities=tuple(capacities[key]),
            sites=tuple(sites[key]),
            linked=tuple(linked[key]),
            # An office that answers for a protected service may tell its town.
            corrections=() if is_protected else corrected.get(key, ()),
            sites_sharing=int(sharing[key]),
            is_for_others=key in for_others and row["service_type_code"] in kinds_of_seniors(),
        )
    return by_id


def corrections(dataset: Dataset) -> dict[str, tuple[Correction, ...]]:
    """Return the corrections of every service that has any, the newest first."""
    site = dataset["site"]
    service_of = dict(zip(site["site_id"], site["service_id"], strict=True))
    by_service: defaultdict[str, list[Correction]] = defaultdict(list)
    for row in rows(dataset["correction"]):
        record = str(row["record_id"])
        by_service[service_of.get(record, record)].append(_correction(row))
    return {
        service_id: tuple(sorted(corrections, key=lambda correction: correction.day, reverse=True))
        for service_id, corrections in by_service.items()
    }


def _correction(row: Mapping[str, Any]) -> Correction:
    return Correction(
        field=f"{row['table_name']}.{row['field_name']}",
        form=row["form"],
        unit=row["unit"],
        before=text(row["replaced_text"]),
        after=text(row["new_text"]),
        day=str(row["correction_date"]),
        office=str(row["office"]),
        reason=str(row["reason"]),
        state=str(row["state"]),
    )


def _by_service(pairs: Iterable[tuple[str, Any]]) -> defaultdict[str, list[Any]]:
    by_key: defaultdict[str, list[Any]] = defaultdict(list)
    for key, value in pairs:
        by_key[key].append(value)
    return by_key


def _capacity(row: Mapping[str, Any]) -> Capacity:
    return Capacity(
        form=row["form"],
        unit=row["unit"],
        kind=row["kind"],
        number=number(row["capacity_number"]),
        basis=row["basis"],
        bound=number(row["bound_number"]),
        is_retold=bool(row["is_retold"]),
        as_found=row["capacity_text"],
    )


def _site(published: Mapping[str, Any], names: Mapping[str, str], district_of: Mapping[str, str]) -> Site:
    row = protection.site_row(published)
    code = row["municipality_code"]
    return Site(
        site_id=row["site_id"],
        name=row["name"],
        is_protected=bool(row["is_protected"]),
        municipality_code=code,
        municipality=names.get(code or "", row["municipality_name"]),
        part=row["municipality_part"],
        street=row["street_address"],
        postal_code=row["postal_code"],
        district_code=row["district_code"] or district_of.get(code or ""),
        quality=row["location_quality"],
        latitude=number(row["latitude"]),
        longitude=number(row["longitude"]),
    )

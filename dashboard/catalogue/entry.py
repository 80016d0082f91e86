"""
The catalogue as a list of entries: one for each service, with everything that is searched, filtered and shown.

Pure functions on the dataset; the page arranges what they return. An entry holds codes and figures, no words: the
same entries serve every language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from dashboard import text
from dashboard.catalogue import corrections, search
from dashboard.catalogue.corrections import Correction
from geodata.method.shares import sites_sharing
from geodata.vocabulary.codes import codelist
from geodata.vocabulary.eligibility import kinds_of_seniors, services_not_for_seniors

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset

KNOWN: Final = "known"
UNKNOWN: Final = "unknown"


@dataclass(frozen=True)
class Capacity:
    """A capacity of a service in one form and unit; number None = unknown."""

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
    """A place of a service; a protected one tells no more than its district."""

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
class Entry:
    """Everything that is known of a service."""

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
        return any(one.number is not None and one.kind != "planned" for one in self.capacities)

    @cached_property
    def is_protected(self) -> bool:
        """Whether the place of the service is told no finer than the district."""
        return any(site.is_protected for site in self.sites)

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


# -- reading -----------------------------------------------------------------------------------------------------


def entries(dataset: Dataset) -> list[Entry]:
    """Return an entry for every service of the dataset, in its order."""
    names = dict(
        zip(dataset["municipality"]["municipality_code"], dataset["municipality"]["name"], strict=True)
    )
    district_of = dict(
        zip(
            dataset["municipality"]["municipality_code"],
            dataset["municipality"]["district_code"],
            strict=True,
        )
    )
    providers = {row["provider_id"]: row for row in records(dataset, "provider")}
    capacities = _by_service((row["service_id"], _capacity(row)) for row in records(dataset, "capacity"))
    sites = _by_service(
        (row["service_id"], _site(row, names, district_of)) for row in records(dataset, "site")
    )
    groups = _by_service(
        (row["service_id"], (row["target_group_code"], bool(row["is_inferred"])))
        for row in records(dataset, "service_target_group")
    )
    serves = _by_service(
        (row["service_id"], row["municipality_code"]) for row in records(dataset, "served_area")
    )
    linked = _by_service(
        (
            row["service_id"],
            LinkedRecord(row["origin_id"], int(row["row_number"]), row["rule"], row["detail"]),
        )
        for row in records(dataset, "linked")
    )
    corrected = corrections.by_service(dataset)
    sharing = sites_sharing(dataset["service"], dataset["site"])
    for_others = services_not_for_seniors(dataset["service"], dataset["service_target_group"])
    found = []
    for row in records(dataset, "service"):
        key = row["service_id"]
        provider = providers.get(row["provider_id"], {})
        found.append(
            Entry(
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
                age_from=_whole(row["age_from"]),
                age_to=_whole(row["age_to"]),
                served_area_state=row["served_area_state"],
                served_area_text=row["served_area_text"],
                serves=tuple(serves[key]),
                web=row["web"],
                phone=row["phone"],
                email=row["email"],
                year=_whole(row["year_of_information"]),
                note=row["note"],
                source_urls=row["source_url"],
                origin_id=row["origin_id"],
                capacities=tuple(capacities[key]),
                sites=tuple(sites[key]),
                linked=tuple(linked[key]),
                corrections=corrected.get(key, ()),
                sites_sharing=int(sharing[key]),
                is_for_others=key in for_others and row["service_type_code"] in kinds_of_seniors(),
            )
        )
    return found


def records(dataset: Dataset, table: str) -> Iterable[dict[str, Any]]:
    """Yield the rows of a table with None for everything unknown."""
    for row in dataset[table].to_dict("records"):
        yield {str(name): None if text.is_missing(value) else value for name, value in row.items()}


def _by_service(pairs: Iterable[tuple[str, Any]]) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _capacity(row: Mapping[str, Any]) -> Capacity:
    return Capacity(
        form=row["form"],
        unit=row["unit"],
        kind=row["kind"],
        number=row["capacity_number"],
        basis=row["basis"],
        bound=row["bound_number"],
        is_retold=bool(row["is_retold"]),
        as_found=row["capacity_text"],
    )


def _site(row: Mapping[str, Any], names: Mapping[str, str], district_of: Mapping[str, str]) -> Site:
    # The dataset holds nothing finer than the district of a protected site; this is the second lock.
    code = None if row["is_protected"] else row["municipality_code"]
    shown = {
        key: None if row["is_protected"] else row[key]
        for key in ("name", "municipality_part", "street_address")
    }
    return Site(
        name=shown["name"],
        is_protected=bool(row["is_protected"]),
        municipality_code=code,
        municipality=None if row["is_protected"] else names.get(code or "", row["municipality_name"]),
        part=shown["municipality_part"],
        street=shown["street_address"],
        postal_code=None if row["is_protected"] else row["postal_code"],
        district_code=row["district_code"] or district_of.get(code or ""),
        quality=row["location_quality"],
        latitude=None if row["is_protected"] else row["latitude"],
        longitude=None if row["is_protected"] else row["longitude"],
    )


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


# -- searching ---------------------------------------------------------------------------------------------------


def search_index(found: Sequence[Entry]) -> search.Index:
    """Prepare the entries for searching: names first, then kinds in every language, places, the rest."""
    kinds = codelist("service_types")
    groups = codelist("target_groups")
    texts = {}
    for entry in found:
        kind = kinds.get(entry.kind)
        parts: list[tuple[str | None, float]] = [(entry.name, 1.0), (entry.provider, 0.9)]
        parts += [(word, 0.95) for word in (kind.label.values() if kind else ())]
        parts += [(name, 0.8) for name in entry.municipality_names]
        parts += [(f"{site.street or ''} {site.part or ''}", 0.5) for site in entry.sites]
        parts += [
            (word, 0.6)
            for code, _ in entry.target_groups
            if code in groups
            for word in groups[code].label.values()
        ]
        parts += [(entry.target_groups_text, 0.5), (entry.ico, 1.0), (entry.registration_id, 1.0)]
        parts += [(entry.served_area_text, 0.4)]
        texts[entry.service_id] = parts
    return search.index(texts)


def area_members(dataset: Dataset) -> dict[str, frozenset[str]]:
    """Return the municipalities of every planning area."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in records(dataset, "area_membership"):
        found[row["area_id"]].add(row["municipality_code"])
    return {area: frozenset(codes) for area, codes in found.items()}


def district_names(dataset: Dataset) -> dict[str, str]:
    """Return the names of the districts that the dataset knows, by code."""
    places = dataset["municipality"]
    return dict(zip(places["district_code"], places["district_name"], strict=True))

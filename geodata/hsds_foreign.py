"""
Read anybody's HSDS 3.1 as far as the standard goes: what it does not say stays unknown, and nothing is guessed.

Named contacts are never read: no natural person is stored. Neither is `available`: how many places are free today is no
capacity. What our own exports add (attributes `dosah:…`) is taken where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from geodata.codes import codelist
from geodata.hsds import PREFIX
from geodata.hsds_read import AGES, LATITUDE, LONGITUDE, own_values, page_of, refuse, services_of
from geodata.hsds_thing import Thing
from geodata.identifiers import fold

NEXT_STEP: Final = "Correct it where it was made; docs/EXCHANGE.md says what is read."
# Their states: ours. What is closed for now is no capacity, as what is only planned is none.
STATUSES: Final[Mapping[str, str]] = {
    "active": "existing",
    "inactive": "planned",
    "defunct": "ended",
    "temporarily closed": "planned",
}
_DAY: Final = re.compile(r"(\d{4})-\d\d-\d\d")


@dataclass(frozen=True)
class ForeignCapacity:
    """One capacity: `unit` and `form` are codes of ours, None where the document's unit is none of ours."""

    number: float | None
    unit: str | None
    form: str | None
    basis: str | None
    told: str


@dataclass(frozen=True)
class ForeignPlace:
    """Where a service is given, as the document says it; `municipality_code` only where it is ours."""

    municipality_code: str | None = None
    city: str | None = None
    street: str | None = None
    postal_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    is_protected: bool = False
    district_code: str | None = None


@dataclass(frozen=True)
class ForeignService:
    """
    One service of a document.

    Attributes
    ----------
    record_id
        Ours where it is ours, else the document's own.
    kind
        A code of service_types, None where the document says none of ours.
    terms
        Terms by which the document classifies it, ours left out.
    status_told
        The document's word for its state where it says more than ours.
    served
        Codes of municipalities where they are ours; `served_told` are names of areas as written.
    """

    place: str
    record_id: str
    name: str
    provider: str | None
    ico: str | None
    kind: str | None
    terms: tuple[str, ...]
    status: str
    status_told: str | None
    url: str | None
    email: str | None
    phone: str | None
    age_from: float | None
    age_to: float | None
    eligibility: str | None
    year: int | None
    capacities: tuple[ForeignCapacity, ...] = ()
    places: tuple[ForeignPlace, ...] = ()
    served: tuple[str, ...] = ()
    served_told: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)


def read_services(document: Any, file: str = "HSDS") -> list[ForeignService]:
    """
    Read the services of a document.

    Parameters
    ----------
    document
        Parsed JSON, or what `hsds_tabular.from_tabular` made of tables.
    file
        Its name as the reader knows it.

    Raises
    ------
    InputFileError
        With all problems and their places: what the standard requires and is missing, fields of a wrong type, identifiers that
        stand twice, states that the standard does not know.
    """
    problems: list[str] = []
    page = page_of(document, file, problems)
    found = [_service(service) for service in services_of(page) if service.is_object]
    first: dict[str, str] = {}
    for service in found:
        if service.record_id and service.record_id in first:
            problems.append(f"{service.place}.id: {first[service.record_id]} has the same")
        first.setdefault(service.record_id, service.place)
    refuse(file, list(dict.fromkeys(problems)), NEXT_STEP)
    return found


def _service(service: Thing) -> ForeignService:
    key = service.text("id", is_needed=True)
    own = own_values(service, "service", key)
    told = service.text("status", is_needed=True)
    if told is not None and told not in STATUSES:
        service.note("status", f"“{told[:40]}” is none of {', '.join(STATUSES)}")
    kinds, terms, groups = _classified(service, key)
    organization = service.thing("organization")
    phones = [
        *service.things("phones"),
        *(organization.things("phones") if organization is not None else []),
    ]
    areas = service.things("service_areas")
    served = [
        (own_values(area, "service_area", area.text("id")).get("municipality_code"), area.text("name"))
        for area in areas
    ]
    checked = _DAY.match(service.text("assured_date") or "")
    ages = {name: service.number(theirs, 0, 150) for name, theirs in zip(AGES, ("minimum_age", "maximum_age"), strict=True)}  # fmt: skip
    year = own.get("year_of_information") or (checked[1] if checked else None)
    return ForeignService(
        place=service.place,
        record_id=own.get("service_id") or key or "",
        name=service.text("name", is_needed=True) or "",
        provider=organization.text("name") if organization is not None else None,
        ico=_ico(organization),
        kind=kinds[0] if kinds else None,
        terms=terms,
        status=own.get("status") or STATUSES.get(told or "", "existing"),
        status_told=told if told == "temporarily closed" else None,
        url=service.text("url") or (organization.text("website") if organization is not None else None),
        email=service.text("email") or (organization.text("email") if organization is not None else None),
        phone=next((number for phone in phones if (number := phone.text("number"))), None),
        age_from=ages["age_from"],
        age_to=ages["age_to"],
        eligibility=service.text("eligibility_description"),
        year=int(year) if year and year.isdecimal() and len(year) == 4 else None,
        capacities=tuple(_capacity(part, service) for part in service.things("capacities")),
        places=tuple(_place(part) for part in service.things("service_at_locations")),
        served=tuple(code for code, _ in served if code),
        served_told=tuple(name for code, name in served if name and not code),
        target_groups=groups,
        own=own,
    )


def _ico(organization: Thing | None) -> str | None:
    if organization is None:
        return None
    named = organization.things("organization_identifiers")
    return next(
        (one.text("identifier") for one in named if one.text("identifier_scheme") == "CZ-ICO"),
        None,
    )


def _classified(service: Thing, key: str | None) -> tuple[list[str], tuple[str, ...], tuple[str, ...]]:
    """Return kinds of ours, terms of theirs, target groups of ours."""
    kinds, terms, groups = [], [], []
    for attribute in service.things("attributes"):
        if attribute.text("link_id") not in (None, key):
            continue
        term = attribute.thing("taxonomy_term")
        if term is None:
            continue
        code, name, taxonomy = term.text("code"), term.text("name"), term.text("taxonomy")
        if taxonomy == f"{PREFIX}service_types" and code in codelist("service_types"):
            kinds.append(str(code))
        elif taxonomy == f"{PREFIX}target_groups" and code in codelist("target_groups"):
            groups.append(str(code))
        elif name or code:
            terms.append(str(name or code))
    return kinds, tuple(dict.fromkeys(terms)), tuple(dict.fromkeys(groups))


def _capacity(capacity: Thing, service: Thing) -> ForeignCapacity:
    own = own_values(service, "service_capacity", capacity.text("id", is_needed=True))
    unit = capacity.thing("unit")
    if unit is None:
        capacity.note("unit", "it is missing")
    name = (unit.text("name") if unit is not None else None) or ""
    scheme = unit.text("scheme") if unit is not None else None
    code = (unit.text("identifier") if unit is not None else None) or ""
    is_ours = scheme == f"{PREFIX}capacity_units" and code in codelist("capacity_units")
    number = capacity.number("maximum", 0)
    amount = "" if number is None else f"{number:g} "
    said = capacity.text("description")
    return ForeignCapacity(
        number=number,
        unit=code if is_ours else unit_named(name),
        form=own.get("form"),
        basis=own.get("basis"),
        told=f"{amount}{name}" + (f" ({said})" if said and said != name else ""),
    )


def unit_named(name: str) -> str | None:
    """Return our unit of a name in any of our languages, one or many ("Bed", "lůžka"); None where it is none of ours."""
    for unit in codelist("capacity_units").values():
        forms = unit.attributes.get("plural_forms") or {}
        if fold(name) in {fold(word) for words in forms.values() for word in words}:
            return unit.code
    return None


def _place(site: Thing) -> ForeignPlace:
    own = own_values(site, "service_at_location", site.text("id", is_needed=True))
    if own.get("is_protected") == "true":
        return ForeignPlace(is_protected=True, district_code=own.get("district_code"))
    location = site.thing("location")
    if location is None:
        return ForeignPlace(municipality_code=own.get("municipality_code"))
    addresses = [one for one in location.things("addresses") if one.text("address_type") != "postal"]
    address = addresses[0] if addresses else Thing({}, "", [])
    return ForeignPlace(
        municipality_code=own.get("municipality_code"),
        city=address.text("city"),
        street=own.get("street_address") or address.text("address_1"),
        postal_code=own.get("postal_code") or address.text("postal_code"),
        latitude=location.number("latitude", *LATITUDE),
        longitude=location.number("longitude", *LONGITUDE),
    )

"""
Read anybody's HSDS 3.1 as far as the standard goes:
what it does not say stays unknown, and nothing is guessed.

Named contacts are never read: no natural person is stored. Neither is `available`: how many places are free
today is no capacity. What our own exports add (attributes `dosah:…`) is taken where it stands.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from geodata.hsds.read import AGES, LATITUDE, LONGITUDE, own_values, page_of, refuse, services_of
from geodata.hsds.shape import capacities_elsewhere
from geodata.hsds.thing import Thing, shown, within
from geodata.hsds.write import PREFIX
from geodata.said import say
from geodata.vocabulary.codes import codelist
from geodata.vocabulary.identifiers import fold

NEXT_STEP: Final = say("hsds.next_theirs")
# Their states: ours. What is closed for now is no capacity, as what is only planned is none.
STATUSES: Final[Mapping[str, str]] = {
    "active": "existing",
    "inactive": "planned",
    "defunct": "ended",
    "temporarily closed": "planned",
}
OLDEST: Final = 120
"""Ages above are no ages: 999 and the like say that there is no limit."""
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
_DAY: Final = re.compile(r"(\d{4})-\d\d-\d\d")


@dataclass(frozen=True)
class ForeignCapacity:
    """
    One capacity: `unit` and `form` are codes of ours, None where the document's unit is none of ours;
    `only_free` where it tells how many places are free and not how many there are.
    `contradicts_itself` where more are free than there are: then there is no number.
    """

    number: float | None
    unit: str | None
    form: str | None
    basis: str | None
    told: str
    only_free: bool = False
    contradicts_itself: bool = False


@dataclass(frozen=True)
class ForeignPlace:
    """
    Where a service is given, as the document says it; `municipality_code` only where it is ours.
    `has_no_point` where it gives coordinates that are no place: 0, 0, or only one of the two.
    """

    municipality_code: str | None = None
    city: str | None = None
    street: str | None = None
    postal_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    is_protected: bool = False
    district_code: str | None = None
    has_no_point: bool = False


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
    ages_told
        Ages as the document has them, where they are no whole years or no ages.
    provider_places
        Places of the organisation, where the service has none of its own.
    other_capacities
        How many capacities stand elsewhere than with the service.
    """

    position: str
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
    ages_told: str | None = None
    provider_places: tuple[ForeignPlace, ...] = ()
    other_capacities: int = 0


def plain(written: str | None) -> str | None:
    """
    Return a text of others as people read it: tags and signs of HTML resolved, on one line;
    None where nothing is left.
    """
    if written is None:
        return None
    text = html.unescape(_TAG.sub(" ", written))
    return " ".join(text.replace("\0", " ").split()) or None


def read_services(document: Any, file: str = "HSDS") -> list[ForeignService]:
    """
    Read the services of a document.

    Parameters
    ----------
    document
        Parsed JSON, or what `tabular.from_tabular` made of tables.
    file
        Its name as the reader knows it.

    Raises
    ------
    InputFileError
        With all problems and their places: what the standard requires and is missing, fields of a wrong type,
        identifiers that stand twice, states that the standard does not know.
    """
    problems: list[str] = []
    page = page_of(document, file, problems)
    foreign = [_service(service) for service in services_of(page) if service.is_object]
    first: dict[str, str] = {}
    for service in foreign:
        if service.record_id and service.record_id in first:
            same = say("value.same_id", other=first[service.record_id])
            problems.append(say("place.at", place=within(service.position, "id"), problem=same))
        first.setdefault(service.record_id, service.position)
    refuse(file, list(dict.fromkeys(problems)), NEXT_STEP)
    return foreign


def _service(service: Thing) -> ForeignService:
    key = service.text("id", is_needed=True)
    own = own_values(service, "service", key)
    status = status_named(service.text("status", is_needed=True))
    if status is not None and status not in STATUSES:
        service.note("status", say("value.one_of", value=shown(status), names=", ".join(STATUSES)))
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
    ages, ages_told = _ages(service)
    places = tuple(_place(part) for part in service.things("service_at_locations"))
    year = own.get("year_of_information") or (checked[1] if checked else None)
    return ForeignService(
        position=service.position,
        record_id=own.get("service_id") or key or "",
        name=plain(service.text("name", is_needed=True)) or "",
        provider=plain(organization.text("name")) if organization is not None else None,
        ico=_ico(organization),
        kind=kinds[0] if kinds else None,
        terms=terms,
        status=own.get("status") or STATUSES.get(status or "", "existing"),
        status_told=status if status == "temporarily closed" else None,
        url=service.text("url") or _first(organization, ("website", "url")),
        email=service.text("email") or _first(organization, ("email",)),
        phone=next((number for phone in phones if (number := phone.text("number"))), None),
        age_from=ages["age_from"],
        age_to=ages["age_to"],
        eligibility=plain(service.text("eligibility_description")),
        year=int(year) if year and year.isdecimal() and len(year) == 4 else None,
        capacities=tuple(_capacity(part, service) for part in service.things("capacities")),
        places=places,
        served=tuple(code for code, _ in served if code),
        served_told=tuple(said for code, name in served if not code and (said := plain(name))),
        target_groups=groups,
        own=own,
        ages_told=ages_told,
        provider_places=() if places or organization is None else tuple(
            _located(part, None, {}) for part in organization.things("locations")
        ),
        other_capacities=capacities_elsewhere(service),
    )  # fmt: skip


def status_named(written: str | None) -> str | None:
    """
    Return a state in the standard's spelling where only case and signs differ
    ("Active", "temporarily_closed").
    """
    if written is None:
        return None
    folded = fold(written)
    return folded if folded in STATUSES else written


def _first(thing: Thing | None, names: tuple[str, ...]) -> str | None:
    return next((text for name in names if thing is not None and (text := thing.text(name))), None)


def _ages(service: Thing) -> tuple[dict[str, float | None], str | None]:
    """
    Return ages in whole years, and the ages as told where they are no whole years
    or mean that there is no limit.
    """
    stated = {
        name: service.number(theirs, 0)
        for name, theirs in zip(AGES, ("minimum_age", "maximum_age"), strict=True)
    }
    ages = {
        name: None if age is None or age > OLDEST else float(math.floor(age)) for name, age in stated.items()
    }
    if ages == stated:
        return ages, None
    return ages, "–".join("" if age is None else f"{age:g}" for age in stated.values())


def _ico(organization: Thing | None) -> str | None:
    if organization is None:
        return None
    named = organization.things("organization_identifiers")
    return next(
        (
            identifier.text("identifier")
            for identifier in named
            if identifier.text("identifier_scheme") == "CZ-ICO"
        ),
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
            terms.append(plain(str(name or code)))
    # Open Referral UK 1 keeps them apart.
    for link in service.things("service_taxonomys"):
        term = link.thing("taxonomy")
        terms.append(plain(term.text("name")) if term is not None else None)
    return kinds, tuple(dict.fromkeys(filter(None, terms))), tuple(dict.fromkeys(groups))


def _capacity(capacity: Thing, service: Thing) -> ForeignCapacity:
    own = own_values(service, "service_capacity", capacity.text("id", is_needed=True))
    unit = capacity.thing("unit")
    if unit is None:
        capacity.note("unit", say("value.missing"))
    name = (unit.text("name") if unit is not None else None) or ""
    scheme = unit.text("scheme") if unit is not None else None
    code = (unit.text("identifier") if unit is not None else None) or ""
    is_ours = scheme == f"{PREFIX}capacity_units" and code in codelist("capacity_units")
    number = capacity.number("maximum", 0)
    amount = "" if number is None else f"{number:g} "
    said = plain(capacity.text("description"))
    free = capacity.content.get("available")
    contradicts_itself = number is not None and _free_places(free) > number
    return ForeignCapacity(
        number=None if contradicts_itself else number,
        unit=code if is_ours else unit_named(name),
        form=own.get("form"),
        basis=own.get("basis"),
        told=f"{amount}{plain(name) or ''}" + (f" ({said})" if said and said != name else ""),
        only_free=number is None and isinstance(free, int | float | str) and free not in ("", False),
        contradicts_itself=contradicts_itself,
    )


def _free_places(free: Any) -> float:
    """Return how many places are free; 0 where that is no number, for then it contradicts nothing."""
    try:
        number = 0.0 if isinstance(free, bool) else float(free)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return number if math.isfinite(number) else 0.0


def unit_named(name: str) -> str | None:
    """
    Return our unit of a name in any of our languages, one or many ("Bed", "lůžka");
    None where it is none of ours.
    """
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
    return _located(location, own.get("municipality_code"), own)


def _located(location: Thing | None, code: str | None, own: Mapping[str, str]) -> ForeignPlace:
    if location is None:
        return ForeignPlace(municipality_code=code)
    addresses = [
        address
        for name in ("addresses", "physical_addresses")
        for address in location.things(name)
        if address.text("address_type") != "postal"
    ]
    address = addresses[0] if addresses else Thing({}, "", [])
    point = (location.number("latitude", *LATITUDE), location.number("longitude", *LONGITUDE))
    # A point in the Gulf of Guinea is what programs write that know no other.
    is_point = None not in point and point != (0.0, 0.0)
    return ForeignPlace(
        municipality_code=code,
        city=plain(address.text("city")),
        street=own.get("street_address") or plain(address.text("address_1")),
        postal_code=own.get("postal_code") or plain(address.text("postal_code")),
        latitude=point[0] if is_point else None,
        longitude=point[1] if is_point else None,
        has_no_point=not is_point and point != (None, None),
    )

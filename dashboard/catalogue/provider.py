"""
A provider: all its services, what they hold together and apart,
where they are and how to reach the organisation.

Capacity belongs to a registration. What registrations of one kind, form and unit hold is added;
nothing else is. Pure functions on entries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard import sorting, text
from dashboard.catalogue.card import origin_cell
from dashboard.catalogue.words import contact_links, district_text, village_address
from dashboard.phrases import bounds
from dashboard.phrases.amounts import amount
from dashboard.phrases.labels import label
from dashboard.tables.html import Cell, Column, Html, html_table, lines, link
from dashboard.text import _, ngettext
from geodata.reading.services import UNKNOWN, Service


@dataclass(frozen=True)
class Holding:
    """
    What services of one kind hold in one form and unit.

    `known` is the sum of what they hold at one time (None = of none it is known); `unknown` counts services
    whose capacity is not known, `other_basis` those whose number is doubtful or counted per year.
    """

    kind: str
    form: str
    unit: str
    services: int
    known: float | None
    unknown: int
    other_basis: int


def services_of(found: Iterable[Service], provider_id: str) -> list[Service]:
    """Return the services of a provider, in the order of `found`."""
    return [entry for entry in found if entry.provider_id == provider_id]


def holdings(services: Iterable[Service]) -> list[Holding]:
    """
    Add what existing services hold, each kind, form and unit apart.

    Parameters
    ----------
    services
        Services of one provider. Planned ones and ended ones are left out,
        and so is what is told a second time in another unit.
    """
    held: defaultdict[tuple[str, str, str], list[tuple[float | None, str | None]]] = defaultdict(list)
    for entry in services:
        if entry.status != "existing":
            continue
        capacities = [one for one in entry.capacities if not one.is_retold and one.kind != "planned"]
        if not capacities:
            held[entry.kind, UNKNOWN, UNKNOWN].append((None, None))
        for one in capacities:
            held[entry.kind, one.form, one.unit].append((one.number, one.basis))
    holdings_of = []
    for key in sorted(held):
        counted = [number for number, basis in held[key] if number is not None and basis == "at_one_time"]
        unknown = sum(number is None for number, _basis in held[key])
        other = len(held[key]) - len(counted) - unknown
        holdings_of.append(Holding(*key, len(held[key]), sum(counted) if counted else None, unknown, other))
    return holdings_of


# -- words ---------------------------------------------------------------------------------------------------


def title(services: Sequence[Service]) -> str:
    """Return the provider's name; its number where only that is stored."""
    return next((entry.provider for entry in services if entry.provider), text.unknown())


def has_no_name(services: Sequence[Service]) -> bool:
    """
    Tell whether the register names no organisation:
    the number stands for it (`etl` stores no person's name).
    """
    return any(entry.ico and entry.provider == f"IČO {entry.ico}" for entry in services)


def facts(
    services: Sequence[Service], districts: Mapping[str, str], places: Mapping[str, str]
) -> list[tuple[str, Cell]]:
    """
    Return what is known of a provider, as pairs of a word and its value.

    Parameters
    ----------
    services
        All its services.
    districts, places
        Names of districts and municipalities by code.
    """
    registered = sum(entry.registration_id is not None for entry in services)
    count = ngettext("{n} service", "{n} services", len(services))
    kept = ngettext("{n} of them is a registration", "{n} of them are registrations", registered)
    return [
        (_("Company number (IČO)"), next((entry.ico for entry in services if entry.ico), None)),
        (_("Services"), f"{count}; {kept}" if registered else count),
        (_("Contacts"), contacts(services)),
        (_("Has a place in"), place_cell(services, districts, places)),
        (_("Serves"), served_cell(services, places)),
    ]


def contacts(services: Sequence[Service]) -> Cell:
    """Return every contact of the organisation once: those of its services."""
    links = dict.fromkeys(cell for entry in services for cell in contact_links(entry))
    return lines(list(links)) if links else text.unknown()


def place_cell(services: Sequence[Service], districts: Mapping[str, str], places: Mapping[str, str]) -> Cell:
    """
    Name the municipalities with a place of a service, each leading to its page.

    Of protected ones the district.
    """
    codes = {code for entry in services for code in entry.municipality_codes}
    unnamed = {name for entry in services for name in entry.municipality_names if name not in places.values()}
    hidden = {
        code
        for entry in services
        for site in entry.sites
        if site.is_protected and (code := site.district_code)
    }
    named = sorted(codes & places.keys(), key=lambda code: sorting.sort_key(places[code]))
    said: list[Cell] = [link(places[code], village_address(code)) for code in named]
    elsewhere: list[str] = sorted(unnamed, key=sorting.sort_key)
    said += elsewhere
    said += [
        _("protected address, {district}", district=district_text(code, districts)) for code in sorted(hidden)
    ]
    return lines(said) if said else text.unknown()


def served_cell(services: Sequence[Service], places: Mapping[str, str]) -> Cell:
    """Name the municipalities that its field services declare to serve."""
    codes = {code for entry in services for code in entry.serves}
    if not codes:
        return _("not stated")
    return ", ".join(sorted((places.get(code, code) for code in codes), key=sorting.sort_key))


def holdings_table(held: Sequence[Holding]) -> Html:
    """Return what the provider holds as a table; rows are never added."""
    columns = [
        Column(_("Kind")),
        Column(_("Form")),
        Column(_("Services"), is_number=True),
        Column(_("Capacity at one time")),
    ]
    rows: list[list[Cell]] = [
        [
            label("service_types", one.kind),
            label("forms", one.form),
            text.number(one.services),
            _held_text(one),
        ]
        for one in held
    ]
    return html_table(columns, rows, _("What they hold by kind, form and unit; rows are not to be added"))


def _held_text(one: Holding) -> Cell:
    said: list[Cell] = []
    if one.known is not None:
        known = amount(one.known, one.unit)
        said.append(bounds.least(known, is_bound=bool(one.unknown or one.other_basis)))
    if one.unknown:
        said.append(ngettext("of {n} service unknown", "of {n} services unknown", one.unknown))
    if one.other_basis:
        said.append(
            ngettext(
                "of {n} service doubtful or counted per year, not added",
                "of {n} services doubtful or counted per year, not added",
                one.other_basis,
            )
        )
    return lines(said)


def sources(
    services: Sequence[Service], origins: Mapping[str, Mapping[str, object]]
) -> list[tuple[str, Cell]]:
    """Return the sources that the provider's services are known from."""
    used = dict.fromkeys(entry.origin_id for entry in services)
    used.update(dict.fromkeys(one.origin_id for entry in services for one in entry.linked))
    return [(_("Source"), origin_cell(origin_id, origins)) for origin_id in used]

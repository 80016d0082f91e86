"""
What is said of one service: its kind, capacity, place, contacts, and how it is known.

Pieces for tables and cards; everything that comes from data is escaped by `dashboard.tables.html`.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard import navigation, text
from dashboard.phrases.amounts import amount
from dashboard.phrases.labels import label
from dashboard.tables.html import Html, lines, link, mail_address, phone_address, web_address
from dashboard.text import _, ngettext
from geodata.reading.services import UNKNOWN, Capacity, Service, Site


def capacity_text(capacity: Capacity) -> str:
    """Say a capacity with its form, and why it may not count."""
    form = label("forms", capacity.form)
    if capacity.number is None and capacity.form == UNKNOWN:
        return _("capacity unknown")
    if capacity.number is None:
        return _("{form}: capacity unknown", form=form)
    return _("{form}: {capacity}", form=form, capacity=capacity_value(capacity))


def capacity_value(capacity: Capacity) -> str:
    """Say a capacity without its form, and why it may not count."""
    said = amount(capacity.number, capacity.unit)
    marks = []
    if capacity.kind != "registered":
        marks.append(label("capacity_kinds", capacity.kind))
    if capacity.basis in ("per_year", "doubtful"):
        marks.append(label("capacity_bases", capacity.basis))
    return f"{said} ({', '.join(marks)})" if marks and capacity.number is not None else said


def capacity_lines(entry: Service) -> list[str]:
    """
    Say the capacity of a service, one line for each form; the same places told twice stand once.

    A form of which nothing but "unknown" is told stands as such: unknown is not zero.
    """
    told = [one for one in entry.capacities if not one.is_retold]
    known = [one for one in told if one.number is not None]
    forms_known = {one.form for one in known}
    rest = [one for one in told if one.number is None and one.form not in forms_known]
    said = [capacity_text(one) for one in [*known, *rest]]
    # What a place has of it depends on all places, those elsewhere too.
    shared = sharing_words(entry.sites_sharing, len(entry.sites)) if known else None
    return [*dict.fromkeys(said), *([shared] if shared else [])] or [_("capacity unknown")]


def sharing_words(sites: int, loaded: int) -> str | None:
    """
    Say among how many places a capacity is shared, and how many of them are not loaded;
    None where there is one.

    Parameters
    ----------
    sites
        Places that share it, loaded or not.
    loaded
        Those the catalogue lists.
    """
    if sites < 2:
        return None
    shared = ngettext("shared among {n} place", "shared among {n} places", sites)
    away = sites - loaded
    if away <= 0:
        return shared
    elsewhere = ngettext("{n} of them is not loaded", "{n} of them are not loaded", away)
    return f"{shared}, {elsewhere}"


def place_text(entry: Service, districts: Mapping[str, str]) -> str:
    """Say where a service is: its municipalities, else the district, else that it is unknown."""
    names = list(entry.municipality_names)
    if names:
        return ", ".join(names)
    codes = sorted(entry.district_codes)
    if codes:
        return ", ".join(district_text(code, districts) for code in codes)
    return text.unknown()


def district_text(code: str, districts: Mapping[str, str]) -> str:
    """Name a district: "okres Příbram", "powiat mikołowski"; a code that is not loaded stands as it is."""
    name = districts.get(code, code)
    if name.startswith("powiat "):
        return name
    # TERYT codes are figures: a Polish district that is not called powiat is a city.
    return (
        _("city with county rights {name}", name=name) if code.isdigit() else _("district {name}", name=name)
    )


def site_text(site: Site, districts: Mapping[str, str]) -> str:
    """Say an address; of a protected one only the district."""
    if site.is_protected:
        return (
            _("protected address, {district}", district=district_text(site.district_code or "", districts))
            if site.district_code
            else _("protected address")
        )
    town = " ".join(part for part in (site.postal_code, site.municipality) if part)
    parts = [site.street, town]
    if site.part and site.part != site.municipality:
        parts.insert(1, site.part)
    said = ", ".join(part for part in parts if part)
    if not said:
        return district_text(site.district_code, districts) if site.district_code else text.unknown()
    return said


def contacts(entry: Service) -> Html:
    """Return phone, e-mail and web of a service as links, one under another."""
    return lines(contact_links(entry))


def contact_links(entry: Service) -> list[Html]:
    """Return phone, e-mail and web of a service as links, as far as they are known."""
    found = []
    if entry.phone:
        found.append(link(entry.phone, phone_address(entry.phone, entry.country)))
    if entry.email:
        found.append(link(entry.email, mail_address(entry.email)))
    if entry.web:
        found.append(link(short_web(entry.web), web_address(entry.web)))
    return found


def short_web(address: str) -> str:
    """Return a web address as people say it: without the scheme and an empty path."""
    said = address.strip().removeprefix("https://").removeprefix("http://")
    return said.rstrip("/")


def state_words(entry: Service, data_date: str | None) -> list[str]:
    """
    Say what a reader must know of the state of a service: planned, ended, ending, follow-on,
    not confirmed.
    """
    said = []
    if entry.status != "existing":
        said.append(label("service_statuses", entry.status))
    if entry.status == "existing" and entry.valid_to and (not data_date or entry.valid_to >= data_date):
        said.append(_("registration ends on {day}", day=text.date(entry.valid_to)))
    if entry.is_follow_on:
        said.append(_("follow-on help, not a social service by law"))
    if entry.evidence == "page":
        said.append(_("known from a web page only"))
    return said


def name_cell(entry: Service) -> Html:
    """Return the name of a service as a link to its card, with its provider under it."""
    provider = entry.provider if entry.provider and entry.provider != entry.name else None
    return lines([link(entry.name, card_address(entry.service_id)), provider])


def card_address(service_id: str, kept: Mapping[str, str] | None = None) -> str:
    """
    Return the address of a service's card, relative to any page.

    `kept` leads back to the list it was found in.
    """
    return navigation.link("catalogue", {**(kept or {}), "card": service_id, "lang": text.current()})


def village_address(municipality_code: str) -> str:
    """Return the address of a village's page, relative to any page."""
    return navigation.link("village", {"municipality": municipality_code, "lang": text.current()})


def map_address(area: str, service: str, measure: str | None = None) -> str:
    """Return the address of the map of gaps, relative to any page; it stands at the bare address."""
    shown = {"show": measure} if measure else {}
    return navigation.link("gap_map", {"area": area, "service": service, **shown, "lang": text.current()})

"""
The card of a service and the sheet of a result: all that is known, each with where it is known from.

Pure functions; the page shows what they return.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard import sorting, text
from dashboard.catalogue import corrections
from dashboard.catalogue.words import (
    capacity_lines,
    contacts,
    short_web,
    site_text,
    state_words,
    village_address,
)
from dashboard.phrases import service_columns
from dashboard.phrases.labels import age_range, description, label, origin_text
from dashboard.tables.html import Cell, Html, lines, link, source_addresses
from dashboard.text import _
from geodata.reading import values
from geodata.reading.services import Service

if TYPE_CHECKING:
    from dashboard.tables.sheets import Value


def facts(
    entry: Service,
    districts: Mapping[str, str],
    places: Mapping[str, str],
    data_date: str | None,
    *,
    provider: Cell = None,
    over_time: str | None = None,
) -> list[tuple[str, Cell]]:
    """
    Return what the card says, as pairs of a word and its value; what is not known says so.

    Parameters
    ----------
    entry
        The service.
    districts, places
        Names of districts and municipalities by code.
    data_date
        Day the dataset speaks of.
    provider
        The provider's name as it should stand there, for instance as a link; None = the name alone.
    over_time
        What older data said of the capacity.
    """
    return [
        (_("Provider"), provider or entry.provider or text.unknown()),
        (_("Company number (IČO)"), entry.ico),
        (_("Kind of service"), label("service_types", entry.kind)),
        (_("State"), lines([label("service_statuses", entry.status), *state_words(entry, data_date)])),
        (_("Capacity"), lines([*capacity_lines(entry), over_time])),
        (_("Target groups"), lines([target_text(entry), for_others_text(entry)])),
        (_("Age of clients"), age_range(entry.age_from, entry.age_to)),
        (_("Place"), place_cell(entry, districts)),
        (_("Serves"), served_cell(entry, places)),
        (_("Contacts"), contacts(entry) if entry.phone or entry.email or entry.web else text.unknown()),
        (_("Registration number"), entry.registration_id),
        # Tables of an office name a service by it.
        (_("Identifier"), entry.service_id),
        (_("Valid from"), text.date(entry.valid_from) if entry.valid_from else None),
        (_("Valid to"), text.date(entry.valid_to) if entry.valid_to else None),
        (
            _("How it is known"),
            lines([label("evidences", entry.evidence), description("evidences", entry.evidence)]),
        ),
    ]


def for_others_text(entry: Service) -> str | None:
    """
    Say that a service of a kind which seniors use does not count for them,
    because its source says whom it is for.
    """
    if not entry.is_for_others:
        return None
    return _("Not counted for seniors: the source says that it is for other people.")


def target_text(entry: Service) -> Cell:
    """Say for whom the service is: codes in words, those inferred from a text marked, and the text itself."""
    groups = [
        _("{group} (read from the text)", group=label("target_groups", code))
        if inferred
        else label("target_groups", code)
        for code, inferred in entry.target_groups
    ]
    found: list[Cell] = [", ".join(groups) if groups else None]
    if entry.target_groups_text:
        found.append(_("In the source: {text}", text=entry.target_groups_text.replace(";", ", ")))
    return lines(found) if any(found) else text.unknown()


def place_cell(entry: Service, districts: Mapping[str, str]) -> Cell:
    """Say every address; of a protected one the district and why no more."""
    if not entry.sites:
        return text.unknown()
    said: list[Cell] = []
    for site in entry.sites:
        shown: Cell = site_text(site, districts)
        if site.municipality_code:
            shown = lines(
                [
                    shown,
                    link(
                        _("what {name} has and lacks", name=site.municipality or ""),
                        village_address(site.municipality_code),
                    ),
                ]
            )
        said.append(shown)
    if entry.is_protected:
        said.append(
            _(
                "Addresses of this kind of service are protected: people hide there from violence. "
                "We show no more than the district."
            )
        )
    if any(site.quality == "municipality" for site in entry.sites):
        said.append(_("The exact address is not known to us, only the municipality."))
    return lines(said)


def served_cell(entry: Service, places: Mapping[str, str]) -> Cell:
    """Say which municipalities the service declares to serve."""
    if entry.served_area_state == "unknown":
        return _("not stated")
    said: list[Cell] = []
    if entry.serves:
        names = sorted((places.get(code, code) for code in entry.serves), key=sorting.sort_key)
        said.append(", ".join(names))
    if entry.served_area_text and not entry.is_protected:
        said.append(_("In the source: {text}", text=entry.served_area_text.replace(";", ", ")))
    return lines(said) if said else label("served_area_states", entry.served_area_state)


def sources(entry: Service, origins: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, Cell]]:
    """
    Return where the service is known from: origins with their date, addresses, the year, notes,
    linked records.
    """
    found: list[tuple[str, Cell]] = [(_("Source"), origin_cell(entry.origin_id, origins))]
    addresses: list[Cell] = [
        link(short_web(address), address) for address in source_addresses(entry.source_urls)
    ]
    if addresses:
        found.append((_("Pages read"), lines(addresses)))
    if entry.year:
        found.append((_("Year of the information"), str(entry.year)))
    if entry.note:
        found.append((_("Note"), entry.note))
    if entry.linked:
        found.append(
            (
                _("Records taken for the same service"),
                lines([linked_text(one, origins) for one in entry.linked]),
            )
        )
    # An office that answers for a protected service may tell its town.
    if entry.corrections and not entry.is_protected:
        places = {site.municipality_code: site.municipality for site in entry.sites}
        named = {code: name for code, name in places.items() if code and name}
        said = [corrections.sentence(one, named) for one in entry.corrections]
        found.append((_("Corrected by an office"), lines(list(said))))
    return found


def origin_cell(origin_id: str, origins: Mapping[str, Mapping[str, Any]]) -> Html:
    """Name an origin with its publisher and date."""
    origin = origins.get(origin_id)
    if origin is None:
        return lines([origin_id])
    title = origin_title(origin_id, origins)
    publisher = origin_text(origin_id, "publisher", origin["publisher"])
    dated = origin.get("reference_date")
    return lines(
        [
            title,
            publisher if publisher != title else None,
            None if values.is_missing(dated) else _("state of {day}", day=text.date(str(dated))),
        ]
    )


def origin_title(origin_id: str, origins: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the title of an origin in the reader's language."""
    origin = origins.get(origin_id, {})
    return origin_text(origin_id, "title", origin.get("title")) or origin_id


def linked_text(one: Any, origins: Mapping[str, Mapping[str, Any]]) -> str:
    """Say which record was joined and by which rule."""
    said = _(
        "{source}, row {row}: {rule}",
        source=origin_title(one.origin_id, origins),
        row=one.row_number,
        rule=label("link_rules", one.rule),
    )
    return f"{said} ({one.detail})" if one.detail else said


# -- the sheet -----------------------------------------------------------------------------------------------


def sheet_headings() -> list[str]:
    """Return the headings of the sheet, in the reader's language."""
    return service_columns.headings("export")


def sheet_row(
    entry: Service,
    districts: Mapping[str, str],
    places: Mapping[str, str],
    origins: Mapping[str, Mapping[str, Any]],
) -> list[Value]:
    """Return a service as a row of the sheet; what is not known is an empty cell."""
    origin = origins.get(entry.origin_id, {})
    dated = origin.get("reference_date")
    groups = [label("target_groups", code) for code, _inferred in entry.target_groups]
    own: dict[str, Callable[[Service], Value]] = {
        "capacity": lambda one: "; ".join(capacity_lines(one)) if _tells_capacity(one) else None,
        "target_groups": lambda one: "; ".join(groups) or one.target_groups_text,
        "district": lambda one: (
            "; ".join(districts.get(code, code) for code in sorted(one.district_codes)) or None
        ),
        "address": lambda one: (
            "; ".join(site_text(site, districts) for site in one.sites if site.street or site.is_protected)
            or None
        ),
        "serves": lambda one: (
            "; ".join(sorted((places.get(code, code) for code in one.serves), key=sorting.sort_key)) or None
        ),
        "origin": lambda one: origin_title(one.origin_id, origins),
        "origin_day": lambda _one: None if values.is_missing(dated) else str(dated),
    }
    return service_columns.cells(service_columns.columns("export"), entry, own)


def _tells_capacity(entry: Service) -> bool:
    return any(one.number is not None and not one.is_retold for one in entry.capacities)


def sheet_notes(
    asked: Sequence[tuple[str, str]], origins: Mapping[str, Mapping[str, Any]], used: set[str], version: str
) -> list[tuple[str, Value]]:
    """Return the second sheet: what was asked, and every source with licence, date and address."""
    notes: list[tuple[str, Value]] = [*asked, (_("Version of the dataset"), version)]
    for origin_id in sorted(used & set(origins)):
        origin = origins[origin_id]
        words = [origin_text(origin_id, part, origin[part]) for part in ("publisher", "licence")]
        parts = [*words, origin.get("reference_date"), origin.get("url")]
        said = "; ".join(str(part) for part in parts if not values.is_missing(part))
        notes.append((f"{_('Source')}: {origin_title(origin_id, origins)}", said))
    return notes

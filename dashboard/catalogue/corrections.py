"""
What an office corrected of a service: which fact, from what to what, when and why.

Both the sources' word and the office's stay visible.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboard import text
from dashboard.phrases.labels import label
from dashboard.text import _
from geodata.reading.services import Correction
from geodata.vocabulary.codes import codelist

APPLIED: Final = "applied"
# Corrected columns that hold codes of a list.
CODELISTS: Final[Mapping[str, str]] = {
    "service.status": "service_statuses",
    "capacity.basis": "capacity_bases",
}
DAYS: Final = ("service.valid_from", "service.valid_to")


def field_names() -> dict[str, str]:
    """Return what can be corrected: the table's column, and its name for people."""
    return {
        "service.name": _("service name"),
        "service.status": _("service status"),
        "service.valid_from": _("provided from"),
        "service.valid_to": _("provided until"),
        "service.web": _("web address"),
        "service.phone": _("phone"),
        "service.email": _("e-mail"),
        "capacity.capacity_number": _("capacity (number)"),
        "capacity.basis": _("capacity is meant (at one time / per year)"),
        "site.municipality_code": _("municipality of the site"),
        "site.street_address": _("street and number of the site"),
        "site.postal_code": _("postal code of the site"),
    }


def value_text(field: str, value: str | None, places: Mapping[str, str]) -> str:
    """
    Write a corrected value as people read it: codes as words, numbers and days by the language,
    unknown as a word.
    """
    if value is None or value == "unknown":
        return text.unknown()
    list_name = CODELISTS.get(field)
    if list_name and value in codelist(list_name):
        return label(list_name, value)
    if field == "site.municipality_code":
        return places.get(value, value)
    if field in DAYS:
        return text.date(value)
    return _number_text(value) if field == "capacity.capacity_number" else value


def _number_text(value: str) -> str:
    """Write a number by the language; what is none stands as the office wrote it."""
    try:
        return text.number(float(value), 1)
    except ValueError:
        return value


def sentence(one: Correction, places: Mapping[str, str]) -> str:
    """Say a correction: which fact, from what to what, who, when and why."""
    fact = field_names().get(one.field, one.field)
    parts = [label("forms", one.form)] if one.form else []
    parts += [label("capacity_units", one.unit)] if one.unit else []
    if parts:
        fact = f"{fact} ({', '.join(parts)})"
    said = _(
        "{fact}: {before} → {after}; {office}, {day}: {reason}",
        fact=fact,
        before=value_text(one.field, one.before, places),
        after=value_text(one.field, one.after, places),
        office=one.office,
        day=text.date(one.day),
        reason=one.reason,
    )
    return said if one.state == APPLIED else f"{said} – {label('correction_states', one.state)}"


def note(ones: tuple[Correction, ...]) -> str:
    """Say in short that something was corrected, by whom and when; empty where nothing was."""
    applied = [one for one in ones if one.state == APPLIED]
    if not applied:
        return ""
    return _("corrected on {day} by {office}", day=text.date(applied[0].day), office=applied[0].office)

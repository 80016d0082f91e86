"""
Phrases that several pages say: labels of codes, capacities, ages, what a status means for a reader.

Words of the field come from the code lists (`geodata.codes`), sentences from the .po files.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboard import text
from dashboard.tables import Html, chip
from dashboard.text import _, ngettext
from dashboard.theme import GAP_CLASSES
from geodata.codes import AgeWeight, codelist, service_groups


def label(codelist_name: str, code: object) -> str:
    """Return the label of a code in the reader's language; the word for unknown where there is none."""
    if text.is_missing(code):
        return text.unknown()
    found = codelist(codelist_name).get(str(code))
    return found.label[text.current()] if found else str(code)


def description(codelist_name: str, code: str) -> str:
    """Return what a code means, in the reader's language."""
    return codelist(codelist_name)[code].description[text.current()]


def group_label(group_id: str) -> str:
    """Return the name of a group of services."""
    return service_groups()[group_id].label[text.current()]


def capitalised(sentence: str) -> str:
    """Begin a sentence with a capital, leaving the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def class_chip(gap_class: str) -> Html:
    """Return the colour of a gap class beside its name."""
    style = GAP_CLASSES[gap_class]
    return chip(label("gap_classes", gap_class), None if style.is_hatched else style.fill)


def counted(unit: str, number: float, digits: int = 1) -> str:
    """Return a number of units in words: "5 beds", "2.5 places"."""
    if unit == "luzka":
        return ngettext("{n} bed", "{n} beds", number, digits)
    if unit == "klient":
        return ngettext("{n} client", "{n} clients", number, digits)
    if unit == "interv":
        return ngettext("{n} intervention", "{n} interventions", number, digits)
    if unit == "kontakt":
        return ngettext("{n} contact", "{n} contacts", number, digits)
    if unit == "hovor":
        return ngettext("{n} call", "{n} calls", number, digits)
    if unit == "place":
        return ngettext("{n} place", "{n} places", number, digits)
    return text.number(number, digits)


def unit_per_thousand(unit: str, value: float, age_weights: Sequence[AgeWeight]) -> str:
    """Return a norm in words: "77.8 beds per 1,000 people aged 80 and more"."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return _(
        "{capacity} per {thousand} {people}",
        capacity=counted(unit, value, digits),
        thousand=text.number(1000),
        people=people_aged(age_weights),
    )


def people_aged(age_weights: Sequence[AgeWeight]) -> str:
    """Return who a service is for: "people aged 80 and more", "inhabitants" where it is everyone."""
    ranges = [part for part in age_weights if part.weight > 0]
    if len(ranges) == 1 and ranges[0].age_from == 0 and ranges[0].age_to is None:
        return _("inhabitants")
    return _(
        "people aged {ages}", ages=text.listing([age_range(part.age_from, part.age_to) for part in ranges])
    )


def age_range(age_from: int | None, age_to: int | None) -> str:
    """Return ages in words: "65 and more", "6–26", "up to 18"."""
    if age_from is None and age_to is None:
        return text.unknown()
    if age_to is None:
        return _("{age} and more", age=text.number(age_from))
    if age_from is None or age_from == 0:
        return _("up to {age}", age=text.number(age_to))
    return f"{text.number(age_from)}–{text.number(age_to)}"

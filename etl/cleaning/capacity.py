"""
Capacity as sources write it, read into (form, unit, number).

The register writes `form:unit=number`, `;` between. Pages write a number and a word;
only words that mean places that can be held become a unit, everything else (rooms, meals, attendance,
figures of a project) leaves the capacity unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

UNKNOWN = "unknown"
FORMS = ("pob", "amb", "ter")
UNIT_ORDER = ("luzka", "place", "klient", "interv", "kontakt", "hovor", UNKNOWN)
REGISTER_PART = re.compile(r"([a-z]+):([a-z]+)=(\S+)")
NUMBER = re.compile(r"\d+(\.\d+)?")

# Words of pages, folded to lower case without what stands in brackets.
PAGE_UNITS = {
    "klient": "klient",
    "klienti": "klient",
    "luzka": "luzka",
    "lůžka": "luzka",
    "místa": "place",
    "miejsca": "place",
    "miejsca noclegowe": "place",
    # A workshop's and a centre's places are counted by those who take part; "osoby" and "dzieci" stand
    # for places on the two pages that use them.
    "uczestnicy": "place",
    "osoby": "place",
    "dzieci": "place",
}
# Words with a bracket that changes their meaning; None = no capacity.
PAGE_UNITS_WHOLE = {
    "osoby (maximální okamžitá kapacita)": "klient",
    "klienti (amb)": "klient",
    "lůžka (pob)": "luzka",
    "osoby (pierwszy rok, tylko mężczyźni)": None,  # who came in the first year
    "osoby (minimum w projekcie)": None,  # a target of a project
    "osoby (podprogram 2023)": None,  # people who were given food
    "pokoje": None,  # a room holds one person or a family
}


@dataclass(frozen=True)
class Capacity:
    """One telling of a capacity; `number` None = unknown."""

    form: str
    unit: str
    number: float | None
    text: str | None = None
    is_retold: bool = False


def parse_register(
    text: str, forms: frozenset[str], units: frozenset[str]
) -> tuple[list[Capacity], str | None]:
    """
    Read a capacity of the register.

    Parameters
    ----------
    text
        `form:unit=number`, `;` between.
    forms, units
        Codes that are known.

    Returns
    -------
    capacities, problem
        Every telling in the order of `UNIT_ORDER` within its form, the repeated ones marked;
        or what is wrong.
    """
    capacities: dict[tuple[str, str], Capacity] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        match = REGISTER_PART.fullmatch(part)
        if not match:
            return [], "is not form:unit=number"
        form, unit, number = match.groups()
        if problem := _problem_of_part(form, unit, number, forms, units):
            return [], problem
        if (form, unit) in capacities:
            return [], f"tells {form}:{unit} twice"
        capacities[form, unit] = Capacity(form, unit, float(number), text)
    return mark_retold(list(capacities.values())), None


def _problem_of_part(
    form: str, unit: str, number: str, forms: frozenset[str], units: frozenset[str]
) -> str | None:
    if form not in forms or form == UNKNOWN:
        return f"has the unknown form {form}"
    if unit not in units or unit == UNKNOWN:
        return f"has the unknown unit {unit}"
    if number.startswith("-"):
        return "is negative"
    return None if NUMBER.fullmatch(number) else "has a number that is none"


def mark_retold(capacities: list[Capacity]) -> list[Capacity]:
    """
    Mark tellings of the same places in a second unit.

    Two units of one form with equal numbers are one capacity told twice; the first of `UNIT_ORDER` stands.
    With unequal numbers (960 interventions, 480 clients) they are two measures of it: both stand,
    and neither is ever added to the other.
    """
    ordered = sorted(
        capacities,
        key=lambda part: (FORMS.index(part.form) if part.form in FORMS else 9, UNIT_ORDER.index(part.unit)),
    )
    numbers_of_forms: set[tuple[str, float]] = set()
    marked = []
    for part in ordered:
        key = (part.form, part.number) if part.number is not None else None
        marked.append(replace(part, is_retold=key in numbers_of_forms))
        if key is not None:
            numbers_of_forms.add(key)
    return marked


def page_unit(text: str | None) -> str | None:
    """Return the unit that a page's word means, or None where it means no capacity or is not known."""
    word = " ".join((text or "").casefold().split())
    if word in PAGE_UNITS_WHOLE:
        return PAGE_UNITS_WHOLE[word]
    return PAGE_UNITS.get(word)


def form_in_unit(text: str | None) -> str | None:
    """Return the form that a page names beside its unit, as in "lůžka (pob)"."""
    match = re.search(r"\((pob|amb|ter)\)", text or "")
    return match.group(1) if match else None


def parse_page(
    forms: list[str], number: float | None, unit_text: str | None, *, is_capacity: bool = True
) -> list[Capacity]:
    """
    Read a capacity of a page.

    Parameters
    ----------
    forms
        Forms that the page names.
    number, unit_text
        As found; the number belongs to the form the unit names, to the only form, else to an unknown one.
    is_capacity
        False where a person found that the number means something else: it is kept as text only.

    Returns
    -------
    capacities
        One row for each form at least, so that the form of a service without a stated capacity is known too.
    """
    text = None
    if number is not None:
        text = " ".join(filter(None, (f"{number:g}", unit_text)))
    unit = page_unit(unit_text) if is_capacity else None
    found: list[Capacity] = []
    if number is not None and unit is not None:
        # Beds belong to a residential form, whichever others the service has.
        only = forms[0] if len(forms) == 1 else "pob" if unit == "luzka" and "pob" in forms else UNKNOWN
        found.append(Capacity(form_in_unit(unit_text) or only, unit, number, text))
    taken = {part.form for part in found}
    rest = [form for form in forms if form not in taken]
    if not found and not rest:
        rest = [UNKNOWN]
    found += [Capacity(form, UNKNOWN, None, None if found else text) for form in rest]
    return mark_retold(found)

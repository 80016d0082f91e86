"""Norms in words: what is expected per how many people, and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import text
from dashboard.text import _
from geodata.vocabulary import codes

if TYPE_CHECKING:
    from geodata.method.benchmark import Norm
    from geodata.vocabulary.codes import AgeWeight
from dashboard.phrases.amounts import norm_value


def persons(weights: Sequence[AgeWeight]) -> str:
    """Name a target population: "people aged 80 and over", "people aged 6–26", "inhabitants"."""
    ages = [(part.age_from, part.age_to) for part in weights]
    if ages == [(0, None)]:
        return _("inhabitants")
    spans = [
        _("{age} and over", age=first) if last is None else _("{first}–{last}", first=first, last=last)
        for first, last in ages
    ]
    return _("people aged {ages}", ages=text.listing(spans))


def norm_name(norm_id: str) -> str:
    """Return the name of a norm."""
    names = {
        "default": _("Recommended norm"),
        "national": _("National mean"),
        "loaded": _("Mean of the loaded region"),
        "area": _("Mean of this area"),
        "typed": _("My own number"),
    }
    if norm_id in names:
        return names[norm_id]
    published = codes.norms().get(norm_id)
    return published.label[text.current()] if published else norm_id


def norm_unavailable(reason: str | None) -> str:
    """Say why a norm has no value."""
    reasons = {
        "no_national_figure": _("no national figure is loaded"),
        "no_capacity_known": _("no capacity is known"),
        "no_population_known": _("the population is not known"),
        "no_area_chosen": _("no area is chosen"),
    }
    return reasons.get(reason or "", _("not available"))


def norm_words(norm: Norm) -> str:
    """Say the norm with its year and denominator."""
    name = norm_name(norm.norm_id)
    if norm.value_per_1000 is None:
        return _("{name} – {reason}", name=name, reason=norm_unavailable(norm.unavailable_reason))
    values = {
        "name": name,
        "value": norm_value(norm.value_per_1000),
        "unit": codes.label("capacity_units", norm.unit, text.current()),
        "persons": persons(norm.age_weights),
    }
    if norm.year is None:
        return _("{name}: {value} per 1,000 {persons} ({unit})", **values)
    if norm.population_year is None or norm.population_year == norm.year:
        return _("{name}, {year}: {value} per 1,000 {persons} ({unit})", year=norm.year, **values)
    return _(
        "{name}: {value} per 1,000 {persons} ({unit}; services of {year}, people of {people_year})",
        year=norm.year,
        people_year=norm.population_year,
        **values,
    )


def norm_sentence(norm: Norm) -> str:
    """Say the norm as it stands in every legend."""
    return _("Norm: {norm}", norm=norm_words(norm))

"""
The words of the report of changes, in three languages.
Counts stand after a colon: no plural form is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from babel.dates import format_date
from babel.numbers import format_decimal

from geodata.errors import UnknownCodeError


@dataclass(frozen=True)
class Words:
    """Sentences and headings of one language."""

    language: str
    title: str
    nothing: str
    more: str
    until: str
    unknown: str
    headings: Mapping[str, str]

    def number(self, value: float) -> str:
        """Return a number as the language writes it."""
        return str(format_decimal(value, locale=self.language))

    def date(self, iso: str | None) -> str:
        """Return a day as the language writes it; the word for unknown where there is none."""
        try:
            return str(format_date(date.fromisoformat(iso or ""), format="long", locale=self.language))
        except ValueError:
            return self.unknown


_WORDS = {
    "cs": Words(
        "cs",
        "Co se změnilo: data ke dni {after} proti datům ke dni {before}",
        "Nic se nezměnilo.",
        "a další: {number}",
        "poslední den {date}",
        "neznámo",
        MappingProxyType(
            {
                "service_added": "Nové služby",
                "service_gone": "Služby, které ze zdrojů zmizely (co s nimi je, nevíme)",
                "service_ended": "Ukončené služby",
                "service_status": "Změna stavu služby",
                "service_renamed": "Přejmenované služby",
                "provider_changed": "Změna poskytovatele nebo jeho názvu",
                "capacity_changed": "Změna kapacity",
                "capacity_basis": "Změna v tom, zda kapacita platí najednou, nebo za rok",
                "site_moved": "Přestěhované služby",
                "site_opened": "Nová místa poskytování",
                "site_closed": "Zrušená místa poskytování",
                "municipality_added": "Nové obce",
                "municipality_gone": "Obce, které v datech už nejsou",
                "municipality_renamed": "Přejmenované obce",
                "population_changed": "Změna počtu obyvatel",
            }
        ),
    ),
    "pl": Words(
        "pl",
        "Co się zmieniło: dane na dzień {after} w porównaniu z danymi na dzień {before}",
        "Nic się nie zmieniło.",
        "i dalsze: {number}",
        "ostatni dzień {date}",
        "nieznane",
        MappingProxyType(
            {
                "service_added": "Nowe usługi",
                "service_gone": "Usługi, które zniknęły ze źródeł (nie wiadomo, co się z nimi stało)",
                "service_ended": "Usługi zakończone",
                "service_status": "Zmiana stanu usługi",
                "service_renamed": "Usługi o zmienionej nazwie",
                "provider_changed": "Zmiana podmiotu prowadzącego lub jego nazwy",
                "capacity_changed": "Zmiana liczby miejsc",
                "capacity_basis": "Zmiana tego, czy liczba dotyczy jednej chwili, czy całego roku",
                "site_moved": "Usługi przeniesione",
                "site_opened": "Nowe miejsca świadczenia",
                "site_closed": "Zlikwidowane miejsca świadczenia",
                "municipality_added": "Nowe gminy",
                "municipality_gone": "Gminy, których już nie ma w danych",
                "municipality_renamed": "Gminy o zmienionej nazwie",
                "population_changed": "Zmiana liczby mieszkańców",
            }
        ),
    ),
    "en": Words(
        "en",
        "What changed: data of {after} against data of {before}",
        "Nothing changed.",
        "and more: {number}",
        "last day {date}",
        "unknown",
        MappingProxyType(
            {
                "service_added": "New services",
                "service_gone": "Services that vanished from the sources (what became of them is not known)",
                "service_ended": "Ended services",
                "service_status": "Change of status",
                "service_renamed": "Renamed services",
                "provider_changed": "Change of the provider or of its name",
                "capacity_changed": "Change of capacity",
                "capacity_basis": "Change of whether capacity is meant at one time or per year",
                "site_moved": "Services that moved",
                "site_opened": "New sites",
                "site_closed": "Closed sites",
                "municipality_added": "New municipalities",
                "municipality_gone": "Municipalities that are no longer in the data",
                "municipality_renamed": "Renamed municipalities",
                "population_changed": "Change of population",
            }
        ),
    ),
}


def of(language: str) -> Words:
    """Return the words of a language: cs, pl or en."""
    if language not in _WORDS:
        raise UnknownCodeError(f"There is no report in '{language}': choose one of {', '.join(_WORDS)}.")
    return _WORDS[language]

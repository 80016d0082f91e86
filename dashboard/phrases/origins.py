"""
Who published a file and of what day it is, told for one country.

One file can hold the people of two countries: counted by two offices on different days.
A source line under a Czech table names the Czech office and its day, never the newest day of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from dashboard import text
from dashboard.phrases.labels import origin_text
from geodata.reading import values
from geodata.vocabulary import provenance

if TYPE_CHECKING:
    import pandas as pd

    from geodata.dataset.dataset import Dataset


@dataclass(frozen=True)
class OriginOfCountry:
    """What is told of an origin; `days` are ISO days, in order, none where they are not known."""

    origin_id: str
    title: str
    publisher: str | None
    licence: str | None
    citation: str
    url: str | None
    days: tuple[str, ...]

    @property
    def day(self) -> str | None:
        """
        Return its day or days in figures, as a cell of a sheet holds them;
        None where they are not known.
        """
        return ", ".join(self.days) or None

    def day_words(self) -> str:
        """Return its day or days in the reader's language; empty where they are not known."""
        return text.listing(text.date(one, "medium") for one in self.days)


_DAYS: WeakKeyDictionary[Dataset, Mapping[tuple[str, str], tuple[str, ...]]] = WeakKeyDictionary()


def days_of_people(dataset: Dataset) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Return the days that people are counted on, by origin_id and country."""
    if dataset not in _DAYS:
        places = dataset["municipality"][["municipality_code", "country"]]
        found = dataset["population"][["municipality_code", "origin_id", "reference_date"]].merge(
            places, on="municipality_code", how="left", validate="many_to_one"
        )
        national = dataset["national_population"][["country", "origin_id", "reference_date"]]
        _DAYS[dataset] = {**_days(found), **_days(national)}
    return _DAYS[dataset]


def _days(rows: pd.DataFrame) -> dict[tuple[str, str], tuple[str, ...]]:
    rows = rows[["origin_id", "country", "reference_date"]].drop_duplicates().dropna()
    return {
        (str(origin_id), str(country)): tuple(sorted(map(str, part)))
        for (origin_id, country), part in rows.groupby(["origin_id", "country"])["reference_date"]
    }


def countries_of(dataset: Dataset, origin_id: str) -> list[str]:
    """Return the countries that an origin is told for apart; none where it is told as a whole."""
    known = _parts(origin_id)
    days = [country for origin, country in days_of_people(dataset) if origin == origin_id]
    return sorted({*known, *days}) if len({*known, *days}) > 1 else []


@cache
def _parts(origin_id: str) -> Mapping[str, Mapping[str, str]]:
    found = provenance.origins().get(origin_id)
    return {} if found is None else found.by_country


def of_country(dataset: Dataset, row: Mapping[str, Any], country: str) -> OriginOfCountry:
    """
    Tell an origin for one country.

    Parameters
    ----------
    dataset
        The dataset: it knows of which day the people of a country are.
    row
        Row of its table `origin`.
    country
        ISO 3166 code.

    Returns
    -------
    told
        What holds for this country, as far as that is known; else what the origin says of itself.
    """
    origin_id = str(row["origin_id"])
    known = provenance.origins().get(origin_id)
    # A file of an office that took the place of ours has words of its own.
    is_ours = known is not None and known.publisher == row["publisher"]
    part = _parts(origin_id).get(country, {}) if is_ours else {}
    day = None if values.is_missing(row["reference_date"]) else str(row["reference_date"])
    of_part = part.get("reference_date", day)
    days = days_of_people(dataset).get((origin_id, country)) or ((of_part,) if of_part else ())
    said = {name: part.get(name, row[name]) for name in ("publisher", "licence", "citation")}
    return OriginOfCountry(
        origin_id=origin_id,
        title=origin_text(origin_id, "title", row["title"]) or origin_id,
        publisher=origin_text(origin_id, "publisher", said["publisher"]),
        licence=origin_text(origin_id, "licence", said["licence"]),
        citation=str(said["citation"]),
        url=None if values.is_missing(row["url"]) else str(row["url"]),
        days=days,
    )

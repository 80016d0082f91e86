"""
What the dataset says about itself: sources and their age, every row accounted for, what is missing,
what is doubtful.

Pure functions on the dataset; the page "Data and method" arranges what they return.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dashboard.answers.stated import facts, is_whole_register
from dashboard.phrases.labels import origin_text
from dashboard.phrases.origins import OriginOfCountry, countries_of, of_country
from geodata.reading import values
from geodata.vocabulary.basis import DOUBTFUL, median_of
from geodata.vocabulary.codes import service_groups

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geodata.dataset.dataset import Dataset

OLD_AFTER_DAYS: Final = 3 * 365
"""From this age on a source is marked as old: ages of a village change, registers more so."""


@dataclass(frozen=True)
class Source:
    """An origin with its accounting; `rows_*` None where no row of it is counted."""

    origin_id: str
    title: str
    publisher: str
    licence: str
    citation: str
    url: str | None
    date: str | None
    of_countries: tuple[OriginOfCountry, ...]
    note: str | None
    file_name: str
    checksum: str
    is_old: bool
    rows_read: int | None
    rows_loaded: int | None
    rows_merged: int | None
    rows_rejected: int | None

    @property
    def adds_up(self) -> bool:
        """Whether read = loaded + merged + rejected."""
        parts = (self.rows_loaded, self.rows_merged, self.rows_rejected)
        return self.rows_read is None or self.rows_read == sum(part or 0 for part in parts)


@dataclass(frozen=True)
class Doubtful:
    """A capacity beyond its bound; `median` is that of the kind, form and unit."""

    service_id: str
    name: str
    provider: str | None
    kind: str
    form: str
    unit: str
    number: float
    bound: float | None
    median: float | None


@dataclass(frozen=True)
class Missing:
    """What the dataset does not know, counted."""

    services: int
    without_capacity: int
    without_place: int
    only_municipality: int
    protected: int
    planned: int
    page_only: int
    municipalities: int
    without_population: tuple[str, ...]
    coarse_ages: tuple[str, ...]


def _records(dataset: Dataset, table: str) -> Iterable[dict[str, Any]]:
    for row in dataset[table].to_dict("records"):
        yield {str(name): None if values.is_missing(value) else value for name, value in row.items()}


def sources(dataset: Dataset) -> list[Source]:
    """
    Return every origin with its accounting,
    in the order of the dataset and the words of the reader's language.
    """
    today = facts(dataset).get("data_date")
    counted = {row["origin_id"]: row for row in _records(dataset, "accounting")}
    found = []
    for row in _records(dataset, "origin"):
        rows = counted.get(row["origin_id"], {})
        found.append(
            Source(
                origin_id=row["origin_id"],
                title=origin_text(row["origin_id"], "title", row["title"]) or row["origin_id"],
                publisher=origin_text(row["origin_id"], "publisher", row["publisher"]) or "",
                licence=origin_text(row["origin_id"], "licence", row["licence"]) or "",
                citation=row["citation"],
                url=row["url"],
                date=row["reference_date"],
                of_countries=tuple(
                    of_country(dataset, row, country) for country in countries_of(dataset, row["origin_id"])
                ),
                note=origin_text(row["origin_id"], "state_note", row["state_note"]),
                file_name=row["file_name"],
                checksum=row["checksum_sha256"],
                is_old=is_old(row["reference_date"], today),
                **{
                    name: _whole(rows.get(name))
                    for name in ("rows_read", "rows_loaded", "rows_merged", "rows_rejected")
                },
            )
        )
    return found


def is_old(date: str | None, today: str | None) -> bool:
    """
    Tell whether a source is older than `OLD_AFTER_DAYS` on the day the dataset speaks of.

    An unknown age is not old.
    """
    if not date or not today:
        return False
    try:
        age = dt.date.fromisoformat(today[:10]) - dt.date.fromisoformat(date[:10])
    except ValueError:
        return False
    return age.days > OLD_AFTER_DAYS


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def rejected(dataset: Dataset) -> list[dict[str, Any]]:
    """Return every row that was not loaded: origin_id, row_number, record_id, reason, detail."""
    return list(_records(dataset, "rejected"))


def linked(dataset: Dataset) -> list[dict[str, Any]]:
    """
    Return every row that was joined to a service:
    origin_id, row_number, record_id, service_id, rule, detail, name.
    """
    names = dict(zip(dataset["service"]["service_id"], dataset["service"]["name"], strict=True))
    return [{**row, "name": names.get(row["service_id"])} for row in _records(dataset, "linked")]


def doubtful(dataset: Dataset) -> list[Doubtful]:
    """
    Return the capacities that are doubtful, those farthest beyond their bound first.

    The median is the national one where it is published, else what the bound was made of; None where it was
    made of none: beds have a bound of their own.
    """
    services = {row["service_id"]: row for row in _records(dataset, "service")}
    providers = dict(zip(dataset["provider"]["provider_id"], dataset["provider"]["name"], strict=True))
    medians = {
        (row["country"], row["service_type_code"], row["form"], row["unit"]): float(row["median"])
        for row in _records(dataset, "benchmark")
    }
    found = []
    for row in _records(dataset, "capacity"):
        if row["basis"] != DOUBTFUL or row["capacity_number"] is None:
            continue
        service = services[row["service_id"]]
        bound = row["bound_number"]
        key = (service["country"], service["service_type_code"], row["form"], row["unit"])
        found.append(
            Doubtful(
                service_id=row["service_id"],
                name=service["name"],
                provider=providers.get(service["provider_id"]),
                kind=service["service_type_code"],
                form=row["form"],
                unit=row["unit"],
                number=float(row["capacity_number"]),
                bound=bound,
                median=medians.get(key, median_of(bound, row["unit"])),
            )
        )
    return sorted(found, key=lambda one: (-one.number / (one.bound or one.number), one.service_id))


def missing(dataset: Dataset) -> Missing:
    """Count what the dataset does not know."""
    services = [row for row in _records(dataset, "service") if row["status"] != "ended"]
    ids = {row["service_id"] for row in services}
    known = {
        row["service_id"]
        for row in _records(dataset, "capacity")
        if row["capacity_number"] is not None and row["kind"] != "planned"
    }
    sites = [row for row in _records(dataset, "site") if row["service_id"] in ids]
    placed = {row["service_id"] for row in sites if row["location_quality"] not in ("unknown", "district")}
    precise = {
        row["service_id"] for row in sites if row["location_quality"] in ("coordinates", "address_point")
    }
    protected = {row["service_id"] for row in sites if row["is_protected"]}
    municipalities = list(_records(dataset, "municipality"))
    ages: dict[str, list[int]] = {}
    for row in _records(dataset, "population"):
        if row["sex"] == "total" and row["age_to"] is None:
            ages.setdefault(row["municipality_code"], []).append(int(row["age_from"]))
    planned = {row["service_id"] for row in services if row["status"] == "planned"}
    return Missing(
        services=len(services),
        without_capacity=len(ids - known - planned),
        without_place=len(ids - placed - protected),
        only_municipality=len(placed - precise),
        protected=len(protected),
        planned=len(planned),
        page_only=sum(row["evidence"] == "page" for row in services),
        municipalities=len(municipalities),
        without_population=tuple(
            row["name"] for row in municipalities if row["municipality_code"] not in ages
        ),
        coarse_ages=tuple(
            row["name"] for row in municipalities if min(ages.get(row["municipality_code"], [999])) < 80
        ),
    )


def incomplete_groups(dataset: Dataset, country: str) -> list[str]:
    """Return the groups of services of a country of which the loaded register holds only a part, or none."""
    if is_whole_register(dataset, country):
        return []
    return [
        group_id
        for group_id, group in service_groups().items()
        if country in group.scopes and not group.is_register_complete_in(country)
    ]

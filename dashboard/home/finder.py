"""
The first page's answers: what a search in one box finds, and the state of the data in one line.

Pure functions on the dataset; the page arranges what they return.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from dashboard import text
from dashboard.catalogue import search
from dashboard.phrases.labels import label
from dashboard.text import _, ngettext
from geodata.dataset.membership import members_by_area
from geodata.vocabulary import codes

if TYPE_CHECKING:
    from dashboard.catalogue.search import Index
    from geodata.dataset.dataset import Dataset
    from geodata.reading.services import Service

Kind = Literal["area", "municipality", "group", "service"]
KINDS: Final[tuple[Kind, ...]] = ("area", "municipality", "group", "service")
# As many as a phone shows without scrolling, for each kind.
SHOWN: Final = 5


@dataclass(frozen=True)
class Hit:
    """Something found: its kind and code, its name, and what tells it from others of the same name."""

    kind: Kind
    code: str
    name: str
    detail: str = ""


@dataclass(frozen=True)
class AreaCard:
    """A planning area as the picker shows it; `persons` None = the population of no member is loaded."""

    area_id: str
    name: str
    members: tuple[str, ...]
    persons: int | None


def area_cards(dataset: Dataset) -> list[AreaCard]:
    """Return the planning areas in the order of the dataset."""
    inside, people = members_by_area(dataset), dataset["population"]
    totals = people.loc[people["sex"] == "total"].groupby("municipality_code")["persons"].sum()
    cards = []
    for area_id, name in zip(dataset["area"]["area_id"], dataset["area"]["name"], strict=True):
        known = totals.reindex(list(inside[area_id])).dropna()
        cards.append(AreaCard(area_id, name, inside[area_id], int(known.sum()) if len(known) else None))
    return cards


def places_index(dataset: Dataset, language: str) -> tuple[dict[tuple[Kind, str], Hit], Index]:
    """Return everything that can be found but services, and the index to find it in."""
    hits: dict[tuple[Kind, str], Hit] = {}
    texts: dict[str, list[tuple[str | None, float]]] = {}
    for area_id, name in zip(dataset["area"]["area_id"], dataset["area"]["name"], strict=True):
        hits["area", area_id] = Hit("area", area_id, name)
        texts[f"area {area_id}"] = [(name, 1.0)]
    table = dataset["municipality"]
    columns = (table[name] for name in ("municipality_code", "name", "district_name"))
    for code, name, district in zip(*columns, strict=True):
        hits["municipality", code] = Hit("municipality", code, name, district)
        texts[f"municipality {code}"] = [(name, 1.0), (district, 0.3), (code, 1.0)]
    for group_id, group in codes.service_groups().items():
        hits["group", group_id] = Hit("group", group_id, group.label[language])
        texts[f"group {group_id}"] = [(group.label[language], 1.0), (group.description[language], 0.4)]
    return hits, search.index(texts)


def find(
    query: str,
    places: tuple[Mapping[tuple[Kind, str], Hit], Index],
    services: tuple[Mapping[str, Service], Index],
) -> dict[Kind, list[Hit]]:
    """
    Find municipalities, areas, groups of services and services in one box.

    Returns
    -------
    found
        All hits by kind, the best first; kinds without any are left out. Nothing for an empty query.
    """
    if not search.query_words(query):
        return {}
    hits, index = places
    found: dict[Kind, list[Hit]] = {kind: [] for kind in KINDS}
    for key in search.search(query, index):
        kind, _space, code = key.partition(" ")
        hit = next(hits[name, code] for name in KINDS if name == kind)
        found[hit.kind].append(hit)
    entries, service_index = services
    for service_id in search.search(query, service_index):
        entry = entries[service_id]
        # One provider often gives several services under one name: the kind tells them apart.
        where = ", ".join(entry.municipality_names[:2])
        detail = ", ".join(part for part in (label("service_types", entry.kind), where) if part)
        found["service"].append(Hit("service", service_id, entry.name, detail))
    return {kind: listed for kind, listed in found.items() if listed}


def data_line(dataset: Dataset) -> str:
    """Say in one line how much is loaded and of what day."""
    services = ngettext("{n} service", "{n} services", len(dataset["service"]))
    places = ngettext("{n} municipality", "{n} municipalities", len(dataset["municipality"]))
    capacity = dataset["capacity"]
    with_capacity = set(capacity.loc[capacity["capacity_number"].notna(), "service_id"])
    without = int((~dataset["service"]["service_id"].isin(with_capacity)).sum())
    line = _(
        "Data of {date}: {services}, {places}.",
        date=text.date(dataset.facts.get("data_date")),
        services=services,
        places=places,
    )
    if without:
        line += " " + ngettext(
            "The capacity of {n} service is not known.", "The capacity of {n} services is not known.", without
        )
    return line

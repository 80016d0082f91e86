"""
What a reader asks of the catalogue: filters that live in the address bar,
and how many services every value would give.

Pure functions on entries; the page arranges what they return.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from dashboard.catalogue import search
from dashboard.catalogue.index import KNOWN
from geodata.reading.services import UNKNOWN, Service

BY_LAW: Final = "social_service"
FOLLOW_ON: Final = "follow_on"
# A text typed into the address bar is no longer than a question.
LONGEST_QUERY: Final = 200

Facets = Mapping[str, Mapping[str, frozenset[str]]]
"""By service_id: the codes that a service has in every filter."""


@dataclass(frozen=True)
class Filters:
    """
    What a reader asks for; every filter that is empty lets everything through.

    Values are codes, so that an address means the same in every language.
    Within one filter any value will do, all filters must hold.
    """

    query: str = ""
    kind: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    municipality: tuple[str, ...] = ()
    district: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    capacity: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    nature: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == Filters()


ADDRESS_NAMES: Final = tuple(field.name for field in fields(Filters))
"""Names of the filters in the address bar."""


@dataclass(frozen=True)
class Selection:
    """
    The services that answer, and for every filter how many there would be with each of its values.

    The count of a value leaves the filter's own choice out:
    it says what choosing it would give beside the other filters.
    """

    entries: tuple[Service, ...]
    counts: Mapping[str, Mapping[str, int]]


def from_address(
    address: Mapping[str, str], allowed: Mapping[str, Iterable[str]]
) -> tuple[Filters, list[str]]:
    """
    Read filters from the address bar.

    Parameters
    ----------
    address
        Names and values; several values of one filter are divided by commas.
    allowed
        Codes that each filter knows.

    Returns
    -------
    filters, unknown
        The filters, and the values that no filter knows (an old address):
        they are left out and told to the reader.
    """
    unknown: list[str] = []
    values: dict[str, tuple[str, ...]] = {}
    for name in ADDRESS_NAMES[1:]:
        asked = [value for value in address.get(name, "").split(",") if value]
        known = set(allowed.get(name, ()))
        unknown += [value for value in asked if value not in known]
        values[name] = tuple(dict.fromkeys(value for value in asked if value in known))
    return Filters(address.get("query", "")[:LONGEST_QUERY], **values), unknown


def to_address(filters: Filters) -> dict[str, str]:
    """Return the filters as the address bar holds them; empty ones are left out."""
    values = {name: ",".join(getattr(filters, name)) for name in ADDRESS_NAMES[1:]}
    return {name: value for name, value in {"query": filters.query.strip(), **values}.items() if value}


def facets(
    found: Iterable[Service], members: Mapping[str, Iterable[str]]
) -> dict[str, dict[str, frozenset[str]]]:
    """
    Return the codes of every entry in every filter.

    Parameters
    ----------
    found
        The entries.
    members
        Municipalities of every planning area.
        A place is answered by services that are there and by those that declare to serve it.
    """
    areas_of: defaultdict[str, set[str]] = defaultdict(set)
    for area, codes in members.items():
        for code in codes:
            areas_of[code].add(area)
    made = {}
    for entry in found:
        places = entry.municipality_codes | frozenset(entry.serves)
        made[entry.service_id] = {
            "kind": frozenset({entry.kind}),
            "target": frozenset(code for code, _inferred in entry.target_groups),
            "form": entry.forms,
            "municipality": places,
            "district": entry.district_codes,
            "area": frozenset().union(*(areas_of[code] for code in places if code in areas_of)),
            "capacity": frozenset({KNOWN if entry.has_capacity else UNKNOWN}),
            "status": frozenset({entry.status}),
            "evidence": frozenset({entry.evidence}),
            "nature": frozenset({FOLLOW_ON if entry.is_follow_on else BY_LAW}),
        }
    return made


def select(found: Sequence[Service], index: search.Index, filters: Filters, facets_of: Facets) -> Selection:
    """
    Return the entries that answer the filters and the counts of every value.

    Parameters
    ----------
    found
        All entries, in the order in which they are shown where nothing is searched for.
    index
        Where the query looks.
    filters
        What is asked for. The best hits of a query come first.
    facets_of
        `facets` of the entries.
    """
    if filters.query.strip():
        by_id = {entry.service_id: entry for entry in found}
        found = [by_id[key] for key in search.search(filters.query, index) if key in by_id]
    wanted = {name: frozenset(getattr(filters, name)) for name in ADDRESS_NAMES[1:]}
    asked = [(name, codes) for name, codes in wanted.items() if codes]
    counts: dict[str, Counter[str]] = {name: Counter() for name in wanted}
    chosen = []
    for entry in found:
        values = facets_of[entry.service_id]
        missed = [name for name, codes in asked if codes.isdisjoint(values[name])]
        if not missed:
            chosen.append(entry)
            for name, counter in counts.items():
                counter.update(values[name])
        elif len(missed) == 1:
            counts[missed[0]].update(values[missed[0]])
    return Selection(tuple(chosen), counts)

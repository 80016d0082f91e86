"""The members of an area and the services of a village, in the order in which documents tell them."""

from __future__ import annotations

from typing import Final

from dashboard import sorting
from dashboard.documents.facts.area import AreaFacts
from geodata.reading.services import Service


def members_by_name(facts: AreaFacts) -> list[str]:
    """Return the members of the area in the order of their names."""
    return sorted(facts.members, key=lambda code: sorting.sort_key(str(facts.municipalities[code]["name"])))


MOST_SERVICES: Final = 13
MOST_GAPS: Final = 8


def listed_services(
    facts: AreaFacts, code: str, limit: int
) -> tuple[list[tuple[Service, float | None]], int]:
    """
    Return the services of a sheet with their distance, and how many more are within reach.

    First those in the municipality itself, then those that declare to serve it,
    then the nearest of every group in turn.
    """
    by_group = {group_id: facts.services_of(code, group_id) for group_id in facts.groups}
    distances: dict[str, float | None] = {}
    for nearest in by_group.values():
        for service, distance in nearest:
            distances.setdefault(service.service_id, distance)
    here = [
        service
        for service in facts.area_services
        if any(site.municipality_code == code for site in service.sites) or code in service.serves
    ]
    order = dict.fromkeys(service.service_id for service in here)
    deepest = max((len(nearest) for nearest in by_group.values()), default=0)
    for depth in range(deepest):
        for nearest in by_group.values():
            if depth < len(nearest):
                order.setdefault(nearest[depth][0].service_id)
    chosen = list(order)[:limit]
    return [(facts.services[service_id], distances.get(service_id)) for service_id in chosen], len(
        order
    ) - len(chosen)


def share_of(facts: AreaFacts, code: str, measure: str) -> float | None:
    """Return the share of people aged 65 or 80 and over; None where either is unknown."""
    population = facts.population(code)
    part = population.from_65 if measure == "share_65" else population.from_80
    return None if part is None or not population.total else part / population.total

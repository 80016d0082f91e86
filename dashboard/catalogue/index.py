"""The catalogue's index for searching, and the areas and districts that it is filtered by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from dashboard.catalogue import search
from geodata.dataset.membership import members_by_area
from geodata.reading.services import Service
from geodata.vocabulary.codes import codelist

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset

KNOWN: Final = "known"


# -- searching -----------------------------------------------------------------------------------------------


def search_index(found: Sequence[Service]) -> search.Index:
    """Prepare the entries for searching: names first, then kinds in every language, places, the rest."""
    kinds = codelist("service_types")
    groups = codelist("target_groups")
    texts = {}
    for entry in found:
        kind = kinds.get(entry.kind)
        parts: list[tuple[str | None, float]] = [(entry.name, 1.0), (entry.provider, 0.9)]
        parts += [(word, 0.95) for word in (kind.label.values() if kind else ())]
        parts += [(name, 0.8) for name in entry.municipality_names]
        parts += [(f"{site.street or ''} {site.part or ''}", 0.5) for site in entry.sites]
        parts += [
            (word, 0.6)
            for code, _ in entry.target_groups
            if code in groups
            for word in groups[code].label.values()
        ]
        parts += [(entry.target_groups_text, 0.5), (entry.ico, 1.0), (entry.registration_id, 1.0)]
        parts += [(entry.served_area_text, 0.4)]
        texts[entry.service_id] = parts
    return search.index(texts)


def area_members(dataset: Dataset) -> dict[str, frozenset[str]]:
    """Return the municipalities of every planning area."""
    return {area: frozenset(codes) for area, codes in members_by_area(dataset).items()}


def district_names(dataset: Dataset) -> dict[str, str]:
    """Return the names of the districts that the dataset knows, by code."""
    places = dataset["municipality"]
    return dict(zip(places["district_code"], places["district_name"], strict=True))

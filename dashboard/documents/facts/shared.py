"""
The facts of an area that a server's pages and papers share.

They are collected once, on the answers that the pages show.

A command collects its own (`AreaFacts`): it makes one document and ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.answers.dataset import analysis_of
from dashboard.answers.shared import Shared
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.surroundings import Surroundings
from geodata.method.analysis import Settings

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset

# Readers of a meeting look at one or two areas; a country's services and outlines are in each.
_FACTS: Final[Shared[AreaFacts]] = Shared(8)


def area_facts(dataset: Dataset, area_id: str, settings: Settings | None = None) -> AreaFacts:
    """
    Return the facts of a planning area. They are shared: read only.

    Raises
    ------
    UnknownCodeError
        If the dataset has no such area.
    """
    chosen = settings or Settings()
    key = (dataset.version, area_id, None, chosen)
    return _FACTS.get(key, lambda: AreaFacts(dataset, area_id, chosen, analysis_of))


def surroundings(dataset: Dataset, code: str, settings: Settings | None = None) -> AreaFacts:
    """
    Return the facts of a municipality's neighbours, for one that is in no planning area.

    They are shared: read only.

    Raises
    ------
    UnknownCodeError
        If the dataset has no such municipality.
    """
    chosen = settings or Settings()
    key = (dataset.version, None, code, chosen)
    return _FACTS.get(key, lambda: Surroundings(dataset, code, chosen, analysis_of))

"""The pictures of a pack and what is said of them: equal ones are kept once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.pack import live_map
from dashboard.map.measure import Measure
from geodata.dataset.dataset import Dataset
from geodata.method.analysis import Analysis


class Book:
    """Facts of an area, and the pictures of it by name, each with its sentences."""

    def __init__(self, facts: AreaFacts) -> None:
        self.facts = facts
        self.pictures: dict[str, str] = {}
        self.sentences: dict[str, list[str]] = {}

    def picture_key(
        self,
        analysis: Analysis,
        said: Sequence[str] = (),
        measure: Measure | None = None,
        *,
        dataset: Dataset | None = None,
        heading: str = "",
    ) -> str:
        """
        Keep the picture of an analysis with what is said of it,
        and return its name; equal ones are kept once.
        """
        picture = live_map.picture(self.facts, analysis, measure, dataset=dataset, heading=heading)
        made = json.dumps(picture, ensure_ascii=False, allow_nan=False)
        key = hashlib.sha256(made.encode()).hexdigest()[:12]
        self.pictures[key] = made
        self.sentences[key] = list(said)
        return key

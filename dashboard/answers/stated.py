"""What a dataset states about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset


def facts(dataset: Dataset) -> dict[str, str]:
    """Return the facts about the dataset itself: data_date, title, content_hash, schema_version."""
    return dict(zip(dataset["dataset"]["name"], dataset["dataset"]["value"], strict=True))


def is_whole_register(dataset: Dataset, country: str) -> bool:
    """Tell whether the whole register of a country was loaded, not a part of it only."""
    return facts(dataset).get(f"register_scope_{country.lower()}") == "all"

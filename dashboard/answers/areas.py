"""The planning areas that a reader can choose, and the groups of services of their country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geodata.vocabulary.codes import groups_of

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset


def areas_of(dataset: Dataset) -> dict[str, tuple[str, str]]:
    """Return name and country of every planning area, in the order of the dataset."""
    table = dataset["area"]
    return {
        area: (name, country)
        for area, name, country in zip(table["area_id"], table["name"], table["country"], strict=True)
    }


def groups_of_country(country: str) -> list[str]:
    """Return the groups of services that exist in a country, in the order of the list."""
    return list(groups_of(country))

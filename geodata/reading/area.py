"""
A planning area as everybody reads it:
its names, its municipalities and the groups of services of its country.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from geodata.dataset.membership import members, members_by_area
from geodata.reading import values
from geodata.vocabulary.codes import ServiceGroup, groups_of

if TYPE_CHECKING:
    import pandas as pd

    from geodata.dataset.dataset import Dataset


@dataclass(frozen=True)
class Area:
    """
    A planning area of a dataset.

    Attributes
    ----------
    name
        In the country's language.
    kind
        What it is (local action group, city), in English, as the dataset says it.
    members
        Codes of its municipalities, in the order of the dataset (by code).
    """

    area_id: str
    country: str
    name: str
    kind: str
    members: tuple[str, ...]
    _facts_json: str | None = field(repr=False)
    _every_municipality: pd.DataFrame = field(repr=False, compare=False)

    @cached_property
    def properties(self) -> Mapping[str, Any]:
        """
        What the area's own pages say: projects, planning process, localities, texts by language.

        Column `facts_json`; empty where nothing is known or it cannot be read.
        """
        if self._facts_json is None:
            return {}
        try:
            content = json.loads(self._facts_json)
        except (ValueError, RecursionError):
            # A dataset that somebody else made: brackets without end are no facts either.
            return {}
        return content if isinstance(content, dict) else {}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Names by language, as far as the dataset has them; `name` is none of them."""
        texts = self.properties.get("texts")
        names = texts.get("names") if isinstance(texts, dict) else None
        return {language: str(name) for language, name in names.items()} if isinstance(names, dict) else {}

    @cached_property
    def municipality(self) -> pd.DataFrame:
        """Rows of table `municipality` of the members, in their order."""
        every = self._every_municipality
        rows = every.loc[every["municipality_code"].isin(self.members)]
        # In a divided dataset the two tables are not sorted alike.
        number_of = {code: number for number, code in enumerate(self.members)}
        return rows.sort_values("municipality_code", key=lambda code: code.map(number_of))

    @cached_property
    def municipalities(self) -> Mapping[str, Mapping[str, Any]]:
        """Rows of the members by code: values by column, None = unknown."""
        return {str(row["municipality_code"]): row for row in values.rows(self.municipality)}

    @cached_property
    def groups(self) -> Mapping[str, ServiceGroup]:
        """Groups of services that exist in its country, in the order of the list."""
        return groups_of(self.country)


def area_of(dataset: Dataset, area_id: str) -> Area:
    """
    Read a planning area.

    Raises
    ------
    UnknownCodeError
        If the dataset has no such area.

    Examples
    --------
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> from geodata.dataset.dataset import Dataset
    >>> texts = '{"texts": {"names": {"en": "The valley"}}}'
    >>> row = {"area_id": "valley", "country": "CZ", "name": "Údolí", "kind": "LAG", "facts_json": texts}
    >>> tables = {
    ...     "area": pd.DataFrame([row]),
    ...     "area_membership": pd.DataFrame({"area_id": ["valley"], "municipality_code": ["1"]}),
    ...     "municipality": pd.DataFrame({"municipality_code": ["1", "2"], "name": ["Lhota", "Ves"]}),
    ... }
    >>> area = area_of(Dataset(Path("dosah.gpkg"), tables, "1"), "valley")
    >>> area.name, area.names["en"], area.members, area.municipalities["1"]["name"]
    ('Údolí', 'The valley', ('1',), 'Lhota')
    """
    codes = members(dataset, area_id)
    table = dataset["area"]
    return _area(next(values.rows(table.loc[table["area_id"] == area_id])), codes, dataset)


def areas_of(dataset: Dataset) -> dict[str, Area]:
    """
    Read every planning area of a dataset, by its id, in the order of the dataset.

    Examples
    --------
    >>> from pathlib import Path
    >>> from geodata.dataset import rules
    >>> from geodata.dataset.dataset import Dataset
    >>> tables = {name: rules.empty(name) for name in ("area", "area_membership", "municipality")}
    >>> areas_of(Dataset(Path("dosah.gpkg"), tables, "1"))
    {}
    """
    inside = members_by_area(dataset)
    return {
        row["area_id"]: _area(row, inside[row["area_id"]], dataset) for row in values.rows(dataset["area"])
    }


def _area(row: Mapping[str, Any], codes: tuple[str, ...], dataset: Dataset) -> Area:
    return Area(
        area_id=row["area_id"],
        country=row["country"],
        name=row["name"],
        kind=row["kind"],
        members=codes,
        _facts_json=row["facts_json"],
        _every_municipality=dataset["municipality"],
    )

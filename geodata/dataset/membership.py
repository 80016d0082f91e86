"""Which municipalities a planning area consists of: the one look-up; `geodata.reading.area` tells the rest of an area."""

from __future__ import annotations

from geodata.dataset.dataset import Dataset
from geodata.errors import UnknownCodeError


def members(dataset: Dataset, area_id: str) -> tuple[str, ...]:
    """
    Return the codes of the municipalities of an area.

    Parameters
    ----------
    dataset
        A published dataset, or one divided by `geodata.studies.finer`: then the codes are those of its cells.
    area_id
        A planning area of it.

    Returns
    -------
    members
        In the order of table `area_membership`: by code. Empty where the area has none.

    Raises
    ------
    UnknownCodeError
        If the dataset has no such area.

    Examples
    --------
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> tables = {
    ...     "area": pd.DataFrame({"area_id": ["valley", "hills"]}),
    ...     "area_membership": pd.DataFrame(
    ...         {"area_id": ["hills", "valley", "valley"], "municipality_code": ["3", "1", "2"]}
    ...     ),
    ... }
    >>> members(Dataset(Path("dosah.gpkg"), tables, "1"), "valley")
    ('1', '2')
    """
    known = dataset["area"]["area_id"]
    if not (known == area_id).any():
        raise UnknownCodeError(f"There is no area '{area_id}'. Areas: {', '.join(known)}.")
    table = dataset["area_membership"]
    return tuple(table.loc[table["area_id"] == area_id, "municipality_code"])


def members_by_area(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    """
    Return what `members` returns for every area, by its id, in the order of the dataset.

    Examples
    --------
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> tables = {
    ...     "area": pd.DataFrame({"area_id": ["valley", "hills"]}),
    ...     "area_membership": pd.DataFrame({"area_id": ["valley", "valley"], "municipality_code": ["1", "2"]}),
    ... }
    >>> members_by_area(Dataset(Path("dosah.gpkg"), tables, "1"))
    {'valley': ('1', '2'), 'hills': ()}
    """
    table = dataset["area_membership"]
    inside: dict[str, list[str]] = {area_id: [] for area_id in dataset["area"]["area_id"]}
    for area_id, code in zip(table["area_id"], table["municipality_code"], strict=True):
        inside[area_id].append(code)
    return {area_id: tuple(codes) for area_id, codes in inside.items()}

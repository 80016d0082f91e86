"""Inhabitants as everybody reads them: all of them, and the old as far as the source's ages divide them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from geodata.dataset.dataset import Dataset


@dataclass(frozen=True)
class Population:
    """
    Inhabitants of a municipality or an area, in persons; None = not loaded,
    or not told by the age bands of the source.

    An age that the source does not divide (Jastrzębie-Zdrój ends with 75 and more) is unknown, not guessed.
    """

    total: int | None
    from_65: int | None
    from_80: int | None
    reference_date: str | None
    origin_ids: tuple[str, ...] = ()

    @property
    def is_loaded(self) -> bool:
        """Whether any population is known."""
        return self.total is not None


NOBODY_KNOWN = Population(None, None, None, None)


def persons_from(bands: pd.DataFrame, age: int) -> int | None:
    """
    Count the persons of `age` and older; None where a band reaches across that age and cannot be cut.

    `bands` has age_from, age_to (NA = open), persons of one municipality, sex total.
    """
    if bands.empty:
        return None
    below = bands["age_from"] < age
    crossing = below & (bands["age_to"].isna() | (bands["age_to"] >= age)).fillna(value=True)
    if crossing.any():
        return None
    return int(bands.loc[~below, "persons"].sum())


def population_of(bands: pd.DataFrame) -> Population:
    """Sum up the age bands (rows of table `population`, sex total) of one municipality."""
    if bands.empty:
        return NOBODY_KNOWN
    return Population(
        total=int(bands["persons"].sum()),
        from_65=persons_from(bands, 65),
        from_80=persons_from(bands, 80),
        reference_date=str(bands["reference_date"].max()),
        origin_ids=tuple(sorted(set(bands["origin_id"]))),
    )


def population(dataset: Dataset, code: str) -> Population:
    """Return the inhabitants of one municipality."""
    table = dataset["population"]
    return population_of(table.loc[(table["municipality_code"] == code) & (table["sex"] == "total")])


def together(parts: Sequence[Population]) -> Population:
    """Add up populations; a sum is None where one part of it is unknown."""

    def total(values: list[int | None]) -> int | None:
        known = [value for value in values if value is not None]
        return sum(known) if len(known) == len(values) and values else None

    dates = sorted({part.reference_date for part in parts if part.reference_date})
    return Population(
        total=total([part.total for part in parts]),
        from_65=total([part.from_65 for part in parts]),
        from_80=total([part.from_80 for part in parts]),
        reference_date=dates[-1] if dates else None,
        origin_ids=tuple(sorted({origin for part in parts for origin in part.origin_ids})),
    )

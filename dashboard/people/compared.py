"""
Who lives in a municipality, beside villages alike and beside its whole planning area.

Pure functions on the dataset. Unknown stays unknown: an age that a source does not divide is not guessed,
and a member of the area whose people are not loaded is left out and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.method.need import age_bands, target_population
from geodata.vocabulary.codes import AgeWeight

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geodata.dataset.dataset import Dataset

AGES: Final = (65, 80)


@dataclass(frozen=True)
class Compared:
    """
    A figure here, in the middle (median) of villages alike, and in the whole area.

    None = unknown or nothing to compare.
    """

    here: float | None
    alike: float | None
    area: float | None


@dataclass(frozen=True)
class People:
    """
    Inhabitants of a municipality beside others.

    `total` in persons; `shares` of all inhabitants (0 to 1) by the age they begin with, `persons` the same
    here in persons. `unknown` members of the area have no people loaded and are left out of its figures.
    """

    total: Compared
    shares: dict[int, Compared]
    persons: dict[int, float | None]
    unknown: int


def compared(dataset: Dataset, code: str, alike: Sequence[str], members: Sequence[str]) -> People:
    """
    Compare the people of a municipality with those of others.

    Parameters
    ----------
    dataset
        The published dataset.
    code
        The municipality.
    alike
        Villages alike (`geodata.studies.peers`); empty where none are known.
    members
        Municipalities of its planning area; one alone is nothing to compare with.
    """
    codes = list(dict.fromkeys([code, *alike, *members]))
    bands = age_bands(dataset["population"], "municipality_code", codes)
    everybody = target_population(bands, (AgeWeight(0, None, 1.0),))
    position = {other: at for at, other in enumerate(codes)}
    peers = np.array([position[other] for other in alike], dtype=np.intp)
    area = np.array([position[other] for other in members] if len(members) > 1 else [], dtype=np.intp)
    shares: dict[int, Compared] = {}
    persons: dict[int, float | None] = {}
    for age in AGES:
        old = target_population(bands, (AgeWeight(age, None, 1.0),))
        share = np.divide(old, everybody, out=np.full(len(codes), np.nan), where=everybody > 0)
        known = area[~np.isnan(share[area])]
        whole = float(old[known].sum() / everybody[known].sum()) if len(known) else np.nan
        persons[age] = _known(old[0])
        shares[age] = Compared(_known(share[0]), _median(share[peers]), _known(whole))
    known_people = area[~np.isnan(everybody[area])]
    return People(
        total=Compared(
            _known(everybody[0]),
            _median(everybody[peers]),
            float(everybody[known_people].sum()) if len(known_people) else None,
        ),
        shares=shares,
        persons=persons,
        unknown=len(area) - len(known_people),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _median(values: NDArray[np.float64]) -> float | None:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else None

"""
Need: how many people a group of services is for, and the capacity that a norm asks for them.

Bands of age differ by source and seldom fit the ages of a law ("6 to 26").
Persons of a closed band are shared uniformly among its years; an open band ("75 and more") is never cut,
because nobody knows how its persons divide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.arrays import FloatArray, IndexArray
from geodata.errors import ParameterError
from geodata.vocabulary.codes import AgeWeight

OPEN = -1
"""Stands for the missing upper end of an open band."""


@dataclass(frozen=True)
class AgeBands:
    """
    Persons by band of age, as plain arrays: one element for each row and band.

    A row stands for a municipality or a country: `row` numbers it (0 ... rows-1).
    `age_to` is `OPEN` for an open band.
    """

    row: IndexArray
    age_from: IndexArray
    age_to: IndexArray
    persons: FloatArray
    rows: int


def age_bands(population: pd.DataFrame, code_column: str, codes: Sequence[str]) -> AgeBands:
    """
    Take the bands of both sexes together out of a population table.

    Parameters
    ----------
    population
        Table `population` or `national_population` (geodata.dataset.fields).
    code_column
        Whom the rows stand for: municipality_code or country.
    codes
        Their codes, in the order wanted. What the table holds of others is left aside.

    Examples
    --------
    >>> people = pd.DataFrame(
    ...     {"municipality_code": ["1", "1"], "sex": ["total", "female"], "age_from": [65, 65],
    ...      "age_to": [None, None], "persons": [50, 30]}
    ... )
    >>> age_bands(people, "municipality_code", ["1"]).persons.tolist()
    [50.0]
    """
    total = population.loc[(population["sex"] == "total").to_numpy(dtype=bool)]
    number = pd.Index(codes).get_indexer(pd.Index(total[code_column]))
    known = number >= 0
    total = total.loc[known]
    return AgeBands(
        row=np.asarray(number[known], dtype=np.int64),
        age_from=total["age_from"].to_numpy(dtype=np.int64),
        age_to=total["age_to"].fillna(OPEN).to_numpy(dtype=np.int64),
        persons=total["persons"].to_numpy(dtype=np.float64),
        rows=len(codes),
    )


def check_age_weights(age_weights: Sequence[AgeWeight]) -> None:
    """
    Refuse weights of age that describe nobody: none at all, negative ones,
    a range that ends before it begins.

    Raises
    ------
    ParameterError
        Naming the range.

    Examples
    --------
    >>> check_age_weights([AgeWeight(80, 65, 1.0)])
    Traceback (most recent call last):
        ...
    geodata.errors.ParameterError: age_weights: 80 to 65 is not a range of ages.
    """
    if not age_weights:
        raise ParameterError("age_weights must name one range of ages at least.")
    for part in age_weights:
        if part.age_from < 0 or (part.age_to is not None and part.age_to < part.age_from):
            raise ParameterError(f"age_weights: {part.age_from} to {part.age_to} is not a range of ages.")
        if not (np.isfinite(part.weight) and part.weight >= 0):
            raise ParameterError(f"age_weights: the weight {part.weight!r} must be 0 or more.")


def target_population(bands: AgeBands, age_weights: Sequence[AgeWeight]) -> FloatArray:
    """
    Weigh persons by age: P_i = Σ_age w(age) · persons_i(age).

    Parameters
    ----------
    bands
        Persons by row and band.
    age_weights
        Ranges of age with their weight; a person counts once for each range that holds their age.

    Returns
    -------
    persons
        One for each row; NaN where its bands do not cover a range,
        or an open band would have to be cut (80 and more cannot be known where the last band is 75 and more).

    Raises
    ------
    ParameterError
        If a range or weight makes no sense.

    Notes
    -----
    A range that cuts a closed band takes the part of its years: of the band 5-9, the range 6-26 takes 4/5.

    Examples
    --------
    >>> band = AgeBands(np.array([0]), np.array([5]), np.array([9]), np.array([50.0]), rows=1)
    >>> target_population(band, [AgeWeight(6, 9, 1.0)]).tolist()
    [40.0]
    """
    check_age_weights(age_weights)
    persons = np.zeros(bands.rows)
    for part in age_weights:
        persons += part.weight * _persons_of_range(bands, part)
    return persons


def _persons_of_range(bands: AgeBands, part: AgeWeight) -> FloatArray:
    is_open = bands.age_to == OPEN
    overlap = _years_of_overlap(bands, part)
    years = np.where(is_open, 1, bands.age_to - bands.age_from + 1)
    persons = np.bincount(bands.row, bands.persons * overlap / years, minlength=bands.rows)
    # A range is covered when every year of it is covered once, and an open end by exactly one open band.
    covered = np.bincount(bands.row[~is_open], overlap[~is_open], minlength=bands.rows)
    takes_open = is_open & (overlap > 0)
    open_bands = np.bincount(bands.row[takes_open], minlength=bands.rows)
    if part.age_to is None:
        begin = np.full(bands.rows, -1, dtype=np.int64)
        begin[bands.row[is_open]] = bands.age_from[is_open]
        wanted = np.maximum(begin - part.age_from, 0)
        is_covered = (open_bands == 1) & (covered == wanted) & (begin >= part.age_from)
    else:
        is_covered = (open_bands == 0) & (covered == part.age_to - part.age_from + 1)
    return np.where(is_covered, persons, np.nan)


def _years_of_overlap(bands: AgeBands, part: AgeWeight) -> NDArray[np.int64]:
    """
    Return years of each band inside the range;
    of an open band 1 if the range reaches into it at all, else 0.
    """
    is_open = bands.age_to == OPEN
    far = np.iinfo(np.int32).max
    upper = np.where(is_open, far, bands.age_to)
    range_to = far if part.age_to is None else part.age_to
    years = np.maximum(np.minimum(upper, range_to) - np.maximum(bands.age_from, part.age_from) + 1, 0)
    overlap: NDArray[np.int64] = np.where(is_open, np.minimum(years, 1), years)
    return overlap


def demand_of(target_persons: FloatArray, norm_per_1000: float) -> FloatArray:
    """
    Return the capacity that a norm asks for: N_i = b · P_i / 1000, in the norm's unit;
    NaN where P_i is unknown.

    Raises
    ------
    ParameterError
        If the norm is not a positive number: a norm of 0 would say that nobody needs anything.

    Examples
    --------
    >>> demand_of(np.array([2_000.0, np.nan]), 12.5).tolist()
    [25.0, nan]
    """
    if not (np.isfinite(norm_per_1000) and norm_per_1000 > 0):
        raise ParameterError(f"norm_per_1000 must be a positive number, not {norm_per_1000!r}.")
    return target_persons * norm_per_1000 / 1000

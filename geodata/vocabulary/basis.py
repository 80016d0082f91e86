"""
Basis of a capacity: places at one time, a number for a whole year, or doubtful.

Beds are beds, but "clients", "interventions" and "contacts" are registered
by some providers as what they can do at one time and by others as what they do in a year,
and the register rarely says which (docs/METHOD.md#what-a-number-counts).
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.arrays import FloatArray

AT_ONE_TIME = "at_one_time"
PER_YEAR = "per_year"
DOUBTFUL = "doubtful"

UNITS_AT_ONE_TIME = frozenset({"luzka", "place"})
"""
Units that are held by one person at a time by their meaning: a bed, a place.
Their number can still be a typing error.
"""

BOUND_FACTOR = 10.0
"""
A number beyond ten times the median of its kind, form and unit is doubtful.
Home care (field, clients), whole country: 67 of 667 registrations lie beyond and hold 69 % of the sum,
while beds and day centres show no such tail.
"""

LARGEST_PLAUSIBLE_BEDS = 500.0
"""
Beds and places show no tail of yearly numbers, but typing errors: 9,000 for 90 moved the norm of a country
from 94.9 to 115.0. A number is doubtful beyond ten times the median of its kind, yet never below this:
the largest home of the Czech register has 358 beds (4 Sep 2026), and kinds with few registrations
(social beds in hospitals: 4, median 11.5, largest 158) have no median to trust.
"""

SMALLEST_SAMPLE = 10
"""Registrations needed before a median of the loaded ones stands in for a national one that is not known."""

AT_ONE_TIME_WORDS = re.compile(
    r"okamžit\w*|v (?:jeden|jednom) (?:časový )?(?:okamžik|čas\w*)|v danou chvíli|najednou|současně|souběžně"
    r"|jednocześnie|w jednym czasie|at (?:the same|one) time"
    # People "per day" are those who come on one day; "denně 8:00–16:00" are opening hours.
    r"|(?:za den|denně|dziennie)(?!\s*(?:od\s|v\s|\d))",
    re.IGNORECASE,
)
PER_YEAR_WORDS = re.compile(
    r"ročně|za (?:celý )?rok\b|do roka|/\s*rok\b"
    r"|rocznie|w ciągu roku|na rok\b|w skali roku"
    r"|per year|a year|annually",
    re.IGNORECASE,
)
CAPACITY_WORDS = re.compile(r"kapacit|pojemno|liczba miejsc|capacity", re.IGNORECASE)
CLAUSE = re.compile(r"[;,()\n]|\.\s")
NUMBER = re.compile(r"(?<![\d:./-])\d+(?:[  ]\d{3})*(?![\d:./-])")


def _numbers(clause: str) -> list[float]:
    return [float(re.sub(r"\D", "", number)) for number in NUMBER.findall(clause)]


def _speaks_of(clause: str, number: float) -> bool:
    """Tell whether a clause is about `number`: it names it, or it names no number but the capacity."""
    numbers = _numbers(clause)
    return number in numbers if numbers else bool(CAPACITY_WORDS.search(clause))


def has_capacity(number: FloatArray | pd.Series) -> NDArray[np.bool_]:
    """
    Tell which numbers are a capacity: above 0.

    A registered 0 says that there is none: it adds nothing, is no registration with a capacity,
    and says nothing about the sizes that exist.
    """
    positive: NDArray[np.bool_] = np.asarray(number, dtype=np.float64) > 0
    return positive


def bound_of(
    median: FloatArray, registrations: FloatArray, units: pd.Series, factor: float = BOUND_FACTOR
) -> FloatArray:
    """
    Return the bound beyond which a number is doubtful, NaN where nothing is known.

    Parameters
    ----------
    median, registrations
        Of the kind, form and unit of each row: the median, and of how many registrations; NaN = unknown.
    units
        Unit of each row; beds and places have a bound of their own (`LARGEST_PLAUSIBLE_BEDS`),
        which only the median of `SMALLEST_SAMPLE` registrations or more can raise:
        the wrong number must not be its own measure.
    factor
        Times the median.
    """
    # A median of 0 would make every number doubtful: it is no measure.
    bound = np.where(median > 0, factor * median, np.nan)
    is_held = units.isin(UNITS_AT_ONE_TIME).to_numpy(dtype=bool)
    of_many = np.where(registrations >= SMALLEST_SAMPLE, bound, np.nan)
    return np.where(is_held, np.fmax(of_many, LARGEST_PLAUSIBLE_BEDS), bound)


def median_of(bound: float | None, unit: str) -> float | None:
    """
    Return the median that a bound was made of; None where it was made of none (`LARGEST_PLAUSIBLE_BEDS`).

    Examples
    --------
    >>> median_of(70.0, "klient"), median_of(500.0, "luzka"), median_of(None, "klient")
    (7.0, None, None)
    """
    if bound is None or (unit in UNITS_AT_ONE_TIME and bound <= LARGEST_PLAUSIBLE_BEDS):
        return None
    return bound / BOUND_FACTOR


def basis_from_text(text: str | None, number: float) -> str | None:
    """
    Read the basis of a capacity from the words beside it.

    Parameters
    ----------
    text
        Czech, Polish or English, as found at the source: "okamžitá kapacita", "300 klientů ročně",
        "kapacita 35 osob denně".
    number
        The capacity the question is about. "150 lidí ročně" says nothing about a capacity of 40.

    Returns
    -------
    basis
        "at_one_time", "per_year", or None where the text does not say, or says both.
    """
    if not isinstance(text, str):
        return None
    bases = set()
    for clause in CLAUSE.split(text):
        for words, basis in ((AT_ONE_TIME_WORDS, AT_ONE_TIME), (PER_YEAR_WORDS, PER_YEAR)):
            if words.search(clause) and _speaks_of(clause, number):
                bases.add(basis)
    return bases.pop() if len(bases) == 1 else None


def bounds_of_capacities(
    capacity: pd.DataFrame, service: pd.DataFrame, benchmark: pd.DataFrame, factor: float = BOUND_FACTOR
) -> FloatArray:
    """
    Find the bound beyond which each capacity is doubtful.

    Parameters
    ----------
    capacity, service, benchmark
        Tables of the dataset (geodata.dataset.fields).
    factor
        Times the median.

    Returns
    -------
    bound
        One for each row of `capacity`: `factor` times the national median of its kind, form and unit;
        where that is not published, times the median of the loaded registrations if they are
        `SMALLEST_SAMPLE` or more; else NaN. Beds and places are bounded by `LARGEST_PLAUSIBLE_BEDS` at least.
    """
    key = ["country", "service_type_code", "form", "unit"]
    rows = capacity[["service_id", "form", "unit"]].assign(
        # What is only planned, and what is none, says nothing about the sizes that exist.
        number=capacity["capacity_number"].where(
            (capacity["kind"] != "planned") & has_capacity(capacity["capacity_number"])
        )
    )
    rows = rows.merge(
        service[["service_id", "country", "service_type_code"]],
        on="service_id",
        how="left",
        validate="many_to_one",
    )
    national = rows[key].merge(
        benchmark[[*key, "median", "registrations"]], on=key, how="left", validate="many_to_one"
    )
    sizes = rows.groupby(key, dropna=False)["number"]
    count = sizes.transform("count")
    loaded = sizes.transform("median").where(count >= SMALLEST_SAMPLE)
    of_nation = national["median"].notna()
    median = national["median"].fillna(loaded).to_numpy(dtype=np.float64)
    registrations = national["registrations"].where(of_nation, count).to_numpy(dtype=np.float64)
    return bound_of(median, registrations, capacity["unit"], factor)


def basis_of_capacities(
    capacity: pd.DataFrame, service: pd.DataFrame, benchmark: pd.DataFrame, factor: float = BOUND_FACTOR
) -> pd.DataFrame:
    """
    Say of every capacity what its number means, and from what that was read.

    Parameters
    ----------
    capacity
        Table `capacity`; uses service_id, form, unit, kind, capacity_number, capacity_text.
    service
        Table `service`; uses service_id, country, service_type_code, note.
    benchmark
        Table `benchmark`: national medians.
    factor
        Bound in medians.

    Returns
    -------
    basis
        Index of `capacity`, columns basis, basis_reason, bound_number. All NA where the number is unknown.
        In this order: the unit decides, unless the number is beyond any plausible home (reason "unit");
        the words at the capacity, else in the note of the service ("text"); the bound
        ("within_bound", "beyond_bound"); else the number is taken as at one time, unverified ("no_bound").

    Notes
    -----
    A pure function on tables; inputs are not modified. Corrections come after it and override it.
    """
    note_of = dict(zip(service["service_id"], service["note"], strict=True))
    numbers = capacity["capacity_number"].to_numpy(dtype=np.float64)
    bounds = bounds_of_capacities(capacity, service, benchmark, factor)
    texts = capacity["capacity_text"].to_numpy(dtype=object)
    services, units = capacity["service_id"], capacity["unit"]
    basis: list[str | None] = []
    reason: list[str | None] = []
    for number, bound, unit, text, service_id in zip(numbers, bounds, units, texts, services, strict=True):
        said = None
        if not np.isnan(number) and unit not in UNITS_AT_ONE_TIME:
            said = basis_from_text(text, number) or basis_from_text(note_of.get(service_id), number)
        decision = _decide(number, bound, unit, said)
        basis.append(decision[0])
        reason.append(decision[1])
    is_bounded = np.isin(np.asarray(reason, dtype=object), ["within_bound", "beyond_bound"])
    return pd.DataFrame(
        {
            "basis": pd.Series(basis, dtype="str", index=capacity.index),
            "basis_reason": pd.Series(reason, dtype="str", index=capacity.index),
            "bound_number": np.where(is_bounded, bounds, np.nan),
        },
        index=capacity.index,
    )


def _decide(number: float, bound: float, unit: str, said: str | None) -> tuple[str | None, str | None]:
    if np.isnan(number):
        return None, None
    if unit in UNITS_AT_ONE_TIME:
        return (DOUBTFUL, "beyond_bound") if number > bound else (AT_ONE_TIME, "unit")
    if said is not None:
        return said, "text"
    if np.isnan(bound):
        return AT_ONE_TIME, "no_bound"
    return (DOUBTFUL, "beyond_bound") if number > bound else (AT_ONE_TIME, "within_bound")

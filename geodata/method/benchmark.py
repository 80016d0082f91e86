"""
Benchmarks: capacity per 1,000 of the target population, each with its name, year,
denominator and the numbers behind it.

A norm is not a law of nature. The user picks it, and it is shown with every result.
Capacity is counted for a norm by the same rule as for the result: what is doubtful there is doubtful here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from geodata.errors import ParameterError
from geodata.method.need import age_bands, target_population
from geodata.vocabulary.basis import UNITS_AT_ONE_TIME, bound_of
from geodata.vocabulary.codes import AgeWeight, GroupScope, PublishedNorm

NATIONAL, LOADED, AREA, TYPED, DEFAULT = "national", "loaded", "area", "typed", "default"
DEFAULT_ORDER = (NATIONAL, LOADED)
"""
The first of these that is available and whole is the default:
a whole country levels out what a few districts happen to have.
A figure of a part of the kind only (`Norm.is_of_part`) is never the default while there is another.
"""

NO_FIGURE = "no_national_figure"
NO_CAPACITY = "no_capacity_known"
NO_POPULATION = "no_population_known"
NO_AREA = "no_area_chosen"
UNAVAILABLE_REASONS = (NO_FIGURE, NO_CAPACITY, NO_POPULATION, NO_AREA)


@dataclass(frozen=True)
class Norm:
    """
    A norm, or the reason why there is none.

    `value_per_1000` is capacity (form, unit) per 1,000 persons of `age_weights`;
    it is capacity_number · 1000 / population_persons, and None where `unavailable_reason` is given.
    `year` is the year of the capacity, `population_year` that of the persons. `services_counted`
    and `services_not_counted` say on how many registrations it rests; `types_without_figure` are kinds
    of the group that the source has no figure for. `is_of_part` marks a figure that counts only a part
    of the services of these kinds (the national figures hold those open to seniors),
    so that it is too low for a group that is for others. `scope` and `citation` are the source's.
    """

    norm_id: str
    form: str
    unit: str
    age_weights: tuple[AgeWeight, ...]
    value_per_1000: float | None = None
    year: int | None = None
    population_year: int | None = None
    capacity_number: float | None = None
    population_persons: float | None = None
    services_counted: int | None = None
    services_not_counted: int | None = None
    types_without_figure: tuple[str, ...] = ()
    is_of_part: bool = False
    unavailable_reason: str | None = None
    scope: str | None = None
    citation: str | None = None
    origin_ids: tuple[str, ...] = field(default=())

    @property
    def is_available(self) -> bool:
        """Whether there is a value."""
        return self.value_per_1000 is not None


def _with_value(norm: Norm) -> Norm:
    """Divide, or say why not: a norm of 0 would declare that nobody needs anything."""
    if norm.capacity_number is None or not norm.capacity_number > 0:
        return replace(norm, unavailable_reason=NO_CAPACITY)
    if norm.population_persons is None or not norm.population_persons > 0:
        return replace(norm, unavailable_reason=NO_POPULATION)
    return replace(norm, value_per_1000=norm.capacity_number * 1000 / norm.population_persons)


def latest_year(dates: pd.Series) -> int | None:
    """
    Return the year of the latest of ISO dates, None where there is none.

    Examples
    --------
    >>> latest_year(pd.Series(["2020-12-31", None, "2024-01-01"]))
    2024
    """
    known = dates.dropna()
    return int(str(known.max())[:4]) if len(known) else None


def national_norm(
    benchmark: pd.DataFrame,
    national_population: pd.DataFrame,
    scope: GroupScope,
    country: str,
    age_weights: tuple[AgeWeight, ...],
    *,
    count_doubtful: bool = False,
) -> Norm:
    """
    Divide the national capacity of a group by the nation's target population.

    Parameters
    ----------
    benchmark, national_population
        Tables of the dataset (geodata.dataset.fields).
    scope
        Kinds, form and unit of the group.
    country
        Country of both tables.
    age_weights
        The group's target population.
    count_doubtful
        Count registrations beyond their bound after all. What is said to be for a year never counts.

    Returns
    -------
    norm
        Capacity of the kinds that have a figure; kinds without one are named in `types_without_figure`.
    """
    norm = Norm(NATIONAL, scope.form, scope.unit, age_weights)
    rows = benchmark.loc[
        (benchmark["country"] == country)
        & (benchmark["form"] == scope.form)
        & (benchmark["unit"] == scope.unit)
        & benchmark["service_type_code"].isin(scope.service_type_codes)
    ]
    if rows.empty:
        return replace(norm, unavailable_reason=NO_FIGURE)
    capacity, registrations = _counted(rows, count_doubtful=count_doubtful)
    bands = age_bands(national_population, "country", [country])
    persons = float(target_population(bands, age_weights)[0])
    of_country = (national_population["country"] == country).to_numpy(dtype=bool)
    types_with_figure = set(rows["service_type_code"])
    origins = [rows["origin_id"], national_population.loc[of_country, "origin_id"]]
    return _with_value(
        replace(
            norm,
            year=latest_year(rows["reference_date"]),
            population_year=latest_year(national_population.loc[of_country, "reference_date"]),
            capacity_number=capacity,
            population_persons=None if np.isnan(persons) else persons,
            services_counted=registrations,
            services_not_counted=int(rows["registrations"].sum()) - registrations,
            is_of_part=not scope.is_register_complete,
            types_without_figure=tuple(
                code for code in scope.service_type_codes if code not in types_with_figure
            ),
            scope="; ".join(dict.fromkeys(rows["scope"])),
            origin_ids=tuple(dict.fromkeys(pd.concat(origins).dropna())),
        )
    )


def _counted(rows: pd.DataFrame, *, count_doubtful: bool) -> tuple[float, int]:
    """Return the capacity and the registrations that the results would count."""
    # Datasets made before beds had a bound of their own count beds as other units:
    # a kind whose largest is plausible counts whole.
    held = rows["unit"].isin(UNITS_AT_ONE_TIME).to_numpy(dtype=bool)
    median, count = (rows[name].to_numpy(dtype=np.float64) for name in ("median", "registrations"))
    bound = bound_of(median, count, rows["unit"])
    whole = held & (rows["largest"].to_numpy(dtype=np.float64) <= bound)
    numbers, counts = rows["capacity_number"], rows["registrations"]
    if count_doubtful:
        capacity = numbers - rows["capacity_per_year_number"].fillna(0.0)
        registrations = counts - rows["registrations_per_year"].fillna(0)
    else:
        capacity = numbers.where(whole, rows["capacity_within_bound_number"])
        registrations = counts.where(whole, rows["registrations_within_bound"])
    return float(capacity.sum()), int(registrations.sum())


@dataclass(frozen=True)
class LocalFigures:
    """
    What a norm of an area or of the loaded region is divided from.

    `capacity_number` is the counted capacity of the sites there, `population_persons` the target population
    of the municipalities where it is known; services have a site there.
    """

    capacity_number: float
    population_persons: float
    services_counted: int
    services_not_counted: int
    year: int | None
    population_year: int | None


def local_norm(
    norm_id: str, scope: GroupScope, age_weights: tuple[AgeWeight, ...], figures: LocalFigures
) -> Norm:
    """Divide what a set of municipalities has by who lives there (`norm_id` "loaded" or "area")."""
    return _with_value(
        Norm(
            norm_id,
            scope.form,
            scope.unit,
            age_weights,
            year=figures.year,
            population_year=figures.population_year,
            capacity_number=figures.capacity_number,
            population_persons=figures.population_persons,
            services_counted=figures.services_counted,
            services_not_counted=figures.services_not_counted,
        )
    )


def published_norm(norm: PublishedNorm, scope: GroupScope) -> Norm:
    """Take a figure from the list of published norms, with the denominator it was published with."""
    return _with_value(
        Norm(
            norm.norm_id,
            scope.form,
            scope.unit,
            norm.age_weights,
            year=norm.year,
            population_year=norm.year,
            capacity_number=norm.capacity_number,
            population_persons=float(norm.denominator_persons),
            citation=norm.citation,
        )
    )


def typed_norm(value_per_1000: float | None, scope: GroupScope, age_weights: tuple[AgeWeight, ...]) -> Norm:
    """
    Take a figure that the user typed, per 1,000 of the group's target population.

    Raises
    ------
    ParameterError
        If it is missing or not a positive number.

    Examples
    --------
    >>> field = GroupScope(("cz-40",), "ter", "klient", is_register_complete=True)
    >>> typed_norm(12.5, field, (AgeWeight(65, None, 1.0),)).value_per_1000
    12.5
    """
    if value_per_1000 is None or not (np.isfinite(value_per_1000) and value_per_1000 > 0):
        raise ParameterError(f"typed_norm_per_1000 must be a positive number, not {value_per_1000!r}.")
    return Norm(TYPED, scope.form, scope.unit, age_weights, value_per_1000=float(value_per_1000))

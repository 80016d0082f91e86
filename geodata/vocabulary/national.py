"""
National figures of a register by kind, form and unit;
what a number means is decided as for results (geodata.vocabulary.basis).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.vocabulary.basis import AT_ONE_TIME, PER_YEAR, basis_of_capacities, has_capacity

KEY = ["country", "service_type_code", "form", "unit"]


def national_figures(
    service: pd.DataFrame, capacity: pd.DataFrame, sites: pd.Series, *, has_texts: bool
) -> pd.DataFrame:
    """
    Sum up a whole register, each registration once.

    Parameters
    ----------
    service
        Registrations in force: service_id, country, service_type_code, note.
    capacity
        Their capacities: service_id, form, unit, kind, capacity_number, capacity_text.
        Rows of other services are left aside.
    sites
        Places of each registration by service_id; missing = one.
    has_texts
        Whether the source has the words beside a number. Where it has none,
        numbers for a year cannot be told and only the bound decides.

    Returns
    -------
    benchmark
        Columns of table `benchmark` from country to registrations_per_year, sorted by key.
        A capacity of 0 or unknown is not counted as a registration with one.
    """
    known = capacity.loc[
        has_capacity(capacity["capacity_number"]) & capacity["service_id"].isin(service["service_id"])
    ].reset_index(drop=True)
    rows = known.merge(
        service[["service_id", "country", "service_type_code"]],
        on="service_id",
        how="left",
        validate="many_to_one",
    )
    sizes = rows.groupby(KEY, as_index=False)
    medians = sizes.agg(median=("capacity_number", "median"), registrations=("capacity_number", "size"))
    basis = basis_of_capacities(known, service, medians)["basis"]
    number = rows["capacity_number"]
    counts, per_year = (basis == AT_ONE_TIME).to_numpy(dtype=bool), (basis == PER_YEAR).to_numpy(dtype=bool)
    places = rows["service_id"].map(sites).astype("float64").fillna(1.0)
    rows = rows.assign(
        per_site=number * places,
        within=counts,
        number_within=number.where(counts, 0.0),
        per_year=per_year,
        number_per_year=number.where(per_year, 0.0),
    )
    figures: pd.DataFrame = rows.groupby(KEY, as_index=False).agg(
        registrations=("capacity_number", "size"),
        capacity_number=("capacity_number", "sum"),
        capacity_per_site_number=("per_site", "sum"),
        median=("capacity_number", "median"),
        upper_quartile=("capacity_number", _upper_quartile),
        largest=("capacity_number", "max"),
        capacity_within_bound_number=("number_within", "sum"),
        registrations_within_bound=("within", "sum"),
        capacity_per_year_number=("number_per_year", "sum"),
        registrations_per_year=("per_year", "sum"),
    )
    if not has_texts:
        unknown = pd.array([None] * len(figures), dtype="Int64")
        figures = figures.assign(capacity_per_year_number=np.nan, registrations_per_year=unknown)
    return figures


def _upper_quartile(numbers: pd.Series) -> float:
    return float(numbers.quantile(0.75))

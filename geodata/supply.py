"""
Supply of a group of services: every site of every existing service, with its share of the registration's capacity.

Capacity belongs to the registration and its form. It is shared among the sites, never counted once per site, never
added across forms or units (DESIGN.md, rule 1).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.basis import DOUBTFUL, PER_YEAR
from geodata.codes import GroupScope

UNKNOWN_FORM = "unknown"
REASONS = ("capacity_unknown", "form_unknown", "other_unit", "planned", "per_year", "doubtful")
"""Why a service in reach is "capacity unknown": nothing is told; not in this form; not in this unit; not yet; not at one time."""

SITE_COLUMNS = [
    "site_id",
    "municipality_code",
    "district_code",
    "latitude",
    "longitude",
    "location_quality",
]


def capacity_of_services(
    service: pd.DataFrame, capacity: pd.DataFrame, scope: GroupScope, country: str
) -> pd.DataFrame:
    """
    Find the services of a group and the one capacity of each that the group counts.

    Parameters
    ----------
    service, capacity
        Tables of the dataset (geodata.fields).
    scope
        Kinds, form and unit.
    country
        Only services of this country: the systems of two countries do not serve each other's residents here.

    Returns
    -------
    services
        One row per existing service of these kinds that has the form or does not tell its forms, in the order of `service`:
        service_id, form (the scope's or "unknown"), unit, capacity_number (as told, NA unknown), not_counted_reason (NA = it
        counts; "doubtful" may be overruled by the caller).

    Notes
    -----
    A number told in the group's unit counts even where the same places are told in a second unit too: within one unit
    nothing is added twice.
    """
    is_of_group = (
        (service["country"] == country)
        & (service["status"] == "existing")
        & service["service_type_code"].isin(scope.service_type_codes)
    )
    services = service.loc[is_of_group, ["service_id"]].reset_index(drop=True)
    rows = capacity.loc[capacity["service_id"].isin(services["service_id"])]
    in_form = rows.loc[rows["form"] == scope.form]
    wanted = in_form.loc[in_form["unit"] == scope.unit, ["service_id", "kind", "capacity_number", "basis"]]
    services = services.merge(wanted, on="service_id", how="left", validate="one_to_one")
    ids = services["service_id"]
    has_form = ids.isin(in_form["service_id"]).to_numpy()
    tells_forms = ids.isin(rows.loc[rows["form"] != UNKNOWN_FORM, "service_id"]).to_numpy()
    hides_form = ids.isin(rows.loc[rows["form"] == UNKNOWN_FORM, "service_id"]).to_numpy() | ~tells_forms
    has_unit = ids.isin(wanted["service_id"]).to_numpy()
    has_other = ids.isin(
        in_form.loc[in_form["capacity_number"].notna() & (in_form["unit"] != scope.unit), "service_id"]
    ).to_numpy()
    is_unknown = services["capacity_number"].isna().to_numpy()
    services["form"] = np.where(has_form, scope.form, UNKNOWN_FORM)
    services["unit"] = scope.unit
    services["not_counted_reason"] = pd.Series(
        np.select(
            [
                ~has_form,
                is_unknown & ~has_unit & has_other,
                is_unknown,
                (services["kind"] == "planned").to_numpy(),
                (services["basis"] == PER_YEAR).to_numpy(),
                (services["basis"] == DOUBTFUL).to_numpy(),
            ],
            ["form_unknown", "other_unit", "capacity_unknown", "planned", "per_year", "doubtful"],
            default="",
        ),
        dtype="str",
    ).replace("", np.nan)
    columns = ["service_id", "form", "unit", "capacity_number", "not_counted_reason"]
    return services.loc[has_form | hides_form, columns].reset_index(drop=True)


def supply_of_group(
    service: pd.DataFrame,
    capacity: pd.DataFrame,
    site: pd.DataFrame,
    scope: GroupScope,
    country: str,
) -> pd.DataFrame:
    """
    List the sites of a group with the capacity of their registration.

    Parameters
    ----------
    service, capacity, site
        Tables of the dataset (geodata.fields).
    scope, country
        See `capacity_of_services`.

    Returns
    -------
    supply
        One row per site, by service, then in the order of `site`: site_id, service_id, municipality_code, district_code, latitude, longitude,
        location_quality, form, unit, capacity_number (of the registration), sites_of_service, not_counted_reason.
        A service without any site has one row with an unknown place and no site_id, so that its capacity is not lost.
    """
    services = capacity_of_services(service, capacity, scope, country)
    supply = services.merge(
        site[["service_id", *SITE_COLUMNS]], on="service_id", how="left", validate="one_to_many"
    )
    supply["location_quality"] = supply["location_quality"].fillna("unknown")
    supply["sites_of_service"] = supply.groupby("service_id")["service_id"].transform("size").astype("int64")
    columns = ["site_id", "service_id", *SITE_COLUMNS[1:], "form", "unit", "capacity_number"]
    return supply[[*columns, "sites_of_service", "not_counted_reason"]]


def is_counted(
    not_counted_reason: pd.Series, *, count_doubtful: bool
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which sites count: those without a reason against, and doubtful ones where the switch says so."""
    counted = not_counted_reason.isna()
    if count_doubtful:
        counted |= not_counted_reason == DOUBTFUL
    return counted.to_numpy(dtype=bool)


def site_capacities(
    supply: pd.DataFrame, *, count_doubtful: bool = False
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """
    Share the capacity of every registration equally among its sites.

    Parameters
    ----------
    supply
        Table of `supply_of_group`.
    count_doubtful
        Count numbers beyond their bound after all (METHOD.md, mixed bases).

    Returns
    -------
    site_capacity
        In the group's unit, NaN where the capacity does not count. The shares of a registration add up to its capacity.
    """
    counted = is_counted(supply["not_counted_reason"], count_doubtful=count_doubtful)
    shares = supply["capacity_number"].to_numpy(dtype=np.float64) / supply["sites_of_service"].to_numpy()
    return np.where(counted, shares, np.nan)

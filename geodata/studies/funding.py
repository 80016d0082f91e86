"""
Money of services: sums that may be made, and money per place where it is known what is counted.

Money asked for, granted and spent are three different things, currencies are, and so are years:
they are never added up. A sum with an unknown part is "at least". Money is given for a whole service,
so it is divided by a capacity only where the service has one form and one unit,
and the number says how many are served at one time:
what a year has seen, or what is doubtful, divides nothing,
because costs of a place are published for a place.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from geodata.vocabulary.basis import AT_ONE_TIME

SUM = ["year", "kind", "currency"]
"""What tells one sum from another; the fourth is whose money it is."""
COUNTED = ["form", "unit"]


def sums_by_service(funding: pd.DataFrame) -> pd.DataFrame:
    """
    Add up what each service received, over those who pay.

    Parameters
    ----------
    funding
        Table `funding`; not modified.

    Returns
    -------
    sums
        One row per service_id, year, kind and currency: amount (of the known parts, in the currency;
        NA = no part is known), is_at_least (a part is unknown), payers (how many).
    """
    return _sums(funding, ["service_id", *SUM])


def sums_of_services(
    funding: pd.DataFrame, service_ids: Collection[str], by: Collection[str] = ()
) -> pd.DataFrame:
    """
    Add up the money of some services, for instance all of one kind in an area.

    Parameters
    ----------
    funding
        Table `funding`; not modified.
    service_ids
        The services; each counts once, wherever its sites are.
    by
        Further columns that tell sums apart: "funding_source" for who pays.

    Returns
    -------
    sums
        One row per year, kind, currency (and `by`), the newest year first: amount, is_at_least,
        payers, and services: how many of them have such a row. For the others nothing is loaded:
        that is unknown, not zero.
    """
    wanted = set(service_ids)
    rows = funding[funding["service_id"].isin(wanted)]
    keys = [*SUM, *by]
    sums = _sums(rows, keys)
    counted = rows.groupby(keys)["service_id"].nunique().rename("services").reset_index()
    sums = sums.merge(counted, on=keys, validate="one_to_one")
    return sums.sort_values(keys, ascending=[False, *[True] * (len(keys) - 1)], ignore_index=True)


def divides(number: float | None, basis: str | None) -> bool:
    """
    Tell whether money may be divided by a capacity:
    it is known, more than nothing and counted at one time.
    """
    return number is not None and number > 0 and basis == AT_ONE_TIME


def capacity_of_one_unit(capacity: pd.DataFrame) -> pd.DataFrame:
    """
    Return the services whose money may be divided by their capacity.

    Parameters
    ----------
    capacity
        Table `capacity`; not modified.

    Returns
    -------
    capacities
        service_id, form, unit, capacity_number: services with one form and unit (the same places told again
        in a second unit left out), whose number is known, more than zero and counted at one time (`divides`).
    """
    stated = capacity[~capacity["is_retold"].astype("bool") & (capacity["kind"] != "planned")]
    is_one = ~stated["service_id"].duplicated(keep=False)
    is_known = pd.Series(
        [
            divides(number, basis)
            for number, basis in zip(stated["capacity_number"], stated["basis"], strict=True)
        ],
        index=stated.index,
        dtype="bool",
    )
    columns = ["service_id", *COUNTED, "capacity_number"]
    return stated.loc[is_one & is_known, columns].reset_index(drop=True)


def per_unit(funding: pd.DataFrame, capacity: pd.DataFrame, service_ids: Collection[str]) -> pd.DataFrame:
    """
    Divide the money of some services by their places or clients.

    Parameters
    ----------
    funding, capacity
        Tables of the dataset; not modified.
    service_ids
        Services of one kind.

    Returns
    -------
    per_unit
        One row per year, kind, currency, form and unit: amount, capacity_number, services (those that count),
        and amount_per_unit = amount / capacity_number, in the currency. Services with an unknown part
        of their money, or with several forms or units, are left out of both sums.
    """
    rows = funding[funding["service_id"].isin(set(service_ids))]
    sums = sums_by_service(rows)
    whole = sums[~sums["is_at_least"] & sums["amount"].notna()]
    paired = whole.merge(capacity_of_one_unit(capacity), on="service_id", validate="many_to_one")
    keys = [*SUM, *COUNTED]
    per_unit_sums = (
        paired.groupby(keys, dropna=False)
        .agg(
            amount=("amount", "sum"),
            capacity_number=("capacity_number", "sum"),
            services=("service_id", "nunique"),
        )
        .reset_index()
    )
    per_unit_sums["amount_per_unit"] = per_unit_sums["amount"] / per_unit_sums["capacity_number"]
    return per_unit_sums.sort_values(keys, ascending=[False, *[True] * (len(keys) - 1)], ignore_index=True)


def _sums(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    grouped = rows.assign(is_unknown=rows["amount"].isna()).groupby(keys)
    sums = grouped.agg(
        # Nothing known is unknown, not zero.
        amount=("amount", lambda values: values.sum(min_count=1)),
        is_at_least=("is_unknown", "any"),
        payers=("funding_source", "nunique"),
    )
    return sums.reset_index().astype({"amount": "float64", "is_at_least": "bool", "payers": "int64"})

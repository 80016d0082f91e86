"""
Supply of a group of services: every site of every existing service,
with its share of the registration's capacity.

Capacity belongs to the registration and its form. It is shared among all its sites in the register, loaded or
not, never counted once per site, never added across forms or units
(docs/decisions/0002-capacity-is-counted-once.md).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.arrays import FloatArray, IndexArray
from geodata.errors import ParameterError
from geodata.method.shares import equal_share, sites_sharing
from geodata.vocabulary.basis import DOUBTFUL, PER_YEAR
from geodata.vocabulary.codes import GroupScope
from geodata.vocabulary.eligibility import NOT_FOR_SENIORS

UNKNOWN_FORM = "unknown"
REASONS = (
    "capacity_unknown",
    "form_unknown",
    "other_unit",
    "planned",
    "per_year",
    "doubtful",
    NOT_FOR_SENIORS,
)
"""
Why a service does not count: nothing is told; not in this form;
not in this unit; not yet; not at one time – in reach, its capacity is unknown.
The last is for other people and is in nobody's reach (geodata.vocabulary.eligibility).
"""


def capacity_of_services(
    service: pd.DataFrame,
    capacity: pd.DataFrame,
    scope: GroupScope,
    country: str,
    *,
    for_others: Collection[str] = frozenset(),
) -> pd.DataFrame:
    """
    Find the services of a group and the one capacity of each that the group counts.

    Parameters
    ----------
    service, capacity
        Tables of the dataset (geodata.dataset.fields).
    scope
        Kinds, form and unit.
    country
        Only services of this country: the systems of two countries do not serve each other's residents here.
    for_others
        service_id of those that are not for the people of the group: they are listed and do not count.

    Returns
    -------
    services
        One row per existing service of these kinds that has the form or does not tell its forms,
        in the order of `service`: service_id, form (the scope's or "unknown"), unit, capacity_number
        (as told, NA unknown), not_counted_reason (NA = it counts; "doubtful" may be overruled by the caller).

    Notes
    -----
    A number told in the group's unit counts even where the same places are told in a second unit too:
    within one unit nothing is added twice.
    """
    is_of_group = (
        (service["country"] == country)
        & (service["status"] == "existing")
        & service["service_type_code"].isin(scope.service_type_codes)
    )
    of_group = service.loc[is_of_group, "service_id"]
    # Only their capacities are looked at one by one: a country has tens of thousands.
    stated = _told_by_service(capacity.loc[capacity["service_id"].isin(of_group)])
    rows = []
    for service_id in of_group.tolist():
        counted = _capacity_in(stated.get(service_id, []), scope)
        if counted is not None:
            form, unit, number, reason = counted
            rows.append(
                (service_id, form, unit, number, NOT_FOR_SENIORS if service_id in for_others else reason)
            )
    names = ("service_id", "form", "unit", "capacity_number", "not_counted_reason")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype="float64" if name == "capacity_number" else "str")
            for name, values in columns.items()
        }
    )


Told = tuple[str, str, str, float, object]


def _told_by_service(capacity: pd.DataFrame) -> dict[str, list[Told]]:
    """Return (form, unit, kind, number, basis) of every capacity, by service."""
    stated: dict[str, list[Told]] = {}
    names = ("service_id", "form", "unit", "kind", "capacity_number", "basis")
    for service_id, *row in zip(*(capacity[name].tolist() for name in names), strict=True):
        stated.setdefault(service_id, []).append(cast("Told", tuple(row)))
    return stated


def _capacity_in(stated: list[Told], scope: GroupScope) -> tuple[str, str, float, str | None] | None:
    """
    Return form, unit, number and the reason why it does not count;
    None where the service is not of the form.
    """
    in_form = [row for row in stated if row[0] == scope.form]
    if not in_form:
        hides_form = not stated or any(row[0] == UNKNOWN_FORM for row in stated)
        return (UNKNOWN_FORM, scope.unit, math.nan, "form_unknown") if hides_form else None
    for _, unit, kind, number, basis in in_form:
        if unit == scope.unit:
            return scope.form, scope.unit, number, _reason(kind, number, basis)
    has_other = any(not math.isnan(row[3]) for row in in_form)
    return scope.form, scope.unit, math.nan, "other_unit" if has_other else "capacity_unknown"


def _reason(kind: str, number: float, basis: object) -> str | None:
    if math.isnan(number):
        return "capacity_unknown"
    if kind == "planned":
        return "planned"
    return str(basis) if basis in (PER_YEAR, DOUBTFUL) else None


def supply_of_group(
    service: pd.DataFrame,
    capacity: pd.DataFrame,
    site: pd.DataFrame,
    scope: GroupScope,
    country: str,
    *,
    for_others: Collection[str] = frozenset(),
) -> pd.DataFrame:
    """
    List the sites of a group with the capacity of their registration.

    Parameters
    ----------
    service, capacity, site
        Tables of the dataset (geodata.dataset.fields).
    scope, country, for_others
        See `capacity_of_services`.

    Returns
    -------
    supply
        One row per site, by service, then in the order of `site`: site_id, service_id, municipality_code,
        district_code, latitude, longitude, location_quality, form, unit, capacity_number
        (of the registration), sites_of_service (those that share it, loaded or not), sites_loaded,
        not_counted_reason. A service without any site has one row with an unknown place and no site_id,
        so that its capacity is not lost.
    """
    services = capacity_of_services(service, capacity, scope, country, for_others=for_others)
    sites: dict[str, list[int]] = {}
    for position, service_id in enumerate(site["service_id"].tolist()):
        sites.setdefault(service_id, []).append(position)
    # A service without a site takes a row of its own, -1: everything about its place is unknown.
    of_service = [sites.get(service_id, [-1]) for service_id in services["service_id"].tolist()]
    counts = np.array([len(positions) for positions in of_service], dtype=np.int64)
    owner = np.repeat(np.arange(len(services)), counts)
    row = np.array([position for positions in of_service for position in positions], dtype=np.int64)
    sharing = sites_sharing(service, site).reindex(services["service_id"]).to_numpy(dtype=np.int64)
    quality = _taken(site, "location_quality", row)
    quality[row < 0] = "unknown"
    return pd.DataFrame(
        {
            "site_id": pd.Series(_taken(site, "site_id", row), dtype="str"),
            "service_id": services["service_id"].take(owner).array,
            "municipality_code": pd.Series(_taken(site, "municipality_code", row), dtype="str"),
            "district_code": pd.Series(_taken(site, "district_code", row), dtype="str"),
            "latitude": _taken(site, "latitude", row).astype(np.float64),
            "longitude": _taken(site, "longitude", row).astype(np.float64),
            "location_quality": pd.Series(quality, dtype="str"),
            "form": services["form"].take(owner).array,
            "unit": services["unit"].take(owner).array,
            "capacity_number": services["capacity_number"].to_numpy()[owner],
            "sites_of_service": np.repeat(sharing, counts),
            "sites_loaded": np.repeat(counts, counts),
            "not_counted_reason": services["not_counted_reason"].take(owner).array,
        }
    )


def _taken(table: pd.DataFrame, column: str, row: IndexArray) -> NDArray[np.object_]:
    """Take rows of a column; row -1 is NaN."""
    values = np.append(table[column].to_numpy(dtype=object), np.nan)
    taken: NDArray[np.object_] = values[row]
    return taken


def is_counted(
    not_counted_reason: pd.Series, *, count_doubtful: bool
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """
    Tell which sites count: those without a reason against, and doubtful ones where the switch says so.

    Examples
    --------
    >>> is_counted(pd.Series([None, "doubtful"]), count_doubtful=False).tolist()
    [True, False]
    """
    counted = not_counted_reason.isna()
    if count_doubtful:
        counted |= not_counted_reason == DOUBTFUL
    return counted.to_numpy(dtype=bool)


def site_capacities(
    supply: pd.DataFrame,
    *,
    count_doubtful: bool = False,
    known_capacity: Mapping[str, float] | None = None,
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """
    Share the capacity of every registration among its sites, those that are not loaded too.

    Parameters
    ----------
    supply
        Table of `supply_of_group`.
    count_doubtful
        Count numbers beyond their bound after all (docs/METHOD.md#what-a-number-counts).
    known_capacity
        Capacity of single sites where it is known, by site_id; None = equal shares everywhere.

    Returns
    -------
    site_capacity
        In the group's unit, NaN where the capacity does not count. Sites of known capacity take theirs,
        the others share the rest equally. The shares of all sites of a registration, loaded or not,
        always add up to its capacity: known ones that do not fit are scaled.

    Raises
    ------
    ParameterError
        If a known capacity is negative or no number.

    Examples
    --------
    A registration of 12 with three places, one of them known to hold 6.

    >>> supply = pd.DataFrame({"service_id": "a", "site_id": ["1", "2", "3"], "capacity_number": 12.0,
    ...                        "sites_of_service": 3, "not_counted_reason": None})
    >>> site_capacities(supply).tolist(), site_capacities(supply, known_capacity={"1": 6.0}).tolist()
    ([4.0, 4.0, 4.0], [6.0, 3.0, 3.0])
    """
    counted = is_counted(supply["not_counted_reason"], count_doubtful=count_doubtful)
    capacity = supply["capacity_number"].to_numpy(dtype=np.float64)
    sites = supply["sites_of_service"].to_numpy(dtype=np.int64)
    if not known_capacity:
        return np.where(counted, equal_share(capacity, sites), np.nan)
    return np.where(counted, _shares_with_known(supply, capacity, sites, known_capacity), np.nan)


def _shares_with_known(
    supply: pd.DataFrame, capacity: FloatArray, sites: IndexArray, known_capacity: Mapping[str, float]
) -> FloatArray:
    known = np.array(
        [known_capacity.get(site_id, np.nan) for site_id in supply["site_id"].tolist()], dtype=np.float64
    )
    wrong = [
        site_id for site_id, number in known_capacity.items() if not (np.isfinite(number) and number >= 0)
    ]
    if wrong:
        raise ParameterError(f"known_capacity must be 0 or more (first: site '{wrong[0]}').")
    services = pd.factorize(supply["service_id"])[0]
    is_known = np.isfinite(known)
    stated = np.bincount(services, np.nan_to_num(known))[services]
    others = sites - np.bincount(services, is_known.astype(np.float64))[services]
    rest = np.maximum(capacity - stated, 0.0)
    # Too much told, or everything told: the registration's own number decides,
    # and the parts keep their proportion.
    must_scale = (stated > capacity) | (others == 0)
    part = np.divide(known, stated, out=np.zeros(len(stated)), where=stated > 0)
    of_known = np.where(must_scale, capacity * part, known)
    shares = np.where(is_known, of_known, np.divide(rest, others, out=np.zeros(len(rest)), where=others > 0))
    # Where every site is told to hold nothing but the registration holds something,
    # equal shares are all there is.
    return np.where((others == 0) & (stated == 0), equal_share(capacity, sites), shares)

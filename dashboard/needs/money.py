"""
Is it financed effectively: money and network capacity that an area has loaded, per kind of service,
year and kind of sum.

Pure functions on the dataset. The rules of sums are those of `geodata.studies.funding`;
what is not loaded is unknown and says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard import sorting, text
from dashboard.phrases import bounds
from dashboard.phrases.amounts import amount
from dashboard.phrases.labels import label
from dashboard.tables.html import Cell, Column, Html, html_table, lines
from dashboard.text import _, ngettext
from geodata.reading import values
from geodata.studies import funding

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset


def services_of(dataset: Dataset, members: Collection[str]) -> pd.DataFrame:
    """
    Return the services that have a site in an area: service_id and service_type_code, each registration once.

    Services with a protected address stand in no municipality and so in no area.
    """
    site, service = dataset["site"], dataset["service"]
    here = set(site.loc[site["municipality_code"].isin(list(members)), "service_id"])
    is_here = service["service_id"].isin(here) & (service["status"] == "existing")
    return service.loc[is_here, ["service_id", "service_type_code"]]


def money(value: float | None, currency: str, *, is_at_least: bool = False) -> str:
    """Write a sum of money as the reader's language does; "at least" where a part of it is unknown."""
    is_known = value is not None and not values.is_missing(value)
    return bounds.least(text.money(value, currency), is_bound=is_at_least and is_known)


def money_table(dataset: Dataset, services: pd.DataFrame) -> Html | None:
    """
    Return the sums of each kind of service, year and kind of sum, and what a place costs.

    None where nothing is loaded.
    """
    rows: list[list[Cell]] = []
    for kind, ids in _by_kind(services):
        sums = funding.sums_of_services(dataset["funding"], ids)
        costs = _by_sum(funding.per_unit(dataset["funding"], dataset["capacity"], ids))
        rows += [
            [
                label("service_types", kind),
                str(row["year"]),
                label("funding_kinds", row["kind"]),
                money(row["amount"], row["currency"], is_at_least=bool(row["is_at_least"])),
                _known_for(int(row["services"]), len(ids)),
                lines(costs.get((row["year"], row["kind"], row["currency"]), [_("cannot be told")])),
            ]
            for row in sums.to_dict("records")
        ]
    if not rows:
        return None
    columns = [
        Column(_("Kind of service")),
        Column(_("Year")),
        Column(_("Kind of sum")),
        Column(_("Sum"), is_number=True),
        Column(_("Known for")),
        Column(_("For one place or client")),
    ]
    return html_table(columns, rows, _("Money of the services in this area"))


def payers_table(dataset: Dataset, services: pd.DataFrame) -> Html | None:
    """Return who pays: sums of each kind of service, year and kind of sum by source of money."""
    rows: list[list[Cell]] = [
        [
            label("service_types", kind),
            str(row["year"]),
            label("funding_kinds", row["kind"]),
            label("funding_sources", row["funding_source"]),
            money(row["amount"], row["currency"], is_at_least=bool(row["is_at_least"])),
            _known_for(int(row["services"]), len(ids)),
        ]
        for kind, ids in _by_kind(services)
        for row in funding.sums_of_services(dataset["funding"], ids, ["funding_source"]).to_dict("records")
    ]
    if not rows:
        return None
    columns = [
        Column(_("Kind of service")),
        Column(_("Year")),
        Column(_("Kind of sum")),
        Column(_("Who pays")),
        Column(_("Sum"), is_number=True),
        Column(_("Known for")),
    ]
    return html_table(columns, rows, _("Who pays"))


def network_table(dataset: Dataset, services: pd.DataFrame) -> Html | None:
    """
    Return the capacity that networks count with beside the registered one of the same services.

    Never added to it.
    """
    network, capacity = dataset["network"], dataset["capacity"]
    rows: list[list[Cell]] = []
    for kind, ids in _by_kind(services):
        part = network[network["service_id"].isin(ids)]
        for key, group in part.groupby(["year", "network_name", "form", "unit"], sort=True):
            year, name, form, unit = key
            number, staff = group["capacity_number"], group["full_time_equivalents"]
            rows.append(
                [
                    label("service_types", kind),
                    f"{name}, {year}",
                    label("forms", form),
                    _sum(number, str(unit)),
                    _registered(capacity, set(group["service_id"]), str(form), str(unit)),
                    text.unknown()
                    if staff.isna().all()
                    else bounds.least(text.number(staff.sum(), 1), is_bound=bool(staff.isna().any())),
                    _known_for(group["service_id"].nunique(), len(ids)),
                ]
            )
    if not rows:
        return None
    columns = [
        Column(_("Kind of service")),
        Column(_("Network")),
        Column(_("Form")),
        Column(_("In the network"), is_number=True),
        Column(_("Registered, the same services"), is_number=True),
        Column(_("Full-time staff"), is_number=True),
        Column(_("Known for")),
    ]
    return html_table(columns, rows, _("Capacity in networks"))


def _by_kind(services: pd.DataFrame) -> list[tuple[str, list[str]]]:
    found = {str(kind): list(part["service_id"]) for kind, part in services.groupby("service_type_code")}
    return sorted(found.items(), key=lambda pair: sorting.sort_key(label("service_types", pair[0])))


def _by_sum(costs: pd.DataFrame) -> dict[tuple[Any, ...], list[Cell]]:
    found: dict[tuple[Any, ...], list[Cell]] = {}
    for row in costs.to_dict("records"):
        found.setdefault((row["year"], row["kind"], row["currency"]), []).append(_cost(row))
    return found


def _cost(row: Mapping[Any, Any]) -> str:
    counted = amount(row["capacity_number"], str(row["unit"]))
    return _(
        "{money} ({services}, {capacity})",
        money=money(row["amount_per_unit"], row["currency"]),
        services=ngettext("{n} service", "{n} services", int(row["services"])),
        capacity=counted,
    )


def _known_for(known: int, total: int) -> str:
    if known == total:
        return ngettext("{n} service, all there are", "{n} services, all there are", total)
    return ngettext(
        "{known} of {n} service, the rest is unknown",
        "{known} of {n} services, the rest is unknown",
        total,
        known=text.number(known),
    )


def _sum(numbers: pd.Series[Any], unit: str) -> str:
    if numbers.isna().all():
        return text.unknown()
    return bounds.least(amount(float(numbers.sum()), unit), is_bound=bool(numbers.isna().any()))


def _registered(capacity: pd.DataFrame, ids: Collection[str], form: str, unit: str) -> str:
    rows = capacity[
        capacity["service_id"].isin(list(ids)) & (capacity["form"] == form) & (capacity["unit"] == unit)
    ]
    known = rows[rows["capacity_number"].notna() & (rows["basis"] != "doubtful")]
    if known["service_id"].nunique() < len(ids):
        return (
            text.unknown()
            if known.empty
            else bounds.least(amount(float(known["capacity_number"].sum()), unit))
        )
    return amount(float(known["capacity_number"].sum()), unit)

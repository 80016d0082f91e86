"""
Money and networks of a service, as tables of an office told them: who paid how much,
and what comes to a place.

Money belongs to a registration and a year. Requested, granted and spent are never added to each other, nor
are currencies; an amount that is not known makes a total a lower bound. Pure functions on the dataset.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from dashboard import text
from dashboard.phrases import bounds
from dashboard.phrases.amounts import amount as capacity_amount
from dashboard.phrases.labels import label
from dashboard.tables.html import Cell, Column, Html, html_table, lines
from dashboard.text import _
from geodata.reading import values
from geodata.studies.funding import divides
from geodata.vocabulary.codes import codelist

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset
    from geodata.reading.services import Capacity, Service


@dataclass(frozen=True)
class Payment:
    """What one payer gave, promised or was asked for in a year; amount None = unknown."""

    service_id: str
    year: int
    payer: str
    kind: str
    amount: float | None
    currency: str
    source: str
    note: str | None


@dataclass(frozen=True)
class NetworkCapacity:
    """Capacity that a network counts with in a year; number and full-time equivalents None = unknown."""

    service_id: str
    year: int
    network: str
    form: str
    unit: str
    number: float | None
    full_time_equivalents: float | None
    source: str
    note: str | None


Row = TypeVar("Row", Payment, NetworkCapacity)


@dataclass(frozen=True)
class Total:
    """Sum of what the payers of one year gave in one sense and one currency; some of them may be unknown."""

    year: int
    kind: str
    currency: str
    amount: float | None
    payers: int
    payers_unknown: int


@dataclass(frozen=True)
class Books:
    """Everything that tables told, by service_id."""

    payments: Mapping[str, tuple[Payment, ...]]
    networks: Mapping[str, tuple[NetworkCapacity, ...]]

    @property
    def is_empty(self) -> bool:
        """Whether no such table was loaded."""
        return not self.payments and not self.networks


def books(dataset: Dataset) -> Books:
    """
    Read money and networks of the dataset: the latest year first,
    then payer and sense in the order of their lists.
    """
    payers, kinds = list(codelist("funding_sources")), list(codelist("funding_kinds"))
    payments = [
        Payment(
            service_id=row["service_id"],
            year=int(row["year"]),
            payer=row["funding_source"],
            kind=row["kind"],
            amount=row["amount"],
            currency=row["currency"],
            source=row["source_text"],
            note=row["note"],
        )
        for row in values.rows(dataset["funding"])
    ]
    payments.sort(key=lambda one: (-one.year, kinds.index(one.kind), payers.index(one.payer)))
    networks = [
        NetworkCapacity(
            service_id=row["service_id"],
            year=int(row["year"]),
            network=row["network_name"],
            form=row["form"],
            unit=row["unit"],
            number=row["capacity_number"],
            full_time_equivalents=row["full_time_equivalents"],
            source=row["source_text"],
            note=row["note"],
        )
        for row in values.rows(dataset["network"])
    ]
    networks.sort(key=lambda one: (-one.year, one.network, one.form, one.unit))
    return Books(_by_service(payments), _by_service(networks))


def _by_service(rows: Sequence[Row]) -> dict[str, tuple[Row, ...]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.service_id].append(row)
    return {service_id: tuple(each) for service_id, each in found.items()}


def totals(payments: Sequence[Payment]) -> list[Total]:
    """
    Add the payers of each year, sense and currency; nothing is added across them.

    Parameters
    ----------
    payments
        Payments of one service.

    Returns
    -------
    totals
        In the order of the payments. The amount is None where no payer's is known.
    """
    found: defaultdict[tuple[int, str, str], list[float | None]] = defaultdict(list)
    for one in payments:
        found[one.year, one.kind, one.currency].append(one.amount)
    return [
        Total(
            *key,
            amount=sum(known) if (known := [part for part in parts if part is not None]) else None,
            payers=len(parts),
            payers_unknown=sum(part is None for part in parts),
        )
        for key, parts in found.items()
    ]


def divisor(entry: Service) -> Capacity | None:
    """
    Return the capacity by which money of a service can be divided; None where it would mean nothing.

    There must be one form and unit alone, registered or stated;
    what the number must be decides `geodata.studies.funding.divides`.
    """
    capacities = [one for one in entry.capacities if not one.is_retold and one.kind != "planned"]
    if len(capacities) != 1:
        return None
    one = capacities[0]
    return one if divides(one.number, one.basis) else None


# -- words ---------------------------------------------------------------------------------------------------


def total_text(total: Total, capacity: Capacity | None) -> str:
    """Say a total, and what of it comes to a place, with the division itself."""
    what = _("{year}, {kind}", year=total.year, kind=label("funding_kinds", total.kind))
    if total.amount is None:
        return f"{what}: {text.unknown()}"
    said = text.money(total.amount, total.currency)
    if total.payers_unknown:
        said = _("{amount} (not every amount is known)", amount=bounds.least(said))
    if capacity is not None and capacity.number and not total.payers_unknown:
        said = _(
            "{amount} ÷ {capacity} = {share}",
            amount=said,
            capacity=capacity_amount(capacity.number, capacity.unit),
            share=text.money(total.amount / capacity.number, total.currency),
        )
    return f"{what}: {said}"


def payments_table(payments: Sequence[Payment], names: Mapping[str, Cell] | None = None) -> Html:
    """
    Return payments as a table.

    Parameters
    ----------
    payments
        In the order in which they stand.
    names
        Where several services are told of: a cell for each, by service_id.
    """
    columns = [
        *([Column(_("Service"))] if names is not None else []),
        Column(_("Year")),
        Column(_("Who pays")),
        Column(_("Sum")),
        Column(_("Amount"), is_number=True),
        Column(_("Source")),
    ]
    rows: list[list[Cell]] = [
        [
            *([names.get(one.service_id)] if names is not None else []),
            str(one.year),
            label("funding_sources", one.payer),
            label("funding_kinds", one.kind),
            text.money(one.amount, one.currency),
            lines([one.source, one.note]),
        ]
        for one in payments
    ]
    return html_table(columns, rows, _("Money by year and payer"))


def networks_table(networks: Sequence[NetworkCapacity], names: Mapping[str, Cell] | None = None) -> Html:
    """Return capacities in networks as a table; `names` as in `payments_table`."""
    columns = [
        *([Column(_("Service"))] if names is not None else []),
        Column(_("Network")),
        Column(_("Year")),
        Column(_("Form")),
        Column(_("Capacity in the network")),
        Column(_("Full-time equivalents"), is_number=True),
        Column(_("Source")),
    ]
    rows: list[list[Cell]] = [
        [
            *([names.get(one.service_id)] if names is not None else []),
            one.network,
            str(one.year),
            label("forms", one.form),
            capacity_amount(one.number, one.unit),
            text.number(one.full_time_equivalents, 2),
            lines([one.source, one.note]),
        ]
        for one in networks
    ]
    return html_table(columns, rows, _("Capacity in networks"))


def totals_html(entry: Service, payments: Sequence[Payment]) -> Html:
    """Say the totals of a service, one line each; the division stands there where it means something."""
    capacity = divisor(entry)
    return lines([total_text(total, capacity) for total in totals(payments)])


def division_note(entry: Service, data_date: str | None) -> str:
    """Say by what the money was divided, or why it was not."""
    capacity = divisor(entry)
    if capacity is None:
        return _(
            "Not divided among places: the capacity is unknown, doubtful, "
            "told in several forms or not counted at one time."
        )
    return _(
        "Divided by the capacity in the data of {day}; what a year's payers left out is not in it.",
        day=text.date(data_date),
    )


def nothing(found: Books) -> str:
    """Say that nothing is known and how it comes here."""
    if found.is_empty:
        return _(
            "Nothing about money or networks is loaded. "
            "An office adds them with its own tables (kinds “funding” and “network”)."
        )
    return _("The loaded tables say nothing about money or networks here.")

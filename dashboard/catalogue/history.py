"""
What datasets so far said of a service's capacity, and what is remembered of services that are gone.

The days are those of the data, not of the change:
between the last day of one statement and the first of the next it happened. Pure functions on the dataset.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard import text
from dashboard.catalogue.words import capacity_value
from dashboard.phrases.labels import label
from dashboard.tables.html import Cell, Column, Html, html_table
from dashboard.text import _
from geodata.reading import values
from geodata.reading.services import Capacity

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset


@dataclass(frozen=True)
class Statement:
    """What every dataset from one day to another said of a capacity; its number None = unknown."""

    capacity: Capacity
    seen_from: str
    seen_to: str


@dataclass(frozen=True)
class Gone:
    """A service that an earlier dataset held: nobody said that it ended."""

    service_id: str
    registration_id: str | None
    name: str
    kind: str
    last_seen: str
    gone_since: str


def statements(dataset: Dataset) -> dict[str, tuple[Statement, ...]]:
    """Return the statements by service_id: forms and units apart, in the order of their days."""
    found: defaultdict[str, list[Statement]] = defaultdict(list)
    for row in values.rows(dataset["capacity_history"]):
        capacity = Capacity(
            form=row["form"],
            unit=row["unit"],
            kind=row["kind"],
            number=row["capacity_number"],
            basis=row["basis"],
            bound=None,
            is_retold=False,
            as_found=None,
        )
        found[row["service_id"]].append(Statement(capacity, row["seen_from"], row["seen_to"]))
    return {service_id: tuple(sorted(rows, key=_order)) for service_id, rows in found.items()}


def gone(dataset: Dataset) -> dict[str, Gone]:
    """Return the services that are gone, by service_id, those last seen latest first."""
    rows = [
        Gone(
            service_id=row["service_id"],
            registration_id=row["registration_id"],
            name=row["name"],
            kind=row["service_type_code"],
            last_seen=row["last_seen"],
            gone_since=row["gone_since"],
        )
        for row in values.rows(dataset["tombstone"])
    ]
    rows.sort(key=lambda row: row.service_id)
    rows.sort(key=lambda row: row.last_seen, reverse=True)
    return {row.service_id: row for row in rows}


def _order(statement: Statement) -> tuple[str, str, str]:
    return statement.capacity.form, statement.capacity.unit, statement.seen_from


def by_form(statements: Sequence[Statement]) -> list[tuple[Statement, ...]]:
    """Return the statements of each form and unit apart: they are never set against each other."""
    found: defaultdict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in sorted(statements, key=_order):
        found[statement.capacity.form, statement.capacity.unit].append(statement)
    return [tuple(rows) for rows in found.values()]


def has_changed(statements: Sequence[Statement], data_date: str | None) -> bool:
    """Tell whether datasets differ in what they say, or one of their statements is no longer made."""
    return any(len(rows) > 1 or _is_over(rows[-1], data_date) for rows in by_form(statements))


def _is_over(statement: Statement, data_date: str | None) -> bool:
    return data_date is not None and statement.seen_to < data_date


def sentences(statements: Sequence[Statement], data_date: str | None) -> list[str]:
    """
    Say the course of each capacity that changed:
    "residential: 40 beds until 4 September 2026, from 1 February 2027 46 beds".

    Parameters
    ----------
    told
        Statements of one service.
    data_date
        Day the dataset speaks of: what was last said before it is said no longer.
    """
    said = []
    for rows in by_form(statements):
        if len(rows) == 1 and not _is_over(rows[0], data_date):
            continue
        parts = []
        for position, row in enumerate(rows):
            words = {"capacity": capacity_value(row.capacity), "day": text.date(row.seen_to)}
            if position == 0:
                parts.append(_("{capacity} until {day}", **words))
            elif row is rows[-1] and not _is_over(row, data_date):
                parts.append(
                    _("from {day} {capacity}", capacity=words["capacity"], day=text.date(row.seen_from))
                )
            elif row.seen_from == row.seen_to:
                parts.append(_("on {day} {capacity}", **words))
            else:
                parts.append(_("from {first} to {day} {capacity}", first=text.date(row.seen_from), **words))
        if _is_over(rows[-1], data_date):
            parts.append(_("no longer stated since"))
        said.append(
            _("{form}: {capacity}", form=label("forms", rows[0].capacity.form), capacity=", ".join(parts))
        )
    return said


def unchanged(statements: Sequence[Statement], data_date: str | None) -> str | None:
    """Say since when the data repeat the same; None where only one dataset spoke, or something changed."""
    since = min((row.seen_from for row in statements), default=None)
    if since is None or has_changed(statements, data_date) or since == data_date:
        return None
    return _("unchanged in the data since {day}", day=text.date(since))


def table(statements: Sequence[Statement]) -> Html:
    """Return the statements as a table; forms and units stand apart."""
    columns = [Column(_("Form")), Column(_("Capacity")), Column(_("Data from")), Column(_("Data to"))]
    rows: list[list[Cell]] = [
        [
            label("forms", row.capacity.form),
            capacity_value(row.capacity),
            text.date(row.seen_from),
            text.date(row.seen_to),
        ]
        for rows_of_form in by_form(statements)
        for row in rows_of_form
    ]
    return html_table(columns, rows, _("Capacity as the data told it, build after build"))


def gone_facts(service: Gone, statements: Sequence[Statement]) -> list[tuple[str, Cell]]:
    """Return what is remembered of a service that is gone."""
    last = max((row.seen_to for row in statements), default=None)
    capacities = [
        row.capacity for row in statements if row.seen_to == last and row.capacity.number is not None
    ]
    said = [
        _("{form}: {capacity}", form=label("forms", one.form), capacity=capacity_value(one))
        for one in capacities
    ]
    return [
        (_("Kind of service"), label("service_types", service.kind)),
        (_("Last seen in the data of"), text.date(service.last_seen)),
        (_("Missing since the data of"), text.date(service.gone_since)),
        (_("Capacity when last seen"), "; ".join(said) or text.unknown()),
        (_("Registration number"), service.registration_id),
    ]


def gone_sentence(service: Gone) -> str:
    """Say what became of it: nothing is known but that it is gone."""
    return _(
        "This service was last in the data of {day}. What became of it is not said: "
        "it may have ended, moved or got another number.",
        day=text.date(service.last_seen),
    )

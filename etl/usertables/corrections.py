"""
Corrections by an office: they win over the sources on every build, as long as the sources still say what was
corrected.

The newest correction of a value stands. Two of one day that contradict each other are both left out and told;
so is one whose expected value the sources no longer hold. A correction never makes a protected address known.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from etl.cleaning.locate import LoadedMunicipality, locate
from etl.cleaning.protect import is_protected
from etl.usertables.cells.rows import Row
from etl.usertables.checks import own_ids
from etl.usertables.correction_values import UNKNOWN, same_value
from etl.usertables.read import UserTable
from geodata.dataset import rules
from geodata.vocabulary.basis import basis_of_capacities
from geodata.vocabulary.identifiers import clean_email, clean_phone, clean_postal_code, clean_web, fold

DIGEST_LENGTH = 16
BASIS = "capacity.basis"
HIDDEN_REASON = "důvod se u chráněné adresy nezveřejňuje"  # it may tell what the value must not
PLACE_COLUMNS = ("latitude", "longitude", "address_point_code")
CLEANED = {"service.phone": clean_phone, "site.postal_code": clean_postal_code}

Contents = dict[str, pd.DataFrame]
Key = tuple[str, str, str | None, str | None]


@dataclass(frozen=True)
class Correction:
    """
    One row of a table `corrections`; `new` and `expected` as text, UNKNOWN = not known, None (expected)
    = not stated.
    """

    origin_id: str
    row_number: int
    record: str
    table: str
    field: str
    form: str | None
    unit: str | None
    expected: str | None
    new: str
    date: str
    office: str
    reason: str

    @property
    def subject(self) -> str:
        """What is corrected, for instance capacity.capacity_number."""
        return f"{self.table}.{self.field}"

    @property
    def correction_id(self) -> str:
        """Return an identifier that stays the same on every build."""
        parts = (
            self.record,
            self.subject,
            self.form or "",
            self.unit or "",
            self.date,
            fold(self.office),
            self.new,
        )
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:DIGEST_LENGTH]


@dataclass
class Outcome:
    """
    What became of a correction:
    a code of `correction_states`, the value it replaced, why it was not applied.
    """

    state: str
    record_id: str
    replaced: str | None = None
    detail: str | None = None
    is_secret: bool = False


def corrections_of(table: UserTable, origin_id: str) -> list[Correction]:
    """Return the corrections of a filled-in table."""
    return [
        Correction(
            origin_id=origin_id,
            row_number=row["row_number"],
            record=row["record_id"],
            table=row["field"].split(".")[0],
            field=row["field"].split(".")[1],
            form=row["form"],
            unit=row["unit"],
            expected=row["old_value"],
            new=row["new_value"],
            date=row["date"],
            office=row["office"],
            reason=row["reason"],
        )
        for row in table.rows
    ]


def apply_corrections(
    contents: Mapping[str, pd.DataFrame],
    corrections: Sequence[Correction],
    located: Mapping[str, LoadedMunicipality],
) -> Contents:
    """
    Apply corrections to the tables of a dataset.

    Parameters
    ----------
    contents
        All tables; not modified.
    corrections
        In any order; the result does not depend on it.
    located
        The loaded municipalities, for the point of a site whose address is corrected.

    Returns
    -------
    corrected
        All tables, with table `correction` saying what became of each.
    """
    found: Contents = dict(contents)
    if not corrections:
        return found
    outcomes: dict[Correction, Outcome] = {}
    # The basis comes last: it is read anew from corrected numbers, and a stated one stands over that.
    for is_basis in (False, True):
        part = [correction for correction in corrections if (correction.subject == BASIS) == is_basis]
        state = _State(found, located)
        _apply(state, part, outcomes)
        for correction in part:
            outcomes[correction].is_secret = state.is_secret(correction)
        found = state.contents()
        if not is_basis and any(
            outcome.state == "applied" and correction.table == "capacity"
            for correction, outcome in outcomes.items()
        ):
            capacity = found["capacity"]
            basis = basis_of_capacities(capacity, found["service"], found["benchmark"])
            found["capacity"] = rules.conform(
                "capacity", capacity.assign(**{str(name): basis[name] for name in basis.columns})
            )
    found["correction"] = _table(outcomes)
    return found


class _State:
    """Rows of the tables that corrections may change, found by identifier."""

    def __init__(
        self, contents: Mapping[str, pd.DataFrame], located: Mapping[str, LoadedMunicipality]
    ) -> None:
        self._contents = dict(contents)
        self.located = located
        self.rows = {
            name: [
                {str(key): _plain(value) for key, value in row.items()}
                for row in contents[name].to_dict("records")
            ]
            for name in ("service", "capacity", "site")
        }
        self.services = {row["service_id"]: row for row in self.rows["service"]}
        self.numbers = {row["registration_id"]: row for row in self.rows["service"] if row["registration_id"]}
        self.sites: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows["site"]:
            self.sites[row["service_id"]].append(row)
        self.capacities: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows["capacity"]:
            self.capacities[row["service_id"]].append(row)

    def contents(self) -> Contents:
        """Return all tables with the rows as they are now."""
        return self._contents | {
            name: rules.conform(
                name, pd.DataFrame(rows, columns=list(self._contents[name].columns), dtype=object)
            )
            for name, rows in self.rows.items()
        }

    def service(self, record: str) -> Row | None:
        """Return the service of an identifier, a registration number, a writer's own identifier or a site."""
        site = next((row for row in self.rows["site"] if row["site_id"] == record), None)
        names = (record, *own_ids(record))
        found = self.numbers.get(record) or next(
            (self.services[name] for name in names if name in self.services), None
        )
        return found or (self.services[site["service_id"]] if site else None)

    def is_secret(self, correction: Correction) -> bool:
        """Tell whether a correction speaks of a service whose address is protected."""
        service = self.service(correction.record)
        if service is None:
            return False
        sites = self.sites[service["service_id"]]
        return is_protected(service["service_type_code"]) or any(site["is_protected"] for site in sites)

    def target(self, correction: Correction) -> tuple[Row | None, str]:
        """Return the row that a correction speaks of, or None and why there is none."""
        service = self.service(correction.record)
        if service is None:
            return None, f"no service or site {correction.record} is in the data"
        if correction.table == "service":
            return service, ""
        if correction.table == "site":
            sites = self.sites[service["service_id"]]
            exact = [row for row in sites if row["site_id"] == correction.record]
            if len(exact or sites) == 1:
                return (exact or sites)[0], ""
            return (
                None,
                (
                    f"the service has {len(sites)} sites: "
                    f"name one of {', '.join(row['site_id'] for row in sites)}"
                ),
            )
        return self._capacity(correction, self.capacities[service["service_id"]])

    @staticmethod
    def _capacity(correction: Correction, rows: list[Row]) -> tuple[Row | None, str]:
        def fits(row: Row, *, unit: str | None) -> bool:
            return (correction.form is None or row["form"] == correction.form) and (
                unit is None or row["unit"] == unit
            )

        found = [row for row in rows if fits(row, unit=correction.unit)]
        if correction.unit is None or correction.form is None:
            found = [row for row in found if not row["is_retold"]]
        if not found:
            # A form whose capacity is not known at all: the correction says in which unit it is.
            found = [row for row in rows if fits(row, unit="unknown") and row["capacity_number"] is None]
        if len(found) == 1:
            return found[0], ""
        choices = ", ".join(f"{row['form']}:{row['unit']}" for row in found or rows)
        return (
            None,
            f"the service has {'several' if found else 'no such'} capacities: give form and unit ({choices})",
        )


def _apply(state: _State, corrections: Sequence[Correction], outcomes: dict[Correction, Outcome]) -> None:
    targets: dict[Key, list[tuple[Correction, Row]]] = defaultdict(list)
    for correction in sorted(corrections, key=lambda one: (one.date, one.correction_id)):
        if state.is_secret(correction) and (
            correction.table == "site" or correction.subject == "service.name"
        ):
            # Whatever else may be wrong with it: the value may be the address.
            service = state.service(correction.record) or {}
            outcomes[correction] = Outcome("refused", service["service_id"], is_secret=True)
            continue
        row, why = state.target(correction)
        if row is None:
            outcomes[correction] = Outcome("not_found", correction.record, detail=why)
            continue
        key: Key = (
            correction.subject,
            row.get("site_id") or row["service_id"],
            row.get("form"),
            row.get("unit"),
        )
        targets[key].append((correction, row))
    for entries in targets.values():
        _settle(state, entries, outcomes)


def _settle(
    state: _State, entries: Sequence[tuple[Correction, Row]], outcomes: dict[Correction, Outcome]
) -> None:
    """Let the newest correction of one value stand."""
    newest = max(correction.date for correction, _ in entries)
    latest = [(correction, row) for correction, row in entries if correction.date == newest]
    for correction, row in entries:
        if correction.date < newest:
            outcomes[correction] = Outcome(
                "superseded", _record_id(row), detail=f"by the correction of {newest}"
            )
    if len({correction.new for correction, _ in latest}) > 1:
        values = ", ".join(sorted(correction.new or "?" for correction, _ in latest))
        for correction, row in latest:
            outcomes[correction] = Outcome("conflicting", _record_id(row), detail=f"{newest}: {values}")
        return
    row = latest[0][1]
    before = _text(row[latest[0][0].field])
    for number, (correction, _) in enumerate(latest):
        outcomes[correction] = _judge(state, correction, row, before)
        if outcomes[correction].state == "applied" and number == 0:
            _write(state, correction, row)


def _judge(state: _State, correction: Correction, row: Row, before: str | None) -> Outcome:
    service = state.services[row["service_id"]]
    record_id, country = _record_id(row), service["country"]
    if before == _text(_value(correction, country)):
        return Outcome("applied", record_id, before)
    if correction.expected is not None and not same_value(
        correction.subject, before, correction.expected, country
    ):
        return Outcome("outdated", record_id, before, f"the sources say {before or '?'}")
    if correction.subject == "site.municipality_code" and correction.new not in {UNKNOWN, *state.located}:
        return Outcome("not_found", record_id, before, f"municipality {correction.new or '?'} is not loaded")
    if correction.subject == BASIS and row["capacity_number"] is None:
        return Outcome("not_found", record_id, before, "the capacity has no number")
    return Outcome("applied", record_id, before)


def _value(correction: Correction, country: str) -> Any:
    """Return the corrected value as the dataset holds it."""
    if correction.new == UNKNOWN:
        return None
    if correction.subject == "capacity.capacity_number":
        return float(correction.new)
    if correction.subject in CLEANED:
        return CLEANED[correction.subject](correction.new, country)
    if correction.subject == "service.web":
        return clean_web(correction.new)
    if correction.subject == "service.email":
        return clean_email(correction.new)
    return correction.new


def _write(state: _State, correction: Correction, row: Row) -> None:
    country = state.services[row["service_id"]]["country"]
    before = row[correction.field]
    row[correction.field] = _value(correction, country)
    if before == row[correction.field]:
        return
    if correction.table == "capacity":
        row["origin_id"] = correction.origin_id
        if correction.subject == BASIS:
            row["basis_reason"], row["bound_number"] = "correction", None
        else:
            # The words of the source spoke of another number.
            row["capacity_text"] = None
            if row["unit"] == "unknown" and correction.unit is not None:
                row["unit"] = correction.unit
    if correction.subject in ("site.municipality_code", "site.street_address"):
        # The old point is the point of the old address.
        row.update(dict.fromkeys(PLACE_COLUMNS), municipality_part=None, origin_id=correction.origin_id)
        if correction.field == "municipality_code":
            row.update(municipality_name=None, district_code=None, street_address=None, postal_code=None)
        row.update(locate(row, state.located, {}))


def _record_id(row: Row) -> str:
    return str(row.get("site_id") or row["service_id"])


def _plain(value: Any) -> Any:
    return None if pd.isna(value) else value


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return f"{value:g}" if isinstance(value, float) else str(value)


def _table(outcomes: Mapping[Correction, Outcome]) -> pd.DataFrame:
    rows = {}
    for correction, outcome in sorted(outcomes.items(), key=lambda item: item[0].row_number):
        # A place that belongs to no loaded service may be a protected one: it is not told either.
        hidden = outcome.state == "refused" or (outcome.state == "not_found" and correction.table == "site")
        rows[correction.correction_id] = {
            "correction_id": correction.correction_id,
            "table_name": correction.table,
            "record_id": outcome.record_id,
            "form": correction.form,
            "unit": correction.unit,
            "field_name": correction.field,
            "expected_text": None if hidden else correction.expected or None,
            "replaced_text": None if hidden else outcome.replaced,
            "new_text": None if hidden else correction.new or None,
            "correction_date": correction.date,
            "office": correction.office,
            "reason": HIDDEN_REASON if hidden or outcome.is_secret else correction.reason,
            "state": outcome.state,
            "detail": None if hidden and outcome.state == "refused" else outcome.detail,
            "origin_id": correction.origin_id,
        }
    return rules.conform("correction", pd.DataFrame(list(rows.values()), dtype=object))

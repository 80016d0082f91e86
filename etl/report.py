"""The report of a build: row accounting, what was rejected and linked, what a person should look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from rich.console import Console

    from etl.changes import Changes

REPORT_VERSION = 1
OTHER_GROUPS = "not named"


@dataclass(frozen=True)
class BuildReport:
    """
    What a build did.

    `unconfirmed` are page services of kinds the register covers, in its districts, that it does not confirm; `near` are pages
    that resemble a registration without being joined to it; `described` served areas that stayed words. None of them tells
    the place of a protected service. `changes` are those since the last dataset (None where there was none to compare with),
    `losses` what it lost, `notes` what a person should look at in the office's own tables, `alike` pairs of an own service and a known one that resemble each other.
    """

    path: str
    content_hash: str
    data_date: str
    tables: Mapping[str, pd.DataFrame]
    unconfirmed: tuple[Mapping[str, Any], ...] = ()
    near: tuple[Mapping[str, Any], ...] = ()
    described: tuple[Mapping[str, Any], ...] = ()
    stale_decisions: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    changes: Changes | None = None
    losses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    alike: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain lists and dictionaries, in a stable order."""
        return {
            "report_version": REPORT_VERSION,
            "dataset": self.path,
            "content_hash": self.content_hash,
            "data_date": self.data_date,
            "sources": _records(self.tables["accounting"]),
            "rejected": _records(self.tables["rejected"]),
            "linked": _records(self.tables["linked"]),
            "tables": {name: len(frame) for name, frame in self.tables.items()},
            "services_by_evidence": _counts(self.tables["service"]["evidence"]),
            "services_by_status": _counts(self.tables["service"]["status"]),
            "sites_by_location_quality": _counts(self.tables["site"]["location_quality"]),
            "capacities_by_basis": _counts(self.tables["capacity"]["basis"]),
            "not_confirmed_by_register": [dict(row) for row in self.unconfirmed],
            "resemble_a_registration": [dict(row) for row in self.near],
            "served_areas_left_as_words": [dict(row) for row in self.described],
            "decisions_to_look_at_again": list(self.stale_decisions),
            "corrections": _records(self.tables["correction"]),
            "own_tables": list(self.notes),
            "changes": None if self.changes is None else self.changes.as_json(),
            "losses": list(self.losses),
            "seconds": {step: round(value, 3) for step, value in self.seconds.items()},
        }


def _counts(values: pd.Series) -> dict[str, int]:
    counted = Counter("unknown" if pd.isna(value) else str(value) for value in values)
    return dict(sorted(counted.items()))


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def _grouped(frame: pd.DataFrame, column: str) -> list[tuple[str, str, str]]:
    counted = Counter(zip(frame["origin_id"], frame[column], strict=True))
    return [(origin, value, str(number)) for (origin, value), number in sorted(counted.items())]


def print_report(report: BuildReport, console: Console) -> None:
    """Print the report as tables that can be read on a screen and in a file."""
    from rich import box
    from rich.table import Table

    def table(title: str, *headings: str) -> Table:
        made = Table(title=title, title_justify="left", box=box.SIMPLE)
        for number, heading in enumerate(headings):
            made.add_column(heading, justify="left" if number == 0 else "right", overflow="fold")
        return made

    accounts = table("Rows of each source", "source", "read", "loaded", "merged", "rejected")
    for row in _records(report.tables["accounting"]):
        numbers = (row[name] for name in ("rows_read", "rows_loaded", "rows_merged", "rows_rejected"))
        accounts.add_row(row["origin_id"], *(f"{number:,}" for number in numbers))
    console.print(accounts)

    if len(report.tables["rejected"]):
        rejected = table("Rejected", "source", "reason", "rows")
        for origin, reason, number in _grouped(report.tables["rejected"], "reason"):
            rejected.add_row(origin, reason, number)
        console.print(rejected)
    else:
        console.print("Rejected: no row.")
    linked = table("Merged with a row already loaded", "source", "rule", "rows")
    for origin, rule, number in _grouped(report.tables["linked"], "rule"):
        linked.add_row(origin, rule, number)
    console.print(linked)

    counts = table("In the dataset", "table", "rows")
    for name, frame in report.tables.items():
        if len(frame):
            counts.add_row(name, f"{len(frame):,}")
    console.print(counts)

    if report.unconfirmed:
        lost = table("Known from a page, not confirmed by the register (kept)", "service", "kind", "name")
        for service in report.unconfirmed:
            if service["is_for_seniors"] != OTHER_GROUPS:
                lost.add_row(service["service_id"], service["service_type_code"], service["name"])
        console.print(lost)
    others = sum(service["is_for_seniors"] == OTHER_GROUPS for service in report.unconfirmed)
    if others:
        console.print(
            f"{others} more are for other people than seniors: the loaded part of the register lacks those."
        )
    for sentence in report.stale_decisions:
        console.print(f"Look again: {sentence}", markup=False)
    if report.near:
        pairs = ", ".join(f"{row['page_row']} ~ {'/'.join(row['registrations'])}" for row in report.near)
        console.print(f"Alike, but not joined: {pairs}", markup=False)
    console.print(f"Served areas left as words: {len(report.described)}")
    _print_own(report, console)
    total = sum(report.seconds.values())
    console.print(
        f"Data date {report.data_date}. Content hash {report.content_hash}. {total:.1f} s.", highlight=False
    )


def _print_own(report: BuildReport, console: Console) -> None:
    """Print what became of corrections, what to look at in the office's own tables, and how much changed."""
    for row in _records(report.tables["correction"]):
        if row["state"] not in ("applied", "superseded"):
            what = f"{row['record_id']}, {row['table_name']}.{row['field_name']}, {row['correction_date']}"
            why = f" ({row['detail']})" if row["detail"] else ""
            console.print(f"Correction not applied, {row['state']}: {what}{why}", markup=False)
    for note in report.notes:
        console.print(f"Look at: {note}", markup=False)
    for loss in report.losses:
        console.print(f"Lost since the last dataset: {loss}", markup=False)
    if report.changes is not None:
        counts = {kind: number for kind, number in report.changes.as_json()["counts"].items() if number}
        told = ", ".join(f"{kind.replace('_', ' ')} {number}" for kind, number in counts.items()) or "nothing"
        console.print(f"Changed since the last dataset: {told}.", markup=False)

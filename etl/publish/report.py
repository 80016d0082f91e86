"""The report of a build: row accounting, what was rejected and linked, what a person should look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import yaml

from etl.publish.change_words import of
from geodata.said import in_language
from geodata.vocabulary.codes import label

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from etl.publish.changes import Changes

REPORT_VERSION = 1
OTHER_GROUPS = "not named"


@dataclass(frozen=True)
class BuildReport:
    """
    What a build did.

    `unconfirmed` are page services of kinds the register covers, in its districts,
    that it does not confirm; `near` are pages that resemble a registration without being joined to it;
    `described` served areas that stayed words. None of them tells the place of a protected service.
    `changes` are those since the last dataset (None where there was none to compare with),
    `losses` what it lost, `notes` what a person should look at in the office's own tables,
    `alike` pairs of an own service and a known one that resemble each other.
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


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    content: Mapping[str, Mapping[str, str]] = yaml.safe_load(
        files("etl.publish").joinpath("report_words.yaml").read_text(encoding="utf-8")
    )
    return content


def say(name: str, language: str, /, **values: object) -> str:
    """Return a word or sentence of the report (`report_words.yaml`) in a language."""
    return _words()[name][language].format(**values)


def print_report(report: BuildReport, console: Console, language: str = "en") -> None:
    """Print the report as tables that can be read on a screen and in a file."""
    _print_rows(report, console, language)
    _print_unconfirmed(report, console, language)
    for sentence in report.stale_decisions:
        console.print(say("look_again", language, sentence=sentence), markup=False)
    if report.near:
        pairs = ", ".join(f"{row['page_row']} ~ {'/'.join(row['registrations'])}" for row in report.near)
        console.print(say("alike", language, pairs=pairs), markup=False)
    console.print(say("described", language, number=len(report.described)))
    _print_own(report, console, language)
    end = {"date": report.data_date, "hash": report.content_hash}
    seconds = f"{sum(report.seconds.values()):.1f}"
    console.print(say("end", language, **end, seconds=seconds), highlight=False)


def _table(language: str, title: str, *headings: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=say(title, language), title_justify="left", box=box.SIMPLE)
    for number, heading in enumerate(headings):
        justify: Literal["left", "right"] = "left" if number == 0 else "right"
        table.add_column(say(heading, language), justify=justify, overflow="fold")
    return table


def _print_rows(report: BuildReport, console: Console, language: str) -> None:
    """Print what became of the rows of every source, and how many rows the dataset's tables have."""
    accounts = _table(language, "accounts", "source", "read", "loaded", "merged", "rejected")
    for row in _records(report.tables["accounting"]):
        numbers = (row[name] for name in ("rows_read", "rows_loaded", "rows_merged", "rows_rejected"))
        accounts.add_row(row["origin_id"], *(f"{number:,}" for number in numbers))
    console.print(accounts)

    if len(report.tables["rejected"]):
        rejected = _table(language, "rejected_rows", "source", "reason", "rows")
        for origin, reason, number in _grouped(report.tables["rejected"], "reason"):
            rejected.add_row(origin, reason, number)
        console.print(rejected)
    else:
        console.print(say("none_rejected", language))
    linked = _table(language, "linked", "source", "rule", "rows")
    for origin, rule, number in _grouped(report.tables["linked"], "rule"):
        linked.add_row(origin, rule, number)
    console.print(linked)

    counts = _table(language, "dataset", "table", "rows")
    for name, frame in report.tables.items():
        if len(frame):
            counts.add_row(name, f"{len(frame):,}")
    console.print(counts)


def _print_unconfirmed(report: BuildReport, console: Console, language: str) -> None:
    """Print the page services that the register does not confirm; those of other groups as a number."""
    if report.unconfirmed:
        lost = _table(language, "unconfirmed", "service", "kind", "name")
        for service in report.unconfirmed:
            if service["is_for_seniors"] != OTHER_GROUPS:
                lost.add_row(service["service_id"], service["service_type_code"], service["name"])
        console.print(lost)
    others = sum(service["is_for_seniors"] == OTHER_GROUPS for service in report.unconfirmed)
    if others:
        console.print(say("others", language, number=others))


def _print_own(report: BuildReport, console: Console, language: str) -> None:
    """Print what became of corrections, what to look at in the office's own tables, and how much changed."""
    for row in _records(report.tables["correction"]):
        if row["state"] not in ("applied", "superseded"):
            what = f"{row['record_id']}, {row['table_name']}.{row['field_name']}, {row['correction_date']}"
            why = f" ({row['detail']})" if row["detail"] else ""
            state = label("correction_states", row["state"], language)
            console.print(say("correction", language, state=state, what=f"{what}{why}"), markup=False)
    for note in report.notes:
        console.print(say("look_at", language, note=in_language(note, language)), markup=False)
    for loss in report.losses:
        console.print(say("lost", language, loss=loss), markup=False)
    if report.changes is not None:
        counts = {kind: number for kind, number in report.changes.as_json()["counts"].items() if number}
        headings = of(language).headings
        counted = "; ".join(f"{headings.get(kind, kind)}: {number}" for kind, number in counts.items())
        console.print(say("changed", language, what=counted or say("nothing", language)), markup=False)

"""Own tables and areas as they enter a dataset, each with its origin."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from etl.cleaning.locate import LoadedMunicipality
from etl.cleaning.records import Records
from etl.usertables.areas import with_own_areas
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.schema import layout
from etl.usertables.checks import own_ids
from etl.usertables.corrections import apply_corrections, corrections_of
from etl.usertables.figures import funding_table, need_tables, network_table
from etl.usertables.findings import finding_table
from etl.usertables.notes import Note
from etl.usertables.people import likely_people
from etl.usertables.read import UserTable
from etl.usertables.services import Added, add_services
from geodata.areas import AreaFile
from geodata.dataset import rules
from geodata.vocabulary.provenance import checksum

OWN_TABLE = "Vlastní tabulka"
OWN_AREA = "Vlastní území"
OWN_LICENCE = "podle zdrojů uvedených v řádcích"
HIDDEN_SOURCE = "zdroj se u chráněné adresy nezveřejňuje"
BY_SERVICE = ("network", "funding")  # rows that speak of a service by its identifier
Contents = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class UserInput:
    """
    A table, the file it stands in, and the origin it gets;
    `stated` is what its mapping says of the origin.
    """

    table: UserTable
    path: Path
    origin_id: str
    stated: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OwnArea:
    """A planning area of the office; `path` is None where a table of `inputs` holds it."""

    area: AreaFile
    origin_id: str
    path: Path | None = None


@dataclass
class UserInputs:
    """
    All tables and areas of an office.

    Attributes
    ----------
    added
        What became of the services, by origin_id; filled by `add_to_records`.
    """

    inputs: Sequence[UserInput] = ()
    own_areas: Sequence[OwnArea] = ()
    added: dict[str, Added] = field(default_factory=dict)

    def of(self, kind: str) -> list[tuple[UserTable, str]]:
        """Return the tables of a kind, each with its origin_id."""
        return [(part.table, part.origin_id) for part in self.inputs if part.table.kind == kind]

    def with_areas(self, areas: Mapping[str, AreaFile]) -> dict[str, AreaFile]:
        """Add the office's areas to the project's own ones."""
        return with_own_areas(areas, [own.area for own in self.own_areas])

    def add_to_records(
        self, records: Records, places: NamedMunicipalities, located: Mapping[str, LoadedMunicipality]
    ) -> None:
        """Add the services of all tables, or complete those that are known."""
        for table, origin_id in self.of("services"):
            self.added[origin_id] = add_services(table, origin_id, records, places, located)

    def keep_secrets(self, contents: Mapping[str, pd.DataFrame], records: Records) -> None:
        """
        Remember what corrections say of the place or name of a protected service.

        They are refused, and no other text may tell it.
        """
        site = contents["site"]
        hidden = set(site.loc[site["is_protected"].astype("bool"), "service_id"])
        known = self._service_ids(contents["service"])
        known |= dict(zip(site["site_id"], site["service_id"], strict=True))
        names = dict(
            zip(contents["municipality"]["municipality_code"], contents["municipality"]["name"], strict=True)
        )
        for table, origin_id in self.of("corrections"):
            for one in corrections_of(table, origin_id):
                service_id = next(
                    (known[name] for name in (one.record, *own_ids(one.record)) if name in known), None
                )
                if (
                    service_id is not None
                    and service_id in hidden
                    and (one.table == "site" or one.subject == "service.name")
                ):
                    words = [names.get(value or "", value) for value in (one.expected, one.new)]
                    is_name = one.subject == "service.name"
                    records.secrets[service_id].add(() if is_name else words, words if is_name else ())

    def add_to_contents(
        self, contents: Mapping[str, pd.DataFrame], located: Mapping[str, LoadedMunicipality]
    ) -> Contents:
        """
        Correct the tables of a dataset and add need, network, funding, origins and the account of every row.

        Parameters
        ----------
        contents
            All tables; not modified.
        located
            The loaded municipalities.
        """
        corrections = [
            one for table, origin_id in self.of("corrections") for one in corrections_of(table, origin_id)
        ]
        found = apply_corrections(contents, corrections, located)
        self._settle_areas(found)
        found["need"], found["need_total"] = need_tables(
            self.of("needs"), found["area_membership"], found["population"]
        )
        found["finding"] = finding_table(self.of("findings"))
        service_ids = self._service_ids(found["service"])
        found["network"] = network_table(self.of("network"), service_ids)
        found["funding"] = funding_table(self.of("funding"), service_ids)
        secret = {*found["site"].loc[found["site"]["is_protected"].astype("bool"), "service_id"]}
        for name in BY_SERVICE:
            found[name] = _without_places(found[name], secret)
        unknown = self._unknown(service_ids)
        if unknown:
            found["rejected"] = _appended("rejected", found["rejected"], unknown)
        if self.inputs:
            found["origin"] = _appended("origin", found["origin"], [_origin(part) for part in self.inputs])
            found["accounting"] = _appended("accounting", found["accounting"], self._accounts(unknown))
        return found

    def notes(self, language: str) -> list[str]:
        """
        Return sentences that a person should look at: unused columns, names of people,
        what a spreadsheet hides, services alike.
        """
        found = []
        for part in self.inputs:
            table = part.table
            notes = [Note("unused_column", table.sheet, values={"column": name}) for name in table.unused]
            notes += [
                Note(
                    "person",
                    table.sheet,
                    row,
                    {"column": layout(table.kind).column(column).heading[language]},
                )
                for row, column in likely_people(table)
            ]
            found += [f"{table.file}: {note.sentence(language)}" for note in (*notes, *table.notes)]
        return found + [
            Note("alike", values={"service": service_id, "known": known}).sentence(language)
            for added in self.added.values()
            for service_id, known in added.alike
        ]

    def unknown_services(self, known: frozenset[str]) -> list[tuple[UserTable, Note]]:
        """
        Return a note for every row that speaks of a service which nobody knows.

        Parameters
        ----------
        known
            Identifiers of services, registrations and sites in the dataset, none = there is no dataset;
            services of these tables are known besides.
        """
        if not known:
            return []
        own = {row["record_id"] for table, _ in self.of("services") for row in table.rows}
        return [
            (table, Note("unknown_service", table.sheet, row["row_number"], {"service": row["record_id"]}))
            for kind in ("corrections", *BY_SERVICE)
            for table, _ in self.of(kind)
            for row in table.rows
            if row["record_id"] not in own
            and known.isdisjoint((row["record_id"], *own_ids(row["record_id"])))
        ]

    def _settle_areas(self, found: Contents) -> None:
        """Give the office's areas their own origin and account; they were counted among the project's."""
        if not self.own_areas:
            return
        origin_of = {own.area.area_id: own.origin_id for own in self.own_areas}
        area, accounting = found["area"], found["accounting"]
        own_origin = area["area_id"].map(origin_of)
        embedded = set(area.loc[own_origin.notna(), "origin_id"])
        counted = accounting["origin_id"].isin(embedded)
        for column in ("rows_read", "rows_loaded"):
            accounting = accounting.assign(**{column: accounting[column] - counted * len(origin_of)})
        found["area"] = rules.conform("area", area.assign(origin_id=own_origin.fillna(area["origin_id"])))
        files = [own for own in self.own_areas if own.path is not None]
        account = {"rows_read": 1, "rows_loaded": 1, "rows_merged": 0, "rows_rejected": 0}
        found["accounting"] = _appended(
            "accounting", accounting, [{"origin_id": own.origin_id, **account} for own in files]
        )
        found["origin"] = _appended("origin", found["origin"], [_area_origin(own) for own in files])

    def _service_ids(self, service: pd.DataFrame) -> dict[str, str]:
        found = dict(zip(service["service_id"], service["service_id"], strict=True))
        numbered = service[service["registration_id"].notna()]
        found |= dict(zip(numbered["registration_id"], numbered["service_id"], strict=True))
        own = {
            row["record_id"]
            for kind in (*BY_SERVICE, "services")
            for table, _ in self.of(kind)
            for row in table.rows
        }
        for record in own - set(found) - {None}:
            for name in own_ids(record):
                if name in found:
                    found[record] = name
        return found

    def _unknown(self, service_ids: Mapping[str, str]) -> list[dict[str, Any]]:
        return [
            {
                "origin_id": origin_id,
                "row_number": row["row_number"],
                "record_id": row["record_id"],
                "reason": "unknown_service",
                "detail": None,
            }
            for kind in BY_SERVICE
            for table, origin_id in self.of(kind)
            for row in table.rows
            if row["record_id"] not in service_ids
        ]

    def _accounts(self, unknown: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        accounts = []
        for part in self.inputs:
            read = len(part.table.rows)
            merged = self.added[part.origin_id].merged_rows if part.origin_id in self.added else 0
            rejected = sum(row["origin_id"] == part.origin_id for row in unknown)
            loaded = (
                self.added[part.origin_id].loaded_rows if part.origin_id in self.added else read - rejected
            )
            accounts.append(
                {
                    "origin_id": part.origin_id,
                    "rows_read": read,
                    "rows_loaded": loaded,
                    "rows_merged": merged,
                    "rows_rejected": rejected,
                }
            )
        return accounts


def _origin(part: UserInput) -> dict[str, Any]:
    sheet = f", {part.table.sheet}" if part.table.sheet else ""
    return {
        "origin_id": part.origin_id,
        "title": part.stated.get("title", f"{OWN_TABLE}: {part.path.name}{sheet}"),
        "publisher": part.stated.get("publisher", OWN_TABLE),
        "licence": part.stated.get("licence", OWN_LICENCE),
        "citation": part.stated.get("citation", part.path.name),
        "url": part.stated.get("url"),
        "reference_date": part.stated.get("reference_date"),
        "state_note": None,
        "file_name": part.path.name,
        "checksum_sha256": checksum(part.path),
    }


def _area_origin(own: OwnArea) -> dict[str, Any]:
    path = own.path or Path(own.area.area_id)
    return {
        "origin_id": own.origin_id,
        "title": f"{OWN_AREA}: {own.area.name}",
        "publisher": OWN_AREA,
        "licence": OWN_LICENCE,
        "citation": path.name,
        "url": None,
        "reference_date": None,
        "state_note": None,
        "file_name": path.name,
        "checksum_sha256": checksum(path),
    }


def _appended(name: str, frame: pd.DataFrame, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    return rules.conform(name, pd.concat([frame.astype(object), pd.DataFrame(rows, dtype=object)]))


def _without_places(frame: pd.DataFrame, secret: Collection[str]) -> pd.DataFrame:
    """
    Return rows without the texts that may tell where a protected service is:
    "resolution of the town of …".
    """
    is_secret = frame["service_id"].isin(list(secret))
    return frame.assign(
        source_text=frame["source_text"].mask(is_secret, HIDDEN_SOURCE), note=frame["note"].mask(is_secret)
    )

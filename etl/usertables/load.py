"""
Take the tables that an office keeps beside the dataset into a build: read them all, add, correct, account for every row.

The folder `tables` beside the dataset holds them (XLSX, CSV); a list in somebody else's layout has its mapping beside it:
`list.xlsx` and `list.mapping.yaml`. They are inputs, so every build reads them again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from etl.cleaning.locate import Place
from etl.cleaning.records import Records
from etl.usertables.areas import areas_of_table, read_area, slug, with_own_areas
from etl.usertables.cells.grid import WORKBOOK_SUFFIXES
from etl.usertables.cells.places import Places
from etl.usertables.cells.problems import Problem, UserTableError
from etl.usertables.cells.schema import layout, message_texts
from etl.usertables.checks import own_ids
from etl.usertables.corrections import apply_corrections, corrections_of
from etl.usertables.figures import funding_table, need_tables, network_table
from etl.usertables.findings import AreaNames, finding_table, with_area_ids
from etl.usertables.mapping import ColumnMapping, read_mapped, read_mapping
from etl.usertables.notes import Note
from etl.usertables.people import likely_people
from etl.usertables.read import ReadError, UserTable, read_user_tables
from etl.usertables.services import Added, add_services
from etl.usertables.twice import check_twice
from geodata.areas import Area
from geodata.dataset import rules
from geodata.errors import InputFileError
from geodata.vocabulary.provenance import checksum
from geodata.wordings import texts

FOLDER = "tables"
SUFFIXES = (*WORKBOOK_SUFFIXES, ".csv", ".txt")
MAPPING_SUFFIX = ".mapping.yaml"
OWN_TABLE = "Vlastní tabulka"
OWN_AREA = "Vlastní území"
OWN_LICENCE = "podle zdrojů uvedených v řádcích"
HIDDEN_SOURCE = "zdroj se u chráněné adresy nezveřejňuje"
BY_SERVICE = ("network", "funding")  # rows that speak of a service by its identifier

Contents = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class UserInput:
    """A table, the file it stands in, and the origin it gets; `stated` is what its mapping says of the origin."""

    table: UserTable
    path: Path
    origin_id: str
    stated: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OwnArea:
    """A planning area of the office; `path` is None where a table of `inputs` holds it."""

    area: Area
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

    def with_areas(self, areas: Mapping[str, Area]) -> dict[str, Area]:
        """Add the office's areas to the project's own ones."""
        return with_own_areas(areas, [own.area for own in self.own_areas])

    def add_to_records(self, records: Records, places: Places, located: Mapping[str, Place]) -> None:
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
                    and (one.table == "site" or one.told == "service.name")
                ):
                    told = [names.get(value or "", value) for value in (one.expected, one.new)]
                    is_name = one.told == "service.name"
                    records.secrets[service_id].add(() if is_name else told, told if is_name else ())

    def add_to_contents(self, contents: Mapping[str, pd.DataFrame], located: Mapping[str, Place]) -> Contents:
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
        """Return sentences that a person should look at: unused columns, names of people, what a spreadsheet hides, services alike."""
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
            Identifiers of services, registrations and sites in the dataset, none = there is no dataset; services of these tables are
            known besides.
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
            {"origin_id": origin_id, "row_number": row["row_number"], "record_id": row["record_id"], "reason": "unknown_service", "detail": None}
            for kind in BY_SERVICE
            for table, origin_id in self.of(kind)
            for row in table.rows
            if row["record_id"] not in service_ids
        ]  # fmt: skip

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


def default_folder(dataset: Path) -> Path:
    """Return where the tables of an office are kept: `tables` beside the dataset."""
    return dataset.parent / FOLDER


def find_files(paths: Sequence[Path]) -> list[Path]:
    """
    Return the files of tables, folders opened, each once, in a stable order.

    Files that a spreadsheet program or the system keeps for itself (`~$…`, `.…`) are left out.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                file for file in path.iterdir()
                if file.suffix.lower() in SUFFIXES and not file.name.startswith(("~$", "."))
            )  # fmt: skip
        else:
            found.append(path)
    return list({file.resolve(): file for file in found}.values())


def read_inputs(
    paths: Sequence[Path],
    places: Places,
    *,
    area_paths: Sequence[Path] = (),
    areas: AreaNames | None = None,
    language: str = "en",
) -> UserInputs:
    """
    Read all tables and areas.

    Parameters
    ----------
    paths
        Files of tables, or folders of them.
    places
        The loaded municipalities.
    area_paths
        YAML files of planning areas.
    areas
        Names of the planning areas that are known besides, by area_id: findings may speak of them.
    language
        Language of errors.

    Raises
    ------
    InputFileError
        With the problems of every file; nothing is read in then.
    """
    inputs: list[UserInput] = []
    errors: list[InputFileError] = []
    own_areas: list[OwnArea] = []
    taken: set[str] = set()
    for path in find_files(paths):
        try:
            read, stated = _read_file(path, places, language)
            inputs += [UserInput(table, path, _origin_id(table.kind, path, taken), stated) for table in read]
        except InputFileError as error:
            errors.append(error)
    for path in area_paths:
        try:
            own_areas.append(OwnArea(read_area(path, places), _origin_id("area", path, taken), path))
        except InputFileError as error:
            errors.append(error)
    own_areas += [
        OwnArea(area, part.origin_id)
        for part in inputs
        if part.table.kind == "areas"
        for area in areas_of_table(part.table, places)
    ]
    named = {own.area.area_id: (own.area.name,) for own in own_areas}
    resolved, errors = _with_areas(inputs, errors, {**(areas or {}), **named}, language)
    _raise(errors, language)
    check_twice([part.table for part in resolved], language)
    return UserInputs(tuple(resolved), tuple(own_areas))


class ManyFilesError(InputFileError):
    """Several files that cannot be used, each with all its problems."""

    def __init__(self, errors: Sequence[InputFileError], language: str) -> None:
        self.errors, self.language = tuple(errors), language
        super().__init__(
            message_texts()["said"]["several_files"][language].format(number=len(errors)),
            [str(error.in_language(language)).rstrip(".") for error in errors],
            texts("files")["next_steps"]["nothing_loaded"][language],
        )

    def in_language(self, language: str) -> ManyFilesError:
        """Return the same error in another language."""
        return ManyFilesError(self.errors, language)


def _raise(errors: Sequence[InputFileError], language: str) -> None:
    if len(errors) == 1:
        raise errors[0].in_language(language)
    if errors:
        raise ManyFilesError(errors, language)


def _with_areas(
    inputs: Sequence[UserInput], errors: Sequence[InputFileError], areas: AreaNames, language: str
) -> tuple[list[UserInput], list[InputFileError]]:
    """Resolve the areas that findings speak of: they are known only when every table has been read."""
    resolved, problems = [], dict[str, list[Problem]]()
    for part in inputs:
        table = part.table
        if table.kind == "findings":
            table, wrong = with_area_ids(table, areas)
            problems.setdefault(table.file, []).extend(wrong)
        resolved.append(replace(part, table=table))
    kept: list[InputFileError] = []
    for error in errors:
        if isinstance(error, ReadError):  # the writer gets all problems at once
            found = [part for part in error.tables if part.kind == "findings"]
            more = [wrong for table in found for wrong in with_area_ids(table, areas)[1]]
            kept.append(UserTableError(error.file, [*error.details, *more], language) if more else error)
        else:
            kept.append(error)
    return resolved, [
        *kept,
        *(UserTableError(file, wrong, language) for file, wrong in problems.items() if wrong),
    ]


def _read_file(path: Path, places: Places, language: str) -> tuple[list[UserTable], Mapping[str, str]]:
    beside = path.with_name(f"{path.stem}{MAPPING_SUFFIX}")
    if beside.is_file():
        mapping: ColumnMapping = read_mapping(beside)
        return [read_mapped(path, mapping, places, language)], mapping.origin
    return read_user_tables(path, places, language=language), {}


def _origin_id(kind: str, path: Path, taken: set[str]) -> str:
    stem = f"user_{kind}_{slug(path.stem).replace('-', '_') or 'table'}"
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    taken.add(name)
    return name


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
    """Return rows without the texts that may tell where a protected service is: "resolution of the town of …"."""
    is_secret = frame["service_id"].isin(list(secret))
    return frame.assign(
        source_text=frame["source_text"].mask(is_secret, HIDDEN_SOURCE), note=frame["note"].mask(is_secret)
    )

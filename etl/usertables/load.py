"""
Take the tables that an office keeps beside the dataset into a build: read them all, add, correct,
account for every row.

The folder `tables` beside the dataset holds them (XLSX, CSV); a list in somebody else's layout has
its mapping beside it: `list.xlsx` and `list.mapping.yaml`. They are inputs, so every build reads them again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from etl.usertables.areas import areas_of_table, read_area, slug
from etl.usertables.cells.grid import WORKBOOK_SUFFIXES
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.problems import Problem, UserTableError
from etl.usertables.cells.schema import message_texts
from etl.usertables.findings import AreaNames, with_area_ids
from etl.usertables.inputs import OwnArea, UserInput, UserInputs
from etl.usertables.mapping import ColumnMapping, read_mapped, read_mapping
from etl.usertables.read import ReadError, UserTable, read_user_tables
from etl.usertables.twice import check_twice
from geodata.errors import InputFileError
from geodata.wordings import texts

FOLDER = "tables"
SUFFIXES = (*WORKBOOK_SUFFIXES, ".csv", ".txt")
MAPPING_SUFFIX = ".mapping.yaml"


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
    places: NamedMunicipalities,
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


def _read_file(
    path: Path, places: NamedMunicipalities, language: str
) -> tuple[list[UserTable], Mapping[str, str]]:
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

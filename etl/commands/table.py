"""Commands for the tables of an office: an empty template, and a check before the next build."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from etl.commands.own import Form, FormOption, Language, LanguageOption, as_json, said, said_of_tables

if TYPE_CHECKING:
    from etl.usertables.cells.places import NamedMunicipalities
    from etl.usertables.findings import AreaNames

Decorator = Callable[[Callable[..., None]], Callable[..., None]]


class TableKind(StrEnum):
    """Tables that people fill in."""

    SERVICES = "services"
    CORRECTIONS = "corrections"
    NEEDS = "needs"
    NETWORK = "network"
    FUNDING = "funding"
    FINDINGS = "findings"
    AREAS = "areas"


DatasetOption = Annotated[
    Path | None,
    typer.Option(
        "--dataset", help="Dataset whose municipalities are known; default DOSAH_DATASET or build/dosah.gpkg."
    ),
]


def register(app: typer.Typer, in_words: Decorator) -> None:
    """Add the commands to the command line; `in_words` turns errors into one message."""

    @app.command("template")
    @in_words
    def template_command(
        kind: Annotated[TableKind, typer.Argument(help="Which table.")],
        output: Annotated[Path, typer.Option("--output", help="XLSX to write.")],
        language: LanguageOption = Language.CS,
        dataset: DatasetOption = None,
        rows: Annotated[
            Path | None,
            typer.Option(
                "--rows",
                metavar="FILE.json",
                help="Rows to begin with: a list of column: value, codes as codes.",
            ),
        ] = None,
    ) -> None:
        """
        Write an empty table to fill in: services, corrections, needs, network, funding, findings or areas.

        Put the filled-in table into the folder "tables" beside the dataset: every build reads it.
        """
        from etl.usertables.template import write_template

        filled = read_prefilled(rows) if rows is not None else []
        write_template(kind.value, language.value, output, known_places(dataset)[0], rows=filled)
        typer.echo(said_of_tables("template", language.value, output=output, name=output.name))

    @app.command("table")
    @in_words
    @said
    def table_command(
        files: Annotated[list[Path], typer.Argument(help="Filled-in tables, or folders of them.")],
        annotate: Annotated[
            Path | None,
            typer.Option("--annotate", metavar="FILE", help="Write a copy with the problems marked (XLSX)."),
        ] = None,
        language: LanguageOption = Language.CS,
        dataset: DatasetOption = None,
        form: FormOption = Form.TEXT,
    ) -> None:
        """Look at filled-in tables without building: every problem with its sheet and cell."""
        from etl.usertables.cells.annotate import write_annotated
        from etl.usertables.cells.problems import UserTableError
        from etl.usertables.cells.schema import layout
        from etl.usertables.load import find_files, read_inputs
        from etl.usertables.told import cautions_of, tables_of

        places, areas, services = known_to(dataset)
        try:
            found = read_inputs(files, places, areas=areas, language=language.value)
        except UserTableError as error:
            if annotate is not None:
                source = next(path for path in find_files(files) if path.name == error.file)
                write_annotated(source, error.details, annotate, language.value)
                if form is Form.TEXT:
                    number = len(error.details)
                    typer.echo(
                        said_of_tables(
                            "annotated", language.value, output=annotate, file=error.file, number=number
                        )
                    )
            raise
        unknown = found.unknown_services(services)
        if form is Form.JSON:
            cautions = cautions_of(found, language.value) + [
                {
                    "kind": note.kind,
                    "sheet": note.sheet,
                    "row": note.row,
                    "message": note.message(language.value),
                }
                for _, note in unknown
            ]
            typer.echo(as_json({"ok": True, "tables": tables_of(found), "cautions": cautions}))
            return
        for part in found.inputs:
            sheet = f", {part.table.sheet}" if part.table.sheet else ""
            told_file, kind = f"{part.table.file}{sheet}", layout(part.table.kind).sheet[language.value]
            rows = len(part.table.rows)
            typer.echo(said_of_tables("in_order", language.value, file=told_file, table=kind, rows=rows))
        notes = found.notes(language.value)
        notes += [f"{table.file}: {note.sentence(language.value)}" for table, note in unknown]
        for note in notes:
            typer.echo(said_of_tables("look_at", language.value, note=note))


def read_prefilled(path: Path) -> list[dict[str, Any]]:
    """
    Read rows that a template begins with.

    Raises
    ------
    InputFileError
        If the file is no list of rows.
    """
    from geodata.errors import InputFileError
    from geodata.guarded import json_text
    from geodata.guarded.refusals import read_bounded

    limits = json_text.JsonLimits(bytes=10_000_000, containers=100_000, depth=8)
    try:
        content = json_text.parse(read_bounded(path, limits.bytes), path.name, limits)
    except InputFileError:
        content = None
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise InputFileError(path.name, ["it is no JSON list of rows"], 'Write [{"record_id": "259"}].')
    return content


def known_places(dataset: Path | None) -> tuple[NamedMunicipalities, AreaNames]:
    """Return the municipalities and areas of the dataset, else those of the embedded snapshot."""
    return known_to(dataset)[:2]


def known_to(dataset: Path | None) -> tuple[NamedMunicipalities, AreaNames, frozenset[str]]:
    """
    Return what tables may speak of.

    Returns
    -------
    places, areas, services
        Of the dataset, else of the embedded snapshot; services by every identifier, none where there
        is no dataset.
    """
    from etl.publish.build import area_names
    from etl.publish.own import known
    from etl.snapshot import municipality as snapshot_municipality
    from etl.usertables.cells.places import NamedMunicipalities
    from geodata.areas import load_areas
    from geodata.dataset.dataset import default_dataset_path, read_dataset
    from geodata.vocabulary.provenance import data_folder, origins

    path = dataset or default_dataset_path()
    if dataset is not None or path.is_file():
        found = read_dataset(path)
        columns = (
            found["service"]["service_id"],
            found["service"]["registration_id"],
            found["site"]["site_id"],
        )
        return *known(found), frozenset(name for column in columns for name in column.dropna())
    name = snapshot_municipality.ORIGIN_ID
    municipality = snapshot_municipality.read(data_folder() / origins()[name].file_name)
    return NamedMunicipalities(municipality), area_names(load_areas()), frozenset()

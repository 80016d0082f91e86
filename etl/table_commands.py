"""Commands for the tables of an office: an empty template, and a check before the next build."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from etl.usertables.places import Places

Decorator = Callable[[Callable[..., None]], Callable[..., None]]


class Language(StrEnum):
    """Language of headings, notes and messages."""

    CS = "cs"
    PL = "pl"
    EN = "en"


class TableKind(StrEnum):
    """Tables that people fill in."""

    SERVICES = "services"
    CORRECTIONS = "corrections"
    NEEDS = "needs"
    NETWORK = "network"
    FUNDING = "funding"
    AREAS = "areas"


LanguageOption = Annotated[Language, typer.Option("--language", help="cs, pl or en.")]
DatasetOption = Annotated[
    Path | None,
    typer.Option(
        "--dataset", help="Dataset whose municipalities are known; default DOSAH_DATASET or build/dosah.gpkg."
    ),
]


def register(app: typer.Typer, told: Decorator) -> None:
    """Add the commands to the command line; `told` turns errors into one message."""

    @app.command("template")
    @told
    def template_command(
        kind: Annotated[TableKind, typer.Argument(help="Which table.")],
        output: Annotated[Path, typer.Option("--output", help="XLSX to write.")],
        language: LanguageOption = Language.CS,
        dataset: DatasetOption = None,
    ) -> None:
        """
        Write an empty table to fill in: services, corrections, needs, network, funding or areas.

        Put the filled-in table into the folder "tables" beside the dataset: every build reads it.
        """
        from etl.usertables.template import write_template

        write_template(kind.value, language.value, output, known_places(dataset))
        typer.echo(
            f"{output}: fill it in, look at it with `dosah table {output.name}`, put it into the folder tables."
        )

    @app.command("table")
    @told
    def table_command(
        files: Annotated[list[Path], typer.Argument(help="Filled-in tables, or folders of them.")],
        annotate: Annotated[
            Path | None,
            typer.Option("--annotate", metavar="FILE", help="Write a copy with the problems marked (XLSX)."),
        ] = None,
        language: LanguageOption = Language.CS,
        dataset: DatasetOption = None,
    ) -> None:
        """Look at filled-in tables without building: every problem with its sheet and cell."""
        from etl.usertables.annotate import write_annotated
        from etl.usertables.load import find_files, read_inputs
        from etl.usertables.problems import UserTableError

        try:
            found = read_inputs(files, known_places(dataset), language=language.value)
        except UserTableError as error:
            if annotate is not None:
                source = next(path for path in find_files(files) if path.name == error.file)
                write_annotated(source, error.details, annotate, language.value)
                typer.echo(f"{annotate}: {error.file} with {len(error.details)} problems marked.")
            raise
        for part in found.inputs:
            sheet = f", {part.table.sheet}" if part.table.sheet else ""
            typer.echo(f"{part.table.file}{sheet}: {part.table.kind}, rows {len(part.table.rows)}, in order.")
        for note in found.notes():
            typer.echo(f"Look at: {note}")


def known_places(dataset: Path | None) -> Places:
    """Return the municipalities of the dataset, else those of the embedded snapshot."""
    from etl.sources import snapshot_municipality
    from etl.usertables.places import Places
    from geodata.catalog import default_dataset_path, read_dataset
    from geodata.provenance import data_folder, origins

    path = dataset or default_dataset_path()
    if dataset is not None or path.is_file():
        municipality: Any = read_dataset(path)["municipality"]
    else:
        name = snapshot_municipality.ORIGIN_ID
        municipality = snapshot_municipality.read(data_folder() / origins()[name].file_name)
    return Places(municipality)

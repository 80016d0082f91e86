"""The command `dosah import hsds`: a catalogue in the exchange format HSDS 3.1 comes in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from etl.own_commands import Language, LanguageOption
from etl.table_commands import DatasetOption, known_places

Decorator = Callable[[Callable[..., None]], Callable[..., None]]


def register(app: typer.Typer, told: Decorator, dataset_path: Callable[[Path | None], Path]) -> None:
    """Add the command to the command line; `told` turns errors into one message."""
    group = typer.Typer(help="Take in what other programs exported.", no_args_is_help=True)
    app.add_typer(group, name="import")

    @group.callback()
    def imports() -> None:
        """Take in what other programs exported."""

    @group.command("hsds")
    @told
    def hsds_command(
        file: Annotated[Path, typer.Argument(help="HSDS 3.1: JSON, or the tabular form as a zip.")],
        output: Annotated[
            Path | None,
            typer.Option(
                "--output",
                help="A table of services (.xlsx) for the next build, or a dataset (.gpkg, of our own exports only); "
                "default a table named after the file.",
            ),
        ] = None,
        kind: Annotated[
            list[str] | None,
            typer.Option(
                "--kind",
                metavar="TERM=CODE",
                help="Kind of service that a term of the file stands for; repeatable.",
            ),
        ] = None,
        language: LanguageOption = Language.CS,
        dataset: DatasetOption = None,
    ) -> None:
        """
        Read a catalogue in HSDS 3.1 (Open Referral), from whatever program it comes.

        As a table it is looked through with `dosah table`, completed and put into the folder tables; every build reads it.
        """
        target = output or Path(f"{file.stem}.xlsx")
        if target.suffix.lower() == ".gpkg":
            _as_dataset(file, target, dataset_path(dataset))
        else:
            _as_table(file, target, kind, language.value, dataset_path(dataset), named=dataset is not None)


def _as_dataset(file: Path, target: Path, base: Path) -> None:
    from etl.guard import exclusive
    from etl.hsds_dataset import contents_of
    from etl.hsds_file import read_document
    from geodata.catalog import read_dataset, write_dataset

    found = read_dataset(base)
    contents = contents_of(read_document(file), file, found)
    with exclusive(target):
        write_dataset(contents, found.outlines(), target)
    typer.echo(
        f"{target}: {len(contents['service'])} services of {len(contents['provider'])} organisations; places and inhabitants "
        f"of {base.name}. Look at it with `dosah serve --dataset {target}`."
    )


def _as_table(
    file: Path, target: Path, kinds: list[str] | None, language: str, base: Path, *, named: bool
) -> None:
    from etl.hsds_file import read_document
    from etl.hsds_table import Surroundings, municipalities_at, parse_kinds, table_of
    from etl.usertables.template import write_template
    from geodata.catalog import read_dataset
    from geodata.hsds_foreign import read_services

    services = read_services(read_document(file), file.name)
    places, _areas = known_places(base if named else None)
    code_at = municipalities_at(services, read_dataset(base).outlines()) if base.is_file() else {}
    around = Surroundings(file.name, places, parse_kinds(kinds), code_at, language)
    done = table_of(services, around)
    write_template("services", language, target, places, rows=done.rows, is_example=False)
    typer.echo(f"{target}: {done.services} services in {len(done.rows)} rows.")
    for note in done.notes():
        typer.echo(f"Look at: {note}")
    typer.echo(f"Look through it, check it with `dosah table {target.name}`, put it into the folder tables.")

"""The command `dosah import hsds`: a catalogue in the exchange format HSDS 3.1 comes in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from etl.commands.own import Language, LanguageOption
from etl.commands.table import DatasetOption, known_places
from geodata.hsds.shape import notes_of
from geodata.said import Said, say

Decorator = Callable[[Callable[..., None]], Callable[..., None]]


def register(app: typer.Typer, in_words: Decorator, dataset_path: Callable[[Path | None], Path]) -> None:
    """Add the command to the command line; `in_words` turns errors into one message."""
    group = typer.Typer(help="Take in what other programs exported.", no_args_is_help=True)
    app.add_typer(group, name="import")

    @group.callback()
    def imports() -> None:
        """Take in what other programs exported."""

    @group.command("hsds")
    @in_words
    def hsds_command(
        file: Annotated[Path, typer.Argument(help="HSDS 3.1: JSON, or a zip of tables or of pages of JSON.")],
        output: Annotated[
            Path | None,
            typer.Option(
                "--output",
                help="A table of services (.xlsx) for the next build, or a dataset "
                "(.gpkg, of our own exports only); default a table named after the file.",
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

        As a table it is looked through with `dosah table`, completed and put into the folder tables;
        every build reads it.
        """
        target = output or Path(f"{file.stem}.xlsx")
        if target.suffix.lower() == ".gpkg":
            _as_dataset(file, target, dataset_path(dataset), language.value)
        else:
            _as_table(file, target, kind, language.value, dataset_path(dataset), named=dataset is not None)


def _as_dataset(file: Path, target: Path, base: Path, language: str) -> None:
    from etl.hsds.dataset import contents_of
    from etl.hsds.file import read_document
    from etl.publish.guard import exclusive
    from geodata.dataset.dataset import read_dataset
    from geodata.dataset.publish import write_dataset

    found = read_dataset(base)
    document = read_document(file)
    contents = contents_of(document, file, found)
    with exclusive(target):
        write_dataset(contents, found.outlines(), target)
    counts = {"services": len(contents["service"]), "providers": len(contents["provider"])}
    done = say("hsds.dataset_done", file=target, base=base.name, **counts)
    typer.echo(done.in_language(language))
    _look_at(notes_of(document), language)


def _look_at(notes: Sequence[Said], language: str) -> None:
    for note in notes:
        typer.echo(say("hsds.look", note=note).in_language(language))


def _as_table(
    file: Path, target: Path, kinds: list[str] | None, language: str, base: Path, *, named: bool
) -> None:
    from etl.hsds.file import read_document
    from etl.hsds.table import Surroundings, municipalities_at, parse_kinds, table_of
    from etl.usertables.template import write_template
    from geodata.dataset.dataset import read_dataset
    from geodata.hsds.foreign import read_services

    document = read_document(file)
    services = read_services(document, file.name)
    places, _areas = known_places(base if named else None)
    code_at = municipalities_at(services, read_dataset(base).outlines()) if base.is_file() else {}
    around = Surroundings(file.name, places, parse_kinds(kinds), code_at, language)
    done = table_of(services, around)
    write_template("services", language, target, places, rows=done.rows, is_example=False)
    sentence = say("hsds.done", file=target, services=done.services, rows=len(done.rows))
    typer.echo(sentence.in_language(language))
    _look_at([*notes_of(document), *done.notes()], language)
    typer.echo(say("hsds.then", file=target.name).in_language(language))

"""The command `dosah build`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from etl.commands.common import (
    console,
    dataset_path,
    in_words,
    write_json,
    write_text,
)
from etl.commands.fetch import (
    CacheOption,
    CountryOption,
    OfflineOption,
    cache_folder,
    check_options,
    files_of_country,
)

if TYPE_CHECKING:
    from etl.publish.build import Own
    from etl.publish.report import BuildReport


SourceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        metavar="NAME=PATH",
        help="Use a file of your own in place of an embedded source; repeatable.",
    ),
]


def parse_sources(values: list[str] | None) -> dict[str, Path]:
    """
    Read NAME=PATH pairs.

    Raises
    ------
    ParameterError
        If a pair has no name or no path, or a name stands twice.
    """
    from geodata.errors import ParameterError

    found: dict[str, Path] = {}
    for value in values or []:
        name, sign, path = value.partition("=")
        if not sign or not name or not path:
            raise ParameterError(
                f"--source {value}: write it as NAME=PATH, for instance register=register.csv."
            )
        if name in found:
            raise ParameterError(f"--source {name} is given twice.")
        found[name] = Path(path)
    return found


def run_build(
    output: Path,
    sources: dict[str, Path],
    data_date: str | None = None,
    own: Own | None = None,
    *,
    country: str | None = None,
    notes: Sequence[str] = (),
) -> BuildReport:
    """Build with a progress bar on stderr; it is not drawn where stderr is a file."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from etl.publish.build import STEPS, build

    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("start", total=len(STEPS))

        def advance(step: str) -> None:
            bar.update(task, description=step, completed=STEPS.index(step))

        return build(
            output,
            sources,
            data_date=data_date,
            own=own,
            country=country,
            notes=notes,
            progress=advance,
        )


@in_words
def build_command(
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", help="Where to publish; default DOSAH_DATASET or build/dosah.gpkg."),
    ] = None,
    source: SourceOption = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write the report as JSON too.")
    ] = None,
    data_date: Annotated[
        str | None,
        typer.Option("--data-date", metavar="YYYY-MM-DD", help="Day your own register file speaks of."),
    ] = None,
    table: Annotated[
        list[Path] | None,
        typer.Option(
            "--table", help="Filled-in table or folder; default the folder tables beside the dataset."
        ),
    ] = None,
    area: Annotated[
        list[Path] | None, typer.Option("--area", metavar="FILE.yaml", help="Planning area of your own.")
    ] = None,
    max_loss: Annotated[
        float, typer.Option("--max-loss", help="Largest share of anything that may be lost, 0 to 1.")
    ] = 0.05,
    accept_change: Annotated[
        bool, typer.Option("--accept-change", help="Publish although more is lost than --max-loss.")
    ] = False,
    changes: Annotated[
        Path | None,
        typer.Option("--changes", metavar="FILE", help="Write what changed: .json, else text in --language."),
    ] = None,
    language: Annotated[
        str, typer.Option("--language", help="Of problems and changes: cs, pl or en.")
    ] = "cs",
    country: CountryOption = None,
    offline: OfflineOption = False,
    cache: CacheOption = None,
) -> None:
    """
    Build the dataset: read, validate, clean, link, locate, check, publish.

    The last good dataset stays as it is whenever anything is wrong with an input,
    and whenever much would be lost. With --country CZ or PL the official files are fetched
    (or taken from the cache, or named by --source NAME=PATH,PATH2).
    """
    from rich.console import Console

    from etl.publish.build import Own
    from etl.publish.change_words import of
    from etl.publish.report import print_report

    of(language)  # an unknown language is told before the work, not after it
    own = Own(
        tables=table,
        areas=area or (),
        most_lost_share=max_loss,
        accept_change=accept_change,
        language=language,
    )
    target, sources = dataset_path(output), parse_sources(source)
    notes: list[str] = []
    check_options(country, offline=offline, cache=cache)
    if country is not None:
        folder = cache_folder(cache, target)
        sources, notes = files_of_country(country.value, sources, folder, offline=offline)
    done = run_build(target, sources, data_date, own, country=country and country.value, notes=notes)
    print_report(done, console(Console), language)
    if changes is not None:
        _write_changes(changes, done, language)
    if report is not None:
        write_json(report, done.as_json())


def _write_changes(path: Path, done: BuildReport, language: str) -> None:
    """Write what changed since the last dataset; an empty list where there was none."""
    if path.suffix.lower() == ".json":
        write_json(path, None if done.changes is None else done.changes.as_json())
    else:
        write_text(path, "" if done.changes is None else done.changes.as_text(language))

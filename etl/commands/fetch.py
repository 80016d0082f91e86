"""The command `dosah fetch`, and where `dosah build --country` takes its files from."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geodata.errors import DosahError, ParameterError

if TYPE_CHECKING:
    from etl.fetch.fetcher import Fetcher

Decorator = Callable[[Callable[..., None]], Callable[..., None]]


class Country(StrEnum):
    """Countries with official sources."""

    CZ = "CZ"
    PL = "PL"


CacheOption = Annotated[
    Path | None,
    typer.Option(
        "--cache", metavar="DIR", help="Where fetched files lie; default the folder cache beside the dataset."
    ),
]
CountryOption = Annotated[
    Country | None,
    typer.Option(
        "--country", help="Take this whole country from official sources: fetched, or named by --source."
    ),
]
OfflineOption = Annotated[
    bool, typer.Option("--offline", help="With --country: use what was fetched before; ask no server.")
]


def cache_folder(cache: Path | None, dataset: Path) -> Path:
    """Return the folder of fetched files: as named, else `cache` beside the dataset."""
    return cache or dataset.parent / "cache"


@contextlib.contextmanager
def fetcher_with_progress(cache: Path, *, offline: bool) -> Iterator[Fetcher]:
    """Give a fetcher that draws a bar for each file on stderr; nothing is drawn where stderr is a file."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

    from etl.fetch.fetcher import Fetcher

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def advance(name: str, done: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=done, total=total)

        with Fetcher(cache, offline=offline, progress=advance) as fetcher:
            yield fetcher


def files_of_country(
    country: str, given: Mapping[str, Path], cache: Path, *, offline: bool
) -> tuple[dict[str, Path], list[str]]:
    """
    Complete the files named by `--source` with fetched ones.

    Where an official file is named, nothing is asked of any server: the other sources come from the cache,
    if they are there.

    Returns
    -------
    sources, notes
        By name of the source; several files of one source are joined by commas. Notes say what came
        from the cache.

    Raises
    ------
    DosahError
        If nothing was fetched yet and nothing was named.
    """
    from etl.country.official import OUTLINES, SOURCES
    from etl.fetch.obtain import obtain

    is_own = any(name in SOURCES[country] for name in given)
    with fetcher_with_progress(cache, offline=offline or is_own) as fetcher:
        obtained = obtain(country, fetcher, say=lambda text: typer.echo(text, err=True))
    files = dict(obtained.files)
    if any(name in given for name in OUTLINES[country]):
        # Outlines are given once: the user's own ones count.
        files = {name: paths for name, paths in files.items() if name not in OUTLINES[country]}
    files = {name: paths for name, paths in files.items() if name not in given}
    if not files and not is_own:
        problems = " ".join(obtained.problems) or "Nothing was fetched yet."
        raise DosahError(
            f"{problems} Run `dosah fetch --country {country}`, or name files of your own with --source "
            "(docs/COUNTRY.md)."
        )
    notes = list(obtained.problems)
    if is_own and files:
        notes.append(f"From the cache, not asked for anew: {', '.join(sorted(files))}.")
    joined = {name: Path(",".join(map(str, paths))) for name, paths in files.items()}
    return {**joined, **given}, notes


def register(app: typer.Typer, in_words: Decorator, dataset_path: Callable[[Path | None], Path]) -> None:
    """Add the command to the command line; `in_words` turns errors into one message."""

    @app.command("fetch")
    @in_words
    def fetch_command(
        country: Annotated[Country, typer.Option("--country", help="CZ or PL.")],
        only: Annotated[
            list[str] | None, typer.Option("--only", metavar="SOURCE", help="This source only; repeatable.")
        ] = None,
        cache: CacheOption = None,
    ) -> None:
        """
        Fetch the official files of a country into the cache.

        Only what has changed is fetched; an interrupted file goes on where it stopped.
        What one server does not give does not stop the others.
        """
        from etl.fetch.obtain import obtain, sources_to_fetch

        sources_to_fetch(country.value, only or ())
        folder = cache_folder(cache, dataset_path(None))
        with fetcher_with_progress(folder, offline=False) as fetcher:
            obtained = obtain(country.value, fetcher, only=only or (), say=typer.echo)
        if obtained.problems:
            failed = [problem.split(" ", 1)[0] for problem in obtained.problems]
            raise DosahError(
                f"{len(failed)} of {len(obtained.files) + len(obtained.missing)} sources did not answer "
                f"({', '.join(failed)}); what was fetched is in {folder}. "
                "Run the same command again later: it goes on where it stopped."
            )
        typer.echo(f"Everything is in {folder}. Next: dosah build --country {country.value} --offline")


def check_options(country: Country | None, *, offline: bool, cache: Path | None) -> None:
    """
    Refuse options that would be silently without effect.

    Raises
    ------
    ParameterError
        If --offline or --cache stands without --country.
    """
    if country is None and (offline or cache is not None):
        raise ParameterError("--offline and --cache belong to --country CZ or PL.")

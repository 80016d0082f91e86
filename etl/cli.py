"""
The command `dosah`: build, check, look into, ask and serve the dataset.

Heavy modules are imported inside the commands, so that `dosah --help` answers at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from etl.commands.fetch import (
    CacheOption,
    CountryOption,
    OfflineOption,
    cache_folder,
    check_options,
    files_of_country,
)
from etl.commands.fetch import register as add_fetch_command
from etl.commands.own import Language
from etl.commands.own import register as add_own_commands
from geodata.errors import DosahError

if TYPE_CHECKING:
    import pandas as pd

    from etl.publish.build import Own
    from etl.publish.report import BuildReport

app = typer.Typer(
    name="dosah",
    help="Catalogue of social services and map of their capacity against need.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
ENTRY_POINTS = "dosah.commands"
DEFAULT_PORT = 8501


class OutputFormat(StrEnum):
    """How a result is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


PathArgument = Annotated[
    Path | None, typer.Argument(help="The dataset; default DOSAH_DATASET or build/dosah.gpkg.")
]
PathOption = Annotated[
    Path | None, typer.Option("--dataset", help="The dataset; default DOSAH_DATASET or build/dosah.gpkg.")
]
SourceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        metavar="NAME=PATH",
        help="Use a file of your own in place of an embedded source; repeatable.",
    ),
]


def told(command: Callable[..., None]) -> Callable[..., None]:
    """Turn every DosahError of a command into one message on stderr, in the language it was asked for, and exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except DosahError as error:
            language = kwargs.get("language")
            said = error.said_in("en" if language is None else str(getattr(language, "value", language)))
            typer.echo(f"dosah: {said}", err=True)
            raise typer.Exit(1) from None

    return run


def dataset_path(path: Path | None) -> Path:
    """Return the dataset that was named, else the default one."""
    from geodata.dataset.dataset import default_dataset_path

    return path or default_dataset_path()


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


@app.command("build")
@told
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

    The last good dataset stays as it is whenever anything is wrong with an input, and whenever much would be lost. With --country CZ or PL
    the official files are fetched (or taken from the cache, or named by --source NAME=PATH,PATH2).
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
    print_report(done, _console(Console), language)
    if changes is not None:
        _write_changes(changes, done, language)
    if report is not None:
        _write_json(report, done.as_json())


@app.command("check")
@told
def check_command(path: PathArgument = None) -> None:
    """Check a dataset: every rule of the data dictionary, and that it is what was published."""
    from geodata.dataset.dataset import check_dataset

    dataset = check_dataset(dataset_path(path))
    rows = sum(len(frame) for frame in dataset.tables.values())
    typer.echo(f"{dataset.path.name}: {len(dataset.tables)} tables, {rows:,} rows, every rule kept.")
    typer.echo(f"Content hash {dataset.facts['content_hash']}")


@app.command("info")
@told
def info_command(
    path: PathArgument = None,
    form: Annotated[OutputFormat, typer.Option("--format", help="table or json.")] = OutputFormat.TABLE,
) -> None:
    """Say what is in the dataset and how old it is."""
    import datetime as dt

    from geodata.dataset.dataset import read_dataset

    dataset = read_dataset(dataset_path(path))
    facts = dataset.facts
    origin = dataset["origin"]
    age_days = (dt.date.today() - dt.date.fromisoformat(facts["data_date"])).days  # noqa: DTZ011  # the reader's own day
    if form is OutputFormat.JSON:
        content = {
            **facts,
            "age_days": age_days,
            "tables": {name: len(frame) for name, frame in dataset.tables.items()},
            "origins": origin[["origin_id", "title", "reference_date", "file_name"]].to_dict("records"),
        }
        typer.echo(_as_json(content))
        return
    typer.echo(f"{facts['title']}\n{dataset.path}")
    typer.echo(f"Data date {facts['data_date']} ({age_days} days ago), content hash {facts['content_hash']}")
    if "imported_hsds" in facts:
        typer.echo(f"Catalogue imported from {facts['imported_hsds']} (HSDS file, its checksum)")
    service = dataset["service"]
    typer.echo(
        f"{len(service)} services ({int(service['registration_id'].notna().sum())} registered), "
        f"{len(dataset['site'])} sites, {len(dataset['municipality'])} municipalities, {len(dataset['area'])} areas"
    )
    _print_frame(origin[["origin_id", "reference_date", "title", "file_name"]])


@app.command("gaps")
@told
def gaps_command(
    *,
    area: Annotated[str, typer.Option("--area", help="Planning area, for instance frydlantsko-beskydy.")],
    service: Annotated[str, typer.Option("--service", help="Group of services, for instance home_care.")],
    norm: Annotated[
        str,
        typer.Option(
            "--norm", help="default, national, loaded, area, a published norm, or a number per 1,000."
        ),
    ] = "default",
    limit_km: Annotated[
        float | None, typer.Option("--limit-km", help="Reach along roads, the boundary included.")
    ] = None,
    count_doubtful: Annotated[
        bool, typer.Option("--count-doubtful", help="Count doubtful capacities after all.")
    ] = False,
    travel: Annotated[
        Path | None,
        typer.Option(
            "--travel",
            help="Travel costs in place of the straight line: a CSV or workbook of municipality_code, site_id and cost_m or "
            "cost_min, or roads as .osm or .osm.pbf.",
        ),
    ] = None,
    language: Annotated[
        Language, typer.Option("--language", help="Of problems of a file: cs, pl or en.")
    ] = Language.EN,
    form: Annotated[OutputFormat, typer.Option("--format", help="table, csv or json.")] = OutputFormat.TABLE,
    path: PathOption = None,
) -> None:
    """
    Print capacity against need in every municipality of an area.

    What is unknown is never zero: the table says so, a CSV leaves it blank, JSON has null.
    """
    del language  # `told` words the problems of a file in it
    from etl.commands.gaps import csv_of, gaps_of_area, print_gaps

    result = gaps_of_area(
        dataset_path(path), area, service, norm, limit_km, count_doubtful=count_doubtful, travel=travel
    )
    if form is OutputFormat.JSON:
        typer.echo(_as_json(result.as_json()))
    elif form is OutputFormat.CSV:
        typer.echo(csv_of(result.rows), nl=False)
    else:
        from rich.console import Console

        print_gaps(result, _console(Console))


@app.command("serve")
@told
def serve_command(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on.")] = DEFAULT_PORT,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; 0.0.0.0 lets other machines in.")
    ] = "127.0.0.1",
    path: PathOption = None,
) -> None:
    """Start the dashboard; the dataset is built first if there is none."""
    import os
    from importlib.util import find_spec

    from geodata.errors import DosahError

    dataset = dataset_path(path)
    if not dataset.is_file():
        typer.echo(f"There is no dataset {dataset} yet: building it from the embedded snapshot.")
        run_build(dataset, {})
    found = find_spec("dashboard")
    if found is None or not found.submodule_search_locations:
        raise DosahError("The dashboard is not installed. Install the project again: make run.")
    folder = Path(next(iter(found.submodule_search_locations)))
    command = [
        sys.executable, "-m", "dashboard.server",
        "--server.headless=true", f"--server.port={port}", f"--server.address={host}",
        "--browser.gatherUsageStats=false", "--server.enableStaticServing=true",
    ]  # fmt: skip
    environment = dict(os.environ, DOSAH_DATASET=str(dataset.resolve()))
    typer.echo(f"Dosah: http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}")  # noqa: S104  # only compared
    # Streamlit reads .streamlit/config.toml of its working directory.
    raise typer.Exit(become(command, folder, environment))


def become(command: list[str], folder: Path, environment: dict[str, str]) -> int:
    """
    Run a command in place of this process, so that whoever ends `dosah serve` ends the server too.

    Where a process cannot be replaced (Windows), it is run and waited for; its exit code is returned.
    """
    import os
    import subprocess

    if os.name == "posix":
        os.chdir(folder)
        os.execve(command[0], command, environment)  # noqa: S606  # our own words and an int, no shell
    try:
        return subprocess.run(command, cwd=folder, env=environment, check=False).returncode  # noqa: S603  # as above
    except KeyboardInterrupt:
        return 0


def _console(console: Any) -> Any:
    """Return a console of the terminal's width; in a file, wide enough that no row is broken."""
    return console() if sys.stdout.isatty() else console(width=160)


def _as_json(content: Any) -> str:
    return json.dumps(_plain(content), ensure_ascii=False, indent=2, allow_nan=False)


def _plain(value: Any) -> Any:
    """Return numbers of numpy and missing values of pandas as JSON knows them: unknown is null, never NaN."""
    import pandas as pd

    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _write_changes(path: Path, done: BuildReport, language: str) -> None:
    """Write what changed since the last dataset; an empty list where there was none."""
    if path.suffix.lower() == ".json":
        _write_json(path, None if done.changes is None else done.changes.as_json())
    else:
        _write_text(path, "" if done.changes is None else done.changes.as_text(language))


def _write_json(path: Path, content: Any) -> None:
    _write_text(path, _as_json(content) + "\n")


def _write_text(path: Path, text: str) -> None:
    from geodata import durable
    from geodata.errors import PublishError

    try:
        durable.write_whole(path, text)
    except OSError as error:
        raise PublishError(
            f"The dataset was published, but the report {path.name} could not be written ({error.strerror or error}). "
            "Choose another place for it."
        ) from error


def _print_frame(frame: pd.DataFrame) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*map(str, frame.columns), box=box.SIMPLE)
    for row in frame.itertuples(index=False):
        table.add_row(*("" if value != value else str(value) for value in row))  # noqa: PLR0124  # NaN
    _console(Console).print(table)


def add_table_commands() -> None:
    """Add the commands for tables that people fill in."""
    from etl.commands.table import register

    register(app, told)
    add_own_commands(app, told, dataset_path)


def add_import_commands() -> None:
    """Add the commands that take in what other programs exported."""
    from etl.commands.hsds import register

    register(app, told, dataset_path)


add_table_commands()
add_import_commands()
add_fetch_command(app, told, dataset_path)


def load_commands() -> None:
    """Add the commands that other parts register under the entry-point group "dosah.commands" (documents)."""
    from importlib.metadata import entry_points

    for entry in entry_points(group=ENTRY_POINTS):
        entry.load()(app)


@app.callback()
def program(
    *,
    debug: Annotated[  # read by `main`, before and after any command
        bool, typer.Option("--debug", help="Show the details of a fault of the program itself.")
    ] = False,
) -> None:
    """Catalogue of social services and map of their capacity against need."""


FAULTS = {
    "cs": "V programu nastala chyba, se kterou nepočítal ({what}). Poslední zveřejněná data zůstala, jak byla, pokud příkaz výše nenapsal něco jiného. "
    "Nahlaste prosím tuto větu; podrobnosti ukáže týž příkaz s volbou --debug.",
    "pl": "W programie wystąpił błąd, którego nie przewidziano ({what}). Ostatnio opublikowane dane pozostały bez zmian, chyba że polecenie napisało wyżej "
    "coś innego. Proszę zgłosić to zdanie; szczegóły pokaże to samo polecenie z opcją --debug.",
    "en": "The program met a fault that it was not made for ({what}). The data published last are as they were, unless the command said otherwise above. "
    "Please report this sentence; the same command with --debug shows the details.",
}
"""What is said of an unforeseen exception, by language."""


def fault_sentence(error: BaseException, arguments: Sequence[str]) -> str:
    """
    Say an unforeseen exception in one sentence: what kind, and where in the program; nothing of a file that was read.

    The language is that of `--language` among the arguments, else English.
    """
    import traceback

    own = [frame for frame in traceback.extract_tb(error.__traceback__) if _own_name(frame.filename)]
    place = f", {_own_name(own[-1].filename)}:{own[-1].lineno}" if own else ""
    words = [*arguments, ""]
    asked = next((words[number + 1] for number, word in enumerate(arguments) if word == "--language"), "en")
    asked = next((word.partition("=")[2] for word in arguments if word.startswith("--language=")), asked)
    return FAULTS.get(asked, FAULTS["en"]).format(what=f"{type(error).__name__}{place}")


def _own_name(file: str) -> str:
    """Return a file of the project without the machine's folders; "" for what is not of the project."""
    parts = Path(file).parts
    if "site-packages" in parts:
        parts = parts[parts.index("site-packages") + 1 :]
    start = next(
        (number for number, part in enumerate(parts) if part in ("geodata", "etl", "dashboard")), None
    )
    return "" if start is None else "/".join(parts[start:])


def main() -> None:
    """
    Run the command line.

    Errors that were foreseen end in their sentence. One that was not ends in a sentence too, with exit code 1: what is published is
    swapped in at once and whole, so nothing half is left. With --debug it is raised as it came.
    """
    # Windows consoles and pipes of old locales do not write Czech by themselves.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    is_debug = "--debug" in sys.argv[1:]
    sys.argv = [word for word in sys.argv if word != "--debug"]
    load_commands()
    try:
        app()
    except Exception as error:
        if is_debug:
            raise
        typer.echo(f"dosah: {fault_sentence(error, sys.argv[1:])}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

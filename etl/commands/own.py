"""
Commands that publish a table and take it out again: for an administrator at the command line
and for the page "Own tables".

With `--format json` one JSON object stands on standard output, whatever happens; exit code 1 says
that nothing was done.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geodata.errors import DosahError, InputFileError

if TYPE_CHECKING:
    from etl.publish.report import BuildReport

Decorator = Callable[[Callable[..., None]], Callable[..., None]]
PathOf = Callable[[Path | None], Path]


class Language(StrEnum):
    """Language of headings, notes and messages."""

    CS = "cs"
    PL = "pl"
    EN = "en"


class Form(StrEnum):
    """How a result is printed."""

    TEXT = "text"
    JSON = "json"


LanguageOption = Annotated[Language, typer.Option("--language", help="cs, pl or en.")]
FormOption = Annotated[Form, typer.Option("--format", help="text or json.")]
DatasetOption = Annotated[
    Path | None,
    typer.Option("--dataset", help="The published dataset; default DOSAH_DATASET or build/dosah.gpkg."),
]
SeenOption = Annotated[
    str | None,
    typer.Option(
        "--seen", metavar="HASH", help="Do it only if the dataset is still the one that was looked at."
    ),
]
ReplacesOption = Annotated[
    str | None, typer.Option("--replaces", metavar="NAME", help="Published table that this one replaces.")
]


def as_json(content: Any) -> str:
    """Return JSON for a program."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def said_of_tables(sentence: str, language: str, /, **values: object) -> str:
    """Return what a command says of tables, in a language: a key of `said` in messages.yaml."""
    from etl.usertables.cells.schema import message_texts

    text: str = message_texts()["said"][sentence][language]
    return text.format(**values)


def said(command: Callable[..., None]) -> Callable[..., None]:
    """Say an error as JSON where the command was asked for JSON; else leave it to the command line."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except DosahError as error:
            if kwargs.get("form") is not Form.JSON:
                raise
            typer.echo(as_json(failure(error, kwargs.get("language", Language.EN).value)))
            raise typer.Exit(1) from None

    return run


def failure(error: DosahError, language: str) -> dict[str, Any]:
    """Return an error as plain values: its kind, what to show, and the problems of a table."""
    from etl.publish.guard import BusyError, LossError
    from etl.publish.own import ChangedMeanwhileError
    from etl.publish.remembered import NotRememberedError
    from etl.usertables.told import problems_of

    kinds: tuple[tuple[type[DosahError], str], ...] = (
        (InputFileError, "table"),
        (NotRememberedError, "not_remembered"),
        (ChangedMeanwhileError, "changed_meanwhile"),
        (LossError, "loss"),
        (BusyError, "busy"),
    )
    kind = next((name for of, name in kinds if isinstance(error, of)), "other")
    found: dict[str, Any] = {"ok": False, "error": kind, "text": error.said_in(language)}
    if isinstance(error, InputFileError):
        found["problems"] = problems_of(error, language)
    if isinstance(error, NotRememberedError):
        found["reason"] = error.reason
    return found


def register(app: typer.Typer, in_words: Decorator, dataset_path: PathOf) -> None:
    """Add `dosah own …` to the command line."""
    own = typer.Typer(
        name="own",
        help="Tables of your own in the published dataset: list, try, publish, withdraw.",
        no_args_is_help=True,
    )
    for add in (_add_list, _add_try, _add_publish, _add_withdraw):
        add(own, in_words, dataset_path)
    app.add_typer(own)


def _add_list(own: typer.Typer, in_words: Decorator, dataset_path: PathOf) -> None:
    @own.command("list")
    @in_words
    @said
    def list_command(*, dataset: DatasetOption = None, form: FormOption = Form.TEXT) -> None:
        """List the tables of the dataset, and say whether it can be built again from here."""
        from etl.publish.own import listed
        from etl.publish.remembered import NotRememberedError, recall
        from etl.publish.staging import folder_of, settle

        path = dataset_path(dataset)
        settle(path)
        found = listed(path)
        reason = None
        try:
            folder_of(path, recall(path))
        except NotRememberedError as error:
            reason = error.reason
        if form is Form.JSON:
            content = {"ok": True, "tables": [one.as_json() for one in found], "cannot_build_because": reason}
            typer.echo(as_json(content))
            return
        for one in found:
            kept = "published here" if one.can_be_withdrawn else "kept by hand"
            typer.echo(f"{one.name}: rows {one.rows}, {kept}.")
        if not found:
            typer.echo("There is no table of your own.")


def _add_try(own: typer.Typer, in_words: Decorator, dataset_path: PathOf) -> None:
    @own.command("try")
    @in_words
    @said
    def try_command(
        file: Annotated[Path | None, typer.Argument(help="Filled-in table that would come.")] = None,
        *,
        work: Annotated[Path, typer.Option("--work", help="Empty folder for the copy, dosah.gpkg.")],
        replaces: ReplacesOption = None,
        withdraw: Annotated[
            str | None, typer.Option("--withdraw", metavar="NAME", help="Published table that would go.")
        ] = None,
        dataset: DatasetOption = None,
        form: FormOption = Form.TEXT,
        language: LanguageOption = Language.CS,
    ) -> None:
        """Build a copy with one table more or less and say what would change; nothing is published."""
        from etl.publish.own import losses_as_json, try_table
        from etl.publish.staging import settle
        from geodata.errors import ParameterError

        if (file is None) == (withdraw is None):
            raise ParameterError("Name a table that comes, or with --withdraw one that goes.")
        path = dataset_path(dataset)
        settle(path)
        trial = try_table(path, work, candidate=file, leave_out=withdraw or replaces, language=language.value)
        if form is Form.JSON:
            content = {
                **_report(trial.report),
                "losses": losses_as_json(trial.losses, trial.most_lost_share),
                "is_stopped": trial.is_stopped,
                "most_lost_share": trial.most_lost_share,
                "seen": trial.seen,
            }
            typer.echo(as_json(content))
            return
        _print(trial.report, language.value)
        for loss in trial.losses:
            typer.echo(said_of_tables("lost", language.value, loss=loss))


def _add_publish(own: typer.Typer, in_words: Decorator, dataset_path: PathOf) -> None:
    @own.command("publish")
    @in_words
    @said
    def publish_command(
        file: Annotated[Path, typer.Argument(help="Filled-in table.")],
        *,
        replaces: ReplacesOption = None,
        seen: SeenOption = None,
        dataset: DatasetOption = None,
        form: FormOption = Form.TEXT,
        language: LanguageOption = Language.CS,
    ) -> None:
        """
        Publish a table:
        build with it as the dataset was built before, and keep it for every later build.
        """
        from etl.publish.own import publish

        path = dataset_path(dataset)
        name, report = publish(path, file, leave_out=replaces, seen=seen, language=language.value)
        if form is Form.JSON:
            typer.echo(as_json({**_report(report), "name": name}))
            return
        typer.echo(said_of_tables("published", language.value, name=name))
        _print(report, language.value)


def _add_withdraw(own: typer.Typer, in_words: Decorator, dataset_path: PathOf) -> None:
    @own.command("withdraw")
    @in_words
    @said
    def withdraw_command(
        name: Annotated[
            str, typer.Argument(help="Name of the published table, as `dosah own list` gives it.")
        ],
        *,
        accept_change: Annotated[
            bool, typer.Option("--accept-change", help="Withdraw although much goes with it.")
        ] = False,
        seen: SeenOption = None,
        dataset: DatasetOption = None,
        form: FormOption = Form.TEXT,
        language: LanguageOption = Language.CS,
    ) -> None:
        """Take a table that was published with `dosah own publish` out again and delete it."""
        from etl.publish.own import withdraw

        path = dataset_path(dataset)
        report = withdraw(path, name, accept_change=accept_change, seen=seen, language=language.value)
        if form is Form.JSON:
            typer.echo(as_json({**_report(report), "name": name}))
            return
        typer.echo(said_of_tables("withdrawn", language.value, name=name))
        _print(report, language.value)


def _report(report: BuildReport) -> dict[str, Any]:
    """
    Return what a reader of a build of one table needs: what changed, what was left out, corrections,
    resemblances.
    """
    content = report.as_json()
    own = {row["origin_id"] for row in content["sources"] if str(row["origin_id"]).startswith("user_")}
    return {
        "ok": True,
        "content_hash": report.content_hash,
        "changes": content["changes"],
        "corrections": content["corrections"],
        "rejected": [row for row in content["rejected"] if row["origin_id"] in own],
        "alike": [list(pair) for pair in report.alike],
    }


def _print(report: BuildReport, language: str) -> None:
    if report.changes is not None:
        typer.echo(report.changes.as_text(language), nl=False)

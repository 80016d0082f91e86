"""What the commands share: options, the default dataset, how a result is printed and an error is said."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geodata.errors import DosahError

if TYPE_CHECKING:
    import pandas as pd


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


def in_words(command: Callable[..., None]) -> Callable[..., None]:
    """
    Turn every DosahError of a command into one message on stderr, in the language it was asked for,
    and exit code 1.
    """

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


def console(console: Any) -> Any:
    """Return a console of the terminal's width; in a file, wide enough that no row is broken."""
    return console() if sys.stdout.isatty() else console(width=160)


def as_json(content: Any) -> str:
    """Write a result as JSON; what is unknown is null."""
    return json.dumps(plain(content), ensure_ascii=False, indent=2, allow_nan=False)


def plain(value: Any) -> Any:
    """Return numbers of numpy and missing values of pandas as JSON knows them: unknown is null, never NaN."""
    import pandas as pd

    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def write_json(path: Path, content: Any) -> None:
    """Write a result as a JSON file, whole or not at all."""
    write_text(path, as_json(content) + "\n")


def write_text(path: Path, text: str) -> None:
    """
    Write a report beside a dataset, whole or not at all.

    Raises
    ------
    PublishError
        If it cannot be written: the dataset is published by then, and the sentence says so.
    """
    from geodata import durable
    from geodata.errors import PublishError

    try:
        durable.write_whole(path, text)
    except OSError as error:
        raise PublishError(
            f"The dataset was published, but the report {path.name} could not be written "
            f"({error.strerror or error}). "
            "Choose another place for it."
        ) from error


def print_frame(frame: pd.DataFrame) -> None:
    """Print a table to the terminal; a missing value is an empty cell."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*map(str, frame.columns), box=box.SIMPLE)
    for row in frame.itertuples(index=False):
        table.add_row(*("" if value != value else str(value) for value in row))  # noqa: PLR0124  # NaN
    console(Console).print(table)

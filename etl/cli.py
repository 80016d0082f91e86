"""
The command `dosah`: build, check, look into, ask and serve the dataset.

Heavy modules are imported inside the commands, so that `dosah --help` answers at once.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from etl.commands import fetch, hsds, own, table
from etl.commands.build import build_command
from etl.commands.common import (
    dataset_path,
    in_words,
)
from etl.commands.faults import fault_sentence
from etl.commands.look import check_command, gaps_command, info_command
from etl.commands.serve import serve_command

app = typer.Typer(
    name="dosah",
    help="Catalogue of social services and map of their capacity against need.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
ENTRY_POINTS = "dosah.commands"


for name, command in {
    "build": build_command,
    "check": check_command,
    "info": info_command,
    "gaps": gaps_command,
    "serve": serve_command,
}.items():
    app.command(name)(command)
table.register(app, in_words)
own.register(app, in_words, dataset_path)
hsds.register(app, in_words, dataset_path)
fetch.register(app, in_words, dataset_path)


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


def main() -> None:
    """
    Run the command line.

    Errors that were foreseen end in their sentence. One that was not ends in a sentence too,
    with exit code 1: what is published is swapped in at once and whole, so nothing half is left.
    With --debug it is raised as it came.
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

"""The command `dosah serve`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from etl.commands.build import run_build
from etl.commands.common import (
    PathOption,
    dataset_path,
    in_words,
)
from geodata.errors import DosahError

DEFAULT_PORT = 8501


@in_words
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

"""
The folder of an office's tables, and how it follows the dataset: a table comes into it, or goes,
only with the dataset.

A table that comes waits in a hidden folder, one that goes is named in the record of the build.
Whatever ends a run, the next one finds from the dataset that is there which of them it holds,
and does what is left to do.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from etl.publish.guard import exclusive
from etl.publish.remembered import (
    BuildCall,
    NotRememberedError,
    is_unfinished,
    named_tables,
    recorded,
    remember,
)
from etl.usertables.load import default_folder
from geodata import durable
from geodata.dataset.dataset import read_dataset
from geodata.errors import DosahError, PublishError
from geodata.vocabulary.provenance import checksum

NAME = re.compile(r"own-[a-z]+-(?P<number>\d{1,6})\.(?:xlsx|csv)")
STAGED = ".staged"  # a hidden folder beside the tables: builds do not read it


def folder_of(dataset: Path, call: BuildCall) -> Path:
    """
    Return the folder that the next build reads as well.

    Raises
    ------
    NotRememberedError
        If the last build was given single files: what is put into a folder would be gone with the next one.
    """
    if call.tables is None:
        return default_folder(dataset.resolve())
    folders = [Path(path) for path in call.tables if Path(path).is_dir()]
    if len(folders) != 1:
        raise NotRememberedError(dataset, "no_record", "its tables were named one by one")
    return folders[0]


@contextlib.contextmanager
def staged_table(candidate: Path, folder: Path, name: str) -> Iterator[Path]:
    """
    Give the place where a table waits for its dataset; when the block ends well it moves into the folder,
    else it is gone.

    Raises
    ------
    PublishError
        If it cannot be written.
    """
    staged = folder / STAGED / name
    try:
        staged.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(candidate, staged)
        durable.settle(staged)
    except OSError as error:
        shutil.rmtree(staged.parent, ignore_errors=True)
        raise PublishError(
            f"The table cannot be kept in the folder {folder.name} ({error.strerror or error}). "
            "Nothing was changed. "
            "Free some space or let this program write there."
        ) from error
    try:
        yield staged
    except BaseException:
        shutil.rmtree(staged.parent, ignore_errors=True)
        raise
    # The dataset is published: what cannot be moved now waits for the next run.
    with contextlib.suppress(OSError):
        durable.put(staged, folder / name)
        staged.parent.rmdir()


def remove_withdrawn(dataset: Path, folder: Path, call: BuildCall) -> None:
    """
    Remove the tables that the dataset which is there does not hold any more, then forget them;
    call it under the lock.
    """
    with contextlib.suppress(OSError):
        for name, content in call.goes.items():
            path = folder / name
            # Another content under the same name was put there by somebody since.
            if NAME.fullmatch(name) and path.is_file() and checksum(path) == content:
                path.unlink()
        remember(dataset, replace(call, goes={}))


def settle(dataset: Path) -> None:
    """
    Bring the folder in order after a run that was killed; a run that is at work holds the lock
    and is left alone.

    Call it before anything else.
    """
    if _is_in_order(dataset):
        return
    with contextlib.suppress(DosahError), exclusive(dataset):
        settle_held(dataset)


def settle_held(dataset: Path) -> None:
    """
    As `settle`, under the lock:
    a table that is in the dataset is kept, one that was taken out is removed.
    """
    if _is_in_order(dataset):
        return
    call = recorded(dataset)
    folder = _folder(dataset, call)
    staged = folder / STAGED
    with contextlib.suppress(DosahError, OSError):
        if staged.is_dir():
            sums = set(read_dataset(dataset)["origin"]["checksum_sha256"])
            for path in staged.iterdir():
                if NAME.fullmatch(path.name) and checksum(path) in sums:
                    durable.put(path, folder / path.name)
            shutil.rmtree(staged, ignore_errors=True)
    if call is not None and call.goes:
        remove_withdrawn(dataset, folder, call)


def _is_in_order(dataset: Path) -> bool:
    """Tell, without reading the dataset where possible, that there is nothing to settle."""
    if is_unfinished(dataset):
        return False
    folders = {default_folder(dataset.resolve()), *map(Path, named_tables(dataset))}
    return not any((folder / STAGED).is_dir() for folder in folders)


def _folder(dataset: Path, call: BuildCall | None) -> Path:
    if call is not None:
        with contextlib.suppress(NotRememberedError):
            return folder_of(dataset, call)
    return default_folder(dataset.resolve())

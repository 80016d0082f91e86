"""
Put a table into the published dataset or take it out again: look first, then build
as the dataset was built before.

Tables that are published this way get a name of their own ("own-findings-1.xlsx")
in the folder of the office's tables; what somebody put there by hand is read as ever and never touched.
A build that fails leaves folder and dataset as they were.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from etl.publish.build import Own, area_names, build_held
from etl.publish.guard import Loss, exclusive, losses
from etl.publish.remembered import BuildCall, NotRememberedError, recall
from etl.publish.report import BuildReport
from etl.publish.staging import NAME, STAGED, folder_of, remove_withdrawn, settle_held, staged_table
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.inputs import UserInputs
from etl.usertables.load import default_folder, find_files, read_inputs
from geodata.areas import load_areas
from geodata.dataset.dataset import Dataset, read_dataset, read_facts
from geodata.errors import ParameterError, PublishError
from geodata.vocabulary.provenance import checksum

SEVERAL = "tables"  # kind of a workbook that holds several


class ChangedMeanwhileError(PublishError):
    """The dataset is not the one that the preview was made of."""


@dataclass(frozen=True)
class OwnTable:
    """
    A table of the office's folder; `can_be_withdrawn`: it was published from here, nobody put it there
    by hand.
    """

    name: str
    can_be_withdrawn: bool
    origin_ids: tuple[str, ...]
    rows: int

    def as_json(self) -> dict[str, Any]:
        """Return the table as plain values."""
        return {**self.__dict__, "origin_ids": list(self.origin_ids)}


@dataclass(frozen=True)
class Trial:
    """What a build with one table more or less gives, without publishing it."""

    report: BuildReport
    losses: tuple[Loss, ...]
    most_lost_share: float
    seen: str

    @property
    def is_stopped(self) -> bool:
        """Whether publishing it would be stopped, because too much would be lost."""
        return any(loss.share > self.most_lost_share for loss in self.losses)


def listed(dataset: Path) -> list[OwnTable]:
    """
    Return the tables that the published dataset holds,
    and those of its folder that the next build will read.
    """
    published = read_dataset(dataset)
    try:
        folder = folder_of(dataset, recall(dataset))
    except NotRememberedError:
        folder = default_folder(dataset.resolve())
    names = [path.name for path in find_files([folder])] if folder.is_dir() else []
    origin, accounting = published["origin"], published["accounting"]
    own = origin[origin["origin_id"].str.startswith("user_")]
    rows = dict(zip(accounting["origin_id"], accounting["rows_read"], strict=True))
    by_file: dict[str, list[str]] = {name: [] for name in names}
    for origin_id, name in zip(own["origin_id"], own["file_name"], strict=True):
        by_file.setdefault(name, []).append(origin_id)
    return [
        OwnTable(
            name,
            bool(NAME.fullmatch(name)) and name in names,
            tuple(ids),
            sum(int(rows.get(origin_id, 0)) for origin_id in ids),
        )
        for name, ids in sorted(by_file.items())
    ]


def known(dataset: Dataset) -> tuple[NamedMunicipalities, dict[str, Sequence[str]]]:
    """Return the municipalities and the names of the areas of a dataset."""
    area = dataset["area"]
    names: dict[str, Sequence[str]] = {
        area_id: (name,) for area_id, name in zip(area["area_id"], area["name"], strict=True)
    }
    of_project = area_names(load_areas())
    names = {area_id: (*stated, *of_project.get(area_id, ())) for area_id, stated in names.items()}
    return NamedMunicipalities(dataset["municipality"]), names


def look(path: Path, dataset: Dataset, language: str) -> UserInputs:
    """
    Read one file of tables as a build would.

    Raises
    ------
    InputFileError
        With every problem.
    """
    places, areas = known(dataset)
    return read_inputs([path], places, areas=areas, language=language)


def try_table(
    dataset: Path,
    work: Path,
    *,
    candidate: Path | None = None,
    leave_out: str | None = None,
    language: str = "en",
) -> Trial:
    """
    Build a copy of the dataset with one table more, less, or another one in its place; nothing is published.

    Parameters
    ----------
    dataset
        The published dataset.
    work
        An empty folder; the copy is `dosah.gpkg` in it.
    candidate
        The table that comes; None = none.
    leave_out
        Name of the published table that goes or is replaced; None = none.

    Raises
    ------
    NotRememberedError
        If the dataset cannot be built again as it was.
    DosahError
        What keeps it from being built.
    """
    call = recall(dataset)
    folder = folder_of(dataset, call)
    before = read_dataset(dataset)
    copy = work / "dosah.gpkg"
    shutil.copyfile(dataset, copy)
    files = _files(dataset, call, folder, leave_out)
    if candidate is not None:
        staged = work / STAGED
        staged.mkdir()
        files.append(staged / _name(candidate, folder, before, leave_out))
        shutil.copyfile(candidate, files[-1])
    with exclusive(copy):
        done = _build(copy, call, files, language=language, accept_change=True)
    found = losses(before.tables, done.tables)
    return Trial(done, tuple(found), call.most_lost_share, call.content_hash)


def publish(
    dataset: Path,
    candidate: Path,
    *,
    leave_out: str | None = None,
    seen: str | None = None,
    language: str = "en",
) -> tuple[str, BuildReport]:
    """
    Publish a table: build with it, and keep it for every later build.

    Parameters
    ----------
    leave_out
        Name of the published table that it replaces.
    seen
        Content hash of the dataset that the preview was made of; None = whatever there is.

    Returns
    -------
    name, report
        The name under which the table is kept.

    Raises
    ------
    ChangedMeanwhileError
        If the dataset is another one than `seen`.
    NotRememberedError, DosahError
        What keeps it from being published; folder and dataset stay as they were.
    """
    with exclusive(dataset):
        settle_held(dataset)
        call = recall(dataset)
        _check_seen(dataset, seen)
        folder = folder_of(dataset, call)
        name = _name(candidate, folder, read_dataset(dataset), leave_out)
        files = _files(dataset, call, folder, leave_out)
        goes = {} if leave_out in (None, name) else _sums(folder, str(leave_out))
        with staged_table(candidate, folder, name) as staged:
            report = _build(dataset, replace(call, goes=goes), [*files, staged], language=language)
        _finish(dataset, folder, call, report, goes)
    return name, report


def withdraw(
    dataset: Path, name: str, *, accept_change: bool = False, seen: str | None = None, language: str = "en"
) -> BuildReport:
    """
    Take a published table out again and delete it.

    Parameters
    ----------
    accept_change
        A person has looked at what goes with it and lets it through.

    Raises
    ------
    ChangedMeanwhileError, NotRememberedError, DosahError
        As in `publish`.
    """
    with exclusive(dataset):
        settle_held(dataset)
        call = recall(dataset)
        _check_seen(dataset, seen)
        folder = folder_of(dataset, call)
        files = _files(dataset, call, folder, name)
        goes = _sums(folder, name)
        report = _build(
            dataset, replace(call, goes=goes), files, language=language, accept_change=accept_change
        )
        _finish(dataset, folder, call, report, goes)
    return report


def _sums(folder: Path, name: str) -> dict[str, str]:
    return {name: checksum(folder / name)}


def _finish(
    dataset: Path, folder: Path, call: BuildCall, report: BuildReport, goes: Mapping[str, str]
) -> None:
    if goes:
        remove_withdrawn(dataset, folder, replace(call, content_hash=report.content_hash, goes=goes))


def _build(
    output: Path,
    call: BuildCall,
    files: Sequence[Path],
    *,
    language: str,
    accept_change: bool = False,
) -> BuildReport:
    """Build under the lock of `output`, as it was built before."""
    return build_held(
        output,
        call.paths(),
        data_date=call.data_date,
        own=Own(
            tables=files,
            areas=[Path(path) for path in call.areas],
            most_lost_share=call.most_lost_share,
            accept_change=accept_change,
            language=language,
        ),
        country=call.country,
        repeats=call,
    )


def _files(dataset: Path, call: BuildCall, folder: Path, leave_out: str | None) -> list[Path]:
    """Return the files of the last build without the one that goes."""
    named = [Path(path) for path in call.tables] if call.tables is not None else [folder]
    files = find_files([path for path in named if call.tables is not None or path.is_dir()])
    if leave_out is None:
        return files
    if not NAME.fullmatch(leave_out) or not (folder / leave_out).is_file():
        raise ParameterError(f"{dataset.name} has no table {leave_out} that was published from here.")
    gone = (folder / leave_out).resolve()
    return [path for path in files if path.resolve() != gone]


def _name(candidate: Path, folder: Path, dataset: Dataset, leave_out: str | None) -> str:
    """Return the name under which a table is kept: made of its kind, never of the name it came with."""
    kinds = {part.table.kind for part in look(candidate, dataset, "en").inputs}
    kind = next(iter(kinds)) if len(kinds) == 1 else SEVERAL
    suffix = ".xlsx" if candidate.read_bytes()[:2] == b"PK" else ".csv"
    taken = [int(found["number"]) for path in _listing(folder) if (found := NAME.fullmatch(path.name))]
    stem = f"own-{kind}-"
    if leave_out is not None and leave_out.startswith(stem):
        return f"{leave_out.rpartition('.')[0]}{suffix}"
    return f"{stem}{max(taken, default=0) + 1}{suffix}"


def _listing(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _check_seen(dataset: Path, seen: str | None) -> None:
    if seen is not None and read_facts(dataset)["content_hash"] != seen:
        raise ChangedMeanwhileError(f"{dataset.name} was built anew meanwhile. Look at the preview again.")


def losses_as_json(found: Sequence[Loss], most_lost_share: float) -> list[Mapping[str, Any]]:
    """Return losses as plain values."""
    return [
        {
            "what": loss.what,
            "before": loss.before,
            "lost": loss.lost,
            "form": loss.form,
            "unit": loss.unit,
            "is_too_large": loss.share > most_lost_share,
        }
        for loss in found
    ]

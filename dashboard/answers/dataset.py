"""
The published dataset for pages: read once per version, analysed once per question,
outlines put where the browser asks.

One run of a page is of one dataset: `begin_run` takes the newest,
`dataset` returns that one to all who ask in the run, and to the parts of the page that run again alone.
Nobody else reads the published file for a page. Answers are keyed by the dataset's version,
so that a new build is seen at the next run without a restart.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.answers.shared import Shared
from dashboard.process import streamlit_inside
from geodata.dataset.dataset import Dataset, default_dataset_path, read_dataset
from geodata.errors import DatasetMissingError

if TYPE_CHECKING:
    import pandas as pd

    from geodata.method.analysis import Analysis, Settings
    from geodata.method.benchmark import Norm
    from geodata.studies.robustness import Robustness

ANALYSES_BYTES: Final = 200_000_000
RUN_KEY: Final = "dosah-dataset-of-this-run"
# A file that is replaced while it is read is read again; in the third run of bad luck
# a reader is told to reload.
_TRIES: Final = 3


# A whole country's analysis has some megabytes, the snapshot's a tenth of that;
# so the bytes are counted, too.
_BYTES_OF_A_ROW: Final = 160
_DATASETS: Final[Shared[Dataset]] = Shared(2)
_NORMS: Final[Shared[list[Norm]]] = Shared(256)
_ROBUSTNESS: Final[Shared[Robustness]] = Shared(32)


def newest() -> Dataset:
    """
    Return the dataset that is published now, read again only after a new build. A page asks `dataset`.

    Raises
    ------
    DatasetMissingError
        If there is none.
    DatasetError
        If it cannot be read.
    """
    path = default_dataset_path().absolute()
    for tried in range(_TRIES):
        key = _state_of(path)
        found = _DATASETS.get(key, lambda: read_dataset(path))
        # What was read while it was replaced may be of both.
        if _state_of(path) == key or tried == _TRIES - 1:
            return found
        _DATASETS.forget(key)
    raise AssertionError("not reached")


def _state_of(path: Path) -> tuple[str, int, int, int]:
    """Return what tells a file from the one that replaces it."""
    try:
        state = path.stat()
    except OSError as error:
        raise DatasetMissingError(f"{path.name} is not there. Run `dosah build`.") from error
    return str(path), state.st_mtime_ns, state.st_size, state.st_ino


def begin_run() -> None:
    """
    Take the newest dataset for the run of a page that begins here, and for its parts until the next run.

    A button's answer to a click comes before: it is of the dataset that the reader saw.

    Raises
    ------
    DatasetError
        If there is none or it cannot be read.
    """
    st.session_state.pop(RUN_KEY, None)
    st.session_state[RUN_KEY] = newest()


def dataset() -> Dataset:
    """
    Return the dataset of this run: the same to all who ask.

    Raises
    ------
    DatasetError
        Outside of a run, where there is no dataset or it cannot be read.
    """
    if streamlit_inside.session_id() is None:
        return newest()
    found = st.session_state.get(RUN_KEY)
    return newest() if found is None else found


def analysis(group_id: str, country: str, area_id: str | None, settings: Settings) -> Analysis:
    """
    Return `geodata.method.analysis.analyse` for the dataset of this run.
    The answer is shared: treat it as read-only.
    """
    return analysis_of(dataset(), group_id, country, area_id, settings)


def analysis_of(
    dataset: Dataset, group_id: str, country: str, area_id: str | None, settings: Settings
) -> Analysis:
    """Return the same for a dataset in hand: a document is made outside of any run."""

    def make() -> Analysis:
        from geodata.method.analysis import analyse

        return analyse(dataset, group_id, country, area_id, settings)

    return _ANALYSES.get((dataset.version, group_id, country, area_id, settings), make)


def weight(analysis: Analysis) -> int:
    """Return about how many bytes an answer holds."""
    return _BYTES_OF_A_ROW * (len(analysis.coverage) + len(analysis.supply)) + 16 * analysis.reach.nnz


_ANALYSES: Final[Shared[Analysis]] = Shared(256, ANALYSES_BYTES, weight)


def robustness(group_id: str, country: str, area_id: str | None, settings: Settings) -> Robustness:
    """
    Return `geodata.studies.robustness.robustness` for the dataset of this run: a dozen analyses,
    so only where it is asked for.
    """
    found = dataset()

    def make() -> Robustness:
        from geodata.studies.robustness import robustness

        return robustness(found, group_id, country, area_id, settings)

    return _ROBUSTNESS.get((found.version, group_id, country, area_id, settings), make)


def norms(group_id: str, country: str, area_id: str | None, settings: Settings) -> list[Norm]:
    """Return `geodata.method.analysis.available_norms` for the dataset of this run."""
    found = dataset()

    def make() -> list[Norm]:
        from geodata.method.analysis import available_norms

        return available_norms(found, group_id, country, area_id, settings)

    return _NORMS.get((found.version, group_id, country, area_id, settings), make)


def shared_frames() -> list[pd.DataFrame]:
    """Return the tables that all readers look at: of the datasets and of the answers that are kept."""
    frames = [table for dataset in _DATASETS.answers() for table in dataset.tables.values()]
    return frames + [
        table for analysis in _ANALYSES.answers() for table in (analysis.coverage, analysis.supply)
    ]


@dataclass(frozen=True)
class ServiceName:
    """What a service is called on a map: its name and provider, its kind."""

    title: str
    service_type_code: str


_SERVICE_NAMES: Final[Shared[dict[str, ServiceName]]] = Shared(2)


def service_names(dataset: Dataset) -> dict[str, ServiceName]:
    """Return name and kind of every service; a protected one carries its kind for a name already."""
    return _SERVICE_NAMES.get(dataset.version, lambda: _names_of(dataset))


def _names_of(dataset: Dataset) -> dict[str, ServiceName]:
    providers = dict(zip(dataset["provider"]["provider_id"], dataset["provider"]["name"], strict=True))
    names = {}
    table = dataset["service"]
    columns = (table[name] for name in ("service_id", "name", "provider_id", "service_type_code"))
    for service_id, name, provider_id, kind in zip(*columns, strict=True):
        provider = providers.get(provider_id)
        title = f"{name} ({provider})" if provider and provider != name else str(name)
        names[service_id] = ServiceName(title, kind)
    return names


def attribution(dataset: Dataset) -> str:
    """Name the publishers of the outlines; their licences stand on the page of data."""
    origins = dataset["origin"]
    used = origins["origin_id"].isin(dataset["municipality"]["origin_id"].unique())
    return "; ".join(dict.fromkeys(origins.loc[used, "publisher"]))

"""The sources of a build: which there are, where they lie, and all of them read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from etl.cleaning.locate import note_far_points
from etl.country.official import SOURCES as COUNTRY_SOURCES
from etl.country.part import CountryPart, read_country
from etl.files.reading import Column, Problems, read_table
from etl.publish import tabulate
from etl.snapshot import municipality as snapshot_municipality
from etl.snapshot import national_capacity, national_population, population, public_page, register
from etl.snapshot import outline as snapshot_outline
from geodata.dataset.rules import DATE
from geodata.errors import ParameterError
from geodata.vocabulary.provenance import data_folder, origins

PREFIX = "snapshot_"
ADDRESS_POINTS = "address_points"
OFFICIAL_SOURCES = frozenset(name for names in COUNTRY_SOURCES.values() for name in names)


@dataclass(frozen=True)
class Inputs:
    """The tables of all sources as read, and the files they came from."""

    paths: Mapping[str, Path]
    replaced: frozenset[str]
    tables: Mapping[str, pd.DataFrame]
    address_points: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    country: CountryPart | None = None


def source_names() -> tuple[str, ...]:
    """Return the names that `--source NAME=PATH` knows."""
    embedded = [name.removeprefix(PREFIX) for name in origins() if name != tabulate.AREA_ORIGIN]
    return (*embedded, ADDRESS_POINTS)


def source_paths(replaced: Mapping[str, Path]) -> dict[str, Path]:
    """
    Return the file of every source, the reader's own files in place of the embedded ones.

    Raises
    ------
    ParameterError
        If a name is no source.
    """
    folder = data_folder()
    paths = {
        name: folder / origin.file_name for name, origin in origins().items() if name != tabulate.AREA_ORIGIN
    }
    for name, path in replaced.items():
        full = name if name.startswith(PREFIX) or name == ADDRESS_POINTS else f"{PREFIX}{name}"
        if full not in paths and full != ADDRESS_POINTS:
            raise ParameterError(
                f"There is no source called “{name}”. Known are {', '.join(source_names())}."
            )
        paths[full] = Path(path)
    return paths


def read_sources(replaced: Mapping[str, Path]) -> Inputs:
    """
    Read all files, each refused with all its problems.

    Raises
    ------
    InputFileError
        For the first file that cannot be used.
    """
    paths = source_paths(replaced)
    municipality = snapshot_municipality.read(paths[snapshot_municipality.ORIGIN_ID])
    known = frozenset(municipality["municipality_code"])
    read = {
        snapshot_municipality.ORIGIN_ID: municipality,
        snapshot_outline.ORIGIN_ID: snapshot_outline.read(paths[snapshot_outline.ORIGIN_ID], known),
        population.ORIGIN_ID: population.read(paths[population.ORIGIN_ID], known),
        national_population.ORIGIN_ID: national_population.read(paths[national_population.ORIGIN_ID]),
        national_capacity.ORIGIN_ID: national_capacity.read(paths[national_capacity.ORIGIN_ID]),
        register.ORIGIN_ID: register.read(paths[register.ORIGIN_ID], municipality),
        public_page.ORIGIN_ID: public_page.read(paths[public_page.ORIGIN_ID], known),
    }
    outlines = read[snapshot_outline.ORIGIN_ID]
    for origin_id in (snapshot_municipality.ORIGIN_ID, register.ORIGIN_ID):
        problems = Problems()
        table = read[origin_id]
        if "municipality_name" not in table.columns:
            table = table.assign(municipality_name=table["name"])
        note_far_points(table, outlines, problems)
        problems.raise_if_any(paths[origin_id].name)
    replaced_ids = frozenset(name for name in paths if paths[name].parent != data_folder())
    return Inputs(paths, replaced_ids, read, _read_address_points(paths.get(ADDRESS_POINTS)))


def read_whole_country(
    country: str, given: Mapping[str, Path], data_date: str | None
) -> tuple[Inputs, str | None]:
    """
    Read the official sources of a country, and the snapshot for whatever they do not give.

    Returns
    -------
    inputs, day
        The day the register speaks of: as stated, else as found; None where no register was given.
    """
    embedded = {name: path for name, path in given.items() if name not in OFFICIAL_SOURCES}
    inputs = read_sources(embedded)
    part, tables, day = read_country(country, given, inputs.tables, data_date)
    paths = {name: path for name, path in inputs.paths.items() if name not in part.replaced}
    return replace(inputs, paths=paths, tables=tables, country=part), day


def _read_address_points(path: Path | None) -> dict[str, tuple[float, float]]:
    if path is None:
        return {}
    columns = (
        Column("address_point_code", is_required=True),
        Column("latitude", "number", is_required=True, is_signed=True),
        Column("longitude", "number", is_required=True, is_signed=True),
    )
    table = read_table(path, columns, key=("address_point_code",))
    points = zip(table["address_point_code"], table["latitude"], table["longitude"], strict=True)
    return {code: (latitude, longitude) for code, latitude, longitude in points}


def data_date_of(stated: str | None) -> str:
    """
    Return the day the dataset speaks of: as stated, else that of the embedded register.

    Raises
    ------
    ParameterError
        If the stated day is no date.
    """
    if stated is not None and not DATE.fullmatch(stated):
        raise ParameterError(f"The data date “{stated}” is no date. Write it as YYYY-MM-DD.")
    return stated or str(origins()[register.ORIGIN_ID].reference_date)

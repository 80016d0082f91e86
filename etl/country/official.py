"""Official files of one country: which file plays which part, what each gave, and what became of its rows."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from etl.cleaning.districts import with_districts
from etl.sources import (
    cz_csu_hierarchy,
    cz_csu_population,
    cz_cuzk_address_points,
    cz_cuzk_boundaries,
    cz_mpsv_rpss,
    pl_gugik_prg,
    pl_gus_bdl,
    pl_mrips_rjps,
    vector_file,
)
from etl.sources.formats import column_mapping
from etl.sources.formats.contract import Origin, SourceTables, concatenate, load_origin
from geodata.errors import InputFileError, ParameterError
from geodata.guarded import yaml_text
from geodata.guarded.refusals import read_bounded
from geodata.guarded.yaml_text import YamlLimits
from geodata.said import Said, say, together
from geodata.vocabulary.codes import codelist

REGISTER = "cz_mpsv_rpss"
HIERARCHY = "cz_csu_hierarchy"
POPULATION = "cz_csu_population"
ADDRESS_POINTS = "cz_cuzk_address_points"
OWN_OUTLINES = "vector_file"
GUS = "pl_gus_bdl"
UNITS = "pl_mrips_rjps"
OUTLINES = {"CZ": ("cz_cuzk_boundaries", OWN_OUTLINES), "PL": ("pl_gugik_prg", OWN_OUTLINES)}
SOURCES = {
    "CZ": (HIERARCHY, *OUTLINES["CZ"], POPULATION, REGISTER, ADDRESS_POINTS),
    "PL": (*OUTLINES["PL"], GUS, UNITS),
}
YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
MAPPING = YamlLimits(nodes=200)
PRESETS = {"CZ": "cz_obce_topojson", "PL": "pl_gminy_kml"}


@dataclass(frozen=True)
class OfficialSources:
    """
    What the official sources of a country gave.

    `files` and `read` by origin_id. `outline`, `population` and `municipality` say which origin plays
    that part; None = no file of it was given. `notes` are sentences for the report.
    """

    country: str
    files: Mapping[str, tuple[Path, ...]]
    read: Mapping[str, SourceTables]
    notes: tuple[str, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)
    code_lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def table(self, origin_id: str, name: str) -> pd.DataFrame | None:
        """Return a table that a source gave, None where the source was not given."""
        found = self.read.get(origin_id)
        return None if found is None else found.tables.get(name)

    @property
    def outline_origin(self) -> str:
        """Return the origin of the outlines."""
        return next(origin_id for origin_id in OUTLINES[self.country] if origin_id in self.read)

    @property
    def has_register(self) -> bool:
        """Whether a whole national register was read."""
        return REGISTER in self.read


def split_paths(value: Path) -> tuple[Path, ...]:
    """Return the paths of `NAME=PATH,PATH2`; a file whose own name holds a comma is found first."""
    if value.exists() or "," not in str(value):
        return (value,)
    return tuple(Path(part) for part in str(value).split(",") if part)


def sources_of_country(country: str, given: Mapping[str, Path]) -> dict[str, tuple[Path, ...]]:
    """
    Sort out which of the given files are official sources of a country.

    Raises
    ------
    ParameterError
        If the country is none of ours, an official source of another country is named,
        or two files play one part.
    """
    if country not in SOURCES:
        raise ParameterError(say("country.unknown_country", country=country, names=", ".join(SOURCES)))
    every = {name for names in SOURCES.values() for name in names}
    found = {}
    for name, value in given.items():
        if name in SOURCES[country]:
            found[name] = split_paths(value)
        elif name in every:
            raise ParameterError(
                say("country.other_country", name=name, country=country, names=", ".join(SOURCES[country]))
            )
    outlines = [name for name in OUTLINES[country] if name in found]
    if len(outlines) > 1:
        raise ParameterError(say("country.outlines_twice", names=", ".join(outlines)))
    return found


def check_complete(country: str, files: Mapping[str, Sequence[Path]]) -> None:
    """
    Check that there are outlines and, in Czechia, the hierarchy: without them there is no municipality
    to count in.

    Raises
    ------
    ParameterError
        With every missing part and the next step.
    """
    missing: list[Said] = []
    if not any(name in files for name in OUTLINES[country]):
        missing.append(say("country.missing_outlines", names=" / ".join(OUTLINES[country])))
    if country == "CZ" and HIERARCHY not in files:
        missing.append(say("country.missing_hierarchy", names=HIERARCHY))
    if missing:
        raise ParameterError(
            say("country.missing", country=country, parts=together(missing), source=SOURCES[country][0])
        )


def read_official(
    country: str,
    files: Mapping[str, tuple[Path, ...]],
    points: Mapping[str, tuple[float, float]] | None = None,
) -> OfficialSources:
    """
    Read every official file of a country.

    Parameters
    ----------
    files
        By origin_id; a register may be given with the folder or files of its code lists after it.
    points
        Latitude and longitude of municipalities that are known, by code: outlines must agree with them.

    Raises
    ------
    InputFileError
        For the first file that cannot be used, with all its problems.
    """
    check_complete(country, files)
    origins = {name: load_origin(name) for name in files}
    read: dict[str, SourceTables] = {}
    notes: list[str] = []
    code_lists: dict[str, dict[str, str]] = {}
    for name in SOURCES[country]:
        if name in files and name not in (REGISTER, ADDRESS_POINTS):
            read[name] = _read_one(name, country, files[name], origins[name], points=points or {})
    if HIERARCHY in read:
        tables = read[HIERARCHY].tables
        filled = {**tables, "municipality": with_districts(tables["municipality"])}
        read[HIERARCHY] = dataclasses.replace(read[HIERARCHY], tables=filled)
    if REGISTER in files:
        hierarchy = read[HIERARCHY].tables["municipality"]
        districts = dict(zip(hierarchy["municipality_code"], hierarchy["district_code"], strict=True))
        code_lists = dict(_code_lists(files[REGISTER][1:]))
        names = dict(zip(hierarchy["municipality_code"], hierarchy["name"], strict=True))
        read[REGISTER] = cz_mpsv_rpss.read(
            files[REGISTER][0],
            origins[REGISTER],
            code_lists=code_lists,
            districts=districts,
            municipalities=names,
        )
    if ADDRESS_POINTS in files:
        read[ADDRESS_POINTS] = _address_points(files[ADDRESS_POINTS], origins[ADDRESS_POINTS], read)
    for name, source in read.items():
        notes += [f"{name}: {note}" for note in source.notes]
    return OfficialSources(country, dict(files), read, tuple(notes), origins, code_lists)


def _read_one(
    name: str,
    country: str,
    paths: tuple[Path, ...],
    origin: Origin,
    *,
    points: Mapping[str, tuple[float, float]],
) -> SourceTables:
    if name == OWN_OUTLINES:
        return joined(
            [vector_file.read(path, origin, mapping=_mapping(path, country), points=points) for path in paths]
        )
    if name == GUS:
        year = _year_of(paths)
        return pl_gus_bdl.read_all([pl_gus_bdl.read(path, origin, year=year) for path in paths], origin)
    readers: dict[str, Any] = {
        HIERARCHY: cz_csu_hierarchy.read,
        POPULATION: cz_csu_population.read,
        "cz_cuzk_boundaries": cz_cuzk_boundaries.read,
        "pl_gugik_prg": pl_gugik_prg.read,
        UNITS: pl_mrips_rjps.read,
    }
    return joined([readers[name](path, origin) for path in paths])


def joined(parts: Sequence[SourceTables]) -> SourceTables:
    """
    Join several files of one source: two yearly workbooks, two halves of a country, the pages of a service.

    Raises
    ------
    InputFileError
        If a municipality stands in two of them: a file given twice must not count people twice.
    """
    if len(parts) == 1:
        return parts[0]
    seen: dict[str, set[str]] = {}
    for part in parts:
        for name in ("municipality", "population"):
            if name not in part.tables:
                continue
            codes = set(part.tables[name]["municipality_code"].unique())
            twice = sorted(codes & seen.setdefault(name, set()))
            if twice:
                raise InputFileError(
                    part.origin_id,
                    [say("country.in_two_files", number=len(twice), first=twice[0])],
                    say("country.in_two_files_next"),
                )
            seen[name] |= codes
    return concatenate(parts)


def _mapping(path: Path, country: str) -> column_mapping.ColumnMapping:
    """Return the column mapping beside the file (`outlines.json.yaml`), else the country's usual one."""
    beside = path.with_name(path.name + ".yaml")
    if beside.is_file():
        step = say("country.mapping_next")
        content = yaml_text.parse(
            read_bounded(beside, MAPPING.bytes, step), beside.name, MAPPING, next_step=step
        )
        if not isinstance(content, dict):
            raise InputFileError(beside.name, [say("country.no_table_of_names")], step)
        return column_mapping.ColumnMapping.from_mapping(content, beside.name)
    return vector_file.preset(load_origin(OWN_OUTLINES), PRESETS[country])


def _year_of(paths: Sequence[Path]) -> int:
    # Digests in the names of cached files may hold four such digits by chance:
    # the year is what all names share.
    found = [set(YEAR.findall(path.stem)) for path in paths]
    years = set.intersection(*found)
    if len(years) != 1:
        raise InputFileError(
            GUS,
            [say("country.no_single_year")],
            say("country.no_single_year_next"),
        )
    return int(years.pop())


def _code_lists(paths: Sequence[Path]) -> Iterator[tuple[str, dict[str, str]]]:
    """
    Give the code lists of the register by name: files called target_groups.json and so on (in a folder,
    or one by one).
    """
    for path in paths:
        files = sorted(path.glob("*.json")) if path.is_dir() else [path]
        for file in files:
            for name in cz_mpsv_rpss.CODE_LISTS:
                # In the cache a digest of the address stands before the name.
                if file.stem == name or file.stem.endswith(f"-{name}"):
                    yield name, cz_mpsv_rpss.read_code_list(file)


def _address_points(
    paths: tuple[Path, ...], origin: Origin, read: Mapping[str, SourceTables]
) -> SourceTables:
    """Read the points that the register uses; of three million others none is kept."""
    register = read.get(REGISTER)
    if register is None:
        raise ParameterError(say("country.register_only", points=ADDRESS_POINTS, register=REGISTER))
    wanted = frozenset(register.tables["site"]["address_point_code"].dropna())
    found: list[SourceTables] = []
    seen: set[str] = set()
    for path in paths:
        part = cz_cuzk_address_points.read(path, origin, wanted=wanted - seen)
        seen |= set(part.tables["address_point"]["address_point_code"])
        found.append(part)
    return concatenate(found)


def note_unknown_kinds(official: OfficialSources) -> list[str]:
    """
    Say which kinds of the code list the register does not hold at all:
    a gap there is a gap of the register.
    """
    service = official.table(REGISTER, "service")
    if service is None:
        return []
    held = set(service["service_type_code"])
    kinds = [
        code
        for code, kind in codelist("service_types").items()
        if kind.attributes.get("country") == "CZ" and not code.startswith("follow-on") and code not in held
    ]
    return [f"{REGISTER}: no registration of the kinds {', '.join(kinds)}."] if kinds else []


def target_group_names(official: OfficialSources) -> Mapping[str, str]:
    """Return the names of the register's target groups by code; empty where its code lists were not given."""
    return official.code_lists.get("target_groups", {})

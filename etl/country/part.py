"""
A whole country from its official sources, through the same pipeline as the embedded snapshot.

The official files of one country take the place of its embedded part; of the other country the embedded part
stays, so that neighbours across the border are still there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from etl.cleaning.locate import LoadedMunicipality
from etl.cleaning.records import Records
from etl.country.combine import Combined, combine, simplified
from etl.country.official import (
    GUS,
    POPULATION,
    REGISTER,
    OfficialSources,
    note_unknown_kinds,
    read_official,
    sources_of_country,
)
from etl.country.register import add_accounts, load_official_register
from etl.country.register_check import benchmark_of, check_conserved
from etl.register.check import check_accounting, check_sites
from etl.snapshot import municipality as snapshot_municipality
from etl.snapshot import national_capacity, national_population, register
from etl.snapshot import outline as snapshot_outline
from etl.snapshot import population as snapshot_population
from geodata.areas import AreaFile
from geodata.said import Said, say
from geodata.vocabulary.provenance import DATASET_LANGUAGE, checksum

NATURAL_TABLES = ("address_point", "value", "unit")
BANDS = ["sex", "age_from", "age_to", "reference_date"]


@dataclass(frozen=True)
class CountryPart:
    """
    The official part of a build.

    `embedded_rows` are the rows of the snapshot's files that are still used, by origin_id;
    files in `replaced` are not used at all.
    """

    official: OfficialSources
    combined: Combined
    embedded_rows: Mapping[str, int]
    notes: tuple[str, ...]
    replaced: frozenset[str] = frozenset()

    @property
    def facts(self) -> dict[str, str]:
        """Return what the dataset says of itself beyond day and title (geodata.vocabulary.codes.scope_in)."""
        code = self.official.country.lower()
        facts = {f"sources_{code}": "official"}
        return {**facts, f"register_scope_{code}": "all"} if self.official.has_register else facts

    def load_register(
        self, records: Records, day: str, places: Mapping[str, LoadedMunicipality], outline: pd.DataFrame
    ) -> list[str]:
        """Turn the register into records; return sentences for the report."""
        return load_official_register(self.official, records, day, places, outline)

    def benchmark(self, contents: Mapping[str, pd.DataFrame], day: str) -> pd.DataFrame | None:
        """Return the national figures that the register gives, None where there is no register."""
        return benchmark_of(contents, day) if self.official.has_register else None

    def add_accounts(self, records: Records) -> None:
        """Add what became of the rows that were not loaded, those of ages without a place too."""
        add_accounts(self.official, records)
        for row in self.combined.rejected.to_dict("records"):
            records.add("rejected", {str(name): value for name, value in row.items()})

    def accounts(
        self, contents: Mapping[str, pd.DataFrame], outline: pd.DataFrame
    ) -> dict[str, tuple[int, int]]:
        """
        Return (rows read, rows loaded) by origin_id for every file that plays a part;
        loaded is counted in the tables.

        A row of an age workbook is a municipality and sex, of a census table a municipality,
        sex and age group.
        """
        found: dict[str, tuple[int, int]] = {}
        pairs = contents["population"].drop_duplicates(["municipality_code", "sex", "reference_date"])
        counts = {
            "municipality": contents["municipality"]["origin_id"].value_counts(),
            "outline": outline["origin_id"].value_counts(),
            "bands": contents["population"]["origin_id"].value_counts(),
            "pairs": pairs["origin_id"].value_counts(),
            "site": contents["site"]["origin_id"].value_counts(),
        }
        for origin_id, read in self.official.read.items():
            natural = [name for name in NATURAL_TABLES if name in read.tables]
            if natural:
                lost = self.combined.rejected["origin_id"] == origin_id
                loaded = len(read.tables[natural[0]]) - int(lost.sum())
            elif origin_id == REGISTER:
                loaded = int(counts["site"].get(origin_id, 0))
            elif origin_id == POPULATION:
                loaded = int(counts["pairs" if self._is_by_pair else "bands"].get(origin_id, 0))
            elif origin_id == self.official.outline_origin:
                loaded = int(counts["outline"].get(origin_id, 0))
            else:
                loaded = int(counts["municipality"].get(origin_id, 0))
            found[origin_id] = (read.rows_read, loaded)
        embedded = {
            snapshot_municipality.ORIGIN_ID: counts["municipality"],
            snapshot_outline.ORIGIN_ID: counts["outline"],
            snapshot_population.ORIGIN_ID: counts["pairs"],
        }
        for origin_id, count in embedded.items():
            found[origin_id] = (self.embedded_rows[origin_id], int(count.get(origin_id, 0)))
        return found

    @property
    def _is_by_pair(self) -> bool:
        """
        Whether a row of the file of ages is a municipality and sex
        (a workbook), not one age group of it.
        """
        return is_by_pair(self.official)

    def origins(self, contents: Mapping[str, pd.DataFrame], day: str) -> list[dict[str, Any]]:
        """Return the rows of table `origin` for the official files."""
        return [
            _origin_row(self.official, origin_id, paths, _reference_date(origin_id, contents, day))
            for origin_id, paths in self.official.files.items()
        ]

    def check(self, contents: Mapping[str, pd.DataFrame]) -> None:
        """
        Check what the embedded build checks, against the official register; there must be one.

        Raises
        ------
        PublishError
            On the first rule that does not hold.
        """
        check_accounting(contents)
        check_conserved(self.official, contents)
        check_sites(contents)


def loaded_areas(
    areas: Mapping[str, AreaFile], municipality: pd.DataFrame
) -> tuple[dict[str, AreaFile], list[str]]:
    """
    Keep the project's areas to the municipalities that are loaded; say what is missing.

    Returns
    -------
    areas, notes
        An area none of whose members is loaded is left out.
    """
    known = set(municipality["municipality_code"])
    kept: dict[str, AreaFile] = {}
    notes: list[str] = []
    for area_id, area in areas.items():
        members = tuple(code for code in area.municipality_codes if code in known)
        missing = len(area.municipality_codes) - len(members)
        if members:
            kept[area_id] = replace(area, municipality_codes=members)
        if missing:
            kind = "country.area_smaller" if members else "country.area_left_out"
            notes.append(say(kind, area=area_id, number=missing, all=len(area.municipality_codes)))
    return kept, notes


def is_by_pair(official: OfficialSources) -> bool:
    """
    Tell whether a row of the file of ages is a municipality and sex
    (a workbook), not one age group of it.
    """
    read = official.read[POPULATION]
    return read.rows_loaded == len(read.tables["population"].drop_duplicates(["municipality_code", "sex"]))


def read_country(
    country: str,
    given: Mapping[str, Path],
    embedded: Mapping[str, pd.DataFrame],
    day: str | None,
) -> tuple[CountryPart, dict[str, pd.DataFrame], str | None]:
    """
    Read the official files of a country and put them in the place of the embedded ones.

    Parameters
    ----------
    given
        Files by name of the source; names of embedded sources are left to the caller.
    embedded
        Tables of the snapshot as read, by origin_id.
    day
        Day the register speaks of, as stated.

    Returns
    -------
    part, tables, day
        `tables` are all tables of the build by origin_id of the snapshot whose part they play;
        those that official figures replace whole are not among them under their old meaning.
        `day` is None where there is no register.
    """
    files = sources_of_country(country, given)
    known = embedded[snapshot_municipality.ORIGIN_ID]
    places = zip(known["latitude"], known["longitude"], strict=True)
    official = read_official(country, files, dict(zip(known["municipality_code"], places, strict=True)))
    notes = [*official.notes, *note_unknown_kinds(official)]
    if official.has_register and day is None:
        day, whence = _day_of(files[REGISTER][0])
        notes.append(say("country.day", register=REGISTER, day=day, whence=whence))
    tables = dict(embedded)
    municipality = embedded[snapshot_municipality.ORIGIN_ID]
    long = snapshot_population.to_long(
        embedded[snapshot_population.ORIGIN_ID], ("municipality_code", "sex", "reference_date")
    )
    parts = {
        "municipality": municipality.assign(origin_id=snapshot_municipality.ORIGIN_ID),
        "outline": embedded[snapshot_outline.ORIGIN_ID].assign(origin_id=snapshot_outline.ORIGIN_ID),
        "population": long.assign(origin_id=snapshot_population.ORIGIN_ID),
    }
    combined = combine(official, parts)
    rows = {
        snapshot_municipality.ORIGIN_ID: int((municipality["country"] != country).sum()),
        snapshot_outline.ORIGIN_ID: _rows_used(parts["outline"], combined.outline, ["municipality_code"]),
        snapshot_population.ORIGIN_ID: _rows_used(
            parts["population"], combined.population, ["municipality_code", "sex", "reference_date"]
        ),
    }
    tables[snapshot_municipality.ORIGIN_ID] = combined.municipality
    tables[snapshot_outline.ORIGIN_ID] = simplified(combined.outline)
    tables[snapshot_population.ORIGIN_ID] = combined.population
    notes += combined.notes
    if country == "CZ" and POPULATION in official.read:
        if combined.is_population_whole:
            tables[national_population.ORIGIN_ID] = _national(combined.population)
        else:
            notes.append(say("country.part_of_ages"))
    if official.has_register and day is not None:
        # The national figures are made of the register when its records are tables (`CountryPart.benchmark`).
        del tables[national_capacity.ORIGIN_ID], tables[register.ORIGIN_ID]
    replaced = {
        origin_id
        for origin_id in embedded
        if origin_id not in tables or (origin_id not in rows and "origin_id" in tables[origin_id].columns)
    }
    return CountryPart(official, combined, rows, tuple(notes), frozenset(replaced)), tables, day


def _rows_used(embedded: pd.DataFrame, combined: pd.DataFrame, key: Sequence[str]) -> int:
    """Count rows of an embedded file whose municipality still takes its figures from there."""
    codes = set(combined.loc[combined["origin_id"].isin(set(embedded["origin_id"])), "municipality_code"])
    return len(embedded[embedded["municipality_code"].isin(codes)].drop_duplicates(list(key)))


def _national(population: pd.DataFrame) -> pd.DataFrame:
    """Add the ages of all Czech municipalities up."""
    czech = population[population["origin_id"] == POPULATION]
    sums: pd.DataFrame = czech.groupby(BANDS, dropna=False)["persons"].sum().reset_index()
    return sums.assign(country="CZ", origin_id=POPULATION)


def _day_of(path: Path) -> tuple[str, Said]:
    """Return the day a register file speaks of: when it was fetched, else when the file was last written."""
    try:
        card = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
        day = dt.datetime.fromisoformat(card["fetched_at"]).date().isoformat()
    except (OSError, ValueError, KeyError, TypeError):
        day = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date().isoformat()
        return day, say("country.day_of_file", file=path.name)
    return day, say("country.day_fetched")


def _reference_date(origin_id: str, contents: Mapping[str, pd.DataFrame], day: str) -> str | None:
    if origin_id == REGISTER:
        return day
    if origin_id in (POPULATION, GUS):
        population = contents["population"]
        found = population.loc[population["origin_id"] == origin_id, "reference_date"]
        return str(found.max()) if len(found) else None
    return None


def _origin_row(
    official: OfficialSources, origin_id: str, paths: Sequence[Path], reference_date: str | None
) -> dict[str, Any]:
    origin = official.origins[origin_id]
    files = [file for path in paths for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    sums = [checksum(file) for file in files]
    note = " ".join(
        filter(None, (origin.state_note.get(DATASET_LANGUAGE), *official.read[origin_id].notes[:3]))
    )
    return {
        "origin_id": origin_id,
        "title": origin.title[DATASET_LANGUAGE],
        "publisher": origin.publisher,
        "licence": origin.licence,
        "citation": origin.citation,
        "url": origin.url,
        "reference_date": reference_date,
        "state_note": note or None,
        "file_name": ", ".join(file.name for file in files),
        # Of several files: the checksum of their checksums, in the order given.
        "checksum_sha256": sums[0]
        if len(sums) == 1
        else hashlib.sha256("\n".join(sums).encode()).hexdigest(),
    }

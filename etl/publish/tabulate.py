"""Put what was read and linked into the tables that the data dictionary describes."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from etl.cleaning.records import Records
from etl.snapshot import municipality, national_capacity, national_population, public_page, register
from etl.snapshot import outline as snapshot_outline
from etl.snapshot import population as snapshot_population
from geodata.crs import edge_distances
from geodata.dataset import fields
from geodata.dataset import rules as tables
from geodata.vocabulary.basis import basis_of_capacities
from geodata.vocabulary.provenance import DATASET_LANGUAGE, Origin, checksum, origins

if TYPE_CHECKING:
    import geopandas as gpd

    from etl.country.part import CountryPart
    from geodata.areas import AreaFile

AREA_ORIGIN = "snapshot_area"
REPLACED_NOTE = "Místní soubor na místě vloženého; datum a popis vydavatele platí pro vložený."
LOCAL_TITLE = "Místní soubor"


class SourceInputs(Protocol):
    """What of `etl.publish.inputs.Inputs` is needed here."""

    @property
    def paths(self) -> Mapping[str, Path]:
        """File of every source."""

    @property
    def replaced(self) -> frozenset[str]:
        """Sources that were replaced by a local file."""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Tables as read."""

    @property
    def address_points(self) -> Mapping[str, tuple[float, float]]:
        """Points by code."""

    @property
    def country(self) -> CountryPart | None:
        """Official sources of a whole country; None = the snapshot alone."""


def assemble(
    inputs: SourceInputs, areas: Mapping[str, AreaFile], records: Records, facts: Mapping[str, str]
) -> tuple[dict[str, pd.DataFrame], gpd.GeoDataFrame]:
    """
    Make all tables of the dataset.

    Parameters
    ----------
    inputs
        Sources as read.
    areas
        Planning areas.
    records
        Services, sites and what belongs to them.
    facts
        Rows of table `dataset`.

    Returns
    -------
    tables, outlines
        Every table of the data dictionary, conformed (those without rows too), and the outlines.
    """
    import geopandas as gpd

    outline = inputs.tables[snapshot_outline.ORIGIN_ID]
    if inputs.country is not None:
        inputs.country.add_accounts(records)
        facts = {**facts, **inputs.country.facts}
    contents = {table.name: records.table(table.name) for table in fields.TABLES}
    contents["population"] = _population(inputs.tables[snapshot_population.ORIGIN_ID])
    contents["national_population"] = _national_population(inputs.tables[national_population.ORIGIN_ID])
    contents["municipality"] = _municipality(
        inputs.tables[municipality.ORIGIN_ID],
        outline,
        set(contents["population"]["municipality_code"]),
    )
    contents["benchmark"] = _benchmark(inputs, contents, facts["data_date"])
    contents["area"], contents["area_membership"] = _areas(areas)
    contents["capacity"] = _capacity(contents)
    contents["origin"] = _origins(inputs, contents, facts["data_date"])
    contents["dataset"] = tables.conform("dataset", pd.DataFrame(facts.items(), columns=["name", "value"]))
    contents["accounting"] = _accounting(inputs, contents, outline)
    shapes = gpd.GeoDataFrame(outline[["municipality_code", "geometry"]], geometry="geometry", crs=4326)
    return contents, shapes


def _municipality(table: pd.DataFrame, outline: pd.DataFrame, with_population: set[str]) -> pd.DataFrame:
    loaded = outline.loc[outline["municipality_code"].isin(with_population), "geometry"]
    distances = pd.Series(
        edge_distances(table["longitude"], table["latitude"], loaded), index=table.index
    ).round(0)
    frame = _with_origin(table, municipality.ORIGIN_ID).assign(
        edge_distance_m=distances.where(table["municipality_code"].isin(with_population))
    )
    return tables.conform("municipality", frame[list(fields.BY_NAME["municipality"].columns)])


def _with_origin(table: pd.DataFrame, origin_id: str) -> pd.DataFrame:
    """Say where rows come from, unless official sources have said it already row by row."""
    return table if "origin_id" in table.columns else table.assign(origin_id=origin_id)


def _population(table: pd.DataFrame) -> pd.DataFrame:
    """Bring ages into long form; official ones are so already."""
    if "age_from" not in table.columns:
        table = snapshot_population.to_long(table, ("municipality_code", "sex", "reference_date"))
    return tables.conform("population", _with_origin(table, snapshot_population.ORIGIN_ID))


def _national_population(table: pd.DataFrame) -> pd.DataFrame:
    if "age_from" not in table.columns:
        table = snapshot_population.to_long(table, ("country", "sex", "reference_date"))
    return tables.conform("national_population", _with_origin(table, national_population.ORIGIN_ID))


def _benchmark(inputs: SourceInputs, contents: Mapping[str, pd.DataFrame], day: str) -> pd.DataFrame:
    """Return the national figures: of the official register where it was read, else those embedded."""
    made = None if inputs.country is None else inputs.country.benchmark(contents, day)
    if made is None:
        made = inputs.tables[national_capacity.ORIGIN_ID]
    frame = _with_origin(made, national_capacity.ORIGIN_ID)
    return tables.conform("benchmark", frame[list(fields.BY_NAME["benchmark"].columns)])


def _areas(areas: Mapping[str, AreaFile]) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [
        {
            "area_id": area.area_id,
            "country": area.country,
            "name": area.name,
            "kind": area.kind,
            "membership_certainty": area.membership_certainty,
            "membership_basis": area.membership_basis,
            "facts_json": area.facts_as_json(),
            "origin_id": AREA_ORIGIN,
        }
        for area in areas.values()
    ]
    members = [
        {"area_id": area.area_id, "municipality_code": code}
        for area in areas.values()
        for code in area.municipality_codes
    ]
    return (
        tables.conform(
            "area", pd.DataFrame(rows, columns=list(fields.BY_NAME["area"].columns), dtype=object)
        ),
        tables.conform("area_membership", pd.DataFrame(members, columns=["area_id", "municipality_code"])),
    )


def _capacity(contents: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    capacity = contents["capacity"]
    basis = basis_of_capacities(capacity, contents["service"], contents["benchmark"])
    return tables.conform("capacity", capacity.assign(**{name: basis[name] for name in basis.columns}))


def _origins(inputs: SourceInputs, contents: Mapping[str, pd.DataFrame], day: str) -> pd.DataFrame:
    rows = [
        _origin(origin, inputs.paths[origin_id], is_replaced=origin_id in inputs.replaced)
        for origin_id, origin in origins().items()
        if origin_id in inputs.paths
    ]
    if inputs.country is not None:
        rows += inputs.country.origins(contents, day)
    area_folder = Path(str(files("geodata.areas")))
    rows.append(_origin(origins()[AREA_ORIGIN], area_folder, is_replaced=False))
    local = sorted(set(inputs.paths) - set(origins()))
    rows += [
        {
            "origin_id": name,
            "title": f"{LOCAL_TITLE}: {name}",
            "publisher": LOCAL_TITLE,
            "licence": "podle souboru",
            "citation": inputs.paths[name].name,
            "file_name": inputs.paths[name].name,
            "checksum_sha256": checksum(inputs.paths[name]),
        }
        for name in local
    ]
    frame = pd.DataFrame(rows, columns=list(fields.BY_NAME["origin"].columns), dtype=object)
    return tables.conform("origin", frame)


def _origin(origin: Origin, path: Path, *, is_replaced: bool) -> dict[str, Any]:
    return {
        "origin_id": origin.origin_id,
        "title": origin.title[DATASET_LANGUAGE],
        "publisher": origin.publisher,
        "licence": origin.licence,
        "citation": origin.citation,
        "url": origin.url,
        "reference_date": origin.reference_date,
        "state_note": REPLACED_NOTE if is_replaced else origin.state_note[DATASET_LANGUAGE],
        "file_name": path.name,
        "checksum_sha256": checksum(path),
    }


def _accounting(
    inputs: SourceInputs, contents: Mapping[str, pd.DataFrame], outline: pd.DataFrame
) -> pd.DataFrame:
    """
    Count rows of each source by what they became,
    each count from where it can be seen, none by subtraction.
    """
    service = contents["service"]
    population = ["municipality_code", "sex", "reference_date"]
    national = ["country", "sex", "reference_date"]
    loaded = {
        municipality.ORIGIN_ID: len(contents["municipality"]),
        snapshot_outline.ORIGIN_ID: len(outline),
        snapshot_population.ORIGIN_ID: len(contents["population"].drop_duplicates(population)),
        national_population.ORIGIN_ID: len(contents["national_population"].drop_duplicates(national)),
        national_capacity.ORIGIN_ID: len(contents["benchmark"]),
        register.ORIGIN_ID: int((service["origin_id"] == register.ORIGIN_ID).sum()),
        public_page.ORIGIN_ID: int((service["origin_id"] == public_page.ORIGIN_ID).sum()),
    }
    read = {origin_id: len(table) for origin_id, table in inputs.tables.items()}
    if inputs.country is not None:
        for origin_id, (rows_read, rows_loaded) in inputs.country.accounts(contents, outline).items():
            read[origin_id], loaded[origin_id] = rows_read, rows_loaded
    used = {*inputs.paths, *(inputs.country.official.read if inputs.country else ())}
    loaded = {origin_id: count for origin_id, count in loaded.items() if origin_id in used}
    loaded[AREA_ORIGIN] = read[AREA_ORIGIN] = len(contents["area"])
    for name in set(inputs.paths) - set(origins()):
        loaded[name] = read[name] = len(inputs.address_points)
    merged, rejected = (contents[name].groupby("origin_id").size() for name in ("linked", "rejected"))
    rows = [
        {
            "origin_id": origin_id,
            "rows_read": read[origin_id],
            "rows_loaded": loaded[origin_id],
            "rows_merged": int(merged.get(origin_id, 0)),
            "rows_rejected": int(rejected.get(origin_id, 0)),
        }
        for origin_id in loaded
    ]
    return tables.conform("accounting", pd.DataFrame(rows))

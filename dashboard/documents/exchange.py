"""
Files for other programs: HSDS, GeoJSON, a GeoPackage that QGIS opens coloured, CSV.

Origin and licence are inside each.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape, quoteattr

from dashboard import text
from dashboard.documents.facts import topics, words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.topics import Topic
from dashboard.documents.work import archive
from dashboard.phrases import service_columns
from dashboard.phrases.labels import group_label, label
from dashboard.phrases.origins import OriginOfCountry, of_country
from dashboard.tables import sheets
from dashboard.text import _
from dashboard.theme import GAP_CLASSES, MAP_COLOURS
from geodata import durable
from geodata.hsds import tabular, write
from geodata.reading.services import Service

if TYPE_CHECKING:
    import geopandas as gpd

GAP_COLUMNS: Final = (
    "gap_class",
    "target_persons",
    "demand",
    "within_reach",
    "served",
    "waiting",
    "out_of_reach",
    "missing",
    "is_lower_bound",
    "is_near_edge",
    "edge_share",
    "services_in_reach",
    "services_in_reach_protected",
    "nearest_service_m",
)
# Columns of files are public: they keep their names.
ATTRIBUTES: Final = {"nearest_service_m": "nearest_m"}


def hsds_json(facts: AreaFacts, language: str) -> bytes:
    """Write the whole catalogue as HSDS."""
    return write.written(write.to_hsds(facts.dataset.tables, language)).encode()


def hsds_zip(facts: AreaFacts, language: str) -> bytes:
    """Write the whole catalogue as the tabular form of HSDS with its datapackage."""
    document = write.to_hsds(facts.dataset.tables, language)
    package = tabular.datapackage(document, facts.dataset.facts.get("title", "Dosah"))
    files = [("datapackage.json", json.dumps(package, ensure_ascii=False, indent=1).encode())]
    for file, rows in tabular.to_tabular(document).items():
        files.append((file, tabular.csv_text(file, rows).encode()))
    return archive.zipped(files)


def about(facts: AreaFacts) -> dict[str, Any]:
    """Return what every file says of itself: version, day, and each origin with its licence."""
    return {
        "title": facts.dataset.facts.get("title", "Dosah"),
        "area": facts.name,
        "dataset_version": facts.dataset.version,
        "data_date": facts.data_date,
        "norms": {group_id: _norm(facts, group_id) for group_id in topics.groups_with_norm(facts)},
        "origins": [_origin(of_country(facts.dataset, row, facts.country)) for row in facts.origins.values()],
    }


def _origin(origin: OriginOfCountry) -> dict[str, str]:
    """Return what a file says of an origin, for the country of the area."""
    said = {
        "origin_id": origin.origin_id,
        "title": origin.title,
        "publisher": origin.publisher,
        "licence": origin.licence,
        "citation": origin.citation,
        "url": origin.url,
        "reference_date": origin.day,
    }
    return {name: value for name, value in said.items() if value}


def _norm(facts: AreaFacts, group_id: str) -> dict[str, Any]:
    norm = facts.analyses[group_id].norm
    return {
        "norm_id": norm.norm_id,
        "year": norm.year,
        "population_year": norm.population_year,
        "value_per_1000": norm.value_per_1000,
        "unit": norm.unit,
    }


def gap_values(facts: AreaFacts, group_id: str, code: str) -> dict[str, Any]:
    """Return the figures of a group in a municipality; None where unknown."""
    fact = facts.gap(group_id, code)
    return {column: getattr(fact, ATTRIBUTES.get(column, column)) for column in GAP_COLUMNS}


def gaps_geojson(facts: AreaFacts) -> bytes:
    """Write the members with population and all groups as GeoJSON (RFC 7946, WGS 84)."""
    import shapely

    features = []
    for code in facts.members:
        population = facts.population(code)
        properties: dict[str, Any] = {
            "municipality_code": code,
            "name": str(facts.municipalities[code]["name"]),
            "persons": population.total,
            "persons_65": population.from_65,
            "persons_80": population.from_80,
        }
        for group_id in topics.groups_with_norm(facts):
            properties.update(
                {f"{group_id}_{name}": value for name, value in gap_values(facts, group_id, code).items()}
            )
        shape = facts.shapes.shapes.get(code)
        geometry = None if shape is None else json.loads(shapely.to_geojson(shape))
        features.append({"type": "Feature", "id": code, "properties": properties, "geometry": geometry})
    collection = {"type": "FeatureCollection", "about": about(facts), "features": features}
    return json.dumps(collection, ensure_ascii=False, allow_nan=False).encode()


def topic_csv(facts: AreaFacts, tables: Sequence[Topic]) -> bytes:
    """Write topics of equal columns under one another; sources stand in the last lines."""
    headings = [_("table"), *tables[0].headings]
    rows: list[list[sheets.Value]] = [[topic.sheet, *row] for topic in tables for row in topic.rows]
    rows.append([None] * len(headings))
    blank: list[sheets.Value] = [None] * (len(headings) - 1)
    rows.extend(
        [line, *blank] for line in [*_notes(tables), *words.origin_lines(facts), words.state_sentence(facts)]
    )
    return sheets.csv_bytes(headings, rows)


def _notes(tables: Sequence[Topic]) -> list[str]:
    """Return what is said of the topics, each sentence once; where there are several, whose norm it is."""
    if len(tables) == 1:
        return list(tables[0].notes)
    norms = [f"{topic.sheet}: {topic.notes[0]}" for topic in tables]
    return [*norms, *dict.fromkeys(note for topic in tables for note in topic.notes[1:])]


# -- GeoPackage with styles ----------------------------------------------------------------------------------


def _colour(hexadecimal: str) -> str:
    red, green, blue = (int(hexadecimal[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},255"


def gap_style(labels: Mapping[str, str]) -> str:
    """
    Return the style of a layer of gaps as QGIS keeps it:
    one class for each gap class, "unknown" hatched.
    """
    categories, symbols = [], []
    for number, (name, style) in enumerate(GAP_CLASSES.items()):
        categories.append(
            f'<category render="true" value={quoteattr(name)} symbol="{number}" '
            f"label={quoteattr(labels[name])}/>"
        )
        options = {
            "color": _colour(MAP_COLOURS["hatch"] if style.is_hatched else style.fill),
            "style": "b_diagonal" if style.is_hatched else "solid",
            "outline_color": _colour(MAP_COLOURS["member_border"]),
            "outline_style": "solid",
            "outline_width": "0.26",
            "outline_width_unit": "MM",
        }
        inner = "".join(
            f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in options.items()
        )
        symbols.append(
            f'<symbol type="fill" name="{number}" alpha="1" clip_to_extent="1"><layer class="SimpleFill" '
            'enabled="1" pass="0" '
            f'locked="0"><Option type="Map">{inner}</Option></layer></symbol>'
        )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.22" styleCategories="Symbology|Labeling"><renderer-v2 type="categorizedSymbol" '
        'attr="gap_class" '
        f'symbollevels="0" enableorderby="0" forceraster="0"><categories>{"".join(categories)}</categories>'
        f"<symbols>{''.join(symbols)}</symbols></renderer-v2></qgis>"
    )


def _service_style() -> str:
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.22" styleCategories="Symbology"><renderer-v2 type="singleSymbol" symbollevels="0" '
        'enableorderby="0" '
        'forceraster="0"><symbols><symbol type="marker" name="0" alpha="1" clip_to_extent="1"><layer '
        'class="SimpleMarker" '
        'enabled="1" pass="0" locked="0"><Option type="Map"><Option type="QString" name="name" '
        'value="circle"/>'
        f'<Option type="QString" name="color" value="{_colour(MAP_COLOURS["site"])}"/>'
        '<Option type="QString" name="outline_color" value="255,255,255,255"/><Option type="QString" '
        'name="size" value="2.6"/>'
        "</Option></layer></symbol></symbols></renderer-v2></qgis>"
    )


def _gap_layer(facts: AreaFacts, group_id: str) -> gpd.GeoDataFrame:
    import geopandas as gpd

    rows = []
    for code in facts.members:
        values = gap_values(facts, group_id, code)
        rows.append(
            {
                "municipality_code": code,
                "name": str(facts.municipalities[code]["name"]),
                **values,
                "geometry": facts.shapes.shapes.get(code),
            }
        )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=4326)


def _of_site(said: str, _service: Service) -> str:
    return said


def service_points(facts: AreaFacts) -> list[dict[str, Any]]:
    """Return a row for each site of the area's services whose place may be told and is known."""
    asked = service_columns.columns("points")
    names = [column.heading("points") for column in asked]
    rows = []
    for service in facts.area_services:
        for site in service.sites:
            if site.is_protected or site.latitude is None or site.longitude is None:
                continue
            own: dict[str, Callable[[Service], sheets.Value]] = {
                "capacity": words.capacity_text,
                "where": partial(_of_site, words.site_text(site, facts)),
                "location_quality": partial(_of_site, label("location_qualities", site.quality)),
            }
            row = dict(zip(names, service_columns.cells(asked, service, own), strict=True))
            rows.append({**row, "longitude": site.longitude, "latitude": site.latitude})
    return rows


def gaps_geopackage(facts: AreaFacts, path: Path) -> None:
    """Write layers of gaps and services with their styles, and a table of origins, to a new file."""
    import geopandas as gpd
    import pandas as pd
    import pyogrio
    import shapely

    path.unlink(missing_ok=True)
    # GDAL stamps the moment of writing into the file; the day of the data makes equal data equal files.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{facts.data_date or '2000-01-01'}T00:00:00.000Z"})
    styles: list[tuple[str, str, str, str]] = []
    labels = {name: words.class_name(name) for name in GAP_CLASSES}
    try:
        for group_id in topics.groups_with_norm(facts):
            layer = f"gaps_{group_id}"
            # QGIS shows it beside the layer: no map of it is without its norm.
            said = " ".join(
                [f"{facts.name}.", *(f"{note.rstrip('.')}." for note in topics.gap(facts, group_id).notes)]
            )
            _gap_layer(facts, group_id).to_file(
                path, layer=layer, driver="GPKG", engine="pyogrio",
                layer_options={"IDENTIFIER": group_label(group_id), "DESCRIPTION": said},
                geometry_type="MultiPolygon", promote_to_multi=True,
            )  # fmt: skip
            styles.append((layer, "geom", gap_style(labels), said))
        points = pd.DataFrame(service_points(facts))
        if len(points):
            shapes = shapely.points(points["longitude"].to_numpy(), points["latitude"].to_numpy())
            gpd.GeoDataFrame(points, geometry=shapes, crs=4326).to_file(
                path,
                layer="services",
                driver="GPKG",
                engine="pyogrio",
                layer_options={"IDENTIFIER": _("Services")},
            )
            styles.append(("services", "geom", _service_style(), facts.name))
        origins = pd.DataFrame(about(facts)["origins"])
        pyogrio.write_dataframe(origins, path, layer="origins", driver="GPKG", append=path.exists())
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    _add_styles(path, styles, facts)


def _add_styles(path: Path, styles: Sequence[tuple[str, str, str, str]], facts: AreaFacts) -> None:
    """
    Add the table that QGIS looks for: a style marked as default is used when the layer is opened.

    `styles` are layer, its column of shapes, style and description.
    """
    changed = f"{facts.data_date or '2000-01-01'}T00:00:00.000Z"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), "
            "f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), "
            "styleName TEXT(30), styleQML TEXT, styleSLD TEXT, "
            "useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)"
        )
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
            (changed,),
        )
        connection.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
            "styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time) "
            "VALUES ('', '', ?, ?, 'dosah', ?, '', 1, ?, '', ?)",
            [(layer, column, style, escape(said), changed) for layer, column, style, said in styles],
        )


def gaps_geopackage_bytes(facts: AreaFacts) -> bytes:
    """Return the GeoPackage as a file; GDAL writes to the disk only."""
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / package_name(facts)
        try:
            gaps_geopackage(facts, path)
        except (DataSourceError, DataLayerError, FeatureError, sqlite3.Error) as error:
            # GDAL and SQLite tell a full disk in words of their own.
            raise OSError(
                f"the GeoPackage could not be made in the folder of temporary files: {error}"
            ) from error
        return path.read_bytes()


def package_name(facts: AreaFacts) -> str:
    """Name the GeoPackage of an area."""
    return f"dosah-{facts.area_id}.gpkg"


def services_csv(facts: AreaFacts) -> bytes:
    """Write the services of the area as CSV."""
    return topic_csv(facts, [topics.services(facts)])


def gaps_csv(facts: AreaFacts) -> bytes:
    """Write need, reach and gaps of every group as CSV; empty where no group has a norm."""
    groups = [topics.gap(facts, group_id) for group_id in topics.groups_with_norm(facts)]
    return topic_csv(facts, groups) if groups else b""


MAKERS: Final[Mapping[str, Callable[[AreaFacts, str], bytes]]] = {
    "hsds.json": hsds_json,
    "hsds-tabular.zip": hsds_zip,
    "gaps.geojson": lambda facts, _language: gaps_geojson(facts),
    "services.csv": lambda facts, _language: services_csv(facts),
    "gaps.csv": lambda facts, _language: gaps_csv(facts),
}
"""Files of exchange by the name they have in a folder; the GeoPackage is named after its area."""


def export_all(facts: AreaFacts, language: str, folder: Path) -> list[Path]:
    """
    Write every file of exchange into a folder.

    Returns
    -------
    paths
        What was written, each file in one step.

    Raises
    ------
    OSError
        If something cannot be written, GDAL's own files for a moment among it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with text.speaking(language):
        for name, make in MAKERS.items():
            content = make(facts, language)
            if content:
                written.append(folder / name)
                durable.write_whole(written[-1], content)
        written.append(folder / package_name(facts))
        durable.write_whole(written[-1], gaps_geopackage_bytes(facts))
    return written

"""
Outlines of Czech municipalities from RÚIAN: the nation-wide shape file, the exchange format
of one municipality, or map-service pages.

Told apart by content. A row is a municipality in the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely

from etl.sources.formats import krovak
from etl.sources.formats.column_mapping import ColumnMapping
from etl.sources.formats.contract import Download, Origin, SourceTables, concatenate, refuse, source_tables
from etl.sources.formats.files import AGAIN, MUNICIPALITY_CODE_CZ, listing, mapping, read_json, text_of
from etl.sources.formats.gml import ShapeError, child_text, descendant, iterate_elements, polygons_of
from etl.sources.formats.paging import Fetch, by_offset, fetch_pages
from etl.sources.formats.shapes import as_multipolygon, outlines, transform, unpacked
from etl.sources.vector_file import KROVAK
from etl.sources.vector_file import read as read_vector_file

# The border as surveyed first; where it has curves or is absent, the generalised one.
VFR_BORDERS = ("OriginalniHranice", "GeneralizovaneHranice3")
LAYERS = {"municipality": 12, "pou": 13, "orp": 14, "district": 15, "region": 17}


def addresses(
    origin: Origin, *, municipality_codes: Sequence[str] | None = None, day: dt.date | None = None
) -> list[Download]:
    """
    Return the nation-wide shape file (251 MB), or for given municipalities one small exchange file each.

    Parameters
    ----------
    day
        The exchange files are of the last day of a month; the last one before this day is taken.
    """
    if municipality_codes is None:
        return [
            Download(origin.origin_id, origin.address("shape_file"), "1.zip", "zip", max_bytes=600_000_000)
        ]
    month_end = last_month_end(day or dt.datetime.now(dt.UTC).date())
    return [
        Download(
            origin.origin_id,
            origin.address("exchange_file", day=f"{month_end:%Y%m%d}", code=code),
            f"{code}-UKSH.xml.zip",
            "zip",
        )
        for code in municipality_codes
    ]


def page_address(origin: Origin, *, offset: int = 0, layer: str = "municipality") -> Download:
    """Return one page of the map service."""
    url = origin.address("map_service", layer=LAYERS[layer], offset=offset, count=origin.options["page_size"])
    return Download(origin.origin_id, url, f"{layer}-{offset:06d}.geojson", "json")


def next_page(origin: Origin, path: Path, offset: int, layer: str = "municipality") -> Download | None:
    """Return the page after `path`, None where the server says that it was the last."""
    page = _page(path)
    exceeded = page.get("exceededTransferLimit") or mapping(page.get("properties")).get(
        "exceededTransferLimit"
    )
    count = len(listing(page.get("features")))
    return page_address(origin, offset=offset + count, layer=layer) if exceeded and count else None


def fetch_all(origin: Origin, fetch: Fetch, layer: str = "municipality") -> list[Path]:
    """Fetch all pages of the map service; `fetch` gives the local file of a download."""

    def count(path: Path) -> int:
        return len(listing(_page(path).get("features")))

    following = by_offset(lambda path, offset: next_page(origin, path, offset, layer), count)
    return fetch_pages(fetch, page_address(origin, layer=layer), following)


def last_month_end(day: dt.date) -> dt.date:
    """Return the last day of the month before `day`."""
    return day.replace(day=1) - dt.timedelta(days=1)


def read(path: Path, origin: Origin) -> SourceTables:
    """
    Read any of the three layouts.

    Returns
    -------
    tables
        municipality: municipality_code, country, name, outline_state, latitude, longitude, geometry
        (EPSG:4326).
    """
    if path.suffix.lower() in (".json", ".geojson"):
        return _read_page(path, origin)
    with unpacked(path, lambda name: _is_wanted(name, origin)) as files:
        exchange = [file for file in files if file.suffix.lower() == ".xml"]
        if exchange:
            return concatenate([_read_exchange(file, origin) for file in exchange])
        shape_files = [file for file in files if file.suffix.lower() == ".shp"]
        if len(shape_files) != 1:
            raise refuse(path.name, [f"it has no layer {origin.options['shape_layer']}"], AGAIN)
        columns = ColumnMapping(
            code=str(origin.options["code_column"]),
            name=str(origin.options["name_column"]),
            country="CZ",
            crs=KROVAK,
            encoding=str(origin.options["encoding"]),
            code_pattern=MUNICIPALITY_CODE_CZ.pattern,
            outline_state="RÚIAN (ČÚZK)",
        )
        return read_vector_file(shape_files[0], origin, mapping=columns)


def _is_wanted(name: str, origin: Origin) -> bool:
    base = name.replace("\\", "/").rpartition("/")[2].lower()
    return base.endswith(".xml") or base.partition(".")[0] == str(origin.options["shape_layer"]).lower()


def _read_exchange(path: Path, origin: Origin) -> SourceTables:
    rows: list[dict[str, Any]] = []
    shapes = []
    rejected: list[tuple[int, str | None, str, str]] = []
    number = 0
    for element in iterate_elements(path, "Obec", root="VymennyFormat"):
        # Other elements name a municipality by reference: those have no border and no name.
        code, name = child_text(element, "Kod"), child_text(element, "Nazev")
        if name is None:
            continue
        number += 1
        if code is None or not MUNICIPALITY_CODE_CZ.match(code):
            rejected.append((number, code, "unknown_municipality", f"'{code}' is not a municipality code"))
            continue
        reason = "it has no border"
        for kind in VFR_BORDERS:
            border = descendant(element, kind)
            if border is None:
                continue
            try:
                shape = polygons_of(border, swap=False)
            except ShapeError as error:
                reason = str(error)
                continue
            shape = as_multipolygon(transform(shape, krovak.to_wgs84))
            if shape is None or not _is_czech(shape):
                reason = "its border lies outside the Czech Republic"
                continue
            rows.append(_row(code, name, f"RÚIAN (ČÚZK), {kind}"))
            shapes.append(shape)
            break
        else:
            rejected.append((number, code, "invalid_shape", reason))
    return _result(path, origin, rows=rows, shapes=shapes, rejected=rejected, rows_read=number)


def _read_page(path: Path, origin: Origin) -> SourceTables:
    rows: dict[str, dict[str, Any]] = {}
    shapes = []
    rejected: list[tuple[int, str | None, str, str]] = []
    features = listing(_page(path).get("features"))
    for number, feature in enumerate(features, start=1):
        properties = mapping(mapping(feature).get("properties"))
        code, name = text_of(properties.get("kod")), text_of(properties.get("nazev"))
        if code is None or not MUNICIPALITY_CODE_CZ.match(code):
            rejected.append((number, code, "unknown_municipality", f"'{code}' is not a municipality code"))
            continue
        if code in rows:
            rejected.append((number, code, "duplicate_row", "the municipality was loaded already"))
            continue
        shape = shape_of(mapping(feature).get("geometry"))
        if shape is None or not _is_czech(shape):
            rejected.append((number, code, "invalid_shape", "it has no border in the Czech Republic"))
            continue
        rows[code] = _row(code, name, "RÚIAN (ČÚZK), map service")
        shapes.append(shape)
    return _result(
        path, origin, rows=list(rows.values()), shapes=shapes, rejected=rejected, rows_read=len(features)
    )


def shape_of(geometry: Any) -> Any:
    """Return a GeoJSON geometry as a valid MultiPolygon, None where it is none."""
    try:
        shape = shapely.geometry.shape(mapping(geometry))
    except (
        shapely.errors.ShapelyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        KeyError,
        RecursionError,
    ):
        return None
    return as_multipolygon(shape)


def _page(path: Path) -> Mapping[str, Any]:
    """Read a page; the server reports its errors with status 200."""
    page = mapping(read_json(path))
    error = mapping(page.get("error"))
    if error:
        raise refuse(
            path.name,
            [f"the map service reports an error ({text_of(error.get('message')) or 'no reason'})"],
            AGAIN,
        )
    if not isinstance(page.get("features"), list):
        raise refuse(path.name, ["it has no list 'features'"], AGAIN)
    return page


def _is_czech(shape: shapely.MultiPolygon) -> bool:
    west, south, east, north = krovak.BOUNDS_WGS84
    left, bottom, right, top = shape.bounds
    return bool(west <= left and south <= bottom and right <= east and top <= north)


def _row(code: str, name: str | None, state: str) -> dict[str, Any]:
    return {"municipality_code": code, "country": "CZ", "name": name, "outline_state": state}


def _result(
    path: Path,
    origin: Origin,
    *,
    rows: list[dict[str, Any]],
    shapes: list[Any],
    rejected: list[tuple[int, str | None, str, str]],
    rows_read: int,
) -> SourceTables:
    if not rows:
        first = f" (first: {rejected[0][3]})" if rejected else ""
        raise refuse(path.name, [f"it holds no usable municipality{first}"], AGAIN)
    return source_tables(
        origin,
        {"municipality": outlines(rows, shapes)},
        rows_read=rows_read,
        rows_loaded=len(rows),
        rejected=rejected,
    )

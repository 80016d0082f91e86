"""
Outlines of Polish gminy from the State Register of Borders (PRG), a WFS of GUGiK.

The axes of EPSG:2180 are northing, easting, and servers keep to that or not. Taken the wrong way round,
Poland still looks like Poland (it is nearly square), so the order is checked against
where each voivodeship lies. A row is a feature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote
from xml.etree.ElementTree import iterparse

from shapely import MultiPolygon

from etl.files.xmlsafe import check_xml
from etl.sources.formats import teryt
from etl.sources.formats.contract import Download, Origin, SourceTables, refuse, source_tables
from etl.sources.formats.files import AGAIN
from etl.sources.formats.gml import (
    ShapeError,
    child_text,
    is_axis_order_official,
    iterate_elements,
    local_name,
    polygons_of,
    srs_of,
)
from etl.sources.formats.paging import Fetch, by_offset, fetch_pages
from etl.sources.formats.shapes import as_multipolygon, outlines, transform

FEATURE = "A03_Granice_gmin"
EPSG_2180 = "2180"


def addresses(origin: Origin, *, codes: Sequence[str] | None = None) -> list[Download]:
    """
    Return one call for each gmina, or the first page of all gminy (further pages: `next_page`).

    Parameters
    ----------
    codes
        TERYT, 7 digits, in any of its forms.
    """
    if codes is None:
        return [page_address(origin)]
    calls = []
    for code in codes:
        plain = teryt.normalise(code)
        if plain is None:
            raise refuse(
                origin.origin_id,
                [f"'{code}' is not a TERYT code of a gmina"],
                "Write seven digits, as 2467011.",
            )
        url = origin.address("one", filter=quote(str(origin.options["filter"]).format(code=plain)))
        calls.append(Download(origin.origin_id, url, f"gmina-{plain}.xml", "xml"))
    return calls


def page_address(origin: Origin, *, offset: int = 0) -> Download:
    """Return one page of all gminy."""
    url = origin.address("page", offset=offset, count=origin.options["page_size"])
    return Download(origin.origin_id, url, f"gminy-{offset:05d}.xml", "xml")


def next_page(origin: Origin, path: Path, offset: int) -> Download | None:
    """
    Return the page after `path`, None where it was the last.

    The server does not know how many there are (numberMatched="unknown"): the attribute `next` tells
    that there are more. Its address is not followed, only counted on.
    """
    attributes = _collection(path)
    returned = attributes.get("numberReturned", "")
    if "next" not in attributes or not returned.isdecimal() or int(returned) == 0:
        return None
    return page_address(origin, offset=offset + int(returned))


def fetch_all(origin: Origin, fetch: Fetch) -> list[Path]:
    """Fetch all gminy, page by page; `fetch` gives the local file of a download."""

    def count(path: Path) -> int:
        returned = _collection(path).get("numberReturned", "")
        return int(returned) if returned.isdecimal() else 0

    return fetch_pages(
        fetch, page_address(origin), by_offset(lambda path, at: next_page(origin, path, at), count)
    )


def read(path: Path, origin: Origin) -> SourceTables:
    """
    Read a page or a single answer of the WFS.

    Returns
    -------
    tables
        municipality: municipality_code (TERYT, 7 digits), country, name, district_code (powiat), region_code
        (voivodeship), outline_state, latitude, longitude, geometry (EPSG:4326).

    Raises
    ------
    InputFileError
        If the answer is an error, is not whole (fewer features than it says), is in another reference system,
        or its axes cannot be told.
    """
    attributes = _collection(path)
    found: list[tuple[int, str, str | None, MultiPolygon]] = []
    rejected: list[tuple[int, str | None, str, str]] = []
    number = 0
    is_swapped = True
    for element in iterate_elements(path, FEATURE, root="FeatureCollection"):
        number += 1
        raw = child_text(element, "JPT_KOD_JE")
        code = teryt.normalise(raw)
        if code is None or not teryt.is_gmina(code):
            rejected.append((number, raw, "unknown_municipality", f"'{raw}' is not the code of a gmina"))
            continue
        if any(code == other for _, other, _, _ in found):
            rejected.append((number, code, "duplicate_row", "the gmina was loaded already"))
            continue
        srs = srs_of(element)
        if srs is not None and not srs.endswith(EPSG_2180):
            raise refuse(path.name, [f"it is in {srs[:60]}, not in EPSG:2180"], AGAIN)
        is_swapped = is_axis_order_official(srs)
        try:
            found.append(
                (number, code, child_text(element, "JPT_NAZWA_"), polygons_of(element, swap=is_swapped))
            )
        except ShapeError as error:
            rejected.append((number, code, "invalid_shape", str(error)))
    stated = attributes.get("numberReturned", "")
    if stated.isdecimal() and int(stated) != number:
        raise refuse(path.name, [f"it holds {number} gminy but says {stated}"], AGAIN)
    return _result(path, origin, found, rejected, number)


def _collection(path: Path) -> Mapping[str, str]:
    """Return the attributes of the collection; an exception report is told in its own words."""
    root = check_xml(path)
    with path.open("rb") as stream:
        for _, element in iterparse(stream, events=("start",)):  # noqa: S314 - checked by check_xml
            attributes = {local_name(name): value for name, value in element.attrib.items()}
            break
    if root != "FeatureCollection":
        raise refuse(
            path.name, [f"the server answers with <{root}> instead of features{_exception_text(path)}"], AGAIN
        )
    return attributes


def _exception_text(path: Path) -> str:
    with path.open("rb") as stream:
        for _, element in iterparse(stream):  # noqa: S314 - checked by check_xml
            if local_name(element.tag) in ("ExceptionText", "ServiceException") and element.text:
                return f" ({' '.join(element.text.split())[:200]})"
    return ""


def _result(
    path: Path,
    origin: Origin,
    found: list[tuple[int, str, str | None, MultiPolygon]],
    rejected: list[tuple[int, str | None, str, str]],
    rows_read: int,
) -> SourceTables:
    bounds: Mapping[str, Sequence[float]] = origin.options["voivodeship_bounds"]
    straight = [_to_wgs84(shape, swap=False) for _, _, _, shape in found]
    fits = [_fits(shape, bounds[code[:2]]) for (_, code, _, _), shape in zip(found, straight, strict=True)]
    notes = []
    if found and not any(fits):
        turned = [_to_wgs84(shape, swap=True) for _, _, _, shape in found]
        fits = [_fits(shape, bounds[code[:2]]) for (_, code, _, _), shape in zip(found, turned, strict=True)]
        if not all(fits):
            raise refuse(
                path.name,
                ["no gmina lies in its voivodeship, whichever axis comes first"],
                "The server has changed its reference system; report it.",
            )
        straight = turned
        notes.append(
            "The axes came in another order than the file says; the position of the voivodeships shows it."
        )
    rows = []
    shapes = []
    for (number, code, name, _), shape, is_fitting in zip(found, straight, fits, strict=True):
        if shape is None or not is_fitting:
            rejected.append((number, code, "invalid_coordinates", "the gmina lies outside its voivodeship"))
            continue
        rows.append(
            {
                "municipality_code": code,
                "country": "PL",
                "name": name,
                "district_code": teryt.powiat_of(code),
                "region_code": teryt.voivodeship_of(code),
                "outline_state": "PRG (GUGiK)",
            }
        )
        shapes.append(shape)
    if not rows:
        first = f" (first: {rejected[0][3]})" if rejected else ""
        raise refuse(path.name, [f"it holds no usable gmina{first}"], AGAIN)
    return source_tables(
        origin,
        {"municipality": outlines(rows, shapes)},
        rows_read=rows_read,
        rows_loaded=len(rows),
        rejected=rejected,
        notes=notes,
    )


def _to_wgs84(shape: MultiPolygon, *, swap: bool) -> MultiPolygon | None:
    from pyproj import Transformer

    operation = Transformer.from_crs("EPSG:2180", "EPSG:4326", always_xy=True)
    return as_multipolygon(transform(shape, lambda x, y: operation.transform(*((y, x) if swap else (x, y)))))


def _fits(shape: MultiPolygon | None, box: Sequence[float]) -> bool:
    if shape is None:
        return False
    west, south, east, north = shape.bounds
    return bool(box[0] <= west and box[1] <= south and east <= box[2] and north <= box[3])

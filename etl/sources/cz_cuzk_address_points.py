"""
Czech address points from RÚIAN: where a registered address lies, to the metre.

The files give positive S-JTSK coordinates, which no reference system takes as they are.
Told apart by content: a CSV, a zip of CSVs (one or one for each of 6,258 municipalities),
or the JSON of the map service. A row is an address point that was asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from etl.files import zipfiles
from etl.sources.cz_cuzk_boundaries import last_month_end
from etl.sources.formats import krovak
from etl.sources.formats.contract import Download, Origin, SourceTables, refuse, source_tables
from etl.sources.formats.files import (
    AGAIN,
    iterate_csv,
    listing,
    mapping,
    number_of,
    read_json,
    read_text,
    table,
    text_of,
)
from geodata.vocabulary.identifiers import clean_postal_code

CODES_PER_CALL = 100
# Published in cp1250; copies that passed through an editor are in UTF-8. Czech text in cp1250
# is not valid UTF-8.
ENCODINGS = ("utf-8-sig", "cp1250")
CODE, MUNICIPALITY = "Kód ADM", "Kód obce"
MUNICIPALITY_NAME, PART, STREET = "Název obce", "Název části obce", "Název ulice"
KIND, HOUSE, ORIENTATION, LETTER = "Typ SO", "Číslo domovní", "Číslo orientační", "Znak čísla orientačního"
POSTAL_CODE, Y, X = "PSČ", "Souřadnice Y", "Souřadnice X"
COLUMNS = (
    CODE,
    MUNICIPALITY,
    MUNICIPALITY_NAME,
    PART,
    STREET,
    KIND,
    HOUSE,
    ORIENTATION,
    LETTER,
    POSTAL_CODE,
    Y,
    X,
)
ADDRESS_POINT = {
    **dict.fromkeys(
        (
            "address_point_code",
            "municipality_code",
            "municipality_name",
            "municipality_part",
            "street_address",
            "postal_code",
        ),
        "str",
    ),
    "latitude": "float64",
    "longitude": "float64",
}
Rejected = list[tuple[int, str | None, str, str]]


def addresses(
    origin: Origin,
    *,
    municipality_codes: Sequence[str] | None = None,
    address_point_codes: Sequence[str] | None = None,
    day: dt.date | None = None,
) -> list[Download]:
    """
    Return the files of given municipalities, or calls for single points (100 a call),
    or the whole country's file.

    The files are of the last day of a month; the last one before `day` is taken.
    """
    if address_point_codes is not None:
        calls = []
        for start in range(0, len(address_point_codes), CODES_PER_CALL):
            codes = ",".join(address_point_codes[start : start + CODES_PER_CALL])
            url = origin.address("map_service", codes=codes)
            calls.append(Download(origin.origin_id, url, f"points-{start:06d}.json", "json"))
        return calls
    month_end = f"{last_month_end(day or dt.datetime.now(dt.UTC).date()):%Y%m%d}"
    if municipality_codes is None:
        url = origin.address("whole_country", day=month_end)
        return [Download(origin.origin_id, url, f"{month_end}-OB-ADR.zip", "zip", max_bytes=300_000_000)]
    return [
        Download(
            origin.origin_id,
            origin.address("municipality", day=month_end, code=code),
            f"{code}-ADR.csv.zip",
            "zip",
        )
        for code in municipality_codes
    ]


def read(path: Path, origin: Origin, *, wanted: Collection[str] | None = None) -> SourceTables:
    """
    Read address points.

    Parameters
    ----------
    wanted
        Codes of the points needed; None = all. The whole country has three million,
        of which a register uses thousands.

    Returns
    -------
    tables
        address_point: address_point_code, municipality_code, municipality_name, municipality_part,
        street_address, postal_code, latitude, longitude (NA where the file has no coordinates).
    """
    if path.suffix.lower() == ".json":
        return _read_json(path, origin, wanted)
    rows: list[dict[str, Any]] = []
    rejected: Rejected = []
    numbers: list[int] = []
    read_rows = 0
    for cells in _cells(path, wanted):
        read_rows += 1
        if not (cells[CODE].isascii() and cells[CODE].isdigit()):
            rejected.append((read_rows, cells[CODE] or None, "missing_code", "the address point has no code"))
            continue
        numbers.append(read_rows)
        rows.append(_row(cells))
    if wanted is None and not rows:
        raise refuse(path.name, ["it holds no address point"], AGAIN)
    return _located(origin, rows, numbers, rejected, read_rows)


def _cells(path: Path, wanted: Collection[str] | None) -> Iterator[dict[str, str]]:
    """Give the wanted rows of a CSV, or of all the CSVs of a zip."""
    if path.suffix.lower() != ".zip":
        yield from _cells_of_file(path, wanted)
        return
    with TemporaryDirectory(prefix="dosah-") as folder:
        files = zipfiles.extract(path, Path(folder), lambda name: name.lower().endswith(".csv"))
        if not files:
            raise refuse(path.name, ["it holds no CSV"], AGAIN)
        for file in files:
            yield from _cells_of_file(file, wanted)


def _cells_of_file(path: Path, wanted: Collection[str] | None) -> Iterator[dict[str, str]]:
    text = read_text(path, ENCODINGS)
    if wanted is not None:
        text = _only_wanted(text, wanted)
    for _, cells in iterate_csv(text, path.name, COLUMNS, delimiter=";"):
        if wanted is None or cells[CODE] in wanted:
            yield cells


def _only_wanted(text: str, wanted: Collection[str]) -> str:
    """
    Drop the lines of other points before they are taken apart: of three million, a register uses thousands.

    The code is the first cell. A text with quotes may have line ends inside a cell and is left as it is,
    and so is a heading that begins otherwise and the last line, where a cut-off would show.
    """
    lines = text.rstrip("\n").split("\n")
    if '"' in text or not lines[0].startswith(f"{CODE};"):
        return text
    kept = [line for line in lines[1:-1] if line.partition(";")[0] in wanted]
    return "\n".join([lines[0], *kept, *lines[1:][-1:]])


def _row(cells: dict[str, str]) -> dict[str, Any]:
    numbers = "/".join(part for part in (cells[HOUSE], cells[ORIENTATION] + cells[LETTER]) if part)
    before = cells[STREET] or {"č.p.": "č. p.", "č.ev.": "č. ev."}.get(cells[KIND], cells[KIND])
    return {
        "address_point_code": cells[CODE],
        "municipality_code": cells[MUNICIPALITY] or None,
        "municipality_name": cells[MUNICIPALITY_NAME] or None,
        "municipality_part": cells[PART] or None,
        "street_address": f"{before} {numbers}".strip() or None,
        "postal_code": clean_postal_code(cells[POSTAL_CODE], "CZ"),
        "y": _metres(cells[Y]),
        "x": _metres(cells[X]),
    }


def _metres(text: str) -> float:
    """Read a coordinate; blank or broken is NaN. Both signs occur in exports: the size is what counts."""
    try:
        return abs(float(text.replace(",", ".")))
    except ValueError:
        return float("nan")


def _located(
    origin: Origin, rows: list[dict[str, Any]], numbers: list[int], rejected: Rejected, rows_read: int
) -> SourceTables:
    y = np.array([row.pop("y") for row in rows], dtype="float64")
    x = np.array([row.pop("x") for row in rows], dtype="float64")
    # In the Czech Republic X (southing) is always larger than Y (westing): swapped columns are seen.
    is_swapped = y > x
    longitude, latitude = krovak.from_positive(y, x)
    is_unknown = np.isnan(y) | np.isnan(x)
    is_good = (krovak.is_inside(longitude, latitude) & ~is_swapped) | is_unknown
    kept = []
    seen: set[str] = set()
    for position, row in enumerate(rows):
        code = row["address_point_code"]
        if not is_good[position]:
            detail = "the coordinates lie outside the Czech Republic or are swapped"
            rejected.append((numbers[position], code, "invalid_coordinates", detail))
        elif code in seen:
            rejected.append(
                (numbers[position], code, "duplicate_row", "the address point was loaded already")
            )
        else:
            seen.add(code)
            point = (
                (np.nan, np.nan)
                if is_unknown[position]
                else (float(latitude[position]), float(longitude[position]))
            )
            kept.append({**row, "latitude": point[0], "longitude": point[1]})
    return source_tables(
        origin,
        {"address_point": table(kept, ADDRESS_POINT)},
        rows_read=rows_read,
        rows_loaded=len(kept),
        rejected=rejected,
    )


def _read_json(path: Path, origin: Origin, wanted: Collection[str] | None) -> SourceTables:
    """Read an answer of the map service: longitude and latitude, as asked for by outSR=4326."""
    content = mapping(read_json(path))
    error = mapping(content.get("error"))
    if error or not isinstance(content.get("features"), list):
        reason = text_of(error.get("message")) or "it has no list 'features'"
        raise refuse(path.name, [f"the map service reports an error ({reason})"], AGAIN)
    system = mapping(content.get("spatialReference"))
    if system and 4326 not in (system.get("wkid"), system.get("latestWkid")):
        raise refuse(path.name, [f"it is in EPSG:{system.get('wkid')}, not in 4326"], "Ask with outSR=4326.")
    kept: dict[str, dict[str, Any]] = {}
    rejected: Rejected = []
    rows_read = 0
    for feature in listing(content["features"]):
        attributes, point = (
            mapping(mapping(feature).get("attributes")),
            mapping(mapping(feature).get("geometry")),
        )
        code = text_of(attributes.get("kod"))
        if wanted is not None and code not in wanted:
            continue
        rows_read += 1
        longitude, latitude = (_degrees(point.get(axis)) for axis in ("x", "y"))
        if code is None:
            rejected.append((rows_read, None, "missing_code", "the address point has no code"))
        elif code in kept:
            rejected.append((rows_read, code, "duplicate_row", "the address point was loaded already"))
        elif point and not krovak.is_inside(np.array([longitude]), np.array([latitude]))[0]:
            rejected.append(
                (rows_read, code, "invalid_coordinates", "the point lies outside the Czech Republic")
            )
        else:
            row = dict.fromkeys(ADDRESS_POINT)
            address = text_of(attributes.get("adresa"))
            kept[code] = {
                **row,
                "address_point_code": code,
                "street_address": address,
                "latitude": latitude,
                "longitude": longitude,
            }
    return source_tables(
        origin,
        {"address_point": table(list(kept.values()), ADDRESS_POINT)},
        rows_read=rows_read,
        rows_loaded=len(kept),
        rejected=rejected,
    )


def _degrees(value: Any) -> float:
    number = number_of(value)
    return float("nan") if number is None else number

"""
Units of social assistance in Poland: the register RJPS of the ministry.

The list gives points, a card gives what a unit is; capacity is in neither. Heads of units and contact persons
are never read. Told apart by content: the list as JSON, a card as a page with JSON in a script,
or a table of units.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from etl.sources.formats import teryt
from etl.sources.formats.contract import Download, Origin, SourceTables, refuse, source_tables
from etl.sources.formats.files import AGAIN, iterate_csv, mapping, read_json, read_text, table, text_of
from geodata.crs import BOUNDS

UNIT = {
    **dict.fromkeys(("unit_id", "country", "name", "municipality_code", "categories"), "str"),
    "latitude": "float64",
    "longitude": "float64",
}
CARD = re.compile(
    r"ustawMetaDataDlaJednostki\(\s*'(?:[^'\\]|\\.)*'\s*,\s*'((?:[^'\\]|\\.)*)'\s*\)", re.DOTALL
)
TABLE_COLUMNS = ("id", "x", "y", "categories", "teryt", "nazwa")
Rejected = list[tuple[int, str | None, str, str]]


def addresses(origin: Origin, *, unit_ids: Sequence[str] = ()) -> list[Download]:
    """Return the list of all units (a POST), or the cards of given units."""
    if not unit_ids:
        return [
            Download(
                origin.origin_id,
                origin.address("list"),
                "units.json",
                "json",
                body={"filtry": {}},
                min_interval_s=2.0,
            )
        ]
    return [
        Download(
            origin.origin_id, origin.address("card", id=unit), f"card-{unit}.html", "html", min_interval_s=1.0
        )
        for unit in unit_ids
    ]


def read(path: Path, origin: Origin) -> SourceTables:
    """
    Read the list (JSON) or a table of units (CSV).

    Returns
    -------
    tables
        unit: unit_id, country, name, municipality_code (TERYT), categories, latitude, longitude.
        What the file lacks is NA; capacity is never known.
    """
    rows = _rows_of_list(path) if path.suffix.lower() == ".json" else _rows_of_table(path)
    found: dict[str, dict[str, Any]] = {}
    rejected: Rejected = []
    west, south, east, north = BOUNDS["PL"]
    for number, row in rows:
        unit = row["unit_id"]
        if unit is None:
            rejected.append((number, None, "missing_code", "the unit has no number"))
        elif unit in found:
            rejected.append((number, unit, "duplicate_row", "the unit was loaded already"))
        elif row["longitude"] is None or row["latitude"] is None:
            found[unit] = {**row, "longitude": None, "latitude": None}
        elif west <= row["longitude"] <= east and south <= row["latitude"] <= north:
            found[unit] = row
        else:
            detail = "the point lies outside Poland (x is longitude, y latitude)"
            rejected.append((number, unit, "invalid_coordinates", detail))
    if not found:
        raise refuse(path.name, ["it holds no unit in Poland"], AGAIN)
    return source_tables(
        origin,
        {"unit": table(list(found.values()), UNIT)},
        rows_read=len(rows),
        rows_loaded=len(found),
        rejected=rejected,
    )


def read_card(path: Path, origin: Origin) -> dict[str, str]:
    """
    Read what is wanted of a unit's card: only the keys that the origin YAML names;
    persons are not among them.

    Raises
    ------
    InputFileError
        If the page has no card, as after a change of the site.
    """
    match = CARD.search(read_text(path))
    if match is None:
        raise refuse(path.name, ["the page has no card of a unit"], AGAIN)
    try:
        content = json.loads(re.sub(r"\\(['/])", r"\1", match[1]))
    except (ValueError, RecursionError) as error:
        raise refuse(path.name, [f"the card cannot be read ({error})"], AGAIN) from error
    wanted = origin.options["card_keys"]
    return {key: value for key in wanted if (value := text_of(mapping(content).get(key))) is not None}


def _rows_of_list(path: Path) -> list[tuple[int, dict[str, Any]]]:
    content = read_json(path)
    if not isinstance(content, list):
        raise refuse(path.name, ["it is not a list of units"], AGAIN)
    rows = []
    for number, entry in enumerate(content, start=1):
        unit = mapping(entry)
        row = {
            "unit_id": text_of(unit.get("id")),
            "country": "PL",
            "longitude": _degrees(unit.get("x")),
            "latitude": _degrees(unit.get("y")),
        }
        rows.append((number, {**dict.fromkeys(UNIT), **row}))
    return rows


def _rows_of_table(path: Path) -> list[tuple[int, dict[str, Any]]]:
    return [
        (
            number,
            {
                "unit_id": cells["id"] or None,
                "country": "PL",
                "name": cells["nazwa"] or None,
                "municipality_code": _teryt_of(cells["teryt"]),
                "categories": cells["categories"].replace(",", ";") or None,
                "longitude": _degrees(cells["x"]),
                "latitude": _degrees(cells["y"]),
            },
        )
        for number, cells in iterate_csv(read_text(path), path.name, TABLE_COLUMNS)
    ]


def _teryt_of(text: str) -> str | None:
    """
    Read a code in a table;
    six digits are a code without its kind or one that lost its zero: nobody can tell.
    """
    return teryt.normalise(text)


def _degrees(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    # (0, 0) is how such registers write "not located".
    return number if number == number and abs(number) <= 180 and number != 0 else None  # noqa: PLR0124 - NaN

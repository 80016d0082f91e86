"""
Which municipality belongs to which office, district and region in the Czech Republic.

Two layouts: the statistical office's relation of two code lists (one pair of codes a row),
and a table with one row per municipality. A municipality with extended powers (ORP) has two codes:
8107 with the statistical office, 1759 in RÚIAN.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from etl.sources.formats.contract import Download, Origin, SourceTables, refuse, source_tables
from etl.sources.formats.files import AGAIN, MUNICIPALITY_CODE_CZ, iterate_csv, read_text, table

MUNICIPALITY = dict.fromkeys(
    (
        "municipality_code",
        "country",
        "name",
        "pou_name",
        "orp_code_csu",
        "orp_name",
        "district_code",
        "district_name",
        "region_code",
        "region_name",
    ),
    "str",
)
WIDE = {
    "municipality_code": "KOD_OBEC",
    "name": "NAZ_OBEC",
    "pou_name": "NAZ_POU",
    "orp_code_csu": "KOD_ORP",
    "orp_name": "NAZ_ORP",
    "district_code": "KOD_LAU1",
    "district_name": "NAZ_LAU1",
    "region_code": "KOD_CZNUTS3",
    "region_name": "NAZ_CZNUTS3",
}
RELATION = ("kodcis1", "chodnota1", "text1", "kodcis2", "chodnota2", "text2")
MUNICIPALITIES, ORP = "43", "65"
ENCODINGS = ("utf-8-sig", "cp1250")


def addresses(origin: Origin) -> list[Download]:
    """
    Return the relation municipality → ORP and the list of ORP with both codes; the server wants one call
    at a time.
    """
    return [
        Download(origin.origin_id, origin.address(name), f"{name}.csv", "csv", min_interval_s=2.0)
        for name in ("municipality_orp", "orp")
    ]


def read(path: Path, origin: Origin, *, orp_codes: Mapping[str, str] | None = None) -> SourceTables:
    """
    Read either layout.

    Parameters
    ----------
    orp_codes
        ČSÚ → RÚIAN code, as `read_orp_codes` returns it; adds the column orp_code_ruian.

    Returns
    -------
    tables
        municipality: one row per code; columns that the layout lacks are NA.

    Raises
    ------
    InputFileError
        If the file is another list (the server mixes answers when asked for two at once)
        or has no usable row.
    """
    text = read_text(path, ENCODINGS)
    heading = text.split("\n", 1)[0]
    if "KOD_OBEC" in heading:
        delimiter = ";" if heading.count(";") > heading.count(",") else ","
        rows = [
            (number, {column: cells[source] or None for column, source in WIDE.items()})
            for number, cells in iterate_csv(text, path.name, list(WIDE.values()), delimiter=delimiter)
        ]
    else:
        rows = [(number, _from_relation(path.name, cells)) for number, cells in _relation(path.name, text)]
    found: dict[str, dict[str, Any]] = {}
    rejected = []
    for number, row in rows:
        code = row["municipality_code"]
        if code is None or not MUNICIPALITY_CODE_CZ.match(code):
            rejected.append((number, code, "unknown_municipality", f"'{code}' is not a municipality code"))
        elif code in found:
            rejected.append((number, code, "duplicate_row", "the municipality was loaded already"))
        else:
            found[code] = {"country": "CZ", **row}
    if not found:
        raise refuse(path.name, ["it holds no municipality"], AGAIN)
    municipality = table(list(found.values()), MUNICIPALITY)
    if orp_codes is not None:
        municipality["orp_code_ruian"] = municipality["orp_code_csu"].map(dict(orp_codes)).astype("str")
    return source_tables(
        origin, {"municipality": municipality}, rows_read=len(rows), rows_loaded=len(found), rejected=rejected
    )


def read_orp_codes(path: Path) -> dict[str, str]:
    """Read the list of ORP: ČSÚ code → RÚIAN code."""
    text = read_text(path, ENCODINGS)
    rows = iterate_csv(
        text, path.name, ("chodnota", "kod_ruian"), delimiter=_delimiter(text), ignore_case=True
    )
    return {
        cells["chodnota"]: cells["kod_ruian"] for _, cells in rows if cells["chodnota"] and cells["kod_ruian"]
    }


def _relation(name: str, text: str) -> list[tuple[int, dict[str, str]]]:
    return list(iterate_csv(text, name, RELATION, delimiter=_delimiter(text), ignore_case=True))


def _delimiter(text: str) -> str:
    heading = text.split("\n", 1)[0]
    return ";" if heading.count(";") > heading.count(",") else ","


def _from_relation(name: str, cells: Mapping[str, str]) -> dict[str, Any]:
    """Turn a pair into a row, whichever way round the relation is."""
    if (cells["kodcis1"], cells["kodcis2"]) == (MUNICIPALITIES, ORP):
        municipality, office = "1", "2"
    elif (cells["kodcis1"], cells["kodcis2"]) == (ORP, MUNICIPALITIES):
        municipality, office = "2", "1"
    else:
        raise refuse(
            name,
            [
                (
                    f"it relates list {cells['kodcis1']} to {cells['kodcis2']}, not municipalities (43) "
                    "to ORP (65)"
                )
            ],
            "Fetch it again, one list at a time: asked for two at once the server mixes its answers.",
        )
    return {
        **dict.fromkeys(WIDE),
        "municipality_code": cells[f"chodnota{municipality}"] or None,
        "name": cells[f"text{municipality}"] or None,
        "orp_code_csu": cells[f"chodnota{office}"] or None,
        "orp_name": cells[f"text{office}"] or None,
    }

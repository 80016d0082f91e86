"""
Inhabitants of Polish gminy by age: the Local Data Bank (BDL) of Statistics Poland.

The bank gives overlapping groups, one variable at a time; disjoint bands come from differences,
and only where every part is known. A row is a unit in a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from etl.sources.formats import teryt
from etl.sources.formats.contract import Download, Origin, SourceTables, refuse, source_tables
from etl.sources.formats.files import AGAIN, listing, mapping, persons_of, read_json, table, text_of
from etl.sources.formats.paging import Fetch, fetch_pages

VALUE = {
    "municipality_code": "str",
    "name": "str",
    "variable_id": "str",
    "year": "int64",
    "persons": "int64",
}
POPULATION = {
    "municipality_code": "str",
    "sex": "str",
    "age_from": "int64",
    "age_to": "Int64",
    "persons": "int64",
    "reference_date": "str",
}
MIN_INTERVAL_S = 1.6


def addresses(origin: Origin, *, year: int, parent_id: str | None = None) -> list[Download]:
    """
    Return the first page of every variable (further pages: `next_page`); 1.6 seconds apart,
    or the server answers 429.

    Parameters
    ----------
    parent_id
        Unit of the bank whose gminy are wanted (a voivodeship or powiat, 12 digits);
        None = the whole country.
    """
    return [
        page_address(origin, variable, year=year, parent_id=parent_id)
        for variable in origin.options["variables"]
    ]


def page_address(
    origin: Origin, variable: str, *, year: int, parent_id: str | None = None, page: int = 0
) -> Download:
    """Return one page of one variable."""
    name = "by_variable" if parent_id is None else "by_variable_and_parent"
    values = {"id": variable, "year": year, "page": page, "count": origin.options["page_size"]}
    url = origin.address(name, **values, **({} if parent_id is None else {"parent": parent_id}))
    file_name = f"{variable}-{year}-{parent_id or 'PL'}-{page:03d}.json"
    return Download(origin.origin_id, url, file_name, "json", min_interval_s=MIN_INTERVAL_S)


def next_page(
    origin: Origin, path: Path, page: int, *, year: int, parent_id: str | None = None
) -> Download | None:
    """Return the page after `path`, None where the total says that it was the last."""
    content = _page(path)
    total = persons_of(content.get("totalRecords"))
    if total is None:
        raise refuse(path.name, ["it does not say how many records there are"], AGAIN)
    if (page + 1) * int(origin.options["page_size"]) >= total:
        return None
    return page_address(
        origin, _variable(content, path, origin), year=year, parent_id=parent_id, page=page + 1
    )


def fetch_all(origin: Origin, fetch: Fetch, *, year: int, parent_id: str | None = None) -> list[Path]:
    """Fetch all pages of all variables; `fetch` gives the local file of a download."""
    files: list[Path] = []
    for first in addresses(origin, year=year, parent_id=parent_id):
        files += fetch_pages(
            fetch, first, lambda path, page: next_page(origin, path, page, year=year, parent_id=parent_id)
        )
    return files


def read(path: Path, origin: Origin, *, year: int) -> SourceTables:
    """
    Read one page of one variable.

    Returns
    -------
    tables
        value: municipality_code (TERYT of a gmina), name, variable_id, year, persons. Town and country parts
        of a gmina are merged into it: they are listed beside it, and adding them would count people twice.
    """
    content = _page(path)
    variable = _variable(content, path, origin)
    found: dict[str, dict[str, Any]] = {}
    rejected: list[tuple[int, str | None, str, str]] = []
    merged: list[tuple[int, str | None, str, str]] = []
    results = listing(content.get("results"))
    for number, entry in enumerate(results, start=1):
        unit = text_of(mapping(entry).get("id")) or ""
        code = teryt.of_bdl(unit)
        if code is None:
            rejected.append(
                (number, unit or None, "unknown_municipality", f"'{unit}' is not a unit of the bank")
            )
            continue
        if not teryt.is_gmina(code):
            merged.append(
                (number, code, "part_of_municipality", f"a part of gmina {teryt.whole_of(code) or code[:6]}")
            )
            continue
        counts = [
            persons_of(mapping(value).get("val"))
            for value in listing(mapping(entry).get("values"))
            if text_of(mapping(value).get("year")) == str(year)
        ]
        if len(counts) != 1 or counts[0] is None:
            rejected.append((number, code, "invalid_number", f"there is no count for {year}"))
        elif code in found:
            rejected.append((number, code, "duplicate_row", "the gmina was loaded already"))
        else:
            found[code] = {
                "municipality_code": code,
                "name": text_of(mapping(entry).get("name")),
                "variable_id": variable,
                "year": year,
                "persons": counts[0],
            }
    return source_tables(
        origin,
        {"value": table(list(found.values()), VALUE)},
        rows_read=len(results),
        rows_loaded=len(found),
        rejected=rejected,
        merged=merged,
    )


def bands(values: pd.DataFrame, origin: Origin) -> tuple[pd.DataFrame, list[str]]:
    """
    Make disjoint age bands of overlapping variables.

    Parameters
    ----------
    values
        The table `value` of all variables and pages, of one year.

    Returns
    -------
    population, notes
        Table `population` on 31 December; a gmina where a band cannot be computed, or comes out negative,
        is left out and named.
    """
    years = sorted(set(values["year"]))
    if len(years) != 1:
        raise refuse(origin.origin_id, [f"the values are of {len(years)} years"], "Ask for one year.")
    wide = values.pivot_table(
        index="municipality_code", columns="variable_id", values="persons", aggfunc="first"
    )
    frames = []
    unknown: set[str] = set()
    for band in origin.options["bands"]:
        absent = [name for name in (*band["plus"], *band["minus"]) if name not in wide.columns]
        if absent:
            raise refuse(
                origin.origin_id, [f"variable {name} is missing" for name in absent], "Fetch all variables."
            )
        # A missing part leaves the band missing: skipna would take it for zero.
        count = wide[band["plus"]].sum(axis="columns", skipna=False) - wide[band["minus"]].sum(
            axis="columns", skipna=False
        )
        unknown |= set(count.index[count.isna() | (count < 0)])
        frames.append(
            pd.DataFrame(
                {
                    "municipality_code": count.index,
                    "sex": "total",
                    "age_from": band["age_from"],
                    "age_to": band["age_to"],
                    "persons": count.to_numpy(),
                    "reference_date": f"{years[0]}-12-31",
                }
            )
        )
    every = pd.concat(frames, ignore_index=True)
    whole = every[~every["municipality_code"].isin(unknown)].sort_values(["municipality_code", "age_from"])
    notes = []
    if unknown:
        notes.append(
            f"{len(unknown)} gminy have an unknown or contradictory age band and are left out "
            f"(first: {min(unknown)})."
        )
    return whole.astype(POPULATION).reset_index(drop=True), notes


def read_all(pages: Sequence[SourceTables], origin: Origin) -> SourceTables:
    """Join pages and give the table `population` beside `value`; an unknown gmina stays in `value` only."""
    from etl.sources.formats.contract import concatenate

    joined = concatenate(pages)
    population, notes = bands(joined.tables["value"], origin)
    tables: Mapping[str, pd.DataFrame] = {**joined.tables, "population": population}
    return SourceTables(
        joined.origin_id, tables, joined.rows_read, joined.rejected, joined.merged, (*joined.notes, *notes)
    )


def _page(path: Path) -> Mapping[str, Any]:
    content = mapping(read_json(path))
    if not isinstance(content.get("results"), list):
        reason = "; ".join(
            text_of(mapping(error).get("errorReason")) or "" for error in listing(content.get("errors"))
        )
        raise refuse(path.name, [f"it has no list 'results'{f' ({reason})' if reason else ''}"], AGAIN)
    return content


def _variable(content: Mapping[str, Any], path: Path, origin: Origin) -> str:
    variable = text_of(content.get("variableId"))
    if variable is None or variable not in origin.options["variables"]:
        raise refuse(path.name, [f"variable '{variable}' is not described in pl_gus_bdl.yaml"], AGAIN)
    return variable

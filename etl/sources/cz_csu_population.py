"""
Inhabitants of Czech municipalities by age: ČSÚ's yearly workbooks, the census of 2021, and DataStat.

Three layouts, told apart by their content. What counts as a row: in a workbook a municipality and sex,
in a census or DataStat table a municipality, sex and age band (rows of other areas and sums over ages
are not rows, sums are compared).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from etl.sources.formats import workbook
from etl.sources.formats.contract import Download, Origin, SourceTables, refuse, source_tables
from etl.sources.formats.files import (
    AGAIN,
    MUNICIPALITY_CODE_CZ,
    day_of,
    iterate_csv,
    persons_of,
    read_text,
    table,
)

POPULATION = {
    "municipality_code": "str",
    "sex": "str",
    "age_from": "int64",
    "age_to": "Int64",
    "persons": "int64",
    "reference_date": "str",
}
SEXES = {
    "": "total",
    "celkem": "total",
    "muži": "male",
    "muž": "male",
    "ženy": "female",
    "žena": "female",
}
BAND = re.compile(r"^(\d{1,3})\s*[-–]\s*(\d{1,3})(?:\s*(?:let|roky|rok))?$")
OPEN_BAND = re.compile(r"^(\d{1,3})\s*(?:\+|a více(?: let)?)$")
AREA_COLUMN = re.compile(r"^Uz\w*(?:\.OBEC)?\.Polozka$")
TIME_COLUMN = re.compile(r"^Cas\w*(?:\.\w+)?\.Polozka$")
AGE_COLUMN = re.compile(r"^VekSkup\w*(?:\.\w+)?\.Polozka$")
YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
CODES_PER_CALL = 100
Band = tuple[int, int | None]


def addresses(origin: Origin, *, municipality_codes: Sequence[str], year: int) -> list[Download]:
    """
    Return the DataStat calls for one year: a hundred municipalities a call, commas literal (%2C answers 400).

    DataStat gives three age groups only; five-year groups come from the workbooks or the census.
    """
    calls = []
    for start in range(0, len(municipality_codes), CODES_PER_CALL):
        codes = municipality_codes[start : start + CODES_PER_CALL]
        url = origin.address("datastat", codes=",".join(codes), year=year)
        calls.append(
            Download(origin.origin_id, url, f"datastat-{year}-{start:05d}.csv", "csv", min_interval_s=1.0)
        )
    return calls


def census_addresses(origin: Origin) -> list[Download]:
    """Return what to fetch for five-year groups of the census of 2021 (one file, all levels of areas)."""
    return [Download(origin.origin_id, origin.address("census"), "census-2021-age5.csv", "csv")]


def read(path: Path, origin: Origin, *, reference_date: str | None = None) -> SourceTables:
    """
    Read any of the three layouts.

    Parameters
    ----------
    reference_date
        Day the count is of; needed for a workbook whose file name holds no year (then 31 December of it
        is meant).

    Returns
    -------
    tables
        population: municipality_code, sex, age_from, age_to (NA = open), persons, reference_date.
        Codes are text.

    Raises
    ------
    InputFileError
        If the layout is another, a band is missing, or nothing is left.
    """
    if path.suffix.lower() == ".xlsx":
        return read_workbook(path, origin, reference_date=reference_date)
    heading = read_text(path).split("\n", 1)[0]
    if "Ukazatel" in heading:
        return read_datastat(path, origin)
    return read_census(path, origin, reference_date=reference_date)


def read_workbook(path: Path, origin: Origin, *, reference_date: str | None = None) -> SourceTables:
    """
    Read a yearly age workbook (municipalities up to 999 inhabitants, or from 1,000).

    In the larger one the heading `85+` stands twice: the first is the last of the single-year columns,
    the second the age group. The groups are the columns from `0-4` on; the first `85+` must agree
    with the second.
    """
    day = _workbook_day(path, reference_date)
    rows = workbook.first_sheet(path)
    heading = [workbook.cell_text(cell) for cell in rows[0]] if rows else []
    places = {name: heading.index(name) for name in ("POH", "ZUJ", "Celkem") if name in heading}
    missing = [name for name in ("POH", "ZUJ", "Celkem", "0-4") if name not in heading]
    if missing:
        raise refuse(path.name, [f"column '{name}' is missing" for name in missing], AGAIN)
    first = heading.index("0-4")
    bands = [
        (position, band) for position in range(first, len(heading)) if (band := band_of(heading[position]))
    ]
    _check_bands(path.name, [band for _, band in bands])
    last_place, (last_age, _) = bands[-1]
    twin = heading.index(heading[last_place]) if heading.index(heading[last_place]) < first else None
    taken: dict[tuple[str, str], list[int | None]] = {}
    rejected: list[tuple[int, str | None, str, str]] = []
    read_rows = 0
    for number, cells in enumerate(rows[1:], start=2):
        texts = [workbook.cell_text(cells[places[name]]) for name in ("POH", "ZUJ")]
        if not any(texts):
            continue
        read_rows += 1
        sex, code = SEXES.get(texts[0].lower()), texts[1]
        counts = [persons_of(cells[position]) for position, _ in bands]
        problem = _problem(code, sex, counts, persons_of(cells[places["Celkem"]]))
        if problem is None and twin is not None and persons_of(cells[twin]) != counts[-1]:
            problem = ("invalid_number", f"the two columns {last_age}+ disagree")
        if problem is None and (code, sex) in taken:
            problem = ("duplicate_row", "the municipality and sex were loaded already")
        if problem is not None:
            rejected.append((number, code or None, *problem))
            continue
        taken[code, str(sex)] = counts
    population = _long(taken, [band for _, band in bands], day)
    return _result(path, origin, population, rows_read=read_rows, rows_loaded=len(taken), rejected=rejected)


def _long(taken: Mapping[tuple[str, str], list[int | None]], bands: Sequence[Band], day: str) -> pd.DataFrame:
    """Turn rows of counts into one row per age group; whole columns at once, there are 340,000 of them."""
    repeats = len(bands)
    return pd.DataFrame(
        {
            "municipality_code": np.repeat([code for code, _ in taken], repeats),
            "sex": np.repeat([sex for _, sex in taken], repeats),
            "age_from": np.tile([low for low, _ in bands], len(taken)),
            "age_to": pd.array([high for _, high in bands] * len(taken), dtype="Int64"),
            "persons": np.array(list(taken.values()), dtype="int64").reshape(-1),
            "reference_date": day,
        }
    ).astype(POPULATION)


def read_census(path: Path, origin: Origin, *, reference_date: str | None = None) -> SourceTables:
    """
    Read the census table of five-year groups; of its many levels only municipalities (uzemi_cis 43).

    A code alone does not tell the level (a town and its district may share it), so both columns
    are filtered together.
    """
    day = reference_date or str(origin.options["census_date"])
    level = str(origin.options["municipality_level"])
    required = ("hodnota", "uzemi_cis", "uzemi_kod", "vek_txt", "pohlavi_txt")
    found: list[dict[str, Any]] = []
    rejected: list[tuple[int, str | None, str, str]] = []
    totals: dict[tuple[str, str], int | None] = {}
    seen: set[tuple[str, str, Band]] = set()
    read_rows = 0
    for number, cells in iterate_csv(read_text(path), path.name, required):
        if cells["uzemi_cis"] != level:
            continue
        code, sex = cells["uzemi_kod"], SEXES.get(cells["pohlavi_txt"].lower())
        count = persons_of(cells["hodnota"])
        if not cells["vek_txt"]:
            totals[code, str(sex)] = count
            continue
        read_rows += 1
        band = band_of(cells["vek_txt"])
        problem = _problem(code, sex, [count], count)
        if problem is None and band is None:
            problem = ("invalid_number", f"age group '{cells['vek_txt']}' is unknown")
        if problem is None and band is not None and (code, str(sex), band) in seen:
            problem = ("duplicate_row", "the municipality, sex and age group were loaded already")
        if problem is not None or band is None:
            rejected.append((number, code or None, *(problem or ("invalid_number", ""))))
            continue
        seen.add((code, str(sex), band))
        found.append(_row(code, str(sex), band, count, day))
    return _result(
        path,
        origin,
        table(found, POPULATION),
        rows_read=read_rows,
        rows_loaded=len(found),
        rejected=rejected,
        totals=totals,
    )


def read_datastat(path: Path, origin: Origin) -> SourceTables:
    """
    Read a DataStat table (three age groups). Line ends are mixed; of its indicators only the count
    on 31 December is kept.
    """
    text = read_text(path)
    heading = next(iter(text.split("\n", 1))).replace('"', "").split(",")
    area, time, age = (
        next((name for name in heading if pattern.match(name.strip())), None)
        for pattern in (AREA_COLUMN, TIME_COLUMN, AGE_COLUMN)
    )
    label = str(origin.options["age_label_column"])
    age = age or (label if label in heading else None)
    problems = [
        f"there is no column of {what}"
        for what, column in (
            ("municipalities (Uz….Polozka)", area),
            ("years (Cas….Polozka)", time),
            ("age groups", age),
        )
        if column is None
    ]
    if area is None or time is None or age is None:
        raise refuse(path.name, problems, AGAIN)
    indicator = str(origin.options["indicator"])
    groups: dict[str, list[int | None]] = origin.options["age_groups"]
    found: list[dict[str, Any]] = []
    rejected: list[tuple[int, str | None, str, str]] = []
    totals: dict[tuple[str, str], int | None] = {}
    indicators: set[str] = set()
    read_rows = 0
    for number, cells in iterate_csv(text, path.name, ("Ukazatel", "Hodnota", area, time, age)):
        indicators.add(cells["Ukazatel"])
        if cells["Ukazatel"] != indicator or not cells[area]:
            continue
        count = persons_of(cells["Hodnota"])
        if cells[age] in origin.options["age_totals"]:
            totals[cells[area], "total"] = count
            continue
        read_rows += 1
        year = YEAR.search(cells[time])
        problem = _problem(cells[area], "total", [count], count)
        if problem is None and (cells[age] not in groups or year is None):
            problem = ("invalid_number", f"age group '{cells[age]}' or year '{cells[time]}' is unknown")
        if problem is not None or year is None:
            rejected.append((number, cells[area], *(problem or ("invalid_date", cells[time]))))
            continue
        low, high = groups[cells[age]]
        found.append(_row(cells[area], "total", (int(low or 0), high), count, f"{year[1]}-12-31"))
    if indicator not in indicators:
        raise refuse(
            path.name,
            [f"there are no rows of '{indicator}'", f"found: {'; '.join(sorted(indicators))[:200]}"],
            "Correct `indicator` in cz_csu_population.yaml if the statistical office renamed it.",
        )
    years = {row["reference_date"] for row in found}
    if len(years) > 1:
        raise refuse(path.name, [f"it holds {len(years)} years"], "Fetch one year a call.")
    return _result(
        path,
        origin,
        table(found, POPULATION),
        rows_read=read_rows,
        rows_loaded=len(found),
        rejected=rejected,
        totals=totals,
    )


def band_of(label: str) -> Band | None:
    """
    Return the ages of a heading: "5-9", "5 - 9 let", "0 - 4 roky" → (5, 9) …; "85+", "100 a více let" → (85,
    None).
    """
    match = BAND.match(label.strip())
    if match:
        low, high = int(match[1]), int(match[2])
        return (low, high) if low <= high <= 120 else None
    match = OPEN_BAND.match(label.strip())
    return (int(match[1]), None) if match else None


def _check_bands(name: str, bands: Sequence[Band]) -> None:
    """Refuse a file whose age groups leave a gap, overlap, or have no open end."""
    expected = 0
    for low, high in bands:
        if low != expected or expected is None:
            raise refuse(
                name, [f"the age groups are not complete: {low} follows where {expected} was expected"], AGAIN
            )
        expected = -1 if high is None else high + 1
    if expected != -1:
        raise refuse(name, ["the last age group has an end: the oldest are missing"], AGAIN)


def _workbook_day(path: Path, reference_date: str | None) -> str:
    if reference_date is not None:
        day = day_of(reference_date)
        if day is None:
            raise refuse(path.name, [f"'{reference_date}' is not a day"], "Write it as 2020-12-31.")
        return day
    year = YEAR.search(path.stem)
    if year is None:
        raise refuse(
            path.name,
            ["neither the workbook nor its name says of which year it is"],
            "Put the year into the file's name.",
        )
    return f"{year[1]}-12-31"


def _problem(
    code: str, sex: str | None, counts: Sequence[int | None], total: int | None
) -> tuple[str, str] | None:
    if not MUNICIPALITY_CODE_CZ.match(code):
        return "unknown_municipality", f"'{code}' is not a municipality code"
    if sex is None:
        return "invalid_number", "the sex is unknown"
    known = [count for count in counts if count is not None]
    if len(known) != len(counts) or total is None:
        return "invalid_number", "a count is blank or not a number"
    if sum(known) != total:
        return "invalid_number", f"the age groups add up to {sum(known)}, the total is {total}"
    return None


def _row(code: str, sex: str, band: Band, count: int | None, day: str) -> dict[str, Any]:
    return {
        "municipality_code": code,
        "sex": sex,
        "age_from": band[0],
        "age_to": band[1],
        "persons": count,
        "reference_date": day,
    }


def _result(
    path: Path,
    origin: Origin,
    population: pd.DataFrame,
    *,
    rows_read: int,
    rows_loaded: int,
    rejected: list[tuple[int, str | None, str, str]],
    totals: dict[tuple[str, str], int | None] | None = None,
) -> SourceTables:
    if population.empty:
        first = f" (first: row {rejected[0][0]}, {rejected[0][3]})" if rejected else ""
        raise refuse(path.name, [f"no row of a municipality could be used{first}"], AGAIN)
    return source_tables(
        origin,
        {"population": population},
        rows_read=rows_read,
        rows_loaded=rows_loaded,
        rejected=rejected,
        notes=_sum_notes(population, totals or {}),
    )


def _sum_notes(population: pd.DataFrame, totals: dict[tuple[str, str], int | None]) -> list[str]:
    """Say where the age groups do not add up to the total that the source itself gives."""
    sums = population.groupby(["municipality_code", "sex"])["persons"].sum().to_dict()
    differ = sorted(
        key for key, total in totals.items() if key in sums and total is not None and sums[key] != total
    )
    if not differ:
        return []
    code, sex = differ[0]
    return [
        (
            f"{len(differ)} totals differ from the sum of their age groups "
            f"(first: {code}, {sex}: {totals[differ[0]]} against {sums[differ[0]]})."
        )
    ]

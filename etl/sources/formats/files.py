"""
Read text tables and JSON of strangers: encodings, line ends, missing columns, cut-off ends.

A table is read as text, cell by cell, with the row number that a person sees in the file;
meaning is given by the connectors.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from etl.sources.formats.contract import refuse
from geodata.errors import InputFileError

MOST_TEXT_BYTES = 600_000_000
AGAIN = (
    "Download the file again; if that does not help, its layout has changed and the connector must follow."
)
WHOLE_NUMBER = re.compile(r"^\d{1,9}$")
ISO_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:T.*)?$")
MUNICIPALITY_CODE_CZ = re.compile(r"^\d{6}$")


def read_text(path: Path, encodings: Sequence[str] = ("utf-8-sig",)) -> str:
    """
    Return the text of a file with plain line ends.

    Parameters
    ----------
    encodings
        Tried in turn; the first that fits every byte wins.

    Raises
    ------
    InputFileError
        If the file is absent, empty, too large, or in none of the encodings.
    """
    try:
        size = path.stat().st_size
        if size > MOST_TEXT_BYTES:
            raise refuse(path.name, [f"the file has {size} bytes, the limit is {MOST_TEXT_BYTES}"], AGAIN)
        content = path.read_bytes()
    except OSError as error:
        raise refuse(path.name, [f"the file cannot be read ({error.strerror})"], "Check its name.") from error
    if not content.strip():
        raise refuse(path.name, ["the file is empty"], AGAIN)
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise refuse(path.name, [f"the file is not text in {' or '.join(encodings)}"], AGAIN)


def read_csv(
    path: Path,
    required: Sequence[str],
    *,
    encodings: Sequence[str] = ("utf-8-sig",),
    delimiter: str = ",",
    ignore_case: bool = False,
) -> list[tuple[int, dict[str, str]]]:
    """
    Return (line number, row) for every row of a table with a heading; cells are stripped text.

    Blank lines are no rows. Columns beyond `required` are kept.

    Raises
    ------
    InputFileError
        If a column is missing, a row is short or long (a cut-off file), quotes do not close,
        or there are no rows.
    """
    return list(
        iterate_csv(
            read_text(path, encodings), path.name, required, delimiter=delimiter, ignore_case=ignore_case
        )
    )


def iterate_csv(
    text: str, name: str, required: Sequence[str], *, delimiter: str = ",", ignore_case: bool = False
) -> Iterator[tuple[int, dict[str, str]]]:
    """Do what `read_csv` does on a text that was read already."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        heading = [cell.strip() for cell in next(reader)]
        if ignore_case:
            heading = [cell.lower() for cell in heading]
        missing = [column for column in required if column not in heading]
        if missing:
            raise refuse(
                name,
                [f"column '{column}' is missing" for column in missing]
                + [f"found: {', '.join(heading)[:300]}"],
                AGAIN,
            )
        doubled = sorted({column for column in required if heading.count(column) > 1})
        if doubled:
            raise refuse(name, [f"column '{column}' stands twice" for column in doubled], AGAIN)
        is_any = False
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(heading):
                problem = f"row {reader.line_num} has {len(cells)} cells, the heading has {len(heading)}"
                raise refuse(name, [problem], "The file may be cut off. " + AGAIN)
            is_any = True
            yield (
                reader.line_num,
                {column: printable(cell).strip() for column, cell in zip(heading, cells, strict=True)},
            )
        if not is_any:
            raise refuse(name, ["the table has a heading but no rows"], AGAIN)
    except csv.Error as error:
        problem = f"row {reader.line_num} is not a row of a table ({error})"
        raise refuse(name, [problem], "The file may be cut off. " + AGAIN) from error
    except StopIteration as error:
        raise refuse(name, ["the file is empty"], AGAIN) from error


def read_json(path: Path, encodings: Sequence[str] = ("utf-8-sig",)) -> Any:
    """
    Return the content of a JSON file.

    Raises
    ------
    InputFileError
        If it is cut off, nested without end, holds NaN or infinities, or is no JSON at all.
    """
    text = read_text(path, encodings)
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise refuse(path.name, ["the JSON is nested too deep"], AGAIN) from error
    except ValueError as error:
        raise refuse(path.name, [f"the JSON is broken or cut off ({error})"], AGAIN) from error


def _refuse_constant(constant: str) -> float:
    raise ValueError(f"{constant} is not a number")


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a JSON object; anything else counts as an empty one."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    """Return a JSON array; null and anything else count as an empty one."""
    return value if isinstance(value, list) else []


def printable(text: str) -> str:
    """
    Return a text without what cannot be stored or seen: half characters (lone surrogates), control signs,
    soft hyphens.

    Blanks of every kind become plain spaces.
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else " " if sign.isspace() else "" for sign in text)


def text_of(value: Any) -> str | None:
    """Return a stripped text or a whole number as text; blank and anything else is None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return " ".join(printable(value).split()) or None
    return None


def day_of(value: Any) -> str | None:
    """Return an ISO day of an ISO day or moment, None of anything else."""
    match = ISO_DAY.match(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return None


def number_of(value: Any) -> float | None:
    """Return a JSON number as a finite float below 10^15; text, booleans and anything else are None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 else None


def persons_of(value: Any) -> int | None:
    """
    Return a count of persons: a whole number >= 0, in text with spaces between thousands or a float;
    else None.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() and 0 <= value < 1e9 else None
    if isinstance(value, int):
        return value if 0 <= value < 10**9 else None
    if isinstance(value, str):
        cleaned = value.replace("\xa0", "").replace(" ", "").removesuffix(".0")
        return int(cleaned) if cleaned.isascii() and WHOLE_NUMBER.match(cleaned) else None
    return None


def table(rows: Sequence[Mapping[str, Any]], types: Mapping[str, str]) -> pd.DataFrame:
    """Make a table with the given columns and pandas types, also when there are no rows."""
    frame = pd.DataFrame.from_records(list(rows), columns=list(types))
    return frame.astype(dict(types))


__all__ = [
    "InputFileError",
    "day_of",
    "iterate_csv",
    "listing",
    "mapping",
    "number_of",
    "persons_of",
    "printable",
    "read_csv",
    "read_json",
    "read_text",
    "table",
    "text_of",
]

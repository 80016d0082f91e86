"""
Tables that keep to their description in `geodata.dataset.fields`:
columns, types, bounds, code lists, references, keys.

`conform` brings one table into the form that the contract describes (docs/ENGINE.md, "In memory");
`validate` looks at all tables together and reports every problem at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geodata.dataset import fields
from geodata.errors import TableError
from geodata.text_signs import NOT_IN_XML

if TYPE_CHECKING:
    import pandera.pandas as pa

DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
SHOWN_PROBLEMS = 20


def dtype_of(field: fields.Field) -> str:
    """Return the pandas dtype of a field: text and dates as str, nullable whole numbers as Int64."""
    if field.type in ("text", "date"):
        return "str"
    if field.type == "integer":
        return "Int64" if field.nullable else "int64"
    return "float64" if field.type == "real" else "bool"


def empty(name: str) -> pd.DataFrame:
    """Return the table `name` without rows."""
    table = fields.BY_NAME[name]
    return pd.DataFrame({field.name: pd.Series([], dtype=dtype_of(field)) for field in table.fields})


def conform(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """
    Bring a table into its described form: columns in order, dtypes, rows sorted by key, a RangeIndex.

    Parameters
    ----------
    name
        Name of a table of `geodata.dataset.fields`.
    frame
        The same columns in any order and any dtype that holds the same values; one that came later
        than its table (`Field.since`) may be missing, it is unknown then. It is not modified.

    Returns
    -------
    conformed
        A new table; missing text is NaN.

    Raises
    ------
    TableError
        If a column is missing, unknown, or holds values that its type cannot hold.
    """
    table = fields.BY_NAME[name]
    problems = []
    missing = [
        field.name for field in table.fields if field.name not in frame.columns and field.since <= table.since
    ]
    unknown = [str(column) for column in frame.columns if column not in table.columns]
    if missing:
        problems.append(f"missing {_plural(len(missing), 'column')} {', '.join(missing)}")
    if unknown:
        problems.append(f"unknown {_plural(len(unknown), 'column')} {', '.join(unknown)}")
    columns = {}
    for field in table.fields:
        if field.name in frame.columns:
            try:
                columns[field.name] = _column(frame[field.name], field)
            except (TypeError, ValueError) as error:
                problems.append(f"column {field.name}: {error}")
        else:
            columns[field.name] = pd.Series([None] * len(frame), dtype=dtype_of(field), index=frame.index)
    if problems:
        raise TableError(
            f"Table {name}: {'; '.join(problems)}. Its description stands in geodata/dataset/fields.py."
        )
    conformed = pd.DataFrame(columns, columns=list(table.columns))
    return _sorted(conformed, list(table.key))


def _sorted(frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Sort by key; a frame that is in order already is told by one look at each pair of neighbours."""
    columns = [frame[name] for name in key]
    if len(frame) > 1 and not any(column.isna().any() for column in columns):
        is_undecided = np.ones(len(frame) - 1, dtype=bool)
        is_in_order = True
        for column in columns:
            values = column.to_numpy(dtype=object) if column.dtype == "str" else column.to_numpy()
            before, after = values[:-1][is_undecided], values[1:][is_undecided]
            if (before > after).any():
                is_in_order = False
                break
            is_undecided[is_undecided] = before == after
        if is_in_order:
            return frame.reset_index(drop=True)
    return frame.sort_values(key, kind="stable", ignore_index=True)


def _column(values: pd.Series[Any], field: fields.Field) -> pd.Series[Any]:
    if field.type in ("text", "date") and isinstance(values.dtype, pd.StringDtype):
        return values.astype("str")
    present = values.dropna()
    if field.type in ("text", "date"):
        wrong = [value for value in present if not isinstance(value, str)]
        if wrong:
            raise TypeError(f"{len(wrong)} values are not text (first: {wrong[0]!r})")
        return values.astype("object").where(values.notna(), None).astype("str")
    if field.type == "boolean" and values.dtype == bool:
        return values
    if field.type == "boolean":
        wrong = [value for value in values if pd.isna(value) or value not in (True, False)]
        if wrong:
            raise TypeError(f"{len(wrong)} values are neither true nor false (first: {wrong[0]!r})")
        return values.astype("bool")
    numbers = pd.to_numeric(values, errors="raise")
    if field.type == "real":
        return numbers.astype("float64")
    if not field.nullable and len(present) < len(values):
        raise TypeError(f"{len(values) - len(present)} values are missing")
    dtype: Any = dtype_of(field)  # pandas-stubs knows literal names only
    return numbers.astype(dtype)


def schema(name: str, tables: Mapping[str, pd.DataFrame]) -> pa.DataFrameSchema:
    """
    Build the pandera schema of a table from the data dictionary.

    Parameters
    ----------
    name
        Name of a table of `geodata.dataset.fields`.
    tables
        Tables that references of this one point to.
    """
    import pandera.pandas as pa

    from geodata.vocabulary.codes import codelist

    table = fields.BY_NAME[name]
    columns = {}
    for field in table.fields:
        checks = []
        if field.minimum is not None:
            checks.append(pa.Check.ge(field.minimum, error=f"below {field.minimum:g}"))
        if field.maximum is not None:
            checks.append(pa.Check.le(field.maximum, error=f"above {field.maximum:g}"))
        if field.type == "date":
            checks.append(pa.Check(_is_date, error="no date YYYY-MM-DD"))
        if field.codelist is not None:
            known = list(codelist(field.codelist))
            checks.append(pa.Check.isin(known, error=f"not in code list {field.codelist}"))
        if field.references is not None:
            other, column = field.references.split(".")
            targets = tables[other][column].dropna().unique().tolist() if other in tables else []
            checks.append(pa.Check.isin(targets, error=f"no such row in {field.references}"))
        if field.type == "text" and not field.nullable:
            checks.append(pa.Check(_is_filled, error="blank"))
        if field.type == "text":
            checks.append(pa.Check(_is_writable, error="with signs that no document can hold"))
        columns[field.name] = pa.Column(None, checks, nullable=field.nullable)
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


def _is_date(values: pd.Series[Any]) -> pd.Series[Any]:
    # Days repeat themselves: each is looked at once.
    days = [
        day for day in values.dropna().unique() if isinstance(day, str) and DATE.fullmatch(day) is not None
    ]
    return values.isin(days)


def _is_filled(values: pd.Series[Any]) -> pd.Series[Any]:
    blank = [text for text in values.unique() if not isinstance(text, str) or not text.strip()]
    return ~values.isin(blank)


def _is_writable(values: pd.Series[Any]) -> pd.Series[Any]:
    # One search through all of them, because nearly every column has none.
    texts = [text for text in values.dropna().unique() if isinstance(text, str)]
    wrong = [text for text in texts if NOT_IN_XML.search(text)] if NOT_IN_XML.search("\n".join(texts)) else []
    return ~values.isin(wrong)


def _keeps_rules(table: fields.Table, tables: Mapping[str, pd.DataFrame]) -> bool:
    """
    Tell whether a table keeps every rule that `schema` describes.

    The same rules without pandera: nearly every table keeps them, and its import alone takes longer
    than the checks. Which rule a table breaks, and where, is told by the schema.
    """
    frame = tables[table.name]
    return tuple(frame.columns) == table.columns and all(
        _keeps_rules_of(field, frame[field.name], tables) for field in table.fields
    )


def _keeps_rules_of(field: fields.Field, values: pd.Series, tables: Mapping[str, pd.DataFrame]) -> bool:
    from geodata.vocabulary.codes import codelist

    present = values.dropna()
    return (
        (field.nullable or len(present) == len(values))
        and (field.minimum is None or bool((present >= field.minimum).all()))
        and (field.maximum is None or bool((present <= field.maximum).all()))
        and (field.type != "date" or bool(_is_date(present).all()))
        and (field.codelist is None or set(present.unique()) <= set(codelist(field.codelist)))
        and (field.references is None or set(present.unique()) <= _targets(field.references, tables))
        and (field.type != "text" or field.nullable or bool(_is_filled(present).all()))
        and (field.type != "text" or bool(_is_writable(present).all()))
    )


def _targets(references: str, tables: Mapping[str, pd.DataFrame]) -> set[Any]:
    table, column = references.split(".")
    return set(tables[table][column].dropna().unique()) if table in tables else set()


def problems_of(name: str, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """
    List what is wrong with one table: one sentence per column and rule,
    with the number of rows and the first example.

    Parameters
    ----------
    name
        Name of the table to look at.
    tables
        All tables, conformed: references are looked up in them.
    """
    table, frame = fields.BY_NAME[name], tables[name]
    problems = []
    repeated = frame[frame.duplicated(list(table.key), keep=False)]
    if len(repeated):
        first = ", ".join(f"{key}={repeated.iloc[0][key]}" for key in table.key)
        problems.append(f"table {name}: {len(repeated)} rows share their key (first: {first})")
    if _keeps_rules(table, tables):
        return problems
    from pandera.errors import SchemaErrors

    try:
        schema(name, tables).validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        for (column, check), rows in cases.groupby(["column", "check"], sort=False, dropna=False):
            reason = "missing" if check == "not_nullable" else str(check)
            first = rows.iloc[0]
            where = ""
            if pd.notna(first["index"]) and len(frame) > int(first["index"]):
                row = frame.iloc[int(first["index"])]
                where = f" at {', '.join(f'{key}={row[key]}' for key in table.key)}"
            example = "" if reason == "missing" else f"{first['failure_case']!r}"
            problems.append(
                f"table {name}, column {column}: {_plural(len(rows), 'value')} {reason} (first: "
                f"{example}{where})"
            )
    return problems


def validate(tables: Mapping[str, pd.DataFrame]) -> None:
    """
    Check all tables against the data dictionary.

    Parameters
    ----------
    tables
        Every table of `geodata.dataset.fields`, conformed.

    Raises
    ------
    TableError
        With every problem of every table: what, how many, the first example, and the next step.
    """
    problems = [f"table {table.name} is missing" for table in fields.TABLES if table.name not in tables]
    for table in fields.TABLES:
        if table.name in tables:
            problems += problems_of(table.name, tables)
    if problems:
        shown = problems[:SHOWN_PROBLEMS]
        more = f"; and {len(problems) - len(shown)} more" if len(problems) > len(shown) else ""
        raise TableError(
            f"{_plural(len(problems), 'problem')} in the tables: {'; '.join(shown)}{more}. "
            "Correct the source, or extend the code list that the message names, and build again."
        )


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

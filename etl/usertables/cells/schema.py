"""The tables that people fill in: which columns, of what type, called what in Czech, Polish and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

import yaml

from geodata.errors import UnknownCodeError
from geodata.vocabulary import codes
from geodata.vocabulary.codes import LANGUAGES
from geodata.vocabulary.identifiers import fold

ColumnType = Literal[
    "text",
    "key",
    "code",
    "codes",
    "choice",
    "date",
    "year",
    "count",
    "number",
    "municipality",
    "municipalities",
    "ico",
    "web",
    "email",
    "phone",
    "postal_code",
    "value",
]
Texts = Mapping[str, str]
MARK = "mark"  # the column whose word says that a row is an example
# Columns that Excel must keep as text: a number would lose its leading zeros or its plus sign.
KEPT_AS_TEXT = frozenset({"key", "municipality", "ico", "phone", "postal_code", "value"})


@dataclass(frozen=True)
class Column:
    """
    One column of a table that people fill in.

    `codelist` names a list of geodata/codelists, `choices` are labels of the few values of a column
    without a list; `minimum` and `maximum` bound a number, both ends included.
    """

    name: str
    type: ColumnType
    heading: Texts
    note: Texts
    codelist: str | None = None
    choices: Mapping[str, Texts] = field(default_factory=dict)
    minimum: float = 0
    maximum: float | None = None

    def labels(self, language: str) -> dict[str, str]:
        """Return the values that may be chosen: code → label; empty where anything may be written."""
        if self.codelist == "service_groups":
            return {code: group.label[language] for code, group in codes.service_groups().items()}
        if self.codelist:
            return {code.code: code.label[language] for code in codes.codelist(self.codelist).values()}
        return {code: texts[language] for code, texts in self.choices.items()}

    def names(self) -> list[str]:
        """Return every heading by which the column is recognised."""
        return [self.name, *(self.heading[language] for language in LANGUAGES)]


@dataclass(frozen=True)
class TableLayout:
    """
    One table: `required` columns must be filled in;
    `example` is a row per language that is never read in.
    """

    kind: str
    sheet: Texts
    about: Texts
    columns: tuple[Column, ...]
    required: frozenset[str]
    example: Mapping[str, Mapping[str, Any]]

    def column(self, name: str) -> Column:
        """Return the column called `name`."""
        return next(column for column in self.columns if column.name == name)

    def recognise(self, heading: str) -> Column | None:
        """Return the column that a heading means, in whichever language."""
        return _headings(self.kind).get(fold(heading))


@cache
def _read(name: str) -> Mapping[str, Any]:
    text = files("etl.usertables").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    content: Mapping[str, Any] = MappingProxyType(yaml.safe_load(text))
    return content


@cache
def _columns() -> Mapping[str, Column]:
    return {
        name: Column(
            name=name,
            type=entry["type"],
            heading=entry["heading"],
            note=entry["note"],
            codelist=entry.get("list"),
            choices=entry.get("choices", {}),
            minimum=entry.get("minimum", 0),
            maximum=entry.get("maximum"),
        )
        for name, entry in _read("columns")["columns"].items()
    }


@cache
def layouts() -> Mapping[str, TableLayout]:
    """Return the tables that people can fill in, by kind."""
    found = {}
    for kind, entry in _read("tables")["tables"].items():
        names = [name.removesuffix("*") for name in entry["columns"]]
        found[kind] = TableLayout(
            kind=kind,
            sheet=entry["sheet"],
            about=entry["about"],
            columns=tuple(_columns()[name] for name in names),
            required=frozenset(name.removesuffix("*") for name in entry["columns"] if name.endswith("*")),
            example=entry["example"],
        )
    return MappingProxyType(found)


def layout(kind: str) -> TableLayout:
    """Return the table of a kind."""
    if kind not in layouts():
        raise UnknownCodeError(f"There is no table '{kind}': choose one of {', '.join(layouts())}.")
    return layouts()[kind]


def words(name: str) -> Mapping[str, str]:
    """Return a word of tables.yaml (`mark`, `guide_sheet`, `lists_sheet`, `problems_sheet`) by language."""
    found: Mapping[str, str] = _read("tables")[name]
    return found


def unknown_words() -> frozenset[str]:
    """Return the words that say that a value is not known, in lower case."""
    return frozenset(str(word).casefold() for word in _read("tables")["unknown_words"])


def message_texts() -> Mapping[str, Any]:
    """Return messages.yaml."""
    return _read("messages")


@cache
def known_labels(column_name: str) -> Mapping[str, frozenset[str]]:
    """Return code → folded labels in all languages, for a column whose values may be chosen."""
    column = _columns()[column_name]
    by_language = [column.labels(language) for language in LANGUAGES]
    return MappingProxyType(
        {code: frozenset(fold(labels[code]) for labels in by_language) for code in by_language[0]}
    )


@cache
def _headings(kind: str) -> Mapping[str, Column]:
    return {fold(name): column for column in layout(kind).columns for name in column.names()}

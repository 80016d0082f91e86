"""Findings as a table that people fill in: read, said back and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard import text
from dashboard.needs import handed
from dashboard.text import _, mark, ngettext
from geodata.errors import InputFileError
from geodata.vocabulary.identifiers import fold

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.needs.handed import SheetRows
    from dashboard.tables.sheets import Value
from dashboard.needs.findings import WHOLE_AREA, Felt, Finding, felt_labels
from geodata.reading import values

COLUMNS: Final = ("municipality", "service", "felt", "said_by", "note")
HEADINGS: Final[Mapping[str, str]] = {
    "municipality": mark("Municipality (code or name; empty = whole area)"),
    "service": mark("Service"),
    "felt": mark("People say"),
    "said_by": mark("Who says so (a group, never a person)"),
    "note": mark("Note"),
}


LARGEST_FILE: Final = 2_000_000
MOST_ROWS: Final = 2_000
LONGEST_NOTE: Final = 1_000
MOST_SAID: Final = 10


@dataclass(frozen=True)
class Loaded:
    """
    Rows of a loaded file by column, each with its place in words;
    rows of which `problems` speak are not among them.

    `notes` are no problems, but worth a look.
    """

    rows: Sequence[Mapping[str, str]]
    places: Sequence[str]
    problems: Sequence[str] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Vocabulary:
    """
    What a table may say: labels of services and of findings in the reader's language,
    names of municipalities.
    """

    services: Mapping[str, tuple[str, ...]]
    municipalities: Mapping[str, str]


def in_all_languages(message: str) -> tuple[str, ...]:
    """Return a message in every language, for tables that come back in another one."""
    words = [message]
    for language in text.LANGUAGES:
        messages = text.catalog(language)
        found = messages.get(message) if messages is not None else None
        if found is not None and isinstance(found.string, str) and found.string:
            words.append(found.string)
    return tuple(words)


def headings() -> list[str]:
    """Return the headings of the table in the reader's language."""
    return [_(HEADINGS[column]) for column in COLUMNS]


def recognised(heading: str) -> str | None:
    """
    Return the column that a heading means, in any language or as its own name.

    What stands in brackets may be missing.
    """
    wanted = fold(heading.split("(", 1)[0])
    for column in COLUMNS:
        words = (column, *in_all_languages(HEADINGS[column]))
        if wanted and wanted in {fold(word.split("(", 1)[0]) for word in words}:
            return column
    return None


def rows_from_file(name: str, raw: bytes) -> Loaded:
    """
    Read a CSV or XLSX file as rows of texts by column: every sheet that has the headings of the template.

    Raises
    ------
    InputFileError
        If it is too large, no table, or its headings are not those of the template.
    TooCostlyError, BusyReadingError
        If it could not be read with what a reader may use (`dashboard.needs.handed`).
    """
    if len(raw) > LARGEST_FILE:
        raise InputFileError(name, ["the file is too large"], "Keep only the rows of the findings.")
    try:
        table = handed.table_rows(raw, text.current())
    except handed.NoTableError as error:
        raise InputFileError(name, ["this is no CSV or XLSX table"], "Save the template again.") from error
    ours = [sheet for sheet in table.sheets if _is_ours(sheet)]
    if not ours:
        raise InputFileError(
            name, ["the headings are not those of the template"], "Use the template of this page."
        )
    rows: list[Mapping[str, str]] = []
    places: list[str] = []
    problems: list[str] = []
    notes = list(table.notes)
    left = 0
    for sheet in ours:
        part = _sheet_rows(sheet, several=len(ours) > 1)
        room = MOST_ROWS - len(rows)
        left += sheet.left + len(part.rows[room:])
        rows += part.rows[:room]
        places += part.places[:room]
        problems += part.problems
        notes += part.notes
    if left:
        problems.insert(0, _left_out(left))
    others = [sheet.name for sheet in table.sheets if sheet not in ours and sheet.name]
    if others:
        notes.append(
            _(
                "These sheets do not have the headings of the template and were not read: {names}",
                names=", ".join(others),
            )
        )
    return Loaded(rows, places, problems, notes)


def _is_ours(sheet: SheetRows) -> bool:
    # Without the column of municipalities every finding would silently become one of the whole area.
    return {"municipality", "service", "felt"} <= set(map(recognised, sheet.rows[0]))


def _sheet_rows(sheet: SheetRows, *, several: bool) -> Loaded:
    """Return the rows of one sheet; what is wrong only in columns that are not ours harms nobody."""
    columns = [recognised(cell) for cell in sheet.rows[0]]
    wrong: set[int] = set()
    problems = []
    for problem in sheet.problems:
        if any(columns[problem.columns[0] : problem.columns[1] + 1]):
            wrong.update(range(problem.rows[0], problem.rows[1] + 1))
            problems.append(problem.message)
    rows, places = [], []
    for number, line in zip(sheet.numbers[1:], sheet.rows[1:], strict=True):
        if number in wrong:
            continue
        rows.append({column: cell.strip() for column, cell in zip(columns, line, strict=False) if column})
        where = _("Row {n}", n=text.number(number))
        places.append(
            _("Sheet {name}, row {n}", name=sheet.name, n=text.number(number)) if several else where
        )
    return Loaded(rows, places, problems, sheet.notes)


def _left_out(number: int) -> str:
    return ngettext(
        "The file has more than {most} findings, which is the most that can be read; "
        "{n} row at its end was left out. Divide the file.",
        "The file has more than {most} findings, which is the most that can be read; "
        "{n} rows at its end were left out. Divide the file.",
        number,
        most=text.number(MOST_ROWS),
    )


def first_problems(problems: Sequence[str]) -> list[str]:
    """Return the first sentences of many, and how many more there are."""
    more = len(problems) - MOST_SAID
    if more <= 1:  # the sentence about one more would take its place
        return list(problems)
    rest = ngettext("{n} more problem in this file.", "{n} more problems in this file.", more)
    return [*problems[:MOST_SAID], rest]


def findings_of(
    rows: Iterable[Mapping[str, object]], known: Vocabulary, places: Sequence[str] | None = None
) -> tuple[list[Finding], list[str]]:
    """
    Read rows of words as findings.

    Parameters
    ----------
    places
        Where each row stands, in words; None = rows are numbered as they come.

    Returns
    -------
    findings, problems
        One sentence for each row that cannot be read; empty rows are no problem.
    """
    felt_words = {fold(word): code for code, words in _felt_words().items() for word in (code, *words)}
    services = {fold(word): code for code, words in known.services.items() for word in (code, *words)}
    found, problems = [], []
    for number, row in enumerate(rows, start=1):
        where = places[number - 1] if places is not None else _("Row {n}", n=text.number(number))
        cells = {
            column: "" if values.is_missing(row.get(column)) else str(row[column]).strip()
            for column in COLUMNS
        }
        if not any(cells.values()):
            continue
        service, felt = services.get(fold(cells["service"])), felt_words.get(fold(cells["felt"]))
        municipality = _place(cells["municipality"], known.municipalities)
        # The longest note a table keeps, told rather than cut.
        too_long = max(len(cells[column]) for column in ("said_by", "note")) > LONGEST_NOTE
        if service is None:
            problem = _("choose the service.")
        elif felt is None:
            problem = _("say whether it falls short or is enough.")
        elif municipality is None:
            problem = _("“{name}” is no municipality of this area.", name=cells["municipality"][:40])
        elif too_long:
            problem = _("the text is longer than {most} letters; shorten it.", most=text.number(LONGEST_NOTE))
        else:
            found.append(Finding(municipality, service, felt, cells["said_by"], cells["note"]))
            continue
        problems.append(f"{where}: {problem}")
    return found, problems


def _felt_words() -> dict[Felt, tuple[str, ...]]:
    return {
        "short": in_all_languages("it falls short"),
        "enough": in_all_languages("it is enough"),
    }


def _place(word: str, municipalities: Mapping[str, str]) -> str | None:
    """
    Return the code of a municipality named by code or name.

    "" for none; None where it is not one of these.
    """
    if not word:
        return WHOLE_AREA
    if word in municipalities:
        return word
    named = [code for code, name in municipalities.items() if fold(name) == fold(word)]
    return named[0] if len(named) == 1 else None


def cells_of(
    findings: Iterable[Finding], services: Mapping[str, str], municipalities: Mapping[str, str]
) -> list[list[Value]]:
    """Return findings as cells of a sheet, in words of the reader's language."""
    felt = felt_labels()
    return [
        [
            municipalities.get(one.municipality, ""),
            services.get(one.service, one.service),
            felt[one.felt],
            one.said_by,
            one.note,
        ]
        for one in findings
    ]


def frame_of(
    findings: Sequence[Finding], services: Mapping[str, str], municipalities: Mapping[str, str]
) -> pd.DataFrame:
    """Return findings as rows that people edit."""
    import pandas as pd

    rows = cells_of(findings, services, municipalities)
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)

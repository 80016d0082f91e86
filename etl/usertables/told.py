"""What the check of a table says, as plain values: for a program that shows it, such as the dashboard."""

from __future__ import annotations

from typing import Any

from etl.usertables.cells.problems import Problem, UserTableError
from etl.usertables.cells.schema import layout
from etl.usertables.inputs import UserInputs
from etl.usertables.people import likely_people
from geodata.errors import InputFileError, in_one

MOST_PROBLEMS = 2_000  # more than anybody corrects by hand; the annotated file marks them all


def problems_of(error: InputFileError, language: str) -> list[dict[str, Any]]:
    """Return the problems of a file, each with its place and what to do, in a language."""
    if isinstance(error, UserTableError):
        return [_problem(detail, language) for detail in error.details[:MOST_PROBLEMS]]
    in_words = error.in_language(language)
    text = f"{in_one(in_words.problems)} {in_words.next_step}".strip()
    return [_whole(text[:1].upper() + text[1:])]


def _problem(detail: Problem, language: str) -> dict[str, Any]:
    return {
        "sheet": detail.sheet,
        "cell": detail.cell,
        "row": detail.row,
        "where": detail.place(language),
        "value": detail.stands,
        "message": detail.message(language),
    }


def _whole(message: str) -> dict[str, Any]:
    return {"sheet": None, "cell": None, "row": None, "where": "", "value": "", "message": message}


def tables_of(found: UserInputs) -> list[dict[str, Any]]:
    """Return what was found in files that are in order."""
    return [
        {
            "sheet": part.table.sheet,
            "kind": part.table.kind,
            "rows": len(part.table.rows),
            "examples": part.table.examples,
        }
        for part in found.inputs
    ]


def cautions_of(found: UserInputs, language: str) -> list[dict[str, Any]]:
    """
    Return what is no problem, but worth a look: columns that are not read, names of persons,
    what a spreadsheet hides.
    """
    cautions: list[dict[str, Any]] = []
    for part in found.inputs:
        table = part.table
        cautions += [{"kind": "unused_column", "sheet": table.sheet, "column": name} for name in table.unused]
        cautions += [
            {
                "kind": "person",
                "sheet": table.sheet,
                "row": row,
                "column": layout(table.kind).column(column).heading[language],
            }
            for row, column in likely_people(table)
        ]
        cautions += [
            {"kind": note.kind, "sheet": note.sheet, "message": note.message(language)}
            for note in table.notes
        ]
    return cautions

"""
What is wrong with a table that somebody filled in:
which cell, why, and what to do, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from etl.usertables.cells.schema import message_texts
from geodata.errors import InputFileError

MOST_SHOWN = 40
MOST_VALUE_LENGTH = 60
NOTHING_STANDS = frozenset({"missing_value", "missing_column", "formula_unstored"})


@dataclass(frozen=True)
class Problem:
    """
    One problem of one cell, row or sheet.

    `kind` is a key of messages.yaml; `row` counts as the spreadsheet does (the first is 1), `column` from 0.
    `suggestions` are values the writer may have meant; `hint` is what else the message needs; `values`,
    `hints` and `suggestions_in` are the same by language.
    """

    kind: str
    sheet: str | None = None
    row: int | None = None
    column: int | None = None
    value: str = ""
    hint: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)
    suggestions: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    suggestions_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def cell(self) -> str | None:
        """Name of the cell as the spreadsheet shows it, for instance E41."""
        if self.row is None or self.column is None:
            return None
        return f"{column_letters(self.column)}{self.row}"

    @property
    def stands(self) -> str:
        """What stands in the cell: nothing, where something is missing."""
        return "" if self.kind in NOTHING_STANDS else self.value

    def place(self, language: str) -> str:
        """Say where: sheet and cell, or row."""
        names = message_texts()["place"]
        kind = "cell" if self.cell else "row" if self.row is not None else "sheet"
        if self.sheet is None and kind == "sheet":
            return ""
        text: str = names[kind if self.sheet is not None else f"{kind}_alone"][language]
        return text.format(sheet=self.sheet, cell=self.cell, row=self.row)

    def message(self, language: str) -> str:
        """Say what is wrong and what to do, without the place."""
        texts = message_texts()
        hint = self.hints.get(language, self.hint)
        suggestions = self.suggestions_in.get(language, self.suggestions)
        if suggestions:
            hint += texts["did_you_mean"][language].format(names=", ".join(suggestions))
        value = self.values.get(language, self.value)
        if len(value) > MOST_VALUE_LENGTH:
            value = f"{value[: MOST_VALUE_LENGTH - 1]}…"
        text: str = texts["problems"][self.kind][language]
        return text.format(value=value, hint=hint)

    def sentence(self, language: str) -> str:
        """Say place and problem."""
        position = self.place(language)
        return f"{position}: {self.message(language)}" if position else self.message(language)


class UserTableError(InputFileError):
    """
    A table that cannot be read in; nothing of it is loaded.

    `details` are all problems, `problems` and the message the first ones as sentences of `language`.
    """

    def __init__(self, file: str, details: Sequence[Problem], language: str = "en") -> None:
        self.details = tuple(details)
        self.language = language
        texts = message_texts()
        shown = [detail.sentence(language) for detail in self.details[:MOST_SHOWN]]
        if len(self.details) > MOST_SHOWN:
            shown.append(texts["more"][language].format(number=len(self.details) - MOST_SHOWN))
        super().__init__(file, shown, texts["next_step"][language])

    def in_language(self, language: str) -> UserTableError:
        """Return the same error in another language."""
        return UserTableError(self.file, self.details, language)


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0: A, B, … Z, AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

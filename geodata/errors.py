"""
Errors that a person can act on.

One base class; each error is also a built-in one, so that callers need not know this module.
A message says what is wrong, how often, the first example with its row, and the next step;
it names no path of the machine beyond the file the reader gave.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from geodata.said import Said, in_language


class DosahError(Exception):
    """Base of every error that Dosah raises on purpose."""

    def said_in(self, language: str) -> str:
        """Return the message in a language, where it can be said in it (`geodata.said`); else in English."""
        sentence = in_language(self.args[0], language) if self.args else ""
        return sentence if isinstance(sentence, str) and isinstance(self.args[0], Said) else str(self)


def in_one(problems: Sequence[str]) -> str:
    """
    Join problems to one text that ends with a full stop, or with the question mark of its last one.

    A question ends itself, so what follows it begins anew: no "?;" and no "?.".
    """
    text = ""
    for problem in problems:
        said = problem.rstrip().rstrip(".")
        if text.endswith(("?", "!")):
            text += f" {said[:1].upper()}{said[1:]}"
        else:
            text += f"; {said}" if text else said
    return text if text.endswith(("?", "!")) else f"{text}."


class InputFileError(DosahError, ValueError):
    """
    A file that cannot be used: wrong encoding, missing column, unknown code, broken geometry, empty.

    Parameters
    ----------
    file
        Name of the file as the reader knows it.
    problems
        Every problem found, one sentence each, the most important first.
    next_step
        What the reader can do.
    """

    def __init__(self, file: str, problems: Sequence[str], next_step: str) -> None:
        self.file = file
        self.problems = tuple(problems)
        self.next_step = next_step
        super().__init__(f"{file}: {in_one(self.problems)} {next_step}")

    def said_in(self, language: str) -> str:
        """Return the message in a language."""
        return str(self.in_language(language))

    def in_language(self, language: str) -> InputFileError:
        """
        Return the same error, with every sentence said in a language
        that can be said in it (`geodata.said`).
        """
        problems = [str(in_language(problem, language)) for problem in self.problems]
        return InputFileError(
            str(in_language(self.file, language)), problems, str(in_language(self.next_step, language))
        )


class TableError(DosahError, ValueError):
    """A table that does not keep to its description in `geodata.dataset.fields`."""


class UnknownCodeError(DosahError, KeyError):
    """A code that no code list, area or dataset knows."""

    def __str__(self) -> str:
        """Return the sentence itself: KeyError would show it in quotes."""
        return str(self.args[0]) if self.args else ""


class ParameterError(DosahError, ValueError):
    """A parameter outside what it may be; the message names it."""


class ReachShapeError(DosahError, ValueError):
    """Reach weights that do not fit the tables of demand and supply."""


class DatasetError(DosahError, ValueError):
    """
    A published dataset that is missing a table, broken, or of another schema version.

    `reason` says what a person has to do about it: the path names a "folder", the file is "empty",
    of another "version" of the program, "in_use" by a program that keeps changes beside it,
    or "damaged" in any other way.
    """

    def __init__(
        self,
        message: str = "",
        reason: Literal["folder", "empty", "version", "in_use", "damaged"] = "damaged",
    ) -> None:
        super().__init__(message)
        self.reason = reason


class DatasetMissingError(DosahError, FileNotFoundError):
    """There is no published dataset where one was looked for."""


class NoAreaError(DatasetError):
    """A dataset without any planning area, where a question needs one."""


class PublishError(DosahError, RuntimeError):
    """A dataset that may not be published; the last good one stays."""

"""
What can be wrong with a file as a whole, in three languages: one mechanism for every reader of files.

A room has a YAML file here: `problems` (kind → cs, pl, en, and `next`) and `next_steps` (name → cs, pl, en).
A reader raises `WordedFileError(file, FileProblem(kind, …), room=…)`;
whoever shows it asks for `error.in_language(language)`. Sentences need no plural forms: "rows: 3".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from geodata.errors import InputFileError

MOST_SHOWN = 200
"""Characters of a value that a stranger's file gave."""


@dataclass(frozen=True)
class FileProblem:
    """One problem: a kind of the room's YAML file and what stands in its sentence."""

    kind: str
    values: Mapping[str, object] = field(default_factory=dict)


@cache
def texts(room: str) -> Mapping[str, Any]:
    """Return the sentences of a room."""
    content: Mapping[str, Any] = yaml.safe_load(
        files(__name__).joinpath(f"{room}.yaml").read_text(encoding="utf-8")
    )
    return MappingProxyType(dict(content))


class WordedFileError(InputFileError):
    """
    A file that cannot be used, said in the reader's language.

    Parameters
    ----------
    file
        Name of the file as the reader knows it.
    told
        One problem or all of them, the most important first.
    room
        Whose sentences: `files` (every kind of file, workbooks), `travel` or `finer`.
    language
        Of `problems`, `next_step` and the message itself.
    """

    def __init__(
        self,
        file: str,
        told: FileProblem | Sequence[FileProblem],
        *,
        room: str = "files",
        language: str = "en",
    ) -> None:
        self.told = (told,) if isinstance(told, FileProblem) else tuple(told)
        self.room, self.language = room, language
        known = texts(room)
        entries = [known["problems"][problem.kind] for problem in self.told]
        steps = dict.fromkeys(entry["next"] for entry in entries)
        super().__init__(
            file,
            [
                _filled(entry[language], problem.values)
                for entry, problem in zip(entries, self.told, strict=True)
            ],
            " ".join(known["next_steps"][step][language] for step in steps),
        )

    @property
    def kind(self) -> str:
        """Kind of the most important problem."""
        return self.told[0].kind

    def in_language(self, language: str) -> WordedFileError:
        """Return the same error in another language."""
        return WordedFileError(self.file, self.told, room=self.room, language=language)


def _filled(sentence: str, values: Mapping[str, object]) -> str:
    shown = {
        name: text if len(text := str(value)) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"
        for name, value in values.items()
    }
    return sentence.format(**shown)

"""
Sentences that can be said in Czech, Polish and English: what is wrong with a file,
for people who did not make this program.

A `Said` is the English sentence, so that it goes wherever a text goes; `in_language` says it in another.
What fills its braces may be `Said` itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final, Self

LANGUAGES: Final = ("cs", "pl", "en")


class Said(str):
    """
    A sentence in English that knows how it is said in other languages.

    Parameters
    ----------
    texts
        The sentence by language, with `{name}` for what fills it.
    values
        What fills it; never parsed, translated only where it is `Said`.
    """

    __slots__ = ("_texts", "_values")
    _texts: Mapping[str, str]
    _values: Mapping[str, object]

    def __new__(cls, texts: Mapping[str, str], values: Mapping[str, object]) -> Self:
        """Say it in English."""
        made = super().__new__(cls, texts["en"].format(**values))
        made._texts, made._values = texts, values
        return made

    def in_language(self, language: str) -> str:
        """
        Say it in "cs", "pl" or "en";
        a language that is none of them is refused elsewhere, here it stays English.
        """
        values = {name: in_language(value, language) for name, value in self._values.items()}
        return self._texts.get(language, self._texts["en"]).format(**values)

    def __reduce__(self) -> tuple[type[Said], tuple[Mapping[str, str], Mapping[str, object]]]:
        return Said, (self._texts, self._values)


def in_language(value: object, language: str) -> object:
    """Say what can be said in a language; everything else stays as it is."""
    return value.in_language(language) if isinstance(value, Said) else value


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """Return every sentence by "section.name", each by language."""
    import yaml

    written = resources.files("geodata").joinpath("sentences.yaml").read_text(encoding="utf-8")
    sections: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml.safe_load(written)
    return {
        f"{section}.{name}": texts for section, named in sections.items() for name, texts in named.items()
    }


def say(name: str, /, **values: Any) -> Said:
    """Return a sentence of sentences.yaml, for instance `say("hsds.no_json", reason="…")`."""
    return Said(sentences()[name], values)


def near_hint(names: Sequence[str]) -> Said:
    """Return "; did you mean …?" for the end of a sentence; empty where there are no names."""
    return say("hint.near", names=", ".join(names)) if names else as_it_is("")


def and_more(names: str, number: int) -> Said | str:
    """Return names with how many more there are."""
    return say("hint.and_more", names=names, number=number) if number > 0 else names


def by_language(texts: Mapping[str, str]) -> Said:
    """Return what was said elsewhere in every language."""
    return Said({language: f"{{{language}}}" for language in LANGUAGES}, texts)


def as_it_is(text: str) -> Said:
    """Return a text that is the same in every language."""
    return Said(dict.fromkeys(LANGUAGES, "{text}"), {"text": text})


def together(parts: Sequence[Said]) -> Said:
    """Return several as one, divided by commas."""
    names = [f"part{number}" for number in range(len(parts))]
    written = ", ".join(f"{{{name}}}" for name in names)
    return Said(dict.fromkeys(LANGUAGES, written), dict(zip(names, parts, strict=True)))

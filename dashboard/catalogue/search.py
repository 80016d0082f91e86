"""
Search that forgives: accents, capitals, order of words, endings of Czech and Polish, a typing error.

Pure functions on texts, independent of any page. A query's word is found in a text where it begins a word of
it (best), stands inside one, or is like one (one error in short words, more in long ones).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.sorting import fold

# Words shorter than this must be typed right: "MAS" is like too many others.
_SHORTEST_FORGIVEN: Final = 5
_SHORTEST_PART: Final = 4
_LIKENESS: Final = 76.0
_PART_OF_WORD: Final = 70.0
# Words that say nothing by themselves: a search for "péče v Ostravici" must not ask for "v".
_STOP_WORDS: Final = frozenset(
    [
        "a",
        "i",
        "o",
        "u",
        "v",
        "z",
        "k",
        "s",
        "na",
        "do",
        "pro",
        "ze",
        "ve",
        "se",
        "nad",
        "pod",
        "od",
        "w",
        "dla",
        "the",
        "of",
        "in",
        "for",
        "and",
        "or",
    ]
)
_WORD: Final = re.compile(r"[^\W_]+")


def words_of(raw: str) -> tuple[str, ...]:
    """Return the words of a text, folded (no accents, small letters)."""
    return tuple(_WORD.findall(fold(raw)))


@dataclass(frozen=True)
class Field:
    """A text to be searched and how much a hit in it weighs."""

    words: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Index:
    """What can be found: for every key its fields."""

    fields: Mapping[str, tuple[Field, ...]]


def index(texts: Mapping[str, Sequence[tuple[str | None, float]]]) -> Index:
    """
    Prepare texts for searching.

    Parameters
    ----------
    texts
        For every key pairs of a text (None = nothing known) and its weight.
    """
    return Index(
        {
            key: tuple(Field(words_of(raw), weight) for raw, weight in parts if isinstance(raw, str) and raw)
            for key, parts in texts.items()
        }
    )


def search(query: str, where: Index) -> list[str]:
    """
    Return the keys that answer the query, the best first; all of them, in their own order,
    for an empty query.

    Every word of the query must be found somewhere in the fields of a key.
    """
    wanted = query_words(query)
    if not wanted:
        return list(where.fields)
    # A word stands in many fields and is compared once.
    known: dict[tuple[str, str], float] = {}
    scores = {key: _score(wanted, fields, known) for key, fields in where.fields.items()}
    found = [key for key, score in scores.items() if score > 0]
    # Stable: equals keep the order of the index.
    return sorted(found, key=lambda key: -scores[key])


def query_words(query: str) -> tuple[str, ...]:
    """Return the words of a query that count; where there are only small words, these."""
    words = words_of(query[:200])
    return tuple(word for word in words if word not in _STOP_WORDS) or words


def _score(wanted: Sequence[str], fields: Sequence[Field], known: dict[tuple[str, str], float]) -> float:
    total = 0.0
    for word in wanted:
        best = 0.0
        for field in fields:
            for other in field.words:
                pair = (word, other)
                likeness = known.get(pair)
                if likeness is None:
                    likeness = known[pair] = likeness_of(word, other)
                best = max(best, field.weight * likeness)
        if best <= 0:
            return 0.0
        total += best
    return total / len(wanted)


def likeness_of(word: str, other: str) -> float:
    """
    Return how well a typed word is found in another: 100 where it is the same,
    0 where it is another word.
    """
    from rapidfuzz import fuzz
    from rapidfuzz.distance import OSA

    if other == word:
        return 100.0
    if other.startswith(word):
        return 95.0
    if len(word) >= _SHORTEST_PART and word in other:
        return _PART_OF_WORD
    if len(word) < _SHORTEST_FORGIVEN:
        return 0.0
    # As many letters of the other as were typed: somebody who stops in the middle may err before it.
    beginning = other[: len(word)] if len(other) > len(word) else other
    allowed = 1 if len(word) < 8 else 2
    errors = OSA.distance(word, beginning, score_cutoff=allowed)
    if errors <= allowed:
        return 88.0 - 8.0 * errors
    is_alike = word[0] == other[0] and fuzz.ratio(word, other, score_cutoff=_LIKENESS) > 0
    return 60.0 if is_alike else 0.0

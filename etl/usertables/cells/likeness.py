"""What a writer may have meant: the names most like a misspelt one."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import fuzz, process

from geodata.vocabulary.identifiers import fold

MOST_SUGGESTIONS = 4
LIKENESS = 62.0


def nearest(
    text: str, names: Mapping[str, str], most: int = MOST_SUGGESTIONS, likeness: float = LIKENESS
) -> tuple[str, ...]:
    """
    Return what a writer may have meant, the likeliest first.

    Parameters
    ----------
    text
        As written.
    names
        What could be meant: answer → name to compare with.
    most
        Number of suggestions.
    likeness
        Smallest likeness, 0 to 100 (rapidfuzz WRatio of the folded texts).
    """
    folded = {answer: fold(name) for answer, name in names.items()}
    found = process.extract(fold(text), folded, scorer=fuzz.WRatio, limit=most, score_cutoff=likeness)
    return tuple(answer for _, _, answer in found)

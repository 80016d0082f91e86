"""Words in the order of a language, and folded ones for comparing."""

from __future__ import annotations

import functools
import unicodedata
from typing import Final

from dashboard.text import current
from geodata.reading.values import is_missing

# Letters that stand after their plain letter instead of beside it, per language; "ch" follows h in Czech.
_OWN_LETTERS: Final = {
    "cs": {"č": "c", "ř": "r", "š": "s", "ž": "z"},
    "pl": {"ą": "a", "ć": "c", "ę": "e", "ł": "l", "ń": "n", "ó": "o", "ś": "s", "ź": "z", "ż": "z"},
    "en": {},
}


_UNDECOMPOSED: Final = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "ß": "ss", "æ": "ae", "Æ": "AE"}
)


def sort_key(word: str | None) -> tuple[tuple[float, ...], str, str]:
    """
    Return a key that sorts words as a dictionary of the current language does.

    First by letters (Czech: č after c, ch after h; Polish: ł after l, ż after ź), then by accents, then small
    before capital; what is missing comes last. A space comes before every letter, digits before letters.
    """
    if word is None or is_missing(word):
        return (float("inf"),), "", ""
    return _sort_key(current(), word)


@functools.lru_cache(maxsize=20_000)
def _sort_key(language: str, word: str) -> tuple[tuple[float, ...], str, str]:
    folded = unicodedata.normalize("NFC", word).casefold()
    own = _OWN_LETTERS[language]
    ranks: list[float] = []
    position = 0
    while position < len(folded):
        letter = folded[position]
        if language == "cs" and folded.startswith("ch", position):
            ranks.append(ord("h") + 0.5)
            position += 2
            continue
        position += 1
        if letter in own:
            # Two letters may follow one (z, ź, ż): their order in the table is their order in the alphabet.
            siblings = [key for key, base in own.items() if base == own[letter]]
            ranks.append(ord(own[letter]) + 0.2 * (siblings.index(letter) + 1))
        else:
            ranks.extend(float(ord(plain)) for plain in fold(letter))
    return tuple(ranks), folded, word.swapcase()


def fold(word: str) -> str:
    """Return the word without accents and in small letters, as somebody types it in a hurry."""
    decomposed = unicodedata.normalize("NFKD", word.translate(_UNDECOMPOSED))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()

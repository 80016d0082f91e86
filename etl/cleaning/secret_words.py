"""
Words that tell where a protected service is: of its address and its house, found in any case and glued to
others.

They are in memory while a dataset is built, for `etl.cleaning.protect` to look for,
and are never written anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache

from geodata.vocabulary.codes import codelist
from geodata.vocabulary.identifiers import GENERIC_WORDS, fold

STEM_FROM = 5
SHORTEST_STEM = 4
CUT = 2
# Words of addresses and offices that say nothing of where: "ulice", "náměstí", "nad", "magistrát".
WORDS_OF_ADDRESSES = frozenset(
    {
        *(
            "ulice",
            "ul",
            "namesti",
            "nam",
            "trida",
            "tr",
            "nabrezi",
            "nabr",
            "cesta",
            "aleje",
            "alej",
            "sidliste",
            "cp",
            "ev",
        ),
        *(
            "nad",
            "pod",
            "pri",
            "na",
            "ve",
            "do",
            "za",
            "od",
            "mesto",
            "mestys",
            "obec",
            "statutarni",
            "magistrat",
            "urad",
        ),
        *("kraj", "okres", "gmina", "miasto", "powiat", "osiedle", "os", "plac", "aleja"),
    }
)
SCHEME = re.compile(r"^(?P<scheme>https?://)(?P<host>[^/?#]*)", re.IGNORECASE)


@dataclass
class Secrets:
    """
    What must not be told of one protected service.

    `places` are texts of its address (municipality, part, street, postal code), `names` names of the
    facility; `provider` is the name of
    its provider, which everybody may know: a domain called after the provider tells no more than that.
    """

    places: set[str | None] = field(default_factory=set, repr=False)
    names: set[str | None] = field(default_factory=set, repr=False)
    provider: str | None = None

    def add(self, places: Iterable[str | None] = (), names: Iterable[str | None] = ()) -> None:
        """Add texts; unknown ones are left out."""
        self.places |= {part for part in places if part}
        self.names |= {part for part in names if part}

    @property
    def words(self) -> frozenset[str]:
        """Folded words that tell the place."""
        return self.place_words | self._names

    @property
    def place_words(self) -> frozenset[str]:
        """Folded words of the address."""
        return words_in(self.places, WORDS_OF_ADDRESSES)

    @property
    def words_of_hosts(self) -> frozenset[str]:
        """
        Folded words that must not stand in a domain.

        All but those that the provider's own name says already.
        """
        return self.words - words_in([self.provider], frozenset())

    @property
    def phrases(self) -> frozenset[str]:
        """Whole folded texts, for a last look at columns that hold the words of lists."""
        texts = {fold(text) for text in (*self.places, *self.names) if text}
        plain = _plain_words()
        return frozenset(
            text for text in texts if len(text) >= SHORTEST_STEM and not plain.issuperset(text.split())
        )

    @property
    def _names(self) -> frozenset[str]:
        known = {stem(word) for word in _plain_words() | words_in([self.provider], frozenset())}
        return frozenset(word for word in words_in(self.names, frozenset()) if stem(word) not in known)


@cache
def _plain_words() -> frozenset[str]:
    """
    Return words that many facilities bear in their names.

    Those of kinds of services and of whom they are for.
    """
    labels = (
        text
        for name in ("service_types", "target_groups")
        for code in codelist(name).values()
        for text in code.label.values()
    )
    return (
        frozenset(word for text in labels for word in fold(text).split()) | GENERIC_WORDS | WORDS_OF_ADDRESSES
    )


def words_in(texts: Iterable[str | None], plain: Collection[str]) -> frozenset[str]:
    """Return the telling words of texts: no numbers of houses, no `plain` ones; a postal code is one word."""
    found: set[str] = set()
    for text in filter(None, texts):
        words = fold(text).split()
        digits = "".join(words)
        found |= {digits} if digits.isdecimal() and len(digits) >= STEM_FROM else set()
        found |= {word for word in words if not word.isdecimal() and len(word) > 1 and word not in plain}
    return frozenset(found)


def stem(word: str) -> str:
    """Return the part of a word that its cases share: "Ostrava", "Ostravy", "ostravský" → "ostrav"."""
    if word.isdecimal() or len(word) < STEM_FROM:
        return word
    return word[: max(SHORTEST_STEM, len(word) - CUT)]


def tells(text: str, words: Collection[str]) -> bool:
    """
    Tell whether a text names one of the words, in another case of it or glued to others ("dum.hlavni",
    "azylostrava").

    Parameters
    ----------
    text
        As found.
    words
        Folded words. Those of less than four letters count as whole words only.
    """
    folded = fold(re.sub(r"[\W_]+", " ", text))
    parts, glued = set(folded.split()), folded.replace(" ", "")
    return any(word in parts if len(word) < SHORTEST_STEM else stem(word) in glued for word in words)


def safe_web(address: str | None, secrets: Secrets) -> str | None:
    """
    Return the host of a web address, None where the host itself tells a place.

    Pages of one shelter are called after its street.
    """
    match = SCHEME.match(address or "")
    if match is None:
        return None
    host = match["host"].rpartition("@")[2]
    return None if tells(host, secrets.words_of_hosts) else f"{match['scheme'].lower()}{host}"


def safe_email(address: str | None, secrets: Secrets) -> str | None:
    """Return an e-mail address, None where either side of its @ tells a place."""
    if not address:
        return None
    local, _, host = address.rpartition("@")
    return None if tells(local, secrets.words) or tells(host, secrets.words_of_hosts) else address

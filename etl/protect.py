"""
Protected addresses: shelters, intervention centres, Polish support centres for victims of violence, and whatever is marked secret.

Such a service keeps its kind, provider and district; whatever tells its place more finely is taken out here: its row and its sites when
they are made, every other text that anybody wrote about it (contacts, capacities, corrections, networks) by `redact`, before anything
is published. The words that tell a place are kept in memory for that, and nowhere else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd

from geodata import fields
from geodata.codes import codelist, label
from geodata.errors import PublishError
from geodata.identifiers import GENERIC_WORDS, fold
from geodata.tables import conform

LANGUAGE_OF_COUNTRY = {"CZ": "cs", "PL": "pl"}
SERVICE_COLUMNS = ("note", "served_area_text", "source_url")
SITE_COLUMNS = (
    "name",
    "municipality_code",
    "municipality_name",
    "municipality_part",
    "street_address",
    "postal_code",
    "address_point_code",
    "latitude",
    "longitude",
)
# Words of the official lists and identifiers; the provider is public, and its seat is not the shelter.
NEVER_A_PLACE = frozenset({"provider_id", "phone", "origin_id", "registration_id", "service_id", "site_id"})
HIDDEN = {
    "office": "úřad se u chráněné adresy nezveřejňuje",
    "network_name": "název sítě se u chráněné adresy nezveřejňuje",
}
"""What stands for a text that a row must have, by column."""

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

    `places` are texts of its address (municipality, part, street, postal code), `names` names of the facility; `provider` is the name of
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
        return _words(self.places, WORDS_OF_ADDRESSES)

    @property
    def words_of_hosts(self) -> frozenset[str]:
        """Folded words that must not stand in a domain: all but those that the provider's own name says already."""
        return self.words - _words([self.provider], frozenset())

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
        known = {_stem(word) for word in _plain_words() | _words([self.provider], frozenset())}
        return frozenset(word for word in _words(self.names, frozenset()) if _stem(word) not in known)


@cache
def _plain_words() -> frozenset[str]:
    """Return words that many facilities bear in their names: those of kinds of services and of whom they are for."""
    labels = (
        text
        for name in ("service_types", "target_groups")
        for code in codelist(name).values()
        for text in code.label.values()
    )
    return (
        frozenset(word for text in labels for word in fold(text).split()) | GENERIC_WORDS | WORDS_OF_ADDRESSES
    )


def _words(texts: Iterable[str | None], plain: Collection[str]) -> frozenset[str]:
    """Return the telling words of texts: no numbers of houses, no `plain` ones; a postal code is one word."""
    found: set[str] = set()
    for text in filter(None, texts):
        words = fold(text).split()
        digits = "".join(words)
        found |= {digits} if digits.isdecimal() and len(digits) >= STEM_FROM else set()
        found |= {word for word in words if not word.isdecimal() and len(word) > 1 and word not in plain}
    return frozenset(found)


def _stem(word: str) -> str:
    """Return the part of a word that its cases share: "Ostrava", "Ostravy", "ostravský" → "ostrav"."""
    if word.isdecimal() or len(word) < STEM_FROM:
        return word
    return word[: max(SHORTEST_STEM, len(word) - CUT)]


def tells(text: str, words: Collection[str]) -> bool:
    """
    Tell whether a text names one of the words, in another case of it or glued to others ("dum.hlavni", "azylostrava").

    Parameters
    ----------
    text
        As found.
    words
        Folded words. Those of less than four letters count as whole words only.
    """
    folded = fold(re.sub(r"[\W_]+", " ", text))
    parts, glued = set(folded.split()), folded.replace(" ", "")
    return any(word in parts if len(word) < SHORTEST_STEM else _stem(word) in glued for word in words)


def safe_web(address: str | None, secrets: Secrets) -> str | None:
    """Return the host of a web address, None where the host itself tells a place: pages of one shelter are called after its street."""
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


def is_protected(service_type_code: str) -> bool:
    """Tell whether addresses of this kind of service are protected."""
    return bool(codelist("service_types")[service_type_code].attributes["address_protected"])


def protect_service(service: Mapping[str, Any]) -> dict[str, Any]:
    """Return the service with its kind as its name and without texts that may tell the place."""
    name = label("service_types", service["service_type_code"], LANGUAGE_OF_COUNTRY[service["country"]])
    return {**service, **dict.fromkeys(SERVICE_COLUMNS), "name": name, "served_area_state": "unknown"}


def protect_site(site: Mapping[str, Any]) -> dict[str, Any]:
    """Return the site with nothing finer than its district."""
    quality = "district" if site["district_code"] else "unknown"
    return {**site, **dict.fromkeys(SITE_COLUMNS), "is_protected": True, "location_quality": quality}


def redact(
    secrets: Mapping[str, Secrets], tables: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """
    Take out of every table what would tell where a protected service is.

    Of every service with a protected site a web address is cut to its host; a host, an e-mail, and any other text that names the place is
    left out, or replaced by words that say so where a row must have one. The name of an office or a network may name no municipality
    of the district either, whichever of them it is.

    Parameters
    ----------
    secrets
        What must not be told, by service_id; services that have none are looked at too.
    tables
        All tables; not modified.

    Returns
    -------
    tables, notes
        Sentences for the report: how many texts of which column were taken out. They repeat no text.
    """
    site = tables["site"]
    hidden = {*site.loc[site["is_protected"].astype("bool"), "service_id"], *secrets}
    hidden &= set(tables["service"]["service_id"])
    if not hidden:
        return dict(tables), []
    known = {service: secrets.get(service) or Secrets() for service in hidden}
    _name_providers(known, tables)
    around = _Surroundings(tables, hidden)
    counts: dict[str, int] = defaultdict(int)
    done = dict(tables)
    for name, frame in tables.items():
        owners = _owners(name, tables)
        if owners is None:
            continue
        rows = [(place, owner) for place, owner in enumerate(owners.tolist()) if owner in hidden]
        for column in _texts_of(name) if rows else ():
            values = frame[column].astype(object).where(frame[column].notna(), None).tolist()
            before = list(values)
            for place, owner in rows:
                kind = (
                    column
                    if name != "correction" or column == "office"
                    else str(frame["field_name"].iloc[place])
                )
                if isinstance(values[place], str):
                    values[place] = _safe(
                        values[place], column, kind, known[owner], around.words(owner, values[place])
                    )
            if values != before:
                done[name] = done[name].assign(**{column: pd.Series(values, index=frame.index, dtype=object)})
                counts[f"{name}.{column}"] += sum(
                    _is_lost(old, new) for old, new in zip(before, values, strict=True)
                )
    if "network" in done:
        done["network"] = _numbered(done["network"])
    changed = {name: conform(name, frame) for name, frame in done.items() if frame is not tables[name]}
    notes = [
        f"Texts of protected services that would have told where they are, and are not published: {number} ({what})"
        for what, number in sorted(counts.items())
        if number
    ]
    return {**done, **changed}, notes


def _texts_of(table: str) -> list[str]:
    """Return the columns in which somebody wrote something, as far as they can be left out or have words that stand for them."""
    return [
        column.name
        for column in fields.BY_NAME[table].fields
        if column.type == "text"
        and column.codelist is None
        and column.references is None
        and column.name not in NEVER_A_PLACE
        and (column.nullable or column.name in HIDDEN)
    ]


def _owners(table: str, tables: Mapping[str, pd.DataFrame]) -> pd.Series | None:
    """Return the service that each row of a table speaks of, None where the table speaks of none."""
    frame = tables[table]
    if "service_id" in frame.columns:
        return frame["service_id"].astype(object)
    if table == "correction":
        site = tables["site"]
        of_site = dict(zip(site["site_id"], site["service_id"], strict=True))
        return frame["record_id"].astype(object).map(lambda record: of_site.get(record, record))
    return None


def _safe(value: str, column: str, kind: str, secrets: Secrets, around: frozenset[str]) -> str | None:
    if kind == "web":
        return safe_web(value, secrets)
    if kind == "email":
        return safe_email(value, secrets)
    if column in HIDDEN:
        return HIDDEN[column] if tells(value, secrets.words | around) else value
    # "Rodiny s dětmi" are words of half of all names; whom a service is for may name no place.
    words = secrets.place_words if column == "target_groups_text" else secrets.words
    return None if tells(value, words) else value


def _is_lost(before: str | None, after: str | None) -> bool:
    return before != after and (after is None or after in HIDDEN.values())


class _Surroundings:
    """Words of the municipalities that a protected service may be in."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], hidden: Collection[str]) -> None:
        municipality, site = tables["municipality"], tables["site"]
        self._of_district = {
            str(code): _words(names, WORDS_OF_ADDRESSES)
            for code, names in municipality.groupby("district_code")["name"]
        }
        self._everywhere = frozenset(word for words in self._of_district.values() for word in words)
        self._regions = _words(municipality["region_name"].unique().tolist(), WORDS_OF_ADDRESSES)
        mine = site[site["service_id"].isin(list(hidden))]
        self._districts = mine.groupby("service_id")["district_code"].agg(list).to_dict()

    def words(self, service: str, text: str) -> frozenset[str]:
        """Return the words of municipalities near a service that `text` may not name; the name of a whole region is none of them."""
        codes = self._districts[service]
        near = [self._of_district.get(code) for code in codes]
        words = (
            self._everywhere if None in near else frozenset(word for part in near if part for word in part)
        )
        told = [
            token
            for token in fold(text).split()
            if not any(
                token.startswith(_stem(region)) and len(token) >= len(region) for region in self._regions
            )
        ]
        return frozenset(word for word in words if tells(" ".join(told), [word]))


def _name_providers(known: Mapping[str, Secrets], tables: Mapping[str, pd.DataFrame]) -> None:
    names = dict(zip(tables["provider"]["provider_id"], tables["provider"]["name"], strict=True))
    service = tables["service"]
    for service_id, provider in zip(service["service_id"], service["provider_id"], strict=True):
        if service_id in known:
            known[service_id].provider = names.get(provider)


def _numbered(network: pd.DataFrame) -> pd.DataFrame:
    """Tell networks apart whose names are hidden: the name is part of what identifies a row."""
    key = list(fields.BY_NAME["network"].key)
    turn = network.groupby(key, dropna=False).cumcount()
    names = [
        f"{name} ({number + 1})" if number and name == HIDDEN["network_name"] else name
        for name, number in zip(network["network_name"], turn, strict=True)
    ]
    return network.assign(network_name=names)


def check_protected(secrets: Mapping[str, Secrets], tables: Mapping[str, pd.DataFrame]) -> None:
    """
    Look for what must not be told in every row of every table that belongs to a protected service.

    Parameters
    ----------
    secrets
        By service_id: texts of places and names as found.
    tables
        All tables.

    Raises
    ------
    PublishError
        If one is found. The message names table and column, never the secret.
    """
    for name, frame in tables.items():
        owners = _owners(name, tables)
        if owners is None or not owners.isin(list(secrets)).any():
            continue
        columns = {*_texts_of(name), "name"} & {str(column) for column in frame.columns}
        for column in sorted(columns):
            for owner, value in zip(owners, frame[column], strict=True):
                if owner in secrets and isinstance(value, str) and _is_told(value, column, secrets[owner]):
                    raise PublishError(
                        f"Table {name}, column {column} would tell where the protected service {owner} is. "
                        "Nothing was published; please report this fault of the program."
                    )


def _is_told(value: str, column: str, secrets: Secrets) -> bool:
    if column == "web":
        return safe_web(value, secrets) != value
    if column == "email":
        return safe_email(value, secrets) != value
    if column == "target_groups_text":
        return tells(value, secrets.place_words)
    folded = f" {fold(re.sub(r'[/_]', ' ', value))} "
    return any(f" {phrase} " in folded for phrase in secrets.phrases)

"""
Protected addresses: shelters, intervention centres, Polish support centres for victims of violence, and
whatever is marked secret.

Such a service keeps its kind, provider and district; whatever tells its place more finely is taken out here:
its row and its sites when
they are made, every other text that anybody wrote about it (contacts, capacities, corrections, networks) by
`redact`, before anything
is published. The words that tell a place are kept in memory for that, and nowhere else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from etl.cleaning.secret_words import WORDS_OF_ADDRESSES, Secrets, safe_email, safe_web, stem, tells, words_in
from geodata.dataset import fields
from geodata.dataset.rules import conform
from geodata.errors import PublishError
from geodata.said import say
from geodata.vocabulary.codes import codelist, label
from geodata.vocabulary.identifiers import fold

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

    Of every service with a protected site a web address is cut to its host; a host, an e-mail, and any other
    text that names the place is
    left out, or replaced by words that say so where a row must have one. The name of an office or a network
    may name no municipality
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
        rows = [(position, owner) for position, owner in enumerate(owners.tolist()) if owner in hidden]
        for column in _texts_of(name) if rows else ():
            values = frame[column].astype(object).where(frame[column].notna(), None).tolist()
            before = list(values)
            for position, owner in rows:
                kind = (
                    column
                    if name != "correction" or column == "office"
                    else str(frame["field_name"].iloc[position])
                )
                if isinstance(values[position], str):
                    values[position] = _safe(
                        values[position], column, kind, known[owner], around.words(owner, values[position])
                    )
            if values != before:
                done[name] = done[name].assign(**{column: pd.Series(values, index=frame.index, dtype=object)})
                counts[f"{name}.{column}"] += sum(
                    _is_lost(old, new) for old, new in zip(before, values, strict=True)
                )
    if "network" in done:
        done["network"] = _numbered(done["network"])
    changed = {name: conform(name, frame) for name, frame in done.items() if frame is not tables[name]}
    notes: list[str] = [
        say("build.hidden_texts", number=number, what=what)
        for what, number in sorted(counts.items())
        if number
    ]
    return {**done, **changed}, notes


def _texts_of(table: str) -> list[str]:
    """
    Return the columns in which somebody wrote something.

    As far as they can be left out or have words that stand for them.
    """
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
            str(code): words_in(names, WORDS_OF_ADDRESSES)
            for code, names in municipality.groupby("district_code")["name"]
        }
        self._everywhere = frozenset(word for words in self._of_district.values() for word in words)
        self._regions = words_in(municipality["region_name"].unique().tolist(), WORDS_OF_ADDRESSES)
        mine = site[site["service_id"].isin(list(hidden))]
        self._districts = mine.groupby("service_id")["district_code"].agg(list).to_dict()

    def words(self, service: str, text: str) -> frozenset[str]:
        """
        Return the words of municipalities near a service that `text` may not name.

        The name of a whole region is none of them.
        """
        codes = self._districts[service]
        near = [self._of_district.get(code) for code in codes]
        words = (
            self._everywhere if None in near else frozenset(word for part in near if part for word in part)
        )
        tokens = [
            token
            for token in fold(text).split()
            if not any(
                token.startswith(stem(region)) and len(token) >= len(region) for region in self._regions
            )
        ]
        return frozenset(word for word in words if tells(" ".join(tokens), [word]))


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

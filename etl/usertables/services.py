"""
Services of a filled-in table on their way into the dataset: follow-on and missing ones,
several forms to a service.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from etl.cleaning.capacity import Capacity, mark_retold
from etl.cleaning.locate import LoadedMunicipality, locate
from etl.cleaning.protect import is_protected, protect_service, protect_site
from etl.cleaning.records import Records
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.rows import Row
from etl.usertables.checks import capacity_key, country_of, own_ids, place_of, service_key
from etl.usertables.read import UserTable
from geodata.vocabulary.identifiers import clean_phone, clean_postal_code, fold, provider_id, provider_key

FOLLOW_ON = "follow-on-"
URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")
SOURCE_WORD = {"CZ": "Zdroj", "PL": "Źródło"}
REGISTRATION_WORD = {"CZ": "registrace", "PL": "numer w rejestrze"}
# Words that geodata.vocabulary.basis reads; the number stands beside them.
BASIS_WORDS = {
    ("at_one_time", "CZ"): "najednou",
    ("per_year", "CZ"): "ročně",
    ("at_one_time", "PL"): "jednocześnie",
    ("per_year", "PL"): "rocznie",
}
COMPLETED = (
    "web", "phone", "email", "age_from", "age_to", "year_of_information", "valid_from", "valid_to",
    "sites_total",
)  # fmt: skip


@dataclass
class Added:
    """
    What became of the rows of a table `services`.

    `alike` are services that resemble one already known (same provider, kind and municipality)
    without being joined to it: a person should look at them.
    """

    loaded_rows: int = 0
    merged_rows: int = 0
    service_ids: list[str] = field(default_factory=list)
    alike: list[tuple[str, str]] = field(default_factory=list)


def add_services(
    table: UserTable,
    origin_id: str,
    records: Records,
    places: NamedMunicipalities,
    located: Mapping[str, LoadedMunicipality],
) -> Added:
    """
    Add the services of a table, or complete those that are known already.

    Parameters
    ----------
    table
        A table `services` as read.
    origin_id
        Its origin.
    records
        Holds the register and the pages already; rows are added here.
    places, located
        The loaded municipalities, for countries and for points.

    Returns
    -------
    added
        A service whose registration number or identifier is known completes that service:
        what the register says stays.
    """
    known = _known(records)
    alike, providers = _index_of_alike(records), _Providers(records)
    added, hidden = Added(), records.hidden
    by_key: dict[str, list[Row]] = {}
    for row in table.rows:
        by_key.setdefault(service_key(row) or f"row {row['row_number']}", []).append(row)
    for key, rows in by_key.items():
        first = rows[0]
        named = (first["registration_id"], first["record_id"])
        service = next((known[name] for name in named if name and name in known), None)
        if service is not None:
            _complete(
                service,
                rows,
                origin_id,
                records=records,
                located=located,
                by_number=first["registration_id"] in known,
                is_hidden=service["service_id"] in hidden,
            )
            added.merged_rows += len(rows)
            continue
        country = country_of(first, places) or "CZ"
        service_id = user_service_id(key, first["service_type"])
        _add(rows, service_id, country, origin_id, records=records, providers=providers, located=located)
        added.loaded_rows += len(rows)
        added.service_ids.append(service_id)
        resembling = alike.get(
            (fold_provider(first["provider_name"]), first["service_type"], first["municipality"])
        )
        if resembling:
            added.alike.append((service_id, resembling))
    return added


def user_service_id(key: str, service_type: str) -> str:
    """
    Return a stable identifier for a service of the office's own.

    Parameters
    ----------
    key
        The writer's own identifier, else name, provider and kind (`service_key`).
    service_type
        Where its address is protected the identifier tells nothing: the writer's own may name the place.
    """
    readable, digest = own_ids(key)
    return digest if is_protected(service_type) or "|" in key else readable


def fold_provider(name: str) -> str:
    """Return what two spellings of a provider share."""
    return provider_key(name) or fold(name)


def _known(records: Records) -> dict[str, Row]:
    """Return services by registration number and by identifier."""
    found = {service["service_id"]: service for service in records.rows["service"]}
    found |= {
        service["registration_id"]: service
        for service in records.rows["service"]
        if service["registration_id"]
    }
    return found


def _index_of_alike(records: Records) -> dict[tuple[str, str, str | None], str]:
    providers = {row["provider_id"]: fold_provider(row["name"]) for row in records.rows["provider"]}
    services = {service["service_id"]: service for service in records.rows["service"]}
    found = {}
    for site in records.rows["site"]:
        service = services[site["service_id"]]
        provider = providers.get(service["provider_id"] or "")
        if provider and site["municipality_code"]:
            found[provider, service["service_type_code"], site["municipality_code"]] = service["service_id"]
    return found


def _complete(
    service: Row,
    rows: list[Row],
    origin_id: str,
    *,
    records: Records,
    located: Mapping[str, LoadedMunicipality],
    by_number: bool,
    is_hidden: bool,
) -> None:
    """Add what the known service lacks; a protected one gets nothing that may tell its place."""
    first = rows[0]
    found = {**first, "phone": clean_phone(first["phone"], service["country"])}
    for name in COMPLETED:
        if service[name] is None:
            service[name] = found[name]
    service_id = service["service_id"]
    groups = {
        row["target_group_code"]
        for row in records.rows["service_target_group"]
        if row["service_id"] == service_id
    }
    _add_groups(service_id, [code for code in _groups_of(rows) if code not in groups], records)
    # A secret address of a kind that is otherwise public is as secret.
    protected = is_protected(service["service_type_code"]) or is_hidden
    if protected:
        _keep_secret(rows, service_id, records, located)
    else:
        served = {
            row["municipality_code"] for row in records.rows["served_area"] if row["service_id"] == service_id
        }
        _add_served(service, rows, origin_id, records, known=served)
    for row in rows:
        records.add(
            "linked",
            {
                "origin_id": origin_id,
                "row_number": row["row_number"],
                # The writer's own identifier may name a protected place.
                "record_id": row["registration_id"]
                if protected
                else row["record_id"] or row["registration_id"],
                "service_id": service["service_id"],
                "rule": "exact_registration_id" if by_number else "reviewed",
            },
        )


def _add(
    rows: list[Row],
    service_id: str,
    country: str,
    origin_id: str,
    *,
    records: Records,
    providers: _Providers,
    located: Mapping[str, LoadedMunicipality],
) -> None:
    first = rows[0]
    protected = is_protected(first["service_type"])
    service: dict[str, Any] = {
        "service_id": service_id,
        "provider_id": providers.id_of(first, country, origin_id),
        "country": country,
        "name": first["service_name"],
        "service_type_code": first["service_type"],
        "status": first["status"] or "existing",
        "evidence": "user_table",
        "is_follow_on": first["service_type"].startswith(FOLLOW_ON),
        "served_area_state": "unknown",
        **{name: first[name] for name in COMPLETED},
        "phone": clean_phone(first["phone"], country),
        "note": _note(rows, country),
        "source_url": " ".join(dict.fromkeys(url for row in rows for url in URL.findall(row["source"])))
        or None,
        "origin_id": origin_id,
    }
    row = records.add("service", protect_service(service) if protected else service)
    if not protected:
        _add_served(row, rows, origin_id, records, known=set())
    _add_groups(service_id, _groups_of(rows), records)
    kind = "planned" if service["status"] == "planned" else "stated"
    records.add_capacities(service_id, _capacities(rows, country), kind, origin_id)
    sites = {place_of(part): part for part in rows}
    # A row that only adds a form names no place of its own.
    sites_of_rows = [part for key, part in sites.items() if any(key)] or [first]
    for number, part in enumerate(sites_of_rows, start=1):
        _add_site(part, f"{service_id}-s{number}", service, records=records, located=located)
    if protected:
        _keep_secret(rows, service_id, records, located)


def _keep_secret(
    rows: list[Row], service_id: str, records: Records, located: Mapping[str, LoadedMunicipality]
) -> None:
    """Remember what rows of a protected service tell of its place, so that no other text may."""
    names = {located[row["municipality"]].name for row in rows if row["municipality"] in located}
    streets = {row[name] for row in rows for name in ("street_address", "postal_code")}
    records.secrets[service_id].add({*names, *streets}, [row["service_name"] for row in rows])


class _Providers:
    """Providers that are known already, by identifier and by what two spellings of a name share."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._ids: set[str] = set()
        self._by_name: dict[tuple[str, str], set[str]] = {}
        for provider in records.rows["provider"]:
            self._index(provider)

    def _index(self, provider: Row) -> None:
        self._ids.add(provider["provider_id"])
        key = (provider["country"], fold_provider(provider["name"]))
        self._by_name.setdefault(key, set()).add(provider["provider_id"])

    def id_of(self, row: Row, country: str, origin_id: str) -> str:
        """Return the provider of a row; a new one is added."""
        name, ico = row["provider_name"], row["provider_ico"]
        identifier = provider_id(name, ico, country)
        same = self._by_name.get((country, fold_provider(name)), set())
        # A name that two organisations share tells neither.
        if ico is None and len(same) == 1:
            identifier = next(iter(same))
        if identifier not in self._ids:
            provider = {
                "provider_id": identifier,
                "country": country,
                "name": name,
                "provider_id_ico": ico,
                "origin_id": origin_id,
            }
            self._index(self._records.add("provider", provider))
        return identifier


def _groups_of(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(code for row in rows for code in row["target_groups"] or ()))


def _note(rows: Sequence[Row], country: str) -> str | None:
    """
    Return the notes of all rows with the sources in words and a registration number
    that the loaded register does not hold.
    """
    parts = list(dict.fromkeys(row["note"] for row in rows if row["note"]))
    if rows[0]["registration_id"]:
        parts.append(f"{REGISTRATION_WORD[country]} {rows[0]['registration_id']}")
    words = dict.fromkeys(URL.sub("", row["source"]).strip(" ,;()") for row in rows)
    if source_words := ", ".join(word for word in words if word):
        parts.append(f"{SOURCE_WORD[country]}: {source_words}")
    return "; ".join(parts) or None


def _capacities(rows: list[Row], country: str) -> list[Capacity]:
    found: dict[tuple[str, str], Capacity] = {}
    bases = {capacity_key(row): row["basis"] for row in rows if row["basis"]}
    for row in rows:
        form, unit = row["form"] or "unknown", row["unit"] or "unknown"
        text = None
        if row["capacity"] is not None:
            word = BASIS_WORDS.get((bases.get(capacity_key(row), ""), country), "")
            text = f"{row['capacity']:g} {word}".strip()
        held = found.get((form, unit))
        # Rows that differ by their site tell the same capacity: it belongs to the service
        # (`checks` refuses two numbers).
        if held is None or held.number is None:
            found[form, unit] = Capacity(form, unit, row["capacity"], text)
    kept = list(found.values())
    if len(kept) > 1:
        kept = [part for part in kept if (part.form, part.unit) != ("unknown", "unknown")] or kept[:1]
    return mark_retold(kept)


def _add_site(
    row: Row,
    site_id: str,
    service: Mapping[str, Any],
    *,
    records: Records,
    located: Mapping[str, LoadedMunicipality],
) -> None:
    site = locate(
        {
            "site_id": site_id,
            "service_id": service["service_id"],
            "name": None,
            "country": service["country"],
            "is_protected": False,
            "municipality_code": row["municipality"],
            "municipality_name": None,
            "municipality_part": None,
            "district_code": row["district"],
            "street_address": row["street_address"],
            "postal_code": clean_postal_code(row["postal_code"], service["country"]),
            "address_point_code": None,
            "latitude": None,
            "longitude": None,
            "origin_id": service["origin_id"],
        },
        located,
        {},
    )
    records.add("site", protect_site(site) if is_protected(row["service_type"]) else site)


def _add_groups(service_id: str, groups: Sequence[str], records: Records) -> None:
    for code in groups:
        records.add(
            "service_target_group",
            {"service_id": service_id, "target_group_code": code, "is_inferred": False},
        )


def _add_served(
    service: Row, rows: list[Row], origin_id: str, records: Records, *, known: Collection[str]
) -> None:
    codes = dict.fromkeys(code for row in rows for code in row["served_area"] or ())
    for code in codes:
        if code not in known:
            records.add(
                "served_area",
                {"service_id": service["service_id"], "municipality_code": code, "origin_id": origin_id},
            )
    if codes:
        service["served_area_state"] = "declared"

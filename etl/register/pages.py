"""Rows of public pages: joined to a registration where they describe one, else services of their own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import pandas as pd
import yaml

from etl.cleaning.capacity import FORMS, parse_page
from etl.cleaning.link import Link, PageService, Registration, link_pages
from etl.cleaning.locate import LoadedMunicipality, locate
from etl.cleaning.protect import is_protected, protect_service, protect_site
from etl.cleaning.records import Records, Row, rows_of
from etl.cleaning.served import Gazetteer, resolve
from etl.snapshot.public_page import ORIGIN_ID
from geodata.vocabulary.codes import infer_target_groups, label
from geodata.vocabulary.identifiers import (
    clean_email,
    clean_ico,
    clean_phone,
    clean_postal_code,
    clean_web,
    fold,
    provider_id,
    provider_key,
)

REGON = re.compile(r"REGON (\d{9}(?:\d{5})?)")
FOLLOW_ON = "follow-on-"
ADDED_TEXTS = ("target_groups_text", "note", "source_url", "served_area_text")
ADDED_WHERE_LACKING = ("web", "phone", "email", "age_from", "age_to", "year_of_information")
SEPARATORS = {"source_url": " ", "target_groups_text": ";", "served_area_text": ";", "note": "; "}


@dataclass(frozen=True)
class PageResult:
    """
    Decisions by page_row, and served areas that stayed words (page_row, text;
    protected services left out).
    """

    links: Mapping[str, Link]
    described: tuple[tuple[str, str], ...]


@cache
def capacity_unknown() -> Mapping[str, str]:
    """Return rows whose number is no capacity after all, with the reason."""
    text = files("etl.register").joinpath("pages.yaml").read_text(encoding="utf-8")
    return MappingProxyType(yaml.safe_load(text)["capacity_unknown"])


def registrations_of(records: Records) -> list[Registration]:
    """Return what pages are compared with, one for each registered service."""
    municipalities: dict[str, set[str]] = defaultdict(set)
    forms: dict[str, set[str]] = defaultdict(set)
    for site in records.rows["site"]:
        if site["municipality_code"]:
            municipalities[site["service_id"]].add(site["municipality_code"])
    for capacity in records.rows["capacity"]:
        if capacity["form"] in FORMS:
            forms[capacity["service_id"]].add(capacity["form"])
    providers = {row["provider_id"]: row for row in records.rows["provider"]}
    return [
        Registration(
            service["registration_id"],
            service["service_type_code"],
            providers.get(service["provider_id"], {}).get("name"),
            providers.get(service["provider_id"], {}).get("provider_id_ico"),
            frozenset(municipalities[service["service_id"]]),
            frozenset(forms[service["service_id"]]),
        )
        for service in records.rows["service"]
        if service["registration_id"]
    ]


def forms_of(row: Row) -> list[str]:
    """Return the forms a page names, each once, in the order of the list."""
    named = (row["forms"] or "").split(";")
    return [form for form in FORMS if form in named]


def load_pages(
    table: pd.DataFrame, records: Records, places: Mapping[str, LoadedMunicipality], names: Gazetteer
) -> PageResult:
    """
    Turn pages into records.

    Parameters
    ----------
    table
        As `etl.snapshot.public_page.read` gives it.
    records
        Holds the register already; rows are added and registered services completed here.
    places, names
        For locating sites and resolving served areas.
    """
    rows = rows_of(table)
    registrations = registrations_of(records)
    links = link_pages([_compared(row) for row in rows if row["country"] == "CZ"], registrations)
    services = {service["registration_id"]: service for service in records.rows["service"]}
    known = _provider_index(records)
    secret = records.hidden
    described: list[tuple[str, str]] = []
    for row in rows:
        if not row["service_name"] and not row["provider_name"]:
            records.add(
                "rejected",
                {
                    "origin_id": ORIGIN_ID,
                    "row_number": row["row_number"],
                    "record_id": row["page_row"],
                    "reason": "missing_name",
                },
            )
            continue
        link = links.get(row["page_row"], Link(None))
        protected = is_protected(row["service_type_code"])
        if link.registration_id is not None:
            service = services[link.registration_id]
            # A secret address of a kind that is otherwise public: a page may tell the place.
            protected = protected or service["service_id"] in secret
            if protected:
                records.secrets[service["service_id"]].add(
                    (row["municipality_name"], row["street_address"], row["postal_code"]),
                    [row["service_name"]],
                )
            added = {**row, **dict.fromkeys(link.leave_out)}
            if not protected:
                _complete(service, added)
            _add_link(row, link, service["service_id"], records, protected=protected)
        else:
            service = _add_service(row, records, known, places, protected=protected)
            added = row
        _add_target_groups(service["service_id"], added["target_groups_text"], records)
        if not protected:
            unresolved = _add_served_area(service, added, records, places, names)
            described += [(row["page_row"], unresolved)] if unresolved else []
    return PageResult(links, tuple(described))


def _compared(row: Row) -> PageService:
    return PageService(
        row["page_row"],
        row["row_number"],
        row["service_type_code"],
        row["provider_name"],
        clean_ico(row["provider_id_text"]),
        row["municipality_code"],
        frozenset(forms_of(row)),
        row["note"],
    )


def _provider_index(records: Records) -> dict[tuple[str, str], str]:
    """Return provider_id by (country, key of the name); a name that two organisations share is left out."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for provider in records.rows["provider"]:
        key = provider_key(provider["name"])
        if key is not None:
            found[provider["country"], key].add(provider["provider_id"])
    return {key: ids.pop() for key, ids in found.items() if len(ids) == 1}


def _provider_of(row: Row, records: Records, known: dict[tuple[str, str], str]) -> str | None:
    """
    Return the provider of a page's service; a new one is added, the register's own is used
    where it is the same.
    """
    name, country = row["provider_name"], row["country"]
    if not name:
        return None
    ico = clean_ico(row["provider_id_text"]) if country == "CZ" else None
    regon = REGON.search(row["provider_id_text"] or "")
    key = (country, provider_key(name) or fold(name))
    identifier = provider_id(name, ico, country, regon.group(1) if regon else None)
    if not ico and not regon:
        identifier = known.get(key, identifier)
    if all(provider["provider_id"] != identifier for provider in records.rows["provider"]):
        records.add(
            "provider",
            {
                "provider_id": identifier,
                "country": country,
                "name": name,
                "provider_id_ico": ico,
                "origin_id": ORIGIN_ID,
            },
        )
    known.setdefault(key, identifier)
    return identifier


def _contacts(row: Row) -> Row:
    return {
        "web": clean_web(row["web"]),
        "phone": clean_phone(row["phone"], row["country"]),
        "email": clean_email(row["email"]),
    }


def _complete(service: Row, row: Row) -> None:
    """Add to a registered service what the register does not say; what it says stays."""
    found = {**row, **_contacts(row)}
    for name in ADDED_WHERE_LACKING:
        if service[name] is None:
            service[name] = found[name]
    for name in ADDED_TEXTS:
        texts = list(filter(None, (service[name], found[name])))
        service[name] = SEPARATORS[name].join(dict.fromkeys(texts)) or None
    service["evidence"] = "register_and_page"


def _add_link(row: Row, link: Link, service_id: str, records: Records, *, protected: bool) -> None:
    said = " ".join(
        filter(
            None,
            (
                f"{row['capacity_number']:g}" if row["capacity_number"] is not None else None,
                row["capacity_unit_text"],
            ),
        )
    )
    detail = "; ".join(filter(None, (link.detail, f"the page says {said}" if said else None)))
    records.add(
        "linked",
        {
            "origin_id": ORIGIN_ID,
            "row_number": row["row_number"],
            "record_id": row["page_row"],
            "service_id": service_id,
            "rule": link.rule,
            "score": link.score,
            "detail": None if protected else detail or None,
        },
    )


def _add_service(
    row: Row,
    records: Records,
    known: dict[tuple[str, str], str],
    places: Mapping[str, LoadedMunicipality],
    *,
    protected: bool,
) -> Row:
    service_id = f"page-{row['page_row']}"
    kind = label("service_types", row["service_type_code"], "pl" if row["country"] == "PL" else "cs")
    service = {
        "service_id": service_id,
        "provider_id": _provider_of(row, records, known),
        "country": row["country"],
        "name": row["service_name"] or f"{kind} – {row['provider_name']}",
        "service_type_code": row["service_type_code"],
        "status": row["status"],
        "evidence": "page",
        "is_follow_on": row["service_type_code"].startswith(FOLLOW_ON),
        "target_groups_text": row["target_groups_text"],
        "age_from": row["age_from"],
        "age_to": row["age_to"],
        "served_area_text": row["served_area_text"],
        "served_area_state": "unknown",
        **_contacts(row),
        "year_of_information": row["year_of_information"],
        "note": row["note"],
        "source_url": row["source_url"],
        "origin_id": ORIGIN_ID,
    }
    added = records.add("service", protect_service(service) if protected else service)
    capacities = parse_page(
        forms_of(row),
        row["capacity_number"],
        row["capacity_unit_text"],
        is_capacity=row["page_row"] not in capacity_unknown(),
    )
    records.add_capacities(
        service_id, capacities, "planned" if row["status"] == "planned" else "stated", ORIGIN_ID
    )
    for number, street in enumerate(streets_of(row["street_address"]), start=1):
        site = locate(
            {
                "site_id": f"{service_id}-s{number}",
                "service_id": service_id,
                "name": None,
                "country": row["country"],
                "is_protected": False,
                "municipality_code": row["municipality_code"],
                "municipality_name": row["municipality_name"],
                "municipality_part": None,
                "district_code": None,
                "street_address": street,
                "postal_code": clean_postal_code(row["postal_code"], row["country"]),
                "address_point_code": None,
                "latitude": None,
                "longitude": None,
                "origin_id": ORIGIN_ID,
            },
            places,
            {},
        )
        records.add("site", protect_site(site) if protected else site)
    if protected:
        records.secrets[service_id].add(
            (row["municipality_name"], row["street_address"], row["postal_code"]), [row["service_name"]]
        )
    return added


def streets_of(text: str | None) -> Iterable[str | None]:
    """Return the addresses of a page, ";" between; one unknown where there is none."""
    return list(filter(None, (part.strip() for part in (text or "").split(";")))) or [None]


def _add_target_groups(service_id: str, text: str | None, records: Records) -> None:
    known = {
        row["target_group_code"]
        for row in records.rows["service_target_group"]
        if row["service_id"] == service_id
    }
    for code in infer_target_groups(text):
        if code not in known:
            records.add(
                "service_target_group",
                {"service_id": service_id, "target_group_code": code, "is_inferred": True},
            )


def _add_served_area(
    service: Row, row: Row, records: Records, places: Mapping[str, LoadedMunicipality], names: Gazetteer
) -> str | None:
    """Add the municipalities a page lists; return the text where it is no list."""
    text = row["served_area_text"]
    if not text:
        return None
    municipality = places.get(row["municipality_code"] or "")
    codes = resolve(text, row["country"], municipality.district_code if municipality else None, names)
    if codes is None:
        if service["served_area_state"] != "declared":
            service["served_area_state"] = "described"
        return str(text)
    service["served_area_state"] = "declared"
    known = {
        served["municipality_code"]
        for served in records.rows["served_area"]
        if served["service_id"] == service["service_id"]
    }
    for code in codes:
        if code not in known:
            records.add(
                "served_area",
                {"service_id": service["service_id"], "municipality_code": code, "origin_id": ORIGIN_ID},
            )
    return None

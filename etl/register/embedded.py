"""The register's rows as services, sites and capacities: one service per registration, one site per row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from etl.cleaning.capacity import Capacity, parse_register
from etl.cleaning.locate import LoadedMunicipality, locate
from etl.cleaning.protect import is_protected, protect_service, protect_site
from etl.cleaning.records import Records, Row, rows_of
from etl.snapshot.register import COUNTRY, ORIGIN_ID
from geodata.vocabulary.codes import codelist, label
from geodata.vocabulary.identifiers import (
    clean_ico,
    clean_phone,
    clean_postal_code,
    clean_web,
    fold,
    provider_id,
)

TARGET_GROUP = "seniors"
"""
The register's part that is loaded holds registrations whose coded target groups include seniors
(its origin says so).
"""


def status_on(data_date: str, valid_from: str | None, valid_to: str | None) -> str:
    """
    Return the status of a registration on the data date.

    ended
        if its last day is past;
    planned
        if its first day is still to come;
    existing
        otherwise. Dates are ISO 8601, so that text compares as days do.
    """
    if valid_to is not None and valid_to < data_date:
        return "ended"
    return "planned" if valid_from is not None and valid_from > data_date else "existing"


def load_register(
    table: pd.DataFrame,
    records: Records,
    data_date: str,
    places: Mapping[str, LoadedMunicipality],
    address_points: Mapping[str, tuple[float, float]],
) -> None:
    """
    Turn the register into records.

    The first row of a registration opens its service; every further row is joined to it and is told
    in `linked`: a further site, or the same site entered twice.

    Parameters
    ----------
    table
        As `etl.snapshot.register.read` gives it.
    records
        Rows are added here.
    data_date
        Day the register speaks of.
    places, address_points
        For locating sites.
    """
    registrations: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(table):
        registrations[row["registration_id"]].append(row)
    for rows in registrations.values():
        service = _service(rows, data_date)
        protected = is_protected(service["service_type_code"])
        records.add("service", protect_service(service) if protected else service)
        _add_provider(rows[0], records)
        kind = "planned" if service["status"] == "planned" else "registered"
        records.add_capacities(
            service["service_id"], capacities_of(rows[0]["capacity_text"]), kind, ORIGIN_ID
        )
        records.add(
            "service_target_group",
            {"service_id": service["service_id"], "target_group_code": TARGET_GROUP, "is_inferred": False},
        )
        _add_sites(service["service_id"], rows, records, places, address_points, protected=protected)


def capacities_of(text: str | None) -> list[Capacity]:
    """Return the capacities of a registration; one unknown where it states none."""
    found, _ = parse_register(text or "", frozenset(codelist("forms")), frozenset(codelist("capacity_units")))
    return found or [Capacity("unknown", "unknown", None, text)]


def _sites_total(rows: list[Row]) -> int | None:
    """
    Return the sites of a registration in the whole register; what is entered twice here
    is one site there too.
    """
    stated = rows[0].get("sites_total")
    return None if stated is None else int(stated) - len(rows) + len({_site_key(row) for row in rows})


def _site_key(row: Row) -> tuple[str, ...]:
    return tuple(
        fold(row[name] or "")
        for name in ("site_name", "street_address", "municipality_code", "municipality_name")
    )


def _service(rows: list[Row], data_date: str) -> Row:
    first = rows[0]
    names = {row["site_name"] for row in rows}
    kind = label("service_types", first["service_type_code"], "cs")
    # Sites of one registration bear different names: then the service is called by its kind and provider.
    name = names.pop() if len(names) == 1 else None
    return {
        "service_id": f"cz-rpss-{first['registration_id']}",
        "registration_id": first["registration_id"],
        "provider_id": provider_id(first["provider_name"], clean_ico(first["provider_id_ico"]), COUNTRY),
        "country": COUNTRY,
        "name": name or f"{kind} – {first['provider_name']}",
        "service_type_code": first["service_type_code"],
        "status": status_on(data_date, first["valid_from"], first["valid_to"]),
        "evidence": "register",
        "is_follow_on": False,
        "valid_from": first["valid_from"],
        "valid_to": first["valid_to"],
        "sites_total": _sites_total(rows),
        "served_area_state": "unknown",
        "web": next(filter(None, (clean_web(row["web"]) for row in rows)), None),
        "phone": next(filter(None, (clean_phone(row["phone"], COUNTRY) for row in rows)), None),
        "origin_id": ORIGIN_ID,
    }


def _add_provider(row: Row, records: Records) -> None:
    ico = clean_ico(row["provider_id_ico"])
    identifier = provider_id(row["provider_name"], ico, COUNTRY)
    if all(known["provider_id"] != identifier for known in records.rows["provider"]):
        records.add(
            "provider",
            {
                "provider_id": identifier,
                "country": COUNTRY,
                "name": row["provider_name"],
                "provider_id_ico": ico,
                "origin_id": ORIGIN_ID,
            },
        )


def _add_sites(
    service_id: str,
    rows: list[Row],
    records: Records,
    places: Mapping[str, LoadedMunicipality],
    address_points: Mapping[str, tuple[float, float]],
    *,
    protected: bool,
) -> None:
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        key = _site_key(row)
        is_new = key not in seen
        seen.add(key)
        if is_new:
            site = locate(
                {
                    "site_id": f"{service_id}-s{len(seen)}",
                    "service_id": service_id,
                    "name": row["site_name"],
                    "country": COUNTRY,
                    "is_protected": False,
                    "municipality_code": row["municipality_code"],
                    "municipality_name": row["municipality_name"],
                    "municipality_part": row["municipality_part"],
                    "district_code": row["district_code"],
                    "street_address": row["street_address"],
                    "postal_code": clean_postal_code(row["postal_code"], COUNTRY),
                    "address_point_code": row["address_point_code"],
                    "latitude": row["latitude"],
                    "longitude": row["longitude"],
                    "origin_id": ORIGIN_ID,
                },
                places,
                address_points,
            )
            records.add("site", protect_site(site) if protected else site)
            if protected:
                secret = ("municipality_name", "street_address", "postal_code", "municipality_part")
                records.secrets[service_id].add((row[name] for name in secret), [row["site_name"]])
        if row is not rows[0]:
            records.add(
                "linked",
                {
                    "origin_id": ORIGIN_ID,
                    "row_number": row["row_number"],
                    "record_id": row["registration_id"],
                    "service_id": service_id,
                    "rule": "further_site" if is_new else "same_site_twice",
                    "detail": None if protected else row["site_name"],
                },
            )

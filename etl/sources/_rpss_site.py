"""Facilities of the Czech register: where a registered service is given, and what of it may be known."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from etl.sources._files import day_of, mapping, text_of
from geodata.identifiers import clean_postal_code

PRAGUE = ("554782", "CZ0100")
SITE = {
    "service_id": "str",
    "site_number": "int64",
    "row_number": "int64",
    "name": "str",
    "country": "str",
    "is_protected": "bool",
    **dict.fromkeys(
        (
            "municipality_code",
            "municipality_name",
            "municipality_part",
            "municipality_part_code",
            "district_code",
            "street_address",
            "postal_code",
            "address_point_code",
            "valid_from",
            "valid_to",
            "in_force_from",
            "in_force_to",
        ),
        "str",
    ),
    "has_end_date_conflict": "bool",
}
PLACE = (
    "name",
    "address_point_code",
    "municipality_code",
    "municipality_part_code",
    "street_address",
    "postal_code",
)


@dataclasses.dataclass
class Facilities:
    """
    The sites of one registration.

    `repeated`: (place in the list of facilities, number of the site it repeats). `bad_dates`: dates that do not exist.
    """

    sites: list[dict[str, Any]]
    repeated: list[tuple[int, int]]
    bad_dates: int = 0


def facilities(
    entries: list[Any],
    service_days: tuple[str | None, str | None],
    *,
    is_kind_protected: bool,
    code_lists: Mapping[str, Mapping[str, str]],
    districts: Mapping[str, str],
) -> Facilities:
    """
    Read the facilities of a registration.

    A facility has no number of its own and may be listed twice with the same name and address: then it is one site, in
    force from the earlier start to the later end. Two secret or unknown addresses may be two places and stay two.
    Ends stand at the service and at the facility and disagree: the earlier one counts.
    """
    result = Facilities([], [])
    seen: dict[tuple[str | None, ...], dict[str, Any]] = {}
    for number, entry in enumerate(entries, start=1):
        facility = mapping(entry)
        site = _site(
            facility, is_kind_protected=is_kind_protected, code_lists=code_lists, districts=districts
        )
        site["site_number"] = number
        for column, key in (("valid_from", "poskytujeOd"), ("valid_to", "poskytujeDo")):
            site[column] = day_of(facility.get(key))
            result.bad_dates += site[column] is None and facility.get(key) not in (None, "")
        is_known = bool(site["address_point_code"] or site["street_address"])
        place = (*(site[part] for part in PLACE), None if is_known else str(number))
        twin = seen.setdefault(place, site)
        if twin is not site:
            twin["valid_from"] = _earlier_start(twin["valid_from"], site["valid_from"])
            twin["valid_to"] = _later_end(twin["valid_to"], site["valid_to"])
            result.repeated.append((number, twin["site_number"]))
    start, end = service_days
    for site in seen.values():
        site["in_force_from"] = max((day for day in (start, site["valid_from"]) if day), default=None)
        site["in_force_to"] = min((day for day in (end, site["valid_to"]) if day), default=None)
        site["has_end_date_conflict"] = bool(end) and (site["valid_to"] is None or site["valid_to"] > end)
        result.sites.append(site)
    return result


def code_of(value: Any) -> str | None:
    """Return the code of a reference: {"id": "Obec/554499"} → "554499"."""
    identifier = text_of(mapping(value).get("id"))
    return identifier.rpartition("/")[2] or None if identifier else None


def _site(
    facility: Mapping[str, Any],
    *,
    is_kind_protected: bool,
    code_lists: Mapping[str, Mapping[str, str]],
    districts: Mapping[str, str],
) -> dict[str, Any]:
    """Read where a facility is; of a protected one only the district, and not its name, which may tell the place."""
    address = mapping(facility.get("adresa"))
    declared = facility.get("utajenaAdresa", address.get("utajenaAdresa"))
    # Only an explicit "not secret" (false, in another export of the ministry 0) opens the address of a protected kind; a
    # strange value of the mark closes any.
    is_open = isinstance(declared, bool | int) and not declared
    is_protected = not is_open and (declared is not None or is_kind_protected)
    municipality = code_of(address.get("obec"))
    district = districts.get(municipality or "")
    if district is None and municipality == PRAGUE[0]:
        # The register gives Prague no district.
        district = PRAGUE[1]
    site: dict[str, Any] = dict.fromkeys(SITE)
    site |= {"country": "CZ", "is_protected": is_protected, "district_code": district}
    if is_protected:
        return site
    part = code_of(address.get("castObce"))
    site |= {
        "name": text_of(facility.get("nazev")),
        "municipality_code": municipality,
        "municipality_name": code_lists.get("municipalities", {}).get(f"Obec/{municipality}"),
        "municipality_part": code_lists.get("parts", {}).get(f"CastObce/{part}"),
        "municipality_part_code": part,
        "street_address": _street(address),
        "postal_code": clean_postal_code(text_of(address.get("psc")), "CZ"),
        "address_point_code": text_of(address.get("kodAdresnihoMista")),
    }
    return site


def _street(address: Mapping[str, Any]) -> str | None:
    number = text_of(address.get("cisloDomovni"))
    orientation = text_of(address.get("cisloOrientacni"))
    street = text_of(mapping(address.get("ulice")).get("nazev"))
    numbers = "/".join(part for part in (number, orientation) if part)
    if not numbers:
        return street
    if street:
        return f"{street} {numbers}"
    is_recreational = code_of(address.get("typCislaDomovniho")) == "2"
    return f"{'č. ev.' if is_recreational else 'č. p.'} {numbers}"


def _earlier_start(first: str | None, second: str | None) -> str | None:
    """Return the earlier start; an unknown one is the earliest."""
    return min(first, second) if first and second else None


def _later_end(first: str | None, second: str | None) -> str | None:
    """Return the later end; an open one is the latest."""
    return max(first, second) if first and second else None

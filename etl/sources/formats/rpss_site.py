"""Facilities of the Czech register: where a registered service is given, and what of it may be known."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from etl.files.losses import Losses
from etl.sources.formats.files import day_of, mapping, text_of
from geodata.vocabulary.identifiers import clean_postal_code, fold

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
OF_A_PLACE = (*PLACE, "municipality_name", "municipality_part", "street_name")
TELLING = ("municipality_name", "municipality_part", "street_address", "street_name", "postal_code")
NO = frozenset({"ne", "n", "no", "nie", "false", "0"})
MARK = "utajen"
BAD_DATES = "dates that do not exist, counted as unknown"
NOT_A_FACILITY = "facilities that are no record, kept as a place that is not known"
BAD_POSTAL_CODES = "postal codes that are none, left out"
BAD_PLACES = "parts of addresses that are no text, number or reference, left out"


@dataclasses.dataclass
class Facilities:
    """
    The sites of one registration.

    `repeated`: (place in the list of facilities, number of the site it repeats). `places` and `names` are
    what may not be told of its
    protected sites; they are never part of a table. `losses` what could not be read.
    """

    sites: list[dict[str, Any]]
    repeated: list[tuple[int, int]]
    places: set[str]
    names: set[str]
    losses: Losses = dataclasses.field(default_factory=Losses)


@dataclasses.dataclass(frozen=True)
class Lists:
    """What codes are looked up in: names by code list, district and name by code of the municipality."""

    code_lists: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    districts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    municipalities: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def municipality(self, code: str | None) -> str | None:
        """Return the name of a municipality."""
        listed = self.code_lists.get("municipalities", {}).get(f"Obec/{code}")
        return listed or self.municipalities.get(code or "")

    def part(self, code: str | None) -> str | None:
        """Return the name of a part of a municipality."""
        return self.code_lists.get("parts", {}).get(f"CastObce/{code}")


def facilities(
    registration: str,
    entries: list[Any],
    service_days: tuple[str | None, str | None],
    *,
    is_closed: bool,
    lists: Lists,
) -> Facilities:
    """
    Read the facilities of a registration.

    A facility has no number of its own and may be listed twice with the same name and address: then it is one
    site, in force from the earlier start to the later end. Two secret or unknown addresses may be two places
    and stay two. Ends stand at the service and at the facility and disagree: the earlier one counts.

    Parameters
    ----------
    is_closed
        Whether every address is protected: a kind whose addresses are, or a mark at the registration itself.

    Notes
    -----
    A facility is protected if any mark inside it is not an explicit "no", and so is every other facility of
    the registration at the
    same address, whatever its own mark says: an address that is listed twice is secret if it is secret once.
    """
    result = Facilities([], [], set(), set())
    read = [
        _site(number, entry, registration, lists, result.losses)
        for number, entry in enumerate(entries, start=1)
    ]
    marked = [is_closed or is_secret(entry) for entry in entries]
    secret = {
        site_key for site, closed in zip(read, marked, strict=True) if closed for site_key in _places(site)
    }
    seen: dict[tuple[str | None, ...], dict[str, Any]] = {}
    for number, (site, closed) in enumerate(zip(read, marked, strict=True), start=1):
        is_known = bool(site["address_point_code"] or site["street_address"])
        if closed or secret.intersection(_places(site)):
            close(site, result)
            is_known = False
        site_key = (*(site[part] for part in PLACE), None if is_known else str(number))
        twin = seen.setdefault(site_key, site)
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
    # What an open facility of the same registration tells is no secret of the others.
    is_open = [site for site in result.sites if not site["is_protected"]]
    result.places -= {site[column] for site in is_open for column in TELLING}
    result.names -= {site["name"] for site in is_open}
    return result


def is_secret(value: Any, but: frozenset[str] = frozenset()) -> bool:
    """
    Tell whether any mark of secrecy in a record, at whatever depth, is not an explicit "no".

    A mark is a value under a key that speaks of secrecy ("utajenaAdresa"); null says nothing. "No" is false,
    0 and the words for it; a strange
    value closes.

    Parameters
    ----------
    but
        Keys of the outermost record that are looked at apart.
    """
    waiting = (
        [value]
        if not isinstance(value, dict)
        else [part for key, part in value.items() if key not in but and not _is_mark(key)]
    )
    marks = (
        [part for key, part in value.items() if key not in but and _is_mark(key)]
        if isinstance(value, dict)
        else []
    )
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            waiting += found
        elif isinstance(found, dict):
            for key, part in found.items():
                (marks if _is_mark(key) else waiting).append(part)
    return any(mark is not None and not _is_no(mark) for mark in marks)


def _is_mark(key: str) -> bool:
    return MARK in key.casefold()


def _is_no(mark: Any) -> bool:
    if isinstance(mark, bool | int | float):
        return not mark
    return isinstance(mark, str) and mark.strip().casefold() in NO


def close(site: dict[str, Any], into: Facilities) -> None:
    """Keep of a site no more than its district; what it told of its place goes to what may not be told."""
    into.places |= {site[column] for column in TELLING if site[column]}
    into.names |= {site["name"]} if site["name"] else set()
    site |= {**dict.fromkeys(OF_A_PLACE), "is_protected": True}


def code_of(value: Any) -> str | None:
    """Return the code of a reference: {"id": "Obec/554499"} → "554499"."""
    identifier = text_of(mapping(value).get("id"))
    return identifier.rpartition("/")[2] or None if identifier else None


def _places(site: Mapping[str, Any]) -> set[tuple[str, str]]:
    """
    Return what identifies the address of a site.

    Its address point, and its municipality with street and number.
    """
    found = set()
    if site["address_point_code"]:
        found.add(("point", site["address_point_code"]))
    if site["street_address"]:
        found.add((site["municipality_code"] or "", fold(site["street_address"])))
    return found


def _site(number: int, entry: Any, registration: str, lists: Lists, losses: Losses) -> dict[str, Any]:
    """Read where a facility is."""
    is_none = not isinstance(entry, dict) or is_strange(entry, ("nazev", "adresa"))
    losses.add_if(NOT_A_FACILITY, registration, is_none)
    facility = mapping(entry)
    address = mapping(facility.get("adresa"))
    municipality = code_of(address.get("obec"))
    district = lists.districts.get(municipality or "")
    if district is None and municipality == PRAGUE[0]:
        # The register gives Prague no district.
        district = PRAGUE[1]
    part = code_of(address.get("castObce"))
    postal_code = clean_postal_code(text_of(address.get("psc")), "CZ")
    losses.add_if(BAD_POSTAL_CODES, registration, postal_code is None and is_said(address.get("psc")))
    for key, value in address.items():
        losses.add_if(BAD_PLACES, registration, not _is_readable(key, value))
    losses.add_if(
        BAD_PLACES, registration, is_strange(facility.get("adresa"), (*TEXTS, *REFERENCES, "ulice"))
    )
    losses.add_if(
        BAD_PLACES, registration, is_said(facility.get("nazev")) and text_of(facility["nazev"]) is None
    )
    site: dict[str, Any] = dict.fromkeys(SITE)
    site |= {
        "country": "CZ",
        "is_protected": False,
        "site_number": number,
        "district_code": district,
        "name": text_of(facility.get("nazev")),
        "municipality_code": municipality,
        "municipality_name": lists.municipality(municipality),
        "municipality_part": lists.part(part),
        "municipality_part_code": part,
        "street_address": _street(address),
        "street_name": text_of(mapping(address.get("ulice")).get("nazev")),
        "postal_code": postal_code,
        "address_point_code": text_of(address.get("kodAdresnihoMista")),
    }
    for column, key in (("valid_from", "poskytujeOd"), ("valid_to", "poskytujeDo")):
        site[column] = day_of(facility.get(key))
        losses.add_if(BAD_DATES, registration, site[column] is None and is_said(facility.get(key)))
    return site


def is_said(value: Any) -> bool:
    """
    Tell whether a value of the register says anything.

    Null, an empty text and an empty list say nothing.
    """
    return value is not None and value not in ("", [], {})


def is_strange(value: Any, keys: tuple[str, ...]) -> bool:
    """
    Tell whether something is said, but not in a record with one of the keys:
    the layout may have changed.
    """
    return is_said(value) and not any(key in mapping(value) for key in keys)


TEXTS = ("cisloDomovni", "cisloOrientacni", "kodAdresnihoMista", "psc")
REFERENCES = ("obec", "castObce")


def _is_readable(key: str, value: Any) -> bool:
    if not is_said(value):
        return True
    if key in TEXTS:
        return text_of(value) is not None
    if key in REFERENCES:
        return code_of(value) is not None
    return text_of(mapping(value).get("nazev")) is not None if key == "ulice" else True


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

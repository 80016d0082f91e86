"""
The Czech register of social service providers (RPSS), open data of the Ministry of Labour and Social Affairs.

Only the keys named here are read. Statutory bodies, heads of facilities and notes beside contacts name natural persons and are never touched;
of a secret address nothing finer than the district is kept, from the first line on.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from etl.sources import _rpss_capacity
from etl.sources._contract import Download, Origin, SourceTables, refuse, source_tables
from etl.sources._files import AGAIN, day_of, listing, mapping, read_json, table, text_of
from etl.sources._json_stream import iterate_items
from etl.sources._rpss_site import SITE, code_of, facilities
from geodata.errors import InputFileError
from geodata.identifiers import (
    clean_email,
    clean_ico,
    clean_phone,
    clean_web,
    fold,
    provider_id,
)

CODE_LISTS = (
    "kinds",
    "target_groups",
    "forms",
    "units",
    "age_groups",
    "regions",
    "districts",
    "municipalities",
    "parts",
)
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"

PROVIDER = dict.fromkeys(("provider_id", "country", "name", "provider_id_ico"), "str")
SERVICE = {
    **dict.fromkeys(
        (
            "service_id",
            "registration_id",
            "register_identifier",
            "provider_id",
            "country",
            "name",
            "service_type_code",
            "open_data_code",
            "evidence",
            "valid_from",
            "valid_to",
            "target_groups_text",
            "target_group_codes",
            "age_group_codes",
            "web",
            "phone",
            "email",
        ),
        "str",
    ),
    "is_follow_on": "bool",
    "has_wider_region": "bool",
}
CAPACITY = {
    **dict.fromkeys(("service_id", "form", "unit", "kind"), "str"),
    "capacity_number": "float64",
    "capacity_text": "str",
}
Account = tuple[int, str | None, str, str]


def addresses(origin: Origin, *, with_code_lists: bool = True) -> list[Download]:
    """Return what to fetch: the register (99 MB) and, unless told otherwise, its nine code lists."""
    names = ["register", *(CODE_LISTS if with_code_lists else ())]
    return [Download(origin.origin_id, origin.address(name), f"{name}.json", "json") for name in names]


def read_code_list(path: Path) -> dict[str, str]:
    """Read a code list of the register: identifier ("DruhSocialniSluzby/13") → Czech name."""
    entries = listing(mapping(read_json(path)).get("polozky"))
    names = {}
    for entry in entries:
        key, name = text_of(mapping(entry).get("id")), text_of(mapping(mapping(entry).get("nazev")).get("cs"))
        if key and name:
            names[key] = name
    if not names:
        raise refuse(path.name, ["it holds no codes with Czech names"], AGAIN)
    return names


def read(
    path: Path,
    origin: Origin,
    *,
    code_lists: Mapping[str, Mapping[str, str]] | None = None,
    districts: Mapping[str, str] | None = None,
) -> SourceTables:
    """
    Read the register.

    Parameters
    ----------
    path
        rpss.json, as downloaded.
    code_lists
        By the names of `CODE_LISTS`, as `read_code_list` returns them; without them codes stay codes.
    districts
        Municipality code → CZ-NUTS code of its district. The only thing kept of where a protected site lies.

    Returns
    -------
    tables
        provider, service, capacity, site. A row of the source is a facility, or a service without any. Sites carry both
        their own dates and those in force (the later start, the earlier end of service and facility).

    Raises
    ------
    InputFileError
        If the file is cut off or is not this register. Single faulty records are rejected or noted, not raised.
    """
    reading = _Reading(code_lists or {}, districts or {}, _kinds((code_lists or {}).get("kinds", {})))
    services = 0
    for number, record in enumerate(iterate_items(path, "polozky"), start=1):
        services += 1
        if not isinstance(record, dict):
            reading.reject_all(None, "missing_code", f"item {number} is not a service", 1)
            continue
        reading.take(record)
    if not services:
        raise refuse(path.name, ["the register is empty"], AGAIN)
    if not reading.services:
        raise InputFileError(
            path.name,
            [f"none of its {services} items is a service of a known kind"],
            "Is it the right file? " + AGAIN,
        )
    service_table = table(reading.services, SERVICE)
    capacity_table = table(reading.capacities, CAPACITY)
    notes = reading.notes() + _rpss_capacity.outlier_notes(service_table, capacity_table)
    return source_tables(
        origin,
        {
            "provider": table(list(reading.providers.values()), PROVIDER),
            "service": service_table,
            "capacity": capacity_table,
            "site": table(reading.sites, SITE),
        },
        rows_read=reading.rows,
        rows_loaded=len(reading.sites) + reading.services_without_site,
        rejected=reading.rejected,
        merged=reading.merged,
        notes=notes,
    )


def status_on(day: dt.date, valid_from: pd.Series, valid_to: pd.Series) -> pd.Series:
    """
    Say what is existing, planned or ended on a day; the last day counts as in force, an unknown date as no limit.

    Parameters
    ----------
    valid_from, valid_to
        ISO days, missing = unknown. For sites give in_force_from and in_force_to.
    """
    today = day.isoformat()
    status = pd.Series("existing", index=valid_from.index, dtype="str")
    status[valid_from.fillna(FIRST_DAY) > today] = "planned"
    status[valid_to.fillna(LAST_DAY) < today] = "ended"
    return status


def _kinds(official: Mapping[str, str]) -> dict[str, tuple[str, bool]]:
    """
    Return register code → our kind and whether its address is protected.

    Where the official list is given, its names decide: some of our codes were derived, not seen.
    """
    from geodata.codes import codelist

    kinds = {
        str(code.attributes["open_data_code"]): (code.code, bool(code.attributes.get("address_protected")))
        for code in codelist("service_types").values()
        if code.attributes.get("open_data_code")
    }
    by_name = {
        fold(code.label["cs"]): (code.code, bool(code.attributes.get("address_protected")))
        for code in codelist("service_types").values()
        if code.attributes.get("country") == "CZ"
    }
    for key, name in official.items():
        if fold(name) in by_name:
            kinds[key.rpartition("/")[2]] = by_name[fold(name)]
    return kinds


@dataclasses.dataclass
class _Reading:
    """What was read so far."""

    code_lists: Mapping[str, Mapping[str, str]]
    districts: Mapping[str, str]
    kinds: Mapping[str, tuple[str, bool]]
    rows: int = 0
    services_without_site: int = 0
    bad_dates: int = 0
    bad_ico: int = 0
    date_conflicts: int = 0
    providers: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)
    services: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    capacities: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    sites: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    rejected: list[Account] = dataclasses.field(default_factory=list)
    merged: list[Account] = dataclasses.field(default_factory=list)
    known: set[str] = dataclasses.field(default_factory=set)
    capacity_notes: list[str] = dataclasses.field(default_factory=list)

    def reject_all(self, record_id: str | None, reason: str, detail: str, rows: int) -> None:
        for _ in range(rows):
            self.rows += 1
            self.rejected.append((self.rows, record_id, reason, detail))

    def take(self, record: dict[str, Any]) -> None:
        entries = listing(record.get("zarizeni"))
        rows = max(len(entries), 1)
        registration = text_of(record.get("portalId")) or text_of(record.get("identifikator"))
        if registration is None:
            self.reject_all(None, "missing_code", "the service has no number", rows)
            return
        if registration in self.known:
            self.reject_all(registration, "duplicate_row", "the registration stands in the file twice", rows)
            return
        open_data_code = code_of(record.get("druhSocialniSluzby"))
        if open_data_code is None or open_data_code not in self.kinds:
            self.reject_all(registration, "unknown_kind", f"kind '{open_data_code or 'none'}'", rows)
            return
        self.known.add(registration)
        kind, is_kind_protected = self.kinds[open_data_code]
        service_id = f"cz-rpss-{registration}"
        start, end = self._day(record.get("datumPoskytovaniOd")), self._day(record.get("datumPoskytovaniDo"))
        found = facilities(
            entries,
            (start, end),
            is_kind_protected=is_kind_protected,
            code_lists=self.code_lists,
            districts=self.districts,
        )
        for site in found.sites:
            site |= {"service_id": service_id, "row_number": self.rows + site["site_number"]}
            self.date_conflicts += site["has_end_date_conflict"]
        self.sites += found.sites
        self.bad_dates += found.bad_dates
        for number, twin in found.repeated:
            detail = f"the same name and address as facility {twin} of the registration"
            self.merged.append((self.rows + number, registration, "same_site_twice", detail))
        self.rows += rows
        self.services_without_site += not entries
        names = {site["name"] for site in found.sites}
        provider = mapping(record.get("poskytovatel"))
        capacities, notes = _rpss_capacity.capacities(service_id, registration, listing(record.get("formy")))
        self.capacities += capacities
        self.capacity_notes += notes
        self.services.append(
            {
                "service_id": service_id,
                "registration_id": registration,
                "register_identifier": text_of(record.get("identifikator")),
                "provider_id": self._provider(provider),
                "country": "CZ",
                # With one name for all its sites the service is called so; of protected sites no name is kept.
                "name": names.pop() if len(names) == 1 else None,
                "service_type_code": kind,
                "open_data_code": open_data_code,
                "evidence": "register",
                "valid_from": start,
                "valid_to": end,
                **self._groups(record),
                "web": self._contact(record, provider, "weby", "web", clean_web),
                "phone": self._contact(
                    record, provider, "telefony", "telefon", lambda text: clean_phone(text, "CZ")
                ),
                "email": self._contact(record, provider, "emaily", "email", clean_email),
                "is_follow_on": False,
                "has_wider_region": bool(record.get("rozsirenePusobnostiVKraji")),
            }
        )

    def _provider(self, provider: Mapping[str, Any]) -> str | None:
        ico = clean_ico(text_of(provider.get("ico")))
        # Providers that are natural persons have no `nazev` but a first name and a surname: those are not read.
        name = text_of(provider.get("nazev"))
        if ico is None and provider.get("ico") is not None:
            self.bad_ico += 1
        if ico is None and name is None:
            return None
        key = provider_id(name or "", ico, "CZ")
        entry = {"provider_id": key, "country": "CZ", "name": name or f"IČO {ico}", "provider_id_ico": ico}
        self.providers.setdefault(key, entry)
        return key

    def _groups(self, record: Mapping[str, Any]) -> dict[str, str | None]:
        groups = [
            code_of(mapping(entry).get("cilovaSkupina")) for entry in listing(record.get("ciloveSkupiny"))
        ]
        codes = list(dict.fromkeys(code for code in groups if code))
        names = self.code_lists.get("target_groups", {})
        labels = [
            names[f"CilovaSkupinaOsoby/{code}"] for code in codes if f"CilovaSkupinaOsoby/{code}" in names
        ]
        ages = [
            code_of(mapping(entry).get("vekovaSkupina")) or code_of(entry)
            for entry in listing(record.get("vekoveSkupiny"))
        ]
        return {
            "target_groups_text": "; ".join(labels) or None,
            "target_group_codes": ";".join(codes) or None,
            "age_group_codes": ";".join(dict.fromkeys(age for age in ages if age)) or None,
        }

    def _contact(
        self, record: Mapping[str, Any], provider: Mapping[str, Any], plural: str, key: str, clean: Any
    ) -> str | None:
        """Return the service's first usable contact, else its provider's; notes beside contacts are not read."""
        for holder in (record, provider):
            for entry in listing(holder.get(plural)):
                value = clean(text_of(mapping(entry).get(key)))
                if value:
                    return str(value)
        return None

    def _day(self, value: Any) -> str | None:
        day = day_of(value)
        if day is None and value not in (None, ""):
            self.bad_dates += 1
        return day

    def notes(self) -> list[str]:
        said = [
            (self.bad_dates, "dates do not exist and count as unknown"),
            (self.bad_ico, "provider numbers (IČO) are malformed and count as unknown"),
            (
                self.date_conflicts,
                "facilities stay open in the file although their registration has an end; the earlier end counts",
            ),
        ]
        return [f"{count} {what}." for count, what in said if count] + self.capacity_notes[:20]

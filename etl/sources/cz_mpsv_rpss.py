"""
The Czech register of social service providers (RPSS), open data of the Ministry of Labour and Social Affairs.

Only the keys named here are read. Statutory bodies, heads of facilities and notes beside contacts name
natural persons and are never touched.
No table keeps of a secret address anything finer than the district; its words stay in memory
(`SourceTables.secrets`), so that no other
text may tell them. No single record can stop the reading: what cannot be used is counted and told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from etl.sources.formats import rpss_capacity
from etl.sources.formats.contract import Download, Origin, SourceTables, refuse, source_tables
from etl.sources.formats.files import AGAIN, listing, mapping, read_json, table, text_of
from etl.sources.formats.json_stream import iterate_items
from etl.sources.formats.rpss_reading import FIRST_DAY, LAST_DAY, Reading
from etl.sources.formats.rpss_site import SITE, Lists
from geodata.errors import InputFileError
from geodata.vocabulary.identifiers import fold

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
    municipalities: Mapping[str, str] | None = None,
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
        Municipality code → CZ-NUTS code of its district. The only thing that a table keeps of where a
        protected site lies.
    municipalities
        Municipality code → name: where no code list gives it, so that a protected place is known by name too.

    Returns
    -------
    tables
        provider, service, capacity, site. A row of the source is a facility, or a service without any.
        Sites carry both their own dates and those in force (the later start, the earlier end of service
        and facility). `secrets` are the words that may not be told of protected services.

    Raises
    ------
    InputFileError
        If the file is cut off or is not this register. Single faulty records are rejected or noted,
        not raised.
    """
    lists = Lists(code_lists or {}, districts or {}, municipalities or {})
    reading = Reading(lists, _kinds(lists.code_lists.get("kinds", {})))
    services = 0
    for number, record in enumerate(iterate_items(path, "polozky"), start=1):
        services += 1
        if not isinstance(record, dict):
            reading.reject_all(None, "missing_code", f"item {number} is not a service", 1)
            continue
        reading.take(record)
    if not services:
        raise refuse(path.name, ["the register is empty"], AGAIN)
    if not reading.tellings:
        raise InputFileError(
            path.name,
            [f"none of its {services} items is a service of a known kind"],
            "Is it the right file? " + AGAIN,
        )
    reading.settle()
    service_table = table([telling.service for telling in reading.settled], SERVICE)
    capacity_table = table([row for telling in reading.settled for row in telling.capacities], CAPACITY)
    sites = [site for telling in reading.settled for site in telling.found.sites]
    providers = reading.providers()
    notes = reading.losses.notes("registration") + reading.names.notes("IČO")
    notes += rpss_capacity.outlier_notes(service_table, capacity_table)
    return source_tables(
        origin,
        {
            "provider": table(providers, PROVIDER),
            "service": service_table,
            "capacity": capacity_table,
            "site": table(sites, SITE),
        },
        rows_read=reading.rows,
        rows_loaded=len(sites) + sum(telling.is_without_site for telling in reading.settled),
        rejected=reading.rejected,
        merged=reading.merged,
        notes=notes,
        secrets=reading.secrets(),
    )


def status_on(day: dt.date, valid_from: pd.Series, valid_to: pd.Series) -> pd.Series:
    """
    Say what is existing, planned or ended on a day; the last day counts as in force, an unknown date
    as no limit.

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
    from geodata.vocabulary.codes import codelist

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

"""
A small world written by hand.

Four Czech villages, two Polish towns, and services with every state there is.
"""

from pathlib import Path

import pandas as pd
import pytest

from dashboard import text
from geodata.dataset import fields, rules
from geodata.dataset.dataset import Dataset

HOSTILE = "<script>alert('x')</script> =1+1 [a](javascript:b) $x$"

BANDS = [(age, age + 4) for age in range(0, 85, 5)] + [(85, None)]


def people(code, key, persons, bands=tuple(BANDS), date="2020-12-31"):
    return [
        {
            key: code,
            "sex": "total",
            "age_from": first,
            "age_to": last,
            "persons": count,
            "reference_date": date,
            "origin_id": "o",
        }
        for (first, last), count in zip(bands, persons, strict=True)
    ]


def place(code, name, latitude, longitude, country="CZ", **more):
    district = ("CZ0802", "Frýdek-Místek") if country == "CZ" else ("2408", "powiat mikołowski")
    return {
        "municipality_code": code,
        "country": country,
        "name": name,
        "orp_name": "Frýdlant nad Ostravicí" if country == "CZ" else None,
        "district_code": district[0],
        "district_name": district[1],
        "region_code": "CZ080",
        "region_name": "Moravskoslezský kraj",
        "latitude": latitude,
        "longitude": longitude,
        "edge_distance_m": 1e6,
        "origin_id": "o",
        **more,
    }


def service(key, kind, name, **more):
    return {
        "service_id": key,
        "provider_id": "p1",
        "country": "PL" if kind.startswith("pl") else "CZ",
        "name": name,
        "service_type_code": kind,
        "status": "existing",
        "evidence": "register",
        "is_follow_on": False,
        "served_area_state": "unknown",
        "origin_id": "o",
        **more,
    }


def capacity(key, form, unit, number, **more):
    return {
        "service_id": key,
        "form": form,
        "unit": unit,
        "kind": "registered",
        "capacity_number": number,
        "basis": None if number is None else "at_one_time",
        "is_retold": False,
        "origin_id": "o",
        **more,
    }


def site(key, code, latitude, longitude, number=1, **more):
    return {
        "site_id": f"{key}-s{number}",
        "service_id": key,
        "country": "CZ",
        "is_protected": False,
        "municipality_code": code,
        "district_code": "CZ0802",
        "latitude": latitude,
        "longitude": longitude,
        "location_quality": "coordinates",
        "origin_id": "o",
        **more,
    }


def origin(key, title):
    return {
        "origin_id": key,
        "title": title,
        "publisher": "MPSV",
        "licence": "bez omezení",
        "citation": title,
        "url": "https://data.mpsv.cz",
        "reference_date": "2026-09-04",
        "file_name": f"{key}.csv",
        "checksum_sha256": "0" * 64,
    }


ROWS = {
    "municipality": [
        place("100001", "Čeladná", 49.550, 18.340),
        place("100002", "Ostravice", 49.530, 18.390),
        place("100003", "Malá Lhotka", 49.560, 18.300, edge_distance_m=1000.0),
        place("100004", "Velká Lhota", 49.540, 18.250, edge_distance_m=None),
        place(
            "2467011",
            "Jastrzębie-Zdrój",
            49.960,
            18.600,
            "PL",
            district_code="2467",
            district_name="Jastrzębie-Zdrój",
        ),
        place("2408021", "Mikołów", 50.170, 18.900, "PL"),
    ],
    "area": [
        {
            "area_id": "frydlantsko-beskydy",
            "country": "CZ",
            "name": "MAS Frýdlantsko-Beskydy",
            "kind": "MAS",
            "membership_certainty": "confirmed",
            "origin_id": "o",
        },
    ],
    "area_membership": [
        {"area_id": "frydlantsko-beskydy", "municipality_code": code}
        for code in ("100001", "100002", "100003")
    ],
    "population": [
        *people("100001", "municipality_code", [100] * 13 + [80, 60, 40, 30, 20]),
        *people("100002", "municipality_code", [90] * 13 + [70, 60, 30, 20, 10]),
        *people("100003", "municipality_code", [2] * 13 + [8, 5, 5, 3, 2]),
        *people("2408021", "municipality_code", [2000] * 18, date="2021-12-31"),
        *people("2467011", "municipality_code", [5000] * 16, [*BANDS[:15], (75, None)], "2022-12-31"),
    ],
    "national_population": people("CZ", "country", [600_000] * 18),
    "provider": [
        {
            "provider_id": "p1",
            "country": "CZ",
            "name": "Středisko sociálních služeb",
            "provider_id_ico": "00123456",
            "origin_id": "o",
        },
        {"provider_id": "p2", "country": "PL", "name": "Ośrodek Pomocy Społecznej", "origin_id": "o"},
    ],
    "service": [
        service(
            "s-home",
            "cz-40",
            "Pečovatelská služba Ostravice",
            phone="558 441 611",
            email="info@sss.cz",
            web="www.sss.cz",
            registration_id="1111",
            served_area_state="declared",
            valid_to="2026-10-31",
            source_url="https://sss.cz/o-nas",
            evidence="register_and_page",
            note="podle stránky",
            year_of_information=2024,
            age_from=65,
        ),
        service("s-home-b", "cz-39", "Osobní asistence Čeladná"),
        service("s-beds", "cz-49", "Domov pro seniory Čeladná", target_groups_text="senioři"),
        service("s-beds-unknown", "cz-50", "Domov se zvláštním režimem Ostravice"),
        service("s-doubt", "cz-40", "Velká pečovatelská", evidence="register"),
        service("s-planned", "cz-49", "Nový domov", status="planned", evidence="page"),
        service("s-ended", "cz-49", "Zavřený domov", status="ended"),
        service("s-secret", "cz-57", "azylové domy", evidence="register"),
        service(
            "s-hostile",
            "cz-66",
            HOSTILE,
            provider_id=None,
            phone="+420 111 222 333",
            web="javascript:alert(1)",
            note=HOSTILE,
            target_groups_text=HOSTILE,
            source_url="javascript:alert(1) https://ok.cz",
            evidence="page",
            is_follow_on=True,
        ),
        service(
            "s-pl",
            "pl-UO",
            "Usługi opiekuńcze Mikołów",
            provider_id="p2",
            phone="32 324 26 60",
            evidence="page",
        ),
    ],
    "service_target_group": [
        {"service_id": "s-beds", "target_group_code": "seniors", "is_inferred": False},
        {"service_id": "s-home", "target_group_code": "seniors", "is_inferred": True},
    ],
    "capacity": [
        capacity("s-home", "ter", "klient", 12),
        capacity("s-home-b", "ter", "klient", 3),
        capacity("s-beds", "pob", "luzka", 8),
        capacity("s-beds", "pob", "klient", 8, is_retold=True),
        capacity("s-beds-unknown", "pob", "luzka", None),
        capacity(
            "s-doubt", "ter", "klient", 710, basis="doubtful", basis_reason="beyond_bound", bound_number=70
        ),
        capacity("s-planned", "pob", "luzka", 90, kind="planned"),
        capacity("s-secret", "pob", "luzka", 20),
        capacity("s-hostile", "unknown", "unknown", None, kind="stated"),
        capacity("s-pl", "ter", "klient", 40, kind="stated"),
    ],
    "site": [
        site(
            "s-home",
            "100002",
            49.531,
            18.391,
            street_address="Ostravice 5",
            postal_code="739 14",
            name="Pobočka",
        ),
        site("s-home-b", "100001", 49.551, 18.341),
        site("s-beds", "100001", 49.552, 18.342, municipality_part="Podolánky"),
        site("s-beds-unknown", "100002", 49.530, 18.390, location_quality="municipality"),
        site("s-doubt", "100004", 49.540, 18.250),
        site("s-planned", "100002", 49.530, 18.390),
        site("s-ended", "100002", 49.530, 18.390),
        site("s-secret", None, None, None, is_protected=True, location_quality="district"),
        site(
            "s-hostile",
            None,
            None,
            None,
            municipality_name=HOSTILE,
            district_code=None,
            location_quality="unknown",
        ),
        site("s-pl", "2408021", 50.171, 18.901, country="PL", district_code="2408"),
    ],
    "served_area": [
        {"service_id": "s-home", "municipality_code": code, "origin_id": "o"} for code in ("100001", "100002")
    ],
    "benchmark": [
        {
            "country": "CZ",
            "service_type_code": kind,
            "form": form,
            "unit": unit,
            "registrations": 100,
            "capacity_number": number,
            "capacity_per_site_number": number,
            "median": 7,
            "upper_quartile": 19,
            "largest": 1200,
            "capacity_within_bound_number": number / 2,
            "registrations_within_bound": 90,
            "reference_date": "2026-09-04",
            "scope": "senioři",
            "origin_id": "o",
        }
        for kind, form, unit, number in (
            ("cz-40", "ter", "klient", 60_000.0),
            ("cz-49", "pob", "luzka", 90_000.0),
        )
    ],
    "origin": [origin("o", "Registr"), origin("pages", "Veřejné stránky")],
    "accounting": [
        {"origin_id": "o", "rows_read": 12, "rows_loaded": 10, "rows_merged": 1, "rows_rejected": 1},
        {"origin_id": "pages", "rows_read": 2, "rows_loaded": 0, "rows_merged": 1, "rows_rejected": 1},
    ],
    "rejected": [
        {"origin_id": "o", "row_number": 7, "record_id": "77", "reason": "duplicate_row", "detail": HOSTILE},
        {"origin_id": "pages", "row_number": 3, "reason": "not_a_service"},
    ],
    "linked": [
        {
            "origin_id": "pages",
            "row_number": 2,
            "record_id": "P001",
            "service_id": "s-home",
            "rule": "reviewed",
            "detail": "stejný poskytovatel",
        },
    ],
    "dataset": [
        {"name": "schema_version", "value": str(fields.SCHEMA_VERSION)},
        {"name": "data_date", "value": "2026-09-04"},
        {"name": "title", "value": "Malý svět"},
        {"name": "content_hash", "value": "small"},
    ],
}


def build(rows):
    contents = {}
    for table in fields.TABLES:
        frame = pd.DataFrame(rows.get(table.name, []), columns=list(table.columns), dtype=object)
        contents[table.name] = rules.conform(table.name, frame) if len(frame) else rules.empty(table.name)
    return contents


@pytest.fixture(scope="session")
def small_world():
    """The dataset in memory."""
    return Dataset(Path("small.gpkg"), build(ROWS), "small")


@pytest.fixture(scope="session")
def world_with(small_world):
    """Return a function that makes the small world with other rows in some of its tables."""

    def make(**rows):
        made = build(rows)
        return Dataset(
            small_world.path, {**small_world.tables, **{name: made[name] for name in rows}}, "other"
        )

    return make


@pytest.fixture
def in_language():
    """Speak a language in a test, and Czech again after it."""
    yield text.use
    text.use("cs")

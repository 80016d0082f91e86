"""
HSDS 3.1: what the schema requires (in our own words), what is never invented,
and a round trip that loses nothing.
"""

import functools
import json
import re
import uuid
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.dataset import fields, rules
from geodata.errors import InputFileError
from geodata.hsds import read, tabular, write

ROOT = Path(__file__).resolve().parents[4]
# Required fields and types as the published schemas of 3.1 have them;
# `available` is our first deviation (docs/EXCHANGE.md).
REQUIRED = {
    "organization": {"id": str, "name": str, "description": str},
    "organization_identifier": {"id": str, "identifier_type": str, "identifier": str},
    "service": {"id": str, "name": str, "status": str},
    "phone": {"id": str, "number": str},
    "service_capacity": {"id": str, "unit": dict, "updated": str},
    "unit": {"id": str, "name": str},
    "service_area": {"id": str},
    "service_at_location": {"id": str},
    "location": {"id": str, "location_type": str},
    "address": {
        "id": str, "address_1": str, "city": str, "state_province": str, "postal_code": str, "country": str,
        "address_type": str,
    },
    "attribute": {"id": str},
    "taxonomy_term": {"id": str, "name": str, "description": str},
}  # fmt: skip
# What the tabular form requires besides: keys of other files.
TABULAR_REQUIRED = {
    "organization_identifier": ("organization_id",),
    "service": ("organization_id",),
    "service_capacity": ("unit_id", "service_id", "available"),
    "service_at_location": ("service_id", "location_id"),
    "attribute": ("link_id", "taxonomy_term_id", "link_entity"),
}
# Deviations of docs/EXCHANGE.md that leave out something required: every one of them, and no other.
LEFT_OUT = {
    ("service_capacity", "available"),
    ("service", "organization_id"),
    ("service_at_location", "location_id"),
    ("attribute", "taxonomy_term_id"),
}
FORMATS = {"url": r"https?://[^\s]+", "email": r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+"}
STATUSES = {"active", "inactive", "defunct", "temporarily closed"}
SECRETS = ("Tajná 7", "73912", "Tajnov", "Úkryt", "49.51234", "18.51234", "secret.example")


def frame(table, rows):
    columns = list(fields.BY_NAME[table].columns)
    return rules.conform(table, pd.DataFrame(rows, columns=columns))


@functools.cache
def contents():
    service = {
        "service_id": "cz-rpss-1", "registration_id": "1", "provider_id": "cz-ico-00000001", "country": "CZ",
        "name": "Domov", "service_type_code": "cz-49", "status": "existing", "evidence": "register",
        "is_follow_on": False, "valid_from": "2007-01-01", "sites_total": 4, "target_groups_text": "senioři",
        "age_from": 65, "served_area_state": "declared", "web": "https://domov.example",
        "phone": "+420 558 000 111", "email": "info@domov.example", "note": "pozn.", "origin_id": "o",
    }  # fmt: skip
    hidden = {
        **service, "service_id": "page-P2", "registration_id": None, "name": "Azylové domy",
        "service_type_code": "cz-57", "status": "planned", "evidence": "page", "note": "v Tajnov",
        "served_area_text": "Tajnov", "source_url": "https://secret.example",
        "served_area_state": "described", "phone": None, "provider_id": None,
    }  # fmt: skip
    site = {
        "site_id": "cz-rpss-1-s1", "service_id": "cz-rpss-1", "name": "Domov", "country": "CZ",
        "is_protected": False, "municipality_code": "598143", "district_code": "CZ0802",
        "street_address": "Hlavní 1", "postal_code": "73911", "address_point_code": "123", "latitude": 49.59,
        "longitude": 18.35, "location_quality": "coordinates", "origin_id": "o",
    }  # fmt: skip
    secret = {
        **site, "site_id": "page-P2-s1", "service_id": "page-P2", "name": "Úkryt", "is_protected": True,
        "municipality_name": "Tajnov", "street_address": "Tajná 7", "postal_code": "73912",
        "latitude": 49.51234, "longitude": 18.51234, "location_quality": "district",
    }  # fmt: skip
    capacity = {
        "service_id": "cz-rpss-1", "form": "pob", "unit": "luzka", "kind": "registered",
        "capacity_number": 35.0, "basis": "at_one_time", "basis_reason": "unit", "is_retold": False,
        "capacity_text": "pob:luzka=35", "origin_id": "o",
    }  # fmt: skip
    made = {name: frame(name, []) for name in fields.BY_NAME}
    made["municipality"] = frame(
        "municipality",
        [{"municipality_code": "598143", "country": "CZ", "name": "Frýdlant nad Ostravicí",
          "district_code": "CZ0802", "district_name": "Frýdek-Místek", "region_code": "CZ080",
          "region_name": "Moravskoslezský kraj", "latitude": 49.6, "longitude": 18.36, "origin_id": "o"}],
    )  # fmt: skip
    made["origin"] = frame(
        "origin",
        [{"origin_id": "o", "title": "t", "publisher": "MPSV", "licence": "CC BY 4.0", "citation": "c",
          "reference_date": "2026-09-04", "file_name": "f", "checksum_sha256": "0" * 64}],
    )  # fmt: skip
    made["dataset"] = frame(
        "dataset", [{"name": "data_date", "value": "2026-09-04"}, {"name": "content_hash", "value": "a" * 64}]
    )
    made["provider"] = frame(
        "provider",
        [{"provider_id": "cz-ico-00000001", "country": "CZ", "name": "Domov, p. o.",
          "provider_id_ico": "00000001", "origin_id": "o"},
         {"provider_id": "pl-x", "country": "PL", "name": "Ośrodek", "origin_id": "o"}],
    )  # fmt: skip
    made["service"] = frame("service", [service, hidden])
    made["site"] = frame("site", [site, secret])
    unknown = {**capacity, "service_id": "page-P2", "form": "unknown", "unit": "unknown",
               "capacity_number": None, "basis": None,
               "basis_reason": None, "capacity_text": None}  # fmt: skip
    made["capacity"] = frame("capacity", [capacity, unknown])
    made["service_target_group"] = frame(
        "service_target_group",
        [{"service_id": "cz-rpss-1", "target_group_code": "seniors", "is_inferred": True}],
    )
    made["served_area"] = frame(
        "served_area", [{"service_id": "cz-rpss-1", "municipality_code": "598143", "origin_id": "o"}]
    )
    return MappingProxyType(made)


def entities(document):
    """Yield every object with its kind."""
    for service in document["contents"]:
        yield from tabular._walk("service", service)
    for organization in document["dosah"]["organizations_without_services"]:
        yield from tabular._walk("organization", organization)


def without_places(made):
    """What a round trip must give back: protected services have lost their place for good."""
    site, service = made["site"].copy(), made["service"].copy()
    is_hidden = site["is_protected"]
    site.loc[is_hidden, list(write.PLACE_COLUMNS)] = None
    hidden = service["service_id"].isin(site.loc[is_hidden, "service_id"])
    service.loc[hidden, list(write.SERVICE_PLACE_COLUMNS)] = None
    return {**made, "site": rules.conform("site", site), "service": rules.conform("service", service)}


def assert_same(back, made):
    for name in write.TABLES:
        key = list(fields.BY_NAME[name].key)
        left = back[name].sort_values(key, ignore_index=True)
        pd.testing.assert_frame_equal(left, made[name].sort_values(key, ignore_index=True))


def test_required_fields_are_there_with_their_types_and_no_other_required_field_is_left_out():
    document = json.loads(write.written(write.to_hsds(contents())))
    seen = set()
    for kind, thing in entities(document):
        seen.add(kind)
        for name, type_ in REQUIRED[kind].items():
            assert isinstance(thing[name], type_), (kind, name)
    assert seen == set(REQUIRED)


def test_identifiers_are_uuids_unique_within_their_kind_and_stable():
    first, second = write.to_hsds(contents()), write.to_hsds(contents(), "cs")
    ids = {}
    for kind, thing in entities(first):
        assert str(uuid.UUID(thing["id"])) == thing["id"]
        if kind not in ("organization", "organization_identifier", "unit", "taxonomy_term"):
            assert thing["id"] not in ids.setdefault(kind, set())
            ids[kind].add(thing["id"])
    assert [thing["id"] for _, thing in entities(first)] == [thing["id"] for _, thing in entities(second)]


def test_values_are_of_the_enumerations_and_formats_of_the_schema():
    for kind, thing in entities(write.to_hsds(contents())):
        if kind == "service":
            assert thing["status"] in STATUSES
            for name, pattern in FORMATS.items():
                assert name not in thing or re.fullmatch(pattern, thing[name]), thing[name]
        if kind == "location":
            assert thing["location_type"] == "physical"
            assert isinstance(thing["latitude"], float)
        if kind == "service_capacity":
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", thing["updated"])


def test_the_tabular_form_leaves_out_of_what_is_required_only_what_the_documentation_argues():
    document = write.to_hsds(contents())
    files = tabular.to_tabular(document)
    left_out = set()
    for kind, columns in TABULAR_REQUIRED.items():
        for row in files[tabular.TABULAR[kind][0]]:
            left_out |= {(kind, column) for column in columns if row.get(column) is None}
    assert left_out == LEFT_OUT
    page = (ROOT / "docs" / "EXCHANGE.md").read_text(encoding="utf-8")
    for kind, column in LEFT_OUT:
        assert f"`{kind}.{column}`" in page, (kind, column)
    resources = {one["name"]: one for one in tabular.datapackage(document, "t")["resources"]}
    for kind, needed in REQUIRED.items():
        columns = {column["name"] for column in resources[kind]["schema"]["fields"]}
        objects = {"unit"} if kind == "service_capacity" else set()
        assert set(needed) - objects <= columns, kind


def test_the_page_says_how_much_it_holds():
    document = write.to_hsds(contents())
    assert document["empty"] is False
    assert document["total_items"] == document["size"] == len(document["contents"]) == 2
    assert write.to_hsds({**contents(), "service": frame("service", [])})["empty"] is True


def test_what_is_unknown_is_left_out_and_available_is_never_invented():
    document = write.to_hsds(contents())
    known, unknown = (service["capacities"][0] for service in document["contents"])
    assert known["maximum"] == 35.0
    assert "maximum" not in unknown
    written = write.written(document)
    assert '"available"' not in written
    assert "null" not in written
    assert '""' not in written


def test_a_protected_place_stands_nowhere_even_if_the_table_tells_it():
    document = write.to_hsds(contents())
    written = write.written(document) + json.dumps(tabular.to_tabular(document), ensure_ascii=False)
    assert not [secret for secret in SECRETS if secret in written]
    hidden = document["contents"][1]["service_at_locations"][0]
    assert "location" not in hidden
    assert "CZ0802" in json.dumps(hidden)


def test_the_way_there_and_back_loses_nothing_of_ours():
    made = contents()
    back = read.from_hsds(json.loads(write.written(write.to_hsds(made, "pl"))))
    assert_same(back, without_places(made))


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=30)


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=texts,
    note=st.none() | texts,
    number=st.none() | st.floats(0, 1e6, allow_nan=False),
    bound=st.none() | st.floats(0, 1e6, allow_nan=False),
    age=st.none() | st.integers(0, 120),
    retold=st.booleans(),
    latitude=st.none() | st.floats(48, 55),
    postal_code=st.none() | texts,
)
def test_any_values_come_back(*, name, note, number, bound, age, retold, latitude, postal_code):
    made = dict(contents())
    service = made["service"].iloc[:1].assign(name=name, note=note, age_from=age, age_to=age)
    capacity = made["capacity"].iloc[:1].assign(capacity_number=number, bound_number=bound, is_retold=retold)
    longitude = None if latitude is None else 18.3
    site = made["site"].iloc[:1].assign(latitude=latitude, longitude=longitude, postal_code=postal_code)
    made |= {
        "service": rules.conform("service", service),
        "capacity": rules.conform("capacity", capacity),
        "site": rules.conform("site", site),
    }
    back = read.from_hsds(json.loads(write.written(write.to_hsds(made))))
    assert_same(back, made)


def test_the_tabular_way_there_and_back_loses_nothing_of_ours():
    made = contents()
    document = write.to_hsds(made, "pl")
    files = {
        file: tabular.rows_of(tabular.csv_text(file, rows), file)
        for file, rows in tabular.to_tabular(document).items()
    }
    back = tabular.from_tabular(files, tabular.datapackage(document, "t"))
    assert_same(read.from_hsds(back), without_places(made))
    assert back["dosah"]["origins"] == document["dosah"]["origins"]
    assert read.is_ours(back)


def test_inputs_are_not_changed():
    made = contents()
    before = {name: table.copy() for name, table in made.items()}
    write.to_hsds(made)
    for name, table in made.items():
        pd.testing.assert_frame_equal(table, before[name])


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ([], "no page"),
        ({"contents": 3}, "no page"),
        ({"contents": [{"id": "x", "name": "n", "status": "active"}]}, "service_id"),
        ({"contents": list("x" * 42)}, "and more problems: 2"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_name_of_the_file(document, told):
    with pytest.raises(InputFileError, match=told) as caught:
        read.from_hsds(document, "other.json")
    assert "other.json" in str(caught.value)


def test_the_tabular_form_has_each_object_once_and_its_keys_lead_somewhere():
    document = write.to_hsds(contents())
    package = tabular.datapackage(document, "t")
    files = tabular.to_tabular(document)
    assert {resource["path"] for resource in package["resources"]} == set(files)
    assert package["licenses"] == [{"name": "o", "title": "CC BY 4.0"}]
    ids = {}
    for resource in package["resources"]:
        rows = files[resource["path"]]
        ids[resource["name"]] = {row["id"] for row in rows}
        assert len(ids[resource["name"]]) == len(rows)
    for resource in package["resources"]:
        for key in resource["schema"].get("foreignKeys", []):
            values = {row[key["fields"]] for row in files[resource["path"]]} - {None}
            assert values <= ids[key["reference"]["resource"]], (resource["name"], key)
    everything = set().union(*ids.values())
    assert {row["link_id"] for row in files["attributes.csv"]} <= everything

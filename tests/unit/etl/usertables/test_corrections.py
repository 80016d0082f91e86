"""Corrections win over the sources, as long as the sources still say what was corrected."""

import itertools

import pandas as pd
import pytest

from etl.cleaning.locate import LoadedMunicipality
from etl.usertables.corrections import HIDDEN_REASON, Correction, apply_corrections
from geodata.dataset import fields, rules

LOCATED = {
    "598143": LoadedMunicipality("CZ", "Frýdlant nad Ostravicí", "CZ0802", 49.6, 18.36),
    "598011": LoadedMunicipality("CZ", "Baška", "CZ0802", 49.64, 18.37),
}
SERVICE = {
    "service_id": "cz-rpss-259",
    "registration_id": "259",
    "country": "CZ",
    "name": "Domov",
    "service_type_code": "cz-40",
    "status": "existing",
    "evidence": "register",
    "is_follow_on": False,
    "served_area_state": "unknown",
    "phone": "+420 318 682 614",
    "valid_to": "2026-10-31",
    "origin_id": "o",
}
SITE = {
    "site_id": "cz-rpss-259-s1",
    "service_id": "cz-rpss-259",
    "country": "CZ",
    "is_protected": False,
    "municipality_code": "598143",
    "district_code": "CZ0802",
    "street_address": "Dlouhá 1",
    "postal_code": "739 11",
    "latitude": 49.601,
    "longitude": 18.351,
    "location_quality": "coordinates",
    "origin_id": "o",
}
CAPACITY = {
    "service_id": "cz-rpss-259",
    "form": "ter",
    "unit": "klient",
    "kind": "registered",
    "capacity_number": 350.0,
    "basis": "doubtful",
    "basis_reason": "beyond_bound",
    "bound_number": 70.0,
    "is_retold": False,
    "origin_id": "o",
}
BENCHMARK = {
    "country": "CZ",
    "service_type_code": "cz-40",
    "form": "ter",
    "unit": "klient",
    "registrations": 9,
    "capacity_number": 90,
    "capacity_per_site_number": 90,
    "median": 7,
    "upper_quartile": 10,
    "largest": 50,
    "capacity_within_bound_number": 90,
    "registrations_within_bound": 9,
    "reference_date": "2026-09-04",
    "scope": "vše",
    "origin_id": "o",
}


def table(name, *rows):
    full = [{**dict.fromkeys(fields.BY_NAME[name].columns), **row} for row in rows]
    return rules.conform(name, pd.DataFrame(full, dtype=object))


def contents(service=SERVICE, sites=(SITE,), capacities=(CAPACITY,)):
    found = {part.name: rules.empty(part.name) for part in fields.TABLES}
    return found | {
        "service": table("service", service),
        "site": table("site", *sites),
        "capacity": table("capacity", *capacities),
        "benchmark": table("benchmark", BENCHMARK),
    }


def correction(told, new, **more):
    name, field = told.split(".")
    given = {
        "origin_id": "user_corrections",
        "row_number": 2,
        "record": "259",
        "form": None,
        "unit": None,
        "expected": None,
        "date": "2026-10-05",
        "office": "MěÚ Příbram",
        "reason": "překlep",
    }
    return Correction(table=name, field=field, new=new, **(given | more))


def only(frame):
    assert len(frame) == 1
    return frame.iloc[0]


def states(found):
    return sorted(found["correction"]["state"])


def test_a_corrected_number_stands_and_its_basis_is_read_anew():
    before = contents()
    found = apply_corrections(before, [correction("capacity.capacity_number", "35")], LOCATED)
    row = only(found["capacity"])
    assert (row["capacity_number"], row["basis"], row["basis_reason"]) == (35, "at_one_time", "within_bound")
    assert row["origin_id"] == "user_corrections"
    told = only(found["correction"])
    assert (told["state"], told["replaced_text"], told["new_text"]) == ("applied", "350", "35")
    assert only(before["capacity"])["capacity_number"] == 350


def test_a_doubtful_capacity_is_settled_for_good():
    found = apply_corrections(
        contents(), [correction("capacity.basis", "per_year", expected="doubtful")], LOCATED
    )
    row = only(found["capacity"])
    assert (row["capacity_number"], row["basis"], row["basis_reason"]) == (350, "per_year", "correction")
    assert pd.isna(row["bound_number"])


def test_number_and_basis_of_one_capacity_together():
    both = [correction("capacity.capacity_number", "300"), correction("capacity.basis", "at_one_time")]
    row = only(apply_corrections(contents(), both, LOCATED)["capacity"])
    assert (row["capacity_number"], row["basis"], row["basis_reason"]) == (300, "at_one_time", "correction")


@pytest.mark.slow
def test_unknown_is_an_answer():
    found = apply_corrections(contents(), [correction("capacity.capacity_number", "")], LOCATED)
    row = only(found["capacity"])
    assert pd.isna(row["capacity_number"])
    assert pd.isna(row["basis"])
    found = apply_corrections(
        contents(), [correction("service.valid_to", "", expected="2026-10-31")], LOCATED
    )
    assert pd.isna(only(found["service"])["valid_to"])


def test_a_correction_of_a_value_that_the_source_has_changed_is_told_not_applied():
    found = apply_corrections(
        contents(), [correction("capacity.capacity_number", "35", expected="340")], LOCATED
    )
    assert only(found["capacity"])["capacity_number"] == 350
    told = only(found["correction"])
    assert (told["state"], told["replaced_text"], told["expected_text"]) == ("outdated", "350", "340")
    assert told["detail"] == "the sources say 350"


@pytest.mark.slow
@pytest.mark.parametrize("expected", ["350", "350.0"])
def test_the_expected_value_may_be_written_otherwise(expected):
    found = apply_corrections(
        contents(), [correction("capacity.capacity_number", "35", expected=expected)], LOCATED
    )
    assert states(found) == ["applied"]
    found = apply_corrections(
        contents(), [correction("service.phone", "318682615", expected="318682614")], LOCATED
    )
    assert only(found["service"])["phone"] == "+420 318 682 615"


def test_a_source_that_says_it_right_by_now_needs_no_correction():
    found = apply_corrections(contents(), [correction("service.name", "Domov", expected="Dum")], LOCATED)
    assert states(found) == ["applied"]


@pytest.mark.slow
def test_the_newest_stands_whatever_the_order():
    three = [
        correction("service.name", "A", date="2026-01-01"),
        correction("service.name", "C", date="2026-03-01"),
        correction("service.name", "B", date="2026-02-01"),
    ]
    for order in itertools.permutations(three):
        found = apply_corrections(contents(), order, LOCATED)
        assert only(found["service"])["name"] == "C"
        assert states(found) == ["applied", "superseded", "superseded"]


def test_two_of_one_day_that_contradict_are_both_left_out():
    found = apply_corrections(
        contents(), [correction("service.name", "A"), correction("service.name", "B", office="KÚ")], LOCATED
    )
    assert only(found["service"])["name"] == "Domov"
    assert states(found) == ["conflicting", "conflicting"]
    same = [correction("service.name", "A"), correction("service.name", "A", office="KÚ")]
    assert states(apply_corrections(contents(), same, LOCATED)) == ["applied", "applied"]


@pytest.mark.parametrize("record", ["259", "cz-rpss-259", "cz-rpss-259-s1"])
def test_a_service_is_found_by_number_identifier_or_site(record):
    assert states(
        apply_corrections(contents(), [correction("service.name", "A", record=record)], LOCATED)
    ) == ["applied"]


def test_what_is_not_found_is_told():
    found = apply_corrections(contents(), [correction("service.name", "A", record="999")], LOCATED)
    assert states(found) == ["not_found"]
    assert only(found["correction"])["detail"] == "no service or site 999 is in the data"


def test_several_capacities_need_form_and_unit():
    two = (CAPACITY, {**CAPACITY, "form": "amb", "capacity_number": 5.0})
    found = apply_corrections(
        contents(capacities=two), [correction("capacity.capacity_number", "35")], LOCATED
    )
    assert states(found) == ["not_found"]
    assert "amb:klient, ter:klient" in only(found["correction"])["detail"]
    found = apply_corrections(
        contents(capacities=two),
        [correction("capacity.capacity_number", "35", form="ter", unit="klient")],
        LOCATED,
    )
    assert found["capacity"].set_index("form")["capacity_number"].to_dict() == {"amb": 5, "ter": 35}


def test_an_unknown_capacity_gets_its_unit_from_the_correction():
    unknown = {**CAPACITY, "unit": "unknown", "capacity_number": None, "basis": None, "basis_reason": None}
    found = apply_corrections(
        contents(capacities=(unknown,)),
        [correction("capacity.capacity_number", "12", form="ter", unit="klient")],
        LOCATED,
    )
    row = only(found["capacity"])
    assert (row["unit"], row["capacity_number"], row["basis"]) == ("klient", 12, "at_one_time")


def test_a_place_told_twice_is_corrected_where_it_is_counted():
    two = (
        {**CAPACITY, "form": "pob", "unit": "luzka", "capacity_number": 80.0},
        {**CAPACITY, "form": "pob", "unit": "klient", "capacity_number": 80.0, "is_retold": True},
    )
    found = apply_corrections(
        contents(capacities=two), [correction("capacity.capacity_number", "8")], LOCATED
    )
    assert found["capacity"].set_index("unit")["capacity_number"].to_dict() == {"luzka": 8, "klient": 80}


@pytest.mark.slow
def test_a_moved_site_loses_the_point_of_its_old_address():
    found = apply_corrections(contents(), [correction("site.municipality_code", "598011")], LOCATED)
    row = only(found["site"])
    assert (row["municipality_code"], row["latitude"], row["location_quality"]) == (
        "598011",
        49.64,
        "municipality",
    )
    assert pd.isna(row["street_address"])
    found = apply_corrections(contents(), [correction("site.street_address", "Krátká 2")], LOCATED)
    row = only(found["site"])
    assert (row["street_address"], row["latitude"], row["location_quality"]) == (
        "Krátká 2",
        49.6,
        "municipality",
    )
    found = apply_corrections(contents(), [correction("site.municipality_code", "1")], LOCATED)
    assert states(found) == ["not_found"]


def test_one_of_several_sites_is_named_by_its_identifier():
    sites = (SITE, {**SITE, "site_id": "cz-rpss-259-s2"})
    wanted = correction("site.postal_code", "73912")
    found = apply_corrections(contents(sites=sites), [wanted], LOCATED)
    assert states(found) == ["not_found"]
    found = apply_corrections(
        contents(sites=sites), [correction("site.postal_code", "73912", record="cz-rpss-259-s2")], LOCATED
    )
    assert found["site"]["postal_code"].tolist() == ["739 11", "739 12"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "told", ["site.street_address", "site.postal_code", "site.municipality_code", "service.name"]
)
@pytest.mark.parametrize("sites", [1, 2])
def test_a_correction_never_tells_a_protected_address(told, sites):
    secret = {
        **SITE,
        "is_protected": True,
        "street_address": None,
        "municipality_code": None,
        "postal_code": None,
    }
    service = {**SERVICE, "service_type_code": "cz-57", "name": "Azylové domy"}
    all_sites = [{**secret, "site_id": f"cz-rpss-259-s{number}"} for number in range(1, sites + 1)]
    wanted = [
        correction(told, "Tajná 7", date=date, expected="Tajná 6", reason="Tajná 7 je správně")
        for date in ("2026-01-01", "2026-02-01", "2026-02-01")
    ]
    wanted.append(correction(told, "Tajná 8", date="2026-02-01"))
    wanted.append(correction("service.phone", "558441611", reason="Tajná 7"))
    found = apply_corrections(contents(service, all_sites), wanted, LOCATED)
    told_text = "".join(frame.to_csv() for frame in found.values())
    assert "Tajná" not in told_text
    assert set(found["correction"]["state"]) == {"refused", "applied"}
    assert set(found["correction"]["reason"]) == {HIDDEN_REASON}


def test_a_place_of_a_service_that_is_not_loaded_is_not_told():
    found = apply_corrections(
        contents(), [correction("site.street_address", "Tajná 7", record="888", reason="Tajná")], LOCATED
    )
    assert "Tajná" not in found["correction"].to_csv()


def test_without_corrections_nothing_changes():
    before = contents()
    found = apply_corrections(before, [], LOCATED)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(found[name], frame)

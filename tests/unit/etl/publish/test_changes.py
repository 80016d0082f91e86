"""What changed since the last build."""

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.publish import change_words
from etl.publish.changes import KINDS, compare, tombstones
from geodata.dataset import rules
from geodata.errors import UnknownCodeError

SERVICE = {
    "registration_id": None,
    "provider_id": "p1",
    "country": "CZ",
    "name": "Domov U Lesa",
    "service_type_code": "cz-49",
    "status": "existing",
    "valid_to": None,
}
SITE = {
    "is_protected": False,
    "municipality_code": "598143",
    "municipality_name": None,
    "district_code": "CZ0802",
    "street_address": "Dlouhá 1",
}
MUNICIPALITIES = [("598143", "Frýdlant nad Ostravicí"), ("598011", "Baška")]


def made(
    services=("a",),
    *,
    date="2026-09-04",
    sites=None,
    capacity=35.0,
    basis="at_one_time",
    persons=100,
    **changed,
):
    service = pd.DataFrame([{**SERVICE, "service_id": code, **changed} for code in services])
    return {
        "service": service if len(service) else pd.DataFrame(columns=["service_id", *SERVICE]),
        "provider": pd.DataFrame(
            [{"provider_id": "p1", "name": "Charita"}, {"provider_id": "p2", "name": "Diakonie"}]
        ),
        "capacity": pd.DataFrame(
            [
                {
                    "service_id": code,
                    "form": "pob",
                    "unit": "luzka",
                    "capacity_number": capacity,
                    "basis": basis,
                }
                for code in services
            ],
            columns=["service_id", "form", "unit", "capacity_number", "basis"],
        ),
        "site": pd.DataFrame(
            [{"service_id": code, **SITE, **site} for code in services for site in (sites or [{}])],
            columns=["service_id", *SITE],
        ),
        "municipality": pd.DataFrame(
            [
                {
                    "municipality_code": code,
                    "name": name,
                    "district_code": "CZ0802",
                    "district_name": "Frýdek-Místek",
                }
                for code, name in MUNICIPALITIES
            ]
        ),
        "population": pd.DataFrame(
            [
                {"municipality_code": "598143", "sex": "total", "persons": persons},
                {"municipality_code": "598143", "sex": "male", "persons": 1},
            ]
        ),
        "dataset": pd.DataFrame({"name": ["data_date"], "value": [date]}),
    }


def only(changes):
    assert len(changes.changes) == 1, changes.changes
    return changes.changes[0]


def test_nothing_changed():
    changes = compare(made(), made())
    assert changes.changes == ()
    assert changes.as_text("cs").endswith("Nic se nezměnilo.\n")


@pytest.mark.parametrize(
    ("old", "new", "kind", "before", "after"),
    [
        ({"services": ()}, {}, "service_added", None, None),
        ({}, {"services": ()}, "service_gone", None, None),
        ({}, {"status": "ended", "valid_to": "2026-10-31"}, "service_ended", "existing", "2026-10-31"),
        ({"status": "planned"}, {}, "service_status", "planned", "existing"),
        ({}, {"name": "Domov Pod Lesem"}, "service_renamed", "Domov U Lesa", "Domov Pod Lesem"),
        ({}, {"provider_id": "p2"}, "provider_changed", "Charita", "Diakonie"),
        ({}, {"capacity": 40.0}, "capacity_changed", 35.0, 40.0),
        ({}, {"capacity": None}, "capacity_changed", 35.0, None),
        ({"capacity": None}, {"capacity": 0.0}, "capacity_changed", None, 0.0),
        ({"basis": "doubtful"}, {}, "capacity_basis", "doubtful", "at_one_time"),
        (
            {},
            {"sites": [{"street_address": "Krátká 2"}]},
            "site_moved",
            "Dlouhá 1, Frýdlant nad Ostravicí",
            "Krátká 2, Frýdlant nad Ostravicí",
        ),
        ({}, {"sites": [{}, {"municipality_code": "598011"}]}, "site_opened", None, "Dlouhá 1, Baška"),
        ({"sites": [{}, {"municipality_code": "598011"}]}, {}, "site_closed", "Dlouhá 1, Baška", None),
        ({}, {"persons": 98}, "population_changed", 100.0, 98.0),
    ],
)
def test_each_kind_of_change(old, new, kind, before, after):
    changes = compare(made(**old), made(**new))
    change = only(changes)
    assert (change.kind, change.before, change.after) == (kind, before, after)
    for language in ("cs", "pl", "en"):
        text = changes.as_text(language)
        assert change_words.of(language).headings[kind] in text
        assert change.record_id in text
        assert "None" not in text
        assert "nan" not in text.split()


def test_municipalities_come_go_and_change_their_names():
    old, new = made(), made()
    old["municipality"] = old["municipality"].assign(municipality_code=["598143", "1"])
    new["municipality"] = new["municipality"].assign(
        municipality_code=["598143", "2"], name=["Frýdlant", "Baška"]
    )
    assert {(change.kind, change.record_id) for change in compare(old, new).changes} == {
        ("municipality_gone", "1"),
        ("municipality_added", "2"),
        ("municipality_renamed", "598143"),
    }


def test_the_order_of_sites_is_no_change():
    sites = [{}, {"municipality_code": "598011"}]
    assert compare(made(sites=sites), made(sites=sites[::-1])).changes == ()


def test_a_place_that_is_protected_now_is_not_told_by_the_report():
    new = made(name="Azylové domy", service_type_code="cz-57")
    new["site"] = new["site"].assign(is_protected=True, street_address=None, municipality_code=None)
    changes = compare(made(name="Azylový dům Dlouhá", service_type_code="cz-57"), new)
    told = json.dumps(changes.as_json(), ensure_ascii=False) + "".join(
        map(changes.as_text, ("cs", "pl", "en"))
    )
    assert "Azylové domy" in told
    assert "Dlouhá" not in told
    assert "Frýdlant" not in told


def test_numbers_and_days_are_written_as_the_language_does():
    changes = compare(made(capacity=1200.0), made(capacity=1250.5, date="2026-10-04"))
    assert "1\xa0200 → 1\xa0250,5" in changes.as_text("cs")
    assert "4. října 2026" in changes.as_text("cs")
    assert "4 października 2026" in changes.as_text("pl")
    assert "1,200 → 1,250.5" in changes.as_text("en")
    assert "pobytová, lůžka" in changes.as_text("cs")


def test_long_lists_are_cut_in_the_text_and_whole_in_the_json():
    changes = compare(made(()), made([f"s{number:03}" for number in range(30)]))
    text = changes.as_text("en", most_lines=10)
    assert "New services: 30" in text
    assert "and more: 20" in text
    assert text.count("Domov U Lesa") == 10
    assert changes.as_json()["counts"]["service_added"] == len(changes.as_json()["changes"]) == 30
    assert json.loads(json.dumps(changes.as_json())) == changes.as_json()


def test_every_kind_has_words_in_every_language():
    for language in ("cs", "pl", "en"):
        assert set(change_words.of(language).headings) == set(KINDS)
    with pytest.raises(UnknownCodeError):
        change_words.of("de")


def test_a_vanished_service_is_remembered_until_it_comes_back():
    first, second, third = made("ab"), made("a", date="2026-10-04"), made("", date="2026-11-04")
    for contents in (first, second, third):
        contents["tombstone"] = rules.empty("tombstone")
    assert len(tombstones(None, first)) == 0
    second["tombstone"] = tombstones(first, second)
    assert second["tombstone"][["service_id", "last_seen", "gone_since"]].to_numpy().tolist() == [
        ["b", "2026-09-04", "2026-10-04"]
    ]
    third["tombstone"] = tombstones(second, third)
    assert third["tombstone"][["service_id", "last_seen", "gone_since"]].to_numpy().tolist() == [
        ["a", "2026-10-04", "2026-11-04"],
        ["b", "2026-09-04", "2026-10-04"],
    ]
    assert tombstones(third, made("b", date="2026-12-04"))["service_id"].tolist() == ["a"]


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(st.sets(st.sampled_from("abcdefgh")), st.sets(st.sampled_from("abcdefgh")))
def test_added_and_gone_are_each_others_mirror(old, new):
    forth, back = compare(made(sorted(old)), made(sorted(new))), compare(made(sorted(new)), made(sorted(old)))
    assert {change.record_id for change in forth.of("service_added")} == new - old
    assert {change.record_id for change in forth.of("service_gone")} == old - new
    assert {c.record_id for c in forth.of("service_added")} == {c.record_id for c in back.of("service_gone")}

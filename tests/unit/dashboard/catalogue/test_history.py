"""What older data said of a capacity, in words and in a table."""

import pytest

from dashboard.catalogue import history
from dashboard.tables.html import html

FIRST, SECOND, NOW = "2026-09-04", "2026-10-04", "2027-02-01"


def said(service_id, number, seen_from, seen_to, *, form="pob", unit="luzka", **more):
    basis = None if number is None else "at_one_time"
    return {
        "service_id": service_id,
        "form": form,
        "unit": unit,
        "kind": "registered",
        "capacity_number": number,
        "basis": basis,
        "seen_from": seen_from,
        "seen_to": seen_to,
        **more,
    }


HISTORY = [
    said("changed", 40.0, FIRST, SECOND),
    said("changed", 46.0, NOW, NOW),
    said("changed", 5.0, FIRST, NOW, form="ter", unit="klient"),
    said("same", 12.0, FIRST, NOW),
    said("new", 12.0, NOW, NOW),
    said("known-now", None, FIRST, FIRST),
    said("known-now", 9.0, SECOND, SECOND),
    said("known-now", 10.0, NOW, NOW, kind="planned"),
    said("dropped", 7.0, FIRST, SECOND),
    said("gone", 20.0, FIRST, SECOND),
    said("gone", 3.0, FIRST, FIRST, form="ter", unit="klient"),
]
GONE = [
    {
        "service_id": "gone",
        "registration_id": "77",
        "name": "<script>alert(1)</script>",
        "service_type_code": "cz-49",
        "country": "CZ",
        "last_seen": SECOND,
        "gone_since": NOW,
    },
    {
        "service_id": "earlier",
        "name": "Dříve",
        "service_type_code": "cz-40",
        "country": "CZ",
        "last_seen": FIRST,
        "gone_since": SECOND,
    },
]


@pytest.fixture(scope="module")
def world(world_with):
    return world_with(capacity_history=HISTORY, tombstone=GONE)


@pytest.fixture(scope="module")
def told(world):
    return history.statements(world)


@pytest.fixture(autouse=True)
def czech(in_language):
    in_language("cs")


def sentences(told, service_id):
    return [one.replace("\N{NO-BREAK SPACE}", " ") for one in history.sentences(told[service_id], NOW)]


def test_a_change_is_a_sentence(told):
    assert sentences(told, "changed") == ["pobytová: 40 lůžek do 4. října 2026, od 1. února 2027 46 lůžek"]
    assert history.has_changed(told["changed"], NOW)
    assert history.unchanged(told["changed"], NOW) is None


def test_three_statements_and_the_unknown_are_told(told):
    (said,) = sentences(told, "known-now")
    assert said.startswith(
        "pobytová: kapacita neznámá do 4. září 2026, 4. října 2026 9 lůžek, od 1. února 2027"
    )
    assert said.endswith("10 lůžek (plánovaná)")


def test_what_is_no_longer_stated_is_told(told):
    assert sentences(told, "dropped") == ["pobytová: 7 lůžek do 4. října 2026, pak už neuvedeno"]


def test_what_never_changed_says_since_when_and_a_first_build_nothing(told):
    assert sentences(told, "same") == []
    assert history.unchanged(told["same"], NOW) == f"v datech beze změny od {history.text.date(FIRST)}"
    assert history.unchanged(told["new"], NOW) is None
    assert history.unchanged((), NOW) is None


def test_the_table_keeps_forms_apart(told):
    shown = history.table(told["changed"])
    assert shown.index("40 lůžek") < shown.index("46 lůžek") < shown.index("5 klientů")
    assert "51" not in shown


def test_a_service_that_is_gone_is_remembered(world, told):
    found = history.gone(world)
    assert list(found) == ["gone", "earlier"]
    facts = {name: html(value) for name, value in history.gone_facts(found["gone"], told["gone"]) if value}
    # Only what was said last: the clients were gone before.
    assert facts["Kapacita, když v datech byla naposledy"] == "pobytová: 20 lůžek"
    assert "2026" in history.gone_sentence(found["gone"])
    assert history.gone_facts(found["earlier"], ())[3][1] == "neznámo"

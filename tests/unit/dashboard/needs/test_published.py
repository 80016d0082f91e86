"""Published findings beside the gaps, and money: what is said, and what is never added up."""

import pandas as pd
import pytest

from dashboard import text
from dashboard.needs import findings
from dashboard.needs import money as needs_money
from dashboard.needs import published as needs_published
from dashboard.needs.findings import Finding
from geodata.dataset import rules
from geodata.dataset.dataset import Dataset

AREA = "frydlantsko-beskydy"
MEMBERS = ["100001", "100002", "100003"]


def finding(number, **more):
    return {
        "origin_id": "o",
        "row_number": number,
        "municipality_code": "100001",
        "area_id": None,
        "service_group": "home_care",
        "service_type_code": None,
        "target_group_code": None,
        "finding_state": "too_little",
        "speaker": "citizens",
        "participants": None,
        "disclosure": "unknown",
        "finding_date": "2026-10-01",
        "source_text": "zápis",
        "note": None,
        **more,
    }


def world_with(world, **frames):
    made = {name: rules.conform(name, pd.DataFrame(rows, dtype=object)) for name, rows in frames.items()}
    return Dataset(world.path, {**world.tables, **made}, "changed")


def published(world, *rows):
    return needs_published.findings_of(world_with(world, finding=list(rows)), AREA, MEMBERS, "CZ")


def test_findings_of_other_places_are_not_of_this_area(small_world):
    found = published(
        small_world,
        finding(2),
        finding(3, municipality_code="100004"),
        finding(4, municipality_code=None, area_id=AREA),
        finding(5, municipality_code=None, area_id="jinde"),
    )
    assert [one.municipality for one in found] == ["100001", ""]


def test_a_finding_of_one_kind_is_set_beside_every_group_that_holds_it(small_world):
    respite = finding(2, service_group=None, service_type_code="cz-44", finding_state="enough")
    alone = finding(3, service_group=None, service_type_code="follow-on-seniors-club")
    found = published(small_world, respite, alone)
    assert [(one.service, one.kind, one.felt) for one in found] == [
        ("respite_residential", "cz-44", "enough"),
        ("respite_field", "cz-44", "enough"),
        ("follow-on-seniors-club", "follow-on-seniors-club", "short"),
    ]
    rows = findings.compare(found, {("100001", "respite_field"): "far_below"}, ())
    assert {row.service: row.result for row in rows} == {
        "respite_residential": "unclear",
        "respite_field": "only_computed",
        "follow-on-seniors-club": "unclear",
    }


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("cs", "občané, méně než 5 účastníků, 1. října 2026"),
        ("en", "citizens, fewer than 5 participants, 1 October 2026"),
    ],
)
def test_a_small_group_is_told_without_its_number(small_world, in_language, language, words):
    in_language(language)
    (one,) = published(small_world, finding(2, disclosure="below"))
    assert one.said_by.replace("\N{NO-BREAK SPACE}", " ") == words


def test_people_for_whom_it_is_meant_are_kept_apart():
    said = [
        Finding("1", "home_care", "short", "občané", target_group="seniors", state="missing"),
        Finding("1", "home_care", "enough", "starostové", target_group="seniors", state="enough"),
        Finding("1", "home_care", "enough", "rodiny", target_group="disability", state="enough"),
    ]
    rows = findings.compare(said, {("1", "home_care"): "below"}, ["1"])
    found = {(row.target_group, row.felt, row.is_disputed, row.result) for row in rows}
    assert found == {("seniors", "short", True, "agrees"), ("disability", "enough", False, "only_computed")}
    assert sorted(len(row.said) for row in rows) == [1, 2]


# -- money ---------------------------------------------------------------------------------------------------


def money(service_id, **more):
    return {
        "service_id": service_id,
        "year": 2025,
        "funding_source": "region",
        "kind": "granted",
        "amount": 120_000.0,
        "currency": "CZK",
        "source_text": "usnesení",
        "note": None,
        "origin_id": "o",
        **more,
    }


def cells(html):
    return [
        part.split("</t")[0].split(">")[-1]
        for part in html.replace("<br>", "|").split("<t")
        if part[:1] in "dh"
    ]


def test_nothing_loaded_is_no_table(small_world):
    services = needs_money.services_of(small_world, MEMBERS)
    assert needs_money.money_table(small_world, services) is None
    assert needs_money.payers_table(small_world, services) is None
    assert needs_money.network_table(small_world, services) is None


def test_services_of_an_area_are_those_with_a_place_in_it_and_no_secret_one(small_world):
    services = needs_money.services_of(small_world, MEMBERS)
    assert set(services["service_id"]) == {"s-home", "s-home-b", "s-beds", "s-beds-unknown"}


def test_sums_prices_and_what_is_unknown(small_world, in_language):
    in_language("en")
    world = world_with(
        small_world,
        funding=[
            money("s-home"),
            money("s-home", funding_source="municipality", amount=None),
            money("s-home", kind="spent"),
            money("s-beds", amount=800_000.0),
            money("s-secret", amount=1.0),
            money("s-pl", currency="PLN"),
        ],
    )
    services = needs_money.services_of(world, MEMBERS)
    shown = needs_money.money_table(world, services).replace("\N{NO-BREAK SPACE}", " ")
    assert "at least 120,000 CZK" in shown
    assert "10,000 CZK (1 service, 12 clients)" in shown  # spent: all of it known
    assert "100,000 CZK (1 service, 8 beds)" in shown
    assert "PLN" not in shown
    assert "240,000" not in shown
    payers = needs_money.payers_table(world, services)
    assert "unknown" in payers


def test_a_network_stands_beside_the_register_and_is_never_added(small_world, in_language):
    in_language("en")
    network = {
        "form": "ter",
        "unit": "klient",
        "year": 2026,
        "network_name": "<b>síť</b>",
        "full_time_equivalents": None,
        "source_text": "x",
        "note": None,
        "origin_id": "o",
    }
    world = world_with(
        small_world,
        network=[
            {**network, "service_id": "s-home", "capacity_number": 10.0},
            {**network, "service_id": "s-home-b", "capacity_number": None},
        ],
    )
    shown = needs_money.network_table(world, needs_money.services_of(world, MEMBERS))
    assert "10 clients" in shown
    assert "12 clients" in shown
    assert "22 clients" not in shown
    assert "<b>" not in shown


def test_a_sum_reads_as_in_the_catalogue_and_never_as_nothing(in_language):
    in_language("en")
    assert needs_money.money(12.5, "CZK") == text.money(12.5, "CZK") == "12.5\N{NO-BREAK SPACE}CZK"
    assert needs_money.money(0.2, "PLN", is_at_least=True) == "at least 0.2\N{NO-BREAK SPACE}PLN"
    assert needs_money.money(None, "PLN", is_at_least=True) == "unknown"

"""
A provider: nothing added across kinds, forms or units, unknown is not zero,
a protected place stays a district.
"""

from collections import defaultdict

import pytest

from dashboard.catalogue import provider
from dashboard.tables.html import html
from geodata.reading import services as reading_services

DISTRICTS = {"CZ0802": "Frýdek-Místek", "2408": "powiat mikołowski"}


@pytest.fixture(scope="module")
def found(small_world):
    return list(reading_services.services(small_world).values())


@pytest.fixture(scope="module")
def services(found):
    return provider.services_of(found, "p1")


@pytest.fixture(scope="module")
def places(small_world):
    municipality = small_world["municipality"]
    return dict(zip(municipality["municipality_code"], municipality["name"], strict=True))


@pytest.fixture(autouse=True)
def czech(in_language):
    in_language("cs")


def test_all_its_services_and_only_they(found, services, small_world):
    table = small_world["service"]
    assert {entry.service_id for entry in services} == set(
        table.loc[table["provider_id"] == "p1", "service_id"]
    )
    assert provider.services_of(found, "nobody") == []


def test_holdings_are_the_sums_of_each_kind_form_and_unit(services, small_world):
    """Oracle: the tables themselves, added in plain Python."""
    existing = {entry.service_id: entry.kind for entry in services if entry.status == "existing"}
    wanted = defaultdict(list)
    for row in small_world["capacity"].to_dict("records"):
        if row["service_id"] in existing and not row["is_retold"] and row["kind"] != "planned":
            wanted[existing[row["service_id"]], row["form"], row["unit"]].append(row)
    held = {(one.kind, one.form, one.unit): one for one in provider.holdings(services)}
    assert set(held) == set(wanted)
    for key, rows in wanted.items():
        sure = [row["capacity_number"] for row in rows if row["basis"] == "at_one_time"]
        assert held[key].services == len(rows)
        assert held[key].known == (sum(sure) if sure else None)
        assert held[key].unknown + held[key].other_basis + len(sure) == len(rows)


def test_what_is_doubtful_or_unknown_is_said_and_not_added(services):
    shown = provider.holdings_table(provider.holdings(services))
    assert "nejméně 12 klientů" in shown
    assert "722" not in shown
    assert "u 1 služby neznámá" in shown
    # The planned home of 90 beds is no capacity of today; beds told again as clients are told once.
    assert "90" not in shown
    assert "8 lůžek" in shown
    assert "8 klientů" not in shown


def test_facts_name_places_and_hide_the_protected_one(services, places):
    facts = {name: html(value) for name, value in provider.facts(services, DISTRICTS, places) if value}
    assert facts["IČO"] == "00123456"
    assert "Čeladná" in facts["Má místo v obcích"]
    assert "village?municipality=100001" in facts["Má místo v obcích"]
    assert "chráněná adresa, okres Frýdek-Místek" in facts["Má místo v obcích"]
    assert facts["Působnost"] == "Čeladná, Ostravice"
    assert facts["Kontakty"].count("<a ") == 3


def test_a_provider_known_by_its_number_alone_is_told_so(services):
    import dataclasses

    assert not provider.has_no_name(services)
    unnamed = [dataclasses.replace(services[0], provider="IČO 00123456")]
    assert provider.has_no_name(unnamed)
    assert provider.title(unnamed) == "IČO 00123456"
    assert provider.title([dataclasses.replace(services[0], provider=None)]) == "neznámo"

"""
Money of a service: nothing added across senses, years and currencies.

Divided only where it means something.
"""

import dataclasses
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import text
from dashboard.catalogue import money
from dashboard.catalogue.money import Books, Payment
from dashboard.tables.html import html
from geodata.reading import services

NARROW, NO_BREAK = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
PAID = {"service_id": "s-beds", "year": 2026, "currency": "CZK", "source_text": "usnesení", "origin_id": "o"}
FUNDING = [
    {**PAID, "funding_source": "region", "kind": "granted", "amount": 3_000_000.0},
    {**PAID, "funding_source": "municipality", "kind": "granted", "amount": 400_000.0},
    {**PAID, "funding_source": "region", "kind": "spent", "amount": 2_900_000.0},
    {**PAID, "funding_source": "clients", "kind": "spent", "amount": None},
    {**PAID, "funding_source": "european_union", "kind": "granted", "amount": 1000.0, "currency": "EUR"},
    {
        **PAID,
        "funding_source": "region",
        "kind": "granted",
        "amount": 2_000_000.0,
        "year": 2025,
        "note": "<script>alert(1)</script>",
    },
]
NETWORK = [
    {
        "service_id": "s-beds",
        "form": "pob",
        "unit": "luzka",
        "year": 2026,
        "network_name": "Základní síť",
        "capacity_number": 6.0,
        "full_time_equivalents": None,
        "source_text": "kraj",
        "origin_id": "o",
    },
]


@pytest.fixture(scope="module")
def books(world_with):
    return money.books(world_with(funding=FUNDING, network=NETWORK))


@pytest.fixture(scope="module")
def entries(small_world):
    return services.services(small_world)


@pytest.fixture(autouse=True)
def czech(in_language):
    in_language("cs")


def plain(said):
    return said.replace(NARROW, " ").replace(NO_BREAK, " ")


def test_books_hold_what_the_tables_told_latest_first(books):
    assert [(one.year, one.kind, one.payer) for one in books.payments["s-beds"]] == [
        (2026, "granted", "region"), (2026, "granted", "municipality"), (2026, "granted", "european_union"),
        (2026, "spent", "region"), (2026, "spent", "clients"), (2025, "granted", "region"),
    ]  # fmt: skip
    assert books.networks["s-beds"][0].network == "Základní síť"
    assert not books.is_empty


PAYMENTS = st.lists(
    st.builds(
        Payment,
        service_id=st.just("s"),
        year=st.sampled_from([2025, 2026]),
        payer=st.sampled_from(["region", "state"]),
        kind=st.sampled_from(["requested", "granted", "spent"]),
        amount=st.none() | st.integers(0, 10**9).map(float),
        currency=st.sampled_from(["CZK", "PLN"]),
        source=st.just("x"),
        note=st.none(),
    )
)


@given(PAYMENTS)
def test_totals_add_payers_and_nothing_else(payments):
    """Oracle: amounts put into boxes of year, sense and currency by hand."""
    boxes = defaultdict(list)
    for one in payments:
        boxes[one.year, one.kind, one.currency].append(one.amount)
    found = {(one.year, one.kind, one.currency): one for one in money.totals(payments)}
    assert set(found) == set(boxes)
    for key, parts in boxes.items():
        known = [part for part in parts if part is not None]
        assert found[key].amount == (sum(known) if known else None)
        assert (found[key].payers, found[key].payers_unknown) == (len(parts), len(parts) - len(known))


@pytest.mark.parametrize(
    ("service_id", "number"),
    [
        ("s-beds", 8),  # beds; the same told again as clients is left out
        ("s-home", 12),
        ("s-beds-unknown", None),
        ("s-doubt", None),
        ("s-planned", None),
        ("s-ended", None),
        ("s-hostile", None),
    ],
)
def test_money_is_divided_by_one_sure_capacity_alone(entries, service_id, number):
    capacity = money.divisor(entries[service_id])
    assert (capacity.number if capacity else None) == number


def test_two_forms_or_a_yearly_number_or_none_divide_nothing(entries):
    beds = entries["s-beds"].capacities[0]
    for changed in (
        (beds, dataclasses.replace(beds, form="ter")),
        (dataclasses.replace(beds, basis="per_year"),),
        (dataclasses.replace(beds, number=0.0),),
        (),
    ):
        assert money.divisor(dataclasses.replace(entries["s-beds"], capacities=changed)) is None


def test_a_total_shows_its_division_or_why_there_is_none(books, entries):
    said = plain(money.totals_html(entries["s-beds"], books.payments["s-beds"])).split("<br>")
    assert said == [
        "2026, přiznáno: 3 400 000 Kč ÷ 8 lůžek = 425 000 Kč",
        "2026, přiznáno: 1 000 € ÷ 8 lůžek = 125 €",
        "2026, vyčerpáno: nejméně 2 900 000 Kč (ne všechny částky známe)",
        "2025, přiznáno: 2 000 000 Kč ÷ 8 lůžek = 250 000 Kč",
    ]
    assert "÷" not in money.totals_html(entries["s-doubt"], books.payments["s-beds"])
    assert "sporná" in money.division_note(entries["s-doubt"], "2026-09-04")
    unknown = money.totals([Payment("s", 2026, "state", "granted", None, "CZK", "x", None)])
    assert money.total_text(unknown[0], None) == "2026, přiznáno: neznámo"


def test_tables_tell_everything_and_nothing_hostile(books):
    shown = money.payments_table(books.payments["s-beds"])
    assert "<script" not in shown
    assert "neznámo" in shown
    assert "úhrady klientů" in shown
    network = money.networks_table(books.networks["s-beds"])
    assert "6 lůžek" in network
    assert "Základní síť" in network
    assert "neznámo" in network
    named = money.payments_table(books.payments["s-beds"], {"s-beds": "Domov"})
    assert named.count("Domov") == len(FUNDING)


def test_nothing_loaded_is_one_calm_line(books):
    assert "funding" in money.nothing(Books({}, {}))
    assert "funding" not in money.nothing(books)
    assert html(money.nothing(books))


def test_amounts_are_written_as_the_language_does(in_language):
    assert plain(text.money(1234.5, "CZK")) == "1 235 Kč"
    assert plain(text.money(12.5, "PLN")) == "12,5 PLN"
    in_language("pl")
    assert plain(text.money(12500, "PLN")) == "12 500 zł"
    in_language("en")
    assert plain(text.money(None, "PLN")) == "unknown"

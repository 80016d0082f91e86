"""Money of services: which sums may be made, and what they are divided by."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.dataset import rules
from geodata.studies import funding

KINDS = ("requested", "granted", "spent")


def money(*rows):
    columns = ("service_id", "year", "funding_source", "kind", "amount", "currency")
    frame = pd.DataFrame(
        [dict(zip(columns, row, strict=True)) for row in rows], columns=columns, dtype=object
    )
    return (
        rules.conform("funding", frame.assign(source_text="x", note=None, origin_id="o"))
        if rows
        else rules.empty("funding")
    )


def places(*rows):
    columns = ("service_id", "form", "unit", "kind", "capacity_number", "basis", "is_retold")
    made = [
        {
            **dict.fromkeys(("basis_reason", "bound_number", "capacity_text")),
            **dict(zip(columns, row, strict=True)),
            "origin_id": "o",
        }
        for row in rows
    ]
    return rules.conform("capacity", pd.DataFrame(made, dtype=object))


ROWS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from((2024, 2025)),
        st.sampled_from(("region", "state", "clients")),
        st.sampled_from(KINDS),
        st.one_of(st.none(), st.integers(0, 10**9).map(float)),
        st.sampled_from(("CZK", "EUR")),
    ),
    max_size=30,
    unique_by=lambda row: row[:4],
)


@given(ROWS)
def test_sums_are_those_of_a_loop_and_nothing_unlike_is_added(rows):
    sums = funding.sums_of_services(money(*rows), ["a", "b"])
    oracle = {}
    for service, year, payer, kind, amount, currency in rows:
        if service == "c":
            continue
        part = oracle.setdefault((year, kind, currency), {"amounts": [], "services": set(), "payers": set()})
        part["amounts"].append(amount)
        part["services"].add(service)
        part["payers"].add(payer)
    assert {(row["year"], row["kind"], row["currency"]) for row in sums.to_dict("records")} == set(oracle)
    for row in sums.to_dict("records"):
        part = oracle[row["year"], row["kind"], row["currency"]]
        known = [amount for amount in part["amounts"] if amount is not None]
        assert row["is_at_least"] == (len(known) < len(part["amounts"]))
        assert row["services"] == len(part["services"])
        assert row["payers"] == len(part["payers"])
        if known:
            assert row["amount"] == pytest.approx(sum(known))
        else:
            assert math.isnan(row["amount"])
    assert list(sums["year"]) == sorted(sums["year"], reverse=True)


def test_the_order_of_rows_does_not_matter_and_inputs_stay():
    table = money(("a", 2025, "region", "granted", 5.0, "CZK"), ("a", 2025, "state", "granted", None, "CZK"))
    before = table.copy()
    assert funding.sums_by_service(table).equals(funding.sums_by_service(table.iloc[::-1]))
    pd.testing.assert_frame_equal(table, before)
    (row,) = funding.sums_by_service(table).to_dict("records")
    assert (row["amount"], row["is_at_least"], row["payers"]) == (5.0, True, 2)


CAPACITIES = places(
    ("a", "pob", "luzka", "registered", 10, "at_one_time", False),
    ("a", "pob", "klient", "registered", 10, "at_one_time", True),  # the same places told again
    ("b", "pob", "luzka", "registered", 30, "at_one_time", False),
    ("c", "pob", "luzka", "registered", 5, "at_one_time", False),
    ("c", "amb", "klient", "registered", 5, "at_one_time", False),  # two forms: whose money is it?
    ("d", "pob", "luzka", "registered", None, None, False),
    ("e", "pob", "luzka", "registered", 900, "doubtful", False),
    ("f", "pob", "luzka", "planned", 9, "at_one_time", False),
    ("h", "ter", "interv", "registered", 700, "per_year", False),  # what a year has seen is no place
    ("g", "pob", "luzka", "registered", 0, "at_one_time", False),
)


def test_only_services_with_one_known_form_and_unit_divide_money():
    assert list(funding.capacity_of_one_unit(CAPACITIES)["service_id"]) == ["a", "b"]


def test_a_place_costs_the_money_of_those_services_alone():
    everyone = list("abcdefgh")
    table = money(*((service, 2025, "region", "granted", 100.0, "CZK") for service in everyone))
    (row,) = funding.per_unit(table, CAPACITIES, everyone).to_dict("records")
    assert (row["amount"], row["capacity_number"], row["services"]) == (200.0, 40.0, 2)
    assert row["amount_per_unit"] == 5.0


def test_a_service_of_which_a_part_is_unknown_has_no_price():
    table = money(
        ("a", 2025, "region", "granted", 100.0, "CZK"),
        ("a", 2025, "state", "granted", None, "CZK"),
        ("b", 2025, "region", "granted", 60.0, "CZK"),
    )
    (row,) = funding.per_unit(table, CAPACITIES, "ab").to_dict("records")
    assert (row["services"], row["amount_per_unit"]) == (1, 2.0)


def test_nothing_loaded_is_no_row():
    assert funding.per_unit(rules.empty("funding"), CAPACITIES, "ab").empty
    assert funding.sums_of_services(money(("a", 2025, "region", "granted", 1.0, "CZK")), ["x"]).empty

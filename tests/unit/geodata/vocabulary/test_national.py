"""
The national figures and the results are made by one rule:
the text decides, 0 is no capacity, beds have a bound.
"""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.method.benchmark import national_norm
from geodata.vocabulary.basis import LARGEST_PLAUSIBLE_BEDS, basis_of_capacities
from geodata.vocabulary.codes import AgeWeight, GroupScope
from geodata.vocabulary.national import national_figures

SENIORS = (AgeWeight(65, None, 1.0),)


def register(stated, unit="klient", form="ter", kind="cz-40"):
    """Return service and capacity of registrations (number, text)."""
    ids = [f"s{n}" for n in range(len(stated))]
    service = pd.DataFrame({"service_id": ids, "country": "CZ", "service_type_code": kind, "note": None})
    capacity = pd.DataFrame(
        {
            "service_id": ids,
            "form": form,
            "unit": unit,
            "kind": "registered",
            "capacity_number": pd.Series([number for number, _ in stated], dtype="float64"),
            "capacity_text": [text for _, text in stated],
        }
    )
    return service, capacity


def figures(stated, *, has_texts=True, **more):
    service, capacity = register(stated, **more)
    return national_figures(service, capacity, pd.Series(dtype="float64"), has_texts=has_texts)


def norm_of(stated, *, count_doubtful=False, unit="klient", form="ter", **more):
    benchmark = figures(stated, unit=unit, form=form, **more).assign(
        reference_date="2026-09-04", scope="all", origin_id="o"
    )
    people = pd.DataFrame(
        [{"country": "CZ", "sex": "total", "age_from": 65, "age_to": None, "persons": 1000,
          "reference_date": "2026-01-01", "origin_id": "o"}]
    )  # fmt: skip
    scope = GroupScope(("cz-40",), form, unit, is_register_complete=True)
    return national_norm(benchmark, people, scope, "CZ", SENIORS, count_doubtful=count_doubtful)


USUAL = [(5.0, None)] * 10


def test_the_text_decides_in_the_national_figure_as_in_the_result():
    stated = [*USUAL, (30.0, "30 klientů ročně"), (500.0, "okamžitá kapacita 500"), (500.0, None)]
    (row,) = figures(stated).to_dict("records")
    assert (row["registrations"], row["capacity_number"]) == (13, 1_080)
    # 30 lies within ten times the median and is for a year; 500 lies beyond it and is for one time.
    assert (row["registrations_within_bound"], row["capacity_within_bound_number"]) == (11, 550)
    assert (row["registrations_per_year"], row["capacity_per_year_number"]) == (1, 30)
    assert norm_of(stated).value_per_1000 == 550
    assert norm_of(stated, count_doubtful=True).value_per_1000 == 1_050


def test_a_reference_without_texts_says_that_it_has_none():
    (row,) = figures([*USUAL, (30.0, None)], has_texts=False).to_dict("records")
    assert math.isnan(row["capacity_per_year_number"])
    assert norm_of([*USUAL, (30.0, None)], has_texts=False, count_doubtful=True).value_per_1000 == 80


def test_nought_is_no_registration_with_a_capacity():
    assert figures([*USUAL, (0.0, None), (math.nan, None)])["registrations"].tolist() == [10]
    assert figures([*USUAL, *[(0.0, None)] * 20])["median"].tolist() == [5]
    assert figures([(0.0, None)]).empty


numbers = st.sampled_from([0.0, 1.0, 5.0, 30.0, 50.0, 51.0, 500.0, 501.0, 9_000.0, math.nan])
texts = st.sampled_from([None, "30 klientů ročně", "okamžitá kapacita 500", "kapacita"])


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(numbers, texts), min_size=1, max_size=14), st.sampled_from(["klient", "luzka"]))
def test_both_sides_count_the_same_registrations(stated, unit):
    service, capacity = register(stated, unit=unit)
    made = figures(stated, unit=unit)
    basis = basis_of_capacities(capacity, service, made)["basis"]
    counted = [
        number
        for number, word in zip(capacity["capacity_number"], basis, strict=True)
        if word == "at_one_time" and number > 0
    ]
    found = made["capacity_within_bound_number"].sum(), int(made["registrations_within_bound"].sum())
    assert found == (sum(counted), len(counted))


def test_one_typing_error_in_beds_does_not_move_the_norm():
    homes = [(60.0, None)] * 30
    right = norm_of([*homes, (90.0, None)], unit="luzka", form="pob").value_per_1000
    wrong = norm_of([*homes, (9_000.0, None)], unit="luzka", form="pob").value_per_1000
    assert (right, wrong) == (1_890, 1_800)


@pytest.mark.parametrize(
    ("beds", "others", "basis"),
    [
        (LARGEST_PLAUSIBLE_BEDS, [], "at_one_time"),
        (LARGEST_PLAUSIBLE_BEDS + 1, [], "doubtful"),
        (
            158.0,
            [8.0, 11.0, 12.0],
            "at_one_time",
        ),  # social beds of a hospital: a small kind has no median to trust
        (561.0, [56.0, 56.0, 56.0], "doubtful"),
        (560.0, [56.0] * 9, "at_one_time"),
        (561.0, [56.0] * 9, "doubtful"),
    ],
)
def test_what_a_home_can_hold(beds, others, basis):
    stated = [(number, None) for number in [*others, beds]]
    service, capacity = register(stated, unit="luzka", form="pob")
    found = basis_of_capacities(capacity, service, figures(stated, unit="luzka", form="pob"))
    assert found["basis"].iloc[-1] == basis

import math

import pandas as pd
import pytest

from geodata.vocabulary.basis import basis_from_text, basis_of_capacities, bounds_of_capacities


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [
        ("okamžitá kapacita; obce výčtem neuvedeny", 4, "at_one_time"),
        ("celková kapacita 9, okamžitá 3; služba se přesunula", 3, "at_one_time"),
        ("celková kapacita 9, okamžitá 3; služba se přesunula", 9, None),
        ("3 uživatelé v jeden okamžik; každá středa", 3, "at_one_time"),
        ("kapacita 35 osob denně; číslo registrace 3475508", 35, "at_one_time"),
        ("17 mužů a 8 žen; denně 19:00–6:30", 25, None),
        ("denně 10:00–16:00", 10, None),
        ("300 klientů ročně", 300, "per_year"),
        ("1 200 klientů za rok", 1200, "per_year"),
        ("středisko ročně využije cca 150 lidí", 40, None),
        ("w ciągu roku 120 osób", 120, "per_year"),
        ("30 osób jednocześnie", 30, "at_one_time"),
        ("v jeden okamžik 5, za rok 200", 200, "per_year"),
        ("v jeden okamžik 5, za rok 200", 5, "at_one_time"),
        ("kapacita 20 najednou; kapacita 20 za rok", 20, None),
        ("", 20, None),
        (None, 20, None),
        (math.nan, 20, None),
    ],
)
def test_words_speak_of_the_number_beside_them(text, number, expected):
    assert basis_from_text(text, number) == expected


def tables_of(capacities, notes=(), medians=()):
    service = pd.DataFrame(
        {
            "service_id": [f"s{i}" for i in range(len(capacities))],
            "country": "CZ",
            "service_type_code": "cz-40",
            "note": [*notes, *[None] * (len(capacities) - len(notes))],
        }
    )
    rows = [(f"s{i}", "ter", *row) for i, row in enumerate(capacities)]
    capacity = pd.DataFrame(
        rows, columns=["service_id", "form", "unit", "kind", "capacity_number", "capacity_text"]
    )
    benchmark = pd.DataFrame(
        [("CZ", "cz-40", "ter", unit, median, 100) for unit, median in medians],
        columns=["country", "service_type_code", "form", "unit", "median", "registrations"],
    )
    return capacity, service, benchmark


def clients(number, text=None, kind="registered", unit="klient"):
    return (unit, kind, number, text)


def test_ten_times_the_national_median_is_the_last_number_that_is_believed():
    basis = basis_of_capacities(
        *tables_of([clients(70), clients(70.5), clients(710)], medians=[("klient", 7)])
    )
    assert basis["basis"].tolist() == ["at_one_time", "doubtful", "doubtful"]
    assert basis["basis_reason"].tolist() == ["within_bound", "beyond_bound", "beyond_bound"]
    assert basis["bound_number"].tolist() == [70, 70, 70]


def test_what_the_text_says_overrules_the_bound_and_the_note_helps_where_it_is_silent():
    basis = basis_of_capacities(
        *tables_of(
            [clients(710, "710 klientů ročně"), clients(100, "kapacita 100"), clients(3)],
            notes=[None, "100 osob najednou", None],
            medians=[("klient", 7)],
        )
    )
    assert basis["basis"].tolist() == ["per_year", "at_one_time", "at_one_time"]
    assert basis["basis_reason"].tolist() == ["text", "text", "within_bound"]
    assert basis["bound_number"].isna().tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("beds", "median", "expected"),
    [
        (500, 5, ["at_one_time", "unit"]),
        (501, 5, ["doubtful", "beyond_bound"]),
        (560, 56, ["at_one_time", "unit"]),
        (9_000, 56, ["doubtful", "beyond_bound"]),
    ],
)
def test_beds_are_beds_unless_no_home_could_hold_them(beds, median, expected):
    basis = basis_of_capacities(*tables_of([clients(beds, unit="luzka")], medians=[("luzka", median)]))
    assert basis.iloc[0][["basis", "basis_reason"]].tolist() == expected


def test_an_unknown_number_has_no_basis():
    basis = basis_of_capacities(*tables_of([clients(math.nan)], medians=[("klient", 7)]))
    assert basis.isna().all(axis=None)


def test_without_a_national_median_ten_loaded_registrations_are_a_measure_and_nine_are_not():
    ten = [clients(4) for _ in range(9)]
    basis = basis_of_capacities(*tables_of([*ten, clients(41)]))
    assert basis["basis"].tolist()[-1] == "doubtful"
    assert basis["bound_number"].tolist()[-1] == 40
    basis = basis_of_capacities(*tables_of([*ten[:-1], clients(41)]))
    assert basis["basis_reason"].unique().tolist() == ["no_bound"]
    assert basis["basis"].unique().tolist() == ["at_one_time"]


def test_planned_capacities_do_not_measure_existing_ones():
    rows = [clients(4) for _ in range(9)] + [clients(1_000, kind="planned")]
    assert bounds_of_capacities(*tables_of(rows)).tolist() == pytest.approx([math.nan] * 10, nan_ok=True)


def test_a_median_of_zero_is_no_measure():
    basis = basis_of_capacities(*tables_of([clients(3)], medians=[("klient", 0)]))
    assert basis["basis_reason"].tolist() == ["no_bound"]


def test_inputs_are_not_changed_and_the_index_is_kept():
    capacity, service, benchmark = tables_of([clients(3), clients(80)], medians=[("klient", 7)])
    capacity.index = [5, 9]
    before = capacity.copy(), service.copy(), benchmark.copy()
    assert basis_of_capacities(capacity, service, benchmark).index.tolist() == [5, 9]
    for now, then in zip((capacity, service, benchmark), before, strict=True):
        pd.testing.assert_frame_equal(now, then)

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import ParameterError
from geodata.method.need import age_bands, demand_of, target_population
from geodata.vocabulary.codes import AgeWeight


def bands_of(*places, codes=None):
    """Make bands of [(age_from, age_to, persons), ...] for each place."""
    rows = [
        (f"p{number}", "total", start, end, persons)
        for number, bands in enumerate(places)
        for start, end, persons in bands
    ]
    frame = pd.DataFrame(rows, columns=["municipality_code", "sex", "age_from", "age_to", "persons"])
    frame["age_to"] = frame["age_to"].astype("Int64")
    return age_bands(frame, "municipality_code", codes or [f"p{number}" for number in range(len(places))])


five_years = [(start, start + 4) for start in range(0, 85, 5)]


def persons_by_years(bands, age_from, age_to):
    """Spread every closed band over its years and add up year by year."""
    total = 0.0
    for start, end, persons in bands:
        if end is None:
            total += persons if age_to is None else 0
            continue
        for age in range(start, end + 1):
            if age >= age_from and (age_to is None or age <= age_to):
                total += persons / (end - start + 1)
    return total


@given(
    st.lists(st.integers(0, 5_000), min_size=18, max_size=18),
    st.integers(0, 85),
    st.none() | st.integers(0, 84),
    st.floats(0.1, 3),
)
def test_a_range_takes_the_years_it_covers(counts, age_from, length, weight):
    bands = [(start, end, n) for (start, end), n in zip(five_years, counts, strict=False)] + [
        (85, None, counts[-1])
    ]
    age_to = None if length is None else min(age_from + length, 84)
    if age_to is not None and age_to < age_from:
        age_to = None
    persons = target_population(bands_of(bands), (AgeWeight(age_from, age_to, weight),))
    assert persons[0] == pytest.approx(weight * persons_by_years(bands, age_from, age_to))


def test_the_range_6_to_26_takes_four_of_five_years_of_5_to_9_and_two_of_25_to_29():
    bands = [
        (0, 4, 50),
        (5, 9, 100),
        (10, 14, 100),
        (15, 19, 100),
        (20, 24, 100),
        (25, 29, 100),
        (30, None, 900),
    ]
    persons = target_population(bands_of(bands), (AgeWeight(6, 26, 1.0),))
    assert persons[0] == pytest.approx(80 + 300 + 40)


def test_an_open_band_is_never_cut():
    bands = [(65, 69, 10), (70, 74, 10), (75, None, 40)]
    assert math.isnan(target_population(bands_of(bands), (AgeWeight(80, None, 1.0),))[0])
    assert math.isnan(target_population(bands_of(bands), (AgeWeight(65, 80, 1.0),))[0])
    assert target_population(bands_of(bands), (AgeWeight(75, None, 1.0),))[0] == 40
    assert target_population(bands_of(bands), (AgeWeight(65, 74, 1.0),))[0] == 20


def test_ages_that_are_not_told_are_unknown_not_zero():
    persons = target_population(
        bands_of(
            [(0, 64, 10)], [(65, None, 7)], [(65, 69, 1), (75, None, 1)], codes=["p0", "p1", "p2", "p3"]
        ),
        (AgeWeight(65, None, 1.0),),
    )
    assert persons.tolist() == pytest.approx([math.nan, 7, math.nan, math.nan], nan_ok=True)


def test_a_band_told_twice_is_unknown_not_double():
    assert math.isnan(
        target_population(bands_of([(65, 69, 10), (65, 74, 20), (75, None, 1)]), (AgeWeight(65, None, 1.0),))[
            0
        ]
    )


def test_a_closed_range_that_an_open_band_tells_again_is_unknown():
    bands = [(65, 69, 10), (70, 74, 10), (75, 79, 5), (75, None, 40)]
    assert math.isnan(target_population(bands_of(bands), (AgeWeight(65, 79, 1.0),))[0])
    assert target_population(bands_of(bands), (AgeWeight(65, 74, 1.0),))[0] == 20


def test_only_both_sexes_together_count():
    frame = pd.DataFrame(
        {
            "municipality_code": ["p", "p", "p"],
            "sex": ["total", "male", "female"],
            "age_from": [0, 0, 0],
            "age_to": pd.array([None, None, None], dtype="Int64"),
            "persons": [10, 4, 6],
        }
    )
    bands = age_bands(frame, "municipality_code", ["p"])
    assert target_population(bands, (AgeWeight(0, None, 1.0),)).tolist() == [10]


@pytest.mark.parametrize(
    "weights",
    [
        (),
        (AgeWeight(10, 5, 1.0),),
        (AgeWeight(-1, 5, 1.0),),
        (AgeWeight(0, 5, -1.0),),
        (AgeWeight(0, 5, math.nan),),
    ],
)
def test_weights_that_describe_nobody_are_refused(weights):
    with pytest.raises(ParameterError, match="age_weights"):
        target_population(bands_of([(0, None, 1)]), weights)


def test_demand_is_the_norm_times_persons():
    assert demand_of(np.array([2_000.0, 0.0, math.nan]), 50).tolist() == pytest.approx(
        [100, 0, math.nan], nan_ok=True
    )


@pytest.mark.parametrize("norm", [0, -1, math.nan, math.inf])
def test_a_norm_of_nothing_is_refused(norm):
    with pytest.raises(ParameterError, match="norm_per_1000"):
        demand_of(np.array([1.0]), norm)

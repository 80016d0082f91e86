import math
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import ParameterError
from geodata.studies.breaks import FIXED_BREAKS, break_robustness, break_values, class_numbers

figures = st.lists(st.integers(0, 30).map(lambda n: n / 10) | st.just(math.nan), max_size=9)


def spread(values):
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values)


def spread_of_classes(values, breaks):
    edges = [-math.inf, *breaks, math.inf]
    parts = [[v for v in values if low <= v < high] for low, high in pairwise(edges)]
    return sum(spread(part) for part in parts if part)


@given(figures, st.integers(2, 4))
def test_no_other_cut_makes_classes_more_alike_than_natural_breaks(values, classes):
    known = [value for value in values if not math.isnan(value)]
    found = break_values(np.array(values), classes, "natural").tolist()
    assert len(found) <= classes - 1
    candidates = sorted(set(known))[1:]
    cuts = [cut for size in range(classes) for cut in combinations(candidates, size)]
    best = min(spread_of_classes(known, cut) for cut in cuts)
    assert spread_of_classes(known, found) == pytest.approx(best, abs=1e-9)


@given(st.lists(st.floats(0, 3), min_size=8, max_size=40, unique=True), st.integers(2, 4))
def test_quantiles_hold_equally_many_places(values, classes):
    numbers = class_numbers(np.array(values) * 1.0, break_values(np.array(values), classes, "quantile"))
    sizes = numbers.value_counts()
    if np.diff(np.sort(values)).min() > 1e-6:
        assert sizes.max() - sizes.min() <= 1


@given(figures, st.integers(2, 4), st.sampled_from(["quantile", "natural"]))
def test_breaks_rise_and_equal_figures_share_a_class(values, classes, method):
    array = np.array(values, dtype=float)
    breaks = break_values(array, classes, method)
    assert (np.diff(breaks) > 0).all()
    numbers = class_numbers(array, breaks)
    assert numbers.isna().tolist() == np.isnan(array).tolist()
    for value in set(values):
        assert (
            len(
                {
                    number
                    for v, number in zip(values, numbers, strict=True)
                    if v == value and not math.isnan(v)
                }
            )
            <= 1
        )


def test_a_well_known_gap_is_found():
    values = np.array([0.1, 0.12, 0.11, 0.9, 0.95, 2.0, 2.1])
    assert break_values(values, 3, "natural").tolist() == [0.9, 2.0]


def test_fixed_breaks_are_those_of_the_norm_and_a_boundary_belongs_above():
    numbers = class_numbers(np.array([0.0, 0.25, 0.4999, 0.5, 1 - 1e-12, 3.0, math.nan]), FIXED_BREAKS)
    assert numbers.tolist()[:-1] == [0, 1, 1, 2, 3, 3]
    assert pd.isna(numbers.iloc[-1])


def test_a_place_that_is_lowest_in_every_way_and_one_that_is_lowest_in_some():
    coverage = pd.DataFrame(
        {
            "municipality_code": list("abcdefgh"),
            "name": list("ABCDEFGH"),
            "coverage_ratio": [0.01, 0.3, 0.6, 0.62, 0.64, 1.2, 1.3, math.nan],
        }
    )
    found = break_robustness(coverage).set_index("municipality_code")
    assert found.loc["a", ["lowest_in", "ways"]].tolist() == [3, 3]
    assert 0 < found.loc["b", "lowest_in"] < 3
    assert found.loc["g", "lowest_in"] == 0
    assert found.loc["h", ["lowest_in", "ways"]].tolist() == [0, 0]
    assert "class_fixed" not in break_robustness(coverage, classes=3)


@pytest.mark.parametrize(
    ("classes", "method", "name"),
    [(1, "natural", "classes"), (4, "pretty", "method"), (3, "fixed", "classes")],
)
def test_what_makes_no_sense_is_refused_by_name(classes, method, name):
    with pytest.raises(ParameterError, match=name):
        break_values(np.array([1.0, 2.0]), classes, method)

import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import ParameterError
from geodata.studies.breaks import break_values

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
    breaks = break_values(np.array(values), classes, "natural").tolist()
    assert len(breaks) <= classes - 1
    candidates = sorted(set(known))[1:]
    cuts = [cut for size in range(classes) for cut in combinations(candidates, size)]
    best = min(spread_of_classes(known, cut) for cut in cuts)
    assert spread_of_classes(known, breaks) == pytest.approx(best, abs=1e-9)


@given(st.lists(st.integers(0, 300), min_size=8, max_size=40, unique=True), st.integers(2, 4))
def test_quantiles_hold_equally_many_places(values, classes):
    breaks = break_values(np.array(values, dtype=float), classes, "quantile")
    edges = [-math.inf, *breaks, math.inf]
    sizes = [sum(low <= value < high for value in values) for low, high in pairwise(edges)]
    assert len(sizes) == classes
    assert max(sizes) - min(sizes) <= 1


@given(figures, st.integers(2, 4), st.sampled_from(["quantile", "natural"]))
def test_breaks_rise_and_each_has_somebody_on_both_sides(values, classes, method):
    breaks = break_values(np.array(values, dtype=float), classes, method)
    known = {value for value in values if not math.isnan(value)}
    assert (np.diff(breaks) > 0).all()
    assert set(breaks.tolist()) <= known
    assert all(min(known) < each for each in breaks.tolist())


def test_a_well_known_gap_is_found():
    values = np.array([0.1, 0.12, 0.11, 0.9, 0.95, 2.0, 2.1])
    assert break_values(values, 3, "natural").tolist() == [0.9, 2.0]


@pytest.mark.parametrize(
    ("classes", "method", "name"),
    [(1, "natural", "classes"), (4, "pretty", "method")],
)
def test_what_makes_no_sense_is_refused_by_name(classes, method, name):
    with pytest.raises(ParameterError, match=name):
        break_values(np.array([1.0, 2.0]), classes, method)

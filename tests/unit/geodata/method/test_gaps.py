import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import ParameterError
from geodata.method.gaps import GAP_CLASSES, gap_classes, ranking
from geodata.vocabulary.codes import codelist


def class_of(demand, ratio, reach=True, known=True, **thresholds):
    return gap_classes(
        np.array([demand], float),
        np.array([ratio], float),
        np.array([reach]),
        np.array([known]),
        **thresholds,
    )[0]


@pytest.mark.parametrize(
    ("demand", "ratio", "reach", "known", "expected"),
    [
        (0, math.nan, True, True, "no_need"),
        (0, math.nan, False, False, "no_need"),
        (math.nan, math.nan, True, True, "unknown"),
        (10, 0, False, False, "none_within_reach"),
        (10, 0, True, False, "unknown"),
        (10, 0, True, True, "far_below"),
        (10, 0.4999, True, True, "far_below"),
        (10, 0.5, True, True, "below"),
        (10, 0.9999, True, True, "below"),
        (10, 1, True, True, "at_or_above"),
        (10, 3, True, True, "at_or_above"),
    ],
)
def test_classes(demand, ratio, reach, known, expected):
    assert class_of(demand, ratio, reach, known) == expected


def test_a_sum_of_fractions_that_should_be_one_is_one():
    assert class_of(10, sum([0.1] * 10)) == "at_or_above"


def test_thresholds_are_parameters():
    assert class_of(10, 0.7, at_norm=0.7, far_below=0.3) == "at_or_above"
    assert class_of(10, 0.2, at_norm=0.7, far_below=0.3) == "far_below"


@pytest.mark.parametrize(
    ("at_norm", "far_below"), [(0, 0.5), (1, 0), (0.4, 0.5), (math.nan, 0.5), (1, math.nan)]
)
def test_thresholds_out_of_order_are_refused(at_norm, far_below):
    with pytest.raises(ParameterError, match=r"at_norm|far_below"):
        class_of(10, 1, at_norm=at_norm, far_below=far_below)


def test_the_code_list_has_the_same_classes():
    assert set(codelist("gap_classes")) == set(GAP_CLASSES)


rows = st.lists(
    st.tuples(
        st.sampled_from(["Lhota", "Lhotka", "Baška"]),
        st.floats(0, 100) | st.just(math.nan),
        st.floats(0, 3) | st.just(math.nan),
        st.sampled_from(["below", "no_need", "unknown", "far_below"]),
    ),
    max_size=12,
)


def table_of(rows):
    return pd.DataFrame(
        [(f"c{i}", *row) for i, row in enumerate(rows)],
        columns=["municipality_code", "name", "missing_places", "coverage_ratio", "gap_class"],
    )


@given(rows, st.sampled_from(["missing_places", "coverage_ratio"]))
def test_a_ranking_keeps_every_row_and_orders_the_known_ones(rows, by):
    coverage = table_of(rows)
    before = coverage.copy()
    ranked = ranking(coverage, by)
    pd.testing.assert_frame_equal(coverage, before)
    assert sorted(ranked["municipality_code"]) == sorted(coverage["municipality_code"])
    has_rank = ranked["rank"].notna().to_numpy()
    assert has_rank.tolist() == sorted(has_rank.tolist(), reverse=True)
    figures = ranked.loc[has_rank, by].round(9).tolist()
    assert figures == sorted(figures, reverse=by == "missing_places")
    unknown = ranked.loc[~has_rank]
    assert (unknown["gap_class"].isin(["no_need", "unknown"]) | unknown[by].isna()).all()


def test_equal_gaps_share_a_rank_and_go_by_name_then_code():
    coverage = table_of(
        [
            ("Lhotka", 5, 0.5, "below"),
            ("Baška", 5, 0.5, "below"),
            ("Lhotka", 9, 0.1, "below"),
            ("Aš", 1, 0.9, "below"),
        ]
    )
    ranked = ranking(coverage)
    assert ranked["rank"].tolist() == [1, 2, 2, 4]
    assert ranked["municipality_code"].tolist() == ["c2", "c1", "c0", "c3"]


def test_another_order_is_refused():
    with pytest.raises(ParameterError, match="by"):
        ranking(table_of([]), "name")

"""Small numbers stay hidden, whatever a reader knows: checked by a reader who tries every possibility."""

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import ParameterError
from geodata.vocabulary.privacy import hidden_with, suppress


def published(counts, k):
    """What everybody sees: numbers, signs, and the total where it is shown."""
    hidden, total_is_safe = hidden_with(counts, k)
    signs = tuple(
        ("<" if count < k else "≥") if position in hidden else count for position, count in enumerate(counts)
    )
    return signs, sum(counts) if total_is_safe else None


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=4), st.integers(3, 5))
def test_nobody_can_tell_a_small_number_even_who_knows_the_rule_and_the_total(counts, k):
    seen = published(counts, k)
    signs, total = seen
    # A hidden total says nothing of large numbers: a few above k are enough to try then.
    most = total if total is not None else 2 * k + 2
    choices = [
        range(1, k) if sign == "<" else range(k, most + 1) if sign == "≥" else [sign] for sign in signs
    ]
    possible = [set() for _ in counts]
    for other in itertools.product(*choices):
        if (total is None or sum(other) == total) and published(list(other), k) == seen:
            for position, count in enumerate(other):
                possible[position].add(count)
    for position, sign in enumerate(signs):
        if sign == "<":
            assert possible[position] == set(range(1, k)), (counts, k, seen)


@given(st.lists(st.one_of(st.none(), st.integers(0, 60)), max_size=20), st.integers(3, 12), st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_what_is_shown_is_true(counts, k, groups):
    values = pd.Series(counts, dtype="Int64")
    group = pd.Series([position % groups for position in range(len(counts))], dtype="int64")
    before = values.copy()
    result = suppress(values, k, group=group)
    pd.testing.assert_series_equal(values, before)
    for position, count in enumerate(counts):
        reason, shown = result.disclosure[position], result.values[position]
        if reason == "shown":
            assert shown == count
            assert count == 0 or count >= k
        else:
            assert pd.isna(shown)
            assert {"unknown": count is None, "below": count and count < k, "at_least": count and count >= k}[
                reason
            ]
    for name, total in result.totals.items():
        members = [count or 0 for position, count in enumerate(counts) if group[position] == name]
        assert pd.isna(total) or total == sum(members)
    if result.total is not None:
        assert result.total == sum(count or 0 for count in counts)


def test_one_small_village_is_not_the_difference_between_the_total_and_the_rest():
    values = pd.Series([40, 2, 31, 25], index=["a", "b", "c", "d"])
    result = suppress(values, 5)
    assert result.disclosure.tolist() == ["at_least", "below", "shown", "shown"]
    assert result.total == 98
    assert result.texts().tolist() == ["≥ 5", "< 5", "", ""]


def test_the_order_that_everybody_knows_says_what_else_is_hidden():
    values = pd.Series([40, 2, 31, 25], index=["a", "b", "c", "d"])
    inhabitants = pd.Series([900, 80, 700, 300], index=["a", "b", "c", "d"])
    assert suppress(values, 5, order=inhabitants).disclosure.tolist() == [
        "shown",
        "below",
        "shown",
        "at_least",
    ]


def test_enough_small_numbers_protect_each_other():
    result = suppress(pd.Series([2, 3, 2, 50]), 4)
    assert result.disclosure.tolist() == ["below", "below", "below", "shown"]
    assert result.total == 57


def test_a_total_that_would_tell_is_hidden_with_its_parts():
    result = suppress(pd.Series([1, 5, 40, 2, 50]), 5, group=pd.Series([0, 0, 1, 1, 1]))
    assert result.disclosure.tolist() == ["below", "at_least", "at_least", "below", "shown"]
    assert pd.isna(result.totals[0])
    assert result.totals[1] == 92
    assert result.total is None  # the rest of the grand total would be the hidden total


def test_rows_of_no_group_are_protected_too():
    result = suppress(pd.Series([1, 50]), 5, group=pd.Series([None, "a"]))
    assert result.disclosure.tolist() == ["below", "shown"]
    assert result.total is None


def test_rows_without_a_threshold_are_shown():
    result = suppress(pd.Series([1, 2.5]), pd.Series([None, None], dtype="Int64"))
    assert result.disclosure.tolist() == ["shown", "shown"]
    assert result.total == 3.5


@pytest.mark.parametrize(("values", "k"), [([1], 2), ([1.5], 5), ([-1], 5), ([float("inf")], 5)])
def test_what_is_not_a_count_is_refused(values, k):
    with pytest.raises(ParameterError):
        suppress(pd.Series(values), k)

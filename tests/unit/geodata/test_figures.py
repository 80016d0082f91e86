"""Rounding: what is there never reads as nothing, and parts give their total."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from geodata.figures import PART_NOISE, adding_up, decimals, rounded

PARTS = st.lists(
    st.one_of(st.just(0.0), st.floats(2e-6, 1e-2), st.floats(1e-2, 1.0), st.floats(1.0, 5000.0)),
    min_size=1,
    max_size=5,
)


@given(st.floats(1e-8, 1e6), st.integers(0, 3), st.sampled_from([1, -1]))
def test_what_is_not_zero_never_reads_as_zero(value, digits, sign):
    shown = decimals(sign * value, digits)
    assert shown >= digits
    assert rounded(sign * value, shown) != 0
    # Not a digit more than is needed where the wanted ones say something.
    assert shown == digits or rounded(value, digits) == 0


def test_nothing_stays_nothing():
    assert decimals(0.0, 1) == decimals(1e-17, 1) == 1
    assert rounded(-0.01, 1) == 0
    assert not rounded(-0.01, 1).is_signed()


@given(PARTS, st.integers(0, 1))
def test_shown_parts_give_the_shown_total(parts, digits):
    shown = adding_up(sum(parts), parts, digits)
    step = Decimal(1).scaleb(-shown.digits)
    assert sum(shown.parts) == shown.total
    assert abs(float(shown.total) - sum(parts)) <= float(step) * len(parts)
    for exact, part, is_trace in zip(parts, shown.parts, shown.is_trace, strict=True):
        assert (part == 0) == (exact < PART_NOISE or is_trace)
        assert not is_trace or exact < step
        assert abs(float(part) - exact) < 2 * float(step)
    assert (shown.total > 0) == any(part >= PART_NOISE for part in parts)


def test_the_largest_remainder_is_rounded_up():
    shown = adding_up(12.3, [8.4, 3.9, 0.0], 0)
    assert (shown.total, *shown.parts) == (12, 8, 4, 0)
    thirds = adding_up(1.0, [1 / 3] * 3, 1)
    assert [float(part) for part in thirds.parts] == [0.4, 0.3, 0.3]
    # A part that would read as nothing is told in more decimals, down to hundredths.
    assert [float(part) for part in adding_up(12.3, [12.28, 0.02], 0).parts] == [12.28, 0.02]
    assert adding_up(12.3, [12.299, 0.001], 0).is_trace == (False, True)

"""Who lives in a village, beside villages alike and its area: sums by hand, unknown left out and told."""

import statistics

import pytest

from dashboard.people import compared

MEMBERS = ("100001", "100002", "100003")
# From the bands of the small world: all, aged 65 and over, aged 80 and over.
BY_HAND = {
    "100001": (1530, 230, 50),
    "100002": (90 * 13 + 70 + 60 + 30 + 20 + 10, 190, 30),
    "100003": (49, 23, 5),
}


def by_hand(code):
    return BY_HAND[code]


def test_a_village_beside_its_area_and_villages_alike(small_world):
    found = compared.compared(small_world, "100001", ["100002", "100003"], MEMBERS)
    totals = [by_hand(code)[0] for code in MEMBERS]
    assert found.total == compared.Compared(1530.0, statistics.median(totals[1:]), float(sum(totals)))
    for position, age in enumerate((65, 80), start=1):
        shares = {code: by_hand(code)[position] / by_hand(code)[0] for code in MEMBERS}
        whole = sum(by_hand(code)[position] for code in MEMBERS) / sum(totals)
        assert found.persons[age] == by_hand("100001")[position]
        assert found.shares[age].here == pytest.approx(shares["100001"])
        assert found.shares[age].alike == pytest.approx(
            statistics.median([shares["100002"], shares["100003"]])
        )
        assert found.shares[age].area == pytest.approx(whole)
    assert found.unknown == 0


def test_a_member_whose_people_are_not_loaded_is_left_out_and_counted(small_world):
    found = compared.compared(small_world, "100001", [], [*MEMBERS, "100004"])
    assert found.unknown == 1
    assert found.total.area == sum(by_hand(code)[0] for code in MEMBERS)
    assert found.total.alike is None


def test_an_age_the_source_does_not_divide_is_unknown_here_and_left_out_elsewhere(small_world):
    here = compared.compared(small_world, "2467011", ["2408021"], ["2467011"])
    assert here.persons == {65: 15_000.0, 80: None}
    assert here.shares[80] == compared.Compared(None, pytest.approx(4000 / 36_000), None)
    there = compared.compared(small_world, "2408021", ["2467011"], ["2408021", "2467011"])
    # 80 and over is known of one of two: the share is that of the one, not of both.
    assert there.shares[80].area == pytest.approx(4000 / 36_000)
    assert there.shares[80].alike is None


def test_one_member_is_nothing_to_compare_with(small_world):
    found = compared.compared(small_world, "2408021", [], ["2408021"])
    assert found.total == compared.Compared(36_000.0, None, None)


def test_nothing_is_loaded(small_world):
    found = compared.compared(small_world, "100004", [], MEMBERS)
    assert found.total.here is None
    assert found.persons == {65: None, 80: None}

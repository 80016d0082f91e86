"""Peers: who is alike, by an oracle in plain Python; the middle of their coverage; unknown stays unknown."""

import math
import statistics

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import ParameterError, UnknownCodeError
from geodata.studies.peers import age_structure, compare_with_peers, peers_of


def structure(rows):
    return pd.DataFrame(rows, columns=["municipality_code", "persons", "share_old"])


def people(code, young, old, old_from=65):
    return [
        {"municipality_code": code, "sex": "total", "age_from": 0, "age_to": old_from - 1, "persons": young},
        {"municipality_code": code, "sex": "total", "age_from": old_from, "age_to": None, "persons": old},
    ]


def test_size_and_ages():
    rows = [*people("a", 75, 25), *people("coarse", 90, 10, old_from=60), *people("empty", 0, 0)]
    found = age_structure(pd.DataFrame(rows), ["not-loaded", "a", "coarse", "empty"])
    assert found["municipality_code"].tolist() == ["not-loaded", "a", "coarse", "empty"]
    assert found["persons"].isna().tolist() == [True, False, False, True]
    assert (found["persons"][1], found["share_old"][1]) == (100, 0.25)
    # Ages from 60 do not say how many are 65.
    assert found["share_old"].isna().tolist() == [True, False, True, True]


def oracle(rows, code, number):
    known = {key: (math.log(persons), share) for key, persons, share in rows if persons is not None}
    if code not in known:
        return []
    spread = [statistics.pstdev([one[axis] for one in known.values()]) for axis in (0, 1)]

    def distance(key):
        steps = [
            (known[key][axis] - known[code][axis]) / spread[axis] if spread[axis] > 1e-12 else 0.0
            for axis in (0, 1)
        ]
        return round(math.hypot(*steps), 9)

    return sorted((key for key in known if key != code), key=lambda key: (distance(key), key))[:number]


VILLAGES = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(1, 5_000)), st.integers(0, 40)), min_size=1, max_size=25
)


@given(VILLAGES, st.integers(1, 9), st.randoms(use_true_random=False))
def test_peers_are_those_of_the_oracle_in_any_order_of_rows(villages, number, random):
    rows = [
        (f"{1000 + n}", persons, None if persons is None else share / 100)
        for n, (persons, share) in enumerate(villages)
    ]
    expected = oracle(rows, "1000", number)
    mixed = rows.copy()
    random.shuffle(mixed)
    assert peers_of(structure(rows), "1000", number) == expected
    assert peers_of(structure(mixed), "1000", number) == expected


def test_a_ratio_of_sizes_counts_not_a_difference():
    # 200 is to 100 as 100 is to 50; 140 is nearer than both, and 2,000 far off.
    rows = [("m", 100, 0.2), ("half", 50, 0.2), ("more", 140, 0.2), ("double", 200, 0.2), ("city", 2000, 0.2)]
    assert peers_of(structure(rows), "m") == ["more", "double", "half", "city"]


def test_ages_tell_villages_of_one_size_apart():
    rows = [("m", 100, 0.20), ("young", 100, 0.10), ("alike", 100, 0.21), ("old", 100, 0.35)]
    assert peers_of(structure(rows), "m", 2) == ["alike", "young"]


def test_wrong_questions():
    rows = structure([("m", 100, 0.2)])
    assert peers_of(rows, "m") == []
    with pytest.raises(UnknownCodeError):
        peers_of(rows, "none")
    with pytest.raises(ParameterError):
        peers_of(rows, "m", 0)


def coverage(*rows):
    return pd.DataFrame(rows, columns=["municipality_code", "coverage_ratio", "gap_class", "is_lower_bound"])


def test_the_middle_of_the_peers():
    table = coverage(
        ("m", 0.4, "far_below", False),
        ("a", 0.5, "below", False),
        ("b", 0.75, "below", False),
        ("c", 2.0, "at_or_above", False),
        ("far", 9.0, "at_or_above", True),
    )
    peers = compare_with_peers(table, "m", ["a", "b", "c"])
    assert (peers.here, peers.middle, peers.counted, peers.unknown) == (0.4, 0.75, 3, 0)
    assert not peers.middle_is_lower_bound
    assert not peers.here_is_lower_bound


def test_unknown_is_not_nothing():
    table = coverage(
        ("m", 0.0, "unknown", True),
        ("a", 0.0, "unknown", True),
        ("b", float("nan"), "no_need", False),
        ("c", 0.6, "below", True),
    )
    peers = compare_with_peers(table, "m", ["a", "b", "c", "elsewhere"])
    assert (peers.here, peers.middle, peers.counted, peers.unknown) == (None, 0.6, 1, 3)
    assert peers.middle_is_lower_bound
    nobody = compare_with_peers(table, "c", ["a"])
    assert (nobody.here, nobody.middle) == (0.6, None)
    assert compare_with_peers(table, "c", []) is None
    assert compare_with_peers(table, "none", ["a"]) is None

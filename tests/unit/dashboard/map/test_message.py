import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.map import message
from dashboard.phrases import amounts
from dashboard.theme import GAP_CLASSES

CLASSES = list(GAP_CLASSES)


def decode(letter):
    """What static/dosah-map.js reads from a letter, in plain Python."""
    position = message.ALPHABET.index(letter)
    return CLASSES[position >> 3], bool(position & 4), bool(position & 2), bool(position & 1)


@given(st.sampled_from(CLASSES), st.booleans(), st.booleans(), st.booleans())
def test_a_letter_keeps_class_and_marks(gap_class, is_member, is_bound, is_edge):
    letter = message.class_letter(
        gap_class, is_member=is_member, is_lower_bound=is_bound, is_near_edge=is_edge
    )
    assert decode(letter) == (gap_class, is_member, is_bound, is_edge)
    assert letter != message.NOT_COUNTED


def coverage(rows):
    return pd.DataFrame(
        rows,
        columns=[
            "municipality_code",
            "gap_class",
            "is_lower_bound",
            "is_near_edge",
            "demand_places",
            "coverage_ratio",
            "missing_places",
            "services_in_reach",
        ],
    )


ROWS = [
    ("A", "below", False, True, 10.0, 0.6, 4.0, 2),
    ("B", "unknown", True, False, float("nan"), float("nan"), float("nan"), 1),
    ("C", "none_within_reach", False, False, 3.333, 0.0, 3.333, 0),
]


def test_letters_follow_the_order_of_the_outlines_not_of_the_table():
    letters = message.class_string(["C", "PL1", "A", "B"], coverage(ROWS), {"A", "C"})
    assert letters[1] == message.NOT_COUNTED
    assert [decode(letter) for letter in letters[0] + letters[2:]] == [
        ("none_within_reach", True, False, False),
        ("below", True, False, True),
        ("unknown", False, True, False),
    ]


@given(st.permutations(ROWS), st.permutations(["A", "B", "C", "PL1"]))
def test_every_outline_gets_a_letter_whatever_the_order(rows, order):
    letters = message.class_string(order, coverage(rows), {"A"})
    expected = {row[0]: (row[1], row[0] == "A", row[2], row[3]) for row in ROWS}
    assert {
        code: decode(letter) for code, letter in zip(order, letters, strict=True) if letter != "."
    } == expected


def test_numbers_follow_the_outlines_and_unknown_stays_unknown():
    assert message.Sheet(["C", "PL1", "B", "A"], coverage(ROWS), set()).numbers(
        np.array([10.0, np.nan, 3.3])
    ) == [3.3, None, None, 10]


@given(
    st.floats(0, 1e6) | st.sampled_from([0.0, 0.01, 0.049, 0.05, 0.25, 2.25, 9.94, 9.95, 9.96, 10.5, 11.5])
)
def test_what_travels_reads_the_same_as_the_whole_number(value):
    (sent,) = message.as_shown(np.array([value])).tolist()
    assert amounts.places(sent) == amounts.places(value)


def test_unknown_stays_unknown_when_it_is_rounded():
    assert np.isnan(message.as_shown(np.array([np.nan]))).all()


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, None), (float("nan"), None), (float("inf"), None), (pd.NA, None), (2.0, 2), (1.26, 1.3)],
)
def test_a_number_for_the_browser_is_finite_or_nothing(value, expected):
    assert message.rounded(value, 1) == expected


def supply(rows):
    names = ["site_id", "service_id", "reach_mode", "site_capacity", "counted", "capacity_number"]
    return pd.DataFrame(rows, columns=names)


def sites(rows):
    names = ["site_id", "is_protected", "latitude", "longitude", "location_quality"]
    return pd.DataFrame(rows, columns=names)


def points(supply_rows, site_rows):
    return message.site_points(
        supply(supply_rows),
        sites(site_rows),
        title=lambda service: f"title of {service}",
        detail=lambda row: str(row["site_capacity"]),
    )


def test_a_protected_site_is_never_drawn():
    nan = float("nan")
    found = points(
        [
            ("s1", "open", "modelled", 5.0, True, 5.0),
            ("s2", "secret", "modelled", 5.0, True, 5.0),
            ("s3", "by district", "district", 5.0, True, 5.0),
            ("s4", "nowhere", "nowhere", 5.0, True, 5.0),
        ],
        [
            ("s1", False, 49.5, 18.3, "coordinates"),
            ("s2", True, 49.6, 18.4, "coordinates"),
            ("s3", False, 49.7, 18.5, "district"),
            ("s4", False, nan, nan, "unknown"),
        ],
    )
    assert [(point["service"], point["title"], point["detail"]) for point in found] == [
        ("open", "title of open", "5.0")
    ]


def test_every_service_at_a_place_keeps_its_own_capacity_and_unknown_is_not_zero():
    nan = float("nan")
    found = points(
        [
            ("s1", "a", "modelled", 5.5, True, 11.0),
            ("s2", "b", "modelled", nan, False, nan),
            ("s3", "c", "modelled", nan, False, nan),
        ],
        [
            ("s1", False, 49.5, 18.3, "municipality"),
            ("s2", False, 49.5, 18.3, "municipality"),
            ("s3", False, 49.6, 18.3, "address_point"),
        ],
    )
    assert [(point["service"], point["capacity"], point["is_approximate"]) for point in found] == [
        ("a", 5.5, True),
        ("b", None, True),
        ("c", None, False),
    ]


def test_sites_of_one_service_at_one_place_are_one_point_with_their_shares_together():
    found = points(
        [(f"s{n}", "a", "modelled", 2.5, True, 10.0) for n in range(4)],
        [(f"s{n}", False, 49.5, 18.3 if n < 3 else 18.4, "coordinates") for n in range(4)],
    )
    # The whole registration, neither more nor less.
    assert [point["capacity"] for point in found] == [7.5, 2.5]
    assert {point["service"] for point in found} == {"a"}


def test_the_legend_names_only_the_circles_that_occur():
    known = {"capacity": 3.0, "is_approximate": False}
    unknown = {"capacity": None, "is_approximate": True}
    assert message.marks_of_sites([known]) == {"site": True, "site_unknown": False, "site_approximate": False}
    assert message.marks_of_sites([known, unknown]) == dict.fromkeys(
        ["site", "site_unknown", "site_approximate"], True
    )


def picture(rows):
    return message.picture(
        ["A", "B", "C"],
        coverage(rows),
        {"A"},
        view="area",
        language="cs",
        words={},
        counts={"services": {"one": "{n}"}},
        class_labels={name: name for name in CLASSES},
        legend={},
        sites=[],
        attribution="",
    )


def test_a_picture_carries_the_forms_that_the_browser_counts_with():
    assert picture(ROWS)["counts"] == {"services": {"one": "{n}"}}


def test_within_reach_is_need_times_coverage():
    assert picture(ROWS)["within_reach"] == [6, None, 0]


def test_the_legend_always_has_the_whole_scale_and_others_only_where_they_occur():
    labels = {name: name.upper() for name in CLASSES}
    counts = message.class_counts(coverage(ROWS), {"A", "B"})
    assert counts == {"below": 1, "unknown": 1}
    assert [line["label"] for line in message.legend_classes(counts, labels)] == [
        "AT_OR_ABOVE",
        "BELOW",
        "FAR_BELOW",
        "NONE_WITHIN_REACH",
        "UNKNOWN",
    ]

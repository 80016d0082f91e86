import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import text
from dashboard.address.question import MEASURES
from dashboard.gaps import measures
from dashboard.theme import GAP_CLASSES


@pytest.fixture(autouse=True)
def english():
    text.use("en")
    yield
    text.use(None)


def coverage(*rows):
    names = [
        "municipality_code",
        "gap_class",
        "missing_places",
        "services_in_reach",
        "is_lower_bound",
        "is_near_edge",
        "out_of_reach_places",
        "target_persons",
    ]
    return pd.DataFrame(list(rows), columns=names)


NAN = float("nan")
TABLE = coverage(
    ("enough", "at_or_above", 0.0, 5, False, False, 0.0, 100.0),
    ("little", "below", 0.8, 3, True, False, 0.0, 100.0),
    ("some", "below", 4.0, 2, False, True, 0.0, 100.0),
    ("much", "far_below", 40.0, 1, True, True, 0.0, 1000.0),
    ("nobody", "no_need", 0.0, 0, False, False, 0.0, 0.0),
    ("dark", "unknown", NAN, 1, True, False, NAN, 50.0),
)
CODES = TABLE["municipality_code"].tolist()


@pytest.fixture
def found():
    return {measure.measure_id: measure for measure in measures.measures(TABLE, CODES)}


def test_every_measure_sorts_every_municipality_and_has_words_for_every_place(found):
    assert tuple(found) == MEASURES
    assert found.pop("robustness").classes is None  # nobody asked for it
    for measure in found.values():
        assert list(measure.classes) == CODES
        assert set(measure.classes.values()) <= set(GAP_CLASSES)
        assert set(measure.labels) == set(GAP_CLASSES)


def test_coverage_is_the_gap_class(found):
    assert found["coverage"].classes == dict(zip(CODES, TABLE["gap_class"], strict=True))


def test_missing_places_have_steps_that_fit_the_area(found):
    assert found["missing"].classes == {
        "enough": "at_or_above",
        "little": "below",
        "some": "far_below",
        "much": "none_within_reach",
        "nobody": "no_need",
        "dark": "unknown",
    }
    assert [found["missing"].labels[name] for name in list(GAP_CLASSES)[:4]] == [
        "nothing is missing",
        "up to 1 place",
        "1 to 5 places",
        "more than 5 places",
    ]


def test_people_out_of_reach_are_those_with_nothing_within_reach():
    table = coverage(
        ("waiting", "far_below", 9.0, 1, False, False, 0.0, 90.0),
        ("small", "none_within_reach", 0.4, 0, False, False, 0.4, 12.0),
        ("middle", "none_within_reach", 3.0, 0, False, False, 3.0, 80.0),
        ("large", "none_within_reach", 17.0, 0, False, False, 17.0, 400.0),
        ("empty", "no_need", 0.0, 0, False, False, 0.0, 0.0),
        ("dark", "unknown", NAN, 0, False, False, NAN, NAN),
    )
    codes = table["municipality_code"].tolist()
    measure = next(each for each in measures.measures(table, codes) if each.measure_id == "out_of_reach")
    words = {code: measure.labels[place] for code, place in measure.classes.items()}
    # By hand: of 0.4, 3 and 17 the thirds end at 1 (the least that is worth a step) and 3, rounded up to 5.
    assert words == {
        "waiting": "nobody",
        "small": "need of up to 1 place",
        "middle": "need of 1 to 5 places",
        "large": "need of more than 5 places",
        "empty": measure.labels["no_need"],
        "dark": measure.labels["unknown"],
    }
    assert measure.details == {
        "waiting": "0",
        "small": "0.4, of 12 people",
        "middle": "3, of 80 people",
        "large": "17, of 400 people",
    }


def test_the_table_says_every_measure_in_words_that_it_does_not_say_anyway(found):
    every = list(found.values())
    assert measures.column_of(every, "coverage") is None
    assert measures.column_of(every, "missing") is None
    assert measures.column_of(every, "robustness") is None  # not computed
    heading, cells = measures.column_of(every, "services")
    assert heading == "Services within reach"
    assert cells == {
        "enough": "5",
        "little": "3",
        "some": "2",
        "much": "1",
        "nobody": "none known to us",
        "dark": "1",
    }
    assert set(measures.column_of(every, "confidence")[1]) == set(CODES)
    assert measures.column_of(every, "out_of_reach")[1]["dark"] == "unknown"


def test_services_within_reach_need_no_capacity(found):
    steps = {"enough": 5, "little": 3, "some": 2, "much": 1, "nobody": 0, "dark": 1}
    words = {code: found["services"].labels[name] for code, name in found["services"].classes.items()}
    expected = {5: "4 and more", 3: "2–3", 2: "2–3", 1: "1", 0: "none known to us"}
    assert words == {code: expected[count] for code, count in steps.items()}


def test_how_sure_it_is_names_both_reservations(found):
    words = {code: found["confidence"].labels[name] for code, name in found["confidence"].classes.items()}
    assert words == {
        "enough": "no known reservation",
        "little": "a capacity within reach is unknown",
        "some": "near the edge of the data",
        "much": "both of these",
        "nobody": "no known reservation",
        "dark": "unknown",
    }


def test_a_gap_is_as_robust_as_the_share_of_variants_it_stays_in():
    verdict = pd.DataFrame(
        [
            ("never", "at_or_above", 0, 12),
            ("seldom", "below", 5, 12),
            ("often", "below", 6, 12),
            ("always", "far_below", 12, 12),
            ("nobody", "no_need", 0, 0),
            ("dark", "unknown", 3, 4),
            ("nothing known", "below", 0, 0),
        ],
        columns=["municipality_code", "gap_class", "gap_in", "variants_known"],
    )
    measure = measures.measures(TABLE, CODES, verdict)[-1]
    assert measure.classes == {
        "never": "at_or_above",
        "seldom": "below",
        "often": "far_below",
        "always": "none_within_reach",
        "nobody": "no_need",
        "dark": "unknown",
        "nothing known": "unknown",
    }
    assert measure.details == {
        "never": "0 of 12",
        "seldom": "5 of 12",
        "often": "6 of 12",
        "always": "12 of 12",
    }


def is_round(value):
    mantissa = value / 10 ** math.floor(math.log10(value) + 1e-9)
    return any(math.isclose(mantissa, step) for step in (1, 2, 5, 10))


@given(st.lists(st.floats(0, 1e6) | st.just(NAN)))
def test_steps_are_round_and_rise(values):
    low, high = measures.nice_steps(values)
    assert measures.SMALLEST_STEP <= low < high
    assert is_round(low)
    assert is_round(high)

"""How evenly coverage is spread, in words that a mayor can use."""

import pytest

from dashboard import text
from dashboard.phrases import spread
from geodata.studies.equity import Equity, Extreme

NAMES = {"a": "Low", "b": "High", "c": "Dark"}


@pytest.fixture(autouse=True)
def english():
    text.use("en")
    yield
    text.use(None)


def measured(**values):
    usual = {
        "mean_coverage": 0.8,
        "gini": 0.1,
        "mean_difference": 0.16,
        "share_below_norm": 0.25,
        "persons_below_norm": 100.0,
        "persons_known": 400.0,
        "is_lower_bound": False,
        "lowest": Extreme("a", 0.5, is_lower_bound=False),
        "highest": Extreme("b", 1.1, is_lower_bound=False),
        "unknown": (),
        "persons_unknown": 0.0,
    }
    return Equity(**{**usual, **values})


def said(found, names=NAMES):
    return spread.spread_sentences(found, names, 1.0)


def test_too_little_for_all_is_told_from_enough_in_the_wrong_place():
    short, enough = said(measured()), said(measured(mean_coverage=1.0))
    assert short == [
        "Of 400 people of the target group 100 (25%) live where less is within reach than the norm asks.",
        (
            "The municipality with the least has 50% of what the norm asks within reach (Low), "
            "the one with the most 110% (High)."
        ),
        (
            "Of two of these people taken at random, one has on average 16 percentage points more than the "
            "other."
        ),
        (
            "It would not be enough even if everybody had the same: places are missing, "
            "not only in the right spot."
        ),
    ]
    assert enough[-1].startswith("On average it is enough, but not for everybody: where a service stands")


def test_a_capacity_that_is_unknown_makes_it_at_most_and_asks_to_find_out():
    bound = Extreme("a", 0.5, is_lower_bound=True)
    found = measured(is_lower_bound=True, lowest=bound)
    lines = said(found)
    assert "at most 100 (25%)" in lines[0]
    assert "≥\N{NO-BREAK SPACE}50%" in lines[1]
    assert lines[-1].endswith("Find out those that are not known first.")
    shown = dict(spread.spread_facts(found))
    assert shown["Mean coverage of a person"] == "≥\N{NO-BREAK SPACE}80%"
    assert shown["People where less is within reach than the norm asks"] == "≤\N{NO-BREAK SPACE}25%"


def test_of_whom_it_is_not_known_is_counted_out_loud():
    lines = said(measured(unknown=("c",), persons_unknown=30.0))
    assert lines[-2].startswith("1 municipality is left out of this")
    assert lines[-2].endswith(": Dark.")
    assert lines[-1] == "30 people of the target group live there."
    # Nobody knows how many live there: no number, no 0.
    assert said(measured(unknown=("c",), persons_unknown=None))[-1].endswith(": Dark.")


def nobody(**values):
    nothing = dict.fromkeys(
        ("mean_coverage", "gini", "mean_difference", "share_below_norm", "lowest", "highest")
    )
    return measured(**{**nothing, "persons_below_norm": 0.0, "persons_known": 0.0, **values})


def test_where_nothing_is_known_nothing_is_told_as_0():
    found = nobody(unknown=("c",), persons_unknown=30.0)
    assert said(found, {"c": "Dark"})[0].startswith("What is missing here cannot be said")
    assert spread.spread_facts(found) == []
    assert said(nobody()) == ["Nobody of the target group lives here."]


def test_all_and_nobody_below_the_norm_read_as_such():
    everybody = said(measured(persons_below_norm=400.0, share_below_norm=1.0))
    assert everybody[0].startswith("All 400 people of the target group live where less")
    fine = said(measured(persons_below_norm=0.0, share_below_norm=0.0, mean_coverage=1.2))
    assert fine[0].endswith("have as much within reach as the norm asks, or more.")
    assert not any("missing" in line for line in fine)


def test_equals_are_equals():
    same = Extreme("a", 0.7, is_lower_bound=False)
    lines = said(measured(lowest=same, highest=Extreme("b", 0.701, is_lower_bound=False)))
    assert lines[1] == "All of them have about the same within reach: 70% of what the norm asks."
    # One municipality is not compared with itself.
    alone = said(measured(lowest=same, highest=same), {"a": "Low"})
    assert len(alone) == 2


def test_just_below_the_norm_does_not_read_as_all_of_it():
    """Where all live below the norm, nobody is told of a municipality with 100 %."""
    best = Extreme("b", 0.998, is_lower_bound=True)
    told = " ".join(said(measured(highest=best)))
    assert "99.8%" in told
    assert "100%" not in told

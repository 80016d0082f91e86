"""The memory of capacities: one row for each statement, the same however often a day is built."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.publish.history import capacity_history
from geodata.dataset import rules

DAYS = ["2026-09-04", "2026-10-04", "2027-02-01", "2027-03-01"]


def built(old, day, capacities):
    """A dataset of a day; capacities by (service, form, unit): number, or (number, kind, basis)."""
    rows = []
    for (service, form, unit), said in capacities.items():
        number, kind, basis = said if isinstance(said, tuple) else (said, "registered", "at_one_time")
        basis = None if number is None else basis
        rows.append(
            {
                "service_id": service,
                "form": form,
                "unit": unit,
                "kind": kind,
                "capacity_number": number,
                "basis": basis,
            }
        )
    columns = ["service_id", "form", "unit", "kind", "capacity_number", "basis"]
    made = {
        "capacity": pd.DataFrame(rows, columns=columns, dtype=object),
        "dataset": pd.DataFrame({"name": ["data_date"], "value": [day]}),
    }
    made["capacity_history"] = capacity_history(old, made)
    return made


def told(dataset):
    frame = dataset["capacity_history"]
    return [
        (
            row["service_id"],
            None if pd.isna(row["capacity_number"]) else row["capacity_number"],
            row["seen_from"],
            row["seen_to"],
        )
        for row in frame.to_dict("records")
    ]


BEDS = ("a", "pob", "luzka")


def test_the_first_build_says_what_it_sees():
    first = built(None, DAYS[0], {BEDS: 40.0, ("a", "ter", "klient"): None})
    assert told(first) == [("a", 40, DAYS[0], DAYS[0]), ("a", None, DAYS[0], DAYS[0])]


def test_the_same_lengthens_its_row_and_a_change_begins_another():
    first = built(None, DAYS[0], {BEDS: 40.0})
    second = built(first, DAYS[1], {BEDS: 40.0})
    third = built(second, DAYS[2], {BEDS: 46.0})
    assert told(second) == [("a", 40, DAYS[0], DAYS[1])]
    assert told(third) == [("a", 40, DAYS[0], DAYS[1]), ("a", 46, DAYS[2], DAYS[2])]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((40.0, "registered", "at_one_time"), (40.0, "registered", "doubtful")),
        ((40.0, "planned", "at_one_time"), (40.0, "registered", "at_one_time")),
        ((40.0, "registered", "at_one_time"), (None, "registered", None)),
        ((None, "registered", None), (0.0, "registered", "at_one_time")),
    ],
)
def test_unknown_basis_and_kind_are_statements_too(before, after):
    first = built(None, DAYS[0], {BEDS: before})
    assert len(built(first, DAYS[1], {BEDS: after})["capacity_history"]) == 2
    assert len(built(first, DAYS[1], {BEDS: before})["capacity_history"]) == 1


def test_what_is_gone_stays_and_what_comes_back_begins_anew():
    first = built(None, DAYS[0], {BEDS: 40.0, ("b", "pob", "luzka"): 7.0})
    second = built(first, DAYS[1], {BEDS: 40.0})
    third = built(second, DAYS[2], {BEDS: 40.0, ("b", "pob", "luzka"): 7.0})
    assert told(second)[1] == ("b", 7, DAYS[0], DAYS[0])
    assert told(third)[1:] == [("b", 7, DAYS[0], DAYS[0]), ("b", 7, DAYS[2], DAYS[2])]
    # Built again, the gap is not forgotten.
    assert told(built(third, DAYS[2], {BEDS: 40.0, ("b", "pob", "luzka"): 7.0})) == told(third)


def test_a_second_build_of_the_day_replaces_the_first():
    first = built(None, DAYS[0], {BEDS: 40.0})
    wrong = built(first, DAYS[1], {BEDS: 46.0})
    again = built(wrong, DAYS[1], {BEDS: 40.0})
    assert told(again) == told(built(first, DAYS[1], {BEDS: 40.0}))
    emptied = built(again, DAYS[1], {})
    assert told(emptied) == [("a", 40, DAYS[0], DAYS[0])]


def test_a_build_of_an_earlier_day_forgets_what_came_after():
    later = built(built(built(None, DAYS[0], {BEDS: 40.0}), DAYS[1], {BEDS: 40.0}), DAYS[3], {BEDS: 46.0})
    assert told(built(later, DAYS[2], {BEDS: 40.0})) == [("a", 40, DAYS[0], DAYS[2])]
    assert told(built(later, DAYS[0], {BEDS: 40.0})) == [("a", 40, DAYS[0], DAYS[0])]


def test_a_dataset_from_before_the_table_begins_a_history():
    old = {"dataset": pd.DataFrame({"name": ["data_date"], "value": [DAYS[0]]})}
    assert told(built(old, DAYS[1], {BEDS: 40.0})) == [("a", 40, DAYS[1], DAYS[1])]


STATE = st.dictionaries(
    st.sampled_from([BEDS, ("a", "ter", "klient"), ("b", "pob", "luzka")]), st.sampled_from([None, 1.0, 2.0])
)


@given(st.lists(STATE, min_size=1, max_size=len(DAYS)))
def test_the_memory_is_what_the_builds_said(states):
    """
    Oracle: replaying the rows gives every build back; building any day again changes nothing;
    nothing is modified.
    """
    dataset = None
    for day, state in zip(DAYS, states, strict=False):
        dataset = built(dataset, day, state)
        before = {name: frame.copy() for name, frame in dataset.items()}
        again = built(dataset, day, state)
        pd.testing.assert_frame_equal(again["capacity_history"], dataset["capacity_history"])
        for name, frame in dataset.items():
            pd.testing.assert_frame_equal(frame, before[name])
        assert rules.problems_of("capacity_history", {"capacity_history": dataset["capacity_history"]}) == []
    history = dataset["capacity_history"].to_dict("records")
    for day, state in zip(DAYS, states, strict=False):
        said = {
            (row["service_id"], row["form"], row["unit"]): None
            if pd.isna(row["capacity_number"])
            else row["capacity_number"]
            for row in history
            if row["seen_from"] <= day <= row["seen_to"]
        }
        assert said == state

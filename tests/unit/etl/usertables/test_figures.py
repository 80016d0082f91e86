"""Need, network capacity and funding; small numbers are hidden before they are published."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.usertables.figures import funding_table, need_tables, network_table
from etl.usertables.read import UserTable

CODES = ["a", "b", "c", "d", "e"]
AREAS = pd.DataFrame(
    {"area_id": ["left", "left", "both", "both", "both"], "municipality_code": ["a", "b", "b", "c", "d"]}
)
POPULATION = pd.DataFrame({"municipality_code": CODES, "sex": "total", "persons": [500, 400, 300, 200, 100]})


def needs(values, k=5):
    rows = tuple(
        {
            "row_number": number,
            "indicator": "příjemci",
            "target_group": "seniors",
            "year": 2025,
            "municipality": code,
            "value": None if value is None else float(value),
            "unit_text": "osoby",
            "suppress_below": k,
            "source": "ÚP",
            "note": None,
        }
        for number, (code, value) in enumerate(values.items(), start=2)
    )
    return need_tables([(UserTable("needs", "n.csv", None, rows), "user_needs")], AREAS, POPULATION)


def by(frame, key, value):
    return dict(zip(frame[key], frame[value], strict=True))


def test_large_numbers_are_shown_with_their_totals():
    need, total = needs({"a": 10, "b": 20, "c": 30, "e": 40})
    assert by(need, "municipality_code", "value") == {"a": 10, "b": 20, "c": 30, "e": 40}
    assert by(total, "area_id", "value") == {"all": 100, "left": 30, "both": 50}
    assert by(total, "area_id", "municipalities_unknown") == {"all": 0, "left": 0, "both": 1}


def test_a_small_number_takes_the_smallest_neighbour_of_its_part_with_it():
    need, total = needs({"a": 2, "b": 20, "c": 30, "d": 40, "e": 3})
    assert by(need, "municipality_code", "disclosure") == {
        "a": "below",
        "b": "shown",
        "c": "shown",
        "d": "shown",
        "e": "below",
    }
    # a and e stand alone in their parts: no total that contains them can be shown.
    assert {area: value for area, value in by(total, "area_id", "value").items() if pd.notna(value)} == {
        "both": 90
    }
    need, total = needs({"c": 2, "d": 40, "b": 20})
    assert by(need, "municipality_code", "disclosure") == {"b": "shown", "c": "below", "d": "at_least"}
    assert by(total, "area_id", "value") == {"all": 62, "left": 20, "both": 62}


def test_unknown_stays_unknown():
    need, total = needs({"a": None, "b": None})
    assert need["disclosure"].tolist() == ["unknown", "unknown"]
    assert total["value"].isna().all()


def test_shares_without_a_threshold_are_shown_as_they_are():
    need, _ = needs({"a": 0.5, "b": 1}, k=None)
    assert need["value"].tolist() == [0.5, 1.0]
    assert need["suppress_below"].isna().all()


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(CODES), st.one_of(st.none(), st.integers(0, 40)), min_size=1),
    st.integers(3, 9),
)
def test_no_small_number_is_published_nor_left_as_a_difference(values, k):
    need, total = needs(values, k)
    shown = {code: value for code, value in by(need, "municipality_code", "value").items() if pd.notna(value)}
    assert all(value == 0 or value >= k for value in shown.values())
    assert all(values[code] == value for code, value in shown.items())
    members = {
        area: set(AREAS.loc[AREAS["area_id"] == area, "municipality_code"]) for area in ("left", "both")
    }
    sums = {area: value for area, value in by(total, "area_id", "value").items() if pd.notna(value)}
    for first in [{"all": set(CODES), **members}[area] for area in sums]:
        # What a total leaves when everything that is shown is taken away is never one small number alone.
        hidden = [code for code in first if code in values and values[code] is not None and code not in shown]
        if len(hidden) == 1:
            assert values[hidden[0]] >= k
    for area, value in sums.items():
        codes = {"all": set(CODES), **members}[area]
        assert value == sum(values[code] or 0 for code in codes & set(values))


def test_rows_of_unknown_services_are_left_out_and_known_ones_found_by_number():
    row = {
        "record_id": "259",
        "year": 2025,
        "funding_source": "region",
        "funding_kind": "granted",
        "amount": None,
        "currency": "CZK",
        "source": "x",
        "note": None,
    }
    rows = (row, {**row, "record_id": "999"})
    table = funding_table([(UserTable("funding", "f.csv", None, rows), "o")], {"259": "cz-rpss-259"})
    assert table["service_id"].tolist() == ["cz-rpss-259"]
    assert table["amount"].isna().all()
    row = {
        "record_id": "259",
        "form": "pob",
        "unit": "luzka",
        "year": 2026,
        "network_name": "síť",
        "capacity": 30.0,
        "fte": None,
        "source": "x",
        "note": None,
    }
    table = network_table([(UserTable("network", "n.csv", None, (row,)), "o")], {"259": "cz-rpss-259"})
    assert table[["capacity_number", "form"]].to_numpy().tolist() == [[30.0, "pob"]]
    assert len(funding_table([], {})) == len(network_table([], {})) == 0

"""
The quick look at a table's rules must never let through what the schema would refuse,
nor refuse what it lets through.
"""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from geodata.dataset import fields, rules

ORIGIN = {"origin_id": "x"}


def whole() -> dict[str, pd.DataFrame]:
    origin = {
        **ORIGIN,
        "title": "t",
        "publisher": "p",
        "licence": "l",
        "citation": "c",
        "url": None,
        "reference_date": "2026-09-04",
        "state_note": None,
        "file_name": "f",
        "checksum_sha256": "0",
    }
    municipality = {
        "municipality_code": "598143",
        "country": "CZ",
        "name": "Frýdlant",
        "pou_name": None,
        "orp_code_csu": None,
        "orp_name": None,
        "district_code": "CZ0802",
        "district_name": "F-M",
        "region_code": "CZ080",
        "region_name": "MSK",
        "latitude": 49.6,
        "longitude": 18.4,
        "area_km2": None,
        "edge_distance_m": None,
        "outline_state": None,
        **ORIGIN,
    }
    people = [
        {
            "municipality_code": "598143",
            "sex": sex,
            "age_from": low,
            "age_to": None if low == 85 else 84,
            "persons": 5,
            "reference_date": "2020-12-31",
            **ORIGIN,
        }
        for sex in ("female", "male", "total")
        for low in (0, 85)
    ]
    frames = {"origin": [origin], "municipality": [municipality], "population": people}
    return {
        table.name: rules.conform(table.name, pd.DataFrame(frames[table.name], dtype=object))
        if table.name in frames
        else rules.empty(table.name)
        for table in fields.TABLES
    }


def verdict_of_schema(name: str, contents: dict[str, pd.DataFrame]) -> bool:
    try:
        rules.schema(name, contents).validate(contents[name], lazy=True)
    except SchemaErrors:
        return False
    return True


WRONG = {
    "text": ["", " ", None, "CZ", "nowhere", "A\0B", "A\uffff"],
    "date": ["2026-13-01", "yesterday", None, "2020-12-31"],
    "real": [float("nan"), -1.0, 0.0, 49.9, 1e9],
    "integer": [-1, 0, 5, 121, 3000],
}


# No deadline: pandera's first look at a table takes its time on a busy machine.
@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_the_quick_look_agrees_with_the_schema(data):
    contents = whole()
    name = data.draw(st.sampled_from(["origin", "municipality", "population"]))
    field = data.draw(
        st.sampled_from([field for field in fields.BY_NAME[name].fields if field.type in WRONG])
    )
    frame = contents[name].copy()
    row = data.draw(st.integers(0, len(frame) - 1))
    frame.loc[row, field.name] = data.draw(st.sampled_from(WRONG[field.type]))
    contents[name] = frame
    assert rules._keeps_rules(fields.BY_NAME[name], contents) == verdict_of_schema(name, contents)


@pytest.mark.parametrize("sign", ["\0", "\x0b", "\x1f", "\ufffe"])
def test_a_text_that_no_document_can_hold_breaks_a_rule(sign):
    contents = whole()
    contents["municipality"].loc[0, "name"] = f"A{sign}B"
    (problem,) = rules.problems_of("municipality", contents)
    assert "column name: 1 value with signs that no document can hold" in problem
    contents["municipality"].loc[0, "name"] = "A\n\tB\x85"
    assert rules.problems_of("municipality", contents) == []


def test_a_whole_set_keeps_the_rules_and_a_column_too_many_does_not():
    contents = whole()
    assert all(rules._keeps_rules(table, contents) for table in fields.TABLES)
    contents["origin"] = contents["origin"].assign(extra="x")
    assert not rules._keeps_rules(fields.BY_NAME["origin"], contents)


@settings(deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["598143", "598011", "b", "a"]),
            st.sampled_from(["male", "total"]),
            st.integers(0, 3),
        ),
        max_size=8,
        unique=True,
    ),
    is_sorted=st.booleans(),
)
def test_conform_sorts_by_the_whole_key(rows, is_sorted):
    wanted = sorted(rows)
    frame = pd.DataFrame(
        [(*row, None, 1, "2020-12-31", "x") for row in (wanted if is_sorted else rows)],
        columns=list(fields.BY_NAME["population"].columns),
    )
    conformed = rules.conform("population", frame)
    assert (
        list(conformed[["municipality_code", "sex", "age_from"]].itertuples(index=False, name=None)) == wanted
    )
    assert list(conformed.index) == list(range(len(rows)))


@pytest.mark.parametrize("column", ["persons", "municipality_code", "age_to", "reference_date"])
def test_the_content_hash_notices_every_column(column):
    from geodata.dataset.content import content_hash

    outlines = pd.DataFrame(
        {"municipality_code": pd.Series([], dtype="str"), "geometry": pd.Series([], dtype=object)}
    )
    contents = whole()
    before = content_hash(contents, outlines)
    changed = contents["population"].copy()
    changed.loc[0, column] = {
        "persons": 6,
        "age_to": 83,
        "municipality_code": "598144",
        "reference_date": "2020-12-30",
    }[column]
    assert content_hash({**contents, "population": changed}, outlines) != before
    assert content_hash(whole(), outlines) == before

"""Strict reading: each bad file gives one message with file, row and next step."""

import contextlib
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etl.files.reading import Column, read_table
from etl.snapshot import outline
from etl.snapshot import population as snapshot_population
from geodata.errors import InputFileError

COLUMNS = (
    Column("code", is_required=True, codes=("a", "b", "č"), code_list="letters"),
    Column("number", "count"),
    Column("day", "date"),
)
GOOD = "code,number,day\na,1,2026-01-31\nč,,\n"


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "table.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refused(path, *words):
    with pytest.raises(InputFileError) as caught:
        read_table(path, COLUMNS, key=("code",))
    message = str(caught.value)
    assert message.startswith("table.csv: ")
    assert caught.value.next_step
    for word in words:
        assert word in message
    return message


@pytest.mark.parametrize("sign", ["\0", "\x01", "\x0b", "\x7f", "\x9f", "\uffff"])
def test_a_sign_that_is_no_text_is_refused_with_its_row(file, sign):
    refused(file(f"code,number,day\na,1,\nb{sign},2,\n"), "row 3: a cell has a sign that is no text ('b·')")


def test_a_good_file_is_read_with_its_rows(file):
    table = read_table(file("\ufeff" + GOOD), COLUMNS, key=("code",))
    assert table["row_number"].tolist() == [2, 3]
    assert table["code"].tolist() == ["a", "č"]
    assert table["number"].isna().tolist() == [False, True]
    assert [str(dtype) for dtype in table.dtypes] == ["int64", "str", "Int64", "str"]


def test_a_quoted_line_break_does_not_shift_the_rows(file):
    path = file('code,number,day,note\na,1,,"two\nlines"\nx,2,,\n')
    refused(path, "row 4: column code is not in the list of letters ('x')")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["the file is empty", "row 1"]),
        (b" \n\n", ["the file is empty"]),
        ("code,number,day\n", ["there are no rows below the heading (row 1)"]),
        (GOOD.encode("cp1250"), ["row 3: the text is not UTF-8 (byte 0xE8)", "CSV UTF-8"]),
        ("code,day\na,\n", ["row 1: the column number is missing", "Name the columns in row 1"]),
        ("code\na\n", ["the columns number, day are missing"]),
        ("code,number,day,code\na,1,,b\n", ["the heading code stands twice"]),
        ("code,number,day\na,-1,\n", ["row 2: column number is negative ('-1')"]),
        ("code,number,day\na,many,\n", ["row 2: column number is not a whole number ('many')"]),
        ("code,number,day\na,1.5,\n", ["row 2: column number is not a whole number"]),
        ("code,number,day\na,1,31.1.2026\n", ["row 2: column day is not a date YYYY-MM-DD"]),
        ("code,number,day\na,1,2026-02-30\n", ["row 2: column day is not a date"]),
        ("code,number,day\nx,1,\n", ["row 2: column code is not in the list of letters ('x')"]),
        ("code,number,day\n,1,\n", ["row 2: column code is blank"]),
        ("code,number,day\na,1,\nb,2\n", ["row 3: too few cells", "cut off"]),
        ("code,number,day\na,1,,,\n", ["row 2: too many cells"]),
        ('code,number,day\na,1,\nb,2,"2026', ["row 3: a quotation mark is never closed", "cut off"]),
        ("code,number,day\na,1,\na,2,\n", ["row 3: code stands already in an earlier row ('a')"]),
    ],
)
def test_a_bad_file_gives_one_message(file, content, words):
    refused(file(content), *words)


def test_all_problems_of_a_file_are_told_at_once(file):
    message = refused(file("code,number,day\nx,-1,\ny,1,never\na,-2,\n"))
    assert "2 rows: column code is not in the list of letters (first: 'x', row 2)" in message
    assert "2 rows: column number is negative (first: '-1', row 2)" in message
    assert "row 3: column day is not a date" in message


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InputFileError, match="there is no such file"):
        read_table(tmp_path / "table.csv", COLUMNS)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)


# Nearly always one cell is odd, and the rest is as it should be: some files are read, others refused.
rows_of_any = st.tuples(
    st.sampled_from(["a", "b", "č"]) | cells,
    st.sampled_from(["", "0", "12"]) | cells,
    st.sampled_from(["", "2026-01-31"]) | cells,
)


@example([("a", "1", "")])
@given(st.lists(rows_of_any, min_size=1, max_size=5))
def test_whatever_the_cells_the_file_is_read_or_refused(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("any") / "table.csv"
    path.write_text("\n".join(["code,number,day", *map(",".join, rows)]), encoding="utf-8")
    table = None
    # Anything but InputFileError would fail the test.
    with contextlib.suppress(InputFileError):
        table = read_table(path, COLUMNS)
    if table is None:
        assert rows != [("a", "1", "")]
        return
    assert set(table["code"]) <= {"a", "b", "č"}
    assert (table["number"].dropna() >= 0).all()


def outline_file(tmp_path, *features, cut=0):
    path = tmp_path / "outline.geojson"
    text = json.dumps({"type": "FeatureCollection", "features": list(features)})
    path.write_text(text[: len(text) - cut], encoding="utf-8")
    return path


def feature(code="598143", ring=((18.0, 49.5), (18.1, 49.5), (18.1, 49.6), (18.0, 49.5)), kind="Polygon"):
    return {
        "type": "Feature",
        "properties": {"municipality_code": code},
        "geometry": {
            "type": kind,
            "coordinates": [list(map(list, ring))] if kind == "Polygon" else list(ring[0]),
        },
    }


def test_a_good_outline_is_read(tmp_path):
    table = outline.read(outline_file(tmp_path, feature()), {"598143"})
    assert table["municipality_code"].tolist() == ["598143"]
    assert table["geometry"].iloc[0].area == pytest.approx(0.005)


@pytest.mark.parametrize(
    ("features", "words"),
    [
        ([feature(), feature()], "row 3: municipality_code stands already in an earlier feature"),
        ([feature("999999")], "row 2: municipality_code is not in the file of municipalities"),
        ([feature(kind="Point")], "row 2: the outline is no polygon"),
        ([3.5], "row 2: municipality_code is missing"),
        ([{"properties": ["598143"], "geometry": None}], "row 2: municipality_code is missing"),
        (
            [feature(ring=((18, 49), (18.1, 49.1), (18.1, 49), (18, 49.1), (18, 49)))],
            "row 2: the outline crosses itself",
        ),
        (
            [feature(ring=((2, 56), (2.1, 56), (2.1, 56.1), (2, 56)))],
            "row 2: the outline lies outside Czechia and Poland",
        ),
        ([feature(ring=((18.0, 49.5), (18.1, 49.5), (18.1, 49.6)))], "row 2: the outline is no polygon"),
    ],
)
def test_a_broken_outline_is_told(tmp_path, features, words):
    with pytest.raises(InputFileError, match=words):
        outline.read(outline_file(tmp_path, *features), {"598143"})


def test_a_cut_off_geojson_is_told(tmp_path):
    with pytest.raises(InputFileError, match="row 1: the GeoJSON breaks off"):
        outline.read(outline_file(tmp_path, feature(), cut=20), {"598143"})


def population(tmp_path, text):
    path = tmp_path / "population.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_bands_become_rows_and_a_blank_band_none(tmp_path):
    head = "municipality_code,sex,reference_date,source,0-4,75-79,75+\n"
    wide = snapshot_population.read(
        population(tmp_path, head + "598143,total,2020-12-31,x,5,7,\n"), {"598143"}
    )
    long = snapshot_population.to_long(wide, ("municipality_code",))
    assert long[["age_from", "age_to", "persons"]].to_numpy().tolist() == [[0, 4, 5], [75, 79, 7]]
    open_band = snapshot_population.read(
        population(tmp_path, head + "598143,total,2020-12-31,x,5,,9\n"), {"598143"}
    )
    last = snapshot_population.to_long(open_band, ("municipality_code",)).iloc[-1]
    assert (last["age_from"], last["persons"]) == (75, 9)
    assert last.isna()["age_to"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "municipality_code,sex,reference_date,source,0-4,old\n598143,total,2020-12-31,x,1,2\n",
            "the column old is no age band",
        ),
        (
            "municipality_code,sex,reference_date,source\n598143,total,2020-12-31,x\n",
            "no column of an age band",
        ),
        (
            "municipality_code,sex,reference_date,source,0-4\n598143,total,2020-12-31,x,\n",
            "row 2: no age band has a number",
        ),
        (
            "municipality_code,sex,reference_date,source,0-4\n1,total,2020-12-31,x,1\n",
            "row 2: column municipality_code is not",
        ),
        (
            "municipality_code,sex,reference_date,source,0-4\n598143,total,2020-12-31,x,-3\n",
            "row 2: column 0-4 is negative",
        ),
    ],
)
def test_a_broken_population_is_told(tmp_path, text, words):
    with pytest.raises(InputFileError, match=words):
        snapshot_population.read(population(tmp_path, text), {"598143"})

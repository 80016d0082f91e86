"""The table of finer places as people write it, and as docs/USER_TABLES.md says it is read."""

import re
from pathlib import Path

import pytest

from etl.travel.columns import read_columns
from etl.travel.finer import LAYOUT
from geodata.studies.finer import CELL_COLUMNS, MOST_CELLS, MOST_DISTANCE_M
from geodata.wordings import WordedFileError

DOCUMENT = (Path(__file__).parents[4] / "docs" / "USER_TABLES.md").read_text("utf-8")
SECTION = DOCUMENT.split("## Finer places")[1].split("\n## ")[0]
HEADING = "name;cell_id;municipality_code;persons;longitude;latitude;note\n"


def read(tmp_path, rows, heading=HEADING):
    path = tmp_path / "casti.csv"
    path.write_text(heading + rows, encoding="utf-8-sig")
    return read_columns(path, LAYOUT, frozenset({"0246501", "598542"}))


def test_the_document_names_the_columns_and_limits_that_are_read():
    assert tuple(re.findall(r"^\| `(\w+)` \|", SECTION, flags=re.MULTILINE)) == CELL_COLUMNS
    assert f"At most {MOST_CELLS:,} rows" in SECTION
    assert f"farther than {MOST_DISTANCE_M / 1000:g} km" in SECTION


def test_degrees_are_never_thousands_and_spelt_codes_are_codes(tmp_path):
    found = read(tmp_path, "u potoka;p1;598 542;1 100;18.391;49,535\nhora;p2;246501;0;18,4;49.5\n")
    assert found["latitude"].tolist() == [49.535, 49.5]
    assert found["longitude"].tolist() == [18.391, 18.4]
    assert found["persons"].tolist() == [1100, 0]
    assert found["municipality_code"].tolist() == ["598542", "0246501"]
    assert found["row_number"].tolist() == [2, 3]


@pytest.mark.parametrize(
    ("row", "kind", "column"),
    [
        ("x;p;598542;1.234;18,4;49,5", "ambiguous_number", "persons"),
        ("x;p;598542;mnoho;18,4;49,5", "wrong_number", "persons"),
        ("x;p;598542;5;18,4;#DIV/0!", "spoilt_cell", "latitude"),
        ("x;p;598542;5;18°24';49,5", "wrong_number", "longitude"),
    ],
)
def test_what_cannot_be_read_is_told_by_kind_and_column(tmp_path, row, kind, column):
    with pytest.raises(WordedFileError) as refused:
        read(tmp_path, f"{row}\n")
    assert [(one.kind, one.values["column"], one.values["row"]) for one in refused.value.told] == [
        (kind, column, 2)
    ]


def test_a_column_that_stands_there_twice_is_told(tmp_path):
    with pytest.raises(WordedFileError, match="persons stands there twice"):
        read(tmp_path, "1;2;3\n", "persons;persons;cell_id\n")

"""
Finer places that a user brings to `dosah gaps`: people divided among localities, totals kept, mistakes told.
"""

import csv
import json

import pytest
from typer.testing import CliRunner

from etl.cli import app

AREA = "frydlantsko-beskydy"
HEADING = ["cell_id", "name", "municipality_code", "latitude", "longitude", "persons"]


@pytest.fixture
def gaps(dataset_path):
    def gaps_(*arguments, form="json"):
        asked = ["gaps", "--area", AREA, "--service", "home_care", "--format", form]
        return CliRunner().invoke(app, [*asked, "--dataset", str(dataset_path), *map(str, arguments)])

    return gaps_


@pytest.fixture
def table(published, tmp_path):
    """Two places of Ostravice, as a Czech spreadsheet writes them: most people live up the valley."""

    def table_(rows):
        path = tmp_path / "casti.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as sink:
            writer = csv.writer(sink, delimiter=";")
            writer.writerow(HEADING)
            writer.writerows(rows)
        return path

    return table_


VALLEY = [
    ["o-1", "Ostravice", "598542", "49,535", "18,391", "1 100"],
    ["o-2", "údolí", "598542", "49,46", "18,42", "400"],
]


def test_people_are_divided_and_the_totals_of_the_need_are_kept(gaps, table):
    usual = json.loads(gaps().output)
    result = gaps("--finer", table(VALLEY))
    assert result.exit_code == 0, result.output
    answer = json.loads(result.output)
    before, after = ({row["municipality_code"]: row for row in each["rows"]} for each in (usual, answer))
    assert list(before) == list(after)
    for code, row in after.items():
        assert row["demand_places"] == pytest.approx(before[code]["demand_places"])
        assert row["cells"] == (2 if code == "598542" else 1)
    own = after["598542"]
    assert own["lowest_coverage_ratio"] < own["coverage_ratio"] < own["highest_coverage_ratio"]
    assert own["served_places"] != pytest.approx(before["598542"]["served_places"])
    assert answer["total"]["municipalities"] == usual["total"]["municipalities"] == len(before)
    assert answer["finer"]["cells"] == 2
    assert answer["finer"]["at_one_point"]["served_places"] == pytest.approx(usual["total"]["served_places"])
    assert "finer" not in usual


def test_the_table_says_what_the_places_change(gaps, table):
    shown = gaps("--finer", table(VALLEY), form="table").output
    assert "People are divided among 2 places of casti.csv in this area" in shown
    assert "With everybody at that point: need" in shown
    assert "lowest" in shown


@pytest.mark.parametrize(
    ("cells", "language", "words"),
    [
        (["o", "x", "999999", "49,5", "18,4", "5"], "en", "unknown municipality_code"),
        (["o", "x", "598542", "18,4", "49,5", "5"], "cs", "dále než 50 km"),
        (["o", "x", "598542", "49,5", "18,4", "asi 5"], "pl", "persons"),
        (["o", "x", "598542", "-520000", "-1080000", "5"], "en", "latitude"),
        (["598020", "x", "598542", "49,5", "18,4", "5"], "cs", "kódem obce"),
    ],
)
def test_mistakes_are_told_with_their_row_in_the_reader_s_language(gaps, table, cells, language, words):
    result = gaps("--finer", table([*VALLEY, cells]), "--language", language)
    assert result.exit_code == 1
    assert "casti.csv" in result.output
    assert words in result.output
    assert "4" in result.output
    assert "Traceback" not in result.output


def test_a_file_that_is_no_table_is_refused(gaps, tmp_path):
    path = tmp_path / "grid.gpkg"
    path.write_bytes(b"SQLite format 3\x00")
    result = gaps("--finer", path)
    assert result.exit_code == 1
    assert "grid.gpkg" in result.output
    assert ".csv or .xlsx" in result.output

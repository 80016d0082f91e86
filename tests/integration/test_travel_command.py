"""Travel costs that a user brings to `dosah gaps`: a matrix as CSV, roads as OSM."""

import json

import pytest
from typer.testing import CliRunner

from etl.cli import app
from geodata.dataset.dataset import read_dataset

HEADING = "municipality_code,site_id,cost_min\n"


@pytest.fixture
def gaps(dataset_path):
    def gaps_(*arguments):
        asked = [
            "gaps",
            "--area",
            "frydlantsko-beskydy",
            "--service",
            "residential_seniors",
            "--format",
            "json",
        ]
        return CliRunner().invoke(
            app, [*asked, "--dataset", str(dataset_path), *(str(part) for part in arguments)]
        )

    return gaps_


def test_a_matrix_replaces_the_straight_line_for_the_pairs_it_knows(gaps, dataset_path, tmp_path):
    straight = json.loads(gaps().output)
    dataset = read_dataset(dataset_path)
    homes = dataset["service"].query("service_type_code in ['cz-49', 'cz-50']")["service_id"]
    site_ids = dataset["site"].loc[dataset["site"]["service_id"].isin(homes), "site_id"]
    members = [row["municipality_code"] for row in straight["rows"]]
    # Every home is told to be an hour from Bílá: 60 min is past 30 km (40 min at 45 km/h),
    # so nothing is in reach of it.
    matrix = tmp_path / "times.csv"
    matrix.write_text(HEADING + "".join(f"598020,{site_id},60\n" for site_id in site_ids), "utf-8")
    answer = json.loads(gaps("--travel", matrix).output)
    assert answer["travel"] == {"level": "matrix", "name": "times.csv", "off_road": 0}
    assert straight["travel"]["level"] == "straight_line"
    before = {row["municipality_code"]: row for row in straight["rows"]}
    after = {row["municipality_code"]: row for row in answer["rows"]}
    assert list(after) == members
    assert (before["598020"]["services_in_reach"] > 0, after["598020"]["services_in_reach"]) == (True, 0)
    assert after["598020"]["gap_class"] == "none_within_reach"
    assert after["598020"]["out_of_reach_places"] == pytest.approx(after["598020"]["demand_places"])
    # The beds it no longer shares go to the others: nobody else loses.
    others = [code for code in members if code != "598020"]
    assert all(after[code]["served_places"] >= before[code]["served_places"] - 1e-9 for code in others)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (HEADING + "999999,page-P005-s1,10\n", "unknown municipality_code"),
        (HEADING + "598020,no-such-site,10\n", "unknown site_id"),
        (HEADING + "598020,page-P005-s1,-3\n", "times.csv"),
        ("municipality_code,site_id\n598020,page-P005-s1\n", "cost_m"),
        ("", "empty"),
    ],
)
def test_a_matrix_with_mistakes_gives_one_message(gaps, tmp_path, content, words):
    matrix = tmp_path / "times.csv"
    matrix.write_text(content, "utf-8")
    result = gaps("--travel", matrix)
    assert result.exit_code == 1
    assert "times.csv" in result.output
    assert words in result.output
    assert "Traceback" not in result.output


def test_roads_are_read_and_what_lies_far_from_them_is_counted(gaps, tmp_path):
    roads = tmp_path / "roads.osm"
    roads.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><osm version="0.6" generator="made by hand">'
        '<node id="1" lat="49.5927" lon="18.3597" version="1"/>'
        '<node id="2" lat="49.5350" lon="18.3914" version="1"/>'
        '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="secondary"/></way></osm>',
        "utf-8",
    )
    answer = json.loads(gaps("--travel", roads).output)
    assert answer["travel"]["level"] == "network"
    assert answer["travel"]["off_road"] > 100
    assert len(answer["rows"]) == 13


BILA = "598020"
FOREST_ROAD = '<tag k="highway" v="unclassified"/>'


def roads(tmp_path, **tags):
    """A short forest road from Bílá to Frýdlant, and a long way round that is open."""
    tags_of_way = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    path = tmp_path / "roads.osm"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">'
        '<node id="1" version="1" lat="49.43208" lon="18.44611"/>'
        '<node id="2" version="1" lat="49.5944554" lon="18.3570576"/>'
        '<node id="3" version="1" lat="49.43208" lon="18.89611"/>'
        '<node id="4" version="1" lat="49.5944554" lon="18.8070576"/>'
        f'<way id="1" version="1"><nd ref="1"/><nd ref="2"/>{FOREST_ROAD}{tags_of_way}</way>'
        '<way id="2" version="1"><nd ref="1"/><nd ref="3"/><nd ref="4"/><nd ref="2"/>'
        '<tag k="highway" v="tertiary"/></way></osm>',
        encoding="utf-8",
    )
    return path


def test_bila_reaches_what_an_open_forest_road_lets_it_reach_and_less_where_any_tag_closes_it(gaps, tmp_path):
    def bila(**tags):
        rows = json.loads(gaps("--travel", roads(tmp_path, **tags)).output)["rows"]
        row = next(row for row in rows if row["municipality_code"] == BILA)
        return row["coverage_ratio"], row["services_in_reach"]

    opened, closed = bila(), bila(access="no")
    assert opened[0] > closed[0]
    assert opened[1] > closed[1]
    for tags in (
        {"motor_vehicle": "agricultural;forestry"},
        {"vehicle": "forestry"},
        {"motorcar": "no"},
        {"access": "forestry"},
    ):
        assert bila(**tags) == closed
    for tags in ({"access": "no", "motorcar": "yes"}, {"motor_vehicle": "destination"}):
        assert bila(**tags) == opened


def test_roads_that_cannot_be_read_are_told_in_the_language_of_the_reader(dataset_path, tmp_path):
    (tmp_path / "no.osm").write_text("nothing", encoding="utf-8")
    asked = [
        "gaps",
        "--area",
        "frydlantsko-beskydy",
        "--service",
        "home_care",
        "--dataset",
        str(dataset_path),
    ]
    for language, words in (("cs", "nejde číst"), ("pl", "nie można"), ("en", "cannot be read")):
        done = CliRunner().invoke(app, [*asked, "--travel", str(tmp_path / "no.osm"), "--language", language])
        assert done.exit_code == 1
        assert words in done.output

import ast
import json
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, box

from dashboard.answers import dataset as data
from dashboard.answers import outlines as answers_outlines
from dashboard.process.shared_files import FOLDER, SharedFiles
from geodata.dataset.dataset import read_dataset
from geodata.dataset.publish import write_dataset
from geodata.errors import DatasetMissingError
from geodata.method.analysis import Settings


class Outlined:
    """What write_outlines asks of a dataset: two municipalities, the second without an outline."""

    version = "ab12"
    shape = MultiPolygon([box(18.123456789, 49.5, 18.2, 49.6)])

    def __getitem__(self, name):
        assert name == "municipality"
        return pd.DataFrame(
            {
                "municipality_code": ["500002", "500001"],
                "name": ["Řeka & <b>", "Bílá"],
                "latitude": [49.5555555, 49.1],
                "longitude": [18.15, 18.3],
            }
        )

    def outlines(self):
        return gpd.GeoDataFrame({"municipality_code": ["500002"]}, geometry=[self.shape], crs="EPSG:4326")


def test_outlines_stand_in_the_order_of_the_municipalities_with_names_and_points():
    features = json.loads(answers_outlines.write_outlines(Outlined()))["features"]
    assert [feature["properties"] for feature in features] == [
        {"municipality_code": "500002", "name": "Řeka & <b>", "point": [49.55556, 18.15]},
        {"municipality_code": "500001", "name": "Bílá", "point": [49.1, 18.3]},
    ]
    # A municipality without an outline keeps its place: letters go by position.
    assert features[1]["geometry"] is None
    (ring,) = features[0]["geometry"]["coordinates"][0]
    assert [18.12346, 49.5] in ring


def test_a_country_has_fewer_decimals_and_its_borders_stay_one_line(monkeypatch):
    class Neighbours(Outlined):
        def outlines(self):
            # Two outlines that share a border at an odd place.
            left, right = box(18.0, 49.0, 18.123456, 49.123456), box(18.123456, 49.0, 18.3, 49.123456)
            return gpd.GeoDataFrame(
                {"municipality_code": ["500002", "500001"]}, geometry=[left, right], crs="EPSG:4326"
            )

    monkeypatch.setattr(answers_outlines, "MANY_OUTLINES", 2)
    left, right = json.loads(answers_outlines.write_outlines(Neighbours()))["features"]
    sides = [{tuple(point) for point in each["geometry"]["coordinates"][0]} for each in (left, right)]
    assert sides[0] & sides[1] == {(18.1235, 49.0), (18.1235, 49.1235)}
    assert left["properties"]["point"] == [49.5556, 18.15]


def test_points_are_named_by_their_content_and_kept_once():
    files = SharedFiles()
    points = [{"point": [49.5, 18.3], "title": "Dům & <b>"}]
    path = answers_outlines.share_points(points, files)
    folder, name = path.split("/")
    assert folder == FOLDER
    assert json.loads(files.find(name).text()) == points
    assert answers_outlines.share_points(list(points), files) == path
    assert answers_outlines.share_points([{"point": [49.5, 18.3], "title": "Haus"}], files) != path


def test_points_that_were_used_last_stay():
    one = len(SharedFiles().put("any", json.dumps([{"number": 0}], separators=(",", ":"))).packed)
    files = SharedFiles(most_bytes=2 * one)
    first, second = (answers_outlines.share_points([{"number": number}], files) for number in range(2))
    assert answers_outlines.is_shared(first, files)
    third = answers_outlines.share_points([{"number": 2}], files)
    assert [answers_outlines.is_shared(path, files) for path in (first, second, third)] == [True, False, True]


@pytest.mark.slow
def test_nothing_is_written_for_the_map(dataset_path, monkeypatch):
    """A read-only installation is one in which every write fails."""
    monkeypatch.setenv("DOSAH_DATASET", str(dataset_path))
    monkeypatch.setattr(answers_outlines, "FILES", SharedFiles())

    def refuse(*_arguments, **_names):
        raise OSError(30, "Read-only file system")

    for call in ("write_text", "write_bytes", "mkdir", "touch", "replace"):
        monkeypatch.setattr(f"pathlib.Path.{call}", refuse)
    outlines = answers_outlines.outlines()
    features = json.loads(answers_outlines.outlines_text())["features"]
    assert [each["properties"]["municipality_code"] for each in features] == list(outlines.order)
    assert answers_outlines.is_shared(answers_outlines.share_points([{"number": 1}]))


# -- one run, one dataset ------------------------------------------------------------------------------------


@pytest.fixture
def session(monkeypatch):
    """A session whose script runs, as Streamlit would tell of it."""
    state = {}
    monkeypatch.setattr(data.streamlit_inside, "session_id", lambda: "s")
    monkeypatch.setattr(data.st, "session_state", state)
    return state


@pytest.mark.slow
def test_a_run_keeps_its_dataset_while_another_one_is_published(dataset_path, tmp_path, monkeypatch, session):
    path = tmp_path / "dosah.gpkg"
    shutil.copyfile(dataset_path, path)
    monkeypatch.setenv("DOSAH_DATASET", str(path))
    data.begin_run()
    before = data.dataset()
    group, country = "home_care", "CZ"
    asked = data.analysis(group, country, None, Settings())
    replace_with_less(dataset_path, path)
    assert data.newest().version != before.version
    # Everybody who asks in this run, and in a part of the page that runs again alone, is told of the same.
    assert data.dataset() is before
    assert data.analysis(group, country, None, Settings()) is asked
    assert set(data.service_names(data.dataset())) == set(before["service"]["service_id"])
    data.begin_run()
    assert data.dataset() is data.newest()
    assert data.analysis(group, country, None, Settings()) is not asked


def test_a_run_without_a_dataset_does_not_go_on_with_the_last_one(
    dataset_path, tmp_path, monkeypatch, session
):
    path = tmp_path / "dosah.gpkg"
    shutil.copyfile(dataset_path, path)
    monkeypatch.setenv("DOSAH_DATASET", str(path))
    data.begin_run()
    path.unlink()
    with pytest.raises(DatasetMissingError):
        data.begin_run()
    with pytest.raises(DatasetMissingError):
        data.dataset()


@pytest.mark.slow
def test_a_dataset_that_is_replaced_while_it_is_read_is_read_again(dataset_path, tmp_path, monkeypatch):
    path = tmp_path / "dosah.gpkg"
    shutil.copyfile(dataset_path, path)
    monkeypatch.setenv("DOSAH_DATASET", str(path))
    reads = []

    def read(file):
        reads.append(read_dataset(file))
        if len(reads) == 1:
            replace_with_less(dataset_path, path)
        return reads[-1]

    monkeypatch.setattr(data, "read_dataset", read)
    assert data.newest() is reads[1]
    assert reads[0].version != reads[1].version


def replace_with_less(source, path):
    """Publish another dataset at `path`: one note of a service differs."""
    dataset = read_dataset(source)
    tables = {name: table.copy() for name, table in dataset.tables.items()}
    tables["service"].loc[0, "note"] = "another one"
    write_dataset(tables, dataset.outlines(), path)


def test_pages_have_no_other_way_to_a_dataset():
    """Names that lead around `dataset.dataset`: a page that used one could mix two datasets in a run."""
    allowed = {
        "answers/dataset.py": {"newest", "read_dataset", "default_dataset_path"},
        # It compares what is published with what would be.
        "own/worker.py": {"read_dataset", "default_dataset_path"},
    }
    folder = Path(data.__file__).parents[1]
    for file in folder.rglob("*.py"):
        name = file.relative_to(folder).as_posix()
        # Commands read the file they are told; a maker is handed its dataset.
        if name.startswith("documents/"):
            continue
        used = {
            node.id if isinstance(node, ast.Name) else node.attr
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Name | ast.Attribute)
        }
        ways = {"newest", "read_dataset", "check_dataset", "default_dataset_path"} & used
        assert ways <= allowed.get(name, set()), name


def test_without_a_dataset_the_error_names_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("DOSAH_DATASET", str(tmp_path / "none.gpkg"))
    with pytest.raises(DatasetMissingError, match="dosah build"):
        data.dataset()

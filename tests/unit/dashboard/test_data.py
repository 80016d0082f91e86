import json
import os
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, box

from dashboard import data
from geodata.errors import DatasetMissingError


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


def test_outlines_stand_in_the_order_of_the_municipalities_with_names_and_points(tmp_path):
    path = tmp_path / "outlines" / "outlines-ab12.json"
    data.write_outlines(Outlined(), path)
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    assert [feature["properties"] for feature in features] == [
        {"municipality_code": "500002", "name": "Řeka & <b>", "point": [49.55556, 18.15]},
        {"municipality_code": "500001", "name": "Bílá", "point": [49.1, 18.3]},
    ]
    # A municipality without an outline keeps its place: letters go by position.
    assert features[1]["geometry"] is None
    (ring,) = features[0]["geometry"]["coordinates"][0]
    assert [18.12346, 49.5] in ring


def test_a_country_has_fewer_decimals_and_its_borders_stay_one_line(tmp_path, monkeypatch):
    class Neighbours(Outlined):
        def outlines(self):
            # Two outlines that share a border at an odd place.
            left, right = box(18.0, 49.0, 18.123456, 49.123456), box(18.123456, 49.0, 18.3, 49.123456)
            return gpd.GeoDataFrame(
                {"municipality_code": ["500002", "500001"]}, geometry=[left, right], crs="EPSG:4326"
            )

    monkeypatch.setattr(data, "MANY_OUTLINES", 2)
    path = tmp_path / "outlines-ab12.json"
    data.write_outlines(Neighbours(), path)
    left, right = json.loads(path.read_text(encoding="utf-8"))["features"]
    sides = [{tuple(point) for point in each["geometry"]["coordinates"][0]} for each in (left, right)]
    assert sides[0] & sides[1] == {(18.1235, 49.0), (18.1235, 49.1235)}
    assert left["properties"]["point"] == [49.5556, 18.15]


def test_points_are_named_by_their_content_and_written_once(tmp_path):
    points = [{"point": [49.5, 18.3], "title": "Dům & <b>"}]
    path = data.share_points(points, tmp_path)
    assert json.loads((tmp_path / path).read_text(encoding="utf-8")) == points
    assert data.share_points(list(points), tmp_path) == path
    assert data.share_points([{"point": [49.5, 18.3], "title": "Haus"}], tmp_path) != path
    assert len(list((tmp_path / data.OUTLINES_FOLDER).iterdir())) == 2


def test_points_that_were_used_last_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "KEPT_POINTS", 2)
    first, second = (data.share_points([{"number": number}], tmp_path) for number in range(2))
    for age, path in enumerate((second, first)):
        os.utime(tmp_path / path, (1_000_000 - age, 1_000_000 - age))
    assert data.is_shared(first, tmp_path)
    third = data.share_points([{"number": 2}], tmp_path)
    assert [data.is_shared(path, tmp_path) for path in (first, second, third)] == [True, False, True]


def test_a_disk_that_fails_leaves_no_half_file(tmp_path, monkeypatch):
    def fail(self, target):
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        data.write_outlines(Outlined(), tmp_path / "outlines-1.json")
    assert list(tmp_path.iterdir()) == []


def test_the_newest_files_of_outlines_stay(tmp_path):
    for age in range(6):
        file = tmp_path / f"outlines-{age}.json"
        file.write_text("{}")
        os.utime(file, (1_000_000 - age, 1_000_000 - age))
    (tmp_path / "other.json").write_text("{}")
    data.remove_old_outlines(tmp_path)
    kept = {f"outlines-{age}.json" for age in range(data.KEPT_OUTLINES)}
    assert {file.name for file in tmp_path.iterdir()} == kept | {"other.json"}


def test_without_a_dataset_the_error_names_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("DOSAH_DATASET", str(tmp_path / "none.gpkg"))
    with pytest.raises(DatasetMissingError, match="dosah build"):
        data.dataset()

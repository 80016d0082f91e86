"""
The published dataset: the same input gives the same bytes,
and a failure leaves the last good file alone.
"""

import json
import sqlite3

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from geodata.dataset import content, fields, publish, rules
from geodata.dataset import dataset as catalog
from geodata.errors import DatasetError, DatasetMissingError, PublishError, TableError

ORIGIN = {
    "origin_id": "cz_test_source",
    "title": "Zkouška",
    "publisher": "Nikdo",
    "licence": "CC BY 4.0",
    "citation": "Nikdo",
    "url": None,
    "reference_date": "2026-09-04",
    "state_note": None,
    "file_name": "test.csv",
    "checksum_sha256": "0" * 64,
}
MUNICIPALITY = {
    "municipality_code": "598143",
    "country": "CZ",
    "name": "Frýdlant nad Ostravicí",
    "pou_name": None,
    "orp_code_csu": "8107",
    "orp_name": "Frýdlant nad Ostravicí",
    "district_code": "CZ0802",
    "district_name": "Frýdek-Místek",
    "region_code": "CZ080",
    "region_name": "Moravskoslezský kraj",
    "latitude": 49.6,
    "longitude": 18.36,
    "area_km2": 21.9,
    "edge_distance_m": None,
    "outline_state": None,
    "origin_id": "cz_test_source",
}
SERVICE = {
    "service_id": "cz-rpss-1",
    "registration_id": "1",
    "provider_id": None,
    "country": "CZ",
    "name": "Domov",
    "service_type_code": "cz-49",
    "status": "existing",
    "evidence": "register",
    "is_follow_on": False,
    "valid_from": "2020-01-01",
    "valid_to": None,
    "target_groups_text": None,
    "age_from": None,
    "age_to": None,
    "served_area_text": None,
    "served_area_state": "unknown",
    "web": None,
    "phone": None,
    "email": None,
    "year_of_information": None,
    "note": None,
    "source_url": None,
    "origin_id": "cz_test_source",
}
SITE = {
    "site_id": "cz-rpss-1-s1",
    "service_id": "cz-rpss-1",
    "name": None,
    "country": "CZ",
    "is_protected": False,
    "municipality_code": "598143",
    "municipality_name": None,
    "municipality_part": None,
    "district_code": "CZ0802",
    "street_address": None,
    "postal_code": None,
    "address_point_code": None,
    "latitude": 49.6,
    "longitude": 18.36,
    "location_quality": "coordinates",
    "origin_id": "cz_test_source",
}


@pytest.fixture
def contents():
    rows = {
        "origin": [ORIGIN],
        "municipality": [{**MUNICIPALITY, "municipality_code": "598011", "name": "Bílá"}, MUNICIPALITY],
        "service": [SERVICE],
        "site": [SITE, {**SITE, "site_id": "cz-rpss-1-s2", "latitude": None, "longitude": None}],
        "dataset": [{"name": "data_date", "value": "2026-09-04"}, {"name": "title", "value": "Zkouška"}],
    }
    filled = {name: pd.DataFrame(some) for name, some in rows.items()}
    return {table.name: filled.get(table.name, rules.empty(table.name)) for table in fields.TABLES}


@pytest.fixture
def outlines():
    square = shapely.box(18.3, 49.5, 18.4, 49.7)
    return gpd.GeoDataFrame({"municipality_code": ["598143"], "geometry": [square]}, crs=4326)


@pytest.mark.slow
def test_the_same_input_gives_the_same_bytes(contents, outlines, tmp_path):
    first = publish.write_dataset(contents, outlines, tmp_path / "a.gpkg")
    shuffled = {name: frame.iloc[::-1] for name, frame in contents.items()}
    second = publish.write_dataset(shuffled, outlines, tmp_path / "b.gpkg")
    assert first == second
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


@pytest.mark.slow
def test_another_figure_gives_another_hash(contents, outlines, tmp_path):
    first = publish.write_dataset(contents, outlines, tmp_path / "a.gpkg")
    contents["municipality"]["area_km2"] = 22.0
    assert publish.write_dataset(contents, outlines, tmp_path / "a.gpkg") != first


@pytest.mark.slow
def test_what_was_written_is_read_back_with_its_types(contents, outlines, tmp_path):
    fingerprint = publish.write_dataset(contents, outlines, tmp_path / "a.gpkg")
    dataset = catalog.read_dataset(tmp_path / "a.gpkg")
    assert dataset.version == fingerprint[: catalog.VERSION_LENGTH]
    assert list(dataset["municipality"]["municipality_code"]) == ["598011", "598143"]
    for table in fields.TABLES:
        frame = dataset[table.name]
        assert tuple(frame.columns) == table.columns
        assert [str(dtype) for dtype in frame.dtypes] == [rules.dtype_of(field) for field in table.fields]
    service = dataset["service"].iloc[0]
    assert service["valid_from"] == "2020-01-01"
    assert pd.isna(service["valid_to"])
    assert not service["is_follow_on"]
    assert dataset.outlines().geometry.iloc[0].equals(shapely.box(18.3, 49.5, 18.4, 49.7))


def test_gdal_opens_municipalities_and_sites(contents, outlines, tmp_path):
    publish.write_dataset(contents, outlines, tmp_path / "a.gpkg")
    layers = dict(pyogrio.list_layers(tmp_path / "a.gpkg"))
    assert layers["municipality"] == "MultiPolygon"
    assert layers["site"] == "Point"
    sites = pyogrio.read_dataframe(tmp_path / "a.gpkg", layer="site")
    assert list(sites.geometry.notna()) == [True, False]
    municipalities = pyogrio.read_dataframe(tmp_path / "a.gpkg", layer="municipality")
    assert municipalities.crs.to_epsg() == 4326
    assert municipalities["name"].tolist() == ["Bílá", "Frýdlant nad Ostravicí"]
    assert municipalities.geometry.iloc[1].equals(shapely.box(18.3, 49.5, 18.4, 49.7))


def test_every_table_and_column_is_described_for_qgis(contents, outlines, tmp_path):
    publish.write_dataset(contents, outlines, tmp_path / "a.gpkg")
    with sqlite3.connect(tmp_path / "a.gpkg") as connection:
        described = dict(connection.execute("SELECT table_name, description FROM gpkg_contents"))
        columns = connection.execute("SELECT table_name, column_name FROM gpkg_data_columns").fetchall()
    connection.close()
    assert described == {table.name: table.description for table in fields.TABLES}
    assert set(columns) == {(table.name, column) for table in fields.TABLES for column in table.columns}


@pytest.mark.slow
@pytest.mark.parametrize(
    "case",
    [
        (("service", "service_type_code"), "cz-999", "not in code list service_types"),
        (("service", "valid_from"), "1. 4. 2020", "no date YYYY-MM-DD"),
        (("service", "origin_id"), "nobody", "no such row in origin.origin_id"),
        (("municipality", "latitude"), 12.0, "below 47.5"),
        (("municipality", "name"), " ", "blank"),
        (("municipality", "name"), None, "missing"),
    ],
)
def test_a_broken_table_is_refused_and_the_last_dataset_stays(contents, outlines, tmp_path, case):
    (table, column), value, message = case
    target = tmp_path / "a.gpkg"
    publish.write_dataset(contents, outlines, target)
    before = target.read_bytes()
    contents[table].loc[0, column] = value
    with pytest.raises(TableError, match=message) as caught:
        publish.write_dataset(contents, outlines, target)
    assert f"table {table}, column {column}" in str(caught.value)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.gpkg"]


def test_all_problems_are_told_at_once(contents, outlines, tmp_path):
    contents["service"]["status"] = "lost"
    contents["site"]["location_quality"] = "guessed"
    contents["municipality"] = pd.concat([contents["municipality"]] * 2)
    with pytest.raises(TableError) as caught:
        publish.write_dataset(contents, outlines, tmp_path / "a.gpkg")
    message = str(caught.value)
    assert "3 problems" in message
    assert "table municipality: 4 rows share their key (first: municipality_code=598011)" in message
    assert "1 value not in code list service_statuses (first: 'lost' at service_id=cz-rpss-1)" in message
    assert (
        "2 values not in code list location_qualities (first: 'guessed' at site_id=cz-rpss-1-s1)" in message
    )


def test_an_outline_of_a_stranger_is_refused(contents, outlines, tmp_path):
    outlines["municipality_code"] = "999999"
    with pytest.raises(PublishError, match="999999"):
        publish.write_dataset(contents, outlines, tmp_path / "a.gpkg")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_disk_that_fails_leaves_the_last_dataset(contents, outlines, tmp_path, monkeypatch):
    target = tmp_path / "a.gpkg"
    publish.write_dataset(contents, outlines, target)
    before = target.read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publish.durable, "settle", fail)
    contents["municipality"]["area_km2"] = 22.0
    with pytest.raises(PublishError, match="No space left"):
        publish.write_dataset(contents, outlines, target)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.gpkg"]


@pytest.mark.slow
@pytest.mark.parametrize("error", [OSError(28, "disk full"), sqlite3.OperationalError("disk full")])
def test_a_disk_that_fails_while_writing_leaves_the_last_dataset(
    contents, outlines, tmp_path, monkeypatch, error
):
    target = tmp_path / "a.gpkg"
    publish.write_dataset(contents, outlines, target)
    before = target.read_bytes()

    def half(_contents, _outlines, path):
        path.write_bytes(b"half")
        raise error

    monkeypatch.setattr(publish, "_write_geopackage", half)
    with pytest.raises(PublishError, match="disk full"):
        publish.write_dataset(contents, outlines, target)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.gpkg"]


def test_a_place_that_cannot_be_written_is_told(contents, outlines, tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(PublishError, match="could not be written"):
        publish.write_dataset(contents, outlines, tmp_path / "file" / "a.gpkg")


def test_a_file_that_does_not_read_back_the_same_is_not_published(contents, outlines, tmp_path, monkeypatch):
    write = publish._write_geopackage

    def lose_a_row(tables_, outlines_, path):
        write({**tables_, "site": tables_["site"].iloc[:1]}, outlines_, path)

    monkeypatch.setattr(publish, "_write_geopackage", lose_a_row)
    with pytest.raises(PublishError, match="does not read back the same"):
        publish.write_dataset(contents, outlines, tmp_path / "a.gpkg")
    assert not list(tmp_path.iterdir())


def test_reading_says_what_is_wrong(contents, outlines, tmp_path):
    with pytest.raises(DatasetMissingError, match="dosah build"):
        catalog.read_dataset(tmp_path / "none.gpkg")
    (tmp_path / "text.gpkg").write_text("no database", encoding="utf-8")
    with pytest.raises(DatasetError, match="cannot be read"):
        catalog.read_dataset(tmp_path / "text.gpkg")
    publish.write_dataset(contents, outlines, tmp_path / "old.gpkg")
    with sqlite3.connect(tmp_path / "old.gpkg") as connection:
        connection.execute("UPDATE dataset SET value = '0' WHERE name = 'schema_version'")
    connection.close()
    with pytest.raises(DatasetError, match="schema version 0"):
        catalog.read_dataset(tmp_path / "old.gpkg")


@pytest.mark.slow
def test_a_dataset_of_the_first_version_is_read_as_one_without_the_later_tables(contents, outlines, tmp_path):
    path = tmp_path / "first.gpkg"
    publish.write_dataset(contents, outlines, path)
    tables_now = catalog.read_dataset(path).tables
    facts = tables_now["dataset"].copy()
    facts.loc[facts["name"] == "schema_version", "value"] = "1"
    fingerprint = content.content_hash({**tables_now, "dataset": facts}, catalog._read_outlines(path))
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE finding")
        # Columns of the third version: a program of that time did not write them.
        connection.execute("ALTER TABLE service DROP COLUMN sites_total")
        connection.execute("ALTER TABLE benchmark DROP COLUMN capacity_per_year_number")
        connection.execute("ALTER TABLE benchmark DROP COLUMN registrations_per_year")
        connection.execute("UPDATE dataset SET value = '1' WHERE name = 'schema_version'")
        connection.execute("UPDATE dataset SET value = ? WHERE name = 'content_hash'", [fingerprint])
    connection.close()
    dataset = catalog.check_dataset(path)
    assert dataset["finding"].empty
    assert len(dataset["service"]) == len(contents["service"])
    assert dataset["service"]["sites_total"].isna().all()
    assert dataset["service"]["sites_total"].dtype == "Int64"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE dataset SET value = '2' WHERE name = 'schema_version'")
    connection.close()
    with pytest.raises(DatasetError, match="finding"):
        catalog.read_dataset(path)


@pytest.mark.slow
def test_a_change_after_publishing_is_noticed(contents, outlines, tmp_path):
    publish.write_dataset(contents, outlines, tmp_path / "a.gpkg")
    catalog.check_dataset(tmp_path / "a.gpkg")
    with sqlite3.connect(tmp_path / "a.gpkg") as connection:
        connection.execute("UPDATE municipality SET area_km2 = 1 WHERE name = 'Bílá'")
    connection.close()
    with pytest.raises(DatasetError, match="changed after it was published"):
        catalog.check_dataset(tmp_path / "a.gpkg")


def test_the_variable_names_the_dataset(monkeypatch, tmp_path):
    monkeypatch.setenv("DOSAH_DATASET", str(tmp_path / "x.gpkg"))
    assert catalog.default_dataset_path() == tmp_path / "x.gpkg"
    monkeypatch.delenv("DOSAH_DATASET")
    assert catalog.default_dataset_path().parts == ("build", "dosah.gpkg")


@pytest.mark.parametrize("column", ["age_from", "name"])
def test_conform_refuses_a_value_of_another_type(contents, column):
    frame = contents["service"].astype(object)
    frame.loc[0, column] = 3.5
    with pytest.raises(TableError, match=f"column {column}"):
        rules.conform("service", frame)


def test_conform_names_missing_and_unknown_columns(contents):
    frame = contents["service"].drop(columns=["name", "web"]).assign(head="nobody")
    with pytest.raises(TableError, match="missing 2 columns name, web; unknown 1 column head"):
        rules.conform("service", frame)


def test_conform_does_not_change_its_input(contents):
    frame = contents["municipality"].iloc[::-1]
    before = json.dumps(frame.to_dict("records"), default=str)
    rules.conform("municipality", frame)
    assert json.dumps(frame.to_dict("records"), default=str) == before

"""
A dataset that somebody made or damaged is refused with a sentence, or is a valid one;
reading it is bounded by its size.
"""

import math
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.dataset import dataset as catalog
from geodata.dataset import fields, geopackage, publish, rules
from geodata.errors import DatasetError, DatasetMissingError, PublishError

ORIGIN = {
    "origin_id": "cz_test_source",
    "title": "Zkouška",
    "publisher": "Nikdo",
    "licence": "CC BY 4.0",
    "citation": "Nikdo",
    "file_name": "test.csv",
    "checksum_sha256": "0" * 64,
}
PLACE = {
    "municipality_code": "598143",
    "country": "CZ",
    "name": "Frýdlant",
    "district_code": "CZ0802",
    "district_name": "Frýdek-Místek",
    "region_code": "CZ080",
    "region_name": "Moravskoslezský kraj",
    "latitude": 49.6,
    "longitude": 18.36,
    "origin_id": "cz_test_source",
}
PEOPLE = {
    "municipality_code": "598143",
    "sex": "total",
    "age_to": None,
    "persons": 100,
    "reference_date": "2026-01-01",
    "origin_id": "cz_test_source",
}
SQUARE = shapely.MultiPolygon([shapely.box(18.3, 49.5, 18.4, 49.7)])


def write(path, title="Zkouška"):
    rows = {
        "origin": [ORIGIN],
        "municipality": [PLACE],
        "population": [{**PEOPLE, "age_from": age} for age in range(60)],
        "dataset": [{"name": "data_date", "value": "2026-09-04"}, {"name": "title", "value": title}],
    }
    contents = {
        table.name: pd.DataFrame(rows[table.name], columns=table.columns)
        if table.name in rows
        else rules.empty(table.name)
        for table in fields.TABLES
    }
    outlines = gpd.GeoDataFrame({"municipality_code": ["598143"], "geometry": [SQUARE]}, crs=4326)
    return publish.write_dataset(contents, outlines, path)


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    path = tmp_path_factory.mktemp("valid") / "dosah.gpkg"
    write(path)
    return path


@pytest.fixture
def dataset(valid, tmp_path):
    return shutil.copy(valid, tmp_path / "dosah.gpkg")


def change(path, *statements):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(*statement) if isinstance(statement, tuple) else connection.execute(statement)


def refused(path, match, reason="damaged"):
    with pytest.raises(DatasetError, match=match) as error:
        catalog.read_dataset(path)
    assert error.value.reason == reason
    assert path.name in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    "text", ["/../../../zzz", "", "a" * 15, "A" * 64, "a" * 65, "a" * 63 + "/", "a" * 64 + "\n", "ａ" * 20]
)
def test_a_hash_is_a_hash_because_files_are_named_after_it(dataset, text):
    change(dataset, ("UPDATE dataset SET value = ? WHERE name = 'content_hash'", [text]))
    refused(dataset, "content_hash is no hash")
    with pytest.raises(DatasetError, match="content_hash is no hash"):
        catalog.read_facts(dataset)


@pytest.mark.parametrize(
    ("statement", "match"),
    [
        ("UPDATE municipality SET municipality_code = '../../x'", "municipality_code: 1 names hold more"),
        ("UPDATE dataset SET value = 'yesterday' WHERE name = 'data_date'", "data_date is no day"),
        ("DELETE FROM dataset WHERE name = 'data_date'", "data_date is no day"),
        ("UPDATE municipality SET latitude = 1e300", "latitude: is out of range in 1 rows"),
        ("UPDATE municipality SET longitude = 9e999", "longitude: is out of range"),
        ("UPDATE municipality SET longitude = -9e999", "longitude: is out of range"),
        ("UPDATE municipality SET area_km2 = 9e999", "area_km2: is out of range"),
        ("UPDATE municipality SET latitude = 'north'", "latitude: is no number"),
        ("UPDATE municipality SET name = x'00ff'", "name: is no text"),
        (
            "UPDATE population SET persons = 1.5 WHERE fid = 7",
            r"persons: is no number in 1 rows \(first: row 7\)",
        ),
        ("UPDATE population SET reference_date = '4. 9. 2026'", "reference_date: is no day in 60 rows"),
        (
            "UPDATE population SET municipality_code = '1' WHERE fid = 3",
            "are not in municipality.municipality_code",
        ),
        ("UPDATE population SET age_from = 4 WHERE age_from = 5", "population: 1 rows share their key"),
        ("DROP TABLE service", "no such table: service"),
        ("ALTER TABLE municipality DROP COLUMN name", "municipality lacks the column name"),
        ("ALTER TABLE municipality RENAME COLUMN country TO land", "municipality lacks the column country"),
    ],
)
def test_what_no_build_writes_is_refused_in_words(dataset, statement, match):
    change(dataset, statement)
    assert "Run `dosah build`" in refused(dataset, match)


def test_all_problems_are_told_at_once(dataset):
    change(
        dataset,
        "UPDATE municipality SET latitude = 1e300",
        "UPDATE population SET persons = -1",
        "UPDATE population SET reference_date = 'x'",
    )
    problems = refused(dataset, "latitude")
    assert "column persons: is out of range in 60 rows" in problems
    assert "column reference_date: is no day" in problems


SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def columns_of(path, table):
    with closing(sqlite3.connect(path)) as connection:
        return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def in_place_of(path, table, source):
    """Put a view with the same columns in the place of a table."""
    listed = ", ".join(f't."{name}"' for name in columns_of(path, table))
    change(
        path,
        f"ALTER TABLE {table} RENAME TO was",
        f"CREATE VIEW {table} AS SELECT {listed} FROM was t{source}",
    )


@pytest.mark.parametrize("table", ["dataset", "population", "municipality"])
def test_a_view_in_place_of_a_table_is_refused_before_it_is_asked(dataset, table):
    in_place_of(dataset, table, f", ({SLOW})")
    refused(dataset, f"{table} is no plain table")


def test_a_view_that_says_it_is_a_table_is_refused(dataset):
    in_place_of(dataset, "population", f", ({SLOW})")
    change(
        dataset,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET type = 'table' WHERE name = 'population'",
    )
    refused(dataset, "plain table|malformed|quick_check|page")


def test_a_generated_value_is_refused(dataset):
    change(
        dataset,
        "ALTER TABLE municipality DROP COLUMN pou_name",
        "ALTER TABLE municipality ADD COLUMN pou_name "
        "TEXT GENERATED ALWAYS AS (hex(zeroblob(90000))) VIRTUAL",
    )
    refused(dataset, "municipality is no plain table")


def test_a_virtual_table_is_refused(dataset):
    listed = ", ".join(columns_of(dataset, "finding"))
    change(dataset, "DROP TABLE finding", f"CREATE VIRTUAL TABLE finding USING fts5({listed})")
    refused(dataset, "finding is no plain table")


def test_a_query_without_end_is_stopped_after_as_many_steps_as_the_file_allows(dataset):
    with geopackage.reader(dataset) as found, pytest.raises(sqlite3.OperationalError, match="interrupted"):
        found._connection.execute(SLOW).fetchone()


def test_triggers_are_never_run(dataset):
    change(dataset, "CREATE TRIGGER t AFTER UPDATE ON dataset BEGIN DELETE FROM municipality; END")
    assert len(catalog.read_dataset(dataset)["municipality"]) == 1


@pytest.mark.slow
def test_a_text_of_200_mb_is_refused_and_not_read(dataset):
    change(dataset, "UPDATE municipality SET name = hex(zeroblob(100000000))")
    refused(dataset, "too big")


def test_rows_that_are_told_twice_are_refused(dataset):
    # Every cell pointer of a page leads to the first of its rows:
    # a small file would tell one long text a thousand times.
    with closing(sqlite3.connect(dataset)) as connection:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'population'"
        ).fetchone()
    content = bytearray(dataset.read_bytes())
    page = bytearray(content[(root - 1) * 4096 : root * 4096])
    if page[0] == 5:  # an inner page: its first child
        (at,) = struct.unpack_from(">H", page, 12)
        (root,) = struct.unpack_from(">I", page, at)
        page = bytearray(content[(root - 1) * 4096 : root * 4096])
    assert page[0] == 13
    cells = struct.unpack_from(">H", page, 3)[0]
    for number in range(1, cells):
        page[8 + 2 * number : 10 + 2 * number] = page[8:10]
    content[(root - 1) * 4096 : root * 4096] = page
    dataset.write_bytes(content)
    refused(dataset, "cannot be read as a dataset")


def blob(wkb, envelope=1, reference=4326, magic=b"GP", flags=1):
    box = struct.pack("<4d", 18.3, 18.4, 49.5, 49.7) if envelope == 1 else b""
    return struct.pack("<2sBBi", magic, 0, flags | envelope << 1, reference) + box + wkb


WHOLE = shapely.to_wkb(SQUARE, byte_order=1)
RING = struct.pack("<I8d", 4, 18, 49, 19, 49, 19, 50, 18, 49)
POLYGON = struct.pack("<BII", 1, 3, 1)
BROKEN = {
    "two letters": b"GP",
    "a text": "POINT(1 1)",
    "a number": 5,
    "an envelope that is not defined": blob(WHOLE, envelope=7),
    "cut off": blob(WHOLE[:-20]),
    "longer than it says": blob(WHOLE + b"\0"),
    "nothing": blob(b""),
    "no parts": blob(struct.pack("<BII", 1, 6, 0)),
    "no rings": blob(struct.pack("<BII", 1, 3, 0)),
    "another reference system": blob(WHOLE, reference=5514),
    "a point": blob(shapely.to_wkb(shapely.Point(18, 49), byte_order=1)),
    "big-endian": blob(shapely.to_wkb(SQUARE, byte_order=0), flags=0),
    "a billion parts": blob(struct.pack("<BII", 1, 6, 1 << 30) + POLYGON + RING),
    "a billion points": blob(POLYGON + struct.pack("<I", 1 << 30)),
    "nested without end": blob(struct.pack("<BII", 1, 6, 1) * 200_000),
    "a ring that is open": blob(POLYGON + struct.pack("<I8d", 4, 18, 49, 19, 49, 19, 50, 18.1, 49)),
    "no number": blob(POLYGON + RING.replace(struct.pack("<d", 50), struct.pack("<d", float("nan")))),
    "infinite": blob(POLYGON + RING.replace(struct.pack("<d", 50), struct.pack("<d", float("inf")))),
    "metres": blob(POLYGON + RING.replace(struct.pack("<d", 50), struct.pack("<d", -1_100_000.0))),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_outline_is_a_sentence_when_it_is_read(dataset, kind):
    change(dataset, ("UPDATE municipality SET geom = ?", [BROKEN[kind]]))
    refused(dataset, r"1 outlines are broken \(first: municipality 598143, ")


def test_a_polygon_of_qgis_is_an_outline_too(dataset):
    change(dataset, ("UPDATE municipality SET geom = ?", [blob(POLYGON + RING, envelope=0)]))
    outlines = catalog.read_dataset(dataset).outlines()
    assert outlines.geometry.iloc[0].equals(shapely.Polygon([(18, 49), (19, 49), (19, 50), (18, 49)]))


def test_outlines_are_those_of_the_dataset_that_was_read(dataset):
    before = catalog.read_dataset(dataset)
    change(dataset, ("UPDATE municipality SET geom = ?", [blob(POLYGON + RING)]))
    assert before.outlines().geometry.iloc[0].equals(SQUARE)


def read_or_refuse(path):
    """Return whether the file was read; then it is a valid dataset."""
    began = time.process_time()
    try:
        found = catalog.read_dataset(path)
    except DatasetError:
        found = None
    assert time.process_time() - began < 60  # a bound against hanging, not a measure
    if found is None:
        return False
    for table in fields.TABLES:
        frame = found[table.name]
        assert tuple(frame.columns) == table.columns
        assert not frame.duplicated(list(table.key)).any()
        for column in table.fields:
            values = frame[column.name]
            assert str(values.dtype) == rules.dtype_of(column)
            assert column.nullable or values.notna().all()
            if column.type in ("integer", "real"):
                low, high = column.minimum, column.maximum
                assert all(math.isfinite(value) for value in values.dropna())
                assert all(
                    (low is None or low <= value) and (high is None or value <= high)
                    for value in values.dropna()
                )
    found.outlines()
    return True


fuzzed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(min_size=1, max_size=8)), min_size=1, max_size=6)
)
@fuzzed
def test_changed_bytes_give_a_valid_dataset_or_a_sentence(valid, tmp_path, changes):
    content = bytearray(valid.read_bytes())
    for at, new in changes:
        start = at % (len(content) - len(new))
        content[start : start + len(new)] = new
    path = tmp_path / "dosah.gpkg"
    path.write_bytes(content)
    read_or_refuse(path)


def test_a_message_of_sqlite_that_is_no_text_is_a_sentence_too(valid, tmp_path):
    # A byte of the schema: SQLite quotes it in what it says.
    content = bytearray(valid.read_bytes())
    for name in (b'CREATE TABLE "finding"', b'CREATE TABLE "dataset"', b"CREATE TABLE gpkg_contents"):
        at = content.index(name) + len(b"CREATE TABLE ")
        path = tmp_path / "dosah.gpkg"
        path.write_bytes(content[:at] + b"\x80" + content[at + 1 :])
        refused(path, "cannot be read as a dataset")


@pytest.mark.slow
@given(st.integers(0, 119), st.integers(0, 255))
@fuzzed
def test_a_changed_header_gives_a_valid_dataset_or_a_sentence(valid, tmp_path, at, value):
    content = bytearray(valid.read_bytes())
    content[at] = value
    path = tmp_path / "dosah.gpkg"
    path.write_bytes(content)
    read_or_refuse(path)


@given(st.floats(0, 1, exclude_max=True))
@fuzzed
def test_a_file_that_was_cut_off_is_a_sentence(valid, tmp_path, share):
    content = valid.read_bytes()
    path = tmp_path / "dosah.gpkg"
    path.write_bytes(content[: int(share * len(content))])
    assert not read_or_refuse(path)


COLUMNS = [(table.name, column) for table in fields.TABLES for column in table.columns]
VALUES = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.text(max_size=20), st.binary(max_size=20)
)


@pytest.mark.slow
@given(
    st.sampled_from(
        [pair for pair in COLUMNS if pair[0] in ("municipality", "population", "origin", "dataset")]
    ),
    VALUES,
)
@fuzzed
def test_any_value_in_any_column_gives_a_valid_dataset_or_a_sentence(
    valid, tmp_path, table_and_column, value
):
    table, column = table_and_column
    path = shutil.copy(valid, tmp_path / "dosah.gpkg")
    # As a tool writes it that keeps to no constraint.
    change(
        path,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') "
        "WHERE sql NOT LIKE '%fid INTEGER%' OR 1",
    )
    try:
        change(path, (f'UPDATE "{table}" SET "{column}" = ? WHERE fid = 1', [value]))
    except UnicodeEncodeError:
        return
    read_or_refuse(path)


def test_a_folder_a_missing_and_an_empty_file_have_advice_of_their_own(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    refused(folder, "is a folder.*Name the file in it", "folder")
    with pytest.raises(DatasetMissingError, match="dosah build"):
        catalog.read_dataset(tmp_path / "none.gpkg")
    (tmp_path / "zero.gpkg").write_bytes(b"")
    refused(tmp_path / "zero.gpkg", "is empty", "empty")
    (tmp_path / "text.gpkg").write_text("no database", encoding="utf-8")
    refused(tmp_path / "text.gpkg", "not a database")


@pytest.mark.slow
@pytest.mark.parametrize("how", ["replaced", "written into"])
def test_what_is_read_is_of_one_moment(dataset, tmp_path, monkeypatch, how):
    other = tmp_path / "other.gpkg"
    write(other, title="Nová")
    with closing(as_qgis(dataset)) as connection:
        rows = geopackage.Reader.rows

        def meanwhile(reader, table, columns):
            found = rows(reader, table, columns)
            if table == "dataset" and other.exists():
                if how == "replaced":
                    other.replace(dataset)
                else:
                    other.unlink()
                    connection.execute("UPDATE dataset SET value = 'Nová' WHERE name = 'title'")
                    connection.execute("UPDATE municipality SET name = 'Nový'")
            return found

        monkeypatch.setattr(geopackage.Reader, "rows", meanwhile)
        found = catalog.read_dataset(dataset)
    assert not other.exists()
    assert (found.facts["title"], found["municipality"]["name"].tolist()) == ("Zkouška", ["Frýdlant"])


# --- Other programs


def as_qgis(path):
    """Open a dataset as QGIS does: for writing, with a log beside it."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    return connection


def test_a_dataset_that_qgis_has_open_is_read_with_its_changes(dataset):
    with closing(as_qgis(dataset)) as connection:
        connection.execute("UPDATE municipality SET name = 'Nový'")
        assert catalog.read_dataset(dataset)["municipality"]["name"].tolist() == ["Nový"]
        with pytest.raises(DatasetError, match="changed after it was published"):
            catalog.check_dataset(dataset)


@pytest.mark.slow
def test_what_qgis_keeps_beside_it_is_never_mixed_into_the_dataset_that_comes(dataset):
    with closing(as_qgis(dataset)) as connection:
        connection.execute("UPDATE municipality SET name = 'Z jiného programu'")
        assert dataset.with_name("dosah.gpkg-wal").stat().st_size
        write(dataset, title="Nová")
        assert catalog.check_dataset(dataset).facts["title"] == "Nová"
        connection.execute("UPDATE municipality SET name = 'Pozdě'")
    assert catalog.check_dataset(dataset)["municipality"]["name"].tolist() == ["Frýdlant"]
    assert [path.name for path in dataset.parent.iterdir()] == ["dosah.gpkg"]


@pytest.mark.slow
def test_while_another_program_reads_an_older_state_nothing_is_published(dataset):
    with (
        closing(as_qgis(dataset)) as reader,
        closing(sqlite3.connect(dataset, isolation_level=None)) as writer,
    ):
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM municipality").fetchone()
        writer.execute("UPDATE municipality SET name = 'Rozepsaný'")
        with pytest.raises(
            PublishError, match=r"open in another program \(QGIS\?\).*dosah.gpkg-wal.*last dataset stays"
        ):
            write(dataset, title="Nová")
        assert catalog.read_dataset(dataset).facts["title"] == "Zkouška"
        reader.execute("COMMIT")
    write(dataset, title="Nová")
    assert catalog.check_dataset(dataset).facts["title"] == "Nová"


@pytest.mark.slow
@pytest.mark.parametrize("companion", ["-journal", "-wal"])
def test_what_a_program_that_died_left_beside_a_dataset_does_not_reach_the_next(dataset, companion):
    # Of another database, as it lies there when the dataset was deleted or copied over by hand.
    with closing(as_qgis(dataset)) as connection:
        connection.execute("UPDATE municipality SET name = 'Cizí'")
        left = dataset.with_name(f"dosah.gpkg{companion}")
        content = dataset.with_name("dosah.gpkg-wal").read_bytes()
    dataset.unlink()
    left.write_bytes(content)
    write(dataset, title="Nová")
    assert catalog.check_dataset(dataset).facts["title"] == "Nová"
    assert [path.name for path in dataset.parent.iterdir()] == ["dosah.gpkg"]


READ_AS_NOBODY = """
import os, sys
from pathlib import Path
import geopandas, shapely
from geodata.dataset import dataset as catalog
from geodata.errors import DatasetError
from geodata.said import sentences
sentences()  # nobody may not read the folder of Python itself here
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
try:
    print(catalog.read_dataset(Path(sys.argv[1])).facts["title"])
except DatasetError as error:
    print(error.reason, error)
"""


def read_as_nobody(path):
    """Read a copy of a dataset, and what lies beside it, as a user who may write nowhere near it."""
    # Not below pytest's own folder: other runs close that to everybody else.
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        for file in path.parent.iterdir():
            shutil.copy(file, name)
        done = subprocess.run(
            [sys.executable, "-c", READ_AS_NOBODY, str(Path(name) / path.name)],
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    assert not done.stderr, done.stderr
    return done.stdout.strip()


root = pytest.mark.skipif(
    getattr(os, "geteuid", lambda: 1)() != 0, reason="only root may act as somebody else"
)


@pytest.mark.slow
@root
@pytest.mark.parametrize("is_left", [False, True], ids=["nothing beside it", "an empty log beside it"])
def test_a_dataset_in_wal_mode_is_read_where_nothing_can_be_written(dataset, is_left):
    with closing(as_qgis(dataset)) as connection:
        connection.execute("SELECT count(*) FROM municipality").fetchone()
    assert dataset.read_bytes()[18:20] == b"\2\2"
    if is_left:
        dataset.with_name("dosah.gpkg-wal").write_bytes(b"")
    assert read_as_nobody(dataset) == "Zkouška"


@pytest.mark.slow
@root
@pytest.mark.parametrize("is_half", [False, True], ids=["all beside it", "half of it in the file"])
def test_where_changes_cannot_be_read_only_what_was_published_counts(dataset, is_half):
    with closing(as_qgis(dataset)) as connection:
        connection.execute("UPDATE municipality SET name = 'Nový'")
        if is_half:
            connection.execute("PRAGMA wal_checkpoint(FULL)")
            connection.execute("UPDATE municipality SET country = 'PL'")
        log, content = dataset.with_name("dosah.gpkg-wal").read_bytes(), dataset.read_bytes()
    dataset.write_bytes(content)
    beside = dataset.with_name("dosah.gpkg-wal")
    beside.write_bytes(log)
    beside.chmod(0o600)
    problems = read_as_nobody(dataset)
    expected = "in_use dosah.gpkg is open in another program" if is_half else "Zkouška"
    assert problems.startswith(expected)

"""
What a reader sees when data are missing, broken, replaced or hollow:
a sentence that says what to do, never a traceback.
"""

import re
import shutil
import sqlite3
from contextlib import closing

import pytest

from dashboard import text
from dashboard.phrases.dataset import unreadable
from geodata.dataset.dataset import read_dataset
from geodata.dataset.publish import write_dataset
from geodata.errors import DatasetError

PAGES = {
    "gap_map": {"area": "frydlantsko-beskydy", "service": "day_care"},
    "home": {},
    "village": {"municipality": "598542"},
    "catalogue": {},
    "scenario": {"area": "frydlantsko-beskydy", "service": "day_care", "changes": "a.598542.12"},
    "needs": {"area": "frydlantsko-beskydy"},
}
NOT_YET = {"cs": "Data tu zatím nejsou", "pl": "Danych jeszcze tu nie ma", "en": "The data are not here yet"}
UNREADABLE = {
    "cs": "Data teď nelze přečíst",
    "pl": "Danych nie da się teraz odczytać",
    "en": "The data cannot be read just now",
}


REASONS = {
    "folder": {"cs": "zadána je složka", "pl": "wskazano folder", "en": "what was named is a folder"},
    "empty": {"cs": "soubor je prázdný", "pl": "plik jest pusty", "en": "their file is empty"},
    "version": {"cs": "jiná verze programu", "pl": "inna wersja programu", "en": "another version of Dosah"},
    "in_use": {
        "cs": "má je otevřená jiný program",
        "pl": "ma je otwarte inny program",
        "en": "another program has them open",
    },
}


@pytest.fixture
def open_on(open_page):
    """Return a function that opens a page on a dataset of its own."""

    def open_(path, page, language="en", **parameters):
        return open_page(f"app_pages/{page}.py", dataset=path, lang=language, **parameters)

    return open_


def sentences(app):
    return [element.value for kind in ("error", "warning", "info") for element in app.get(kind)]


def assert_calm(app):
    """No traceback, no word of a program."""
    assert not app.exception
    bodies = [element.proto.body for element in app.get("html")]
    words = " ".join([*sentences(app), *(body for body in bodies if "<style" not in body)])
    assert not re.search(r"Traceback|Error\b|Exception|sqlite|None\b|nan\b|/tmp|\.gpkg", words), words


@pytest.mark.parametrize("language", list(text.LANGUAGES))
@pytest.mark.parametrize("page", list(PAGES))
def test_without_data_every_page_says_so(open_on, tmp_path, page, language):
    app = open_on(tmp_path / "nothing.gpkg", page, language, **PAGES[page])
    assert_calm(app)
    assert sentences(app)[0].startswith(NOT_YET[language])


@pytest.mark.parametrize("language", list(text.LANGUAGES))
@pytest.mark.parametrize("broken", ["no database", "cut off", "another database"])
def test_broken_data_are_told_from_missing_ones(open_on, dataset_path, tmp_path, broken, language):
    path = tmp_path / "dosah.gpkg"
    whole = dataset_path.read_bytes()
    contents = {
        "no database": b"hello " * 1000,
        "cut off": whole[: len(whole) // 2],
        "another database": whole[:4096],
    }
    path.write_bytes(contents[broken])
    app = open_on(path, "gap_map", language, **PAGES["gap_map"])
    assert_calm(app)
    assert sentences(app)[0].startswith(UNREADABLE[language])


def without_members(contents):
    table = contents["area_membership"]
    contents["area_membership"] = table.loc[table["area_id"] != "frydlantsko-beskydy"]


def without_areas(contents):
    contents["area"] = contents["area"].iloc[:0]
    contents["area_membership"] = contents["area_membership"].iloc[:0]


def without_people(contents):
    contents["population"] = contents["population"].iloc[:0]


def without_services(contents):
    services = set(contents["service"]["service_id"])
    for name, table in contents.items():
        if "service_id" in table.columns:
            contents[name] = table.loc[~table["service_id"].isin(services)]


@pytest.fixture(scope="module", params=[without_members, without_areas, without_people, without_services])
def hollow_path(request, dataset_path, tmp_path_factory):
    """A published dataset that lacks a whole kind of things."""
    published = read_dataset(dataset_path)
    contents = {name: table.copy() for name, table in published.tables.items()}
    request.param(contents)
    path = tmp_path_factory.mktemp(request.param.__name__) / "dosah.gpkg"
    write_dataset(contents, published.outlines(), path)
    return path


@pytest.mark.parametrize("page", list(PAGES))
def test_hollow_data_break_no_page(open_on, hollow_path, page):
    app = open_on(hollow_path, page, "cs", **PAGES[page])
    assert_calm(app)
    assert not app.error
    assert app.title or "plánovací oblast" in " ".join(sentences(app))


def test_data_that_are_replaced_while_a_page_is_open_are_read_at_the_next_click(
    open_on, dataset_path, tmp_path
):
    path = tmp_path / "dosah.gpkg"
    shutil.copy(dataset_path, path)
    app = open_on(path, "gap_map", "cs", **PAGES["gap_map"])
    title = app.title[0].value
    path.write_bytes(b"")
    app.run()
    assert_calm(app)
    assert REASONS["empty"]["cs"] in sentences(app)[0]
    fresh = tmp_path / "fresh.gpkg"
    shutil.copy(dataset_path, fresh)
    fresh.replace(path)
    app.run()
    assert_calm(app)
    assert not app.error
    assert app.title[0].value == title


@pytest.mark.parametrize("language", list(text.LANGUAGES))
@pytest.mark.parametrize("reason", ["folder", "empty"])
def test_a_folder_or_an_empty_file_is_told_with_its_own_advice(open_on, tmp_path, reason, language):
    path = tmp_path / "dosah"
    path.mkdir() if reason == "folder" else path.write_bytes(b"")
    app = open_on(path, "gap_map", language)
    assert_calm(app)
    (sentence,) = sentences(app)
    assert REASONS[reason][language] in sentence


@pytest.mark.parametrize("language", list(text.LANGUAGES))
@pytest.mark.parametrize("reason", list(REASONS))
def test_every_reason_has_its_words(reason, language):
    text.use(language)
    assert REASONS[reason][language] in unreadable(DatasetError("x", reason))
    text.use("cs")


@pytest.mark.parametrize("kind", ["geometry", "number", "view"])
def test_a_crafted_dataset_is_a_sentence_on_the_page(open_on, dataset_path, tmp_path, kind):
    path = shutil.copy(dataset_path, tmp_path / "crafted.gpkg")
    statement = {
        "geometry": "UPDATE municipality SET geom = x'4750' WHERE fid = 3",
        "number": "UPDATE site SET latitude = 1e300 WHERE fid = 3",
        "view": "ALTER TABLE finding RENAME TO was",
    }[kind]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)
        if kind == "view":
            connection.execute("CREATE VIEW finding AS SELECT * FROM was, population, population")
    app = open_on(path, "gap_map", "cs")
    assert_calm(app)
    assert sentences(app)[0].startswith(UNREADABLE["cs"])

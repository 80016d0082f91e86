"""What a reader sees when data are missing, broken, replaced or hollow: a sentence that says what to do, never a traceback."""

import re
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import text
from geodata.catalog import read_dataset, write_dataset

PAGES = {
    "gap_map": {"area": "frydlantsko-beskydy", "service": "day_care"},
    "home": {},
    "village": {"municipality": "598542"},
    "catalogue": {},
    "scenario": {"area": "frydlantsko-beskydy", "service": "day_care", "do": "a.598542.12"},
    "needs": {"area": "frydlantsko-beskydy"},
}
NOT_YET = {"cs": "Data tu zatím nejsou", "pl": "Danych jeszcze tu nie ma", "en": "The data are not here yet"}
UNREADABLE = {
    "cs": "Data teď nelze přečíst",
    "pl": "Danych nie da się teraz odczytać",
    "en": "The data cannot be read just now",
}


@pytest.fixture
def open_on(monkeypatch):
    """Return a function that opens a page on a dataset of its own."""

    def open_(path, page, language="en", **parameters):
        monkeypatch.setenv("DOSAH_DATASET", str(path))
        app = AppTest.from_file("../../dashboard/app.py", default_timeout=60)
        app.switch_page(f"app_pages/{page}.py")
        for name, value in {**parameters, "lang": language}.items():
            app.query_params[name] = value
        return app.run()

    yield open_
    text.use("cs")


def said(app):
    return [element.value for kind in ("error", "warning", "info") for element in app.get(kind)]


def assert_calm(app):
    """No traceback, no word of a program."""
    assert not app.exception
    words = " ".join([*said(app), *(element.proto.body for element in app.get("html") if "<style" not in element.proto.body)])  # fmt: skip
    assert not re.search(r"Traceback|Error\b|Exception|sqlite|None\b|nan\b|/tmp|\.gpkg", words), words


@pytest.mark.parametrize("language", list(text.LANGUAGES))
@pytest.mark.parametrize("page", list(PAGES))
def test_without_data_every_page_says_so(open_on, tmp_path, page, language):
    app = open_on(tmp_path / "nothing.gpkg", page, language, **PAGES[page])
    assert_calm(app)
    assert said(app)[0].startswith(NOT_YET[language])


@pytest.mark.parametrize("language", list(text.LANGUAGES))
@pytest.mark.parametrize("broken", ["empty", "no database", "cut off", "another database"])
def test_broken_data_are_told_from_missing_ones(open_on, dataset_path, tmp_path, broken, language):
    path = tmp_path / "dosah.gpkg"
    whole = dataset_path.read_bytes()
    contents = {"empty": b"", "no database": b"hello " * 1000, "cut off": whole[: len(whole) // 2], "another database": whole[:4096]}  # fmt: skip
    path.write_bytes(contents[broken])
    app = open_on(path, "gap_map", language, **PAGES["gap_map"])
    assert_calm(app)
    assert said(app)[0].startswith(UNREADABLE[language])


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
    assert app.title or "plánovací oblast" in " ".join(said(app))


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
    assert said(app)[0].startswith(UNREADABLE["cs"])
    fresh = tmp_path / "fresh.gpkg"
    shutil.copy(dataset_path, fresh)
    fresh.replace(path)
    app.run()
    assert_calm(app)
    assert not app.error
    assert app.title[0].value == title

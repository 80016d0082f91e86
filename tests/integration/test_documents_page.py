"""
The page of documents: every file of an area, in three languages, made when asked for, mistakes told in words.
"""

import functools
import io
import threading
import zipfile

import pytest

from dashboard.documents import commands, offer
from dashboard.documents import order as document_order
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.pictures import file
from dashboard.documents.work.workshop import MOST_OF_ONE, MOST_WAITING, Workshop, workshop
from geodata.studies.breaks import METHODS

PAGE = "app_pages/documents.py"
TITLES = {"cs": "Dokumenty", "pl": "Dokumenty", "en": "Documents"}
PATIENCE = 120


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A workshop of this test alone."""
    workshop.cache_clear()
    made = workshop()
    yield made
    made.close()
    workshop.cache_clear()


@pytest.fixture
def facts_of_area(published):
    return AreaFacts(published, "podbrdsko")


@pytest.fixture
def open_page(open_page, shop):
    return functools.partial(open_page, PAGE)


def order(app, kind):
    next(button for button in app.button if button.key == f"dosah-order-{kind}").click()
    return app.run()


def until_done(app):
    """Look again, as the browser does, until nothing is being made."""
    for _ in range(PATIENCE * 5):
        if not [job for job in workshop()._jobs.values() if job.is_open]:
            return app.run()
        threading.Event().wait(0.2)
    raise AssertionError("not done")


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
@pytest.mark.parametrize("area", ["podbrdsko", "mikolow"])
def test_the_page_offers_every_file_and_makes_none_before_it_is_asked(open_page, shop, language, area):
    app = open_page(area=area, lang=language)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == TITLES[language]
    villages = 38 if area == "podbrdsko" else 1
    wanted = {one.kind for _, offers in offer.sections(villages) for one in offers}
    assert {one.key.removeprefix("dosah-order-") for one in app.button if one.key} == wanted
    assert shop._jobs == {}
    assert dict(app.query_params)["area"] == area


def test_a_file_that_was_asked_for_is_there_and_its_button_says_how_large_it_is(open_page, shop):
    app = order(open_page(area="mikolow", lang="pl"), "slip")
    app = until_done(app)
    (label,) = [button.proto.label for button in app.get("download_button")]
    assert label.startswith("Pobierz (")
    (job,) = shop._jobs.values()
    assert zipfile.is_zipfile(io.BytesIO(job.content()))
    # It is the same file for the next reader, in the same language and of the same place only.
    again = open_page(area="mikolow", lang="pl")
    assert len(again.get("download_button")) == 1
    assert len(open_page(area="mikolow", lang="cs").get("download_button")) == 0


def test_who_waits_sees_it_and_the_page_goes_on(open_page, shop):
    go = threading.Event()
    shop.order("another", lambda _: go.wait(PATIENCE) and b"x")
    app = order(open_page(area="mikolow", lang="en"), "workbook")
    assert [bar.proto.text for bar in app.get("progress")] == ["1 file before it"]
    assert not app.exception
    go.set()
    app = until_done(app)
    assert [button.proto.label.split(" ")[0] for button in app.get("download_button")] == ["Download"]


def test_too_many_orders_and_a_failure_are_said_in_words(open_page, shop, monkeypatch):
    go = threading.Event()
    for number in range(MOST_WAITING):
        shop.order(number, lambda _: go.wait(PATIENCE) and b"x")
    app = order(open_page(area="mikolow", lang="en"), "slides")
    assert [sentence.value for sentence in app.warning] == [
        "Many files are being made just now. Try again in a minute."
    ]
    go.set()
    until_done(app)

    def broken(*_):
        raise RuntimeError("disk full of secrets")

    monkeypatch.setitem(offer.KINDS, "slides", offer.Kind("pptx", "x", broken))
    app = until_done(order(open_page(area="mikolow", lang="en"), "slides"))
    assert [sentence.value for sentence in app.error] == [
        "This file could not be made. The details are in the log of the server."
    ]
    assert "secrets" not in str(app)


def test_who_has_three_orders_open_is_told_so_and_the_next_reader_is_served(open_page, shop, monkeypatch):
    go = threading.Event()
    monkeypatch.setattr(document_order.streamlit_inside, "session_id", lambda: "mine")
    for number in range(MOST_OF_ONE):
        shop.order(number, lambda _: go.wait(PATIENCE) and b"x", owner="mine")
    mine = order(open_page(area="mikolow", lang="en"), "workbook")
    assert [warning.value for warning in mine.warning] == [
        "3 files are being made for you. Order the next one when one of them is ready."
    ]
    monkeypatch.setattr(document_order.streamlit_inside, "session_id", lambda: "theirs")
    theirs = order(open_page(area="mikolow", lang="pl"), "workbook")
    assert not theirs.warning
    assert len(theirs.get("progress")) == 1
    go.set()


def test_an_address_that_does_not_fit_is_told_kindly(open_page):
    app = open_page(area="mikolow", municipality="598143", map="<script>", lang="en")
    assert not app.exception
    assert any("municipality that is not in this area" in one.value for one in app.info)
    app = open_page(area="nowhere", lang="en")
    assert any("nowhere" in one.value for one in app.info)
    app = open_page(area="podbrdsko", municipality="540757", map="day_care", show="missing", lang="en")
    chosen = {one.label: one.value for one in app.selectbox}
    assert (chosen["Municipality"], chosen["What the map shows"], chosen["Measure"]) == (
        "540757",
        "day_care",
        "missing",
    )
    assert not app.info


def test_a_share_is_cut_as_the_reader_chooses_and_a_service_is_not(open_page, facts_of_area):
    app = open_page(area="podbrdsko", lang="en", map="share_80", steps="natural")
    (steps,) = [box for box in app.selectbox if box.key == "dosah-documents-cut-en"]
    assert (steps.value, dict(app.query_params)["steps"]) == ("natural", "natural")
    legends = [file.population_data(facts_of_area, "share_80", each)["legend"] for each in METHODS]
    assert legends[0] != legends[1]
    app = open_page(area="podbrdsko", lang="en", map="home_care")
    assert not [box for box in app.selectbox if box.key == "dosah-documents-cut-en"]
    assert "steps" not in dict(app.query_params)
    refused = open_page(area="podbrdsko", lang="en", map="share_80", steps="pretty")
    assert any("steps=pretty" in note.value.replace("\\", "") for note in refused.info)


def test_the_command_and_the_page_offer_the_engine_s_ways_to_cut():
    assert [each.value for each in commands.Steps] == list(METHODS)


def test_no_session_holds_a_file(open_page):
    app = until_done(order(open_page(area="mikolow", lang="en"), "hsds"))
    held = [
        value
        for value in app.session_state._state.filtered_state.values()
        if isinstance(value, bytes | bytearray)
    ]
    assert held == []


def test_the_workshop_of_the_process_is_one():
    assert workshop() is workshop()
    assert isinstance(workshop(), Workshop)

"""One wording: what is changed in one line of `dashboard/phrases` changes on screen, on paper and in every file alike."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard.app
from dashboard import text
from dashboard.catalogue import money
from dashboard.documents import offer
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.sheet import page
from dashboard.phrases import bounds
from geodata.reading import services
from geodata.studies import funding

AREA = "frydlantsko-beskydy"
SIGNS = {"AT_LEAST": ("≥", "⩾"), "AT_MOST": ("≤", "⩽")}
WORDS = {"at_least": "přinejmenším", "at_most": "přinejvyšším"}
# Only words stand in a workbook: its figures are numbers to go on with.
OF_WORDS = {"workbook"}


@pytest.fixture(scope="module")
def facts(published):
    return AreaFacts(published, AREA)


@pytest.fixture
def changed(monkeypatch):
    """Say bounds in another way, each by one line of one file."""
    text.use("cs")
    for name, (_before, now) in SIGNS.items():
        monkeypatch.setattr(bounds, name, now)
    for name, word in WORDS.items():
        monkeypatch.setattr(bounds, name, lambda word=word: word)
    yield
    text.use(None)


def words_of(content):
    """Return all text of a file, archives opened."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(words_of(archive.read(name)) for name in archive.namelist())


def check(told, name):
    if name not in OF_WORDS:
        assert any(now in told for _before, now in SIGNS.values()), name
    assert any(word in told for word in WORDS.values()), name
    for before, _now in SIGNS.values():
        # A sign before a number is a bound; formulas and settings keep theirs.
        assert f"{before}\N{NO-BREAK SPACE}" not in told, name


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize("kind", ["pack", "slides", "report", "workbook"])
def test_bounds_are_said_alike_in_every_file(facts, kind):
    made = offer.KINDS[kind].make(facts, offer.Wish(kind, AREA, "cs"), lambda *_: None)
    check(words_of(made), kind)


@pytest.mark.usefixtures("changed")
def test_bounds_are_said_alike_on_the_sheets(facts):
    check(
        "".join(json.dumps(page.sheet_data(facts, code), ensure_ascii=False) for code in facts.members),
        "sheets",
    )


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize(
    ("name", "asked"),
    [("gap_map", {"area": AREA, "service": "home_care"}), ("village", {"municipality": "598143"})],
)
def test_bounds_are_said_alike_on_the_pages(dataset_path, monkeypatch, name, asked):
    monkeypatch.setenv("DOSAH_DATASET", str(dataset_path))
    app = AppTest.from_file(str(Path(dashboard.app.__file__)), default_timeout=120).run()
    if name != "gap_map":
        app.switch_page(f"app_pages/{name}.py")
    for key, value in {**asked, "lang": "cs"}.items():
        app.query_params[key] = value
    app.run()
    check("\n".join(str(one.proto) for one in app.get("html")).encode().decode("unicode_escape"), name)


def test_money_is_divided_for_the_same_services_on_both_pages(published):
    """The card of a service and the profile of an area ask one rule (`funding.divides`)."""
    entries = services.services(published)
    divided = {service_id for service_id, one in entries.items() if money.divisor(one) is not None}
    rows = funding.capacity_of_one_unit(published["capacity"])
    assert divided == set(rows["service_id"]) & set(entries)
    yearly = published["capacity"].query("basis == 'per_year'")["service_id"]
    assert len(divided) > 100
    assert len(yearly) > 0

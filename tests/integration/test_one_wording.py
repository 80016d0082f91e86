"""
One wording: what is changed in one line of `dashboard/phrases` changes on screen,
on paper and in every file alike.
"""

import dataclasses
import io
import json
import zipfile

import pytest

from dashboard import navigation, text
from dashboard.catalogue import money
from dashboard.documents import offer
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.sheet import page
from dashboard.phrases import bounds
from geodata.reading import services
from geodata.studies import funding
from tests.integration.reader import html_of

AREA = "frydlantsko-beskydy"
SIGNS = {"AT_LEAST": ("≥", "⩾"), "AT_MOST": ("≤", "⩽")}
WORDS = {"at_least": "přinejmenším", "at_most": "přinejvyšším"}
IN_SIGNS = tuple(now for _before, now in SIGNS.values())
IN_WORDS = tuple(WORDS.values())


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


def check(content, name, *kinds):
    for kind in kinds:
        assert any(now in content for now in kind), (name, kind)
    for before, _now in SIGNS.values():
        # A sign before a number is a bound; formulas and settings keep theirs.
        assert f"{before}\N{NO-BREAK SPACE}" not in content, name


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize(
    ("kind", "ways"),
    [
        ("pack", (IN_SIGNS, IN_WORDS)),
        ("slides", (IN_SIGNS, IN_WORDS)),
        ("report", (IN_SIGNS, IN_WORDS)),
        # The figures of a workbook are numbers to go on with: the heading says which are bounds.
        ("workbook", (IN_WORDS,)),
    ],
)
def test_bounds_are_said_alike_in_every_file(facts, kind, ways):
    made = offer.KINDS[kind].make(facts, offer.Wish(kind, AREA, "cs"), lambda *_: None)
    check(words_of(made), kind, *ways)


@pytest.mark.usefixtures("changed")
def test_bounds_are_said_alike_on_the_sheets(facts):
    sheets = "".join(json.dumps(page.sheet_data(facts, code), ensure_ascii=False) for code in facts.members)
    check(sheets, "sheets", (*IN_SIGNS, *IN_WORDS))


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize(
    ("name", "asked", "ways"),
    [
        ("gap_map", {"area": AREA, "service": "home_care"}, (IN_SIGNS, IN_WORDS)),
        ("village", {"municipality": "598143"}, ((*IN_SIGNS, *IN_WORDS),)),
    ],
)
def test_bounds_are_said_alike_on_the_pages(open_page, name, asked, ways):
    check(html_of(open_page(navigation.file(name), lang="cs", **asked)), name, *ways)


def test_money_is_divided_for_the_same_services_on_both_pages(published):
    """The card of a service and the profile of an area ask one rule (`funding.divides`)."""
    entries = services.services(published)
    divided = {service_id for service_id, service in entries.items() if money.divisor(service) is not None}
    assert divided == set(funding.capacity_of_one_unit(published["capacity"])["service_id"])
    assert len(divided) > 100


def test_what_a_year_has_seen_divides_no_money_on_either_page(published):
    capacity = published["capacity"].copy()
    capacity.loc[capacity["basis"] == "at_one_time", "basis"] = "per_year"
    yearly = dataclasses.replace(published, tables={**published.tables, "capacity": capacity})
    assert all(money.divisor(service) is None for service in services.services(yearly).values())
    assert funding.capacity_of_one_unit(capacity).empty

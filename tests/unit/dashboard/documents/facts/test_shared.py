"""Page, village, pack and file stand on one collection of facts, and it on the answers of the pages."""

from types import SimpleNamespace

import pytest

from dashboard.answers.dataset import analysis_of
from dashboard.documents import offer
from dashboard.documents.facts.shared import area_facts, surroundings
from dashboard.documents.offer import Wish
from dashboard.documents.pack import make
from dashboard.story import deck
from dashboard.village import documents
from geodata.dataset.dataset import Dataset
from geodata.errors import UnknownCodeError
from geodata.method.analysis import Settings
from geodata.stories import story_for

AREA = "frydlantsko-beskydy"


def test_page_village_and_files_share_the_facts_of_an_area(small_world, monkeypatch):
    used = []
    monkeypatch.setattr(make, "build", lambda facts, *_: used.append(facts) or "<html>")
    deck.pack_of(small_world, story_for(AREA), "pl")
    wish = Wish("pack", AREA, "pl")
    offer.work(small_world, wish)(lambda *_: None)
    used.append(documents.facts_of(small_world, SimpleNamespace(areas=(AREA,), code="100001")))
    assert len(used) == 3
    assert all(facts is area_facts(small_world, AREA) for facts in used)


def test_facts_stand_on_the_answers_of_the_pages(small_world):
    facts = area_facts(small_world, AREA)
    asked = ("home_care", "CZ")
    assert facts.analyses["home_care"] is analysis_of(small_world, *asked, AREA, Settings())
    wider = Settings(limit_m=20_000.0)
    assert facts.analysis_with("home_care", wider) is analysis_of(small_world, *asked, AREA, wider)
    alone = surroundings(small_world, "100001")
    assert alone.analyses["home_care"] is analysis_of(small_world, *asked, None, Settings())


def test_another_dataset_or_other_settings_have_facts_of_their_own(small_world):
    facts = area_facts(small_world, AREA)
    later = Dataset(small_world.path, small_world.tables, "later")
    assert area_facts(later, AREA).dataset is later
    assert area_facts(small_world, AREA, Settings(limit_m=20_000.0)) is not facts
    with pytest.raises(UnknownCodeError):
        area_facts(small_world, "nowhere")

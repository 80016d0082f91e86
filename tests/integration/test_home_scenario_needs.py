"""
Home, scenario and needs on the published dataset: three languages, hostile addresses, clicks of a planner.
"""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest

from dashboard import text
from dashboard.scenario import state
from dashboard.scenario import steps as scenario
from dashboard.scenario.steps import Step
from dashboard.translations import messages
from tests.integration.reader import asked, button, clean, words_of

FOLDER = Path(__file__).resolve().parents[2] / "dashboard" / "app_pages"

TITLES = {
    "app_pages/home.py": {
        "cs": "Dosah: která pomoc je v dosahu",
        "pl": "Dosah",
        "en": "Dosah: which help is within reach",
    },
    "app_pages/scenario.py": {"cs": "Co kdyby", "pl": "Co jeśli", "en": "What if"},
    "app_pages/needs.py": {"cs": "Potřeby a profil", "pl": "Potrzeby i profil", "en": "Needs and profile"},
}
# Messages too short or too common to prove anything when they stand on a page of another language.
SHORTEST_PROOF = 25
DAY_CARE = {"area": "frydlantsko-beskydy", "service": "day_care"}


@pytest.fixture(scope="module")
def sentences():
    """Return every message of the code, the first form of those that count."""
    ids = [(message.id, message.context) for message in messages.extract()]
    return [(name[0] if isinstance(name, tuple | list) else name, context) for name, context in ids]


@pytest.mark.parametrize("language", list(text.LANGUAGES))
@pytest.mark.parametrize("page", list(TITLES))
def test_each_page_opens_and_speaks_one_language(open_page, sentences, page, language):
    address = {"changes": "a.598542.12", **DAY_CARE} if "scenario" in page else {}
    app = open_page(page, lang=language, **address)
    assert clean(app), [*app.exception, *app.error]
    assert app.title[0].value.startswith(TITLES[page][language])
    shown = words_of(app)
    assert "{" not in shown
    if language == "en":
        return
    own = messages.read(language)
    for sentence, context in sentences:
        word = own.get(sentence, context)
        if len(sentence) < SHORTEST_PROOF or "{" in sentence or (word and word.string == sentence):
            continue
        assert sentence not in shown


# -- home ----------------------------------------------------------------------------------------------------


def test_home_leads_to_every_area_and_finds_what_is_typed(open_page, published):
    app = open_page("app_pages/home.py", lang="en")
    links = [link.proto for link in app.get("page_link")]
    labels = [link.label for link in links]
    assert {name.replace("-", "\\-") for name in published["area"]["name"]} <= set(labels)
    app.text_input[0].set_value("ostravce").run()
    assert asked(app)["query"] == "ostravce"
    assert any("Ostravice" in link.proto.label for link in app.get("page_link"))
    app.text_input[0].set_value("<script>alert(1)</script>").run()
    assert clean(app)
    assert app.info


def test_a_search_in_the_address_is_shown(open_page):
    app = open_page("app_pages/home.py", lang="cs", q="charita")
    assert app.text_input[0].value == "charita"
    assert "Služby" in [element.value for element in app.header]


# -- scenario ------------------------------------------------------------------------------------------------


def test_a_planner_adds_a_service_sees_the_effect_and_takes_it_back(open_page):
    app = open_page("app_pages/scenario.py", lang="en", **DAY_CARE)
    before = words_of(app)
    assert "Nothing is changed yet" in before
    municipality = next(box for box in app.selectbox if box.label == "Municipality of the new service")
    municipality.select("598542").run()
    button(app, "Add to the scenario").click().run()
    assert clean(app)
    assert asked(app)["changes"] == "a.598542.12"
    assert re.search(r"12 clients in Ostravice raise .* from at least 50% to at least 96%", words_of(app))
    button(app, "Undo").click().run()
    assert "changes" not in app.query_params
    assert words_of(app) == before


def test_a_link_restores_the_scenario_in_another_language(open_page):
    address = {"changes": "a.598542.12~a.598143.5", "picture": "today", **DAY_CARE}
    shown = {
        language: words_of(open_page("app_pages/scenario.py", lang=language, **address))
        for language in ("cs", "pl")
    }
    assert "Ostravice" in shown["cs"]
    figures = [re.findall(r"(\d+) %", words)[:2] for words in shown.values()]
    assert figures[0] == figures[1] == ["50", "99"]


@pytest.mark.parametrize(
    "raw",
    [
        "a.999999.12",
        "c.cz-rpss-does-not-exist",
        "x",
        "~~~",
        "a.598542.<script>",
        "s." + "x" * 5000,
        "%00",
        "a.598542.12~c.nothing",
    ],
)
def test_an_address_that_no_longer_fits_is_answered_kindly(open_page, raw):
    app = open_page(
        "app_pages/scenario.py",
        lang="en",
        changes=raw,
        scenario_norm="no-such",
        scenario_norm_per_1000="-4",
        **DAY_CARE,
    )
    assert clean(app)
    norm, *rest = [info.value for info in app.info]
    assert r"scenario\_norm=" in norm
    assert any("left out" in said for said in rest) == (raw != "~~~")
    assert asked(app).get("changes", "") in ("", "a.598542.12")


def test_another_norm_changes_the_need_of_the_scenario_only(open_page):
    app = open_page(
        "app_pages/scenario.py", lang="en", scenario_norm="typed", scenario_norm_per_1000="10", **DAY_CARE
    )
    assert clean(app)
    assert "another norm: the need is 62 clients instead of 6" in words_of(app)


def test_suggestions_become_steps(open_page):
    app = open_page("app_pages/scenario.py", lang="en", **DAY_CARE)
    button(app, "Suggest places").click().run()
    assert clean(app)
    assert "The best choice" in words_of(app)
    button(app, "Put this into the scenario").click().run()
    assert clean(app)
    steps = scenario.read_link(asked(app)["changes"]).steps
    assert steps
    assert all(step.kind == "add" for step in steps)


def test_every_service_can_be_closed_and_resized_by_a_link(open_page, published):
    services = published["service"]
    own = services.loc[
        services["service_type_code"].isin(["cz-49", "cz-50"]) & (services["status"] == "existing"),
        "service_id",
    ].head(3)
    steps = [Step("resize", own.iloc[0], capacity=5.0), Step("close", own.iloc[1])]
    app = open_page(
        "app_pages/scenario.py", lang="en", service="residential_seniors", changes=scenario.write_link(steps)
    )
    assert clean(app)
    assert not app.info
    assert scenario.read_link(asked(app)["changes"]).steps == tuple(steps)


def test_the_shared_address_is_the_whole_state(open_page):
    app = open_page("app_pages/scenario.py", lang="en", changes="a.598542.12", limit="20", **DAY_CARE)
    assert asked(app) == {"changes": "a.598542.12", "limit": "20", **DAY_CARE}
    assert app.code[0].value.endswith(
        urlencode({"lang": "en", **DAY_CARE, "limit": "20", "changes": "a.598542.12"})
    )


def test_an_address_that_lags_behind_a_quick_click_loses_no_step(open_page, monkeypatch):
    monkeypatch.setattr(state, "LATE_SECONDS", 1e6)
    app = open_page("app_pages/scenario.py", lang="en", **DAY_CARE)
    before = asked(app)
    button(app, "Add to the scenario").click().run()
    after = asked(app)
    app.query_params.clear()
    for name, value in before.items():
        app.query_params[name] = value
    app.run()
    assert asked(app) == after


def test_the_button_back_takes_the_first_step_back(open_page, monkeypatch):
    monkeypatch.setattr(state, "LATE_SECONDS", 0.0)
    app = open_page("app_pages/scenario.py", lang="en", **DAY_CARE)
    before = asked(app)
    button(app, "Add to the scenario").click().run()
    after = asked(app)
    assert after != before
    for address, has_step in ((before, False), (after, True), ({"lang": "en"}, True)):
        app.query_params.clear()
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        assert ("Nothing is changed yet" not in words_of(app)) == has_step


# -- needs ---------------------------------------------------------------------------------------------------


def test_the_profile_knows_the_focus_groups_of_frydlantsko(open_page):
    shown = words_of(open_page("app_pages/needs.py", lang="cs", section="all"))
    assert "12 fokusních skupin, 102 účastníků" in shown
    assert "29 626 obyvatel" in shown


@pytest.mark.parametrize("area", ["jablunkovsko", "podbrdsko", "mikolow", "jastrzebie-zdroj"])
@pytest.mark.parametrize("language", ["cs", "pl"])
def test_every_area_has_a_profile(open_page, area, language):
    app = open_page("app_pages/needs.py", lang=language, area=area, section="all")
    assert clean(app)
    assert asked(app)["area"] == area
    assert len(app.header) == 5


def test_ages_of_one_municipality_by_address_and_an_unknown_one_shows_the_area(open_page):
    assert "Malenovice:" in words_of(open_page("app_pages/needs.py", lang="cs", municipality="552593"))
    app = open_page("app_pages/needs.py", lang="cs", municipality="<script>")
    assert clean(app)
    assert "municipality" not in app.query_params


@pytest.mark.parametrize("language", ["pl", "en"])
def test_home_leads_a_speaker_to_the_files_for_the_meeting(open_page, language):
    label = {"pl": "Dokumenty i pliki na spotkanie", "en": "Documents and files for the meeting"}[language]
    app = open_page("app_pages/home.py", lang=language)
    assert clean(app)
    assert label in [link.proto.label for link in app.get("page_link")]

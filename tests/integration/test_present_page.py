"""
The page for presenting on the published dataset: stories chosen, made of views of other pages, saved,
loaded, in an address.
"""

import pytest

from dashboard.story import deck, edit
from geodata.stories import MOST_STEPS, Story, View, parse_story, story_for, write_story
from tests.integration.reader import asked, clean, html_of

PAGE = "app_pages/present.py"
AREA = "frydlantsko-beskydy"


@pytest.fixture
def open_page(open_page):
    """Return a function that opens the page for presenting, or another."""

    def open_(page=PAGE, **address):
        return open_page(page, **address)

    return open_


def own(app, area=AREA):
    return app.session_state["dosah-own-stories"][area]


def press(app, label, position=0):
    [button for button in app.button if button.label == label][position].click()
    return app.run()


def calm(app):
    """Nothing failed, and nothing is warned of."""
    return clean(app) and not app.warning


def add(app, view, area=AREA):
    """Put a view into the reader's story as the buttons of the pages do."""
    story = (
        app.session_state["dosah-own-stories"].get(area) if "dosah-own-stories" in app.session_state else None
    )
    story = edit.added(story or edit.empty(area, {"cs": "Moje"}), view, {"cs": f"{view.kind}?"})
    app.session_state["dosah-own-stories"] = {area: story}


# -- choosing ------------------------------------------------------------------------------------------------


TOLD = [
    ("frydlantsko-beskydy", "cs", "Prezentace"),
    ("podbrdsko", "en", "Present"),
    ("jablunkovsko", "pl", "Prezentacja"),
    ("jastrzebie-zdroj", "pl", "Prezentacja"),
    ("mikolow", "cs", "Prezentace"),
]


@pytest.mark.parametrize(("area", "language", "title"), TOLD)
def test_the_ready_story_of_every_area_is_shown(open_page, area, language, title):
    app = open_page(area=area, lang=language)
    assert calm(app)
    assert app.title[0].value == title
    assert asked(app) == {"area": area, "story": area}
    labels = [button.label for button in app.get("download_button")]
    assert len(labels) == 2


def test_an_address_opens_a_slide_and_one_that_fits_no_more_says_so_kindly(open_page):
    app = open_page(area=AREA, story=AREA, step="4")
    assert calm(app)
    assert asked(app) == {"area": AREA, "story": AREA, "step": "4"}
    last = len(story_for(AREA).steps)
    assert asked(open_page(area=AREA, step="99"))["step"] == str(last)
    for step in ("0", "-1", "x", "9" * 40, "²"):
        assert "step" not in asked(open_page(area=AREA, step=step)), step
    app = open_page(area=AREA, story="<b>nothing</b>")
    assert any("nothing" in sentence.value for sentence in app.info)
    assert asked(app)["story"] == AREA


def test_a_story_without_steps_says_what_to_do(open_page):
    app = open_page(area=AREA, story="own")
    assert any("Přidat do příběhu" in sentence.value for sentence in app.info)
    assert not app.get("download_button")
    assert asked(app) == {"area": AREA, "story": "own"}


# -- added on the pages --------------------------------------------------------------------------------------

PLACES = {
    "gap": ("app_pages/gap_map.py", {"area": AREA, "service": "day_care", "show": "missing", "limit": "12"}),
    "village": ("app_pages/village.py", {"municipality": "598542"}),
    "scenario": ("app_pages/scenario.py", {"area": AREA, "service": "day_care", "changes": "a.598542.12"}),
    "ages": ("app_pages/needs.py", {"area": AREA, "municipality": "598542"}),
}
BUTTONS = {"cs": "Přidat do příběhu", "pl": "Dodaj do opowieści", "en": "Add to story"}
ADDED = {"cs": "Krok 1 vašeho příběhu.", "pl": "Krok 1 Twojej opowieści.", "en": "Step 1 of your story."}


@pytest.mark.parametrize(
    ("kind", "language"), [("gap", "cs"), ("village", "pl"), ("scenario", "en"), ("ages", "cs")]
)
def test_a_view_is_added_with_a_sentence_in_every_language(open_page, kind, language):
    page, address = PLACES[kind]
    app = press(open_page(page, **address, lang=language), BUTTONS[language])
    assert calm(app)
    (step,) = own(app).steps
    assert step.view.kind == kind
    assert set(step.sentence) == {"cs", "pl", "en"}
    assert len(set(step.sentence.values())) == 3
    view = {
        "gap": View("gap", group="day_care", measure="missing", settings=step.view.settings),
        "village": View("village", municipality="598542"),
        "scenario": View("scenario", group="day_care", changes="a.598542.12"),
        "ages": View("ages", municipality="598542"),
    }[kind]
    assert step.view == view
    if kind == "gap":
        assert step.view.settings.limit_m == 12_000
    if kind in ("village", "ages"):
        assert step.sentence["cs"].startswith("Ostravice")
    assert ADDED[language] in html_of(app)


def test_a_full_story_is_said_to_be_full(open_page):
    app = open_page("app_pages/needs.py", area=AREA)
    for _ in range(MOST_STEPS):
        add(app, View("ages"))
    app = press(app.run(), "Přidat do příběhu")
    assert len(own(app).steps) == MOST_STEPS
    assert "plný" in html_of(app)


# -- arranged ------------------------------------------------------------------------------------------------


@pytest.fixture
def with_steps(open_page):
    app = open_page(area=AREA, story="own")
    for view in (View("ages"), View("gap", group="day_care"), View("help")):
        add(app, view)
    return app.run()


def kinds(app):
    return [step.view.kind for step in own(app).steps]


def test_steps_are_moved_removed_reworded_and_brought_back(with_steps):
    app = press(with_steps, "Posunout dolů")
    assert calm(app)
    assert kinds(app) == ["gap", "ages", "help"]
    app = press(app, "Odebrat", 1)
    assert kinds(app) == ["gap", "help"]
    field = next(box for box in app.text_input if box.label.startswith("Věta"))
    field.set_value("Kdo to zařídí?").run()
    assert own(app).steps[0].sentence == {"cs": "Kdo to zařídí?"}
    app.text_area[0].set_value("Nechte mluvit ostatní.").run()
    assert own(app).steps[0].notes == {"cs": "Nechte mluvit ostatní."}
    for expected in (["gap", "help"], ["gap", "help"], ["gap", "ages", "help"], ["ages", "gap", "help"]):
        app = press(app, "Zpět")
        assert kinds(app) == expected
    assert own(app).steps[0].notes == {}


def test_a_text_of_another_language_is_marked_in_the_editor(with_steps):
    with_steps.query_params["lang"] = "pl"
    app = with_steps.run()
    assert any(box.label == "Zdanie na slajdzie – Čeština" for box in app.text_input)


def test_a_ready_story_and_slides_of_no_other_page_can_be_taken_over(open_page):
    app = press(open_page(area="mikolow"), "Začít z hotového příběhu")
    assert calm(app)
    assert own(app, "mikolow").steps == story_for("mikolow").steps
    assert asked(app)["story"] == "own"
    app = press(app, "Přidat snímek")
    assert own(app, "mikolow").steps[-1].view == View("title")


# -- kept ----------------------------------------------------------------------------------------------------


def test_a_short_story_is_restored_from_its_address(open_page, with_steps):
    address = asked(with_steps)
    assert address["story"] == "own"
    again = open_page(**address, lang="pl")
    assert calm(again)
    assert own(again) == own(with_steps)


@pytest.mark.parametrize("word", ["nonsense", "eNo", "..", "a" * 5000])
def test_an_address_with_a_broken_story_is_told_and_shows_the_ready_one(open_page, word):
    app = open_page(area=AREA, own_story=word)
    assert not app.exception
    assert not app.error
    assert [warning.value for warning in app.warning] == ["Příběh z adresy nelze vyprávět:"]
    assert asked(app) == {"area": AREA, "story": AREA}


def test_an_address_cannot_put_script_into_the_deck(open_page, published):
    attack = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    story = Story("own", AREA, {"cs": attack}, ())
    story = edit.added(story, View("ages"), {"cs": attack})
    app = open_page(area=AREA, story="own", own_story=edit.to_link(story))
    assert calm(app)
    assert "<script>alert" not in html_of(app)
    page = deck.pack_of(published, own(app), "cs")
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_what_is_saved_is_loaded_again(with_steps):
    assert parse_story(write_story(own(with_steps)), "x") == own(with_steps)

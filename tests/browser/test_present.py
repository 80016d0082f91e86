"""
A planner adds views to a story, a speaker tells it in full screen by keyboard alone:
in Chromium, in three languages.
"""

import re

import pytest
import yaml

from tests.browser.screen import deck, settled

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AREA = "frydlantsko-beskydy"
WORDS = {
    "cs": {
        "add": "Přidat do příběhu",
        "step": "Krok {n} vašeho příběhu",
        "village": "Obec",
        "open": "Otevřít příběh",
        "start": "Spustit na celou obrazovku",
        "sentence": "Věta na snímku",
        "save": "Uložit příběh jako soubor",
    },
    "pl": {
        "add": "Dodaj do opowieści",
        "step": "Krok {n} Twojej opowieści",
        "village": "Gmina",
        "open": "Otwórz opowieść",
        "start": "Uruchom na pełnym ekranie",
        "sentence": "Zdanie na slajdzie",
        "save": "Zapisz opowieść jako plik",
    },
    "en": {
        "add": "Add to story",
        "step": "Step {n} of your story",
        "village": "Village",
        "open": "Open the story",
        "start": "Start full screen",
        "sentence": "Sentence on the slide",
        "save": "Save the story as a file",
    },
}


def until_slide(frame, number):
    frame.wait_for_selector(f"#slide-{number}.is-shown", state="attached")


@pytest.mark.parametrize("language", list(WORDS))
def test_a_planner_makes_a_story_and_a_speaker_tells_it_by_keyboard(dashboard, open_page, language):
    words = WORDS[language]
    page = open_page(
        f"{dashboard}?lang={language}&area={AREA}&service=home_care&show=missing", width=1920, height=1080
    )
    page.locator(".dosah-ranking").wait_for()
    settled(page)
    page.get_by_role("button", name=words["add"]).click()
    page.get_by_text(words["step"].format(n=1)).wait_for()
    settled(page)
    page.get_by_role("link", name=words["village"], exact=True).first.click()
    page.get_by_role("heading", level=1, name="Frýdlant nad Ostravicí").wait_for()
    settled(page)
    page.get_by_role("button", name=words["add"]).click()
    page.get_by_text(words["step"].format(n=2)).wait_for()
    settled(page)
    page.get_by_role("link", name=words["open"]).click()
    page.wait_for_url(re.compile(r"present\?.*story=own"))
    # Said better, and with notes for the one who speaks.
    # The keyboard goes from the sentence to its notes once both are there.
    page.locator("textarea").first.wait_for()
    settled(page)
    field = page.get_by_label(words["sentence"]).first
    field.fill("Kdo přijede, když napadne sníh?")
    field.press("Tab")
    # The slides are drawn anew meanwhile: they leave the focus where it is.
    # The page is asked, because a frame held in the hand may be the one before.
    page.wait_for_function(
        "() => document.querySelector('.dosah-deck iframe')?.contentDocument?.querySelector('#slide-1 h2')"
        "?.textContent.startsWith('Kdo přijede')"
    )
    page.keyboard.type("Nechte mluvit starosty.")
    assert page.evaluate("document.activeElement.value") == "Nechte mluvit starosty."
    page.keyboard.press("Tab")
    page.wait_for_function(
        "() => document.querySelector('.dosah-deck iframe')?.contentDocument"
        "?.querySelector('#slide-1 .notes p')"
    )
    settled(page)
    frame = deck(page)
    start = page.get_by_role("button", name=words["start"])
    start.focus()
    page.keyboard.press("Enter")
    frame.wait_for_function("() => Boolean(document.fullscreenElement)")
    page.keyboard.press("n")
    assert frame.locator("#slide-1 .notes p").inner_text() == "Nechte mluvit starosty."
    page.keyboard.press("n")
    page.keyboard.press("PageDown")
    until_slide(frame, 2)
    frame.wait_for_function("() => document.querySelector('#timer').textContent === '0:01'")
    assert "Frýdlant nad Ostravicí" in frame.locator("#slide-2 h2").inner_text()
    assert frame.locator("#slide-2 .bars tbody tr").count() >= 2
    page.wait_for_url(re.compile("step=2"))
    page.keyboard.press("b")
    assert frame.evaluate("getComputedStyle(document.querySelector('main')).visibility") == "hidden"
    page.keyboard.press("b")
    page.keyboard.press("Home")
    until_slide(frame, 1)
    # The address holds the story and the slide: whoever opens it sees the same.
    page.keyboard.press("End")
    page.wait_for_url(re.compile("step=2"))
    again = open_page(page.url, width=1280, height=720)
    until_slide(deck(again), 2)


def test_a_clicker_is_heard_wherever_the_focus_is_and_the_button_back_goes_back(dashboard, open_page):
    page = open_page(f"{dashboard}present?lang=cs&area={AREA}")
    frame = deck(page)
    settled(page)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("PageDown")
    until_slide(frame, 2)
    page.keyboard.press("PageDown")
    until_slide(frame, 3)
    page.wait_for_url(re.compile("step=3"))
    # Typing on the page is not stepping through slides.
    page.get_by_role("combobox").first.focus()
    page.keyboard.press("End")
    page.wait_for_timeout(200)
    until_slide(frame, 3)


def test_the_slides_stay_while_the_address_follows(dashboard, open_page):
    page = open_page(f"{dashboard}present?lang=pl&area=mikolow&step=2")
    frame = deck(page)
    until_slide(frame, 2)
    frame.evaluate("document.body.dataset.mark = 'the same'")
    page.keyboard.press("PageDown")
    until_slide(frame, 3)
    page.wait_for_url(re.compile("step=3"))
    settled(page)
    assert deck(page).evaluate("document.body.dataset.mark") == "the same"


def test_a_story_is_saved_and_loaded_and_its_mistakes_are_told_together(dashboard, open_page, tmp_path):
    page = open_page(f"{dashboard}present?lang=cs&area={AREA}")
    deck(page)
    settled(page)
    page.get_by_role("button", name="Začít z hotového příběhu").click()
    page.locator(".st-key-dosah-story-step-8").wait_for()
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name=WORDS["cs"]["save"]).click()
    path = tmp_path / "story.yaml"
    download.value.save_as(path)
    content = yaml.safe_load(path.read_text("utf-8"))
    assert len(content["steps"]) == 9
    content["steps"] = content["steps"][:2]
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    page.get_by_text("Načíst příběh ze souboru").click()
    page.locator("input[type=file]").set_input_files(path)
    page.locator(".st-key-dosah-story-step-2").wait_for(state="detached")
    assert page.locator(".st-key-dosah-story-step-1").count() == 1
    # Short enough for the address now, which is written last.
    page.wait_for_url(re.compile("own_story="))
    settled(page)
    content["steps"].append({"view": {"kind": "gap", "group": "<b>no</b>"}})
    content["colour"] = "red"
    path = tmp_path / "broken.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_text("Tento příběh nelze vyprávět. 3 chyby:").wait_for()
    for mistake in (
        "„colour“ tu nic neznamená",
        "Krok 3: druh pomoci „<b>no</b>“ neexistuje",
        "Krok 3: chybí věta",
    ):
        page.get_by_text(mistake).wait_for()
    assert page.locator(".st-key-dosah-story-step-1").count() == 1


@pytest.mark.parametrize("language", list(WORDS))
def test_nothing_is_cut_off_on_a_phone(dashboard, open_page, language):
    page = open_page(f"{dashboard}present?lang={language}&area=podbrdsko&step=5", width=390, height=844)
    frame = deck(page)
    settled(page)
    page.wait_for_function("() => document.documentElement.scrollWidth <= 390")
    assert frame.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-testid=stMain] :is(p, h1, h2, button, iframe)')]"
        ".every(one => one.getBoundingClientRect().right <= 391)"
    )

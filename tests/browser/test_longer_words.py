"""Every message 40 % longer than it is: no page scrolls sideways, no word of a control is cut."""

import os
import re

import pytest

from tests.browser.screen import map_frame, painted, settled

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = [
    "",
    "home",
    "village?municipality=598542",
    "catalogue",
    "scenario",
    "needs?section=all",
    "documents",
    "tables",
    "data?section=all",
]
# Python runs this file of the path before anything else: the dashboard itself knows nothing of longer words.
LONGER = r'''
import math, re
from dashboard import text

plain = text._translated
KEPT = re.compile(r"(\{[^}]*\}|`[^`]*`|https?://\S+|<[^>]+>|&\w+;)")


def longer(sentence):
    """Let each word grow by 40 %; what is filled in, code and addresses stay."""
    grown = lambda word: word[0] + "ů" * math.ceil(len(word[0]) * 0.4)
    return "".join(
        part if KEPT.fullmatch(part) else re.sub(r"[^\W\d_]{2,}", grown, part)
        for part in KEPT.split(sentence)
    )


text._translated = lambda *key: tuple(longer(form) for form in plain(*key))
'''
# A control whose words do not fit into what is shown of it.
CUT = """() => [...document.querySelectorAll(
    '[data-testid=stApp] :is(button, label, summary, [role=tab], [data-testid=stTopNavLink],' +
    ' th, h1, h2, h3)')]
  .filter(control => control.checkVisibility({visibilityProperty: true}) && control.innerText.trim())
  .flatMap(control => [control, ...control.querySelectorAll('*')])
  .filter(part => part.clientWidth > 1 && part.innerText?.trim() && part.scrollWidth > part.clientWidth + 1
    && getComputedStyle(part).overflowX !== 'visible')
  .map(part => [part.tagName, part.innerText, part.scrollWidth, part.clientWidth])"""

# The page itself and its parts that scroll; a folded sidebar is a narrow strip outside of the screen.
SIDEWAYS = """() => [document.documentElement,
    ...document.querySelectorAll('[data-testid=stMain], [data-testid=stSidebarContent]')]
  .filter(part => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 100)
  .map(part => [part.tagName, part.scrollWidth, part.clientWidth])"""


# The same in a window of the map, which must lie inside the map as well.
CUT_WINDOW = """() => [...document.querySelectorAll('.dosah-edit :is(button, label, p, strong, summary)')]
  .filter(part => part.checkVisibility())
  .filter(part => part.scrollWidth > part.clientWidth + 1 || part.getBoundingClientRect().right > innerWidth
    || part.getBoundingClientRect().left < 0)
  .map(part => [part.tagName, part.innerText])"""


@pytest.fixture(scope="module")
def lengthened(start_dashboard, tmp_path_factory):
    folder = tmp_path_factory.mktemp("longer")
    (folder / "sitecustomize.py").write_text(LONGER, "utf-8")
    before = os.environ.get("PYTHONPATH")
    return start_dashboard(environment={"PYTHONPATH": os.pathsep.join(filter(None, [str(folder), before]))})


@pytest.mark.parametrize("address", PAGES)
def test_longer_words_fit(lengthened, open_page, address):
    page = open_page(f"{lengthened}{address}")
    faults = []
    for width in (1400, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.locator("h1:visible").first.wait_for()
        settled(page)
        page.wait_for_timeout(300)
        # The words did grow.
        assert re.search("ůů", page.locator("[data-testid=stMain]").inner_text())
        faults += [(width, "sideways", *part) for part in page.evaluate(SIDEWAYS)]
        faults += [(width, *cut) for cut in page.evaluate(CUT)]
    assert faults == []


def test_longer_words_fit_into_the_windows_of_a_map(lengthened, open_page):
    page = open_page(f"{lengthened}scenario?area=podbrdsko&service=home_care&do=a.529681.12")
    frame = map_frame(page)
    for width in (1400, 390):
        page.set_viewport_size({"width": width, "height": 844})
        painted(frame)
        for part in (".dosah-circle-new", "path[role=link]"):
            frame.locator(part).first.focus()
            page.keyboard.press("Enter")
            frame.get_by_role("dialog").wait_for()
            page.wait_for_timeout(400)
            assert frame.evaluate(CUT_WINDOW) == []
            page.keyboard.press("Escape")


def test_longer_words_fit_into_a_menu(lengthened, open_page):
    # A page of its own: one that was a phone before may keep Streamlit's folded menu over it.
    page = open_page(f"{lengthened}scenario?area=podbrdsko")
    page.locator("h1:visible").first.wait_for()
    settled(page)
    page.locator(".st-key-dosah-language-place button").first.wait_for()
    menu = page.locator("[data-testid=stTopNavSection]:visible").last
    menu.click()
    page.get_by_role("menu").wait_for()
    # The menu of pages ends before the switch of languages.
    switch = page.locator(".st-key-dosah-language-place").bounding_box()
    assert menu.bounding_box()["x"] + menu.bounding_box()["width"] <= switch["x"]


def test_what_is_cut_or_too_wide_would_be_found(dashboard, open_page):
    page = open_page(f"{dashboard}home")
    page.locator("h1:visible").first.wait_for()
    settled(page)
    assert page.evaluate(CUT) == page.evaluate(SIDEWAYS) == []
    page.evaluate(
        "document.querySelector('h1').insertAdjacentHTML('afterend',"
        " `<button style='width:3rem;overflow:hidden;white-space:nowrap'>Stáhnout tabulku</button>"
        "<div style='width:3000px'>.</div>`)"
    )
    assert [cut[1] for cut in page.evaluate(CUT)] == ["Stáhnout tabulku"]
    assert page.evaluate(SIDEWAYS) != []

"""
The main path of each person: planner, mayor, speaker; in three languages, on three screens,
by mouse and by keyboard alone.

A Latin square: each person meets each language and each width once,
so that nine walks stand for twenty-seven. Words come from the translations: a better word breaks no walk.
A new page of a path is one more line of its walk.
"""

import re

import pytest

from dashboard import text
from dashboard.text import _
from geodata.vocabulary.codes import service_groups
from tests.browser.screen import settled

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

AREA = "frydlantsko-beskydy"
HEIGHTS = {390: 844, 1400: 900, 1920: 1080}
WALKS = [
    ("planner", "cs", 390, "mouse"),
    ("planner", "pl", 1400, "keyboard"),
    ("planner", "en", 1920, "mouse"),
    ("mayor", "cs", 1400, "mouse"),
    ("mayor", "pl", 1920, "keyboard"),
    ("mayor", "en", 390, "mouse"),
    ("speaker", "cs", 1920, "keyboard"),
    ("speaker", "pl", 390, "mouse"),
    ("speaker", "en", 1400, "mouse"),
]
STOPS = 160
FOCUSED = """() => {
  const active = document.activeElement;
  return [active.tagName, active.getAttribute('role') || '', active.getAttribute('aria-label') || '',
    active.innerText?.trim() || ''];
}"""
# A page whose words leave the screen, or that scrolls sideways.
TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth + 1"


class Walker:
    """Somebody at a page: with a mouse (a finger on a phone), or with the keyboard and nothing else."""

    def __init__(self, page, *, has_mouse):
        self.page = page
        self.has_mouse = has_mouse
        self.is_phone = page.viewport_size["width"] < 768

    def settle(self):
        """Wait until the page has run and its maps are painted; it must fit the screen."""
        self.page.locator("h1:visible").first.wait_for()
        settled(self.page)
        # A frame may belong to the page that is just being left.
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('iframe[title*=folium]')]"
            ".every(frame => frame.contentDocument?.documentElement?.dataset.dosahPainted)"
        )
        assert not self.page.evaluate(TOO_WIDE)

    def reach(self, wanted, key="Tab"):
        """Press a key until the focus stands on what is wanted."""
        for _stop in range(STOPS):
            self.page.keyboard.press(key)
            focused = self.page.evaluate(FOCUSED)
            if wanted(*focused):
                return
        raise AssertionError(f"not reached in {STOPS} stops; last: {focused}")

    def use(self, locator):
        """
        Click something, or go to it by the keyboard and press Enter. It is one that can be reached by Tab.
        """
        locator.wait_for()
        if self.has_mouse:
            locator.click()
            return
        locator.evaluate("element => element.setAttribute('data-wanted', '')")
        for _stop in range(STOPS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("Boolean(document.activeElement.closest('[data-wanted]'))"):
                break
        else:
            raise AssertionError(f"not reached in {STOPS} stops: {locator}")
        locator.evaluate("element => element.removeAttribute('data-wanted')")
        self.page.keyboard.press("Enter")

    def from_the_top(self):
        """Leave the place where the focus is, as opening a page anew would."""
        self.page.evaluate("document.activeElement?.blur()")

    def follow(self, name):
        """
        Open a page from the navigation; on a phone it is folded away, on a laptop it may stand in a menu.
        """
        before = self.page.locator("h1:visible").first.inner_text()
        self.from_the_top()
        if self.is_phone:
            self.unfold()
            self.use(
                self.page.get_by_test_id("stSidebarNavLink").filter(
                    has_text=re.compile(rf"^\s*{re.escape(name)}\s*$")
                )
            )
        else:
            link = self.page.get_by_test_id("stTopNav").get_by_role("link", name=name, exact=True)
            item = self.page.get_by_role("menuitem", name=name, exact=True)
            if not link.first.is_visible():
                for menu in self.page.get_by_test_id("stTopNavSection").filter(visible=True).all():
                    self.use(menu)
                    self.page.get_by_role("menu").wait_for()
                    if item.is_visible():
                        break
                    self.page.keyboard.press("Escape")
                link = item
            if self.has_mouse or link is not item:
                self.use(link.first)
            else:
                self.reach(
                    lambda _tag, role, _label, words: role == "menuitem" and words == name, "ArrowDown"
                )
                self.page.keyboard.press("Enter")
        self.page.wait_for_function(
            "before => document.querySelector('h1')?.innerText !== before", arg=before
        )
        self.fold()
        self.settle()

    def unfold(self):
        """Unfold the menu and the settings of a phone."""
        if self.is_phone and not self.page.locator("[data-testid=stSidebar][data-collapsed=false]").count():
            self.use(self.page.get_by_test_id("stExpandSidebarButton"))
            self.page.locator("[data-testid=stSidebar][data-collapsed=false]").wait_for()

    def pick(self, name):
        """
        Choose one button of a group: the group is one stop of the keyboard,
        the arrows go on from one to the next.
        """
        self.from_the_top()
        radio = self.page.get_by_role("radio", name=name, exact=True)
        radio.wait_for()
        if self.has_mouse:
            radio.click()
            return
        group = radio.evaluate(
            "element => [...element.parentElement.querySelectorAll('[role=radio]')]"
            ".map(one => one.innerText.trim())"
        )
        self.reach(lambda _tag, role, _label, words: role == "radio" and words in group)
        for _step in group:
            if self.page.evaluate(FOCUSED)[3] == name:
                break
            self.page.keyboard.press("ArrowRight")
        self.page.keyboard.press("Enter")

    def fold(self):
        """Fold the sidebar of a phone away."""
        close = self.page.get_by_test_id("stSidebarCollapseButton").get_by_role("button")
        if self.is_phone and self.page.locator("[data-testid=stSidebar][data-collapsed=false]").count():
            self.page.get_by_test_id("stSidebarHeader").hover()
            close.click()
            self.page.locator("[data-testid=stSidebar][data-collapsed=true]").wait_for(state="attached")

    def choose(self, label, option):
        """Choose from a list of the settings; on a phone they are folded away."""
        self.from_the_top()
        self.unfold()
        box = self.page.get_by_role("combobox", name=label)
        if self.has_mouse:
            box.click()
        else:
            self.reach(lambda tag, _role, name, _words: tag == "INPUT" and name.endswith(label))
        # The list is longer than what is drawn of it.
        self.page.keyboard.type(option)
        choice = self.page.get_by_role("option", name=option).first
        choice.wait_for()
        if self.has_mouse:
            choice.click()
        else:
            self.page.keyboard.press("Enter")
        self.fold()

    def write(self, box, words):
        """Write into a field and press Enter."""
        box.wait_for()
        if self.has_mouse:
            box.click()
        else:
            self.from_the_top()
            box.evaluate("element => element.setAttribute('data-wanted', '')")
            self.reach(
                lambda tag, *_rest: (
                    tag == "INPUT" and self.page.evaluate("'wanted' in document.activeElement.dataset")
                )
            )
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")


def heading(page, pattern):
    page.get_by_role("heading", name=re.compile(pattern), level=1).wait_for()


def walk_of_a_planner(walker, page):
    """What is short and where; one village of it; what a new service would do; how it is computed."""
    language = text.current()
    day_care, home_care = (service_groups()[name].label[language] for name in ("day_care", "home_care"))
    heading(page, re.escape(day_care))
    walker.choose(_("Service"), home_care)
    heading(page, re.escape(home_care))
    walker.settle()
    page.wait_for_url(re.compile("service=home_care"))
    row = page.locator(".dosah-ranking tbody tr").first
    name = row.locator("a").inner_text()
    walker.from_the_top()
    walker.use(row.locator("a"))
    heading(page, re.escape(name))
    walker.settle()
    walker.follow(_("What if"))
    heading(page, re.escape(home_care))
    walker.from_the_top()
    walker.use(page.get_by_role("button", name=_("Add to the scenario")))
    page.wait_for_url(re.compile(r"changes=a\.\d+\.12"))
    walker.settle()
    walker.from_the_top()
    walker.use(page.get_by_role("button", name=_("Undo"), exact=True).first)
    page.wait_for_url(lambda url: "changes=" not in url)
    walker.settle()
    walker.follow(_("Data and method"))
    heading(page, re.escape(_("Data and method")))


def walk_of_a_mayor(walker, page):
    """My village by its name, even mistyped; whom to call: a service with its phone."""
    walker.follow(_("Home"))
    heading(page, "Dosah")
    walker.write(page.get_by_role("textbox").first, "ostravce")
    link = page.get_by_role("link", name=re.compile("^Ostravice"))
    link.first.wait_for()
    walker.settle()
    walker.from_the_top()
    walker.use(link.first)
    heading(page, "^Ostravice$")
    walker.settle()
    page.wait_for_url(re.compile(r"village\?municipality=598542"))
    walker.follow(_("Catalogue"))
    walker.write(page.get_by_role("textbox").first, "charita")
    page.wait_for_url(re.compile("query=charita"))
    walker.settle()
    walker.from_the_top()
    walker.use(page.locator(".dosah-table tbody th a").first)
    page.wait_for_url(re.compile("card="))
    page.locator("a[href^='tel:']").first.wait_for()
    walker.settle()


def walk_of_a_speaker(walker, page):
    """
    A map with few words; today and a scenario beside each other; the same in the language of the guests.
    """
    walker.follow(_("What if"))
    walker.from_the_top()
    walker.use(page.get_by_role("button", name=_("Add to the scenario")))
    page.wait_for_url(re.compile(r"changes=a\."))
    walker.settle()
    walker.pick(_("Side by side"))
    page.locator("iframe[title*=folium]").nth(1).wait_for()
    walker.settle()
    page.wait_for_url(re.compile("picture=both"))
    for frame in page.locator("iframe[title*=folium]").element_handles():
        assert frame.content_frame().locator("path[role=link]").count() == 13
    address = page.url
    guest = "pl" if text.current() != "pl" else "cs"
    page.goto(
        address.replace(f"lang={text.current()}", f"lang={guest}")
        if "lang=" in address
        else f"{address}&lang={guest}"
    )
    text.use(guest)
    heading(page, re.escape(service_groups()["day_care"].label[guest]))
    page.locator("iframe[title*=folium]").nth(1).wait_for()
    walker.settle()


PATHS = {"planner": walk_of_a_planner, "mayor": walk_of_a_mayor, "speaker": walk_of_a_speaker}


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: "-".join(map(str, walk)))
def test_each_person_gets_there(dashboard, open_page, speak, walk):
    person, language, width, hand = walk
    speak(language)
    page = open_page(
        f"{dashboard}?area={AREA}&service=day_care&lang={language}", width=width, height=HEIGHTS[width]
    )
    walker = Walker(page, has_mouse=hand == "mouse")
    page.locator(".dosah-ranking").wait_for()
    walker.settle()
    PATHS[person](walker, page)


@pytest.fixture
def speak():
    """Let the test itself speak a language, to know the words of the page."""
    yield text.use
    text.use(text.DEFAULT_LANGUAGE)


def test_every_person_meets_every_language_and_every_width():
    for person in PATHS:
        own = [walk for walk in WALKS if walk[0] == person]
        assert {walk[1] for walk in own} == set(text.LANGUAGES)
        assert {walk[2] for walk in own} == set(HEIGHTS)
        assert {walk[3] for walk in own} == {"mouse", "keyboard"}
    assert len({walk[1:3] for walk in WALKS}) == 9

"""A planner's way through the map of gaps, in Chromium."""

import re

import pytest

from tests.browser import screen
from tests.browser.screen import choose

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MEMBERS = 13
WORDS = {
    "cs": {"ranking": "Pořadí", "map": "Mapa dostupnosti"},
    "pl": {"ranking": "Kolejność", "map": "Mapa dostępności"},
    "en": {"ranking": "Order by", "map": "Map of gaps"},
}


class Map:
    """The map of a page: its frame, counted loads, what is drawn in it."""

    def __init__(self, page):
        self.page = page
        self.frame = screen.map_frame(page)
        # A mark in the frame's window does not outlive a reload of the frame.
        self.frame.evaluate("window.markOfTheTest = 'first load'")

    def stamp(self):
        return screen.stamp(self.frame)

    def wait_for_change(self, before):
        screen.painted_anew(self.frame, before)

    def is_first_load(self):
        return self.frame.evaluate("window.markOfTheTest") == "first load"

    def fills(self):
        return screen.fills(self.frame)

    def view(self):
        return self.frame.evaluate("[map_div.getZoom(), map_div.getCenter().lat, map_div.getCenter().lng]")

    def point(self, code):
        """A pixel of the page where nothing lies over the outline of a municipality."""
        x, y = self.frame.evaluate(
            "code => { const path = document.querySelector(`path[data-code='${code}']`);"
            " const box = path.getBoundingClientRect();"
            " for (let y = box.top + 2; y < box.bottom; y += 5)"
            " for (let x = box.left + 2; x < box.right; x += 5)"
            " if (document.elementFromPoint(x, y) === path) return [x, y]; }",
            code,
        )
        box = self.page.locator("iframe[title*=folium]").bounding_box()
        return box["x"] + x, box["y"] + y


def test_the_map_appears_with_every_member_coloured_and_ranked(dashboard, open_page):
    page = open_page(dashboard)
    fills = Map(page).fills()
    assert len(fills) == MEMBERS
    assert all(re.match(r"#[0-9a-f]{6}$|url\(#dosah-fill-", fill) for fill in fills.values())
    rows = page.locator(".dosah-ranking tbody tr")
    assert rows.count() == MEMBERS
    codes = rows.evaluate_all("rows => rows.map(row => row.dataset.dosahCode)")
    assert sorted(codes) == sorted(fills)


def test_a_filter_changes_classes_while_frame_and_view_stay(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=en")
    shown = Map(page)
    fills, stamp = shown.fills(), shown.stamp()
    shown.frame.evaluate("map_div.setView([49.53, 18.4], 11.5, {animate: false})")
    view = shown.view()
    choose(page, "Service", "Help and care at home")
    shown.wait_for_change(stamp)
    assert shown.fills() != fills
    assert shown.view() == view
    assert shown.is_first_load()
    page.wait_for_url(re.compile("service=home_care"))


def test_another_area_moves_the_view_but_does_not_load_the_frame_again(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=en")
    shown = Map(page)
    view, stamp = shown.view(), shown.stamp()
    choose(page, "Area", "MAS Podbrdsko")
    shown.wait_for_change(stamp)
    assert len(shown.fills()) == 38
    assert shown.view() != view
    assert shown.is_first_load()


def test_a_click_on_an_outline_opens_the_village_and_back_keeps_the_choice(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=en&service=home_care")
    shown = Map(page)
    page.mouse.click(*shown.point("598542"))
    page.wait_for_url(re.compile(r"/village\?municipality=598542"))
    page.get_by_role("heading", name="Ostravice", level=1).wait_for()
    page.go_back()
    page.get_by_role("heading", name="Help and care at home", level=1).wait_for()
    assert Map(page).is_first_load()
    page.wait_for_url(re.compile("service=home_care"))


def test_an_outline_opens_its_village_by_keyboard(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=en")
    shown = Map(page)
    outline = shown.frame.locator("path[role=link][data-code='598542']")
    assert "Ostravice" in outline.get_attribute("aria-label")
    outline.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/village\?municipality=598542"))


def test_a_measure_that_must_be_computed_first_comes_with_the_next_answer(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=en&service=home_care")
    shown = Map(page)
    shown.frame.get_by_role("combobox", name="Show").select_option("robustness")
    shown.frame.locator(".dosah-legend summary", has_text="Robustness of the gap").wait_for()
    assert shown.is_first_load()
    # The map may be painted a moment before the table beside it stands.
    variants = re.compile(r"^(\d+ of \d+|unknown)$")
    cells = page.locator(".dosah-ranking tbody tr td:last-child", has_text=variants)
    cells.last.wait_for()
    assert cells.count() == MEMBERS


def test_ranking_and_map_point_at_each_other(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=en")
    shown = Map(page)
    outline = shown.frame.locator("path[data-code='598542']")
    row = page.locator("tr[data-dosah-code='598542']")
    before = outline.get_attribute("stroke")
    row.locator("td").first.hover()
    assert outline.get_attribute("stroke") != before
    page.mouse.move(*shown.point("598542"))
    page.locator("tr.dosah-pointed[data-dosah-code='598542']").wait_for()
    row.locator("a").click()
    page.wait_for_url(re.compile(r"/village\?municipality=598542"))


def test_another_measure_is_drawn_by_the_browser_itself_and_kept_in_the_address(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=en&service=home_care")
    shown = Map(page)
    fills = shown.fills()
    # Cut off from the server, the map still switches.
    page.context.set_offline(True)
    shown.frame.get_by_role("combobox", name="Show").select_option("services")
    assert shown.fills() != fills
    assert "Services within reach" in shown.frame.locator(".dosah-legend summary").inner_text()
    page.context.set_offline(False)
    page.wait_for_url(re.compile("show=services"))
    assert shown.is_first_load()
    page.reload()
    again = Map(page)
    assert again.frame.get_by_role("combobox", name="Show").input_value() == "services"


@pytest.mark.parametrize("language", list(WORDS))
def test_the_page_speaks_the_language_of_its_address(dashboard, open_page, language):
    page = open_page(f"{dashboard}?lang={language}")
    shown = Map(page)
    page.get_by_text(WORDS[language]["ranking"], exact=True).wait_for()
    assert shown.frame.evaluate("document.documentElement.lang") == language
    assert shown.frame.evaluate("map_div.getContainer().getAttribute('aria-label')") == WORDS[language]["map"]


def test_switching_the_language_keeps_the_place(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=en&area=podbrdsko&service=home_care&doubtful=1")
    shown = Map(page)
    stamp = shown.stamp()
    page.locator(".st-key-dosah-language-place").get_by_text("PL", exact=True).click()
    page.get_by_role("heading", name="Pomoc i opieka w domu: MAS Podbrdsko").wait_for()
    shown.wait_for_change(stamp)
    assert shown.is_first_load()
    page.wait_for_url(re.compile("lang=pl"))
    assert {"area=podbrdsko", "service=home_care", "doubtful=1"} <= set(page.url.split("?")[1].split("&"))


def test_everything_works_below_a_base_path(start_dashboard, open_page):
    page = open_page(start_dashboard("plan/dosah"))
    assert len(Map(page).fills()) == MEMBERS
    page.locator(".dosah-ranking a", has_text="Ostravice").click()
    page.wait_for_url(re.compile(r"/plan/dosah/village\?municipality=598542"))
    page.get_by_role("heading", name="Ostravice", level=1).wait_for()


def test_on_a_phone_the_map_comes_first_and_nothing_is_cut_off(dashboard, open_page):
    page = open_page(dashboard, width=390, height=844)
    shown = Map(page)
    box = page.locator("iframe[title*=folium]").bounding_box()
    assert box["y"] < 450
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    controls = page.get_by_role("combobox", name="Oblast").bounding_box()
    assert controls["x"] + controls["width"] <= 0
    assert len(shown.fills()) == MEMBERS

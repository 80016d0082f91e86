"""
The catalogue in a browser: found, kept and opened by keyboard alone;
a point of the map and its row know each other.
"""

import re

import pytest

from tests.browser.screen import map_frame, settled

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Once around a list of twenty services and back to the top:
# a page drawn anew under the keys may swallow a stop.
STOPS = 240
FOCUSED = "() => document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || ''"
# How many services share each point of the list that is shown.
SHARED = """() => {
  const counts = {};
  document.querySelectorAll('tr[data-dosah-points]').forEach((row) =>
    row.dataset.dosahPoints.split(' ').filter(Boolean).forEach((id) => (counts[id] = (counts[id] || 0) + 1)));
  return counts;
}"""


@pytest.fixture
def catalogue(dashboard, open_page):
    """Return a function that opens the catalogue and waits for its list."""

    def open_(address, **options):
        page = open_page(f"{dashboard}catalogue?{address}", **options)
        page.locator(".dosah-star").first.wait_for()
        settled(page)
        # Lost where the whole page is loaded again.
        page.evaluate("window.stillHere = true")
        return page

    return open_


def tab_to(page, pattern):
    stops = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
        if re.search(pattern, stops[-1]):
            return
    pytest.fail(f"no stop of the keyboard is called {pattern}: {stops}")


def test_a_service_is_found_kept_opened_and_left_by_keyboard_alone(catalogue):
    page = catalogue("lang=en&area=frydlantsko-beskydy")
    tab_to(page, "^Search$")
    page.keyboard.type("domov pro seniory")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("query=domov"))
    settled(page)
    tab_to(page, "^☆ add to my list")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("favourites="))
    page.get_by_text("My list (1)").wait_for()
    # The star is drawn anew and keeps the focus: the next stop is the one after it.
    page.wait_for_function(
        "() => document.activeElement.getAttribute('aria-label')?.startsWith('★ remove from my list')"
    )
    page.evaluate("document.querySelector('.dosah-table tbody th a').focus()")
    name = page.evaluate(FOCUSED)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=name).wait_for()
    settled(page)
    # A new view begins at its top.
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    tab_to(page, "^← Back to the list")
    page.keyboard.press("Enter")
    page.locator(".dosah-star").first.wait_for()
    assert "card=" not in page.url
    assert "query=domov" in page.url
    assert "favourites=" in page.url
    assert page.evaluate("window.stillHere")


def test_back_and_forward_of_the_browser_know_cards_and_providers(catalogue):
    page = catalogue("lang=cs&q=slezska diakonie")
    page.locator(".dosah-table tbody th a").nth(1).click()
    page.wait_for_url(re.compile("provider="))
    page.get_by_role("heading", name="Slezská diakonie").wait_for()
    page.go_back()
    page.get_by_text("Nalezen").first.wait_for()
    page.go_forward()
    page.get_by_role("heading", name="Slezská diakonie").wait_for()
    assert page.evaluate("window.stillHere")


@pytest.mark.parametrize("width", [390, 1400])
def test_a_point_and_its_row_light_each_other_up_and_a_click_opens_the_card(catalogue, width):
    page = catalogue("lang=pl&view=map&area=frydlantsko-beskydy", width=width, height=900)
    frame = map_frame(page)
    shared = page.evaluate(SHARED)
    alone = next(point for point, count in shared.items() if count == 1)
    row = page.locator(f'tr[data-dosah-points~="{alone}"]')
    plain = frame.locator("path.dosah-point[stroke-width='6']")
    assert plain.count() == 0
    row.locator("a").first.focus()
    plain.wait_for()
    # Leaflet is asked where the point is drawn.
    assert plain.count() == 1
    box = plain.bounding_box()
    if width > 640:
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.locator("tr.dosah-pointed").first.wait_for()
    name = row.locator("a").first.inner_text()
    frame.evaluate(
        "document.querySelector(\"path.dosah-point[stroke-width='6']\")"
        ".dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    page.get_by_role("heading", name=name).wait_for()
    assert "card=" in page.url
    assert page.evaluate("window.stillHere")


def test_a_municipality_on_the_map_asks_for_its_services(catalogue):
    page = catalogue("lang=en&view=map&area=frydlantsko-beskydy")
    frame = map_frame(page)
    outline = frame.locator('path[role=link][data-code="598071"]')
    outline.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("municipality=598071"))
    settled(page)
    page.get_by_text("Čeladná (Frýdek-Místek)").first.wait_for()
    assert page.evaluate("window.stillHere")


def test_nothing_moves_out_of_a_narrow_screen(catalogue):
    page = catalogue("lang=pl&view=map", width=390, height=844)
    map_frame(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # On a phone the map stands above the list.
    tops = [
        page.locator(selector).first.bounding_box()["y"]
        for selector in ("iframe[title*=folium]", ".dosah-table")
    ]
    assert tops[0] < tops[1]

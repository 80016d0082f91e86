"""
A dataset full of hostile texts in Chromium: no dialog, no script, no request to another host, nothing broken.
"""

import re

import pytest

from tests.browser.screen import map_frame, painted_maps, settled

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


@pytest.fixture(scope="module")
def poisoned(start_dashboard, hostile_path):
    return start_dashboard(dataset=hostile_path)


def test_no_text_of_a_dataset_acts_in_the_browser(poisoned, open_page):
    # `open_page` itself fails the test at a request to another host, an error of a script or of the console.
    page = open_page(poisoned)
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for address in PAGES:
        page.goto(f"{poisoned}{address}")
        page.locator("h1:visible").first.wait_for()
        settled(page)
        for inner in painted_maps(page):
            # The tooltip holds the name.
            inner.locator("path[role=link]").first.focus()
            inner.locator(".leaflet-tooltip").first.wait_for()
            assert inner.evaluate("window.hostile") is None
            assert inner.locator(".leaflet-tooltip :is(img, script, iframe, svg[onload])").count() == 0
        assert page.evaluate("window.hostile") is None, address
        assert (
            page.locator(
                "[data-testid=stMain] :is([onerror], [onload], [onfocus], [onmouseover], [ontoggle])"
            ).count()
            == 0
        )
        assert page.locator("a[href^='javascript' i], a[href^='data:text' i]").count() == 0
    # The windows of the scenario's map hold names of services.
    page.goto(f"{poisoned}scenario?area=frydlantsko-beskydy&service=home_care")
    frame = map_frame(page)
    for position in range(3):
        frame.locator(".dosah-circle[tabindex='0']").nth(position).focus()
        page.keyboard.press("Enter")
        frame.get_by_role("dialog").wait_for()
        assert frame.locator(":is(.dosah-edit, .leaflet-tooltip) :is(img, script, iframe, svg)").count() == 0
        page.keyboard.press("Escape")
    assert frame.evaluate("window.hostile") is None
    page.goto(f"{poisoned}catalogue")
    page.locator(".dosah-table tbody th a").first.click()
    page.wait_for_url(re.compile("card="))
    page.locator("dl.dosah-facts").first.wait_for()
    assert page.evaluate("window.hostile") is None
    assert dialogs == []

"""A mayor's way through the village page, in Chromium: the calculation opens, the paper holds one sheet."""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HOW = {"cs": "Jak jsme k tomu došli?", "pl": "Jak to obliczono?", "en": "How was this calculated?"}


def opened(open_page, dashboard, code, language, width=1400):
    page = open_page(f"{dashboard}village?municipality={code}&lang={language}", width=width)
    page.locator(".dosah-sheet").wait_for(state="attached")
    return page


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
@pytest.mark.parametrize("code", ["598143", "2408021", "552593"])
def test_a_village_is_printed_on_one_sheet_without_controls(dashboard, open_page, code, language):
    page = opened(open_page, dashboard, code, language)
    page.emulate_media(media="print")
    assert page.locator(".dosah-sheet").is_visible()
    for control in ("header", "input", "button", "summary", "pre"):
        assert page.locator(f"{control}:visible").count() == 0, control
    assert page.locator("h1:visible").count() == 1
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 1
    page.emulate_media(media="screen")
    assert not page.locator(".dosah-sheet").is_visible()


@pytest.mark.parametrize(("language", "width"), [("cs", 390), ("pl", 1400), ("en", 1920)])
def test_the_calculation_opens_by_keyboard_and_does_not_widen_the_page(dashboard, open_page, language, width):
    page = opened(open_page, dashboard, "598143", language, width)
    summary = page.locator("summary", has_text=HOW[language]).first
    assert page.locator(".dosah-calculation").count() == 0
    summary.focus()
    page.keyboard.press("Enter")
    page.locator(".dosah-calculation table").nth(1).wait_for()
    assert page.locator(".dosah-calculation caption").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_address_that_is_shared_opens_the_same_village(dashboard, open_page):
    page = opened(open_page, dashboard, "598143", "pl")
    title = page.locator("h1:visible").inner_text()
    address = page.locator("pre:visible").inner_text().strip()
    assert address == f"{dashboard}village?municipality=598143&lang=pl"
    page.goto(address)
    page.locator(".dosah-sheet").wait_for(state="attached")
    assert page.locator("h1:visible").inner_text() == title

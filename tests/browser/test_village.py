"""
A mayor's way through the village page, in Chromium: one screen, one scroll, folds, files, one sheet of paper.
"""

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
    summary = page.locator("summary", has_text=HOW[language])
    assert summary.count() == 1
    assert page.locator(".dosah-calculation").count() == 0
    summary.focus()
    page.keyboard.press("Enter")
    page.locator(".dosah-calculation table").nth(1).wait_for()
    assert page.locator(".dosah-calculation caption").count() == 2
    page.wait_for_url(re.compile("service="))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


# -- one screen, one scroll ----------------------------------------------------------------------------------

BOTTOM = (
    "selector => Math.max(...[...document.querySelectorAll(selector)]"
    ".map(part => part.getBoundingClientRect().bottom))"
)
HEIGHT = "document.querySelector('[data-testid=stMain]').scrollHeight"


@pytest.mark.parametrize(("code", "language"), [("598143", "cs"), ("529664", "pl"), ("598143", "en")])
def test_the_first_screen_of_a_laptop_says_it_all(dashboard, open_page, code, language):
    page = opened(open_page, dashboard, code, language)
    page.locator(".dosah-map img").wait_for()
    for part in (".dosah-summary", ".dosah-people", ".dosah-missing li", ".dosah-calls li", ".dosah-map img"):
        assert page.evaluate(BOTTOM, part) <= 900, part
    # Where there is room nothing must be opened first.
    page.locator(".dosah-fold-ages img").wait_for()
    assert page.locator("details.dosah-fold[open]").count() == 4


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
def test_a_phone_needs_one_scroll(dashboard, open_page, language):
    page = open_page(f"{dashboard}village?municipality=598143&lang={language}", width=390, height=844)
    page.locator(".dosah-sheet").wait_for(state="attached")
    page.locator(".dosah-map img").wait_for()
    assert page.evaluate(HEIGHT) <= 3400
    assert page.locator("details.dosah-fold[open]").count() == 0
    assert page.locator(".dosah-fold-kinds table").is_hidden()
    # Numbers are called with a finger, before anything is unfolded.
    first = page.locator(".dosah-calls a[href^='tel:+420']").first
    assert first.bounding_box()["height"] >= 24
    for name in ("kinds", "services", "ages", "certainty"):
        page.locator(f".dosah-fold-{name} > summary").click()
    assert page.locator(".dosah-fold-services a[href^='tel:']").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= 390")


def test_a_fold_that_a_reader_closes_stays_closed(dashboard, open_page):
    page = opened(open_page, dashboard, "598143", "en")
    fold = page.locator("details.dosah-fold-ages")
    page.locator(".dosah-fold-ages img").wait_for()
    fold.locator("> summary").click()
    page.locator("summary", has_text=HOW["en"]).click()
    page.locator(".dosah-calculation table").nth(1).wait_for()
    assert fold.get_attribute("open") is None


# -- what is taken away --------------------------------------------------------------------------------------


FILES = {
    "cs": ("Tisk a soubory", "List obce", "Formulář oprav"),
    "pl": ("Druk i pliki", "Arkusz gminy", "Formularz poprawek"),
}


@pytest.mark.parametrize(("code", "language"), [("598143", "cs"), ("2469011", "pl")])
def test_sheet_and_slip_are_one_click_away(dashboard, open_page, tmp_path, code, language):
    page = opened(open_page, dashboard, code, language)
    page.get_by_role("button", name=FILES[language][0]).click()
    for name, start in zip(FILES[language][1:], (b"%PDF", b"PK"), strict=True):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name).click()
        path = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(path)
        assert code in path.name
        assert path.read_bytes().startswith(start)


def test_the_print_button_prints(dashboard, open_page):
    page = opened(open_page, dashboard, "598143", "en")
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Print and files").click()
    page.get_by_role("button", name="Print one sheet A4").click()
    page.wait_for_function("() => window.printed === true")


def test_the_address_that_is_shared_opens_the_same_village(dashboard, open_page):
    page = opened(open_page, dashboard, "598143", "pl")
    title = page.locator("h1:visible").inner_text()
    page.get_by_role("button", name="Udostępnij").click()
    address = page.locator("pre:visible").inner_text().strip()
    assert address == f"{dashboard}village?municipality=598143&lang=pl"
    # This very computer is no address for anybody else: no code to photograph.
    assert page.locator(".dosah-qr").count() == 0
    page.goto(address)
    page.locator(".dosah-sheet").wait_for(state="attached")
    assert page.locator("h1:visible").inner_text() == title

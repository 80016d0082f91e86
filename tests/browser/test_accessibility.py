"""
Every page as axe-core judges it (WCAG 2.1 A and AA), the names and the language it tells,
and a walk by keyboard alone.
"""

import re
from pathlib import Path

import pytest

from tests.browser.screen import deck, map_frame, painted_maps, settled

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
QUESTION = "area=frydlantsko-beskydy&service=day_care"
PAGES = {
    "map": f"?{QUESTION}",
    "home": f"home?{QUESTION}",
    "village": "village?municipality=598542",
    "catalogue": "catalogue?district=CZ0802",
    "catalogue_map": "catalogue?view=map&area=frydlantsko-beskydy&fav=cz-rpss-1132",
    "own_list": "catalogue?view=mine&fav=cz-rpss-1132,page-P036",
    "provider": "catalogue?provider=cz-ico-65468562",
    "scenario": f"scenario?{QUESTION}&do=a.598542.12",
    "needs": f"needs?{QUESTION}&section=all",
    "documents": "documents?area=podbrdsko",
    "tables": "tables?kind=findings",
    "data": "data?section=all",
    "present": f"present?{QUESTION}&step=5",
}
# What Streamlit or a library draws and we cannot change, one by one: (rule, part of the element's HTML)
# and why. There is none.
NOT_OURS: dict[tuple[str, str], str] = {}
# Judged in the page and in the frame of every map.
JUDGE = """tags => axe.run(document,
        {runOnly: {type: "tag", values: tags}, iframes: false, resultTypes: ["violations"]})
    .then(result => result.violations.flatMap(rule =>
        rule.nodes.map(node => [rule.id, node.html, node.failureSummary])))"""


def settle(page):
    """Wait until the page has run, its maps are painted and its language is told."""
    page.locator("h1:visible").first.wait_for()
    settled(page)
    page.wait_for_selector("[data-testid=stSkipToContent][aria-label]", state="attached")
    painted_maps(page)
    if page.locator(".dosah-deck iframe").count():
        deck(page)


def violations(page):
    rows = []
    for frame in page.frames:
        if frame.url.startswith("about:"):
            continue
        frame.evaluate(AXE.read_text("utf-8"))
        rows += [
            (rule, html[:300], why)
            for rule, html, why in frame.evaluate(JUDGE, TAGS)
            if not any(rule == known and part in html for known, part in NOT_OURS)
        ]
    return rows


@pytest.fixture
def reader(dashboard, open_page):
    """Return a function that opens a page of the dashboard and waits until it stands."""

    def open_(name, language="cs", **options):
        page = open_page(f"{dashboard}{PAGES[name]}&lang={language}", **options)
        settle(page)
        return page

    return open_


@pytest.fixture(scope="module", autouse=True)
def _axe():
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run tools/develop.py setup")


def outline_faults(page):
    """Tables without a name and headings of columns without a scope, among what is shown."""
    return page.evaluate(
        "[...document.querySelectorAll('[data-testid=stMain] table')].filter(table => table.offsetParent)"
        ".flatMap(table => ["
        " ...(table.querySelector('caption')?.textContent.trim() || table.getAttribute('aria-label')"
        " ? [] : [table]),"
        " ...[...table.querySelectorAll('thead th')]"
        ".filter(th => th.textContent.trim() && !th.getAttribute('scope'))"
        "]).map(element => element.outerHTML.slice(0, 200))"
    )


@pytest.mark.parametrize("name", list(PAGES))
def test_axe_finds_nothing_on_a_wide_and_on_a_narrow_screen(reader, name):
    page = reader(name)
    assert violations(page) == []
    assert page.locator("h1:visible").count() == 1
    assert page.locator("main").count() == 1
    assert outline_faults(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("() => document.documentElement.scrollWidth <= 390")
    settle(page)
    assert violations(page) == []


def test_axe_finds_nothing_on_an_open_card(reader):
    page = reader("catalogue")
    page.locator(".dosah-table tbody th a").first.click()
    page.wait_for_url(re.compile("card="))
    page.locator("dl.dosah-facts").first.wait_for()
    settle(page)
    assert page.locator("h1:visible").count() == 1
    assert violations(page) == []


@pytest.mark.parametrize(("name", "language"), [("village", "pl"), ("map", "en")])
def test_axe_finds_nothing_in_the_other_languages(reader, name, language):
    assert violations(reader(name, language)) == []


@pytest.mark.parametrize("name", list(PAGES))
def test_axe_finds_nothing_in_the_dark(reader, name):
    page = reader(name, color_scheme="dark")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme") == "dark"
    )
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_window_of_the_map_and_in_an_open_menu(reader, scheme):
    page = reader("scenario", color_scheme=scheme)
    frame = map_frame(page)
    for part in ("path[data-code='598542']", ".dosah-circle-new"):
        frame.locator(part).focus()
        page.keyboard.press("Enter")
        frame.get_by_role("dialog").wait_for()
        assert violations(page) == []
        page.keyboard.press("Escape")
    menus = page.locator("[data-testid=stTopNavSection]:visible")
    if menus.count():
        menus.first.click()
        page.get_by_role("menu").wait_for()
        assert violations(page) == []


def test_axe_finds_nothing_in_what_a_village_unfolds_and_gives_away(reader):
    page = reader("village", "en")
    page.get_by_text("How was this calculated?").click()
    page.locator(".dosah-calculation table").nth(1).wait_for()
    page.get_by_role("button", name="Print and files").click()
    page.get_by_role("button", name="Village sheet (PDF)").wait_for()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_further_figures_of_the_map(reader, scheme):
    page = reader("map", "en", color_scheme=scheme)
    page.get_by_text("Further figures: other methods").click()
    page.locator(".dosah-further-figures h2").nth(2).wait_for()
    assert outline_faults(page) == []
    assert violations(page) == []


def test_axe_itself_is_at_work_here(reader):
    page = reader("home")
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<button></button>')")
    assert [rule for rule, _, _ in violations(page)] == ["button-name"]


@pytest.mark.parametrize(
    ("language", "skip", "help_"),
    [
        ("cs", "Přeskočit na obsah", "Nápověda"),
        ("pl", "Przejdź do treści", "Pomoc"),
        ("en", "Skip to the content", "Help for"),
    ],
)
def test_the_page_says_its_language_and_names_every_part_in_it(reader, language, skip, help_):
    page = reader("scenario", language)
    page.wait_for_function("language => document.documentElement.lang === language", arg=language)
    assert page.locator("[data-testid=stSkipToContent]").get_attribute("aria-label") == skip
    page.locator(f"button[aria-label^='{help_}']").first.wait_for()
    english = (
        "[aria-label^='Help for '], [aria-label='App pages'], [aria-label=Increment], [aria-label=Sidebar]"
    )
    assert (page.locator(english).count() == 0) == (language != "en")


def test_a_switch_of_the_language_is_heard_too(reader):
    page = reader("map", "pl")
    page.wait_for_function("() => document.documentElement.lang === 'pl'")
    page.locator(".st-key-dosah-language-place").get_by_text("EN", exact=True).click()
    page.wait_for_function("() => document.documentElement.lang === 'en'")
    page.get_by_role("navigation", name="App pages").wait_for()
    page.locator(".st-key-dosah-language-place").get_by_text("CS", exact=True).click()
    page.get_by_role("navigation", name="Stránky").wait_for()


# -- by keyboard alone ---------------------------------------------------------------------------------------

STOPS = 60
# What has the focus, and whether it can be seen there; a list counts as seen when its box changes its border.
FOCUSED = """() => {
  const active = document.activeElement;
  const style = getComputedStyle(active);
  const box = active.closest('[data-baseweb=select], [data-baseweb=input]');
  return {name: active.getAttribute('aria-label') || active.innerText || '', tag: active.tagName,
          code: active.closest('tr')?.dataset.dosahCode || null,
          seen: style.outlineStyle !== 'none' || style.boxShadow !== 'none' || Boolean(box)};
}"""


def tab_until(page, wanted, key="Tab"):
    """
    Press a key until the focus stands on what is wanted;
    every link and button on the way shows that it has the focus.
    """
    for _ in range(STOPS):
        page.keyboard.press(key)
        focused = page.evaluate(FOCUSED)
        if focused["tag"] in ("A", "BUTTON", "SUMMARY"):
            assert focused["seen"], focused
        if wanted(focused):
            return focused
    raise AssertionError(f"not reached in {STOPS} steps; last: {focused}")


def pick(page, label, typed):
    """Choose from a list by typing."""
    tab_until(page, lambda focused: focused["name"].endswith(label) and focused["tag"] == "INPUT")
    page.keyboard.type(typed)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")


def test_a_planner_needs_no_mouse(reader):
    page = reader("map", "en")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["name"] == "Skip to the content"
    pick(page, "Area", "Podbrd")
    page.wait_for_url(re.compile("area=podbrdsko"))
    page.get_by_role("heading", name=re.compile("MAS Podbrdsko"), level=1).wait_for()
    settle(page)
    pick(page, "Service", "Help and care")
    page.get_by_role("heading", name="Help and care at home: MAS Podbrdsko", level=1).wait_for()
    settle(page)
    tab_until(page, lambda focused: focused["tag"] == "IFRAME")
    frame = map_frame(page)
    code = None
    for _ in range(STOPS):
        code = frame.evaluate("document.activeElement.dataset.code || null")
        if code:
            break
        page.keyboard.press("Tab")
    assert code
    name = frame.evaluate("document.activeElement.getAttribute('aria-label')").split(";")[0]
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/village\?municipality={code}"))
    page.get_by_role("heading", name=name, level=1).wait_for()
    # Alt+Left belongs to the browser's own window, which is not there without a screen.
    page.go_back()
    page.get_by_role("heading", name="Help and care at home: MAS Podbrdsko", level=1).wait_for()
    settle(page)
    # The map itself is 38 stops: the ranking is reached without them, backwards from the end of the page.
    page.locator(".dosah-ranking").first.wait_for()
    row = tab_until(page, lambda focused: focused["code"], key="Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/village\?municipality={row['code']}"))

"""The meeting pack as a speaker opens it: from a stick, without a network, by keyboard, in Chromium."""

import re

import pytest

from dashboard.documents import pack
from dashboard.documents.facts import AreaFacts
from geodata.stories import story_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AREA = "frydlantsko-beskydy"


@pytest.fixture(scope="module")
def facts(published):
    return AreaFacts(published, AREA)


@pytest.fixture(scope="module")
def pack_file(facts, tmp_path_factory):
    path = tmp_path_factory.mktemp("stick") / "schůzka v Bašce.html"
    path.write_text(pack.build(facts, story_for(AREA), "cs"), encoding="utf-8")
    return path


@pytest.fixture
def opened(chromium, pack_file):
    """Open the pack offline; at the end nothing but the file itself was asked for, and nothing went wrong."""
    asked, trouble, contexts = [], [], []

    def open_(width=1920, height=1080, part=""):
        context = chromium.new_context(viewport={"width": width, "height": height}, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: trouble.append(f"failed: {request.url}"))
        page.on(
            "console",
            lambda message: trouble.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: trouble.append(f"script: {error}"))
        page.goto(pack_file.as_uri() + part)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert trouble == []
    assert {url.split("#")[0] for url in asked} == {pack_file.as_uri()}
    assert len(asked) == len(contexts)


def shown(page):
    return page.evaluate("document.querySelector('main > section.is-shown').id")


def fills(page):
    return page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('#pack-map path[role=link]')].map(p => [p.dataset.code, p.getAttribute('fill')]))"
    )


def test_the_story_steps_by_keyboard_and_clicker(opened):
    page = opened()
    count = len(story_for(AREA).steps)
    assert shown(page) == "slide-1"
    visited = []
    for key in ["ArrowRight", "PageDown", "Space", *["PageDown"] * count]:
        page.keyboard.press(key)
        page.wait_for_timeout(30)
        visited.append(shown(page))
    assert visited[: count - 1] == [f"slide-{number}" for number in range(2, count + 1)]
    assert visited[-1] == f"slide-{count}"
    page.keyboard.press("PageUp")
    page.wait_for_function(f"document.querySelector('.is-shown').id === 'slide-{count - 1}'")
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('.is-shown').id === 'slide-1'")
    notes = page.locator("#slide-1 .notes")
    assert not notes.is_visible()
    page.keyboard.press("n")
    assert notes.is_visible()
    page.keyboard.press("b")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).visibility") == "hidden"


def test_one_map_changes_its_classes_from_slide_to_slide_and_by_choice(opened, facts):
    page = opened(part="#slide-5")
    page.wait_for_selector("html[data-dosah-painted], #pack-map path[role=link]", state="attached")
    page.wait_for_function(
        f"document.querySelectorAll('#pack-map path[role=link]').length === {len(facts.members)}"
    )
    beds = fills(page)
    assert set(beds) == set(facts.members)
    page.evaluate("document.querySelector('#pack-map').dataset.mark = 'the same'")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.is-shown').id === 'slide-6'")
    assert page.evaluate("document.querySelector('.is-shown #pack-map').dataset.mark") == "the same"
    home = fills(page)
    differs = {
        code
        for code in beds
        if facts.gap("residential_seniors", code).gap_class != facts.gap("home_care", code).gap_class
    }
    assert differs
    assert all(beds[code] != home[code] for code in differs)
    page.locator("#layers").select_option(index=0)
    assert fills(page) == beds


def test_pointing_at_a_village_tells_its_figures_and_a_click_opens_its_page(opened):
    page = opened(part="#slide-5")
    page.wait_for_selector("#pack-map path[role=link]", state="attached")
    # Focus brings the outline to the front, which may cost it the focus once: ask until its words stand there.
    page.wait_for_function(
        """code => {
            const path = document.querySelector(`#pack-map path[data-code="${code}"]`);
            if (document.activeElement !== path) path.focus();
            return document.querySelector(".leaflet-tooltip-pane").innerText.includes("Frýdlant nad Ostravicí");
        }""",
        arg="598143",
    )
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.is-shown').id === 'village-598143'")
    assert page.locator("#village-598143 h2").inner_text() == "Frýdlant nad Ostravicí"
    page.keyboard.press("Escape")
    page.wait_for_function("document.querySelector('.is-shown').id === 'slide-5'")


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1024, 768), (390, 844)])
def test_nothing_is_wider_than_the_screen(opened, facts, width, height):
    page = opened(width, height)
    ids = page.evaluate("[...document.querySelectorAll('main > section')].map(section => section.id)")
    wanted = [
        name for name in ids if name.startswith("slide") or name in ("tables", "sources", "village-598143")
    ]
    for name in wanted:
        page.evaluate(f"location.hash = '{name}'")
        page.wait_for_function(f"document.querySelector('.is-shown').id === '{name}'")
        too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert too_wide <= 0, (name, too_wide)


def test_in_print_every_slide_is_there_with_a_map_that_needs_no_script(opened):
    page = opened()
    page.emulate_media(media="print")
    assert page.locator("#slide-1").is_visible()
    assert page.locator("#slide-5 .print-only svg").first.is_visible()
    assert page.locator("#slide-5 .notes").is_visible()
    assert not page.locator(".bar").is_visible()
    assert page.locator("#sources").is_visible()
    assert not page.locator("#village-598143").is_visible()
    drawn = page.locator("#slide-5 .print-only svg path[data-code='598143']").first
    assert re.fullmatch(r"#[0-9a-f]{6}|url\(#fill-.+\)", drawn.get_attribute("fill"))


def test_in_print_an_open_village_stands_alone(opened):
    page = opened(part="#village-598143")
    page.emulate_media(media="print")
    assert page.locator("#village-598143").is_visible()
    assert page.locator("main > section:visible").count() == 1

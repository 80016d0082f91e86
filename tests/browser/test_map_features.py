"""
The map of gaps beyond its colours, in Chromium: one service and its reach,
two maps as one view, base maps, names.
"""

import base64
import re

import pytest
import yaml
from playwright.sync_api import expect

from tests.browser.screen import MAPS, painted_maps

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SEEN_SITE = "document.querySelector('.dosah-site[tabindex=\"0\"]')"
VIEW = "[map_div.getZoom(), map_div.getCenter().lat, map_div.getCenter().lng].map(part => part.toFixed(2))"
# One white pixel.
TILE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII="
)


def frames(page, count=1):
    """The frames of the maps of a page, once they are painted."""
    page.locator(MAPS).nth(count - 1).wait_for()
    both = painted_maps(page)
    assert len(both) == count
    return both


def seen(frame, selector):
    """Circles of services that can be seen, in the order of the keyboard."""
    frame.wait_for_function(SEEN_SITE)
    return [
        element
        for element in frame.locator(selector).element_handles()
        if element.evaluate("element => element.tabIndex === 0")
    ]


def test_a_crowd_of_services_is_opened_and_one_of_them_selected_by_keyboard(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=en")
    [frame] = frames(page)
    crowd = seen(frame, ".dosah-site:has(.is-cluster)")[0]
    label = crowd.get_attribute("aria-label")
    count = int(crowd.inner_text())
    assert re.match(rf"{count} services; (at least )?[\d,.]+ beds|{count} services; capacity unknown", label)
    crowd.focus()
    page.keyboard.press("Enter")
    # The focus goes on to one of them, and the view stays.
    frame.wait_for_function("() => document.activeElement.getAttribute('aria-pressed') === 'false'")
    name = frame.evaluate("document.activeElement.getAttribute('aria-label')").split(";")[0]
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("selected=cz-rpss-"))
    panel = page.locator(".dosah-selected")
    panel.wait_for()
    assert panel.locator("h2").inner_text() in name
    frame.wait_for_selector("path.dosah-reach", state="attached")
    assert frame.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    page.keyboard.press("Escape")
    assert frame.evaluate("document.activeElement.innerText") == str(count)
    page.get_by_role("button", name="Show all services again").click()
    panel.wait_for(state="detached")
    page.wait_for_url(lambda url: "selected" not in url)
    frame.wait_for_selector("path.dosah-reach", state="detached")


def test_a_click_on_a_service_shows_its_declared_area_in_any_language(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=en&service=home_care&selected=cz-rpss-3149")
    [frame] = frames(page)
    page.get_by_text("the provider names the municipalities").wait_for()
    frame.locator(".dosah-legend", has_text="declared area of the selected service").wait_for()
    lines = frame.locator("path.dosah-reach").count()
    assert lines == 1
    page.locator(".st-key-dosah-language-place").get_by_text("PL", exact=True).click()
    page.get_by_text("podmiot wymienia gminy").wait_for()
    frame.locator(".dosah-legend", has_text="obszar, który podaje wybrana usługa").wait_for()
    # A single circle is clicked: another service is selected in place of the first.
    single = seen(frame, ".dosah-site:not(:has(.is-cluster))")
    inside = [
        circle
        for circle in single
        if circle.evaluate(
            "one => { const box = one.getBoundingClientRect();"
            " return one.contains("
            "document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)); }"
        )
    ]
    name = inside[0].get_attribute("aria-label").split(" (")[0].split(";")[0]
    inside[0].click()
    page.locator(".dosah-selected h2", has_text=name).wait_for()
    page.wait_for_url(lambda url: "selected=" in url and "cz-rpss-3149" not in url)


def test_two_maps_are_one_view(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=en&service=day_care&beside=home_care", width=1920, height=1080)
    first, second = frames(page, 2)
    first.evaluate("map_div.setView([49.6, 18.5], 11, {animate: false})")
    second.wait_for_function(f"{VIEW}.join() === '11.00,49.60,18.50'")
    second.evaluate("map_div.setView([49.5, 18.3], 10.5, {animate: false})")
    first.wait_for_function(f"{VIEW}.join() === '10.50,49.50,18.30'")
    # What is pointed at in one lights up in the other, and in the table.
    code = "598542"
    path = second.locator(f"path[data-code='{code}']")
    before = path.get_attribute("stroke")
    first.evaluate(
        f"document.querySelector('path[data-code=\"{code}\"]')"
        ".dispatchEvent(new MouseEvent('mouseover', {bubbles: true, clientX: 9, clientY: 9}))"
    )
    expect(path).not_to_have_attribute("stroke", before)
    page.locator(f"tr.dosah-pointed[data-dosah-code='{code}']").wait_for()
    # One measure for both.
    first.get_by_role("combobox", name="Show").select_option("out_of_reach")
    expect(second.get_by_role("combobox", name="Show")).to_have_value("out_of_reach")
    page.wait_for_url(re.compile("show=out_of_reach"))
    expect(page.locator(".dosah-pair thead th", has_text="Out of reach")).to_have_count(2)
    legends = [frame.locator(".dosah-legend summary").inner_text() for frame in (first, second)]
    assert legends[0].startswith("Day care")
    assert legends[1].startswith("Help and care at home")


def test_on_a_phone_the_two_maps_stand_one_below_the_other(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=pl&service=day_care&beside=home_care", width=390, height=844)
    frames(page, 2)
    upper, lower = (box.bounding_box() for box in page.locator("iframe[title*=folium]").all())
    assert lower["y"] >= upper["y"] + upper["height"]
    assert upper["x"] == lower["x"]
    page.wait_for_function("() => document.documentElement.scrollWidth <= 390")


def test_the_map_is_passed_by_keyboard(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=cs")
    frames(page)
    # The map is painted before the rest of the page stands.
    page.locator("#dosah-table").wait_for()
    link = page.get_by_role("link", name="Přeskočit mapu, na tabulku")
    assert link.bounding_box()["width"] <= 1
    link.focus()
    assert link.bounding_box()["width"] > 100
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'dosah-table'")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('tr').dataset.dosahCode")


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (1920, 1080)])
def test_names_lie_neither_over_each_other_nor_outside_their_municipality(
    dashboard, open_page, width, height
):
    page = open_page(f"{dashboard}?lang=cs", width=width, height=height)
    [frame] = frames(page)
    boxes = frame.evaluate(
        "[...document.querySelectorAll('.dosah-label span')]"
        ".filter(one => one.style.visibility === 'visible')"
        ".map(one => { const box = one.getBoundingClientRect();"
        " return [box.left, box.top, box.right, box.bottom, one.innerText]; })"
    )
    assert len(boxes) >= 11  # of 13
    for number, box in enumerate(boxes):
        for other in boxes[:number]:
            apart = box[2] <= other[0] or box[0] >= other[2] or box[3] <= other[1] or box[1] >= other[3]
            assert apart, (box, other)


# -- base maps -----------------------------------------------------------------------------------------------

BASE_MAP = {
    "id": "stub",
    "label": {"cs": "Zkušební", "pl": "Próbna", "en": "Stub"},
    "address": "http://tiles.invalid/{z}/{x}/{y}.png",
    "min_zoom": 0,
    "max_zoom": 19,
    "attribution": "© somebody",
    "attribution_url": "http://tiles.invalid/about",
    "licence": "none",
}


@pytest.fixture(scope="module")
def with_base_map(start_dashboard, tmp_path_factory):
    path = tmp_path_factory.mktemp("base") / "base.yaml"
    path.write_text(yaml.safe_dump({"base_maps": [BASE_MAP]}), encoding="utf-8")
    return start_dashboard(environment={"DOSAH_BASE_MAPS": str(path)})


@pytest.fixture
def stubbed(chromium, with_base_map):
    """Open a page whose tiles are answered, or cut off, by the test itself; `asked` are their addresses."""
    contexts = []

    def open_(*, answers, part="?lang=en"):
        context = chromium.new_context(viewport={"width": 1400, "height": 900})
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        asked = []

        def tile(route):
            asked.append(route.request.url)
            if answers:
                route.fulfill(body=TILE, content_type="image/png")
            else:
                route.abort()

        page.route("http://tiles.invalid/**", tile)
        page.goto(f"{with_base_map}{part}")
        return page, frames(page)[0], asked

    yield open_
    for context in contexts:
        context.close()


def opacity(frame):
    return frame.evaluate("Number(document.querySelector('path[role=link]').getAttribute('fill-opacity'))")


def test_a_base_map_is_asked_only_when_the_reader_chooses_it(stubbed):
    page, frame, asked = stubbed(answers=True)
    assert asked == []
    full = opacity(frame)
    stamp = frame.evaluate("window.markOfTheTest = 'first load'")
    frame.get_by_role("combobox", name="Base map").select_option("stub")
    frame.wait_for_selector(".leaflet-tile-loaded")
    assert asked
    frame.wait_for_function(
        "() => Number(document.querySelector('path[role=link]').getAttribute('fill-opacity')) < 0.7"
    )
    assert opacity(frame) < full
    frame.locator(".leaflet-control-attribution a", has_text="© somebody").wait_for()
    page.wait_for_url(re.compile("base=stub"))
    assert frame.evaluate("window.markOfTheTest") == stamp
    frame.get_by_role("combobox", name="Base map").select_option("")
    frame.wait_for_selector(".leaflet-tile", state="detached")
    assert opacity(frame) == full
    assert frame.locator(".leaflet-control-attribution a").count() == 0
    page.wait_for_url(lambda url: "base=" not in url)


def test_a_base_map_that_cannot_be_reached_does_no_harm(stubbed):
    page, frame, asked = stubbed(answers=False, part="?lang=pl&base=stub")
    frame.get_by_text("Mapa podkładowa jest niedostępna.").wait_for()
    assert asked
    assert opacity(frame) > 0.9
    assert frame.locator("path[role=link]").count() == 13
    frame.get_by_role("combobox", name="Pokaż").select_option("services")
    frame.locator(".dosah-legend summary", has_text="Usługi w zasięgu").wait_for()
    page.wait_for_url(re.compile("show=services"))
    frame.get_by_text("Mapa podkładowa jest niedostępna.").wait_for()

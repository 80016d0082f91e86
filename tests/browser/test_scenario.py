"""A planner's way through home, what if, and needs, in Chromium: by mouse, by keyboard, on a phone."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.screen import fills, map_frame, painted_anew, settled, stamp

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SHARED = "area=frydlantsko-beskydy&service=day_care"


def go(page, name):
    """
    Follow a page of the navigation once the map page is whole; opened directly,
    Streamlit asks odd addresses first.
    """
    page.locator(".dosah-ranking").wait_for()
    settled(page)
    before = page.locator("h1:visible").first.inner_text()
    page.get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_function("before => document.querySelector('h1')?.innerText !== before", arg=before)
    settled(page)


def headline(page, part):
    page.locator(".dosah-headline", has_text=re.compile(part)).first.wait_for()


def test_a_new_service_is_tried_by_a_click_on_the_map_and_the_address_keeps_it(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=en&{SHARED}")
    go(page, "What if")
    page.get_by_role("heading", name="What if: Day care", level=1).wait_for()
    frame = map_frame(page)
    today = fills(frame)
    assert len(today) == 13
    before = stamp(frame)
    frame.locator("path[role=link][data-code='598542']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("input[aria-label='Municipality of the new service']")).to_have_value("Ostravice")
    page.get_by_role("button", name="Add to the scenario").click()
    headline(page, "12 clients in Ostravice raise")
    painted_anew(frame, before)
    assert fills(frame) != today
    page.wait_for_url(re.compile(r"changes=a\.598542\.12"))
    page.get_by_role("button", name="Undo").first.click()
    page.get_by_text("Nothing is changed yet").wait_for()
    page.wait_for_url(lambda url: "changes=" not in url)


def test_today_and_the_scenario_stand_side_by_side(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=cs&{SHARED}", width=1920, height=1080)
    go(page, "Co kdyby")
    page.get_by_role("button", name="Přidat do scénáře").click()
    headline(page, "Baška")
    page.get_by_text("Vedle sebe", exact=True).click()
    page.locator("iframe[title*=folium]").nth(1).wait_for()
    today, then = fills(map_frame(page, 0)), fills(map_frame(page, 1))
    assert len(today) == len(then) == 13
    assert today != then
    page.wait_for_url(re.compile("picture=both"))


def test_a_saved_scenario_is_opened_again(dashboard, open_page, tmp_path):
    page = open_page(f"{dashboard}?lang=en&{SHARED}")
    go(page, "What if")
    page.get_by_role("button", name="Add to the scenario").click()
    page.wait_for_url(re.compile("changes="))
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the scenario as a file").click()
    path = tmp_path / "scenario.json"
    download.value.save_as(path)
    saved = json.loads(path.read_text("utf-8"))
    assert saved["question"]["service"] == "day_care"
    saved["steps"].append({"kind": "add", "municipality_code": "598143", "capacity": 5})
    saved["steps"].append({"kind": "close", "target": "no-such-service"})
    path.write_text(json.dumps(saved), "utf-8")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_text("New service in Frýdlant nad Ostravicí: 5 clients").first.wait_for()
    page.get_by_text("1 of 3 changes of this scenario does not fit").wait_for()
    settled(page)
    path.write_text("{}", "utf-8")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_text("This is no scenario saved by this page.").wait_for()


def test_home_leads_a_mayor_to_the_village_by_keyboard(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=pl")
    go(page, "Start")
    page.get_by_role("heading", name=re.compile("Dosah"), level=1).wait_for()
    box = page.get_by_role("textbox").first
    box.focus()
    page.keyboard.type("ostravce")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name=re.compile("^Ostravice"))
    link.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"village\?municipality=598542"))
    page.get_by_role("heading", name="Ostravice", level=1).wait_for()
    assert "lang=pl" in page.url


def test_home_shows_a_picture_of_every_area(dashboard, open_page):
    page = open_page(dashboard)
    go(page, "Úvod")
    thumbnails = page.locator(".st-key-dosah-home-areas img")
    thumbnails.nth(4).wait_for()
    assert thumbnails.evaluate_all("all => all.every(one => one.naturalWidth > 0)")
    page.get_by_role("link", name="MAS Podbrdsko").click()
    page.get_by_role("heading", name=re.compile("MAS Podbrdsko"), level=1).wait_for()


def test_nothing_is_cut_off_on_a_phone(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=pl&{SHARED}")
    names = {"Start": "Dosah", "Co jeśli": "Co jeśli", "Potrzeby i profil": "Potrzeby"}
    for name, title in names.items():
        page.set_viewport_size({"width": 1400, "height": 844})
        page.get_by_role("link", name=name, exact=True).first.click()
        page.get_by_role("heading", name=re.compile(f"^{title}"), level=1).wait_for()
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_function("() => document.documentElement.scrollWidth <= 390")
        page.wait_for_function(
            "() => [...document.querySelectorAll('[data-testid=stMain] "
            ":is(p, h1, h2, h3, table, img, button)')]"
            ".every(one => one.getBoundingClientRect().right <= 391"
            " || one.closest('[data-testid=stDataFrame]'))"
        )


# -- made on the map -----------------------------------------------------------------------------------------

POINT = """code => {
  const path = document.querySelector(`path[data-code='${code}']`);
  const box = path.getBoundingClientRect();
  const isHit = (x, y) => document.elementFromPoint(x, y) === path;
  for (let y = box.top; y < box.bottom; y += 4)
    for (let x = box.left; x < box.right; x += 4)
      if ([[0, 0], [5, 0], [-5, 0], [0, 5], [0, -5]].every(([right, down]) => isHit(x + right, y + down)))
        return [x, y];
}"""


# Circles may lie over one another: marks those of one service whose middle can be clicked.
ON_TOP = """() => document.querySelectorAll(".dosah-circle-today[data-services='1']").forEach(circle => {
  const box = circle.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  if (top === circle) circle.dataset.onTop = "";
})"""


def click_outline(page, frame, code):
    """Click where nothing lies over the outline of a municipality, and not on its edge."""
    box = page.locator("iframe[title*=folium]").bounding_box()
    x, y = frame.evaluate(POINT, code)
    page.mouse.click(box["x"] + x, box["y"] + y)


def test_a_scenario_is_made_on_the_map_by_mouse(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=en&{SHARED}")
    go(page, "What if")
    frame = map_frame(page)
    settled(page)
    click_outline(page, frame, "598542")
    window = frame.get_by_role("dialog", name="Ostravice")
    window.get_by_label("Capacity (clients)").fill("8")
    window.get_by_role("button", name="Add the service").click()
    headline(page, "8 clients in Ostravice raise")
    page.wait_for_url(re.compile(r"changes=a\.598542\.8$"))
    # Another place and capacity of the new service change its own line of the list.
    frame.locator(".dosah-circle-new").click()
    window = frame.get_by_role("dialog", name="New service")
    window.get_by_label("Capacity (clients)").fill("10")
    window.get_by_role("button", name="Change the capacity").click()
    page.wait_for_url(re.compile(r"changes=a\.598542\.10$"))
    frame.locator(".dosah-circle-new").click()
    frame.get_by_role("button", name="Move…").click()
    frame.get_by_text("Where does New service move to?").wait_for()
    settled(page)
    click_outline(page, frame, "598143")
    page.wait_for_url(re.compile(r"changes=a\.598143\.10$"))
    page.get_by_text("1. New service in Frýdlant nad Ostravicí: 10 clients").wait_for()
    # One that is there today closes; it stays on the map, to be taken back.
    frame.evaluate(ON_TOP)
    frame.locator("[data-on-top]").first.click()
    frame.get_by_role("button", name="Close the service").click()
    frame.locator(".dosah-circle-closed").wait_for()
    page.wait_for_url(re.compile(r"changes=a\.598143\.10~c\."))
    frame.get_by_role("button", name=re.compile("^Take back: .* closes$")).click()
    page.wait_for_url(re.compile(r"changes=a\.598143\.10$"))
    frame.get_by_role("button", name=re.compile("^Take back")).click()
    page.get_by_text("Nothing is changed yet").wait_for()
    assert frame.locator(".dosah-circle-new").count() == 0


def test_a_scenario_is_made_on_the_map_by_keyboard(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=cs&{SHARED}")
    go(page, "Co kdyby")
    frame = map_frame(page)
    settled(page)
    frame.locator("path[data-code='598542']").focus()
    page.keyboard.press("Enter")
    window = frame.get_by_role("dialog", name="Ostravice")
    window.wait_for()
    page.keyboard.press("Escape")
    expect(window).to_be_hidden()
    # The focus is back where it was.
    assert frame.evaluate("document.activeElement.dataset.code") == "598542"
    page.keyboard.press("Enter")
    window.wait_for()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"changes=a\.598542\.6$"))
    circle = frame.locator(".dosah-circle-new")
    assert "Nová služba" in circle.get_attribute("aria-label")
    circle.focus()
    page.keyboard.press("Enter")
    frame.get_by_role("button", name="Přesunout…").focus()
    page.keyboard.press("Enter")
    frame.get_by_role("status").get_by_text("Vyberte obec").wait_for()
    page.keyboard.press("Escape")
    expect(frame.locator(".dosah-banner")).to_be_hidden()
    circle.focus()
    page.keyboard.press("Enter")
    frame.get_by_role("button", name="Přesunout…").focus()
    page.keyboard.press("Enter")
    # The focus stands on the first municipality; Tab goes on to the others.
    frame.wait_for_function("() => document.activeElement.dataset.code")
    first = frame.evaluate("document.activeElement.dataset.code")
    page.keyboard.press("Tab")
    second = frame.evaluate("document.activeElement.dataset.code")
    assert second != first
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"changes=a\.{second}\.6$"))


def test_an_edit_is_not_lost_under_the_answer_to_the_click_before_it(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=en&{SHARED}")
    go(page, "What if")
    frame = map_frame(page)
    settled(page)
    # Quicker than any hand: both within the moment that streamlit-folium waits before it answers a click.
    frame.evaluate(
        "document.querySelector(`path[data-code='598542']`).focus();"
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}));"
        "document.querySelector('.dosah-edit form').requestSubmit()"
    )
    page.wait_for_url(re.compile(r"changes=a\.598542\.12$"))
    headline(page, "12 clients in Ostravice raise")
    settled(page)
    page.wait_for_timeout(600)
    assert page.url.endswith("changes=a.598542.12")

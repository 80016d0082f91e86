"""A planner's way through home, what if, and needs, in Chromium: by mouse, by keyboard, on a phone."""

import json
import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SHARED = "area=frydlantsko-beskydy&service=day_care"


def idle(page):
    """Wait until the page has answered everything."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def go(page, name):
    """Follow a page of the navigation once the map page is whole; opened directly, Streamlit asks odd addresses first."""
    page.locator(".dosah-ranking").wait_for()
    idle(page)
    page.get_by_role("link", name=name, exact=True).first.click()


def map_frame(page, position=0):
    frame = page.locator("iframe[title*=folium]").nth(position).element_handle().content_frame()
    frame.wait_for_selector("html[data-dosah-painted]", state="attached")
    return frame


def fills(frame):
    return frame.evaluate(
        "Object.fromEntries([...document.querySelectorAll('path[role=link]')]"
        ".map(path => [path.dataset.code, path.getAttribute('fill')]))"
    )


def headline(page, part):
    page.locator(".dosah-headline", has_text=re.compile(part)).first.wait_for()


def test_a_new_service_is_tried_by_a_click_on_the_map_and_the_address_keeps_it(dashboard, open_page):
    page = open_page(f"{dashboard}?lang=en&{SHARED}")
    go(page, "What if")
    page.get_by_role("heading", name="What if: Day care", level=1).wait_for()
    frame = map_frame(page)
    today = fills(frame)
    assert len(today) == 13
    before = frame.evaluate("document.documentElement.dataset.dosahPainted")
    frame.locator("path[role=link][data-code='598542']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("input[aria-label='Municipality of the new service']")).to_have_value("Ostravice")
    page.get_by_role("button", name="Add to the scenario").click()
    headline(page, "12 clients in Ostravice raise")
    frame.wait_for_function("before => document.documentElement.dataset.dosahPainted !== before", arg=before)
    assert fills(frame) != today
    page.wait_for_url(re.compile(r"do=a\.598542\.12"))
    page.get_by_role("button", name="Undo").first.click()
    page.get_by_text("Nothing is changed yet").wait_for()
    page.wait_for_url(lambda url: "do=" not in url)


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
    page.wait_for_url(re.compile("do="))
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
    idle(page)
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
    pictures = page.locator(".st-key-dosah-home-areas img")
    pictures.nth(4).wait_for()
    assert pictures.evaluate_all("all => all.every(one => one.naturalWidth > 0)")
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
        page.wait_for_function("document.documentElement.scrollWidth <= 390")
        page.wait_for_function(
            "[...document.querySelectorAll('[data-testid=stMain] :is(p, h1, h2, h3, table, img, button)')]"
            ".every(one => one.getBoundingClientRect().right <= 391 || one.closest('[data-testid=stDataFrame]'))"
        )

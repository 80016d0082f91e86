"""
A map of more than a thousand outlines, in Chromium: drawn on a canvas,
its members reached and read as on a small one.
"""

import re

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geodata.dataset.publish import write_dataset
from tests.browser.screen import choose, map_frame

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SIDE = 30
STEP = 0.02
WEST, SOUTH = 17.2, 49.3
MEMBERS = 13
# What the canvas under a point of the map shows: red, green, blue, opacity.
PIXEL = """([lat, lng]) => {
  const canvas = document.querySelector('.leaflet-overlay-pane canvas');
  const point = map_div.latLngToContainerPoint([lat, lng]);
  const frame = map_div.getContainer().getBoundingClientRect();
  const box = canvas.getBoundingClientRect();
  const scale = canvas.width / box.width;
  const at = [point.x + frame.left - box.left, point.y + frame.top - box.top]
    .map(value => Math.round(value * scale));
  return [...canvas.getContext('2d').getImageData(at[0], at[1], 24, 24).data];
}"""


@pytest.fixture(scope="module")
def large(published, start_dashboard, tmp_path_factory):
    """
    A dashboard whose dataset has 900 square municipalities more: nobody is known to live there,
    so they are hatched.
    """
    contents = {name: table.copy() for name, table in published.tables.items()}
    municipalities = contents["municipality"]
    alike = municipalities.loc[municipalities["country"] == "CZ"].iloc[[0]]
    corners = [(WEST + STEP * (at % SIDE), SOUTH + STEP * (at // SIDE)) for at in range(SIDE * SIDE)]
    squares = pd.concat([alike] * len(corners), ignore_index=True)
    squares["municipality_code"] = [f"9{at:05}" for at in range(len(corners))]
    squares["name"] = [f"Square & <b>{at}" for at in range(len(corners))]
    squares["longitude"] = [west + STEP / 2 for west, _ in corners]
    squares["latitude"] = [south + STEP / 2 for _, south in corners]
    contents["municipality"] = pd.concat([municipalities, squares], ignore_index=True)
    shapes = gpd.GeoDataFrame(
        {"municipality_code": squares["municipality_code"]},
        geometry=[box(west, south, west + STEP, south + STEP) for west, south in corners],
        crs="EPSG:4326",
    )
    outlines = pd.concat([published.outlines()[["municipality_code", "geometry"]], shapes], ignore_index=True)
    path = tmp_path_factory.mktemp("large") / "dosah.gpkg"
    write_dataset(contents, gpd.GeoDataFrame(outlines, crs="EPSG:4326"), path)
    return start_dashboard(dataset=path)


def point_of(page, frame, latitude, longitude):
    x, y = frame.evaluate(
        "place => { const point = map_div.latLngToContainerPoint(place); return [point.x, point.y]; }",
        [latitude, longitude],
    )
    outer = page.locator("iframe[title*=folium]").bounding_box()
    return outer["x"] + x, outer["y"] + y


def test_a_country_is_drawn_on_a_canvas_and_its_area_stays_within_reach_of_the_keyboard(large, open_page):
    page = open_page(f"{large}?lang=en")
    frame = map_frame(page)
    assert frame.locator(".leaflet-overlay-pane canvas").count() == 1
    # The members alone are shapes of the document, each a link that says all it shows.
    paths = frame.locator("path[data-code]")
    assert paths.count() == MEMBERS
    assert frame.locator("path[data-code][role=link][tabindex='0']").count() == MEMBERS
    outline = frame.locator("path[data-code='598542']")
    assert re.search("Ostravice.*Missing", outline.get_attribute("aria-label"))
    frame.evaluate("window.markOfTheTest = 'first load'")
    view = "[map_div.getZoom(), map_div.getCenter().lat, map_div.getCenter().lng].join()"
    before, fill = frame.evaluate(view), outline.get_attribute("fill")
    choose(page, "Service", "Help and care at home")
    frame.wait_for_function(
        "before => document.querySelector(\"path[data-code='598542']\").getAttribute('fill') !== before",
        arg=fill,
    )
    assert frame.evaluate("window.markOfTheTest") == "first load"
    assert frame.evaluate(view) == before
    outline.focus()
    assert frame.locator(".dosah-tooltip", has_text="Ostravice").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/village\?municipality=598542"))


def test_an_outline_on_the_canvas_is_hatched_pointed_at_and_opened_by_a_click(large, open_page):
    page = open_page(f"{large}?lang=en")
    frame = map_frame(page)
    middle = [SOUTH + STEP * 15.5, WEST + STEP * 15.5]
    frame.evaluate("place => void map_div.setView(place, 12, {animate: false})", middle)
    # Lines of "unknown" run across: one square has several shades, not one.
    pixels = frame.evaluate(PIXEL, [middle[0] + STEP / 4, middle[1] - STEP / 4])
    shades = {tuple(pixels[at : at + 4]) for at in range(0, len(pixels), 4)}
    assert len(shades) > 5
    page.mouse.move(*point_of(page, frame, *middle))
    tooltip = frame.locator(".dosah-tooltip")
    tooltip.wait_for()
    # The name of a municipality is text, whatever it looks like.
    assert re.search(r"Square & <b>\d+", tooltip.inner_text())
    assert frame.locator(".dosah-tooltip b").count() == 0
    # The line round it is drawn above the canvas.
    assert frame.locator("path[stroke='#0b3d91']").count() == 1
    page.mouse.click(*point_of(page, frame, *middle))
    page.wait_for_url(re.compile(r"/village\?municipality=9\d{5}"))


def test_another_area_takes_its_outlines_from_the_canvas_and_gives_the_others_back(large, open_page):
    page = open_page(f"{large}?lang=en")
    frame = map_frame(page)
    page.get_by_role("combobox", name="Area").click()
    page.get_by_role("option", name="MAS Podbrdsko").click()
    frame.wait_for_function("() => document.querySelectorAll('path[data-code]').length === 38")
    assert frame.locator("path[data-code='598542']").count() == 0
    assert frame.locator("path[data-code][role=link]").count() == 38


def test_a_service_that_was_seen_before_is_painted_without_the_server(large, open_page):
    page = open_page(f"{large}?lang=en")
    frame = map_frame(page)
    legend = frame.locator(".dosah-legend summary")
    first = legend.inner_text()
    choose(page, "Service", "Day care")
    page.get_by_role("heading", name="Day care", level=1).wait_for()
    page.wait_for_url(re.compile("service=day_care"))
    page.context.set_offline(True)
    choose(page, "Service", "Residential care of seniors")
    frame.locator(".dosah-legend summary", has_text="Residential care").wait_for()
    assert legend.inner_text() == first
    page.context.set_offline(False)
    # The server's answer brings the rest of the page.
    page.get_by_role("heading", name="Residential care of seniors", level=1).wait_for()

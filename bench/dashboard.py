"""
A change of filters until the new map is painted, and the first page of a fresh process, in Chromium.

Beside each other in one run, at the snapshot's 391 outlines and – where DOSAH_RAW names the inputs –
at the whole country's 6,274: a bare Streamlit page, one control and one word for an answer;
the page of the map without its map; the page itself; and a plain page of Leaflet with the same outlines,
size and view. Times are taken inside the browser, from the click on an option to the second animation frame
after the answer stood there.

"asked first": nobody has asked this of the process yet. "asked before":
somebody has, this map has not shown it. "seen before": this map has shown it, so it paints it itself.
The switch of measures never asks the server.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Frame, Page, Route

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_NAMES = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
    "chrome", "msedge"
)  # fmt: skip
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]
ROUNDS = 3
# A run of the page is over by then; what it still draws belongs to no next measurement.
SETTLED_MS = 300
FRESH_STARTS = 3
START_SECONDS = 180
SERVICES = [
    "Help and care at home",
    "Respite at home",
    "Day care",
    "Emergency alarm",
    "Counselling",
    "Residential care of seniors (beds)",
]
BARE_PAGE = f"""
import streamlit as st
st.set_page_config(layout="wide")
chosen = st.selectbox("Service", {SERVICES!r}, index=5)
st.html('<p id="answer">' + chosen + "</p>")
"""
# The same page, its controls, sentences and ranking, but nothing is drawn.
WITHOUT_MAP = """
import dashboard.map.component
dashboard.map.component.show = lambda outlines, picture, height=560, key=None: None
from dashboard.app import main
main()
"""
# Time of the click on an option, whoever clicks; the same clock in page and frame.
CLOCK = """
window.clickedAt = null;
document.addEventListener('click', event => {
  if (event.target.closest('[role=option]')) window.clickedAt = performance.timeOrigin + performance.now();
}, true);
"""
PAINTED = """
async ([selector, attribute, before]) => {
  const read = () => {
    const found = document.querySelector(selector);
    return found && (attribute ? found.getAttribute(attribute) : found.textContent);
  };
  while (read() === before || !read()) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.timeOrigin + performance.now();
}
"""
# Leaflet alone: the same file of outlines in the same view, every outline gets another colour.
PLAIN_PAGE = """<!DOCTYPE html><html><head><link rel="stylesheet" href="leaflet.css">
<script src="leaflet.js"></script>
<style>html, body, #map {margin: 0; height: 100%}</style></head><body><div id="map"></div></body></html>"""
RESTYLE = """
async ({preferCanvas, centre, zoom, rounds}) => {
  const colours = ['#cfe6f5', '#f7bb5b', '#d8651f', '#6b1530'];
  const map = L.map('map', {preferCanvas, zoomSnap: 0.25}).setView(centre, zoom);
  const layer = L.geoJSON(await (await fetch('outlines.json')).json(), {smoothFactor: 0.6}).addTo(map);
  const layers = layer.getLayers();
  await new Promise(done => setTimeout(done, 500));
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    layers.forEach((each, index) =>
      each.setStyle({fillColor: colours[(index + round) % 4], fillOpacity: 0.6}));
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - start);
    await new Promise(done => setTimeout(done, 50));
  }
  map.remove();
  return times;
}
"""
# The switch of measures on the map itself: the browser has all it needs.
SWITCH = """
async ({measures, rounds}) => {
  const select = document.querySelector('.dosah-switch select');
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    select.value = measures[round % measures.length];
    select.dispatchEvent(new Event('change'));
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - start);
    // The server is told for the address bar; its run is not part of the switch.
    await new Promise(done => setTimeout(done, 700));
  }
  return times;
}
"""
SWITCHED = ["missing", "services", "confidence", "coverage"]
SWITCH_ROUNDS = 12


@dataclass(frozen=True)
class Server:
    """A page that is served: its address and the number of its process."""

    address: str
    process: int


@contextmanager
def served(script: Path | None, dataset: Path) -> Iterator[Server]:
    """Serve a page in a process of its own; None = our dashboard, as `dosah serve` does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = ["dashboard.server"] if script is None else ["streamlit", "run", str(script)]
    command = [
        sys.executable, "-m", *start, "--server.port", str(port),
        "--server.address", "127.0.0.1", "--server.headless", "true", "--browser.gatherUsageStats", "false",
        "--server.fileWatcherType", "none",
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        cwd=ROOT / "dashboard" if script is None else script.parent,
        env=dict(os.environ, DOSAH_DATASET=str(dataset)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}/"
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{address}_stcore/health", timeout=5).close()
                break
            except OSError as error:
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"the server did not start (exit code {process.poll()})") from error
                time.sleep(0.05)
        yield Server(address, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def opened(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.add_init_script(CLOCK)
    page.goto(address)
    return page


def map_frame(page: Page) -> Frame:
    handle = page.wait_for_selector("iframe[title*=folium]")
    frame = handle.content_frame() if handle else None
    assert frame is not None
    frame.wait_for_selector("html[data-dosah-painted]", state="attached")
    return frame


def change(page: Page, where: Page | Frame, selector: str, attribute: str | None, option: str) -> float:
    """Choose an option and return the milliseconds until the answer is painted."""
    read = (
        "([s, a]) => { const e = document.querySelector(s); return a ? e.getAttribute(a) : e.textContent; }"
    )
    before = where.evaluate(read, [selector, attribute])
    page.get_by_role("combobox", name="Service").click()
    page.get_by_role("option", name=option, exact=True).click()
    painted = where.evaluate(PAINTED, [selector, attribute, before])
    return float(painted - page.evaluate("window.clickedAt"))


def filter_changes(browser: Browser, ours: str, mapless: str, bare: str) -> dict[str, list[float]]:
    """Ask the pages in turns, so that what disturbs one disturbs the others."""
    plain = opened(browser, bare)
    without = opened(browser, f"{mapless}?lang=en")
    plain.wait_for_selector("#answer")
    without.wait_for_selector(".dosah-ranking")
    kinds = ("bare", "without", "asked first", "asked before", "seen before")
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    # One page paints only what the server sends, so that a service asked before is one by somebody else.
    page, seeing = opened(browser, f"{ours}?lang=en"), opened(browser, f"{ours}?lang=en")
    frame, seeing_frame = map_frame(page), map_frame(seeing)
    frame.evaluate("void (dosahMap.remember = () => {})")
    for each in (frame, seeing_frame):
        each.evaluate("window.benchMark = true")
    for round_number in range(ROUNDS + 1):
        for service in SERVICES:
            kind = "asked before" if round_number else "asked first"
            times["bare"].append(change(plain, plain, "#answer", None, service))
            times[kind].append(change(page, frame, "html", "data-dosah-painted", service))
            if round_number:
                times["without"].append(change(without, without, "h1", None, service))
            seen = change(seeing, seeing_frame, "html", "data-dosah-painted", service)
            if round_number:
                times["seen before"].append(seen)
            page.wait_for_timeout(SETTLED_MS)
    assert frame.evaluate("window.benchMark"), "the frame was loaded again"
    assert seeing_frame.evaluate("window.benchMark"), "the frame was loaded again"
    given = {"measures": SWITCHED, "rounds": SWITCH_ROUNDS}
    times["switch of measures on the map"] = frame.evaluate(SWITCH, given)
    return times | plain_leaflet(browser, frame)


def plain_leaflet(browser: Browser, frame: Frame) -> dict[str, list[float]]:
    """Style the outlines of our map again on a plain page of Leaflet's, by SVG and by canvas."""
    view = frame.evaluate(
        "({zoom: map_div.getZoom(), centre: [map_div.getCenter().lat, map_div.getCenter().lng],"
        " width: innerWidth, height: innerHeight})"
    )
    leaflet = ROOT / "dashboard" / "static" / "vendor" / "leaflet" / "dist"
    outlines = frame.evaluate(
        "async () => (await fetch(performance.getEntriesByType('resource')"
        ".find(each => each.name.includes('/outlines/outlines-')).name)).text()"
    )
    bodies = {
        "": (PLAIN_PAGE, "text/html"),
        "outlines.json": (outlines, "application/json"),
        "leaflet.js": ((leaflet / "leaflet.js").read_text(encoding="utf-8"), "text/javascript"),
        "leaflet.css": ((leaflet / "leaflet.css").read_text(encoding="utf-8"), "text/css"),
    }

    def answer(route: Route) -> None:
        body, kind = bodies.get(route.request.url.rsplit("/", 1)[-1], ("", "text/plain"))
        route.fulfill(body=body, content_type=kind)

    page = browser.new_page(viewport={"width": view["width"], "height": view["height"]})
    page.route("http://plain.localhost/**", answer)
    page.goto("http://plain.localhost/")
    asked = {"centre": view["centre"], "zoom": view["zoom"], "rounds": SWITCH_ROUNDS}
    times = {
        f"plain Leaflet restyle, {name}": page.evaluate(RESTYLE, {"preferCanvas": canvas, **asked})
        for name, canvas in (("SVG", False), ("canvas", True))
    }
    page.close()
    return times


def first_pages(browser: Browser, script: Path | None, dataset: Path) -> list[float]:
    """
    Return the milliseconds of the first page of fresh processes,
    from the request to the painted map (or answer).
    """
    times = []
    for _ in range(FRESH_STARTS):
        with served(script, dataset) as server:
            start = time.perf_counter()
            page = opened(browser, server.address)
            if script is None:
                map_frame(page)
            else:
                page.wait_for_selector("#answer")
            times.append((time.perf_counter() - start) * 1000)
            page.close()
    return times


def line(name: str, times: list[float], reference: float | None = None) -> str:
    middle = statistics.median(times)
    spread = f"{min(times):6.0f} – {max(times):.0f}"
    beside = "" if reference is None else f"  {middle - reference:+5.0f} ms, {middle / reference:.2f}×"
    return f"{name:38} {middle:6.0f} ms  ({spread}, n = {len(times)}){beside}"


def build_dataset(folder: Path) -> Path:
    dataset = folder / "dosah.gpkg"
    subprocess.run(
        [sys.executable, "-c", "import sys; from etl.cli import main; sys.argv[0] = 'dosah'; main()",
         "build", "--output", str(dataset)],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT,
    )  # fmt: skip
    return dataset


def measure(browser: Browser, dataset: Path, folder: Path, title: str) -> None:
    """Print one table for one dataset."""
    bare, mapless = folder / "bare.py", folder / "mapless.py"
    with served(None, dataset) as ours, served(mapless, dataset) as without, served(bare, dataset) as plain:
        times = filter_changes(browser, ours.address, without.address, plain.address)
    reference = statistics.median(times["bare"])
    print(f"{title}: filter change until painted (difference and ratio to the bare Streamlit page)")
    print(line("  bare Streamlit page, one control", times.pop("bare")))
    print(line("  the map's page without its map", times.pop("without"), reference))
    for kind in ("asked first", "asked before", "seen before"):
        print(line(f"  map of gaps, {kind}", times.pop(kind), reference))
    restyle = statistics.median(times["plain Leaflet restyle, SVG"])
    for kind, values in times.items():
        beside = None if kind.endswith("SVG") else restyle
        print(line(f"  {kind}", values, beside))
    print("first page of a fresh process")
    bare_first = first_pages(browser, bare, dataset)
    print(line("  bare Streamlit page", bare_first))
    print(line("  map of gaps", first_pages(browser, None, dataset), statistics.median(bare_first)))


def main() -> None:
    from playwright.sync_api import sync_playwright

    from bench.country import build_country

    named: Any = os.environ.get("DOSAH_CHROMIUM") or next(
        filter(None, map(shutil.which, CHROMIUM_NAMES)), None
    )
    if not named:
        print("no Chromium here: name it in the variable DOSAH_CHROMIUM")
        return
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE_PAGE, encoding="utf-8")
        (folder / "mapless.py").write_text(WITHOUT_MAP, encoding="utf-8")
        shutil.copytree(ROOT / "dashboard" / "app_pages", folder / "app_pages")
        browser = playwright.chromium.launch(executable_path=named, args=CHROMIUM_FLAGS)
        measure(browser, build_dataset(folder), folder, "391 outlines")
        country = build_country(folder)
        if country is None:
            print("the whole country: needs the inputs named by DOSAH_RAW")
        else:
            measure(browser, country, folder, "6,274 outlines")
        browser.close()


if __name__ == "__main__":
    main()

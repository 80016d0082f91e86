"""
A change of filters until the new map is painted, and the first page of a fresh process, in Chromium.

Beside each other in one run: the map of gaps; the same page without its map; a bare Streamlit page, one control and one word
for an answer; and the outlines of the same map styled again by Leaflet alone. Times are taken inside the browser, from the click on an option to the second
animation frame after the answer stood there. "asked first" are questions the process has not answered yet.
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
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Frame, Page

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]
ROUNDS = 3
FRESH_STARTS = 3
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
import dashboard.maps
dashboard.maps.show = lambda outlines, picture, height=560: None
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
RESTYLE = """
async () => {
  const colours = ['#cfe6f5', '#f7bb5b', '#d8651f', '#6b1530'];
  const layers = [];
  map_div.eachLayer(layer => { if (layer.feature && layer.setStyle) layers.push(layer); });
  const times = [];
  for (let round = 0; round < 12; round += 1) {
    const start = performance.now();
    layers.forEach((layer, index) => layer.setStyle({fillColor: colours[(index + round) % 4]}));
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - start);
  }
  return [layers.length, times];
}
"""


# The switch of measures on the map itself: the browser has all it needs.
SWITCH = """
async () => {
  const select = document.querySelector('.dosah-switch select');
  const times = [];
  for (let round = 0; round < 12; round += 1) {
    const start = performance.now();
    select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
    select.dispatchEvent(new Event('change'));
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - start);
    await new Promise(done => setTimeout(done, 400));
  }
  return times;
}
"""


@contextmanager
def served(script: Path, dataset: Path) -> Iterator[str]:
    """Run a page in a process of its own and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port),
        "--server.address", "127.0.0.1", "--server.headless", "true", "--browser.gatherUsageStats", "false",
        "--server.fileWatcherType", "none",
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        cwd=script.parent,
        env=dict(os.environ, DOSAH_DATASET=str(dataset)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}/"
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}_stcore/health", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
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


def filter_changes(browser: Browser, address: str, mapless: str, bare: str) -> dict[str, list[float]]:
    """Ask the pages in turns, so that what disturbs one disturbs the others."""
    page, plain = opened(browser, f"{address}?lang=en"), opened(browser, bare)
    without = opened(browser, f"{mapless}?lang=en")
    frame = map_frame(page)
    plain.wait_for_selector("#answer")
    without.wait_for_selector(".dosah-ranking")
    frame.evaluate("window.benchMark = true")
    times: dict[str, list[float]] = {"bare": [], "without": [], "asked first": [], "asked before": []}
    for round_number in range(ROUNDS + 1):
        for service in SERVICES:
            kind = "asked first" if round_number == 0 else "asked before"
            times["bare"].append(change(plain, plain, "#answer", None, service))
            if round_number:
                times["without"].append(change(without, without, "h1", None, service))
            times[kind].append(change(page, frame, "html", "data-dosah-painted", service))
    assert frame.evaluate("window.benchMark"), "the frame was loaded again"
    count, restyled = frame.evaluate(RESTYLE)
    times[f"plain Leaflet, {count} outlines"] = restyled
    times["switch of measures on the map"] = frame.evaluate(SWITCH)
    return times


def first_pages(browser: Browser, script: Path, dataset: Path, selector: str | None) -> list[float]:
    """Return the milliseconds of the first page of fresh processes, from the request to the painted map (or answer)."""
    times = []
    for _ in range(FRESH_STARTS):
        with served(script, dataset) as address:
            start = time.perf_counter()
            page = opened(browser, address)
            if selector is None:
                map_frame(page)
            else:
                page.wait_for_selector(selector)
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


def main() -> None:
    from playwright.sync_api import sync_playwright

    named: Any = os.environ.get("DOSAH_CHROMIUM") or next(
        filter(None, map(shutil.which, CHROMIUM_NAMES)), None
    )
    if not named:
        print("no Chromium here: name it in the variable DOSAH_CHROMIUM")
        return
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        dataset = build_dataset(folder)
        bare, ours = folder / "bare.py", ROOT / "dashboard" / "app.py"
        bare.write_text(BARE_PAGE, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=named, args=CHROMIUM_FLAGS)
        mapless = folder / "mapless.py"
        mapless.write_text(WITHOUT_MAP, encoding="utf-8")
        shutil.copytree(ROOT / "dashboard" / "app_pages", folder / "app_pages")
        with (
            served(ours, dataset) as address,
            served(mapless, dataset) as mapless_address,
            served(bare, dataset) as bare_address,
        ):
            times = filter_changes(browser, address, mapless_address, bare_address)
        reference = statistics.median(times["without"])
        print("filter change until painted (difference and ratio to the same page without its map)")
        print(line("  bare Streamlit page, one control", times.pop("bare"), reference))
        print(line("  the same page without its map", times.pop("without")))
        for kind, values in times.items():
            print(line(f"  {'map of gaps, ' * kind.startswith('asked')}{kind}", values, reference))
        bare_first = first_pages(browser, bare, dataset, "#answer")
        print("first page of a fresh process")
        print(line("  bare Streamlit page", bare_first))
        print(line("  map of gaps", first_pages(browser, ours, dataset, None), statistics.median(bare_first)))
        browser.close()


if __name__ == "__main__":
    main()

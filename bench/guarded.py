"""
How long the server's own process is held while it refuses bad files:
the longest pause of a thread that only ticks.

Another reader's click waits as long as this thread does. Beside each pause stands how long refusing took;
that runs elsewhere.
"""

from __future__ import annotations

import io
import threading
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress

from dashboard.needs import findings_file
from geodata.errors import DosahError

TICK_SECONDS = 0.002


class Ticker(threading.Thread):
    """Notes the longest time between two ticks."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.longest, self._ends = 0.0, threading.Event()

    def run(self) -> None:
        last = time.perf_counter()
        while not self._ends.wait(TICK_SECONDS):
            now = time.perf_counter()
            self.longest, last = max(self.longest, now - last), now

    def stop(self) -> float:
        self._ends.set()
        self.join()
        return self.longest


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Return the longest pause and how long the work took."""
    ticker = Ticker()
    ticker.start()
    started = time.perf_counter()
    with suppress(DosahError):
        work()
    took = time.perf_counter() - started
    return ticker.stop(), took


def far_workbook() -> bytes:
    import xlsxwriter

    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["municipality", "service", "felt"])
        sheet.write(1_048_575, 16_383, " ")
    return sink.getvalue()


def strings_workbook() -> bytes:
    """200 MB of shared strings in some 200 kB."""
    with zipfile.ZipFile(io.BytesIO(far_workbook())) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["xl/sharedStrings.xml"] = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        + b"a" * 200_000_000
        + b"</t></si></sst>"
    )
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return sink.getvalue()


def merge_bomb(levels: int) -> str:
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, levels)]
    return "\n".join(lines)


def large_template() -> bytes:
    """A DOCX of 25 MB of empty paragraphs in some 70 kB."""
    import docx

    sink = io.BytesIO()
    docx.Document().save(sink)
    with zipfile.ZipFile(sink) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace(
        b"<w:sectPr", b"<w:p/>" * 4_000_000 + b"<w:sectPr"
    )
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return sink.getvalue()


def main() -> None:
    from dashboard.documents.office import chapter_child, report
    from dashboard.story import edit
    from geodata.dataset.dataset import default_dataset_path
    from geodata.stories import parse_story

    far, strings = far_workbook(), strings_workbook()
    template = report.Template("a.docx", large_template())
    works: dict[str, Callable[[], object]] = {
        "nothing (quiet)": lambda: time.sleep(2),
        "findings: a blank in the last cell": lambda: findings_file.rows_from_file("a.xlsx", far),
        "findings: 200 MB of strings": lambda: findings_file.rows_from_file("a.xlsx", strings),
        "story: merge bomb of 8 levels": lambda: parse_story(merge_bomb(8), "a.yaml"),
        "story: 200 kB of [a,a,…]": lambda: parse_story("[" + "a," * 99_000 + "]", "a.yaml"),
        "story: 60,000 sexagesimal figures": lambda: parse_story("x: " + ":".join(["59"] * 60_000), "a.yaml"),
        "address: 16 kB of a story": lambda: edit.from_link("A" * 16_000),
        "template: 25 MB in 70 kB": lambda: chapter_child.make(
            default_dataset_path(), "v", "podbrdsko", "cs", template
        ),
    }
    for name, work in works.items():
        pause, took = measured(work)
        print(f"{name:36} longest pause {pause * 1000:7.1f} ms   refused after {took:6.2f} s")


if __name__ == "__main__":
    main()

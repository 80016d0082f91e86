"""
Village sheets and the meeting pack: one sheet, all sheets of Podbrdsko (38), one pack.

Beside each stands the plain way of the same run: setting an empty page, and reading the dataset.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

GOALS_S = {"one village sheet": 1.5, "38 sheets of Podbrdsko": 30.0, "one pack": 10.0}


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def most_memory_mb() -> float:
    """Return the largest resident memory of this process; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main() -> None:
    from dashboard.documents.facts.area import AreaFacts
    from dashboard.documents.office import report, slides
    from dashboard.documents.pack import make
    from dashboard.documents.sheet import page
    from etl.publish.build import build
    from geodata.dataset.dataset import read_dataset
    from geodata.stories import story_for

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dosah.gpkg"
        build(path, {})
        dataset = read_dataset(path)
        area = "podbrdsko"
        # A document is asked for by a fresh process: facts are collected again for each.
        figures = {
            "plain: read the dataset": timed(lambda: read_dataset(path)),
            "one village sheet": timed(lambda: page.village_sheet(AreaFacts(dataset, area), "540013", "cs")),
            "the same, warm": 0.0,
            "38 sheets of Podbrdsko": timed(lambda: page.area_sheets(AreaFacts(dataset, area), "cs")),
            "one pack": timed(lambda: make.build(AreaFacts(dataset, area), story_for(area), "cs")),
            "chapter, DOCX": timed(lambda: report.build(AreaFacts(dataset, area), "cs")),
            "slides, PPTX": timed(lambda: slides.build(AreaFacts(dataset, area), story_for(area), "cs")),
        }
        facts = AreaFacts(dataset, area)
        page.village_sheet(facts, "540013", "cs")
        figures["the same, warm"] = timed(lambda: page.village_sheet(facts, "540013", "cs"))
        size = len(make.build(facts, story_for(area), "cs").encode()) / 1e6
    table = Table("document", "seconds", "goal")
    for name, seconds in figures.items():
        table.add_row(name, f"{seconds:.2f}", f"≤ {GOALS_S[name]:g}" if name in GOALS_S else "")
    Console().print(table)
    Console().print(f"Pack of Podbrdsko: {size:.2f} MB (goal ≤ 5)")
    Console().print(f"Most memory in use, all of these in one process: {most_memory_mb():.0f} MB")


if __name__ == "__main__":
    main()

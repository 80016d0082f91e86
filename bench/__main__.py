"""
Print the benchmarks side by side: `make bench`, or `python -m bench build engine dashboard` for some of them.

Every part prints our figure beside the plain way measured in the same run: the machines are noisy,
the ratios less so. Larger real inputs are named by the variable DOSAH_RAW (../shared/raw where it exists);
parts that need them say so.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from pathlib import Path

PARTS = {
    "build": "the snapshot, from files to a published dataset",
    "engine": "coverage of every group and area",
    "country": "the whole country from official files",
    "dashboard": "filter change, first page, in Chromium",
    "readers": "fifty readers at once, by Streamlit's own protocol",
    "kills": "builds and publications killed at any moment, a hundred times",
    "guarded": "how long the server's process is held while bad files are refused",
    "documents": "village sheets and the meeting pack",
    "replaced": "a dataset replaced a hundred times under its readers",
    "attack": "another reader's click while somebody attacks",
    "soak": "half an hour of walking readers: is memory level?",
}


def main() -> int:
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"No benchmark is called {', '.join(unknown)}; there are: {', '.join(PARTS)}")
        return 2
    raw = Path(__file__).resolve().parents[2] / "shared" / "raw"
    if raw.is_dir():
        os.environ.setdefault("DOSAH_RAW", str(raw))
    for name in wanted:
        if importlib.util.find_spec(f"bench.{name}") is None:
            continue
        print(f"\n== {name}: {PARTS[name]}", flush=True)
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())

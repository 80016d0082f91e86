"""The command: `python -m tests.fuzz`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz import engine
from tests.fuzz.handed import DATASET_VARIABLE


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description="Feed broken files to every reader."
    )
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader", action="append", help="only this target; repeatable")
    parser.add_argument("--jobs", type=int, default=max(os.cpu_count() or 1, 1))
    parser.add_argument("--seconds", type=float, default=None, help="stop after this time")
    parser.add_argument(
        "--list", action="store_true", help="say what is covered, and fail where a reader is left out"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dosah-fuzz-") as folder:
        if DATASET_VARIABLE not in os.environ:
            from etl.publish.build import build

            path = Path(folder) / "dosah.gpkg"
            build(path, {})
            os.environ[DATASET_VARIABLE] = str(path)
        from tests.fuzz.all_targets import targets

        if given.list:
            from tests.fuzz import readers

            return readers.print_list(targets())
        names = [target.name for target in targets()]
        chosen = given.reader or names
        unknown = sorted(set(chosen) - set(names))
        if unknown:
            print(f"There is no reader '{unknown[0]}'. Known: {', '.join(names)}.", file=sys.stderr)
            return 2
        started = time.monotonic()
        outcome = engine.run(chosen, given.count, given.seed, given.jobs, given.seconds)
    for name in chosen:
        print(
            f"{name:24} {outcome.taken[name]:8} taken {outcome.refused[name]:8} refused   "
            f"slowest {outcome.seconds.get(name, 0):6.2f} s"
            f"   {outcome.megabytes.get(name, 0):6.0f} MiB"
        )
    kinds = len({(target, what) for target, what, _ in outcome.found})
    print(
        f"{outcome.inputs} inputs, {len(outcome.found)} findings of {kinds} kinds, "
        f"{time.monotonic() - started:.0f} s, seed {given.seed}, "
        f"{given.jobs} processes"
    )
    for target, what, path in outcome.found:
        if path:
            print(f"FOUND {target}: {what}: {path}")
    return 1 if outcome.found else 0


if __name__ == "__main__":
    sys.exit(main())

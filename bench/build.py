"""Build the embedded snapshot, beside the plain read of the same files."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from etl.publish.build import build
from etl.publish.inputs import source_paths
from geodata.dataset.dataset import read_dataset

ROUNDS = 5


def timed(work):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "dosah.gpkg"
        plain = [
            timed(lambda: [path.read_bytes() for path in source_paths({}).values()])[0] for _ in range(ROUNDS)
        ]
        first, report = timed(lambda: build(target))
        warm = [timed(lambda: build(target)) for _ in range(ROUNDS)]
        steps = {step: statistics.median(made.seconds[step] for _, made in warm) for step in report.seconds}
        read = [timed(lambda: read_dataset(target))[0] for _ in range(ROUNDS)]
        command = [sys.executable, "-m", "etl.cli", "build", "--output", str(target)]
        whole = [
            timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))[0] for _ in range(3)
        ]
        hashes = {report.content_hash, *(made.content_hash for _, made in warm)}
        assert len(hashes) == 1, "the same input gave different datasets"
        print("build of the snapshot (goal: 5 s)")
        print(f"  `dosah build`, fresh process   {statistics.median(whole):7.2f} s")
        print(f"  in one process, first          {first:7.2f} s")
        print(f"  in one process, warm           {statistics.median(made for made, _ in warm):7.2f} s")
        for step, seconds in steps.items():
            print(f"    {step:<28} {seconds:7.2f} s")
        print(f"  plain read of the same files   {statistics.median(plain):7.4f} s")
        print(f"  read the published dataset     {statistics.median(read):7.2f} s")


if __name__ == "__main__":
    main()

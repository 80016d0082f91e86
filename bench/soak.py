"""
Readers who walk through all pages for half an hour: is the server's memory level from the tenth minute on?

What is kept for the next reader fills up first, so the first minutes rise; after that nothing may.
Printed is the resident memory at every minute, and how much of a rise is left.
`python -m bench.soak [--readers 10] [--minutes 30] [--dataset FILE]`
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from bench.readers import line, memory_mib
from bench.walker import Walked, walk

READERS = 10
MINUTES = 30
WARM_MINUTES = 10
# Level: what is left of a rise would take hours to matter, and is smaller than the noise of one minute.
LEVEL_MIB_A_MINUTE = 1.0
MINUTE_S = 60.0


def rise(memory: list[float]) -> float:
    """
    Return the slope of the memory in MiB a minute, by least squares over one value a minute.

    >>> rise([100.0, 102.0, 104.0])
    2.0
    """
    middle = (len(memory) - 1) / 2
    mean = sum(memory) / len(memory)
    above = sum((at - middle) * (value - mean) for at, value in enumerate(memory))
    return above / sum((at - middle) ** 2 for at in range(len(memory)))


async def _soak(address: str, process: int, readers: int, minutes: int) -> tuple[list[float], Walked]:
    walked = Walked()
    until = time.monotonic() + minutes * MINUTE_S
    walkers = [
        asyncio.create_task(walk(address, number, until, walked, start=float(number)))
        for number in range(readers)
    ]
    memory = []
    for minute in range(1, minutes + 1):
        await asyncio.sleep(max(until - (minutes - minute) * MINUTE_S - time.monotonic(), 0))
        memory.append(memory_mib(process) or float("nan"))
        print(f"  minute {minute:3d}: {memory[-1]:6.0f} MiB, {len(walked.seconds)} steps", flush=True)
    await asyncio.gather(*walkers)
    return memory, walked


def report(dataset: Path, readers: int, minutes: int) -> bool:
    """Walk, print, and tell whether the memory was level from the tenth minute on."""
    from bench.dashboard import served

    with served(None, dataset) as server:
        started = memory_mib(server.process)
        print(
            f"{readers} walking readers, {minutes} minutes; at the start {started or 0:.0f} MiB", flush=True
        )
        address = server.address.replace("http", "ws", 1)
        memory, walked = asyncio.run(_soak(address, server.process, readers, minutes))
    print(line("step → all sent", walked.seconds))
    print(f"  steps: {dict(walked.kinds.most_common())}")
    for words, count in walked.failures.most_common(5):
        print(f"  {count} ×: {words}")
    warm = memory[min(WARM_MINUTES, minutes // 2) - 1 :]
    if len(warm) < 2:
        print("  too short to tell a rise")
        return False
    slope = rise(warm)
    is_level = slope < LEVEL_MIB_A_MINUTE
    print(
        f"  from minute {minutes - len(warm) + 1} on: {warm[0]:.0f} → {warm[-1]:.0f} MiB, "
        f"largest {max(warm):.0f} MiB, "
        f"{slope:+.2f} MiB a minute: {'level' if is_level else 'NOT level'} (goal: < {LEVEL_MIB_A_MINUTE:g})"
    )
    return is_level


def main() -> None:
    """Soak at the snapshot, or at the dataset that is named."""
    from bench.dashboard import build_dataset

    asked = argparse.ArgumentParser(description=__doc__.splitlines()[1] if __doc__ else None)
    asked.add_argument("--readers", type=int, default=READERS)
    asked.add_argument("--minutes", type=int, default=MINUTES)
    asked.add_argument("--dataset", type=Path)
    given = asked.parse_args(sys.argv[1:] if __name__ == "__main__" else [])
    with tempfile.TemporaryDirectory() as name:
        report(given.dataset or build_dataset(Path(name)), given.readers, given.minutes)


if __name__ == "__main__":
    main()

"""
A dataset that is replaced a hundred times under six readers: how many pages failed,
and how many told of two datasets at once?

Every edition calls all providers after itself and lacks another third of the services,
so that a mixture is seen or fails. `python -m bench.replaced [--readers 6] [--times 100] [--dataset FILE]`
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.walker import Walker

READERS = 6
TIMES = 100
EDITIONS = 3
MARK = "Provider of edition "
EVERY_S = (0.3, 2.5)
FAILED = (
    "Something went wrong",
    "The data cannot be read",
    "This view cannot be shown",
    "The data are not here yet",
)
PAGES = {
    "scenario": "lang=en&area=frydlantsko-beskydy&service=home_care&do=a.598542.12",
    "catalogue": "lang=en",
    "village": "lang=en&municipality=598143",
    "": "lang=en&area=frydlantsko-beskydy&service=home_care",
    "home": "lang=en",
    "needs": "lang=en",
    "data": "lang=en",
}


class Listener(Walker):
    """A walker who keeps all that a run sends."""

    heard: bytes = b""

    async def _next(self) -> Any:
        message = await super()._next()
        self.heard += message.SerializeToString()
        return message


def edition(source: Path, path: Path, number: int) -> None:
    """Write an edition of a dataset."""
    from geodata.dataset.dataset import read_dataset
    from geodata.dataset.publish import write_dataset

    dataset = read_dataset(source)
    tables = {name: table.copy() for name, table in dataset.tables.items()}
    tables["provider"]["name"] = f"{MARK}{number}"
    gone = set(tables["service"]["service_id"].iloc[number::EDITIONS])
    for name, table in tables.items():
        if "service_id" in table:
            tables[name] = table.loc[~table["service_id"].isin(gone)].reset_index(drop=True)
    write_dataset(tables, dataset.outlines(), path)


async def _read(address: str, number: int, over: asyncio.Event, met: Counter[str]) -> None:
    import websockets

    dice = random.Random(number)
    async with websockets.connect(
        f"{address}_stcore/stream", subprotocols=["streamlit"], max_size=None
    ) as socket:
        reader = Listener(socket, dice)
        await reader.run_script()
        known = {path: code for code, path in reader.pages.items()}
        while not over.is_set():
            page = dice.choice(list(PAGES))
            reader.page, reader.query, reader.values, reader.heard = known[page], PAGES[page], {}, b""
            await reader.run_script()
            met["runs"] += 1
            editions = set(re.findall(rb"Provider of edition (\d)", reader.heard))
            met["runs that name an edition"] += bool(editions)
            met["runs of two datasets"] += len(editions) > 1
            for words in FAILED:
                met[f"“{words}”"] += words.encode() in reader.heard


async def _replace(source: Path, path: Path, times: int, address: str, readers: int) -> Counter[str]:
    met: Counter[str] = Counter()
    over, dice = asyncio.Event(), random.Random(0)
    tasks = [asyncio.create_task(_read(address, number, over, met)) for number in range(readers)]
    editions = [source.with_name(f"edition-{number}.gpkg") for number in range(EDITIONS)]
    fresh = path.with_name("fresh.gpkg")
    for number in range(times):
        await asyncio.sleep(dice.uniform(*EVERY_S))
        shutil.copyfile(editions[number % EDITIONS], fresh)
        fresh.replace(path)
    over.set()
    await asyncio.gather(*tasks)
    return met


def report(dataset: Path, folder: Path, readers: int, times: int) -> bool:
    """Replace, print, and tell whether nobody met an error or a mixture."""
    from bench.dashboard import served

    source, path = folder / "source.gpkg", folder / "dosah.gpkg"
    shutil.copyfile(dataset, source)
    for number in range(EDITIONS):
        edition(source, source.with_name(f"edition-{number}.gpkg"), number)
    shutil.copyfile(source.with_name("edition-0.gpkg"), path)
    start = time.monotonic()
    with served(None, path) as server:
        address = server.address.replace("http", "ws", 1)
        met = asyncio.run(_replace(source, path, times, address, readers))
    wrong = met["runs of two datasets"] + sum(met[f"“{words}”"] for words in FAILED)
    print(
        f"{times} replacements under {readers} readers in {time.monotonic() - start:.0f} s: "
        f"{wrong} errors or mixtures"
    )
    for what, count in met.items():
        print(f"  {what}: {count}")
    return not wrong


def main() -> None:
    """Replace the snapshot, or the dataset that is named."""
    from bench.dashboard import build_dataset

    asked = argparse.ArgumentParser(description=__doc__.splitlines()[1] if __doc__ else None)
    asked.add_argument("--readers", type=int, default=READERS)
    asked.add_argument("--times", type=int, default=TIMES)
    asked.add_argument("--dataset", type=Path)
    given = asked.parse_args(sys.argv[1:] if __name__ == "__main__" else [])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report(given.dataset or build_dataset(folder), folder, given.readers, given.times)


if __name__ == "__main__":
    main()

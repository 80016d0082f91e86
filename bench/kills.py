"""
Kill builds and publications again and again, half of them at a random moment,
half before a random operation on a file.

After each kill: the last dataset is whole, its content is the old one or the new one,
own tables open without a build, a plain build changes nothing, and nothing is left lying about.
`make bench kills`, or `python -m bench kills`; DOSAH_KILLS says how many, DOSAH_SEED which.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas  # noqa: F401  # here and not after each fork
import pandera.pandas  # noqa: F401
import shapely  # noqa: F401

from etl import cli
from etl.commands import hsds, own  # noqa: F401
from etl.publish.own import listed
from etl.publish.remembered import recall
from etl.publish.staging import folder_of, settle
from geodata.dataset.dataset import check_dataset, read_facts

KILLS = int(os.environ.get("DOSAH_KILLS", "100"))
SEED = int(os.environ.get("DOSAH_SEED", "10"))
ACTIONS = ("build", "publish", "withdraw")
HEAD = "service_name;provider_name;service_type;form;unit;capacity;municipality;source"
ROW = "Klub {name};Obec Baška;follow-on-seniors-club;amb;klient;{capacity};598011;sdělení"
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
OPERATIONS = frozenset(("os.rename", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect", "os.truncate"))


def die_before(operation: int, folder: Path) -> list[int]:
    """
    Kill this process just before its n-th operation on a file below `folder`; return the count,
    which goes on meanwhile.

    Operations are what changes names or opens for writing, as Python tells its audit hooks; 0 = only count.
    """
    count = [0]
    root = os.path.realpath(folder)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            if not isinstance(arguments[2], int) or not arguments[2] & WRITING:
                return
        elif event not in OPERATIONS:
            return
        target = arguments[0]
        if not isinstance(target, str | os.PathLike) or not os.fspath(target).startswith(
            (root, f"file://{root}")
        ):
            return
        count[0] += 1
        if count[0] == operation:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    return count


@dataclass
class Run:
    """
    A command of `dosah` in a process of its own, forked after the imports:
    they are no part of what is killed.
    """

    pid: int
    told: int

    def end(self) -> tuple[int, int]:
        """Wait; return its exit code (-9 = killed) and how many operations on files it had."""
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        count = os.read(self.told, 20)
        os.close(self.told)
        return code, int(count or 0)


def dosah(office: Path, *arguments: str, operation: int = -1) -> Run:
    told, tell = os.pipe()
    pid = os.fork()
    if pid:
        os.close(tell)
        return Run(pid, told)
    code = 99
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        count = die_before(operation, office)
        try:
            cli.app(list(arguments))
        except SystemExit as end:
            code = int(end.code or 0)
        os.write(tell, str(count[0]).encode())
    finally:
        os._exit(code)


def command(office: Path, action: str, number: int) -> list[str]:
    """Return the words of an action that gives another content each time."""
    target = ["--dataset", str(office / "dosah.gpkg")]
    if action == "build":
        day = f"2026-{1 + number % 12:02d}-{1 + number % 28:02d}"
        return ["build", "--output", str(office / "dosah.gpkg"), "--data-date", day]
    if action == "publish":
        table = office.parent / "table.csv"
        table.write_text(f"{HEAD}\n{ROW.format(name=number, capacity=number + 1)}\n", encoding="utf-8")
        return ["own", "publish", str(table), *target]
    names = sorted(path.name for path in (office / "tables").glob("own-*.csv"))
    return ["own", "withdraw", names[0], "--accept-change", *target]


def asked(office: Path, *arguments: str) -> int:
    """Run a command to its end; return how many operations on files it had."""
    code, count = dosah(office, *arguments).end()
    if code:
        raise SystemExit(f"dosah {' '.join(arguments)}: exit code {code}")
    return count


def litter(office: Path) -> set[str]:
    allowed = {"dosah.gpkg", "dosah.build.json", ".dosah.gpkg.lock", "tables"}
    beside = {path.name for path in office.iterdir()} - allowed
    folder = office / "tables"
    return beside | {path.name for path in folder.glob(".*")} if folder.is_dir() else beside


@dataclass(frozen=True)
class Usual:
    """What each action takes where nobody kills it: seconds, operations on files."""

    seconds: dict[str, float]
    operations: dict[str, int]


def measure(office: Path) -> Usual:
    """Run every action once without a kill."""
    usual = Usual({}, {})
    for action in ACTIONS:
        began = time.monotonic()
        usual.operations[action] = asked(office, *command(office, action, 0))
        usual.seconds[action] = time.monotonic() - began
    return usual


def kill(
    office: Path, action: str, number: int, usual: Usual, chance: random.Random
) -> tuple[int, list[str]]:
    """
    Run an action and kill it, at a random moment or before a random operation by turns;
    return its exit code and its words.
    """
    words = command(office, action, number)
    if number % 2:
        run = dosah(office, *words)
        time.sleep(chance.uniform(0, usual.seconds[action]))
        with suppress(ProcessLookupError):
            os.kill(run.pid, signal.SIGKILL)
    else:
        run = dosah(office, *words, operation=chance.randint(1, usual.operations[action]))
    code, _count = run.end()
    return code, words


def main() -> None:
    chance = random.Random(SEED)
    tally: Counter[str] = Counter()
    most_left = 0
    with tempfile.TemporaryDirectory(prefix="dosah-kills-") as name:
        office, kept = Path(name) / "office", Path(name) / "kept"
        dataset = office / "dosah.gpkg"
        office.mkdir()
        asked(office, "build", "--output", str(dataset))
        usual = measure(office)
        print(
            f"operations on files: {usual.operations}; seconds: "
            f"{ {action: round(value, 1) for action, value in usual.seconds.items()} }"
        )
        asked(office, *command(office, "publish", 0))
        base = Path(name) / "base"
        shutil.copytree(office, base)
        for number in range(1, KILLS + 1):
            action = ACTIONS[number % 3]
            if action == "withdraw" and not list((office / "tables").glob("own-*.csv")):
                shutil.rmtree(office)
                shutil.copytree(base, office)
            before = read_facts(dataset)["content_hash"]
            shutil.copytree(office, kept)
            code, words = kill(office, action, number, usual, chance)
            tally[f"{action}: {'killed' if code == -signal.SIGKILL else 'had ended'}"] += 1
            content = check_dataset(dataset).facts["content_hash"]
            tally["last dataset readable"] += 1
            # The half file of a killed run lies there until the next one begins:
            # never more than those of one run.
            most_left = max(most_left, len(litter(office)))
            settle(dataset)
            is_open = folder_of(dataset, recall(dataset)).is_dir()
            tally["own tables open without a build"] += is_open
            in_folder = {path.name for path in (office / "tables").iterdir() if not path.name.startswith(".")}
            tally["tables of dataset and folder agree"] += in_folder == {
                table.name for table in listed(dataset) if table.rows
            }
            is_right = content == before
            tally["content is the old one" if is_right else "content is the new one"] += 1
            if not is_right:
                # What the same action gives where nobody kills it.
                asked(kept, *(word.replace(str(office), str(kept)) for word in words))
                is_right = read_facts(kept / "dosah.gpkg")["content_hash"] == content
            tally["content is the old one or the new one, whole"] += is_right
            shutil.rmtree(kept)
            if number % 10 == 0:
                print(f"{number}: {dict(tally)}", flush=True)
        asked(office, "build", "--output", str(dataset))
        print(f"half files at once: {most_left} at most; after one more build: {sorted(litter(office))}")
    print("\n".join(f"{what}: {many} of {KILLS}" for what, many in sorted(tally.items())))

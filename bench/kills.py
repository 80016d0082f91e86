"""
Kill builds and publications again and again, half of them at a random moment, half before a random operation on a file.

After each kill: the last dataset is whole, its content is the old one or the new one, own tables open without a build, a plain build
changes nothing, and nothing is left lying about. `make bench kills`, or `python -m bench kills`; DOSAH_KILLS says how many.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

KILLS = int(os.environ.get("DOSAH_KILLS", "100"))
SEED = 10
ACTIONS = ("build", "publish", "withdraw")
HEAD = "service_name;provider_name;service_type;form;unit;capacity;municipality;source"
ROW = "Klub {name};Obec Baška;follow-on-seniors-club;amb;klient;{capacity};598011;sdělení"
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
OPERATIONS = frozenset(("os.rename", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect", "os.truncate"))


def die_before(operation: int, folder: Path) -> list[int]:
    """
    Kill this process just before its n-th operation on a file below `folder`; return the count, which goes on meanwhile.

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


def child(operation: int, folder: Path, count_to: Path, arguments: list[str]) -> None:
    """Run `dosah` with a death sentence; where it lives, write how many operations there were."""
    from etl import cli

    count = die_before(operation, folder)
    sys.argv = ["dosah", *arguments]
    try:
        cli.main()
    finally:
        count_to.write_text(str(count[0]), encoding="utf-8")


def dosah(office: Path, *arguments: str, operation: int = -1) -> subprocess.Popen[str]:
    code = "import sys; from pathlib import Path; from bench.kills import child; child(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:])"
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            code,
            str(operation),
            str(office),
            str(office.parent / "count.txt"),
            *arguments,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
    )


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


def asked(office: Path, *arguments: str) -> str:
    run = dosah(office, *arguments)
    answer, _ = run.communicate(timeout=600)
    return answer


def listing(office: Path) -> dict[str, Any]:
    return json.loads(
        asked(office, "own", "list", "--dataset", str(office / "dosah.gpkg"), "--format", "json")
    )


def litter(office: Path) -> set[str]:
    allowed = {"dosah.gpkg", "dosah.build.json", ".dosah.gpkg.lock", "tables"}
    beside = {path.name for path in office.iterdir()} - allowed
    folder = office / "tables"
    return beside | {path.name for path in folder.glob(".*")} if folder.is_dir() else beside


def main() -> None:
    from geodata.catalog import check_dataset, read_facts

    chance = random.Random(SEED)
    tally: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="dosah-kills-") as name:
        office = Path(name) / "office"
        dataset = office / "dosah.gpkg"
        office.mkdir()
        asked(office, "build", "--output", str(dataset))
        lasted: dict[str, float] = {}
        operations: dict[str, int] = {}
        for action in ACTIONS:  # once without a kill: how long it takes, how many operations it has
            began = time.monotonic()
            asked(office, *command(office, action, 0))
            lasted[action] = time.monotonic() - began
            operations[action] = int((Path(name) / "count.txt").read_text(encoding="utf-8"))
        print(
            f"operations on files: {operations}; seconds: { {key: round(value, 1) for key, value in lasted.items()} }"
        )
        asked(office, *command(office, "publish", 0))
        most_left = 0
        for number in range(1, KILLS + 1):
            tables = sorted(path.name for path in (office / "tables").glob("own-*.csv"))
            action = "publish" if not tables else ACTIONS[number % 3]
            before = read_facts(dataset)["content_hash"]
            kept = Path(name) / "kept"
            shutil.copytree(office, kept)
            words = command(office, action, number)
            if number % 2:
                run = dosah(office, *words)
                time.sleep(chance.uniform(0, lasted[action]))
                run.kill()
            else:
                run = dosah(office, *words, operation=chance.randint(1, operations[action]))
            run.communicate(timeout=600)
            tally[f"{action}: {'killed' if run.returncode == -signal.SIGKILL else 'ended by itself'}"] += 1
            content = check_dataset(dataset).facts["content_hash"]
            tally["readable"] += 1
            told = listing(office)
            open_again = told["ok"] and told["cannot_build_because"] is None
            tally["own tables open"] += open_again
            in_folder = {path.name for path in (office / "tables").iterdir() if not path.name.startswith(".")}
            tally["tables of dataset and folder agree"] += in_folder == {
                one["name"] for one in told["tables"] if one["rows"]
            }
            if content != before:
                tally["new content"] += 1
                # What the same action gives where nobody kills it.
                words = [word.replace(str(office), str(kept)) for word in words]
                asked(kept, *words)
                same = read_facts(kept / "dosah.gpkg")["content_hash"] == content
            else:
                same = True
                tally["old content"] += 1
            tally["content is the old or the new"] += same
            # The half file of a killed run lies there until the next one begins: never more than those of one run.
            left = litter(office)
            most_left = max(most_left, len(left))
            if not (same and open_again):
                print(f"kill {number} of {action}: {told}, left {left}")
            shutil.rmtree(kept)
            if number % 10 == 0:
                print(f"{number}: {dict(tally)}", flush=True)
        asked(office, "build", "--output", str(dataset))
        print(f"half files at once: {most_left} at most; after one more build: {sorted(litter(office))}")
    print("\n".join(f"{what}: {many} of {KILLS}" for what, many in sorted(tally.items())))

"""
Run broken inputs through readers in worker processes, watched from outside:
what holds or ends a process is found too.

Input number n is the same whatever the number of workers. Findings are told apart by where they were raised;
of each kind the first input is kept.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import queue
import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geodata.errors import DosahError
from tests.fuzz import mutate
from tests.fuzz.target import REFUSED, Target

MOST_SECONDS = 10.0
"""Of processor time: other work on the machine is no fault of a reader."""
MOST_WALL_SECONDS = 120.0
MOST_BYTES = 1 << 30
LOOK_SECONDS = 0.25


@dataclass
class Outcome:
    """What came of a run: counts by target, the slowest input, the largest memory, findings."""

    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    megabytes: dict[str, float] = field(default_factory=dict)
    found: list[tuple[str, str, str]] = field(default_factory=list)
    """Target, what happened, the kept input."""

    @property
    def inputs(self) -> int:
        return self.taken.total() + self.refused.total() + len(self.found)


def schedule(targets: Sequence[Target]) -> list[int]:
    """Return whose turn it is, by number of the input, spread evenly by weight."""
    turns = [
        ((turn + 0.5) / target.weight, position)
        for position, target in enumerate(targets)
        for turn in range(target.weight)
    ]
    return [position for _, position in sorted(turns)]


def run(names: Sequence[str], count: int, seed: int, jobs: int, limit_s: float | None = None) -> Outcome:
    """Run `count` inputs over the targets named, in `jobs` processes."""
    context = multiprocessing.get_context("spawn")
    outcome = Outcome()
    kinds: set[tuple[str, str]] = set()
    stop_at = None if limit_s is None else time.monotonic() + limit_s
    with tempfile.TemporaryDirectory(prefix="dosah-fuzz-") as name:
        tasks = [
            _Task(number, jobs, tuple(names), count, seed, Path(name) / str(number)) for number in range(jobs)
        ]
        workers = [_Worker(context, task) for task in tasks]
        while any(worker.is_open for worker in workers):
            time.sleep(LOOK_SECONDS)
            for worker in workers:
                _take(worker.answers, outcome, kinds)
                worker.look(outcome, kinds)
            if stop_at is not None and time.monotonic() > stop_at:
                for worker in workers:
                    worker.end()
        time.sleep(LOOK_SECONDS)
        for worker in workers:
            _take(worker.answers, outcome, kinds)
    return outcome


def _take(answers: Any, outcome: Outcome, kinds: set[tuple[str, str]]) -> None:
    try:
        answer = answers.get_nowait()
        while True:
            kind, target, *rest = answer
            if kind == "count":
                taken, refused, seconds, megabytes = rest
                outcome.taken[target] += taken
                outcome.refused[target] += refused
                outcome.seconds[target] = max(outcome.seconds.get(target, 0), seconds)
                outcome.megabytes[target] = max(outcome.megabytes.get(target, 0), megabytes)
            elif kind == "crash":
                raise SystemExit(f"{target}: its own sample is refused: {rest[0]}")
            else:
                _note(outcome, kinds, (target, rest[0]), Path(rest[1]), rest[2])
            answer = answers.get_nowait()
    except queue.Empty:
        return


def _note(
    outcome: Outcome, kinds: set[tuple[str, str]], kind: tuple[str, str], path: Path, details: str = ""
) -> None:
    """Keep the first input of a kind of finding: (target, what happened)."""
    is_new = kind not in kinds
    kinds.add(kind)
    outcome.found.append((*kind, str(path) if is_new else ""))
    if is_new:
        print(
            f"FOUND {kind[0]}: {kind[1]}; the input is kept in {path}\n{details}", file=sys.stderr, flush=True
        )
    else:
        path.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Task:
    """What a worker does: every `jobs`-th of `count` inputs, from `number` on, over the targets named."""

    number: int
    jobs: int
    names: tuple[str, ...]
    count: int
    seed: int
    folder: Path


@dataclass(frozen=True)
class _Signs:
    """
    What a worker shows to the one who watches: number of the input, since when (0 = none),
    processor time at its start.
    """

    at: Any
    since: Any
    cpu: Any


class _Worker:
    """A process at work, begun again behind an input that ended or held it."""

    def __init__(self, context: Any, task: _Task) -> None:
        self._context, self._task = context, task
        task.folder.mkdir()
        self._signs = _Signs(
            context.Value("q", task.number), context.Value("d", 0.0), context.Value("d", 0.0)
        )
        self.is_open = True
        self._begin()

    def _begin(self) -> None:
        # Its own, because a process that is ended while it writes leaves the queue locked.
        self.answers = self._context.Queue()
        self._process = self._context.Process(
            target=_work, args=(self._task, self._signs, self.answers), daemon=True
        )
        self._process.start()

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self.is_open = False

    def look(self, outcome: Outcome, kinds: set[tuple[str, str]]) -> None:
        """Find what holds the process or has ended it."""
        if not self.is_open:
            return
        if not self._process.is_alive():
            if self._process.exitcode == 0:
                _take(self.answers, outcome, kinds)
                self.is_open = False
            else:
                self._lost(f"ended the process ({self._process.exitcode})", outcome, kinds)
            return
        since, at = self._signs.since.value, self._signs.at.value
        if not since:
            return
        used = _cpu_seconds(self._process.pid) - self._signs.cpu.value
        if (
            used > MOST_SECONDS or time.monotonic() - since > MOST_WALL_SECONDS
        ) and self._signs.at.value == at:
            self._process.kill()
            self._process.join()
            self._lost(f"took more than {MOST_SECONDS:.0f} s", outcome, kinds)

    def _lost(self, what: str, outcome: Outcome, kinds: set[tuple[str, str]]) -> None:
        number = self._signs.at.value
        for path in self._task.folder.glob("*"):
            target, name = path.name.split("@", 1)
            copy = Path(tempfile.gettempdir()) / f"dosah-fuzz-{target}-{number}-{name}"
            copy.write_bytes(path.read_bytes())
            path.unlink()
            _note(outcome, kinds, (target, what), copy)
        self._signs.since.value = 0.0
        self._signs.at.value = number + self._task.jobs
        if self._signs.at.value < self._task.count:
            self._begin()
        else:
            self.is_open = False


def _cpu_seconds(pid: int | None) -> float:
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def _memory(field_name: str) -> int:
    """Return a size of this process in bytes, as Linux tells it; 0 elsewhere."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return next(
        (int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(field_name)), 0
    )


def _forget_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _work(task: _Task, signs: _Signs, answers: Any) -> None:
    """
    Read every `jobs`-th input from where `at` stands on; the file in work lies in the folder of this worker.
    """
    from tests.fuzz.all_targets import check, targets

    faulthandler.enable()
    warnings.simplefilter("ignore")
    chosen = [target for target in targets() if target.name in task.names]
    turns = schedule(chosen)
    with tempfile.TemporaryDirectory(prefix="dosah-fuzz-") as name:
        work = Path(name)
        # One of the workers looks whether the samples are taken, once; `--list` reads all of them too.
        for target in chosen if task.number == signs.at.value == 0 else ():
            why = _why_refused(target, work, check)
            if why:
                answers.put(("crash", target.name, why))
                answers.close()
                answers.join_thread()
                os._exit(0)
        # Beyond what is there now, so that a large request ends this process and not the machine.
        space = _memory("VmSize") + MOST_BYTES + (MOST_BYTES >> 1)
        resource.setrlimit(resource.RLIMIT_AS, (space, space))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        tally: dict[str, list[float]] = {}
        told_at = time.monotonic()
        while signs.at.value < task.count:
            this = signs.at.value
            target = chosen[turns[this % len(turns)]]
            dice = random.Random(f"{task.seed}-{this}")
            content, file = dice.choice(target.samples)
            broken = mutate.mutate(content, file, dice)
            kept = _write(task.folder, f"{target.name}@{file}", broken)
            path = _write(work, file, broken)
            row = tally.setdefault(target.name, [0, 0, 0.0, 0.0])
            what, details = _feed(target, path, check, signs, row)
            if what:
                saved = Path(tempfile.gettempdir()) / f"dosah-fuzz-{target.name}-{this}-{file}"
                saved.write_bytes(broken)
                answers.put(("found", target.name, what, str(saved), details))
            path.unlink(missing_ok=True)
            kept.unlink(missing_ok=True)
            if time.monotonic() - told_at > 1:
                told_at = time.monotonic()
                _tell(answers, tally)
            signs.at.value = this + task.jobs
        _tell(answers, tally)
    answers.close()
    answers.join_thread()


def _why_refused(target: Target, work: Path, check: Callable[[object], None]) -> str:
    """Return why a reader refuses one of its own samples, which would test nothing; "" where it takes all."""
    for content, file in target.samples:
        try:
            check(target.read(_write(work, file, content)))
        except DosahError as error:
            if not file.startswith(REFUSED):
                return str(error)
        except BaseException as error:  # noqa: BLE001  # whatever it is, the sample is refused
            return f"{type(error).__name__}: {error}\n{traceback.format_exc()}"
    return ""


def _feed(
    target: Target, path: Path, check: Callable[[object], None], signs: _Signs, row: list[float]
) -> tuple[str, str]:
    """
    Read one input; return what was found ("" = nothing) and the traceback.

    `row` counts on: taken, refused, most seconds of processor time, most MiB.
    """
    _forget_peak()
    before, started = _memory("VmRSS"), time.process_time()
    signs.cpu.value = _cpu_seconds(os.getpid())
    signs.since.value = time.monotonic()
    what, details = "", ""
    try:
        check(target.read(path))
        row[0] += 1
    except DosahError:
        row[1] += 1
    except Exception as error:  # noqa: BLE001  # that is what is looked for
        what, details = _name_of(error), traceback.format_exc()
    signs.since.value = 0.0
    row[2] = max(row[2], time.process_time() - started)
    peak = _memory("VmHWM") - before
    row[3] = max(row[3], peak / (1 << 20))
    if not what and peak > MOST_BYTES:
        what = f"took {peak >> 20} MiB"
    return what, details


def _tell(answers: Any, tally: dict[str, list[float]]) -> None:
    for name, row in tally.items():
        answers.put(("count", name, int(row[0]), int(row[1]), row[2], row[3]))
    tally.clear()


def _name_of(error: BaseException) -> str:
    """Return the kind of an exception and where in the project it was raised."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/tests/" not in frame.filename]
    own = [
        frame
        for frame in frames
        if any(part in frame.filename for part in ("/geodata/", "/etl/", "/dashboard/"))
    ]
    frame = own[-1] if own else frames[-1] if frames else None
    return type(error).__name__ + ("" if frame is None else f" at {Path(frame.filename).name}:{frame.lineno}")


def _write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path

"""
Where files are made on demand: beside the readers, a long one and a short one at a time,
each kept on the disk until room is needed.

A page never waits for a file and never holds one: it orders, asks how far the work is, and hands out the file
when it is done. Two readers who want the same get the same. Of one reader a few orders may be open,
and the first of everybody comes before the second of anybody. Nothing of Streamlit is known here.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import logging
import shutil
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from geodata import durable
from geodata.errors import DosahError

LOG = logging.getLogger("dosah.documents")
Progress = Callable[[int, int, str], None]
"""Called with done, all, name of what was done."""
Work = Callable[[Progress], bytes]

MOST_BYTES: Final = 200_000_000
MOST_WAITING: Final = 200
"""Orders that may wait; more would only be waited for by people who are gone."""
MOST_OF_ONE: Final = 3
"""Open orders of one reader: what one prepares for a meeting, and no way to fill the queue for all."""


class BusyError(Exception):
    """So many files are being made that no more orders are taken."""


class EnoughError(Exception):
    """One reader has as many orders open as one may have; the next one is taken when one of them is done."""


class NoRoomError(DosahError):
    """There is no folder that files may be written to."""


@dataclass
class Job:
    """
    A file that was ordered.

    Attributes
    ----------
    state
        waiting, working, done or failed.
    done, whole, name
        How far the work is, where it can tell; 0 of 0 where it cannot.
    path, size
        The file, and its bytes.
    error
        Why it failed.
    number
        Its number: of orders of the same round the lower one comes first.
    round
        How many orders its reader had open before it: the first of everybody comes
        before the second of anybody.
    owner
        Who ordered it; None = nobody who is counted.
    is_long
        Whether it is one of those that take long: the short ones do not wait for them.
    """

    number: int
    is_long: bool = False
    round: int = 0
    owner: Hashable = None
    state: Literal["waiting", "working", "done", "failed"] = "waiting"
    done: int = 0
    whole: int = 0
    name: str = ""
    path: Path | None = None
    size: int = 0
    error: Exception | None = None

    @property
    def turn(self) -> tuple[bool, int, int]:
        """What orders are worked off by; the one that is being made comes before all that wait."""
        return self.state != "working", self.round, self.number

    @property
    def is_open(self) -> bool:
        """Whether it is still to be waited for."""
        return self.state in ("waiting", "working")

    def content(self) -> bytes:
        """
        Return the file.

        Raises
        ------
        FileNotFoundError
            If it gave way to newer ones.
        """
        if self.path is None:
            raise FileNotFoundError("the file is not made")
        return self.path.read_bytes()


class Workshop:
    """
    Makes files in two threads of its own: the long ones one after another, and the short ones.

    Parameters
    ----------
    folder
        Where files are kept; None = a folder of its own among the temporary files, made with the first file.
    most_bytes
        When the files together are larger, those that were asked for longest ago go.
    """

    def __init__(self, folder: Path | None = None, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        # What holds the folder of its own: another process may clear away a folder that nobody holds.
        self._held = contextlib.ExitStack()
        self._most_bytes = most_bytes
        self._jobs: dict[Hashable, Job] = {}
        self._waiting: list[tuple[Job, Work]] = []
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        # No more at a time: what is made takes the processor, and the readers need it more.
        self._lanes = {
            is_long: ThreadPoolExecutor(max_workers=1, thread_name_prefix="dosah-documents")
            for is_long in (False, True)
        }

    def find(self, key: Hashable) -> Job | None:
        """
        Return the job of a key, None where nobody ordered it or its file is gone;
        a file that was asked for stays longest.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is None:
                return None
            if job.state == "done" and not (job.path and job.path.exists()):
                del self._jobs[key]
                return None
            self._jobs[key] = self._jobs.pop(key)
            return job

    def order(self, key: Hashable, work: Work, *, is_long: bool = False, owner: Hashable = None) -> Job:
        """
        Order a file; one that is there or on its way is not made twice.

        Parameters
        ----------
        key
            What tells it from another file.
        work
            Makes it.
        is_long
            Whether it takes long.
        owner
            Who orders it, whose open orders are counted; None = nobody.

        Raises
        ------
        EnoughError
            If the owner has as many open orders as one may have.
        BusyError
            If too many orders wait.
        """
        found = self.find(key)
        if found is not None and found.state != "failed":
            return found
        with self._lock:
            is_open = [job for job in self._jobs.values() if job.is_open]
            own = 0 if owner is None else sum(job.owner == owner for job in is_open)
            if own >= MOST_OF_ONE:
                raise EnoughError
            if len(is_open) >= MOST_WAITING:
                raise BusyError
            job = self._jobs[key] = Job(next(self._numbers), is_long, own, owner)
            self._waiting.append((job, work))
        self._lanes[is_long].submit(self._next, is_long)
        return job

    def ahead_of(self, job: Job) -> int:
        """Count the orders that come before a waiting one."""
        with self._lock:
            return sum(
                other.is_open and other.is_long == job.is_long and other.turn < job.turn
                for other in self._jobs.values()
            )

    def close(self) -> None:
        """Give up what waits and remove the files."""
        for lane in self._lanes.values():
            lane.shutdown(wait=False, cancel_futures=True)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._held.close()

    def _next(self, is_long: bool) -> None:
        """Make the file whose turn it is: as many are asked for as were ordered."""
        with self._lock:
            job, work = min(
                (each for each in self._waiting if each[0].is_long == is_long), key=lambda each: each[0].turn
            )
            self._waiting.remove((job, work))
            job.state = "working"
        self._run(job, work)

    def _place(self) -> Path:
        """Return the folder of the files; it is made when the first one is there."""
        # Two lanes may want it at once.
        with self._lock:
            if self._folder is None:
                try:
                    self._folder = self._held.enter_context(durable.temporary_folder("dosah-documents-"))
                except OSError as error:
                    raise NoRoomError("No folder can be written to. Name one in DOSAH_CACHE.") from error
            return self._folder

    def _run(self, job: Job, work: Work) -> None:
        def advance(done: int, whole: int, name: str) -> None:
            job.done, job.whole, job.name = done, whole, name

        try:
            content = work(advance)
            path = self._place() / f"{job.number}"
            path.write_bytes(content)
            job.path, job.size = path, len(content)
            job.state = "done"
        except Exception as error:  # whatever goes wrong belongs to this order alone; the log keeps it
            LOG.exception("document")
            job.error, job.state = error, "failed"
        self._make_room(job)

    def _make_room(self, newest: Job) -> None:
        with self._lock:
            made = [(key, job) for key, job in self._jobs.items() if not job.is_open]
            total = sum(job.size for _, job in made)
            for key, job in made:
                if total <= self._most_bytes:
                    break
                if job is newest:
                    continue
                del self._jobs[key]
                total -= job.size
                if job.path is not None:
                    job.path.unlink(missing_ok=True)


@cache
def workshop() -> Workshop:
    """Return the workshop of this process; its files go with it."""
    made = Workshop()
    atexit.register(made.close)
    return made

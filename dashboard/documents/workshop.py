"""
Where files are made on demand: beside the readers, a long one and a short one at a time, each kept on the disk until room is needed.

A page never waits for a file and never holds one: it orders, asks how far the work is, and hands out the file when it is
done. Two readers who want the same get the same. Nothing of Streamlit is known here.
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

LOG = logging.getLogger("dosah.documents")
Progress = Callable[[int, int, str], None]
"""Called with done, all, name of what was done."""
Work = Callable[[Progress], bytes]

MOST_BYTES: Final = 200_000_000
MOST_WAITING: Final = 20
"""Orders that may wait; more would only be waited for by people who are gone."""


class BusyError(Exception):
    """So many files are being made that no more orders are taken."""


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
        Its turn: orders are worked off by it.
    is_long
        Whether it is one of those that take long: the short ones do not wait for them.
    """

    number: int
    is_long: bool = False
    state: Literal["waiting", "working", "done", "failed"] = "waiting"
    done: int = 0
    whole: int = 0
    name: str = ""
    path: Path | None = None
    size: int = 0
    error: Exception | None = None

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
        Where files are kept; it must exist.
    most_bytes
        When the files together are larger, those that were asked for longest ago go.
    """

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._jobs: dict[Hashable, Job] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        # No more at a time: what is made takes the processor, and the readers need it more.
        self._lanes = {
            is_long: ThreadPoolExecutor(max_workers=1, thread_name_prefix="dosah-documents")
            for is_long in (False, True)
        }

    def find(self, key: Hashable) -> Job | None:
        """Return the job of a key, None where nobody ordered it or its file is gone; a file that was asked for stays longest."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None:
                return None
            if job.state == "done" and not (job.path and job.path.exists()):
                del self._jobs[key]
                return None
            self._jobs[key] = self._jobs.pop(key)
            return job

    def order(self, key: Hashable, work: Work, *, is_long: bool = False) -> Job:
        """
        Order a file; one that is there or on its way is not made twice.

        Raises
        ------
        BusyError
            If too many orders wait.
        """
        found = self.find(key)
        if found is not None and found.state != "failed":
            return found
        with self._lock:
            if sum(job.is_open for job in self._jobs.values()) >= MOST_WAITING:
                raise BusyError
            job = self._jobs[key] = Job(next(self._numbers), is_long)
        self._lanes[is_long].submit(self._run, job, work)
        return job

    def ahead_of(self, job: Job) -> int:
        """Count the orders that come before a waiting one."""
        with self._lock:
            return sum(
                other.is_open and other.is_long == job.is_long and other.number < job.number
                for other in self._jobs.values()
            )

    def close(self) -> None:
        """Give up what waits and remove the files."""
        for lane in self._lanes.values():
            lane.shutdown(wait=False, cancel_futures=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, job: Job, work: Work) -> None:
        def advance(done: int, whole: int, name: str) -> None:
            job.done, job.whole, job.name = done, whole, name

        job.state = "working"
        try:
            content = work(advance)
            path = self._folder / f"{job.number}"
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
    held = contextlib.ExitStack()
    made = Workshop(held.enter_context(durable.temporary_folder("dosah-documents-")))
    atexit.register(held.close)
    atexit.register(made.close)
    return made

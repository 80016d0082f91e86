"""
Read what strangers hand over in a process of its own: bounded memory, bounded time,
no shell, nothing of it in a log.

A library that reads workbooks or documents can abort the process it runs in, or hold it for minutes.
The server has readers; a child has none. `run` starts a module of ours, gives it bytes, and takes bytes back.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from geodata.guarded.launch import TOO_MUCH

End = Literal["done", "failed", "too_long", "too_much"]

_ONE_THREAD: Final = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
)
"""Each thread of these reserves address space, which is what the limit of memory counts."""


@dataclass(frozen=True)
class ChildLimits:
    """
    What a child may use. Memory is address space;
    a bare interpreter with pandas takes about 0.5 GB of it.
    """

    memory_bytes: int = 1 << 30
    seconds: float = 60
    written_bytes: int = 200_000_000


@dataclass(frozen=True)
class Ended:
    """
    How a child ended, and what it wrote to its standard output.

    `end` is "done" (exit code 0), "failed" (another exit code: what was written still counts), "too_long",
    or "too_much" (it asked for more memory than it may have, or was ended by the system).
    """

    end: End
    written: bytes
    exit_code: int


DEFAULT_LIMITS: Final = ChildLimits()


def run(
    module: str,
    arguments: Sequence[str] = (),
    *,
    given: bytes = b"",
    limits: ChildLimits = DEFAULT_LIMITS,
    folder: Path | None = None,
) -> Ended:
    """
    Run `python -m module arguments…` as a child with limits.

    Parameters
    ----------
    module
        A module of this project with a `__main__` part; never a name that a stranger gave.
    arguments
        Words and file names made by us.
    given
        Bytes for its standard input.
    folder
        Working folder; a fresh one that is gone afterwards where None.
    """
    with contextlib.ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dosah-")))
        source = stack.enter_context(tempfile.TemporaryFile())
        target = stack.enter_context(tempfile.TemporaryFile())
        source.write(given)
        source.seek(0)
        bounds = (limits.memory_bytes, math.ceil(limits.seconds), limits.written_bytes)
        child = subprocess.Popen(  # noqa: S603  # our own module and words, no shell
            [sys.executable, "-P", "-m", "geodata.guarded.launch", *map(str, bounds), module, *arguments],
            cwd=folder,
            env={**os.environ, **_ONE_THREAD, "PYTHONIOENCODING": "utf-8", "PYTHONMALLOC": "malloc"},
            stdin=source,
            stdout=target,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = child.wait(limits.seconds)
            too_long = False
        except subprocess.TimeoutExpired:
            too_long = True
        finally:
            _end(child)
        target.seek(0)
        written = target.read()
    if too_long or code == -getattr(signal, "SIGXCPU", 0):
        return Ended("too_long", written, child.returncode)
    if code < 0 or code == TOO_MUCH:
        return Ended("too_much", written, code)
    return Ended("done" if code == 0 else "failed", written, code)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Stop a child and all that it started."""
    if os.name == "posix":
        with contextlib.suppress(OSError):
            os.killpg(child.pid, signal.SIGKILL)
    elif child.poll() is None:
        child.kill()
    child.wait()

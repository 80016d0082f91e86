"""
Put files where others read them: whole or not at all, whatever ends the process;
and let one writer at a time work.

A file is written beside its target under a name that nobody reads, put on the disk,
and takes the target's place in one step. Where a process is killed in between, the target is what it was;
what lies beside it is cleared away by the next writer. The lock is the operating system's:
it ends with the process, however that ends.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_FRESH: Final = ".new"
_STALE_S: Final = 3600.0
"""
No writer of ours takes longer between two looks at its file;
what is older was left by one that is gone.
"""
_HELD: Final = ".held"
_NEW_S: Final = 60.0
_LOCKED_BYTE: Final = 1 << 30
"""Far behind what is written: on Windows a locked byte cannot be read by others."""
_PATIENCE_S: Final = 5.0
"""
On Windows a file that somebody reads just now cannot be replaced;
a reader of ours needs a tenth of a second.
"""


def fresh_name(path: Path) -> Path:
    """Return a name beside `path` that no other process or thread writes and no reader looks for."""
    return path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}{_FRESH}")


@contextmanager
def fresh_file(path: Path) -> Iterator[Path]:
    """
    Give a name to write to; when the block ends well the file takes the place of `path`, else it is removed.

    Raises
    ------
    OSError
        If the folder, the file or its place cannot be written; `path` is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path, older_than_s=_STALE_S)
    fresh = fresh_name(path)
    try:
        fresh.unlink(missing_ok=True)
        yield fresh
        put(fresh, path)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def write_whole(path: Path, content: str | bytes) -> None:
    """
    Write a small file in one step: a reader finds the old content or the new one. Text is written as UTF-8.

    Raises
    ------
    OSError
        As in `fresh_file`.
    """
    with fresh_file(path) as fresh:
        fresh.write_bytes(content.encode() if isinstance(content, str) else content)


def put(fresh: Path, target: Path) -> None:
    """
    Let a written file take the place of another one, its content on the disk before its name.

    Raises
    ------
    OSError
        If the disk does not take it (some systems tell a full disk only now) or the place cannot be written.
    """
    settle(fresh)
    _replace(fresh, target)
    settle_folder(target.parent)


def settle(path: Path) -> None:
    """Ask the system to put the content of a file on the disk."""
    # Windows flushes only what is open for writing.
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settle_folder(folder: Path) -> None:
    """Ask the system to put the names in a folder on the disk; some systems cannot, and need not."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sweep(path: Path, *, older_than_s: float = 0.0) -> list[str]:
    """
    Remove what writers of `path` that are gone left beside it, and return the names.

    Parameters
    ----------
    older_than_s
        Leave what was touched within so many seconds: another process may be writing it.
        0 = under the lock, nobody is.
    """
    removed = []
    now = time.time()
    for leftover in sorted(path.parent.glob(f".{_escaped(path.name)}.*{_FRESH}*")):
        with suppress(OSError):
            if older_than_s and now - leftover.stat().st_mtime < older_than_s:
                continue
            leftover.unlink()
            removed.append(leftover.name)
    return removed


def _escaped(name: str) -> str:
    import glob

    return glob.escape(name)


@contextmanager
def lock(path: Path, *, wait_s: float = 0.0, owner: str = "") -> Iterator[None]:
    """
    Hold the lock file at `path` for a while.

    Parameters
    ----------
    wait_s
        How long to wait for another process, seconds.
    owner
        What those who do not get it are told of the holder.

    Raises
    ------
    HeldError
        If another one holds it.
    OSError
        If the lock file cannot be made, or its file system keeps no locks (some network drives).
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        until = time.monotonic() + wait_s
        while not _try_lock(handle):
            if time.monotonic() >= until:
                raise HeldError(_read(handle))
            time.sleep(0.1)
        with suppress(OSError):  # a full disk must not keep the lock from working
            os.ftruncate(handle, 0)
            os.write(handle, owner.encode())
        yield
    finally:
        os.close(handle)


@contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """
    Give a folder for a while, for nobody but this user; it is gone afterwards.

    What a reader handed over may lie in it. So folders of the same prefix whose process was killed
    are removed first: a living one holds the lock of its folder.
    """
    _sweep_folders(prefix)
    # The lock is given back before the folder goes: Windows removes no file that is open.
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with lock(folder / _HELD):
            yield folder


def _sweep_folders(prefix: str) -> None:
    for path in Path(tempfile.gettempdir()).glob(f"{prefix}*/{_HELD}"):
        with suppress(OSError, HeldError):
            state = path.parent.lstat()
            is_ours = stat.S_ISDIR(state.st_mode) and state.st_uid == getattr(os, "getuid", lambda: 0)()
            # A folder is made before it is locked.
            if is_ours and time.time() - path.stat().st_mtime > _NEW_S:
                with lock(path):
                    pass
                shutil.rmtree(path.parent, ignore_errors=True)


class HeldError(Exception):
    """Another process or thread holds a lock; the message is what it wrote of itself."""


def _read(handle: int) -> str:
    with suppress(OSError):
        os.lseek(handle, 0, os.SEEK_SET)
        return os.read(handle, 200).decode("utf-8", "replace").strip()
    return ""


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(handle, 0, os.SEEK_SET)
        return True

    def _replace(fresh: Path, target: Path) -> None:
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                fresh.replace(target)
            except PermissionError:
                if time.monotonic() >= until:
                    raise
                time.sleep(0.05)
            else:
                return

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):  # what systems say of a lock that another one holds
            return False
        return True

    def _replace(fresh: Path, target: Path) -> None:
        fresh.replace(target)

"""
How much a reader may put into the server's memory: what the page asks for, a few files a session,
a bound for all together.

Streamlit takes a file from any open session, whatever its page shows. Here a session may send one only while
a page of it asks for one (`dashboard.frame.uploads`), no larger than that page says.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

MOST_FILES: Final = 3
"""Of one session; a page asks for one or two, and a file that is chosen again is a new one."""
MOST_BYTES: Final = 150_000_000
"""Of all sessions together."""
MOST_COMING: Final = 8
"""
Files that come in at the same moment, of all sessions; a browser sends those of a page one after another.
"""
# What stands round a file in the body of a request.
FRAMING: Final = 16_384
# Sessions that were told of nobody says goodbye for; the oldest go.
_MOST_SESSIONS: Final = 5_000
MEGABYTE: Final = 1024 * 1024

Refusal = tuple[int, str]
"""
HTTP status and a short reason, for the log of a browser: readers see what the page
says before anything is sent.
"""


class Doors:
    """Which sessions may send a file now, and how large a one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: OrderedDict[str, int] = OrderedDict()
        self._asked: OrderedDict[str, int] = OrderedDict()

    def begin(self, session: str) -> None:
        """Begin a run: what it asks for is gathered. A run that is broken off leaves open what was open."""
        with self._lock:
            self._asked[session] = 0
            self._asked.move_to_end(session)
            while len(self._asked) > _MOST_SESSIONS:
                self._asked.popitem(last=False)

    def ask(self, session: str, megabytes: int) -> None:
        """Open the door of a session, because its page asks for a file."""
        size = megabytes * MEGABYTE
        with self._lock:
            if session in self._asked:
                self._asked[session] = max(self._asked[session], size)
            self._open[session] = max(self._open.get(session, 0), size)
            self._open.move_to_end(session)
            while len(self._open) > _MOST_SESSIONS:
                self._open.popitem(last=False)

    def end(self, session: str) -> None:
        """End a run: from here on only what it asked for is taken."""
        with self._lock:
            asked = self._asked.pop(session, 0)
            if asked:
                self._open[session] = asked
            else:
                self._open.pop(session, None)

    def bound(self, session: str) -> int | None:
        """Return how many bytes a file of a session may have; None where its page asks for none."""
        with self._lock:
            return self._open.get(session)


DOORS: Final = Doors()


def refused(bound: int | None, length: str | None) -> Refusal | None:
    """
    Tell whether an upload is refused before any of it is read.

    Parameters
    ----------
    bound
        Bytes that the session's page asks for at most; None = it asks for no file.
    length
        Header Content-Length. The server holds a body to it, so one that is not stated is not taken.
    """
    if bound is None:
        return 403, "this page asks for no file"
    if length is None or not length.isascii() or not length.isdigit() or len(length) > 12:
        return 411, "the size of the file is not stated"
    if int(length) > bound + FRAMING:
        return 413, "the file is too large"
    return None


def too_many(kept: Mapping[str, Mapping[str, int]], session: str, coming: int) -> list[tuple[str, str]]:
    """
    Return the files that have to go (session, file) before another one comes.

    Parameters
    ----------
    kept
        Bytes by session and file, the oldest file of a session first.
    session, coming
        Whose file comes, and its bytes.
    """
    left = {name: dict(files) for name, files in kept.items()}
    gone = []
    own = left.get(session, {})
    while len(own) >= MOST_FILES:
        oldest = next(iter(own))
        del own[oldest]
        gone.append((session, oldest))
    weights = Counter({name: sum(files.values()) for name, files in left.items()})
    while sum(weights.values()) + coming > MOST_BYTES and any(left.values()):
        # Who holds most gives first: many files of one do not take the file of another.
        heaviest = max((name for name in left if left[name]), key=lambda name: weights[name])
        oldest, size = next(iter(left[heaviest].items()))
        del left[heaviest][oldest]
        weights[heaviest] -= size
        gone.append((heaviest, oldest))
    return gone


class Coming:
    """Files that are on their way, so that nobody sends hundreds at the same moment."""

    def __init__(self) -> None:
        self._sessions: Counter[str] = Counter()

    def has_room(self, session: str) -> bool:
        """Tell whether one more may come: one at a time of a session, a few of all."""
        return not self._sessions[session] and self._sessions.total() < MOST_COMING

    @contextmanager
    def one(self, session: str) -> Iterator[None]:
        """Count a file for as long as it comes."""
        self._sessions[session] += 1
        try:
            yield
        finally:
            self._sessions[session] -= 1
            if not self._sessions[session]:
                del self._sessions[session]


def make_room(
    session: str,
    coming: int,
    sizes: Callable[[], Mapping[str, Mapping[str, int]]],
    drop: Callable[[str, str], None],
) -> None:
    """Let go of files until another one fits."""
    for owner, file in too_many(sizes(), session, coming):
        with suppress(KeyError):
            drop(owner, file)

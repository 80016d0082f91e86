"""
Memory of a server that runs for months: what is free is given back, readers' threads share their reserves,
shared tables forget who once looked at them.

- Streamlit starts a thread for every reader; glibc gives each of them reserves of its own (an arena)
  and keeps in each what was once asked for. Two are enough where one interpreter lock lets one thread
  work at a time.
- pandas notes every look at a column (a weak reference for each), and tidies a column's notes only
  from five hundred on. Of thousands of columns that are shared by all readers these are some hundred
  bytes for every page, for ever.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd

ARENAS: Final = 2
EVERY_SECONDS: Final = 60.0
# <malloc.h> of glibc.
_M_ARENA_MAX: Final = -8


def share_reserves() -> bool:
    """Let all threads share a few reserves; return whether the system knows of such a thing."""
    with suppress(OSError, AttributeError):  # another C library
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS))
    return False


def give_back() -> None:
    """Give free memory back to the system, where it knows how."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def forget_looks(frames: Iterable[pd.DataFrame]) -> None:
    """Let tables forget the looks at their columns that are over."""
    for frame in frames:
        manager: Any = frame._mgr  # noqa: SLF001  # pandas has no other door
        for block in manager.blocks:
            # The answer is of no interest: asking it makes pandas tidy up.
            block.refs.has_reference()


def keep_tidy(frames: Callable[[], Iterable[pd.DataFrame]]) -> threading.Event:
    """Tidy up every minute in a thread of its own until the event that is returned is set."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(EVERY_SECONDS):
            forget_looks(frames())
            give_back()

    threading.Thread(target=work, name="dosah-tidy", daemon=True).start()
    return over

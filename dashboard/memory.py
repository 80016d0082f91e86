"""
Memory of a server that runs for months: what is free is given back, and readers' threads share their reserves.

Streamlit starts a thread for every reader; glibc gives each of them reserves of its own (an arena) and keeps in each what was once
asked for. Two are enough where one interpreter lock lets one thread work at a time.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Final

ARENAS: Final = 2
# <malloc.h> of glibc.
_M_ARENA_MAX: Final = -8


def share_reserves() -> bool:
    """Let all threads share a few reserves; return whether the system knows of such a thing."""
    with suppress(OSError, AttributeError):  # another C library
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS))
    return False

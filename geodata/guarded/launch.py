"""
Set limits for this process, then run a module in it:
`python -P -m geodata.guarded.launch MEMORY SECONDS WRITTEN MODULE …`.

Kept apart from `child`, and free of the project's other modules,
because the limits must hold before anything else is imported.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import sys
from pathlib import Path
from typing import Final

TOO_MUCH: Final = 77
"""Exit code of a module that asked for more memory than it may have."""


def limit(memory_bytes: int, seconds: int, written_bytes: int) -> None:
    """
    Bound memory, time and written bytes of this process; where the system knows no such limits (Windows),
    the parent's clock is all.
    """
    if sys.platform == "win32":
        return
    import resource

    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, written_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # macOS refuses RLIMIT_AS; the clock of the parent still holds.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (allowed, allowed))
    # Readers who wait for a page come first, and if memory ends, this process does and not the server.
    with contextlib.suppress(OSError):
        os.nice(10)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def main() -> None:
    """Run the module named on the command line under the limits named before it."""
    memory, seconds, written, module, *arguments = sys.argv[1:]
    limit(int(memory), int(seconds), int(written))
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except MemoryError:
        os._exit(TOO_MUCH)


if __name__ == "__main__":
    main()

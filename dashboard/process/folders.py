"""
Where the server writes: documents that were ordered, uploads while a command looks at them.
Never into the program itself.

All of it is temporary and lies among the system's temporary files, or in the folder
that an administrator names in DOSAH_CACHE.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import MutableMapping
from pathlib import Path
from typing import Final

LOG: Final = logging.getLogger("dosah.dashboard")
VARIABLE: Final = "DOSAH_CACHE"


def use(environment: MutableMapping[str, str] = os.environ) -> Path | None:
    """
    Let this process and those it starts write into the folder that is named, and tell the log
    where nothing can be written.

    Returns
    -------
    folder
        The folder of temporary files; None where there is none: everything but documents,
        uploads over 1 MB and own tables works.
    """
    named = environment.get(VARIABLE, "").strip()
    if named:
        try:
            Path(named).mkdir(parents=True, exist_ok=True)
            environment["TMPDIR"] = str(Path(named).resolve())
            tempfile.tempdir = None  # looked for again
        except OSError as error:
            LOG.warning(
                "DOSAH_CACHE: %s cannot be made (%s); the system's temporary files are used.", named, error
            )
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:
        LOG.warning(
            "No folder can be written to: documents cannot be made. "
            "Name one in DOSAH_CACHE, or mount one at /tmp."
        )
        return None

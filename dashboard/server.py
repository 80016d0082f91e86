"""
Start the dashboard: `python -m dashboard.server`, with the options of `streamlit run`; `dosah serve` does it.

The first reader should not wait for what can be done before. While the browser is still loading the page's
own scripts, a thread imports what every page needs, reads the dataset and computes the first view.
"""

from __future__ import annotations

import gc
import logging
import sys
import threading
import time
from pathlib import Path

from dashboard.answers import outlines
from dashboard.gaps import view as gaps_view
from geodata.errors import DosahError

LOG = logging.getLogger("dosah.dashboard")
SCRIPT = Path(__file__).with_name("app.py")
# The server comes first: nothing is prepared until it answers, or for so long at most.
START_SECONDS = 20.0


def prepare() -> None:
    """
    Import what the pages need and answer the first question; a failure is left
    for the page, which says it in words.
    """
    from dashboard.address.question import default_choice
    from dashboard.answers import dataset as data
    from dashboard.gaps.controls import vocabulary
    from dashboard.text import DEFAULT_LANGUAGE

    try:
        dataset = data.dataset()
        outlines.outlines()
        view = gaps_view.view_of(default_choice(vocabulary(dataset)), dataset)
        gaps_view.message_of(view, dataset, view.group.label[DEFAULT_LANGUAGE])
        gaps_view.summary_of(view)
    except (DosahError, OSError):
        LOG.debug("nothing was prepared", exc_info=True)
    # What is here now stays for good: no later collection needs to look at it again.
    gc.collect()
    gc.freeze()


def _prepare_once_started() -> None:
    from streamlit import runtime

    end = time.monotonic() + START_SECONDS
    while not runtime.exists() and time.monotonic() < end:
        time.sleep(0.01)
    prepare()


def main() -> None:
    """Run Streamlit with our page; what stands on the command line goes to Streamlit."""
    from streamlit.web import cli

    sys.argv = ["streamlit", "run", str(SCRIPT), *sys.argv[1:]]
    threading.Thread(target=_prepare_once_started, name="dosah-prepare", daemon=True).start()
    cli.main(prog_name="streamlit")


if __name__ == "__main__":
    main()

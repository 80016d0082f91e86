"""
Scripts that stand inside a page instead of beside it: those of the meeting pack,
and Streamlit's own few words.

A browser that is told to run nothing but what it was told of (`dashboard.web.headers`) knows
such scripts by their hash.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from importlib import resources
from typing import Final

from dashboard.map import joined, scripts
from geodata.errors import DatasetMissingError

_PLAIN_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def inline_script(code: str) -> str:
    """Return a script that can stand inside a page: no closing tag in it, no address of a source map."""
    code = re.sub(r"//# sourceMappingURL=\S+", "", code)
    return re.sub(r"</(script)", r"<\\/\1", code, flags=re.IGNORECASE).replace("<!--", "<\\!--")


def vendor(*parts: str) -> bytes:
    """
    Return a file of a browser library.

    Raises
    ------
    DatasetMissingError
        If the library was not installed.
    """
    path = resources.files("dashboard.static").joinpath("vendor", *parts)
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise DatasetMissingError(
            f"The browser library {parts[0]} is not installed. Run `python tools/develop.py setup`."
        ) from error


def pack_scripts() -> list[str]:
    """
    Return the scripts of the meeting pack as they stand in it, in their order;
    what a pack tells is no script.
    """
    static = resources.files("dashboard.static")
    templates = resources.files("dashboard.documents.templates")
    codes = [
        vendor("leaflet", "dist", "leaflet.js").decode(),
        vendor(*scripts.CLUSTERS.removeprefix("vendor/").split("/")).decode(),
        joined.join(static, scripts.MAP),
        joined.join(templates, "pack.js"),
    ]
    return [inline_script(code) for code in codes]


@functools.cache
def allowed_hashes() -> tuple[str, ...]:
    """
    Return, as a Content-Security-Policy writes it, the hash of every script that may
    stand inside a page of ours.
    """
    frame = resources.files("streamlit").joinpath("static", "index.html").read_text(encoding="utf-8")
    try:
        ours = pack_scripts()
    except DatasetMissingError:
        ours = []  # without its libraries there is no pack either
    return tuple(_hash_of(code) for code in (*_PLAIN_SCRIPT.findall(frame), *ours))


def _hash_of(code: str) -> str:
    # A browser reads every end of a line as \n before it looks.
    plain = code.replace("\r\n", "\n").replace("\r", "\n")
    return f"'sha256-{base64.b64encode(hashlib.sha256(plain.encode()).digest()).decode()}'"

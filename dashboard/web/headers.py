"""
What every answer of the server tells the browser: run and load nothing but what is ours,
and stand in nobody else's frame.

Pure functions; `dashboard.web.routes` puts them on the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

Header = tuple[bytes, bytes]

# Of a component (the map): streamlit-folium evaluates what Python tells it, in a frame of its own.
COMPONENT: Final = "/component/"
PLAIN: Final[tuple[tuple[str, str], ...]] = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "SAMEORIGIN"),
    # Tile servers ask to be told which site shows their maps; the address of a page stays here.
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_HOST: Final = re.compile(r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")


def policy(path: str, host: str, tiles: Iterable[str], hashes: Iterable[str]) -> str:
    """
    Return the Content-Security-Policy of an answer.

    Parameters
    ----------
    path
        Path of what was asked for, below the base path.
    host
        Header Host of the request: its web sockets are our own. What is no host is left out.
    tiles
        Origins of the base maps that are offered.
    hashes
        Of the scripts that may stand inside our pages ('sha256-…').
    """
    sockets = [f"ws://{host}", f"wss://{host}"] if _HOST.fullmatch(host) else []
    if path.startswith(COMPONENT):
        scripts = ["'self'", "'unsafe-inline'", "'unsafe-eval'"]
    else:
        # blob: is how Streamlit starts a component of the page itself (the deck).
        scripts = ["'self'", "blob:", *hashes]
    rules: dict[str, Sequence[str]] = {
        "default-src": ["'self'"],
        "script-src": scripts,
        # Streamlit and Leaflet place things by styles of elements.
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:", *sorted(set(tiles))],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'", *sockets],
        "frame-src": ["'self'", "blob:"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())


def origins_of(addresses: Iterable[str]) -> list[str]:
    """
    Return the origins of web addresses.

    >>> origins_of(["https://tile.example.org/{z}/{x}/{y}.png"])
    ['https://tile.example.org']
    """
    found = []
    for address in addresses:
        parts = urlsplit(address)
        # {s} is Leaflet's word for one of several servers.
        netloc = parts.netloc.replace("{s}", "*")
        if parts.scheme in ("http", "https") and re.fullmatch(r"[A-Za-z0-9.*:-]+", netloc):
            found.append(f"{parts.scheme}://{netloc}")
    return found


def guarded(headers: Iterable[Header], content_policy: str) -> list[Header]:
    """Return the headers of an answer with ours, and without leave for every other site to read it."""
    ours = [*PLAIN, ("Content-Security-Policy", content_policy)]
    replaced = {name.lower().encode() for name, _ in ours}
    kept = [
        (name, value)
        for name, value in headers
        if name.lower() not in replaced and (name.lower(), value) != (b"access-control-allow-origin", b"*")
    ]
    return [*kept, *((name.lower().encode(), value.encode("latin-1")) for name, value in ours)]

"""
The address of a village's page: to copy, to show as a QR code, and to print on its sheet.

What the browser calls its address is used only where it is a web address;
a QR code is made only where somebody else could open it.
"""

from __future__ import annotations

import ipaddress
import os
from typing import Final
from urllib.parse import urlencode, urlsplit

from dashboard import text

PAGE: Final = "village"
ADDRESS_VARIABLE: Final = "DOSAH_ADDRESS"
"""
Address of the dashboard as others know it, for QR codes and printed links.

It wins over what a browser says.
"""


def own_link(address: str | None, code: str) -> str:
    """
    Return the whole address of a village's page in the reader's language.

    Parameters
    ----------
    address
        Address of the page as the browser knows it;
        None or something else than a web address gives the end alone.
    code
        The municipality.
    """
    query = urlencode({"municipality": code, "lang": text.current()})
    base = base_address(address)
    return f"{base}{PAGE}?{query}" if base else f"{PAGE}?{query}"


def base_address(address: str | None) -> str | None:
    """
    Return the address of the dashboard, with a slash at its end, from the address of one of its pages.

    None where it is none.
    """
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc or "@" in parts.netloc:
        return None
    folder = parts.path.rsplit("/", 1)[0]
    return f"{parts.scheme}://{parts.netloc}{folder}/"


def is_for_others(address: str | None, *, on_paper: bool = False) -> bool:
    """
    Tell whether somebody else could open an address: not one that means this very computer.

    Parameters
    ----------
    address
        A web address.
    on_paper
        Paper outlives the network of a hall and leaves the office:
        private addresses and bare names do not do there.
    """
    if base_address(address) is None:
        return False
    host = (urlsplit(address or "").hostname or "").rstrip(".").lower()
    if host in {"", "localhost"} or host.endswith((".localhost", ".invalid")):
        return False
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return not on_paper or ("." in host and not host.endswith((".local", ".lan", ".internal")))
    if number.is_loopback or number.is_unspecified:
        return False
    return not on_paper or number.is_global


def stated_base() -> str | None:
    """
    Return the address that an administrator gave the dashboard, with a slash at its end.

    None where none is given, or no web address.
    """
    stated = os.environ.get(ADDRESS_VARIABLE, "").strip()
    return base_address(stated.rstrip("/") + "/") if stated else None


def paper_base(address: str | None, host: str | None, base_path: str) -> str | None:
    """
    Return the address of the dashboard for a document that readers share; None = none is printed.

    Only what cannot be invented is in it, so that nobody makes a new file of every invented address: what the
    administrator stated, else the host that the browser is connected to and our own base path.

    Parameters
    ----------
    address
        Address of the page as the browser says it.
    host
        Header Host of the connection.
    base_path
        Path below which the dashboard is served: "" or "/path".
    """
    stated = stated_base()
    if stated is not None:
        return stated
    if not is_for_others(address, on_paper=True):
        return None
    parts = urlsplit(address or "")
    if host is None or parts.netloc.lower() != host.strip().lower():
        return None
    return f"{parts.scheme}://{parts.netloc.lower()}{base_path}/"

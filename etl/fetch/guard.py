"""
What an answer from the network must look like before it is believed.

Two guards: where a redirect may lead (never to another scheme or into a private network), and what
the content must look like (an error page with status 200 is not data, and half a file is not a file).
"""

from __future__ import annotations

import ipaddress
import re
import socket
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

from etl.files.xmlsafe import check_xml
from etl.sources.formats.contract import Kind
from geodata.errors import InputFileError

HEAD_BYTES = 4096
TAIL_BYTES = 4096
HTML_START = re.compile(
    rb"^\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|script|title)\b", re.IGNORECASE | re.DOTALL
)
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
CONTENT_TYPES_NEVER_DATA = (
    "image/",
    "video/",
    "audio/",
    "font/",
    "application/pdf",
    "text/css",
    "text/javascript",
)


class GuardError(ValueError):
    """The reason for which an answer or a redirect is refused, as a part of a sentence."""


def check_scheme(url: str) -> str:
    """Return the host of an http(s) address, in lower case; refuse any other."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise GuardError(f"the address is malformed ({error})") from error
    if parts.scheme not in ("http", "https"):
        raise GuardError(f"the address has the scheme '{parts.scheme}', only http and https are used")
    if not host:
        raise GuardError("the address names no host")
    if parts.username or parts.password:
        raise GuardError("the address carries a user name")
    return host.lower()


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        ip = mapped
    return ip.is_global and not ip.is_multicast


def addresses_of(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host; empty where the name is not known."""
    try:
        return sorted({str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
    except (OSError, UnicodeError):
        return []


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, by its name or number alone."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_redirect(start_url: str, from_url: str, to_url: str, *, resolve: bool = True) -> None:
    """
    Refuse a redirect that leaves the public web.

    Parameters
    ----------
    start_url
        The address of the origin YAML. Where it is this machine itself, redirects within it are followed.
    from_url, to_url
        The step.
    resolve
        Whether names are looked up; not where a proxy does so.
    """
    host = check_scheme(to_url)
    start_host = check_scheme(start_url)
    if urlsplit(from_url).scheme == "https" and urlsplit(to_url).scheme == "http":
        raise GuardError(f"the server redirects from https to unprotected http ({host})")
    if host == start_host or (is_loopback(start_host) and is_loopback(host)):
        return
    port = urlsplit(to_url).port or (443 if urlsplit(to_url).scheme == "https" else 80)
    literal = _literal_address(host)
    if literal is not None:
        found = [literal]
    elif is_loopback(host):
        found = ["127.0.0.1"]
    else:
        found = addresses_of(host, port) if resolve else []
    private = [address for address in found if not is_public(address)]
    if private:
        raise GuardError(f"the server redirects to a private address ({host})")


def _literal_address(host: str) -> str | None:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        # inet_aton also takes 0x7f.1, 2130706433 and the like, and so does the system's resolver.
        try:
            return socket.inet_ntoa(socket.inet_aton(host))
        except (OSError, UnicodeError):
            return None


def check_content_type(kind: Kind, content_type: str) -> None:
    """Refuse an answer whose declared type cannot be the wanted data."""
    declared = content_type.partition(";")[0].strip().lower()
    if not declared or kind == "any":
        return
    if declared.startswith(CONTENT_TYPES_NEVER_DATA):
        raise GuardError(f"the server sent {declared} where {kind} was expected")
    # A page is what many servers send instead of an error; where the content itself can prove what it is,
    # it decides.
    if declared in ("text/html", "application/xhtml+xml") and kind == "csv":
        raise GuardError("the server sent a web page where a table was expected")
    if kind == "csv" and declared in ("application/json", "application/xml", "text/xml", "application/zip"):
        raise GuardError(f"the server sent {declared} where a table was expected")


def check_content(path: Path, kind: Kind, *, is_length_known: bool = True) -> None:
    """
    Refuse content that is not what was asked for, or not whole.

    Parameters
    ----------
    path
        The file as received.
    is_length_known
        Whether the server told the length, so that a missing end would have been noticed; where it did not,
        a table must end with a line end.

    Raises
    ------
    GuardError
        With the reason.
    """
    size = path.stat().st_size
    if size == 0:
        raise GuardError("the answer is empty")
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        stream.seek(max(0, size - TAIL_BYTES))
        tail = stream.read()
    text = _without_mark(head).lstrip()
    if kind not in ("html", "any") and HTML_START.match(text):
        raise GuardError("the server sent a web page (an error page?) instead of data")
    if kind == "json":
        _check_json(text, tail)
    elif kind in ("zip", "xlsx"):
        if not head.startswith(b"PK\x03\x04"):
            raise GuardError("the answer is not a zip archive")
        if not zipfile.is_zipfile(path):
            raise GuardError("the zip archive is cut off")
    elif kind == "xml":
        _check_xml(path, text)
    elif kind == "csv":
        _check_csv(text, tail, is_length_known=is_length_known)
    elif kind == "html" and b"<" not in text:
        raise GuardError("the answer is not a web page")


def _check_json(text: bytes, tail: bytes) -> None:
    closing = {b"{": b"}", b"[": b"]"}.get(text[:1])
    if closing is None:
        raise GuardError("the answer is not JSON")
    if not tail.rstrip().endswith(closing):
        raise GuardError("the JSON is cut off")


def _check_xml(path: Path, text: bytes) -> None:
    if not text.startswith(b"<"):
        raise GuardError("the answer is not XML")
    try:
        check_xml(path)
    except InputFileError as error:
        raise GuardError(error.problems[0]) from error


def _check_csv(text: bytes, tail: bytes, *, is_length_known: bool) -> None:
    if text.startswith((b"{", b"<", b"PK\x03\x04", b"%PDF")) or b"\x00" in text:
        raise GuardError("the answer is not a table")
    if not is_length_known and not tail.endswith((b"\n", b"\r")):
        raise GuardError("the table may be cut off: the server tells no length and the last line has no end")


def _without_mark(head: bytes) -> bytes:
    for mark in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return head[len(mark) :]
    return head

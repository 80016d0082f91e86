"""Rules of fetching: how long, how often, which answers are worth another try, and how a failure is said."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email.utils
from urllib.parse import urlsplit

import httpx

from geodata.errors import DosahError

RETRIED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5


class FetchError(DosahError, ConnectionError):
    """
    A file that could not be fetched; what was there before is untouched.

    `status` is the server's last HTTP status, None where there was none: 400 is how some servers say "no data
    for this period".
    """

    def __init__(self, url: str, reason: str, next_step: str, status: int | None = None) -> None:
        self.url = url
        self.reason = reason
        self.status = status
        super().__init__(f"{short(url)}: {reason}. {next_step}")


@dataclasses.dataclass(frozen=True)
class FetchLimits:
    """
    Bounds of one download.

    Parameters
    ----------
    max_bytes
        Refuse more; the largest official file is about 251 MB.
    max_seconds
        For one file with all its retries.
    attempts
        Tries in all; without progress, that is: a resumed download that got further starts counting anew,
        at most three times as often.
    backoff_s, backoff_max_s
        First and longest pause between tries, doubled each time, with jitter of ±50 %.
    retry_after_max_s
        A server that asks for a longer pause than this is left alone.
    """

    max_bytes: int = 1_000_000_000
    max_seconds: float = 3600.0
    connect_s: float = 20.0
    read_s: float = 60.0
    attempts: int = 5
    backoff_s: float = 1.0
    backoff_max_s: float = 60.0
    retry_after_max_s: float = 300.0


class TryAgainError(Exception):
    """An attempt failed in a way that another one may mend."""

    def __init__(self, reason: str, *, wait_s: float | None = None, status: int | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s
        self.status = status


def retry_after(value: str | None, now: dt.datetime) -> float | None:
    """Read seconds or an HTTP date."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - now).total_seconds())


def has_proxy(url: str) -> bool:
    """Tell whether a proxy stands between: then names are resolved by it, and the peer is the proxy."""
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    return bool(getproxies().get(parts.scheme)) and not proxy_bypass(parts.hostname or "")


def say(error: httpx.HTTPError) -> str:
    """Say what went wrong on the way, in words for a reader."""
    if isinstance(error, httpx.TimeoutException):
        return "the server does not answer in time"
    if isinstance(error, httpx.ConnectError):
        return "the server cannot be reached"
    if isinstance(error, httpx.DecodingError):
        return "the compressed answer is broken"
    return "the connection broke off"


def short(url: str) -> str:
    """Return an address short enough for a message, without its query."""
    parts = urlsplit(url)
    shown = f"{parts.scheme}://{parts.hostname or ''}{parts.path}" + ("?…" if parts.query else "")
    return shown if len(shown) <= 160 else shown[:159] + "…"

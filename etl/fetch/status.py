"""What an answer of a server means before its body is read."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import httpx

from etl.fetch.cache import forget
from etl.fetch.guard import GuardError, check_content_type
from etl.fetch.rules import RETRIED_STATUSES, FetchError, TryAgainError, retry_after
from etl.sources.formats.contract import Download


def check_status(
    download: Download,
    response: httpx.Response,
    part: Path,
    start: int,
    *,
    longest_wait_s: float,
    now: dt.datetime,
) -> None:
    """
    Check status and kind of an answer before its body is read; the part of a file that does not go on
    is forgotten.

    Raises
    ------
    TryAgainError
        If the same question may be answered later; `wait_s` is what the server asks for.
    FetchError
        If it will not, or only after more than `longest_wait_s` seconds.
    """
    status = response.status_code
    if status in RETRIED_STATUSES:
        wait_s = retry_after(response.headers.get("retry-after"), now)
        if wait_s is not None and wait_s > longest_wait_s:
            raise FetchError(
                download.url,
                f"the server answers {status} and asks to wait {wait_s:.0f} seconds",
                "Try again after that time.",
                status,
            )
        raise TryAgainError(f"the server answers {status}", wait_s=wait_s, status=status)
    if status == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and start:
        forget(part)
        raise TryAgainError("the file changed while it was fetched", status=status)
    if status == httpx.codes.PARTIAL_CONTENT:
        match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", response.headers.get("content-range", ""))
        if not start or match is None or int(match[1]) != start:
            forget(part)
            raise TryAgainError("the server sends another part of the file than was asked for", status=status)
    elif status != httpx.codes.OK:
        raise FetchError(
            download.url,
            f"the server answers {status} {response.reason_phrase}".rstrip(),
            "Check the address in the origin YAML: the source may have moved.",
            status,
        )
    try:
        check_content_type(download.kind, response.headers.get("content-type", ""))
    except GuardError as error:
        forget(part)
        raise TryAgainError(str(error), status=status) from error

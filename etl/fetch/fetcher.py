"""
Fetch files from the official servers: politely, resumably, and never half.

A file appears under its name in the cache only when all of it has arrived and looks like what was asked for;
until then it is called `.part`. Beside each file stands a small JSON with its address, checksum and age,
so that `offline=True` can use what was fetched and say how old it is.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import json
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx

from etl.fetch.cache import (
    Fetched,
    card_of,
    describe_age,
    facts_of,
    forget,
    own_part,
    read_card,
    sha256_of,
    size_of,
    write_card,
)
from etl.fetch.guard import (
    GuardError,
    check_content,
    check_redirect,
    check_scheme,
    is_loopback,
    is_public,
)
from etl.fetch.rules import (
    MOST_REDIRECTS,
    REDIRECTS,
    FetchError,
    FetchLimits,
    TryAgainError,
    has_proxy,
    say,
)
from etl.fetch.status import check_status
from etl.sources.formats.contract import Download

USER_AGENT = "dosah/0.1 (social services catalogue)"
__all__ = ["FetchError", "FetchLimits", "Fetched", "Fetcher", "describe_age"]


Progress = Callable[[str, int, int | None], None]


class Fetcher:
    """
    Fetch files into a cache directory; one per run, so that hosts are spared across sources.

    Parameters
    ----------
    cache_directory
        Made when needed.
    offline
        Use what was fetched before; touch no network.
    progress
        Told the file's name, bytes so far, and bytes in all (None = the server did not say).
    clock, sleep, now
        Replaced in tests.
    """

    def __init__(
        self,
        cache_directory: Path,
        *,
        offline: bool = False,
        limits: FetchLimits | None = None,
        progress: Progress | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.cache_directory = cache_directory
        self.offline = offline
        self.limits = limits or FetchLimits()
        self._progress = progress or (lambda *_: None)
        self._clock = clock
        self._sleep = sleep
        self._now = now
        self._last_call: dict[str, float] = {}
        self._jitter = random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._open: httpx.Client | None = None

    def __enter__(self) -> Self:
        """Use as a context manager to close connections."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def fetch(self, download: Download) -> Fetched:
        """
        Return the file: fetched, or unchanged since it was, or (offline) as it was.

        Raises
        ------
        FetchError
            If there is no whole, right file in the end. A file fetched before stays in the cache.
        """
        try:
            check_scheme(download.url)
        except GuardError as error:
            raise FetchError(download.url, str(error), "Correct the address in the origin YAML.") from error
        target = self.path_of(download)
        known = self._known(download, target)
        if self.offline:
            if known is None:
                raise FetchError(
                    download.url,
                    "it has not been fetched yet",
                    "Run once without --offline, or give a local file.",
                )
            return dataclasses.replace(known, state="offline")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with own_part(target) as part:
                return self._fetch_with_retries(download, target, part, known)
        except FetchError:
            raise
        except OSError as error:
            raise FetchError(
                download.url,
                f"the cache cannot be written ({error.strerror})",
                "Free some space on the disk, or name another cache directory.",
            ) from error

    def path_of(self, download: Download) -> Path:
        """Return where the file of a download lies in the cache, fetched or not."""
        body = json.dumps(download.body, sort_keys=True) if download.body is not None else ""
        key = hashlib.sha256(f"{download.url}\n{body}".encode()).hexdigest()[:12]
        name = re.sub(r"[^\w.-]+", "_", download.file_name, flags=re.ASCII).lstrip(".") or "file"
        return self.cache_directory / download.origin_id / f"{key}-{name[-100:]}"

    def _known(self, download: Download, target: Path) -> Fetched | None:
        """Return what the cache holds, if it is whole and undamaged."""
        card = read_card(card_of(target))
        try:
            fetched = Fetched(
                path=target,
                url=card["url"],
                sha256=card["sha256"],
                size_bytes=card["size_bytes"],
                fetched_at=card["fetched_at"],
                checked_at=card["checked_at"],
                state="offline",
                etag=card.get("etag"),
                last_modified=card.get("last_modified"),
            )
            is_whole = (
                fetched.url == download.url
                and target.stat().st_size == fetched.size_bytes
                and sha256_of(target) == fetched.sha256
            )
            fetched.age_days(self._now())
        except (KeyError, OSError, ValueError, TypeError):
            return None
        return fetched if is_whole else None

    def _fetch_with_retries(
        self, download: Download, target: Path, part: Path, known: Fetched | None
    ) -> Fetched:
        deadline = self._clock() + self.limits.max_seconds
        tries = 0
        resumed = 0
        while True:
            before = size_of(part)
            try:
                return self._attempt(download, target, part, known, deadline)
            except TryAgainError as error:
                last = error
            except GuardError as error:
                forget(part)
                raise FetchError(
                    download.url, str(error), "Nothing was taken over; check the address in the origin YAML."
                ) from error
            tries += 1
            if size_of(part) > before > 0 and resumed < 2 * self.limits.attempts:
                resumed += 1
                tries -= 1
            pause = self._pause(tries, last.wait_s)
            if tries >= self.limits.attempts or self._clock() + pause > deadline:
                raise FetchError(
                    download.url,
                    f"{last} (tried {tries + resumed} times)",
                    "Try again later, or use what was fetched before with --offline, or give a local file.",
                    last.status,
                ) from last
            self._sleep(pause)

    def _pause(self, tries: int, asked_s: float | None) -> float:
        backoff = min(self.limits.backoff_s * 2.0 ** max(tries - 1, 0), self.limits.backoff_max_s)
        backoff *= self._jitter.uniform(0.5, 1.5)
        return max(backoff, asked_s or 0.0)

    def _attempt(
        self, download: Download, target: Path, part: Path, known: Fetched | None, deadline: float
    ) -> Fetched:
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **download.headers}
        start = self._resume_headers(download, part, headers) if download.body is None else 0
        if not start:
            forget(part)
            if known is not None:
                if known.etag:
                    headers["If-None-Match"] = known.etag
                elif known.last_modified:
                    headers["If-Modified-Since"] = known.last_modified
        try:
            with self._answer(download, headers) as response:
                if response.status_code == httpx.codes.NOT_MODIFIED and known is not None:
                    return self._confirm(target, known)
                check_status(
                    download,
                    response,
                    part,
                    start,
                    longest_wait_s=self.limits.retry_after_max_s,
                    now=self._now(),
                )
                is_length_known = self._receive(download, response, part, start, deadline)
                etag, modified = response.headers.get("etag"), response.headers.get("last-modified")
        except httpx.InvalidURL as error:
            raise GuardError(f"the address is malformed ({error})") from error
        except httpx.HTTPError as error:
            raise TryAgainError(say(error)) from error
        try:
            check_content(part, download.kind, is_length_known=is_length_known)
        except GuardError as error:
            forget(part)
            raise TryAgainError(str(error)) from error
        return self._keep(download, target, part, etag, modified)

    def _resume_headers(self, download: Download, part: Path, headers: dict[str, str]) -> int:
        """Ask for the missing rest where a part of the very same version is there; return the bytes kept."""
        size = size_of(part)
        card = read_card(card_of(part))
        validator = card.get("etag") or card.get("last_modified")
        if not size or not validator or card.get("url") != download.url or str(validator).startswith("W/"):
            return 0
        headers["Range"] = f"bytes={size}-"
        headers["If-Range"] = str(validator)
        return size

    @contextlib.contextmanager
    def _answer(self, download: Download, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """Send the request and follow its redirects, each step checked."""
        client = self._client()
        url, method, body = download.url, "GET" if download.body is None else "POST", download.body
        for _ in range(MOST_REDIRECTS + 1):
            self._be_polite(check_scheme(url), download.min_interval_s)
            request = client.build_request(method, url, headers=headers, json=body)
            response = client.send(request, stream=True, follow_redirects=False)
            try:
                self._check_peer(download.url, url, response)
                if response.status_code not in REDIRECTS:
                    yield response
                    return
                location = response.headers.get("location", "")
                status = response.status_code
            finally:
                response.close()
            if not location:
                raise GuardError("the server redirects nowhere")
            try:
                following = urljoin(url, location)
            except ValueError as error:
                raise GuardError("the server redirects to a malformed address") from error
            check_redirect(download.url, url, following, resolve=not has_proxy(following))
            if status not in (307, 308) and method == "POST":
                method, body = "GET", None
            url = following
        raise GuardError(f"the server redirects more than {MOST_REDIRECTS} times")

    def _check_peer(self, start_url: str, url: str, response: httpx.Response) -> None:
        """
        Refuse an answer from a private address after a redirect: a name may resolve differently the second
        time.
        """
        if url == start_url or urlsplit(url).hostname == urlsplit(start_url).hostname or has_proxy(url):
            return
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        if not peer or is_public(str(peer[0])):
            return
        if is_loopback(str(urlsplit(start_url).hostname)) and is_loopback(str(peer[0])):
            return
        raise GuardError(f"the server redirects to a private address ({urlsplit(url).hostname})")

    def _receive(
        self, download: Download, response: httpx.Response, part: Path, start: int, deadline: float
    ) -> bool:
        """Write the body to the part; return whether its length was told and kept to."""
        is_rest = response.status_code == httpx.codes.PARTIAL_CONTENT
        begin = start if is_rest else 0
        stated_length = response.headers.get("content-length", "")
        expected = int(stated_length) if stated_length.isdecimal() else None
        is_encoded = response.headers.get("content-encoding", "identity").lower() not in ("", "identity")
        limit = min(download.max_bytes or self.limits.max_bytes, self.limits.max_bytes)
        if expected is not None and begin + expected > limit:
            raise GuardError(f"the file has {begin + expected} bytes, the limit is {limit}")
        card = {"url": download.url, "etag": None, "last_modified": None}
        if not is_encoded:
            card |= {
                "etag": response.headers.get("etag"),
                "last_modified": response.headers.get("last-modified"),
            }
        write_card(card_of(part), card)
        total = None if expected is None or is_encoded else begin + expected
        done = begin
        with part.open("ab" if is_rest else "wb") as sink:
            # Pieces as they come: gathered into larger ones, a broken connection would lose the last of them.
            for chunk in response.iter_bytes():
                done += len(chunk)
                if done > limit:
                    raise GuardError(f"the file is longer than {limit} bytes")
                if self._clock() > deadline:
                    raise GuardError(f"it takes longer than {self.limits.max_seconds:.0f} seconds")
                sink.write(chunk)
                self._progress(download.file_name, done, total)
        if expected is not None and response.num_bytes_downloaded != expected:
            raise TryAgainError(f"the connection ended after {done} of {begin + expected} bytes")
        return expected is not None or response.headers.get("transfer-encoding", "").lower() == "chunked"

    def _keep(
        self, download: Download, target: Path, part: Path, etag: str | None, last_modified: str | None
    ) -> Fetched:
        """
        Give the whole file its name;
        the card is written after it, so that no card speaks of another file.
        """
        moment = self._now().isoformat(timespec="seconds")
        fetched = Fetched(
            target,
            download.url,
            sha256_of(part),
            size_of(part),
            moment,
            moment,
            "fetched",
            etag,
            last_modified,
        )
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        card_of(target).unlink(missing_ok=True)
        part.replace(target)
        write_card(card_of(target), facts_of(fetched))
        card_of(part).unlink(missing_ok=True)
        return fetched

    def _confirm(self, target: Path, known: Fetched) -> Fetched:
        fetched = dataclasses.replace(
            known, state="unchanged", checked_at=self._now().isoformat(timespec="seconds")
        )
        write_card(card_of(target), facts_of(fetched))
        return fetched

    def _be_polite(self, host: str, interval_s: float) -> None:
        last = self._last_call.get(host)
        if last is not None and (pause := last + interval_s - self._clock()) > 0:
            self._sleep(pause)
        self._last_call[host] = self._clock()

    def _client(self) -> httpx.Client:
        if self._open is None:
            self._open = httpx.Client(
                timeout=httpx.Timeout(self.limits.read_s, connect=self.limits.connect_s)
            )
        return self._open

"""Which answers and redirects are believed."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from etl.fetch import guard
from etl.fetch.guard import (
    GuardError,
    check_content,
    check_content_type,
    check_redirect,
    check_scheme,
    is_public,
)
from etl.fetch.rules import retry_after, short

NOW = dt.datetime(2026, 11, 23, 2, 46, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.1.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "224.0.0.1",
        "100.64.0.1",
        "nothing",
    ],
)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "194.228.41.1"])
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


def test_a_redirect_within_the_same_host_needs_no_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "addresses_of", lambda *_: pytest.fail("looked up"))
    check_redirect("https://data.example.org/a", "https://data.example.org/a", "https://data.example.org/b")


def test_a_name_that_leads_into_a_private_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "addresses_of", lambda *_: ["8.8.8.8", "10.0.0.5"])
    with pytest.raises(GuardError, match="private"):
        check_redirect(
            "https://data.example.org/", "https://data.example.org/", "https://intranet.example.org/"
        )


def test_a_public_name_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "addresses_of", lambda *_: ["8.8.8.8"])
    check_redirect("https://data.example.org/", "https://data.example.org/", "https://cdn.example.org/")


def test_a_public_origin_never_leads_to_this_machine() -> None:
    for target in (
        "http://localhost/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://2130706433/",
        "http://127.1/",
    ):
        with pytest.raises(GuardError):
            check_redirect("http://data.example.org/", "http://data.example.org/", target)


def test_https_is_not_given_up() -> None:
    with pytest.raises(GuardError, match="unprotected"):
        check_redirect("https://data.example.org/", "https://data.example.org/", "http://data.example.org/")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a/b", "gopher://a", "http://", "//a/b", "http://u:p@a/b"]
)
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(GuardError):
        check_scheme(url)


@pytest.mark.parametrize(
    ("kind", "content", "reason"),
    [
        ("json", b"", "empty"),
        ("json", b"\xef\xbb\xbf  <!doctype html><p>", "web page"),
        ("csv", b"<!-- x -->\n<HTML lang=cs>", "web page"),
        ("json", b'{"a": 1', "cut off"),
        ("json", b"a,b\n1,2\n", "not JSON"),
        ("xml", b'<?xml version="1.0"?>\n<a:b xmlns:a="x"><c/>', "cut off"),
        ("xml", b"kod;nazev", "not XML"),
        ("csv", b'{"errors": []}', "not a table"),
        ("csv", b"a\x00b\n", "not a table"),
        ("zip", b"PK\x03\x04 and nothing more", "cut off"),
        ("zip", b"\x1f\x8b\x08", "not a zip"),
        ("html", b"just words", "not a web page"),
    ],
)
def test_content_of_another_kind_is_refused(kind: str, content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(GuardError, match=reason):
        check_content(path, kind)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("json", b'\xef\xbb\xbf{"a": "<html>"}\n'),
        ("json", b"[]"),
        ("csv", b"kod,nazev\r\n1,Lhotka"),
        ("xml", b'<?xml version="1.0"?><!-- <x> --><a:b xmlns:a="x"><c/></a:b>\n'),
        ("xml", b"<a/>"),
        ("html", b"<html></html>"),
        ("any", b"\x00\x01"),
    ],
)
def test_content_of_the_right_kind_is_taken(kind: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    check_content(path, kind)


def test_a_whole_zip_is_taken(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "1")
    check_content(tmp_path / "a.zip", "zip")


@pytest.mark.parametrize(
    ("kind", "declared"),
    [("json", "application/pdf"), ("csv", "text/html; charset=utf-8"), ("csv", "application/json")],
)
def test_a_declared_type_that_cannot_be_is_refused(kind: str, declared: str) -> None:
    with pytest.raises(GuardError):
        check_content_type(kind, declared)


@pytest.mark.parametrize(
    ("kind", "declared"),
    [("json", "text/html"), ("json", ""), ("zip", "application/octet-stream"), ("csv", "text/plain")],
)
def test_a_careless_declared_type_is_left_to_the_content(kind: str, declared: str) -> None:
    check_content_type(kind, declared)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("Mon, 23 Nov 2026 02:46:30 GMT", 30.0),
        ("Mon, 23 Nov 2020 02:46:30 GMT", 0.0),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@settings(deadline=None)
@given(st.text(max_size=30))
@example("²")  # a digit that is no number
def test_retry_after_reads_anything(value: str) -> None:
    seconds = retry_after(value, NOW)
    assert seconds is None or seconds >= 0


def test_a_message_does_not_repeat_the_query() -> None:
    assert short("https://a.example.org/x?key=1&data=" + "y" * 500) == "https://a.example.org/x?…"

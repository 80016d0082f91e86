"""
A server on this machine that answers as the official ones do on good and bad days.

Each bad day ends in a retry that works or in one clear error; never in wrong data,
and never in the loss of what was there.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from etl.fetch.fetcher import Fetcher, FetchError, FetchLimits, describe_age
from etl.sources import (
    cz_csu_population,
    cz_cuzk_boundaries,
    cz_mpsv_rpss,
    pl_gugik_prg,
    pl_gus_bdl,
    pl_mrips_rjps,
)
from etl.sources.formats.contract import Download, Origin, load_origin
from geodata.errors import DosahError, InputFileError

Answer = Callable[["Handler"], None]
LIMITS = FetchLimits(max_bytes=5_000_000, max_seconds=20, connect_s=2, read_s=0.4, attempts=4, backoff_s=0.01)
REGISTER = json.dumps({"polozky": [{"portalId": 1}], "text": "Ž" * 200_000}, ensure_ascii=False).encode()
PAGE = (
    b"<!DOCTYPE html>\n<html><body>Omlouv\xc3\xa1me se, prob\xc3\xadh\xc3\xa1 odst\xc3\xa1vka.</body></html>"
)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: OfficialServer

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        self.server.requests.append((self.command, self.path, dict(self.headers), self.body))
        answers = self.server.answers.get(self.path.partition("?")[0])
        if not answers:
            self.give(b"no such page", status=404, kind="text/plain")
            return
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    def do_POST(self) -> None:
        self.do_GET()

    def give(self, body: bytes, *, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", headers.pop("Content_Length", str(len(body))))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class OfficialServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, list[Answer]] = {}
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def on(self, path: str, *answers: Answer) -> str:
        self.answers[path] = list(answers)
        return self.root + path

    def handle_error(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OfficialServer]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with OfficialServer() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join(5)


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def fetcher(tmp_path: Path, pauses: list[float]) -> Iterator[Fetcher]:
    with Fetcher(tmp_path / "cache", limits=LIMITS, sleep=pauses.append) as polite:
        yield polite


def want(url: str, kind: str = "json", **more: object) -> Download:
    return Download("test", url, "file", kind, min_interval_s=0, **more)


def good(body: bytes = REGISTER, **headers: str) -> Answer:
    return lambda handler: handler.give(body, **headers)


def status(code: int, **headers: str) -> Answer:
    return lambda handler: handler.give(b"{}", status=code, **headers)


def cut_after(count: int, body: bytes = REGISTER, **headers: str) -> Answer:
    """Promise the whole, send a part, hang up."""

    def answer(handler: Handler) -> None:
        handler.give(body[:count], Content_Length=str(len(body)), **headers)
        handler.close_connection = True

    return answer


def rest(body: bytes = REGISTER, **headers: str) -> Answer:
    """Answer a range request as the standard says."""

    def answer(handler: Handler) -> None:
        start = int(handler.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        handler.give(
            body[start:], status=206, Content_Range=f"bytes {start}-{len(body) - 1}/{len(body)}", **headers
        )

    return answer


def at(origin: Origin, **urls: str) -> Origin:
    """A moved address is a one-line change."""
    import dataclasses

    return dataclasses.replace(origin, urls={**origin.urls, **urls})


def test_a_file_arrives_whole_with_its_card(server: OfficialServer, fetcher: Fetcher) -> None:
    fetched = fetcher.fetch(want(server.on("/rpss.json", good(ETag='"one"'))))
    assert fetched.path.read_bytes() == REGISTER
    assert fetched.sha256 == hashlib.sha256(REGISTER).hexdigest()
    assert (fetched.state, fetched.etag, fetched.size_bytes) == ("fetched", '"one"', len(REGISTER))
    card = json.loads(fetched.path.with_name(fetched.path.name + ".json").read_text(encoding="utf-8"))
    assert card["sha256"] == fetched.sha256
    assert not [path for path in fetched.path.parent.iterdir() if path.name.endswith(".part")]


def test_an_unchanged_file_is_not_sent_again(server: OfficialServer, fetcher: Fetcher) -> None:
    def not_modified(handler: Handler) -> None:
        assert handler.headers["If-None-Match"] == '"one"'
        handler.send_response(304)
        handler.end_headers()

    url = server.on("/rpss.json", good(ETag='"one"'), not_modified)
    first = fetcher.fetch(want(url))
    second = fetcher.fetch(want(url))
    assert (second.state, second.sha256, second.fetched_at) == ("unchanged", first.sha256, first.fetched_at)


def test_without_etag_the_date_is_asked_for(server: OfficialServer, fetcher: Fetcher) -> None:
    day = "Mon, 07 Sep 2026 04:00:00 GMT"
    url = server.on("/a.json", good(Last_Modified=day), status(304))
    fetcher.fetch(want(url))
    fetcher.fetch(want(url))
    assert server.requests[1][2]["If-Modified-Since"] == day


def test_a_damaged_cache_is_fetched_again(server: OfficialServer, fetcher: Fetcher) -> None:
    url = server.on("/rpss.json", good(ETag='"one"'))
    fetched = fetcher.fetch(want(url))
    fetched.path.write_bytes(REGISTER[:-5] + b"wrong")
    again = fetcher.fetch(want(url))
    assert "If-None-Match" not in server.requests[1][2]
    assert again.path.read_bytes() == REGISTER


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504, 408])
def test_a_passing_trouble_is_retried(
    code: int, server: OfficialServer, fetcher: Fetcher, pauses: list[float]
) -> None:
    fetched = fetcher.fetch(want(server.on("/a.json", status(code), status(code), good())))
    assert fetched.path.read_bytes() == REGISTER
    assert len(pauses) == 2


def test_retry_after_is_kept_to(server: OfficialServer, fetcher: Fetcher, pauses: list[float]) -> None:
    fetcher.fetch(want(server.on("/a.json", status(429, Retry_After="7"), good())))
    assert pauses == [7.0]


def test_retry_after_may_be_a_date(server: OfficialServer, tmp_path: Path, pauses: list[float]) -> None:
    now = dt.datetime(2026, 11, 23, 2, 46, 0, tzinfo=dt.UTC)
    with Fetcher(tmp_path, limits=LIMITS, sleep=pauses.append, now=lambda: now) as fetcher:
        fetcher.fetch(
            want(server.on("/a.json", status(503, Retry_After="Mon, 23 Nov 2026 02:46:09 GMT"), good()))
        )
    assert pauses == [9.0]


def test_a_server_that_wants_a_long_rest_is_left_alone(
    server: OfficialServer, fetcher: Fetcher, pauses: list[float]
) -> None:
    with pytest.raises(FetchError, match="wait 86400 seconds"):
        fetcher.fetch(want(server.on("/a.json", status(429, Retry_After="86400"))))
    assert pauses == []


def test_backoff_grows_and_gives_up(server: OfficialServer, fetcher: Fetcher, pauses: list[float]) -> None:
    with pytest.raises(FetchError, match=r"answers 500 \(tried 4 times\)") as caught:
        fetcher.fetch(want(server.on("/a.json", status(500))))
    assert caught.value.status == 500
    assert len(server.requests) == 4
    for number, pause in enumerate(pauses):
        assert 0.5 * 0.01 * 2**number <= pause <= 1.5 * 0.01 * 2**number


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410])
def test_a_lasting_trouble_is_said_at_once(
    code: int, server: OfficialServer, fetcher: Fetcher, pauses: list[float]
) -> None:
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(want(server.on("/a.json", status(code))))
    assert caught.value.status == code
    assert pauses == []


def test_a_cut_connection_is_resumed_where_it_ended(server: OfficialServer, fetcher: Fetcher) -> None:
    url = server.on("/a.json", cut_after(1000, ETag='"one"'), rest(ETag='"one"'))
    assert fetcher.fetch(want(url)).path.read_bytes() == REGISTER
    second = server.requests[1][2]
    assert (second["Range"], second["If-Range"]) == ("bytes=1000-", '"one"')


def test_a_file_that_changed_meanwhile_is_taken_anew(server: OfficialServer, fetcher: Fetcher) -> None:
    new = REGISTER.replace("Ž".encode(), b"Zz")
    url = server.on("/a.json", cut_after(1000, ETag='"one"'), good(new, ETag='"two"'))
    fetched = fetcher.fetch(want(url))
    assert fetched.path.read_bytes() == new
    assert fetched.etag == '"two"'


def test_without_a_validator_nothing_is_pieced_together(server: OfficialServer, fetcher: Fetcher) -> None:
    url = server.on("/a.json", cut_after(1000), good())
    assert fetcher.fetch(want(url)).path.read_bytes() == REGISTER
    assert "Range" not in server.requests[1][2]


def test_a_weak_etag_does_not_piece_together(server: OfficialServer, fetcher: Fetcher) -> None:
    url = server.on("/a.json", cut_after(1000, ETag='W/"one"'), good())
    fetcher.fetch(want(url))
    assert "Range" not in server.requests[1][2]


def test_another_part_than_asked_for_is_refused(server: OfficialServer, fetcher: Fetcher) -> None:
    def wrong(handler: Handler) -> None:
        handler.give(
            REGISTER[500:], status=206, Content_Range=f"bytes 500-{len(REGISTER) - 1}/{len(REGISTER)}"
        )

    url = server.on("/a.json", cut_after(1000, ETag='"one"'), wrong, good())
    assert fetcher.fetch(want(url)).path.read_bytes() == REGISTER


def test_a_part_longer_than_the_file_is_thrown_away(server: OfficialServer, fetcher: Fetcher) -> None:
    url = server.on("/a.json", cut_after(1000, ETag='"one"'), status(416), good())
    assert fetcher.fetch(want(url)).path.read_bytes() == REGISTER


def test_a_half_file_is_never_taken_for_a_whole(server: OfficialServer, fetcher: Fetcher) -> None:
    url = server.on("/a.json", cut_after(len(REGISTER) - 1))
    with pytest.raises(FetchError, match="connection"):
        fetcher.fetch(want(url))
    assert not fetcher.path_of(want(url)).exists()


def test_a_failure_leaves_what_was_there(server: OfficialServer, fetcher: Fetcher) -> None:
    url = server.on("/a.json", good(), status(500))
    before = fetcher.fetch(want(url)).path.read_bytes()
    with pytest.raises(FetchError):
        fetcher.fetch(want(url))
    assert fetcher.path_of(want(url)).read_bytes() == before
    offline = Fetcher(fetcher.cache_directory, offline=True).fetch(want(url))
    assert offline.path.read_bytes() == before


def test_no_length_and_no_end_of_line_is_no_table(server: OfficialServer, fetcher: Fetcher) -> None:
    def until_closed(body: bytes) -> Answer:
        def answer(handler: Handler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/csv")
            handler.send_header("Connection", "close")
            handler.end_headers()
            handler.wfile.write(body)
            handler.close_connection = True

        return answer

    url = server.on("/a.csv", until_closed(b"kod;nazev\n1;Lh"), until_closed(b"kod;nazev\n1;Lhotka\n"))
    assert fetcher.fetch(want(url, "csv")).path.read_bytes().endswith(b"Lhotka\n")
    assert len(server.requests) == 2


def test_chunks_without_an_end_are_a_cut(server: OfficialServer, fetcher: Fetcher) -> None:
    def chunked(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(REGISTER), REGISTER))
        handler.close_connection = True

    url = server.on("/a.json", chunked, good())
    assert fetcher.fetch(want(url)).path.read_bytes() == REGISTER
    assert len(server.requests) == 2


def test_a_slow_answer_is_a_failed_try(server: OfficialServer, fetcher: Fetcher) -> None:
    def stall(handler: Handler) -> None:
        time.sleep(1.0)
        handler.close_connection = True

    assert fetcher.fetch(want(server.on("/a.json", stall, good()))).path.read_bytes() == REGISTER


def test_an_endless_drip_ends_at_the_time_limit(server: OfficialServer, tmp_path: Path) -> None:
    ticks = iter(range(0, 10_000, 5))

    def drip(handler: Handler) -> None:
        handler.give(b"[", Content_Length="100000")
        for _ in range(20):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.01)
        handler.close_connection = True

    slow = Fetcher(tmp_path, limits=LIMITS, clock=lambda: float(next(ticks)), sleep=lambda _: None)
    url = server.on("/a.json", drip)
    with slow, pytest.raises(FetchError, match="longer than 20 seconds"):
        slow.fetch(want(url))


def test_an_error_page_with_status_200_is_no_data(server: OfficialServer, fetcher: Fetcher) -> None:
    url = server.on("/a.json", good(PAGE, kind="text/html"), good(PAGE, kind="application/json"), good())
    assert fetcher.fetch(want(url)).path.read_bytes() == REGISTER
    with pytest.raises(FetchError, match="web page"):
        fetcher.fetch(want(server.on("/b.json", good(PAGE, kind="text/html"))))


@pytest.mark.parametrize(
    ("kind", "body", "content_type"),
    [
        ("json", b"%PDF-1.7", "application/pdf"),
        ("csv", b'{"error": "no data"}', "text/csv"),
        ("csv", b"kod;nazev\n1;Lhotka\n", "text/html"),
        ("zip", b"Rar!\x1a\x07", "application/zip"),
        ("xml", b'{"a": 1}', "text/xml"),
        ("json", b"", "application/json"),
    ],
)
def test_a_wrong_content_type_is_refused(
    kind: str, body: bytes, content_type: str, server: OfficialServer, fetcher: Fetcher
) -> None:
    url = server.on("/a", good(body, kind=content_type))
    with pytest.raises(FetchError):
        fetcher.fetch(want(url, kind))
    assert not fetcher.path_of(want(url, kind)).exists()


def test_a_zip_without_its_end_is_refused(server: OfficialServer, fetcher: Fetcher) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x" * 1000)
    url = server.on("/a.zip", good(buffer.getvalue()[:-40], kind="application/zip"))
    with pytest.raises(FetchError, match="cut off"):
        fetcher.fetch(want(url, "zip"))


def test_too_long_a_file_is_refused_before_and_while_it_comes(
    server: OfficialServer, fetcher: Fetcher
) -> None:
    with pytest.raises(FetchError, match="limit is 100"):
        fetcher.fetch(want(server.on("/a.json", good()), max_bytes=100))
    packed = gzip.compress(b"[" + b" " * 20_000_000 + b"]")
    url = server.on("/b.json", good(packed, Content_Encoding="gzip"))
    with pytest.raises(FetchError, match="longer than 5000000 bytes"):
        fetcher.fetch(want(url))
    assert sum(path.stat().st_size for path in fetcher.cache_directory.rglob("*") if path.is_file()) < 10_000


def test_a_packed_answer_is_unpacked_whole(server: OfficialServer, fetcher: Fetcher) -> None:
    packed = gzip.compress(REGISTER)
    url = server.on(
        "/a.json",
        cut_after(len(packed) // 2, packed, Content_Encoding="gzip"),
        good(packed, Content_Encoding="gzip"),
    )
    assert fetcher.fetch(want(url)).path.read_bytes() == REGISTER


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://[::ffff:192.168.1.1]/",
        "http://0x0a000001/",
        "file:///etc/passwd",
        "ftp://example.org/a",
        "http://user@example.org/",
        "http://[bad/",
        "http://example.org:99999/",
        "",
    ],
)
def test_a_redirect_to_a_private_place_or_scheme_is_refused(
    target: str, server: OfficialServer, fetcher: Fetcher
) -> None:
    url = server.on("/a.json", status(302, Location=target))
    with pytest.raises(FetchError, match=r"redirect|scheme|user name|malformed"):
        fetcher.fetch(want(url))
    assert len(server.requests) == 1


def test_a_redirect_on_the_same_host_is_followed(server: OfficialServer, fetcher: Fetcher) -> None:
    server.on("/new.json", good())
    assert (
        fetcher.fetch(want(server.on("/old.json", status(301, Location="/new.json")))).path.read_bytes()
        == REGISTER
    )


def test_redirects_do_not_go_round_for_ever(server: OfficialServer, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="more than 5 times"):
        fetcher.fetch(want(server.on("/a.json", status(302, Location="/a.json"))))


def test_offline_uses_what_was_fetched_and_says_its_age(server: OfficialServer, fetcher: Fetcher) -> None:
    url = server.on("/a.json", good())
    fetcher.fetch(want(url))
    asked = len(server.requests)
    offline = Fetcher(fetcher.cache_directory, offline=True)
    fetched = offline.fetch(want(url))
    assert fetched.state == "offline"
    later = dt.datetime.fromisoformat(fetched.checked_at) + dt.timedelta(days=12, hours=1)
    assert describe_age(fetched, later).startswith("confirmed 12 days ago")
    with pytest.raises(FetchError, match="not been fetched yet"):
        offline.fetch(want(server.root + "/other.json"))
    assert len(server.requests) == asked


def test_hosts_are_spared(server: OfficialServer, tmp_path: Path) -> None:
    clock, pauses = [100.0], []

    def sleep(seconds: float) -> None:
        pauses.append(round(seconds, 3))
        clock[0] += seconds

    url = server.on("/a.json", good())
    with Fetcher(tmp_path, limits=LIMITS, clock=lambda: clock[0], sleep=sleep) as fetcher:
        for page in range(3):
            fetcher.fetch(Download("bdl", f"{url}?page={page}", f"{page}", "json", min_interval_s=1.6))
    assert pauses == [1.6, 1.6]


def test_two_builds_at_once_do_not_harm_each_other(server: OfficialServer, tmp_path: Path) -> None:
    gate = threading.Barrier(2, timeout=5)

    def together(handler: Handler) -> None:
        gate.wait()
        handler.give(REGISTER)

    url = server.on("/a.json", together)
    results: list[bytes] = []

    def build() -> None:
        with Fetcher(tmp_path, limits=FetchLimits(attempts=1)) as fetcher:
            results.append(fetcher.fetch(want(url)).path.read_bytes())

    threads = [threading.Thread(target=build) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert results == [REGISTER, REGISTER]
    assert not list(tmp_path.rglob("*.part"))


def test_a_cache_that_cannot_be_written_is_said(server: OfficialServer, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be", encoding="utf-8")
    with (
        Fetcher(tmp_path / "cache", limits=LIMITS) as fetcher,
        pytest.raises(FetchError, match="cache cannot be written"),
    ):
        fetcher.fetch(want(server.on("/a.json", good())))


def test_a_killed_run_leaves_no_file_and_the_next_one_goes_on(server: OfficialServer, tmp_path: Path) -> None:
    url = server.on("/a.json", good(ETag='"one"'), rest(ETag='"one"'))

    def kill(_name: str, done: int, _total: int | None) -> None:
        if done:
            raise KeyboardInterrupt

    with Fetcher(tmp_path, limits=LIMITS, progress=kill) as killed, pytest.raises(KeyboardInterrupt):
        killed.fetch(want(url))
    assert not killed.path_of(want(url)).exists()
    with Fetcher(tmp_path, limits=LIMITS) as fetcher:
        size = fetcher.path_of(want(url)).with_name(fetcher.path_of(want(url)).name + ".part").stat().st_size
        assert 0 < size < len(REGISTER)
        assert fetcher.fetch(want(url)).path.read_bytes() == REGISTER
    assert server.requests[1][2]["Range"] == f"bytes={size}-"


def test_progress_is_told(server: OfficialServer, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int | None]] = []
    with Fetcher(tmp_path, limits=LIMITS, progress=lambda *step: steps.append(step)) as fetcher:
        fetcher.fetch(want(server.on("/a.json", good())))
    assert steps[-1] == ("file", len(REGISTER), len(REGISTER))


# The connectors against their own servers.


def test_rpss_with_an_error_page_never_reaches_the_reader(server: OfficialServer, fetcher: Fetcher) -> None:
    origin = at(load_origin("cz_mpsv_rpss"), register=server.on("/rpss.json", good(PAGE, kind="text/html")))
    with pytest.raises(FetchError, match="web page"):
        fetcher.fetch(cz_mpsv_rpss.addresses(origin, with_code_lists=False)[0])


def test_rpss_with_changed_columns_is_a_clear_error(server: OfficialServer, fetcher: Fetcher) -> None:
    renamed = json.dumps({"items": [{"portalId": 1}]}).encode()
    origin = at(load_origin("cz_mpsv_rpss"), register=server.on("/rpss.json", good(renamed)))
    path = fetcher.fetch(cz_mpsv_rpss.addresses(origin, with_code_lists=False)[0]).path
    with pytest.raises(InputFileError, match="polozky"):
        cz_mpsv_rpss.read(path, origin)


def test_datastat_wants_literal_commas_and_answers_400_without_data(
    server: OfficialServer, fetcher: Fetcher
) -> None:
    table = (
        '"Ukazatel","Uz45B.Polozka","CasRB.Polozka","VekSkupZakl.Polozka","Hodnota"\r\n'
        '"Počet obyvatel k 31. 12. (koncový stav)","598143","2024","VEK65AV","2100"\n'
    ).encode()

    def datastat(handler: Handler) -> None:
        if "%2C" in handler.path or "CasRB=2031" in handler.path:
            handler.give(b'{"chyba": "neplatny dotaz"}', status=400)
        else:
            handler.give(table, kind="text/csv;charset=UTF-8")

    template = server.on("/datastat", datastat) + "?Uz45B={codes}&CasRB={year}"
    origin = at(load_origin("cz_csu_population"), datastat=template)
    call = cz_csu_population.addresses(origin, municipality_codes=["598143", "598011"], year=2024)[0]
    path = fetcher.fetch(call).path
    assert "598143,598011" in server.requests[0][1]
    read = cz_csu_population.read(path, origin)
    assert read.tables["population"][["municipality_code", "age_from", "persons"]].to_numpy().tolist() == [
        ["598143", 65, 2100]
    ]
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(cz_csu_population.addresses(origin, municipality_codes=["598143"], year=2031)[0])
    assert caught.value.status == 400


def test_map_service_pages_are_fetched_to_the_last(server: OfficialServer, fetcher: Fetcher) -> None:
    def page(handler: Handler) -> None:
        offset = int(handler.path.partition("resultOffset=")[2].partition("&")[0])
        codes = ["599999", "598143", "598011"][offset : offset + 2]
        features = [
            {
                "type": "Feature",
                "properties": {"kod": int(code), "nazev": f"Obec {code}"},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[18, 49], [18.1, 49], [18.1, 49.1], [18, 49]]],
                },
            }
            for code in codes
        ]
        body = {"type": "FeatureCollection", "features": features, "exceededTransferLimit": offset == 0}
        handler.give(json.dumps(body).encode())

    template = server.on("/query", page) + "?layer={layer}&resultOffset={offset}&resultRecordCount={count}"
    origin = at(load_origin("cz_cuzk_boundaries"), map_service=template)
    files = cz_cuzk_boundaries.fetch_all(origin, lambda download: fetcher.fetch(download).path)
    codes = [
        code
        for file in files
        for code in cz_cuzk_boundaries.read(file, origin).tables["municipality"]["municipality_code"]
    ]
    assert codes == ["599999", "598143", "598011"]


def test_wfs_pages_are_fetched_while_next_is_told(server: OfficialServer, fetcher: Fetcher) -> None:
    def page(handler: Handler) -> None:
        start = int(handler.path.partition("STARTINDEX=")[2])
        further = 'next="https://elsewhere.example.org/"' if start < 4 else ""
        handler.give(
            f'<?xml version="1.0"?><FeatureCollection numberReturned="2" {further}/>'.encode(),
            kind="text/xml",
        )

    template = server.on("/wfs", page) + "?COUNT={count}&STARTINDEX={offset}"
    origin = at(load_origin("pl_gugik_prg"), page=template)
    files = pl_gugik_prg.fetch_all(origin, lambda download: fetcher.fetch(download).path)
    assert len(files) == 3
    assert [request[1].rpartition("=")[2] for request in server.requests] == ["0", "2", "4"]


def test_every_variable_of_the_bank_is_fetched_to_its_last_page(
    server: OfficialServer, fetcher: Fetcher
) -> None:
    def page(handler: Handler) -> None:
        variable = int(handler.path.partition("v=")[2].partition("&")[0])
        handler.give(json.dumps({"variableId": variable, "totalRecords": 150, "results": []}).encode())

    template = server.on("/bdl", page) + "?v={id}&y={year}&p={page}&c={count}"
    origin = at(load_origin("pl_gus_bdl"), by_variable=template)
    files = pl_gus_bdl.fetch_all(origin, lambda download: fetcher.fetch(download).path, year=2023)
    assert len(files) == 2 * 5
    assert len({request[1] for request in server.requests}) == 10


def test_map_service_error_with_status_200_is_a_clear_error(server: OfficialServer, fetcher: Fetcher) -> None:
    body = json.dumps({"error": {"code": 400, "message": "Invalid or missing input parameters."}}).encode()
    origin = at(load_origin("cz_cuzk_boundaries"), map_service=server.on("/query", good(body)))
    path = fetcher.fetch(cz_cuzk_boundaries.page_address(origin)).path
    with pytest.raises(InputFileError, match="Invalid or missing input parameters"):
        cz_cuzk_boundaries.read(path, origin)


def test_wfs_exception_with_status_200_is_a_clear_error(server: OfficialServer, fetcher: Fetcher) -> None:
    body = (
        '<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1"><ows:Exception>'
        "<ows:ExceptionText>zły filtr</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
    ).encode()
    origin = at(load_origin("pl_gugik_prg"), page=server.on("/wfs", good(body, kind="text/xml")))
    path = fetcher.fetch(pl_gugik_prg.page_address(origin)).path
    with pytest.raises(InputFileError, match="zły filtr"):
        pl_gugik_prg.read(path, origin)


def test_bdl_is_asked_slowly_and_after_429_again(
    server: OfficialServer, fetcher: Fetcher, pauses: list[float]
) -> None:
    page = {
        "variableId": 72305,
        "totalRecords": 1,
        "results": [{"id": "042414467011", "name": "X", "values": [{"year": "2023", "val": 5}]}],
    }
    template = (
        server.on("/bdl", status(429, Retry_After="2"), good(json.dumps(page).encode()))
        + "?v={id}&y={year}&p={page}&c={count}"
    )
    origin = at(load_origin("pl_gus_bdl"), by_variable=template)
    download = pl_gus_bdl.addresses(origin, year=2023)[0]
    assert download.min_interval_s == 1.6
    read = pl_gus_bdl.read(fetcher.fetch(download).path, origin, year=2023)
    assert read.tables["value"]["municipality_code"].tolist() == ["2467011"]
    assert pauses[0] == 2.0


def test_rjps_list_is_asked_for_by_post(server: OfficialServer, fetcher: Fetcher) -> None:
    origin = at(
        load_origin("pl_mrips_rjps"),
        list=server.on("/zaladujDane.do", good(b'[{"id": 7, "x": 19.1, "y": 50.6}]')),
    )
    path = fetcher.fetch(pl_mrips_rjps.addresses(origin)[0]).path
    method, _, _, body = server.requests[0]
    assert (method, json.loads(body)) == ("POST", {"filtry": {}})
    unit = pl_mrips_rjps.read(path, origin).tables["unit"].iloc[0]
    assert (unit["unit_id"], unit["longitude"], unit["latitude"]) == ("7", 19.1, 50.6)


def test_every_error_of_fetching_is_one_of_ours(server: OfficialServer, fetcher: Fetcher) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(DosahError, match=r"cannot be reached|connection"):
        fetcher.fetch(want(server.root + "/a.json"))

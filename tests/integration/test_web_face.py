"""
The server as a browser and an attacker meet it, in a process of its own: uploads, headers, shut doors,
a read-only installation, a dataset that is replaced under its readers.
"""

import gzip
import http.client
import json
import random
import re
import shutil
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from geodata.dataset.dataset import read_dataset
from geodata.dataset.publish import write_dataset

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1024 * 1024
PATIENCE = 120
WRONG = "Something went wrong"
WRITERS_ROUNDS = 12
READERS = 3


class Visitor:
    """One browser without a screen: it opens pages and keeps what they say."""

    def __init__(self, address):
        self.address = address
        with urllib.request.urlopen(f"{address}_stcore/health", timeout=PATIENCE) as answer:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        self.token = self.cookie.partition("=")[2]
        self.connection = connect(
            f"{address.replace('http', 'ws', 1)}_stcore/stream",
            subprotocols=["streamlit"],
            max_size=None,
            additional_headers={"Cookie": self.cookie},
            open_timeout=PATIENCE,
        )
        self.session, self.pages = "", {}

    def __enter__(self):
        self.socket = self.connection.__enter__()
        self.open("")
        return self

    def __exit__(self, *error):
        self.connection.__exit__(*error)

    def open(self, path, query="lang=en"):
        """Open a page; return all messages of its run."""
        asked = BackMsg()
        asked.rerun_script.query_string = query
        asked.rerun_script.page_script_hash = self.pages.get(path, "")
        asked.rerun_script.context_info.timezone = "UTC"
        self.socket.send(asked.SerializeToString())
        messages = []
        while True:
            message = ForwardMsg.FromString(self.socket.recv(PATIENCE))
            messages.append(message)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.session = message.new_session.initialize.session_id or self.session
            elif kind == "navigation":
                self.pages = {
                    page.url_pathname: page.page_script_hash for page in message.navigation.app_pages
                }
            elif kind == "script_finished" and message.script_finished == message.FINISHED_SUCCESSFULLY:
                return messages

    def put(self, content, session=None, headers=None):
        """Send a file as a browser does; return the status."""
        body = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="table.csv"\r\n\r\n'
            + content
            + b"\r\n--x--\r\n"
        )
        request = urllib.request.Request(
            f"{self.address}_stcore/upload_file/{session or self.session}/{random.getrandbits(64):x}",
            data=body,
            method="PUT",
            headers={
                "Content-Type": "multipart/form-data; boundary=x",
                "Cookie": self.cookie,
                "X-Xsrftoken": self.token,
                **(headers or {}),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except (ConnectionError, urllib.error.URLError):
            return None  # hung up on before everything was sent

    def put_in_pieces(self):
        """
        Begin an upload in pieces, without saying how large it will be, and return the status.

        The head alone: who sends more may be hung up on before the answer is read.
        """
        parts = urllib.parse.urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
        connection.putrequest(
            "PUT", f"{parts.path}_stcore/upload_file/{self.session}/{random.getrandbits(64):x}"
        )
        for name, value in (
            ("Content-Type", "multipart/form-data; boundary=x"),
            ("Cookie", self.cookie),
            ("X-Xsrftoken", self.token),
            ("Transfer-Encoding", "chunked"),
        ):
            connection.putheader(name, value)
        connection.endheaders()
        try:
            return connection.getresponse().status
        finally:
            connection.close()


def words(messages):
    """Everything that the elements of a run say."""
    bodies = []
    for message in messages:
        if message.WhichOneof("type") == "delta":
            element = message.delta.new_element
            kind = element.WhichOneof("type")
            if kind in ("html", "alert", "markdown", "heading"):
                bodies.append(getattr(element, kind).body)
    # A comment of a style is read by nobody.
    return re.sub(r"<style>.*?</style>", "", "\n".join(bodies), flags=re.DOTALL)


def frames(messages):
    """The arguments of every component: what the maps are told."""
    return [
        message.delta.new_element.component_instance.json_args
        for message in messages
        if message.WhichOneof("type") == "delta"
        and message.delta.new_element.WhichOneof("type") == "component_instance"
    ]


def got(address, headers=None):
    request = urllib.request.Request(address, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return (
                answer.status,
                {name.lower(): value for name, value in answer.headers.items()},
                answer.read(),
            )
    except urllib.error.HTTPError as error:
        return error.code, {name.lower(): value for name, value in error.headers.items()}, error.read()


def outlines_of(messages):
    """Where the map fetches its outlines, below the static files."""
    arguments = frames(messages)[0]
    return "outlines/outlines-" + arguments.split("outlines/outlines-")[1].split(".json")[0] + ".json"


# -- uploads -------------------------------------------------------------------------------------------------


def test_a_page_takes_what_it_asks_for_and_no_other_page_takes_anything(dashboard):
    with Visitor(dashboard) as visitor, Visitor(dashboard) as other:
        visitor.open("documents")  # a template of 5 MB at most
        assert visitor.put(b"x" * MEGABYTE) == 204
        assert visitor.put(b"x" * (5 * MEGABYTE - 1000)) == 204
        assert visitor.put(b"x" * (6 * MEGABYTE)) in (413, None)
        # In pieces, without saying how large it will be.
        assert visitor.put_in_pieces() in (411, 400)
        # The map asks for nothing, nor does it for a session of somebody else.
        assert other.put(b"x") == 403
        assert other.put(b"x", session="0-0-0") == 403
        visitor.open("")
        assert visitor.put(b"x") == 403
        # A door that was open does not replace the token.
        visitor.open("documents")
        assert visitor.put(b"x", headers={"X-Xsrftoken": "forged"}) == 403
        # A story is smaller than a template.
        visitor.open("present")
        assert visitor.put(b"x" * (4 * MEGABYTE)) in (413, None)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell of memory")
def test_uploads_do_not_fill_the_memory(start_dashboard):
    """
    As it was tried: three times 190 MiB of a reader without rights; and what is small enough, sixty times.
    """
    address = start_dashboard()
    process = start_dashboard.process_of(address)

    def resident():
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    with Visitor(address) as visitor:
        visitor.open("documents")
        assert visitor.put(b"x" * MEGABYTE) == 204
        before = resident()
        for _ in range(3):
            assert visitor.put(bytes(190 * MEGABYTE)) in (413, None)
        assert resident() - before < 30
        for _ in range(60):
            assert visitor.put(b"x" * (5 * MEGABYTE - 1000)) == 204
        # Three files of five megabytes are kept, not three hundred.
        assert resident() - before < 100


# -- what every answer says ----------------------------------------------------------------------------------


def test_every_answer_carries_the_headers(start_dashboard):
    for base_path in ("", "region/dosah"):
        address = start_dashboard(base_path)
        with Visitor(address) as visitor:
            outlines = f"app/static/{outlines_of(visitor.open(''))}"
        paths = [
            "",
            "village",
            "_stcore/health",
            "_stcore/host-config",
            "app/static/dosah-map.js",
            outlines,
            "component/streamlit_folium.st_folium/index.html",
            "app/static/none.js",
            "static/none.js",
            "media/none",
        ]
        for path in paths:
            status, headers, _body = got(address + path, {"Origin": "https://evil.example"})
            assert status in (200, 404), path
            assert "frame-ancestors 'self'" in headers["content-security-policy"], path
            assert headers["x-frame-options"] == "SAMEORIGIN"
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
            assert headers["cross-origin-resource-policy"] == "same-origin"
            assert "access-control-allow-origin" not in headers, path
        for shut in ("_stcore/metrics", "_stcore/agent/mcp"):
            assert got(address + shut)[0] == 404


def test_outlines_come_packed_and_only_once(dashboard):
    with Visitor(dashboard) as visitor:
        address = f"{dashboard}app/static/{outlines_of(visitor.open(''))}"
    status, headers, packed = got(address, {"Accept-Encoding": "gzip"})
    assert (status, headers["content-encoding"]) == (200, "gzip")
    plain = got(address)[2]
    assert gzip.decompress(packed) == plain
    assert json.loads(plain)["type"] == "FeatureCollection"
    assert got(address, {"If-None-Match": headers["etag"]})[0] == 304
    assert got(f"{dashboard}app/static/outlines/outlines-none.json")[0] == 404


# -- a read-only installation --------------------------------------------------------------------------------


def test_a_read_only_installation_shows_a_new_dataset(start_dashboard, dataset_path, tmp_path):
    """
    The program lies on a read-only mount, with a dataset it has never seen;
    nothing but one folder can be written.
    """
    mount = ["unshare", "-m", "sh", "-c", 'mount -o bind,ro "$0" "$0" && exec "$@"', str(ROOT)]
    try:
        subprocess.run([*mount, "true"], check=True, capture_output=True, timeout=PATIENCE)
    except (OSError, subprocess.SubprocessError):
        pytest.skip("no mounts can be made here")
    path = tmp_path / "dosah.gpkg"
    publish(dataset_path, path, 7)
    address = start_dashboard(
        dataset=path, environment={"DOSAH_CACHE": str(tmp_path / "cache")}, before=mount
    )
    with Visitor(address) as visitor:
        for page in ("", "home", "village", "scenario", "needs", "catalogue", "present", "documents"):
            page_words = words(visitor.open(page))
            assert WRONG not in page_words, page
            assert not re.search(r"cannot be (?:read|shown) ", page_words), page
        status, _headers, body = got(f"{address}app/static/{outlines_of(visitor.open(''))}")
        assert status == 200
        assert len(json.loads(body)["features"]) == len(read_dataset(path)["municipality"])
    assert (tmp_path / "cache").is_dir()


# -- one run, one dataset ------------------------------------------------------------------------------------

MARK = "Provider of edition {number}"


def publish(source, path, number):
    """
    Publish an edition of a dataset: every provider is called after it,
    and another third of the services is gone.
    """
    dataset = read_dataset(source)
    tables = {name: table.copy() for name, table in dataset.tables.items()}
    tables["provider"]["name"] = MARK.format(number=number)
    tables["dataset"] = tables["dataset"].query("name != 'content_hash'")
    gone = set(tables["service"]["service_id"].iloc[number % 3 :: 3])
    for name, table in tables.items():
        if "service_id" in table:
            tables[name] = table.loc[~table["service_id"].isin(gone)].reset_index(drop=True)
    write_dataset(tables, dataset.outlines(), path)


def test_a_dataset_may_be_replaced_under_its_readers(start_dashboard, dataset_path, tmp_path):
    editions = []
    for number in range(3):
        editions.append(tmp_path / f"edition-{number}.gpkg")
        publish(dataset_path, editions[-1], number)
    path = tmp_path / "dosah.gpkg"
    shutil.copyfile(editions[0], path)
    address = start_dashboard(dataset=path)
    over, problems, runs = threading.Event(), [], []

    def read(seed):
        dice = random.Random(seed)
        pages = [
            ("scenario", "lang=en&area=frydlantsko-beskydy&service=home_care&do=a.598542.12"),
            ("catalogue", "lang=en"),
            ("village", "lang=en&municipality=598143"),
            ("", "lang=en&service=home_care"),
            ("home", "lang=en"),
            ("needs", "lang=en"),
        ]
        try:
            with Visitor(address) as visitor:
                while not over.is_set():
                    page, query = dice.choice(pages)
                    shown = words(messages := visitor.open(page, query)) + "".join(frames(messages))
                    editions_seen = {number for number in range(3) if MARK.format(number=number) in shown}
                    if len(editions_seen) > 1 or WRONG in shown or "cannot be read" in shown:
                        problems.append(
                            (page, editions_seen, [line for line in shown.splitlines() if WRONG in line])
                        )
                    runs.append(page)
        except Exception as error:  # noqa: BLE001  # a thread tells nobody by itself
            problems.append(error)

    readers = [threading.Thread(target=read, args=(seed,)) for seed in range(READERS)]
    for reader in readers:
        reader.start()
    fresh = tmp_path / "fresh.gpkg"
    for number in range(WRITERS_ROUNDS):
        seen = len(runs)
        shutil.copyfile(editions[number % 3], fresh)
        fresh.replace(path)
        # The next one comes when somebody has met this one, in the midst of the others' runs.
        while len(runs) == seen and not problems and any(reader.is_alive() for reader in readers):
            over.wait(0.02)
    over.set()
    for reader in readers:
        reader.join(PATIENCE)
    assert problems == []
    assert len(runs) >= WRITERS_ROUNDS
    assert len(set(runs)) > 2

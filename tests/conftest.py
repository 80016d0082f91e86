"""
What many tests share: the dataset built once from the snapshot, a running dashboard, a watched browser page.
"""

import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from hypothesis import settings

# These machines are noisy: how long one example takes says nothing about the code.
settings.register_profile("patient", deadline=None)
# `make quick`: a first look, the gate tries ten times as much.
settings.register_profile("quick", deadline=None, max_examples=10)
settings.load_profile("patient")

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_NAMES = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
    "chrome", "msedge"
)  # fmt: skip
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
START_SECONDS = 60
# Opened by its address, a page of Streamlit first looks for its server below that address, then above it.
PROBES = ("/_stcore/host-config", "/_stcore/health")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Give tests that share what their file makes once to one worker: each worker would make it again."""
    for item in items:
        scopes = {fixtures[-1].scope for fixtures in item._fixtureinfo.name2fixturedefs.values()}
        if "module" in scopes and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.location[0]))


@pytest.fixture(scope="session")
def dataset_path(tmp_path_factory):
    """The published dataset of the embedded snapshot."""
    from typer.testing import CliRunner

    from etl.cli import app

    path = tmp_path_factory.mktemp("published") / "dosah.gpkg"
    result = CliRunner().invoke(app, ["build", "--output", str(path)])
    assert result.exit_code == 0, result.output
    return path


@pytest.fixture(scope="session")
def published(dataset_path):
    """The same, in memory. It is shared: tests do not change it."""
    from geodata.dataset.dataset import read_dataset

    return read_dataset(dataset_path)


# Texts that a provider, a table or an office supplies, by table.
# Identifiers and codes are made here, never taken over.
SUPPLIED = {
    "municipality": ["name", "district_name", "pou_name"],
    "provider": ["name"],
    "service": [
        "name",
        "target_groups_text",
        "served_area_text",
        "web",
        "phone",
        "email",
        "note",
        "source_url",
    ],
    "site": ["name", "municipality_name", "municipality_part", "street_address"],
    "rejected": ["record_id", "detail"],
    "linked": ["detail"],
}


@pytest.fixture(scope="session")
def hostile_texts():
    """What somebody could write who means harm, or only writes oddly: tests/data/hostile/texts.json."""
    return json.loads((ROOT / "tests" / "data" / "hostile" / "texts.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def hostile_path(published, hostile_texts, tmp_path_factory):
    """A published dataset in which every text that others supply is one of the hostile ones."""
    from pandas import DataFrame

    from geodata.dataset.publish import write_dataset
    from geodata.dataset.rules import conform
    from geodata.text_signs import writable

    # What no reader of a file lets through and no rule of a dataset allows: signs that no document can hold.
    turns = itertools.cycle([shown for text in hostile_texts if (shown := writable(text)).strip()])
    contents = {name: table.copy() for name, table in published.tables.items()}
    for name, columns in SUPPLIED.items():
        for column in columns:
            contents[name][column] = [next(turns) for _ in range(len(contents[name]))]
    for name, rows in own_rows(published, turns).items():
        contents[name] = conform(name, DataFrame(rows, dtype=object))
    path = tmp_path_factory.mktemp("hostile") / "dosah.gpkg"
    write_dataset(contents, published.outlines(), path)
    return path


def own_rows(published, turns):
    """
    Rows of tables that only an office fills, about the first area: every text of theirs is one of `turns`.
    """
    area = published["area"]["area_id"].iloc[0]
    member = published["area_membership"].query("area_id == @area")["municipality_code"].iloc[0]
    site = published["site"].query("municipality_code == @member")
    service = site["service_id"].iloc[0] if len(site) else published["service"]["service_id"].iloc[0]
    capacity = published["capacity"].query("service_id == @service").iloc[0]
    origin = {"origin_id": published["origin"]["origin_id"].iloc[0]}

    def texts():
        return {**origin, "source_text": next(turns), "note": next(turns)}

    return {
        "finding": [
            {
                "row_number": number,
                "municipality_code": code,
                "area_id": None if code else area,
                "service_group": "home_care",
                "service_type_code": None,
                "target_group_code": None,
                "finding_state": "missing",
                "speaker": "citizens",
                "participants": None,
                "disclosure": "below",
                "finding_date": "2026-10-01",
                **texts(),
            }
            for number, code in ((2, member), (3, None))
        ],
        "need": [
            {
                "indicator": next(turns),
                "target_group_code": "seniors",
                "year": 2025,
                "municipality_code": member,
                "value": 7.0,
                "unit": next(turns),
                "suppress_below": None,
                "disclosure": "shown",
                **texts(),
            }
        ],
        "funding": [
            {
                "service_id": service,
                "year": 2025,
                "funding_source": "region",
                "kind": "granted",
                "amount": 5.0,
                "currency": "CZK",
                **texts(),
            }
        ],
        "network": [
            {
                "service_id": service,
                "form": capacity["form"],
                "unit": capacity["unit"],
                "year": 2026,
                "network_name": next(turns),
                "capacity_number": 5.0,
                "full_time_equivalents": None,
                **texts(),
            }
        ],
    }


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def start_dashboard(dataset_path, tmp_path_factory):
    """
    Start a dashboard on a port of its own; all are stopped at the end.

    `base_path` as behind a proxy; another `dataset`; more variables of its `environment`;
    a command that stands `before` it. `process_of` tells the number of the process by the address.
    """
    running = []
    numbers = {}

    def start(base_path="", dataset=None, environment=None, before=()):
        port = free_port()
        log = tmp_path_factory.mktemp("server") / "log.txt"
        command = [
            *before, sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "app.py"),
            "--server.port", str(port), "--server.address", "127.0.0.1",
            "--server.headless", "true", "--server.baseUrlPath", base_path,
        ]  # fmt: skip
        with log.open("w") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "DOSAH_DATASET": str(dataset or dataset_path), **(environment or {})},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        running.append(process)
        address = f"http://127.0.0.1:{port}/{base_path}".rstrip("/") + "/"
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and process.poll() is None:
            try:
                with urllib.request.urlopen(f"{address}_stcore/health", timeout=5) as answer:
                    if answer.status == 200:
                        numbers[address] = process.pid
                        return address
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"the dashboard did not start:\n{log.read_text()[-3000:]}")

    start.process_of = numbers.__getitem__
    yield start
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="session")
def dashboard(start_dashboard):
    """Address of a running dashboard."""
    return start_dashboard()


@pytest.fixture(scope="session")
def chromium():
    """Chromium, one for all tests of a process."""
    from playwright.sync_api import sync_playwright

    program = os.environ.get("DOSAH_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if not program:
        pytest.skip("no Chromium here: name it in the variable DOSAH_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """
    Open pages that are watched: at the end of the test none has asked another host,
    failed a request or logged an error.
    """
    contexts, trouble = [], []

    def watch(page, host):
        def asked(request):
            local = request.url.startswith(("data:", "blob:", "about:"))
            if not local and request.url.split("/")[2] != host:
                trouble.append(f"asked another host: {request.url}")

        page.on("request", asked)
        # A page that is left may cut what it was still loading.
        page.on(
            "requestfailed",
            lambda request: (
                None if request.failure == "net::ERR_ABORTED" else trouble.append(f"failed: {request.url}")
            ),
        )
        page.on(
            "response",
            lambda answer: (
                trouble.append(f"{answer.status}: {answer.url}")
                if answer.status >= 400 and not answer.url.endswith(PROBES)
                else None
            ),
        )
        page.on("websocket", lambda socket: asked(socket) if "://" in socket.url else None)
        page.on(
            "console",
            lambda message: (
                trouble.append(f"console: {message.text}")
                if message.type == "error" and not message.location.get("url", "").endswith(PROBES)
                else None
            ),
        )
        page.on("pageerror", lambda error: trouble.append(f"script: {error}"))

    def open_(address, width=1400, height=900, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        watch(page, address.split("/")[2])
        page.goto(address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert trouble == []

"""
An office gives a table back: wrong at first, then right; it looks at the preview, publishes it,
finds it on a page, withdraws it.
"""

import shutil
import socket
import threading
from contextlib import contextmanager, suppress

import pytest
import xlsxwriter

from etl.usertables.cells.schema import layout

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
# A build and its check on a busy machine of two cores.
PATIENCE = 60_000
ROW = {
    "Municipality": "598011",
    "Group of services": "home_care",
    "For whom": "seniors",
    "What people say": "too little of it",
    "Who says it": "citizens",
    "Number of participants": 9,
    "Date of the finding": "2026-10-01",
    "Source": "minutes =HYPERLINK(1)",
}


@pytest.fixture(scope="module")
def own_dashboard(dataset_path, start_dashboard, tmp_path_factory):
    """A dashboard with a dataset of its own: publishing changes it."""
    folder = tmp_path_factory.mktemp("office")
    for path in dataset_path.parent.glob("dosah.*"):
        shutil.copyfile(path, folder / path.name)
    return start_dashboard(dataset=folder / "dosah.gpkg"), folder


def workbook(path, **changed):
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    sheet = book.add_worksheet(layout("findings").sheet["en"])
    for position, (heading, value) in enumerate({**ROW, **changed}.items()):
        sheet.write_string(0, position, heading)
        sheet.write(1, position, value)
    book.close()
    return path


def upload(page, path):
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').set_input_files(str(path))


def test_a_table_is_corrected_previewed_published_and_withdrawn(own_dashboard, open_page, tmp_path):
    address, folder = own_dashboard
    page = open_page(f"{address}tables?lang=en&kind=findings")
    page.set_default_timeout(PATIENCE)
    with page.expect_download() as asked:
        page.get_by_role("button", name="Download the template (Excel)").click()
    assert asked.value.suggested_filename == "dosah-findings-en.xlsx"

    upload(page, workbook(tmp_path / "wrong.xlsx", Municipality="Lhotka"))
    page.get_by_text("1 problem to correct").wait_for()
    assert page.get_by_role("rowheader", name="sheet Findings, cell A2").is_visible()
    with page.expect_download() as asked:
        page.get_by_role("button", name="Download the table with the problems marked").click()
    assert asked.value.suggested_filename == "dosah-to-correct.xlsx"
    assert not (folder / "tables").exists()

    upload(page, workbook(tmp_path / "right.xlsx"))
    page.get_by_text("The table is in order.").wait_for()
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("row", name="Findings of focus groups").wait_for()
    assert not list((folder / "tables").glob("*"))
    page.get_by_role("button", name="Publish this table").click()
    page.get_by_text("is published as").wait_for()
    assert [path.name for path in (folder / "tables").iterdir()] == ["own-findings-1.xlsx"]

    page.goto(f"{address}needs?lang=en&area=frydlantsko-beskydy&section=findings")
    page.get_by_role("row", name="minutes =HYPERLINK(1)").first.wait_for()

    page.goto(f"{address}tables?lang=en")
    page.get_by_role("button", name="Show what would go with it").click()
    page.get_by_role("button", name="Withdraw this table").click()
    page.get_by_text("is withdrawn").wait_for()
    assert not list((folder / "tables").iterdir())
    page.goto(f"{address}needs?lang=en&area=frydlantsko-beskydy&section=findings")
    page.get_by_role("heading", name="What people say, and what is computed").wait_for()
    assert page.get_by_role("row", name="minutes =HYPERLINK(1)").count() == 0


def pump(source, target):
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def behind_a_proxy(port, header):
    """
    Listen on a port of one's own; pass each connection on, with a header more in its first request.
    At the end all is closed.
    """
    ends, threads = [], []
    listener = socket.create_server(("127.0.0.1", 0))

    def started(target, *arguments):
        threads.append(threading.Thread(target=target, args=arguments, daemon=True))
        threads[-1].start()

    def serve():
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", port))
                ends.extend((client, server))
                head, _, rest = client.recv(65536).partition(b"\r\n")
                server.sendall(head + b"\r\n" + header + b"\r\n" + rest)
                started(pump, client, server)
                started(pump, server, client)

    started(serve)
    try:
        yield listener.getsockname()[1]
    finally:
        # A thread that waits in a socket is woken by its shutdown, not by its close.
        for end in (listener, *ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(timeout=10)
        for end in (listener, *ends):
            end.close()


@pytest.mark.parametrize("header", [b"X-Forwarded-For: 127.0.0.1", b"Via: 1.1 proxy"])
def test_behind_a_proxy_on_the_same_machine_nobody_publishes(own_dashboard, open_page, header):
    address, _folder = own_dashboard
    with behind_a_proxy(int(address.rstrip("/").rpartition(":")[2]), header) as port:
        page = open_page(f"http://127.0.0.1:{port}/tables?lang=en")
        page.get_by_text("only at the machine on which the program runs").wait_for()
        assert page.locator('[data-testid="stFileUploader"]').count() == 0
        # The page leaves before its way to the server does.
        page.close()


def test_a_server_that_asks_for_a_login_lets_nobody_in_without(start_dashboard, open_page):
    address = start_dashboard(environment={"DOSAH_OWN_TABLES": "login"})
    page = open_page(f"{address}tables?lang=en")
    page.get_by_text("no login is set up yet").wait_for()
    assert page.locator('[data-testid="stFileUploader"]').count() == 0
    with page.expect_download() as asked:
        page.get_by_role("button", name="Download the template (Excel)").click()
    assert asked.value.path().stat().st_size > 5000

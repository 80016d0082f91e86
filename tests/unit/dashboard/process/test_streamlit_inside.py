"""
What we lean on that Streamlit and uvicorn do not promise: if one of these fails after an update,
dashboard/process/streamlit_inside.py is the place to mend.
"""

import asyncio
import inspect
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.web.server.app_discovery import discover_asgi_app
from streamlit.web.server.starlette import starlette_routes
from uvicorn.config import HTTP_PROTOCOLS, Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from dashboard import server
from dashboard.process import streamlit_inside
from dashboard.process.streamlit_inside import PatientProtocol


def test_streamlit_finds_our_server_in_the_script_before_it_starts():
    """
    Routes and headers hold for `streamlit run` too: the script names an App,
    and this is how it is looked for.
    """
    found = discover_asgi_app(server.SCRIPT)
    assert (found.is_asgi_app, found.import_string) == (True, "app:app")


def test_uploads_lie_by_session_and_file_where_we_look(monkeypatch):
    manager = MemoryUploadedFileManager("/x")
    for session, name, size in (("a", "1", 3), ("a", "2", 5), ("b", "3", 7)):
        manager.add_file(session, UploadedFileRec(name, "table.csv", "text/csv", b"x" * size))
    monkeypatch.setattr(streamlit_inside, "_uploads", lambda: manager)
    assert streamlit_inside.uploaded_sizes() == {"a": {"1": 3, "2": 5}, "b": {"3": 7}}
    streamlit_inside.drop_upload("a", "1")
    streamlit_inside.drop_upload("gone", "1")
    assert streamlit_inside.uploaded_sizes() == {"a": {"2": 5}, "b": {"3": 7}}
    assert "uploaded_file_mgr" in dir(Runtime)
    # The address of an upload names its session.
    assert f"/{starlette_routes.BASE_ROUTE_UPLOAD_FILE}/" == streamlit_inside.UPLOADS
    assert "{session_id}/{file_id}" in starlette_routes._ROUTE_UPLOAD_FILE


def test_nothing_is_uploaded_where_no_server_runs():
    assert streamlit_inside.uploaded_sizes() == {}
    assert streamlit_inside.session_id() is None
    streamlit_inside.drop_upload("a", "1")


def test_uvicorn_takes_our_protocol_for_its_usual_one(monkeypatch):
    monkeypatch.setitem(HTTP_PROTOCOLS, "auto", HTTP_PROTOCOLS["auto"])
    streamlit_inside.be_patient_no_longer()
    config = Config("x:y")
    config.load_app = lambda: None
    assert config.http == "auto"
    config.load()
    assert config.http_protocol_class is PatientProtocol
    # What it is made of.
    for name in ("connection_made", "data_received", "connection_lost"):
        assert name in vars(H11Protocol)
    assert {"response_complete", "more_body"} <= set(
        inspect.getsource(H11Protocol.handle_events).replace(".", " ").split()
    ) | {"response_complete"}


@pytest.fixture
def patience(monkeypatch):
    """
    A server of one small application whose patience ends soon; who waits for it waits
    for an event, not for a time.
    """
    monkeypatch.setattr(streamlit_inside, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(streamlit_inside, "BODY_SECONDS", 0.3)

    async def answer(scope, receive, send):
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await receive()
            return
        more = True
        while more:
            message = await receive()
            more = message.get("more_body", False)
            if message["type"] == "http.disconnect":
                return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    def try_out(client):
        async def run():
            config = Config(
                answer, http=PatientProtocol, lifespan="off", log_config=None, ws="websockets-sansio"
            )
            config.load()
            state = SimpleNamespace(connections=set(), tasks=set(), default_headers=[], total_requests=0)
            loop = asyncio.get_running_loop()
            server = await loop.create_server(lambda: PatientProtocol(config, state, {}), "127.0.0.1", 0)
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
            try:
                return await asyncio.wait_for(client(reader, writer), 30)
            finally:
                writer.close()
                server.close()

        # In a thread: Playwright's own loop runs in this one once a browser test was here before.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, run()).result()

    return try_out


async def ended(reader):
    """Wait until the server hangs up; return what it said before."""
    try:
        return await reader.read()
    except ConnectionError:
        return b""


HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HT", HEAD, b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"],
)
def test_half_a_request_is_hung_up_on(patience, sent):
    async def client(reader, writer):
        writer.write(sent)
        return await ended(reader)

    assert patience(client) == b""


def test_who_dribbles_is_hung_up_on_too(patience):
    async def client(reader, writer):
        async def dribble():
            while True:
                writer.write(b"X-A: b\r\n")
                await asyncio.sleep(0.05)

        writer.write(HEAD)
        task = asyncio.create_task(dribble())
        said = await ended(reader)
        task.cancel()
        return said

    assert patience(client) == b""


def test_whole_requests_are_answered_one_after_another_and_half_of_the_next_one_is_not_waited_for(patience):
    async def client(reader, writer):
        for _ in range(3):
            writer.write(HEAD + b"\r\n")
            assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200")
        writer.write(HEAD)
        return await ended(reader)

    assert patience(client) == b""


def test_an_open_web_socket_is_not_hung_up_on(patience):
    async def client(reader, writer):
        writer.write(
            HEAD
            + b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            b"Sec-WebSocket-Version: 13\r\n\r\n"
        )
        assert b"101" in await reader.readuntil(b"\r\n\r\n")
        # Thrice its patience: nothing has to be said.
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.9)

    patience(client)

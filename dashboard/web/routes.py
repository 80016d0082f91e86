"""
The server's face: files from memory, what every answer tells the browser, doors that stay shut,
how much may be uploaded.

`dashboard.app` hands this to `st.App`, Streamlit's documented way to add routes and middleware;
so it holds however the server is started.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.answers import dataset
from dashboard.map import joined, scripts
from dashboard.process import memory, streamlit_inside, upload_limits
from dashboard.process.shared_files import FILES, FOLDER
from dashboard.web import headers as web_headers

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

METRICS_VARIABLE: Final = "DOSAH_METRICS"
""""open" lets /_stcore/metrics answer: for a network in which only the administrator's own programs ask."""
# Streamlit's own doors that no page of ours needs.
_SHUT: Final = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")


def base_path() -> str:
    """Return the path below which everything is served: "" or "/path"."""
    import streamlit as st

    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def routes() -> list[Route]:
    """Return our routes: they stand before Streamlit's own static files."""
    static = f"{base_path()}/app/static"
    return [
        Route(f"{static}/{FOLDER}/{{name}}", _shared_file),
        *(Route(f"{static}/{name}", _joined_script) for name in scripts.JOINED),
    ]


def middleware() -> list[Middleware]:
    """Return what stands round everything that the server answers."""
    return [Middleware(Face)]


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Keep memory tidy while the server runs; remove the documents that were made when it is told to end."""
    over = memory.keep_tidy(dataset.shared_frames)
    try:
        yield
    finally:
        over.set()
        from dashboard.documents.work.workshop import workshop

        if workshop.cache_info().currsize:
            workshop().close()


async def _shared_file(request: Request) -> Response:
    found = FILES.find(request.path_params["name"])
    if found is None:
        return PlainTextResponse("not found", 404)
    # The name may be the same with another version of the program: the browser asks whether it changed.
    headers = {"ETag": found.tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match", "").removeprefix("W/") == found.tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(found.packed, media_type="application/json", headers=headers)
    return Response(found.text(), media_type="application/json", headers=headers)


async def _joined_script(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    version = joined.version(name)
    # Its address names the version; a page that is still of another one gets what there is, and asks again.
    is_asked = request.query_params.get("v") == version
    headers = {
        "ETag": f'"{version}"',
        "Cache-Control": "public, max-age=31536000, immutable" if is_asked else "no-cache",
    }
    if request.headers.get("if-none-match", "").removeprefix("W/") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(joined.script(name), media_type="text/javascript", headers=headers)


class Face:
    """The middleware: pure ASGI, so that nothing is copied on the way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._base = base_path()
        self._coming = upload_limits.Coming()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = str(scope["path"]).removeprefix(self._base)
        headers = _headers_of(scope)
        guarded = _guarding(send, path, headers.get("host", ""))
        if is_shut(path, os.environ):
            await PlainTextResponse("not found", 404)(scope, receive, guarded)
        elif path.startswith(streamlit_inside.UPLOADS) and scope["method"] in ("PUT", "POST"):
            await self._upload(path, headers, scope, receive, guarded)
        else:
            await self._app(scope, receive, guarded)

    async def _upload(
        self, path: str, headers: Mapping[str, str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        session = path.removeprefix(streamlit_inside.UPLOADS).partition("/")[0]
        length = headers.get("content-length")
        refusal = upload_limits.refused(upload_limits.DOORS.bound(session), length)
        if refusal is None and not self._coming.has_room(session):
            refusal = 429, "another file is on its way"
        if refusal is not None:
            status, reason = refusal
            # The rest of what comes is not read: the connection ends with the answer.
            answer = PlainTextResponse(reason, status, headers={"Connection": "close"})
            await answer(scope, receive, send)
            return
        with self._coming.one(session):
            upload_limits.make_room(
                session, int(length or 0), streamlit_inside.uploaded_sizes, streamlit_inside.drop_upload
            )
            await self._app(scope, receive, send)


def is_shut(path: str, environment: Mapping[str, str]) -> bool:
    """Tell whether a door of Streamlit's stays shut."""
    if environment.get(METRICS_VARIABLE) == "open" and path == _SHUT[0]:
        return False
    return any(path == door or path.startswith(f"{door}/") for door in _SHUT)


def _headers_of(scope: Mapping[str, Any]) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _guarding(send: Send, path: str, host: str) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            policy = web_headers.policy(path, host, tile_origins(), hashes())
            message = {**message, "headers": web_headers.guarded(message.get("headers", []), policy)}
        await send(message)

    return guarded


def tile_origins() -> Iterable[str]:
    """Return the hosts that may show tiles: those of the base maps that are offered."""
    from dashboard.map import base_maps

    return web_headers.origins_of(each.address for each in base_maps.base_maps().values())


def hashes() -> tuple[str, ...]:
    """Return the hashes of scripts inside our pages."""
    from dashboard.map import inlined

    return inlined.allowed_hashes()

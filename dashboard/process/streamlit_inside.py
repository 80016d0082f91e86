"""
The one module that leans on what Streamlit and its server do not promise;
tests/unit/dashboard/process/test_streamlit_inside.py says on what.

Everything else of ours goes by their documented doors (`st.App`, `streamlit run`, `config.toml`).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from uvicorn import config as uvicorn_config
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

if TYPE_CHECKING:
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

HEAD_SECONDS: Final = 20.0
"""A browser sends the head of a request in one go."""
BODY_SECONDS: Final = 120.0
"""5 MB in this time are 0.35 Mbit/s."""
UPLOADS: Final = "/_stcore/upload_file/"
"""What follows is the session and the file: a PUT brings one."""


# -- sessions and their uploads ------------------------------------------------------------------------------


def session_id() -> str | None:
    """Return the session whose script runs in this thread; None outside of one."""
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context = get_script_run_ctx(suppress_warning=True)
    return None if context is None else context.session_id


def uploaded_sizes() -> dict[str, dict[str, int]]:
    """
    Return the bytes of every uploaded file that is kept, by session and file,
    the oldest of a session first.
    """
    manager = _uploads()
    if manager is None:
        return {}
    # Copies first: other threads add and remove files meanwhile.
    return {
        session: {name: len(file.data) for name, file in list(files.items())}
        for session, files in list(manager.file_storage.items())
    }


def drop_upload(session: str, file: str) -> None:
    """Let go of an uploaded file."""
    manager = _uploads()
    if manager is not None:
        manager.remove_file(session, file)


def _uploads() -> MemoryUploadedFileManager | None:
    from streamlit import runtime

    return runtime.get_instance().uploaded_file_mgr if runtime.exists() else None  # type: ignore[return-value]  # Streamlit has one kind


# -- requests that never end ---------------------------------------------------------------------------------


class PatientProtocol(H11Protocol):
    """
    HTTP as uvicorn speaks it, with an end to patience: who does not send a whole
    request in time is hung up on.

    uvicorn waits for the rest of a request for ever; a few hundred half-sent ones
    fill the table of open files.
    """

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start the clock."""
        super().connection_made(transport)
        self._wait(HEAD_SECONDS)

    def data_received(self, data: bytes) -> None:
        """Let a request begin its time when its first bytes come, and its body when its head is there."""
        before = self._request()
        if self._deadline is None and (before is None or before.response_complete):
            self._wait(HEAD_SECONDS)
        super().data_received(data)
        now = self._request()
        is_web_socket = self.transport.get_protocol() is not self
        # A request that was answered already is the one before: half of the next one may be here.
        is_whole = now is not None and not now.more_body and not now.response_complete
        if is_web_socket or is_whole:
            self._stop()
        elif now is not None and now is not before:
            self._wait(BODY_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop()
        super().connection_lost(exc)

    def _request(self) -> RequestResponseCycle | None:
        return self.cycle  # None until the first one came, whatever uvicorn's annotation says

    def _wait(self, seconds: float) -> None:
        self._stop()
        self._deadline = self.loop.call_later(seconds, self._hang_up)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _hang_up(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.abort()


def be_patient_no_longer() -> None:
    """Let uvicorn speak HTTP as `PatientProtocol` does, wherever it is asked for its usual way."""
    protocols: dict[str, Any] = uvicorn_config.HTTP_PROTOCOLS
    protocols["auto"] = f"{__name__}:{PatientProtocol.__name__}"

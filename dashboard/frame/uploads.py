"""
A file uploader that speaks the reader's language: Streamlit's own words on it are English only.

It is the only one of the program:
the server takes files of a session only while this asks for one (`dashboard.process.upload_limits`).
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.frame.style import quoted
from dashboard.markup import render
from dashboard.process import streamlit_inside
from dashboard.process.upload_limits import DOORS
from dashboard.text import _


def style() -> str:
    """
    Return the style that puts our word on the button and hides the English instructions.

    What is taken is said by the label.
    """
    return str(render("frame/templates/upload.css.j2", choose=quoted(_("Choose a file"))))


def ask(label: str, types: list[str], key: str, megabytes: int, **callback: Any) -> None:
    """Ask for a file; `callback` holds on_change and args, which read it from the session under `key`."""
    st.html(style())
    session = streamlit_inside.session_id()
    if session is not None:
        DOORS.ask(session, megabytes)
    st.file_uploader(label, type=types, key=key, max_upload_size=megabytes, **callback)


def begin() -> None:
    """Begin a run of the page."""
    session = streamlit_inside.session_id()
    if session is not None:
        DOORS.begin(session)


def end() -> None:
    """End a run of the page: a page that asks for no file gets none."""
    session = streamlit_inside.session_id()
    if session is not None:
        DOORS.end(session)

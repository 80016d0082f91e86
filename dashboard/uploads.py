"""A file uploader that speaks the reader's language: Streamlit's own words on it are English only."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.text import _


def style() -> str:
    """Return the style that puts our word on the button and hides the English instructions; the label says what is taken."""
    word = _("Choose a file").replace("\\", "").replace('"', "")
    return (
        '<style>[data-testid="stFileUploaderDropzoneInstructions"]{display:none}'
        '[data-testid="stFileUploaderDropzone"] button>*{display:none}'
        f'[data-testid="stFileUploaderDropzone"] button::after{{content:"{word}"}}</style>'
    )


def ask(label: str, types: list[str], key: str, megabytes: int, **callback: Any) -> None:
    """Ask for a file; `callback` holds on_change and args, which read it from the session under `key`."""
    st.html(style())
    st.file_uploader(label, type=types, key=key, max_upload_size=megabytes, **callback)

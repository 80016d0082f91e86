"""Sections of a long page: one at a time, kept in the address as ?section=, or all of them, to print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from dashboard import text
from dashboard.text import _

PARAMETER: Final = "section"
ALL: Final = "all"
_KEY: Final = "dosah-section"


def choose(titles: Mapping[str, str], page: str) -> str:
    """
    Let the reader choose a section.

    Parameters
    ----------
    titles
        Words by code, in the order of the page; the first is the default.
    page
        Short name of the page: each keeps its own choice in the session,
        because navigation clears the address.

    Returns
    -------
    section
        A code of `titles`, or `ALL`.
    """
    words = {**titles, ALL: _("Everything, to print")}
    if st.query_params.get(PARAMETER, ALL) not in words:
        st.info(
            _("The address asks for a section that this page does not have. The first one is shown instead.")
        )
    start, key = _start(PARAMETER, words, page)
    chosen = st.pills(
        _("Sections of this page"),
        list(words),
        default=start,
        format_func=words.__getitem__,
        required=True,
        key=key,
        label_visibility="collapsed",
    )
    return _kept(PARAMETER, str(chosen), page)


def select(label: str, words: Mapping[str, str], parameter: str, page: str) -> str:
    """
    Let the reader choose a code from a list, kept in the address under `parameter`;
    one that is not known falls back to the first.
    """
    start, key = _start(parameter, words, page)
    options = list(words)
    chosen = st.selectbox(label, options, index=options.index(start), format_func=words.__getitem__, key=key)
    return _kept(parameter, str(chosen), page)


def write(parameter: str, code: str, page: str) -> dict[str, str]:
    """Return the part of the address that says what is chosen."""
    st.session_state[f"{_KEY}-{page}-{parameter}-written"] = code
    return {parameter: code}


def _start(parameter: str, words: Mapping[str, str], page: str) -> tuple[str, str]:
    """
    Return where a choice starts and the key of its widget.

    What the address says anew (a link, the button "back") wins: the widget then has a new
    key and starts again from there. What the page itself wrote into the address is no news,
    else the second click would be lost.
    """
    stem = f"{_KEY}-{page}-{parameter}"
    asked, kept = st.query_params.get(parameter), st.session_state.get(stem)
    version = st.session_state.get(f"{stem}-version", 0)
    if asked is not None and asked != st.session_state.get(f"{stem}-written"):
        kept, version = asked, version + 1
        st.session_state[f"{stem}-version"] = version
        st.session_state[f"{stem}-written"] = asked
    start = str(kept) if kept in words else next(iter(words))
    return start, f"{stem}-{text.current()}-{version}"


def _kept(parameter: str, code: str, page: str) -> str:
    st.session_state[f"{_KEY}-{page}-{parameter}"] = code
    return code

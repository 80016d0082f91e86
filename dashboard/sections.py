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
        Short name of the page: each keeps its own choice in the session, because navigation clears the address.

    Returns
    -------
    section
        A code of `titles`, or `ALL`.
    """
    words = {**titles, ALL: _("Everything, to print")}
    asked, kept = st.query_params.get(PARAMETER), st.session_state.get(f"{_KEY}-{page}")
    if asked is not None and asked not in words:
        st.info(
            _("The address asks for a section that this page does not have. The first one is shown instead.")
        )
        asked = next(iter(words))
    version = st.session_state.get(f"{_KEY}-{page}-version", 0)
    # What the address says anew (a link, the button "back") wins over the buttons: they start again from there.
    if asked is not None and asked != st.session_state.get(f"{_KEY}-{page}-written"):
        kept, version = asked, version + 1
        st.session_state[f"{_KEY}-{page}-version"] = version
    chosen = st.pills(
        _("Sections of this page"),
        list(words),
        default=kept if kept in words else next(iter(words)),
        format_func=words.__getitem__,
        required=True,
        key=f"{_KEY}-{page}-{text.current()}-{version}",
        label_visibility="collapsed",
    )
    st.session_state[f"{_KEY}-{page}"] = str(chosen)
    return str(chosen)


def write(section: str, page: str) -> dict[str, str]:
    """Return the part of the address that says which section is shown."""
    st.session_state[f"{_KEY}-{page}-written"] = section
    return {PARAMETER: section}

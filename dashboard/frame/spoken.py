"""
Names for assistive technology: the language of the page,
and what Streamlit names in English only or not at all.

Streamlit writes `lang="en"` for every reader, and buttons of its own parts are named in English. A small
script of ours (dashboard/static/dosah-page.js) tells the browser otherwise; it takes its words from an
element of the page.
"""

from __future__ import annotations

import json
from typing import Final

import streamlit as st
from markupsafe import Markup

from dashboard import text
from dashboard.frame.style import quoted
from dashboard.map import scripts
from dashboard.markup import render
from dashboard.text import _

SCRIPT: Final = "app/static/dosah-page.js"


def names() -> dict[str, str]:
    """Return Streamlit's English names in the reader's language; nothing for a reader of English."""
    if text.current() == "en":
        return {}
    return {
        "App pages": _("Pages"),
        "Sidebar": _("Menu and settings"),
        "Expand sidebar": _("Menu and settings"),
        "Collapse sidebar": _("Hide menu and settings"),
        "Increment": _("More by one"),
        "Decrement": _("Less by one"),
        "Open": _("Open the list"),
        "Clear all": _("Clear all"),
        "Clear value": _("Clear all"),
        "Selected values": _("Chosen"),
        "Add row": _("Add a row"),
        "Delete row(s)": _("Delete rows"),
        "Show/hide columns": _("Show or hide columns"),
        "Download as CSV": _("Download as CSV"),
        "Search": _("Search"),
        "Fullscreen": _("Full screen"),
        "Close fullscreen": _("Leave full screen"),
        "Copy to clipboard": _("Copy"),
        "file upload": _("Choose a file"),
    }


def parts() -> dict[str, str]:
    """Return names of parts that Streamlit leaves without one, by CSS selector."""
    return {
        '[data-testid="stSkipToContent"]': _("Skip to the content"),
        '[data-testid="stFileUploaderDropzone"] button': _("Choose a file"),
        "iframe[title*=folium]": _("Map"),
        # Where the header has no room for all pages, Streamlit puts the rest into a menu called "3 more".
        ".rc-overflow-item-rest button": _("More pages"),
    }


def words() -> str:
    """Return what the script reads, as JSON."""
    said = {
        "language": text.current(),
        "names": names(),
        # Empty: what Streamlit says is kept.
        "help": "" if text.current() == "en" else _("Help"),
        "remove": "" if text.current() == "en" else _("Remove"),
        "places": parts(),
        # Not spoken, but this element is the first that reaches the browser (dosah-page.js).
        "soon": list(scripts.addresses()),
    }
    return json.dumps(said, ensure_ascii=False)


def name_part(selector: str, name: str) -> None:
    """Name a part of a page for assistive technology: buttons of one word, each of them of another thing."""
    names_of_parts = json.dumps({selector: name}, ensure_ascii=False)
    st.html(Markup('<span hidden data-dosah-places="{}"></span>').format(names_of_parts))


def style() -> str:
    """
    Return the style of what is reached by keyboard: a frame that is seen,
    and a skip link in the reader's words.
    """
    return str(render("frame/templates/focus.css.j2", skip=quoted(_("Skip to the content"))))


def show() -> None:
    """Put style, words and script into the page; the words hold nothing that a reader or a table supplies."""
    st.html(style())
    st.html(
        Markup('<span hidden data-dosah-spoken="{}"></span><script type="module" src="{}"></script>').format(
            words(), SCRIPT
        ),
        unsafe_allow_javascript=True,
    )

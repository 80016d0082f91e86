"""
The dashboard: navigation and language. A page only arranges; see dashboard/app_pages.

`dosah serve` starts it, and builds the dataset first if there is none;
`streamlit run dashboard/app.py` starts the same server.
"""

from __future__ import annotations

import logging
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.starlette import App

from dashboard import navigation, text
from dashboard.address import names
from dashboard.address.question import LANGUAGE_PARAMETER
from dashboard.answers import dataset
from dashboard.frame import spoken, style, uploads
from dashboard.phrases.dataset import unreadable
from dashboard.text import _
from geodata.errors import DatasetError, DatasetMissingError, DosahError, NoAreaError

LOG = logging.getLogger("dosah.dashboard")
LANGUAGE_KEY = "dosah-language"
CHOSEN_KEY = "dosah-language-chosen"
SEEN_KEY = "dosah-seen"
# A story in a link is the longest that Dosah writes (3,500 characters) or reads (16,000).
LONGEST_ADDRESS = 20_000


def shorten_address() -> bool:
    """
    Open the page as from the menu where its address is longer than any that Dosah writes;
    tell whether this was so.
    """
    asked = st.query_params
    if sum(len(name) + sum(map(len, asked.get_all(name))) for name in asked) <= LONGEST_ADDRESS:
        return False
    language = asked.get(LANGUAGE_PARAMETER, "")
    asked.from_dict({LANGUAGE_PARAMETER: language} if language in text.LANGUAGES else {})
    return True


def rename_parameters() -> None:
    """
    Write the address under the names of today, where it has an old one;
    after `st.navigation`, as the language.
    """
    asked = st.query_params
    if any(name in names.RENAMED for name in asked):
        asked.from_dict(names.renamed(asked.to_dict()))


def choose_language() -> str:
    """
    Speak what the reader just chose, else what the address says, else what the session spoke:
    navigation clears the address.
    """
    chosen = st.session_state.pop(CHOSEN_KEY, None)
    asked = st.query_params.get(LANGUAGE_PARAMETER)
    return text.use(chosen or (asked if asked in text.LANGUAGES else text.current()))


def keep_language(language: str) -> None:
    """Write the language into the address, after `st.navigation`, which clears the parameters of a page."""
    asked = st.query_params.get(LANGUAGE_PARAMETER)
    if asked != language and (asked is not None or language != text.DEFAULT_LANGUAGE):
        st.query_params[LANGUAGE_PARAMETER] = language


def _language_chosen() -> None:
    # The address is written by the run that follows: what a callback writes there may be lost.
    st.session_state[CHOSEN_KEY] = st.session_state[LANGUAGE_KEY]


def show_language_switch(language: str) -> None:
    """Show the switch of languages in the header."""
    st.session_state[LANGUAGE_KEY] = language
    with st.container(key="dosah-language-place"):
        st.segmented_control(
            _("Language"),
            list(text.LANGUAGES),
            key=LANGUAGE_KEY,
            format_func=str.upper,
            required=True,
            label_visibility="collapsed",
            on_change=_language_chosen,
        )


def menu() -> dict[str, list[Any]]:
    """
    Return the pages by heading, with titles in the current language;
    a menu of one page would hide it for nothing.
    """
    found: dict[str, list[Any]] = {"": []}
    for page in navigation.pages():
        entry = st.Page(
            navigation.file(page.name),
            title=page.title,
            url_path=page.address or None,
            default=not page.address,
        )
        found.setdefault(page.heading, []).append(entry)
    alone = [members[0] for heading, members in found.items() if heading and len(members) == 1]
    shown = {heading: members for heading, members in found.items() if len(members) > 1}
    return {**shown, "": [*found[""], *alone]}


def say_wrong(error: Exception) -> bool:
    """
    Say that something went wrong, in the reader's language, and tell the log what.

    Streamlit asks it for parts of a page that run alone and for what a click does,
    which `main` does not see; True = it was said.
    """
    LOG.error("page", exc_info=error)
    st.error(
        _(
            "Something went wrong on our side, not on yours. Reload the page or open another one; "
            "whoever runs Dosah finds the details in the log."
        )
    )
    return True


def main() -> None:
    """Arrange navigation and run the page; what goes wrong is said in words, never as a traceback."""
    st.set_page_config(page_title="Dosah", layout="wide", initial_sidebar_state="auto")
    is_shortened = shorten_address()
    language = choose_language()
    page = st.navigation(menu(), position="top")
    keep_language(language)
    rename_parameters()
    st.html(style.style() + style.words())
    spoken.show()
    show_language_switch(language)
    if is_shortened:
        st.warning(
            _(
                "The address was longer than any that Dosah writes, so nothing of it was read: "
                "the page stands as from the menu."
            )
        )
    waiting = st.empty()
    if not st.session_state.get(SEEN_KEY):
        # The first page of a session may take a second or two: the header alone
        # would look like the end of it.
        word = _("Loading the data…")
        waiting.html(f'<p class="dosah-waiting" role="status">{escape(word)}</p>')
    uploads.begin()
    try:
        # What this run says, and what its parts say that run again alone, is of one dataset.
        dataset.begin_run()
        page.run()
    except NoAreaError:
        st.warning(_("This dataset holds no planning area. Add one with `dosah build --area FILE.yaml`."))
    except DatasetMissingError:
        st.warning(
            _(
                "The data are not here yet. Whoever runs Dosah makes them with the command `dosah "
                "build`; then reload this page."
            )
        )
    except DatasetError as error:
        LOG.exception("dataset")
        st.error(unreadable(error))
    except DosahError:
        LOG.exception("page")
        st.error(_("This view cannot be shown with these settings. Open the page again from the menu."))
    except Exception as error:  # noqa: BLE001  # a traceback never reaches a browser; it stands in the log
        say_wrong(error)
    uploads.end()
    waiting.empty()
    st.session_state[SEEN_KEY] = True


if __name__ == "__main__":
    main()
elif __name__ == "app":
    # `streamlit run` looks for this before it starts: Streamlit's server with our
    # routes and headers round it.
    from dashboard.process import folders, memory, streamlit_inside
    from dashboard.web import routes

    memory.share_reserves()
    folders.use()
    streamlit_inside.be_patient_no_longer()
    app = App(
        Path(__file__),
        routes=routes.routes(),
        middleware=routes.middleware(),
        lifespan=routes.lifespan,
        on_script_error=say_wrong,
    )

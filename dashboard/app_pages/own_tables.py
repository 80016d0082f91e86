"""
Own tables: take a template, give the table back, see what is wrong,
see what would change, publish, withdraw.
"""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from dashboard import text
from dashboard.address import sections
from dashboard.address.question import LANGUAGE_PARAMETER
from dashboard.answers import dataset as data
from dashboard.frame import uploads
from dashboard.method import correction, facts
from dashboard.own import access as own_access
from dashboard.own import steps, worker
from dashboard.own import words as own_words
from dashboard.own.steps import DONE_KEY, STATE_KEY, TURN_KEY, XLSX
from dashboard.tables import html as tables
from dashboard.tables.html import html
from dashboard.text import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.method.facts import Doubtful
    from geodata.dataset.dataset import Dataset

PAGE: Final = "tables"
KIND: Final = "kind"
FILE_KEY: Final = "dosah-own-file"
PASTE_KEY: Final = "dosah-own-paste"
MOST_PASTED: Final = 2_000_000
STYLE: Final = """<style>
[data-testid="stFileUploaderDropzone"]{min-height:4rem}
</style>"""


def page() -> None:
    """Arrange the page."""
    dataset = data.dataset()
    access = own_access.current()
    st.html(tables.STYLE + STYLE)
    st.title(_("Own tables"), anchor=False)
    st.write(
        _(
            "What no source knows, you add yourself: services, corrections, findings, money. "
            "Fill in a template, give it back here, look at what would change, and only then publish it. "
            "Do not name people: what is published can be read by everybody."
        )
    )
    wanted = correction.asked_for(dict(st.query_params), facts.doubtful(dataset))
    kind = show_templates(dataset, wanted)
    keep(kind, wanted)
    if not access.is_allowed:
        show_how_to_get_in(access.reason)
        return
    steps.show_done()
    listing = steps.published_tables(dataset.version)
    show_upload(wanted)
    steps.show_check(listing)
    steps.show_published(listing, dataset)


def keep(kind: str, wanted: Doubtful | None) -> None:
    """Write the kind of table into the address, and the capacity that is to be corrected."""
    names = (LANGUAGE_PARAMETER, *((correction.RECORD, correction.FORM, correction.UNIT) if wanted else ()))
    kept = {name: value for name, value in st.query_params.items() if name in names}
    parameters = {**kept, **sections.write(KIND, kind, PAGE)}
    if parameters != st.query_params.to_dict():
        st.query_params.from_dict(parameters)


# -- templates -----------------------------------------------------------------------------------------------


def show_templates(dataset: Dataset, wanted: Doubtful | None) -> str:
    """Offer the template of each table; return the kind that is chosen."""
    st.header(_("1. Take a template"), anchor=False)
    choose, take = st.columns([3, 2], gap="large", vertical_alignment="bottom")
    with choose:
        kind = sections.select(_("What do you want to add?"), own_words.kind_labels(), KIND, PAGE)
    rows = (correction.template_row(wanted),) if wanted and kind == "corrections" else ()
    with take:
        st.download_button(
            _("Download the template (Excel)"),
            _template_maker(kind, text.current(), dataset.version, rows),
            file_name=f"dosah-{kind}-{text.current()}.xlsx",
            mime=XLSX,
            on_click="ignore",
        )
    about = own_words.kind_about(kind)
    how = _(
        "Drop-down lists, notes at the headings and an example row, which is never read "
        "in, show how to fill it in."
    )
    st.html(f"<p>{html(about)} {html(how)}</p>")
    return kind


def _template_maker(
    kind: str, language: str, version: str, rows: tuple[dict[str, Any], ...]
) -> Callable[[], bytes]:
    """Return what makes a template when somebody clicks: it takes a second, so nobody waits for it before."""
    if rows:
        return functools.partial(worker.template, kind, language, rows)
    return functools.partial(_template, kind, language, version)


@functools.lru_cache(maxsize=48)
def _template(kind: str, language: str, version: str) -> bytes:  # noqa: ARG001  # municipalities of the lists change with the dataset
    return worker.template(kind, language)


def show_how_to_get_in(reason: str) -> None:
    """Say kindly why there is no more than templates, and offer the login where there is one."""
    st.header(_("2. Give the filled-in table back"), anchor=False)
    st.info(own_words.access_sentence(reason))
    if reason == "not_logged_in" and own_access.current_login().is_set_up and st.button(_("Log in")):
        from streamlit.errors import StreamlitAPIException

        try:
            st.login()
        except (
            StreamlitAPIException
        ):  # the package that speaks with the provider is not installed, or the secrets are wrong
            st.warning(_("The login is not set up completely. Ask whoever runs the program."))
    if reason == "not_on_list" and st.button(_("Log out")):
        st.logout()


# -- give the table back -------------------------------------------------------------------------------------


def show_upload(wanted: Doubtful | None) -> None:
    """Take a file, rows pasted from Excel, or one correction by a form."""
    st.header(_("2. Give the filled-in table back"), anchor=False)
    ways = {"file": _("A file"), "paste": _("Rows copied from Excel")}
    if wanted is not None:
        ways = {"form": _("One correction"), **ways}
    way = st.segmented_control(
        _("How"),
        list(ways),
        default=next(iter(ways)),
        format_func=ways.__getitem__,
        required=True,
        key=f"dosah-own-way-{text.current()}-{bool(wanted)}",
    )
    if way == "form" and wanted is not None:
        show_form(wanted)
    elif way == "paste":
        show_paste()
    else:
        turn = st.session_state.get(TURN_KEY, 0)
        key = f"{FILE_KEY}-{turn}"
        uploads.ask(
            _("Filled-in table (XLSX or CSV, up to 5 MB)"),
            ["xlsx", "csv"],
            key,
            5,
            on_change=_take_file,
            args=(key,),
        )


def _take_file(key: str) -> None:
    file = st.session_state.get(key)
    st.session_state.pop(DONE_KEY, None)
    if file is None:
        st.session_state.pop(STATE_KEY, None)
    else:
        st.session_state[STATE_KEY] = {"raw": file.getvalue()}


def show_paste() -> None:
    """Take rows that were copied from a spreadsheet."""
    turn = st.session_state.get(TURN_KEY, 0)
    key = f"{PASTE_KEY}-{turn}"
    st.text_area(
        _("Copy the rows together with the row of headings, and paste them here"),
        key=key,
        height=220,
        max_chars=MOST_PASTED,
    )
    st.button(_("Check these rows"), on_click=_take_paste, args=(key,))


def _take_paste(key: str) -> None:
    pasted = str(st.session_state.get(key, ""))
    st.session_state.pop(DONE_KEY, None)
    st.session_state.pop(STATE_KEY, None)
    if pasted.strip():
        st.session_state[STATE_KEY] = {"raw": pasted.encode("utf-8-sig", "replace")}


def show_form(wanted: Doubtful) -> None:
    """Ask what is right about one doubtful capacity."""
    from dashboard.phrases.amounts import amount
    from dashboard.phrases.labels import label

    said = _(
        "{name}, {form}: the source says {capacity}, usual is about {median}.",
        name=wanted.name,
        form=label("forms", wanted.form),
        capacity=amount(wanted.number, wanted.unit),
        median=text.number(wanted.median, 1),
    )
    st.html(f"<p><strong>{html(said)}</strong></p>")
    with st.form("dosah-own-form", border=True):
        words = correction.answers()
        answer = st.radio(_("What is right?"), list(words), format_func=words.__getitem__)
        number = st.number_input(
            _("The right number, if it is another one"), min_value=0.0, value=None, step=1.0, format="%.0f"
        )
        office = st.text_input(_("Which office or organisation says so (no names of people)"), max_chars=200)
        reason = st.text_input(_("Why the value of the source is wrong"), max_chars=300)
        source = st.text_input(
            _("Where it can be checked (a page, a document, a statement with its date)"), max_chars=300
        )
        day = st.text_input(_("Day on which it was confirmed"), value=_today(), max_chars=20)
        if st.form_submit_button(_("Check this correction")):
            raw = correction.correction(
                wanted, str(answer), number, day=day, office=office, reason=reason, source=source
            )
            st.session_state[STATE_KEY] = {"raw": raw}
            st.session_state.pop(DONE_KEY, None)


def _today() -> str:
    return dt.date.today().isoformat()  # noqa: DTZ011  # a day of the office's own calendar


if __name__ == "__main__":
    page()

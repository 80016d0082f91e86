"""Own tables: take a template, give the table back, see what is wrong, see what would change, publish, withdraw."""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from dashboard import (
    data,
    method,
    own_access,
    own_form,
    own_view,
    own_words,
    own_worker,
    tables,
    text,
    uploads,
)
from dashboard.choice import LANGUAGE_PARAMETER
from dashboard.own_worker import Answer
from dashboard.tables import html
from dashboard.text import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.method import Doubtful
    from geodata.catalog import Dataset

KIND: Final = "kind"
STATE_KEY: Final = "dosah-own"
DONE_KEY: Final = "dosah-own-done"
GOING_KEY: Final = "dosah-own-going"
LIST_KEY: Final = "dosah-own-list"
FILE_KEY: Final = "dosah-own-file"
PASTE_KEY: Final = "dosah-own-paste"
TURN_KEY: Final = "dosah-own-turn"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_PASTED: Final = 2_000_000
STYLE: Final = """<style>
.dosah-steps{counter-reset:step}
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
            "What no source knows, you add yourself: services, corrections, findings, money. Fill in a template, give it back here, look at what "
            "would change, and only then publish it. Do not name people: what is published can be read by everybody."
        )
    )
    wanted = own_form.asked_for(dict(st.query_params), method.doubtful(dataset))
    kind = show_templates(dataset, wanted)
    keep(kind, wanted)
    if not access.is_allowed:
        show_how_to_get_in(access.reason)
        return
    show_done()
    listing = published_tables(dataset.version)
    show_upload(wanted)
    show_check(listing)
    show_published(listing, dataset)


def published_tables(version: str) -> Answer:
    """Return the tables of the published dataset; asked for once per dataset and session, it takes a second."""
    kept: tuple[str, Answer] | None = st.session_state.get(LIST_KEY)
    if kept is not None and kept[0] == version and kept[1].error is None:
        return kept[1]
    with st.spinner(_("Looking at what is published…")):
        answer = own_worker.listed()
    st.session_state[LIST_KEY] = (version, answer)
    return answer


def keep(kind: str, wanted: Doubtful | None) -> None:
    """Write the kind of table into the address, and the capacity that is to be corrected."""
    names = (LANGUAGE_PARAMETER, *((own_form.RECORD, own_form.FORM, own_form.UNIT) if wanted else ()))
    kept = {name: value for name, value in st.query_params.items() if name in names}
    if {**kept, KIND: kind} != st.query_params.to_dict():
        st.query_params.from_dict({**kept, KIND: kind})


# -- templates ------------------------------------------------------------------------------------------------------------


def show_templates(dataset: Dataset, wanted: Doubtful | None) -> str:
    """Offer the template of each table; return the kind that is chosen."""
    st.header(_("1. Take a template"), anchor=False)
    labels = own_words.kind_labels()
    asked = "corrections" if wanted else st.query_params.get(KIND, own_worker.KINDS[0])
    start = own_worker.KINDS.index(asked) if asked in own_worker.KINDS else 0
    choose, take = st.columns([3, 2], gap="large", vertical_alignment="bottom")
    with choose:
        kind = st.selectbox(
            _("What do you want to add?"),
            own_worker.KINDS,
            index=start,
            format_func=labels.__getitem__,
            key=f"dosah-own-kind-{text.current()}-{asked}",
        )
    rows = (own_form.template_row(wanted),) if wanted and kind == "corrections" else ()
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
        "Drop-down lists, notes at the headings and an example row, which is never read in, show how to fill it in."
    )
    st.html(f"<p>{html(about)} {html(how)}</p>")
    return str(kind)


def _template_maker(
    kind: str, language: str, version: str, rows: tuple[dict[str, Any], ...]
) -> Callable[[], bytes]:
    """Return what makes a template when somebody clicks: it takes a second, so nobody waits for it before."""
    if rows:
        return functools.partial(own_worker.template, kind, language, rows)
    return functools.partial(_template, kind, language, version)


@functools.lru_cache(maxsize=48)
def _template(kind: str, language: str, version: str) -> bytes:  # noqa: ARG001  # municipalities of the lists change with the dataset
    return own_worker.template(kind, language)


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


# -- give the table back --------------------------------------------------------------------------------------------------


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
    from dashboard.gap_words import amount
    from dashboard.words import label

    said = _(
        "{name}, {form}: the source says {capacity}, usual is about {median}.",
        name=wanted.name,
        form=label("forms", wanted.form),
        capacity=amount(wanted.number, wanted.unit),
        median=text.number(wanted.median, 1),
    )
    st.html(f"<p><strong>{html(said)}</strong></p>")
    with st.form("dosah-own-form", border=True):
        words = own_form.answers()
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
            raw = own_form.correction(
                wanted, str(answer), number, day=day, office=office, reason=reason, source=source
            )
            st.session_state[STATE_KEY] = {"raw": raw}
            st.session_state.pop(DONE_KEY, None)


def _today() -> str:
    return dt.date.today().isoformat()  # noqa: DTZ011  # a day of the office's own calendar


# -- check, preview, publish ----------------------------------------------------------------------------------------------


def show_check(listing: Answer) -> None:
    """Show what is wrong with the table, or what it would change."""
    state: dict[str, Any] | None = st.session_state.get(STATE_KEY)
    if state is None:
        return
    st.header(_("3. Check"), anchor=False)
    if state.get("language") != text.current():
        with st.spinner(_("Looking at the table…")):
            state["check"] = own_worker.check(state["raw"], text.current())
        state["language"] = text.current()
    answer: Answer = state["check"]
    if answer.error is not None:
        show_problems(answer)
        return
    found = answer.content["tables"]
    if not sum(int(one["rows"]) for one in found):
        st.warning(_("The table is in order, but empty: nothing stands below the headings but the example."))
        return
    st.success(_("The table is in order."))
    st.html(own_view.found_table(found))
    for caution in answer.content.get("cautions", [])[:10]:
        st.warning(text.plain(own_words.caution_sentence(caution)))
    show_preview(state, listing)


def show_problems(answer: Answer) -> None:
    """Show every problem with its cell, and offer the table with the problems marked."""
    problems = answer.content.get("problems", [])
    if answer.error != "table" or not problems:
        st.error(own_words.error_sentence(str(answer.error), answer.content))
        return
    count = ngettext("{n} problem.", "{n} problems.", len(problems)) + " "
    st.error(count + own_words.error_sentence("table", {}))
    if "annotated.xlsx" in answer.files:
        st.download_button(
            _("Download the table with the problems marked"),
            answer.files["annotated.xlsx"],
            file_name={"cs": "dosah-opravit.xlsx", "pl": "dosah-do-poprawy.xlsx"}.get(
                text.current(), "dosah-to-correct.xlsx"
            ),
            mime=XLSX,
            on_click="ignore",
        )
    st.html(own_view.problems_table(problems))
    if len(problems) > own_view.MOST_SHOWN:
        st.write(_("The table on this page shows the first {n}.", n=text.number(own_view.MOST_SHOWN)))


def show_preview(state: dict[str, Any], listing: Answer) -> None:
    """Show what would change, and publish it on request."""
    st.header(_("4. What would change"), anchor=False)
    reason = listing.content.get("cannot_build_because")
    if reason is not None:
        st.info(own_words.not_remembered_sentence(str(reason)))
        is_workbook = state["raw"][:2] == b"PK"
        st.download_button(
            _("Download the checked table"),
            state["raw"],
            file_name="dosah-own-table.xlsx" if is_workbook else "dosah-own-table.csv",
            mime=XLSX if is_workbook else "text/csv",
            on_click="ignore",
        )
        return
    replaces = choose_replaced(listing)
    if "preview" not in state or state.get("replaces") != replaces:
        if not st.button(_("Show what would change"), type="primary"):
            return
        with st.spinner(_("Building a copy of the data with this table…")):
            state["preview"] = own_worker.preview(text.current(), raw=state["raw"], replaces=replaces)
        state["replaces"] = replaces
    answer: Answer = state["preview"]
    if answer.error is not None:
        show_problems(answer)
        return
    show_changes(answer)
    st.header(_("5. Publish"), anchor=False)
    if answer.content["is_stopped"]:
        show_losses(answer)
        return
    st.write(
        _("The table is kept beside the data and read in by every later build. It can be withdrawn below.")
    )
    if st.button(_("Publish this table"), type="primary"):
        with st.spinner(_("Building and checking the data…")):
            done = own_worker.publish(
                state["raw"], text.current(), replaces=replaces, seen=str(answer.content["seen"])
            )
        finish("published", done)


def choose_replaced(listing: Answer) -> str | None:
    """Ask whether the table is new or replaces one that is published."""
    names = [one["name"] for one in listing.content.get("tables", []) if one["can_be_withdrawn"]]
    if not names:
        return None
    words = {"": _("it is new"), **{name: _("it replaces {name}", name=name) for name in names}}
    chosen = st.selectbox(
        _("This table"),
        list(words),
        format_func=words.__getitem__,
        key=f"dosah-own-replaces-{text.current()}",
    )
    return str(chosen) or None


def show_changes(answer: Answer) -> None:
    """Show the difference between the data today and with the change."""
    content, preview = answer.content, answer.preview
    changes = (content.get("changes") or {}).get("changes", [])
    if preview is not None:
        st.html(own_view.counts_table(preview))
    if changes:
        st.html(own_view.changes_table(changes, is_linked=False))
    if preview is not None and preview.gaps:
        st.html(own_view.gaps_table(preview))
    else:
        st.write(_("No gap changes by it."))
    if content.get("corrections"):
        service = data.dataset()["service"]
        names = dict(zip(service["service_id"], service["name"], strict=True))
        st.html(own_view.corrections_table(content["corrections"], names))
    if content.get("rejected"):
        st.html(own_view.rejected_table(content["rejected"]))
    for own, known in content.get("alike", [])[:10]:
        st.warning(
            _(
                "{own} resembles {known}: the same provider, kind and municipality. Is it the same service?",
                own=text.plain(own),
                known=text.plain(known),
            )
        )


def show_losses(answer: Answer) -> None:
    """Say what would be lost, and that it stops here."""
    st.error(_("This cannot be published from here: too much would be lost."))
    st.html(
        "<ul>"
        + "".join(f"<li>{html(one)}</li>" for one in own_view.losses_list(answer.content["losses"]))
        + "</ul>"
    )


def finish(what: str, done: Answer) -> None:
    """Keep what became of it, and show the page anew with the new data."""
    if done.error is None:
        st.session_state.pop(STATE_KEY, None)
        st.session_state.pop(GOING_KEY, None)
        st.session_state[TURN_KEY] = st.session_state.get(TURN_KEY, 0) + 1
    elif done.error == "changed_meanwhile":
        st.session_state.get(STATE_KEY, {}).pop("preview", None)
        st.session_state.pop(GOING_KEY, None)
    st.session_state[DONE_KEY] = (what, done)
    st.rerun()


def show_done() -> None:
    """Say what became of the last request."""
    what, done = st.session_state.get(DONE_KEY, ("", None))
    if done is None:
        return
    if done.error is not None:
        st.error(own_words.error_sentence(done.error, done.content))
        return
    st.success(
        _("The table is published as {name}.", name=text.plain(done.content["name"]))
        if what == "published"
        else _("The table {name} is withdrawn.", name=text.plain(done.content["name"]))
    )
    changes = (done.content.get("changes") or {}).get("changes", [])
    if changes:
        st.html(own_view.changes_table(changes, is_linked=True))
    else:
        st.write(_("No service and no capacity changed by it."))


# -- published tables -----------------------------------------------------------------------------------------------------


def show_published(listing: Answer, dataset: Dataset) -> None:
    """List the tables that are in the data, and take one out again on request."""
    st.header(_("Tables in the data"), anchor=False)
    if listing.error is not None:
        st.warning(own_words.error_sentence(listing.error, listing.content))
        return
    found = listing.content["tables"]
    if not found:
        st.info(_("There is no table of your own in the data yet."))
        return
    columns = [
        tables.Column(_("File")),
        tables.Column(_("Table")),
        tables.Column(_("Rows"), is_number=True),
        tables.Column(_("Kept")),
    ]
    rows: list[list[tables.Cell]] = [
        [
            one["name"],
            own_words.kind_of_file(one["name"]),
            text.number(one["rows"]),
            _("published from this page") if one["can_be_withdrawn"] else _("by whoever runs the program"),
        ]
        for one in found
    ]
    st.html(tables.html_table(columns, rows, _("Tables of your own")))
    names = [one["name"] for one in found if one["can_be_withdrawn"]]
    if names and listing.content.get("cannot_build_because") is None:
        show_withdrawal(names)
    st.write(_("Version of the dataset: {version}.", version=text.plain(dataset.version)))


def show_withdrawal(names: list[str]) -> None:
    """Take a published table out: look first, then do it."""
    name = st.selectbox(_("Withdraw a table"), names, key=f"dosah-own-withdraw-{text.current()}")
    going: dict[str, Any] = st.session_state.get(GOING_KEY, {})
    if going.get("name") != name:
        if not st.button(_("Show what would go with it")):
            return
        with st.spinner(_("Building a copy of the data without this table…")):
            going = {"name": name, "preview": own_worker.preview(text.current(), withdraw=str(name))}
        st.session_state[GOING_KEY] = going
    answer: Answer = going["preview"]
    if answer.error is not None:
        show_problems(answer)
        return
    show_changes(answer)
    accepts = False
    if answer.content["is_stopped"]:
        show_losses_of_withdrawal(answer)
        accepts = st.checkbox(_("I have looked at it: this may go."), key=f"dosah-own-accept-{name}")
    st.write(_("The file is deleted. Keep your own copy if you want to publish it again."))
    if st.button(_("Withdraw this table"), disabled=answer.content["is_stopped"] and not accepts):
        with st.spinner(_("Building and checking the data…")):
            done = own_worker.withdraw(
                str(name), text.current(), seen=str(answer.content["seen"]), accept_change=accepts
            )
        finish("withdrawn", done)


def show_losses_of_withdrawal(answer: Answer) -> None:
    """Say how much goes with a table."""
    st.warning(_("A large part of the data goes with this table:"))
    st.html(
        "<ul>"
        + "".join(f"<li>{html(one)}</li>" for one in own_view.losses_list(answer.content["losses"]))
        + "</ul>"
    )


if __name__ == "__main__":
    page()

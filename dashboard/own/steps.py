"""
What follows an upload on the page "Own tables": check, preview, publish;
and the tables that are published, to withdraw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from dashboard import text
from dashboard.answers import dataset as data
from dashboard.own import tables as own_view
from dashboard.own import words as own_words
from dashboard.own import worker
from dashboard.own.worker import Answer
from dashboard.tables import html as tables
from dashboard.text import _, ngettext

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset

STATE_KEY: Final = "dosah-own"
DONE_KEY: Final = "dosah-own-done"
GOING_KEY: Final = "dosah-own-going"
LIST_KEY: Final = "dosah-own-list"
TURN_KEY: Final = "dosah-own-turn"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def published_tables(version: str) -> Answer:
    """
    Return the tables of the published dataset.

    Asked for once per dataset and session, it takes a second.
    """
    kept: tuple[str, Answer] | None = st.session_state.get(LIST_KEY)
    if kept is not None and kept[0] == version and kept[1].error is None:
        return kept[1]
    with st.spinner(_("Looking at what is published…")):
        answer = worker.listed()
    st.session_state[LIST_KEY] = (version, answer)
    return answer


def show_check(listing: Answer) -> None:
    """Show what is wrong with the table, or what it would change."""
    state: dict[str, Any] | None = st.session_state.get(STATE_KEY)
    if state is None:
        return
    st.header(_("3. Check"), anchor=False)
    if state.get("language") != text.current():
        with st.spinner(_("Looking at the table…")):
            state["check"] = worker.check(state["raw"], text.current())
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
            state["preview"] = worker.preview(text.current(), raw=state["raw"], replaces=replaces)
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
            done = worker.publish(
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
    st.html(tables.bullets(own_view.losses_list(answer.content["losses"])))


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


# -- published tables ----------------------------------------------------------------------------------------


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
            going = {"name": name, "preview": worker.preview(text.current(), withdraw=str(name))}
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
            done = worker.withdraw(
                str(name), text.current(), seen=str(answer.content["seen"]), accept_change=accepts
            )
        finish("withdrawn", done)


def show_losses_of_withdrawal(answer: Answer) -> None:
    """Say how much goes with a table."""
    st.warning(_("A large part of the data goes with this table:"))
    st.html(tables.bullets(own_view.losses_list(answer.content["losses"])))

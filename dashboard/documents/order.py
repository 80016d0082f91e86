"""
One offer of a document on a page: the button that orders it, how far the work is, the file.

Nothing is made while a page is drawn, and no session holds a file:
both belong to `dashboard.documents.work.workshop`.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import text
from dashboard.documents import offer
from dashboard.documents.offer import KINDS, Offer, Wish
from dashboard.documents.office import report_template
from dashboard.documents.office.chapter_child import DataReplacedError
from dashboard.documents.work.workshop import MOST_OF_ONE, BusyError, EnoughError, Job, NoRoomError, workshop
from dashboard.frame import spoken, uploads
from dashboard.process import streamlit_inside
from dashboard.text import _, ngettext
from geodata.errors import InputFileError

if TYPE_CHECKING:
    from dashboard.documents.office.report_template import Template
    from geodata.dataset.dataset import Dataset

TEMPLATE_KEY: Final = "dosah-documents-template"
TEMPLATE_MEGABYTES: Final = 5
# Often enough to see a bar move, seldom enough to leave the processor to the work.
LOOK_AGAIN_SECONDS: Final = 0.8

STYLE: Final = """<style>
.dosah-offer h3{font-size:1.1rem;margin:0;padding:0}
.dosah-offer p{font-size:1rem;line-height:1.45;margin:.1rem 0 0;text-wrap:pretty;max-width:52rem}
[class*="st-key-dosah-offer-"]{border-bottom:1px solid rgba(128,128,128,.3);padding:.35rem 0 .6rem}
[data-testid="stElementContainer"]:has([data-dosah-places]){display:none}
[class*="st-key-dosah-offer-"] [data-testid="stDownloadButton"] button,
[class*="st-key-dosah-offer-"] [data-testid="stButton"] button{width:100%}
</style>"""


def ask_template() -> None:
    """Ask for the office's own DOCX."""
    with st.expander(_("Use a template of your own")):
        st.write(
            _(
                "Your headings and styles are kept, and what stands in the file stays in front. It is not "
                "stored."
            )
        )
        label = _("Template (.docx or .dotx, {n} MB at most)", n=TEMPLATE_MEGABYTES)
        uploads.ask(label, list(report_template.TYPES), TEMPLATE_KEY, TEMPLATE_MEGABYTES)
        file = st.session_state.get(TEMPLATE_KEY)
        if file is not None:
            st.write(_("The chapter will be written into “{name}”.", name=text.plain(file.name)))


def template() -> Template | None:
    """Return the template that was uploaded."""
    file = st.session_state.get(TEMPLATE_KEY)
    if file is None:
        return None
    return report_template.Template(file.name, file.getvalue())


def show_offer(dataset: Dataset, one: Offer, wish: Wish) -> None:
    """Show one offer: what it is for, and the button that orders, the bar that tells, or the file."""
    with st.container(key=f"dosah-offer-{one.kind}"):
        words, action = st.columns([4, 1], gap="small", vertical_alignment="center")
        with words:
            st.html(
                f'<div class="dosah-offer"><h3>{escape(one.title)}</h3><p>{escape(one.purpose)}</p></div>'
            )
            if one.kind == "report":
                ask_template()
        job = workshop().find(offer.key(dataset, wish))
        with action:
            if job is not None and job.is_open:
                # Only while it is waited for, this part alone looks again;
                # the rest of the page stays as it is.
                st.fragment(wait_for, run_every=LOOK_AGAIN_SECONDS)(job)
            elif job is not None and job.state == "done":
                show_file(one, wish, job)
            else:
                show_order(dataset, one, wish)
        if job is not None and job.state == "failed":
            st.error(problem_of(job))


def show_order(dataset: Dataset, one: Offer, wish: Wish) -> None:
    """Show the button that orders a file."""
    # The words of twenty buttons are the same: a screen reader hears of which file each is.
    prepare = _("Prepare")
    spoken.name_part(f".st-key-dosah-order-{one.kind} button", f"{prepare}: {one.title}")
    if st.button(prepare, key=f"dosah-order-{one.kind}"):
        try:
            workshop().order(
                offer.key(dataset, wish),
                offer.work(dataset, wish),
                is_long=KINDS[wish.kind].is_long,
                owner=streamlit_inside.session_id(),
            )
        except EnoughError:
            st.warning(
                ngettext(
                    "{n} file is being made for you. Order the next one when it is ready.",
                    "{n} files are being made for you. Order the next one when one of them is ready.",
                    MOST_OF_ONE,
                )
            )
            return
        except BusyError:
            st.warning(_("Many files are being made just now. Try again in a minute."))
            return
        st.rerun()


def wait_for(job: Job) -> None:
    """Tell how far a file is; when it is there, the page shows it."""
    if not job.is_open:
        st.rerun()
    before = workshop().ahead_of(job)
    if job.state == "waiting" and before:
        st.progress(0.0, text=ngettext("{n} file before it", "{n} files before it", before))
    elif job.whole:
        share = job.done / job.whole
        st.progress(
            share, text=_("{done} of {whole}", done=text.number(job.done), whole=text.number(job.whole))
        )
    else:
        st.progress(0.0, text=_("Being made…"))


def show_file(one: Offer, wish: Wish, job: Job) -> None:
    """Show the button that downloads; the file is read from the disk only when it is pressed."""
    words = _("Download ({size})", size=size_words(job.size))
    spoken.name_part(f".st-key-dosah-download-{wish.kind} button", f"{words}: {one.title}")
    st.download_button(
        words,
        job.content,
        file_name=offer.file_name(wish),
        mime=KINDS[wish.kind].mime,
        type="primary",
        on_click="ignore",
        key=f"dosah-download-{wish.kind}",
    )


def size_words(size: int) -> str:
    """Write how large a file is."""
    gap = "\N{NO-BREAK SPACE}"
    if size < 950_000:
        return f"{text.number(max(round(size / 1000), 1))}{gap}kB"
    return f"{text.number(size / 1_000_000, 1)}{gap}MB"


def problem_of(job: Job) -> str:
    """Say in words why a file could not be made."""
    if isinstance(job.error, InputFileError):
        # They were said when the file was ordered, in the language of the reader who ordered it.
        return _(
            "The template “{name}” cannot be used: {problem}. {advice}",
            name=text.plain(job.error.file),
            problem="; ".join(job.error.problems),
            advice=job.error.next_step,
        )
    if isinstance(job.error, NoRoomError):
        return _(
            "This file could not be made: the server has no folder it may write to. Whoever runs Dosah "
            "names one in the variable DOSAH_CACHE."
        )
    if isinstance(job.error, DataReplacedError):
        return _("The data were replaced meanwhile. Reload the page and prepare the file again.")
    return _("This file could not be made. The details are in the log of the server.")

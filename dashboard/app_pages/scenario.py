"""
What if: services added, closed, moved or resized, and what that would change on the map,
in the ranking and in words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import text
from dashboard.address import kept as address_kept
from dashboard.address import question as choices
from dashboard.address.question import LANGUAGE_PARAMETER
from dashboard.answers import dataset as data
from dashboard.answers import outlines as answers_outlines
from dashboard.gaps import controls, ranking
from dashboard.gaps import view as gaps_view
from dashboard.phrases import gaps, totals
from dashboard.scenario import circles, form, state, suggestions
from dashboard.scenario import result as scenario_view
from dashboard.scenario.effects import differences_table, ordered, totals_table
from dashboard.scenario.steps import Scenario, Step
from dashboard.scenario.words import doubts, headline, outside_sentence
from dashboard.story.button import offer_scenario
from dashboard.tables import html
from dashboard.text import _, ngettext

if TYPE_CHECKING:
    from dashboard.scenario.result import Result, View
    from dashboard.scenario.state import Key
    from geodata.dataset.dataset import Dataset

CLICKED_KEY: Final = "dosah-scenario-clicked"
REFUSED_KEY: Final = "dosah-scenario-refused"

STYLE: Final = """<style>
.dosah-totals{border-collapse:collapse;width:100%;margin-top:.6rem}
.dosah-totals caption{text-align:left;font-weight:600;padding:.25rem 0}
.dosah-totals th,.dosah-totals td{border:0;border-bottom:1px solid rgba(128,128,128,.35);
 padding:.3rem .5rem .3rem 0;text-align:right;font-weight:400;font-variant-numeric:tabular-nums}
.dosah-totals tr>:first-child{text-align:left}
.dosah-totals thead th{font-weight:600}
.dosah-differences a{color:inherit;text-decoration-thickness:1px;text-underline-offset:2px}
.dosah-differences caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.dosah-differences .dosah-words{display:inline-flex;gap:.45rem;align-items:baseline}
.dosah-differences td .dosah-class{align-self:flex-start;margin-top:.32rem}
</style>"""


@dataclass(frozen=True)
class Page:
    """
    What the parts of the page share: the question, the scenario as it stands,
    what its services and sites are called.
    """

    view: View
    now: Scenario
    names: dict[str, str]
    dataset: Dataset


# -- what it changes -----------------------------------------------------------------------------------------


def show_headline(view: View, now: Scenario, result: Result, names: dict[str, str]) -> None:
    """Say what the scenario changes, or how things are today while there is none."""
    comparison = result.comparison
    if not result.steps and not now.norm:
        sentences = totals.headline(comparison.summary_before, view.area_name)
    else:
        sentences = headline(
            comparison, view.area_name, result.steps, view.known.municipalities, has_other_norm=bool(now.norm)
        )
    first, *rest = sentences
    outside = outside_sentence(comparison.differences, view.members) if result.steps or now.norm else None
    words = " ".join(
        [f"<strong>{escape(first)}</strong>", *map(escape, rest), *([escape(outside)] if outside else [])]
    )
    st.html(f'<p class="dosah-headline" role="status">{words}</p>')
    said = doubts(result.steps, view.known, view.capacities, names)
    if said:
        st.html("".join(f'<p class="dosah-small">{escape(doubt)}</p>' for doubt in said))


def choose_picture(shown: str) -> str:
    """Let the reader choose which picture to see."""
    names = {"scenario": _("Scenario"), "today": _("Today"), "both": _("Side by side")}
    chosen = st.segmented_control(
        _("Show"),
        list(names),
        default=shown,
        format_func=lambda code: names[code],
        required=True,
        key=f"dosah-scenario-show-{text.current()}",
    )
    return str(chosen or shown)


def show_map(page: Page, result: Result, shown: str, key: str) -> None:
    """
    Show today or the scenario; on the scenario's map it is made, and a click chooses
    the place in the form too.
    """
    from dashboard.map import component

    view, outlines = page.view, answers_outlines.outlines()
    now = replace(page.now, steps=result.steps)
    addition = circles.addition(view, now, result, shown, page.names)
    picture = scenario_view.picture_of(
        view,
        result,
        shown,
        list(outlines.order),
        attribution=gaps_view.attribution(page.dataset),
        circles=addition.message["sites"],
    )
    code = component.ask(outlines, picture, key=key, addition=addition).municipality_code
    clicked: dict[str, str] = dict(st.session_state.get(CLICKED_KEY, {}))
    # Streamlit repeats an answer in every run; only a new one is the reader's wish.
    if code is not None and code != clicked.get(key) and code in view.known.municipalities:
        st.session_state[form.PLACE_KEY] = code
    st.session_state[CLICKED_KEY] = (
        {**clicked, key: code} if code else {k: v for k, v in clicked.items() if k != key}
    )


def show_both(page: Page, result: Result) -> None:
    """Show today and the scenario beside each other, for a wide screen."""
    names = {"today": _("Today"), "scenario": _("Scenario")}
    for column, (shown, name) in zip(st.columns(2), names.items(), strict=True):
        with column:
            st.header(name, anchor=False)
            show_map(page, result, shown, circles.map_key(shown))


def show_hint(shown: str) -> None:
    """Say what can be done on the map."""
    hint = (
        _("This is today’s map; the scenario is changed on its own map, or in the list of changes.")
        if shown == circles.SHOWN_TODAY
        else _(
            "Click a municipality to add a service there, a circle to change, move or close one. "
            "By keyboard: Tab and Enter."
        )
    )
    st.html(f'<p class="dosah-small">{escape(hint)}</p>')


def show_differences(view: View, result: Result) -> None:
    """Show the municipalities of the area that change, the largest changes first; the others on demand."""
    rows = ordered(result.comparison, view.members)
    changed = rows.loc[rows["is_changed"]]
    labels, parameters = gaps.class_labels(), {LANGUAGE_PARAMETER: text.current()}
    caption = _("{service}: {area}, today and in the scenario", service=view.group_label, area=view.area_name)
    if len(changed):
        st.header(_("What changes in each municipality"), anchor=False)
        st.html(differences_table(changed, labels, caption, parameters))
    same = rows.loc[~rows["is_changed"]]
    if len(same):
        words = ngettext(
            "{n} municipality without any change", "{n} municipalities without any change", len(same)
        )
        with st.expander(words):
            st.html(differences_table(same, labels, words, parameters))


# -- the page ------------------------------------------------------------------------------------------------


def say_refused(refused: int, kept: tuple[Step, ...]) -> None:
    """Say kindly that a part of a scenario no longer fits, for as long as the rest of it is looked at."""
    if refused > 0:
        st.session_state[REFUSED_KEY] = (refused, kept)
    left_out, of_steps = st.session_state.get(REFUSED_KEY, (0, ()))
    if left_out and of_steps == kept:
        st.info(
            ngettext(
                "{n} of {total} changes of this scenario does not fit the data any more and was left out.",
                "{n} of {total} changes of this scenario do not fit the data any more and were left out.",
                left_out,
                total=text.number(left_out + len(kept)),
            )
        )


def show() -> None:
    """Arrange the page."""
    dataset = data.dataset()
    st.html(html.STYLE + ranking.STYLE + STYLE)
    begin = address_kept.starting_choice(controls.vocabulary(dataset))
    with st.sidebar:
        choice = controls.show(begin, dataset)
    view = scenario_view.view_of(choice, dataset)
    key: Key = (view.country, choice.service)
    start = circles.with_edits(view, key, state.start(key))
    with st.sidebar:
        now = form.show_norm(view, start.scenario)
    st.title(_("What if: {service}, {area}", service=view.group_label, area=view.area_name), anchor=False)
    above = st.container()
    lost_norm = {} if start.scenario.norm in form.norms_offered(view) else {state.NORM: start.scenario.norm}
    address_kept.say_refused({**dict(start.misread), **lost_norm})
    targets = scenario_view.target_names(view, dataset)
    names = scenario_view.all_names(view, dataset)
    fits = scenario_view.result_of(view, now, dataset).steps
    unread = start.refused + st.session_state.pop(suggestions.UNREAD_KEY, 0)
    say_refused(unread + len(now.steps) - len(fits), fits)
    now = replace(now, steps=fits)
    shown = choose_picture(start.shown)
    is_wide = shown == "both"
    wide = st.container()
    left, right = st.columns([5, 4], gap="medium")
    # Words and pictures stand above the table but are made after it, because they
    # show what was typed into it.
    with st.expander(_("Edit the changes as a table")):
        now = form.show_table(view, key, now, targets)
    result = scenario_view.result_of(view, now, dataset)
    now = replace(now, steps=result.steps)
    with above:
        show_headline(view, now, result, names)
    page = Page(view, now, names, dataset)
    with wide if is_wide else left, st.container(key="dosah-map-place"):
        show_hint(shown)
        if is_wide:
            show_both(page, result)
        else:
            show_map(page, result, shown, circles.MAP_KEY)
    with left if is_wide else right:
        # The map is drawn before: a click on it chooses the municipality here.
        form.show_steps(view, key, now, names)
        form.show_form(view, key, now, targets)
    with right:
        st.html(totals_table(result.comparison))
    show_differences(view, result)
    suggestions.show_suggestions(view, key, result)
    parameters = state.keep(choice, key, now, shown)
    offer_scenario(choice, now, shown)
    suggestions.show_sharing(now, parameters, choices.write(choice), dataset)


if __name__ == "__main__":
    show()

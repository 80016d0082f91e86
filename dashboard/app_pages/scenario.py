"""What if: services added, closed, moved or resized, and what that would change on the map, in the ranking and in words."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import streamlit as st

from dashboard import choice as choices
from dashboard import (
    controls,
    data,
    gap_words,
    ranking,
    scenario,
    scenario_state,
    scenario_table,
    scenario_view,
    tables,
    text,
    uploads,
)
from dashboard.app_pages import gap_map
from dashboard.choice import LANGUAGE_PARAMETER
from dashboard.home_map import data_address
from dashboard.scenario import Scenario, Step
from dashboard.scenario_words import (
    differences_table,
    headline,
    kind_labels,
    ordered,
    outside_sentence,
    step_sentence,
    totals_table,
)
from dashboard.text import _, ngettext
from geodata.errors import DosahError, InputFileError

if TYPE_CHECKING:
    from dashboard.scenario import Kind
    from dashboard.scenario_state import Key
    from dashboard.scenario_view import Result, View
    from geodata.catalog import Dataset

PLACE_KEY: Final = "dosah-scenario-place"
CLICKED_KEY: Final = "dosah-scenario-clicked"
TABLE_KEY: Final = "dosah-scenario-table"
FILE_KEY: Final = "dosah-scenario-file"
FIRST_CAPACITY: Final = 12.0
MOST_SITES: Final = 10

STYLE: Final = """<style>
.dosah-side{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.8rem}
.dosah-side figure{margin:0}
.dosah-side figcaption{font-weight:600}
.dosah-side img{width:100%;height:auto;border:1px solid rgba(128,128,128,.45);border-radius:.4rem}
.dosah-totals{border-collapse:collapse;width:100%;margin-top:.6rem}
.dosah-totals caption{text-align:left;font-weight:600;padding:.25rem 0}
.dosah-totals th,.dosah-totals td{border:0;border-bottom:1px solid rgba(128,128,128,.35);padding:.3rem .5rem .3rem 0;
 text-align:right;font-weight:400;font-variant-numeric:tabular-nums}
.dosah-totals tr>:first-child{text-align:left}
.dosah-totals thead th{font-weight:600}
.dosah-differences a{color:inherit;text-decoration-thickness:1px;text-underline-offset:2px}
.dosah-differences caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.dosah-differences .dosah-words{display:inline-flex;gap:.45rem;align-items:baseline}
.dosah-differences td .dosah-class{align-self:flex-start;margin-top:.32rem}
.dosah-keys{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:.4rem 0}
.dosah-keys span{display:inline-flex;gap:.4rem;align-items:baseline}
</style>"""


# -- the norm of the scenario ---------------------------------------------------------------------------------------------


def show_norm(view: View, now: Scenario) -> Scenario:
    """Let the scenario ask by another norm than today."""
    offered = {
        norm.norm_id: norm
        for norm in data.norms(
            view.choice.service, view.country, view.choice.area, choices.settings(view.choice)
        )
        if norm.is_available and norm.value_per_1000 is not None
    }
    words = {"": _("the same as today")}
    for norm_id, norm in offered.items():
        if norm_id != "typed":
            words[norm_id] = (
                f"{gap_words.norm_name(norm_id)}: {gap_words.norm_value(norm.value_per_1000 or 0.0)}"
            )
    words["typed"] = gap_words.norm_name("typed")
    start = now.norm if now.norm in words else ""
    chosen = st.selectbox(
        _("Norm of the scenario"),
        list(words),
        index=list(words).index(start),
        format_func=words.__getitem__,
        key=f"dosah-scenario-norm-{view.country}-{view.choice.service}-{text.current()}-{start}",
    )
    if chosen != "typed":
        return replace(now, norm=chosen, typed_norm=None)
    usual = view.today.norm.value_per_1000 or 10.0
    begin: float = now.typed_norm or round(usual, 2)
    typed = st.number_input(
        _("Capacity per 1,000 people in the scenario"),
        min_value=choices.NORM_PER_1000[0],
        max_value=choices.NORM_PER_1000[1],
        value=begin,
        format="%.2f",
        key=f"dosah-scenario-typed-{view.country}-{view.choice.service}",
    )
    return replace(now, norm="typed", typed_norm=float(typed))


# -- steps ----------------------------------------------------------------------------------------------------------------


def show_steps(view: View, key: Key, now: Scenario, names: dict[str, str]) -> None:
    """List the steps in words, each with a button that takes it back."""
    st.subheader(_("Changes"), anchor=False)
    if not now.steps:
        empty = _(
            "Nothing is changed yet. Add a service below, or let the program suggest where it helps most."
        )
        st.html(f'<p class="dosah-small">{escape(empty)}</p>')
        return
    for position, step in enumerate(now.steps):
        sentence = step_sentence(step, names, view.known.municipalities, view.scope.unit)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(f"<p>{text.number(position + 1)}. {escape(sentence)}</p>")
            st.button(
                _("Undo"),
                key=f"dosah-scenario-remove-{position}",
                help=_("Take back: {change}", change=text.plain(sentence)),
                on_click=scenario_state.remove,
                args=(key, position),
            )
    if len(now.steps) > 1:
        st.button(
            _("Undo everything"),
            on_click=scenario_state.change,
            args=(key,),
            kwargs={"steps": (), "norm": ""},
        )


def show_form(view: View, key: Key, now: Scenario, targets: dict[str, str]) -> None:
    """Put a step together from lists; the municipality can be chosen by a click on the map too."""
    if len(now.steps) >= scenario.MAX_STEPS:
        st.info(_("A scenario holds {n} changes at most.", n=text.number(scenario.MAX_STEPS)))
        return
    labels = kind_labels()
    has_several = any(len(sites) > 1 for sites in view.known.services.values())
    kinds: list[Kind] = [
        kind for kind in labels if kind == "add" or (targets and (kind != "close_site" or has_several))
    ]
    with st.container(border=True):
        kind = st.selectbox(
            _("What happens"),
            kinds,
            format_func=labels.__getitem__,
            key=f"dosah-scenario-kind-{text.current()}-{len(kinds)}",
        )
        step = _asked_step(view, kind, targets)
        st.button(
            _("Add to the scenario"),
            type="primary",
            disabled=step is None,
            on_click=scenario_state.add,
            args=(key, step),
        )


def _asked_step(view: View, kind: Kind, targets: dict[str, str]) -> Step | None:
    if kind == "add":
        place = _ask_place(view, _("Municipality of the new service"))
        capacity = _ask_capacity(view)
        serves = ""
        if view.scope.form == "ter" and st.checkbox(
            _("It serves the whole planning area"),
            value=True,
            help=_("Otherwise it reaches as far as the limit of distance."),
        ):
            serves = view.choice.area
        return Step("add", "", place, capacity, serves)
    target = _ask_target(view, kind, targets)
    if target is None:
        return None
    if kind == "resize":
        return Step("resize", target, capacity=_ask_capacity(view))
    if kind == "move":
        return Step("move", target, _ask_place(view, _("Municipality it moves to")))
    return Step(kind, target)


def _ask_place(view: View, label: str) -> str:
    """Ask for a municipality: those of the area first, then all others of the country."""
    names = view.known.municipalities
    members = sorted(view.members, key=lambda code: text.sort_key(names[code]))
    others = sorted(set(names) - set(members), key=lambda code: text.sort_key(names[code]))
    words = scenario_table.unique(names)
    key = f"{PLACE_KEY}-{view.country}-{view.choice.area}"
    clicked = st.session_state.pop(PLACE_KEY, None)
    if clicked in names:
        st.session_state[key] = clicked
    return st.selectbox(
        label,
        [*members, *others],
        format_func=words.__getitem__,
        key=key,
        help=_("A click on the map chooses it too."),
    )


def _ask_capacity(view: View) -> float:
    unit = gap_words.amount(FIRST_CAPACITY, view.scope.unit).split()[-1]
    return st.number_input(
        _("Capacity ({unit})", unit=unit),
        min_value=1.0,
        max_value=scenario.CAPACITY[1],
        value=FIRST_CAPACITY,
        step=1.0,
        format="%g",
        key=f"dosah-scenario-capacity-{view.scope.unit}",
        help=_("How many at one time."),
    )


def _ask_target(view: View, kind: Kind, targets: dict[str, str]) -> str | None:
    """Ask for a service, or for a site where the step is about one."""
    known = view.known
    if kind in ("resize", "close"):
        options = {code: name for code, name in targets.items() if code in known.services}
    else:
        several = {code for code, sites in known.services.items() if len(sites) > 1}
        options = {}
        for code, name in targets.items():
            site = scenario_table.only_site(code, known) if code not in several else ""
            if site and site not in known.fixed_sites and (kind == "move" or code not in known.services):
                options[site] = name
    if not options:
        st.info(_("There is no service of this kind that could be changed so."))
        return None
    words = scenario_table.unique(options)
    return st.selectbox(
        _("Service"),
        list(options),
        format_func=words.__getitem__,
        key=f"dosah-scenario-target-{kind}-{view.country}-{view.choice.service}-{text.current()}",
        help=_("Those within reach of the area come first."),
    )


def show_table(view: View, key: Key, now: Scenario, targets: dict[str, str]) -> Scenario:
    """Let people type the steps into a table; returns the scenario as they left it."""
    words = scenario_table.Words(
        scenario_table.unique(targets), scenario_table.unique(view.known.municipalities)
    )
    state = st.session_state.get(TABLE_KEY)
    if state is None or state["key"] != key or state["steps"] != now.steps:
        version = 0 if state is None else state["version"] + 1
        state = {"key": key, "base": now.steps, "steps": now.steps, "version": version}
    edited = st.data_editor(
        scenario_table.rows_of(state["base"], words),
        key=f"{TABLE_KEY}-{state['version']}-{text.current()}",
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        column_config={
            "kind": st.column_config.SelectboxColumn(_("What happens"), options=list(kind_labels().values())),
            "target": st.column_config.SelectboxColumn(_("Service"), options=list(words.targets.values())),
            "municipality": st.column_config.SelectboxColumn(
                _("Municipality"), options=list(words.municipalities.values())
            ),
            "capacity": st.column_config.NumberColumn(
                _("Capacity"), min_value=0, max_value=scenario.CAPACITY[1]
            ),
        },
    )
    steps, problems = scenario_table.steps_of(edited, words, view.known, state["base"])
    for problem in problems:
        st.warning(text.plain(problem))
    steps = steps[: scenario.MAX_STEPS]
    st.session_state[TABLE_KEY] = {**state, "steps": steps}
    return replace(now, steps=steps)


# -- what it changes ------------------------------------------------------------------------------------------------------


def show_headline(view: View, now: Scenario, result: Result) -> None:
    """Say what the scenario changes, or how things are today while there is none."""
    comparison = result.comparison
    if not result.steps and not now.norm:
        sentences = gap_words.headline(comparison.summary_before, view.area_name)
    else:
        sentences = headline(
            comparison, view.area_name, result.steps, view.known.municipalities, has_other_norm=bool(now.norm)
        )
    first, *rest = sentences
    outside = outside_sentence(comparison.differences, view.members)
    words = " ".join(
        [f"<strong>{escape(first)}</strong>", *map(escape, rest), *([escape(outside)] if outside else [])]
    )
    st.html(f'<p class="dosah-headline" role="status">{words}</p>')


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


def show_map(view: View, result: Result, dataset: Dataset, shown: str) -> None:
    """Show today or the scenario; a click on the map chooses the place of the next step."""
    from dashboard import maps

    outlines = data.outlines()
    picture = scenario_view.picture_of(
        view, result, shown, list(outlines.order), gap_map.attribution(dataset)
    )
    with st.container(key="dosah-map-place"):
        code = maps.show(outlines, picture)
    if code is not None and code != st.session_state.get(CLICKED_KEY) and code in view.known.municipalities:
        st.session_state[CLICKED_KEY] = code
        st.session_state[PLACE_KEY] = code
    if code is None:
        st.session_state.pop(CLICKED_KEY, None)


def show_both(view: View, result: Result, dataset: Dataset) -> None:
    """Show today and the scenario beside each other, as pictures for a wide screen."""
    today, then = scenario_view.side_by_side(view, result, dataset)
    alternative = escape(_("The table below says the same in words."))
    figures = "".join(
        f"<figure><figcaption>{escape(label)}</figcaption>"
        f'<img alt="{alternative}" src="{data_address(picture)}"></figure>'
        for label, picture in ((_("Today"), today), (_("Scenario"), then))
    )
    after = result.comparison.after
    note = f"{gap_words.norm_sentence(after.norm)}. {gap_words.limit_sentence(after)}"
    st.html(
        f'<div class="dosah-side">{figures}</div>{legend_html()}<p class="dosah-small">{escape(note)}</p>'
    )


def legend_html() -> str:
    """Return the classes in words beside their colours."""
    labels = gap_words.class_labels()
    items = "".join(
        f"<span>{ranking.swatch(name)}<span>{escape(label)}</span></span>" for name, label in labels.items()
    )
    return f'<div class="dosah-keys">{items}</div>'


def show_differences(view: View, result: Result) -> None:
    """Show the municipalities of the area that change, the largest changes first; the others on demand."""
    rows = ordered(result.comparison, view.members)
    changed = rows.loc[rows["is_changed"]]
    labels, parameters = gap_words.class_labels(), {LANGUAGE_PARAMETER: text.current()}
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


# -- suggestions ----------------------------------------------------------------------------------------------------------


def show_suggestions(view: View, key: Key, result: Result) -> None:
    """Suggest where new sites would help most, on top of the scenario."""
    st.header(_("Where would new services help most?"), anchor=False)
    sites_column, places_column, button_column = st.columns([1, 1, 2], vertical_alignment="bottom")
    most = min(MOST_SITES, len(view.members))
    sites = sites_column.number_input(
        _("New services"), 1, most, min(2, most), key=f"dosah-scenario-sites-{most}"
    )
    places = places_column.number_input(
        _("Capacity of each"), 1.0, 1000.0, FIRST_CAPACITY, step=1.0, format="%g", key="dosah-scenario-places"
    )
    if button_column.button(_("Suggest places")):
        st.session_state["dosah-scenario-asked"] = (key, view.choice.area, sites, places)
    if st.session_state.get("dosah-scenario-asked") != (key, view.choice.area, sites, places):
        return
    from geodata.siting import site_services

    try:
        with st.spinner(_("Trying all possibilities…")):
            found = site_services(
                result.comparison.after,
                view.members,
                view.members,
                sites=int(sites),
                places_each=float(places),
            )
    except DosahError:
        st.info(_("There is nothing to suggest: nothing is missing in the area, or the need is not known."))
        return
    steps = tuple(
        Step("add", "", str(code), float(number))
        for code, number in zip(found.chosen["municipality_code"], found.chosen["places"], strict=True)
    )
    sentence = _(
        "The best choice: {places}. {after} would be missing instead of {before}.",
        places=text.listing(
            _("{place} ({amount})", place=name, amount=gap_words.amount(number, view.scope.unit))
            for name, number in zip(found.chosen["name"], found.chosen["places"], strict=True)
        ),
        before=gap_words.places(found.missing_before),
        after=gap_words.places(found.missing_after),
    )
    st.html(f'<p class="dosah-headline">{escape(sentence)}</p>')
    note = _(
        "Exact for these assumptions: new capacity is shared among all within reach, in neighbouring areas too. Staff, buildings "
        "and money are not part of the calculation."
    )
    st.html(f'<p class="dosah-small">{escape(note)}</p>')
    st.button(
        _("Put this into the scenario"),
        type="primary",
        on_click=_take_suggestion,
        args=(key, steps),
    )


def _take_suggestion(key: Key, steps: tuple[Step, ...]) -> None:
    st.session_state.pop("dosah-scenario-asked", None)
    scenario_state.add(key, *steps)


# -- keep and share -------------------------------------------------------------------------------------------------------


def show_sharing(
    now: Scenario, parameters: dict[str, str], question: dict[str, str], dataset: Dataset
) -> None:
    """Save and load the scenario as a file, share it as a link."""
    st.header(_("Save and share"), anchor=False)
    save, load = st.columns(2, gap="large")
    with save:
        address = f"{(st.context.url or '').split('?')[0]}?{urlencode(parameters)}"
        about = _("This address holds the whole scenario; whoever opens it sees the same:")
        st.html(f"<p>{escape(about)}</p>")
        st.code(address, language=None, wrap_lines=True)
        st.download_button(
            _("Save the scenario as a file"),
            scenario.write_file(now, question, dataset.facts.get("data_date")),
            file_name="dosah-scenar.json" if text.current() == "cs" else "dosah-scenario.json",
            mime="application/json",
        )
    with load:
        uploads.ask(_("Open a saved scenario (JSON)"), ["json"], FILE_KEY, 1, on_change=_load)
        problem = st.session_state.pop("dosah-scenario-problem", None)
        if problem == "unreadable":
            st.error(_("This is no scenario saved by this page. Choose another file."))


def _load() -> None:
    """Take a scenario from a file: it becomes the address, and the next run checks it like any other link."""
    file = st.session_state.get(FILE_KEY)
    if file is None:
        return
    try:
        loaded, question, refused = scenario.read_file(file.getvalue())
    except InputFileError:
        st.session_state["dosah-scenario-problem"] = "unreadable"
        return
    language = {name: value for name, value in st.query_params.items() if name == LANGUAGE_PARAMETER}
    known = {name: question[name] for name in choices.PARAMETERS.values() if name in question}
    st.session_state["dosah-scenario-loaded"] = refused
    st.session_state.pop(scenario_state.WRITTEN, None)
    st.session_state.pop(controls.WRITTEN_KEY, None)
    st.query_params.from_dict({**language, **known, **scenario_state.write(loaded, scenario_state.SHOWN[0])})


# -- the page -------------------------------------------------------------------------------------------------------------


def say_refused(refused: int, total: int) -> None:
    """Say kindly that a part of a scenario no longer fits."""
    if refused > 0:
        st.info(
            ngettext(
                "{n} of {total} changes of this scenario does not fit the data any more and was left out.",
                "{n} of {total} changes of this scenario do not fit the data any more and were left out.",
                refused,
                total=text.number(total),
            )
        )


def page() -> None:
    """Arrange the page."""
    dataset = data.dataset()
    st.html(tables.STYLE + ranking.STYLE + STYLE)
    begin = controls.starting_choice(controls.vocabulary(dataset))
    with st.sidebar:
        choice = controls.show(begin, dataset)
    view = scenario_view.view_of(choice, dataset)
    key: Key = (view.country, choice.service)
    start = scenario_state.start(key)
    with st.sidebar:
        now = show_norm(view, start.scenario)
    st.title(_("What if: {service}, {area}", service=view.group_label, area=view.area_name), anchor=False)
    above = st.container()
    targets = scenario_view.target_names(view, dataset)
    names = scenario_view.all_names(view, dataset)
    fits = scenario_view.result_of(view, now, dataset).steps
    say_refused(start.refused + len(now.steps) - len(fits), start.refused + len(now.steps))
    now = replace(now, steps=fits)
    shown = choose_picture(start.shown)
    is_wide = shown == "both"
    wide = st.container()
    left, right = st.columns([5, 4], gap="medium")
    # Words and pictures stand above the table but are made after it, because they show what was typed into it.
    with st.expander(_("Edit the changes as a table")):
        now = show_table(view, key, now, targets)
    result = scenario_view.result_of(view, now, dataset)
    now = replace(now, steps=result.steps)
    with above:
        show_headline(view, now, result)
    with wide if is_wide else left:
        if is_wide:
            show_both(view, result, dataset)
        else:
            show_map(view, result, dataset, shown)
    with left if is_wide else right:
        # The map is drawn before: a click on it chooses the municipality here.
        show_steps(view, key, now, names)
        show_form(view, key, now, targets)
    with right:
        st.html(totals_table(result.comparison))
    show_differences(view, result)
    show_suggestions(view, key, result)
    parameters = scenario_state.keep(choice, key, now, shown)
    show_sharing(now, parameters, choices.write(choice), dataset)


if __name__ == "__main__":
    page()

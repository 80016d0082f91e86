"""
The controls of a scenario: its norm, its steps in words, a form for the next step, the steps as a table.

They show and change what `dashboard.scenario.state` keeps; nothing is computed here.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import sorting, text
from dashboard.address import question as choices
from dashboard.answers import dataset
from dashboard.phrases import amounts, norms
from dashboard.scenario import state as scenario_state
from dashboard.scenario import steps as scenario
from dashboard.scenario import table
from dashboard.scenario.circles import FIRST_CAPACITY
from dashboard.scenario.steps import Scenario, Step
from dashboard.scenario.words import kind_labels, step_sentence, unit_word
from dashboard.text import _

if TYPE_CHECKING:
    from dashboard.scenario.result import View
    from dashboard.scenario.state import Key
    from dashboard.scenario.steps import Kind

PLACE_KEY: Final = "dosah-scenario-place"
TABLE_KEY: Final = "dosah-scenario-table"


# -- the norm of the scenario --------------------------------------------------------------------------------


def norms_offered(view: View) -> dict[str, str]:
    """Return the norms that a scenario can ask by, in words; "" is the same as today."""
    words = {"": _("the same as today")}
    for norm in dataset.norms(
        view.choice.service, view.country, view.choice.area, choices.settings(view.choice)
    ):
        if norm.is_available and norm.value_per_1000 is not None and norm.norm_id != "typed":
            value = amounts.norm_value(norm.value_per_1000)
            words[norm.norm_id] = f"{norms.norm_name(norm.norm_id)}: {value}"
    return {**words, "typed": norms.norm_name("typed")}


def show_norm(view: View, now: Scenario) -> Scenario:
    """Let the scenario ask by another norm than today."""
    words = norms_offered(view)
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


# -- steps ---------------------------------------------------------------------------------------------------


def show_steps(view: View, key: Key, now: Scenario, names: dict[str, str]) -> None:
    """List the steps in words, each with a button that takes it back."""
    st.header(_("Changes"), anchor=False)
    if not now.steps:
        empty = _(
            "Nothing is changed yet. Add a service below, or let the program suggest where it helps most."
        )
        st.html(f'<p class="dosah-small">{escape(empty)}</p>')
        return
    for position, step in enumerate(now.steps):
        sentence = step_sentence(step, names, view.known.municipalities, view.scope.unit, view.capacities)
        words, button = st.columns([7, 2], vertical_alignment="center", gap="small")
        words.html(f"<p>{text.number(position + 1)}. {escape(sentence)}</p>")
        with button:
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
        municipality = _ask_place(view, _("Municipality of the new service"))
        capacity = _ask_capacity(view)
        serves = ""
        if view.scope.form == scenario.FIELD_FORM and st.checkbox(
            _("It serves the whole planning area"),
            value=True,
            help=_("Otherwise it reaches as far as the limit of distance."),
        ):
            serves = view.choice.area
        return Step("add", "", municipality, capacity, serves)
    target = _ask_target(view, kind, targets)
    if target is None:
        return None
    if kind == "resize":
        return Step("resize", target, capacity=_ask_capacity(view, target))
    if kind == "move":
        return Step("move", target, _ask_place(view, _("Municipality it moves to")))
    return Step(kind, target)


def _ask_place(view: View, label: str) -> str:
    """Ask for a municipality: those of the area first, then the others around it."""
    names = {code: view.known.municipalities[code] for code in view.offered}
    members = sorted(view.members, key=lambda code: sorting.sort_key(names[code]))
    others = sorted(set(names) - set(members), key=lambda code: sorting.sort_key(names[code]))
    words = table.unique(names)
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


def _ask_capacity(view: View, target: str = "") -> float:
    """Ask for a capacity; that of a service begins at what it has now, where that is known."""
    now = view.capacities.get(target)
    begin = FIRST_CAPACITY if now is None else min(max(now, 1.0), scenario.CAPACITY[1])
    known = _("How many at one time.")
    return st.number_input(
        _("Capacity ({unit})", unit=unit_word(view.scope.unit)),
        min_value=1.0,
        max_value=scenario.CAPACITY[1],
        value=begin,
        step=1.0,
        format="%g",
        key=f"dosah-scenario-capacity-{view.scope.unit}-{target}",
        help=f"{known} {_('Its present capacity is not known.')}" if target and now is None else known,
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
            site = table.only_site(code, known) if code not in several else ""
            if site and site not in known.fixed_sites and (kind == "move" or code not in known.services):
                options[site] = name
    if not options:
        st.info(_("There is no service of this kind that could be changed so."))
        return None
    words = table.unique(options)
    return st.selectbox(
        _("Service"),
        list(options),
        format_func=words.__getitem__,
        key=f"dosah-scenario-target-{kind}-{view.country}-{view.choice.service}-{text.current()}",
        help=_("Those within reach of the area come first."),
    )


def show_table(view: View, key: Key, now: Scenario, targets: dict[str, str]) -> Scenario:
    """Let people type the steps into a table; returns the scenario as they left it."""
    words = table.Words(table.unique(targets), table.unique(view.known.municipalities))
    # Places further away stay in the list where a step of a link names them.
    named = {step.municipality for step in now.steps}
    offered = [word for code, word in words.municipalities.items() if code in view.offered or code in named]
    state = st.session_state.get(TABLE_KEY)
    if state is None or state["key"] != key or state["steps"] != now.steps:
        version = 0 if state is None else state["version"] + 1
        state = {"key": key, "base": now.steps, "steps": now.steps, "version": version}
    edited = st.data_editor(
        table.rows_of(state["base"], words),
        key=f"{TABLE_KEY}-{state['version']}-{text.current()}",
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        placeholder="–",
        alt=_("Table of changes; the form above does the same."),
        column_config={
            "kind": st.column_config.SelectboxColumn(_("What happens"), options=list(kind_labels().values())),
            "target": st.column_config.SelectboxColumn(_("Service"), options=list(words.targets.values())),
            "municipality": st.column_config.SelectboxColumn(_("Municipality"), options=offered),
            "capacity": st.column_config.NumberColumn(
                _("Capacity"), min_value=0, max_value=scenario.CAPACITY[1]
            ),
        },
    )
    steps, problems = table.steps_of(edited, words, view.known, state["base"])
    for problem in problems:
        st.warning(text.plain(problem))
    steps = steps[: scenario.MAX_STEPS]
    st.session_state[TABLE_KEY] = {**state, "steps": steps}
    return replace(now, steps=steps)

"""
The way of a scenario between the address bar, the session and the controls.

A scenario belongs to a country and a group of services: another group has one of its own. The address wins
where it is new (a link, the button "back"); else the session, because navigation clears the address.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from dashboard.address import kept as address_kept
from dashboard.address import question as choices
from dashboard.address.question import LANGUAGE_PARAMETER, NORM_PER_1000, Choice
from dashboard.scenario import steps as scenario
from dashboard.scenario.edit import joined
from dashboard.scenario.steps import Scenario

STEPS: Final = "changes"
NORM: Final = "scenario_norm"
TYPED_NORM: Final = "scenario_norm_per_1000"
SHOW: Final = "picture"
SHOWN: Final = ("scenario", "today", "both")
PARAMETERS: Final = (STEPS, NORM, TYPED_NORM, SHOW)
_KEPT: Final = "dosah-scenario-kept"
WRITTEN: Final = "dosah-scenario-written"
_SHOWN: Final = "dosah-scenario-shown"
_BEFORE: Final = "dosah-scenario-before"
# Within this time of a change the old address comes from a browser that lags; later it is the button "back".
LATE_SECONDS = 3.0

Key = tuple[str, str]
"""Country and group of services."""


@dataclass(frozen=True)
class Start:
    """
    The scenario to begin with, and which map is shown.

    Of an address: `refused` counts the steps that could not be read, `misread` names the other
    parameters with their values.
    """

    scenario: Scenario
    shown: str
    refused: int = 0
    misread: tuple[tuple[str, str], ...] = ()


def read(parameters: Mapping[str, str]) -> Start:
    """Read a scenario from the parameters of an address."""
    reading = scenario.read_link(parameters.get(STEPS, ""))
    norm = parameters.get(NORM, "")
    typed = scenario.read_number(parameters.get(TYPED_NORM))
    misread = []
    if norm == "typed" and not is_norm(typed):
        misread.append((TYPED_NORM, parameters.get(TYPED_NORM, "")))
        norm = ""
    shown = parameters.get(SHOW, SHOWN[0])
    if shown not in SHOWN:
        misread.append((SHOW, shown))
    return Start(
        Scenario(reading.steps, norm, typed if norm == "typed" else None),
        shown if shown in SHOWN else SHOWN[0],
        reading.refused,
        tuple(misread),
    )


def is_norm(value: float | None) -> bool:
    """Tell whether a number can be a norm."""
    return value is not None and NORM_PER_1000[0] <= value <= NORM_PER_1000[1]


def write(kept: Scenario, shown: str) -> dict[str, str]:
    """Return the parameters of an address; what is as usual is left out."""
    parameters = {
        STEPS: scenario.write_link(kept.steps),
        NORM: kept.norm,
        TYPED_NORM: f"{kept.typed_norm:.12g}" if kept.norm == "typed" and kept.typed_norm else "",
        SHOW: shown if shown != SHOWN[0] else "",
    }
    return {name: value for name, value in parameters.items() if value}


def start(key: Key) -> Start:
    """
    Take the scenario from the address if it is new, else from the session.

    An address that names a service is a whole one: without steps it means an empty scenario (the button
    "back" after the first step). One that navigation has cleared means nothing.
    """
    parameters = {name: st.query_params[name] for name in PARAMETERS if name in st.query_params}
    is_whole = bool(parameters) or choices.PARAMETERS["service"] in st.query_params
    if is_whole and parameters != st.session_state.get(WRITTEN) and not _is_late(parameters):
        found = read(parameters)
        put(key, found.scenario)
        st.session_state[_SHOWN] = found.shown
        return found
    kept: dict[Key, Scenario] = st.session_state.get(_KEPT, {})
    return Start(kept.get(key, Scenario()), st.session_state.get(_SHOWN, SHOWN[0]))


def _is_late(parameters: Mapping[str, str]) -> bool:
    """
    Tell whether the browser still sends the address that was written before the last one:
    a click was quicker than it.
    """
    before, written_at = st.session_state.get(_BEFORE, (None, 0.0))
    return bool(parameters == before and time.monotonic() - written_at < LATE_SECONDS)


def put(key: Key, kept: Scenario) -> None:
    """Keep a scenario in the session."""
    everything: dict[Key, Scenario] = dict(st.session_state.get(_KEPT, {}))
    everything[key] = kept
    st.session_state[_KEPT] = everything


def change(key: Key, **parts: Any) -> None:
    """Change parts of the kept scenario; for callbacks, which run before the page."""
    kept: dict[Key, Scenario] = st.session_state.get(_KEPT, {})
    put(key, replace(kept.get(key, Scenario()), **parts))


def add(key: Key, *steps: scenario.Step) -> None:
    """Append steps to the kept scenario, as far as there is room."""
    kept: dict[Key, Scenario] = st.session_state.get(_KEPT, {})
    now = kept.get(key, Scenario())
    put(key, replace(now, steps=joined(now.steps, *steps)))


def remove(key: Key, position: int) -> None:
    """Take a step out of the kept scenario."""
    kept: dict[Key, Scenario] = st.session_state.get(_KEPT, {})
    put(key, scenario.without(kept.get(key, Scenario()), position))


def keep(choice: Choice, key: Key, kept: Scenario, shown: str) -> dict[str, str]:
    """Write question and scenario into the address and the session; return the parameters of the address."""
    put(key, kept)
    st.session_state[_SHOWN] = shown
    own, asked = write(kept, shown), choices.write(choice)
    if own != st.session_state.get(WRITTEN):
        st.session_state[_BEFORE] = (st.session_state.get(WRITTEN), time.monotonic())
    st.session_state[WRITTEN] = own
    st.session_state[address_kept.CHOICE_KEY] = choice
    address_kept.remember(asked)
    language = {name: value for name, value in st.query_params.items() if name == LANGUAGE_PARAMETER}
    parameters = {**language, **asked, **own}
    if parameters != st.query_params.to_dict():
        st.query_params.from_dict(parameters)
    return parameters

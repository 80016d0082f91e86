"""Keep the choice of the map in the address and in the session, whichever is newer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

import streamlit as st

from dashboard import text
from dashboard.address import question as choices
from dashboard.address.question import LANGUAGE_PARAMETER, Choice, Vocabulary
from dashboard.text import _
from geodata.errors import NoAreaError

CHOICE_KEY: Final = "dosah-map-choice"
WRITTEN_KEY: Final = "dosah-map-written"
REPLACED_KEY: Final = "dosah-map-replaced"


# An address that was replaced less than this ago comes from a browser that lags behind a quick second click;
# an older one is the button "back".
LATE_SECONDS: Final = 1.0


def starting_choice(known: Vocabulary) -> Choice:
    """
    Take the choice from the address if it is new, else from the session: navigation clears the address.

    Raises
    ------
    NoAreaError
        If the dataset holds no planning area, so that there is nothing to choose.
    """
    if not known.areas:
        raise NoAreaError("The dataset holds no planning area. Add one with `dosah build --area FILE.yaml`.")
    parameters = {
        name: st.query_params[name] for name in choices.PARAMETERS.values() if name in st.query_params
    }
    kept: Choice | None = st.session_state.get(CHOICE_KEY)
    if kept is not None and (
        not parameters or parameters == st.session_state.get(WRITTEN_KEY) or _is_late(parameters)
    ):
        return kept
    reading = choices.read(parameters, known)
    for name in [name for name in st.session_state if str(name).startswith("dosah-control-")]:
        del st.session_state[name]
    say_refused(reading.refused)
    return reading.choice


def say_refused(refused: Mapping[str, str]) -> None:
    """Say kindly which parts of an address are not known, by parameter."""
    if not refused:
        return
    st.info(
        _(
            "The address asks for something this dataset does not know ({what}). "
            "The usual view is shown instead.",
            what=text.plain(", ".join(f"{name}={value}" for name, value in refused.items())),
        )
    )


def _is_late(parameters: Mapping[str, str]) -> bool:
    """Tell whether the browser still sends an address that was replaced a moment ago."""
    now = time.monotonic()
    replaced: list[tuple[Mapping[str, str], float]] = st.session_state.get(REPLACED_KEY, [])
    return any(parameters == before and now - moment < LATE_SECONDS for before, moment in replaced)


def remember(parameters: Mapping[str, str]) -> None:
    """Keep what the address says now, and what it said until a moment ago."""
    now = time.monotonic()
    before = st.session_state.get(WRITTEN_KEY)
    replaced: list[tuple[Mapping[str, str], float]] = st.session_state.get(REPLACED_KEY, [])
    recent = [(old, moment) for old, moment in replaced if now - moment < LATE_SECONDS]
    if before is not None and before != parameters:
        recent.append((before, now))
    st.session_state[REPLACED_KEY] = recent
    st.session_state[WRITTEN_KEY] = parameters


def keep(choice: Choice) -> None:
    """Write the choice into the address and the session."""
    parameters = choices.write(choice)
    st.session_state[CHOICE_KEY] = choice
    remember(parameters)
    # Other pages' parameters, which the button "back" may leave behind, go; the language stays.
    kept = {name: value for name, value in st.query_params.items() if name == LANGUAGE_PARAMETER}
    if {**kept, **parameters} != st.query_params.to_dict():
        st.query_params.from_dict({**kept, **parameters})

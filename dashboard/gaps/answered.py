"""
What the reader did on the map, taken over into the choice;
and what of a choice still fits its question.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.address import kept
from dashboard.address import question as choices
from dashboard.address.question import MEASURES, Choice
from dashboard.answers import areas
from dashboard.answers import dataset as data

if TYPE_CHECKING:
    from dashboard.map.component import Answer
    from geodata.dataset.dataset import Dataset

BESIDE_KEY: Final = "dosah-map-beside"
_SEEN: Final = "dosah-map-switched"


def answered(choice: Choice, known_bases: Collection[str]) -> Choice:
    """Return the choice with what the reader has just chosen on the map: a measure, a base map, a service."""
    from dashboard.map import component

    asked = choice
    before: dict[str, Answer] = st.session_state.get(_SEEN, {})
    now: dict[str, Answer] = {}
    for key in (component.MAP_KEY, BESIDE_KEY):
        answer = now[key] = component.read_answer(st.session_state.get(key))
        last = before.get(key, component.Answer())
        # Streamlit repeats an answer in every run; only a new one is the reader's wish.
        if answer.measure in MEASURES and answer.measure != last.measure:
            choice = replace(choice, measure=answer.measure)
        if answer.base in ("", *known_bases) and answer.base != last.base:
            choice = replace(choice, base=answer.base)
        if answer.service is not None and (answer.click, answer.service) != (last.click, last.service):
            choice = replace(choice, selected=answer.service)
    # A run may be cut off by the next one before it keeps its choice;
    # what was seen here must not be lost with it.
    st.session_state[_SEEN] = now
    if choice != asked:
        st.session_state[kept.CHOICE_KEY] = choice
    return choice


def fitting(choice: Choice, start: Choice, beside: Collection[str], dataset: Dataset) -> Choice:
    """
    Let go of what the question does not have; where the address itself asked for it, say so kindly.

    Parameters
    ----------
    choice, start
        What the controls say, and what they started from.
    beside
        What can stand beside the question.
    dataset
        The published dataset.
    """
    refused = {}
    if choice.selected:
        country = areas.areas_of(dataset)[choice.area][1]
        analysis = data.analysis(choice.service, country, choice.area, choices.settings(choice))
        if choice.selected not in set(analysis.supply["service_id"]):
            refused["selected"] = choice.selected
            choice = replace(choice, selected="")
    if start.beside not in beside:
        refused["beside"] = start.beside
    # Another service or area has other things to select: nothing went wrong.
    if (choice.area, choice.service) == (start.area, start.service):
        kept.say_refused(refused)
    return choice

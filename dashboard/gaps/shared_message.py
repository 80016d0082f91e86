"""
What the map of gaps is told, as it is sent: written once for all readers who ask the same.

A message names its question, and the questions that choosing another service would ask:
a map that has seen the answer paints it at once (static/dosah-map-ahead.js).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from dashboard.address.question import MEASURES, RANKINGS, Choice
from dashboard.answers import outlines
from dashboard.answers.shared import Shared
from geodata.vocabulary import codes

# More points of services than these lie in a file that the browser keeps, instead of in every message.
POINTS_IN_A_MESSAGE: Final = 300
MESSAGES_CHARACTERS: Final = 30_000_000


@dataclass(frozen=True)
class Question:
    """
    What the answer depends on.

    Version of the dataset, choice of the reader, language, what heads the legend,
    and whether a second map is linked to it.
    """

    version: str
    choice: Choice
    language: str
    label: str = ""
    is_linked: bool = False

    @property
    def key(self) -> str:
        """
        Name the question; by which measure it is looked at and how the table
        is ordered are no part of it.
        """
        alike = replace(self.choice, measure=MEASURES[0], order=RANKINGS[0])
        return hashlib.sha256(repr((self.version, alike, self.language)).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Message:
    """The text that is sent, and the path of the points of services where they lie in a file of their own."""

    text: str
    points: str | None = None


_MESSAGES: Final[Shared[Message]] = Shared(256, MESSAGES_CHARACTERS, lambda message: len(message.text))


def message(picture: Callable[[], dict[str, Any]], question: Question, country: str) -> Message:
    """
    Return the message for a question.

    Parameters
    ----------
    picture
        Makes what the map is told (`dashboard.map.message.picture`);
        asked only where nobody has asked the same before.
    question
        All that `picture` depends on.
    country
        Country of the chosen area.
    """
    asked = replace(question, choice=replace(question.choice, order=RANKINGS[0]))
    found = _MESSAGES.get(asked, lambda: _written(picture(), question, country))
    if found.points is not None and not outlines.is_shared(found.points):
        _MESSAGES.forget(asked)
        found = _MESSAGES.get(asked, lambda: _written(picture(), question, country))
    return found


def _written(picture: dict[str, Any], question: Question, country: str) -> Message:
    from dashboard.map import component

    # Of two maps that are linked none runs ahead of the other.
    named = {} if question.is_linked else {"key": question.key, "ahead": ahead(question, country)}
    made = picture | named
    points = None
    if len(made["sites"]) > POINTS_IN_A_MESSAGE:
        points = outlines.share_points(made["sites"])
        made["sites"] = f"{component.STATIC}{points}"
    return Message(component.script_text(made), points)


def ahead(question: Question, country: str) -> dict[str, str]:
    """
    Return the key of the question that each other service would ask,
    by the name that the control gives it.
    """
    choice = question.choice
    groups = codes.service_groups()
    if choice.norm == "typed" or choice.service not in groups:
        return {}  # every service keeps a typed number of its own
    form = groups[choice.service].scopes[country].form
    found = {}
    for code, group in groups.items():
        scope = group.scopes.get(country)
        if scope is None or code == choice.service:
            continue
        # As the controls do: another form has another usual limit, another service other sites to select.
        limit_km = choice.limit_km if scope.form == form else None
        other = replace(choice, service=code, limit_km=limit_km, selected="")
        found[group.label[question.language]] = replace(question, choice=other).key
    return found

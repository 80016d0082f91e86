"""
What a reader does to a scenario on the map: one edit after the other, as the browser sends them.

Pure functions. An edit comes from the browser, so nothing in it is taken for granted:
what is no edit is left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from dashboard.scenario import steps as scenario
from dashboard.scenario.steps import KINDS, Scenario, Step, read_number

Action = Literal["step", "revise", "undo"]
LONGEST_CODE: Final = 200
_MOST: Final = 100


@dataclass(frozen=True)
class Edit:
    """
    One edit.

    Attributes
    ----------
    number
        Grows from edit to edit of a reader; an edit that was heard before is not done again.
    action
        step (a change more), revise (another place or capacity of a new service),
        undo (a change is taken back).
    step
        The change; of "revise" only what becomes different.
    position
        Which change of the list "revise" and "undo" mean.
    seen
        How many changes the reader saw; a position of another list means nothing.
    """

    number: int
    action: Action
    step: Step | None = None
    position: int = -1
    seen: int = -1


def read_edits(raw: object, heard: int, serves_area: str) -> tuple[Edit, ...]:
    """
    Read the edits of an answer of the map that were not heard before.

    Parameters
    ----------
    raw
        What the browser sent.
    heard
        Number of the last edit that was done.
    serves_area
        Planning area that a new service declares to serve if the reader ticks so;
        "" where its form declares none.
    """
    entries = raw if isinstance(raw, list) else []
    found = [_read(entry, serves_area) for entry in entries[:_MOST]]
    fresh = {edit.number: edit for edit in found if edit is not None and edit.number > heard}
    return tuple(fresh[number] for number in sorted(fresh))


def _read(entry: Any, serves_area: str) -> Edit | None:
    if not isinstance(entry, Mapping):
        return None
    number, kind = _whole(entry.get("n")), entry.get("kind")
    if number is None:
        return None
    if kind in ("undo", "revise"):
        return _read_of_earlier(entry, number)
    if kind not in KINDS:
        return None
    capacity = read_number(entry.get("capacity"))
    target, municipality = (_code(entry.get(name)) for name in ("target", "municipality_code"))
    serves = serves_area if kind == "add" and entry.get("serves") is True else ""
    step = scenario.plausible(Step(kind, target, municipality, capacity, serves))
    return Edit(number, "step", step) if step is not None else None


def _read_of_earlier(entry: Mapping[Any, Any], number: int) -> Edit | None:
    """Read an edit of a step that is there: it is taken back, or has another municipality or capacity."""
    seen, position = (_whole(entry.get(name)) for name in ("of", "position"))
    if position is None or seen is None:
        return None
    if entry.get("kind") == "undo":
        return Edit(number, "undo", None, position, seen)
    capacity, municipality = read_number(entry.get("capacity")), _code(entry.get("municipality_code"))
    if not municipality and (capacity is None or capacity <= 0):
        return None
    return Edit(number, "revise", Step("add", "", municipality, capacity), position, seen)


def _whole(value: object) -> int | None:
    """Read a whole number as JSON has it, where 1.0 may stand for 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if value == int(value) else None


def _code(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= LONGEST_CODE else ""


def edited(now: Scenario, edits: Sequence[Edit]) -> Scenario:
    """Return the scenario after some edits; those that mean nothing in it change nothing."""
    for edit in edits:
        steps = now.steps
        if edit.action == "step" and edit.step is not None:
            now = replace(now, steps=joined(steps, edit.step))
        elif edit.seen == len(steps) and 0 <= edit.position < len(steps):
            if edit.action == "undo":
                now = scenario.without(now, edit.position)
            elif edit.step is not None and steps[edit.position].kind == "add":
                now = replace(now, steps=_revised(steps, edit.position, edit.step))
    return now


def joined(steps: Sequence[Step], *further: Step) -> tuple[Step, ...]:
    """
    Return the steps with further ones, as far as there is room.

    A second capacity or place of the same service takes the place of the first:
    what counts is what it ends at.
    """
    result = list(steps)
    for step in further:
        same = [
            position
            for position, old in enumerate(result)
            if step.kind in ("resize", "move") and (old.kind, old.target) == (step.kind, step.target)
        ]
        if same:
            result[same[-1]] = step
        elif len(result) < scenario.MAX_STEPS:
            result.append(step)
    return tuple(result)


def _revised(steps: tuple[Step, ...], position: int, parts: Step) -> tuple[Step, ...]:
    old = steps[position]
    new = replace(
        old,
        municipality=parts.municipality or old.municipality,
        capacity=old.capacity if parts.capacity is None else parts.capacity,
    )
    return (*steps[:position], new, *steps[position + 1 :])

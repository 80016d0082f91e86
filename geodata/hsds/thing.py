"""
Objects of an HSDS document that somebody else wrote: every field as what it must be,
every problem noted with its place.

A place is where a person finds the value:
`contents[3].capacities[0].maximum` in JSON, `service_capacity.csv, row 12, maximum` in the tabular form
(whose objects carry their place under the key `PLACE`, which no document can hold).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from geodata.said import Said, say

PLACE: Final = "\0place"
LARGEST: Final = 1e12
LARGEST_KEY: Final = 10**18
# A comma before four figures or more divides no thousands.
_NUMBER: Final = re.compile(r"[+-]?\d{1,15}(\.\d{1,15}|,\d{4,15})?")
MOST_SHOWN_LETTERS: Final = 40


def shown(value: object) -> str:
    """Write a value for a message: short, on one line, and never as more than it is."""
    kinds = {dict: "kind.object", list: "kind.list", type(None): "kind.nothing"}
    if type(value) in kinds:
        return say(kinds[type(value)])
    if isinstance(value, bool):
        return str(value).lower()
    # A text of millions of letters, or half a sign, belongs into no message.
    written = str(value)[: MOST_SHOWN_LETTERS + 1].encode("utf-8", "replace").decode()
    plain = "".join(sign if sign.isprintable() else "·" for sign in written)
    return f"“{plain[:MOST_SHOWN_LETTERS]}{'…' if len(plain) > MOST_SHOWN_LETTERS else ''}”"


def within(position: str, part: str) -> str:
    """Return where a part of a thing stands."""
    return (
        say("place.part", place=position, name=part) if isinstance(position, Said) else f"{position}.{part}"
    )


class Thing:
    """
    One object of a document.

    Parameters
    ----------
    content
        The object as it was parsed; anything else is a problem, and the thing is empty.
    position
        Where it stands.
    problems
        Where its problems are noted, one sentence each.
    """

    def __init__(self, content: Any, position: str, problems: list[str]) -> None:
        self.problems = problems
        self.is_object = isinstance(content, Mapping)
        self.content: Mapping[str, Any] = content if self.is_object else {}
        known = self.content.get(PLACE)
        # What a file holds is plain text, never `Said`: no document can say where it stands.
        self.position: str = known if isinstance(known, Said) else position
        if not self.is_object:
            problem = say("value.no_object", value=shown(content))
            self.problems.append(say("place.at", place=position, problem=problem))

    def note(self, name: str, problem: str) -> None:
        """Note a problem of a field; of what is no object that has been said already."""
        if not self.is_object:
            return
        if isinstance(self.content.get(PLACE), Said):
            position: str = say("place.field", place=self.position, name=name)
        else:
            position = within(self.position, name)
        self.problems.append(say("place.at", place=position, problem=problem))

    def text(self, name: str, *, is_needed: bool = False) -> str | None:
        """
        Return a text (a whole number is one too: keys and phones are often written so);
        None where there is none or it is empty.
        """
        value = self.content.get(name)
        if value is None or value == "":
            if is_needed:
                self.note(name, say("value.missing"))
            return None
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST_KEY:
            return str(value)
        if not isinstance(value, str):
            self.note(name, say("value.no_text", value=shown(value)))
            return None
        try:
            value.encode()
        except UnicodeEncodeError:
            self.note(name, say("value.half_sign"))
            return None
        if "\0" in value:
            self.note(name, say("value.no_sign"))
            return None
        return value

    def number(self, name: str, smallest: float = -LARGEST, largest: float = LARGEST) -> float | None:
        """Return a number (a number written as a text is one too); None where there is none."""
        value = self.content.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
            value = float(value.replace(",", "."))
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.note(name, say("value.no_number", value=shown(value)))
            return None
        # An integer of a thousand digits is no float.
        if (isinstance(value, float) and not math.isfinite(value)) or not smallest <= value <= largest:
            bounds = {"smallest": f"{smallest:g}", "largest": f"{largest:g}"}
            self.note(name, say("value.outside", value=shown(value), **bounds))
            return None
        return float(value)

    def things(self, name: str) -> list[Thing]:
        """Return the objects of a list; none where there is no list."""
        value = self.content.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.note(name, say("value.no_list", value=shown(value)))
            return []
        return [
            Thing(part, within(self.position, f"{name}[{number}]"), self.problems)
            for number, part in enumerate(value)
        ]

    def thing(self, name: str) -> Thing | None:
        """Return the object of a field; None where there is none."""
        value = self.content.get(name)
        return None if value is None else Thing(value, within(self.position, name), self.problems)

    @cached_property
    def labelled(self) -> Mapping[tuple[str | None, str | None], Mapping[str, str]]:
        """
        Values of the attributes by what they belong to (kind of object, its id),
        then by label; read once.
        """
        by_owner: dict[tuple[str | None, str | None], dict[str, str]] = {}
        for attribute in self.things("attributes"):
            label = attribute.text("label")
            if label is not None:
                owner = (attribute.text("link_entity"), attribute.text("link_id"))
                by_owner.setdefault(owner, {})[label] = attribute.text("value") or ""
        return by_owner

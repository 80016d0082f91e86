"""
A reader who walks: opens pages, turns what can be turned, asks for files, leaves, comes back.
Streamlit's own protocol, no browser.

`bench.soak` and `bench.attack` use it. Whatever a page shows is used as a hand would use it:
any choice, switch, button or field of a page may be next; so nothing here knows the pages by name.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.readers import Reader

THINKING_S = (2.0, 6.0)
# Of a hundred steps so many go to another page; so many close the browser and open another one.
TO_ANOTHER_PAGE = 30
LEAVING = 4
WORDS = ("péče", "Frýdlant", "domov", "opieka", "nocleh", "Ostrava", "12", "")
TRIGGERS = ("button", "download_button")


@dataclass
class Walked:
    """What the readers met: seconds of every step, steps by kind, sentences of failure that pages showed."""

    seconds: list[float] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)


class Walker(Reader):
    """One open browser."""

    def __init__(self, socket: Any, dice: random.Random) -> None:
        super().__init__(socket, dice)
        self.pages: dict[str, str] = {}
        self.controls: list[tuple[str, str, list[Any]]] = []
        self.shown: list[str] = []
        self.errors: list[str] = []

    async def _next(self) -> Any:
        message = await super()._next()
        if message.WhichOneof("type") == "navigation":
            self.pages = {page.page_script_hash: page.url_pathname for page in message.navigation.app_pages}
        elif message.WhichOneof("type") == "delta":
            element = message.delta.new_element
            if element.WhichOneof("type") == "alert" and element.alert.format == element.alert.ERROR:
                self.errors.append(element.alert.body)
        return message

    async def step(self) -> str:
        """Do the next thing; return what it was."""
        go_on = self.dice.randrange(100)
        if self.pages and (go_on < TO_ANOTHER_PAGE or not self.controls):
            self.page = self.dice.choice(list(self.pages))
            self.query, self.values = "lang=" + self.dice.choice(("cs", "pl", "en")), {}
            kind = "page"
        elif not self.controls:
            kind = "reload"
        else:
            name, kind, options = self.dice.choice(self.controls)
            value = self.dice.choice(options)
            self.values[name] = (kind, value)
        self.controls, self.errors = [], []
        await self.run_script()
        # A button is pressed once.
        self.values = {name: said for name, said in self.values.items() if said[0] != "trigger_value"}
        return kind

    def _notice(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "selectbox":
            box = element.selectbox
            if box.HasField("default"):
                shown = box.raw_value if box.set_value else box.options[box.default]
                self.values[box.id] = ("string_value", shown)
            self._offer(box, "string_value", list(box.options))
        elif kind == "checkbox":
            self.values[element.checkbox.id] = ("bool_value", element.checkbox.default)
            self._offer(element.checkbox, "bool_value", [True, False])
        elif kind == "slider" and element.slider.options:
            slider = element.slider
            self.values[slider.id] = (
                "string_array_value",
                [slider.options[int(at)] for at in slider.default],
            )
            choices = [[each] for each in slider.options] if len(slider.default) == 1 else []
            self._offer(slider, "string_array_value", choices)
        elif kind == "button_group":
            group = element.button_group
            options = [each.content for each in group.options]
            self.values[group.id] = ("string_array_value", [options[at] for at in group.default])
            self._offer(group, "string_array_value", [[each] for each in options])
        elif kind == "text_input":
            self.values[element.text_input.id] = ("string_value", element.text_input.default)
            self._offer(element.text_input, "string_value", list(WORDS))
        elif kind in TRIGGERS:
            self._offer(getattr(element, kind), "trigger_value", [True])
        elif kind == "exception":
            raise RuntimeError(element.exception.message)

    def _offer(self, control: Any, kind: str, options: list[Any]) -> None:
        if options and not control.disabled:
            self.controls.append((control.id, kind, options))


async def walk(address: str, number: int, until: float, walked: Walked, *, start: float = 0.0) -> None:
    """Walk until the time is over; who leaves comes back as somebody else."""
    import websockets

    dice = random.Random(number)
    await asyncio.sleep(start)
    while time.monotonic() < until:
        async with websockets.connect(
            f"{address}_stcore/stream", subprotocols=["streamlit"], max_size=None
        ) as socket:
            walker = Walker(socket, dice)
            await walker.run_script()
            while time.monotonic() < until and dice.randrange(100) >= LEAVING:
                await asyncio.sleep(dice.uniform(*THINKING_S))
                before = time.perf_counter()
                try:
                    walked.kinds[await walker.step()] += 1
                except (RuntimeError, TimeoutError) as error:
                    walked.failures[str(error)[:120] or type(error).__name__] += 1
                    break
                walked.seconds.append(time.perf_counter() - before)
                walked.failures.update(walker.errors)

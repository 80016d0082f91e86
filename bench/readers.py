"""
Fifty readers at once, by Streamlit's own protocol:
each changes filters with some seconds of thinking between them.

A reader is what a browser is to the server: a web socket on which `BackMsg` go out (all the controls' values
at every change) and `ForwardMsg` come in. Measured is the time from sending a change to "script finished";
beside it to the message that carries the map, which the page sends first.
No browser draws here: what drawing takes stands in part `dashboard`. The server runs in a process of its own,
the readers in another; everything stays on the loopback.

`python -m bench.readers [--readers 50] [--seconds 60] [--dataset FILE]`
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

READERS = 50
SECONDS = 60.0
THINKING_S = (5.0, 10.0)
ARRIVING_S = 10.0
GOAL_S = 1.0
# A share of the readers changes the service, the others area, norm,
# decay or the switch of doubtful capacities.
SERVICE_SHARE = 0.6
LABELS = ("Area", "Service", "Norm (per 1,000 people)", "How reach falls with distance")
ANSWER_S = 240.0
# Streamlit keeps a session for two minutes after its reader has left, in case of a broken connection.
KEPT_S = 120.0


@dataclass
class Measured:
    """Seconds of the first pages, of the changes until the map was sent, and of the changes until all was."""

    first: list[float] = field(default_factory=list)
    map: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    failed: int = 0


class Reader:
    """One open page."""

    def __init__(self, socket: Any, dice: random.Random) -> None:
        self.socket = socket
        self.dice = dice
        self.query = "lang=en"
        self.page = ""
        self.values: dict[str, tuple[str, Any]] = {}
        self.choices: dict[str, tuple[str, list[str]]] = {}
        self.switch: str | None = None
        # Uploaded files by their control: told in the next run.
        self.files: dict[str, Any] = {}

    async def run_script(self) -> tuple[float, float]:
        """Ask for a run; return the seconds until the map was sent, and until the run was over."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        asked = BackMsg()
        self._fill_in(asked.rerun_script)
        self.values, self.choices, self.switch, self.files = {}, {}, None, {}
        start = time.perf_counter()
        await self.socket.send(asked.SerializeToString())
        drawn = 0.0
        while True:
            message = await asyncio.wait_for(self._next(), ANSWER_S)
            kind = message.WhichOneof("type")
            if kind == "delta":
                if message.delta.new_element.WhichOneof("type") == "component_instance":
                    drawn = time.perf_counter() - start
                self._notice(message.delta.new_element)
            elif kind == "new_session":
                self.page = message.new_session.page_script_hash
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "script_finished":
                if message.script_finished == message.FINISHED_EARLY_FOR_RERUN:
                    continue  # the next run follows
                if message.script_finished != message.FINISHED_SUCCESSFULLY:
                    raise RuntimeError(f"a run ended with {message.script_finished}")
                return drawn, time.perf_counter() - start

    def _fill_in(self, run: Any) -> None:
        """Write into a request for a run what the page and its controls say."""
        run.query_string = self.query
        run.page_script_hash = self.page
        run.context_info.timezone = "UTC"
        for name, (kind, value) in self.values.items():
            state = run.widget_states.widgets.add()
            state.id = name
            if kind == "string_array_value":
                state.string_array_value.data[:] = value
            else:
                setattr(state, kind, value)
        for name, info in self.files.items():
            state = run.widget_states.widgets.add()
            state.id = name
            state.file_uploader_state_value.uploaded_file_info.append(info)

    async def _next(self) -> Any:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        return ForwardMsg.FromString(await self.socket.recv())

    def _notice(self, element: Any) -> None:
        """Keep what a control says, as the page of a browser does."""
        kind = element.WhichOneof("type")
        if kind == "selectbox":
            box = element.selectbox
            options = list(box.options)
            if box.HasField("default"):
                shown = box.raw_value if box.set_value else options[box.default]
                self.values[box.id] = ("string_value", shown)
            if box.label in LABELS and len(options) > 1:
                self.choices[box.label] = (box.id, options)
        elif kind == "checkbox":
            self.values[element.checkbox.id] = ("bool_value", element.checkbox.default)
            self.switch = element.checkbox.id
        elif kind == "slider":
            slider = element.slider
            chosen = [slider.options[int(at)] for at in slider.default]
            self.values[slider.id] = ("string_array_value", chosen)
        elif kind == "button_group":
            group = element.button_group
            self.values[group.id] = (
                "string_array_value",
                [group.options[at].content for at in group.default],
            )
        elif kind == "exception":
            raise RuntimeError(element.exception.message)

    def change(self) -> None:
        """Choose something else in one of the controls."""
        label = "Service" if self.dice.random() < SERVICE_SHARE else self.dice.choice((*LABELS, ""))
        if not label and self.switch:
            self.values[self.switch] = ("bool_value", not self.values[self.switch][1])
            return
        if "Service" not in self.choices:
            raise RuntimeError("the page shows no controls")
        name, options = self.choices.get(label) or self.choices["Service"]
        now = self.values.get(name, ("", ""))[1]
        self.values[name] = (
            "string_value",
            self.dice.choice([each for each in options if each != now and "own" not in each]),
        )


async def read(address: str, number: int, until: float, measured: Measured) -> None:
    """Open a page after a moment, change filters with pauses, leave."""
    import websockets

    dice = random.Random(number)
    await asyncio.sleep(dice.uniform(0, ARRIVING_S))
    async with websockets.connect(
        f"{address}_stcore/stream", subprotocols=["streamlit"], max_size=None
    ) as socket:
        reader = Reader(socket, dice)
        measured.first.append((await reader.run_script())[1])
        while time.monotonic() < until:
            await asyncio.sleep(dice.uniform(*THINKING_S))
            try:
                reader.change()
                drawn, whole = await reader.run_script()
            except (RuntimeError, TimeoutError):
                measured.failed += 1
                return
            measured.map.append(drawn)
            measured.whole.append(whole)


def gather(address: str, readers: int, seconds: float) -> Measured:
    """Let so many readers read for so long."""

    async def all_of_them() -> Measured:
        measured = Measured()
        until = time.monotonic() + seconds
        await asyncio.gather(*(read(address, number, until, measured) for number in range(readers)))
        return measured

    return asyncio.run(all_of_them())


def memory_mib(process: int) -> float | None:
    """Resident memory of a process; None where the system does not tell (it is read from /proc)."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return None
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def line(name: str, values: list[float]) -> str:
    if not values:
        return f"  {name:34} none"
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return (
        f"  {name:34} median {1000 * statistics.median(ordered):6.0f} ms, p95 {1000 * p95:6.0f} ms, "
        f"largest {1000 * ordered[-1]:6.0f} ms  (n = {len(ordered)})"
    )


def report(dataset: Path, readers: int, seconds: float) -> Measured:
    """Measure and print; the second wave of readers shows whether memory grows with all who ever came."""
    from bench.dashboard import served

    with served(None, dataset) as server:
        before = memory_mib(server.process)
        waves = []
        memory = []
        for _ in range(2):
            waves.append(gather(server.address.replace("http", "ws", 1), readers, seconds))
            memory.append(memory_mib(server.process))
    measured = waves[0]
    print(
        f"{readers} readers, {THINKING_S[0]:.0f}–{THINKING_S[1]:.0f} s of thinking, {seconds:.0f} s, "
        f"{os.cpu_count()} processors (goal: p95 ≤ {GOAL_S:.0f} s)"
    )
    print(line("first pages", measured.first))
    print(line("filter change → map sent", measured.map))
    print(line("filter change → all sent", measured.whole))
    for wave in waves:
        if wave.failed:
            print(f"  changes without an answer: {wave.failed}")
    print(line("the same, second wave", waves[1].whole))
    if before is not None:
        print(
            f"  memory of the server: {before:.0f} MiB before, {memory[0]:.0f} MiB after the first wave, "
            f"{memory[1]:.0f} MiB after the second (sessions are kept for {KEPT_S:.0f} s)"
        )
    return measured


def main() -> None:
    """Measure at the snapshot, and at the whole country where its files are there."""
    from bench.country import build_country
    from bench.dashboard import build_dataset

    asked = argparse.ArgumentParser(description=__doc__.splitlines()[1] if __doc__ else None)
    asked.add_argument("--readers", type=int, default=READERS)
    asked.add_argument("--seconds", type=float, default=SECONDS)
    asked.add_argument("--dataset", type=Path)
    given = asked.parse_args(sys.argv[1:] if __name__ == "__main__" else [])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.dataset:
            report(given.dataset, given.readers, given.seconds)
            return
        print("the snapshot, 391 outlines")
        report(build_dataset(folder), given.readers, given.seconds)
        country = build_country(folder)
        if country:
            print("the whole country, 6,274 outlines")
            report(country, given.readers, given.seconds)


if __name__ == "__main__":
    main()

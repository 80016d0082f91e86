"""
Another reader's click while somebody attacks:
in quiet, and during each attack that once stopped the server or slowed it.

The victim changes the service on the map, over and over, among services that were asked before. An attacker
without any right opens the pages that everybody may open and sends what was found to hurt (findings,
stories, templates, uploads, orders of documents). Printed is the median click during the attack as a multiple
of the quiet one, which is taken before and after each attack: machines are noisy. Goal: below 2,
and a server that still answers. `python -m bench.attack [--seconds 20] [--only F5 F7] [--dataset FILE]`
"""

from __future__ import annotations

import argparse
import asyncio
import io
import random
import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bench.readers import memory_mib
from bench.walker import Walker

SECONDS = 20.0
GOAL = 2.0
PAUSE_S = 0.3
SERVICES = 4
MEGABYTE = 1024 * 1024
MERGES = 6
TEMPLATE_MEGABYTES = 25
ANSWER_S = 240.0


class Attacker(Walker):
    """A session without any right."""

    base = ""
    cookie = ""
    session = ""
    uploaders: dict[str, str]

    async def _next(self) -> Any:
        message = await super()._next()
        if message.WhichOneof("type") == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
        elif message.WhichOneof("type") == "delta":
            element = message.delta.new_element
            if element.WhichOneof("type") == "file_uploader":
                self.uploaders[element.file_uploader.id] = ",".join(element.file_uploader.type)
        return message

    async def open(self, path: str, query: str = "lang=en") -> None:
        """Open a page."""
        self.page = next(code for code, name in self.pages.items() if name == path)
        self.query, self.values, self.controls, self.uploaders = query, {}, [], {}
        await self.run_script()

    async def put(self, content: bytes, name: str = "file") -> tuple[int | None, str]:
        """Send a file; return the status (None = hung up on) and the number of the file."""
        number = f"{random.getrandbits(64):x}"
        body = (
            f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
            + content
            + b"\r\n--x--\r\n"
        )
        headers = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": self.cookie}
        headers["X-Xsrftoken"] = self.cookie.partition("=")[2]
        request = urllib.request.Request(
            f"{self.base}_stcore/upload_file/{self.session}/{number}",
            data=body,
            method="PUT",
            headers=headers,
        )

        def send() -> int | None:
            try:
                with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
                    return int(answer.status)
            except urllib.error.HTTPError as error:
                return error.code
            except OSError:
                return None

        return await asyncio.to_thread(send), number

    async def choose(self, content: bytes, name: str, ending: str) -> str:
        """Choose a file in the page's uploader, as a browser does; return what came of it."""
        from streamlit.proto.Common_pb2 import FileURLs, UploadedFileInfo

        uploaders = [label for label, types in self.uploaders.items() if ending in types]
        if not uploaders:
            return "the page asks for no such file"
        status, number = await self.put(content, name)
        if status != 204:
            return f"refused: {status}"
        info = UploadedFileInfo(
            file_id=number, name=name, size=len(content), file_urls=FileURLs(file_id=number)
        )
        self.files = {uploaders[0]: info}
        await self.run_script()
        return "; ".join(self.errors) or "taken"

    async def press(self, most: int) -> int:
        """Press buttons one after another; return how many were pressed."""
        pressed = 0
        for name in [label for label, kind, _ in self.controls if kind == "trigger_value"][:most]:
            self.values[name] = ("trigger_value", True)
            await self.run_script()
            self.values.pop(name, None)
            pressed += 1
        return pressed


def wide_workbook() -> bytes:
    """F1: three headings, and a blank in the very last cell."""
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["service_group", "municipality", "finding"])
        sheet.write(1_048_575, 16_383, " ")
    return target.getvalue()


def merge_bomb() -> bytes:
    """F3: keys that are merged ten times on each level."""
    lines = ["a0: &a0 {x: 1}"]
    for level in range(1, MERGES + 1):
        merged = ",".join([f"*a{level - 1}"] * 10)
        lines.append(f"a{level}: &a{level} {{<<: [{merged}]}}")
    return "\n".join(lines).encode()


def heavy_template() -> bytes:
    """F4: a Word document whose text is packed a thousandfold."""
    from docx import Document

    plain = io.BytesIO()
    Document().save(plain)
    target = io.BytesIO()
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                many = b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * (TEMPLATE_MEGABYTES * MEGABYTE // 36)
                content = content.replace(b"<w:body>", b"<w:body>" + many)
            new.writestr(name, content)
    return target.getvalue()


async def _findings(attacker: Attacker) -> str:
    await attacker.open("needs", "lang=en&section=findings")
    return await attacker.choose(wide_workbook(), "findings.xlsx", "xlsx")


async def _story(attacker: Attacker) -> str:
    await attacker.open("present")
    return await attacker.choose(merge_bomb(), "story.yaml", "yaml")


async def _template(attacker: Attacker) -> str:
    await attacker.open("documents")
    outcome = await attacker.choose(heavy_template(), "template.docx", "docx")
    return f"{outcome}; {await attacker.press(3)} orders"


async def _uploads(attacker: Attacker) -> str:
    first = [(await attacker.put(bytes(190 * MEGABYTE)))[0] for _ in range(3)]
    await attacker.open("documents")
    small = [(await attacker.put(bytes(5 * MEGABYTE - 1000)))[0] for _ in range(20)]
    return f"large: {first}; small: {small.count(204)} of {len(small)} taken, three are kept"


async def _orders(attacker: Attacker) -> str:
    await attacker.open("documents")
    return f"{await attacker.press(15)} orders pressed"


ATTACKS: dict[str, Callable[[Attacker], Awaitable[str]]] = {
    "F1 findings: a blank in the last cell": _findings,
    "F3 story: merged keys": _story,
    "F4 template: 25 MB in a small file": _template,
    "F5 uploads: 3 × 190 MiB, 20 × 5 MB": _uploads,
    "F7 documents: 15 orders at once": _orders,
}


class Session:
    """An open connection of one kind of reader."""

    def __init__(self, base: str, kind: type[Walker], seed: int) -> None:
        self.base, self.kind, self.dice = base, kind, random.Random(seed)

    async def __aenter__(self) -> Any:
        import websockets

        cookie = await asyncio.to_thread(_cookie, self.base)
        self.connection = websockets.connect(
            f"{self.base.replace('http', 'ws', 1)}_stcore/stream",
            subprotocols=["streamlit"],
            max_size=None,
            additional_headers={"Cookie": cookie},
        )
        reader = self.kind(await self.connection.__aenter__(), self.dice)
        reader.base, reader.cookie = self.base, cookie  # type: ignore[attr-defined]
        reader.uploaders = {}  # type: ignore[attr-defined]
        await reader.run_script()
        return reader

    async def __aexit__(self, *error: object) -> None:
        await self.connection.__aexit__(*error)  # type: ignore[arg-type]


def _cookie(base: str) -> str:
    with urllib.request.urlopen(f"{base}_stcore/health", timeout=ANSWER_S) as answer:
        return str(answer.headers["Set-Cookie"]).split(";")[0]


async def clicks(victim: Walker, until: Callable[[], bool], seconds: float) -> list[float]:
    """
    Change the service again and again for so long at least, and as long as the attack lasts;
    return the seconds of every change.
    """
    taken = []
    end = time.monotonic() + seconds
    turn = 0
    while time.monotonic() < end or not until():
        name, options = victim.choices["Service"]
        turn += 1
        victim.values[name] = ("string_value", options[turn % SERVICES])
        before = time.perf_counter()
        await victim.run_script()
        taken.append(time.perf_counter() - before)
        await asyncio.sleep(PAUSE_S)
    return taken


class Victim(Walker):
    """A reader of the map whose only wish is another service."""

    def _notice(self, element: Any) -> None:
        super()._notice(element)
        if element.WhichOneof("type") == "selectbox" and element.selectbox.label == "Service":
            self.choices["Service"] = (element.selectbox.id, list(element.selectbox.options))


async def _attack(base: str, process: int, seconds: float, only: list[str]) -> bool:
    from streamlit.proto.BackMsg_pb2 import BackMsg  # noqa: F401  # its import is no part of a click

    is_fine = True
    async with Session(base, Victim, 1) as victim:
        await clicks(victim, lambda: True, 2 * SERVICES * PAUSE_S)
        print(f"  at the start {memory_mib(process) or 0:.0f} MiB")
        for name, attack in ATTACKS.items():
            if only and name.split()[0] not in only:
                continue
            quiet = await clicks(victim, lambda: True, seconds / 2)
            async with Session(base, Attacker, 2) as attacker:
                task = asyncio.ensure_future(attack(attacker))
                during = await clicks(victim, task.done, seconds)
                outcome = task.exception() or task.result()
            quiet += await clicks(victim, lambda: True, seconds / 2)
            usual, hurt = statistics.median(quiet), statistics.median(during)
            is_fine &= hurt < GOAL * usual
            print(
                f"  {name}: median {1000 * hurt:.0f} ms = {hurt / usual:.2f} × quiet "
                f"({1000 * usual:.0f} ms, largest {1000 * max(quiet):.0f}), "
                f"largest {1000 * max(during):.0f} ms (n = {len(during)} of {len(quiet)}), "
                f"{memory_mib(process) or 0:.0f} MiB\n    {outcome!s:.160}",
                flush=True,
            )
    return is_fine


def report(dataset: Path, seconds: float, only: list[str]) -> bool:
    """Attack, print, and tell whether the other reader's click stayed below twice its quiet time."""
    from bench.dashboard import served

    with served(None, dataset) as server:
        print(f"another reader's click while somebody attacks (goal: < {GOAL:g} × quiet)")
        try:
            is_fine = asyncio.run(_attack(server.address, server.process, seconds, only))
        except Exception as error:  # noqa: BLE001  # a server that is gone is told like a slow one
            print(f"  the other reader was cut off: {error!r:.200}")
            return False
    print(f"  {'all below' if is_fine else 'NOT all below'} {GOAL:g} × quiet")
    return is_fine


def main() -> None:
    """Attack a server of the snapshot, or of the dataset that is named."""
    from bench.dashboard import build_dataset

    asked = argparse.ArgumentParser(description=__doc__.splitlines()[1] if __doc__ else None)
    asked.add_argument("--seconds", type=float, default=SECONDS)
    asked.add_argument("--only", nargs="*", default=[], help="F1 F3 F4 F5 F7")
    asked.add_argument("--dataset", type=Path)
    given = asked.parse_args(sys.argv[1:] if __name__ == "__main__" else [])
    with tempfile.TemporaryDirectory() as name:
        report(given.dataset or build_dataset(Path(name)), given.seconds, given.only)


if __name__ == "__main__":
    main()

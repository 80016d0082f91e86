"""
Compare what two versions of the program say:
`python tools/golden.py REVISION` (or `make golden BASE=REVISION`).

A change that moves code must move no figure and no word.
Both versions build their dataset and make their outputs with the same environment, through doors that stay:
the commands of `dosah`, and the pages as `streamlit.testing` runs them. What differs is listed by name;
the two folders are kept for a diff. Nothing is committed: the right answer is what the earlier version said.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("cs", "pl", "en")
NORMS = ("default", "national", "loaded", "area")
PARTS = ("commands", "documents", "maps", "villages", "pages")
# What is packed is compared member by member: the container carries the hour it was made.
PACKED = (".docx", ".pptx", ".xlsx", ".zip")


class Recorder:
    """Write each output as a file of its own below a folder."""

    def __init__(self, folder: Path, dataset: Path) -> None:
        self.folder, self.dataset = folder, dataset

    def keep(self, name: str, content: bytes | str) -> None:
        """Keep an output; of an archive keep its members."""
        data = content.encode() if isinstance(content, str) else content
        if name.endswith(PACKED):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for member in archive.namelist():
                    self.keep(f"{name}/{member}", archive.read(member))
            return
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def command(self, *words: str) -> str:
        """Run `dosah` in this process and return what it printed, with its exit code."""
        from typer.testing import CliRunner

        from etl.cli import app

        result = CliRunner().invoke(app, list(words))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return f"exit {result.exit_code}\n{result.output}".replace(str(self.folder), "…")

    def made(self, name: str, *words: str) -> None:
        """Run a command that writes a file and keep the file."""
        path = self.folder / ".made" / Path(name).name
        path.parent.mkdir(parents=True, exist_ok=True)
        output = self.command(*words, "--dataset", str(self.dataset), "--output", str(path))
        if not output.startswith("exit 0\n"):
            raise RuntimeError(f"{name} was not made: {output}")
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                # A GeoPackage carries the hour it was made; its tables are compared by the other forms.
                if file.is_file() and file.suffix != ".gpkg":
                    self.keep(f"{name}/{file.relative_to(path)}", file.read_bytes())
        elif path.exists():
            self.keep(name, path.read_bytes())
        else:
            self.keep(f"{name}.said.txt", output)
        shutil.rmtree(path.parent)


def areas(dataset: Any) -> Iterator[tuple[str, str, list[str], list[str]]]:
    """Give id, country, codes of the members and groups of every area."""
    try:
        from geodata.vocabulary.codes import service_groups
    except ModuleNotFoundError:  # a version from before the rooms
        from geodata.codes import service_groups  # type: ignore[import-not-found, no-redef]

    countries = dataset["municipality"].set_index("municipality_code")["country"]
    for area, rows in dataset["area_membership"].groupby("area_id", sort=True):
        codes = sorted(rows["municipality_code"])
        country = countries[codes[0]]
        groups = [name for name, group in service_groups().items() if country in group.scopes]
        yield str(area), str(country), codes, groups


def record_commands(recorder: Recorder, dataset: Any) -> None:
    """Record `--help` of every command, facts of the dataset and the gaps of every area, group and norm."""
    import click
    import typer

    from etl.cli import app

    def helps(command: click.Command, words: tuple[str, ...]) -> None:
        recorder.keep(f"commands/help/{'-'.join(words) or 'dosah'}.txt", recorder.command(*words, "--help"))
        for name, inner in getattr(command, "commands", {}).items():
            helps(inner, (*words, name))

    helps(typer.main.get_command(app), ())
    recorder.keep("commands/content.txt", dataset.version)
    recorder.keep("commands/check.txt", recorder.command("check", str(recorder.dataset)))
    for area, _, _, groups in areas(dataset):
        for group in groups:
            for norm in NORMS:
                output = recorder.command(
                    "gaps", "--area", area, "--service", group, "--norm", norm, "--format", "json",
                    "--dataset", str(recorder.dataset),
                )  # fmt: skip
                recorder.keep(f"commands/gaps/{area}/{group}-{norm}.json", output)


def record_documents(recorder: Recorder, dataset: Any) -> None:
    """Record every document of every area in every language."""
    for area, _, codes, groups in areas(dataset):
        for language in LANGUAGES:
            question, folder = ("--area", area, "--language", language), f"documents/{area}-{language}"
            recorder.made(f"{folder}.html", "pack", *question)
            recorder.made(f"{folder}.docx", "report", *question)
            recorder.made(f"{folder}.pptx", "slides", *question)
            recorder.made(f"{folder}.xlsx", "workbook", *question)
            recorder.made(f"{folder}-sheets.zip", "sheet", *question, "--zip")
            recorder.made(f"{folder}-slip.xlsx", "slip", *question, "--village", codes[0])
            recorder.made(f"{folder}-exchange", "export", *question)
            recorder.made(f"{folder}.svg", "picture", *question, "--service", groups[0], "--format", "svg")


def opened(page: str, parameters: dict[str, str]) -> str:
    """Run a page as a reader would open it and return all that it sends to the browser."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(Path("dashboard/app.py").resolve()), default_timeout=120)
    app.run()
    if page != "gap_map":
        app.switch_page(f"app_pages/{page}.py")
    app.query_params.clear()
    for key, value in parameters.items():
        app.query_params[key] = value
    app.run()
    parts: list[str] = []

    def walk(block: Any) -> None:
        for child in getattr(block, "children", {}).values():
            if hasattr(child, "children"):
                walk(child)
            else:
                parts.append(f"{child.type}\n{child.proto}")

    walk(app._tree)  # noqa: SLF001  # the only way to all elements, whatever their kind
    # A proto writes what is no ASCII as the octal numbers of its UTF-8.
    return (
        "\n".join(parts)
        .encode()
        .decode("unicode_escape", "replace")
        .encode("latin-1", "replace")
        .decode(errors="replace")
    )


def record_maps(recorder: Recorder, dataset: Any) -> None:
    """Record the map page of every area and group: message, table, sentences."""
    for area, _, _, groups in areas(dataset):
        for number, group in enumerate(groups):
            language = LANGUAGES[number % len(LANGUAGES)]
            shown = opened("gap_map", {"area": area, "service": group, "lang": language})
            recorder.keep(f"maps/{area}/{group}-{language}.txt", shown)


def record_villages(recorder: Recorder, dataset: Any) -> None:
    """Record the page of every village in every language."""
    for area, _, codes, _ in areas(dataset):
        for code in codes:
            for language in LANGUAGES:
                shown = opened("village", {"municipality": code, "lang": language})
                recorder.keep(f"villages/{area}/{code}-{language}.txt", shown)


def record_pages(recorder: Recorder, dataset: Any) -> None:
    """Record the other pages, and the cards of services and providers."""
    services = sorted(dataset["service"]["service_id"])[:: max(1, len(dataset["service"]) // 40)]
    providers = sorted(dataset["provider"]["provider_id"])[:: max(1, len(dataset["provider"]) // 15)]
    for language in LANGUAGES:
        for page in ("home", "catalogue", "scenario", "needs", "present", "documents", "data_method"):
            for area, _, _, _ in areas(dataset):
                shown = opened(page, {"area": area, "lang": language})
                recorder.keep(f"pages/{page}/{area}-{language}.txt", shown)
        for service in services:
            shown = opened("catalogue", {"card": service, "lang": language})
            recorder.keep(f"pages/card/{service}-{language}.txt", shown)
        for provider in providers:
            shown = opened("catalogue", {"provider": provider, "lang": language})
            recorder.keep(f"pages/provider/{provider}-{language}.txt", shown)


RECORDERS: dict[str, Callable[[Recorder, Any], None]] = {
    "commands": record_commands,
    "documents": record_documents,
    "maps": record_maps,
    "villages": record_villages,
    "pages": record_pages,
}


def read_dataset(path: Path) -> Any:
    """Read the dataset through whichever module of this version reads it."""
    try:
        from geodata.dataset.dataset import read_dataset as read
    except ModuleNotFoundError:  # a version from before the rooms
        from geodata.catalog import read_dataset as read  # type: ignore[import-not-found, no-redef]
    return read(path)


def record(part: str, folder: Path) -> None:
    """Record a part of what the version says that lies in the working folder."""
    dataset = folder / "dosah.gpkg"
    os.environ["DOSAH_DATASET"] = str(dataset)
    from etl.cli import load_commands

    # Documents come by an entry point.
    load_commands()
    RECORDERS[part](Recorder(folder / "said", dataset), read_dataset(dataset))


def run_in(tree: Path, folder: Path, parts: list[str]) -> None:
    """Build the dataset of a version and record its parts, two at a time."""
    env = {**os.environ, "PYTHONPATH": str(tree), "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1790000000"}
    env["DOSAH_CACHE"] = str(folder / "cache")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)

    def call(*words: str) -> None:
        subprocess.run([sys.executable, *words], cwd=tree, env=env, check=True, stdout=subprocess.DEVNULL)

    call("-m", "etl.cli", "build", "--output", str(folder / "dosah.gpkg"))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda part: call(str(Path(__file__)), "--record", part, str(folder)), parts))


# What is of one run, or how a page is made and not what it says: random names, styles, scripts' addresses.
NOT_SAID = (
    (re.compile(r'deferred_file_id: "\w+"|\$\$ID-\w+-'), ""),
    (re.compile(r'"(?:soon|js_links)": \[[^\]]*\]'), ""),
    (re.compile(r"<style>.*?</style>", re.DOTALL), ""),
    (re.compile(r"<script[^>]*></script>"), ""),
    (re.compile(r"\s+"), " "),
    (re.compile(r" ?([<>]) ?"), r"\1"),
)


def as_read(page: str) -> str:
    """Return what a reader gets of a recorded page, whatever its markup is written like."""
    text = re.sub(r"data:image/svg[^\"' )]*", lambda picture: unquote(picture[0]), page)
    text = text.replace("\\n", " ").replace("\\'", "'").replace('\\"', '"')
    # What stands in an attribute of a picture in an address is escaped twice.
    text = html.unescape(html.unescape(text)).replace("'", '"')
    for pattern, instead in NOT_SAID:
        text = pattern.sub(instead, text)
    return text


def digests(folder: Path) -> dict[str, str]:
    """Give a digest for every recorded output; of a page, of what is read."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(content_of(path)).hexdigest()
        for path in sorted((folder / "said").rglob("*"))
        if path.is_file()
    }


def content_of(path: Path) -> bytes:
    """Return what is compared of a recorded output."""
    content = path.read_bytes()
    is_page = path.suffix == ".txt" and {"maps", "villages", "pages"} & set(path.parts)
    return as_read(content.decode()).encode() if is_page else content


def compare(revision: str, parts: list[str], most: int) -> int:
    """Record both versions and print what differs; return the number of differences."""
    home = ROOT / "build" / "golden"
    tree = home / "tree"
    subprocess.run(
        ["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=False, capture_output=True
    )
    subprocess.run(
        ["git", "worktree", "add", "--detach", str(tree), revision], cwd=ROOT, check=True, capture_output=True
    )
    try:
        vendor = Path("dashboard/static/vendor")
        shutil.copytree(ROOT / vendor, tree / vendor, dirs_exist_ok=True)
        for side, version in (("before", tree), ("now", ROOT)):
            print(f"[golden] recording {side}", flush=True)
            run_in(version, home / side, parts)
    finally:
        subprocess.run(
            ["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=False, capture_output=True
        )
    before, now = digests(home / "before"), digests(home / "now")
    different = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    for name in different[:most]:
        kind = "gone" if name not in now else "new" if name not in before else "differs"
        print(f"{kind:8} {name}")
    if len(different) > most:
        print(f"… and {len(different) - most} more")
    print(json.dumps({"outputs": len(before), "different": len(different), "kept in": "build/golden"}))
    return len(different)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Compare what two versions of the program say.")
    parser.add_argument(
        "revision", nargs="?", default="HEAD", help="git revision to compare the working tree with"
    )
    parser.add_argument("--parts", nargs="*", default=list(PARTS), choices=PARTS)
    parser.add_argument("--most", type=int, default=60, help="how many differences are listed")
    parser.add_argument("--record", nargs=2, metavar=("PART", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.record:
        record(given.record[0], Path(given.record[1]))
        return
    raise SystemExit(1 if compare(given.revision, given.parts, given.most) else 0)


if __name__ == "__main__":
    main()

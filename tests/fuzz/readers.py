"""
Find every function of the program that opens a file, an archive, an address or a text of a format,
and say which target goes through it.

The functions are found in the source; what a target goes through is watched while it reads its samples.
A function that is neither gone through nor excused here, with the reason, is a reader that was left out.
"""

from __future__ import annotations

import ast
import contextlib
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from geodata.errors import DosahError
from tests.fuzz.target import REFUSED as REFUSED_SAMPLE
from tests.fuzz.target import Target

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("geodata", "etl", "dashboard")
OPENERS = frozenset({
    "open", "read_bytes", "read_text", "read_bounded", "ZipFile", "from_path", "from_filelike",
    "read_dataframe", "read_arrow", "read_info", "list_layers", "safe_load",
    "load", "loads", "b64decode", "decompress", "decompressobj", "Document", "Presentation", "connect",
    "ParserCreate", "iterparse", "fromstring", "XMLPullParser",
    "read_csv", "read_excel", "read_file", "DictReader", "file_uploader",
})  # fmt: skip
"""Calls by these names open something."""
METHODS = frozenset({"read_text", "read_bytes", "read_csv"})
PARSERS = frozenset(
    {
        ("yaml_text", "parse"),
        ("json_text", "parse"),
        ("csv", "reader"),
        ("file", "getvalue"),
        ("st", "query_params"),
    }
)
"""Calls and values by name and module."""

OWN = "reads a file of the program's own package"
MADE = "reads what the program itself has just written"
REFUSED = "looks into a file that is refused already, to say why"
HANDS_ON = "hands the bytes to a reader that is fed"
CHILD = "starts a child for the file; the child's part is fed"
EXCUSED: dict[str, str] = {
    "geodata/areas/__init__.py:parse_area": "one line before area_of, which is fed by the target area",
    "geodata/areas/__init__.py:load_areas": OWN,
    "geodata/dataset/publish.py:_write_geopackage": MADE,
    "geodata/durable.py:lock": "a lock, nothing is read",
    "geodata/dataset/geopackage.py:take_in_changes": (
        "closes the file that is published; what is in it is read by the target dataset"
    ),
    "geodata/guarded/refusals.py:_words": OWN,
    "geodata/guarded/workbook_child.py:main": (
        "the child's own face; what it calls is fed by the target workbook"
    ),
    "geodata/said.py:sentences": OWN,
    "geodata/wordings/__init__.py:texts": OWN,
    "geodata/vocabulary/provenance.py:origins": OWN,
    "geodata/stories/__init__.py:_common": OWN,
    "etl/cli.py:load_commands": "loads the commands of the installed program",
    "etl/country/part.py:_day_of": "reads the card that the fetcher wrote beside a file",
    "etl/cleaning/districts.py:_known": OWN,
    "etl/fetch/fetcher.py:Fetcher._keep": MADE,
    "etl/fetch/cache.py:read_card": "reads the card that the fetcher wrote beside a file",
    "etl/fetch/cache.py:sha256_of": "bytes only",
    "etl/cleaning/link.py:reviewed_links": OWN,
    "etl/fetch/obtain.py:_read_index": "reads the index that the fetcher wrote",
    "etl/publish/own.py:_name": "two bytes of a table that was read before",
    "etl/register/pages.py:capacity_unknown": OWN,
    "etl/publish/remembered.py:_records": "reads the record that the build wrote beside the dataset",
    "etl/publish/report.py:_words": OWN,
    "etl/travel/roads.py:_load": (
        "reads times that the program stored, by the digest of what they were made of, without pickle"
    ),
    "etl/cleaning/served.py:_phrases": OWN,
    "etl/snapshot/make.py:read_rows": "a maintainer's tool that makes the embedded files",
    "etl/snapshot/make.py:make_snapshot": "a maintainer's tool that makes the embedded files",
    "etl/usertables/cells/schema.py:_read": OWN,
    "dashboard/answers/outlines.py:write_outlines": MADE,
    "dashboard/documents/work/archive.py:zipped": MADE,
    "dashboard/documents/office/chapter_child.py:make": CHILD,
    "dashboard/documents/commands.py:_story": HANDS_ON,
    "dashboard/documents/commands.py:report": HANDS_ON,
    "dashboard/documents/exchange.py:gaps_geojson": MADE,
    "dashboard/documents/exchange.py:_add_styles": MADE,
    "dashboard/documents/exchange.py:gaps_geopackage_bytes": MADE,
    "dashboard/documents/office/show.py:Show.__init__": OWN,
    "dashboard/documents/work/typesetting.py:_source": OWN,
    "dashboard/documents/work/typesetting.py:query": MADE,
    "dashboard/documents/work/workshop.py:Job.content": MADE,
    "dashboard/needs/handed.py:table_rows": CHILD,
    "dashboard/map/inlined.py:allowed_hashes": OWN,
    "dashboard/needs/findings_panel.py:_load": HANDS_ON,
    "dashboard/story/editor.py:_load": HANDS_ON,
    "dashboard/scenario/suggestions.py:_load": HANDS_ON,
    "dashboard/app_pages/own_tables.py:_take_file": HANDS_ON,
    "dashboard/own/worker.py:template": CHILD,
    "dashboard/own/worker.py:check.work": CHILD,
    "dashboard/own/worker.py:_answer": "reads what our own command answered",
    "dashboard/translations/messages.py:read": OWN,
    "dashboard/app_pages/catalogue.py:write_address": "writes the address",
    "dashboard/app_pages/catalogue.py:_view_into_address": "writes the address",
    "dashboard/app_pages/catalogue.py:show_pages.turn.go": "writes the address",
    "dashboard/app_pages/village.py:_open": "writes the address",
    "dashboard/catalogue/shown.py:open_point": "writes the address",
}


def found_in(source: str) -> Iterator[str]:
    """
    Yield the qualified names of functions in a module's source that open something; "<module>" for its top.
    """
    names: list[str] = []

    def walk(node: ast.AST) -> Iterator[str]:
        is_scope = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if is_scope:
            names.append(node.name)  # type: ignore[attr-defined]
        if _opens(node):
            yield ".".join(names) or "<module>"
        for child in ast.iter_child_nodes(node):
            yield from walk(child)
        if is_scope:
            names.pop()

    yield from dict.fromkeys(walk(ast.parse(source)))


def _opens(node: ast.AST) -> bool:
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in PARSERS
    ):
        return True
    if not isinstance(node, ast.Call):
        return False
    is_attribute = isinstance(node.func, ast.Attribute)
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    # Functions of our own may be called like methods of a path, and the other way round.
    is_other = is_attribute if name == "read_bounded" else not is_attribute and name in METHODS
    if name not in OPENERS or is_other:
        return False
    modes = [
        str(part.value)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    return name != "open" or not any(mode in ("w", "wb", "x", "xb", "a", "ab", "r+b") for mode in modes)


def openers() -> dict[str, None]:
    """Return all functions of the program that open something, as "package/module.py:function"."""
    names = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for name in found_in(path.read_text(encoding="utf-8")):
                names[f"{path.relative_to(ROOT).as_posix()}:{name}"] = None
    return names


def gone_through(targets: Sequence[Target]) -> dict[str, set[str]]:
    """Return the functions of the program that each target goes through while it reads its samples."""
    seen: set[Any] = set()

    def watch(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            seen.add(frame.f_code)

    by_target = {}
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="dosah-fuzz-") as folder:
        for target in targets:
            seen.clear()
            threading.setprofile(watch)
            sys.setprofile(watch)
            try:
                for content, name in target.samples:
                    path = Path(folder) / name
                    path.write_bytes(content)
                    with (
                        contextlib.suppress(DosahError)
                        if name.startswith(REFUSED_SAMPLE)
                        else contextlib.nullcontext()
                    ):
                        target.read(path)
            finally:
                sys.setprofile(None)
                threading.setprofile(None)  # type: ignore[arg-type]  # None ends it
            by_target[target.name] = set(map(_name_of, seen)) - {""}
    return by_target


def _name_of(code: Any) -> str:
    try:
        module = Path(code.co_filename).relative_to(ROOT).as_posix()
    except ValueError:
        return ""
    return f"{module}:{code.co_qualname.replace('.<locals>', '')}"


def left_out(gone: dict[str, set[str]]) -> tuple[list[str], list[str]]:
    """
    Return the functions that no target goes through and nobody excuses,
    and excuses for what is not there any more.
    """
    every = openers()
    covered = set().union(*gone.values())
    return [name for name in every if name not in covered and name not in EXCUSED], [
        name for name in EXCUSED if name not in every
    ]


def print_list(targets: Sequence[Target]) -> int:
    """Print what each target covers, what is excused, and what is left out; 1 where something is."""
    gone = gone_through(targets)
    every = openers()
    for name, functions in gone.items():
        print(f"{name}: {', '.join(sorted(functions & set(every))) or '(none that opens a file)'}")
    print(f"\nNot fed, with the reason ({len(EXCUSED)}):")
    for name, reason in EXCUSED.items():
        print(f"  {name}: {reason}")
    missing, stale = left_out(gone)
    print(f"\n{len(every)} functions open something, {len(targets)} targets, {len(missing)} left out.")
    for name in missing:
        print(f"LEFT OUT {name}")
    for name in stale:
        print(f"EXCUSED BUT GONE {name}")
    return 1 if missing or stale else 0

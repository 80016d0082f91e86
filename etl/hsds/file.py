"""
Read an HSDS document from a file: JSON in the shapes that others write, or an archive of tables or of JSON.

Whatever is wrong with the file is told at once, with the file inside an archive and the line.
What is not read is named.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from etl.files.zipfiles import ZipLimits, check_zip, extract
from geodata.errors import InputFileError
from geodata.guarded import json_text
from geodata.guarded.json_text import JsonLimits
from geodata.guarded.refusals import RefusedTextError
from geodata.hsds import read, shape, tabular
from geodata.hsds.thing import PLACE
from geodata.said import Said, as_it_is, say
from geodata.text_signs import without_controls

NEXT_STEP: Final = say("hsds.next")
MOST_BYTES: Final = 400_000_000
"""A file, or what an archive unpacks to; the whole Czech register is a tenth of it."""
LIMITS: Final = ZipLimits(members=5_000, total_bytes=MOST_BYTES)
JSON_LIMITS: Final = JsonLimits(bytes=MOST_BYTES, containers=20_000_000, depth=64, keeps_signs=True)
PACKAGE: Final = "datapackage.json"
SERVICES: Final = "services.csv"
MOST_NAMED: Final = 12
# What archivers and systems put beside the files of people.
_LITTER: Final = ("__macosx",)
_LITTER_NAMES: Final = (".ds_store", "thumbs.db", "desktop.ini")
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip


def read_document(path: Path) -> dict[str, Any]:
    """
    Read a document.

    Returns
    -------
    document
        `contents`, and under `shape.NOTES` what a person should see.

    Raises
    ------
    InputFileError
        If the file is missing, too large, in none of the forms, or known to be a part of a whole.
    """
    try:
        size = path.stat().st_size
        if size <= MOST_BYTES and zipfile.is_zipfile(path):
            return _read_archive(path)
        content = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        problem = say("hsds.unreadable", reason=error.strerror or error)
        raise InputFileError(path.name, [problem], say("hsds.check_name")) from error
    if size > MOST_BYTES:
        problem = say("hsds.too_large", most=MOST_BYTES // 1_000_000)
        raise InputFileError(path.name, [problem], NEXT_STEP)
    notes: list[Said] = []
    pages = shape.pages_of(parsed(content, path.name, notes), path.name)
    return shape.as_document(pages, path.name, notes)


# -- text and JSON --------------------------------


def decoded(content: bytes, file: str, notes: list[Said]) -> str:
    """
    Return the text of a file: Unicode by its mark or its zeros, UTF-8, else Windows-1250, which is noted.

    Raises
    ------
    InputFileError
        If it is none of them.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if encoding is None and b"\0" in content[:4]:
        # Two bytes a sign without a mark: JSON and CSV begin with a sign of ASCII.
        encoding = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
    for name in (encoding,) if encoding else ("utf-8", "cp1250"):
        try:
            text = content.decode(name)
        except UnicodeError:
            continue
        if name == "cp1250":
            notes.append(say("hsds.as_windows", file=file))
        return text
    raise InputFileError(file, [say("hsds.no_text")], NEXT_STEP)


def json_of(text: str, file: str, notes: list[Said]) -> Any:
    """
    Parse JSON: the one place where it is done, with bounds for size, depth and digits.
    Controls become blanks, which is noted.
    """
    found = json_text.parse(text, file, JSON_LIMITS, next_step=NEXT_STEP)
    found, number = json_text.cleared(text, found)
    _note_signs(number, file, notes)
    return found


def _note_signs(number: int, file: str, notes: list[Said]) -> None:
    if number:
        notes.append(say("hsds.signs", file=file, number=number))


def parsed(content: bytes, file: str, notes: list[Said]) -> Any:
    """
    Parse the JSON of a file; of several values, one in each line, return the list.

    Raises
    ------
    InputFileError
        If it is none, with what it seems to be instead.
    """
    if content.startswith(b"\x1f\x8b"):
        raise InputFileError(file, [say("hsds.gzip")], NEXT_STEP)
    text = decoded(content, file, notes)
    try:
        return json_of(text, file, notes)
    except RefusedTextError as error:
        if error.refusal.kind != "not_json":
            raise
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and all(line.lstrip()[:1] == "{" for line in lines):
            return _lines(text, file, notes)
        raise InputFileError(file, [_instead(text, error)], NEXT_STEP) from error


def _lines(text: str, file: str, notes: list[Said]) -> list[Any]:
    found, problems, signs = [], [], 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            one, number_of_signs = json_text.cleared(
                line, json_text.parse(line, file, JSON_LIMITS, next_step=NEXT_STEP)
            )
            found.append(one)
            signs += number_of_signs
        except RefusedTextError as error:
            position = say("place.line", file=file, line=number)
            problems.append(say("place.at", place=position, problem=error.refusal.saying()))
    read.refuse(file, problems, NEXT_STEP)
    _note_signs(signs, file, notes)
    return found


def _instead(text: str, error: RefusedTextError) -> Said:
    start = text.lstrip()[:200].casefold()
    if not start:
        return say("hsds.empty_file")
    if start.startswith(("<!doctype html", "<html")):
        return say("hsds.web_page")
    return say("hsds.xml") if start.startswith("<") else error.refusal.saying()


# -- archives --------------------------------


@dataclass
class _Archive:
    """Members of an archive by what they are: names inside it."""

    tables: dict[str, list[str]] = field(default_factory=dict)
    """
    Kind of object → its CSV (several only where the datapackage divides it), or its JSON where the kind
    is no service.
    """
    pages: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def _read_archive(path: Path) -> dict[str, Any]:
    names = [member.filename for member in check_zip(path, LIMITS)]
    names = [name for name in names if not _is_litter(name)]
    with tempfile.TemporaryDirectory() as folder:
        files = extract(
            path, Path(folder), lambda name: name in set(names) and _suffix(name) in (".csv", ".json"), LIMITS
        )
        content = {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
    return _put_together(path.name, [name.replace("\\", "/") for name in names], content)


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.casefold()


def _is_litter(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/").casefold()).parts
    return bool(parts) and (parts[0] in _LITTER or parts[-1].startswith("._") or parts[-1] in _LITTER_NAMES)


def _put_together(archive: str, names: list[str], content: Mapping[str, bytes]) -> dict[str, Any]:
    notes: list[Said] = []
    problems: list[str] = []
    package_name = next((name for name in sorted(names, key=len) if _base(name) == PACKAGE), None)
    package = _package(content, package_name, notes, problems)
    sorted_out = _sorted(names, package_name, package, problems)
    read.refuse(archive, problems, NEXT_STEP)
    rows = _tables(content, sorted_out, notes, problems)
    pages = _pages(content, sorted_out, notes, problems)
    read.refuse(archive, problems, NEXT_STEP)
    if SERVICES not in rows and not pages:
        raise InputFileError(archive, [say("hsds.no_services_file")], NEXT_STEP)
    if sorted_out.unread:
        files = ", ".join(sorted_out.unread[:MOST_NAMED]) + (
            " …" if len(sorted_out.unread) > MOST_NAMED else ""
        )
        notes.append(say("hsds.not_read", files=files))
    if pages:
        document = shape.as_document(pages, archive, notes)
        if not rows:
            return document
        rows[SERVICES] = [service for service in document["contents"] if isinstance(service, dict)]
        notes = shape.notes_of(document)
    notes += tabular.lost(rows)
    document = tabular.from_tabular(rows, package)
    if not document["contents"]:
        raise InputFileError(archive, [say("hsds.empty")], NEXT_STEP)
    return {**document, shape.NOTES: notes}


def _tables(
    content: Mapping[str, bytes], sorted_out: _Archive, notes: list[Said], problems: list[str]
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the tables, by the name that the table has among ours."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for entity, name in [(entity, name) for entity, parts in sorted_out.tables.items() for name in parts]:
        file = tabular.TABULAR[entity][0]
        try:
            rows.setdefault(file, []).extend(_rows(content[name], name, notes))
        except InputFileError as error:
            problems += [say("place.at", place=error.file, problem=problem) for problem in error.problems]
    return rows


def _pages(
    content: Mapping[str, bytes], sorted_out: _Archive, notes: list[Said], problems: list[str]
) -> list[shape.Page]:
    """Return the pages of JSON; a file of several that holds no services is unread, not wrong."""
    pages: list[shape.Page] = []
    for name in sorted_out.pages:
        try:
            pages += shape.pages_of(parsed(content[name], name, notes), name, f"{name}: ")
        except InputFileError as error:
            if error.problems == (say("hsds.no_services"),) and len(sorted_out.pages) > 1:
                sorted_out.unread.append(name)
            else:
                problems += [say("place.at", place=name, problem=problem) for problem in error.problems]
    return pages


def _base(name: str) -> str:
    return PurePosixPath(name).name.casefold()


def _package(
    content: Mapping[str, bytes], name: str | None, notes: list[Said], problems: list[str]
) -> dict[str, Any] | None:
    if name is None:
        return None
    try:
        found = parsed(content[name], PACKAGE, notes)
    except InputFileError as error:
        problems += [say("place.at", place=PACKAGE, problem=problem) for problem in error.problems]
        return None
    return found if isinstance(found, dict) else None


def _resources(package: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Return (kind of object, path) of the resources that a datapackage names and we read."""
    resources = package.get("resources") if package else None
    found = []
    for one in resources if isinstance(resources, list) else []:
        if not isinstance(one, Mapping):
            continue
        paths = one.get("path")
        for path in paths if isinstance(paths, list) else [paths]:
            if not isinstance(path, str):
                continue
            entity = tabular.entity_named(str(one.get("name"))) or tabular.entity_named(_base(path))
            if entity is not None:
                found.append((entity, path))
    return found


def _sorted(
    names: list[str], package_name: str | None, package: Mapping[str, Any] | None, problems: list[str]
) -> _Archive:
    """
    Find out which member is what: first by the paths of the datapackage, then by names near the file
    of services.

    Letters of any case; folders of any depth. A second file of a kind is not read, and named.
    """
    found = _Archive()
    by_path = {name.casefold(): name for name in names}
    home = PurePosixPath(package_name or "").parent
    for entity, path in _resources(package):
        stored = by_path.get((home / path).as_posix().casefold())
        if stored is None:
            problems.append(say("hsds.names_missing", path=path[:80]))
        else:
            found.tables.setdefault(entity, []).append(stored)
    services = [name for name in names if tabular.entity_named(_base(name)) == "service"]
    near = min(services, key=lambda name: (_suffix(name) != ".csv", name.count("/")), default="")
    folder = PurePosixPath(found.tables.get("service", [near])[0]).parent
    taken = {package_name, *(name for parts in found.tables.values() for name in parts)}
    # Those beside the services come first, tables before JSON.
    left = [name for name in names if name not in taken]
    for name in sorted(
        left, key=lambda name: (PurePosixPath(name).parent != folder, _suffix(name) != ".csv", name)
    ):
        entity_or_none = tabular.entity_named(_base(name))
        is_json = _suffix(name) == ".json" and "service" not in found.tables
        if is_json and entity_or_none in (None, "service"):
            found.pages.append(name)
        elif entity_or_none and entity_or_none not in found.tables and (is_json or _suffix(name) == ".csv"):
            found.tables[entity_or_none] = [name]
        else:
            found.unread.append(name)
    found.pages.sort(key=lambda name: (len(name), name))
    return found


def _rows(content: bytes, name: str, notes: list[Said]) -> list[dict[str, Any]]:
    if _suffix(name) != ".json":
        text, number = without_controls(decoded(content, name, notes))
        _note_signs(number, name, notes)
        return tabular.rows_of(text, name)
    document = parsed(content, name, notes)
    rows = document if isinstance(document, list) else None
    if isinstance(document, Mapping):
        rows = next((document[key] for key in shape.LISTS if isinstance(document.get(key), list)), None)
    if rows is None or not all(isinstance(row, dict) for row in rows):
        raise InputFileError(name, [say("value.no_list", value=name)], NEXT_STEP)
    return [{**row, PLACE: as_it_is(f"{name}: [{number}]")} for number, row in enumerate(rows)]

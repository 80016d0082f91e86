"""
Look through the parts of an XLSX before the reader of workbooks sees them:
how far its cells lie, and what the reader will not tell.

The reader lays out every cell between the first and the last, so the extent must be known before.
Whatever the spelling – cells and rows without a reference, lower case, prefixes, comments,
other encodings – an XML parser counts here as the reader counts. On the way it notes what gets lost:
error values, formulas whose value was never stored, merged areas, hidden rows and columns.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from geodata.guarded.sheet_part import Part, Refused, ScanLimits, SheetFacts

CHUNK_BYTES: Final = 1 << 18


@dataclass
class BookFacts:
    """Names of parts in the archive by name of sheet, and the facts of every part that is a sheet."""

    part_of_sheet: dict[str, str] = field(default_factory=dict)
    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    computes_on_load: bool = False
    other_encoding: set[str] = field(default_factory=set)


def members_of(archive: zipfile.ZipFile, size: int, limits: ScanLimits) -> list[zipfile.ZipInfo]:
    """
    Return the members of an archive that may be unpacked.

    Raises
    ------
    Refused
        If it has too many, too large, locked or doubled members.
    """
    members = [member for member in archive.infolist() if not member.is_dir()]
    total = sum(member.file_size for member in members)
    names = [_folded(member.filename) for member in members]
    if (
        len(members) > limits.members
        or total > limits.bytes
        or (total > limits.ratio_from_bytes and total > limits.ratio * max(size, 1))
    ):
        raise Refused("too_much")
    if any(member.flag_bits & 0x1 for member in members):
        raise Refused("locked")
    if len(set(names)) != len(names) or sum(member.compress_size for member in members) > size:
        raise Refused("damaged")
    return members


def scan(archive: zipfile.ZipFile, size: int, limits: ScanLimits, *, cells: bool = True) -> BookFacts:
    """
    Look through all XML parts of a workbook, whatever their names.

    Parameters
    ----------
    size
        Bytes of the archive.
    cells
        False: only the beginnings of the parts, for workbooks of a publisher, which are large;
        whoever reads them must do so under a limit of memory.

    Raises
    ------
    Refused
        As soon as anything is too much; nothing larger than a chunk is held.
    """
    book = BookFacts()
    links: dict[str, dict[str, str]] = {}
    named: list[tuple[str, str, str]] = []  # part of the workbook, name of the sheet, relation
    left = limits.bytes
    per_cent: frozenset[str] = frozenset()
    # Styles first: they say which numbers are shown as per cent.
    for member in sorted(members_of(archive, size, limits), key=lambda m: "styles" not in m.filename.lower()):
        part = Part(limits, per_cent, cells=cells)
        with archive.open(member) as stream:
            for chunk in _chunks(stream.read):
                left -= len(chunk)
                if left < 0:
                    raise Refused("too_much")
                if not part.take(chunk):
                    break
        part.end()
        if part.root == "worksheet" or part.facts.rows:
            book.sheets[member.filename] = part.facts
        if part.is_utf_16:
            book.other_encoding.add(member.filename)
        named += [(member.filename, name, relation) for name, relation in part.named_sheets]
        links[_folded(member.filename)] = part.links
        book.computes_on_load |= part.computes_on_load
        per_cent |= part.styles.per_cent()
    by_folded = {_folded(member.filename): member.filename for member in archive.infolist()}
    for workbook_part, sheet, relation in named:
        folder, _, base = _folded(workbook_part).rpartition("/")
        target = links.get(f"{folder}/_rels/{base}.rels".lstrip("/"), {}).get(relation)
        if target is not None:
            part_name = by_folded.get(_resolved(folder, target))
            if part_name is not None:
                book.part_of_sheet.setdefault(sheet, part_name)
    return book


def _chunks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    try:
        while chunk := read(CHUNK_BYTES):
            yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise Refused("damaged") from None


def _folded(name: str) -> str:
    return name.replace("\\", "/").lower()


def _resolved(folder: str, target: str) -> str:
    target = _folded(target)
    if target.startswith("/"):
        return target[1:]
    parts = folder.split("/") if folder else []
    for part in target.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in (".", ".."):
            parts.append(part)
    return "/".join(parts)

"""
Look at a DOCX that an office brings as template before anything reads it: few parts,
small parts, no trick of an archive.

A tree of XML takes 24 to 55 times the bytes of its text, so a part that is harmless as a file is none
as a document. What remains is written into by a process
of its own (`dashboard.documents.office.chapter_child`).
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from dashboard.text import _

MOST_BYTES: Final = 20_000_000
"""Of the file itself; an office's template with pictures has a few megabytes."""
MOST_PARTS: Final = 2_000
MOST_XML_BYTES: Final = 5_000_000
"""Of one part unpacked; the document of a hundred pages has about one."""
MOST_XML_TOGETHER: Final = 12_000_000
MOST_UNPACKED: Final = 60_000_000
MOST_RATIO: Final = 200
RATIO_FROM_BYTES: Final = 1_000_000
_CHUNK: Final = 1 << 16
_XML: Final = (".xml", ".rels", ".vml")


def problem_of(content: bytes) -> str | None:
    """
    Say in the spoken language why a template is not read; None where nothing speaks against it.

    The sizes in the directory of an archive are only claims, so every part of XML
    is unpacked once, in pieces, and counted.
    """
    if len(content) > MOST_BYTES:
        return _too_much()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return next(_problems(archive, len(content)), None)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError,
        UnicodeError,
    ):  # fmt: skip
        return _("it is no Word document")


def _too_much() -> str:
    return _("it unpacks to more than a document holds")


def _problems(archive: zipfile.ZipFile, size: int) -> Iterator[str]:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        yield _too_much()
        return
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or sum(part.compress_size for part in parts) > size:
        yield _too_much()
        return
    if len({part.filename for part in parts}) != len(parts):
        yield _("it is broken")
    together = 0
    for part in parts:
        if part.flag_bits & 0x1:
            yield _("it is locked by a password")
        # A picture is stored as it is and never a tree; a plain white one may shrink to a thousandth.
        if not part.filename.lower().endswith(_XML):
            continue
        if part.file_size > RATIO_FROM_BYTES and part.file_size > MOST_RATIO * max(part.compress_size, 1):
            yield _too_much()
        count, problem = _looked_through(archive, part)
        together += count
        if problem or together > MOST_XML_TOGETHER:
            yield problem or _too_much()
            return


def _looked_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[int, str | None]:
    """Return the bytes of a part of XML and what speaks against it."""
    count = 0
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if not count and (b"<!DOCTYPE" in chunk[:4096].upper() or b"\x00" in chunk[:4096]):
                return count, _("it is broken")
            count += len(chunk)
            if count > MOST_XML_BYTES:
                return count, _too_much()
    return count, None

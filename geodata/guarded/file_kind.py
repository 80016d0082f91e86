"""What a file is by its content: names lie, and the right advice depends on what it is."""

from __future__ import annotations

import io
import zipfile
from typing import Final, Literal

FileKind = Literal[
    "xlsx", "xls", "locked", "is_ods", "is_numbers", "is_xlsb", "is_html", "is_xml_sheet",
    "is_document", "is_archive", "is_other", "text",
]  # fmt: skip
"""`xlsx`, `xls` and `text` can be read; the others are kinds of `geodata/wordings/files.yaml`."""

ZIP_SIGNS: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLE_SIGN: Final = b"\xd0\xcf\x11\xe0"
UTF16_SIGNS: Final = (b"\xff\xfe", b"\xfe\xff")
_BINARY_SIGNS: Final[tuple[tuple[bytes, FileKind], ...]] = (
    (b"%PDF", "is_document"),
    (b"{\\rtf", "is_document"),
    (b"7z\xbc\xaf", "is_archive"),
    (b"Rar!", "is_archive"),
    (b"\x1f\x8b", "is_archive"),
    (b"BZh", "is_archive"),
    (b"\xfd7zXZ", "is_archive"),
    (b"\x89PNG", "is_other"),
    (b"\xff\xd8\xff", "is_other"),
    (b"SQLite format", "is_other"),
)
_HEAD_BYTES: Final = 4096
_MOST_DIRECTORY_BYTES: Final = 1 << 20
_BIFF_BEGINNINGS: Final = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")


def file_kind(content: bytes) -> FileKind:
    """Return what a file is; nothing of it is unpacked."""
    if content.startswith(ZIP_SIGNS):
        return _kind_of_zip(content)
    if content.startswith(OLE_SIGN):
        return _kind_of_ole(content)
    for sign, kind in _BINARY_SIGNS:
        if content.startswith(sign):
            return kind
    return _kind_of_text(content)


def _kind_of_zip(content: bytes) -> FileKind:
    # The directory lies at the end; one of many megabytes belongs to no workbook,
    # and reading it would take memory.
    if not _has_small_directory(content):
        return "xlsx"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, UnicodeError):
        return "xlsx"  # a damaged workbook, as far as anybody can tell; its reader says so
    return _kind_of_parts(names, content[:200])


def _kind_of_parts(names: set[str], head: bytes) -> FileKind:
    if any(name.endswith("workbook.bin") for name in names):
        return "is_xlsb"
    if any(name.endswith("xl/workbook.xml") for name in names):
        return "xlsx"
    if "content.xml" in names:
        return "is_ods" if b"spreadsheet" in head or b"opendocument.text" not in head else "is_document"
    if any(name.endswith(".iwa") or name.startswith("index.zip") for name in names):
        return "is_numbers"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return "is_document"
    # A workbook whose parts have other names is still one.
    return "xlsx" if "[content_types].xml" in names else "is_archive"


def _has_small_directory(content: bytes) -> bool:
    at = content.rfind(b"PK\x05\x06")
    return at >= 0 and int.from_bytes(content[at + 12 : at + 16], "little") <= _MOST_DIRECTORY_BYTES


def _kind_of_ole(content: bytes) -> FileKind:
    def has(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if has("EncryptedPackage") or has("EncryptionInfo"):
        return "locked"
    if has("Workbook") or has("Book"):
        return "xls"
    return "is_document" if has("WordDocument") or has("PowerPoint Document") else "xls"


def _kind_of_text(content: bytes) -> FileKind:
    head = content[:_HEAD_BYTES]
    if head.startswith(_BIFF_BEGINNINGS):
        return "xls"
    encoding = utf_16(head)
    text = head.decode(encoding or "latin-1", "ignore")
    start = text.lstrip("\ufeffï»¿ \t\r\n").casefold()
    if start.startswith("<?xml") and "urn:schemas-microsoft-com:office:spreadsheet" in start:
        return "is_xml_sheet"
    if start.startswith(("<!doctype html", "<html", "<table", "<head", "<body", "<meta")) or (
        start.startswith(("<?xml", "<!--")) and "<html" in start
    ):
        return "is_html"
    if start.startswith("mime-version:") and "text/html" in text.casefold():
        return "is_html"
    if encoding is None and "\x00" in text:
        return "is_other"
    return "text"


def utf_16(content: bytes) -> str | None:
    """Return the encoding of a text in UTF-16, with a mark or without; None where it is none."""
    if content.startswith(UTF16_SIGNS):
        return "utf-16"
    for encoding, zeros in (("utf-16-le", content[1:_HEAD_BYTES:2]), ("utf-16-be", content[:_HEAD_BYTES:2])):
        if zeros.count(0) * 2 > len(zeros):
            return encoding
    return None

"""Archives of files that are the same for the same content."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from typing import Final

from dashboard import sorting

# A fixed date: equal data, equal file.
_DATE: Final = (2000, 1, 1, 0, 0, 0)


def file_name(name: str, code: str, ending: str) -> str:
    """
    Return a name for a municipality's file: readable, and apart from another
    of the same name by its code.
    """
    readable = re.sub(r"[^a-z0-9]+", "-", sorting.fold(name)).strip("-")
    return "-".join(part for part in (readable, code) if part) + f".{ending}"


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """
    Pack files (name, content) as a zip, in the order they come in;
    each is let go before the next is made.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files:
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)
    return buffer.getvalue()

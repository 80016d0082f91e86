"""
Read an HSDS document from a file: JSON, or the tabular form as a zip.

Whatever is wrong with the file is told at once, with the file inside an archive and the line.
"""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import Any, Final

from etl.zipfiles import ZipLimits, extract
from geodata import hsds_read, hsds_tabular
from geodata.errors import InputFileError
from geodata.guarded import json_text
from geodata.guarded.json_text import JsonLimits

NEXT_STEP: Final = "See docs/EXCHANGE.md for what can be read."
MOST_BYTES: Final = 400_000_000
"""A file, or what an archive unpacks to; the whole Czech register is a tenth of it."""
JSON_LIMITS: Final = JsonLimits(bytes=MOST_BYTES, containers=20_000_000, depth=64)
TABULAR_FILES: Final = frozenset(file for file, _columns in hsds_tabular.TABULAR.values())
PACKAGE: Final = "datapackage.json"
SERVICES: Final = "services.csv"


def read_document(path: Path) -> dict[str, Any]:
    """
    Read a document.

    Raises
    ------
    InputFileError
        If the file is missing, too large, or neither of both forms.
    """
    try:
        size = path.stat().st_size
        if size <= MOST_BYTES and zipfile.is_zipfile(path):
            return _read_tabular(path)
        content = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        reason = error.strerror or error
        raise InputFileError(path.name, [f"it cannot be read ({reason})"], "Check its name.") from error
    if size > MOST_BYTES:
        raise InputFileError(path.name, [f"it is larger than {MOST_BYTES // 1_000_000} MB"], NEXT_STEP)
    document = _parsed(content, path.name)
    if not isinstance(document, dict):
        raise InputFileError(path.name, ["it is no page of HSDS services (no list `contents`)"], NEXT_STEP)
    return document


def _parsed(content: bytes, file: str) -> Any:
    return json_text.parse(content, file, JSON_LIMITS, next_step=NEXT_STEP)


def _read_tabular(path: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        limits = ZipLimits(members=200, total_bytes=MOST_BYTES)
        files = extract(path, Path(folder), lambda name: name in TABULAR_FILES or name == PACKAGE, limits)
        content = {file.name: file.read_bytes() for file in files}
    if SERVICES not in content:
        raise InputFileError(path.name, [f"it holds no {SERVICES}: it is no tabular form of HSDS"], NEXT_STEP)
    rows, problems = {}, []
    package = None
    for name, written in content.items():
        try:
            if name == PACKAGE:
                package = _parsed(written, name)
            else:
                rows[name] = hsds_tabular.rows_of(written.decode("utf-8-sig"), name)
        except UnicodeDecodeError:
            problems.append(f"{name}: it is no text in UTF-8")
        except InputFileError as error:
            problems.append(f"{error.file}: {'; '.join(error.problems)}")
    hsds_read.refuse(path.name, problems, NEXT_STEP)
    return hsds_tabular.from_tabular(rows, package)

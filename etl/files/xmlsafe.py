"""
Refuse dangerous XML before any other parser sees it.

GDAL and calamine read XML with parsers of their own; a document type or an entity can make them read
other files or fill the memory. The official files have neither, so both are refused. Checked with expat,
which stops at the first declaration; the same pass finds a cut-off file.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from geodata.errors import InputFileError

MOST_DEPTH = 200
CHUNK_BYTES = 1 << 20


class _RefusedError(Exception):
    """Carries the reason out of an expat handler."""


def check_xml(path: Path, *, roots: tuple[str, ...] = ()) -> str:
    """
    Return the local name of the root element of a harmless, complete XML file.

    Parameters
    ----------
    path
        The file.
    roots
        Local names that the root may have; empty = any.

    Raises
    ------
    InputFileError
        If the file declares a document type or an entity, is nested deeper than 200 elements, is cut off or
        otherwise not well-formed, or has another root.
    """
    with path.open("rb") as stream:
        return check_xml_stream(stream, path.name, roots=roots)


def check_xml_stream(stream: IO[bytes], name: str, *, roots: tuple[str, ...] = ()) -> str:
    """Do what `check_xml` does on an open stream; `name` is what the message calls the file."""
    root = ""
    depth = 0

    def doctype(*_: Any) -> None:
        raise _RefusedError("it declares a document type or an entity, which no official file does")

    def start(tag: str, _: Any) -> None:
        nonlocal root, depth
        depth += 1
        if depth == 1:
            root = tag.rpartition("}")[2]
            if roots and root not in roots:
                raise _RefusedError(f"it is about <{root}>, expected <{'>, <'.join(roots)}>")
        if depth > MOST_DEPTH:
            raise _RefusedError(f"its elements are nested deeper than {MOST_DEPTH}")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    # The separator that ElementTree takes: expat refuses namespaces that contain it, and so must this pass.
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        while chunk := stream.read(CHUNK_BYTES):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except _RefusedError as error:
        raise InputFileError(
            name, [f"the XML is refused: {error}"], "Take the file from its publisher again."
        ) from error
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise InputFileError(
            name,
            [f"the XML is broken or cut off ({error})"],
            "Download the file again; if that does not help, ask its publisher.",
        ) from error
    return root

"""
Set a template with typst: data go in as JSON, never into the source;
the same input gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

# A document tells the day of its data in its text;
# the day of making would make equal documents unequal files.
_TIMESTAMP: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@cache
def _source(template: str) -> bytes:
    return resources.files("dashboard.documents.templates").joinpath(template).read_bytes()


def _inputs(data: Mapping[str, Any]) -> dict[str, str]:
    return {"data": json.dumps(data, ensure_ascii=False, allow_nan=False)}


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """Set a tagged PDF (PDF/UA-1): title and language come from the data."""
    import typst

    made = typst.compile(
        _source(template),
        format="pdf",
        sys_inputs=_inputs(data),
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=_TIMESTAMP,
    )
    return _single(made)


def picture(template: str, data: Mapping[str, Any], form: Literal["png", "svg"], ppi: float = 200) -> bytes:
    """Set a page as PNG or SVG; letters of the SVG are outlines, so that it looks alike everywhere."""
    import typst

    made = typst.compile(
        _source(template), format=form, ppi=ppi, sys_inputs=_inputs(data), ignore_system_fonts=True
    )
    return _single(made)


def query(template: str, data: Mapping[str, Any], selector: str) -> Any:
    """Return the value of a labelled piece of metadata of the set document."""
    import typst

    answer = typst.query(
        _source(template),
        selector,
        field="value",
        one=True,
        sys_inputs=_inputs(data),
        ignore_system_fonts=True,
    )
    _forget()
    return json.loads(answer)


def _forget() -> None:
    """
    Let typst forget old work: it remembers all it set,
    and forgets what the last ten compilations did not ask for.

    A query is no compilation, so hundreds of them are remembered for ever: 17 MB each, 700 MB for the sheets
    of 38 villages. An empty page (2 ms) counts as one.
    """
    import typst

    typst.compile(b"", format="svg", ignore_system_fonts=True)


def _single(made: Any) -> bytes:
    """Return the only page of a picture or the document itself."""
    if isinstance(made, bytes):
        return made
    return bytes(made[0])

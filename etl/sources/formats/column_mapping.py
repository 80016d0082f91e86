"""Which column of a vector file means what, and the check of what an office wrote there."""

from __future__ import annotations

import codecs
import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from geodata.crs import BOUNDS
from geodata.errors import ParameterError

MOST_CODE_DIGITS = 12


@dataclasses.dataclass(frozen=True)
class ColumnMapping:
    """
    How to read a vector file.

    Parameters
    ----------
    code
        Column of the municipality's code, written in any case.
    country
        ISO 3166 code; shapes must lie there.
    name
        Column of the name; None where the file has none.
    crs
        Reference system of the coordinates, whatever the file says of it.
    default_crs
        Reference system, where the file does not say (TopoJSON never does).
    layer
        Name of the layer, where there are several.
    member
        End of the file name inside a zip, where there are several.
    encoding
        Of texts in a shape file without .cpg.
    code_pattern
        Regular expression that a code must match.
    code_digits
        Length to which a code in a column of numbers is filled with zeros.
    parts
        Municipality code → name and codes of the parts that the file has instead of it.
    outline_state
        Vintage and generalisation, for the reader.
    swap_axes
        Whether the file has its axes the other way round than its reference system says.
    """

    code: str
    country: str
    name: str | None = None
    crs: str | None = None
    default_crs: str | None = None
    layer: str | None = None
    member: str | None = None
    encoding: str | None = None
    code_pattern: str = r"^\S+$"
    code_digits: int | None = None
    parts: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    outline_state: str | None = None
    swap_axes: bool = False

    @classmethod
    def from_mapping(cls, content: Mapping[str, Any], where: str) -> ColumnMapping:
        """Make a mapping from YAML; every unknown or missing word is told."""
        known = {field.name for field in dataclasses.fields(cls)}
        unknown = sorted(map(str, set(content) - known))
        missing = [word for word in ("code", "country") if not content.get(word)]
        if unknown or missing:
            faults = [f"unknown: {', '.join(map(str, unknown))}"] if unknown else []
            faults += [f"missing: {', '.join(missing)}"] if missing else []
            raise ParameterError(f"{where}: {'; '.join(faults)}. Known words: {', '.join(sorted(known))}.")
        if not isinstance(content["country"], str) or content["country"] not in BOUNDS:
            raise ParameterError(
                f"{where}: country '{content['country']}' is unknown. Known: {', '.join(BOUNDS)}."
            )
        problems = _wrong_values(content)
        if problems:
            raise ParameterError(f"{where}: {'; '.join(problems)}. See docs/COUNTRY.md for a column mapping.")
        texts = {
            word: f"EPSG:{value}" if word.endswith("crs") and isinstance(value, int) else str(value)
            for word, value in content.items()
            if word in TEXTS and value is not None
        }
        # A word without a value says nothing.
        given = {word: value for word, value in content.items() if value is not None}
        return cls(**{**given, **texts})


TEXTS = (
    "code",
    "country",
    "name",
    "crs",
    "default_crs",
    "layer",
    "member",
    "encoding",
    "code_pattern",
    "outline_state",
)


DIGITS = {"CZ": 6, "PL": 7}


def _wrong_values(content: Mapping[str, Any]) -> list[str]:
    """
    Say which values of a mapping are of another kind.

    A code that YAML took for a number is no text any more.
    """
    problems = [
        f"{word} is no text"
        for word in TEXTS
        if not isinstance(content.get(word), str | int | None) or isinstance(content.get(word), bool)
    ]
    digits = content.get("code_digits")
    if digits is not None and (
        isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= MOST_CODE_DIGITS
    ):
        problems.append("code_digits is no small whole number")
    if not isinstance(content.get("swap_axes", False), bool):
        problems.append("swap_axes is neither true nor false")
    try:
        codecs.lookup(str(content.get("encoding") or "utf-8"))
    except (LookupError, ValueError):
        problems.append("encoding is none that is known")
    try:
        re.compile(str(content.get("code_pattern") or ""))
    except (re.error, OverflowError, RecursionError) as error:
        problems.append(f"code_pattern is no regular expression ({error})")
    parts = content.get("parts") or {}
    if not isinstance(parts, dict):
        return [*problems, "parts is no table of municipality codes"]
    for whole, entry in parts.items():
        codes = entry.get("codes") if isinstance(entry, dict) else None
        if not isinstance(codes, list) or not isinstance(entry.get("name"), str):
            problems.append(f"parts, {whole}: it needs a name and a list of codes")
            continue
        # 0201011 without quotes is an octal number for YAML, 66057: nobody can tell any more what was
        # written.
        strange = [code for code in (whole, *codes) if not _is_whole_code(code, content["country"])]
        problems += [f'parts: {code} is no code; write codes in quotes, "0201011"' for code in strange[:3]]
    return problems


def _is_whole_code(code: Any, country: str) -> bool:
    if isinstance(code, bool) or not isinstance(code, str | int):
        return False
    return isinstance(code, str) or len(str(code)) == DIGITS[country]

"""
Polish territorial codes (TERYT): written in four ways, kept in one.

The code of a gmina has 7 digits: voivodeship (2), powiat (2), gmina (2), kind (1): 1 town, 2 rural,
3 town and country; 4 and 5 are the town and the country part of a kind 3, 8 and 9 districts of a city.
Only kinds 1 to 3 are gminy: counting parts would count people twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from geodata.said import Said, say
from geodata.vocabulary.identifiers import fold

VOIVODESHIPS = frozenset(f"{number:02d}" for number in range(2, 33, 2))
GMINA_KINDS = frozenset("123")
PART_KINDS = frozenset("4589")
KIND_IN_NAME = re.compile(
    r"\s*\(\d\)|\s*[-–,(]?\s*(?:gmina|m\.|miasto|miejska|wiejska|miejsko-wiejska)\)?\s*", re.IGNORECASE
)
WRITTEN = re.compile(r"^(\d{6})_?(\d)$")


def normalise(value: Any) -> str | None:
    """
    Return a 7-digit code of "2467011", "246701_1", 2467011 or 222033 (a number that lost its zero);
    else None.

    Six digits of text are refused: they are the code without its kind, and adding a zero would make another
    gmina of it.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float):
        if not value.is_integer():
            return None
        value = int(value)
    text = f"{value:07d}" if isinstance(value, int) else str(value).strip()
    match = WRITTEN.match(text)
    if match is None or not text.isascii() or match[1][:2] not in VOIVODESHIPS:
        return None
    return match[1] + match[2]


def of_bdl(unit_id: str) -> str | None:
    """Return the code of a unit of the Local Data Bank: "042414467011" → "2467011" (digits 3–4 and 8–12)."""
    if not (unit_id.isascii() and unit_id.isdigit() and len(unit_id) == 12):
        return None
    return normalise(unit_id[2:4] + unit_id[7:12])


def is_gmina(code: str) -> bool:
    """Tell whether a 7-digit code is a gmina, not a part of one."""
    return len(code) == 7 and code[-1] in GMINA_KINDS


def whole_of(code: str) -> str | None:
    """Return the gmina of a town or country part: "0201044" → "0201043"; None for other codes."""
    return code[:-1] + "3" if code[-1:] in ("4", "5") else None


def powiat_of(code: str) -> str:
    """Return the code of the powiat, 4 digits."""
    return code[:4]


def voivodeship_of(code: str) -> str:
    """Return the code of the voivodeship, 2 digits."""
    return code[:2]


def changed_kinds(
    held: Mapping[str, str | None], outlines: Mapping[str, str | None]
) -> tuple[dict[str, str], dict[str, tuple[str, Said]]]:
    """
    Recognise gminy whose kind has changed: another last digit, the same first six.

    Parameters
    ----------
    held, outlines
        Codes of 7 digits with their names, None where unknown.

    Returns
    -------
    other, against
        Code of `held` → code of `outlines`, where nothing speaks against it; code of `held` → the code it
        was not joined to, and why.
    """
    of_six: dict[str, list[str]] = {}
    for code in outlines:
        of_six.setdefault(code[:6], []).append(code)
    strange = [code for code in held if code not in outlines and is_gmina(code) and code[:6] in of_six]
    other: dict[str, str] = {}
    against: dict[str, tuple[str, Said]] = {}
    for code in strange:
        found = of_six[code[:6]]
        rivals = [name for name in strange if name != code and name[:6] == code[:6]]
        if len(found) > 1 or rivals:
            against[code] = found[0], say("country.several_codes")
        elif found[0] in held:
            against[code] = found[0], say("country.has_other_too")
        elif not is_one_name(held[code], outlines[found[0]]):
            reason = say("country.names_differ", one=held[code], other=outlines[found[0]])
            against[code] = found[0], reason
        else:
            other[code] = found[0]
    return other, against


def is_one_name(first: str | None, second: str | None) -> bool:
    """
    Tell whether two names may be those of one gmina.

    The kind in brackets ("Olsztyn (3)") and an unknown name say nothing.
    """
    names = {fold(KIND_IN_NAME.sub("", name)) for name in (first, second) if name}
    return len(names - {""}) <= 1


def same_six(text: str, codes: Iterable[str]) -> list[str]:
    """
    Return codes of gminy that a code with another kind, or without one, may mean.

    The same first six digits.
    """
    digits = re.sub(r"[\s_-]", "", text)
    if not (digits.isascii() and digits.isdecimal() and len(digits) in (6, 7)):
        return []
    return sorted(code for code in codes if len(code) == 7 and code != digits and code[:6] == digits[:6])

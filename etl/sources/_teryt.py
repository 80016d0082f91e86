"""
Polish territorial codes (TERYT): written in four ways, kept in one.

The code of a gmina has 7 digits: voivodeship (2), powiat (2), gmina (2), kind (1): 1 town, 2 rural, 3 town and country; 4 and 5 are the town
and the country part of a kind 3, 8 and 9 districts of a city. Only kinds 1 to 3 are gminy: counting parts would count people twice.
"""

from __future__ import annotations

import re
from typing import Any

VOIVODESHIPS = frozenset(f"{number:02d}" for number in range(2, 33, 2))
GMINA_KINDS = frozenset("123")
PART_KINDS = frozenset("4589")
WRITTEN = re.compile(r"^(\d{6})_?(\d)$")


def normalise(value: Any) -> str | None:
    """
    Return a 7-digit code of "2467011", "246701_1", 2467011 or 222033 (a number that lost its zero); else None.

    Six digits of text are refused: they are the code without its kind, and adding a zero would make another gmina of it.
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

r"""
Signs that are no text: XML, and so no document or workbook, can hold some of them; the others nobody sees.

They come from old programs, broken copies and escapes (`"\0"` in YAML, `\u0000` in JSON).
What reads files of strangers refuses or clears them; the rules of a dataset refuse what cannot be written.
"""

from __future__ import annotations

import re
from typing import Final

NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Signs that XML 1.0 cannot hold: controls, half signs, and two that are no signs."""
CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
"""
Those, and the controls that XML allows and no program shows;
not tab, line feed, carriage return and next line.
"""


def writable(text: str) -> str:
    """Return a text without the signs that XML cannot hold."""
    return NOT_IN_XML.sub("", text)


def without_controls(text: str) -> tuple[str, int]:
    """Return a text with blanks in place of controls, and how many there were."""
    return CONTROL.subn(" ", text)

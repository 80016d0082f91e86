"""
The look of every page: colours, the scale of type, where the header ends, what stands where a map will be.

Type: a phone keeps the size that its reader has chosen, a laptop too; on a wide screen (a projector,
a television in a hall) everything grows by an eighth at once, because all sizes are in rem.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from markupsafe import Markup

from dashboard.markup import render
from dashboard.text import _
from dashboard.theme import CHIP, DARK, FOCUS, LIGHT

PROJECTOR_PX: Final = 1700
PHONE_PX: Final = 640
NAMES: Final = {
    "ink": "textColor",
    "paper": "backgroundColor",
    "soft": "secondaryBackgroundColor",
    "line": "borderColor",
    "link": "linkColor",
    "accent": "primaryColor",
}
"""Variables of our styles (--dosah-ink) and where Streamlit's theme has their colour."""


@cache
def style() -> str:
    """Return the style of every page; it holds no data and no words."""
    return str(
        render(
            "frame/templates/page.css.j2",
            light=LIGHT,
            dark=DARK,
            focus=FOCUS,
            chips={name.replace("_", "-"): colour for name, colour in CHIP.items()},
            names=NAMES,
            projector_px=PROJECTOR_PX,
            phone_px=PHONE_PX,
        )
    )


def words() -> str:
    """
    Return the words that stand in the style, in the reader's language,
    for what says nothing or is English.
    """
    return str(
        render(
            "frame/templates/words.css.j2",
            # On a phone pages and controls are folded away behind a sign that says nothing by itself.
            menu=quoted(_("Menu and settings")),
            pages=quoted(_("More pages")),
            loading=quoted(_("The map is loading…")),
        )
    )


def quoted(word: str) -> Markup:
    """Return a word as a text of CSS: a style knows no references, so what could end it is left out."""
    return Markup('"' + re.sub(r'[\\"<]', "", word) + '"')  # noqa: S704  # see above

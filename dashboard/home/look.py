"""How the first page looks: its style and three small pictures of our own. Nothing here holds data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from dashboard.drawing.address import data_address
from dashboard.markup import style

# Lines on a square of 24; a blue that is seen on white and on the dark ground alike.
_LINES: Final[Mapping[str, str]] = {
    "plan": "M9 4 3 6v14l6-2 6 2 6-2V4l-6 2-6-2ZM9 4v14M15 6v14",
    "mayor": "M3 11l9-7 9 7M5 9.5V20h14V9.5M10 20v-6h4v6",
    "present": "M3 4h18v12H3ZM12 16v4M8 20h8M7.5 12l3-3 2.5 2 3.5-4",
}
_INK: Final = "#2f86ab"
_PICTOGRAM: Final = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{}" stroke-width="1.7" '
    'stroke-linecap="round" stroke-linejoin="round"><path d="{}"/></svg>'
)


def pictogram(door: str) -> str:
    """Return the picture of a door as a data address; the words beside it say what it is."""
    return data_address(_PICTOGRAM.format(_INK, _LINES[door]))


STYLE: Final = style("home/templates/home.css")

"""
Colours and shapes in one place: the map, its legend and the ranking show a class the same
way, every page has one look.

The scale of the gap classes was chosen to be told apart by colour-blind readers,
on a weak projector and in grey: each step is clearly darker than the one before (CIE L* about 91,
79, 57, 28) and the first one is blue, the others go from yellow to dark red.
"No need" and "unknown" are no colours of the scale: white, and hatched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class ClassStyle:
    """
    How a gap class looks.

    `is_hatched`: lines across it, nothing is known. `is_dotted`: dots where the figure is "at least",
    because the class itself could be better than shown.
    """

    fill: str
    is_hatched: bool = False
    is_dotted: bool = False


GAP_CLASSES: Final[Mapping[str, ClassStyle]] = {
    "at_or_above": ClassStyle("#cfe6f5"),
    "below": ClassStyle("#f7bb5b", is_dotted=True),
    "far_below": ClassStyle("#d8651f", is_dotted=True),
    "none_within_reach": ClassStyle("#6b1530", is_dotted=True),
    "no_need": ClassStyle("#ffffff"),
    "unknown": ClassStyle("#ffffff", is_hatched=True),
}
"""Every class of the code list gap_classes, in the order of the legend."""

MAP_COLOURS: Final[Mapping[str, str]] = {
    "hatch": "#7c8a92",  # lines of "unknown"
    "dots": "#1b2429",  # dots of "at least"
    "dots_on_dark": "#ffffff",
    "ground": "#e4e9ec",  # municipalities that are not part of the calculation
    "border": "#93a1a9",
    "member_border": "#26333a",
    "focus": "#0b3d91",
    "reach": "#7a1fa2",  # reach of the selected service
    "site": "#123c52",
    "site_border": "#ffffff",
    "site_new": "#6a1b9a",  # a service that a scenario adds; its words say so too
    "ink": "#1b2429",  # words in the windows of the map, on `paper` in light and in dark
    "paper": "#ffffff",
    "control": "#6f7f88",  # edges of fields and buttons
    "action": "#1f5f7a",
}

LIGHT: Final[Mapping[str, str]] = {
    "primaryColor": "#1f5f7a",
    "backgroundColor": "#ffffff",
    "secondaryBackgroundColor": "#eef2f4",
    "textColor": "#1b2429",
    "linkColor": "#175673",
    "borderColor": "#b7c3ca",
}
"""
The light look by Streamlit's names; .streamlit/config.toml repeats it, because Streamlit reads
nothing else (a test compares).
"""

DARK: Final[Mapping[str, str]] = {
    "primaryColor": "#7cc0dc",
    "backgroundColor": "#14191c",
    "secondaryBackgroundColor": "#20282d",
    "textColor": "#eef2f4",
    "linkColor": "#8fcbe4",
    "borderColor": "#4a5961",
}

FOCUS: Final = "#2f86ab"
"""Frame of what has the keyboard's focus: seen on the light ground and on the dark one."""

CHIP: Final[Mapping[str, str]] = {
    "ground": "#ffffff",
    "ink": "#1b1b1b",
    "swatch_border": "#555555",
    "hatch": "#bbbbbb",
}
"""Words beside a colour: on white in light and in dark, because the colours were chosen on white."""

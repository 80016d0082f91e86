"""
Colours and shapes in one place: the map, its legend and the ranking show a class the same way.

The scale of the gap classes was chosen to be told apart by colour-blind readers, on a weak projector and in grey: each
step is clearly darker than the one before (CIE L* about 91, 79, 57, 28) and the first one is blue, the others go from
yellow to dark red. "No need" and "unknown" are no colours of the scale: white, and hatched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class ClassStyle:
    """
    How a gap class looks.

    `is_hatched`: lines across it, nothing is known. `is_dotted`: dots where the figure is "at least", because the class
    itself could be better than shown.
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
}

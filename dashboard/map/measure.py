"""One way to look at an answer, as the map shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Measure:
    """
    One way to look at an answer.

    `classes` by municipality_code (None: not computed yet, the map asks for it when it is chosen)
    and `labels` by place of the palette; `has_bounds`: "at least" is drawn. `details` by municipality_code
    say more under `detail_label`; `cells` say in a table what the map's own figures say already.
    """

    measure_id: str
    label: str
    classes: Mapping[str, str] | None
    labels: Mapping[str, str]
    has_bounds: bool
    detail_label: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)

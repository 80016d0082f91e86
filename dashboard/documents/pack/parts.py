"""Parts that several slides of the pack share: the place of the live map, legends in words, what a view assumes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.notes import SCALE
from dashboard.documents.pack.tables import class_cell, paragraphs
from dashboard.map.measure import Measure
from dashboard.phrases import gaps, norms
from dashboard.tables.html import html
from geodata.method.analysis import Analysis


def map_slot(key: str, *, focus: str | None = None, others: Sequence[tuple[str, str]] = ()) -> str:
    """Return the place of the live map: which picture it shows, what it looks at, and what else its list offers here."""
    about = f' data-focus="{escape(focus)}"' if focus else ""
    offered = escape(json.dumps([{"key": name, "label": told} for name, told in others])) if others else ""
    listed = f' data-others="{offered}"' if offered else ""
    return f'<div class="map-slot" data-picture="{escape(key)}"{about}{listed}></div>'


def printed_legend(facts: AreaFacts, analysis: Analysis, measure: Measure, heading: str) -> str:
    """Return the legend where the live one is not: in print, and where two maps stand side by side."""
    classes = measure.classes or {}
    present = {classes.get(code, "unknown") for code in facts.members}
    names = [name for name in gaps.class_labels() if name in present or name in SCALE]
    lines = "".join(f"<li>{html(class_cell(name, told=measure.labels[name]))}</li>" for name in names)
    notes = paragraphs([norms.norm_sentence(analysis.norm), gaps.limit_sentence(analysis)], "note")
    return f'<div class="print-only"><h3>{escape(heading)}</h3><ul class="legend">{lines}</ul>{notes}</div>'


def scale_line() -> str:
    """Return the steps of the scale on one line, for two maps side by side."""
    steps = "".join(f"<li>{html(class_cell(name))}</li>" for name in SCALE)
    return f'<ul class="legend in-line">{steps}</ul>'

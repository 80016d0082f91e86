"""Pictures of the pack: the area, the share of older people, and the gap classes for print."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dashboard import text
from dashboard.documents.facts import AreaFacts
from dashboard.documents.outlines import Look, draw, frame_of, population_fill
from dashboard.text import _
from dashboard.words import group_label
from geodata.analysis import Analysis

# -- pictures ------------------------------------------------------------------------------------------------------------


def area_picture(facts: AreaFacts) -> str:
    """Draw the area among its neighbours."""
    members = set(facts.members)
    frame = frame_of(facts.shapes.bounds(facts.members), ratio=1.35)
    return draw(
        facts.shapes,
        frame,
        lambda code: Look(is_member=code in members, fill="#dbe6f6" if code in members else None),
        names=_names_by_size(facts),
        title=facts.name,
        letter=24,
        has_patterns=False,
    )


def _names_by_size(facts: AreaFacts) -> list[str]:
    return sorted(facts.members, key=lambda code: -(facts.population(code).total or 0))


def gap_picture(facts: AreaFacts, analysis: Analysis) -> str:
    """Draw the gap classes for print."""
    members = set(facts.members)
    coverage = analysis.coverage
    rows = {str(code): index for index, code in enumerate(coverage["municipality_code"])}
    classes, bounds = coverage["gap_class"].tolist(), coverage["is_lower_bound"].tolist()

    def look(code: str) -> Look:
        at = rows.get(code)
        if at is None:
            return Look()
        return Look(str(classes[at]), is_member=code in members, is_lower_bound=bool(bounds[at]))

    frame = frame_of(facts.shapes.bounds(facts.members), ratio=1.35)
    return draw(
        facts.shapes,
        frame,
        look,
        names=_names_by_size(facts),
        title=group_label(analysis.group_id),
        letter=24,
        has_patterns=False,
    )


def share_of(facts: AreaFacts, code: str, measure: str) -> float | None:
    """Return the share of people aged 65 or 80 and over; None where either is unknown."""
    population = facts.population(code)
    part = population.from_65 if measure == "share_65" else population.from_80
    return None if part is None or not population.total else part / population.total


def population_picture(facts: AreaFacts, measure: str) -> tuple[str, str]:
    """Draw the share of older people; returns the picture and its legend."""
    members = set(facts.members)
    known = [value for code in facts.members if (value := share_of(facts, code, measure)) is not None]
    breaks = _breaks(known)

    def look(code: str) -> Look:
        if code not in members:
            return Look()
        value = share_of(facts, code, measure)
        title = f"{facts.places[code]['name']}: {text.percent(value, 1)}"
        return Look(is_member=True, fill=population_fill(value, breaks), title=title)

    frame = frame_of(facts.shapes.bounds(facts.members), ratio=1.35)
    drawn = draw(facts.shapes, frame, look, names=_names_by_size(facts), letter=24, has_patterns=False)
    steps = []
    for step in range(len(breaks) + 1):
        if step == 0:
            said = _("less than {share}", share=text.percent(breaks[0], 1)) if breaks else ""
        elif step == len(breaks):
            said = _("{share} and more", share=text.percent(breaks[-1], 1))
        else:
            said = f"{text.percent(breaks[step - 1], 1)} – {text.percent(breaks[step], 1)}"
        middle = breaks[step - 1] if step else -1.0
        steps.append((population_fill(middle, breaks), said))
    if len(known) < len(facts.members):
        steps.append((population_fill(None, breaks), text.unknown()))
    if not breaks:
        steps = [part for part in steps if part[1]]
    items = "".join(
        f'<li><svg viewBox="0 0 52 32" aria-hidden="true"><rect x="1" y="1" width="50" height="30" fill="{fill}" stroke="#26333a" stroke-width="2"/></svg>'
        f"<span>{escape(said)}</span></li>"
        for fill, said in steps
    )
    return drawn, f'<ul class="legend">{items}</ul>'


def _breaks(values: Sequence[float]) -> list[float]:
    """Return up to three limits that part the values into quarters, in whole tenths of a per cent."""
    if len(values) < 4:
        return []
    ordered = sorted(values)
    found = {round(ordered[len(ordered) * quarter // 4], 3) for quarter in (1, 2, 3)}
    return sorted(limit for limit in found if limit > ordered[0])

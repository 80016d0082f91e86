"""Pictures of the pack: the area, the share of older people, and the gap classes for print."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from dashboard import text
from dashboard.documents.facts import words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.villages import share_of
from dashboard.drawing.outlines import POPULATION_STEPS, Look, draw, frame_of, population_fill
from dashboard.map.measure import Measure
from dashboard.phrases.gaps import class_labels
from dashboard.phrases.labels import group_label
from dashboard.text import _
from geodata.method.analysis import Analysis
from geodata.studies.breaks import QUANTILE, break_values

STEPS: Final = len(POPULATION_STEPS)

# -- pictures ------------------------------------------------------------------------------------------------


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


def gap_picture(
    facts: AreaFacts,
    analysis: Analysis,
    measure: Measure | None = None,
    *,
    focus: str | None = None,
    has_patterns: bool = False,
) -> str:
    """
    Draw a measure of one group for print; None = the gap classes.

    `focus` is the municipality that it is about.
    """
    members = set(facts.members)
    coverage = analysis.coverage
    labels = class_labels() if measure is None else measure.labels
    codes, bounds = coverage["municipality_code"].tolist(), coverage["is_lower_bound"].tolist()
    if measure is None:
        classes: Mapping[str, str] = dict(zip(codes, coverage["gap_class"].tolist(), strict=True))
        has_bounds = True
    else:
        classes, has_bounds = measure.classes or {}, measure.has_bounds
    bounded = {code for code, is_bound in zip(codes, bounds, strict=True) if has_bounds and is_bound}

    def look(code: str) -> Look:
        if code not in classes:
            return Look()
        return Look(
            classes[code],
            is_member=code in members,
            is_lower_bound=code in bounded,
            is_focus=code == focus,
            title=f"{facts.municipalities[code]['name']}: {labels[classes[code]]}",
        )

    shown = facts.members if focus is None else around(facts, focus)
    frame = frame_of(facts.shapes.bounds(shown), ratio=1.35)
    return draw(
        facts.shapes,
        frame,
        look,
        names=_names_by_size(facts),
        title=group_label(analysis.group_id),
        letter=24,
        has_patterns=has_patterns,
    )


def around(facts: AreaFacts, code: str) -> list[str]:
    """Return a municipality and those that touch it."""
    shape = facts.shapes.shapes.get(code)
    if shape is None:
        return list(facts.members)
    return [other for other, one in facts.shapes.shapes.items() if other == code or one.intersects(shape)]


def population_picture(
    facts: AreaFacts, measure: str, classes: str = QUANTILE, *, has_patterns: bool = False
) -> tuple[str, list[float]]:
    """
    Draw the share of older people, cut as `geodata.studies.breaks` says;
    return it with the limits of its steps.
    """
    members = set(facts.members)
    known = [value for code in facts.members if (value := share_of(facts, code, measure)) is not None]
    breaks = step_limits(known, classes)

    def look(code: str) -> Look:
        if code not in members:
            return Look()
        value = share_of(facts, code, measure)
        title = f"{facts.municipalities[code]['name']}: {text.percent(value, 1)}"
        return Look(is_member=True, fill=population_fill(value, breaks), title=title)

    frame = frame_of(facts.shapes.bounds(facts.members), ratio=1.35)
    name = words.share_name(measure)
    drawn = draw(
        facts.shapes,
        frame,
        look,
        names=_names_by_size(facts),
        title=f"{name}: {facts.name}",
        letter=24,
        has_patterns=has_patterns,
    )
    return drawn, breaks


def population_legend(facts: AreaFacts, measure: str, breaks: Sequence[float]) -> list[tuple[str, str]]:
    """Return fill and words of every step of a share."""
    shares = [share_of(facts, code, measure) for code in facts.members]
    steps = []
    for step in range(len(breaks) + 1) if breaks else ():
        if step == 0:
            said = _("less than {share}", share=text.percent(breaks[0], 1))
        elif step == len(breaks):
            said = _("{share} and more", share=text.percent(breaks[-1], 1))
        else:
            said = f"{text.percent(breaks[step - 1], 1)} – {text.percent(breaks[step], 1)}"
        steps.append((population_fill(breaks[step - 1] if step else -1.0, breaks), said))
    known = [value for value in shares if value is not None]
    if not breaks and known:
        steps.append((population_fill(known[0], breaks), text.percent(sum(known) / len(known), 1)))
    if len(known) < len(shares):
        steps.append((population_fill(None, breaks), text.unknown()))
    return steps


def step_limits(values: Sequence[float], classes: str = QUANTILE) -> list[float]:
    """
    Return up to three limits of steps, in whole tenths of a per cent;
    none where there are fewer than four values.

    Parameters
    ----------
    values
        Shares, 0 to 1.
    classes
        A method of `geodata.studies.breaks`.

    Raises
    ------
    ParameterError
        If there is no such method.
    """
    cuts = break_values(np.array(values, dtype=np.float64), STEPS, classes).tolist()
    if len(values) < STEPS:
        return []
    # Down, so that the value that begins a class stays in it.
    limits = {math.floor(cut * 1000) / 1000 for cut in cuts}
    return sorted(limit for limit in limits if limit > min(values))

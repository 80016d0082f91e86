"""
Any map as a picture: PNG for print, SVG and PDF, with title, legend in words,
scale, norm, sources and day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from dashboard import text
from dashboard.address.question import MEASURES
from dashboard.documents.facts import words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.words import attribution
from dashboard.documents.pictures.maps import gap_picture, population_legend, population_picture
from dashboard.documents.work import typesetting
from dashboard.drawing.outlines import patterns, swatch
from dashboard.gaps.measures import measures
from dashboard.map.measure import Measure
from dashboard.phrases import bounds, gaps, norms, totals
from dashboard.phrases.labels import group_label
from dashboard.text import _
from dashboard.theme import GAP_CLASSES, MAP_COLOURS
from geodata.errors import UnknownCodeError
from geodata.method.analysis import Analysis
from geodata.method.summary import summarise
from geodata.studies.breaks import NATURAL, QUANTILE

TEMPLATE: Final = "picture.typ"
PRINT_PPI: Final = 220
Form = Literal["png", "svg", "pdf"]
POPULATION_MEASURES: Final = ("share_65", "share_80")


@dataclass(frozen=True)
class Size:
    """
    How large a picture is set, and whether it says everything itself.

    `width_mm` is the width it is meant to be looked at: letters are of the same size on every picture.
    A bare one stands in a document that says norm, reach and sources beside it.
    """

    width_mm: int
    is_bare: bool = False


ALONE: Final = Size(240)
IN_TEXT: Final = Size(160, is_bare=True)
# Shown twice as large as it is set: its letters are read from the last row.
ON_SLIDE: Final = Size(145, is_bare=True)


def _box(fill: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 52 32">{patterns()}<rect x="1" y="1" '
        'width="50" height="30" '
        f'fill="{fill}" stroke="{MAP_COLOURS["member_border"]}" stroke-width="2"/></svg>'
    )


def _frame(
    facts: AreaFacts,
    title: str,
    drawn: str,
    legend: Sequence[dict[str, str]],
    notes: Sequence[str],
    *,
    legend_title: str = "",
    size: Size = ALONE,
) -> dict[str, Any]:
    sources = _("Data as of {day}, version {version}. Outlines: {outlines}. Made with Dosah.",
        day=text.date(facts.data_date), version=facts.dataset.version,
        outlines=attribution(facts))  # fmt: skip
    return {
        "language": text.current(),
        "width": size.width_mm,
        "is_bare": size.is_bare,
        "title": title,
        "subtitle": facts.name,
        "map": drawn,
        "alt": f"{title}: {facts.name}",
        "legend_title": legend_title,
        "legend": list(legend),
        "notes": [] if size.is_bare else list(notes),
        "sources": "" if size.is_bare else sources,
    }


def measure_of(facts: AreaFacts, analysis: Analysis, measure_id: str) -> Measure:
    """
    Return one way to look at an answer; robustness is computed here, it asks for a dozen more answers.

    Raises
    ------
    UnknownCodeError
        If the map has no such measure.
    """
    if measure_id not in MEASURES:
        raise UnknownCodeError(
            f"There is no measure '{measure_id}' of the map. Measures: {', '.join(MEASURES)}."
        )
    verdict = None
    if measure_id == "robustness":
        from geodata.studies.robustness import robustness

        verdict = robustness(
            facts.dataset, analysis.group_id, facts.country, facts.area_id, analysis.settings
        ).verdict
    return next(
        one
        for one in measures(analysis.coverage, facts.members, verdict=verdict)
        if one.measure_id == measure_id
    )


def gap_data(
    facts: AreaFacts, analysis: Analysis, measure_id: str = MEASURES[0], size: Size = ALONE, title: str = ""
) -> dict[str, Any]:
    """Collect the picture of one group in the language that is spoken; `title` "" = the name of the group."""
    measure = measure_of(facts, analysis, measure_id)
    classes = measure.classes or {}
    present = {classes.get(code, "unknown") for code in facts.members}
    legend = [
        {"swatch": swatch(name), "label": measure.labels[name]}
        for name in GAP_CLASSES
        if name in present or name not in ("no_need", "unknown")
    ]
    rows = [facts.gap(analysis.group_id, code) for code in facts.members]
    if measure.has_bounds and any(row.is_lower_bound for row in rows):
        # Where more may be there than is known, coverage is a lower bound and what is missing an upper one.
        dotted = _(
            "dotted: {bound} this much (a capacity within reach is unknown)",
            bound=bounds.at_least() if measure_id == MEASURES[0] else bounds.at_most(),
        )
        legend.append({"swatch": swatch("below", dots=True), "label": dotted})
    notes = [
        *totals.headline(summarise(analysis, facts.members), facts.name),
        norms.norm_sentence(analysis.norm),
        gaps.limit_sentence(analysis),
        gaps.thresholds_sentence(analysis.settings),
        gaps.catalogue_sentence(analysis),
    ]
    title = title or group_label(analysis.group_id)
    if measure_id != MEASURES[0]:
        title = f"{title} – {measure.label}"
    drawn = gap_picture(facts, analysis, measure, has_patterns=True)
    return _frame(facts, title, drawn, legend, notes, legend_title=measure.label, size=size)


def population_data(facts: AreaFacts, measure: str, classes: str = QUANTILE) -> dict[str, Any]:
    """Collect the picture of the share of older people, cut by `classes`, in the language that is spoken."""
    drawn, breaks = population_picture(facts, measure, classes, has_patterns=True)
    title = words.share_name(measure)
    legend = [
        {"swatch": _box(fill), "label": said} for fill, said in population_legend(facts, measure, breaks)
    ]
    notes = [words.population_sentence(facts.area_population)]
    if classes == NATURAL:
        notes.append(
            _("Steps: municipalities with similar shares together. They depend on this area and are no norm.")
        )
    return _frame(facts, title, drawn, legend, notes)


def set_picture(data: dict[str, Any], form: Form, ppi: float = PRINT_PPI) -> bytes:
    """Set a picture."""
    return (
        typesetting.pdf(TEMPLATE, data) if form == "pdf" else typesetting.picture(TEMPLATE, data, form, ppi)
    )


def build(
    facts: AreaFacts,
    subject: str,
    language: str,
    form: Form,
    ppi: float = PRINT_PPI,
    *,
    measure: str = MEASURES[0],
    classes: str = QUANTILE,
) -> bytes:
    """
    Draw a map of an area.

    Parameters
    ----------
    facts
        Facts of the area.
    subject
        A service group, or one of `POPULATION_MEASURES`.
    language
        "cs", "pl" or "en".
    form
        "png", "svg" (letters as outlines: it looks alike everywhere) or "pdf".
    ppi
        Pixels per inch of a PNG.
    measure
        What is shown of a service group, one of `dashboard.address.question.MEASURES`.
    classes
        How the share of older people is cut into steps, a method of `geodata.studies.breaks`.
        The steps of a service group have fixed meanings.

    Raises
    ------
    UnknownCodeError
        If there is no such group or measure.
    ParameterError
        If there are no such classes.
    """
    with text.speaking(language):
        data = (
            population_data(facts, subject, classes)
            if subject in POPULATION_MEASURES
            else gap_data(facts, facts.analysis_of(subject), measure)
        )
        return set_picture(data, form, ppi)

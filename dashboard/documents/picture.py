"""Any map as a picture: PNG for print, SVG and PDF, with title, legend in words, scale, norm, sources and day."""

from __future__ import annotations

from typing import Any, Final, Literal

from dashboard import gap_words, text
from dashboard.documents import typesetting, words
from dashboard.documents.facts import AreaFacts
from dashboard.documents.mapview import attribution
from dashboard.documents.outlines import patterns, swatch
from dashboard.documents.pack_pictures import gap_picture, population_legend, population_picture
from dashboard.measures import Measure
from dashboard.text import _
from dashboard.theme import GAP_CLASSES, MAP_COLOURS
from dashboard.words import group_label
from geodata.analysis import Analysis, summarise

TEMPLATE: Final = "picture.typ"
WIDTH_MM: Final = 240
PRINT_PPI: Final = 220
Form = Literal["png", "svg", "pdf"]
POPULATION_MEASURES: Final = ("share_65", "share_80")


def _box(fill: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 52 32">{patterns()}<rect x="1" y="1" width="50" height="30" '
        f'fill="{fill}" stroke="{MAP_COLOURS["member_border"]}" stroke-width="2"/></svg>'
    )


def _frame(
    facts: AreaFacts, title: str, drawn: str, legend: list[dict[str, str]], notes: list[str]
) -> dict[str, Any]:
    sources = _("Data as of {day}, version {version}. Outlines: {outlines}. Made with Dosah.",
        day=text.date(facts.data_date), version=facts.dataset.version, outlines=attribution(facts))  # fmt: skip
    return {
        "language": text.current(),
        "width": WIDTH_MM,
        "title": title,
        "subtitle": facts.name,
        "map": drawn,
        "alt": f"{title}: {facts.name}",
        "legend": legend,
        "notes": notes,
        "sources": sources,
    }


def gap_data(
    facts: AreaFacts, analysis: Analysis, measure: Measure | None = None, title: str = ""
) -> dict[str, Any]:
    """Collect the picture of an answer in the language that is spoken; `measure` None = by coverage."""
    rows = analysis.coverage.loc[analysis.coverage["municipality_code"].isin(list(facts.members))]
    classes = dict(zip(rows["municipality_code"], rows["gap_class"], strict=True))
    if measure is not None and measure.classes is not None:
        classes = {code: measure.classes[code] for code in classes}
    present = set(classes.values())
    labels = gap_words.class_labels() if measure is None else measure.labels
    legend = [
        {"swatch": swatch(name), "label": labels[name]}
        for name in GAP_CLASSES
        if name in present or name not in ("no_need", "unknown")
    ]
    if rows["is_lower_bound"].any() and (measure is None or measure.has_bounds):
        legend.append(
            {
                "swatch": swatch("below", dots=True),
                "label": _("dotted: at least this much (a capacity within reach is unknown)"),
            }
        )
    notes = [
        *gap_words.headline(summarise(analysis, facts.members), facts.name),
        gap_words.norm_sentence(analysis.norm),
        gap_words.limit_sentence(analysis),
        gap_words.thresholds_sentence(analysis.settings),
        gap_words.catalogue_sentence(analysis),
    ]
    heading = title or group_label(analysis.group_id)
    if measure is not None and measure.measure_id != "coverage":
        heading = f"{heading} – {measure.label}"
    drawn = gap_picture(facts, analysis, measure=measure, has_patterns=True)
    return _frame(facts, heading, drawn, legend, notes)


def population_data(facts: AreaFacts, measure: str) -> dict[str, Any]:
    """Collect the picture of the share of older people in the language that is spoken."""
    drawn, breaks = population_picture(facts, measure, has_patterns=True)
    title = (
        _("Share of people aged 65 and over")
        if measure == "share_65"
        else _("Share of people aged 80 and over")
    )
    legend = [
        {"swatch": _box(fill), "label": said} for fill, said in population_legend(facts, measure, breaks)
    ]
    return _frame(facts, title, drawn, legend, [words.population_sentence(facts.area_population)])


def set_picture(data: dict[str, Any], form: Form, ppi: float = PRINT_PPI) -> bytes:
    """Set a picture."""
    return (
        typesetting.pdf(TEMPLATE, data) if form == "pdf" else typesetting.picture(TEMPLATE, data, form, ppi)
    )


def build(facts: AreaFacts, subject: str, language: str, form: Form, ppi: float = PRINT_PPI) -> bytes:
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
    """
    with words.speaking(language):
        data = (
            population_data(facts, subject)
            if subject in POPULATION_MEASURES
            else gap_data(facts, facts.analysis_of(subject))
        )
        return set_picture(data, form, ppi)

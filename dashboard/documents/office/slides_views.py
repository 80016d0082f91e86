"""Slides of PPTX for the views that a reader adds: a village, a scenario, two kinds of help, the ages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard import text
from dashboard.documents.facts import notes as facts_notes
from dashboard.documents.facts import story, words
from dashboard.documents.pictures import file
from dashboard.people import ages as needs_people
from dashboard.phrases import gaps, norms, totals
from dashboard.phrases.amounts import parts_of
from dashboard.phrases.labels import group_label
from dashboard.scenario import words as scenario_words
from dashboard.text import _, ngettext
from geodata.errors import UnknownCodeError
from geodata.method.summary import summarise

if TYPE_CHECKING:
    from dashboard.documents.office.show import Show
    from geodata.method.analysis import Analysis
    from geodata.stories import Step

MOST_ROWS: Final = 7
PICTURE_PPI: Final = 320
MAP_WIDTH_IN: Final = 6.1
LEFTS: Final = (0.4, 6.8)
"""Where two maps of a slide begin, in inches."""
BLUE: Final = "4F7D9B"
BROWN: Final = "A8672F"


def _map(show: Show, slide: object, analysis: Analysis, left: float, title: str) -> None:
    """Put a map under its title, one of two on a slide, with its norm and reach below."""
    data = file.gap_data(show.facts, analysis, size=file.ON_SLIDE, title=title)
    show.words(slide, [title], (left, 1.3, MAP_WIDTH_IN, 0.4), 18)
    drawn = file.set_picture(data, "png", PICTURE_PPI)
    show.picture(slide, drawn, data["alt"], (left, 1.8, MAP_WIDTH_IN))
    norm = " ".join([f"{norms.norm_sentence(analysis.norm)}.", gaps.limit_sentence(analysis)])
    show.words(slide, [norm], (left, 6.3, MAP_WIDTH_IN, 0.6), 11)


def village(show: Show, step: Step, title: str, notes: str) -> None:
    """Write one village: who lives there, what is within reach, what is missing."""
    facts, code = show.facts, step.view.municipality or ""
    slide = show.slide(title, notes)
    try:
        place = facts.place(code)
    except UnknownCodeError:
        said = _("The municipality with the code {code} is not in these data.", code=code or "?")
        show.words(slide, [said], (0.5, 1.5, 12.3, 1), 24)
        return
    rows, slight = story.village_rows(facts, code, step.view.groups)
    people = words.population_sentence(facts.population(code))
    show.words(slide, [f"{place['name']}: {people}"], (0.5, 1.25, 12.3, 0.8), 18)
    headings = [
        _("kind of help"),
        _("services within reach"),
        _("compared with the norm"),
        _("need"),
        _("missing"),
    ]
    table = []
    for row in rows[:MOST_ROWS]:
        reach, told = row.services_in_reach, parts_of(row)
        table.append(
            [
                group_label(row.group_id),
                text.number(reach) if reach else _("none known"),
                words.class_name(row.gap_class),
                told.demand,
                told.missing,
            ]
        )
    if table:
        show.table(slide, headings, table, (0.5, 2.1, 12.3), shares=(4, 2, 3, 1.5, 1.5), size=18)
    if slight:
        kinds = text.listing(group_label(row.group_id) for row in slight)
        said = _("By the norm less than one place is needed here: {kinds}.", kinds=kinds)
        show.words(slide, [said], (0.5, 6.1, 12.3, 0.8), 14)


def scenario(show: Show, step: Step, title: str, notes: str) -> None:
    """Write what a scenario changes: both maps and the sentences of the page of scenarios."""
    facts, group_id = show.facts, step.view.group or ""
    slide = show.slide(title, notes)
    if group_id not in facts.groups:
        said = _("This kind of service does not exist in this country.")
        show.words(slide, [said], (0.5, 1.5, 12.3, 1), 24)
        return
    found = story.scenario_of(facts, step.view)
    comparison = found.comparison
    sides = [(_("Today"), comparison.before), (_("Scenario"), comparison.after)]
    for left, (when, analysis) in zip(LEFTS, sides, strict=True):
        _map(show, slide, analysis, left, f"{group_label(group_id)} – {when}")
    told = scenario_words.headline(
        comparison, facts.name, found.steps, found.places, has_other_norm=found.has_other_norm
    )
    steps = [
        scenario_words.step_sentence(one, found.names, found.places, comparison.after.unit)
        for one in found.steps
    ]
    if found.left_out:
        steps.append(
            ngettext(
                "{n} of {total} changes of this scenario does not fit the data any more and was left out.",
                "{n} of {total} changes of this scenario do not fit the data any more and were left out.",
                found.left_out,
                total=text.number(found.left_out + len(found.steps)),
            )
        )
    show.words(slide, told[:2], (LEFTS[0], 4.85, MAP_WIDTH_IN, 1.4), 16)
    assumed = facts_notes.settings_notes(step.view)
    show.words(slide, [*steps[:3], *assumed], (LEFTS[1], 4.85, MAP_WIDTH_IN, 1.4), 14)


def compare(show: Show, step: Step, title: str, notes: str) -> None:
    """Write two kinds of help side by side."""
    facts = show.facts
    slide = show.slide(title, notes)
    sides = story.sides_of(facts, step.view)
    if len(sides) < 2:
        said = _("This kind of service does not exist in this country.")
        show.words(slide, [said], (0.5, 1.5, 12.3, 1), 24)
    for left, analysis in zip(LEFTS, sides, strict=False):
        _map(show, slide, analysis, left, group_label(analysis.group_id))
        told = totals.headline(summarise(analysis, facts.members), facts.name)[:2]
        assumed = facts_notes.settings_notes(step.view)
        show.words(slide, [*told, *assumed], (left, 4.85, MAP_WIDTH_IN, 1.4), 16)


def ages(show: Show, step: Step, title: str, notes: str) -> None:
    """Write the ages as a chart that can be edited, men and women where the source divides them."""
    facts = show.facts
    slide = show.slide(title, notes)
    try:
        found = story.ages_of(facts, step.view.municipality)
    except UnknownCodeError:
        code = step.view.municipality or "?"
        said = _("The municipality with the code {code} is not in these data.", code=code)
        show.words(slide, [said], (0.5, 1.5, 12.3, 1), 24)
        return
    people = found.people
    told = [found.name, ngettext("{n} inhabitant", "{n} inhabitants", people.total)]
    for age in (65, 80):
        count = people.between(age, None)
        said = (
            _("aged {age} and over: {n} ({share})", age=age, n=text.number(count), share=words.share(count, people.total))
            if count is not None
            else _("aged {age} and over: unknown", age=age)
        )  # fmt: skip
        told.append(said)
    told.append(_("On {day}", day=text.listing(text.date(day) for day in people.dates)))
    show.words(slide, told, (0.5, 1.4, 4.2, 5.5), 20)
    if not people.bands:
        return
    bands = list(reversed(people.bands))
    series: list[tuple[str, list[float | None], str]] = (
        [(_("Men"), [band.men for band in bands], BLUE), (_("Women"), [band.women for band in bands], BROWN)]
        if people.has_sexes
        else [(_("Men and women together"), [band.total for band in bands], BLUE)]
    )
    show.chart(
        slide,
        "people",
        [needs_people.age_words(band) for band in bands],
        series,
        box=(4.9, 1.25, 8, 6),
        number_format="#,##0",
    )

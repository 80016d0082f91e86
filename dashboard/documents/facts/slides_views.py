"""Slides that a reader adds: a map of gaps, a village, a scenario, two answers side by side, the ages."""

from __future__ import annotations

from typing import Final

from dashboard import text
from dashboard.documents.facts import words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.notes import look_sentences, settings_notes
from dashboard.documents.facts.slide import (
    AgePyramid,
    ClassCell,
    GapMap,
    Slide,
    SlideCell,
    SlideFigure,
    SlideTable,
    Tile,
)
from dashboard.documents.facts.story import (
    Ages,
    ScenarioFact,
    ages_of,
    analysis_of,
    look_of,
    main_groups,
    scenario_of,
    sides_of,
    village_rows,
)
from dashboard.phrases import gaps, norms
from dashboard.phrases import totals as phrases_totals
from dashboard.phrases.amounts import parts_of
from dashboard.phrases.labels import group_label
from dashboard.phrases.totals import untold_sentence
from dashboard.scenario import words as scenario_words
from dashboard.text import _, ngettext
from geodata.errors import UnknownCodeError
from geodata.method.analysis import Analysis
from geodata.method.summary import summarise
from geodata.reading.gap import Gap
from geodata.stories import View

MOST_ROWS: Final = 7
# Beside two maps there is room for so many sentences.
MOST_SENTENCES: Final = 2


def _yardstick(analysis: Analysis) -> tuple[str, ...]:
    """Say the norm and how far reach goes."""
    return (norms.norm_sentence(analysis.norm), gaps.limit_sentence(analysis))


def _unknown_municipality(kind: str, code: str | None) -> Slide:
    """Say kindly that a municipality is not in the data."""
    return Slide(
        kind, said=(_("The municipality with the code {code} is not in these data.", code=code or "?"),)
    )


def gap(facts: AreaFacts, view: View) -> Slide:
    """Tell where one kind of help falls short."""
    group_id = view.group or ""
    if group_id not in facts.groups:
        return Slide("gap", said=(words.no_such_kind(),))
    analysis = analysis_of(facts, group_id, view.settings)
    look = look_of(facts, analysis, view)
    said = tuple(look_sentences(facts, analysis, look))
    return Slide(
        "gap",
        heading=group_label(group_id),
        said=said,
        pictures=(GapMap(analysis, measure=look.measure, said=said, notes=_yardstick(analysis)),),
        notes=(
            *settings_notes(view),
            # Other measures have classes of their own, and their legend says them.
            *([gaps.thresholds_sentence(analysis.settings)] if look.measure.measure_id == "coverage" else []),
            gaps.catalogue_sentence(analysis),
        ),
    )


# -- a village -----------------------------------------------------------------------------------------------


def village(facts: AreaFacts, view: View) -> Slide:
    """Tell of one municipality who lives there and what is missing."""
    code = view.municipality or ""
    try:
        name = str(facts.municipality(code)["name"])
    except UnknownCodeError:
        return _unknown_municipality("village", code)
    rows, slight = village_rows(facts, code, view.groups)
    asked = [view.group] if view.group in facts.groups else [row.group_id for row in rows]
    group_id = str((asked or main_groups(facts) or list(facts.groups))[0])
    said, notes = [words.population_sentence(facts.population(code))], []
    if not rows and not slight:
        said.append(untold_sentence())
    if slight:
        kinds = text.listing(group_label(row.group_id) for row in slight)
        notes.append(_("By the norm less than one place is needed here: {kinds}.", kinds=kinds))
    heading = _("{service}: {area}", service=group_label(group_id), area=name)
    return Slide(
        "village",
        heading=name,
        said=tuple(said),
        tables=(_village_table(rows[:MOST_ROWS]),) if rows else (),
        pictures=(GapMap(facts.analyses[group_id], heading=heading, focus=code),),
        notes=tuple(notes),
    )


def _village_table(rows: list[Gap]) -> SlideTable:
    """Return what is within reach of a village, what it needs and what is missing, the most missing first."""
    headings = (
        _("kind of help"),
        _("services within reach"),
        _("compared with the norm"),
        _("need"),
        _("missing"),
    )
    caption = _("What the people here have, and what is missing")
    return SlideTable(caption, headings, tuple(_village_row(row) for row in rows))


def _village_row(row: Gap) -> tuple[SlideCell, ...]:
    about = {"municipality": row.municipality_code, "group": row.group_id}
    reach, shown = row.services_in_reach, parts_of(row)
    count = text.number(reach) if reach else _("none known")
    return (
        group_label(row.group_id),
        SlideFigure(count, reach, {**about, "measure": "services_in_reach"}),
        ClassCell(words.class_name(row.gap_class), row.gap_class, row.is_lower_bound),
        SlideFigure(shown.demand, row.demand, {**about, "measure": "demand"}),
        SlideFigure(shown.missing, row.missing, {**about, "measure": "missing"}),
    )


# -- a scenario ----------------------------------------------------------------------------------------------


def scenario(facts: AreaFacts, view: View) -> Slide:
    """Tell what a scenario changes: today and then, in maps and in the sentences of the page of scenarios."""
    group_id = view.group or ""
    if group_id not in facts.groups:
        return Slide("scenario", said=(words.no_such_kind(),))
    computed = scenario_of(facts, view)
    comparison = computed.comparison
    headline = scenario_words.headline(
        comparison, facts.name, computed.steps, computed.places, has_other_norm=computed.has_other_norm
    )
    outside = scenario_words.outside_sentence(comparison.differences, facts.members)
    is_pair = view.picture == "both"
    return Slide(
        "scenario",
        heading=group_label(group_id),
        said=tuple(headline[:MOST_SENTENCES] if is_pair else [*headline, *([outside] if outside else [])]),
        points=tuple(
            scenario_words.step_sentence(step, computed.names, computed.places, comparison.after.unit)
            for step in computed.steps
        ),
        pictures=_today_and_then(facts, computed, headline),
        notes=(*settings_notes(view), *_left_out(computed)),
        shown=None if is_pair else 0 if view.picture == "today" else 1,
    )


def _today_and_then(facts: AreaFacts, computed: ScenarioFact, headline: list[str]) -> tuple[GapMap, GapMap]:
    before, after = computed.comparison.before, computed.comparison.after
    today = phrases_totals.headline(computed.comparison.summary_before, facts.name)
    group, names = group_label(before.group_id), (_("Today"), _("Scenario"))
    return (
        GapMap(before, f"{group} – {names[0]}", names[0], said=tuple(today), notes=_yardstick(before)),
        GapMap(
            after,
            f"{group} – {names[1]}",
            names[1],
            dataset=computed.dataset,
            said=tuple(headline),
            notes=_yardstick(after),
        ),
    )


def _left_out(computed: ScenarioFact) -> list[str]:
    """Say how many changes of a scenario do not fit the data any more."""
    if not computed.left_out:
        return []
    return [
        ngettext(
            "{n} of {total} changes of this scenario does not fit the data any more and was left out.",
            "{n} of {total} changes of this scenario do not fit the data any more and were left out.",
            computed.left_out,
            total=text.number(computed.left_out + len(computed.steps)),
        )
    ]


# -- two answers side by side --------------------------------------------------------------------------------


def compare(facts: AreaFacts, view: View) -> Slide:
    """Tell two answers in the same colours: two kinds of help, or one by two norms or limits."""
    sides = sides_of(facts, view)
    if len(sides) < 2:
        return Slide("compare", said=(words.no_such_kind(),))
    return Slide(
        "compare",
        pictures=tuple(
            GapMap(
                analysis,
                name=group_label(analysis.group_id),
                said=tuple(
                    phrases_totals.headline(summarise(analysis, facts.members), facts.name)[:MOST_SENTENCES]
                ),
                notes=_yardstick(analysis),
            )
            for analysis in sides
        ),
        notes=tuple(settings_notes(view)),
        shown=None,
    )


# -- ages ----------------------------------------------------------------------------------------------------


def ages(facts: AreaFacts, view: View) -> Slide:
    """Tell how many live in the area or in one municipality, and how many of them are old."""
    try:
        ages_here = ages_of(facts, view.municipality)
    except UnknownCodeError:
        return _unknown_municipality("ages", view.municipality)
    if not ages_here.people.bands:
        return Slide("ages", said=(_("The number of inhabitants is not loaded."),))
    return Slide(
        "ages",
        heading=ages_here.name,
        tiles=_age_tiles(ages_here),
        pictures=(AgePyramid(ages_here, _("Age pyramid of {name}", name=ages_here.name)),),
        notes=_age_notes(ages_here),
    )


def _age_tiles(ages_here: Ages) -> tuple[Tile, ...]:
    """Return the inhabitants and how many are old, as far as the ages are divided there."""
    people = ages_here.people
    seniors, oldest = people.between(65, None), people.between(80, None)
    tiles = [(people.total, _("Inhabitants"))]
    if seniors is not None:
        tiles.append((seniors, _("aged 65 and over ({share})", share=words.share(seniors, people.total))))
    if oldest is not None:
        tiles.append((oldest, _("aged 80 and over ({share})", share=words.share(oldest, people.total))))
    return tuple(Tile(SlideFigure(text.number(number), number), said) for number, said in tiles)


def _age_notes(ages_here: Ages) -> tuple[str, ...]:
    """Say what the ages do not tell, of which day they are, and whose are not counted."""
    people, notes = ages_here.people, []
    if people.between(65, None) is None:
        notes.append(_("aged {age} and over: unknown", age=65))
    if people.between(80, None) is None:
        notes.append(_("How many are 80 and over is not known: the source does not divide ages so finely."))
    notes.append(_("On {day}", day=text.listing(text.date(day) for day in people.dates)))
    if people.unknown:
        notes.append(
            ngettext(
                "The population of {n} municipality is not loaded and not counted here.",
                "The population of {n} municipalities is not loaded and not counted here.",
                people.unknown,
            )
        )
    return tuple(notes)

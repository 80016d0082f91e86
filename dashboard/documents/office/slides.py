"""A story as PPTX: native charts and tables that can be edited, maps as pictures, notes for the speaker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from dashboard import text
from dashboard.documents.facts import notes as facts_notes
from dashboard.documents.facts import story as story_facts
from dashboard.documents.facts import topics, words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.villages import share_of
from dashboard.documents.office import slides_views
from dashboard.documents.office.show import ACCENT, Show
from dashboard.documents.pictures import file
from dashboard.phrases import gaps, norms
from dashboard.phrases.amounts import parts
from dashboard.phrases.labels import group_label, label
from dashboard.text import _
from dashboard.theme import GAP_CLASSES
from geodata.stories import Step, Story, said

MOST_GROUPS: Final = 8
AMOUNTS: Final = "0.0##"
# Set for 145 mm and shown on 8.9 inches: as sharp as print.
PICTURE_PPI: Final = 320
# Fewer bars than this are no chart: the figure is told large.
FEWEST_BARS: Final = 2


def marked(texts: Mapping[str, str]) -> str:
    """Return a text in the language that is spoken, else in the one it was written in, and say so."""
    found, spoken = said(texts, text.current())
    return found if spoken == text.current() or not found else f"{found} [{text.LANGUAGES[spoken]}]"


def build(facts: AreaFacts, story: Story, language: str) -> bytes:
    """
    Write a story as a presentation.

    Parameters
    ----------
    facts
        Facts of the area.
    story
        A story of this area.
    language
        "cs", "pl" or "en".
    """
    with text.speaking(language):
        show = Show(facts, marked(story.title))
        makers: dict[str, Callable[[Show, Step, str, str], None]] = {
            "title": _title,
            "population": _population,
            "services": _services,
            "gap": _gap,
            "certainty": _certainty,
            "help": _help,
            "village": slides_views.village,
            "scenario": slides_views.scenario,
            "compare": slides_views.compare,
            "ages": slides_views.ages,
        }
        for step in story.steps:
            makers[step.view.kind](show, step, marked(step.sentence), marked(step.notes))
        slide = show.slide(_("Sources"))
        show.words(
            slide,
            [*words.origin_lines(facts), _("Data as of {day}", day=text.date(facts.data_date))],
            (0.5, 1.4, 12.3, 5.5),
            14,
        )
        return show.saved()


def _title(show: Show, _step: Step, title: str, notes: str) -> None:
    facts = show.facts
    slide = show.slide(title, notes)
    said = [
        facts.name,
        words.population_sentence(facts.area_population),
        _("Data as of {day}", day=text.date(facts.data_date)),
    ]
    show.words(slide, said, (0.5, 2.2, 12.3, 3), 26)


def _population(show: Show, step: Step, title: str, notes: str) -> None:
    facts = show.facts
    measure = step.view.measure or "share_65"
    slide = show.slide(title, notes)
    name = (
        _("Share of people aged 65 and over")
        if measure == "share_65"
        else _("Share of people aged 80 and over")
    )
    sentence = words.population_sentence(facts.area_population)
    # A chart leaves an unknown share empty: it is no bar of length zero.
    shares = {code: share_of(facts, code, measure) for code in facts.members}
    known = [share for share in shares.values() if share is not None]
    if len(known) < FEWEST_BARS:
        show.words(slide, [name], (0.5, 1.6, 12.3, 0.6), 24)
        figure = text.percent(known[0], 1) if known else text.unknown()
        show.words(slide, [figure], (0.5, 2.3, 12.3, 1.6), 80)
        show.words(slide, [sentence], (0.5, 4.2, 12.3, 1.5), 24)
        return
    ordered = sorted(shares, key=lambda code: -(shares[code] or 0.0))
    show.words(slide, [name, sentence], (0.5, 1.4, 4.3, 5.5), 18)
    names = [str(facts.places[code]["name"]) for code in ordered]
    values = [shares[code] for code in ordered]
    show.chart(slide, "bar", names, [(name, values, ACCENT)], box=(5, 1.3, 7.9, 5.75), number_format="0.0%")


def _services(show: Show, step: Step, title: str, notes: str) -> None:
    facts = show.facts
    slide = show.slide(title, notes)
    rows = []
    for group_id in step.view.groups:
        if group_id not in facts.groups:
            continue
        kinds = set(facts.groups[group_id].scopes[facts.country].service_type_codes)
        for service in facts.area_services:
            if service.kind in kinds:
                kind = label("service_types", service.kind)
                rows.append(
                    [
                        service.provider or service.name,
                        kind,
                        words.place_text(service, facts),
                        words.capacity_text(service),
                    ]
                )
    headings = [_("provider"), _("kind"), _("where"), _("capacity")]
    fitting = show.table(slide, headings, rows, (0.5, 1.4, 12.3), shares=(4, 3, 2.4, 2.9))
    more = len(rows) - fitting
    if more > 0:
        said = text.ngettext(
            "{n} more service is in the workbook.", "{n} more services are in the workbook.", more
        )
        show.words(slide, [said], (0.5, 6.6, 12.3, 0.4), 14)


def _gap(show: Show, step: Step, title: str, notes: str) -> None:
    facts, view = show.facts, step.view
    group_id = view.group or ""
    slide = show.slide(title, notes)
    if group_id not in facts.groups:
        none = _("This kind of service does not exist in this country.")
        show.words(slide, [none], (0.5, 1.5, 12.3, 1), 24)
        return
    analysis = story_facts.analysis_of(facts, group_id, view.settings)
    look = story_facts.look_of(facts, analysis, view)
    data = file.gap_data(facts, analysis, look.measure.measure_id, size=file.ON_SLIDE)
    show.picture(slide, file.set_picture(data, "png", PICTURE_PPI), data["alt"], (0.4, 1.35, 8.9))
    told = [*facts_notes.look_sentences(facts, analysis, look), *facts_notes.settings_notes(view)]
    show.words(slide, [group_label(group_id)], (9.5, 1.35, 3.4, 0.8), 16)
    show.words(slide, told, (9.5, 2.1, 3.4, 3.8), 20)
    small = [
        " ".join([norms.norm_sentence(analysis.norm) + ".", gaps.limit_sentence(analysis)]),
        " ".join([gaps.thresholds_sentence(analysis.settings), gaps.catalogue_sentence(analysis)]),
    ]
    show.words(slide, small, (0.5, 6.15, 12.3, 0.9), 12)


def _certainty(show: Show, _step: Step, title: str, notes: str) -> None:
    facts = show.facts
    slide = show.slide(title, notes)
    found = story_facts.certainty_of(facts)
    headings = [
        _("services in the area or for it"),
        _("with a known capacity"),
        _("with a doubtful capacity: not counted"),
        _("with an unknown capacity"),
    ]
    counts = [text.number(n) for n in (found.services, found.known, found.doubtful, found.unknown)]
    show.table(slide, headings, [counts], (0.5, 1.4, 12.3), shares=(1, 1, 1, 1), size=18)
    rows = [row for group_id in topics.groups_with_norm(facts) for row in topics.group_rows(facts, group_id)]
    show.words(slide, words.certainty_sentences(facts, rows), (0.5, 2.9, 12.3, 4.2), 18)


def _help(show: Show, step: Step, title: str, notes: str) -> None:
    facts = show.facts
    slide = show.slide(title, notes)
    found = story_facts.area_totals(facts, step.view.groups)
    shown_groups = [group_id for group_id, _total in found.told][:MOST_GROUPS]
    if not shown_groups:
        show.words(slide, [_("No group has a norm and a known need here.")], (0.5, 1.5, 12.3, 1))
        return
    totals = [facts.total(group_id) for group_id in shown_groups]
    names = [group_label(group_id) for group_id in shown_groups]
    colours = [
        GAP_CLASSES[name].fill.lstrip("#").upper() for name in ("at_or_above", "below", "none_within_reach")
    ]
    series = [
        (_("served"), [total.served_places for total in totals], colours[0]),
        (_("waiting"), [total.waiting_places for total in totals], colours[1]),
        (_("out of reach"), [total.out_of_reach_places for total in totals], colours[2]),
    ]
    if any(total.untold_places for total in totals):
        grey = GAP_CLASSES["unknown"].fill.lstrip("#").upper()
        series.append((_("cannot be told"), [total.untold_places for total in totals], grey))
    has_bars = len(names) >= FEWEST_BARS
    if has_bars:
        show.chart(slide, "share", names, series, box=(0.4, 1.3, 6.4, 5.2), number_format=AMOUNTS)
    shown = [parts(total) for total in totals]
    rows = [[name, one.demand, one.served, one.missing] for name, one in zip(names, shown, strict=True)]
    headings = [_("kind of help"), _("need"), _("served"), _("missing")]
    box, size = ((7.0, 1.4, 5.9), 13) if has_bars else ((0.5, 1.4, 12.3), 20)
    show.table(slide, headings, rows, box, shares=(2.9, 1.2, 1.5, 1.3), size=size)
    show.words(slide, facts_notes.totals_notes(found), (0.5, 6.35, 12.3, 0.6), 12 if has_bars else 16)

"""Slides of the views that a reader adds: a village, a scenario, two kinds of help side by side, the ages."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from dashboard import text
from dashboard.documents.facts import notes as facts_notes
from dashboard.documents.facts import words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.story import ages_of, look_of, main_groups, scenario_of, sides_of, village_rows
from dashboard.documents.pack import parts
from dashboard.documents.pack.tables import class_cell, figure, paragraphs
from dashboard.documents.pictures.maps import gap_picture
from dashboard.people import pyramid
from dashboard.phrases import gaps, norms, totals
from dashboard.phrases.amounts import parts_of
from dashboard.phrases.labels import group_label
from dashboard.scenario import words as scenario_words
from dashboard.tables.html import html
from dashboard.text import _, ngettext
from geodata.errors import UnknownCodeError
from geodata.method.summary import summarise
from geodata.reading.gap import Gap
from geodata.stories import View

if TYPE_CHECKING:
    from dashboard.documents.pack.book import Book

MOST_ROWS = 7


def unknown_place(code: str | None) -> str:
    """Say kindly that a municipality is not in the data."""
    return paragraphs(
        [_("The municipality with the code {code} is not in these data.", code=code or "?")], "big"
    )


# -- a village -------------------------------------------------------------------------------------------------------------


def village(book: Book, view: View) -> str:
    """Return one village on the map, and what is missing there."""
    facts, code = book.facts, view.municipality or ""
    try:
        place = facts.place(code)
    except UnknownCodeError:
        return unknown_place(code)
    rows, slight = village_rows(facts, code, view.groups)
    asked = [view.group] if view.group in facts.groups else [row.group_id for row in rows]
    group_id = str((asked or main_groups(facts) or list(facts.groups))[0])
    analysis = facts.analyses[group_id]
    people = words.population_sentence(facts.population(code))
    notes = []
    if slight:
        kinds = text.listing(group_label(row.group_id) for row in slight)
        notes.append(_("By the norm less than one place is needed here: {kinds}.", kinds=kinds))
    heading = _("{service}: {area}", service=group_label(group_id), area=str(place["name"]))
    key = book.picture_key(analysis, heading=heading)
    printed = f'<div class="print-only">{gap_picture(facts, analysis, focus=code)}</div>'
    return (
        f'<div class="columns even"><div class="picture">{parts.map_slot(key, focus=code)}{printed}</div>'
        f'<div class="words"><div><p><strong>{escape(str(place["name"]))}</strong>: {escape(people)}</p>'
        f"{village_table(rows[:MOST_ROWS])}{paragraphs(notes, 'note')}</div>"
        f'<div class="legend-slot is-short"></div></div></div>'
    )


def village_table(rows: list[Gap]) -> str:
    """Return what is within reach of a village, what it needs and what is missing, the most missing first."""
    if not rows:
        return paragraphs([_("What is missing here cannot be said: the people or the norm is not known.")])
    headings = [
        _("kind of help"),
        _("services within reach"),
        _("compared with the norm"),
        _("need"),
        _("missing"),
    ]
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = []
    for row in rows:
        about = {"municipality": row.municipality_code, "group": row.group_id}
        reach = row.services_in_reach
        count = text.number(reach) if reach else _("none known")
        services = figure(reach, count, **about, measure="services_in_reach")
        told = parts_of(row)
        need = figure(row.demand, told.demand, **about, measure="demand")
        missing = figure(row.missing, told.missing, **about, measure="missing")
        shown = class_cell(row.gap_class, is_lower_bound=row.is_lower_bound)
        body.append(
            f'<tr><th scope="row">{escape(group_label(row.group_id))}</th><td>{html(services)}</td>'
            f"<td>{html(shown)}</td><td>{html(need)}</td><td><strong>{html(missing)}</strong></td></tr>"
        )
    caption = escape(_("What the people here have, and what is missing"))
    return (
        f'<table class="bars is-village"><caption class="only-heard">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    )


# -- a scenario ------------------------------------------------------------------------------------------------------------


def scenario(book: Book, view: View) -> str:
    """Return what a scenario changes: the map of then (the list above it shows today too), or both side by side."""
    facts, group_id = book.facts, view.group or ""
    if group_id not in facts.groups:
        return paragraphs([_("This kind of service does not exist in this country.")], "big")
    found = scenario_of(facts, view)
    before, after = found.comparison.before, found.comparison.after
    told = scenario_words.headline(
        found.comparison, facts.name, found.steps, found.places, has_other_norm=found.has_other_norm
    )
    steps = "".join(
        f"<li>{escape(scenario_words.step_sentence(step, found.names, found.places, after.unit))}</li>"
        for step in found.steps
    )
    notes = facts_notes.settings_notes(view)
    if found.left_out:
        notes.append(
            ngettext(
                "{n} of {total} changes of this scenario does not fit the data any more and was left out.",
                "{n} of {total} changes of this scenario do not fit the data any more and were left out.",
                found.left_out,
                total=text.number(found.left_out + len(found.steps)),
            )
        )
    outside = scenario_words.outside_sentence(found.comparison.differences, facts.members)
    said = paragraphs([*told, *([outside] if outside else [])], "big")
    names = {"today": _("Today"), "scenario": _("Scenario")}
    group = group_label(group_id)
    sides = {"today": before, "scenario": after}
    whole = "".join(
        f'<figure><figcaption>{escape(names[side])}</figcaption><div class="fitted">{gap_picture(facts, analysis)}</div></figure>'
        for side, analysis in sides.items()
    )
    look = look_of(facts, after, View("gap", group=group_id))
    if view.picture == "both":
        scale = parts.scale_line()
        norm = paragraphs([norms.norm_sentence(after.norm), gaps.limit_sentence(after), *notes], "note")
        return (
            f'<div class="pair">{whole}</div>{scale}<div class="below"><div>{paragraphs(told[:2], "big")}</div>'
            f'<div><ol class="changes">{steps}</ol></div></div>{norm}'
        )
    keys = {
        side: book.picture_key(
            analysis,
            told if side == "scenario" else totals.headline(found.comparison.summary_before, facts.name),
            dataset=found.dataset if side == "scenario" else None,
            heading=f"{group} – {names[side]}",
        )
        for side, analysis in sides.items()
    }
    shown = "today" if view.picture == "today" else "scenario"
    others = [(keys[side], names[side]) for side in ("scenario", "today")]
    return (
        f'<div class="columns"><div class="picture">{parts.map_slot(keys[shown], others=others)}'
        f'<div class="print-only pair">{whole}</div></div>'
        f'<div class="words"><div class="said">{said}</div><ol class="changes">{steps}</ol>{paragraphs(notes, "note")}'
        f'<div class="legend-slot"></div>{parts.printed_legend(facts, after, look.measure, group)}</div></div>'
    )


# -- two kinds of help -----------------------------------------------------------------------------------------------------


def compare(book: Book, view: View) -> str:
    """Return two answers side by side in the same colours: two kinds of help, or one by two norms or limits."""
    facts = book.facts
    sides = sides_of(facts, view)
    if len(sides) < 2:
        return paragraphs([_("This kind of service does not exist in this country.")], "big")
    figures = []
    for analysis in sides:
        told = totals.headline(summarise(analysis, facts.members), facts.name)[:2]
        notes = [norms.norm_sentence(analysis.norm), gaps.limit_sentence(analysis)]
        figures.append(
            f'<figure><figcaption>{escape(group_label(analysis.group_id))}</figcaption><div class="fitted">{gap_picture(facts, analysis)}</div>'
            f"<div>{paragraphs(told, 'big')}{paragraphs(notes, 'note')}</div></figure>"
        )
    return (
        f'<div class="pair has-words">{"".join(figures)}</div>{parts.scale_line()}'
        f"{paragraphs(facts_notes.settings_notes(view), 'note')}"
    )


# -- ages ------------------------------------------------------------------------------------------------------------------


def ages(facts: AreaFacts, view: View) -> str:
    """Return the pyramid of the area or of one municipality, and how many are old."""
    try:
        found = ages_of(facts, view.municipality)
    except UnknownCodeError:
        return unknown_place(view.municipality)
    if not found.people.bands:
        return paragraphs([_("The number of inhabitants is not loaded.")], "big")
    drawn = pyramid.pyramid(found.people, found.country)
    unknown: list[str] = []
    seniors, oldest = found.people.between(65, None), found.people.between(80, None)
    tiles = [(found.people.total, _("Inhabitants"))]
    if seniors is not None:
        tiles.append(
            (seniors, _("aged 65 and over ({share})", share=words.share(seniors, found.people.total)))
        )
    if oldest is not None:
        tiles.append((oldest, _("aged 80 and over ({share})", share=words.share(oldest, found.people.total))))
    else:
        unknown = [_("How many are 80 and over is not known: the source does not divide ages so finely.")]
    shown = "".join(
        f'<p class="tile"><strong>{escape(text.number(number))}</strong> <span>{escape(told)}</span></p>'
        for number, told in tiles
    )
    notes = [_("On {day}", day=text.listing(text.date(day) for day in found.people.dates))]
    if found.people.unknown:
        notes.append(
            ngettext(
                "The population of {n} municipality is not loaded and not counted here.",
                "The population of {n} municipalities is not loaded and not counted here.",
                found.people.unknown,
            )
        )
    alternative = escape(_("Age pyramid of {name}", name=found.name))
    return (
        f'<div class="columns"><div class="picture pyramid" role="img" aria-label="{alternative}">{drawn}</div>'
        f'<div class="words"><h3>{escape(found.name)}</h3>{shown}{paragraphs([*unknown, *notes], "note")}</div></div>'
    )

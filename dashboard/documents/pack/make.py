"""
The meeting pack: one HTML file with slides, interactive maps, tables, village pages and sources, for a USB stick.

It asks nobody for anything: scripts and styles are inside, pictures are data addresses, and a policy in its head lets the
browser refuse every request. Each figure is a `data` element whose value is the unrounded one of the dataset.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from html import escape
from importlib import resources
from typing import Any, Final

from dashboard import text
from dashboard.catalogue.words import district_text
from dashboard.documents.facts import words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.villages import listed_services, members_by_name
from dashboard.documents.pack import live_map
from dashboard.documents.pack.deck import Deck
from dashboard.documents.pack.tables import (
    class_cell,
    gap_cells,
    gap_columns,
    group_table,
    paragraphs,
    population_table,
    services_table,
    totals_table,
)
from dashboard.documents.sheet.page import divided_rows, headline
from dashboard.drawing.outlines import patterns
from dashboard.map import inlined
from dashboard.phrases import gaps
from dashboard.phrases.labels import group_label
from dashboard.phrases.origins import of_country
from dashboard.tables import html
from dashboard.tables.html import Cell, Column, html_table, link, web_address
from dashboard.text import _, ngettext
from geodata.stories import Story
from geodata.stories import said as told

# The browser refuses whatever is not inside the file.
POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
LARGEST_BYTES: Final = 5_000_000
SERVICES_OF_A_VILLAGE: Final = 25


# -- pieces ------------------------------------------------------------------------------------------------------------


def script_json(value: Any) -> str:
    """Write JSON that cannot end the script element it stands in."""
    written = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def inline_style(css: str) -> str:
    """Return a style sheet whose pictures are data addresses."""

    def picture(match: re.Match[str]) -> str:
        name = match.group(1).strip("'\"")
        if name.startswith(("data:", "#")):
            return match.group(0)
        content = base64.b64encode(inlined.vendor("leaflet", "dist", *name.split("/"))).decode()
        return f"url(data:image/png;base64,{content})"

    return re.sub(r"url\(([^)]+)\)", picture, css).replace("</", "<\\/")


# -- villages --------------------------------------------------------------------------------------------------------------


def village(facts: AreaFacts, code: str) -> str:
    """Return the page of one village."""
    place = facts.places[code]
    found = divided_rows(facts, code)
    rows = found.compared
    others = found.unknown
    columns = [
        Column(_("kind of help")),
        Column(_("compared with the norm")),
        Column(_("what it means")),
        *gap_columns(),
    ]
    table = html_table(
        columns,
        [
            [
                group_label(row.group_id),
                class_cell(row.gap_class, is_lower_bound=row.is_lower_bound),
                words.gap_sentence(facts, row),
                *gap_cells(row),
            ]
            for row in rows
        ],
        _("What the people here have, and what is missing"),
    )
    listed, more = listed_services(facts, code, SERVICES_OF_A_VILLAGE)
    rest = (
        paragraphs(
            [ngettext("{n} more service is within reach.", "{n} more services are within reach.", more)],
            "note",
        )
        if more
        else ""
    )
    rest_of_help = [*words.slight_sentences(facts, found.slight), *words.other_sentences(facts, others)]
    other = "".join(f"<li>{escape(sentence)}</li>" for sentence in rest_of_help)
    sure = words.certainty_sentences(facts, [*rows, *found.slight, *others])
    certainty = "".join(f"<li>{escape(sentence)}</li>" for sentence in sure)
    counted = paragraphs(headline(facts, code, found, len(rows)))
    headings = {"other": escape(_("Other help within reach")), "certainty": escape(_("How sure we are"))}
    services = services_table(facts, listed, _("Services known to us"))
    district = district_text(str(place["district_code"]), facts.districts)
    return (
        f'<section class="page village" id="village-{escape(code)}" tabindex="-1"><h2>{escape(str(place["name"]))}</h2>'
        f"{paragraphs([f'{district} · {code}', words.population_sentence(facts.population(code))])}{counted}{table if rows else ''}"
        f"<h3>{headings['other']}</h3><ul>{other}</ul>"
        f"{services}{rest}"
        f"<h3>{headings['certainty']}</h3><ul>{certainty}</ul></section>"
    )


# -- the file --------------------------------------------------------------------------------------------------------------


def _words() -> Mapping[str, str]:
    # Babel reads no message inside an f-string: every word of the frame is said here.
    return {
        "previous": _("Previous slide"),
        "next": _("Next slide"),
        "slide": _("Slide {number} of {all}", number="{number}", all="{all}"),
        "layer": _("Shown on the map"),
        "slides": _("Slides"),
        "tables": _("Tables"),
        "village": _("Village"),
        "sources": _("Sources"),
        "notes": _("Notes"),
        "screen": _("Full screen"),
        "speaker": _("Speaker’s window"),
        "again": _("Start the time again"),
        "after": _("Next slide"),
        "no_notes": _("No notes for this slide."),
        "end": _("The end"),
        "black": _("Black screen"),
    }


def _sources(facts: AreaFacts) -> str:
    columns = [Column(_("source")), Column(_("publisher")), Column(_("day")), Column(_("licence"))]
    rows: list[list[Cell]] = []
    for row in facts.origins.values():
        told = of_country(facts.dataset, row, facts.country)
        named = link(told.title, None if told.url is None else web_address(told.url))
        rows.append([named, told.publisher, told.day_words() or text.unknown(), told.licence])
    settings = facts.settings
    method = [
        _(
            "Need: norm × target population. Capacity of a registration is shared equally among its sites and among all who reach them."
        ),
        _("Served + waiting + out of reach = need, in every municipality."),
        gaps.thresholds_sentence(settings),
        *words.certainty_sentences(facts, [])[-1:],
        _(
            "Dataset version {version}, data as of {day}.",
            version=facts.dataset.version,
            day=text.date(facts.data_date),
        ),
    ]
    heading = escape(_("Sources and method"))
    table = html_table(columns, rows, _("Sources"))
    return (
        f'<section class="page" id="sources" tabindex="-1"><h2>{heading}</h2>'
        f"{table}{paragraphs(method)}</section>"
    )


def build(facts: AreaFacts, story: Story, language: str) -> str:
    """
    Write the pack of an area.

    Parameters
    ----------
    facts
        Facts of the area.
    story
        A story of this area.
    language
        "cs", "pl" or "en".

    Returns
    -------
    page
        One HTML document that needs nothing else.
    """
    with text.speaking(language):
        return _build(facts, story)


def _build(facts: AreaFacts, story: Story) -> str:
    language, said = text.current(), _words()
    deck = Deck(facts, story)
    slides = "".join(deck.slide(number, step) for number, step in enumerate(story.steps, start=1))
    layers = [deck.layer(group_id) for group_id in facts.groups]
    shown = [
        group_id for group_id in facts.groups if facts.analyses[group_id].norm.value_per_1000 is not None
    ]
    group_tables = "".join(group_table(facts, group_id) for group_id in shown)
    villages = "".join(village(facts, code) for code in members_by_name(facts))
    options = "".join(
        f'<option value="village-{escape(code)}">{escape(str(facts.places[code]["name"]))}</option>'
        for code in members_by_name(facts)
    )
    data = {
        "outlines": live_map.outlines(facts),
        "config": live_map.config(),
        "members": list(facts.members),
        "pictures": deck.pictures,
        "sentences": deck.sentences,
        "layers": layers,
        "slides": len(story.steps),
        "words": {
            name: said[name]
            for name in ("slide", "layer", "speaker", "again", "after", "no_notes", "end", "black")
        },
    }
    ours = resources.files("dashboard.documents.templates")
    static = resources.files("dashboard.static")
    styles = [
        inline_style(
            inlined.vendor("leaflet", "dist", "leaflet.css").decode().replace("url(#default#VML)", "none")
        ),
        inline_style(static.joinpath("dosah-map.css").read_text(encoding="utf-8")),
        ours.joinpath("pack.css").read_text(encoding="utf-8"),
    ]
    title = told(story.title, language)[0]
    speaker = ours.joinpath("speaker.css").read_text(encoding="utf-8")
    inlined_styles = "".join(f"<style>{style}</style>" for style in styles)
    inlined_scripts = "".join(f"<script>{code}</script>" for code in inlined.pack_scripts())
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="generator" content="Dosah">'
        f'<link rel="icon" href="data:,"><title>{escape(title)}</title>{html.STYLE}{inlined_styles}</head>'
        f'<body><svg width="0" height="0" class="patterns" aria-hidden="true">{patterns()}</svg>'
        f"{_bar(said, title, options)}<main>{slides}"
        f'<section class="page" id="tables" tabindex="-1"><h2>{escape(said["tables"])}</h2>{population_table(facts)}{totals_table(facts)}{group_tables}</section>'
        f"{villages}{_sources(facts)}</main>"
        '<div id="announce" class="only-heard" aria-live="polite"></div><div id="corner" class="corner" aria-hidden="true"></div>'
        f'<template id="speaker-style">{escape(speaker)}</template>'
        f'<script type="application/json" id="pack-data">{script_json(data)}</script>{inlined_scripts}</body></html>'
    )


def _bar(said: Mapping[str, str], title: str, options: str) -> str:
    words_of = {name: escape(word) for name, word in said.items()}
    return (
        '<header class="bar"><nav>'
        f'<button type="button" id="previous" title="{words_of["previous"]}" aria-label="{words_of["previous"]}">‹</button>'
        '<span id="position" aria-hidden="true"></span>'
        f'<button type="button" id="next" title="{words_of["next"]}" aria-label="{words_of["next"]}">›</button>'
        f'<strong class="deck-title">{escape(title)}</strong>'
        f'<a href="#slide-1">{words_of["slides"]}</a><a href="#tables">{words_of["tables"]}</a>'
        f'<label class="village-choice"><span class="only-heard">{words_of["village"]}</span>'
        f'<select id="villages"><option value="">{words_of["village"]} …</option>{options}</select></label>'
        f'<a href="#sources">{words_of["sources"]}</a>'
        f'<button type="button" id="notes" aria-pressed="false">{words_of["notes"]}</button>'
        f'<button type="button" id="speaker">{words_of["speaker"]}</button>'
        f'<button type="button" id="screen">{words_of["screen"]}</button>'
        f'<button type="button" id="timer" title="{words_of["again"]}" hidden>0:00</button></nav></header>'
    )

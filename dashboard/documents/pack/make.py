"""
The meeting pack: one HTML file with slides, interactive maps, tables,
village pages and sources, for a USB stick.

It asks nobody for anything: scripts and styles are inside, pictures are data addresses,
and a policy in its head lets the browser refuse every request. Each figure is a `data` element whose value
is the unrounded one of the dataset.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from dashboard import text
from dashboard.catalogue.words import district_text
from dashboard.documents.facts import words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.slides import story_text
from dashboard.documents.facts.villages import listed_services, members_by_name
from dashboard.documents.pack import live_map
from dashboard.documents.pack.deck import Deck
from dashboard.documents.pack.tables import (
    class_cell,
    gap_cells,
    gap_columns,
    group_table,
    population_table,
    services_table,
    totals_table,
)
from dashboard.documents.sheet.page import divided_rows, headline
from dashboard.drawing.outlines import patterns
from dashboard.map import inlined
from dashboard.markup import read, render
from dashboard.phrases import gaps
from dashboard.phrases.labels import group_label
from dashboard.phrases.origins import of_country
from dashboard.tables import html
from dashboard.tables.html import Cell, Column, html_table, link, web_address
from dashboard.text import _, ngettext
from geodata.reading.gap import Gap
from geodata.stories import Story

# The browser refuses whatever is not inside the file.
POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
LARGEST_BYTES: Final = 5_000_000
SERVICES_OF_A_VILLAGE: Final = 25
WORDS_OF_SCRIPTS: Final = ("slide", "layer", "speaker", "again", "after", "no_notes", "end", "black")


# -- pieces --------------------------------------------------------------------------------------------------


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


# -- villages ------------------------------------------------------------------------------------------------


def village(facts: AreaFacts, code: str) -> Markup:
    """Return the page of one village."""
    row = facts.municipalities[code]
    divided = divided_rows(facts, code)
    rows, others = divided.compared, divided.unknown
    listed, more = listed_services(facts, code, SERVICES_OF_A_VILLAGE)
    district = district_text(str(row["district_code"]), facts.districts)
    return render(
        "documents/templates/village_page.html.j2",
        code=code,
        name=str(row["name"]),
        about=f"{district} · {code}",
        people=words.population_sentence(facts.population(code)),
        headline=headline(facts, code, divided, len(rows)),
        table=_village_table(facts, rows) if rows else "",
        other_heading=_("Other help within reach"),
        other=[*words.slight_sentences(facts, divided.slight), *words.other_sentences(facts, others)],
        services=_markup(services_table(facts, listed, _("Services known to us"))),
        rest=[ngettext("{n} more service is within reach.", "{n} more services are within reach.", more)]
        if more
        else [],
        certainty_heading=_("How sure we are"),
        certainty=words.certainty_sentences(facts, [*rows, *divided.slight, *others]),
    )


def _village_table(facts: AreaFacts, rows: Sequence[Gap]) -> Markup:
    columns = [
        Column(_("kind of help")),
        Column(_("compared with the norm")),
        Column(_("what it means")),
        *gap_columns(),
    ]
    cells: list[list[Cell]] = [
        [
            group_label(row.group_id),
            class_cell(row.gap_class, is_lower_bound=row.is_lower_bound),
            words.gap_sentence(facts, row),
            *gap_cells(row),
        ]
        for row in rows
    ]
    return _markup(html_table(columns, cells, _("What the people here have, and what is missing")))


def _markup(made: str) -> Markup:
    """
    Mark what the room of tables or this program's own files hold as markup:
    nothing of a stranger is in it unescaped.
    """
    return Markup(made)  # noqa: S704  # escaped where it was made


# -- the file ------------------------------------------------------------------------------------------------


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
        "method": _("Sources and method"),
        "notes": _("Notes"),
        "screen": _("Full screen"),
        "speaker": _("Speaker’s window"),
        "again": _("Start the time again"),
        "after": _("Next slide"),
        "no_notes": _("No notes for this slide."),
        "end": _("The end"),
        "black": _("Black screen"),
    }


def _sources(facts: AreaFacts) -> Markup:
    columns = [Column(_("source")), Column(_("publisher")), Column(_("day")), Column(_("licence"))]
    rows: list[list[Cell]] = []
    for row in facts.origins.values():
        origin = of_country(facts.dataset, row, facts.country)
        named = link(origin.title, None if origin.url is None else web_address(origin.url))
        rows.append([named, origin.publisher, origin.day_words() or text.unknown(), origin.licence])
    return _markup(html_table(columns, rows, _("Sources")))


def _method(facts: AreaFacts) -> list[str]:
    return [
        _(
            "Need: norm × target population. Capacity of a registration is shared equally among its sites "
            "and "
            "among all who reach them."
        ),
        _("Served + waiting + out of reach = need, in every municipality."),
        gaps.thresholds_sentence(facts.settings),
        *words.certainty_sentences(facts, [])[-1:],
        words.state_sentence(facts),
    ]


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
    said = _words()
    deck = Deck(facts, story)
    # The slides first: what they keep of the live map goes into the data.
    slides = [deck.slide(number, step) for number, step in enumerate(story.steps, start=1)]
    layers = [deck.layer(group_id) for group_id in facts.groups]
    shown = [
        group_id for group_id in facts.groups if facts.analyses[group_id].norm.value_per_1000 is not None
    ]
    tables = [
        population_table(facts),
        totals_table(facts),
        *(group_table(facts, group_id) for group_id in shown),
    ]
    members = members_by_name(facts)
    return render(
        "documents/templates/pack.html.j2",
        language=text.current(),
        policy=_markup(POLICY),
        title=story_text(story.title).text,
        styles=_styles(),
        patterns=_markup(patterns()),
        words=said,
        members=[(code, str(facts.municipalities[code]["name"])) for code in members],
        slides=slides,
        tables=[_markup(table) for table in tables],
        villages=[village(facts, code) for code in members],
        sources=_sources(facts),
        method=_method(facts),
        speaker_style=read("documents/templates/speaker.css"),
        data=_markup(script_json(_data(facts, deck, layers, said))),
        scripts=[_markup(code) for code in inlined.pack_scripts()],
    )


def _styles() -> list[Markup]:
    """Return the style sheets of the file: those of tables, of the map, and its own."""
    leaflet = inlined.vendor("leaflet", "dist", "leaflet.css").decode().replace("url(#default#VML)", "none")
    sheets = [
        inline_style(leaflet),
        inline_style(read("static/dosah-map.css")),
        read("documents/templates/pack.css"),
    ]
    return [_markup(html.STYLE), *(Markup("<style>{}</style>").format(_markup(sheet)) for sheet in sheets)]


def _data(
    facts: AreaFacts, deck: Deck, layers: Sequence[Mapping[str, str]], said: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the scripts are told."""
    return {
        "outlines": live_map.outlines(facts),
        "config": live_map.config(),
        "members": list(facts.members),
        "pictures": deck.pictures,
        "sentences": deck.sentences,
        "layers": layers,
        "slides": len(deck.story.steps),
        "words": {name: said[name] for name in WORDS_OF_SCRIPTS},
    }

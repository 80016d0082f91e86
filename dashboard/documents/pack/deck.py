"""Slides of the pack and of the page for presenting: one for each step of a story."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Final

from dashboard import text
from dashboard.documents.facts import words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.notes import look_sentences, settings_notes
from dashboard.documents.facts.story import analysis_of, look_of
from dashboard.documents.facts.villages import share_of
from dashboard.documents.pack import hall, views
from dashboard.documents.pack.book import Book
from dashboard.documents.pack.parts import map_slot, printed_legend
from dashboard.documents.pack.tables import figure, paragraphs
from dashboard.documents.pictures.maps import area_picture, gap_picture, population_legend, population_picture
from dashboard.phrases import gaps, totals
from dashboard.phrases.labels import group_label
from dashboard.tables.html import html
from dashboard.text import _, ngettext
from geodata.method.summary import summarise
from geodata.stories import Step, Story, said

HIGHEST_SHOWN: Final = 5


class Deck(Book):
    """The slides of a pack and the maps that they show."""

    def __init__(self, facts: AreaFacts, story: Story) -> None:
        super().__init__(facts)
        self.story = story
        self.language = text.current()

    def layer(self, group_id: str) -> dict[str, str]:
        """Return a line of the list above the map."""
        analysis = self.facts.analyses[group_id]
        told = totals.headline(summarise(analysis, self.facts.members), self.facts.name)
        return {"key": self.picture_key(analysis, told), "label": group_label(group_id)}

    def slide(self, number: int, step: Step) -> str:
        """Return one slide."""
        makers: dict[str, Callable[[Step], str]] = {
            "title": self._title,
            "population": self._population,
            "services": lambda one: hall.services(self.facts, one.view),
            "gap": self._gap,
            "certainty": lambda _one: hall.certainty(self.facts),
            "help": lambda one: hall.totals(self.facts, one.view),
            "village": lambda one: views.village(self, one.view),
            "scenario": lambda one: views.scenario(self, one.view),
            "compare": lambda one: views.compare(self, one.view),
            "ages": lambda one: views.ages(self.facts, one.view),
        }
        body = makers[step.view.kind](step)
        sentence, spoken = said(step.sentence, self.language)
        notes, notes_spoken = said(step.notes, self.language)
        heading = escape(_("Notes for the speaker"))
        tag = "h1" if step.view.kind == "title" else "h2"
        told = (
            f'<aside class="notes"><h3>{heading}</h3><p{self._lang(notes_spoken)}>{escape(notes)}'
            f"{self._mark(notes_spoken)}</p></aside>"
            if notes
            else ""
        )
        return (
            f'<section class="slide kind-{step.view.kind}" id="slide-{number}" aria-labelledby="slide-{number}-title" tabindex="-1">'
            f'<{tag} id="slide-{number}-title"{self._lang(spoken)}>{escape(sentence)}{self._mark(spoken)}</{tag}>'
            f"{body}{told}</section>"
        )

    def _lang(self, spoken: str) -> str:
        return "" if spoken == self.language else f' lang="{escape(spoken)}"'

    def _mark(self, spoken: str) -> str:
        """Say that a text is in another language than the slide: it was written in that one only."""
        if spoken == self.language:
            return ""
        return f' <small class="language">{escape(text.LANGUAGES[spoken])}</small>'

    def _title(self, _step: Step) -> str:
        facts = self.facts
        members = len(facts.members)
        count = ngettext("{n} municipality", "{n} municipalities", members)
        told = [facts.name, count]
        # A town of one municipality bears the name of its area: counting it to one says nothing.
        told = told if members > 1 else told[:1]
        about = [
            words.population_sentence(facts.area_population),
            _("Data as of {day}", day=text.date(facts.data_date)),
        ]
        return (
            f'<div class="columns"><div class="picture"><div class="fitted">{area_picture(facts)}</div></div>'
            f'<div class="words">{paragraphs(told, "huge")}{paragraphs(about)}</div></div>'
        )

    def _population(self, step: Step) -> str:
        facts = self.facts
        measure = step.view.measure or "share_65"
        drawn, breaks = population_picture(facts, measure)
        legend = "".join(
            f'<li><svg viewBox="0 0 52 32" aria-hidden="true"><rect x="1" y="1" width="50" height="30" fill="{fill}" '
            f'stroke="#26333a" stroke-width="2"/></svg><span>{escape(told)}</span></li>'
            for fill, told in population_legend(facts, measure, breaks)
        )
        name = (
            _("Share of people aged 65 and over")
            if measure == "share_65"
            else _("Share of people aged 80 and over")
        )
        ordered = sorted(
            (code for code in facts.members if share_of(facts, code, measure) is not None),
            key=lambda code: -(share_of(facts, code, measure) or 0.0),
        )
        top = "".join(
            f"<li>{escape(str(facts.places[code]['name']))}: {escape(text.percent(share_of(facts, code, measure), 1))}</li>"
            for code in ordered[:HIGHEST_SHOWN]
        )
        heading = escape(_("The highest shares"))
        highest = f"<h3>{heading}</h3><ol>{top}</ol>" if len(ordered) > 1 else ""
        return (
            f'<div class="columns"><div class="picture"><div class="fitted">{drawn}</div></div><div class="words">{self._people(measure)}'
            f"<h3>{escape(name)}</h3><ul class='legend'>{legend}</ul>{highest}</div></div>"
        )

    def _people(self, measure: str) -> str:
        """Return the one figure that a slide on the old is about, large, and what it is of."""
        population = self.facts.area_population
        count = population.from_65 if measure == "share_65" else population.from_80
        if count is None or not population.total:
            return paragraphs([words.population_sentence(population)], "big")
        of = (
            _("people aged 65 and over: {share} of all", share=words.share(count, population.total))
            if measure == "share_65"
            else _("people aged 80 and over: {share} of all", share=words.share(count, population.total))
        )
        day = _("On {day}", day=text.date(population.reference_date))
        number = figure(
            count, text.number(count), area="", group="population", measure=measure.replace("share", "from")
        )
        return (
            f'<p class="tile">{html(number)} <span>{escape(of)}</span></p><p class="note">{escape(day)}</p>'
        )

    def _gap(self, step: Step) -> str:
        facts, view = self.facts, step.view
        group_id = view.group or ""
        if group_id not in facts.groups:
            return paragraphs([_("This kind of service does not exist in this country.")], "big")
        analysis = analysis_of(facts, group_id, view.settings)
        look = look_of(facts, analysis, view)
        told = look_sentences(facts, analysis, look)
        heading = group_label(group_id)
        notes = [*settings_notes(view), gaps.catalogue_sentence(analysis)]
        key = self.picture_key(analysis, told, look.measure)
        return (
            f'<div class="columns"><div class="picture">{map_slot(key)}'
            f'<div class="print-only">{gap_picture(facts, analysis, look.measure)}</div></div>'
            f'<div class="words"><div class="said">{paragraphs(told, "big")}</div><div class="legend-slot"></div>'
            f"{printed_legend(facts, analysis, look.measure, heading)}{paragraphs(notes, 'note')}</div></div>"
        )

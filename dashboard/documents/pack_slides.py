"""Slides of the pack: one for each step of a story."""

from __future__ import annotations

import hashlib
import json
from html import escape

from dashboard import gap_words, text
from dashboard.documents import mapview, words
from dashboard.documents.facts import AreaFacts
from dashboard.documents.pack_pictures import (
    area_picture,
    gap_picture,
    population_legend,
    population_picture,
    share_of,
)
from dashboard.documents.pack_tables import class_cell, paragraphs, services_table, totals_table
from dashboard.documents.records import ServiceFact
from dashboard.tables import (
    html,
)
from dashboard.text import _, ngettext
from dashboard.words import group_label
from geodata.analysis import Analysis, analyse, summarise
from geodata.stories import Step, Story

# -- slides --------------------------------------------------------------------------------------------------------------


def _legend(analysis: Analysis, facts: AreaFacts) -> str:
    present = {facts.gap(analysis.group_id, code).gap_class for code in facts.members}
    names = [
        name for name in gap_words.class_labels() if name in present or name not in ("no_need", "unknown")
    ]
    return f'<ul class="legend print-only">{"".join(f"<li>{html(class_cell(name))}</li>" for name in names)}</ul>'


def _settings_note(step: Step) -> list[str]:
    return (
        [_("Here the doubtful numbers of the register are counted after all.")]
        if step.view.settings.count_doubtful
        else []
    )


class Deck:
    """The slides of a pack and the maps that they show."""

    def __init__(self, facts: AreaFacts, story: Story) -> None:
        self.facts = facts
        self.story = story
        self.language = text.current()
        self.pictures: dict[str, str] = {}

    def picture_key(self, analysis: Analysis) -> str:
        """Keep the picture of an analysis and return its name; equal pictures are kept once."""
        made = json.dumps(mapview.picture(self.facts, analysis), ensure_ascii=False, allow_nan=False)
        key = hashlib.sha256(made.encode()).hexdigest()[:12]
        self.pictures[key] = made
        return key

    def slide(self, number: int, step: Step) -> str:
        """Return one slide."""
        body = {
            "title": self._title,
            "population": self._population,
            "services": self._services,
            "gap": self._gap,
            "certainty": self._certainty,
            "help": self._help,
        }[step.view.kind](step)
        sentence, notes = step.sentence[self.language], step.notes[self.language]
        heading = escape(_("Notes for the speaker"))
        tag = "h1" if step.view.kind == "title" else "h2"
        return (
            f'<section class="slide kind-{step.view.kind}" id="slide-{number}" aria-labelledby="slide-{number}-title" tabindex="-1">'
            f'<{tag} id="slide-{number}-title">{escape(sentence)}</{tag}>{body}'
            f'<aside class="notes"><h3>{heading}</h3><p>{escape(notes)}</p></aside></section>'
        )

    def _title(self, _step: Step) -> str:
        facts = self.facts
        members = len(facts.members)
        count = ngettext("{n} municipality", "{n} municipalities", members)
        said = [facts.name, count, _("Data as of {day}", day=text.date(facts.data_date))]
        return (
            f'<div class="columns"><div class="picture">{area_picture(facts)}</div>'
            f'<div class="words">{paragraphs(said, "big")}{paragraphs([words.population_sentence(facts.area_population)])}</div></div>'
        )

    def _population(self, step: Step) -> str:
        facts = self.facts
        measure = step.view.measure or "share_65"
        drawn, breaks = population_picture(facts, measure)
        legend = "".join(
            f'<li><svg viewBox="0 0 52 32" aria-hidden="true"><rect x="1" y="1" width="50" height="30" fill="{fill}" '
            f'stroke="#26333a" stroke-width="2"/></svg><span>{escape(said)}</span></li>'
            for fill, said in population_legend(facts, measure, breaks)
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
            for code in ordered[:5]
        )
        heading = escape(_("The highest shares"))
        highest = f"<h3>{heading}</h3><ol>{top}</ol>" if len(ordered) > 1 else ""
        return (
            f'<div class="columns"><div class="picture">{drawn}</div><div class="words">'
            f"{paragraphs([words.population_sentence(facts.area_population)], 'big')}"
            f"<h3>{escape(name)}</h3><ul class='legend'>{legend}</ul>{highest}</div></div>"
        )

    def _services(self, step: Step) -> str:
        facts = self.facts
        parts = []
        for group_id in step.view.groups:
            if group_id not in facts.groups:
                continue
            kinds = set(facts.groups[group_id].scopes[facts.country].service_type_codes)
            found: list[tuple[ServiceFact, float | None]] = [
                (service, None) for service in facts.area_services if service.service_type_code in kinds
            ]
            if found:
                parts.append(services_table(facts, found, group_label(group_id)))
            else:
                parts.append(
                    paragraphs(
                        [
                            _(
                                "{service}: no service in the area is known to us.",
                                service=group_label(group_id),
                            )
                        ]
                    )
                )
        return f'<div class="scroll">{"".join(parts)}</div>'

    def _gap(self, step: Step) -> str:
        facts = self.facts
        group_id = step.view.group or ""
        if group_id not in facts.groups:
            return paragraphs([_("This kind of service does not exist in this country.")])
        analysis = (
            facts.analyses[group_id]
            if step.view.settings == facts.settings
            else analyse(facts.dataset, group_id, facts.country, facts.area_id, step.view.settings)
        )
        said = gap_words.headline(summarise(analysis, facts.members), facts.name)
        notes = [
            *_settings_note(step),
            gap_words.norm_sentence(analysis.norm),
            gap_words.limit_sentence(analysis),
            gap_words.catalogue_sentence(analysis),
        ]
        key = self.picture_key(analysis)
        return (
            f'<div class="columns"><div class="picture"><div class="map-slot" data-picture="{escape(key)}"></div>'
            f'<div class="print-only">{gap_picture(facts, analysis)}</div></div>'
            f'<div class="words"><h3>{escape(group_label(group_id))}</h3>{paragraphs(said, "big")}'
            f"{_legend(analysis, facts)}{paragraphs(notes, 'note')}</div></div>"
        )

    def _certainty(self, _step: Step) -> str:
        facts = self.facts
        rows = [
            facts.gap(group_id, code)
            for group_id, group in facts.groups.items()
            if facts.analyses[group_id].norm.value_per_1000 is not None
            for code in facts.members
        ]
        said = words.certainty_sentences(facts, rows)
        doubtful = [
            (service, None)
            for service in facts.area_services
            if any(part.basis == "doubtful" for part in service.capacities)
        ]
        listing = "".join(f"<li>{escape(sentence)}</li>" for sentence in said)
        table = (
            services_table(
                facts,
                doubtful,
                _("Doubtful capacities in the area: not counted until somebody confirms them"),
            )
            if doubtful
            else ""
        )
        return f'<div class="scroll"><ul class="big">{listing}</ul>{table}</div>'

    def _help(self, _step: Step) -> str:
        return f'<div class="scroll">{totals_table(self.facts)}</div>'

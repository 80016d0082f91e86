"""Sentences that documents say beside a map: settings, what is seen, totals."""

from __future__ import annotations

from typing import Final

from dashboard import text
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.story import Look, Totals
from dashboard.phrases import gaps, totals
from dashboard.phrases.labels import group_label
from dashboard.text import _, ngettext
from geodata.method.analysis import Analysis
from geodata.method.summary import summarise
from geodata.stories import View

SCALE: Final = ("at_or_above", "below", "far_below", "none_within_reach")


def settings_notes(view: View) -> list[str]:
    """Say what a view assumes beside the usual."""
    return (
        [_("Here the doubtful numbers of the register are counted after all.")]
        if view.settings.count_doubtful
        else []
    )


def look_sentences(facts: AreaFacts, analysis: Analysis, look: Look) -> list[str]:
    """Say in a few sentences what a map of gaps shows in an area."""
    headline = totals.headline(summarise(analysis, facts.members), facts.name)
    classes = look.measure.classes or {}
    if look.verdict is not None:
        own = look.verdict.loc[look.verdict["municipality_code"].isin(list(facts.members))]
        return [headline[0], gaps.robustness_sentence(own)]
    if look.measure.measure_id == "services":
        return _reach_sentences(analysis, facts)
    if look.measure.measure_id == "confidence":
        sure = sum(classes.get(code) == SCALE[0] for code in facts.members)
        return [
            headline[0],
            _(
                "Known without reservation: {n} of {total} municipalities.",
                n=text.number(sure),
                total=text.number(len(facts.members)),
            ),
        ]
    return headline


def _reach_sentences(analysis: Analysis, facts: AreaFacts) -> list[str]:
    """Say how many municipalities have a service within reach: this needs no capacity to be known."""
    coverage = analysis.coverage.set_index("municipality_code")["services_in_reach"]
    counts = [int(coverage[code]) for code in facts.members]
    if len(counts) == 1:
        return [
            ngettext(
                "{n} service known to us is within reach.",
                "{n} services known to us are within reach.",
                counts[0],
            )
            if counts[0]
            else _("No service known to us is within reach.")
        ]
    none = sum(count == 0 for count in counts)
    if not none:
        return [_("Every municipality has at least one service within reach.")]
    return [
        ngettext(
            "In {n} municipality no service known to us is within reach.",
            "In {n} municipalities no service known to us is within reach.",
            none,
        )
    ]


def totals_notes(summed: Totals) -> list[str]:
    """Say of which kinds of help a table of what is missing says nothing, and why."""
    notes = []
    if summed.slight:
        kinds = text.listing(group_label(group_id) for group_id in summed.slight)
        notes.append(_("By the norm less than one place is needed here: {kinds}.", kinds=kinds))
    if summed.untold:
        kinds = text.listing(group_label(group_id) for group_id in summed.untold)
        notes.append(_("What is missing cannot be computed, something is not known: {kinds}.", kinds=kinds))
    return notes

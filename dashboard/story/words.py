"""
What a story says of itself: its views in words, a first sentence for each, and what is wrong with a file,
in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dashboard import text
from dashboard.phrases.labels import group_label
from dashboard.text import _
from geodata.stories import Problem, View

MOST_TOLD: Final = 20
LANGUAGES: Final = tuple(text.LANGUAGES)


def measure_names() -> dict[str, str]:
    """Return what a map of gaps can show, in words."""
    return {
        "coverage": _("Coverage"),
        "missing": _("Missing places"),
        "out_of_reach": _("People out of reach"),
        "services": _("Services within reach"),
        "confidence": _("How sure it is"),
        "robustness": _("Robustness of the gap"),
    }


def view_words(view: View, names: Mapping[str, str], area_name: str) -> str:
    """
    Say what a view shows.

    Parameters
    ----------
    view
        The view.
    names
        Names of municipalities by code.
    area_name
        Name of the area of the story.
    """
    if view.kind == "population":
        return (
            _("Share of people aged 80 and over")
            if view.measure == "share_80"
            else _("Share of people aged 65 and over")
        )
    group = group_label(view.group) if view.group else ""
    if view.kind == "gap":
        measure = measure_names()[view.measure or "coverage"]
        return _("Map of gaps: {service} ({measure})", service=group, measure=measure)
    name = names.get(view.municipality or "", view.municipality or area_name)
    groups = text.listing(group_label(group_id) for group_id in view.groups)
    return {
        "title": _("Title: {area}", area=area_name),
        "services": _("Who helps: {kinds}", kinds=groups),
        "village": _("Village: {name}", name=name),
        "scenario": _("What if: {service}", service=group),
        "compare": _("Side by side: {kinds}", kinds=groups),
        "ages": _("Ages: {name}", name=name),
        "certainty": _("How sure we are"),
    }.get(view.kind, _("What is missing most"))


def first_sentence(view: View, names: Mapping[str, str], area_name: str) -> str:
    """Return the sentence a view begins with on the screen; the reader says it better."""
    whose = names.get(view.municipality or "", area_name)
    group = group_label(view.group) if view.group else ""
    if view.kind == "gap":
        questions = {
            "coverage": _("{service}: where does it fall short?", service=group),
            "missing": _("{service}: how many places are missing?", service=group),
            "out_of_reach": _("{service}: whom does nobody reach?", service=group),
            "services": _("{service}: how many services are within reach?", service=group),
            "confidence": _("{service}: how sure is that?", service=group),
            "robustness": _("{service}: does the gap stay under other assumptions?", service=group),
        }
        return questions[view.measure or "coverage"]
    if view.kind == "village":
        return _("{name}: what is within reach and what is missing?", name=whose)
    if view.kind == "scenario":
        return _("{service}: what would change?", service=group)
    if view.kind == "ages":
        return _("{name}: who lives here?", name=whose)
    if view.kind == "compare":
        return _("{kinds}: what differs?", kinds=text.listing(group_label(one) for one in view.groups))
    return {
        "title": _("Why are we here today?"),
        "population": _("How many older people live here?"),
        "services": _("Who cares for them today?"),
        "certainty": _("How sure are we?"),
    }.get(view.kind, _("What would help most?"))


def problem_sentences(found: Sequence[Problem]) -> list[str]:
    """Say every problem of a file; after many of them how many more there are."""
    sentences = [problem_sentence(problem) for problem in found[:MOST_TOLD]]
    more = len(found) - len(sentences)
    if more > 0:
        sentences.append(text.ngettext("… and {n} more mistake.", "… and {n} more mistakes.", more))
    return sentences


def problem_sentence(problem: Problem) -> str:
    """Say one problem of a story."""
    if problem.refusal is not None:
        return problem.refusal.said(text.current())
    part = problem.part
    where = {"title": _("title"), "sentence": _("sentence"), "notes": _("notes")}.get(problem.text, "")
    said = {
        "not_mapping": _("it holds no story"),
        "unknown_key": _("“{part}” means nothing here", part=part),
        "missing": _("“{part}” is missing", part=part),
        "no_title": _("the title is missing"),
        "no_steps": _("there are no steps"),
        "too_many_steps": _("there are more than {part} steps", part=part),
        "step_not_mapping": _("it holds neither a view nor a sentence"),
        "unknown_step": _("there is no shared step “{part}”", part=part),
        "no_sentence": _("the sentence is missing"),
        "no_notes": _("the notes are missing"),
        "no_text_in": _("{text}: no text in the language {part}", text=where, part=part),
        "too_long": _("{text}: at most {part} characters", text=where, part=part),
        "unknown_kind": _("there is no view of the kind “{part}”", part=part),
        "unknown_view_key": _("the view does not know: {part}", part=part),
        "unknown_group": _("there is no kind of help “{part}”", part=part),
        "needs_group": _("it does not say which kind of help (group)"),
        "needs_groups": _("it does not say which kinds of help (groups)"),
        "needs_two_groups": _("it needs two kinds of help, or one by two norms or limits"),
        "needs_municipality": _("it does not say which municipality"),
        "needs_changes": _("it does not say what changes (changes)"),
        "needs_typed_norm": _("the norm of one’s own has no number"),
        "bad_measure": _("it shows nothing that is known; possible: {part}", part=part),
        "bad_value": _("this value cannot be: {part}", part=part),
    }[problem.code]
    if problem.step is None:
        return said
    return _("Step {n}: {problem}", n=text.number(problem.step), problem=said)

"""
Phrases that several pages say: labels of codes, ages, gap classes.

Words of the field come from the code lists (`geodata.vocabulary.codes`), sentences from the .po files.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard import text
from dashboard.tables.html import Html, chip
from dashboard.text import _, pgettext
from dashboard.theme import GAP_CLASSES
from geodata.reading import values
from geodata.vocabulary import provenance
from geodata.vocabulary.codes import codelist, service_groups


def label(codelist_name: str, code: object) -> str:
    """Return the label of a code in the reader's language; the word for unknown where there is none."""
    if values.is_missing(code):
        return text.unknown()
    found = codelist(codelist_name).get(str(code))
    return found.label[text.current()] if found else str(code)


def description(codelist_name: str, code: str) -> str:
    """Return what a code means, in the reader's language."""
    return codelist(codelist_name)[code].description[text.current()]


def group_label(group_id: str) -> str:
    """Return the name of a group of services."""
    return service_groups()[group_id].label[text.current()]


def origin_text(origin_id: str, part: str, as_published: object) -> str | None:
    """
    Return a text of an origin in the reader's language; as the dataset has it where no translation is known.

    Parameters
    ----------
    origin_id
        The origin.
    part
        "title", "state_note" (in three languages beside the snapshot),
        "publisher" or "licence" (in the .po files).
    as_published
        What the dataset says. Another file of the same name has words of its own: they are never replaced.
    """
    if values.is_missing(as_published):
        return None
    said = str(as_published)
    if origin_id.startswith("user_"):
        return own_origin_text(said)
    if part in ("publisher", "licence"):
        return pgettext("origin", said)
    known = provenance.origins().get(origin_id)
    words: Mapping[str, str] = getattr(known, part, {})
    return words[text.current()] if words.get(provenance.DATASET_LANGUAGE) == said else said


def own_origin_text(said: str) -> str:
    """
    Return what a build says of an office's own table, in the reader's language;
    what the office itself said stays.
    """
    words = {
        "Vlastní tabulka": _("Own table"),
        "Vlastní území": _("Own area"),
        "podle zdrojů uvedených v řádcích": _("as the sources named in its rows say"),
    }
    for known, word in words.items():
        if said == known or said.startswith(f"{known}: "):
            return word + said.removeprefix(known)
    return said


def capitalised(sentence: str) -> str:
    """Begin a sentence with a capital, leaving the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def class_chip(gap_class: str) -> Html:
    """Return the colour of a gap class beside its name."""
    style = GAP_CLASSES[gap_class]
    return chip(label("gap_classes", gap_class), None if style.is_hatched else style.fill)


def age_range(age_from: int | None, age_to: int | None) -> str:
    """Return ages in words: "65 and over", "6–26", "up to 18"."""
    if age_from is None and age_to is None:
        return text.unknown()
    if age_to is None:
        return _("{age} and over", age=age_from)
    if age_from is None or age_from == 0:
        return _("up to {age}", age=age_to)
    return _("{first}–{last}", first=age_from, last=age_to)

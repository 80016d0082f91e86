"""
What the page "Own tables" shows of a check and of a preview:
HTML tables made of what the command and two datasets say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from dashboard import text
from dashboard.catalogue.words import card_address, village_address
from dashboard.own import words as own_words
from dashboard.own.preview import GapChange, Preview
from dashboard.phrases.amounts import amount
from dashboard.phrases.labels import class_chip, group_label, label
from dashboard.tables.html import Cell, Column, Html, html_table, lines, link
from dashboard.text import _, ngettext

MOST_SHOWN: Final = 200


def problems_table(problems: Sequence[Mapping[str, Any]]) -> Html:
    """Return every problem with its place and what to do."""
    rows: list[list[Cell]] = [
        [one["where"] or _("the whole file"), one["value"] or None, _sentence(one["message"])]
        for one in problems[:MOST_SHOWN]
    ]
    columns = [Column(_("Where")), Column(_("What stands there")), Column(_("What is wrong and what to do"))]
    caption = ngettext("{n} problem to correct", "{n} problems to correct", len(problems))
    return html_table(columns, rows, caption)


def found_table(found: Sequence[Mapping[str, Any]]) -> Html:
    """Return what is in a table that is in order."""
    rows: list[list[Cell]] = [
        [own_words.kind_name(one["kind"]), one["sheet"], text.number(one["rows"])] for one in found
    ]
    columns = [Column(_("Table")), Column(_("Sheet")), Column(_("Rows"), is_number=True)]
    return html_table(columns, rows, _("What was found"))


def counts_table(preview: Preview) -> Html:
    """Return how many rows of each table there would be."""
    rows: list[list[Cell]] = [
        [name, text.number(before), text.number(after), difference(after - before)]
        for table, name in own_words.table_labels().items()
        for before, after in [preview.counts[table]]
        if before or after
    ]
    columns = [
        Column(_("In the data")),
        Column(_("Today"), is_number=True),
        Column(_("With the change"), is_number=True),
        Column(_("Difference"), is_number=True),
    ]
    return html_table(columns, rows, _("Rows today and with the change"))


def difference(number: float, digits: int = 0) -> str:
    """Write a difference with its sign; a real minus, no hyphen."""
    if abs(number) < 0.5 * 10**-digits:
        return text.number(0)
    sign = "+" if number > 0 else "\N{MINUS SIGN}"
    return f"{sign}{text.number(abs(number), digits)}"


def changes_table(changes: Sequence[Mapping[str, Any]], *, is_linked: bool) -> Html:
    """Return what changes record by record; `is_linked` where the services are published already."""
    kinds = own_words.change_labels()
    rows: list[list[Cell]] = [
        [
            kinds.get(one["kind"], one["kind"]),
            _subject(one, is_linked=is_linked),
            own_words.change_value(one, "before"),
            own_words.change_value(one, "after"),
        ]
        for one in changes[:MOST_SHOWN]
    ]
    columns = [
        Column(_("What changes")),
        Column(_("Where")),
        Column(_("Today")),
        Column(_("With the change")),
    ]
    if is_linked:
        columns[2:] = [Column(_("Before")), Column(_("Now"))]
    return html_table(columns, rows, ngettext("{n} change", "{n} changes", len(changes)))


def _subject(change: Mapping[str, Any], *, is_linked: bool) -> Cell:
    words = own_words.change_subject(change)
    is_service = change["kind"] not in ("service_gone", *_OF_MUNICIPALITY)
    return link(words, card_address(str(change["record_id"]))) if is_linked and is_service else words


_OF_MUNICIPALITY: Final = (
    "municipality_added", "municipality_gone", "municipality_renamed", "population_changed",
)  # fmt: skip


def gaps_table(preview: Preview) -> Html:
    """Return every gap that changes, with the municipalities whose class differs."""
    rows: list[list[Cell]] = [
        [
            preview.area_names.get(gap.area_id, gap.area_id),
            group_label(gap.group_id),
            _missing(gap.missing_before, gap.unit),
            _missing(gap.missing_after, gap.unit),
            _moved(gap, preview),
        ]
        for gap in preview.gaps[:MOST_SHOWN]
    ]
    columns = [
        Column(_("Area")),
        Column(_("Service")),
        Column(_("Missing today"), is_number=True),
        Column(_("Missing with the change"), is_number=True),
        Column(_("Municipalities in another class")),
    ]
    return html_table(columns, rows, _("Gaps that change"))


def _missing(number: float | None, unit: str) -> str:
    return text.unknown() if number is None else amount(number, unit)


def _moved(gap: GapChange, preview: Preview) -> Cell:
    if not gap.classes:
        return _("none")
    parts: list[Cell] = []
    for code, (before, after) in list(gap.classes.items())[:10]:
        name = preview.municipality_names.get(code, code)
        parts.append(
            Markup("{}: {} → {}").format(
                link(name, village_address(code)), class_chip(before), class_chip(after)
            )
        )
    if len(gap.classes) > 10:
        parts.append(_("and {n} more", n=text.number(len(gap.classes) - 10)))
    return lines(parts)


def corrections_table(corrections: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Html:
    """Return what became of each correction."""
    rows: list[list[Cell]] = [
        [
            names.get(str(one["record_id"]), str(one["record_id"])),
            label("correction_states", one["state"]),
            one["replaced_text"],
            one["new_text"],
            text.date(one["correction_date"]),
            one["office"],
        ]
        for one in corrections[:MOST_SHOWN]
    ]
    columns = [
        Column(_("Service")),
        Column(_("What becomes of it")),
        Column(_("Value of the source")),
        Column(_("Corrected value")),
        Column(_("Date")),
        Column(_("Office")),
    ]
    return html_table(columns, rows, _("Corrections in the data"))


def rejected_table(rejected: Sequence[Mapping[str, Any]]) -> Html:
    """Return the rows that would be left out."""
    rows: list[list[Cell]] = [
        [
            text.number(one["row_number"]),
            one["record_id"],
            label("rejection_reasons", one["reason"]),
            one["detail"],
        ]
        for one in rejected[:MOST_SHOWN]
    ]
    columns = [
        Column(_("Row"), is_number=True),
        Column(_("Identifier")),
        Column(_("Reason")),
        Column(_("Detail")),
    ]
    return html_table(columns, rows, _("Rows of own tables that are left out"))


def losses_list(losses: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what would be lost, in sentences, what is too much first."""
    ordered = sorted(losses, key=lambda one: not one["is_too_large"])
    return [own_words.loss_sentence(one) for one in ordered]


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]

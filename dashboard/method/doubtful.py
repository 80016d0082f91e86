"""
The list of doubtful capacities: the first thing a planner cleans,
the one that makes most people's result uncertain first.

Pure functions; the page arranges what they return.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from dashboard import sorting, text
from dashboard.catalogue.words import card_address
from dashboard.method.correction import correction_address
from dashboard.method.facts import Doubtful
from dashboard.phrases.amounts import amount
from dashboard.phrases.labels import label
from dashboard.tables import sheets
from dashboard.tables.html import Cell, Column, Html, html_table, lines, link
from dashboard.text import _, ngettext

if TYPE_CHECKING:
    from dashboard.method.confidence import Effect

ORDERS: Final = ("effect", "excess", "name")
MOST_SHOWN: Final = 200

Effects = Mapping[tuple[str, str, str], "Effect"]


def order_labels() -> dict[str, str]:
    """Return the orders of the list."""
    return {
        "effect": _("how many people it concerns"),
        "excess": _("how far beyond the usual"),
        "name": _("name"),
    }


def ordered(found: Sequence[Doubtful], effects: Effects, order: str) -> list[Doubtful]:
    """Return the list in an order; equals keep theirs."""
    if order == "name":
        return sorted(found, key=lambda one: sorting.sort_key(one.name))
    if order == "excess":
        return sorted(found, key=lambda one: -one.number / (one.bound or one.number))
    return sorted(found, key=lambda one: -_persons(one, effects))


def _persons(one: Doubtful, effects: Effects) -> float:
    effect = effects.get((one.service_id, one.form, one.unit))
    return effect.persons if effect else -1.0


def effect_text(one: Doubtful, effects: Effects) -> Cell:
    """Say what a doubtful capacity makes uncertain."""
    effect = effects.get((one.service_id, one.form, one.unit))
    if effect is None:
        return _("none of the computed groups")
    places = ngettext("{n} municipality", "{n} municipalities", effect.municipalities)
    people = ngettext(
        "{n} person of the target population", "{n} people of the target population", round(effect.persons)
    )
    return lines([people, places])


def doubtful_table(found: Sequence[Doubtful], effects: Effects) -> Html:
    """Return the list with the way to each card and to its correction."""
    columns = [
        Column(_("Service and provider")),
        Column(_("Kind and form")),
        Column(_("Registered"), is_number=True),
        Column(_("Usual for the kind"), is_number=True),
        Column(_("Makes uncertain the result of")),
        Column(_("What to do")),
    ]
    rows: list[list[Cell]] = [
        [
            lines(
                [
                    link(one.name, card_address(one.service_id)),
                    one.provider if one.provider != one.name else None,
                ]
            ),
            lines([label("service_types", one.kind), label("forms", one.form)]),
            amount(one.number, one.unit),
            lines(
                [
                    text.unknown()
                    if one.median is None
                    else _("about {number}", number=text.number(one.median, 1)),
                    _("doubtful from {number}", number=text.number(one.bound, 1)),
                ]
            ),
            effect_text(one, effects),
            link(_("correct it"), correction_address(one)),
        ]
        for one in found[:MOST_SHOWN]
    ]
    caption = ngettext("{n} doubtful capacity", "{n} doubtful capacities", len(found))
    return html_table(columns, rows, caption)


def sheet(found: Sequence[Doubtful], effects: Effects) -> bytes:
    """Return the list as CSV."""
    headings = [
        _("Identifier"),
        _("Name"),
        _("Provider"),
        _("Kind of service"),
        _("Form"),
        _("Unit"),
        _("Registered"),
        _("Median of the kind"),
        _("Bound"),
        _("Municipalities"),
        _("People"),
    ]
    values: list[list[sheets.Value]] = []
    for one in found:
        effect = effects.get((one.service_id, one.form, one.unit))
        values.append(
            [
                one.service_id,
                one.name,
                one.provider,
                label("service_types", one.kind),
                label("forms", one.form),
                label("capacity_units", one.unit),
                one.number,
                one.median,
                one.bound,
                effect.municipalities if effect else None,
                round(effect.persons) if effect else None,
            ]
        )
    return sheets.csv_bytes(headings, values)

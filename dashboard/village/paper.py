"""
A village on one sheet of paper.

The sheet is part of the page but shown on paper only: there it takes the place of everything else,
controls included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from dashboard import text
from dashboard.markup import render, style
from dashboard.phrases import bounds
from dashboard.phrases.amounts import at_most
from dashboard.phrases.gaps import hidden_place
from dashboard.phrases.labels import group_label, label
from dashboard.phrases.norms import norm_words
from dashboard.tables.html import Cell, Column, html_table
from dashboard.text import _
from dashboard.village import place
from geodata.reading.gap import Gap

if TYPE_CHECKING:
    from dashboard.village.place import GroupView
    from geodata.reading.people import Population
    from geodata.reading.services import Service

STYLE: Final = style("village/templates/paper.css")
"""
Look on paper. The page around the sheet disappears: a screen's columns and controls are of no use there.
"""


def sheet(
    *,
    title: str,
    above: str,
    people: str | None,
    headline: str,
    views: Sequence[GroupView],
    entries: Mapping[str, Service],
    foot: Sequence[str],
) -> Markup:
    """
    Return the sheet: who lives here, what is short and what is enough, whom to call; one A4.

    Parameters
    ----------
    title, above, people, headline
        Name of the village, the units above it, its people, what is missing, in words.
    views
        Every group of services.
    entries
        Services by service_id.
    foot
        What stands below: how sure it is, the date, the address.
    """
    groups = place.divided(views)
    full = groups.compared
    norms = "; ".join(f"{group_label(view.gap.group_id)} – {norm_words(view.gap.norm)}" for view in full)
    return render(
        "village/templates/paper.html.j2",
        title=title,
        above=[line for line in (above, people) if line],
        headline=headline,
        table=_groups_table(full, entries) if full else None,
        named=[
            (words, ", ".join(group_label(view.gap.group_id) for view in named))
            for words, named in (
                (_("By the norm less than one person here would need these:"), groups.slight),
                (_("What cannot be said:"), groups.unknown),
            )
            if named
        ],
        foot=foot,
        norms=_("Norms: {norms}.", norms=norms) if full else None,
    )


def _groups_table(views: Sequence[GroupView], entries: Mapping[str, Service]) -> Markup:
    columns = [
        Column(_("Kind of help")),
        Column(_("What we found")),
        Column(_("Coverage"), is_number=True),
        Column(_("Villages like yours"), is_number=True),
        Column(_("Missing"), is_number=True),
        Column(_("Nearest service"), is_wide=True),
    ]
    rows: list[list[Cell]] = [
        [
            group_label(view.gap.group_id),
            label("gap_classes", view.gap.gap_class),
            coverage_text(view.gap),
            peers_text(view),
            missing_text(view.gap),
            nearest_text(view, entries),
        ]
        for view in views
    ]
    return html_table(columns, rows, _("What is missing, what is enough"))


def people_text(population: Population) -> str | None:
    """Say who lives in a village; None where it is not loaded."""
    if not population.is_loaded:
        return None
    return _(
        "Inhabitants: {all}; aged 65 and over: {old}; aged 80 and over: {oldest} ({day}).",
        all=text.number(population.total),
        old=text.number(population.from_65),
        oldest=text.number(population.from_80),
        day=text.date(population.reference_date),
    )


def coverage_text(gap: Gap) -> str:
    """Write the coverage of a group, "at least" where a capacity is unknown."""
    if gap.coverage_ratio is None or gap.gap_class in ("no_need", "unknown"):
        return "–" if gap.gap_class == "no_need" else text.unknown()
    return bounds.met(gap.coverage_ratio, is_bound=gap.is_lower_bound)


def peers_text(view: GroupView) -> str:
    """Write the middle of the coverage of villages alike."""
    found = view.peers
    if found is None or found.middle is None:
        return text.unknown()
    return bounds.met(found.middle, is_bound=found.middle_is_lower_bound)


def missing_text(gap: Gap) -> str:
    """Write the missing places of a group, "at most" where a capacity is unknown."""
    if gap.missing is None:
        return "–" if gap.gap_class == "no_need" else text.unknown()
    return at_most(gap.missing, is_bound=gap.is_lower_bound)


def nearest_text(view: GroupView, entries: Mapping[str, Service]) -> str:
    """Name the nearest service with its phone and distance; a protected one by its kind."""
    found = [one for one in view.nearest if one.service_id in entries]
    if not found:
        return _("none known to us")
    first = found[0]
    entry = entries[first.service_id]
    name = label("service_types", entry.kind) if entry.is_protected else entry.name
    far = text.distance(first.metres) if first.metres is not None and not first.is_here else None
    if entry.is_protected:
        far = hidden_place()
    return ", ".join(part for part in (name, entry.phone, far) if part)

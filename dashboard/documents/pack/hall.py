"""Slides that a hall reads from the last row: who helps, what is missing most, how sure that is. Few lines, large."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from dashboard import sorting, text
from dashboard.documents.facts import words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.notes import totals_notes
from dashboard.documents.facts.story import area_totals, certainty_of
from dashboard.documents.pack.tables import figure, paragraphs, services_table
from dashboard.phrases import bounds
from dashboard.phrases.amounts import parts
from dashboard.phrases.labels import group_label, label
from dashboard.tables.html import html
from dashboard.text import _, ngettext
from dashboard.theme import GAP_CLASSES, MAP_COLOURS
from geodata.figures import adding_up
from geodata.method.summary import Summary
from geodata.reading.services import Service
from geodata.stories import View

# Services of a group, by how many groups share the slide: more lines would not be read from the last row.
SHOWN: Final = (10, 7, 4, 3, 3, 2)
MOST_TOTALS: Final = 8
MOST_DOUBTFUL: Final = 4


# -- who helps -------------------------------------------------------------------------------------------------------------


def services_of(facts: AreaFacts, group_id: str) -> list[Service]:
    """Return the services of a group in the area or for it: those that sit in the area first, then the largest."""
    kinds = set(facts.groups[group_id].scopes[facts.country].service_type_codes)
    members = set(facts.members)

    def order(service: Service) -> tuple[bool, float, str]:
        is_here = any(site.municipality_code in members for site in service.sites)
        known = [
            part.number for part in service.capacities if part.number is not None and part.basis != "doubtful"
        ]
        return not is_here, -max(known, default=0.0), service.name

    return sorted((one for one in facts.area_services if one.kind in kinds), key=order)


def services(facts: AreaFacts, view: View) -> str:
    """Return who helps, group by group; the whole list with contacts stands in print and on the pages of villages."""
    groups = [group_id for group_id in view.groups if group_id in facts.groups]
    if not groups:
        return paragraphs([_("This kind of service does not exist in this country.")], "big")
    most = SHOWN[min(len(groups), len(SHOWN)) - 1]
    parts, printed = [], []
    for group_id in groups:
        found = services_of(facts, group_id)
        parts.append(_card(facts, group_id, found, most))
        if found:
            printed.append(services_table(facts, [(one, None) for one in found], group_label(group_id)))
    return f'<div class="cards fit no-print">{"".join(parts)}</div><div class="print-only print-table">{"".join(printed)}</div>'


def _card(facts: AreaFacts, group_id: str, found: Sequence[Service], most: int) -> str:
    heading = escape(group_label(group_id))
    if not found:
        none = escape(_("No service in the area is known to us."))
        return f'<section class="card"><h3>{heading}</h3><p>{none}</p></section>'
    count = escape(ngettext("{n} service", "{n} services", len(found)))
    # One more than fits is shown rather than "and 1 more".
    shown = found if len(found) <= most + 1 else found[:most]
    lines = "".join(
        f"<li><strong>{escape(name_of(one))}</strong> <span>{escape(words.place_text(one, facts))}</span> "
        f"<span>{escape(words.capacity_text(one))}</span></li>"
        for one in shown
    )
    more = len(found) - len(shown)
    rest = escape(ngettext("and {n} more service", "and {n} more services", more)) if more else ""
    return (
        f'<section class="card"><h3>{heading} <span class="count">{count}</span></h3><ul>{lines}</ul>'
        f"{f'<p>{rest}</p>' if rest else ''}</section>"
    )


def name_of(service: Service) -> str:
    """Name a service as people know it: by who gives it where its own name only says its kind."""
    kind = label("service_types", service.kind)
    is_plain = sorting.fold(service.name) == sorting.fold(kind)
    return service.provider if is_plain and service.provider and not service.is_protected else service.name


# -- what is missing most --------------------------------------------------------------------------------------------------


def totals(facts: AreaFacts, view: View) -> str:
    """Return what is missing in the whole area: need, who gets help, who waits, whom nobody reaches, as bars."""
    found = area_totals(facts, view.groups)
    if not found.told:
        return paragraphs([_("No group has a norm and a known need here.")], "big")
    shown = found.told[:MOST_TOTALS]
    names = {
        "served": (_("served"), GAP_CLASSES["at_or_above"].fill),
        "waiting": (_("waiting"), GAP_CLASSES["below"].fill),
        "out_of_reach": (_("out of reach"), GAP_CLASSES["none_within_reach"].fill),
    }
    if any(total.untold_places for _group, total in shown):
        names["untold"] = (_("cannot be told"), GAP_CLASSES["unknown"].fill)
    key = "".join(
        f'<li><svg viewBox="0 0 52 32" aria-hidden="true"><rect x="1" y="1" width="50" height="30" fill="{fill}" '
        f'stroke="{MAP_COLOURS["member_border"]}" stroke-width="2"/></svg><span>{escape(name)}</span></li>'
        for name, fill in names.values()
    )
    rows = "".join(_total_row(facts, group_id, total) for group_id, total in shown)
    headings = [_("kind of help"), _("need"), _("how it is met"), _("missing")]
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    caption = escape(_("What is missing in the whole area"))
    notes = []
    if any(total.is_lower_bound for _group, total in shown):
        notes.append(bounds.note())
    if any(not facts.groups[one].is_register_complete_in(facts.country) for one, _total in shown):
        notes.append(_("The catalogue is not complete: “no service known to us” is not “no service”."))
    notes += totals_notes(found)
    return (
        f'<ul class="legend in-line">{key}</ul><div class="fit can-grow"><table class="bars"><caption class="only-heard">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{paragraphs(notes, 'note')}</div>"
    )


def _total_row(facts: AreaFacts, group_id: str, total: Summary) -> str:
    unit, shown = facts.analyses[group_id].unit, parts(total)
    need = figure(
        total.demand_places,
        words.amount(total.demand_places or 0.0, unit),
        area="",
        group=group_id,
        measure="demand",
    )
    missing = figure(total.missing_places, shown.missing, area="", group=group_id, measure="missing")
    return (
        f'<tr><th scope="row">{escape(group_label(group_id))}</th><td>{html(need)}</td>'
        f"<td>{bar(total)}</td><td><strong>{html(missing)}</strong></td></tr>"
    )


def bar(total: Summary) -> str:
    """Draw how a need is met as one bar; its words say the same to a screen reader, in shares that add up to all."""
    named = [
        (_("served"), total.served_places, GAP_CLASSES["at_or_above"].fill),
        (_("waiting"), total.waiting_places, GAP_CLASSES["below"].fill),
        (_("out of reach"), total.out_of_reach_places, GAP_CLASSES["none_within_reach"].fill),
        (_("cannot be told"), total.untold_places or None, GAP_CLASSES["unknown"].fill),
    ]
    demand = total.demand_places or 1.0
    found = [(name, value / demand, fill) for name, value, fill in named if value is not None]
    shown = adding_up(100.0, [100 * share for _name, share, _fill in found], 0)
    said = ", ".join(
        f"{name} {text.percent(float(share) / 100, shown.digits)}"
        for (name, _share, _fill), share in zip(found, shown.parts, strict=True)
    )
    drawn, at = [], 0.0
    for _name, share, fill in found:
        drawn.append(f'<rect x="{at:.2f}" y="0" width="{share * 100:.2f}" height="10" fill="{fill}"/>')
        at += share * 100
    return (
        f'<svg class="bar-of-need" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{escape(said)}">'
        f"{''.join(drawn)}</svg>"
    )


# -- how sure that is ------------------------------------------------------------------------------------------------------


def certainty(facts: AreaFacts) -> str:
    """Return how sure the figures are: of how many services a capacity is known, and what else is not known."""
    found = certainty_of(facts)
    tiles = [
        (found.services, _("services in the area or for it")),
        (found.known, _("with a known capacity")),
        (found.doubtful, _("with a doubtful capacity: not counted")),
        (found.unknown, _("with an unknown capacity")),
    ]  # fmt: skip
    shown = "".join(
        f'<div class="tile"><strong>{escape(text.number(number))}</strong><span>{escape(told)}</span></div>'
        for number, told in tiles
    )
    said = certainty_lines(facts)
    listing = "".join(f"<li>{escape(sentence)}</li>" for sentence in said)
    doubtful = [
        service
        for service in facts.area_services
        if any(part.basis == "doubtful" for part in service.capacities)
    ]
    rows = "".join(
        f"<li><strong>{escape(name_of(one))}</strong> <span>{escape(words.place_text(one, facts))}</span> "
        f"<span>{escape(words.capacity_text(one))}</span></li>"
        for one in doubtful[:MOST_DOUBTFUL]
    )
    more = len(doubtful) - MOST_DOUBTFUL
    hidden = escape(ngettext("and {n} more service", "and {n} more services", more)) if more > 0 else ""
    rest = f"<p>{hidden}</p>" if hidden else ""
    heading = escape(_("Doubtful capacities: not counted until somebody confirms them"))
    card = f'<section class="card"><h3>{heading}</h3><ul>{rows}</ul>{rest}</section>' if doubtful else ""
    whole = (
        f'<div class="print-only print-table">{services_table(facts, [(one, None) for one in doubtful], heading)}</div>'
        if more > 0
        else ""
    )
    return f'<div class="tiles">{shown}</div><div class="cards fit can-grow"><ul class="points">{listing}</ul>{card}</div>{whole}'


def certainty_lines(facts: AreaFacts) -> list[str]:
    """Say in short lines what the figures do not know."""
    found = certainty_of(facts)
    said = []
    if found.groups_bounded:
        said.append(
            ngettext(
                "In {n} of {total} kinds of help we can only say “{least}” or “{most}”.",
                "In {n} of {total} kinds of help we can only say “{least}” or “{most}”.",
                found.groups_bounded,
                total=text.number(found.groups),
                least=bounds.at_least(),
                most=bounds.at_most(),
            )
        )
    said.append(words.incomplete_note())
    if found.is_near_edge:
        said.append(_("What lies beyond the edge of the loaded data is not counted."))
    said.append(
        _(
            "Distances are estimated: straight line times {factor}.",
            factor=text.number(facts.settings.detour_factor, 2),
        )
    )
    return said

"""
Slides on the whole area: who lives here, who helps, what is missing most, how sure that is.

Few lines, to be read from afar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from dashboard import text
from dashboard.documents.facts import words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.notes import totals_notes
from dashboard.documents.facts.slide import (
    AreaMap,
    MetBar,
    MetPart,
    ShareMap,
    Slide,
    SlideCell,
    SlideFigure,
    SlideTable,
    Tile,
)
from dashboard.documents.facts.story import Certainty, area_totals, certainty_of
from dashboard.documents.facts.villages import share_of
from dashboard.phrases import bounds, service_columns
from dashboard.phrases.amounts import parts
from dashboard.phrases.labels import group_label, label
from dashboard.text import _, ngettext
from geodata.figures import adding_up
from geodata.method.summary import Summary
from geodata.reading.services import Service
from geodata.stories import View

# Services of a group, by how many groups share the slide: more lines would not be read from the last row.
SHOWN: Final = (10, 7, 4, 3, 3, 2)
MOST_TOTALS: Final = 8
MOST_DOUBTFUL: Final = 4


def title(facts: AreaFacts, _view: View) -> Slide:
    """Tell where we are: the area, how many municipalities and people it has, of which day the data are."""
    members = len(facts.members)
    # A town of one municipality bears the name of its area: counting it to one says nothing.
    count = [ngettext("{n} municipality", "{n} municipalities", members)] if members > 1 else []
    return Slide(
        "title",
        heading=facts.name,
        points=tuple(count),
        said=(
            words.population_sentence(facts.area_population),
            _("Data as of {day}", day=text.date(facts.data_date)),
        ),
        pictures=(AreaMap(),),
    )


# -- older people --------------------------------------------------------------------------------------------


def population(facts: AreaFacts, view: View) -> Slide:
    """Tell how many older people live here, and their share in every municipality, the highest first."""
    measure = view.measure or "share_65"
    shares = {code: share_of(facts, code, measure) for code in facts.members}
    # An unknown share is no share of zero: it stands last.
    ordered = sorted(shares, key=lambda code: (shares[code] is None, -(shares[code] or 0.0)))
    rows: list[tuple[SlideCell, ...]] = [
        (
            str(facts.municipalities[code]["name"]),
            SlideFigure(text.percent(shares[code], 1), shares[code], {"municipality": code}),
        )
        for code in ordered
    ]
    name = words.share_name(measure)
    people = facts.area_population
    number = people.from_65 if measure == "share_65" else people.from_80
    is_known = number is not None and bool(people.total)
    return Slide(
        "population",
        heading=name,
        tiles=(_older(number, people.total, measure),) if is_known else (),
        said=() if is_known else (words.population_sentence(people),),
        tables=(SlideTable(_("The highest shares"), (_("municipality"), name), tuple(rows)),),
        pictures=(ShareMap(measure),),
        notes=(_("On {day}", day=text.date(people.reference_date)),) if is_known else (),
    )


def _older(number: int | None, total: int | None, measure: str) -> Tile:
    """Return the one figure that a slide on the old is about, and what it is of."""
    share = words.share(number, total)
    of = (
        _("people aged 65 and over: {share} of all", share=share)
        if measure == "share_65"
        else _("people aged 80 and over: {share} of all", share=share)
    )
    about = {"area": "", "group": "population", "measure": measure.replace("share", "from")}
    return Tile(SlideFigure(text.number(number), number, about), of)


# -- who helps -----------------------------------------------------------------------------------------------


def services_of(facts: AreaFacts, group_id: str) -> list[Service]:
    """
    Return the services of a group in the area or for it:
    those that sit in the area first, then the largest.
    """
    kinds = set(facts.groups[group_id].scopes[facts.country].service_type_codes)
    members = set(facts.members)

    def order(service: Service) -> tuple[bool, float, str]:
        is_here = any(site.municipality_code in members for site in service.sites)
        known = [
            part.number for part in service.capacities if part.number is not None and part.basis != "doubtful"
        ]
        return not is_here, -max(known, default=0.0), service.name

    return sorted((service for service in facts.area_services if service.kind in kinds), key=order)


def services(facts: AreaFacts, view: View) -> Slide:
    """Tell who helps, group by group."""
    groups = [group_id for group_id in view.groups if group_id in facts.groups]
    if not groups:
        return Slide("services", said=(words.no_such_kind(),))
    most = SHOWN[min(len(groups), len(SHOWN)) - 1]
    return Slide("services", tables=tuple(_helpers(facts, group_id, most) for group_id in groups))


def _helpers(facts: AreaFacts, group_id: str, most: int) -> SlideTable:
    """Return the services of one group, as many as a hall reads."""
    members = services_of(facts, group_id)
    # One more than fits is shown rather than "and 1 more".
    shown = members if len(members) <= most + 1 else members[:most]
    rest = left_out(len(members) - len(shown)) if members else _("No service in the area is known to us.")
    count = ngettext("{n} service", "{n} services", len(members)) if members else ""
    return _service_table(facts, group_label(group_id), shown, members, rest=rest, count=count)


def _service_table(
    facts: AreaFacts,
    caption: str,
    shown: Sequence[Service],
    members: Sequence[Service],
    *,
    rest: str,
    count: str = "",
) -> SlideTable:
    twins = Counter(words.known_name(service) for service in members)

    def name(service: Service) -> str:
        known = words.known_name(service)
        # Two services of one name are told apart by their kind.
        return f"{known} – {label('service_types', service.kind)}" if twins[known] > 1 else known

    own = {
        "service": name,
        "where": lambda service: words.place_text(service, facts),
        "capacity": words.capacity_text,
    }
    asked = service_columns.columns("slide")
    rows = [
        tuple(str(service_columns.as_cell(cell) or "") for cell in service_columns.cells(asked, service, own))
        for service in shown
    ]
    headings = tuple(column.heading("slide") for column in asked)
    return SlideTable(caption, headings, tuple(rows), count=count, rest=rest, services=tuple(members))


def left_out(more: int) -> str:
    """Say how many services do not stand in a table; "" where all do."""
    return ngettext("and {n} more service", "and {n} more services", more) if more > 0 else ""


# -- what is missing most ------------------------------------------------------------------------------------


def totals(facts: AreaFacts, view: View) -> Slide:
    """Tell what is missing in the whole area: need, who gets help, who waits, whom nobody reaches."""
    summed = area_totals(facts, view.groups)
    if not summed.needed:
        return Slide("help", said=(_("No group has a norm and a known need here."),))
    shown = summed.needed[:MOST_TOTALS]
    rows = tuple(_total_row(facts, group_id, total) for group_id, total in shown)
    notes = []
    if any(sign in str(cell) for row in rows for cell in row for sign in (bounds.AT_LEAST, bounds.AT_MOST)):
        notes.append(bounds.note())
    if any(not facts.groups[group_id].is_register_complete_in(facts.country) for group_id, _total in shown):
        notes.append(words.incomplete_note())
    headings = (_("kind of help"), _("need"), _("how it is met"), _("missing"))
    return Slide(
        "help",
        tables=(SlideTable(_("What is missing in the whole area"), headings, rows),),
        notes=(*notes, *totals_notes(summed)),
    )


def _total_row(facts: AreaFacts, group_id: str, total: Summary) -> tuple[SlideCell, ...]:
    need = words.amount(total.demand_places or 0.0, facts.analyses[group_id].unit)
    about = {"area": "", "group": group_id}
    return (
        group_label(group_id),
        SlideFigure(need, total.demand_places, {**about, "measure": "demand"}),
        met_bar(total),
        SlideFigure(parts(total).missing, total.missing_places, {**about, "measure": "missing"}),
    )


def met_bar(total: Summary) -> MetBar:
    """
    Return how a need is met, in parts and in words;
    what cannot be told has a part only where there is any.
    """
    named = [
        (_("served"), total.served_places, "at_or_above"),
        (_("waiting"), total.waiting_places, "below"),
        (_("out of reach"), total.out_of_reach_places, "none_within_reach"),
        (_("cannot be told"), total.untold_places or None, "unknown"),
    ]
    demand = total.demand_places or 1.0
    met = tuple(
        MetPart(name, places, places / demand, gap_class)
        for name, places, gap_class in named
        if places is not None
    )
    shown = adding_up(100.0, [100 * part.share for part in met], 0)
    in_words = [
        f"{part.name} {text.percent(float(share) / 100, shown.digits)}"
        for part, share in zip(met, shown.parts, strict=True)
    ]
    return MetBar(", ".join(in_words), met)


# -- how sure that is ----------------------------------------------------------------------------------------


def certainty(facts: AreaFacts, _view: View) -> Slide:
    """Tell how sure the figures are: of how many services a capacity is known, and what else is not known."""
    sure = certainty_of(facts)
    counts = [
        (sure.services, _("services in the area or for it")),
        (sure.known, _("with a known capacity")),
        (sure.doubtful, _("with a doubtful capacity: not counted")),
        (sure.unknown, _("with an unknown capacity")),
    ]
    doubtful = [
        service
        for service in facts.area_services
        if any(part.basis == "doubtful" for part in service.capacities)
    ]
    table = _service_table(
        facts,
        _("Doubtful capacities: not counted until somebody confirms them"),
        doubtful[:MOST_DOUBTFUL],
        doubtful,
        rest=left_out(len(doubtful) - MOST_DOUBTFUL),
    )
    return Slide(
        "certainty",
        tiles=tuple(Tile(SlideFigure(text.number(number), number), said) for number, said in counts),
        points=tuple(certainty_lines(facts, sure)),
        tables=(table,) if doubtful else (),
    )


def certainty_lines(facts: AreaFacts, sure: Certainty) -> list[str]:
    """Say in short lines what the figures do not know."""
    said = []
    if sure.groups_bounded:
        said.append(
            ngettext(
                "In {n} of {total} kinds of help we can only say “{least}” or “{most}”.",
                "In {n} of {total} kinds of help we can only say “{least}” or “{most}”.",
                sure.groups_bounded,
                total=text.number(sure.groups),
                least=bounds.at_least(),
                most=bounds.at_most(),
            )
        )
    said.append(words.incomplete_note())
    if sure.is_near_edge:
        said.append(_("What lies beyond the edge of the loaded data is not counted."))
    said.append(
        _(
            "Distances are estimated: straight line times {factor}.",
            factor=text.number(facts.settings.detour_factor, 2),
        )
    )
    return said

"""Tables of the pack: each figure is a `data` element whose value is the unrounded one of the dataset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Final

from markupsafe import Markup

from dashboard import text
from dashboard.catalogue.words import short_web
from dashboard.documents.facts import words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.slide import ClassCell, MetBar, SlideCell, SlideFigure
from dashboard.documents.facts.villages import members_by_name
from dashboard.drawing.outlines import swatch
from dashboard.phrases import bounds, gaps, norms, service_columns
from dashboard.phrases.amounts import parts, parts_of
from dashboard.phrases.labels import group_label, label
from dashboard.phrases.totals import share_missing, told_note
from dashboard.tables.html import (
    Cell,
    Column,
    Html,
    html,
    html_table,
    lines,
    link,
    mail_address,
    phone_address,
    web_address,
)
from dashboard.text import _
from dashboard.theme import GAP_CLASSES
from geodata.method.summary import Summary
from geodata.reading.gap import Gap
from geodata.reading.services import Service

# A drawing beside words that say the same.
_UNHEARD: Final = Markup('<svg aria-hidden="true" ')
BAR: Final = 100.0
"""How wide a bar of a need is drawn; ten high."""
MEASURES: Final = ("demand", "within_reach", "served", "waiting", "out_of_reach", "missing")


def figure(value: float | None, shown: str, **about: str) -> Html:
    """Return a figure with its unrounded value and what it is of."""
    names = "".join(f' data-{name}="{escape(word)}"' for name, word in about.items())
    exact = "" if value is None else repr(float(value))
    return Html(f'<data value="{exact}"{names}>{escape(shown)}</data>')


def paragraphs(said: Sequence[str], css: str = "") -> str:
    """Return sentences as paragraphs."""
    look = f' class="{css}"' if css else ""
    return "".join(f"<p{look}>{escape(sentence)}</p>" for sentence in said)


def class_cell(gap_class: str, *, is_lower_bound: bool = False, told: str = "") -> Html:
    """Return a gap class: its swatch and its name, or what it is `told` to mean."""
    drawn = swatch(gap_class, dots=is_lower_bound, has_patterns=False).replace("<svg ", _UNHEARD)
    return Html(
        f'<span class="class">{drawn}<span>{escape(told or words.class_name(gap_class))}</span></span>'
    )


def met_bar(bar: MetBar) -> Html:
    """Draw how a need is met as one bar; its words say the same to a screen reader."""
    drawn, at = [], 0.0
    for part in bar.parts:
        fill, width = GAP_CLASSES[part.gap_class].fill, part.share * BAR
        drawn.append(f'<rect x="{at:.2f}" y="0" width="{width:.2f}" height="10" fill="{fill}"/>')
        at += width
    return Html(
        '<svg class="bar-of-need" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(bar.shown)}">{"".join(drawn)}</svg>'
    )


def cell(shown: SlideCell) -> Markup:
    """
    Return a cell of a slide as markup: a figure with its unrounded value,
    a class with its colour, a bar drawn.
    """
    match shown:
        case SlideFigure():
            made: Cell = figure(shown.value, shown.shown, **shown.about)
        case ClassCell():
            made = class_cell(shown.gap_class, is_lower_bound=shown.is_lower_bound, told=shown.shown)
        case MetBar():
            made = met_bar(shown)
        case str():
            made = shown
    return Markup(html(made))  # noqa: S704  # escaped by the room of tables


def contacts(service: Service) -> Html:
    """Return an organisation's contacts as links, one under another."""
    links: list[Cell] = []
    if service.phone:
        links.append(link(service.phone, phone_address(service.phone, service.country)))
    if service.email:
        links.append(link(service.email, mail_address(service.email)))
    if service.web:
        links.append(link(short_web(service.web), web_address(service.web)))
    return lines(links)


# -- tables --------------------------------------------------------------------------------------------------


def gap_cells(fact: Gap) -> list[Cell]:
    """Return the figures of a group in a municipality, in the order of `gap_columns`."""
    values = {
        "demand": fact.demand,
        "within_reach": fact.within_reach,
        "served": fact.served,
        "waiting": fact.waiting,
        "out_of_reach": fact.out_of_reach,
        "missing": fact.missing,
    }
    shown = parts_of(fact)
    about = {"municipality": fact.municipality_code, "group": fact.group_id}
    return [
        figure(
            values[measure],
            words.within_reach_text(fact) if measure == "within_reach" else getattr(shown, measure),
            **about,
            measure=measure,
        )
        for measure in MEASURES
    ]


def gap_columns() -> list[Column]:
    """Return the headings of `MEASURES`."""
    return [
        Column(_("need"), is_number=True),
        Column(_("within reach"), is_number=True),
        Column(_("served"), is_number=True),
        Column(_("waiting"), is_number=True),
        Column(_("out of reach"), is_number=True),
        Column(_("missing"), is_number=True),
    ]


def group_table(facts: AreaFacts, group_id: str) -> str:
    """Return the table of one group: every member of the area has a row."""
    analysis = facts.analyses[group_id]
    columns = [
        Column(_("municipality")),
        Column(_("compared with the norm")),
        *gap_columns(),
        Column(_("services within reach"), is_number=True),
    ]
    rows: list[list[Cell]] = []
    for code in members_by_name(facts):
        fact = facts.gap(group_id, code)
        name = Html(
            f'<a href="#village-{escape(code)}">{escape(str(facts.municipalities[code]["name"]))}</a>'
        )
        services = figure(
            fact.services_in_reach,
            text.number(fact.services_in_reach),
            municipality=code,
            group=group_id,
            measure="services_in_reach",
        )
        rows.append(
            [
                name,
                class_cell(fact.gap_class, is_lower_bound=fact.is_lower_bound),
                *gap_cells(fact),
                services,
            ]
        )
    caption = _(
        "{service} ({unit}): {area}",
        service=group_label(group_id),
        unit=label("capacity_units", analysis.unit),
        area=facts.name,
    )
    notes = [
        norms.norm_sentence(analysis.norm),
        gaps.limit_sentence(analysis),
        gaps.catalogue_sentence(analysis),
    ]
    return f"{html_table(columns, rows, caption)}{paragraphs(notes, 'note')}"


def totals_table(facts: AreaFacts) -> str:
    """
    Return the table of all groups summed over the area, complete registers
    and the largest missing part first.
    """
    totals = [(group_id, facts.total(group_id)) for group_id in facts.groups]
    known = [(group_id, total) for group_id, total in totals if total.demand_places is not None]
    known.sort(
        key=lambda item: (
            not facts.groups[item[0]].is_register_complete_in(facts.country),
            -share_missing(item[1]),
        )
    )
    columns = [
        Column(_("kind of help")),
        Column(_("unit")),
        Column(_("need"), is_number=True),
        Column(_("served"), is_number=True),
        Column(_("waiting"), is_number=True),
        Column(_("out of reach"), is_number=True),
        Column(_("cannot be told"), is_number=True),
        Column(_("missing"), is_number=True),
        Column(_("municipalities that can be told"), is_number=True),
    ]
    rows: list[list[Cell]] = []
    for group_id, total in known:
        complete = facts.groups[group_id].is_register_complete_in(facts.country)
        rows.append(
            [
                group_label(group_id) + ("" if complete else " *"),
                label("capacity_units", facts.analyses[group_id].unit),
                *_total_cells(group_id, total),
                _(
                    "{count} of {total}",
                    count=text.number(total.municipalities_told),
                    total=text.number(total.municipalities),
                ),
            ]
        )
    if not rows:
        return paragraphs([_("No group has a norm and a known need here.")])
    notes = [
        _("* The catalogue of this kind is incomplete."),
        bounds.note(),
        told_note(),
    ]
    table = html_table(columns, rows, _("What is missing in the whole area"))
    return f"{table}{paragraphs(notes, 'note')}"


def _total_cells(group_id: str, total: Summary) -> list[Cell]:
    values = {
        "demand": total.demand_places,
        "served": total.served_places,
        "waiting": total.waiting_places,
        "out_of_reach": total.out_of_reach_places,
        "untold": total.untold_places,
        "missing": total.missing_places,
    }
    shown = parts(total)
    return [
        figure(value, getattr(shown, measure), area="", group=group_id, measure=measure)
        for measure, value in values.items()
    ]


def population_table(facts: AreaFacts) -> str:
    """Return the inhabitants of every member."""
    columns = [
        Column(_("municipality")),
        Column(_("inhabitants"), is_number=True),
        Column(_("aged 65 and over"), is_number=True),
        Column(_("share"), is_number=True),
        Column(_("aged 80 and over"), is_number=True),
        Column(_("share"), is_number=True),
    ]
    rows: list[list[Cell]] = []
    for code in members_by_name(facts):
        population = facts.population(code)
        about = {"municipality": code, "group": "population"}
        rows.append(
            [
                Html(
                    f'<a href="#village-{escape(code)}">{escape(str(facts.municipalities[code]["name"]))}</a>'
                ),
                figure(population.total, words.persons(population.total), **about, measure="total"),
                figure(population.from_65, words.persons(population.from_65), **about, measure="from_65"),
                words.share(population.from_65, population.total),
                figure(population.from_80, words.persons(population.from_80), **about, measure="from_80"),
                words.share(population.from_80, population.total),
            ]
        )
    day = text.date(facts.area_population.reference_date)
    return html_table(columns, rows, _("Inhabitants by age, {day}", day=day))


def services_table(facts: AreaFacts, services: Sequence[tuple[Service, float | None]], caption: str) -> str:
    """Return a table of services with capacity, place and contacts."""
    if not services:
        return paragraphs([_("No service is known to us.")])
    asked = service_columns.columns("pack")
    distances = {service.service_id: distance for service, distance in services}
    own: dict[str, Callable[[Service], Cell]] = {
        "service": _name_cell,
        "kind": _kind_cell,
        "where": lambda service: _place_cell(facts, service, distances[service.service_id]),
        "capacity": words.capacity_text,
        "contact": contacts,
    }
    rows = [
        [service_columns.as_cell(shown) for shown in service_columns.cells(asked, service, own)]
        for service, _distance in services
    ]
    return html_table([Column(column.heading("pack")) for column in asked], rows, caption)


def _name_cell(service: Service) -> Cell:
    name = label("service_types", service.kind) if service.is_protected else service.name
    return lines([name, words.provider_line(service, name)])


def _kind_cell(service: Service) -> Cell:
    evidence = label("evidences", "page") if service.evidence == "page" else None
    return lines([label("service_types", service.kind), words.status_note(service) or None, evidence])


def _place_cell(facts: AreaFacts, service: Service, distance: float | None) -> Cell:
    where, away = words.place_text(service, facts), words.distance_text(distance)
    return f"{where} ({away})" if away else where

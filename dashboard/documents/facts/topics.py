"""
Tables by topic, the same ones for the workbook, the chapter and the slides:
figures unrounded, words in one language.

A topic that has nothing to say in an area is left out by `topics`, not shown empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dashboard import sorting, text
from dashboard.documents.facts import words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.held import all_held
from dashboard.documents.facts.villages import members_by_name
from dashboard.phrases import bounds, gaps, norms, service_columns
from dashboard.phrases.amounts import parts, parts_of
from dashboard.phrases.labels import group_label, label
from dashboard.phrases.origins import of_country
from dashboard.phrases.totals import told_note
from dashboard.tables.sheets import Value
from dashboard.text import _
from geodata.reading.gap import Gap
from geodata.reading.services import Service

NOTHING_OF_THE_KIND: Final = "–"
"""Where nothing of the kind is counted: an empty cell would be read as unknown."""


@dataclass(frozen=True)
class Topic:
    """
    One table: `sheet` is its short name, `sources` are origins it was made from.

    `decimals` says of a column (by position) how many decimals its figures are always shown with;
    `has_total`: the last row sums up the others. `texts` say of a row (by column)
    how it is read where rounding each figure alone would not do: a need and its parts add up on paper,
    "≥" and "≤" stand before bounds. A workbook takes the figures themselves.
    """

    sheet: str
    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Value]]
    notes: Sequence[str] = ()
    sources: Sequence[str] = ()
    decimals: Mapping[int, int] = field(default_factory=dict)
    has_total: bool = False
    texts: Sequence[Mapping[int, str]] = ()


def population(facts: AreaFacts) -> Topic:
    """Inhabitants of the members by age; the whole area in the last row."""
    rows: list[list[Value]] = []
    for code in members_by_name(facts):
        people = facts.population(code)
        rows.append(
            [str(facts.municipalities[code]["name"]), code, people.total, people.from_65,
             _share(people.from_65, people.total), people.from_80, _share(people.from_80, people.total)]
        )  # fmt: skip
    whole = facts.area_population
    rows.append([_("whole area"), None, whole.total, whole.from_65, _share(whole.from_65, whole.total),
                 whole.from_80, _share(whole.from_80, whole.total)])  # fmt: skip
    return Topic(
        sheet=_("Population"),
        caption=_("Inhabitants by age, {day}", day=text.date(whole.reference_date)),
        headings=[_("municipality"), _("code"), _("inhabitants"), _("aged 65 and over"),
                  _("share of 65+ (%)"), _("aged 80 and over"), _("share of 80+ (%)")],
        rows=rows,
        sources=whole.origin_ids,
        decimals={4: 1, 6: 1},
        has_total=True,
    )  # fmt: skip


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else round(100 * part / whole, 1)


def kinds(facts: AreaFacts) -> Topic:
    """
    How many services of each kind are in the area or serve it, and what the area has
    of their capacity, within one form and unit.

    What stands in the area and what field services share with municipalities outside are told apart (`held`).
    """
    by_kind: dict[str, list[Service]] = {}
    for service in facts.area_services:
        by_kind.setdefault(service.kind, []).append(service)
    members = frozenset(facts.members)
    rows: list[list[Value]] = []
    for code, services in sorted(
        by_kind.items(), key=lambda item: sorting.sort_key(label("service_types", item[0]))
    ):
        held = [one for service in services for one in all_held(service, members)]
        own = words.held_text(one for one in held if not one.is_shared)
        shared = words.held_text(one for one in held if one.is_shared)
        unsure = sum(not service.has_known_capacity for service in services)
        nothing = text.unknown() if unsure else _("none here")
        groups = dict.fromkeys(group for service in services for group in service.target_group_codes)
        rows.append(
            [label("service_types", code), len(services), own or (NOTHING_OF_THE_KIND if shared else nothing),
             shared or NOTHING_OF_THE_KIND, unsure,
             text.listing(label("target_groups", group) for group in groups)]
        )  # fmt: skip
    return Topic(
        sheet=_("Kinds of services"),
        caption=_(
            "Services of the area by kind and target group: what its own places hold, "
            "and what comes from field services"
        ),
        headings=[_("kind"), _("services"), _("capacity of the places in the area, their share, at one time"),
                  _("capacity of field services shared with municipalities outside, at one time"),
                  _("services with unknown or doubtful capacity"), _("target groups")],
        rows=rows,
        notes=[
            _(
                "Capacity is never added across forms or units, and each registration counts once: "
                "a place has its share among all places of the registration, loaded or not. "
                "Field services count where they declare a municipality of the area; "
                "those that declare others too are not divided among them: "
                "they stand in a column of their own, which must not be added up over areas."
            ),
            words.incomplete_note(),
        ],
        sources=_service_sources(facts),
    )  # fmt: skip


def _service_sources(facts: AreaFacts) -> list[str]:
    return list(dict.fromkeys(service.origin_id for service in facts.area_services))


def services(facts: AreaFacts) -> Topic:
    """Every service of the area, with its whole capacity and what the area has of it."""
    members = frozenset(facts.members)
    asked = service_columns.columns("workbook")
    own: dict[str, Callable[[Service], Value]] = {
        # The kind of a protected service is all of its name that helps nobody to find it.
        "service": lambda one: label("service_types", one.kind) if one.is_protected else one.name,
        "where": lambda one: words.place_text(one, facts),
        "capacity": words.capacity_text,
        "capacity_of_area": lambda one: words.held_text(all_held(one, members)) or _nothing(one),
    }
    rows = [service_columns.cells(asked, service, own) for service in facts.area_services]
    rows.sort(key=lambda row: (sorting.sort_key(str(row[0])), sorting.sort_key(str(row[1]))))
    return Topic(
        sheet=_("Services"),
        caption=_("Services in the area or serving it"),
        headings=service_columns.headings("workbook"),
        rows=rows,
        notes=[words.incomplete_note()],
        sources=_service_sources(facts),
    )  # fmt: skip


def _nothing(service: Service) -> str:
    """Say that an area has nothing of a capacity, or that nobody knows."""
    return NOTHING_OF_THE_KIND if service.has_known_capacity else text.unknown()


def totals(facts: AreaFacts) -> Topic:
    """Capacity against need in the whole area, one row for each group that has a norm."""
    rows: list[list[Value]] = []
    texts: list[dict[int, str]] = []
    origin_ids: dict[str, None] = {}
    for group_id, group in facts.groups.items():
        analysis, total = facts.analyses[group_id], facts.total(group_id)
        if total.demand_places is None:
            continue
        origin_ids.update(dict.fromkeys(analysis.norm.origin_ids))
        counted = _(
            "{count} of {total}",
            count=text.number(total.municipalities_told),
            total=text.number(total.municipalities),
        )
        rows.append(
            [group_label(group_id), label("capacity_units", analysis.unit),
             norms.norm_sentence(analysis.norm), total.target_persons, total.demand_places,
             total.served_places, total.waiting_places,
             total.out_of_reach_places, total.untold_places, total.missing_places, counted,
             total.is_lower_bound if total.is_told else None,
             group.is_register_complete_in(facts.country)]
        )  # fmt: skip
        shown = parts(total)
        texts.append(
            {
                4: shown.demand,
                5: shown.served,
                6: shown.waiting,
                7: shown.out_of_reach,
                8: shown.untold,
                9: shown.missing,
            }
        )
    return Topic(
        sheet=_("Capacity and need"),
        caption=_("Capacity against need in the whole area"),
        headings=[_("kind of help"), _("unit"), _("norm"), _("target population (persons)"), _("need"),
                  _("served"), _("waiting"), _("out of reach"), _("cannot be told"), _("missing"),
                  _("municipalities that can be told"), bounds.heading(), _("register complete")],
        rows=rows,
        notes=[
            told_note(),
            words.incomplete_note(),
        ],
        sources=list(
            dict.fromkeys([*facts.area_population.origin_ids, *_service_sources(facts), *origin_ids])
        ),
        texts=texts,
    )  # fmt: skip


def group_rows(facts: AreaFacts, group_id: str) -> list[Gap]:
    """Return the rows of a group, the members in the order of their names."""
    return [facts.gap(group_id, code) for code in members_by_name(facts)]


def gap(facts: AreaFacts, group_id: str) -> Topic:
    """One group in every member."""
    analysis = facts.analyses[group_id]
    members = group_rows(facts, group_id)
    rows: list[list[Value]] = [
        [str(facts.municipalities[row.municipality_code]["name"]), row.municipality_code,
         words.class_name(row.gap_class), row.target_persons, row.demand, row.within_reach, row.served,
         row.waiting, row.out_of_reach, row.missing, row.services_in_reach, words.nearest_km(row),
         row.is_lower_bound if row.is_told else None, row.is_near_edge]
        for row in members
    ]  # fmt: skip
    texts = [
        {4: shown.demand, 5: words.within_reach_text(row), 6: shown.served, 7: shown.waiting,
         8: shown.out_of_reach, 9: shown.missing}
        for row, shown in ((row, parts_of(row)) for row in members)
    ]  # fmt: skip
    name, unit = group_label(group_id), label("capacity_units", analysis.unit)
    # Some kinds of help carry their unit in their name.
    caption = (
        _("{service}: {area}", service=name, area=facts.name)
        if f"({unit})" in name
        else _("{service} ({unit}): {area}", service=name, unit=unit, area=facts.name)
    )
    return Topic(
        sheet=name,
        caption=caption,
        headings=[_("municipality"), _("code"), _("compared with the norm"), _("target population (persons)"),
                  _("need"), _("within reach"), _("served"), _("waiting"), _("out of reach"), _("missing"),
                  _("services within reach"), _("nearest service (km)"), bounds.heading(),
                  _("near the edge of the data")],
        rows=rows,
        notes=[norms.norm_sentence(analysis.norm), gaps.limit_sentence(analysis),
               gaps.catalogue_sentence(analysis)],
        sources=list(dict.fromkeys([*facts.area_population.origin_ids, *_service_sources(facts),
                                    *analysis.norm.origin_ids])),
        decimals={11: 1},
        texts=texts,
    )  # fmt: skip


def groups_with_norm(facts: AreaFacts) -> list[str]:
    """Return the groups that can be compared with a norm in this area, complete registers first."""
    with_norm = [group_id for group_id in facts.groups if facts.total(group_id).demand_places is not None]
    return sorted(
        with_norm, key=lambda group_id: not facts.groups[group_id].is_register_complete_in(facts.country)
    )


def doubtful(facts: AreaFacts) -> Topic:
    """Capacities that are not counted until somebody confirms them."""
    asked = service_columns.columns("doubtful")
    own: dict[str, Callable[[Service], Value]] = {"where": lambda one: words.place_text(one, facts)}
    rows: list[list[Value]] = [
        [
            *service_columns.cells(asked, service, own),
            label("forms", part.form),
            label("capacity_units", part.unit),
            part.number,
        ]
        for service in facts.area_services
        for part in service.capacities
        if part.basis in ("doubtful", "per_year")
    ]
    return Topic(
        sheet=_("Doubtful capacities"),
        caption=_("Capacities that are not counted until somebody confirms them"),
        headings=[
            *service_columns.headings("doubtful"),
            _("form of it"),
            _("unit of it"),
            _("number"),
        ],
        rows=rows,
        sources=_service_sources(facts),
    )


def sources(facts: AreaFacts) -> Topic:
    """Where everything comes from, with its licence."""
    origins = [of_country(facts.dataset, row, facts.country) for row in facts.origins.values()]
    rows: list[list[Value]] = [
        [one.title, one.publisher, one.day, one.licence, one.citation, one.url] for one in origins
    ]
    settings = facts.settings
    return Topic(
        sheet=_("Sources"),
        caption=_("Sources"),
        headings=[_("source"), _("publisher"), _("day"), _("licence"), _("citation"), _("address")],
        rows=rows,
        notes=[
            words.state_sentence(facts),
            gaps.thresholds_sentence(settings),
            *words.certainty_sentences(facts, []),
        ],
    )


def topics(facts: AreaFacts) -> list[Topic]:
    """Return all tables of an area in the language that is spoken."""
    made = [population(facts), kinds(facts), services(facts), totals(facts)]
    made += [gap(facts, group_id) for group_id in groups_with_norm(facts)]
    made.append(doubtful(facts))
    return [*(topic for topic in made if topic.rows), sources(facts)]

"""
How the documents say it: sentences, names and amounts in the language that is spoken (`dashboard.text`).

Each function returns words that are ready to be set;
figures come from `dashboard.documents.facts.area`. A sentence with two figures is put together
from clauses, so that each takes the plural form of its own figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard import sorting, text
from dashboard.catalogue.words import district_text, sharing_words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.held import Held
from dashboard.phrases import amounts, bounds, gaps, villages
from dashboard.phrases.labels import capitalised, label, origin_text
from dashboard.phrases.origins import of_country
from dashboard.text import _, ngettext
from geodata.reading import gap as reading_gap
from geodata.reading.gap import Gap
from geodata.reading.people import Population
from geodata.reading.services import Service, Site
from geodata.vocabulary.codes import ServiceGroup

HERE_M = 50.0
"""A service nearer than this stands on the municipality's own point: "0 m" would be no distance to tell."""


# -- amounts -------------------------------------------------------------------------------------------------


def amount(n: float, unit: str) -> str:
    """Write an amount of need or gap: "6 beds"; a client at one time is a place."""
    return amounts.amount(n, "place" if unit == "klient" else unit)


def plain_amount(n: float | None) -> str:
    """Write an amount without its unit, for a column whose heading says the unit."""
    return amounts.places(n)


# -- places, people ------------------------------------------------------------------------------------------


def persons(n: int | None) -> str:
    """Write a number of inhabitants."""
    return text.unknown() if n is None else text.number(n)


def share(part: int | None, whole: int | None) -> str:
    """Write a part of the inhabitants as per cent, with one decimal."""
    if part is None or whole is None or whole == 0:
        return text.unknown()
    return text.percent(part / whole, 1)


def share_name(measure: str) -> str:
    """Name a share of older people, one of `geodata.stories.views.MEASURES`."""
    return (
        _("Share of people aged 65 and over")
        if measure == "share_65"
        else _("Share of people aged 80 and over")
    )


def group_name(group: ServiceGroup) -> str:
    """Name a service group."""
    return group.label[text.current()]


def class_name(gap_class: str) -> str:
    """Name a gap class."""
    return label("gap_classes", gap_class)


# -- one group in one municipality ---------------------------------------------------------------------------


def gap_sentence(facts: AreaFacts, fact: Gap) -> str:
    """
    Say in one or two plain sentences what a municipality has of a service group:
    the same words as on its page.
    """
    analysis = facts.analyses[fact.group_id]
    gap = reading_gap.gap_of(analysis, facts.row(fact.group_id, fact.municipality_code))
    loaded = facts.population(fact.municipality_code).total is not None
    return villages.sentence(gap, population_is_loaded=loaded)


def nearest_is_hidden(fact: Gap) -> bool:
    """Tell whether what is nearest within reach has a protected address."""
    return gaps.is_hidden(fact.services_in_reach_protected, fact.services_in_reach, fact.nearest_m)


def nearest_km(fact: Gap) -> float | str | None:
    """
    Return how far the nearest service is, in km; words where one is in the district
    and its address is protected.
    """
    if nearest_is_hidden(fact):
        return gaps.hidden_place()
    return None if fact.nearest_m is None else round(fact.nearest_m / 1000, 3)


def within_reach_text(fact: Gap) -> str:
    """Write the capacity within reach, "≥" where a capacity is unknown."""
    return amounts.bounded_places(fact.within_reach, is_bound=fact.is_lower_bound)


def reach_sentence(fact: Gap) -> str:
    """Say what is within reach of a group, without a word on capacity."""
    if not fact.services_in_reach:
        return _("no service known to us within reach")
    count = ngettext("{n} service within reach", "{n} services within reach", fact.services_in_reach)
    if nearest_is_hidden(fact):
        return f"{count}, {gaps.hidden_place()}"
    if fact.nearest_m is None:
        return count
    if fact.nearest_m < HERE_M:
        return _("{count}, the nearest right here", count=count)
    return _("{count}, the nearest {distance}", count=count, distance=text.distance(fact.nearest_m))


def group_names(facts: AreaFacts, rows: Iterable[Gap]) -> str:
    """Name the groups of some rows."""
    return text.listing(group_name(facts.groups[row.group_id]) for row in rows)


def class_sentence(facts: AreaFacts, fact: Gap) -> str:
    """Say of a kind of help that a table has no room for how it compares, in one line."""
    return f"{group_name(facts.groups[fact.group_id])}: {class_name(fact.gap_class)}."


def slight_sentences(facts: AreaFacts, rows: Sequence[Gap]) -> list[str]:
    """Name in one sentence the kinds of help that by the norm less than one person here would need."""
    if not rows:
        return []
    return [
        _(
            "By the norm less than one person here would need these: {groups}.",
            groups=group_names(facts, rows),
        )
    ]


def other_sentences(facts: AreaFacts, rows: Sequence[Gap]) -> list[str]:
    """
    Say what is within reach of the groups without figures: one sentence each,
    and one for all that have none.
    """
    near = [row for row in rows if row.services_in_reach]
    far = [row for row in rows if not row.services_in_reach]
    said = [f"{group_name(facts.groups[row.group_id])}: {reach_sentence(row)}." for row in near]
    if far:
        said.append(
            _("No service known to us is within reach for: {groups}.", groups=group_names(facts, far))
        )
    return said


# -- services ------------------------------------------------------------------------------------------------


def capacity_text(service: Service, form: str | None = None) -> str:
    """Say the capacity of a service by form; "capacity unknown" and "doubtful" are different things."""
    parts = []
    for part in service.capacities:
        if part.is_retold or (form is not None and part.form not in (form, "unknown")):
            continue
        if part.number is None:
            continue
        words = amounts.amount(part.number, part.unit)
        if part.form != "unknown" and form is None:
            words = f"{words}, {label('forms', part.form)}"
        if part.basis in ("doubtful", "per_year"):
            words = f"{words} – {label('capacity_bases', part.basis)}"
        if part.kind == "planned":
            words = f"{words} – {label('capacity_kinds', part.kind)}"
        parts.append(words)
    if not parts:
        return _("capacity unknown")
    shared = sharing_words(service.sites_sharing, len(service.sites))
    return "; ".join([*parts, *([shared] if shared else [])])


def held_text(held: Iterable[Held]) -> str:
    """Say what an area has, one amount for each form and unit; never added across them."""
    sums: dict[tuple[str, str], float] = {}
    for one in held:
        key = (one.form, one.unit)
        sums[key] = sums.get(key, 0.0) + one.number
    return "; ".join(
        f"{amounts.amount(total, unit)}, {label('forms', form)}"
        for (form, unit), total in sorted(sums.items())
    )


def site_text(site: Site, facts: AreaFacts) -> str:
    """Say where a site is: the municipality, or only the district where the address is protected."""
    district = facts.districts.get(site.district_code or "", "")
    if site.is_protected:
        if not site.district_code:
            return _("protected address")
        return _("protected address, {district}", district=district_text(site.district_code, facts.districts))
    if site.municipality_code in facts.municipalities:
        return str(facts.municipalities[str(site.municipality_code)]["name"])
    return site.municipality or district or _("place unknown")


def distance_text(distance: float | None) -> str:
    """Write a distance; nothing where it is not known or the service is right here."""
    return "" if distance is None or distance < HERE_M else text.distance(distance)


def place_text(service: Service, facts: AreaFacts) -> str:
    """Say where a service is given, each place once."""
    places = list(dict.fromkeys(site_text(site, facts) for site in service.sites))
    if not places:
        return _("place unknown")
    if len(places) > 3:
        more = len(places) - 2
        rest = ngettext("{n} more place", "{n} more places", more)
        return f"{', '.join(places[:2])} (+ {rest})"
    return ", ".join(places)


def known_name(service: Service) -> str:
    """Name a service as people know it: by who gives it where its own name only says its kind."""
    kind = label("service_types", service.kind)
    is_plain = sorting.fold(service.name) == sorting.fold(kind)
    return service.provider if is_plain and service.provider and not service.is_protected else service.name


def no_such_kind() -> str:
    """Say that a kind of help is none of the area's country."""
    return _("This kind of service does not exist in this country.")


def provider_line(service: Service, name: str) -> str | None:
    """Return the provider where it says more than the name of the service does."""
    if service.provider is None:
        return None
    plain, other = (
        "".join(sign for sign in sorting.fold(words) if sign.isalnum()) for words in (name, service.provider)
    )
    return None if other.startswith(plain) or plain.startswith(other) else service.provider


def contact_text(service: Service) -> str:
    """Join the contacts of the organisation."""
    return ", ".join(part for part in (service.phone, service.email, service.web) if part) or text.unknown()


def status_note(service: Service) -> str:
    """Say what a reader must know of the service's state; empty where it simply exists."""
    if service.status != "existing":
        return label("service_statuses", service.status)
    if service.valid_to:
        return _("registration ends on {day}", day=text.date(service.valid_to))
    return ""


# -- how sure we are -----------------------------------------------------------------------------------------


def _names(groups: Iterable[ServiceGroup]) -> str:
    return text.listing(group_name(group) for group in groups)


def population_sentence(population: Population) -> str:
    """Say how many people live somewhere, and how many of them are old."""
    if population.total is None:
        return _("The number of inhabitants is not loaded.")
    inhabitants = ngettext("{n} inhabitant", "{n} inhabitants", population.total)
    parts = [inhabitants]
    if population.from_65 is not None:
        parts.append(
            _(
                "{n} aged 65 and over ({share})",
                n=persons(population.from_65),
                share=share(population.from_65, population.total),
            )
        )
    if population.from_80 is not None:
        parts.append(
            _(
                "{n} aged 80 and over ({share})",
                n=persons(population.from_80),
                share=share(population.from_80, population.total),
            )
        )
    else:
        parts.append(_("how many are 80 and over is not known"))
    return f"{', '.join(parts)} ({text.date(population.reference_date)})."


def certainty_sentences(facts: AreaFacts, rows: Sequence[Gap]) -> list[str]:
    """Say how far the figures of these rows can be trusted; every reason once."""
    by_id = facts.groups
    bounded = dict.fromkeys(row.group_id for row in rows if row.is_lower_bound)
    edge = dict.fromkeys(row.group_id for row in rows if row.is_near_edge)
    open_groups = [group for group in by_id.values() if not group.is_register_complete_in(facts.country)]
    shown = dict.fromkeys(row.group_id for row in rows)
    said = []
    if bounded:
        said.append(
            _(
                "“{least}” stands where a service is within reach whose capacity is unknown or doubtful: "
                "{groups}.",
                least=capitalised(bounds.at_least()),
                groups=_names(by_id[group_id] for group_id in bounded),
            )
        )
    if edge:
        everything = len(edge) == len(shown) > 1
        names = _("all kinds") if everything else _names(by_id[group_id] for group_id in edge)
        sizes = [row.edge_share for row in rows if row.is_near_edge and row.edge_share is not None]
        sentence = _(
            "Near the edge of the loaded data services and people beyond it are not counted: {groups}.",
            groups=names,
        )
        said.append(gaps.edge_sentence(sentence, max(sizes) if sizes else None, is_most=True))
    incomplete = [group for group in open_groups if group.group_id in shown]
    if incomplete:
        names = _names(incomplete) if len(incomplete) <= 6 else _("most kinds listed here")
        said.append(
            _(
                "The catalogue is complete only for registered services open to seniors. For the other "
                "kinds “no service "
                "known to us” is not “no service”: {groups}.",
                groups=names,
            )
        )
    said.append(
        _(
            "Distances are straight lines times {factor}; limits: residential {pob}, ambulatory {amb}, "
            "field {ter}. "
            "They are conventions of this program, not a norm.",
            factor=text.number(facts.settings.detour_factor, 2),
            pob=text.distance(facts.settings.limit_of("pob")),
            amb=text.distance(facts.settings.limit_of("amb")),
            ter=text.distance(facts.settings.limit_of("ter")),
        )
    )
    return said


def incomplete_note() -> str:
    """Say what stands wherever a gap is shown."""
    return _("The catalogue is not complete: “no service known to us” is not “no service”.")


def state_sentence(facts: AreaFacts) -> str:
    """Say which dataset all figures are of."""
    day = text.date(facts.data_date)
    return _("Dataset version {version}, data as of {day}.", version=facts.dataset.version, day=day)


def origin_lines(
    facts: AreaFacts, origin_ids: Iterable[str] | None = None, *, has_licence: bool = True
) -> list[str]:
    """Return one line per source: publisher, title, day, and its licence where it is asked for."""
    wanted = facts.origins if origin_ids is None else dict.fromkeys(origin_ids)
    lines = []
    for origin_id in wanted:
        row = facts.origins.get(origin_id)
        if row is None:
            continue
        origin = of_country(facts.dataset, row, facts.country)
        when = f", {origin.day_words()}" if origin.days else ""
        line = capitalised(f"{origin.publisher or ''}: {origin.title}{when}")
        lines.append(f"{line}. {capitalised(origin.licence or '')}" if has_licence else line)
    return lines


def source_line(facts: AreaFacts, origin_ids: Iterable[str]) -> str:
    """Name the sources of a table in one line; their licences stand in the list of all sources."""
    return _("Sources: {sources}.", sources=" · ".join(origin_lines(facts, origin_ids, has_licence=False)))


def attribution(facts: AreaFacts) -> str:
    """Name the publishers of the outlines."""
    used = dict.fromkeys(str(row["origin_id"]) for row in facts.municipalities.values())
    said = [
        f"{origin_text(origin_id, 'publisher', row['publisher'])} "
        f"({origin_text(origin_id, 'licence', row['licence'])})"
        for origin_id in used
        if (row := facts.origins.get(origin_id)) is not None
    ]
    return "; ".join(dict.fromkeys(said))

"""Village: what a municipality has, what it lacks, whom to call, how sure that is. Opened by ?municipality=CODE."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import (
    calculation,
    data,
    entries,
    needs_people,
    tables,
    text,
    village,
    village_print,
    village_words,
)
from dashboard.gap_words import norm_sentence
from dashboard.home_map import data_address
from dashboard.needs_view import ages_table
from dashboard.sentences import doubts, sentence
from dashboard.service_words import capacity_lines, contacts, district_text, name_cell, village_address
from dashboard.tables import Cell, Column, html, html_facts, html_table, lines, link
from dashboard.text import _, ngettext
from dashboard.theme import GAP_CLASSES, MAP_COLOURS
from dashboard.words import class_chip, group_label, label
from geodata.analysis import Settings
from geodata.peers import age_structure, peers_of

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.catalogue import Entry
    from dashboard.sentences import Gap
    from dashboard.village import GroupView, Nearby, Place, Population
    from geodata.catalog import Dataset

PARAMETER = "municipality"
FIRST_VILLAGE = "598143"  # Frýdlant nad Ostravicí: the seat of the area a newcomer sees first
QUERY_KEY = "dosah-village-query"
MAP_PAGE = "app_pages/gap_map.py"
CATALOGUE_PAGE = "app_pages/catalogue.py"
METHOD_PAGE = "app_pages/data_method.py"
# From this share on a comparison would say "100 % here, 100 % there".
_AS_GOOD_AS_ALL = 0.995


def page() -> None:
    """Arrange the page."""
    dataset = data.dataset()
    st.html(tables.STYLE + calculation.STYLE + village_print.STYLE)
    asked = st.query_params.get(PARAMETER, "")
    place = village.place(dataset, asked or FIRST_VILLAGE)
    if place is None:
        st.title(_("Village"), anchor=False)
        if asked:
            st.info(
                _(
                    "We know no municipality with the code {code}. Perhaps the address is mistyped; find the municipality by its name.",
                    code=text.plain(asked[:20]),
                )
            )
        show_search(dataset)
        return
    population = village.population(dataset, place.code)
    alike = villages_alike(dataset, place)
    views = group_views(dataset, place, alike)
    title, search = st.columns([3, 2], gap="large", vertical_alignment="bottom")
    with title:
        st.title(text.plain(place.name), anchor=False)
        st.html(f"<p>{html(units_sentence(dataset, place))}</p>")
    with search:
        show_search(dataset)
    show_people(dataset, place, population, alike)
    show_groups(dataset, place, population, views)
    show_services(place)
    show_certainty(population, views)
    show_sharing(dataset, place, population, views)


def villages_alike(dataset: Dataset, place: Place) -> list[str]:
    """Return the municipalities of the country most alike in size and age; none where its people are not known."""
    return peers_of(_structure(dataset, dataset.version, place.country), place.code)


@st.cache_resource(max_entries=4, show_spinner=False)
def _structure(_dataset: Dataset, version: str, country: str) -> pd.DataFrame:  # noqa: ARG001  # the version is the key
    places = _dataset["municipality"]
    return age_structure(
        _dataset["population"], places.loc[places["country"] == country, "municipality_code"].tolist()
    )


def group_views(dataset: Dataset, place: Place, alike: list[str]) -> list[GroupView]:
    """Return what the municipality has of every group of services of its country."""
    services = entries.entries()
    members = area_members(dataset, place)
    found = []
    for group_id in village.groups_of_country(place.country):
        analysis = data.analysis(group_id, place.country, None, Settings())
        view = village.group_view(analysis, place.code, members, services, alike)
        if view is not None:
            found.append(view)
    return found


def area_members(dataset: Dataset, place: Place) -> list[str]:
    """Return the municipalities of the planning area of a place; none where it belongs to none."""
    membership = dataset["area_membership"]
    if not place.areas:
        return []
    return membership.loc[membership["area_id"] == place.areas[0], "municipality_code"].tolist()


def area_name(dataset: Dataset, place: Place) -> str | None:
    """Return the name of the planning area of a place."""
    areas = dataset["area"].set_index("area_id")["name"]
    return str(areas[place.areas[0]]) if place.areas else None


def units_sentence(dataset: Dataset, place: Place) -> str:
    """Name the units above a municipality and its planning area."""
    parts = [district_text(place.district_code, {place.district_code: place.district})]
    if place.orp:
        parts.append(_("municipality with extended powers {name}", name=place.orp))
    area = area_name(dataset, place)
    parts.append(_("planning area {name}", name=area) if area else _("in no planning area of ours"))
    return " · ".join(parts)


def show_search(dataset: Dataset) -> None:
    """Find another municipality; accents and typing errors do not matter."""
    query = st.text_input(
        _("Find another municipality"), key=QUERY_KEY, placeholder=_("for instance Celadna"), max_chars=60
    )
    if not query.strip():
        return
    found = village.find(query, dataset)
    if not found:
        st.write(_("We know no municipality of such a name."))
    for row in found:
        name = f"{row['name']} ({row['district_name']})"
        st.button(
            name,
            key=f"dosah-village-{row['municipality_code']}",
            on_click=_open,
            args=(row["municipality_code"],),
            type="tertiary",
        )


def _open(code: str) -> None:
    st.query_params[PARAMETER] = code
    st.session_state[QUERY_KEY] = ""


# -- who lives here ------------------------------------------------------------------------------------------------------


def show_people(dataset: Dataset, place: Place, population: Population, alike: list[str]) -> None:
    """Show how many people live here, all of them and the old, their ages, and which villages are alike."""
    if not population.is_loaded:
        st.info(
            _(
                "The population of this municipality is not loaded: its need is not known, but services and distances are."
            )
        )
        return

    def share(persons: float | None) -> str:
        if persons is None:
            return _("unknown: the source does not divide ages so finely")
        part = f" ({text.percent(persons / population.total, 1)})" if population.total else ""
        return f"{text.number(persons)}{part}"

    st.html(
        html_facts(
            [
                (_("Inhabitants"), text.number(population.total)),
                (_("aged 65 and over"), share(population.aged_65)),
                (_("aged 80 and over"), share(population.aged_80)),
                (_("Counted on"), text.date(population.date)),
            ]
        )
    )
    show_alike(dataset, alike)
    show_ages(dataset, place)


def show_alike(dataset: Dataset, alike: list[str]) -> None:
    """Name the villages alike, each with a link to its own page."""
    if not alike:
        return
    table = dataset["municipality"].set_index("municipality_code")["name"]
    links = ", ".join(html(link(str(table[code]), village_address(code))) for code in alike)
    words = html(_("Villages like yours in size and share of people aged 65 and over:"))
    st.html(f'<p class="dosah-facts">{words} {links}.</p>')


def show_ages(dataset: Dataset, place: Place) -> None:
    """Show the age pyramid beside that of the country, and its numbers."""
    people = needs_people.people_of(dataset, [place.code])
    picture = needs_people.pyramid(people, needs_people.people_of_country(dataset, place.country))
    if not picture:
        return
    with st.expander(_("Ages as a picture and a table")):
        drawn, numbers = st.columns(2, gap="large")
        with drawn:
            alternative = _(
                "Age pyramid of {name}; the table below it says the same in numbers.", name=place.name
            )
            st.html(
                f'<img style="width:100%;max-width:38rem" alt="{html(alternative)}" src="{data_address(picture)}">'
            )
        with numbers:
            st.html(f'<div class="dosah-ages">{ages_table(people, place.name)}</div>')


# -- what there is and what is missing -----------------------------------------------------------------------------------


def show_groups(dataset: Dataset, place: Place, population: Population, views: list[GroupView]) -> None:
    """Show one sentence per group of services: first what is short, then what suffices, then what nobody can tell."""
    short, enough, rest = village.by_urgency(views)
    told, untold = village.without_answer(rest)
    st.html(f'<p class="dosah-headline">{html(headline(short, enough))}</p>')
    area = area_name(dataset, place)
    for heading, group in (
        (_("What is missing or short"), short),
        (_("What is enough"), enough),
        (_("What cannot be said"), told or untold),
    ):
        if group:
            st.header(heading, anchor=False)
        if group is untold:
            continue
        full = [view for view in group if not village.is_slight(view) and group is not told]
        for pair in batched(full, 2):
            for column, view in zip(st.columns(2, gap="medium"), pair, strict=False):
                with column:
                    show_group(place, population, view, area)
        slight = [view for view in group if view not in full]
        if slight and group is not told:
            paragraph(_("By the norm less than one person here would need these:"))
        for pair in batched(slight, 2):
            for column, view in zip(st.columns(2, gap="medium"), pair, strict=False):
                with column:
                    show_slight_group(place, population, view, area)
    if untold:
        paragraph(untold_sentence(untold, population))


def batched(views: list[GroupView], size: int) -> list[list[GroupView]]:
    """Divide a list into rows: on a phone the columns of a row stand under one another, in order."""
    return [views[first : first + size] for first in range(0, len(views), size)]


def headline(short: list[GroupView], enough: list[GroupView]) -> str:
    """Say how many kinds of help are short here, of those that somebody here would need."""
    counted = [view for view in [*short, *enough] if not village.is_slight(view)]
    if not counted:
        return _("What is missing here cannot be computed; the services known to us are listed below.")
    missing = [view for view in counted if view in short]
    return _(
        "Kinds of help that somebody here would need by the norm: {all}. Missing or short: {n}.",
        all=text.number(len(counted)),
        n=text.number(len(missing)) if missing else _("none"),
    )


def paragraph(sentence: str) -> None:
    """Show a sentence as it stands."""
    st.html(f"<p>{html(sentence)}</p>")


def untold_sentence(views: list[GroupView], population: Population) -> str:
    """Name in one sentence the groups of which neither a need nor a service is known."""
    kinds = text.listing([group_label(view.gap.group_id) for view in views])
    if not population.is_loaded:
        return _("No service known to us is within reach, and the need is not known: {kinds}.", kinds=kinds)
    return _(
        "No service known to us is within reach, and there is no figure to compare with: {kinds}.",
        kinds=kinds,
    )


def show_group(place: Place, population: Population, view: GroupView, area: str | None) -> None:
    """Show one group: its class in words, the sentence, the comparison, the nearest services."""
    gap = view.gap
    style = GAP_CLASSES[gap.gap_class]
    edge = MAP_COLOURS["hatch"] if style.is_hatched else style.fill
    compared = " ".join(comparisons(view, area))
    st.html(
        f'<section class="dosah-card" style="border-color:{edge}"><h3>{html(group_label(gap.group_id))}</h3>'
        f"<p>{html(class_chip(gap.gap_class))}</p>"
        f"<p>{html(sentence(gap, population_is_loaded=population.is_loaded))}</p>"
        f"{f'<p>{html(compared)}</p>' if compared else ''}</section>"
    )
    with st.expander(nearest_title(view)):
        show_details(place, view)
    show_calculation(place, view)


def show_slight_group(place: Place, population: Population, view: GroupView, area: str | None) -> None:
    """Show a group that concerns less than one person here, or of which little is known: the rest on demand."""
    gap = view.gap
    state = in_reach_words(gap) if gap.gap_class == "unknown" else label("gap_classes", gap.gap_class)
    with st.expander(f"{group_label(gap.group_id)}: {state}"):
        paragraph(sentence(gap, population_is_loaded=population.is_loaded))
        for compared in comparisons(view, area):
            paragraph(compared)
        show_details(place, view)
    show_calculation(place, view)


def show_calculation(place: Place, view: GroupView) -> None:
    """Lead from the figures to their formula and sources; computed only when opened."""
    group_id = view.gap.group_id
    opened = st.expander(
        _("How was this calculated?"),
        key=f"dosah-calculation-{group_id}-{place.code}-{text.current()}",
        on_change="rerun",
    )
    if not opened.open:
        return
    with opened:
        analysis = data.analysis(group_id, place.country, None, Settings())
        st.html(calculation.calculation(analysis, place.code, data.dataset(), entries.entries()))
        verdict = data.robustness(group_id, place.country, None, Settings()).verdict
        own = verdict.loc[verdict["municipality_code"] == place.code].to_dict("records")
        stays = village_words.stays_a_gap({str(name): value for name, value in own[0].items()})
        if stays:
            paragraph(stays)


def comparisons(view: GroupView, area: str | None) -> list[str]:
    """Compare the village with its area and with villages alike, as far as both are known."""
    alike = None if view.gap.gap_class == "unknown" else village_words.peers_sentence(view.peers)
    return [said for said in (comparison_sentence(view, area), alike) if said]


def in_reach_words(gap: Gap) -> str:
    """Say in a few words how many services are within reach."""
    if not gap.services_in_reach:
        return _("no service known to us within reach")
    return ngettext("{n} service within reach", "{n} services within reach", gap.services_in_reach)


def show_details(place: Place, view: GroupView) -> None:
    """Show the nearest services, the norm, and how sure the figures are."""
    if view.nearest:
        st.html(nearest_table(view, entries.entries()))
    paragraph(norm_sentence(view.gap.norm))
    for doubt in doubts(view.gap):
        paragraph(doubt)
    if place.areas:
        st.page_link(
            MAP_PAGE,
            label=_("Show on the map, with the calculation"),
            query_params={"area": place.areas[0], "service": view.gap.group_id, "lang": text.current()},
        )


def comparison_sentence(view: GroupView, area: str | None) -> str | None:
    """Compare the village with its area; nothing where there is nothing to compare."""
    found = view.comparison
    if view.gap.gap_class == "unknown" or found is None or area is None:
        return None
    if min(found.here, found.area) >= _AS_GOOD_AS_ALL:
        return None
    if max(found.here, found.area) < 1 - _AS_GOOD_AS_ALL:
        return _("It is the same in the whole area {area}.", area=area)
    first = _(
        "Room for {here} of the need; in the whole area {area} for {share}.",
        here=text.percent(found.here),
        area=area,
        share=text.percent(found.area),
    )
    if not found.worse_off:
        second = _("No municipality of the area is worse off.")
        return f"{first} {second}"
    second = ngettext(
        "{n} of {members} municipalities of the area is worse off.",
        "{n} of {members} municipalities of the area are worse off.",
        found.worse_off,
        members=text.number(found.members),
    )
    return f"{first} {second}"


def nearest_title(view: GroupView) -> str:
    """Say what is behind the expander."""
    gap = view.gap
    if not view.nearest:
        return _("No service with a known place; norm and certainty")
    if not view.nearest[0].is_in_reach:
        return _("Nearest service, beyond reach: {distance}", distance=text.distance(gap.nearest_m))
    if any(one.is_here for one in view.nearest):
        return _("Services within reach, contacts; one is in the municipality")
    far = [one.metres for one in view.nearest if one.metres is not None]
    if not far:
        return _("Services within reach, contacts")
    return _("Services within reach, contacts; the nearest: {distance}", distance=text.distance(min(far)))


def nearest_table(view: GroupView, services: dict[str, Entry]) -> str:
    """Return the nearest services as a table."""
    rows: list[list[Cell]] = [
        [
            name_cell(services[one.service_id]),
            label("service_types", services[one.service_id].kind),
            distance_text(one),
            lines(capacity_lines(services[one.service_id])),
            contacts(services[one.service_id]),
        ]
        for one in view.nearest[: village.NEAREST_SHOWN]
        if one.service_id in services
    ]
    columns = [
        Column(_("Service and provider")),
        Column(_("Kind")),
        Column(_("Distance")),
        Column(_("Capacity")),
        Column(_("Contacts"), is_wide=True),
    ]
    hidden = len(view.nearest) - len(rows)
    caption = _("Services nearest to the municipality")
    more = ngettext("and {n} more within reach", "and {n} more within reach", hidden) if hidden > 0 else ""
    return html_table(columns, rows, f"{caption} ({more})" if more else caption)


def distance_text(one: Nearby) -> str:
    """Say how far a service is, or that it comes to the village."""
    if one.is_here:
        return _("in the municipality")
    far = text.distance(one.metres) if one.metres is not None else ""
    if one.mode == village.DECLARED:
        serves = _("declares to serve your municipality")
        seat = _("seat")
        return f"{serves}; {seat}: {far}" if far else serves
    if one.mode == "district":
        return _("in the district; the address is protected")
    return far or text.unknown()


# -- services of the village, certainty ----------------------------------------------------------------------------------


def show_services(place: Place) -> None:
    """List the services that sit here and those that declare to serve the municipality."""
    here, serving = village.services_for(place.code, entries.entries().values())
    st.header(_("Who is here and who serves us"), anchor=False)
    columns = [
        Column(_("Service and provider")),
        Column(_("Kind")),
        Column(_("State")),
        Column(_("Contacts"), is_wide=True),
    ]
    for caption, found, otherwise in (
        (
            _("Services with a place in the municipality"),
            here,
            _("No service known to us has a place in the municipality."),
        ),
        (
            _("Services from elsewhere that declare to serve the municipality"),
            serving,
            _(
                "No service from elsewhere that we know names the municipality among those it serves. Many do not say whom they serve."
            ),
        ),
    ):
        if not found:
            st.write(otherwise)
            continue
        rows: list[list[Cell]] = [
            [
                name_cell(entry),
                label("service_types", entry.kind),
                label("service_statuses", entry.status),
                contacts(entry),
            ]
            for entry in sorted(found, key=lambda entry: text.sort_key(entry.name))
        ]
        st.html(html_table(columns, rows, f"{caption} ({text.number(len(rows))})"))
    st.page_link(
        CATALOGUE_PAGE,
        label=_("Open them in the catalogue"),
        query_params={"municipality": place.code, "lang": text.current()},
    )


def show_certainty(population: Population, views: list[GroupView]) -> None:
    """Say how sure the page is."""
    st.header(_("How sure we are"), anchor=False)
    incomplete = [group_label(view.gap.group_id) for view in views if not view.gap.is_register_complete]
    said = [
        _("Distances are straight lines times 1.3, an estimate of the way by road."),
        _("A norm is not a law: it shows how much other places have on average."),
    ]
    if population.is_loaded:
        said.append(
            _("Ages are those of {day}; the village may have changed since.", day=text.date(population.date))
        )
    if any(view.gap.is_near_edge for view in views):
        said.append(
            _("Part of the services is near the edge of the loaded data: what lies beyond it is not counted.")
        )
    if any(view.gap.is_lower_bound for view in views):
        said.append(
            _("Where a capacity within reach is unknown or doubtful, we say “at least” and “at most”.")
        )
    if incomplete:
        said.append(
            _(
                "We do not know all services of these kinds, so more may exist: {kinds}.",
                kinds=text.listing(incomplete),
            )
        )
    st.html("<ul>" + "".join(f"<li>{html(part)}</li>" for part in said) + "</ul>")
    st.page_link(
        METHOD_PAGE, label=_("Formulas, sources and what is missing"), query_params={"lang": text.current()}
    )


# -- paper and link ------------------------------------------------------------------------------------------------------


def show_sharing(dataset: Dataset, place: Place, population: Population, views: list[GroupView]) -> None:
    """Show the address of this page to copy, and lay the sheet that is printed instead of the page."""
    st.header(_("Share and print"), anchor=False)
    st.write(_("The address of this page, to copy:"))
    address = village_print.own_link(st.context.url, place.code)
    st.code(address, language=None, wrap_lines=True)
    st.write(_("Print from the menu of the browser (Ctrl+P): one sheet A4, without controls."))
    short, enough, _rest = village.by_urgency(views)
    st.html(
        village_print.sheet(
            title=place.name,
            above=units_sentence(dataset, place),
            people=village_print.people_text(population),
            headline=headline(short, enough),
            views=views,
            entries=entries.entries(),
            foot=[
                _("A norm is not a law: it shows how much other places have on average."),
                _("Where a capacity within reach is unknown or doubtful, we say “at least” and “at most”."),
                _(
                    "State of the services: {day}. Page: {address}",
                    day=text.date(dataset.facts.get("data_date")),
                    address=address,
                ),
            ],
        )
    )


if __name__ == "__main__":
    page()

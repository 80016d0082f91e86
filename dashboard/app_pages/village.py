"""Village: what it has, what it lacks, whom to call, how sure that is. Opened by ?municipality=CODE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import navigation, text
from dashboard.answers import areas as answers_areas
from dashboard.answers import dataset as data
from dashboard.answers import outlines
from dashboard.catalogue import index, kept
from dashboard.drawing import address as drawing_address
from dashboard.drawing import thumbnails
from dashboard.gaps import calculation
from dashboard.people import compared as village_people
from dashboard.phrases import bounds
from dashboard.phrases.labels import group_label
from dashboard.phrases.norms import norm_sentence
from dashboard.phrases.villages import doubts
from dashboard.story.button import offer_village
from dashboard.tables import html as tables
from dashboard.tables.html import html
from dashboard.text import _
from dashboard.village import documents, first_screen, paper, share, style
from dashboard.village import picture as village_map
from dashboard.village import place as village
from dashboard.village import services as village_services
from dashboard.village import tables as village_tables
from dashboard.village import words as village_words
from geodata.dataset import membership
from geodata.method.analysis import Settings
from geodata.reading import people as reading_people
from geodata.studies.peers import age_structure, peers_of

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.village.picture import RingShapes
    from dashboard.village.place import GroupView, Place
    from geodata.dataset.dataset import Dataset
    from geodata.reading.people import Population

PARAMETER: Final = "municipality"
SERVICE: Final = "service"
FIRST_VILLAGE: Final = "598143"  # Frýdlant nad Ostravicí: the seat of the area a newcomer sees first
QUERY_KEY: Final = "dosah-village-query"
# The only other town with known ages is not a town alike.
FEWEST_ALIKE: Final = 3
SCRIPT: Final = "app/static/dosah-village.js"


def page() -> None:
    """Arrange the page."""
    dataset = data.dataset()
    st.html(tables.STYLE + calculation.STYLE + style.STYLE + paper.STYLE)
    asked = st.query_params.get(PARAMETER, "")
    place = village.place(dataset, asked or FIRST_VILLAGE)
    if place is None:
        st.title(_("Village"), anchor=False)
        if asked:
            st.info(
                _(
                    "We know no municipality with the code {code}. Perhaps the address is mistyped; "
                    "find the municipality by its name.",
                    code=text.plain(asked[:20]),
                )
            )
        show_search(dataset)
        return
    population = reading_people.population(dataset, place.code)
    alike = villages_alike(dataset, place)
    views = group_views(dataset, place, alike)
    show_first_screen(dataset, place, population, alike, views)
    show_folds(dataset, place, population, alike, views)
    show_calculation(place, [view.gap.group_id for view in village.ordered(views)])
    offer_village(place.code, place.areas)
    show_ways_on(place)
    show_sheet(dataset, place, population, views)
    st.html(f'<script type="module" src="{SCRIPT}"></script>', unsafe_allow_javascript=True)


# -- what the page stands on ---------------------------------------------------------------------------------


def villages_alike(dataset: Dataset, place: Place) -> list[str]:
    """Return the municipalities most alike in size and age; none where too few of the country are known."""
    found = peers_of(_structure(dataset, dataset.version, place.country), place.code)
    return found if len(found) >= FEWEST_ALIKE else []


@st.cache_resource(max_entries=4, show_spinner=False)
def _structure(_dataset: Dataset, version: str, country: str) -> pd.DataFrame:  # noqa: ARG001  # the version is the key
    places = _dataset["municipality"]
    return age_structure(
        _dataset["population"], places.loc[places["country"] == country, "municipality_code"].tolist()
    )


def group_views(dataset: Dataset, place: Place, alike: list[str]) -> list[GroupView]:
    """Return what the municipality has of every group of services of its country."""
    services = kept.entries()
    members = area_members(dataset, place)
    found = []
    for group_id in answers_areas.groups_of_country(place.country):
        analysis = data.analysis(group_id, place.country, None, Settings())
        view = village.group_view(analysis, place.code, members, services, alike)
        if view is not None:
            found.append(view)
    return found


def area_members(dataset: Dataset, place: Place) -> list[str]:
    """Return the municipalities of the planning area of a place; none where it belongs to none."""
    return list(membership.members(dataset, place.areas[0])) if place.areas else []


def area_name(dataset: Dataset, place: Place) -> str | None:
    """Return the name of the planning area of a place."""
    return answers_areas.areas_of(dataset)[place.areas[0]][0] if place.areas else None


@st.cache_resource(max_entries=2, show_spinner=False)
def _shapes(_dataset: Dataset, version: str) -> RingShapes:  # noqa: ARG001  # the version is the key
    rings = thumbnails.read_rings(outlines.outlines_text())
    table = _dataset["municipality"]
    codes = table["municipality_code"].tolist()
    points = zip(table["latitude"].astype(float), table["longitude"].astype(float), strict=True)
    return village_map.RingShapes(
        rings,
        dict(zip(codes, table["name"].astype(str), strict=True)),
        dict(zip(codes, points, strict=True)),
    )


# -- the first screen ----------------------------------------------------------------------------------------


def show_first_screen(
    dataset: Dataset, place: Place, population: Population, alike: list[str], views: list[GroupView]
) -> None:
    """Show what a mayor must know without scrolling: on a phone the same in one scroll."""
    members = area_members(dataset, place)
    services = kept.entries()
    above, beside = st.columns([1.35, 1], gap="large")
    with above:
        st.title(text.plain(place.name), anchor=False)
        units = village_words.units_sentence(place, area_name(dataset, place))
        st.html(f'<p class="dosah-units">{html(units)}</p>{first_screen.summary(views, population)}')
    with beside:
        show_search(dataset)
        show_taking_away(dataset, place)
        people = village_people.compared(dataset, place.code, alike, members)
        st.html(first_screen.people_table(people, population))
    calls = village_services.calls(views, services)
    st.html(
        first_screen.first_screen(
            {
                "missing": first_screen.missing(views, population),
                "calls": first_screen.call_list(calls, place),
                "map": first_screen.map_figure(
                    _picture(dataset, dataset.version, place, calls, views), place.name
                ),
            }
        )
    )


def _picture(
    dataset: Dataset,
    version: str,
    place: Place,
    calls: list[village_services.Call],
    views: list[GroupView],
) -> str:
    services = kept.entries()
    found = village_services.serving(place.code, views, services)
    others = [*found["here"], *found["declared"]]
    wanted = [one.serving.entry.service_id for one in calls] + [one.entry.service_id for one in others]
    return village_map.picture(
        _shapes(dataset, version),
        place.code,
        area_members(dataset, place),
        calls=calls,
        others=others,
        places=village_map.site_places(dataset["site"], wanted),
    )


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
            text.plain(name),
            key=f"dosah-village-{row['municipality_code']}",
            on_click=_open,
            args=(row["municipality_code"],),
            type="tertiary",
        )


def _open(code: str) -> None:
    st.query_params[PARAMETER] = code
    st.session_state[QUERY_KEY] = ""


def show_taking_away(dataset: Dataset, place: Place) -> None:
    """Offer the address to share, the printed sheet, the PDF and the slip, each made when it is asked for."""
    language = text.current()
    url = st.context.url
    base = share.stated_base()
    if base is None and share.is_for_others(url, on_paper=True):
        base = share.base_address(url)
    with st.container(horizontal=True, gap="small"):
        with st.popover(_("Print and files"), key=f"dosah-village-files-{language}"):
            words = _("Print one sheet A4")
            st.html(f'<button type="button" class="dosah-print" data-dosah-print>{html(words)}</button>')
            st.download_button(
                _("Village sheet (PDF)"),
                documents.sheet_maker(dataset, place, language, base),
                file_name=documents.file_name(place, _("sheet"), "pdf"),
                mime="application/pdf",
                on_click="ignore",
            )
            note = _(
                "Two pages with a map, all services and a slip to correct them; made in a second or two."
            )
            st.html(f'<p class="dosah-small">{html(note)}</p>')
            st.download_button(
                _("Correction slip (XLSX)"),
                documents.slip_maker(dataset, place, language),
                file_name=documents.file_name(place, _("corrections"), "xlsx"),
                mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                on_click="ignore",
            )
            note = _("Tick what is right, correct what is not, and send it back to whoever runs this site.")
            st.html(f'<p class="dosah-small">{html(note)}</p>')
        with st.popover(_("Share this page"), key=f"dosah-village-share-{language}"):
            show_address(share.own_link(url, place.code))


def show_address(address: str) -> None:
    """Show the address of the page to copy, and as a QR code where somebody else could open it."""
    st.write(_("The address of this page, to copy:"))
    st.code(address, language=None, wrap_lines=True)
    if not share.is_for_others(address):
        no_code = _("There is no QR code: this address works on this computer only.")
        st.html(f'<p class="dosah-small">{html(no_code)}</p>')
        return
    from dashboard.documents.sheet.pictures import qr_code

    alternative = _("QR code of the village's page: {address}", address=address)
    picture = drawing_address.data_address(qr_code(address))
    st.html(f'<img class="dosah-qr" alt="{html(alternative)}" src="{picture}">')


# -- the rest, in folds --------------------------------------------------------------------------------------


def show_folds(
    dataset: Dataset, place: Place, population: Population, alike: list[str], views: list[GroupView]
) -> None:
    """Show all kinds of help beside others, who serves us, the ages, how sure we are: folded on a phone."""
    names = _shapes(dataset, dataset.version).names
    has_area = len(area_members(dataset, place)) > 1
    compared = village_tables.alike_sentence(
        [(code, names[code]) for code in alike], has_area=has_area
    ) + village_tables.kinds_table(views, has_alike=bool(alike), has_area=has_area)
    found = village_services.serving(place.code, views, kept.entries())
    served = village_tables.services_tables(
        found, index.district_names(dataset), dataset.facts.get("data_date")
    )
    parts = [
        village_tables.fold(_("All kinds of help, beside others"), compared, name="kinds"),
        village_tables.fold(_("Who serves us and from where"), served, name="services"),
    ]
    if ages := village_tables.ages(dataset, place):
        parts.append(village_tables.fold(_("Ages of the inhabitants"), ages, name="ages"))
    certain = village_tables.certainty(views, population.reference_date)
    parts.append(village_tables.fold(_("How sure we are"), certain, name="certainty"))
    st.html("".join(parts))


@st.fragment
def show_calculation(place: Place, groups: list[str]) -> None:
    """Lead from the figures of one kind of help to their formula and sources; computed only when opened."""
    asked = st.query_params.get(SERVICE, "")
    if asked and asked not in groups:
        st.info(_("The address asks for a kind of help that is not known here. Choose one below."))
        del st.query_params[SERVICE]
        asked = ""
    suffix = f"{place.code}-{text.current()}"
    opened = st.expander(
        _("How was this calculated?"),
        expanded=bool(asked),
        key=f"dosah-calculation-{suffix}",
        on_change="rerun",
    )
    if not opened.open:
        if asked:
            del st.query_params[SERVICE]
        return
    with opened:
        group_id = st.selectbox(
            _("Kind of help"),
            groups,
            index=groups.index(asked) if asked else 0,
            format_func=group_label,
            key=f"dosah-calculation-group-{suffix}",
        )
        if group_id != asked:
            st.query_params[SERVICE] = group_id
        show_group_calculation(place, group_id)


def show_group_calculation(place: Place, group_id: str) -> None:
    """Show the tables of the calculation, what it depends on, and the way to the map."""
    dataset = data.dataset()
    services = kept.entries()
    analysis = data.analysis(group_id, place.country, None, Settings())
    st.html(calculation.calculation(analysis, place.code, dataset, services))
    alike = villages_alike(dataset, place)
    view = village.group_view(analysis, place.code, area_members(dataset, place), services, alike)
    verdict = data.robustness(group_id, place.country, None, Settings()).verdict
    own = verdict.loc[verdict["municipality_code"] == place.code].to_dict("records")
    said = [village_words.stays_a_gap({str(name): value for name, value in own[0].items()}) if own else None]
    if view is not None:
        area = area_name(dataset, place)
        said.append(village_words.comparison_sentence(view.gap, view.comparison, area))
        said.append(None if view.gap.gap_class == "unknown" else village_words.peers_sentence(view.peers))
        said += [norm_sentence(view.gap.norm), *doubts(view.gap)]
    st.html("".join(f"<p>{html(one)}</p>" for one in said if one))
    if place.areas:
        st.page_link(
            navigation.file("gap_map"),
            label=_("Show on the map, with the calculation"),
            query_params={"area": place.areas[0], "service": group_id, "lang": text.current()},
        )


def show_ways_on(place: Place) -> None:
    """Lead to the catalogue and to the method."""
    with st.container(horizontal=True, gap="medium"):
        st.page_link(
            navigation.file("catalogue"),
            label=_("Open these services in the catalogue"),
            query_params={"municipality": place.code, "lang": text.current()},
        )
        st.page_link(
            navigation.file("data_method"),
            label=_("Formulas, sources and what is missing"),
            query_params={"lang": text.current()},
        )


# -- paper ---------------------------------------------------------------------------------------------------


def show_sheet(dataset: Dataset, place: Place, population: Population, views: list[GroupView]) -> None:
    """Lay the sheet that is printed instead of the page."""
    headline = [village_words.headline(views, population), village_words.count_sentence(views)]
    st.html(
        paper.sheet(
            title=place.name,
            above=village_words.units_sentence(place, area_name(dataset, place)),
            people=paper.people_text(population),
            headline=" ".join(one for one in headline if one),
            views=views,
            entries=kept.entries(),
            foot=[
                _("A norm is not a law: it shows how much other places have on average."),
                bounds.explained(),
                _(
                    "State of the services: {day}. Page: {address}",
                    day=text.date(dataset.facts.get("data_date")),
                    address=share.own_link(st.context.url, place.code),
                ),
            ],
        )
    )


if __name__ == "__main__":
    page()

"""Needs and profile of an area: who lives there, how it plans, what people say, and whether that agrees with the gaps."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import choice as choices
from dashboard import (
    controls,
    data,
    needs_facts,
    needs_findings,
    needs_people,
    places,
    sheets,
    tables,
    text,
    uploads,
)
from dashboard.choice import LANGUAGE_PARAMETER
from dashboard.home_map import data_address
from dashboard.needs_findings import Finding, Vocabulary
from dashboard.places import members_of
from dashboard.tables import html, html_facts, html_table
from dashboard.text import _, ngettext
from dashboard.village import groups_of_country
from dashboard.words import capitalised, class_chip, group_label
from geodata.analysis import Settings
from geodata.codes import service_groups
from geodata.errors import InputFileError

if TYPE_CHECKING:
    from dashboard.needs_findings import Row
    from dashboard.needs_people import People
    from geodata.catalog import Dataset

PLACE: Final = "place"
PLACE_KEY: Final = "dosah-needs-place"
KEPT_KEY: Final = "dosah-needs-findings"
FILE_KEY: Final = "dosah-needs-file"
TABLE_KEY: Final = "dosah-needs-table"
PROBLEM_KEY: Final = "dosah-needs-problem"

STYLE: Final = """<style>
.dosah-pyramid img{width:100%;max-width:38rem;border:1px solid rgba(128,128,128,.45);border-radius:.4rem}
</style>"""


# -- where ----------------------------------------------------------------------------------------------------------------


def choose_area(dataset: Dataset) -> tuple[choices.Choice, str]:
    """Let the reader choose an area and, inside it, a municipality ("" = all of it)."""
    choice = places.choose_area(dataset, "needs")
    area = choice.area
    asked = st.query_params.get(PLACE, st.session_state.get(PLACE_KEY, ""))
    members = members_of(dataset, area)
    words = {"": _("the whole area"), **members}
    place = st.selectbox(
        _("Ages of"),
        list(words),
        index=list(words).index(asked) if asked in words else 0,
        format_func=words.__getitem__,
        key=f"dosah-needs-place-{area}-{text.current()}",
    )
    return choice, place


def keep(choice: choices.Choice, place: str) -> None:
    """Write area and municipality into the address; the rest of the choice stays in the session for the map."""
    st.session_state[controls.CHOICE_KEY] = choice
    st.session_state[controls.WRITTEN_KEY] = {"area": choice.area}
    st.session_state[PLACE_KEY] = place
    language = {name: value for name, value in st.query_params.items() if name == LANGUAGE_PARAMETER}
    parameters = {**language, "area": choice.area, **({PLACE: place} if place else {})}
    if parameters != st.query_params.to_dict():
        st.query_params.from_dict(parameters)


# -- who lives here -------------------------------------------------------------------------------------------------------


def show_people(people: People, country: People, name: str) -> None:
    """Show the ages: a sentence, figures, the pyramid and its table."""
    st.header(_("Who lives here"), anchor=False)
    if not people.bands:
        st.info(_("The population is not loaded here. Load it with `dosah build`, see Data and method."))
        return
    st.html(f'<p class="dosah-headline">{escape(people_sentence(people, name))}</p>')
    if people.unknown:
        st.info(
            ngettext(
                "The population of {n} municipality is not loaded and not counted here.",
                "The population of {n} municipalities is not loaded and not counted here.",
                people.unknown,
            )
        )
    picture, figures = st.columns([5, 3], gap="large")
    with picture:
        svg = needs_people.pyramid(people, country)
        alternative = _("Age pyramid of {name}; the table below it says the same in numbers.", name=name)
        st.html(
            f'<div class="dosah-pyramid"><img alt="{escape(alternative)}" src="{data_address(svg)}"></div>'
        )
        with st.expander(_("Ages as a table")):
            st.html(ages_table(people, name))
    with figures:
        st.html(html_facts(people_facts(people)))


def people_sentence(people: People, name: str) -> str:
    """Say how many live here and how many of them are old."""
    seniors = people.between(needs_people.SENIOR_AGE, None)
    inhabitants = ngettext("{n} inhabitant", "{n} inhabitants", people.total)
    if seniors is None or not people.total:
        return f"{name}: {inhabitants}."
    return _(
        "{name}: {inhabitants}, of them {seniors} aged 65 and over ({share}).",
        name=name,
        inhabitants=inhabitants,
        seniors=text.number(seniors),
        share=text.percent(seniors / people.total, 1),
    )


def people_facts(people: People) -> list[tuple[str, tables.Cell]]:
    """Return the figures beside the pyramid; unknown where the source does not divide ages so."""

    def count(first: int, last: int | None) -> str:
        number = people.between(first, last)
        if number is None:
            return text.unknown()
        return (
            f"{text.number(number)} ({text.percent(number / people.total, 1)})"
            if people.total
            else text.number(number)
        )

    children, seniors = people.between(0, 14), people.between(65, None)
    index = text.number(100 * seniors / children) if children and seniors is not None else text.unknown()
    return [
        (_("aged up to 14"), count(0, 14)),
        (_("aged 15–64"), count(15, 64)),
        (_("aged 65 and over"), count(65, None)),
        (_("aged 80 and over"), count(80, None)),
        (_("People aged 65 and over per 100 children"), index),
        (_("Counted on"), text.listing(text.date(day) for day in people.dates)),
    ]


def ages_table(people: People, name: str) -> str:
    """Return the numbers of the pyramid."""
    columns = [tables.Column(_("Age"))]
    if people.has_sexes:
        columns += [tables.Column(_("Men"), is_number=True), tables.Column(_("Women"), is_number=True)]
    columns += [tables.Column(_("Together"), is_number=True), tables.Column(_("Share"), is_number=True)]
    rows = []
    for band in people.bands:
        sexes = [text.number(band.men), text.number(band.women)] if people.has_sexes else []
        share = text.percent(band.total / people.total, 1) if people.total else text.unknown()
        rows.append([needs_people.age_words(band), *sexes, text.number(band.total), share])
    return html_table(columns, rows, _("Inhabitants by age: {name}", name=name))


# -- how the area plans ---------------------------------------------------------------------------------------------------


def show_planning(dataset: Dataset, area: str) -> None:
    """Show what is known of the planning process and of projects."""
    st.header(_("How the area plans"), anchor=False)
    facts = needs_facts.facts_of(dataset, area)
    pairs = needs_facts.process_facts(facts)
    if pairs:
        st.html(html_facts(pairs))
    found = needs_facts.projects(facts)
    for name, project in found:
        with st.expander(text.plain(name)):
            st.html(html_facts(project))
    if not pairs and not found:
        st.info(
            _("Nothing is known of the planning of this area. Its own file in geodata/areas can say more.")
        )


def show_indicators(dataset: Dataset, area: str, members: dict[str, str]) -> None:
    """Show the indicators of need that the area has loaded, or how to load some."""
    st.header(_("Indicators of need"), anchor=False)
    found = needs_facts.indicator_tables(dataset, area, members)
    if found:
        for table in found:
            st.html(table)
        hidden = _("Numbers of few persons are hidden (<, ≥), and with them whatever would give them away.")
        st.html(f"<p>{escape(hidden)}</p>")
        return
    st.info(
        _(
            "No indicator is loaded, for instance recipients of care allowance by municipality. Whoever keeps the data writes a "
            "template with `dosah template needs --language {language} --output FILE.xlsx`, fills it in and gives it to the next "
            "`dosah build`.",
            language=text.current(),
        )
    )


# -- what people say ------------------------------------------------------------------------------------------------------


def kept_findings(area: str) -> tuple[Finding, ...]:
    """Return the findings of an area in this session."""
    kept: dict[str, tuple[Finding, ...]] = st.session_state.get(KEPT_KEY, {})
    return kept.get(area, ())


def keep_findings(area: str, findings: tuple[Finding, ...]) -> None:
    """Keep findings in this session."""
    st.session_state[KEPT_KEY] = {**st.session_state.get(KEPT_KEY, {}), area: findings}


def vocabulary_of(country: str, members: dict[str, str]) -> Vocabulary:
    """Return what a table of findings may say."""
    groups = groups_of_country(country)
    return Vocabulary({code: tuple(service_groups()[code].label.values()) for code in groups}, members)


def show_findings(area: str, country: str, members: dict[str, str]) -> None:
    """Let people enter or load findings of focus groups, and set them beside the computed gaps."""
    st.header(_("What people say, and what is computed"), anchor=False)
    intro = _(
        "Write down what focus groups, mayors or providers said: where which help falls short. It is set beside the computed gaps. "
        "The table stays in this window; save it as a file to keep it."
    )
    st.html(f"<p>{escape(intro)}</p>")
    known = vocabulary_of(country, members)
    services = {code: group_label(code) for code in known.services}
    load, save = st.columns(2, gap="large", vertical_alignment="bottom")
    with load:
        uploads.ask(
            _("Load findings (CSV or XLSX)"),
            ["csv", "xlsx"],
            FILE_KEY,
            2,
            on_change=_load,
            args=(area, known),
        )
    findings = edit_findings(area, known, services)
    with save:
        cells = needs_findings.cells_of(findings, services, members)
        st.download_button(
            _("Save these findings") if findings else _("Download an empty template"),
            sheets.xlsx_bytes(_("Findings"), needs_findings.headings(), cells),
            file_name="dosah-zjisteni.xlsx" if text.current() == "cs" else "dosah-findings.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    for problem in st.session_state.get(PROBLEM_KEY, {}).get(area, ()):
        st.warning(text.plain(problem))
    if not findings:
        st.info(_("No finding yet. Add a row to the table, or load a filled-in template."))
        return
    show_comparison(findings, area, country, members, services)


def _load(area: str, known: Vocabulary) -> None:
    """Take findings from a file; what cannot be read is told row by row."""
    file = st.session_state.get(FILE_KEY)
    if file is None:
        return
    try:
        rows = needs_findings.rows_from_file(file.name, file.getvalue())
    except InputFileError:
        problems = [
            _("This file is not the table of findings. Download the template, fill it in and load it again.")
        ]
    else:
        findings, problems = needs_findings.findings_of(rows, known)
        keep_findings(area, tuple(findings))
        st.session_state.pop(TABLE_KEY, None)
    st.session_state[PROBLEM_KEY] = {area: problems[:10]}


def edit_findings(area: str, known: Vocabulary, services: dict[str, str]) -> tuple[Finding, ...]:
    """Show the findings as a table that people type into and return them as they stand."""
    findings = kept_findings(area)
    state = st.session_state.get(TABLE_KEY)
    if state is None or state["area"] != area or state["findings"] != findings:
        version = st.session_state.get(f"{TABLE_KEY}-version", 0) + 1
        st.session_state[f"{TABLE_KEY}-version"] = version
        state = {"area": area, "base": findings, "findings": findings, "version": version}
    words = dict(zip(needs_findings.COLUMNS, needs_findings.headings(), strict=True))
    edited = st.data_editor(
        needs_findings.frame_of(state["base"], services, known.municipalities),
        key=f"{TABLE_KEY}-{area}-{state['version']}-{text.current()}",
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        placeholder="–",
        alt=_("Table of findings; the same can be loaded from a file."),
        column_config={
            "municipality": st.column_config.SelectboxColumn(
                _("Municipality (empty = whole area)"), options=list(known.municipalities.values())
            ),
            "service": st.column_config.SelectboxColumn(words["service"], options=list(services.values())),
            "felt": st.column_config.SelectboxColumn(
                words["felt"], options=list(needs_findings.felt_labels().values())
            ),
            "said_by": st.column_config.TextColumn(words["said_by"], max_chars=120),
            "note": st.column_config.TextColumn(words["note"], max_chars=300),
        },
    )
    read, problems = needs_findings.findings_of(
        [{str(name): value for name, value in row.items()} for row in edited.to_dict("records")], known
    )
    for problem in problems:
        st.warning(text.plain(problem))
    keep_findings(area, tuple(read))
    st.session_state[TABLE_KEY] = {**state, "findings": tuple(read)}
    return tuple(read)


def show_comparison(
    findings: tuple[Finding, ...], area: str, country: str, members: dict[str, str], services: dict[str, str]
) -> None:
    """Show where findings and computed gaps agree, and where only one of them says something."""
    classes: dict[tuple[str, str], str] = {}
    for group_id in services:
        analysis = data.analysis(group_id, country, area, Settings())
        classes |= needs_findings.classes_of(analysis, list(members))
    asked = {finding.municipality for finding in findings} - {needs_findings.WHOLE_AREA}
    rows = needs_findings.compare(findings, classes, asked)
    spoken = [row for row in rows if row.felt is not None]
    silent = [row for row in rows if row.felt is None]
    counts = {result: sum(row.result == result for row in spoken) for result in needs_findings.RESULTS}
    labels = needs_findings.result_labels()
    summary = ", ".join(
        f"{labels[result]}: {text.number(count)}" for result, count in counts.items() if count
    )
    st.html(f'<p class="dosah-headline" role="status">{escape(capitalised(summary))}</p>')
    st.html(comparison_table(spoken, members, services, _("Findings beside computed gaps")))
    if silent:
        title = ngettext(
            "{n} computed gap in the same municipalities that nobody spoke of",
            "{n} computed gaps in the same municipalities that nobody spoke of",
            len(silent),
        )
        with st.expander(title):
            st.html(comparison_table(silent, members, services, title))
    note = _(
        "Computed with the recommended norm and the usual limits. “Only felt” is no error of people: a service may be full, "
        "expensive or unknown. “Only computed” may mean that nobody was asked."
    )
    st.html(f"<p>{escape(note)}</p>")


def comparison_table(rows: list[Row], members: dict[str, str], services: dict[str, str], caption: str) -> str:
    """Return findings and computed classes side by side."""
    labels = needs_findings.result_labels()
    columns = [
        tables.Column(_("Municipality")),
        tables.Column(_("Service")),
        tables.Column(_("People say")),
        tables.Column(_("Computed")),
        tables.Column(_("Comparison")),
    ]
    cells = [_comparison_cells(row, members, services, labels[row.result]) for row in rows]
    return html_table(columns, cells, caption)


def _comparison_cells(
    row: Row, members: dict[str, str], services: dict[str, str], result: str
) -> list[tables.Cell]:
    felt = needs_findings.felt_labels()[row.felt] if row.felt else _("nobody spoke of it")
    others = _("others say the opposite")
    speakers = f" ({', '.join(row.said_by)})" if row.said_by else ""
    opposite = f"; {others}" if row.is_disputed else ""
    return [
        members.get(row.municipality, _("Whole area")),
        services[row.service],
        felt + speakers + opposite,
        class_chip(row.gap_class),
        tables.Html(f"<strong>{html(result)}</strong>"),
    ]


def page() -> None:
    """Arrange the page."""
    dataset = data.dataset()
    st.html(tables.STYLE + STYLE)
    with st.sidebar:
        choice, place = choose_area(dataset)
    area_name, country = controls.areas_of(dataset)[choice.area]
    members = members_of(dataset, choice.area)
    st.title(_("Needs and profile: {area}", area=text.plain(area_name)), anchor=False)
    people = needs_people.people_of(dataset, [place] if place else list(members))
    show_people(people, needs_people.people_of_country(dataset, country), members.get(place, area_name))
    show_planning(dataset, choice.area)
    show_indicators(dataset, choice.area, members)
    show_findings(choice.area, country, members)
    keep(choice, place)


if __name__ == "__main__":
    page()

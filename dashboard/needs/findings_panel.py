"""
What people say beside what is computed: published findings of focus groups,
and those of a meeting that is typed in here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st
from markupsafe import Markup

from dashboard import text
from dashboard.answers import dataset as data
from dashboard.answers.areas import groups_of_country
from dashboard.catalogue.words import map_address
from dashboard.frame import uploads
from dashboard.needs import facts, findings_file, handed
from dashboard.needs import findings as needs_findings
from dashboard.needs import published as needs_published
from dashboard.needs.findings import WHOLE_AREA, Finding
from dashboard.needs.findings_file import Vocabulary
from dashboard.needs.panels import own_table_link
from dashboard.phrases.labels import capitalised, class_chip, group_label, label
from dashboard.tables import html as tables
from dashboard.tables import sheets
from dashboard.tables.html import Html, html_table, lines, link
from dashboard.text import _, ngettext
from geodata.errors import InputFileError
from geodata.method.analysis import Settings
from geodata.vocabulary.codes import service_groups

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.needs.findings import Row
    from geodata.dataset.dataset import Dataset

KEPT_KEY: Final = "dosah-needs-findings"
FILE_KEY: Final = "dosah-needs-file"
TABLE_KEY: Final = "dosah-needs-table"
PROBLEM_KEY: Final = "dosah-needs-problem"


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


def show_findings(dataset: Dataset, area: str, country: str, members: dict[str, str]) -> None:
    """Set what people say beside the computed gaps: what is published, and what is typed in here."""
    st.header(_("What people say, and what is computed"), anchor=False)
    published = needs_published.findings_of(dataset, area, list(members), country)
    if published:
        show_published(published, area, country, members)
    else:
        show_none(dataset, area)
    st.subheader(_("Findings of your own meeting"), anchor=False)
    show_own(area, country, members)


def show_none(dataset: Dataset, area: str) -> None:
    """Say that nothing is published, what is known all the same, and what to do."""
    known = facts.focus_group_sentence(facts.facts_of(dataset, area))
    reported = (
        _("The area reports: {sentence} What the single groups said is not public.", sentence=known)
        if known
        else _("No findings of focus groups are published for this area.")
    )
    what = _(
        "Whoever has the minutes writes them into the table of findings: "
        "where which help falls short and where it is enough."
    )
    st.info(text.plain(f"{reported} {what}"))
    own_table_link("findings")


def show_published(published: list[Finding], area: str, country: str, members: dict[str, str]) -> None:
    """Show published findings beside the gaps; municipality and target group can be chosen."""
    places = {finding.municipality for finding in published}
    people = {finding.target_group for finding in published}
    named = {code: name for code, name in members.items() if code in places}
    if WHOLE_AREA in places:
        named = {WHOLE_AREA: _("the whole area"), **named}
    where, whom = st.columns(2, gap="large")
    with where:
        municipality = _choose(_("Findings of"), _("all municipalities"), named, f"place-{area}")
    with whom:
        groups = {
            code: label("target_groups", code) if code else _("nobody in particular")
            for code in sorted(people)
        }
        group = _choose(_("For whom"), _("all people"), groups, f"group-{area}")
    chosen = tuple(
        finding
        for finding in published
        if (municipality is None or finding.municipality == municipality)
        and (group is None or finding.target_group == group)
    )
    services = {code: group_label(code) for code in groups_of_country(country)}
    services |= {finding.service: needs_published.service_label(finding.service) for finding in chosen}
    show_comparison(chosen, area, country, members, services)


def _choose(title: str, everything: str, words: Mapping[str, str], key: str) -> str | None:
    """Return the chosen code; None = all of them."""
    options: list[str | None] = [None, *words]
    return st.selectbox(
        title,
        options,
        format_func=lambda code: everything if code is None else words[code],
        key=f"dosah-findings-{key}-{text.current()}",
    )


def show_own(area: str, country: str, members: dict[str, str]) -> None:
    """Let people enter or load findings, and set them beside the computed gaps."""
    intro = _(
        "Write down what focus groups, mayors or providers said: where which help falls short. "
        "It is set beside the computed gaps. "
        "The table stays in this window; save it as a file to keep it."
    )
    st.html(Markup("<p>{}</p>").format(intro))
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
        cells = findings_file.cells_of(findings, services, members)
        st.download_button(
            _("Save these findings") if findings else _("Download an empty template"),
            sheets.xlsx_bytes(_("Findings"), findings_file.headings(), cells),
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
        loaded = findings_file.rows_from_file(file.name, file.getvalue())
    except handed.BusyReadingError:
        problems = [_("Other files are being read just now. Load this one again in a minute.")]
    except handed.TooCostlyError:
        problems = [
            _(
                "Reading this file would take too much memory or time. "
                "Copy your rows into a new, empty template and load that one."
            )
        ]
    except InputFileError:
        problems = [
            _(
                "This file is not the table of findings of this page. "
                "Download its template, fill it in and load it again. "
                "A table made from the template of the page Own tables is loaded there."
            )
        ]
    else:
        findings, wrong = findings_file.findings_of(loaded.rows, known, loaded.places)
        problems = [*findings_file.first_problems([*loaded.problems, *wrong]), *loaded.notes]
        keep_findings(area, tuple(findings))
        st.session_state.pop(TABLE_KEY, None)
    st.session_state[PROBLEM_KEY] = {area: problems}


def edit_findings(area: str, known: Vocabulary, services: dict[str, str]) -> tuple[Finding, ...]:
    """Show the findings as a table that people type into and return them as they stand."""
    findings = kept_findings(area)
    state = st.session_state.get(TABLE_KEY)
    if state is None or state["area"] != area or state["findings"] != findings:
        version = st.session_state.get(f"{TABLE_KEY}-version", 0) + 1
        st.session_state[f"{TABLE_KEY}-version"] = version
        state = {"area": area, "base": findings, "findings": findings, "version": version}
    words = dict(zip(findings_file.COLUMNS, findings_file.headings(), strict=True))
    edited = st.data_editor(
        findings_file.frame_of(state["base"], services, known.municipalities),
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
            "said_by": st.column_config.TextColumn(words["said_by"], max_chars=findings_file.LONGEST_NOTE),
            "note": st.column_config.TextColumn(words["note"], max_chars=findings_file.LONGEST_NOTE),
        },
    )
    read, problems = findings_file.findings_of(
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
    for group_id in groups_of_country(country):
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
    st.html(Markup('<p class="dosah-headline" role="status">{}</p>').format(capitalised(summary)))
    st.html(comparison_table(spoken, members, services, _("Findings beside computed gaps"), area))
    if silent:
        title = ngettext(
            "{n} computed gap in the same municipalities that nobody spoke of",
            "{n} computed gaps in the same municipalities that nobody spoke of",
            len(silent),
        )
        with st.expander(title):
            st.html(comparison_table(silent, members, services, title, area))
    note = _(
        "Computed with the recommended norm and the usual limits. “Only felt” is no error of people: "
        "a service may be full, "
        "expensive or unknown. “Only computed” may mean that nobody was asked."
    )
    st.html(Markup("<p>{}</p>").format(note))


def comparison_table(
    rows: list[Row], members: dict[str, str], services: dict[str, str], caption: str, area: str
) -> Html:
    """Return findings and computed classes side by side."""
    labels = needs_findings.result_labels()
    has_people = any(row.target_group for row in rows)
    columns = [
        tables.Column(_("Municipality")),
        tables.Column(_("Service")),
        *([tables.Column(_("For whom"))] if has_people else []),
        tables.Column(_("People say")),
        tables.Column(_("Computed")),
        tables.Column(_("Comparison")),
    ]
    cells = [
        [
            members.get(row.municipality, _("Whole area")),
            service_cell(row, services),
            *([label("target_groups", row.target_group) if row.target_group else None] if has_people else []),
            said_cell(row),
            computed_cell(row, area),
            Markup("<strong>{}</strong>").format(labels[row.result]),
        ]
        for row in rows
    ]
    return html_table(columns, cells, caption)


def service_cell(row: Row, services: Mapping[str, str]) -> tables.Cell:
    """Name the group, and the kinds that were spoken of where it was not all of it."""
    kinds = dict.fromkeys(one.kind for one in row.said if one.kind)
    name = services.get(row.service, row.service)
    if not kinds or row.service in kinds:
        return name
    words = text.listing(label("service_types", kind) for kind in kinds)
    return lines([name, _("spoken of: {kinds}", kinds=words)])


def said_cell(row: Row) -> tables.Cell:
    """Say what people say, who says it and where that can be checked."""
    if row.felt is None:
        return _("nobody spoke of it")
    if not any(one.state for one in row.said):
        felt, others = needs_findings.felt_labels()[row.felt], _("others say the opposite")
        speakers = f" ({', '.join(row.said_by)})" if row.said_by else ""
        return felt + speakers + (f"; {others}" if row.is_disputed else "")
    return lines([part for one in row.said for part in _told(one)])


def _told(finding: Finding) -> list[tables.Cell]:
    state = capitalised(label("finding_states", finding.state))
    source = _("Source: {source}", source=finding.source) if finding.source else None
    return [Markup("<strong>{}</strong> ({})").format(state, finding.said_by), finding.note or None, source]


def computed_cell(row: Row, area: str) -> tables.Cell:
    """Show the computed class, with the way to the map on which it stands."""
    if row.service not in service_groups():
        return _("this kind is not computed")
    return lines([class_chip(row.gap_class), link(_("show on the map"), map_address(area, row.service))])

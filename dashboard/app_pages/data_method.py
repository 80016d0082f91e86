"""
Data and method: what to clean, how sure figures are, what is missing, where every figure comes
from, how it is computed.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import navigation, text
from dashboard.address import sections
from dashboard.address.question import LANGUAGE_PARAMETER
from dashboard.answers import areas as answers_areas
from dashboard.answers import dataset as data
from dashboard.answers import stated
from dashboard.answers.areas import groups_of_country
from dashboard.method import confidence, correction, doubtful, formulas
from dashboard.method import facts as method
from dashboard.method import tables as method_view
from dashboard.own import worker
from dashboard.tables import html as tables
from dashboard.tables.html import Cell, Column, html, html_facts, html_table
from dashboard.text import _, ngettext, pgettext
from geodata.dataset import fields, membership
from geodata.method.analysis import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.method.confidence import Confidence
    from dashboard.method.doubtful import Effects
    from geodata.dataset.dataset import Dataset

PAGE: Final = "data"
ORDER: Final = "order"
AREA: Final = "area"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def titles() -> dict[str, str]:
    """Return the sections of the page."""
    return {
        "doubtful": _("To clean first"),
        "sure": _("How sure it is"),
        "missing": _("What is missing"),
        "sources": _("Sources and their age"),
        "rows": _("What became of every row"),
        "method": _("How it is computed"),
        "dictionary": _("Data dictionary"),
    }


def page() -> None:
    """Arrange the page."""
    dataset = data.dataset()
    st.html(tables.STYLE)
    st.title(_("Data and method"), anchor=False)
    st.write(state_sentence(dataset))
    section = sections.choose(titles(), PAGE)
    parameters = {
        name: value for name, value in st.query_params.items() if name == LANGUAGE_PARAMETER
    } | sections.write(sections.PARAMETER, section, PAGE)
    show: dict[str, Callable[[Dataset], dict[str, str] | None]] = {
        "doubtful": show_doubtful,
        "sure": show_confidence,
        "missing": show_missing,
        "sources": show_sources,
        "rows": show_accounting,
        "method": show_method,
        "dictionary": show_dictionary,
    }
    for name in titles() if section == sections.ALL else [section]:
        parameters |= show[name](dataset) or {}
    if parameters != st.query_params.to_dict():
        st.query_params.from_dict(parameters)


def paragraph(sentence: str) -> None:
    """Show a sentence as it stands."""
    st.html(f"<p>{html(sentence)}</p>")


def state_sentence(dataset: Dataset) -> str:
    """Say of what day the data are and which version this is."""
    facts = stated.facts(dataset)
    return _(
        "State of the data: {day}. Version of the dataset: {version}.",
        day=text.date(facts.get("data_date")),
        version=text.plain(dataset.version),
    )


# -- what to clean -------------------------------------------------------------------------------------------


def show_doubtful(dataset: Dataset) -> dict[str, str]:
    """List the capacities that look like a whole year or a slip: the first thing to clean."""
    st.header(_("Doubtful capacities"), anchor=False)
    found = method.doubtful(dataset)
    paragraph(
        _(
            "These numbers are far beyond what is usual for their kind. "
            "They are probably clients of a whole year or a slip. Until somebody corrects them, "
            "they are not counted and the results around them are lower bounds."
        )
    )
    if not found:
        st.success(_("None at the moment."))
        return {}
    choose, take, fill = st.columns([3, 2, 3], vertical_alignment="bottom")
    with choose:
        order = sections.select(_("Order"), doubtful.order_labels(), ORDER, PAGE)
    effects = _effects(dataset, dataset.version)
    ordered = doubtful.ordered(found, effects, order)
    with take:
        st.download_button(
            _("Download as CSV"),
            doubtful.sheet(ordered, effects),
            "dosah-doubtful.csv",
            "text/csv",
            on_click="ignore",
        )
    with fill:
        st.download_button(
            _("Table of corrections with all of them (Excel)"),
            _corrections_maker(dataset, text.current()),
            file_name=f"dosah-corrections-{text.current()}.xlsx",
            mime=XLSX,
            on_click="ignore",
        )
    st.html(doubtful.doubtful_table(ordered, effects))
    if len(ordered) > doubtful.MOST_SHOWN:
        st.write(_("The table on this page shows the first {n}.", n=text.number(doubtful.MOST_SHOWN)))
    return sections.write(ORDER, order, PAGE)


def _corrections_maker(dataset: Dataset, language: str) -> Callable[[], bytes]:
    """
    Return what makes a table of corrections that begins with every doubtful
    capacity, when somebody clicks.
    """
    rows = [correction.template_row(one) for one in method.doubtful(dataset)]
    return functools.partial(worker.template, "corrections", language, rows)


@st.cache_resource(max_entries=2, show_spinner=False)
def _effects(_dataset: Dataset, version: str) -> Effects:  # noqa: ARG001  # the version is the key
    countries = dict.fromkeys(_dataset["municipality"]["country"])
    return confidence.effects_of(
        [
            data.analysis(group_id, country, None, Settings())
            for country in countries
            for group_id in groups_of_country(country)
        ]
    )


# -- how sure ------------------------------------------------------------------------------------------------


def show_confidence(dataset: Dataset) -> dict[str, str]:
    """Say what may be uncertain, and count it for each group in an area."""
    st.header(_("How sure it is"), anchor=False)
    paragraph(_("These are different things, and the program never mixes them:"))
    st.html(html_facts([(name, meaning) for name, meaning in method_view.reservations()]))
    areas = answers_areas.areas_of(dataset)
    names = {code: name for code, (name, _country) in areas.items()}
    if not names:
        return {}
    area = sections.select(_("Area"), names, AREA, PAGE)
    found = _confidence(dataset, dataset.version, area, areas[area][1])
    st.html(method_view.confidence_table(found, area, names[area]))
    paragraph(
        _(
            "A municipality may have several reservations. Counted with the recommended "
            "norm and the usual limits."
        )
    )
    return sections.write(AREA, area, PAGE)


@st.cache_resource(max_entries=32, show_spinner=False)
def _confidence(_dataset: Dataset, version: str, area: str, country: str) -> list[Confidence]:  # noqa: ARG001  # as above
    inside = list(membership.members(_dataset, area))
    old = confidence.old_services(_dataset)
    return [
        confidence.confidence_of(data.analysis(group_id, country, area, Settings()), inside, old)
        for group_id in groups_of_country(country)
    ]


# -- sources and rows ----------------------------------------------------------------------------------------


def show_missing(dataset: Dataset) -> None:
    """Say what the dataset does not know."""
    st.header(_("What is missing"), anchor=False)
    parts = method_view.missing_sentences(dataset)
    st.html("<ul>" + "".join(f"<li>{html(part)}</li>" for part in parts) + "</ul>")


def show_sources(dataset: Dataset) -> None:
    """List every origin with publisher, licence, date and address."""
    st.header(_("Sources and their age"), anchor=False)
    st.html(method_view.sources_table(method.sources(dataset)))


def show_accounting(dataset: Dataset) -> None:
    """Show what became of every row, and list what was left out and what was joined."""
    st.header(_("What became of every row"), anchor=False)
    paragraph(
        _("Nothing disappears in silence: rows read = rows loaded + rows joined to another + rows left out.")
    )
    found = method.sources(dataset)
    st.html(method_view.accounting_table(found))
    names = {one.origin_id: one.title for one in found}
    left_out, joined = method.rejected(dataset), method.linked(dataset)
    if not left_out:
        paragraph(_("No row was left out."))
    else:
        with st.expander(ngettext("{n} row left out, and why", "{n} rows left out, and why", len(left_out))):
            st.html(method_view.left_out_table(left_out, names))
    if joined:
        title = ngettext(
            "{n} row joined to another, and why", "{n} rows joined to another, and why", len(joined)
        )
        with st.expander(title):
            st.html(method_view.joined_table(joined, names))


# -- the method ----------------------------------------------------------------------------------------------


def show_method(_dataset: Dataset) -> None:
    """Show the formulas in words and symbols, and every parameter with the reason for its default."""
    st.header(_("How it is computed"), anchor=False)
    paragraph(
        _(
            "Everything is computed for one group of services, one form and one unit at a time, "
            "and for each country by itself."
        )
    )
    columns = [Column(_("Step")), Column(_("Formula")), Column(_("In words"))]
    steps: list[list[Cell]] = [[step.name, step.formula, step.words] for step in formulas.steps()]
    st.html(
        html_table(
            columns, steps, _("From people to missing places (i = municipality, j = site of a service)")
        )
    )
    paragraph(
        _(
            "The page of each village shows the same steps with its own numbers, down to every service: "
            "open “How was this calculated?” there."
        )
    )
    st.page_link(navigation.file("village"), label=_("Open the page of a village"))
    st.subheader(_("Parameters"), anchor=False)
    columns = [Column(_("Parameter")), Column(_("Default")), Column(_("Why"))]
    rows: list[list[Cell]] = [[one.name, one.default, one.reason] for one in formulas.parameters()]
    st.html(html_table(columns, rows, _("Assumptions you can change on the map")))


def show_dictionary(_dataset: Dataset) -> None:
    """List every table and column of the dataset."""
    st.header(_("Data dictionary"), anchor=False)
    paragraph(
        _(
            "The dataset is one GeoPackage file; QGIS opens it by a double click. "
            "These are its tables and columns."
        )
    )
    for table in fields.TABLES:
        with st.expander(f"{table.name}: {text.plain(pgettext('dictionary', table.description))}"):
            columns = [
                Column(_("Column")),
                Column(_("Type")),
                Column(_("Unit")),
                Column(_("May be unknown")),
                Column(_("What it holds")),
            ]
            rows: list[list[Cell]] = [
                [
                    field.name,
                    field.type,
                    field.unit,
                    _("yes") if field.nullable else _("no"),
                    pgettext("dictionary", field.description),
                ]
                for field in table.fields
            ]
            st.html(html_table(columns, rows, table.name))


if __name__ == "__main__":
    page()

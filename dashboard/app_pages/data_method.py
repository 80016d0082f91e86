"""Data and method: where every figure comes from, how old it is, what is missing, how it is computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard import data, method, method_words, sheets, tables, text
from dashboard.gap_words import amount
from dashboard.method import Source
from dashboard.service_words import card_address, short_web
from dashboard.tables import Cell, Column, html, html_table, lines, link, web_address
from dashboard.text import _, ngettext, pgettext
from dashboard.words import group_label, label
from geodata import fields

if TYPE_CHECKING:
    from geodata.catalog import Dataset


def page() -> None:
    """Arrange the page."""
    dataset = data.dataset()
    st.html(tables.STYLE)
    st.title(_("Data and method"), anchor=False)
    st.write(state_sentence(dataset))
    show_sources(dataset)
    show_accounting(dataset)
    show_missing(dataset)
    show_doubtful(dataset)
    show_method()
    show_parameters()
    show_dictionary()


def paragraph(sentence: str) -> None:
    """Show a sentence as it stands."""
    st.html(f"<p>{html(sentence)}</p>")


def bullets(parts: list[str]) -> None:
    """Show sentences as a list."""
    st.html("<ul>" + "".join(f"<li>{html(part)}</li>" for part in parts) + "</ul>")


def state_sentence(dataset: Dataset) -> str:
    """Say of what day the data are and which version this is."""
    facts = method.facts(dataset)
    return _(
        "State of the data: {day}. Version of the dataset: {version}.",
        day=text.date(facts.get("data_date")),
        version=text.plain(dataset.version),
    )


def show_sources(dataset: Dataset) -> None:
    """List every origin with publisher, licence, date and address."""
    st.header(_("Sources and their age"), anchor=False)
    found = method.sources(dataset)
    columns = [
        Column(_("Source")),
        Column(_("Publisher")),
        Column(_("State of")),
        Column(_("Licence")),
        Column(_("How to cite")),
    ]
    rows: list[list[Cell]] = [
        [source_cell(one), one.publisher, date_cell(one), one.licence, one.citation] for one in found
    ]
    st.html(html_table(columns, rows, _("Every file that was read")))


def source_cell(one: Source) -> Cell:
    """Name a source with its address and what to know before using it."""
    address = web_address(one.url)
    return lines([one.title, link(short_web(one.url or ""), address) if address else None, one.note])


def date_cell(one: Source) -> Cell:
    """Say the day of a source and mark it where it is old."""
    return lines([text.date(one.date), _("older than three years") if one.is_old else None])


# -- row accounting ------------------------------------------------------------------------------------------------------


def show_accounting(dataset: Dataset) -> None:
    """Show what became of every row, and list what was left out and what was joined."""
    st.header(_("What became of every row"), anchor=False)
    paragraph(
        _("Nothing disappears in silence: rows read = rows loaded + rows joined to another + rows left out.")
    )
    counted = [one for one in method.sources(dataset) if one.rows_read is not None]
    columns = [
        Column(_("Source")),
        Column(_("Read"), is_number=True),
        Column(_("Loaded"), is_number=True),
        Column(_("Joined"), is_number=True),
        Column(_("Left out"), is_number=True),
        Column(_("Adds up")),
    ]
    rows: list[list[Cell]] = [
        [
            one.title,
            text.number(one.rows_read),
            text.number(one.rows_loaded),
            text.number(one.rows_merged),
            text.number(one.rows_rejected),
            _("yes") if one.adds_up else _("no"),
        ]
        for one in counted
    ]
    st.html(html_table(columns, rows, _("Rows of every source")))
    titles = {one.origin_id: one.title for one in method.sources(dataset)}
    left_out = method.rejected(dataset)
    joined = method.linked(dataset)
    show_left_out(left_out, titles)
    show_joined(joined, titles)


def show_left_out(left_out: list[dict[str, Any]], titles: Mapping[str, str]) -> None:
    """List the rows that were not loaded, each with its reason."""
    if not left_out:
        paragraph(_("No row was left out."))
        return
    with st.expander(ngettext("{n} row left out, and why", "{n} rows left out, and why", len(left_out))):
        st.html(
            html_table(
                [
                    Column(_("Source")),
                    Column(_("Row"), is_number=True),
                    Column(_("Reason")),
                    Column(_("Detail")),
                ],
                [
                    [
                        titles.get(row["origin_id"], row["origin_id"]),
                        text.number(row["row_number"]),
                        label("rejection_reasons", row["reason"]),
                        row["detail"],
                    ]
                    for row in left_out
                ],
                _("Rows left out"),
            )
        )


def show_joined(joined: list[dict[str, Any]], titles: Mapping[str, str]) -> None:
    """List the rows that were joined to another, each with its rule."""
    if not joined:
        return
    with st.expander(
        ngettext("{n} row joined to another, and why", "{n} rows joined to another, and why", len(joined))
    ):
        st.html(
            html_table(
                [
                    Column(_("Service")),
                    Column(_("Source")),
                    Column(_("Row"), is_number=True),
                    Column(_("Rule")),
                    Column(_("What was compared")),
                ],
                [
                    [
                        link(str(row["name"] or row["service_id"]), card_address(row["service_id"])),
                        titles.get(row["origin_id"], row["origin_id"]),
                        text.number(row["row_number"]),
                        label("link_rules", row["rule"]),
                        row["detail"],
                    ]
                    for row in joined
                ],
                _("Rows joined to another"),
            )
        )


# -- what is missing, what is doubtful -----------------------------------------------------------------------------------


def show_missing(dataset: Dataset) -> None:
    """Say what the dataset does not know."""
    st.header(_("What is missing"), anchor=False)
    bullets(missing_sentences(dataset))


def missing_sentences(dataset: Dataset) -> list[str]:
    """Say in sentences what the dataset does not know."""
    found = method.missing(dataset)
    of_all = text.number(found.services)
    said = []
    for country in dict.fromkeys(dataset["municipality"]["country"]):
        groups = [group_label(group_id) for group_id in method.incomplete_groups(dataset, country)]
        if groups:
            said.append(
                _(
                    "{country}: of these kinds we know only a part, so “none known to us” does not mean “none”: {kinds}.",
                    country=label("countries", country),
                    kinds=text.listing(groups),
                )
            )
    counts = (
        (
            found.without_capacity,
            ngettext(
                "{n} of {all} services has an unknown capacity.",
                "{n} of {all} services have an unknown capacity.",
                found.without_capacity,
                all=of_all,
            ),
        ),
        (
            found.page_only,
            ngettext(
                "{n} of {all} services is known from a web page only.",
                "{n} of {all} services are known from a web page only.",
                found.page_only,
                all=of_all,
            ),
        ),
        (
            found.without_place,
            ngettext(
                "{n} of {all} services has no known place.",
                "{n} of {all} services have no known place.",
                found.without_place,
                all=of_all,
            ),
        ),
        (
            found.only_municipality,
            ngettext(
                "Of {n} service only the municipality is known, not the address.",
                "Of {n} services only the municipality is known, not the address.",
                found.only_municipality,
            ),
        ),
        (
            found.protected,
            ngettext(
                "{n} service has a protected address and is shown no finer than the district.",
                "{n} services have a protected address and are shown no finer than the district.",
                found.protected,
            ),
        ),
        (
            found.planned,
            ngettext(
                "{n} service is only planned and is not counted.",
                "{n} services are only planned and are not counted.",
                found.planned,
            ),
        ),
    )
    said += [sentence for count, sentence in counts if count]
    if found.without_population:
        said.append(
            ngettext(
                "Of {n} municipality there is an outline but no population, so its need is unknown: {names}.",
                "Of {n} municipalities there are outlines but no population, so their need is unknown: {names}.",
                len(found.without_population),
                names=text.listing(sorted(found.without_population, key=text.sort_key)),
            )
        )
    if found.coarse_ages:
        said.append(
            _(
                "Ages 80 and over are unknown, because the source ends with a younger group: {names}.",
                names=text.listing(found.coarse_ages),
            )
        )
    said.append(
        _(
            "People and services beyond the edge of the loaded districts are not counted; places near the edge are marked."
        )
    )
    return said


def show_doubtful(dataset: Dataset) -> None:
    """List the capacities that look like a whole year or a slip: the first thing to clean."""
    st.header(_("Doubtful capacities"), anchor=False)
    found = method.doubtful(dataset)
    paragraph(
        _(
            "These numbers are far beyond what is usual for their kind. They are probably clients of a whole year or a slip. Until somebody corrects them, they are not counted and the results around them are lower bounds."
        )
    )
    if not found:
        st.write(_("None at the moment."))
        return
    columns = [
        Column(_("Service and provider")),
        Column(_("Kind and form")),
        Column(_("Registered"), is_number=True),
        Column(_("Median of the kind"), is_number=True),
        Column(_("Bound"), is_number=True),
    ]
    rows: list[list[Cell]] = [
        [
            lines(
                [
                    link(one.name, card_address(one.service_id)),
                    one.provider if one.provider != one.name else None,
                ]
            ),
            lines([label("service_types", one.kind), label("forms", one.form)]),
            amount(one.number, one.unit),
            text.number(one.median, 1),
            text.number(one.bound, 1),
        ]
        for one in found
    ]
    st.html(
        html_table(columns, rows, ngettext("{n} doubtful capacity", "{n} doubtful capacities", len(found)))
    )
    values: list[list[sheets.Value]] = [
        [
            one.service_id,
            one.name,
            one.provider,
            label("service_types", one.kind),
            label("forms", one.form),
            label("capacity_units", one.unit),
            one.number,
            one.median,
            one.bound,
        ]
        for one in found
    ]
    headings = [
        _("Identifier"),
        _("Name"),
        _("Provider"),
        _("Kind of service"),
        _("Form"),
        _("Unit"),
        _("Registered"),
        _("Median of the kind"),
        _("Bound"),
    ]
    st.download_button(
        _("Download as CSV"),
        sheets.csv_bytes(headings, values),
        "dosah-doubtful.csv",
        "text/csv",
        on_click="ignore",
    )


# -- the method ----------------------------------------------------------------------------------------------------------


def show_method() -> None:
    """Show the formulas in words and symbols."""
    st.header(_("How it is computed"), anchor=False)
    paragraph(
        _(
            "Everything is computed for one group of services, one form and one unit at a time, and for each country by itself."
        )
    )
    columns = [Column(_("Step")), Column(_("Formula")), Column(_("In words"))]
    rows: list[list[Cell]] = [[step.name, step.formula, step.words] for step in method_words.steps()]
    st.html(
        html_table(
            columns, rows, _("From people to missing places (i = municipality, j = site of a service)")
        )
    )


def show_parameters() -> None:
    """List every parameter with its default and the reason."""
    st.header(_("Parameters"), anchor=False)
    columns = [Column(_("Parameter")), Column(_("Default")), Column(_("Why"))]
    rows: list[list[Cell]] = [[one.name, one.default, one.reason] for one in method_words.parameters()]
    st.html(html_table(columns, rows, _("Assumptions you can change on the map")))


def show_dictionary() -> None:
    """List every table and column of the dataset."""
    st.header(_("Data dictionary"), anchor=False)
    paragraph(
        _(
            "The dataset is one GeoPackage file; QGIS opens it by a double click. These are its tables and columns."
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

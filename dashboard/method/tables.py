"""
What the page "Data and method" says of sources, rows, what is missing and how sure figures are,
as HTML tables and sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard import sorting, text
from dashboard.catalogue.words import card_address, map_address, short_web
from dashboard.method import facts
from dashboard.method.confidence import OLD_AFTER_YEARS, Confidence
from dashboard.method.facts import Source
from dashboard.phrases import bounds
from dashboard.phrases.labels import group_label, label
from dashboard.tables.html import Cell, Column, Html, html_table, lines, link, web_address
from dashboard.text import _, ngettext

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset


def sources_table(found: Sequence[Source]) -> Html:
    """Return every origin with publisher, licence, date and address."""
    columns = [
        Column(_("Source")),
        Column(_("Publisher")),
        Column(_("State of")),
        Column(_("Licence")),
        Column(_("How to cite")),
    ]
    rows: list[list[Cell]] = [
        [source_cell(one), publisher_cell(one), date_cell(one), one.licence, one.citation] for one in found
    ]
    return html_table(columns, rows, _("Every file that was read"))


def source_cell(one: Source) -> Cell:
    """Name a source with its address and what to know before using it."""
    address = web_address(one.url)
    return lines([one.title, link(short_web(one.url or ""), address) if address else None, one.note])


def publisher_cell(one: Source) -> Cell:
    """Name the publisher of a source; of a file of two countries that of each."""
    if not one.of_countries:
        return one.publisher
    return lines([told.publisher for told in one.of_countries])


def date_cell(one: Source) -> Cell:
    """Say the day of a source, of a file of two countries that of each, and mark it where it is old."""
    days: list[Cell] = [
        _(
            "{publisher}: {day}",
            publisher=told.publisher or text.unknown(),
            day=told.day_words() or text.unknown(),
        )
        for told in one.of_countries
    ]
    return lines([*(days or [text.date(one.date)]), _("older than three years") if one.is_old else None])


# -- row accounting ------------------------------------------------------------------------------------------


def accounting_table(found: Sequence[Source]) -> Html:
    """Return what became of the rows of every source."""
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
        for one in found
        if one.rows_read is not None
    ]
    return html_table(columns, rows, _("Rows of every source"))


def left_out_table(left_out: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> Html:
    """Return the rows that were not loaded, each with its reason."""
    columns = [
        Column(_("Source")),
        Column(_("Row"), is_number=True),
        Column(_("Reason")),
        Column(_("Detail")),
    ]
    rows: list[list[Cell]] = [
        [
            titles.get(row["origin_id"], row["origin_id"]),
            text.number(row["row_number"]),
            label("rejection_reasons", row["reason"]),
            row["detail"],
        ]
        for row in left_out
    ]
    return html_table(columns, rows, _("Rows left out"))


def joined_table(joined: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> Html:
    """Return the rows that were joined to another, each with its rule."""
    columns = [
        Column(_("Service")),
        Column(_("Source")),
        Column(_("Row"), is_number=True),
        Column(_("Rule")),
        Column(_("What was compared")),
    ]
    rows: list[list[Cell]] = [
        [
            link(str(row["name"] or row["service_id"]), card_address(row["service_id"])),
            titles.get(row["origin_id"], row["origin_id"]),
            text.number(row["row_number"]),
            label("link_rules", row["rule"]),
            row["detail"],
        ]
        for row in joined
    ]
    return html_table(columns, rows, _("Rows joined to another"))


# -- what is missing -----------------------------------------------------------------------------------------


def missing_sentences(dataset: Dataset) -> list[str]:
    """Say in sentences what the dataset does not know."""
    found = facts.missing(dataset)
    of_all = text.number(found.services)
    said = []
    for country in dict.fromkeys(dataset["municipality"]["country"]):
        groups = [group_label(group_id) for group_id in facts.incomplete_groups(dataset, country)]
        if groups:
            said.append(
                _(
                    "{country}: of these kinds we know only a part, "
                    "so “none known to us” does not mean “none”: {kinds}.",
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
                "Of {n} municipalities there are outlines but no population, "
                "so their need is unknown: {names}.",
                len(found.without_population),
                names=text.listing(sorted(found.without_population, key=sorting.sort_key)),
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
            "People and services beyond the edge of the loaded districts are not counted; "
            "places near the edge are marked."
        )
    )
    return said


# -- how sure ------------------------------------------------------------------------------------------------


def reservations() -> list[tuple[str, str]]:
    """Return each reservation and what it means: they are different things."""
    return [
        (
            _("None known"),
            _(
                "No service of this kind is known to us within reach, "
                "and the loaded sources do not hold all of them. It does not mean that there is none."
            ),
        ),
        (
            _("Capacity unknown"),
            _(
                "A service within reach does not say how many people it can take. "
                "It is not counted, so the result is “{least}”.",
                least=bounds.at_least(),
            ),
        ),
        (
            _("Capacity doubtful"),
            _(
                "A number far beyond the usual, probably clients of a whole year. "
                "It is not counted until somebody corrects it."
            ),
        ),
        (
            _("Address protected"),
            _(
                "Shelters and intervention centres are shown no finer than the district, "
                "so distances to them are not known."
            ),
        ),
        (
            _("Near the edge"),
            _("People and services beyond the edge of the loaded data matter too, but are not counted."),
        ),
        (
            _("Old"),
            ngettext(
                "The page that was read speaks of a year that is {n} year or more back.",
                "The page that was read speaks of a year that is {n} years or more back.",
                OLD_AFTER_YEARS,
            ),
        ),
        (_("Not loaded"), _("The population of the municipality is not loaded, so its need is unknown.")),
        (
            _("No norm"),
            _(
                "No figure says how much of this help is usual, so nobody can say how much is missing. "
                "On the map you can type one."
            ),
        ),
    ]


def confidence_table(found: Sequence[Confidence], area_id: str, area_name: str) -> Html:
    """
    Return in how many municipalities of an area which reservation holds, group by group,
    with the way to the map.
    """
    columns = [
        Column(_("Service")),
        Column(_("No reservation"), is_number=True),
        Column(_("None known"), is_number=True),
        Column(_("Capacity unknown"), is_number=True),
        Column(_("Capacity doubtful"), is_number=True),
        Column(_("Near the edge"), is_number=True),
        Column(_("Not loaded"), is_number=True),
        Column(_("No norm"), is_number=True),
        Column(_("Services with a protected address"), is_number=True),
        Column(_("Services with old information"), is_number=True),
    ]
    rows: list[list[Cell]] = [
        [
            lines(
                [
                    group_label(one.group_id),
                    link(_("show on the map"), map_address(area_id, one.group_id, "confidence")),
                ]
            ),
            _("{count} of {total}", count=text.number(one.sure), total=text.number(one.municipalities)),
            *(
                text.number(count)
                for count in (
                    one.none_known,
                    one.unknown_capacity,
                    one.doubtful,
                    one.near_edge,
                    one.not_loaded,
                    one.no_norm,
                    one.protected_services,
                    one.old_services,
                )
            ),
        ]
        for one in found
    ]
    return html_table(columns, rows, _("Municipalities by reservation: {area}", area=area_name))

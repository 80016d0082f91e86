"""
The way back of every figure of one municipality: norm, people, need, services within reach,
result, each with its origin.

Pure functions from an analysis to HTML; numbers are written so that a pocket calculator
comes to the same result.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard import sorting, text
from dashboard.catalogue.card import origin_title
from dashboard.gaps.calculation_sites import DIGITS, digits_of_figure, figure, sites_table
from dashboard.phrases import bounds
from dashboard.phrases.gaps import limit_words
from dashboard.phrases.labels import label
from dashboard.phrases.norms import norm_name, norm_unavailable, persons
from dashboard.phrases.origins import days_of_people, of_country
from dashboard.tables.html import Cell, Column, html, html_table, lines
from dashboard.text import _, ngettext
from geodata.figures import adding_up
from geodata.reading import values
from geodata.studies.explain import explain_municipality
from geodata.vocabulary.eligibility import NOT_FOR_SENIORS

if TYPE_CHECKING:
    import pandas as pd

    from geodata.dataset.dataset import Dataset
    from geodata.method.analysis import Analysis
    from geodata.method.benchmark import Norm
    from geodata.reading.services import Service
    from geodata.studies.explain import Explanation

MOST_NAMES: Final = 3

STYLE: Final = """<style>
.dosah-calculation .dosah-scroll,.dosah-ages .dosah-scroll{container-type:normal}
.dosah-ages .dosah-table :is(th,td){padding:.1rem .5rem}
.dosah-calculation .dosah-table{font-size:.95rem}
.dosah-calculation .dosah-table tbody th{min-width:11rem;font-weight:600}
.dosah-calculation .dosah-table caption{padding-top:.8rem}
.dosah-calculation .dosah-table tr:last-child th,
 .dosah-calculation .dosah-table tr:last-child td{font-weight:600}
.dosah-calculation .dosah-table small{display:block;font-size:.88em;font-weight:400}
@media (max-width:1100px){
 .dosah-calculation .dosah-table thead{position:absolute;width:1px;height:1px;overflow:hidden;
  clip-path:inset(50%)}
 .dosah-calculation :is(table,tbody,tr,th,td,caption){display:block;width:auto}
 .dosah-calculation .dosah-table tr{padding:.5rem 0;border-bottom:1px solid rgba(128,128,128,.5)}
 .dosah-calculation .dosah-table tbody :is(th,td){border:0;padding:.12rem 0}
 .dosah-calculation .dosah-table td:empty{display:none}
 .dosah-calculation .dosah-table td::before{content:attr(data-label) ": "}
 .dosah-calculation .dosah-table .dosah-number{text-align:left;white-space:normal}
}
</style>"""
"""
Look of the calculation, beside `dashboard.tables.html.STYLE`. The width of the window
decides, not that of half a page.
"""


def origins_of(dataset: Dataset) -> dict[str, Mapping[str, Any]]:
    """Return the origins of a dataset by id."""
    rows = dataset["origin"].to_dict("records")
    return {str(row["origin_id"]): {str(name): value for name, value in row.items()} for row in rows}


def people_line(dataset: Dataset, row: Mapping[str, Any], country: str) -> str:
    """Name the source of the people of a country and its day or days."""
    source = of_country(dataset, row, country)
    if not source.days:
        return _("{source}, without a date", source=source.title)
    return _("{source}, {day}", source=source.title, day=source.day_words())


def origin_line(origin_id: str, origins: Mapping[str, Mapping[str, Any]], dated: object = None) -> str:
    """Name an origin and the day it speaks of; `dated` is the day of the very rows, where it is known."""
    day = origins.get(origin_id, {}).get("reference_date") if values.is_missing(dated) else dated
    title = origin_title(origin_id, origins)
    if values.is_missing(day):
        return _("{source}, without a date", source=title)
    return _("{source}, {day}", source=title, day=text.date(str(day), "medium"))


# -- the whole -----------------------------------------------------------------------------------------------


def calculation(analysis: Analysis, code: str, dataset: Dataset, entries: Mapping[str, Service]) -> str:
    """
    Write the way from the norm to the result of one municipality as two tables and notes.

    Parameters
    ----------
    analysis
        What is explained.
    code
        A municipality of its country.
    dataset
        The published dataset it was made from: origins and dates stand in it.
    entries
        Services of the catalogue by service_id; a protected one is told by its kind, without a distance.

    Raises
    ------
    UnknownCodeError
        If the analysis has no such municipality.
    """
    found = explain_municipality(analysis, code)
    origins = origins_of(dataset)
    row = analysis.coverage.loc[analysis.coverage["municipality_code"] == code].iloc[0]
    parts = [steps_table(analysis, found, row, dataset, origins)]
    if len(found.sites):
        letters = source_letters(found.sites, entries)
        parts.append(sites_table(analysis, found, row, entries, letters))
        parts.append(f"<p>{html(sources_text(letters, origins))}</p>")
    said = [f"<p>{html(note)}</p>" for note in notes(analysis, found, code, dataset, origins)]
    return f'<div class="dosah-calculation">{"".join([*parts, *said])}</div>'


# -- from the norm to the result -----------------------------------------------------------------------------


def steps_table(
    analysis: Analysis,
    found: Explanation,
    row: pd.Series,
    dataset: Dataset,
    origins: Mapping[str, Mapping[str, Any]],
) -> str:
    """Return the chain norm → need → coverage → places, one calculation in a row."""
    columns = [
        Column(_("What is computed")),
        Column(_("Calculation")),
        Column(_("How much")),
        Column(_("Where it is from")),
    ]
    rows: list[list[Cell]] = [
        norm_row(found.norm, dataset, origins, analysis.country),
        [
            _("Number of {people}", people=persons(found.norm.age_weights)),
            None,
            figure(found.target_persons),
            people_origin(dataset, origins, found.municipality_code),
        ],
    ]
    demand, ratio = float(row["demand_places"]), float(row["coverage_ratio"])
    if not np.isnan(demand):
        rows.append(
            [
                _("Need"),
                f"{figure(found.norm.value_per_1000)} × {figure(found.target_persons)} ÷ {figure(1000)}",
                figure(demand),
                _("norm × people"),
            ]
        )
    if demand > 0 and not np.isnan(ratio):
        rows += result_rows(row, demand, ratio, len(found.sites))
    return html_table(columns, rows, _("Step by step: {name}", name=found.name))


def result_rows(row: pd.Series, demand: float, ratio: float, sites: int) -> list[list[Cell]]:
    """Return coverage, served, missing and what becomes of the missing: they add up to the need."""
    at_least = bool(row["is_lower_bound"])
    missing = float(row["missing_places"])
    # The three are written with the same decimals, so that the difference on paper is the difference.
    shown = adding_up(demand, [float(row["served_places"]), missing], digits_of_figure(demand))
    need, served, lacking = (text.number(float(value), shown.digits) for value in (shown.total, *shown.parts))
    if shown.is_trace[1]:
        lacking = _("less than {number}", number=text.number(10.0**-shown.digits, shown.digits))
    share = text.percent(ratio, 1)
    table = _("sum of the table below") if sites else _("no service within reach")
    rest = (
        _("missing: in reach, but full") if row["waiting_places"] > 0 else _("missing: nothing within reach")
    )
    return [
        [
            _("Coverage"),
            None if sites else "0",
            bounds.least(f"{figure(ratio)} = {share}", is_bound=at_least),
            table,
        ],
        [
            _("Served"),
            # Nobody is served above the need.
            f"{figure(demand)} × {figure(min(1.0, ratio))}",
            bounds.least(served, is_bound=at_least),
            _("need × coverage, 1 at most"),
        ],
        [
            _("Missing"),
            f"{need} − {served}",
            bounds.most(lacking, is_bound=at_least and missing > 0 and not shown.is_trace[1]),
            rest if missing > 0 else None,
        ],
    ]  # fmt: skip


def norm_row(
    norm: Norm, dataset: Dataset, origins: Mapping[str, Mapping[str, Any]], country: str
) -> list[Cell]:
    """Return the norm with what it is made of."""
    name = _("Norm: {name}", name=norm_name(norm.norm_id))
    if norm.value_per_1000 is None:
        return [name, None, text.unknown(), norm_unavailable(norm.unavailable_reason)]
    made = None
    if norm.capacity_number is not None and norm.population_persons is not None:
        made = f"{figure(norm.capacity_number)} × {figure(1000)} ÷ {figure(norm.population_persons)}"
    unit = label("capacity_units", norm.unit)
    value = _("{value} per 1,000 people ({unit})", value=figure(norm.value_per_1000), unit=unit)
    of_people = set(dataset["national_population"]["origin_id"]) - set(dataset["benchmark"]["origin_id"])
    sources: list[Cell] = [
        people_line(dataset, origins[one], country)
        if one in of_people & set(origins)
        else origin_line(one, origins)
        for one in norm.origin_ids
    ]
    if norm.citation:
        sources.append(norm.citation)
    if not sources and norm.norm_id == "typed":
        sources.append(_("typed by the reader"))
    if not sources and made:
        # A mean of what is loaded: the services and the people of this very dataset.
        services = dataset["service"]
        loaded = set(dataset["population"]["origin_id"])
        used = services.loc[services["country"] == country, "origin_id"].drop_duplicates()
        people = [one for one, of in days_of_people(dataset) if of == country and one in loaded]
        sources += [
            *(origin_line(one, origins) for one in used),
            *(people_line(dataset, origins[one], country) for one in people if one in origins),
        ]
    if norm.services_counted is not None:
        sources.append(
            _(
                "services counted: {counted}; without a usable capacity: {rest}",
                counted=text.number(norm.services_counted),
                rest=text.number(norm.services_not_counted),
            )
        )
    return [name, made, value, lines(sources)]


def people_origin(dataset: Dataset, origins: Mapping[str, Mapping[str, Any]], code: str) -> Cell:
    """Say which table the people of a municipality are counted in, and of which day."""
    table = dataset["population"]
    rows = table.loc[table["municipality_code"] == code, ["origin_id", "reference_date"]].drop_duplicates()
    if rows.empty:
        return _("the population is not loaded")
    return lines(
        [
            origin_line(origin_id, origins, dated)
            for origin_id, dated in rows.itertuples(index=False, name=None)
        ]
    )


# -- the services within reach -------------------------------------------------------------------------------


def source_letters(sites: pd.DataFrame, entries: Mapping[str, Service]) -> dict[str, str]:
    """Give each source of the services a letter, so that it is named once and not in every row."""
    used = dict.fromkeys(entries[one].origin_id for one in sites["service_id"] if one in entries)
    return {origin_id: chr(ord("A") + number) for number, origin_id in enumerate(sorted(used))}


def sources_text(letters: Mapping[str, str], origins: Mapping[str, Mapping[str, Any]]) -> str:
    """Say what the letters stand for."""
    said = [f"{letter} – {origin_line(origin_id, origins)}" for origin_id, letter in letters.items()]
    return _("Sources of the services: {sources}.", sources="; ".join(said))


# -- what else a reader must know ----------------------------------------------------------------------------


def notes(
    analysis: Analysis,
    found: Explanation,
    code: str,
    dataset: Dataset,
    origins: Mapping[str, Mapping[str, Any]],
) -> list[str]:
    """Say how distances and weights are made, what is not counted, and how numbers are rounded."""
    table = dataset["municipality"]
    place_origin = str(table.loc[table["municipality_code"] == code, "origin_id"].iloc[0])
    said = [
        _(
            "Distance: from the middle of the municipality; reach: {reach}. "
            "Places of municipalities: {source}.",
            reach=limit_words(analysis),
            source=origin_line(place_origin, origins),
        ),
        _(
            "Part of the coverage = places ÷ need shared × weight. Method: "
            "two-step floating catchment, Luo & Wang (2003)."
        ),
    ]
    if found.sites["contribution"].isna().any():
        said.append(
            _(
                "What is not counted adds nothing, so the true coverage may be higher: we say “{least}”.",
                least=bounds.at_least(),
            )
        )
    left_out = _for_others_sentence(analysis, dataset)
    if left_out:
        said.append(left_out)
    said.append(
        _(
            "Figures are rounded to {digits} digits; a calculator may differ in the last one.",
            digits=text.number(DIGITS),
        )
    )
    return said


def _for_others_sentence(analysis: Analysis, dataset: Dataset) -> str | None:
    """
    Name services of these kinds that do not count because they are for other people than seniors;
    None where there are none.
    """
    supply = analysis.supply
    ids = set(supply.loc[supply["not_counted_reason"] == NOT_FOR_SENIORS, "service_id"])
    if not ids:
        return None
    service = dataset["service"]
    names = service.loc[service["service_id"].isin(ids), "name"].tolist()
    return ngettext(
        "Not counted: {n} service of these kinds that is not for seniors ({names}).",
        "Not counted: {n} services of these kinds that are not for seniors ({names}).",
        len(ids),
        names=text.listing(sorted(dict.fromkeys(names), key=sorting.sort_key)[:MOST_NAMES]),
    )

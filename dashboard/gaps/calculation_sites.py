"""The services within reach of a municipality, one a row: what each brings to the calculation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard import text
from dashboard.catalogue.words import card_address, sharing_words
from dashboard.phrases.amounts import amount
from dashboard.phrases.gaps import reason_label
from dashboard.phrases.labels import label
from dashboard.tables.html import Cell, Column, Html, html, html_table, link
from dashboard.text import _, ngettext
from geodata.figures import adding_up
from geodata.method.shares import equal_share
from geodata.reading import values

if TYPE_CHECKING:
    import pandas as pd

    from geodata.method.analysis import Analysis
    from geodata.reading.services import Service
    from geodata.studies.explain import Explanation


# So many digits that the figures of every line give the next one to four digits.
DIGITS: Final = 5
MUNICIPALITY: Final = "municipality"
DECLARED: Final = "declared"
DISTRICT: Final = "district"


def figure(value: float | None) -> str:
    """
    Write a number to type into a calculator: whole ones as they are,
    others with five digits that count.
    """
    if value is None or values.is_missing(value):
        return text.unknown()
    number = float(value)
    if number == 0 or number == round(number):
        return text.number(number)
    return text.number(number, digits_of_figure(number))


def digits_of_figure(number: float) -> int:
    """Return the decimals that write a number with `DIGITS` digits that count."""
    if number == 0:
        return 0
    return min(max(DIGITS - 1 - math.floor(math.log10(abs(number))), 0), 10)


def sites_table(
    analysis: Analysis,
    found: Explanation,
    row: pd.Series,
    entries: Mapping[str, Service],
    letters: Mapping[str, str],
) -> str:
    """
    Return every place within reach with what it gives to the municipality;
    the parts add up to the coverage.
    """
    columns = [
        Column(_("Service and provider")),
        Column(_("Distance, weight")),
        Column(_("Its places")),
        Column(_("Need it shares them among")),
        Column(_("Part of the coverage"), is_number=True),
    ]
    sharing = dict(zip(analysis.supply["site_id"], _sharers(analysis), strict=True))
    # What gives most stands first; what does not count comes last.
    sites = found.sites.sort_values(["contribution", "cost_m"], ascending=[False, True], kind="stable")
    total = row["coverage_ratio"]
    added = _contributions(sites["contribution"].tolist(), total)
    rows: list[list[Cell]] = [
        site_row(
            site, entries.get(str(site["service_id"])), letters, analysis.unit, sharing, contribution=said
        )
        for site, said in zip(sites.to_dict("records"), added[:-1], strict=True)
    ]
    counts = sites["contribution"].notna().any()
    rows.append(
        [
            _("Sum = coverage"),
            None,
            None,
            None,
            added[-1] if counts and not values.is_missing(total) else text.unknown(),
        ]
    )
    caption = _("Services within reach, place by place: {n}", n=text.number(len(sites)))
    return html_table(columns, rows, caption)


def _contributions(found: Sequence[float], total: object) -> list[str]:
    """Write what each place gives, and their sum at the end; what does not count is the word for unknown."""
    counted = [value for value in found if not values.is_missing(value)]
    if values.is_missing(total) or not counted:
        return [figure(value) for value in [*found, None]]
    whole = sum(counted)
    shown = adding_up(whole, counted, digits_of_figure(whole))
    written = (
        _("less than {number}", number=text.number(10.0**-shown.digits, shown.digits))
        if trace
        else text.number(float(part), shown.digits)
        for part, trace in zip(shown.parts, shown.is_trace, strict=True)
    )
    said = [text.unknown() if values.is_missing(value) else next(written) for value in found]
    return [*said, text.number(float(shown.total), shown.digits)]


def site_row(
    site: Mapping[Any, Any],
    entry: Service | None,
    letters: Mapping[str, str],
    unit: str,
    sharing: Mapping[str, int],
    *,
    contribution: str,
) -> list[Cell]:
    """
    Return one place of a service with its `contribution` in words;
    a protected one without its name and distance.
    """
    if not values.is_missing(site["not_counted_reason"]):
        reason = reason_label(str(site["not_counted_reason"]))
        number = site["capacity_number"]
        stated = "" if values.is_missing(number) else f" ({amount(float(number), unit)})"
        return [
            _service_cell(entry, letters),
            _reach_cell(site, entry),
            f"{reason}{stated}",
            None,
            _("does not count"),
        ]
    sites = int(site["sites_of_service"])
    share, whole = float(site["site_capacity"]), float(site["capacity_number"])
    made = f"{figure(whole)} ÷ {figure(sites)} = {figure(share)}" if sites > 1 else figure(share)
    # Sites whose own number is known do not take equal shares.
    if sites > 1 and not math.isclose(share, equal_share(whole, sites)):
        made = _("{share} of {whole}", share=figure(share), whole=figure(whole))
    if values.is_missing(site["contribution"]):
        # Nobody's need is known, so there is nothing to share it among.
        return [_service_cell(entry, letters), _reach_cell(site, entry), made, None, text.unknown()]
    among = sharing[str(site["site_id"])]
    return [
        _service_cell(entry, letters),
        _reach_cell(site, entry),
        _small(made, sharing_words(sites, int(site["sites_loaded"]))),
        _small(
            figure(site["demand_in_reach"]),
            ngettext("need of {n} municipality", "need of {n} municipalities", among),
        ),
        _small(
            contribution,
            f"= {figure(share)} ÷ {figure(site['demand_in_reach'])} × {figure(site['weight'])}",
        ),
    ]


def _small(first: str, second: str | None) -> Html:
    """Put a word in smaller letters under another."""
    below = f"<small>{html(second)}</small>" if second else ""
    return Html(f"{html(first)}{below}")


def _service_cell(entry: Service | None, letters: Mapping[str, str]) -> Cell:
    if entry is None:
        return text.unknown()
    source = _("source {letter}", letter=letters[entry.origin_id])
    if entry.is_protected:
        hidden = _("the address is protected")
        return _small(label("service_types", entry.kind), f"{hidden}; {source}")
    provider = entry.provider if entry.provider and entry.provider != entry.name else None
    below = "; ".join(part for part in (provider, source) if part)
    return Html(f"{link(entry.name, card_address(entry.service_id))}<small>{html(below)}</small>")


def _reach_cell(site: Mapping[Any, Any], entry: Service | None) -> Cell:
    weight = _("weight {weight}", weight=figure(site["weight"]))
    if entry is None or entry.is_protected or site["reach_mode"] == DISTRICT:
        return _small(_("in the district"), weight)
    far = text.distance(site["cost_m"])
    if site["reach_mode"] == DECLARED:
        seat = _("seat")
        return _small(_("declares to serve your municipality"), f"{weight}; {seat}: {far}")
    return _small(far, weight)


def _sharers(analysis: Analysis) -> list[int]:
    """Count the municipalities with a known need that share each site."""
    needs = (analysis.coverage["demand_places"] > 0).to_numpy(dtype=np.float64)
    inside = analysis.reach.copy()
    inside.data = (inside.data > 0).astype(np.float64)
    return [round(float(count)) for count in inside.T @ needs]

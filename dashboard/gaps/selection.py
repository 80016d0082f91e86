"""
The service that the reader selected on the map: where it reaches, how that is known, and what is said of it.

Pure functions of an answer and the dataset. A service with a protected address is shown
by its district, never finer.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard import sorting, text
from dashboard.catalogue.words import capacity_lines, card_address, district_text, state_words
from dashboard.phrases.labels import label
from dashboard.tables.html import Cell, html_facts, lines, link
from dashboard.text import _, ngettext
from geodata.method.reach import DECLARED, DISTRICT, MODELLED, NOWHERE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import pandas as pd

    from dashboard.answers.dataset import ServiceName
    from geodata.dataset.dataset import Dataset
    from geodata.method.analysis import Analysis
    from geodata.reading.services import Service

PLACES_OF_A_NAME: Final = 2
# The surest way first: it names the reach of a service whose sites are known in several ways.
_MODES: Final = (DECLARED, DISTRICT, MODELLED, NOWHERE)


@dataclass(frozen=True)
class Reach:
    """
    Where a service reaches.

    `mode` is how that is known (`geodata.method.reach`); `served` the municipality codes within reach;
    `circles` middle (latitude, longitude) and radius in metres of a modelled reach;
    `districts` codes where no more is known.
    """

    service_id: str
    mode: str
    served: tuple[str, ...]
    circles: tuple[tuple[float, float, float], ...]
    districts: tuple[str, ...]
    is_protected: bool


def services_within_reach(analysis: Analysis, members: Collection[str]) -> list[str]:
    """
    Return the services that reach at least one of the municipalities,
    in the order of `Analysis.supply`.
    """
    rows = np.flatnonzero(analysis.coverage["municipality_code"].isin(list(members)).to_numpy())
    columns = np.unique(analysis.reach[rows].nonzero()[1])
    return list(dict.fromkeys(analysis.supply["service_id"].iloc[columns]))


def reach_of(analysis: Analysis, dataset: Dataset, service_id: str) -> Reach | None:
    """
    Return where a service reaches under the settings of an answer;
    None if it is not part of the answer.
    """
    supply = analysis.supply
    columns = np.flatnonzero((supply["service_id"] == service_id).to_numpy())
    if not len(columns):
        return None
    rows = supply.iloc[columns]
    sites = dataset["site"]
    own = sites.loc[sites["site_id"].isin(rows["site_id"])]
    is_protected = bool(own["is_protected"].astype(bool).any())
    by_district = own["site_id"].isin(rows.loc[rows["reach_mode"] == DISTRICT, "site_id"])
    modes = set(rows["reach_mode"])
    mode = next(each for each in _MODES if each in modes)
    if is_protected and mode == MODELLED:
        mode = DISTRICT
    served = np.unique(analysis.reach[:, columns].nonzero()[0])
    radius_m = analysis.limit_m / analysis.settings.detour_factor
    points = analysis.site_points
    circles = {
        (round(float(points.latitude[column]), 5), round(float(points.longitude[column]), 5), radius_m)
        for column in columns[(rows["reach_mode"] == MODELLED).to_numpy()]
    }
    return Reach(
        service_id=service_id,
        mode=mode,
        served=tuple(analysis.coverage["municipality_code"].iloc[served]),
        circles=() if is_protected or mode == DECLARED else tuple(sorted(circles)),
        districts=tuple(sorted(set(own.loc[by_district, "district_code"].dropna()))),
        is_protected=is_protected,
    )


def names(
    services: Iterable[str],
    titles: Mapping[str, ServiceName],
    supply: pd.DataFrame,
    places: Mapping[str, str],
) -> dict[str, str]:
    """
    Return what services are called in a list, by id, in the order of the reader's language:
    title and where they stand.

    Parameters
    ----------
    services
        The service_id of each.
    titles
        `dashboard.answers.dataset.service_names`; a protected service carries its kind for a name.
    supply
        `Analysis.supply`: where the sites stand.
    places
        Names of municipalities by code.
    """
    wanted = list(services)
    rows = supply.loc[supply["service_id"].isin(wanted) & (supply["reach_mode"] != DISTRICT)]
    stands: dict[str, list[str]] = {}
    for service_id, code in zip(rows["service_id"], rows["municipality_code"], strict=True):
        if code in places:
            stands.setdefault(service_id, []).append(places[code])
    found = {
        code: ", ".join([titles[code].title, *dict.fromkeys(stands.get(code, [])[:PLACES_OF_A_NAME])])
        for code in wanted
    }
    return dict(sorted(found.items(), key=lambda pair: (sorting.sort_key(pair[1]), pair[0])))


def drawing(reach: Reach, order: Sequence[str]) -> dict[str, Any]:
    """
    Return what the map draws: outlines by their position (the border round all of them) or circles.

    A modelled reach is a circle; its municipalities are those whose point lies inside, so no border is drawn.
    """
    served = set(reach.served) if reach.mode in (DECLARED, DISTRICT) else set()
    return {
        "service": reach.service_id,
        "places": [number for number, code in enumerate(order) if code in served],
        "circles": [
            {"point": [latitude, longitude], "radius_m": round(radius_m)}
            for latitude, longitude, radius_m in reach.circles
        ],
    }


def legend_marks(reach: Reach, analysis: Analysis) -> list[dict[str, str]]:
    """Return the lines of the legend for what is drawn."""
    words = {
        DECLARED: ("reach", _("declared area of the selected service")),
        DISTRICT: ("reach", _("district of the selected service: no more of its place is shown")),
        MODELLED: (
            "reach_circle",
            _("reach of the selected service: {circle}", circle=circle_words(analysis)),
        ),
    }
    mark, said = words.get(reach.mode, ("", ""))
    return [{"mark": mark, "label": said}] if mark else []


def circle_words(analysis: Analysis) -> str:
    """Say what a circle of reach is: not a drive along roads."""
    factor = analysis.settings.detour_factor
    return _(
        "{limit} as straight line × {factor}, no roads are loaded",
        limit=text.distance(analysis.limit_m),
        factor=text.number(factor, 2),
    )


def reach_cell(
    reach: Reach, analysis: Analysis, members: Collection[str], districts: Mapping[str, str]
) -> Cell:
    """Say how the reach of a service is known and whom it reaches."""
    own = len(set(reach.served) & set(members))
    served = ngettext(
        "Within its reach: {n} municipality, {own} of this area.",
        "Within its reach: {n} municipalities, {own} of this area.",
        len(reach.served),
        own=text.number(own),
    )
    if reach.mode == DECLARED:
        return lines([_("Declared: the provider names the municipalities it serves."), served])
    if reach.mode == MODELLED:
        modelled = _(
            "Modelled by distance: {circle}. A municipality counts when its middle lies inside.",
            circle=circle_words(analysis),
        )
        return lines([modelled, served])
    if reach.mode == DISTRICT:
        names = ", ".join(district_text(code, districts) for code in reach.districts) or text.unknown()
        known = (
            _("The address is protected. It is counted for its whole district: {district}.", district=names)
            if reach.is_protected
            else _("Only the district is known. It is counted for all of it: {district}.", district=names)
        )
        return lines([known, served])
    return _("Its place is not known, so nobody can be named whom it reaches.")


def declared_cell(entry: Service, reach: Reach, analysis: Analysis, members: Collection[str]) -> Cell:
    """Say what the provider declares to serve, beside what lies within the limit."""
    from dashboard.phrases import declared

    if not entry.serves:
        return declared.not_declared(entry.served_area_state) if reach.mode == MODELLED else None
    if reach.is_protected:
        return declared.protected()
    from geodata.studies.declaration import declared_and_modelled

    pairs = declared_and_modelled(analysis, entry.service_id, entry.serves)
    is_counted = reach.mode == DECLARED
    return lines([*declared.comparison(pairs, members, analysis.limit_m, is_counted=is_counted)])


def panel(entry: Service, reach: Cell, data_date: str | None, declaration: Cell = None) -> str:
    """
    Return the panel of a selected service as HTML; what comes from data is escaped.

    Parameters
    ----------
    entry
        The service.
    reach
        Words of `reach_cell`.
    data_date
        Day the register speaks of (ISO 8601), where it is known.
    declaration
        Words of `declared_cell`.
    """
    facts: list[tuple[str, Cell]] = [
        (_("Provider"), entry.provider if entry.provider != entry.name else None),
        (_("Kind of service"), label("service_types", entry.kind)),
        (_("Capacity"), lines(capacity_lines(entry))),
        (_("State"), lines(state_words(entry, data_date)) if state_words(entry, data_date) else None),
        (_("Reach"), reach),
        (_("Declared beside distance"), declaration),
        (_("More"), link(_("all that is known of it"), card_address(entry.service_id))),
    ]
    selected = _("Selected service")
    return (
        f'<section class="dosah-selected" aria-label="{escape(selected)}">'
        f"<h2>{escape(entry.name)}</h2>{html_facts(facts)}</section>"
    )


STYLE: Final = """<style>
.dosah-selected{border-left:4px solid #7a1fa2;padding:.1rem 0 .1rem .8rem}
.dosah-selected h2{font-size:1.1rem;padding:0 0 .3rem;margin:0}
.dosah-selected dl{margin:0}
.dosah-skip{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.dosah-skip:focus{position:static;width:auto;height:auto;clip-path:none;display:inline-block;
 padding:.3rem .6rem}
</style>"""

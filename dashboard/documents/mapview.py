"""The interactive map of a pack: what `static/dosah-map.js` is told, from the same functions as the page of the map."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from dashboard import gap_words, paint, text
from dashboard.documents.facts import AreaFacts
from dashboard.text import ngettext
from dashboard.theme import GAP_CLASSES, MAP_COLOURS
from dashboard.words import group_label, label, origin_text
from geodata.analysis import Analysis

# About 10 m: finer than the generalised outlines.
DECIMALS: Final = 4


def outlines(facts: AreaFacts) -> dict[str, Any]:
    """Return the outlines as GeoJSON in the order of table municipality, as the script of the map reads them."""
    import shapely

    features = []
    for code, row in facts.places.items():
        shape = facts.shapes.shapes.get(code)
        geometry = (
            None
            if shape is None
            else json.loads(
                shapely.to_geojson(shapely.transform(shape, lambda points: points.round(DECIMALS)))
            )
        )
        point = [round(float(row["latitude"]), DECIMALS), round(float(row["longitude"]), DECIMALS)]
        features.append(
            {
                "type": "Feature",
                "properties": {"municipality_code": code, "name": str(row["name"]), "point": point},
                "geometry": geometry,
            }
        )
    return {"type": "FeatureCollection", "features": features}


def config() -> dict[str, Any]:
    """Return the colours of the map."""
    styles = [
        {"fill": style.fill, "isHatched": style.is_hatched, "isDotted": style.is_dotted}
        for style in GAP_CLASSES.values()
    ]
    return {"outlines": "", "classes": styles, "colours": dict(MAP_COLOURS)}


def attribution(facts: AreaFacts) -> str:
    """Name the publishers of the outlines."""
    used = dict.fromkeys(str(row["origin_id"]) for row in facts.places.values())
    said = [
        f"{origin_text(origin_id, 'publisher', row['publisher'])} ({origin_text(origin_id, 'licence', row['licence'])})"
        for origin_id in used
        if (row := facts.origins.get(origin_id)) is not None
    ]
    return "; ".join(dict.fromkeys(said))


def picture(facts: AreaFacts, analysis: Analysis) -> dict[str, Any]:
    """Return what the map shows of one group: classes, figures of the tooltips, sites, legend, words."""
    members = frozenset(facts.members)
    coverage = analysis.coverage
    rows = coverage.loc[coverage["municipality_code"].isin(list(members))]
    labels = gap_words.class_labels()

    def title(service_id: str) -> str:
        service = facts.services[service_id]
        return service.provider or service.name

    def detail(row: Mapping[str, Any]) -> str:
        kind = label("service_types", facts.services[str(row["service_id"])].service_type_code)
        return gap_words.site_detail(row, kind, analysis.unit)

    def more(count: int) -> str:
        return ngettext("and {n} more here", "and {n} more here", count)

    sites = paint.site_points(analysis.supply, facts.dataset["site"], title, detail, more)
    occurring = {
        "outside": True,
        "lower_bound": bool(rows["is_lower_bound"].any()),
        "site": any(site["capacity"] is not None for site in sites),
        "site_unknown": any(site["capacity"] is None for site in sites),
        "site_approximate": any(site["is_approximate"] for site in sites),
    }
    return paint.picture(
        list(facts.places),
        coverage,
        members,
        view=facts.area_id,
        language=text.current(),
        words=gap_words.map_words(analysis.unit),
        class_labels=labels,
        legend=gap_words.legend(
            analysis,
            group_label(analysis.group_id),
            paint.legend_classes(paint.class_counts(rows, members), labels),
            [mark for mark, occurs in occurring.items() if occurs],
        ),
        sites=sites,
        attribution=attribution(facts),
    )

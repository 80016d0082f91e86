"""
The interactive map of a pack: what `static/dosah-map.js` is told,
from the same functions as the page of the map.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from dashboard import text
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.story import service_title
from dashboard.documents.facts.words import attribution
from dashboard.drawing.outlines import Box
from dashboard.map import message
from dashboard.map.measure import Measure
from dashboard.phrases import gaps
from dashboard.phrases.labels import group_label, label
from dashboard.theme import GAP_CLASSES, MAP_COLOURS
from geodata.dataset.dataset import Dataset
from geodata.method.analysis import Analysis

# About 10 m: finer than the generalised outlines.
DECIMALS: Final = 4


def shown_places(facts: AreaFacts) -> list[str]:
    """
    Return the municipalities whose outlines a file carries, in the order of table municipality:
    the area and what is around.

    As far around as the area is wide and high: enough for every screen,
    and a file that does not grow with the country.
    """
    window = _window(facts)
    members = set(facts.members)
    return [
        code
        for code in facts.municipalities
        if code in members
        or (code in facts.shapes.shapes and _meets(facts.shapes.shapes[code].bounds, window))
    ]


def _window(facts: AreaFacts) -> Box:
    west, south, east, north = facts.shapes.bounds(facts.members)
    wide, high = east - west, north - south
    return west - wide, south - high, east + wide, north + high


def _meets(box: Box, window: Box) -> bool:
    return box[2] >= window[0] and box[0] <= window[2] and box[3] >= window[1] and box[1] <= window[3]


def outlines(facts: AreaFacts) -> dict[str, Any]:
    """Return the outlines as GeoJSON in the order of `shown_places`, as the script of the map reads them."""
    import shapely

    features = []
    for code in shown_places(facts):
        row, shape = facts.municipalities[code], facts.shapes.shapes.get(code)
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


def picture(
    facts: AreaFacts,
    analysis: Analysis,
    measure: Measure | None = None,
    *,
    dataset: Dataset | None = None,
    heading: str = "",
) -> dict[str, Any]:
    """
    Return what the map shows of one group: classes, figures of the tooltips, sites, legend, words.

    Parameters
    ----------
    facts, analysis
        The area and the answer.
    measure
        How the municipalities are coloured; None = by coverage.
    dataset
        Where the sites of the analysis stand; None = that of the facts (a scenario has one of its own).
    heading
        Title of the legend; "" = the name of the group.
    """
    members = frozenset(facts.members)
    coverage = analysis.coverage
    rows = coverage.loc[coverage["municipality_code"].isin(list(members))]
    labels = gaps.class_labels()
    first_kind = facts.groups[analysis.group_id].scopes[facts.country].service_type_codes[0]

    def detail(row: Mapping[str, Any]) -> str:
        service = facts.services.get(str(row["service_id"]))
        kind = label("service_types", service.kind if service else first_kind)
        return gaps.site_detail(row, kind, analysis.unit)

    points = message.site_points(
        analysis.supply,
        (dataset or facts.dataset)["site"],
        lambda service_id: service_title(facts, service_id),
        detail,
    )
    window = _window(facts)
    sites = [one for one in points if _meets((one["point"][1], one["point"][0]) * 2, window)]
    occurring = {
        "outside": True,
        "lower_bound": bool(rows["is_lower_bound"].any()),
        **message.marks_of_sites(sites),
    }
    return message.picture(
        shown_places(facts),
        coverage,
        members,
        view=facts.area_id,
        language=text.current(),
        words=gaps.map_words(analysis.unit),
        counts=gaps.map_counts(analysis.unit),
        class_labels=labels,
        legend=gaps.legend(
            analysis,
            heading or group_label(analysis.group_id),
            message.legend_classes(message.class_counts(rows, members), labels),
            [mark for mark, occurs in occurring.items() if occurs],
        ),
        sites=sites,
        attribution=attribution(facts),
        measures=[] if measure is None or measure.measure_id == "coverage" else [measure],
        measure=measure.measure_id if measure else "coverage",
    )

"""
What the map is told: one letter per outline, the numbers of its tooltip, the sites, the words of the legend.

Pure functions of tables and words; `dashboard.maps` hands the result to the browser, `static/dosah-map.js` draws it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from dashboard.choice import MEASURES
from dashboard.text import is_missing
from dashboard.theme import GAP_CLASSES

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.measures import Measure

# Position of a letter: class * 8 + member * 4 + lower bound * 2 + near the edge (static/dosah-map.js).
ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-+"
NOT_COUNTED: Final = "."
CLASS_NUMBERS: Final[Mapping[str, int]] = {name: number for number, name in enumerate(GAP_CLASSES)}
# A point shared by more services than this shows the rest as a number: a tooltip must fit a screen.
LINES_OF_A_POINT: Final = 8


def class_letter(gap_class: str, *, is_member: bool, is_lower_bound: bool, is_near_edge: bool) -> str:
    """Return the letter that stands for a class and the marks of an outline."""
    return ALPHABET[CLASS_NUMBERS[gap_class] * 8 + is_member * 4 + is_lower_bound * 2 + is_near_edge]


def class_string(
    order: Sequence[str],
    coverage: pd.DataFrame,
    members: Collection[str],
    classes: Mapping[str, str] | None = None,
) -> str:
    """
    Return one letter per outline, in the order of the outlines.

    Parameters
    ----------
    order
        municipality_code of every outline, as the file of outlines has them.
    coverage
        `Analysis.coverage`: municipality_code, gap_class, is_lower_bound, is_near_edge. A municipality without a row
        (the other country's) is not part of the calculation: ".".
    members
        municipality_code of the municipalities of the planning area.
    classes
        Place of the palette by municipality_code, where another measure than coverage is drawn.
    """
    names = ("municipality_code", "gap_class", "is_lower_bound", "is_near_edge")
    rows = zip(*(coverage[name].tolist() for name in names), strict=True)
    # As class_letter, written out: this is done for every outline and measure at every change of a filter.
    letters = {
        code: ALPHABET[
            CLASS_NUMBERS[gap_class if classes is None else classes[code]] * 8
            + 4 * (code in members)
            + 2 * bound
            + edge
        ]
        for code, gap_class, bound, edge in rows
    }
    return "".join([letters.get(code, NOT_COUNTED) for code in order])


def aligned(order: Sequence[str], coverage: pd.DataFrame, column: str, digits: int) -> list[float | None]:
    """Return a column of `coverage` in the order of the outlines, rounded; None where it is unknown."""
    numbers = coverage[column].astype("float64").round(digits).tolist()
    values = {
        code: (int(number) if number == int(number) else number) if math.isfinite(number) else None
        for code, number in zip(coverage["municipality_code"].tolist(), numbers, strict=True)
    }
    return [values.get(code) for code in order]


def rounded(value: Any, digits: int) -> float | None:
    """Round a number for a message to the browser; None where it is unknown."""
    if is_missing(value) or not math.isfinite(number := float(value)):
        return None
    short = round(number, digits)
    return int(short) if short == int(short) else short


def site_points(
    supply: pd.DataFrame,
    sites: pd.DataFrame,
    title: Callable[[str], str],
    detail: Callable[[Mapping[str, Any]], str],
    more: Callable[[int], str],
) -> list[dict[str, Any]]:
    """
    Return the points of the map where services of the group are given; a protected address never becomes one.

    Parameters
    ----------
    supply
        `Analysis.supply`, one row per site of the group.
    sites
        Table `site` of the dataset.
    title, detail, more
        Words for a service (by service_id), for a row of `supply`, for how many more stand on the same point.

    Returns
    -------
    points
        point [latitude, longitude], capacity (sum of the known shares, None where none is known), is_approximate
        (placed on the municipality's point), lines [[title, detail], …], more.
    """
    drawn = ~sites["is_protected"].astype(bool) & sites["latitude"].notna() & sites["longitude"].notna()
    columns = ("site_id", "latitude", "longitude", "location_quality")
    located = {row[0]: row[1:] for row in zip(*(sites.loc[drawn, name] for name in columns), strict=True)}
    points: dict[tuple[float, float], dict[str, Any]] = {}
    for row in supply.loc[supply["reach_mode"] != "district"].to_dict("records"):
        if row["site_id"] not in located:
            continue
        latitude, longitude, quality = located[row["site_id"]]
        place = (round(float(latitude), 5), round(float(longitude), 5))
        point = points.setdefault(
            place,
            {"point": list(place), "capacity": None, "is_approximate": False, "lines": [], "more": None},
        )
        share = rounded(row["site_capacity"], 2)
        if share is not None:
            point["capacity"] = round((point["capacity"] or 0) + share, 2)
        point["is_approximate"] |= quality not in ("coordinates", "address_point")
        point["lines"].append(
            [title(row["service_id"]), detail({str(name): value for name, value in row.items()})]
        )
    return shown_points(points.values(), more)


def shown_points(points: Iterable[dict[str, Any]], more: Callable[[int], str]) -> list[dict[str, Any]]:
    """Cut long lists of a point to what fits its tooltip, and put large circles first: small ones stay on top of them."""
    shown = []
    for point in points:
        hidden = len(point["lines"]) - LINES_OF_A_POINT
        cut = {"lines": point["lines"][:LINES_OF_A_POINT], "more": more(hidden)} if hidden > 0 else {}
        shown.append({**point, **cut})
    return sorted(shown, key=lambda point: (-(point["capacity"] or 0), point["point"]))


def class_counts(coverage: pd.DataFrame, members: Collection[str]) -> dict[str, int]:
    """Return how many members each gap class has, in the order of the legend; classes without any are left out."""
    classes = coverage.loc[coverage["municipality_code"].isin(list(members)), "gap_class"]
    counts = classes.value_counts()
    return {name: int(counts[name]) for name in GAP_CLASSES if name in counts.index}


def picture(
    order: Sequence[str],
    coverage: pd.DataFrame,
    members: Collection[str],
    *,
    view: str,
    language: str,
    words: Mapping[str, str],
    class_labels: Mapping[str, str],
    legend: Mapping[str, Any],
    sites: Iterable[Mapping[str, Any]],
    attribution: str,
    measures: Sequence[Measure] = (),
    measure: str = MEASURES[0],
) -> dict[str, Any]:
    """
    Return everything that a change of filters sends to the map.

    Parameters
    ----------
    order, coverage, members
        As in `class_string`.
    view
        Names what the map looks at (the area): the view of the reader is kept as long as it is the same.
    language, words
        Language of the map and its words (`gap_words.map_words`).
    class_labels, legend
        Words of the gap classes; `gap_words.legend`.
    sites
        `site_points`.
    attribution
        Who published the outlines.
    measures, measure
        Every way to look at the answer, coverage first, and the one that is shown; the map switches by itself. Without
        any it shows coverage alone.
    """
    table = coverage.assign(within_reach=coverage["demand_places"] * coverage["coverage_ratio"])
    classes = class_string(order, coverage, members)
    alone = {
        "id": MEASURES[0],
        "label": "",
        "classes": classes,
        "labels": [class_labels[name] for name in GAP_CLASSES],
        "has_bounds": True,
        "detail_label": "",
        "details": {},
        "legend": [line["gap_class"] for line in legend.get("classes", ())],
    }
    return {
        "language": language,
        "view": view,
        "classes": classes,
        "need": aligned(order, table, "demand_places", 2),
        "within_reach": aligned(order, table, "within_reach", 2),
        "missing": aligned(order, table, "missing_places", 2),
        "services": aligned(order, table, "services_in_reach", 0),
        "words": dict(words),
        "class_labels": alone["labels"],
        "measure": measure,
        "measures": [_look(each, order, coverage, members) for each in measures] or [alone],
        "legend": dict(legend),
        "sites": list(sites),
        "attribution": attribution,
    }


def _look(
    measure: Measure, order: Sequence[str], coverage: pd.DataFrame, members: Collection[str]
) -> dict[str, Any]:
    """Return how a measure colours the outlines, and its words."""
    scale = list(GAP_CLASSES)
    classes = measure.classes
    occurring = {classes[code] for code in members if code in classes} if classes is not None else set()
    return {
        "id": measure.measure_id,
        "label": measure.label,
        # None: the map asks for it when it is chosen.
        "classes": None if classes is None else class_string(order, coverage, members, classes),
        "labels": [measure.labels[name] for name in scale],
        "has_bounds": measure.has_bounds,
        "detail_label": measure.detail_label,
        "details": {
            number: measure.details[code] for number, code in enumerate(order) if code in measure.details
        },
        # All steps of the scale, so that two maps can be compared; the others only where they occur.
        "legend": [CLASS_NUMBERS[name] for name in scale if name in scale[:4] or name in occurring],
    }


def legend_classes(counts: Mapping[str, int], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the lines of the legend for classes: all steps of the scale, the others only where they occur."""
    always = ("at_or_above", "below", "far_below", "none_within_reach")
    return [
        {"gap_class": CLASS_NUMBERS[name], "label": labels[name]}
        for name in GAP_CLASSES
        if name in always or name in counts
    ]

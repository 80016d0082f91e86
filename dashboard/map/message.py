"""
What the map is told: one letter per outline, the numbers of its tooltip, the sites, the words of the legend.

Pure functions of tables and words; `dashboard.map.component` hands the result to the browser,
`static/dosah-map.js` draws it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.address.question import MEASURES
from dashboard.theme import GAP_CLASSES
from geodata.figures import PART_NOISE
from geodata.reading.values import is_missing

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from dashboard.map.measure import Measure

# Position of a letter: class * 8 + member * 4 + lower bound * 2 + near the edge (static/dosah-map.js).
ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-+"
NOT_COUNTED: Final = "."
_LETTERS: Final = np.frombuffer(ALPHABET.encode("ascii"), dtype=np.uint8)
# From here on a number is shown without decimals (`amounts.digits_of`).
WHOLE_FROM: Final = 9.95
CLASS_NUMBERS: Final[Mapping[str, int]] = {name: number for number, name in enumerate(GAP_CLASSES)}


def class_letter(gap_class: str, *, is_member: bool, is_lower_bound: bool, is_near_edge: bool) -> str:
    """Return the letter that stands for a class and the marks of an outline."""
    return ALPHABET[CLASS_NUMBERS[gap_class] * 8 + is_member * 4 + is_lower_bound * 2 + is_near_edge]


def codes_of(table: pd.DataFrame) -> list[str]:
    """Return municipality_code of every row."""
    # By way of numpy: pandas' own list asks Arrow for one text after the other.
    codes: list[str] = table["municipality_code"].to_numpy(dtype=object).tolist()
    return codes


def numbers_of(gap_class: pd.Series) -> NDArray[np.uint8]:
    """Return the place in the palette of every gap class."""
    found, names = gap_class.factorize()
    numbers = np.array([CLASS_NUMBERS[name] for name in names], dtype=np.uint8)
    return numbers[found] if len(numbers) else np.zeros(0, dtype=np.uint8)


class Places(Mapping[str, str]):
    """Place of the palette by municipality_code: numbers, and names for who asks by code."""

    def __init__(self, codes: list[str], numbers: NDArray[np.uint8]) -> None:
        self.codes = codes
        self.numbers = numbers

    @cached_property
    def _names(self) -> dict[str, str]:
        names = list(GAP_CLASSES)
        return dict(zip(self.codes, [names[number] for number in self.numbers.tolist()], strict=True))

    def __getitem__(self, code: str) -> str:
        return self._names[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)


class Sheet:
    """
    The outlines of one picture: which row of `coverage` belongs to each, and the marks of that row.

    Made once per picture, because every measure of it asks the same of thousands of outlines.
    """

    def __init__(self, order: Sequence[str], coverage: pd.DataFrame, members: Collection[str]) -> None:
        self._coverage = coverage
        self._codes = codes_of(coverage)
        rows = {code: row for row, code in enumerate(self._codes)}
        # The last place stands for outlines without a row.
        self._rows = np.array([rows.get(code, len(rows)) for code in order], dtype=np.int64)
        inside = frozenset(members)
        self._is_member = np.array([code in inside for code in self._codes], dtype=bool)
        bound, edge = (coverage[name].to_numpy(dtype=np.uint8) for name in ("is_lower_bound", "is_near_edge"))
        self._marks = 4 * self._is_member.astype(np.uint8) + 2 * bound + edge

    def letters(self, classes: Mapping[str, str] | None = None) -> str:
        """Return one letter per outline; see `class_string`."""
        numbers = self._places(classes)
        letters = np.append(_LETTERS[8 * numbers + self._marks], np.uint8(ord(NOT_COUNTED)))
        return letters[self._rows].tobytes().decode("ascii")

    def _places(self, classes: Mapping[str, str] | None) -> NDArray[np.uint8]:
        if classes is None:
            return numbers_of(self._coverage["gap_class"])
        if isinstance(classes, Places) and classes.codes == self._codes:
            return classes.numbers
        return np.array([CLASS_NUMBERS[classes[code]] for code in self._codes], dtype=np.uint8)

    def occurring(self, classes: Mapping[str, str]) -> set[str]:
        """Return the places of the palette that the members have."""
        names = list(GAP_CLASSES)
        return {names[number] for number in np.unique(self._places(classes)[self._is_member])}

    def numbers(self, values: NDArray[np.float64]) -> list[float | None]:
        """
        Return numbers of the rows of `coverage` in the order of the outlines;
        None where unknown or without a row.
        """
        ordered = np.append(values, np.nan)[self._rows]
        made = ordered.astype(object)
        is_known = np.isfinite(ordered)
        is_whole = is_known & (ordered == np.floor(ordered))
        made[is_whole] = ordered[is_whole].astype(np.int64)
        made[~is_known] = None
        numbers: list[float | None] = made.tolist()
        return numbers

    def column(self, name: str) -> NDArray[np.float64]:
        """Return a column of `coverage` as numbers; NaN where unknown."""
        return self._coverage[name].to_numpy(dtype=np.float64, na_value=np.nan)


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
        `Analysis.coverage`: municipality_code, gap_class, is_lower_bound, is_near_edge.
        A municipality without a row (the other country's) is not part of the calculation: ".".
    members
        municipality_code of the municipalities of the planning area.
    classes
        Place of the palette by municipality_code, where another measure than coverage is drawn.
    """
    return Sheet(order, coverage, members).letters(classes)


def as_shown(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Round numbers to what is shown of them, so that no digit travels that nobody reads.

    One decimal below ten, none above, halves up, as `amounts.places` writes them; what is more than zero
    stays more.
    """
    short = np.floor(np.where(np.abs(values) >= WHOLE_FROM, values + 0.5, values * 10 + 0.5))
    short = np.where(np.abs(values) >= WHOLE_FROM, short, short / 10)
    # So little keeps its first two digits: "at least 0.037" is told, "at least less
    # than 0.1" would say nothing.
    tiny = (values >= PART_NOISE) & (short == 0)
    short[tiny] = [float(f"{value:.2g}") for value in values[tiny].tolist()]
    return short


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
) -> list[dict[str, Any]]:
    """
    Return where services of the group are given, one point per service and place;
    a protected address never becomes one.

    Points that lie over each other are gathered by the map itself (static/dosah-map-sites.js).

    Parameters
    ----------
    supply
        `Analysis.supply`, one row per site of the group.
    sites
        Table `site` of the dataset.
    title, detail
        Words for a service (by service_id) and for a row of `supply`.

    Returns
    -------
    points
        point [latitude, longitude], service (its id), title, detail,
        capacity (its share of the registration's, in the group's unit; None where unknown),
        is_approximate (placed on the municipality's point).
    """
    drawn = ~sites["is_protected"].astype(bool) & sites["latitude"].notna() & sites["longitude"].notna()
    drawn &= sites["site_id"].isin(supply["site_id"])
    columns = ("site_id", "latitude", "longitude", "location_quality")
    located = {row[0]: row[1:] for row in zip(*(sites.loc[drawn, name] for name in columns), strict=True)}
    points: dict[tuple[float, float, str], dict[str, Any]] = {}
    for row in supply.loc[supply["reach_mode"] != "district"].to_dict("records"):
        if row["site_id"] not in located:
            continue
        latitude, longitude, quality = located[row["site_id"]]
        position = (round(float(latitude), 5), round(float(longitude), 5))
        service_id = str(row["service_id"])
        share = rounded(row["site_capacity"], 2)
        seen = points.get((*position, service_id))
        if seen is not None:
            # Several sites of one service at one place hold their shares together;
            # either all are known or none.
            seen["capacity"] = None if share is None else round((seen["capacity"] or 0) + share, 2)
            continue
        points[*position, service_id] = {
            "point": list(position),
            "service": service_id,
            "title": title(service_id),
            "detail": detail({str(name): value for name, value in row.items()}),
            "capacity": share,
            "is_approximate": quality not in ("coordinates", "address_point"),
        }
    # Large circles first, so that small ones stay on top of them.
    return sorted(
        points.values(), key=lambda point: (-(point["capacity"] or 0), point["point"], point["service"])
    )


def marks_of_sites(sites: Sequence[Mapping[str, Any]]) -> dict[str, bool]:
    """Tell which marks of the legend the sites need."""
    return {
        "site": any(site["capacity"] is not None for site in sites),
        "site_unknown": any(site["capacity"] is None for site in sites),
        "site_approximate": any(site["is_approximate"] for site in sites),
    }


def class_counts(coverage: pd.DataFrame, members: Collection[str]) -> dict[str, int]:
    """
    Return how many members each gap class has, in the order of the legend;
    classes without any are left out.
    """
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
    counts: Mapping[str, Mapping[str, str]],
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
    language, words, counts
        Language of the map, its words (`gaps.map_words`) and what it counts with (`gaps.map_counts`).
    class_labels, legend
        Words of the gap classes; `gaps.legend`.
    sites
        `site_points`.
    attribution
        Who published the outlines.
    measures, measure
        Every way to look at the answer, coverage first, and the one that is shown;
        the map switches by itself. Without any it shows coverage alone.
    """
    sheet = Sheet(order, coverage, members)
    need = sheet.column("demand_places")
    classes = sheet.letters()
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
        "need": sheet.numbers(as_shown(need)),
        "within_reach": sheet.numbers(as_shown(need * sheet.column("coverage_ratio"))),
        "missing": sheet.numbers(as_shown(sheet.column("missing_places"))),
        "services": sheet.numbers(sheet.column("services_in_reach")),
        "words": dict(words),
        "counts": {name: dict(said) for name, said in counts.items()},
        "class_labels": alone["labels"],
        "measure": measure,
        "measures": [_look(each, order, sheet) for each in measures] or [alone],
        "legend": dict(legend),
        "sites": list(sites),
        "attribution": attribution,
    }


def _look(measure: Measure, order: Sequence[str], sheet: Sheet) -> dict[str, Any]:
    """Return how a measure colours the outlines, and its words."""
    scale = list(GAP_CLASSES)
    classes = measure.classes
    occurring = set() if classes is None else sheet.occurring(classes)
    return {
        "id": measure.measure_id,
        "label": measure.label,
        # None: the map asks for it when it is chosen.
        "classes": None if classes is None else sheet.letters(classes),
        "labels": [measure.labels[name] for name in scale],
        "has_bounds": measure.has_bounds,
        "detail_label": measure.detail_label,
        "details": {
            number: measure.details[code]
            for number, code in enumerate(order if measure.details else ())
            if code in measure.details
        },
        # All steps of the scale, so that two maps can be compared; the others only where they occur.
        "legend": [CLASS_NUMBERS[name] for name in scale if name in scale[:4] or name in occurring],
    }


def legend_classes(counts: Mapping[str, int], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """
    Return the lines of the legend for classes: all steps of the scale,
    the others only where they occur.
    """
    always = ("at_or_above", "below", "far_below", "none_within_reach")
    return [
        {"gap_class": CLASS_NUMBERS[name], "label": labels[name]}
        for name in GAP_CLASSES
        if name in always or name in counts
    ]

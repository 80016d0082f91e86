"""
The found services on the map: points where they are given, drawn by the map that the whole program uses.

Where there are more places than a map can tell apart, one circle stands for a municipality, then for a
district; its size is the number of services. A protected address never becomes a point. Pure functions;
`show` alone draws.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from dashboard import text
from dashboard.answers import dataset as data
from dashboard.answers import outlines as answers_outlines
from dashboard.catalogue.words import district_text
from dashboard.map import message
from dashboard.phrases.gaps import map_words
from dashboard.phrases.labels import label
from dashboard.text import _, ngettext

if TYPE_CHECKING:
    from dashboard.map.component import Answer
    from geodata.dataset.dataset import Dataset
    from geodata.reading.services import Service, Site

KEY: Final = "dosah-catalogue-map"
# More circles than this cannot be told apart,
# and the message to the browser would slow every change of a filter.
MOST_POINTS: Final = 400
# A circle of more services shows the rest as a number: a tooltip must fit a screen.
LINES_OF_A_POINT: Final = 8
# Outlines that the keyboard stops at and whose name is written: more would be a burden.
MOST_MEMBERS: Final = 150

# What an identifier of a circle begins with, where it stands for more than one place.
MUNICIPALITY: Final = "m."
DISTRICT: Final = "d."

Level = Literal["place", "municipality", "district"]
LEVELS: Final[tuple[Level, ...]] = ("place", "municipality", "district")
Point = tuple[float, float]


@dataclass
class Spot:
    """
    One circle: where it stands, the services given there, each once,
    and whether the exact address is unknown.
    """

    spot_id: str
    point: Point
    services: dict[str, Service] = field(default_factory=dict)
    is_approximate: bool = False


@dataclass(frozen=True)
class Spots:
    """
    Found services as circles, and those that have none.

    `protected` counts services without any place on the map by their district ("" = not even that is known),
    `unknown` those whose place is not known.
    """

    level: Level
    spots: tuple[Spot, ...]
    protected: Mapping[str, int]
    unknown: int

    @property
    def of_services(self) -> dict[str, list[str]]:
        """Return the circles of every service by service_id."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for spot in self.spots:
            for service_id in spot.services:
                found[service_id].append(spot.spot_id)
        return found


@dataclass(frozen=True)
class Middles:
    """Points in the middle of municipalities and of districts, by code."""

    municipalities: Mapping[str, Point]
    districts: Mapping[str, Point]


def middles(dataset: Dataset) -> Middles:
    """Return the points that stand for a municipality or a district where there are too many places."""
    places = dataset["municipality"]
    columns = (
        places[name].tolist() for name in ("municipality_code", "district_code", "latitude", "longitude")
    )
    municipalities: dict[str, Point] = {}
    parts: defaultdict[str, list[Point]] = defaultdict(list)
    for code, district, latitude, longitude in zip(*columns, strict=True):
        municipalities[code] = (latitude, longitude)
        parts[district].append((latitude, longitude))
    districts = {
        code: (sum(one[0] for one in points) / len(points), sum(one[1] for one in points) / len(points))
        for code, points in parts.items()
    }
    return Middles(municipalities, districts)


def spots(found: Iterable[Service], where: Middles, most: int = MOST_POINTS) -> Spots:
    """
    Return found services as circles.

    Parameters
    ----------
    found
        The services.
    where
        `middles` of the dataset.
    most
        Circles at most: beyond it those of a municipality become one, then those of a district.
    """
    drawn: list[tuple[Service, Site]] = []
    protected: Counter[str] = Counter()
    unknown = 0
    for entry in found:
        located = [site for site in entry.sites if _is_located(site)]
        drawn += [(entry, site) for site in located]
        if located:
            continue
        if entry.is_protected:
            protected[min(entry.district_codes, default="")] += 1
        else:
            unknown += 1
    for level in LEVELS[:-1]:
        made = _grouped(drawn, level, where, most)
        if made is not None:
            return Spots(level, made, protected, unknown)
    return Spots(LEVELS[-1], _grouped(drawn, LEVELS[-1], where) or (), protected, unknown)


def _grouped(
    drawn: Iterable[tuple[Service, Site]], level: Level, where: Middles, most: int | None = None
) -> tuple[Spot, ...] | None:
    """Put sites together into circles; None as soon as there are more than `most`."""
    made: dict[str, Spot] = {}
    for entry, site in drawn:
        spot_id, point = _place_of(site, level, where)
        spot = made.get(spot_id)
        if spot is None:
            if len(made) == most:
                return None
            spot = made[spot_id] = Spot(spot_id, point)
        spot.services[entry.service_id] = entry
        spot.is_approximate |= level == "place" and site.quality not in ("coordinates", "address_point")
    return tuple(made.values())


def _is_located(site: Site) -> bool:
    return not site.is_protected and site.latitude is not None and site.longitude is not None


def _place_of(site: Site, level: Level, where: Middles) -> tuple[str, Point]:
    """
    Return identifier and point of the circle that a site belongs to.

    Its own where the larger one is not loaded.
    """
    municipality, district = site.municipality_code or "", site.district_code or ""
    if level == "municipality" and municipality in where.municipalities:
        return f"{MUNICIPALITY}{municipality}", where.municipalities[municipality]
    if level == "district" and district in where.districts:
        return f"{DISTRICT}{district}", where.districts[district]
    point = (round(float(site.latitude or 0), 5), round(float(site.longitude or 0), 5))
    return f"{point[0]}_{point[1]}", point


def points(found: Spots, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """
    Return the circles as the map draws them.

    Parameters
    ----------
    found
        The circles; one of a single place names its services, a larger one counts them.
    names
        Names of municipalities and districts by code.
    """
    made = [
        {
            "id": spot.spot_id,
            "point": list(spot.point),
            # The size of a circle: the number of services, never a sum of capacities.
            "count": len(spot.services),
            "is_approximate": spot.is_approximate,
            **_told(_lines(spot, names)),
        }
        for spot in found.spots
    ]
    # Large circles first, so that small ones stay on top of them.
    return sorted(made, key=lambda point: (-point["count"], point["point"]))


def _told(said: list[list[str]]) -> dict[str, Any]:
    """Cut a long list to what fits a tooltip."""
    rest = len(said) - LINES_OF_A_POINT
    more = ngettext("and {n} more here", "and {n} more here", rest) if rest > 0 else None
    return {"lines": said[:LINES_OF_A_POINT], "more": more}


def _lines(spot: Spot, names: Mapping[str, str]) -> list[list[str]]:
    kind, code = spot.spot_id[:2], spot.spot_id[2:]
    if kind in (MUNICIPALITY, DISTRICT):
        name = names.get(code, code) if kind == MUNICIPALITY else district_text(code, names)
        count = len(spot.services)
        return [[name, ngettext("{n} service found", "{n} services found", count)]]
    return [[entry.name, label("service_types", entry.kind)] for entry in spot.services.values()]


def members(found: Spots, known: Container[str]) -> list[str]:
    """
    Return the municipalities with a found service, in the order of their codes.

    There are none where they are too many to name.
    """
    codes = {
        site.municipality_code
        for spot in found.spots
        for entry in spot.services.values()
        for site in entry.sites
        if site.municipality_code and site.municipality_code in known
    }
    return sorted(codes) if len(codes) <= MOST_MEMBERS else []


def services_by_municipality(found: Iterable[Service]) -> Counter[str]:
    """Count the services that have a place in each municipality."""
    return Counter(code for entry in found for code in entry.municipality_codes)


def picture(
    found: Spots,
    order: Sequence[str],
    *,
    counts: Mapping[str, int],
    inside: Sequence[str],
    names: Mapping[str, str],
    view: str,
    attribution: str,
) -> dict[str, Any]:
    """
    Return what the map is told.

    Parameters
    ----------
    found
        `spots`.
    order
        Municipalities in the order of the file of outlines.
    counts
        `services_by_municipality`.
    inside
        `members`: they are drawn white and looked at first.
    names
        Names of municipalities and districts by code.
    view
        Names what the map looks at: what the reader has moved to is kept as long as it is the same.
    attribution
        Who published the outlines.
    """
    import pandas as pd

    from geodata.vocabulary.codes import codelist

    unknown = [float("nan")] * len(inside)
    coverage = pd.DataFrame(
        {
            "municipality_code": list(inside),
            # White, the colour of no step of the scale: nothing is judged here.
            "gap_class": ["no_need"] * len(inside),
            "is_lower_bound": [False] * len(inside),
            "is_near_edge": [False] * len(inside),
            "demand_places": unknown,
            "coverage_ratio": unknown,
            "missing_places": unknown,
            "services_in_reach": [counts.get(code, 0) for code in inside],
        }
    )
    said = _("municipality with a found service")
    classes = [{"gap_class": message.CLASS_NUMBERS["no_need"], "label": said}] if inside else []
    shapes = {
        "place": _("place of found services: the larger, the more of them"),
        "municipality": _("found services of a municipality: the larger, the more"),
        "district": _("found services of a district: the larger, the more"),
    }
    marks = [{"mark": "site", "label": shapes[found.level]}]
    if any(spot.is_approximate for spot in found.spots):
        marks.append({"mark": "site_approximate", "label": _("place known only by municipality")})
    words = {
        **map_words("place"),
        "services": _("Services found here"),
        "not_counted": _("no found service has its place here"),
        "map": _("Map of the found services"),
    }
    made = message.picture(
        order,
        coverage,
        frozenset(inside),
        view=view,
        language=text.current(),
        words=words,
        counts={},
        class_labels={**dict.fromkeys(codelist("gap_classes"), ""), "no_need": said},
        legend={"title": _("Found services"), "classes": classes, "marks": marks, "notes": []},
        sites=(),
        attribution=attribution,
    )
    return {**made, "points": points(found, names)}


def missing_sentences(found: Spots, districts: Mapping[str, str]) -> list[str]:
    """Say which services have no place on the map and why: they stand in the list all the same."""
    said = []
    hidden = sum(found.protected.values())
    if hidden:
        parts = ", ".join(
            f"{district_text(code, districts) if code else text.unknown()} {text.number(count)}"
            for code, count in sorted(found.protected.items())
        )
        said.append(
            ngettext(
                "{n} service is not on the map because its address is protected ({districts}).",
                "{n} services are not on the map because their addresses are protected ({districts}).",
                hidden,
                districts=parts,
            )
        )
    if found.unknown:
        said.append(
            ngettext(
                "{n} service has no known place; it stands in the list only.",
                "{n} services have no known place; they stand in the list only.",
                found.unknown,
            )
        )
    return said


def show(
    circles: Spots,
    found: Sequence[Service],
    dataset: Dataset,
    *,
    names: Mapping[str, str],
    view: str,
    height: int = 560,
) -> Answer:
    """
    Draw found services on the map and return what the reader did on it.

    The parameters are those of `picture`.
    """
    from dashboard.map import component

    outlines = answers_outlines.outlines()
    made = picture(
        circles,
        outlines.order,
        counts=services_by_municipality(found),
        inside=members(circles, frozenset(outlines.order)),
        names=names,
        view=view,
        attribution=data.attribution(dataset),
    )
    return component.ask(outlines, made, height, KEY)

"""
What the tags of a road in OpenStreetMap say: who may go there, which way, how fast. Pure functions on texts.

Who may go: OpenStreetMap's order from general to special,
and the most special tag that says something decides. A car obeys `access`, `vehicle`, `motor_vehicle`,
`motorcar`; a walker `access`, `foot`. A forest road is closed by any of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

Mode = Literal["car", "walk"]
Tags = Mapping[str, str]

CAR_KMH: Final = MappingProxyType(
    {
        "motorway": 110.0,
        "motorway_link": 60.0,
        "trunk": 85.0,
        "trunk_link": 50.0,
        "primary": 70.0,
        "primary_link": 45.0,
        "secondary": 60.0,
        "secondary_link": 40.0,
        "tertiary": 50.0,
        "tertiary_link": 35.0,
        "unclassified": 40.0,
        "residential": 30.0,
        "living_street": 10.0,
        "service": 15.0,
        "road": 30.0,
    }
)
"""
Speed of a car by class of road (OpenStreetMap `highway`), all stops included: somewhat below the legal limits
of both countries. Conventions of this program; a posted limit below them counts instead.
"""

WALK_KMH: Final = 4.5
"""Walking speed of an older person in good health is about 4.5 km/h; a convention of this program."""

WALK_CLASSES: Final = frozenset(
    (set(CAR_KMH) - {"motorway", "motorway_link", "trunk", "trunk_link"})
    | {"footway", "path", "pedestrian", "steps", "track", "cycleway"}
)

ACCESS_KEYS: Final[Mapping[Mode, tuple[str, ...]]] = MappingProxyType(
    {"car": ("motorcar", "motor_vehicle", "vehicle", "access"), "walk": ("foot", "access")}
)
"""The most special first."""

OPEN: Final = frozenset({"yes", "permissive", "designated", "official", "public", "destination"})
"""
Values that let people through. `destination` (cs: dopravní obsluze vjezd povolen)
lets in whoever has business there. Many mountain hamlets have no other road, so it counts as open;
a way through it is not told from a way to it.
"""

CLOSED: Final = frozenset(
    {
        "no", "private", "agricultural", "forestry", "military", "permit", "delivery", "customers",
        "residents", "employees", "emergency", "psv", "bus", "taxi", "hgv", "use_sidepath",
        "restricted", "closed",
    }
)  # fmt: skip
"""
Values that let nobody through whom the method counts:
neither people on their way to a service nor a carer on hers.
"""

# Obstacles on a road that stop a car unless they say otherwise; gates and lift gates let it pass unless they
# say otherwise, as in other routers (most stand open, and a closed one carries its access).
STOPS_CARS: Final = frozenset(
    {
        "bollard", "block", "chain", "cycle_barrier", "debris", "full-height_turnstile", "horse_jump",
        "horse_stile", "jersey_barrier", "kissing_gate", "log", "motorcycle_barrier", "planter", "stile",
        "sump_buster", "turnstile", "wedge",
    }
)  # fmt: skip

# Ways that are no road, or none yet, whatever their class says.
_NEVER: Final = (
    ("route", "ferry"), ("impassable", "yes"), ("ice_road", "yes"), ("winter_road", "yes"),
    ("abandoned", "yes"), ("disused", "yes"), ("construction", "yes"), ("proposed", "yes"),
)  # fmt: skip

KEYS: Final = (
    *dict.fromkeys(key for keys in ACCESS_KEYS.values() for key in keys),
    "barrier", "oneway", "oneway:vehicle", "oneway:motor_vehicle", "oneway:motorcar",
    "junction", "maxspeed", "motorroad",
    *dict.fromkeys(key for key, _value in _NEVER),
)  # fmt: skip
"""The tags that are looked at."""

_PAIR: Final = re.compile(
    r'"('
    + "|".join(re.escape(key) for key in sorted(KEYS, key=len, reverse=True))
    + r')"=>"((?:[^"\\]|\\.)*)"'
)


def tags_of(written: str) -> dict[str, str]:
    """Read the tags of `KEYS` from the list that GDAL writes (`"key"=>"value","key"=>"value"`)."""
    return {key: value.strip().casefold() for key, value in _PAIR.findall(written)}


def allows(value: str) -> bool | None:
    """
    Tell whether a value of an access tag lets people through; None where it says nothing.

    Of a list ("agricultural;forestry", also with commas or strokes) one open value is enough.
    """
    parts = {part.strip() for part in re.split(r"[;,|/]", value)}
    if parts & OPEN:
        return True
    return False if parts & CLOSED else None


def is_open(tags: Tags, mode: Mode) -> bool:
    """
    Tell whether a road is open to a car or a walker:
    the most special tag that says something decides; none says closed.
    """
    if any(tags.get(key) == value for key, value in _NEVER):
        return False
    decided = _most_special(tags, mode)
    return not (mode == "walk" and tags.get("motorroad") == "yes") if decided is None else decided


def _most_special(tags: Tags, mode: Mode) -> bool | None:
    """Return what the most special tag of access says that says something; None where none does."""
    answers = (allows(tags[key]) for key in ACCESS_KEYS[mode] if key in tags)
    return next((answer for answer in answers if answer is not None), None)


def stops_cars(barrier: str, tags: Tags) -> bool:
    """Tell whether an obstacle on a road stops cars: what its own access tags say, else its kind."""
    decided = _most_special(tags, "car")
    return barrier.strip().casefold() in STOPS_CARS if decided is None else not decided


_FORWARDS: Final = frozenset({"yes", "true", "1"})
_BACKWARDS: Final = frozenset({"-1", "reverse"})
_ONE_WAY_KEYS: Final = ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway")


def oneway_of(tags: Tags, highway: str) -> int:
    """
    Return 1 for a way open forwards only, -1 backwards only, 0 both.

    Motorways and roundabouts are one-way unless they say no.
    A road whose direction changes (`reversible`, `alternating`) can be driven both ways, each at its time.
    """
    for key in _ONE_WAY_KEYS:
        if tags.get(key):
            value = tags[key]
            return 1 if value in _FORWARDS else -1 if value in _BACKWARDS else 0
    is_round = tags.get("junction") in ("roundabout", "circular")
    return 1 if is_round or highway in ("motorway", "motorway_link") else 0


KMH_OF_MILE: Final = 1.609344
WALKING_PACE_KMH: Final = 5.0
"""`walk`: as fast as people walk."""

_IMPLIED: Final[Mapping[str, float]] = MappingProxyType(
    {"urban": 50, "rural": 90, "living_street": 20, "pedestrian_zone": 20, "bicycle_road": 30, "school": 30}
)
_OF_COUNTRY: Final[Mapping[str, float]] = MappingProxyType(
    {
        "cz:motorway": 130, "cz:trunk": 110, "cz:urban_motorway": 80, "cz:urban_trunk": 80,
        "pl:motorway": 140, "pl:expressway": 120, "pl:trunk": 100,
        "sk:motorway": 130, "sk:trunk": 130, "sk:rural": 90,
        "de:rural": 100, "at:rural": 100, "de:living_street": 7, "at:living_street": 5,
    }
)  # fmt: skip
"""
Legal limits that a tag names by country and kind of road, km/h
(CZ: § 18 Act 361/2000; PL: art. 20 Prawo o ruchu drogowym).
"""

_SPEED: Final = re.compile(r"(\d{1,3}(?:\.\d+)?) ?(mph|km/h|kmh|kph)?")
_ZONE: Final = re.compile(r"[a-z]{2}:zone:?(\d{1,3})")


def speed_limit_kmh(written: str | None) -> float:
    """
    Read a posted limit in km/h; NaN where none is posted (`none`) or none can be told (`signals`, a word).

    Of several (`30;50`, `50|30`: parts of a road, lanes, directions) the lowest counts.
    """
    written_limits = [_one_limit(part.strip()) for part in re.split(r"[;|,]", (written or "").casefold())]
    limits = [limit for limit in written_limits if not math.isnan(limit)]
    return min(limits, default=math.nan)


def _one_limit(part: str) -> float:
    number = _SPEED.fullmatch(part)
    if number:
        limit = float(number[1]) * (KMH_OF_MILE if number[2] == "mph" else 1)
        return limit if limit > 0 else math.nan
    if part == "walk":
        return WALKING_PACE_KMH
    zone = _ZONE.fullmatch(part)
    if zone:
        return float(zone[1])
    country, sign, kind = part.partition(":")
    if not sign or len(country) != 2:
        return math.nan
    return _OF_COUNTRY.get(part, _IMPLIED.get(kind, math.nan))

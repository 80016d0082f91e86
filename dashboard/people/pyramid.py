"""The pyramid of ages, drawn as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboard import text
from dashboard.drawing.outlines import FONTS
from dashboard.markup import render
from dashboard.people.ages import BOTH, MEN, SENIOR_AGE, WOMEN, Band, People, age_words
from dashboard.text import _

_COLOURS: Final = {MEN: ("#9db7c9", "#4f7d9b"), WOMEN: ("#d9b48f", "#a8672f"), BOTH: ("#9db7c9", "#4f7d9b")}
"""Lighter below 65, darker from there on: told apart by lightness too."""

# Narrow and with large letters, so that it is still read on a phone.
WIDTH: Final = 520.0
ROW: Final = 25.0
MIDDLE: Final = 76.0
TOP: Final = 34.0
FOOT: Final = 62.0


@dataclass(frozen=True)
class Bar:
    """A bar in units of the picture, and the number of people beside or inside it."""

    left: float
    top: float
    long: float
    fill: str
    words: str
    words_at: float
    ink: str


@dataclass(frozen=True)
class Side:
    """One side of the pyramid; `outline` is the path of the country's shares, "" where it is not drawn."""

    name: str
    name_at: float
    anchor: str
    bars: list[Bar]
    outline: str


def pyramid(people: People, country: People | None = None) -> str:
    """
    Draw a pyramid as SVG: men to the left, women to the right; one side only where sexes are not known.

    Bars are shares of all inhabitants, so that the outline of the country (`country`,
    drawn where it has the same bands) can be compared with them.
    """
    if not people.bands or not people.total:
        return ""
    compared = country if country is not None and _is_comparable(people, country) else None
    sexes = (MEN, WOMEN) if people.has_sexes else (BOTH,)
    largest = max(
        _share(whole, band, sex)
        for whole in (people, compared)
        if whole
        for band in whole.bands
        for sex in sexes
    )
    side_width = (WIDTH - MIDDLE) / 2 if len(sexes) == 2 else WIDTH - MIDDLE - 10
    notes = [_("darker: aged {age} and over", age=SENIOR_AGE)]
    if compared is not None:
        notes.append(_("dashed: the same share as in the whole country"))
    return str(
        render(
            "people/templates/pyramid.svg.j2",
            width=WIDTH,
            height=TOP + ROW * len(people.bands) + FOOT,
            top=TOP,
            row=ROW,
            fonts=FONTS,
            sides=[_side(people, compared, sex, side_width / largest) for sex in sexes],
            ages=[age_words(band) for band in reversed(people.bands)],
            ages_at=WIDTH / 2 if len(sexes) == 2 else MIDDLE / 2,
            notes=notes,
        )
    )


def _is_comparable(people: People, country: People) -> bool:
    """Say whether the country has people, in the same bands and divided as far."""
    return (
        bool(country.total)
        and country.has_sexes >= people.has_sexes
        and [band.age_from for band in country.bands] == [band.age_from for band in people.bands]
    )


def _count(band: Band, sex: str) -> int | None:
    return {BOTH: band.total, MEN: band.men, WOMEN: band.women}[sex]


def _share(people: People, band: Band, sex: str) -> float:
    return (_count(band, sex) or 0) / people.total


def _side(people: People, country: People | None, sex: str, scale: float) -> Side:
    """Lay one side: bars `scale` units long for all inhabitants, and the country's outline over them."""
    is_left = sex == MEN
    start = {MEN: (WIDTH - MIDDLE) / 2, WOMEN: (WIDTH + MIDDLE) / 2, BOTH: MIDDLE}[sex]
    sign = -1 if is_left else 1
    bars, outline = [], []
    for number, band in enumerate(reversed(people.bands)):
        top = TOP + number * ROW
        bars.append(_bar(band, sex, _share(people, band, sex) * scale, start, top))
        if country is not None:
            own = next(other for other in country.bands if other.age_from == band.age_from)
            x = start + sign * _share(country, own, sex) * scale
            outline.append(f"{x:.1f},{top:.1f}L{x:.1f},{top + ROW:.1f}")
    return Side(
        name={MEN: _("Men"), WOMEN: _("Women"), BOTH: _("Men and women together")}[sex],
        name_at={MEN: (WIDTH - MIDDLE) / 4, WOMEN: (3 * WIDTH + MIDDLE) / 4, BOTH: WIDTH / 2}[sex],
        anchor="end" if is_left else "start",
        bars=bars,
        outline=f"M{'L'.join(outline)}" if outline else "",
    )


def _bar(band: Band, sex: str, long: float, start: float, top: float) -> Bar:
    words = text.number(_count(band, sex))
    is_old = band.age_from >= SENIOR_AGE
    # Beside the axis, where the outline of the country seldom passes;
    # past the end of a bar that is too short.
    is_inside = long > 10 * len(words) + 10
    sign = -1 if sex == MEN else 1
    return Bar(
        left=start - long if sex == MEN else start,
        top=top,
        long=long,
        fill=_COLOURS[sex][is_old],
        words=words,
        words_at=start + sign * (6 if is_inside else long + 6),
        ink="#ffffff" if is_inside and is_old else "#10181c",
    )

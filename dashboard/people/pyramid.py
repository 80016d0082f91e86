"""The pyramid of ages, drawn as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from dashboard import text
from dashboard.drawing.outlines import FONTS
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


def pyramid(people: People, country: People | None = None) -> str:
    """
    Draw a pyramid as SVG: men to the left, women to the right; one side only where sexes are not known.

    Bars are shares of all inhabitants, so that the outline of the country (`country`, drawn where it has the same bands)
    can be compared with them.
    """
    if not people.bands or not people.total:
        return ""
    compared = (
        country
        if country is not None
        and country.total
        and country.has_sexes >= people.has_sexes
        and [band.age_from for band in country.bands] == [band.age_from for band in people.bands]
        else None
    )
    sides = (MEN, WOMEN) if people.has_sexes else (BOTH,)
    largest = max(
        _share(one, band, sex) for one in (people, compared) if one for band in one.bands for sex in sides
    )
    height = TOP + ROW * len(people.bands) + FOOT
    side_width = (WIDTH - MIDDLE) / 2 if len(sides) == 2 else WIDTH - MIDDLE - 10
    parts = [f'<rect width="{WIDTH:.0f}" height="{height:.0f}" fill="#ffffff"/>']
    for sex in sides:
        parts += _side(people, compared, sex, side_width / largest, is_left=sex == MEN)
    for row, band in enumerate(reversed(people.bands)):
        x = WIDTH / 2 if len(sides) == 2 else MIDDLE / 2
        parts.append(
            f'<text x="{x:.0f}" y="{TOP + row * ROW + ROW * 0.7:.1f}" font-size="18" text-anchor="middle">{age_words(band)}</text>'
        )
    parts.append(_legend(sides, height, has_line=compared is not None))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" font-family="{FONTS}" '
        f'fill="#10181c">{"".join(parts)}</svg>'
    )


def _share(people: People, band: Band, sex: str) -> float:
    count = {BOTH: band.total, MEN: band.men, WOMEN: band.women}[sex]
    return (count or 0) / people.total


def _side(people: People, country: People | None, sex: str, scale: float, *, is_left: bool) -> list[str]:
    """Draw the bars of one side, with the number of people at the end of the bar, and the country's outline."""
    middle = (WIDTH - MIDDLE) / 2 if is_left else (WIDTH + MIDDLE) / 2
    start, sign = (middle, -1) if is_left else (middle if sex == WOMEN else MIDDLE, 1)
    parts, outline = [], []
    for row, band in enumerate(reversed(people.bands)):
        y = TOP + row * ROW
        long = _share(people, band, sex) * scale
        left = start - long if is_left else start
        fill = _COLOURS[sex][band.age_from >= SENIOR_AGE]
        count = {BOTH: band.total, MEN: band.men, WOMEN: band.women}[sex]
        parts.append(
            f'<rect x="{left:.1f}" y="{y + 1:.1f}" width="{long:.1f}" height="{ROW - 2:.1f}" fill="{fill}"/>'
        )
        words = text.number(count)
        # Beside the axis, where the outline of the country seldom passes; past the end of a bar that is too short.
        is_inside = long > 10 * len(words) + 10
        at = start + sign * (6 if is_inside else long + 6)
        anchor = "end" if is_left else "start"
        ink = "#ffffff" if is_inside and band.age_from >= SENIOR_AGE else "#10181c"
        parts.append(
            f'<text x="{at:.1f}" y="{y + ROW * 0.7:.1f}" font-size="16" text-anchor="{anchor}" fill="{ink}">{words}</text>'
        )
        if country is not None:
            own = next(one for one in country.bands if one.age_from == band.age_from)
            x = start + sign * _share(country, own, sex) * scale
            outline.append(f"{x:.1f},{y:.1f}L{x:.1f},{y + ROW:.1f}")
    if outline:
        parts.append(
            f'<path d="M{"L".join(outline)}" fill="none" stroke="#10181c" stroke-width="1.6" stroke-dasharray="5 3"/>'
        )
    return parts


def _legend(sides: Sequence[str], height: float, *, has_line: bool) -> str:
    names = {MEN: _("Men"), WOMEN: _("Women"), BOTH: _("Men and women together")}
    places = {MEN: (WIDTH - MIDDLE) / 4, WOMEN: (3 * WIDTH + MIDDLE) / 4, BOTH: WIDTH / 2}
    parts = [
        f'<text x="{places[sex]:.0f}" y="21" font-size="19" font-weight="bold" text-anchor="middle">{escape(names[sex])}</text>'
        for sex in sides
    ]
    y = height - 34
    notes = [escape(_("darker: aged {age} and over", age=SENIOR_AGE))]
    if has_line:
        notes.append(escape(_("dashed: the same share as in the whole country")))
    parts += [
        f'<text x="{WIDTH / 2:.0f}" y="{y + 21 * number:.0f}" font-size="16" text-anchor="middle">{note}</text>'
        for number, note in enumerate(notes)
    ]
    return "".join(parts)

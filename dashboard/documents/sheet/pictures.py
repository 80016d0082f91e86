"""Pictures of a village sheet: its map with numbered services, and the QR code of its page."""

from __future__ import annotations

import io
from collections.abc import Sequence

from dashboard import navigation
from dashboard.documents.facts.area import AreaFacts
from dashboard.drawing.outlines import Look, Mark, draw, frame_of
from geodata.reading.services import PRECISE, Service


def village_address(base: str, code: str, language: str) -> str:
    """Return the address of a village's page on a dashboard at `base`."""
    return f"{base.rstrip('/')}/{navigation.link('village', {'municipality': code, 'lang': language})}"


def qr_code(address: str) -> str:
    """Draw an address as a QR code (SVG, error correction M: survives a fold and a stain)."""
    import segno

    buffer = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        buffer, kind="svg", border=2, xmldecl=False, dark="#1b2429"
    )
    return buffer.getvalue().decode()


def village_map(facts: AreaFacts, code: str, numbered: Sequence[Service]) -> str:
    """
    Draw the area with a municipality outlined and services numbered as in the table;
    a place that may not be told is not drawn.
    """
    codes = dict.fromkeys([*facts.members, code])
    frame = frame_of(facts.shapes.bounds(codes), ratio=0.98)
    members = set(facts.members)
    marks = []
    taken: dict[tuple[float, float], list[str]] = {}
    for number, service in enumerate(numbered, start=1):
        for site in service.sites:
            if site.is_protected or site.latitude is None or site.longitude is None:
                continue
            place = (round(site.latitude, 4), round(site.longitude, 4))
            numbers = taken.setdefault(place, [])
            if str(number) not in numbers:
                numbers.append(str(number))
            if len(numbers) == 1:
                marks.append((place, site.quality not in PRECISE))
    return draw(
        facts.shapes,
        frame,
        lambda other: Look(is_member=other in members, is_focus=other == code),
        names=[code, *sorted(members - {code}, key=lambda other: -(facts.population(other).total or 0))],
        marks=[
            Mark(
                place[0],
                place[1],
                text=",".join(taken[place]) if len(taken[place]) < 3 else f"{taken[place][0]}+",
                is_approximate=rough,
            )
            for place, rough in marks
        ],
        letter=29,
    )

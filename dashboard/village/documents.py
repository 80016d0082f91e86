"""
The village sheet and the correction slip, made when the reader asks for them, not before.

What takes long is kept for the next reader: the facts of an area serve all its villages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dashboard import sorting

if TYPE_CHECKING:
    from dashboard.documents.facts.area import AreaFacts
    from dashboard.village.place import Place
    from geodata.dataset.dataset import Dataset

Maker = Callable[[], bytes]


def facts_of(dataset: Dataset, municipality: Place) -> AreaFacts:
    """
    Return the facts of a municipality's planning area, or of its neighbours where it is in none.

    Shared: read only.
    """
    from dashboard.documents.facts import shared

    return (
        shared.area_facts(dataset, municipality.areas[0])
        if municipality.areas
        else shared.surroundings(dataset, municipality.code)
    )


def sheet_maker(dataset: Dataset, municipality: Place, language: str, base: str | None) -> Maker:
    """
    Return what makes the village sheet as PDF when it is called.

    Parameters
    ----------
    dataset, place, language
        What it tells of, in which language.
    base
        Address of the dashboard for the QR code; None = no code.
    """

    def make() -> bytes:
        from dashboard.documents.sheet import page

        return page.village_sheet(facts_of(dataset, municipality), municipality.code, language, address=base)

    return make


def slip_maker(dataset: Dataset, municipality: Place, language: str) -> Maker:
    """Return what makes the correction slip as a workbook when it is called."""

    def make() -> bytes:
        from dashboard.documents.sheet import slip

        return slip.build(facts_of(dataset, municipality), municipality.code, language)

    return make


def file_name(municipality: Place, kind: str, ending: str) -> str:
    """Return a name of a file that every system takes: "frydlant-nad-ostravici-598143-list.pdf"."""
    plain = "".join(
        sign if sign.isalnum() else "-" for sign in sorting.fold(municipality.name) if sign.isascii()
    )
    words = "-".join(part for part in plain.split("-") if part)[:60]
    return f"{words or 'obec'}-{municipality.code}-{kind}.{ending}"

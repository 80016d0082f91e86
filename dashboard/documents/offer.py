"""
What can be made of an area, each in one sentence: what it is for, what it is called, and who makes it.

A page shows the offers and orders them from `dashboard.documents.work.workshop`;
the commands make the same files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from dashboard import text
from dashboard.address.question import MEASURES
from dashboard.documents.work.workshop import Progress
from dashboard.text import _, ngettext
from geodata.studies.breaks import QUANTILE

if TYPE_CHECKING:
    from dashboard.documents.facts.area import AreaFacts
    from dashboard.documents.office.report import Template
    from geodata.dataset.dataset import Dataset

# Seconds that the sheet, and the slip, of one village take on two slow cores.
SHEET_SECONDS: Final = 0.35


@dataclass(frozen=True)
class Wish:
    """
    One file that somebody wants: what makes two files different stands in here, and nothing else.

    Attributes
    ----------
    kind
        A key of `KINDS`.
    village
        Code of a municipality, for files of one village.
    subject, measure
        What a map shows.
    classes
        How a map of the share of older people is cut into steps.
    address
        Address of the dashboard, for QR codes; empty = none.
    template
        The office's own DOCX.
    """

    kind: str
    area: str
    language: str
    village: str = ""
    subject: str = ""
    measure: str = MEASURES[0]
    classes: str = QUANTILE
    address: str = ""
    template: Template | None = None


@dataclass(frozen=True)
class Kind:
    """How a kind of file is made, and what a browser is told of it."""

    ending: str
    mime: str
    make: Callable[[AreaFacts, Wish, Progress], bytes]
    is_long: bool = False


GEOPACKAGE: Final = "geopackage"
OFFICE: Final = "application/vnd.openxmlformats-officedocument"


def _pack(facts: AreaFacts, wish: Wish, _progress: Progress) -> bytes:
    from dashboard.documents.pack import make as pack
    from geodata.stories import story_for

    return pack.build(facts, story_for(wish.area), wish.language).encode()


def _slides(facts: AreaFacts, wish: Wish, _progress: Progress) -> bytes:
    from dashboard.documents.office import slides
    from geodata.stories import story_for

    return slides.build(facts, story_for(wish.area), wish.language)


def _report(facts: AreaFacts, wish: Wish, _progress: Progress) -> bytes:
    from dashboard.documents.office import chapter_child, report

    own = wish.template
    if own is None:
        return report.build(facts, wish.language)
    dataset = facts.dataset
    return chapter_child.make(dataset.path, dataset.version, wish.area, wish.language, own)


def _workbook(facts: AreaFacts, wish: Wish, _progress: Progress) -> bytes:
    from dashboard.documents.office import tables_xlsx

    return tables_xlsx.build(facts, wish.language)


def _sheet(facts: AreaFacts, wish: Wish, _progress: Progress) -> bytes:
    from dashboard.documents.sheet import page

    return page.village_sheet(facts, wish.village, wish.language, address=wish.address or None)


def _sheets(facts: AreaFacts, wish: Wish, progress: Progress) -> bytes:
    from dashboard.documents.sheet import page

    return page.area_sheets(facts, wish.language, address=wish.address or None, progress=progress)


def _sheets_zip(facts: AreaFacts, wish: Wish, progress: Progress) -> bytes:
    from dashboard.documents.sheet import page

    return page.area_sheets_zip(facts, wish.language, address=wish.address or None, progress=progress)


def _slip(facts: AreaFacts, wish: Wish, _progress: Progress) -> bytes:
    from dashboard.documents.sheet import slip

    return slip.build(facts, wish.village, wish.language)


def _slips_zip(facts: AreaFacts, wish: Wish, progress: Progress) -> bytes:
    from dashboard.documents.sheet import slip

    return slip.area_slips_zip(facts, wish.language, progress=progress)


def _picture(form: Any) -> Callable[[AreaFacts, Wish, Progress], bytes]:
    def make(facts: AreaFacts, wish: Wish, _progress: Progress) -> bytes:
        from dashboard.documents.pictures import file

        return file.build(
            facts, wish.subject, wish.language, form, measure=wish.measure, classes=wish.classes
        )

    return make


def _exchange(name: str) -> Callable[[AreaFacts, Wish, Progress], bytes]:
    def make(facts: AreaFacts, wish: Wish, _progress: Progress) -> bytes:
        from dashboard.documents import exchange

        with text.speaking(wish.language):
            if name == GEOPACKAGE:
                return exchange.gaps_geopackage_bytes(facts)
            return exchange.MAKERS[name](facts, wish.language)

    return make


PICTURES: Final[Mapping[str, str]] = {"png": "PNG", "svg": "SVG", "picture_pdf": "PDF"}
"""Kinds that are a picture of a map, and what their format is called."""

KINDS: Final[Mapping[str, Kind]] = {
    "pack": Kind("html", "text/html", _pack),
    "slides": Kind("pptx", f"{OFFICE}.presentationml.presentation", _slides),
    "report": Kind("docx", f"{OFFICE}.wordprocessingml.document", _report),
    "workbook": Kind("xlsx", f"{OFFICE}.spreadsheetml.sheet", _workbook),
    "sheets": Kind("pdf", "application/pdf", _sheets, is_long=True),
    "sheets_zip": Kind("zip", "application/zip", _sheets_zip, is_long=True),
    "sheet": Kind("pdf", "application/pdf", _sheet),
    "slip": Kind("xlsx", f"{OFFICE}.spreadsheetml.sheet", _slip),
    "slips_zip": Kind("zip", "application/zip", _slips_zip, is_long=True),
    "png": Kind("png", "image/png", _picture("png")),
    "svg": Kind("svg", "image/svg+xml", _picture("svg")),
    "picture_pdf": Kind("pdf", "application/pdf", _picture("pdf")),
    "geopackage": Kind("gpkg", "application/geopackage+sqlite3", _exchange(GEOPACKAGE)),
    "geojson": Kind("geojson", "application/geo+json", _exchange("gaps.geojson")),
    "services_csv": Kind("csv", "text/csv", _exchange("services.csv")),
    "gaps_csv": Kind("csv", "text/csv", _exchange("gaps.csv")),
    "hsds": Kind("json", "application/json", _exchange("hsds.json")),
    "hsds_zip": Kind("zip", "application/zip", _exchange("hsds-tabular.zip")),
}


@dataclass(frozen=True)
class Offer:
    """An offer in words: what it is called, and what it is for."""

    kind: str
    title: str
    purpose: str


def sections(villages: int) -> list[tuple[str, list[Offer]]]:
    """
    Return the offers under their headings, in the reader's language.

    Parameters
    ----------
    villages
        How many municipalities the area has: all sheets take a while, and one has no others.
    """
    every = ngettext("{n} municipality", "{n} municipalities", villages)
    seconds = max(round(villages * SHEET_SECONDS / 5) * 5, 5)
    lasts = ngettext("about {n} second", "about {n} seconds", seconds)
    return [
        (
            _("For the meeting"),
            [
                Offer("pack", _("Meeting pack"),
                      _("Slides, live maps, tables and villages in one file for a USB stick; "
                        "opens in any browser, without internet.")),
                Offer("slides", _("Slides (PowerPoint)"),
                      _("The same story as slides that you can change; charts and tables stay editable.")),
            ],
        ),
        (
            _("For the plan"),
            [
                Offer("report", _("Analysis chapter (Word)"),
                      _("People, services, capacity against need and gaps, "
                        "with numbered tables, maps and sources.")),
                Offer("workbook", _("All tables (Excel)"),
                      _("One sheet for each topic, unrounded figures, filters and sources.")),
            ],
        ),
        (
            _("For municipalities"),
            [
                Offer("sheet", _("Sheet of one municipality (PDF)"),
                      _("Two pages to print: what people have, what is missing, whom to call, "
                        "and a slip for corrections.")),
                Offer("slip", _("Correction slip of one municipality (Excel)"),
                      _("What we know of its services, to confirm or correct; "
                        "a filled one is taken in by the next build.")),
                *([] if villages < 2 else [
                    Offer("sheets", _("Sheets of all municipalities (one PDF)"),
                          _("{every} one after another, ready to print; takes {time}.",
                            every=every, time=lasts)),
                    Offer("sheets_zip", _("Sheets of all municipalities (zip)"),
                          _("One PDF for each, to send by e-mail; takes {time}.", time=lasts)),
                    Offer("slips_zip", _("Correction slips of all municipalities (zip)"),
                          _("One workbook for each, to send by e-mail.")),
                ]),
            ],
        ),
        (
            _("Maps"),
            [
                Offer("png", _("Map picture"),
                      _("For a document, the web or a poster: "
                        "legend, scale, norm, sources and day are in it.")),
            ],
        ),
        (
            _("For other programs"),
            [
                Offer("geopackage", _("GeoPackage for QGIS"),
                      _("A layer for each kind of help, coloured as on our map when it is opened; "
                        "services as points.")),
                Offer("geojson", _("GeoJSON"), _("Municipalities with all figures, for any map program.")),
                Offer("services_csv", _("Services (CSV)"), _("The services of the area as a plain table.")),
                Offer("gaps_csv", _("Gaps (CSV)"),
                      _("Need, reach and gaps of every municipality as a plain table.")),
                Offer("hsds", _("Whole catalogue as HSDS 3.1 (JSON)"),
                      _("The exchange format of service directories; "
                        "the command “dosah import hsds” reads it back.")),
                Offer("hsds_zip", _("Whole catalogue as HSDS 3.1 (tables)"),
                      _("The same as CSV tables in a zip.")),
            ],
        ),
    ]  # fmt: skip


def has_story(area: str) -> bool:
    """Tell whether an area has a story: pack and slides tell one."""
    from geodata.stories import stories

    return any(story.area_id == area for story in stories().values())


def file_name(wish: Wish) -> str:
    """Name the file: codes only, the same in every language."""
    whole = wish.kind in ("hsds", "hsds_zip")
    parts = ["dosah" if whole else wish.village or wish.area]
    extra = {"services_csv": "services", "gaps_csv": "gaps", "slip": "corrections",
             "slips_zip": "corrections", "sheets": "sheets", "sheets_zip": "sheets",
             "hsds": "hsds", "hsds_zip": "hsds-tabular"}  # fmt: skip
    if wish.subject:
        parts.append(wish.subject)
    if wish.subject and wish.measure != MEASURES[0]:
        parts.append(wish.measure)
    if wish.subject and wish.classes != QUANTILE:
        parts.append(wish.classes)
    if wish.kind in extra:
        parts.append(extra[wish.kind])
    return f"{'-'.join([*parts, wish.language])}.{KINDS[wish.kind].ending}"


def key(dataset: Dataset, wish: Wish) -> Hashable:
    """Return what tells two files apart, short: of a template its digest."""
    template = wish.template
    digest = "" if template is None else hashlib.sha256(template.name.encode() + template.content).hexdigest()
    return dataset.version, replace(wish, template=None), digest


def work(dataset: Dataset, wish: Wish) -> Callable[[Progress], bytes]:
    """Return how a wish is fulfilled, to be done elsewhere."""

    def make(progress: Progress) -> bytes:
        return KINDS[wish.kind].make(_facts(dataset, dataset.version, wish.area), wish, progress)

    return make


@cache
def _latest() -> dict[tuple[str, str], AreaFacts]:
    return {}


def _facts(dataset: Dataset, version: str, area: str) -> AreaFacts:
    """Return the facts of an area; those of the last one asked for are kept, because people order several files of one area."""
    from dashboard.documents.facts.area import AreaFacts

    kept = _latest()
    found = kept.get((version, area))
    if found is None:
        found = AreaFacts(dataset, area)
        kept.clear()
        kept[version, area] = found
    return found

"""Village sheets: two pages of A4 per municipality, to be printed, confirmed and corrected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from dashboard import sorting, text
from dashboard.catalogue import corrections
from dashboard.catalogue.words import district_text, short_web
from dashboard.documents.facts import words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.villages import MOST_GAPS, MOST_SERVICES, listed_services
from dashboard.documents.sheet.pictures import qr_code, village_address, village_map
from dashboard.documents.work import archive, typesetting
from dashboard.documents.work.workshop import Progress
from dashboard.drawing.outlines import swatch
from dashboard.phrases import bounds
from dashboard.phrases import norms as phrases_norms
from dashboard.phrases.labels import label
from dashboard.phrases.village_counts import Divided, divide, share_missing
from dashboard.text import _, ngettext
from geodata.reading.gap import Gap
from geodata.reading.services import Service

if TYPE_CHECKING:
    from geodata.method.benchmark import Norm

TEMPLATE: Final = "sheet.typ"
PAGES: Final = 2
SLIP_ROWS: Final = 5
_REGIONS: Final = {"cs": "cz", "pl": "pl", "en": "gb"}


def divided_rows(facts: AreaFacts, code: str) -> Divided[Gap]:
    """
    Divide the kinds of help of a municipality as its page does;
    of equals those with a complete register stand first.
    """
    rows = [facts.gap(group_id, code) for group_id in facts.groups]
    rows.sort(key=lambda row: not facts.groups[row.group_id].is_register_complete_in(facts.country))
    return divide(rows, lambda row: row)


def headline(facts: AreaFacts, code: str, divided: Divided[Gap], shown: int) -> list[str]:
    """
    Say the most important: how many kinds fall short of how many, where most is missing,
    what is out of reach, what is fine.

    Parameters
    ----------
    facts, code
        The municipality.
    found
        Its kinds of help: what is counted here are the rows of the table.
    shown
        How many of them the table has room for.
    """
    name = str(facts.municipalities[code]["name"])
    if not divided.compared:
        said = (
            _("So few people live here that by the norm less than one would need any single kind of help.")
            if divided.slight
            else _(
                "{name}: the data do not tell the need here; the services known to us are on the next page.",
                name=name,
            )
        )
        return [said, words.incomplete_note()]
    sentences = [_count_sentence(divided)]
    if shown < len(divided.compared):
        sentences.append(ngettext("The table shows {n} of them.", "The table shows {n} of them.", shown))
    if divided.short:
        worst = divided.short[0]
        share = text.percent(share_missing(worst))
        sentences.append(
            _(
                "Most is missing in: {group} ({share} of the need).",
                group=words.group_name(facts.groups[worst.group_id]),
                share=bounds.most(share, is_bound=worst.is_lower_bound),
            )
        )
        absent = [row for row in divided.short if row.gap_class == "none_within_reach"]
        if absent:
            sentences.append(
                _(
                    "No service known to us is within reach for: {groups}.",
                    groups=words.group_names(facts, absent),
                )
            )
    if divided.enough:
        sentences.append(_("Enough by the norm: {groups}.", groups=words.group_names(facts, divided.enough)))
    sentences.append(words.incomplete_note())
    return sentences


def _count_sentence(divided: Divided[Gap]) -> str:
    counted, short = len(divided.compared), len(divided.short)
    if not short:
        first = ngettext(
            "{n} kind of help that somebody here needs can be compared with a norm; it does not fall short.",
            "{n} kinds of help that somebody here needs can be compared with a norm; none falls short.",
            counted,
        )
    else:
        first = ngettext(
            "Of {n} kind of help that somebody here needs and that we can compare with a norm, {short} "
            "falls short.",
            "Of {n} kinds of help that somebody here needs and that we can compare with a norm, {short} "
            "fall short.",
            counted,
            short=text.number(short),
        )
    if not divided.unknown:
        return first
    rest = ngettext(
        "Of {n} more kind of help it is not known.",
        "Of {n} more kinds of help it is not known.",
        len(divided.unknown),
    )
    return f"{first} {rest}"


def _service_row(facts: AreaFacts, number: int, service: Service, distance: float | None) -> dict[str, Any]:
    kind = label("service_types", service.kind)
    shows_name = not service.is_protected and service.name.casefold() not in (
        kind.casefold(),
        (service.provider or "").casefold(),
    )
    notes = [kind] if shows_name else []
    if note := words.status_note(service):
        notes.append(note)
    if said := corrections.note(service.corrections):
        notes.append(said)
    if service.evidence == "page":
        notes.append(label("evidences", "page"))
    return {
        "number": str(number),
        "name": service.name if shows_name else kind,
        "provider": (words.provider_line(service, service.name) if shows_name else service.provider) or "",
        "note": "; ".join(notes),
        "place": words.place_text(service, facts),
        "distance": words.distance_text(distance),
        "capacity": words.capacity_text(service),
        "contact": [part for part in (service.phone, service.email, short_web(service.web or "")) if part]
        or [text.unknown()],
    }


def norm_of_sheet(norm: Norm) -> str:
    """Name a norm with the years of what it divides: services, and people."""
    name = phrases_norms.norm_name(norm.norm_id)
    if norm.year is None:
        return name
    if norm.population_year is None or norm.population_year == norm.year:
        return f"{name} {norm.year}"
    return _(
        "{name} (services of {year}, people of {people_year})",
        name=name,
        year=norm.year,
        people_year=norm.population_year,
    )


def sheet_data(
    facts: AreaFacts,
    code: str,
    *,
    address: str | None = None,
    return_to: str = "",
    groups: int = MOST_GAPS,
    services: int = MOST_SERVICES,
) -> dict[str, Any]:
    """
    Collect the words of one sheet in the language that is spoken.

    Parameters
    ----------
    facts
        Facts of the planning area.
    code
        A municipality of the area's country.
    address
        Base address of the dashboard; without one there is no QR code.
    return_to
        Where a filled slip is sent, as the office words it.
    groups
        Most groups with figures; the rest gets a short sentence.
    services
        Most services listed; the rest is counted.
    """
    municipality = facts.municipality(code)
    language = text.current()
    population = facts.population(code)
    divided = divided_rows(facts, code)
    rows = divided.compared[:groups]
    cut = divided.compared[groups:]
    listed, more = listed_services(facts, code, services)
    link = village_address(address, code, language) if address else None
    norms = list(dict.fromkeys(norm_of_sheet(facts.analyses[row.group_id].norm) for row in rows))
    origin_ids = dict.fromkeys(
        [
            *population.origin_ids,
            *(service.origin_id for service, _d in listed),
            str(municipality["origin_id"]),
        ]
    )
    district = district_text(str(municipality["district_code"]), facts.districts)
    where = [district, str(municipality["region_name"]), _("code {code}", code=code)]
    name = str(municipality["name"])
    return {
        "code": code,
        "name": name,
        "place": " · ".join(where),
        "tiles": [
            {"value": words.persons(population.total), "label": _("inhabitants")},
            {"value": words.persons(population.from_65), "label": _("aged 65 and over")},
            {"value": words.persons(population.from_80), "label": _("aged 80 and over")},
        ],
        "population": _("Inhabitants as of {day}.", day=text.date(population.reference_date))
        if population.reference_date
        else _("The number of inhabitants is not loaded."),
        "qr": qr_code(link) if link else None,
        "qr_alt": _("QR code of the village's page: {address}", address=link or ""),
        "address": link or "",
        "headline": headline(facts, code, divided, len(rows)),
        "map": village_map(facts, code, [service for service, _distance in listed]),
        "map_alt": _(
            "Map of {area}: {name} is outlined, services are numbered as in the table.",
            area=facts.name,
            name=name,
        ),
        "gaps": [
            {
                "name": words.group_name(facts.groups[row.group_id])
                + ("" if facts.groups[row.group_id].is_register_complete_in(facts.country) else " *"),
                "class": words.class_name(row.gap_class),
                "swatch": swatch(row.gap_class, dots=row.is_lower_bound),
                "sentence": words.gap_sentence(facts, row),
            }
            for row in rows
        ],
        "norm_note": _(
            "Norm: {norm}. * The catalogue of this kind is incomplete. A place serves one person at one "
            "time.",
            norm=text.listing(norms),
        )
        if rows
        else "",
        "others": [
            *(words.class_sentence(facts, row) for row in cut),
            *words.slight_sentences(facts, divided.slight),
            *words.other_sentences(facts, divided.unknown),
        ],
        "services": [
            _service_row(facts, number, service, distance)
            for number, (service, distance) in enumerate(listed, start=1)
        ],
        "more": ngettext(
            "{n} more service is within reach; see the catalogue.",
            "{n} more services are within reach; see the catalogue.",
            more,
        )
        if more
        else "",
        "certainty": words.certainty_sentences(facts, [*rows, *cut, *divided.slight, *divided.unknown]),
        "sources": " · ".join(words.origin_lines(facts, origin_ids)),
        "slip": {
            "title": _("Correction slip: {name} ({code})", name=name, code=code),
            "lead": _(
                "Please confirm what is right, correct what is not, add what we do not know. Write no names "
                "of persons; "
                "“No.” is the number in the table above, leave it empty for a service that is not there."
            ),
            "return_to": return_to,
        },
        "footer": _(
            "Dosah · data as of {day} · version {version}",
            day=text.date(facts.data_date),
            version=facts.dataset.version,
        ),
    }


def _document(sheets: list[dict[str, Any]], title: str) -> dict[str, Any]:
    language = text.current()
    return {
        "language": language,
        "region": _REGIONS[language],
        "title": title,
        "slip_rows": SLIP_ROWS,
        "sheets": sheets,
        "words": {
            "number": _("No."),
            "kind": _("kind of help"),
            "class": _("compared with the norm"),
            "finding": _("what it means"),
            "headline": _("What matters most"),
            "gaps": _("What the people here have, and what is missing"),
            "others": _("Other help within reach"),
            "services": _("Services known to us"),
            "no_services": _("No service within reach is known to us."),
            "service": _("service"),
            "where": _("where"),
            "capacity": _("capacity"),
            "contact": _("contact"),
            "certainty": _("How sure we are"),
            "sources": _("Sources"),
            "online": _("this page online"),
            "what": _("What is it about (place, contact, capacity …)"),
            "correct": _("How it really is"),
            "why": _("How do you know (since when)"),
            "office": _("Office:"),
            "date": _("Date:"),
        },
    }


def _fits(data: dict[str, Any]) -> tuple[bool, bool]:
    """Tell whether the first page of a sheet holds what belongs there, and whether the second one does."""
    layout = typesetting.query(TEMPLATE, _document([data], data["name"]), "<layout>")
    second = int(layout["services"][0])
    return second == PAGES, int(layout["pages"]) - second == 0


def fitted(facts: AreaFacts, code: str, *, address: str | None = None, return_to: str = "") -> dict[str, Any]:
    """Return the data of a sheet with as many groups and services as two pages hold."""
    groups, services = MOST_GAPS, MOST_SERVICES
    while True:
        data = sheet_data(facts, code, address=address, return_to=return_to, groups=groups, services=services)
        first, second = _fits(data)
        if (first and second) or (groups <= 1 and services <= 1):
            return data
        groups -= 0 if first else 1
        services -= 0 if second else 1


def village_sheet(
    facts: AreaFacts, code: str, language: str, *, address: str | None = None, return_to: str = ""
) -> bytes:
    """Set the sheet of one municipality as PDF."""
    with text.speaking(language):
        data = fitted(facts, code, address=address, return_to=return_to)
        return typesetting.pdf(TEMPLATE, _document([data], _("Services for {name}", name=data["name"])))


def _all_data(
    facts: AreaFacts, codes: Iterable[str], address: str | None, return_to: str, progress: Progress | None
) -> Iterator[dict[str, Any]]:
    ordered = sorted(codes, key=lambda code: sorting.sort_key(str(facts.municipalities[code]["name"])))
    for done, code in enumerate(ordered, start=1):
        data = fitted(facts, code, address=address, return_to=return_to)
        yield data
        if progress:
            progress(done, len(ordered), data["name"])


def area_sheets(
    facts: AreaFacts,
    language: str,
    *,
    address: str | None = None,
    return_to: str = "",
    progress: Progress | None = None,
) -> bytes:
    """Set the sheets of all members as one PDF, in the order of their names."""
    with text.speaking(language):
        sheets = list(_all_data(facts, facts.members, address, return_to, progress))
        return typesetting.pdf(
            TEMPLATE, _document(sheets, _("Services for the municipalities of {area}", area=facts.name))
        )


def area_sheets_zip(
    facts: AreaFacts,
    language: str,
    *,
    address: str | None = None,
    return_to: str = "",
    progress: Progress | None = None,
) -> bytes:
    """Set the sheets of all members as one PDF each, in a zip."""
    with text.speaking(language):
        return archive.zipped(
            (
                archive.file_name(data["name"], data["code"], "pdf"),
                typesetting.pdf(TEMPLATE, _document([data], _("Services for {name}", name=data["name"]))),
            )
            for data in _all_data(facts, facts.members, address, return_to, progress)
        )

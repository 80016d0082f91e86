"""
The correction slip as a workbook: what we know of a village's services, and a sheet to correct it.

The sheet of corrections has the headings of the table `corrections` that `dosah build` reads
(`dosah template corrections` writes the same ones): a filled slip goes back as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dashboard import text
from dashboard.catalogue.corrections import field_names
from dashboard.documents.facts import words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.villages import listed_services, members_by_name
from dashboard.documents.work import archive, workbook
from dashboard.documents.work.workbook import Sheet
from dashboard.documents.work.workshop import Progress
from dashboard.phrases.labels import label
from dashboard.tables.sheets import Value
from dashboard.text import _
from geodata.reading.services import Service

EMPTY_ROWS: Final = 60
MOST_SERVICES: Final = 200


def choice(code: str, words_of_it: str) -> str:
    """Return an option as the reader of user tables takes it back: the label, the code in brackets."""
    return f"{words_of_it} [{code}]"


def known_rows(facts: AreaFacts, service: Service) -> list[list[Value]]:
    """
    Return what is known of a service, one line for each fact;
    a protected address has no lines on its place.
    """
    names = field_names()
    kind = label("service_types", service.kind)
    name = kind if service.is_protected else service.name
    lines: list[tuple[str, Value, str | None, str | None]] = [
        ("service.name", name, None, None),
        ("service.status", label("service_statuses", service.status), None, None),
        ("service.phone", service.phone, None, None),
        ("service.email", service.email, None, None),
        ("service.web", service.web, None, None),
    ]
    for part in service.capacities:
        if not part.is_retold:
            lines.append(("capacity.capacity_number", part.number, part.form, part.unit))
            if part.basis:
                lines.append(("capacity.basis", label("capacity_bases", part.basis), part.form, part.unit))
    for site in service.sites:
        if not site.is_protected:
            lines.append(("site.municipality_code", words.site_text(site, facts), None, None))
            lines.append(("site.street_address", site.street, None, None))
    return [
        [
            service.service_id,
            name,
            service.provider,
            names[field],
            None if form is None else label("forms", form),
            None if unit is None else label("capacity_units", unit),
            text.unknown() if value is None else value,
            None,
        ]
        for field, value, form, unit in lines
    ]


def build(facts: AreaFacts, code: str, language: str) -> bytes:
    """
    Write the slip of a municipality.

    Returns
    -------
    workbook
        Three sheets: what we know (with a column to tick), corrections (read back by `dosah build`), guide.
    """
    with text.speaking(language):
        return _build(facts, code)


def area_slips_zip(facts: AreaFacts, language: str, *, progress: Progress | None = None) -> bytes:
    """Write the slips of all members, in a zip, in the order of their names."""

    def made() -> Iterator[tuple[str, bytes]]:
        for done, code in enumerate(members_by_name(facts), start=1):
            name = str(facts.municipalities[code]["name"])
            yield archive.file_name(name, code, "xlsx"), _build(facts, code)
            if progress:
                progress(done, len(facts.members), name)

    with text.speaking(language):
        return archive.zipped(made())


def _build(facts: AreaFacts, code: str) -> bytes:
    language = text.current()
    name = str(facts.municipality(code)["name"])
    services = [service for service, _distance in listed_services(facts, code, MOST_SERVICES)[0]]
    known = [row for service in services for row in known_rows(facts, service)]
    ids = [service.service_id for service in services]
    names = [_short(service) for service in services]
    forms = [choice(form, label("forms", form)) for form in ("pob", "amb", "ter")]
    units = [
        choice(unit, label("capacity_units", unit))
        for unit in ("luzka", "klient", "interv", "kontakt", "hovor", "place")
    ]
    fields = [choice(field, words_of_it) for field, words_of_it in field_names().items()]
    star = " *"
    corrections = Sheet(
        title=_("Corrections"),
        headings=[
            _("Service identifier") + star,
            _("What is corrected") + star,
            _("Form"),
            _("Capacity unit"),
            _("Value in the source"),
            _("Correct value") + star,
            _("Date of correction") + star,
            _("Office") + star,
            _("Reason") + star,
            _("Source"),
        ],
        rows=[],
        empty_rows=EMPTY_ROWS,
        has_filter=False,
        widths={0: 26, 1: 34, 2: 18, 3: 18, 4: 24, 5: 24, 6: 16, 7: 30, 8: 34, 9: 30},
    )
    lists = [ids, fields, forms, units]
    sheets = [
        Sheet(
            title=_("What we know"),
            headings=[
                _("service (identifier)"),
                _("name of the service"),
                _("provider"),
                _("fact"),
                _("form of it"),
                _("unit of it"),
                _("what we know"),
                _("right? (yes / no)"),
            ],
            rows=known,
            choices={7: [_("yes"), _("no")]},
        ),
        corrections,
        Sheet(
            title=_("Guide"),
            headings=[_("Correction slip: {name} ({code})", name=name, code=code)],
            rows=[[sentence] for sentence in _guide(facts)],
            has_filter=False,
            widths={0: 110},
        ),
        Sheet(
            title=_("Lists"),
            headings=[
                _("Service identifier"),
                _("What is corrected"),
                _("Form"),
                _("Capacity unit"),
                _("service"),
            ],
            rows=[
                [options[row] if row < len(options) else None for options in (*lists, names)]
                for row in range(max(map(len, lists)))
            ],
            has_filter=False,
        ),
    ]
    # Excel takes a list of at most 255 characters in place: longer ones stand on the sheet of lists.
    ranges = {column: len(options) for column, options in enumerate(lists)}
    return workbook.build(
        _("Correction slip: {name} ({code})", name=name, code=code),
        language,
        sheets,
        ranged_choices=[(1, column, 3, column, count) for column, count in ranges.items() if count],
    )


def _short(service: Service) -> str:
    kind = label("service_types", service.kind)
    return f"{kind}, {service.provider}" if service.provider else kind


def _guide(facts: AreaFacts) -> list[str]:
    return [
        _("On the sheet “{sheet}” tick what is right.", sheet=_("What we know")),
        _(
            "What is wrong or missing goes to the sheet “{sheet}”, one row for each fact. Choose the "
            "service and the fact "
            "from the lists; “unknown” takes a value away.",
            sheet=_("Corrections"),
        ),
        _(
            "Write the office that answers for it, the day and the reason. Write no names of persons: "
            "corrections are published."
        ),
        _("A service that is not in the list goes into the table that `dosah template services` writes."),
        _("Send the file back as it is: `dosah build` takes it in and reports what it changed."),
        _("Data as of {day}", day=text.date(facts.data_date)),
    ]

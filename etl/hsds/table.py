"""
Services of an HSDS document as a table `services`, which an office looks through, completes
and keeps for every build.

Anybody's HSDS can be read so. What the document does not say stays empty; what the table has no column
for stands in the note.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from etl.cleaning.protect import is_protected
from geodata.errors import ParameterError
from geodata.hsds.foreign import ForeignCapacity, ForeignPlace, ForeignService
from geodata.said import Said, say, together
from geodata.vocabulary.codes import codelist, label
from geodata.vocabulary.identifiers import (
    clean_email,
    clean_ico,
    clean_postal_code,
    clean_web,
    fold,
    is_valid_ico,
)

if TYPE_CHECKING:
    from etl.usertables.cells.places import NamedMunicipalities

Row = dict[str, str | float]
MOST_NOTE_LETTERS: Final = 1_900
MOST_DIGITS: Final = 6
MOST_TERMS_TOLD: Final = 8
FEWEST_DIGITS: Final = 3
"""Of a phone; emergency numbers have three."""
TOLD: Final = (
    "other_units", "two_numbers", "only_free", "more_free", "other_capacities", "elsewhere", "exchanged",
    "no_point", "by_name", "unplaced", "of_organization", "without_place", "exact_places", "ages",
)  # fmt: skip
"""Sentences that count something, in the order in which they are said."""


@dataclass
class TableImport:
    """
    Rows for a table `services`, and what a person should look at.

    `kinds` are terms that stand for no kind of ours, with how many services wait for one.
    """

    rows: list[Row] = field(default_factory=list)
    services: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    without_kind: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """What is worth a look, by sentence (`hsds.…` in sentences.yaml)."""
    unusable: list[str] = field(default_factory=list)
    """Web addresses, e-mails and the like that no column takes."""

    def notes(self) -> list[Said]:
        """Return sentences for the person at the command line."""
        said = []
        if self.without_kind:
            named = [
                say("hsds.term", term=term, count=count)
                for term, count in self.kinds.most_common(MOST_TERMS_TOLD)
            ]
            terms: str = say("hsds.terms", terms=together(named)) if named else ""
            said.append(say("hsds.without_kind", number=self.without_kind, terms=terms))
        said += [say(f"hsds.{name}", number=self.counts[name]) for name in TOLD if self.counts[name]]
        if self.unusable:
            said.append(say("hsds.no_contacts", number=len(self.unusable), first=self.unusable[0][:60]))
        if self.counts["cut_note"]:
            said.append(say("hsds.cut_note", number=self.counts["cut_note"], most=MOST_NOTE_LETTERS))
        return said


def parse_kinds(values: Sequence[str] | None) -> dict[str, str]:
    """
    Read TERM=CODE pairs.

    Raises
    ------
    ParameterError
        If a pair is none, or its code is no kind of service.
    """
    found = {}
    for value in values or []:
        term, sign, code = value.rpartition("=")
        if not sign or not term.strip():
            raise ParameterError(f"--kind {value}: write it as TERM=CODE, for instance home care=cz-40.")
        if code not in codelist("service_types"):
            raise ParameterError(
                f"--kind {value}: there is no kind of service '{code}' "
                "(geodata/codelists/service_types.yaml)."
            )
        found[fold(term)] = code
    return found


@dataclass(frozen=True)
class Surroundings:
    """
    What a document is read against.

    Attributes
    ----------
    file
        Name of the document: the source of the rows.
    places
        Municipalities that are loaded.
    kinds
        Kinds of ours by folded term.
    code_at
        Municipality by (latitude, longitude), where a point lies in a loaded one.
    language
        Language of the labels beside codes.
    """

    file: str
    places: NamedMunicipalities
    kinds: Mapping[str, str] = field(default_factory=dict)
    code_at: Mapping[tuple[float, float], str] = field(default_factory=dict)
    language: str = "en"

    def choice(self, list_name: str, code: str) -> str:
        """Return a code as the table's lists have it."""
        return f"{label(list_name, code, self.language)} [{code}]"

    def kind_of(self, service: ForeignService) -> str | None:
        """Return the kind of a service: its own, else that of the first term that was given one."""
        given = (self.kinds[fold(term)] for term in service.terms if fold(term) in self.kinds)
        return service.kind or next(given, None)


def table_of(services: Sequence[ForeignService], around: Surroundings) -> TableImport:
    """Turn services of a document into rows of a table `services`."""
    done = TableImport(services=len(services))
    for service in services:
        kind = around.kind_of(service)
        if kind is None:
            done.without_kind += 1
            done.kinds.update(service.terms)
        done.rows += _rows_of(service, kind, around, done)
    return done


def _rows_of(service: ForeignService, kind: str | None, around: Surroundings, done: TableImport) -> list[Row]:
    """
    Return a row for each capacity and place of a service;
    what every row must tell alike stands in each.
    """
    hidden = any(place.is_protected for place in service.places) or (kind is not None and is_protected(kind))
    notes = [part for part in (service.own.get("note"), service.eligibility, service.status_told) if part]
    notes += service.terms
    if service.ages_told:
        done.counts["ages"] += 1
        notes.append(say("hsds.age_note", ages=service.ages_told).in_language(around.language))
    done.counts["other_capacities"] += service.other_capacities
    capacities = _capacities(service, around, notes, done)
    contacts = _contacts(service, notes, done)
    if hidden:
        districts = [place.district_code for place in service.places if place.district_code]
        sites: list[Row] = [
            {"district": code} for code in districts[:1] if code in around.places.district_names
        ]
    else:
        sites = [site for place in service.places if (site := _site(place, around, notes, done))]
        notes += service.served_told
        _without_place(service, around, notes, done)
    common: dict[str, str | float | None] = {
        "record_id": service.own.get("registration_id") or service.record_id,
        "service_name": service.name,
        "provider_name": service.provider,
        "provider_ico": contacts["provider_ico"],
        "service_type": None if kind is None else around.choice("service_types", kind),
        "status": around.choice("service_statuses", service.status),
        "sites_total": _sites_total(service),
        "served_area": None
        if hidden
        else "; ".join(filter(around.places.by_code.__contains__, service.served)),
        "target_groups": "; ".join(around.choice("target_groups", code) for code in service.target_groups),
        "age_from": service.age_from,
        "age_to": service.age_to,
        "web": contacts["web"],
        "phone": contacts["phone"],
        "email": contacts["email"],
        "valid_from": service.own.get("valid_from"),
        "valid_to": service.own.get("valid_to"),
        "year_of_information": None if service.year is None else float(service.year),
        "source": f"HSDS: {around.file}",
        # The note of a protected service may tell its place.
        "note": None if hidden else _note(notes, done),
    }
    kept: Row = {name: value for name, value in common.items() if value not in (None, "")}
    first_site = sites[0] if sites else {}
    rows: list[Row] = [{**kept, **capacity, **first_site} for capacity in capacities or [{}]]
    # A further place is a row without a capacity: capacity belongs to the service, not to its places.
    others = [site for number, site in enumerate(sites) if site not in sites[:number] and site != first_site]
    return rows + [{**kept, **site} for site in others]


def _sites_total(service: ForeignService) -> float | None:
    """
    Return how many places share the capacity: as told, else all that the document names, also those
    that cannot be placed.
    """
    stated = service.own.get("sites_total", "")
    count = int(stated) if stated.isdecimal() and len(stated) < MOST_DIGITS else 0
    total = max(count, len(service.places))
    return float(total) if total > 1 or count else None


def _note(notes: Sequence[str], done: TableImport) -> str:
    note = "; ".join(dict.fromkeys(notes))
    if len(note) <= MOST_NOTE_LETTERS:
        return note
    done.counts["cut_note"] += 1
    return f"{note[: MOST_NOTE_LETTERS - 1]}…"


def _contacts(service: ForeignService, notes: list[str], done: TableImport) -> dict[str, str | None]:
    """Return web, e-mail, phone and IČO as the table takes them; what it would refuse goes into the note."""
    email = service.email and re.sub(
        r"\s*[(\[{](?:at|zavináč|małpa)[)\]}]\s*", "@", service.email, flags=re.IGNORECASE
    )
    ico = clean_ico(service.ico)
    found = {
        "web": (service.url, clean_web(service.url)),
        "email": (service.email, clean_email(email)),
        "phone": (
            service.phone,
            service.phone if sum(map(str.isdigit, service.phone or "")) >= FEWEST_DIGITS else None,
        ),
        "provider_ico": (service.ico, ico if ico and is_valid_ico(ico) else None),
    }
    for stated, taken in found.values():
        if stated and stated.strip() and taken is None:
            done.unusable.append(stated)
            notes.append(stated)
    return {name: taken for name, (_told, taken) in found.items()}


def _without_place(
    service: ForeignService, around: Surroundings, notes: list[str], done: TableImport
) -> None:
    """Say of a service without a place that it has none, and what its organisation has."""
    if service.places:
        return
    addresses = []
    for place in service.provider_places:
        code = (
            around.code_at.get((place.latitude, place.longitude))
            if place.latitude and place.longitude
            else None
        )
        town = f"{around.places.by_code[code].name} [{code}]" if code in around.places.by_code else ""
        addresses.append(_address(place, town))
    done.counts["of_organization" if service.provider_places else "without_place"] += 1
    notes += filter(None, addresses)


def _address(place: ForeignPlace, town: str = "") -> str:
    """
    Return the address of a place in words; `town` where its municipality is known; its point only
    where there is nothing else.
    """
    point = (
        None
        if place.latitude is None or place.longitude is None
        else f"{place.latitude:g}, {place.longitude:g}"
    )
    parts = [place.street, place.postal_code, town or place.city or place.municipality_code]
    return ", ".join(part for part in parts if part) or point or ""


def _capacities(
    service: ForeignService, around: Surroundings, notes: list[str], done: TableImport
) -> list[Row]:
    found: dict[tuple[str, str], list[ForeignCapacity]] = {}
    for part in service.capacities:
        if part.only_free:
            done.counts["only_free"] += 1
        if part.contradicts_itself:
            done.counts["more_free"] += 1
            notes.append(part.told)
            continue
        if part.unit is None:
            done.counts["other_units"] += 1
            notes.append(part.told)
        elif part.number is not None and part.unit != "unknown":
            found.setdefault((part.form or "unknown", part.unit), []).append(part)
    rows: list[Row] = []
    for (form, unit), parts in found.items():
        row: Row = {"form": around.choice("forms", form), "unit": around.choice("capacity_units", unit)}
        if len({part.number for part in parts}) > 1:
            # Which of several numbers is the capacity, nobody can tell; they are never added.
            done.counts["two_numbers"] += 1
            notes += [part.told for part in parts]
        else:
            basis = parts[0].basis if parts[0].basis in ("at_one_time", "per_year") else None
            row["capacity"] = float(parts[0].number or 0)
            row |= {"basis": around.choice("capacity_bases", basis)} if basis else {}
        rows.append(row)
    return rows


def _site(place: ForeignPlace, around: Surroundings, notes: list[str], done: TableImport) -> Row:
    """
    Return the cells of a place: its municipality by code or point, else the name of its town for the check
    to ask about.
    """
    code, known = place.municipality_code, around.places.by_code
    point = None if place.latitude is None or place.longitude is None else (place.latitude, place.longitude)
    if place.has_no_point:
        done.counts["no_point"] += 1
    if point is not None:
        code = code or around.code_at.get(point)
    if code in known:
        done.counts["exact_places"] += point is not None
        found = known[str(code)]
        return {"municipality": f"{found.name} [{code}]", **_street(place, found.country)}
    if point is not None and around.code_at.get((point[1], point[0])) is not None:
        done.counts["exchanged"] += 1
    elif point is not None:
        done.counts["elsewhere"] += 1
        notes.append(_address(place))
        return {}
    candidates = around.places.named(place.city) if code is None and place.city else []
    if candidates and place.city:
        # A name alone decides nothing (there are six Lhotkas): the check of the table asks,
        # and says what it may mean.
        done.counts["by_name"] += 1
        return {"municipality": place.city, **_street(place, candidates[0].country)}
    if point is None:
        done.counts["unplaced"] += 1
    address = _address(place)
    notes += [address] if address else []
    return {}


def _street(place: ForeignPlace, country: str) -> Row:
    address = {
        "street_address": place.street,
        "postal_code": clean_postal_code(place.postal_code, country),
    }
    return {name: value for name, value in address.items() if value}


def municipalities_at(services: Sequence[ForeignService], outlines: Any) -> dict[tuple[float, float], str]:
    """
    Return the municipality of every point, as it is told and with both numbers exchanged,
    that lies in a loaded one.

    Parameters
    ----------
    services
        Their places are looked up.
    outlines
        municipality_code and geometry (EPSG:4326).
    """
    import shapely

    points = list(
        dict.fromkeys(
            point
            for service in services
            for place in (*service.places, *service.provider_places)
            if place.latitude is not None and place.longitude is not None
            # The other way round too: whoever exchanged the two is told so.
            for point in ((place.latitude, place.longitude), (place.longitude, place.latitude))
        )
    )
    if not points:
        return {}
    tree = shapely.STRtree(outlines.geometry.to_numpy())
    at = shapely.points([longitude for _, longitude in points], [latitude for latitude, _ in points])
    which, shape = tree.query(at, predicate="intersects")
    codes = outlines["municipality_code"].tolist()
    found: dict[tuple[float, float], str] = {}
    # A point on a border belongs to the first of both, whatever the order of the tree.
    for number, position in sorted(zip(which.tolist(), shape.tolist(), strict=True), reverse=True):
        found[points[number]] = codes[position]
    return found

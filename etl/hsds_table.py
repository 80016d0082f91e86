"""
Services of an HSDS document as a table `services`, which an office looks through, completes and keeps for every build.

Anybody's HSDS can be read so. What the document does not say stays empty; what the table has no column for stands in the note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from etl.protect import is_protected
from geodata.codes import codelist, label
from geodata.errors import ParameterError
from geodata.hsds_foreign import ForeignPlace, ForeignService
from geodata.identifiers import fold

if TYPE_CHECKING:
    from etl.usertables.places import Places

Row = dict[str, str | float]
MOST_NOTE_LETTERS: Final = 1_900
MOST_DIGITS: Final = 6
MOST_TERMS_TOLD: Final = 8


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
    elsewhere: int = 0
    other_units: int = 0
    exact_places: int = 0

    def notes(self) -> list[str]:
        """Return sentences for the person at the command line."""
        said = []
        if self.without_kind:
            terms = ", ".join(
                f"“{term}” ({count})" for term, count in self.kinds.most_common(MOST_TERMS_TOLD)
            )
            given = (
                f' Terms of the file: {terms}. Give one as --kind "TERM=CODE", for instance cz-40.'
                if terms
                else ""
            )
            said.append(f"{self.without_kind} services have no kind of ours: choose it in the table.{given}")
        if self.other_units:
            said.append(
                f"{self.other_units} capacities are in units that are none of ours: they stand in the note."
            )
        if self.elsewhere:
            said.append(
                f"{self.elsewhere} places lie outside the loaded municipalities: they stand in the note."
            )
        if self.exact_places:
            said.append(
                f"{self.exact_places} places were known by coordinates: the table keeps their municipality and address."
            )
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
                f"--kind {value}: there is no kind of service '{code}' (geodata/codelists/service_types.yaml)."
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
    places: Places
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
    """Return a row for each capacity and place of a service; what every row must tell alike stands in each."""
    hidden = any(place.is_protected for place in service.places) or (kind is not None and is_protected(kind))
    notes = [part for part in (service.own.get("note"), service.eligibility, service.status_told) if part]
    notes += service.terms
    capacities = _capacities(service, around, notes, done)
    if hidden:
        districts = [place.district_code for place in service.places if place.district_code]
        sites: list[Row] = [
            {"district": code} for code in districts[:1] if code in around.places.district_names
        ]
    else:
        sites = [site for place in service.places if (site := _site(place, around, notes, done))]
        notes += service.served_told
    common: dict[str, str | float | None] = {
        "record_id": service.own.get("registration_id") or service.record_id,
        "service_name": service.name,
        "provider_name": service.provider,
        "provider_ico": service.ico,
        "service_type": None if kind is None else around.choice("service_types", kind),
        "status": around.choice("service_statuses", service.status),
        "sites_total": _sites_total(service),
        "served_area": None
        if hidden
        else "; ".join(filter(around.places.by_code.__contains__, service.served)),
        "target_groups": "; ".join(around.choice("target_groups", code) for code in service.target_groups),
        "age_from": service.age_from,
        "age_to": service.age_to,
        "web": service.url,
        "phone": service.phone,
        "email": service.email,
        "valid_from": service.own.get("valid_from"),
        "valid_to": service.own.get("valid_to"),
        "year_of_information": None if service.year is None else float(service.year),
        "source": f"HSDS: {around.file}",
        # The note of a protected service may tell its place.
        "note": None if hidden else "; ".join(dict.fromkeys(notes))[:MOST_NOTE_LETTERS],
    }
    kept: Row = {name: value for name, value in common.items() if value not in (None, "")}
    first_site = sites[0] if sites else {}
    rows: list[Row] = [{**kept, **capacity, **first_site} for capacity in capacities or [{}]]
    # A further place is a row without a capacity: capacity belongs to the service, not to its places.
    others = [site for number, site in enumerate(sites) if site not in sites[:number] and site != first_site]
    return rows + [{**kept, **site} for site in others]


def _sites_total(service: ForeignService) -> float | None:
    """Return how many places share the capacity: as told, else all that the document names, also those that cannot be placed."""
    told = service.own.get("sites_total", "")
    count = int(told) if told.isdecimal() and len(told) < MOST_DIGITS else 0
    total = max(count, len(service.places))
    return float(total) if total > 1 or count else None


def _capacities(
    service: ForeignService, around: Surroundings, notes: list[str], done: TableImport
) -> list[Row]:
    found: dict[tuple[str, str], Row] = {}
    for part in service.capacities:
        if part.unit is None:
            done.other_units += 1
            notes.append(part.told)
        elif part.number is not None and part.unit != "unknown":
            key = (part.form or "unknown", part.unit)
            if key in found:
                # Two numbers of one form and unit: which of them is the capacity, nobody can tell; they are never added.
                notes.append(part.told)
                continue
            basis = part.basis if part.basis in ("at_one_time", "per_year") else None
            found[key] = {
                "form": around.choice("forms", key[0]),
                "unit": around.choice("capacity_units", key[1]),
                "capacity": part.number,
                **({"basis": around.choice("capacity_bases", basis)} if basis else {}),
            }
    return list(found.values())


def _site(place: ForeignPlace, around: Surroundings, notes: list[str], done: TableImport) -> Row:
    code = place.municipality_code
    if place.latitude is not None and place.longitude is not None:
        done.exact_places += 1
        code = code or around.code_at.get((place.latitude, place.longitude))
    if code in around.places.by_code:
        address = {"street_address": place.street, "postal_code": place.postal_code}
        told = f"{around.places.by_code[str(code)].name} [{code}]"
        return {"municipality": told, **{name: value for name, value in address.items() if value}}
    parts = [place.street, place.postal_code, place.city or code]
    if any(parts):
        done.elsewhere += 1
        notes.append(", ".join(part for part in parts if part))
    return {}


def municipalities_at(services: Sequence[ForeignService], outlines: Any) -> dict[tuple[float, float], str]:
    """
    Return the municipality of every point that lies in a loaded one.

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
            (place.latitude, place.longitude)
            for service in services
            for place in service.places
            if place.latitude is not None and place.longitude is not None
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

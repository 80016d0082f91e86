"""
What cannot be told from one cell: rows that contradict each other, capacities without a unit,
ends before starts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any

from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.rows import Reading, Row
from etl.usertables.cells.values import CellError
from etl.usertables.correction_values import check_correction
from geodata.vocabulary.codes import LANGUAGES, codelist, label
from geodata.vocabulary.identifiers import fold

# Columns of a service that its rows, one per form and unit, must tell alike.
ONE_PER_SERVICE = (
    "service_name",
    "provider_name",
    "provider_ico",
    "service_type",
    "status",
    "registration_id",
    "sites_total",
    "age_from",
    "age_to",
    "web",
    "phone",
    "email",
    "valid_from",
    "valid_to",
    "year_of_information",
)
ONE_PER_AREA = ("area_kind", "membership_certainty", "membership_basis", "source")
DIGEST_LENGTH = 10
KEYS: Mapping[str, tuple[str, ...]] = {
    "services": ("service_key", "form", "unit", "municipality", "street_address"),
    "corrections": ("record_id", "field", "form", "unit", "date", "office"),
    "needs": ("indicator", "target_group", "year", "municipality"),
    "network": ("record_id", "form", "unit", "year", "network_name"),
    "funding": ("record_id", "year", "funding_source", "funding_kind"),
    "findings": (
        "finding_state",
        "municipality",
        "planning_area",
        "service_group",
        "about_type",
        "about_people",
        "speaker",
        "finding_date",
        "source",
        "note",
    ),
    "areas": ("area_name", "municipality"),
}

MAY_END_EMPTY = frozenset({"services", "findings"})  # the last part of their key may be unknown


def check(reading: Reading, places: NamedMunicipalities) -> None:
    """Add the problems between cells and between rows to a reading."""
    for row in reading.rows:
        for problem in _PER_ROW.get(reading.layout.kind, ()):
            try:
                problem(row, places)
            except _At as found:
                # What is missing only because its cell could not be read was told already.
                if not _is_told(reading, row["row_number"], found.column):
                    reading.blame(row["row_number"], found.column, found.error)
    if reading.layout.kind == "services":
        _check_alike(reading, service_key, ONE_PER_SERVICE, "rows_disagree", "service_name")
        # Of one address, one postal code: the rows of two forms name the same site twice.
        _check_alike(reading, _site_key, ("postal_code",), "rows_disagree", "service_name")
        _check_capacities(reading)
        _check_sites(reading)
    if reading.layout.kind == "areas":
        _check_alike(reading, lambda row: row["area_name"], ONE_PER_AREA, "area_rows_disagree", "area_name")
    if reading.layout.kind == "needs":
        _check_counts(reading)
    _check_repeated(reading)


def _is_told(reading: Reading, row: int, column: str) -> bool:
    position = reading.positions.get(column)
    return position is not None and any(
        problem.row == row and problem.column == position for problem in reading.problems
    )


class _At(Exception):  # noqa: N818  # it carries a problem to its cell, it is none itself
    def __init__(self, column: str, error: CellError) -> None:
        super().__init__(column)
        self.column, self.error = column, error


def service_key(row: Mapping[str, Any]) -> str | None:
    """
    Return what makes rows of table `services` one service: the writer's identifier, else name,
    provider and kind.
    """
    if row["record_id"]:
        return str(row["record_id"])
    if not row["service_name"] or not row["provider_name"] or not row["service_type"]:
        return None
    return "|".join((fold(row["service_name"]), fold(row["provider_name"]), row["service_type"]))


def capacity_key(row: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Return what one capacity belongs to: a service, a form and a unit, wherever the service works."""
    service = service_key(row)
    return None if service is None else (service, row["form"] or "unknown", row["unit"] or "unknown")


def place_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what tells the sites of one service apart."""
    return row["municipality"], row["street_address"], row["district"]


def _site_key(row: Mapping[str, Any]) -> tuple[Any, ...] | None:
    service = service_key(row)
    return None if service is None or row["street_address"] is None else (service, *place_of(row))


def own_ids(key: str) -> tuple[str, str]:
    """
    Return the two identifiers that a service of the office's own may have: a readable one,
    and one that tells nothing.
    """
    digest = f"user-{hashlib.sha256(key.encode()).hexdigest()[:DIGEST_LENGTH]}"
    readable = fold(key).replace(" ", "-")
    return (f"user-{readable}" if readable else digest), digest


def country_of(row: Mapping[str, Any], places: NamedMunicipalities) -> str | None:
    """
    Return the country of a service: of its municipality, else of its district, else of its kind;
    None = cannot be told.
    """
    if row["municipality"]:
        return places.by_code[row["municipality"]].country
    if row["district"]:
        return places.country_of_district(row["district"])
    country = codelist("service_types")[row["service_type"]].attributes.get("country")
    return None if country is None else str(country)


def _check_service(row: Row, places: NamedMunicipalities) -> None:
    if row["capacity"] is not None and not (row["form"] and row["unit"]):
        raise _At("capacity", CellError("capacity_needs_unit", f"{row['capacity']:g}"))
    if row["service_type"] is None or (row["district"] or "") not in places.district_names | {"": ""}:
        return
    kind, country = codelist("service_types")[row["service_type"]], country_of(row, places)
    of_kind = kind.attributes.get("country")
    if country is None:
        raise _At("municipality", CellError("country_unknown", str(row["service_name"] or kind.code)))
    if of_kind is not None and country != of_kind:
        hints = {
            language: f"{kind.label[language]} – {label('countries', str(of_kind), language)}"
            for language in LANGUAGES
        }
        raise _At("service_type", CellError("country_mismatch", kind.code, hints=hints))


def _check_days(row: Row, _: NamedMunicipalities) -> None:
    if row["valid_from"] and row["valid_to"] and row["valid_to"] < row["valid_from"]:
        raise _At("valid_to", CellError("end_before_start", row["valid_to"], hint=row["valid_from"]))


def _check_ages(row: Row, _: NamedMunicipalities) -> None:
    if row["age_from"] is not None and row["age_to"] is not None and row["age_to"] < row["age_from"]:
        raise _At("age_to", CellError("ages_crossed", str(row["age_to"]), hint=str(row["age_from"])))


def _check_counts(reading: Reading) -> None:
    """Note fractions in an indicator whose small numbers are to be hidden: only counts can be."""
    hidden = {_indicator(row) for row in reading.rows if row["suppress_below"] is not None}
    for row in reading.rows:
        if _indicator(row) in hidden and row["value"] is not None and row["value"] % 1:
            reading.blame(row["row_number"], "value", CellError("not_a_count", f"{row['value']:g}"))


def _indicator(row: Row) -> tuple[Any, ...]:
    return row["indicator"], row["target_group"], row["year"]


def _check_correction_day(row: Row, _: NamedMunicipalities) -> None:
    if row["date"] and row["date"] > date.today().isoformat():  # noqa: DTZ011  # a day in the office's own calendar
        raise _At("date", CellError("date_in_future", row["date"]))


def _check_correction(row: Row, places: NamedMunicipalities) -> None:
    for column in ("old_value", "new_value"):
        if row["field"] is None or row[column] is None:
            continue
        try:
            row[column] = check_correction(row["field"], row[column], places, is_new=column == "new_value")
        except CellError as error:
            raise _At(column, error) from None


def _check_finding(row: Row, _: NamedMunicipalities) -> None:
    if not row["municipality"] and not row["planning_area"]:
        raise _At("municipality", CellError("finding_without_place"))
    if row["municipality"] and row["planning_area"]:
        raise _At("planning_area", CellError("finding_with_two_places"))
    if not row["service_group"] and not row["about_type"]:
        raise _At("service_group", CellError("finding_without_service"))
    if row["service_group"] and row["about_type"]:
        raise _At("about_type", CellError("finding_with_two_services"))


def _check_finding_day(row: Row, _: NamedMunicipalities) -> None:
    if row["finding_date"] and row["finding_date"] > date.today().isoformat():  # noqa: DTZ011  # as above
        raise _At("finding_date", CellError("date_in_future", row["finding_date"]))


_PER_ROW: Mapping[str, tuple[Callable[[Row, NamedMunicipalities], None], ...]] = {
    "services": (_check_service, _check_days, _check_ages),
    "corrections": (_check_correction_day, _check_correction),
    "findings": (_check_finding, _check_finding_day),
}


def _check_alike(
    reading: Reading,
    key: Callable[[Row], object],
    columns: Iterable[str],
    kind: str,
    name: str,
) -> None:
    """Note rows that say of one service (or area) something else than its first row."""
    first: dict[object, Row] = {}
    for row in reading.rows:
        row_key = key(row)
        if row_key is None:
            continue
        known = first.setdefault(row_key, row)
        for column in columns:
            if row[column] is None:
                row[column] = known[column]
            elif known[column] is None:
                known[column] = row[column]
            elif row[column] != known[column]:
                error = CellError(kind, str(row[name]), hint=str(known["row_number"]))
                reading.blame(row["row_number"], column, error)


def _check_capacities(reading: Reading) -> None:
    """
    Note a second, different capacity of one service, form and unit: only one of them could be published.

    A blank beside a number says nothing of its own: the number is that of the service
    (`notes.notes_of_rows` says so).
    """
    numbers: dict[tuple[Any, ...], Row] = {}
    bases: dict[tuple[Any, ...], Row] = {}
    for row in reading.rows:
        key = capacity_key(row)
        if key is None:
            continue
        if row["capacity"] is not None:
            known = numbers.setdefault(key, row)
            if known["capacity"] != row["capacity"]:
                error = CellError(
                    "capacities_disagree", f"{row['capacity']:g}", hint=str(known["row_number"])
                )
                reading.blame(row["row_number"], "capacity", error)
        if row["basis"] is not None:
            known = bases.setdefault(key, row)
            if known["basis"] != row["basis"]:
                error = CellError("rows_disagree", str(row["service_name"]), hint=str(known["row_number"]))
                reading.blame(row["row_number"], "basis", error)


def _check_sites(reading: Reading) -> None:
    """Note a number of all sites that is less than the sites which the table itself names."""
    places: dict[str, set[tuple[Any, ...]]] = {}
    for row in reading.rows:
        key = service_key(row)
        if key is not None and any(place_of(row)):
            places.setdefault(key, set()).add(place_of(row))
    blamed: set[str] = set()
    for row in reading.rows:
        key = service_key(row)
        if key is None or key in blamed or row["sites_total"] is None:
            continue
        blamed.add(key)
        named = len(_distinct(places.get(key, set())))
        if row["sites_total"] < named:
            error = CellError("sites_fewer", str(row["sites_total"]), hint=str(named))
            reading.blame(row["row_number"], "sites_total", error)


def _distinct(places: Collection[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """
    Return the places without those that say less of another one: a municipality alone may be any
    of its addresses.
    """

    def says_less(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
        return one != other and all(part in (None, more) for part, more in zip(one, other, strict=True))

    return [one for one in places if not any(says_less(one, other) for other in places)]


def _check_repeated(reading: Reading) -> None:
    first: dict[tuple[Any, ...], int] = {}
    for row in reading.rows:
        keyed = {**row, "service_key": service_key(row) if reading.layout.kind == "services" else None}
        key = tuple(keyed[column] for column in KEYS[reading.layout.kind])
        if key[0] is None or (reading.layout.kind not in MAY_END_EMPTY and key[-1] is None):
            continue
        if key in first:
            reading.blame(row["row_number"], None, CellError("duplicate_row", hint=str(first[key])))
        first.setdefault(key, row["row_number"])

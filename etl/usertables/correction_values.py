"""Values of corrections: checked as what they correct, and written as text as the dataset would hold them."""

from __future__ import annotations

from etl.usertables.cells import values
from etl.usertables.cells.grid import Cell, as_text
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.schema import layout
from etl.usertables.cells.values import CellError
from geodata.vocabulary.identifiers import clean_phone

UNKNOWN = ""  # what "unknown" becomes as a corrected value: NA in the dataset
# What is corrected → the column of table `services` whose type it has.
LIKE_COLUMN = {
    "service.name": "service_name",
    "service.status": "status",
    "service.valid_from": "valid_from",
    "service.valid_to": "valid_to",
    "service.web": "web",
    "service.phone": "phone",
    "service.email": "email",
    "capacity.capacity_number": "capacity",
    "capacity.basis": "basis",
    "site.municipality_code": "municipality",
    "site.street_address": "street_address",
    "site.postal_code": "postal_code",
}
NEVER_UNKNOWN = frozenset({"service.name", "service.status", "capacity.basis"})


def check_correction(field: str, cell: Cell, places: NamedMunicipalities, *, is_new: bool) -> str:
    """
    Return the value of a correction as text: a number as "35", a day as ISO, a code, `UNKNOWN`.

    Parameters
    ----------
    field
        What is corrected, a key of `LIKE_COLUMN`.
    is_new
        The value that shall stand; an expected old one may be unknown everywhere.

    Raises
    ------
    CellError
        If the value does not fit what it corrects.
    """
    from etl.usertables.cells.rows import read_cell

    if values.is_unknown(cell):
        if is_new and field in NEVER_UNKNOWN:
            raise CellError("correction_unknown_not_allowed", as_text(cell))
        return UNKNOWN
    column = layout("services").column(LIKE_COLUMN[field])
    if column.type == "municipality":
        # Whatever district: a correction may move a service anywhere, but only a code says where.
        values.check_written(cell)
        return places.municipality(as_text(cell))
    if column.type == "number":
        return f"{values.read_bounded(cell, column.minimum, column.maximum, whole=False):g}"
    if column.type == "phone":
        return values.read_phone(cell)
    return str(read_cell(cell, column))


def same_value(field: str, found: str | None, expected: str, country: str) -> bool:
    """
    Tell whether the value of the sources is the one that the office saw; spelling of phones
    and spaces does not count.
    """
    if found is None or expected == UNKNOWN:
        return found is None and expected == UNKNOWN
    if field == "service.phone":
        return clean_phone(found, country) == clean_phone(expected, country)
    if field == "capacity.capacity_number":
        return float(found) == float(expected)
    if field == "site.postal_code":
        return found.replace(" ", "").replace("-", "") == expected.replace(" ", "").replace("-", "")
    return " ".join(found.casefold().split()) == " ".join(expected.casefold().split())

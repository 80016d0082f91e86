"""
One correction of a doubtful capacity, written by a form instead of a table:
it takes the same way through check and preview.

The address of the page may name the capacity (record, form, unit):
the list of doubtful capacities links to it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from dashboard import navigation, text
from dashboard.method.facts import Doubtful
from dashboard.text import _
from geodata.sheet_cells import marked

RECORD: Final = "record"
FORM: Final = "form"
UNIT: Final = "unit"
COLUMNS: Final = (
    "record_id", "field", "form", "unit", "old_value", "new_value", "date", "office", "reason", "source",
)  # fmt: skip
BASIS: Final = "capacity.basis"
NUMBER: Final = "capacity.capacity_number"
AT_ONE_TIME: Final = "at_one_time"
PER_YEAR: Final = "per_year"
OTHER: Final = "other"
NOBODY_KNOWS: Final = "unknown"


def correction_address(one: Doubtful) -> str:
    """Return the address of the page with a capacity to correct, relative to any page."""
    asked = {"kind": "corrections", RECORD: one.service_id, FORM: one.form, UNIT: one.unit}
    return navigation.link("own_tables", {**asked, "lang": text.current()})


def asked_for(parameters: Mapping[str, str], doubtful: list[Doubtful]) -> Doubtful | None:
    """Return the doubtful capacity that an address names; None where it names none that is doubtful still."""
    wanted = tuple(parameters.get(name, "") for name in (RECORD, FORM, UNIT))
    return next((one for one in doubtful if (one.service_id, one.form, one.unit) == wanted), None)


def answers() -> dict[str, str]:
    """Return what the number may turn out to be."""
    return {
        PER_YEAR: _("the number is right, for a whole year"),
        AT_ONE_TIME: _("the number is right, at one time"),
        OTHER: _("another number is right"),
        NOBODY_KNOWS: _("nobody knows"),
    }


def template_row(one: Doubtful) -> dict[str, Any]:
    """
    Return a doubtful capacity as the beginning of a correction.

    What is right is left to whoever knows it.
    """
    return {"record_id": one.service_id, "field": BASIS, "form": one.form, "unit": one.unit}


def correction(
    one: Doubtful, answer: str, number: float | None, *, day: str, office: str, reason: str, source: str
) -> bytes:
    """
    Write a correction as a table.

    Parameters
    ----------
    answer
        A key of `answers`; `number` counts with "other" only.
    day
        ISO 8601, as typed: the check looks at it.
    """
    row: dict[str, Any] = {
        **template_row(one),
        "date": day,
        "office": office,
        "reason": reason,
        "source": source,
    }
    if answer in (AT_ONE_TIME, PER_YEAR):
        row["new_value"] = answer
    else:
        row["field"], row["old_value"] = NUMBER, f"{one.number:.12g}"
        row["new_value"] = NOBODY_KNOWS if answer == NOBODY_KNOWS or number is None else f"{number:.12g}"
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, COLUMNS, delimiter=";", restval="")
    writer.writeheader()
    writer.writerow({name: marked(cell) if isinstance(cell, str) else cell for name, cell in row.items()})
    return buffer.getvalue().encode("utf-8-sig")

"""
Findings of focus groups from filled-in tables into the dataset:
by area or municipality, never by person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from etl.usertables.cells.likeness import nearest
from etl.usertables.cells.problems import Problem
from etl.usertables.read import UserTable
from geodata.dataset import rules
from geodata.vocabulary import privacy
from geodata.vocabulary.identifiers import fold

FEWEST_PARTICIPANTS = 5  # fewer people in a group may be known by name in a village

AreaNames = Mapping[str, Sequence[str]]
"""Names of each known planning area, by area_id."""


def with_area_ids(table: UserTable, areas: AreaNames) -> tuple[UserTable, list[Problem]]:
    """
    Turn names of planning areas into area_ids.

    Parameters
    ----------
    table
        Table `findings`; not modified.
    areas
        The areas of the dataset and those of the office.

    Returns
    -------
    table, problems
        A cell that names no area is a problem, with suggestions.
    """
    known = {fold(name): area_id for area_id, names in areas.items() for name in (area_id, *names)}
    area_of = {names[0] if names else area_id: area_id for area_id, names in areas.items()}
    rows, problems = [], []
    for row in table.rows:
        name = row["planning_area"]
        area_id = known.get(fold(name)) if name else None
        if name and area_id is None:
            problems.append(
                Problem(
                    "unknown_area",
                    table.sheet,
                    row["row_number"],
                    table.columns.get("planning_area"),
                    str(name),
                    suggestions=nearest(str(name), {name: name for name in area_of}),
                )
            )
        rows.append({**row, "planning_area": area_id})
    return replace(table, rows=tuple(rows)), problems


def finding_table(sources: Sequence[tuple[UserTable, str]]) -> pd.DataFrame:
    """
    Make table `finding`.

    Parameters
    ----------
    sources
        Tables `findings` with area_ids, each with its origin_id.

    Returns
    -------
    finding
        Fewer than `FEWEST_PARTICIPANTS` people are "below": the number itself is not kept.
        No totals are made of them.
    """
    rows = [
        {
            "origin_id": origin_id,
            "row_number": row["row_number"],
            "municipality_code": row["municipality"],
            "area_id": row["planning_area"],
            "service_group": row["service_group"],
            "service_type_code": row["about_type"],
            "target_group_code": row["about_people"],
            "finding_state": row["finding_state"],
            "speaker": row["speaker"],
            **_participants(row["participants"]),
            "finding_date": row["finding_date"],
            "source_text": row["source"],
            "note": row["note"],
        }
        for table, origin_id in sources
        for row in table.rows
    ]
    return rules.conform("finding", pd.DataFrame(rows, dtype=object)) if rows else rules.empty("finding")


def _participants(number: int | None) -> dict[str, Any]:
    if number is None:
        return {"participants": None, "disclosure": privacy.UNKNOWN}
    if number < FEWEST_PARTICIPANTS:
        return {"participants": None, "disclosure": privacy.BELOW}
    return {"participants": number, "disclosure": privacy.SHOWN}

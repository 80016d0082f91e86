"""
What a table would change: a published dataset beside a copy that was built with the table.

Pure functions on two datasets. Only groups whose services differ are computed again:
the others cannot have changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from dashboard.phrases.amounts import digits_of
from geodata.dataset.membership import members_by_area
from geodata.method.analysis import Settings, analyse
from geodata.method.summary import summarise
from geodata.vocabulary.codes import service_groups

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset
    from geodata.method.summary import Summary

COUNTED: Final = (
    "service",
    "capacity",
    "site",
    "municipality",
    "area",
    "need",
    "finding",
    "funding",
    "network",
    "correction",
)
"""Tables whose rows a reader counts, in the order in which they are told."""
_DECIDING: Final = ("service", "capacity", "site", "served_area")


@dataclass(frozen=True)
class GapChange:
    """
    One group in one area, before and after.

    `missing_*` in capacity units (None = unknown or the area is new);
    `classes` are the municipalities whose gap class differs: municipality_code → (before, after).
    """

    area_id: str
    group_id: str
    unit: str
    missing_before: float | None
    missing_after: float | None
    classes: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Preview:
    """Rows of each table before and after, and every gap that changes."""

    counts: Mapping[str, tuple[int, int]]
    gaps: tuple[GapChange, ...]
    municipality_names: Mapping[str, str]
    area_names: Mapping[str, str]


def compare(before: Dataset, after: Dataset) -> Preview:
    """
    Compare two datasets.

    Parameters
    ----------
    before, after
        The published dataset and the copy; not modified.
    """
    counts = {name: (len(before[name]), len(after[name])) for name in COUNTED}
    groups = groups_touched(before, after)
    gaps = [
        change
        for area_id, country in zip(after["area"]["area_id"], after["area"]["country"], strict=True)
        for group_id in groups
        if country in service_groups()[group_id].scopes
        and (change := _gap_change(before, after, area_id, country, group_id)) is not None
    ]
    names = dict(zip(after["municipality"]["municipality_code"], after["municipality"]["name"], strict=True))
    areas = dict(zip(after["area"]["area_id"], after["area"]["name"], strict=True))
    return Preview(counts, tuple(gaps), names, areas)


def groups_touched(before: Dataset, after: Dataset) -> list[str]:
    """Return the groups with a service of which anything differs that decides coverage."""
    services: set[str] = set()
    for name in _DECIDING:
        left, right = (_rows(dataset[name]) for dataset in (before, after))
        services |= {service_id for service_id, _ in left ^ right}
    kinds = {
        kind
        for dataset in (before, after)
        for service_id, kind in zip(
            dataset["service"]["service_id"], dataset["service"]["service_type_code"], strict=True
        )
        if service_id in services
    }
    return [
        group_id
        for group_id, group in service_groups().items()
        if any(kinds & set(scope.service_type_codes) for scope in group.scopes.values())
    ]


def _rows(frame: pd.DataFrame) -> set[tuple[str, tuple[object, ...]]]:
    plain = frame.drop(columns="origin_id").astype(object)
    plain = plain.where(plain.notna(), None)
    return {
        (str(service_id), tuple(row))
        for service_id, row in zip(frame["service_id"], plain.itertuples(index=False), strict=True)
    }


def _gap_change(
    before: Dataset, after: Dataset, area_id: str, country: str, group_id: str
) -> GapChange | None:
    members = _members(after, area_id)
    is_known = area_id in set(before["area"]["area_id"])
    analysis = analyse(after, group_id, country, area_id, Settings())
    classes_after = _classes(analysis.coverage, members)
    missing_after = _missing(summarise(analysis, members))
    if not is_known:
        return GapChange(area_id, group_id, analysis.unit, None, missing_after, {})
    old_members = _members(before, area_id)
    old = analyse(before, group_id, country, area_id, Settings())
    classes_before = _classes(old.coverage, old_members)
    missing_before = _missing(summarise(old, old_members))
    moved = {
        code: (classes_before[code], gap_class)
        for code, gap_class in classes_after.items()
        if classes_before.get(code, gap_class) != gap_class
    }
    if reads_the_same(missing_before, missing_after) and not moved:
        return None
    return GapChange(area_id, group_id, analysis.unit, missing_before, missing_after, moved)


def _members(dataset: Dataset, area_id: str) -> list[str]:
    # An own table may bring an area or take one away: one of the two datasets need not have it.
    return list(members_by_area(dataset).get(area_id, ()))


def _classes(coverage: pd.DataFrame, members: list[str]) -> dict[str, str]:
    rows = coverage.loc[coverage["municipality_code"].isin(members)]
    return dict(zip(rows["municipality_code"], rows["gap_class"], strict=True))


def reads_the_same(before: float | None, after: float | None) -> bool:
    """
    Tell whether two amounts are shown alike (`amounts.amount`): then nothing has changed to a reader.

    None = unknown.
    """
    if before is None or after is None:
        return before == after
    return round(before, digits_of(before)) == round(after, digits_of(after))


def _missing(summary: Summary) -> float | None:
    return summary.missing_places

"""
How sure the figures are, counted: for each group of services in an area,
in how many municipalities which reservation holds.

Pure functions on analyses. "None known", "capacity unknown", "capacity doubtful", "address protected",
"old" and "not loaded" are different things, and a municipality may have several of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.answers.stated import facts
from dashboard.method.facts import OLD_AFTER_DAYS
from geodata.method.edge import MATERIAL_SHARE

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset
    from geodata.method.analysis import Analysis

DOUBTFUL: Final = "doubtful"
BY_DISTRICT: Final = "district"
OLD_AFTER_YEARS: Final = OLD_AFTER_DAYS // 365


@dataclass(frozen=True)
class Confidence:
    """
    Reservations of one group in one area: municipalities, except where services are said.

    `sure` have none of the others; `none_known` counts only where the register is not complete: there it does
    not mean "none". `not_loaded`: the population is not; `no_norm`: nothing says how much is usual.
    """

    group_id: str
    municipalities: int
    sure: int
    unknown_capacity: int
    doubtful: int
    none_known: int
    near_edge: int
    not_loaded: int
    no_norm: int
    protected_services: int
    old_services: int


def confidence_of(analysis: Analysis, members: Sequence[str], old: frozenset[str]) -> Confidence:
    """
    Count the reservations of one answer.

    Parameters
    ----------
    members
        municipality_code of the area.
    old
        Services whose information is old (`old_services`).
    """
    coverage, supply = analysis.coverage, analysis.supply
    rows = np.flatnonzero(coverage["municipality_code"].isin(list(members)).to_numpy(dtype=bool))
    reach = analysis.reach[rows, :]
    reason = supply["not_counted_reason"].fillna("").to_numpy(dtype=object)
    is_doubtful = (reason == DOUBTFUL).astype(float)
    is_unknown = ((reason != DOUBTFUL) & (reason != "")).astype(float)
    part = coverage.iloc[rows]
    no_people = part["target_persons"].isna().to_numpy(dtype=bool)
    no_demand = part["demand_places"].isna().to_numpy(dtype=bool)
    doubtful = (reach > 0) @ is_doubtful > 0
    unknown = (reach > 0) @ is_unknown > 0
    none_known = (part["services_in_reach"].to_numpy() == 0) & (not analysis.is_register_complete)
    # Nearly everybody is near an edge in some way: what tells is how much lies beyond it;
    # where that is unknown, the mark stands.
    edge_share = part["edge_share"].to_numpy(dtype=np.float64)
    near_edge = part["is_near_edge"].to_numpy(dtype=bool) & ~(edge_share < MATERIAL_SHARE)
    reached = np.asarray((reach > 0).sum(axis=0)).ravel() > 0
    service_ids = supply["service_id"].to_numpy(dtype=object)
    by_district = (supply["reach_mode"] == BY_DISTRICT).to_numpy(dtype=bool)
    in_reach = set(service_ids[reached])
    return Confidence(
        group_id=analysis.group_id,
        municipalities=len(rows),
        sure=int((~(no_demand | doubtful | unknown | none_known | near_edge)).sum()),
        unknown_capacity=int(unknown.sum()),
        doubtful=int(doubtful.sum()),
        none_known=int(none_known.sum()),
        near_edge=int(near_edge.sum()),
        not_loaded=int(no_people.sum()),
        no_norm=int((no_demand & ~no_people).sum()),
        protected_services=len(set(service_ids[reached & by_district])),
        old_services=len(in_reach & old),
    )


def old_services(dataset: Dataset) -> frozenset[str]:
    """
    Return the services whose page speaks of a year that is `OLD_AFTER_YEARS` or more
    back from the day of the data.
    """
    day = facts(dataset).get("data_date", "")
    if not day[:4].isdecimal():
        return frozenset()
    service = dataset["service"]
    is_old = (service["year_of_information"] <= int(day[:4]) - OLD_AFTER_YEARS).fillna(value=False)
    return frozenset(service.loc[is_old.astype(bool), "service_id"])


@dataclass(frozen=True)
class Effect:
    """
    What one doubtful capacity makes uncertain: municipalities whose result is "at least" by it,
    and their target population.
    """

    municipalities: int
    persons: float


def effects_of(analyses: Sequence[Analysis]) -> Mapping[tuple[str, str, str], Effect]:
    """
    Return the effect of each doubtful capacity, by service_id, form and unit.

    Parameters
    ----------
    analyses
        One per group and country. Where a kind of service belongs to several groups,
        the largest effect counts.
    """
    found: dict[tuple[str, str, str], Effect] = {}
    for analysis in analyses:
        supply = analysis.supply
        is_doubtful = (supply["not_counted_reason"] == DOUBTFUL).to_numpy(dtype=bool)
        persons: Any = np.nan_to_num(analysis.coverage["target_persons"].to_numpy(dtype=np.float64))
        ids = supply["service_id"].to_numpy(dtype=object)
        for service_id in dict.fromkeys(ids[is_doubtful]):
            columns = np.flatnonzero(is_doubtful & (ids == service_id))
            inside = np.asarray((analysis.reach[:, columns] > 0).sum(axis=1)).ravel() > 0
            effect = Effect(int(inside.sum()), float(persons[inside].sum()))
            key = (str(service_id), analysis.form, analysis.unit)
            if key not in found or effect.persons > found[key].persons:
                found[key] = effect
    return found

"""A gap as everybody reads it: one group of services in one municipality, with what it was computed with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geodata.method.gaps import UNKNOWN
from geodata.reading.values import number, text, whole

if TYPE_CHECKING:
    from geodata.method.analysis import Analysis
    from geodata.method.benchmark import Norm


@dataclass(frozen=True)
class Gap:
    """
    A row of `Analysis.coverage`; amounts in `unit`, distances in metres, shares 0 to 1; None = unknown.

    Attributes
    ----------
    is_lower_bound
        A capacity within reach is unknown: what is met is at least so much, what is missing at most.
    edge_share
        Part of the surroundings that the figure depends on and that is not loaded.
    """

    group_id: str
    municipality_code: str
    unit: str
    form: str
    limit_m: float
    is_register_complete: bool
    norm: Norm
    target_persons: float | None
    demand: float | None
    coverage_ratio: float | None
    served: float | None
    waiting: float | None
    out_of_reach: float | None
    missing: float | None
    gap_class: str
    is_lower_bound: bool
    is_near_edge: bool
    services_in_reach: int
    services_in_reach_unknown: int
    services_in_reach_protected: int
    nearest_m: float | None
    nearest_id: str | None
    edge_share: float | None = None

    @property
    def within_reach(self) -> float | None:
        """Capacity within reach after sharing it with the others who reach it, in units: N · A."""
        if self.demand is None or self.coverage_ratio is None:
            return None
        return self.demand * self.coverage_ratio

    @property
    def is_told(self) -> bool:
        """Whether anybody can tell how much of the need is met."""
        return self.gap_class != UNKNOWN


def gap_of(analysis: Analysis, row: Mapping[Any, Any]) -> Gap:
    """Read the row of a municipality out of an analysis."""
    return Gap(
        group_id=analysis.group_id,
        municipality_code=str(row["municipality_code"]),
        unit=analysis.unit,
        form=analysis.form,
        limit_m=analysis.limit_m,
        is_register_complete=analysis.is_register_complete,
        norm=analysis.norm,
        target_persons=number(row["target_persons"]),
        demand=number(row["demand_places"]),
        coverage_ratio=number(row["coverage_ratio"]),
        served=number(row["served_places"]),
        waiting=number(row["waiting_places"]),
        out_of_reach=number(row["out_of_reach_places"]),
        missing=number(row["missing_places"]),
        gap_class=str(row["gap_class"]),
        is_lower_bound=bool(row["is_lower_bound"]),
        is_near_edge=bool(row["is_near_edge"]),
        services_in_reach=int(row["services_in_reach"]),
        services_in_reach_unknown=int(row["services_in_reach_unknown"]),
        services_in_reach_protected=whole(row["services_in_reach_protected"]) or 0,
        nearest_m=number(row["nearest_service_m"]),
        nearest_id=text(row["nearest_service_id"]),
        edge_share=number(row["edge_share"]),
    )

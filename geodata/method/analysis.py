"""
One answer for page, command and test: what is within reach in every municipality,
compared with what a norm asks.

Countries never mix: a group is computed for one country,
because a resident of one is not served by the system of another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from geodata.arrays import FloatArray
from geodata.dataset.dataset import Dataset
from geodata.method.benchmark import Norm
from geodata.method.coverage import coverage_of_places
from geodata.method.edge import near_edge
from geodata.method.inputs import CountryInputs, GroupInputs, country_inputs, group_inputs
from geodata.method.need import demand_of
from geodata.method.norm_choice import NormSources, area_members
from geodata.method.reach import costs_of_cells, reach_weights
from geodata.method.result_tables import coverage_table, nearest_services, supply_table
from geodata.method.settings import DEFAULT_SETTINGS, Settings
from geodata.method.supply import site_capacities
from geodata.travel.straight import Points
from geodata.travel.table import STRAIGHT_LINE, TravelTable
from geodata.vocabulary.codes import ServiceGroup

__all__ = [
    "Analysis",
    "Settings",
    "analyse",
    "available_norms",
]


@dataclass(frozen=True, eq=False)
class Analysis:
    """
    Coverage of one group in one country under given settings.

    `coverage` has one row per municipality, `supply` one per site (columns: docs/ENGINE.md).
    Of `capacity_known` (all that counts), `capacity_reachable` is within reach of somebody with a need,
    `capacity_unreachable` is not or nobody knows where it is. `limit_m` is the limit that was used.
    """

    group_id: str
    country: str
    area_id: str | None
    settings: Settings
    form: str
    unit: str
    limit_m: float
    is_register_complete: bool
    norm: Norm
    coverage: pd.DataFrame
    supply: pd.DataFrame
    capacity_known: float
    capacity_reachable: float
    capacity_unreachable: float
    reach: sparse.csr_array
    dataset_version: str
    travel: TravelTable | None
    _country: CountryInputs = field(repr=False)
    _group: GroupInputs = field(repr=False)

    @property
    def points(self) -> Points:
        """Where the people of each municipality are taken to live, in the order of `coverage`."""
        return self._country.places.points

    @property
    def site_points(self) -> Points:
        """
        Where each site stands, in the order of `supply`;
        unknown for sites known by their district or not at all.
        """
        return self._group.plan.located

    @property
    def travel_level(self) -> str:
        """
        Return "straight_line", "network" or "matrix";
        sites that a table does not know are in `supply.travel_level`.
        """
        return STRAIGHT_LINE if self.travel is None else self.travel.level

    @cached_property
    def cost_m(self) -> FloatArray:
        """
        Return metres along roads of every stored cell of `reach`, in its order;
        NaN where a site's place is not known.
        """
        return costs_of_cells(
            self._group.plan,
            self._country.places,
            self.reach,
            detour_factor=self.settings.detour_factor,
            table=self.travel,
        )

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """
        Return every pair of municipality and site within reach: the middle of the explanation.

        Columns: municipality_code, site_id, service_id, cost_m (metres along roads; NA where the site's place
        is not known), weight. Sorted by municipality, then site, in the order of `coverage` and `supply`.
        """
        row = np.repeat(np.arange(self.reach.shape[0]), np.diff(self.reach.indptr))
        order = np.lexsort((self.reach.indices, row))
        row, column = row[order], self.reach.indices[order]
        return pd.DataFrame(
            {
                "municipality_code": self.coverage["municipality_code"].to_numpy(dtype=object)[row],
                "site_id": self.supply["site_id"].to_numpy(dtype=object)[column],
                "service_id": self.supply["service_id"].to_numpy(dtype=object)[column],
                "cost_m": self.cost_m[order],
                "weight": self.reach.data[order],
            }
        ).astype({"municipality_code": "str", "site_id": "str", "service_id": "str"})


def analyse(
    dataset: Dataset,
    group: str | ServiceGroup,
    country: str,
    area_id: str | None = None,
    settings: Settings = DEFAULT_SETTINGS,
    *,
    travel: TravelTable | None = None,
    known_capacity: Mapping[str, float] | None = None,
    fixed_norm: Norm | None = None,
) -> Analysis:
    """
    Compute coverage of a group of services in every municipality of a country.

    Parameters
    ----------
    dataset
        A published dataset. It is not modified.
    group
        Id of one of `geodata.vocabulary.codes.service_groups`, or a group as a value.
    country
        ISO 3166 code.
    area_id
        Planning area: it changes the norm "area" only; the calculation always spans the country,
        because people and services do not stop at the area's edge.
    settings
        Assumptions.
    travel
        Costs on a road network or of a user's matrix; None = the straight line × detour.
        Sites that the table does not know keep the straight line, and `supply` says so.
    known_capacity
        Capacity of single sites by site_id, where it is known;
        the other sites of a registration share the rest equally.
    fixed_norm
        A norm that was computed elsewhere, for instance of today's services for a scenario;
        None = the one of `settings`.

    Returns
    -------
    analysis
        Every municipality of the country has a row. Where the norm is not available, demand and all
        that follows from it is unknown, while services in reach and distances are known all the same.

    Raises
    ------
    UnknownCodeError
        If the group, country, area or norm does not exist.
    ParameterError
        If a setting is refused, or the norm does not fit group and country.
    """
    inputs = group_inputs(dataset, group, country)
    here = country_inputs(dataset, country)
    limit_m = settings.limit_of(inputs.scope.form)
    sources = _norm_sources(dataset, inputs, here, area_id, settings, known_capacity=known_capacity)
    site_capacity = sources.site_capacity
    norm = sources.norm(settings.norm) if fixed_norm is None else fixed_norm
    reach = reach_weights(
        inputs.plan,
        here.places,
        limit_m=limit_m,
        decay=settings.decay,
        detour_factor=settings.detour_factor,
        table=travel,
    )
    target = here.target_persons(norm.age_weights)
    if norm.value_per_1000 is None:
        demand = np.full(len(target), np.nan)
    else:
        demand = demand_of(target, norm.value_per_1000)
    covered = coverage_of_places(demand, site_capacity, reach)
    # Whether somebody can reach a site does not depend on the norm, so it is known even without one.
    is_reachable = (reach.T @ np.nan_to_num(target)) > 0
    reaches_unknown = (reach.T @ np.isnan(target).astype(np.float64)) > 0
    known, reachable = np.nansum(site_capacity), np.nansum(site_capacity[is_reachable])
    return Analysis(
        group_id=inputs.group.group_id,
        country=country,
        area_id=area_id,
        settings=settings,
        form=inputs.scope.form,
        unit=inputs.scope.unit,
        limit_m=limit_m,
        is_register_complete=inputs.scope.is_register_complete,
        norm=norm,
        coverage=coverage_table(
            here,
            inputs,
            covered,
            reach,
            target=target,
            demand=demand,
            is_counted=np.isfinite(site_capacity),
            near_edge=near_edge(
                here.edge_distance_m,
                here.places.points,
                inputs.edges,
                here.land,
                reach,
                is_counted=np.isfinite(site_capacity),
                supply_ratio=covered.catchment.supply_ratio,
                people_unknown=np.isnan(target),
                radius_m=limit_m / settings.detour_factor,
            ),
            settings=settings,
            nearest=nearest_services(here, inputs, settings, travel),
        ),
        supply=supply_table(
            inputs,
            covered,
            site_capacity=site_capacity,
            reaches_unknown=reaches_unknown,
            norm=norm,
            travel=travel,
        ),
        capacity_known=float(known),
        capacity_reachable=float(reachable),
        capacity_unreachable=float(known - reachable),
        reach=reach,
        dataset_version=dataset.version,
        travel=travel,
        _country=here,
        _group=inputs,
    )


def available_norms(
    dataset: Dataset,
    group: str | ServiceGroup,
    country: str,
    area_id: str | None = None,
    settings: Settings = DEFAULT_SETTINGS,
) -> list[Norm]:
    """
    List the norms of a group, each with its value or the reason why there is none.

    Returns
    -------
    norms
        National, loaded, area (where one is given), then the published ones for this group and country,
        then what the user typed.

    Raises
    ------
    UnknownCodeError
        If the group, country or area does not exist.
    """
    inputs = group_inputs(dataset, group, country)
    return _norm_sources(dataset, inputs, country_inputs(dataset, country), area_id, settings).available()


def _norm_sources(
    dataset: Dataset,
    inputs: GroupInputs,
    here: CountryInputs,
    area_id: str | None,
    settings: Settings,
    *,
    known_capacity: Mapping[str, float] | None = None,
) -> NormSources:
    if area_id is not None:
        area_members(dataset, area_id, here.country)
    return NormSources(
        dataset=dataset,
        country=here,
        group=inputs,
        site_capacity=site_capacities(
            inputs.supply, count_doubtful=settings.count_doubtful, known_capacity=known_capacity
        ),
        area_id=area_id,
        typed_norm_per_1000=settings.typed_norm_per_1000,
        count_doubtful=settings.count_doubtful,
    )

"""
Inputs of a calculation taken out of a dataset once:
plain arrays of a country and of a group of services in it.

They depend on the dataset only, not on limits, norms or decays, and are kept as long
as the dataset object lives. They are read-only by agreement: whoever computes makes new arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import RLock
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.arrays import FloatArray, IndexArray
from geodata.dataset.dataset import Dataset
from geodata.errors import UnknownCodeError
from geodata.method.benchmark import Norm, latest_year
from geodata.method.coverage import BoolArray
from geodata.method.edge import LoadedLand, SiteEdges, loaded_land, site_edges
from geodata.method.need import AgeBands, age_bands, target_population
from geodata.method.reach import Places, ReachPlan, nearest_located_sites, reach_plan
from geodata.method.supply import supply_of_group
from geodata.travel.straight import Points
from geodata.vocabulary import codes
from geodata.vocabulary.codes import AgeWeight, GroupScope, ServiceGroup, scope_in
from geodata.vocabulary.eligibility import NOT_FOR_SENIORS, is_of_seniors, services_not_for_seniors


@dataclass(frozen=True, eq=False)
class CountryInputs:
    """Municipalities of one country, in the order of the dataset, and who lives there."""

    country: str
    municipality_code: pd.Series
    name: pd.Series
    places: Places
    edge_distance_m: FloatArray
    bands: AgeBands
    population_year: int | None
    data_year: int | None
    land: LoadedLand
    _targets: dict[tuple[AgeWeight, ...], FloatArray] = field(default_factory=dict)

    def target_persons(self, age_weights: tuple[AgeWeight, ...]) -> FloatArray:
        """Return the target population of every municipality, NaN where unknown."""
        if age_weights not in self._targets:
            self._targets[age_weights] = target_population(self.bands, age_weights)
        return self._targets[age_weights]


@dataclass(frozen=True, eq=False)
class GroupInputs:
    """
    Sites of one group in one country.
    `place_of_site` is -1 where the municipality is unknown or not loaded.
    """

    group: ServiceGroup
    scope: GroupScope
    supply: pd.DataFrame
    plan: ReachPlan
    reach_mode: pd.Series
    service_of_site: IndexArray
    place_of_site: IndexArray
    district_of_site: NDArray[np.object_]
    is_protected: NDArray[np.bool_]
    nearest_straight_m: FloatArray
    nearest_service_id: pd.Series
    edges: SiteEdges
    national_norms: dict[bool, Norm] = field(default_factory=dict)

    @property
    def is_for_group(self) -> BoolArray:
        """Which sites are for the people of the group; the others are listed only."""
        return (self.supply["not_counted_reason"] != NOT_FOR_SENIORS).to_numpy(dtype=bool)


def country_inputs(dataset: Dataset, country: str) -> CountryInputs:
    """
    Return the municipalities of a country and their population.

    Raises
    ------
    UnknownCodeError
        If the dataset has no municipality of this country.
    """
    kept = _kept_of(dataset)
    with _LOCK:
        if country not in kept.countries:
            kept.countries[country] = _read_country(dataset, country)
        return kept.countries[country]


def group_in(group: str | ServiceGroup, country: str) -> ServiceGroup:
    """
    Return a group of services that is given by its id or as a value: whoever takes both asks here.

    Raises
    ------
    UnknownCodeError
        If there is no group of this id, or the group does not exist in the country.

    Examples
    --------
    >>> home_care = group_in("home_care", "CZ")
    >>> home_care.scopes["CZ"].form
    'ter'
    >>> group_in(home_care, "PL") is home_care
    True
    """
    if isinstance(group, str):
        groups = codes.service_groups()
        if group not in groups:
            raise UnknownCodeError(f"There is no group of services '{group}'. Groups: {', '.join(groups)}.")
        group = groups[group]
    if country not in group.scopes:
        raise UnknownCodeError(
            f"The group '{group.group_id}' is not defined in country '{country}': "
            f"it is in {', '.join(group.scopes)}."
        )
    return group


def group_inputs(dataset: Dataset, group: str | ServiceGroup, country: str) -> GroupInputs:
    """
    Return the sites of a group in a country.

    Raises
    ------
    UnknownCodeError
        As `group_in`, or if the dataset has no municipality of the country.
    """
    group = group_in(group, country)
    here = country_inputs(dataset, country)
    kept = _kept_of(dataset)
    key = (group.group_id, country)
    with _LOCK:
        # Two groups may share a name in tests or scenarios: the definition itself must be the same one.
        if key not in kept.groups or kept.groups[key].group != group:
            kept.groups[key] = _read_group(dataset, group, here)
        return kept.groups[key]


def keep_countries(dataset: Dataset, other: Dataset) -> None:
    """
    Let `other` use what was read of `dataset`,
    where both hold the very same tables of people and places.
    """
    same = all(dataset[name] is other[name] for name in ("municipality", "population", "dataset"))
    if same:
        with _LOCK:
            _kept_of(other).countries.update(_kept_of(dataset).countries)


@dataclass
class _Kept:
    countries: dict[str, CountryInputs] = field(default_factory=dict)
    groups: dict[tuple[str, str], GroupInputs] = field(default_factory=dict)


_LOCK = RLock()
_KEPT: WeakKeyDictionary[Dataset, _Kept] = WeakKeyDictionary()


def _kept_of(dataset: Dataset) -> _Kept:
    with _LOCK:
        return _KEPT.setdefault(dataset, _Kept())


def _read_country(dataset: Dataset, country: str) -> CountryInputs:
    municipality = dataset["municipality"]
    here = municipality.loc[municipality["country"] == country].reset_index(drop=True)
    if here.empty:
        known = ", ".join(sorted(municipality["country"].unique()))
        raise UnknownCodeError(f"The dataset has no municipality of country '{country}'; it has: {known}.")
    population = dataset["population"]
    population = population.loc[population["municipality_code"].isin(here["municipality_code"])]
    data_date = dataset.facts.get("data_date")
    return CountryInputs(
        country=country,
        municipality_code=here["municipality_code"],
        name=here["name"],
        places=Places(
            codes=pd.Index(here["municipality_code"]),
            districts=here["district_code"].to_numpy(dtype=object),
            points=Points(
                here["latitude"].to_numpy(dtype=np.float64), here["longitude"].to_numpy(dtype=np.float64)
            ),
        ),
        edge_distance_m=here["edge_distance_m"].to_numpy(dtype=np.float64),
        bands=age_bands(population, "municipality_code", here["municipality_code"].tolist()),
        population_year=latest_year(population["reference_date"]),
        data_year=latest_year(pd.Series([data_date], dtype="str")),
        land=loaded_land(municipality),
    )


def _read_group(dataset: Dataset, group: ServiceGroup, here: CountryInputs) -> GroupInputs:
    scope = scope_in(group, here.country, dataset.facts)
    service = dataset["service"]
    for_others = (
        services_not_for_seniors(service, dataset["service_target_group"]) if is_of_seniors(group) else ()
    )
    supply = supply_of_group(
        service, dataset["capacity"], dataset["site"], scope, here.country, for_others=for_others
    )
    plan = reach_plan(here.places, supply, dataset["served_area"], scope.form)
    nearest_m, nearest = nearest_located_sites(plan, here.places)
    services = supply["service_id"].to_numpy(dtype=object)
    site = dataset["site"]
    hidden = site.loc[site["is_protected"].astype(bool), "site_id"]
    nearest_id = np.full(len(nearest), None, dtype=object)
    nearest_id[nearest >= 0] = services[nearest[nearest >= 0]]
    place_of_site = here.places.codes.get_indexer(pd.Index(supply["municipality_code"])).astype(np.int64)
    return GroupInputs(
        group=group,
        scope=scope,
        supply=supply.drop(columns=["district_code", "latitude", "longitude", "location_quality"]),
        plan=plan,
        reach_mode=pd.Series(plan.mode, dtype="str"),
        service_of_site=pd.factorize(services)[0].astype(np.int64),
        place_of_site=place_of_site,
        district_of_site=supply["district_code"].to_numpy(dtype=object),
        is_protected=supply["site_id"].isin(hidden).to_numpy(dtype=bool),
        nearest_straight_m=nearest_m,
        nearest_service_id=pd.Series(nearest_id, dtype="str"),
        edges=site_edges(plan.modelled, plan.mode, place_of_site, here.places.points, here.edge_distance_m),
    )

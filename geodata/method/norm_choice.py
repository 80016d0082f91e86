"""The norms that a group can be measured by in one dataset, and the one that the settings ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geodata.arrays import FloatArray
from geodata.dataset.dataset import Dataset
from geodata.dataset.membership import members
from geodata.errors import ParameterError, UnknownCodeError
from geodata.method import benchmark
from geodata.method.benchmark import LocalFigures, Norm
from geodata.method.coverage import BoolArray
from geodata.method.inputs import CountryInputs, GroupInputs
from geodata.method.reach import DISTRICT
from geodata.vocabulary import codes
from geodata.vocabulary.basis import has_capacity


def area_members(dataset: Dataset, area_id: str, country: str) -> tuple[str, ...]:
    """
    Return the codes of the municipalities of an area.

    Raises
    ------
    UnknownCodeError
        If the dataset has no such area.
    ParameterError
        If the area lies in another country.
    """
    codes_inside = members(dataset, area_id)
    area = dataset["area"]
    of_area = str(area.loc[area["area_id"] == area_id, "country"].iloc[0])
    if of_area != country:
        raise ParameterError(f"area_id '{area_id}' lies in country '{of_area}', not in '{country}'.")
    return codes_inside


@dataclass(frozen=True, eq=False)
class NormSources:
    """
    What norms of one group in one country are made from.

    `site_capacity` is the counted share of every site (NaN = does not count): norms follow the same rule as results.
    """

    dataset: Dataset
    country: CountryInputs
    group: GroupInputs
    site_capacity: FloatArray
    area_id: str | None
    typed_norm_per_1000: float | None
    count_doubtful: bool

    def norm(self, norm_id: str) -> Norm:
        """
        Return the norm called `norm_id`, with its value or the reason why there is none.

        Raises
        ------
        UnknownCodeError
            If there is no such norm.
        ParameterError
            If it is a published norm of another group or country, or "typed" without a figure.
        """
        if norm_id == benchmark.DEFAULT:
            return self._default()
        scope, ages = self.group.scope, self.group.group.target_population
        if norm_id == benchmark.NATIONAL:
            return self._national()
        if norm_id == benchmark.LOADED:
            everywhere = np.ones(len(self.country.places.codes), dtype=bool)
            return benchmark.local_norm(norm_id, scope, ages, self._figures(everywhere, with_districts=True))
        if norm_id == benchmark.AREA:
            return self._area()
        if norm_id == benchmark.TYPED:
            return benchmark.typed_norm(self.typed_norm_per_1000, scope, ages)
        return self._published(norm_id)

    def available(self) -> list[Norm]:
        """Return national, loaded, area (where one is chosen), published and typed (where one is given), in this order."""
        wanted = [benchmark.NATIONAL, benchmark.LOADED]
        wanted += [benchmark.AREA] if self.area_id is not None else []
        wanted += [norm_id for norm_id in codes.norms() if self._fits(norm_id)]
        wanted += [benchmark.TYPED] if self.typed_norm_per_1000 is not None else []
        return [self.norm(norm_id) for norm_id in wanted]

    def _default(self) -> Norm:
        norms = [self.norm(norm_id) for norm_id in benchmark.DEFAULT_ORDER]
        whole = (norm for norm in norms if norm.is_available and not norm.is_of_part)
        available = (norm for norm in norms if norm.is_available)
        return next(whole, next(available, norms[-1]))

    def _national(self) -> Norm:
        # It depends on the dataset and the switch only, and is asked for at every change of a filter.
        if self.count_doubtful not in self.group.national_norms:
            self.group.national_norms[self.count_doubtful] = benchmark.national_norm(
                self.dataset["benchmark"],
                self.dataset["national_population"],
                self.group.scope,
                self.country.country,
                self.group.group.target_population,
                count_doubtful=self.count_doubtful,
            )
        return self.group.national_norms[self.count_doubtful]

    def _fits(self, norm_id: str) -> bool:
        norm = codes.norms()[norm_id]
        return norm.group_id == self.group.group.group_id and self.country.country in norm.countries

    def _published(self, norm_id: str) -> Norm:
        if norm_id not in codes.norms():
            own = (benchmark.DEFAULT, benchmark.NATIONAL, benchmark.LOADED, benchmark.AREA, benchmark.TYPED)
            raise UnknownCodeError(
                f"There is no norm '{norm_id}'. Norms: {', '.join((*own, *codes.norms()))}."
            )
        if not self._fits(norm_id):
            raise ParameterError(
                f"norm '{norm_id}' was published for the group '{codes.norms()[norm_id].group_id}' in "
                f"{', '.join(codes.norms()[norm_id].countries)}; it says nothing about "
                f"'{self.group.group.group_id}' in {self.country.country}."
            )
        return benchmark.published_norm(codes.norms()[norm_id], self.group.scope)

    def _area(self) -> Norm:
        scope, ages = self.group.scope, self.group.group.target_population
        if self.area_id is None:
            return replace(
                Norm(benchmark.AREA, scope.form, scope.unit, ages), unavailable_reason=benchmark.NO_AREA
            )
        inside = area_members(self.dataset, self.area_id, self.country.country)
        chosen = self.country.places.codes.isin(inside)
        # A site known by its district only may lie in the area or not: it is not counted for the area.
        return benchmark.local_norm(benchmark.AREA, scope, ages, self._figures(chosen, with_districts=False))

    def _figures(self, chosen: BoolArray, *, with_districts: bool) -> LocalFigures:
        target = self.country.target_persons(self.group.group.target_population)
        known = chosen & np.isfinite(target)
        place = self.group.place_of_site
        is_here = (place >= 0) & known[place]
        if with_districts:
            districts = list(set(self.country.places.districts[known]))
            is_here |= (self.group.plan.mode == DISTRICT) & np.isin(self.group.district_of_site, districts)
        # By the rule of the national figures: a capacity of 0 is no registration with one, and what is for others is none of these services.
        has = has_capacity(self.site_capacity)
        is_unknown = ~np.isfinite(self.site_capacity) & self.group.is_for_group
        counted = np.isfinite(self.site_capacity)
        services = self.group.service_of_site
        return LocalFigures(
            capacity_number=float(self.site_capacity[is_here & counted].sum()),
            population_persons=float(target[known].sum()),
            services_counted=len(np.unique(services[is_here & has])),
            services_not_counted=len(np.unique(services[is_here & is_unknown])),
            year=self.country.data_year,
            population_year=self.country.population_year,
        )

"""
What the documents say, as numbers: one collection of facts that every sheet, slide,
table and pack is written from.

Nothing is worded or rounded here; the rows come from `geodata.reading`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import pandas as pd

from dashboard.drawing.outlines import Shapes
from geodata.dataset.dataset import Dataset
from geodata.dataset.membership import members
from geodata.errors import UnknownCodeError
from geodata.method.analysis import Analysis, Settings, analyse
from geodata.method.summary import Summary, summarise
from geodata.reading import values
from geodata.reading.gap import Gap, gap_of
from geodata.reading.people import Population, population_of, together
from geodata.reading.services import Service, services
from geodata.reading.values import number
from geodata.vocabulary.codes import ServiceGroup, groups_of

Analyse = Callable[[Dataset, str, str, str | None, Settings], Analysis]


class AreaFacts:
    """
    Everything the documents of one planning area need, collected once.

    Parameters
    ----------
    dataset
        A published dataset.
    area_id
        A planning area of it.
    settings
        Parameters of the calculation; the same for every document made from these facts.
    analyse
        What answers as `geodata.method.analysis.analyse` does; a server gives answers that its pages share.

    Raises
    ------
    UnknownCodeError
        If the dataset has no such area.
    """

    def __init__(
        self,
        dataset: Dataset,
        area_id: str,
        settings: Settings | None = None,
        analyse: Analyse = analyse,
    ) -> None:
        areas = dataset["area"].set_index("area_id", drop=False)
        if area_id not in areas.index:
            known = ", ".join(areas.index)
            raise UnknownCodeError(f"There is no planning area '{area_id}'. Areas: {known}.")
        self.dataset = dataset
        self.settings = settings or Settings()
        self._analyse = analyse
        self.area: Mapping[str, Any] = next(values.rows(areas.loc[[area_id]]))
        self.area_id = area_id
        self.country = str(self.area["country"])
        inside = set(members(dataset, area_id))
        self.municipalities: Mapping[str, Mapping[str, Any]] = {
            str(row["municipality_code"]): row for row in values.rows(dataset["municipality"])
        }
        self.members = tuple(code for code in self.municipalities if code in inside)
        self._populations: dict[str, Population] = {}

    @property
    def name(self) -> str:
        """Name of the area in the country's language."""
        return str(self.area["name"])

    @cached_property
    def groups(self) -> Mapping[str, ServiceGroup]:
        """Service groups that exist in the area's country, in the order of the list."""
        return groups_of(self.country)

    @cached_property
    def analyses(self) -> Mapping[str, Analysis]:
        """`geodata.method.analysis.analyse` of every group."""
        return {
            group_id: self._analyse(self.dataset, group_id, self.country, self.area_id or None, self.settings)
            for group_id in self.groups
        }

    def analysis_with(self, group_id: str, settings: Settings) -> Analysis:
        """Analysis of a group with other parameters; one with those of the documents is not made again."""
        if settings == self.settings:
            return self.analyses[group_id]
        return self._analyse(self.dataset, group_id, self.country, self.area_id or None, settings)

    def municipality(self, code: str) -> Mapping[str, Any]:
        """Row of table municipality; a code of another country is no village of this area's documents."""
        row = self.municipalities.get(code)
        if row is None or row["country"] != self.country:
            raise UnknownCodeError(f"There is no municipality {code} in the country of {self.area_id}.")
        return row

    def analysis_of(self, group_id: str) -> Analysis:
        """Analysis of a group that exists in the area's country."""
        if group_id not in self.groups:
            known = ", ".join(self.groups)
            raise UnknownCodeError(f"There is no group of services '{group_id}' here. Groups: {known}.")
        return self.analyses[group_id]

    @cached_property
    def services(self) -> Mapping[str, Service]:
        """Services of the dataset by id."""
        return services(self.dataset)

    @cached_property
    def districts(self) -> Mapping[str, str]:
        """Name of every district by its code."""
        return {str(row["district_code"]): str(row["district_name"]) for row in self.municipalities.values()}

    @cached_property
    def _bands(self) -> tuple[pd.DataFrame, Mapping[str, Any]]:
        frame = self.dataset["population"]
        frame = frame[frame["sex"] == "total"].reset_index(drop=True)
        return frame, {str(code): rows for code, rows in frame.groupby("municipality_code").indices.items()}

    def population(self, code: str) -> Population:
        """Population of one municipality, all unknown where it is not loaded."""
        if code not in self._populations:
            frame, positions = self._bands
            self._populations[code] = population_of(frame.iloc[positions.get(code, [])])
        return self._populations[code]

    @cached_property
    def _columns(self) -> Mapping[str, tuple[Mapping[str, int], Mapping[str, Any]]]:
        """
        Position of every municipality and the columns of every coverage:
        a row is put together only when asked for.
        """
        return {
            group_id: (
                {str(code): at for at, code in enumerate(analysis.coverage["municipality_code"])},
                {
                    str(name): analysis.coverage[name].to_numpy(dtype=object)
                    for name in analysis.coverage.columns
                },
            )
            for group_id, analysis in self.analyses.items()
        }

    def row(self, group_id: str, code: str) -> Mapping[str, Any]:
        """One row of `Analysis.coverage`."""
        positions, columns = self._columns.get(group_id, ({}, {}))
        if code not in positions:
            raise UnknownCodeError(f"There is no result for {group_id} in municipality {code}.")
        return {name: values[positions[code]] for name, values in columns.items()}

    def gap(self, group_id: str, code: str) -> Gap:
        """One group in one municipality of the area's country."""
        return gap_of(self.analyses[group_id], self.row(group_id, code))

    def total(self, group_id: str) -> Summary:
        """One group summed over the members of the area."""
        return summarise(self.analyses[group_id], self.members)

    @cached_property
    def area_population(self) -> Population:
        """Population of the whole area; None where a member's is unknown."""
        return together([self.population(code) for code in self.members])

    @cached_property
    def area_services(self) -> tuple[Service, ...]:
        """Services with a site in the area, or that declare to serve a member; ended ones are left out."""
        members = set(self.members)
        return tuple(
            service
            for service in self.services.values()
            if service.status != "ended"
            and (
                members.intersection(service.serves)
                or any(site.municipality_code in members for site in service.sites)
            )
        )

    def services_of(self, code: str, group_id: str) -> list[tuple[Service, float | None]]:
        """
        Return the services of a group within reach of a municipality, the nearest first.

        The distance (metres on the road as the analysis measures it) is None where it is not known
        or not to be told (a protected address, a service that only declares the municipality).
        """
        positions, service_ids, costs = self._pairs[group_id]
        best: dict[str, float | None] = {}
        for at in positions.get(code, ()):
            service_id, cost = str(service_ids[at]), costs[at]
            service = self.services[service_id]
            distance = None if service.is_protected else number(cost)
            known = best.get(service_id)
            if service_id not in best or (distance is not None and (known is None or distance < known)):
                best[service_id] = distance
        order = sorted(
            best.items(),
            key=lambda item: (item[1] is None, item[1] or 0.0, self.services[item[0]].name, item[0]),
        )
        return [(self.services[service_id], distance) for service_id, distance in order]

    @cached_property
    def _pairs(self) -> Mapping[str, tuple[Mapping[str, Any], Any, Any]]:
        """Where the pairs of every municipality stand, with their service and cost."""
        by_group = {}
        for group_id, analysis in self.analyses.items():
            pairs = analysis.pairs
            positions = {str(code): rows for code, rows in pairs.groupby("municipality_code").indices.items()}
            by_group[group_id] = (
                positions,
                pairs["service_id"].to_numpy(dtype=object),
                pairs["cost_m"].to_numpy(),
            )
        return by_group

    @cached_property
    def origins(self) -> Mapping[str, Mapping[str, Any]]:
        """Table `origin` by id."""
        return {str(row["origin_id"]): row for row in values.rows(self.dataset["origin"])}

    @property
    def data_date(self) -> str | None:
        """Day the dataset speaks of."""
        return self.dataset.facts.get("data_date")

    @cached_property
    def shapes(self) -> Shapes:
        """Outlines, names and points of every municipality."""
        frame = self.dataset.outlines()
        return Shapes(
            shapes=dict(zip(frame["municipality_code"].astype(str), frame.geometry, strict=True)),
            names={code: str(row["name"]) for code, row in self.municipalities.items()},
            points={
                code: (float(row["latitude"]), float(row["longitude"]))
                for code, row in self.municipalities.items()
            },
        )

"""
What if: a list of changes applied to a dataset as a pure function, and today compared with it.

A scenario never touches the dataset: it makes another one that shares every table it does not change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd

from geodata.dataset.dataset import Dataset
from geodata.errors import ParameterError, UnknownCodeError
from geodata.method.analysis import Analysis, analyse
from geodata.method.inputs import group_in, keep_countries
from geodata.method.settings import DEFAULT_SETTINGS, Settings
from geodata.method.summary import Summary, summarise
from geodata.studies.changes import AddService, Change, CloseService, CloseSite, MoveSite
from geodata.vocabulary.codes import GroupScope, ServiceGroup

ORIGIN = "scenario"


@dataclass(frozen=True, eq=False)
class Comparison:
    """
    Today beside a scenario.

    `differences` has one row per municipality: municipality_code, name, and for coverage_ratio,
    served_places, missing_places, services_in_reach and nearest_service_m the figure `<name>_before`,
    `<name>_after`; gap_class_before, gap_class_after; is_changed.
    Totals of the municipalities asked for are in `summary_before` and `summary_after`.
    """

    before: Analysis
    after: Analysis
    differences: pd.DataFrame
    summary_before: Summary
    summary_after: Summary


def apply_changes(dataset: Dataset, changes: Sequence[Change], scope: GroupScope, country: str) -> Dataset:
    """
    Make the dataset that would be if the changes were made, in order.

    Parameters
    ----------
    dataset
        Today. It is not modified.
    changes
        What happens. A later change sees the earlier ones.
    scope, country
        Kinds, form and unit that new services and new capacities are of; a new service takes the first kind.

    Returns
    -------
    scenario
        A dataset with a version of its own; tables that no change touches are shared with `dataset`.

    Raises
    ------
    UnknownCodeError
        If a change names a service, site or municipality that is not there.
    ParameterError
        If a capacity is negative, an id is taken, or a place is not told.
    """
    tables = dict(dataset.tables)
    # New services that follow one another are appended at once: a table is copied once,
    # not once for each of them.
    for is_new, run in groupby(changes, lambda change: isinstance(change, AddService)):
        if is_new:
            tables |= _added(
                tables, [change for change in run if isinstance(change, AddService)], scope, country
            )
        else:
            for change in run:
                tables |= _changed(tables, change, scope, country)
    digest = hashlib.sha256(repr((tuple(changes), scope, country)).encode()).hexdigest()[:8]
    scenario = Dataset(
        dataset.path, tables, f"{dataset.version}+{digest}" if changes else dataset.version, dataset.shapes
    )
    keep_countries(dataset, scenario)
    return scenario


def compare(
    dataset: Dataset,
    group: str | ServiceGroup,
    country: str,
    municipality_codes: Sequence[str],
    changes: Sequence[Change],
    *,
    area_id: str | None = None,
    settings: Settings = DEFAULT_SETTINGS,
    scenario_settings: Settings | None = None,
) -> Comparison:
    """
    Compute a group today and under a scenario.

    Parameters
    ----------
    dataset, group, country, area_id, settings
        As for `geodata.method.analysis.analyse`.
    municipality_codes
        Municipalities of the summaries.
    changes
        See `apply_changes`.
    scenario_settings
        Other assumptions of the scenario, for instance another norm;
        None = the same. The value of a norm is always that of today:
        a new service must not raise the bar that it is measured by, nor make one where there is none.

    Raises
    ------
    UnknownCodeError, ParameterError
        As `analyse` and `apply_changes`.
    """
    group = group_in(group, country)
    return compare_datasets(
        dataset,
        apply_changes(dataset, changes, group.scopes[country], country),
        group,
        country,
        municipality_codes,
        area_id=area_id,
        settings=settings,
        scenario_settings=scenario_settings,
    )


def compare_datasets(
    dataset: Dataset,
    scenario: Dataset,
    group: str | ServiceGroup,
    country: str,
    municipality_codes: Sequence[str],
    *,
    area_id: str | None = None,
    settings: Settings = DEFAULT_SETTINGS,
    scenario_settings: Settings | None = None,
) -> Comparison:
    """
    Do what `compare` does with a scenario that `apply_changes` has made already.

    Raises
    ------
    UnknownCodeError, ParameterError
        As `analyse`.
    """
    before = analyse(dataset, group, country, area_id, settings)
    other = settings if scenario_settings is None else scenario_settings
    # Whatever norm is asked by, it is made of today's services: what a scenario adds must never be its own
    # yardstick. Where today knows no norm, the scenario knows none either.
    norm = before.norm if other == settings else analyse(dataset, group, country, area_id, other).norm
    after = analyse(scenario, group, country, area_id, other, fixed_norm=norm)
    return Comparison(
        before=before,
        after=after,
        differences=_differences(before.coverage, after.coverage),
        summary_before=summarise(before, municipality_codes),
        summary_after=summarise(after, municipality_codes),
    )


FIGURES = ("coverage_ratio", "served_places", "missing_places", "services_in_reach", "nearest_service_m")


def _differences(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    columns = {"municipality_code": before["municipality_code"], "name": before["name"]}
    is_changed = (before["gap_class"] != after["gap_class"]).to_numpy(dtype=bool)
    for figure in (*FIGURES, "gap_class"):
        columns[f"{figure}_before"], columns[f"{figure}_after"] = before[figure], after[figure]
    for figure in FIGURES:
        was, will = before[figure].to_numpy(dtype=np.float64), after[figure].to_numpy(dtype=np.float64)
        is_changed = is_changed | ~np.isclose(was, will, rtol=1e-9, atol=1e-9, equal_nan=True)
    return pd.DataFrame({**columns, "is_changed": is_changed})


Tables = dict[str, pd.DataFrame]


def _changed(tables: Tables, change: Change, scope: GroupScope, country: str) -> Tables:
    """Return the tables that a change replaces."""
    if isinstance(change, AddService):
        return _added(tables, [change], scope, country)
    if isinstance(change, CloseService):
        _must_be(tables["service"], "service_id", change.service_id)
        stays = {
            name: tables[name]["service_id"] != change.service_id
            for name in ("service", "capacity", "site", "served_area")
        }
        return {name: tables[name].loc[rows].reset_index(drop=True) for name, rows in stays.items()}
    if isinstance(change, CloseSite):
        _must_be(tables["site"], "site_id", change.site_id)
        return _without_site(tables, change.site_id)
    if isinstance(change, MoveSite):
        _must_be(tables["site"], "site_id", change.site_id)
        position = _place(tables, change, country)
        site = tables["site"]
        moves = site["site_id"] == change.site_id
        return {
            "site": site.assign(**{name: site[name].mask(moves, value) for name, value in position.items()})
        }
    _must_be(tables["service"], "service_id", change.service_id)
    _check_capacity(change.capacity_number)
    capacity = tables["capacity"]
    same = (
        (capacity["service_id"] == change.service_id)
        & (capacity["form"] == scope.form)
        & (capacity["unit"] == scope.unit)
    )
    row = _capacity_row(change.service_id, change.capacity_number, scope)
    return {"capacity": _with_row(capacity.loc[~same], row)}


def _without_site(tables: Tables, site_id: str) -> Tables:
    site = tables["site"]
    service_id = site.loc[site["site_id"] == site_id, "service_id"].iloc[0]
    if (site["service_id"] == service_id).sum() == 1:
        raise ParameterError(
            f"site_id '{site_id}' is the only site of '{service_id}': close the service, or move the site."
        )
    service = tables["service"]
    # Where the register tells how many places there are, it is one fewer; else those listed are counted.
    fewer = service["sites_total"] - (service["service_id"] == service_id).astype("int64")
    return {
        "service": service.assign(sites_total=fewer),
        "site": site.loc[site["site_id"] != site_id].reset_index(drop=True),
    }


def _added(tables: Tables, changes: Sequence[AddService], scope: GroupScope, country: str) -> Tables:
    rows: dict[str, list[dict[str, object]]] = {"service": [], "capacity": [], "site": [], "served_area": []}
    taken, places = set(tables["service"]["service_id"]), set(tables["municipality"]["municipality_code"])
    for change in changes:
        _check_capacity(change.capacity_number)
        if change.service_id in taken:
            raise ParameterError(f"service_id '{change.service_id}' is taken: choose another.")
        taken.add(change.service_id)
        for code in change.served:
            if code not in places:
                raise UnknownCodeError(f"The dataset has no municipality_code '{code}'.")
        for name, row in _rows_of(change, _place(tables, change, country), scope, country):
            rows[name].append(row)
    return {name: _with_rows(tables[name], new) for name, new in rows.items()}


def _rows_of(
    change: AddService, position: dict[str, object], scope: GroupScope, country: str
) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the rows that a new service is made of, with the table of each."""
    yield (
        "service",
        {
            "service_id": change.service_id,
            "country": country,
            "name": change.service_id,
            "service_type_code": scope.service_type_codes[0],
            "status": "existing",
            "evidence": ORIGIN,
            "is_follow_on": False,
            "served_area_state": "declared" if change.served else "unknown",
            "origin_id": ORIGIN,
        },
    )
    yield "capacity", _capacity_row(change.service_id, change.capacity_number, scope)
    yield (
        "site",
        {
            "site_id": f"{change.service_id}-s1",
            "service_id": change.service_id,
            "country": country,
            "is_protected": False,
            "origin_id": ORIGIN,
            **position,
        },
    )
    for code in change.served:
        yield (
            "served_area",
            {"service_id": change.service_id, "municipality_code": code, "origin_id": ORIGIN},
        )


def _capacity_row(service_id: str, number: float, scope: GroupScope) -> dict[str, object]:
    return {
        "service_id": service_id,
        "form": scope.form,
        "unit": scope.unit,
        "kind": "stated",
        "capacity_number": number,
        "basis": "at_one_time",
        "basis_reason": "correction",
        "is_retold": False,
        "origin_id": ORIGIN,
    }


def _with_row(table: pd.DataFrame, row: dict[str, object]) -> pd.DataFrame:
    """Append one row; columns that it does not name are unknown."""
    return _with_rows(table, [row])


def _with_rows(table: pd.DataFrame, rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    """
    Append rows at once:
    a service that declares forty municipalities must not copy the table forty times.
    """
    if not rows:
        return table
    columns = {column: [row.get(column) for row in rows] for column in table.columns}
    return pd.concat([table, pd.DataFrame(columns).astype(table.dtypes.to_dict())], ignore_index=True)


def _place(tables: Tables, change: AddService | MoveSite, country: str) -> dict[str, object]:
    """Return the columns that say where a site is."""
    municipality = tables["municipality"]
    home = None
    if change.municipality_code is not None:
        rows = _must_be(municipality, "municipality_code", change.municipality_code)
        home = municipality.loc[rows].iloc[0]
        if home["country"] != country:
            raise ParameterError(f"municipality_code '{change.municipality_code}' lies in {home['country']}.")
    latitude, longitude, quality = change.latitude, change.longitude, "coordinates"
    if latitude is None or longitude is None:
        if home is None:
            raise ParameterError("A site needs a municipality_code, or both latitude and longitude.")
        latitude, longitude, quality = float(home["latitude"]), float(home["longitude"]), "municipality"
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ParameterError(f"latitude and longitude must be degrees, not {latitude!r} and {longitude!r}.")
    return {
        "municipality_code": None if home is None else home["municipality_code"],
        "district_code": None if home is None else home["district_code"],
        "latitude": latitude,
        "longitude": longitude,
        "location_quality": quality,
    }


def _must_be(table: pd.DataFrame, column: str, value: str) -> pd.Series:
    rows: pd.Series = table[column] == value
    if not rows.any():
        raise UnknownCodeError(f"The dataset has no {column} '{value}'.")
    return rows


def _check_capacity(number: float) -> None:
    if not (np.isfinite(number) and number >= 0):
        raise ParameterError(f"capacity_number must be 0 or more, not {number!r}.")

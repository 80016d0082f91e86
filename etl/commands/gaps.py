"""The result of `dosah gaps`: the same numbers as the page, as rows, JSON or a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from etl.travel.costs import read_travel
from etl.travel.finer import read_finer
from geodata.dataset.dataset import Dataset, read_dataset
from geodata.dataset.membership import members
from geodata.errors import UnknownCodeError
from geodata.figures import adding_up, decimals
from geodata.method.analysis import Analysis, Settings, analyse
from geodata.method.summary import Summary, summarise
from geodata.sheet_cells import marked
from geodata.studies.finer import by_municipality

if TYPE_CHECKING:
    from rich.console import Console

    from geodata.method.benchmark import Norm

TYPED = "typed"
SHOWN = (
    "municipality_code",
    "name",
    "target_persons",
    "demand_places",
    "served_places",
    "waiting_places",
    "out_of_reach_places",
    "coverage_ratio",
    "services_in_reach",
    "gap_class",
)
SHOWN_FINER = (*SHOWN[:-2], "lowest_coverage_ratio", "highest_coverage_ratio", "cells")
PARTS = ("served_places", "waiting_places", "out_of_reach_places")
DIGITS = 2
UNKNOWN = "unknown"


@dataclass(frozen=True)
class FinerPlaces:
    """The file of finer places, how many of the area's it holds, and the totals of the area without them."""

    name: str
    cells: int
    at_one_point: Summary


@dataclass(frozen=True)
class GapsOfArea:
    """Rows of one area, their totals, and the calculation they come from."""

    area_id: str
    analysis: Analysis
    summary: Summary
    rows: pd.DataFrame
    off_road: int = 0
    """Municipalities and sites that did not meet the roads; the straight line stands in for them."""
    finer: FinerPlaces | None = None

    def as_json(self) -> dict[str, Any]:
        """Return rows and totals as lists and dictionaries; NaN or None = unknown."""
        norm = self.analysis.norm
        return {
            "area_id": self.area_id,
            "group_id": self.analysis.group_id,
            "form": self.analysis.form,
            "unit": self.analysis.unit,
            "limit_m": self.analysis.limit_m,
            "count_doubtful": self.analysis.settings.count_doubtful,
            "travel": {
                "level": self.analysis.travel_level,
                "name": None if self.analysis.travel is None else self.analysis.travel.name,
                "off_road": self.off_road,
            },
            **self._finer_as_json(),
            "is_register_complete": self.analysis.is_register_complete,
            "norm": {
                "norm_id": norm.norm_id,
                "value_per_1000": norm.value_per_1000,
                "year": norm.year,
                "population_year": norm.population_year,
                "unavailable_reason": norm.unavailable_reason,
            },
            "total": {
                "municipalities": self.summary.municipalities,
                "municipalities_unknown": self.summary.municipalities_unknown,
                "municipalities_told": self.summary.municipalities_told,
                "target_persons": self.summary.target_persons,
                "demand_places": self.summary.demand_places,
                "served_places": self.summary.served_places,
                "waiting_places": self.summary.waiting_places,
                "out_of_reach_places": self.summary.out_of_reach_places,
                "missing_places": self.summary.missing_places,
                "untold_places": self.summary.untold_places,
                "is_lower_bound": self.summary.is_lower_bound,
                "is_near_edge": self.summary.is_near_edge,
                "edge_share": self.summary.edge_share,
            },
            "dataset_version": self.analysis.dataset_version,
            "rows": self.rows.to_dict("records"),
        }

    def _finer_as_json(self) -> dict[str, Any]:
        """Return what finer places change; nothing where there are none, so that nothing else changes."""
        if self.finer is None:
            return {}
        usual = self.finer.at_one_point
        parts = {name: getattr(usual, name) for name in ("demand_places", *PARTS, "untold_places")}
        return {"finer": {"name": self.finer.name, "cells": self.finer.cells, "at_one_point": parts}}


def csv_of(rows: pd.DataFrame) -> str:
    """Write rows as CSV; blank = unknown, and no name can run as a formula."""
    texts = rows.select_dtypes(include=["object", "string"]).columns
    safe = rows.assign(
        **{name: [marked(cell) if isinstance(cell, str) else cell for cell in rows[name]] for name in texts}
    )
    return safe.to_csv(index=False, lineterminator="\n")


def gaps_of_area(
    path: Path,
    area_id: str,
    group_id: str,
    norm: str,
    limit_km: float | None,
    *,
    count_doubtful: bool,
    travel: Path | None = None,
    finer: Path | None = None,
) -> GapsOfArea:
    """
    Compute the gaps of one area.

    Parameters
    ----------
    path
        The dataset.
    area_id, group_id
        Codes.
    norm
        Name of a norm, or a number: capacity per 1,000 of the target population.
    limit_km
        Reach in kilometres along roads; None = default of the form.
    count_doubtful
        Count doubtful capacities.
    travel
        Costs of travel (`etl.travel.costs`); None = the straight line × detour.
    finer
        Where in their municipality people live (`etl.travel.finer`); None = all at its one point.

    Raises
    ------
    DosahError
        If the dataset is missing or a code unknown.
    """
    dataset = read_dataset(path)
    area = dataset["area"]
    if area_id not in set(area["area_id"]):
        raise UnknownCodeError(f"There is no area “{area_id}”. Areas: {', '.join(area['area_id'])}.")
    typed = _number(norm)
    settings = Settings(
        norm=norm if typed is None else TYPED,
        typed_norm_per_1000=typed,
        limit_m=None if limit_km is None else limit_km * 1000,
        count_doubtful=count_doubtful,
    )
    country = str(area.loc[area["area_id"] == area_id, "country"].iloc[0])
    divided, cells = (dataset, None) if finer is None else read_finer(finer, dataset)
    costs, not_snapped = (
        (None, None) if travel is None else read_travel(travel, divided, path.parent / "travel")
    )
    analysis = analyse(divided, group_id, country, area_id, settings, travel=costs)
    members = members_of(divided, area_id)
    off_road = 0 if not_snapped is None else len(not_snapped)
    summary = summarise(analysis, members)
    if cells is None or finer is None:
        rows = analysis.coverage[analysis.coverage["municipality_code"].isin(members)].reset_index(drop=True)
        return GapsOfArea(area_id, analysis, summary, rows, off_road)
    rows = by_municipality(analysis, dataset, cells)
    rows = rows[rows["municipality_code"].isin(members_of(dataset, area_id))].reset_index(drop=True)
    usual = analyse(dataset, group_id, country, area_id, settings)
    at_one_point = summarise(usual, members_of(dataset, area_id))
    held = int(cells["municipality_code"].isin(rows["municipality_code"]).sum())
    # The totals are sums over places; municipalities are counted as municipalities.
    counted = replace(
        summary,
        municipalities=len(rows),
        municipalities_unknown=int(rows["demand_places"].isna().sum()),
        municipalities_told=int(rows["served_places"].notna().sum()),
    )
    return GapsOfArea(area_id, analysis, counted, rows, off_road, FinerPlaces(finer.name, held, at_one_point))


def members_of(dataset: Dataset, area_id: str) -> list[str]:
    """Return the codes of the places of an area: municipalities, or the finer places that stand for them."""
    return list(members(dataset, area_id))


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def print_gaps(result: GapsOfArea, console: Console) -> None:
    """Print the rows as a table with its norm and totals."""
    from rich import box
    from rich.table import Table

    analysis, norm = result.analysis, result.analysis.norm
    value = (
        _figure(norm.value_per_1000)
        if norm.value_per_1000 is not None
        else f"not available ({norm.unavailable_reason})"
    )
    title = (
        f"{analysis.group_id} ({analysis.form}, {analysis.unit}) in {result.area_id}; norm {norm.norm_id} "
        f"{value} per 1,000 ({_years(norm)}); within {analysis.limit_m / 1000:g} km"
    )
    table = Table(title=title, title_justify="left", box=box.SIMPLE)
    columns = SHOWN if result.finer is None else SHOWN_FINER
    for name in columns:
        table.add_column(
            name.replace("_", " "),
            justify="left" if name in ("municipality_code", "name", "gap_class") else "right",
        )
    for row in result.rows[list(columns)].to_dict("records"):
        shown = _row_as_shown(row, columns)
        table.add_row(*(shown[name] for name in columns))
    console.print(table)
    total = result.summary
    console.print(total_line(total), highlight=False)
    if result.finer is not None:
        console.print(finer_lines(result.finer, has_travel=analysis.travel is not None), highlight=False)
    if analysis.travel is not None:
        console.print(
            f"Travel costs from {analysis.travel.name}; what it does not hold goes by the straight line"
            + (f", so do {result.off_road} places far from its roads." if result.off_road else "."),
            highlight=False,
        )
    if total.is_lower_bound:
        console.print(
            "At least: services within reach whose capacity is unknown or doubtful are not counted."
        )
    if total.is_near_edge:
        size = (
            ""
            if total.edge_share is None
            else f" About {total.edge_share:.0%} of what the figures depend on lies beyond it."
        )
        console.print(
            "Some villages lie near the edge of the loaded data: "
            f"help and people beyond it are not counted.{size}"
        )
    if not analysis.is_register_complete:
        console.print("The catalogue of this kind is incomplete: “none known to us” is not “none”.")


def finer_lines(finer: FinerPlaces, *, has_travel: bool) -> str:
    """Say where people were put, and what the totals are with everybody at the point of the municipality."""
    usual = total_line(finer.at_one_point).removeprefix("Together: ")
    without = "at that point, by the straight line" if has_travel else "at that point"
    return (
        f"People are divided among {finer.cells:,} places of {finer.name} in this area; "
        "a municipality without any "
        f"stays at its one point.\nWith everybody {without}: {usual}"
    )


def total_line(total: Summary) -> str:
    """
    Say what becomes of the need of an area, in parts that add up as they are shown;
    "unknown" where nothing is known.
    """
    if total.demand_places is None:
        return "Together: the need is unknown, and so is what is served, waiting and out of reach"
    if total.served_places is None or total.waiting_places is None or total.out_of_reach_places is None:
        return f"Together: need {_figure(total.demand_places, 1)}; how much of it is served is unknown"
    names = ["served", "waiting", "out of reach"]
    parts = [total.served_places, total.waiting_places, total.out_of_reach_places]
    if total.untold_places:
        names.append("unknown")
        parts.append(total.untold_places)
    shown = adding_up(total.demand_places, parts, 1)
    said = [
        f"{name} {_part(part, is_trace=trace)}"
        for name, part, trace in zip(names, shown.parts, shown.is_trace, strict=True)
    ]
    line = f"Together: need {shown.total:,} = {' + '.join(said)}"
    if total.is_whole:
        return line
    return f"{line} ({total.municipalities_told} of {total.municipalities} municipalities can be told)"


def _row_as_shown(row: dict[Any, Any], columns: Sequence[str]) -> dict[str, str]:
    """Write the cells of a row; served, waiting and out of reach add up to the need."""
    cells = {name: _cell(row[name]) for name in columns}
    if any(pd.isna(row[name]) for name in ("demand_places", *PARTS)):
        return cells
    shown = adding_up(row["demand_places"], [row[name] for name in PARTS], DIGITS)
    cells["demand_places"] = f"{shown.total:,}"
    for name, part, trace in zip(PARTS, shown.parts, shown.is_trace, strict=True):
        cells[name] = _part(part, is_trace=trace)
    return cells


def _part(value: Decimal, *, is_trace: bool) -> str:
    """
    Write a part;
    one that is more than nothing and less than a step of the last decimal as less than that.
    """
    step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    return f"< {step}" if is_trace else f"{value:,}"


def _figure(value: float, digits: int = DIGITS) -> str:
    """Write a number that reads as zero only where it is zero."""
    return f"{value:,.{decimals(value, digits)}f}"


def _years(norm: Norm) -> str:
    """Name the year of the capacity, and that of the people where it is another."""
    if norm.year is None or norm.population_year in (None, norm.year):
        return "no year" if norm.year is None else str(norm.year)
    return f"services of {norm.year}, people of {norm.population_year}"


def _cell(value: Any) -> str:
    if pd.isna(value):
        return UNKNOWN
    return _figure(value) if isinstance(value, float) else str(value)

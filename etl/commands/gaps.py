"""The result of `dosah gaps`: the same numbers as the page, as rows, JSON or a table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from etl.travel.costs import read_travel
from geodata.dataset.dataset import read_dataset
from geodata.errors import UnknownCodeError
from geodata.figures import adding_up, decimals
from geodata.method.analysis import Analysis, Settings, analyse
from geodata.method.summary import Summary, summarise
from geodata.sheet_cells import marked

if TYPE_CHECKING:
    from rich.console import Console

    from geodata.method.benchmark import Norm

TYPED = "typed"
SHOWN = ("municipality_code", "name", "target_persons", "demand_places", "served_places", "waiting_places", "out_of_reach_places", "coverage_ratio", "services_in_reach", "gap_class")  # fmt: skip
PARTS = ("served_places", "waiting_places", "out_of_reach_places")
DIGITS = 2
UNKNOWN = "unknown"


@dataclass(frozen=True)
class GapsOfArea:
    """Rows of one area, their totals, and the calculation they come from."""

    area_id: str
    analysis: Analysis
    summary: Summary
    rows: pd.DataFrame
    off_road: int = 0
    """Municipalities and sites that did not meet the roads; the straight line stands in for them."""

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
    costs, not_snapped = (
        (None, None) if travel is None else read_travel(travel, dataset, path.parent / "travel")
    )
    analysis = analyse(dataset, group_id, country, area_id, settings, travel=costs)
    membership = dataset["area_membership"]
    members = membership.loc[membership["area_id"] == area_id, "municipality_code"].tolist()
    rows = analysis.coverage[analysis.coverage["municipality_code"].isin(members)].reset_index(drop=True)
    off_road = 0 if not_snapped is None else len(not_snapped)
    return GapsOfArea(area_id, analysis, summarise(analysis, members), rows, off_road)


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
    for name in SHOWN:
        table.add_column(
            name.replace("_", " "),
            justify="left" if name in ("municipality_code", "name", "gap_class") else "right",
        )
    for row in result.rows[list(SHOWN)].to_dict("records"):
        shown = _row_as_shown(row)
        table.add_row(*(shown[name] for name in SHOWN))
    console.print(table)
    total = result.summary
    console.print(total_line(total), highlight=False)
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
            f"Some villages lie near the edge of the loaded data: help and people beyond it are not counted.{size}"
        )
    if not analysis.is_register_complete:
        console.print("The catalogue of this kind is incomplete: “none known to us” is not “none”.")


def total_line(total: Summary) -> str:
    """Say what becomes of the need of an area, in parts that add up as they are shown; "unknown" where nothing is known."""
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


def _row_as_shown(row: dict[Any, Any]) -> dict[str, str]:
    """Write the cells of a row; served, waiting and out of reach add up to the need."""
    cells = {name: _cell(row[name]) for name in SHOWN}
    if any(pd.isna(row[name]) for name in ("demand_places", *PARTS)):
        return cells
    shown = adding_up(row["demand_places"], [row[name] for name in PARTS], DIGITS)
    cells["demand_places"] = f"{shown.total:,}"
    for name, part, trace in zip(PARTS, shown.parts, shown.is_trace, strict=True):
        cells[name] = _part(part, is_trace=trace)
    return cells


def _part(value: Decimal, *, is_trace: bool) -> str:
    """Write a part; one that is more than nothing and less than a step of the last decimal as less than that."""
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

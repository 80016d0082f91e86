"""
What a mayor sees of one municipality: who lives here, what is within reach, who serves it, how sure that is.

Pure functions on the dataset and on analyses; the page arranges what they return.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dashboard.phrases import village_counts
from geodata.reading import values
from geodata.reading.gap import Gap, gap_of
from geodata.studies.peers import PeerComparison, compare_with_peers

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.phrases.village_counts import Divided
    from geodata.dataset.dataset import Dataset
    from geodata.method.analysis import Analysis
    from geodata.reading.services import Service

NEAREST_SHOWN: Final = 5

DECLARED: Final = "declared"


@dataclass(frozen=True)
class Place:
    """A municipality and the units above it."""

    code: str
    country: str
    name: str
    district: str
    district_code: str
    region: str
    orp: str | None
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Nearby:
    """
    A service near a municipality.

    `metres` along roads, None where its place is not known; `is_here` = inside it.
    """

    service_id: str
    metres: float | None
    mode: str
    is_in_reach: bool
    is_here: bool = False


@dataclass(frozen=True)
class Comparison:
    """
    Share of the need that is met here and in the whole area, and how many of its places are worse off.

    `here` is None where that cannot be told. `area_is_lower_bound` marks "at least":
    a capacity within reach of a member is unknown.
    """

    here: float | None
    area: float
    worse_off: int
    members: int
    area_is_lower_bound: bool = False


@dataclass(frozen=True)
class GroupView:
    """One group of services as a village sees it."""

    gap: Gap
    nearest: tuple[Nearby, ...]
    comparison: Comparison | None
    peers: PeerComparison | None = None


def place(dataset: Dataset, code: str) -> Place | None:
    """Return a municipality; None where the dataset has none with this code."""
    table = dataset["municipality"]
    rows = table.loc[table["municipality_code"] == code].to_dict("records")
    if not rows:
        return None
    row = rows[0]
    membership = dataset["area_membership"]
    areas = membership.loc[membership["municipality_code"] == code, "area_id"]
    return Place(
        code=code,
        country=str(row["country"]),
        name=str(row["name"]),
        district=str(row["district_name"]),
        district_code=str(row["district_code"]),
        region=str(row["region_name"]),
        orp=None if values.is_missing(row["orp_name"]) else str(row["orp_name"]),
        areas=tuple(str(area) for area in areas),
    )


def group_view(
    analysis: Analysis,
    code: str,
    members: Iterable[str],
    entries: Mapping[str, Service],
    peers: Sequence[str] = (),
) -> GroupView | None:
    """
    Return what a municipality has of one group of services.

    Parameters
    ----------
    analysis
        Analysis of the group in the municipality's country.
    code
        The municipality.
    members
        Municipalities of its planning area; empty where it belongs to none.
    entries
        Services of the catalogue by service_id.
    peers
        Municipalities alike in size and age (`geodata.studies.peers`).

    Returns
    -------
    view
        None where the analysis has no row for the municipality.
    """
    rows = analysis.coverage.loc[analysis.coverage["municipality_code"] == code].to_dict("records")
    if not rows:
        return None
    gap = gap_of(analysis, {str(name): value for name, value in rows[0].items()})
    return GroupView(
        gap=gap,
        nearest=tuple(nearest_services(analysis, gap, code, entries)),
        comparison=compare(analysis.coverage, code, members),
        # Nobody needs more than all: 370 % here would make every neighbour look poor.
        peers=compare_with_peers(
            analysis.coverage.assign(coverage_ratio=analysis.coverage["coverage_ratio"].clip(upper=1.0)),
            code,
            peers,
        ),
    )


def nearest_services(analysis: Analysis, gap: Gap, code: str, entries: Mapping[str, Service]) -> list[Nearby]:
    """
    Return the services nearest to a municipality: those within reach, else the nearest one beyond it.

    A service with several sites stands once, with its nearest site. Those inside the municipality and
    those that declare to serve it come first: they come to people wherever they sit.
    """
    # One row of the reach matrix: the table of all pairs of a whole country would be long in the making.
    row = analysis.coverage["municipality_code"].tolist().index(code)
    cells = slice(analysis.reach.indptr[row], analysis.reach.indptr[row + 1])
    sites = analysis.supply.iloc[analysis.reach.indices[cells]]
    best: dict[str, Nearby] = {}
    for service_id, mode, cost_m in zip(
        sites["service_id"], sites["reach_mode"], analysis.cost_m[cells], strict=True
    ):
        entry = entries.get(service_id)
        # How far a protected address is would tell where it is.
        hidden = entry is not None and entry.is_protected
        metres = None if hidden or values.is_missing(cost_m) else float(cost_m)
        is_here = entry is not None and code in entry.municipality_codes
        nearby = Nearby(str(service_id), metres, str(mode), is_in_reach=True, is_here=is_here)
        if service_id not in best or _order(nearby) < _order(best[service_id]):
            best[str(service_id)] = nearby
    if best:
        return sorted(best.values(), key=lambda one: (*_order(one), one.service_id))
    if gap.nearest_id is None or (gap.nearest_id in entries and entries[gap.nearest_id].is_protected):
        return []
    return [Nearby(gap.nearest_id, gap.nearest_m, "", is_in_reach=False)]


def _order(one: Nearby) -> tuple[bool, float]:
    return not one.is_here and one.mode != DECLARED, float("inf") if one.metres is None else one.metres


def compare(coverage: pd.DataFrame, code: str, members: Iterable[str]) -> Comparison | None:
    """
    Compare the share of need met in a municipality with that of its whole area.

    Returns
    -------
    comparison
        None where the municipality is in no area, or where less than two members can be compared. Members
        without a need, whose need is unknown, or of which nobody can tell whether it is met (class "unknown":
        nothing but capacities unknown within reach), are left out of the area's share and of `members`.
    """
    inside = coverage.loc[coverage["municipality_code"].isin(list(members))]
    inside = inside.loc[
        inside["demand_places"].notna()
        & (inside["demand_places"] > 0)
        & inside["served_places"].notna()
        & (inside["gap_class"] != "unknown")
    ]
    if len(inside) < 2:
        return None
    own = inside.loc[inside["municipality_code"] == code]
    shares = inside["served_places"] / inside["demand_places"]
    here = None if own.empty else float(shares.loc[own.index[0]])
    return Comparison(
        here=here,
        area=float(inside["served_places"].sum() / inside["demand_places"].sum()),
        worse_off=0 if here is None else int((shares < here - 1e-9).sum()),
        members=len(inside),
        area_is_lower_bound=bool(inside["is_lower_bound"].any()),
    )


def divided(views: Sequence[GroupView]) -> Divided[GroupView]:
    """Divide groups as every table and sentence of the village does (`dashboard.phrases.village_counts`)."""
    return village_counts.divide(views, lambda view: view.gap)


def ordered(views: Sequence[GroupView]) -> list[GroupView]:
    """
    Return groups as tables list them: what is short, what suffices, what hardly anybody needs,
    what nobody can tell.
    """
    groups = divided(views)
    return [*groups.compared, *groups.slight, *groups.unknown]


def is_slight(view: GroupView) -> bool:
    """
    Tell whether a group concerns less than one person here: it is shown in short,
    so that the rest stands out.
    """
    return village_counts.is_slight(view.gap)


def without_answer(views: Sequence[GroupView]) -> tuple[list[GroupView], list[GroupView]]:
    """
    Divide groups nobody can tell of into those with a service to name, and those with none,
    which fit one line.
    """
    nameable = [view for view in views if view.nearest or view.gap.demand is not None]
    return nameable, [view for view in views if view not in nameable]


def services_for(code: str, entries: Iterable[Service]) -> tuple[list[Service], list[Service]]:
    """Return the services that sit in a municipality, and those from elsewhere that declare to serve it."""
    here, serving = [], []
    for entry in entries:
        if entry.status == "ended":
            continue
        if code in entry.municipality_codes:
            here.append(entry)
        elif code in entry.serves:
            serving.append(entry)
    return here, serving


def find(query: str, dataset: Dataset, limit: int = 6) -> list[dict[str, Any]]:
    """
    Return the municipalities whose names are like a query, the best first: municipality_code, name,
    district_name.
    """
    from dashboard.catalogue import search

    table = dataset["municipality"]
    rows = {row["municipality_code"]: row for row in table.to_dict("records")}
    index = search.index(
        {code: [(row["name"], 1.0), (row["district_name"], 0.3), (code, 1.0)] for code, row in rows.items()}
    )
    wanted = search.search(query, index)[:limit] if query.strip() else []
    return [{str(name): value for name, value in rows[code].items()} for code in wanted]

"""
Coverage of every group and area; a what-if; the country and a 1 km grid,
beside PySAL access on the same pairs.

Every large job runs in a process of its own, so that its peak memory is its own.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.method.access import decay_weights, reach_of_points, two_step_catchment
from geodata.travel.straight import Points, straight_line_pairs

LIMIT_M = 30_000
DECAY = "gaussian"
SITES = 18_900
CELLS = 78_000
KINDS = 34
ROUNDS = 7


def timed(work):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def snapshot() -> None:
    from etl.publish.build import build
    from geodata.dataset.dataset import read_dataset
    from geodata.method.analysis import analyse
    from geodata.method.summary import summarise
    from geodata.studies.changes import AddService, ResizeService
    from geodata.studies.robustness import robustness
    from geodata.studies.scenario import compare
    from geodata.vocabulary.codes import service_groups

    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder) / "dosah.gpkg")
        dataset = read_dataset(Path(folder) / "dosah.gpkg")
    areas = [(row.area_id, row.country) for row in dataset["area"].itertuples()]
    members = dataset["area_membership"].groupby("area_id")["municipality_code"].agg(list).to_dict()
    jobs = [
        (group_id, country, area_id)
        for area_id, country in areas
        for group_id, group in service_groups().items()
        if country in group.scopes
    ]

    def everything() -> None:
        for group_id, country, area_id in jobs:
            summarise(analyse(dataset, group_id, country, area_id), members[area_id])

    first = timed(everything)[0]
    warm = statistics.median(timed(everything)[0] for _ in range(ROUNDS))
    seconds = statistics.median(timed(lambda: analyse(dataset, "home_care", "CZ"))[0] for _ in range(ROUNDS))
    robust = statistics.median(
        timed(lambda: robustness(dataset, "home_care", "CZ"))[0] for _ in range(ROUNDS)
    )
    area_id = areas[0][0]
    site = dataset["site"]
    resized = analyse(dataset, "home_care", "CZ").supply["service_id"].iloc[0]

    def what_if(number: int):
        changes = [
            AddService(f"new-{number}", 10, municipality_code=members[area_id][0]),
            ResizeService(resized, 9 + number),
        ]
        return compare(dataset, "home_care", "CZ", members[area_id], changes)

    what_if(0)
    scenario = statistics.median(timed(lambda n=n: what_if(n))[0] for n in range(1, ROUNDS + 1))
    print(f"snapshot: {len(dataset['municipality'])} municipalities, {len(site)} sites")
    print(f"  {len(jobs)} groups × areas, first time  {first * 1000:8.0f} ms   (goal: 500 ms)")
    print(f"  the same, warm                {warm * 1000:8.0f} ms")
    print(f"  one group                     {seconds * 1000:8.1f} ms")
    print(f"  its robustness, all variants  {robust * 1000:8.0f} ms")
    print(f"  a scenario, today beside it   {scenario * 1000:8.0f} ms   (goal: 50 ms)")


def country_places() -> Points:
    import pyogrio
    import shapely

    outlines = pyogrio.read_dataframe(Path(os.environ["DOSAH_RAW"]) / "cz_obce_topojson.json")
    centre = shapely.centroid(outlines.geometry.to_numpy())
    return Points(shapely.get_y(centre), shapely.get_x(centre))


def world(name: str, count: int):
    """Make a repeatable world: real points of municipalities or a grid-like scatter, sites near places."""
    random = np.random.default_rng(20_260_904)
    if name == "country":
        points = country_places()
    else:
        points = Points(random.uniform(48.6, 51.0, count), random.uniform(12.2, 18.7, count))
    near = random.integers(0, len(points), SITES)
    sites = Points(
        points.latitude[near] + random.normal(0, 0.01, SITES),
        points.longitude[near] + random.normal(0, 0.015, SITES),
    )
    demand = random.lognormal(2, 1, len(points))
    return points, sites, demand, random.uniform(1, 60, SITES), random.integers(0, KINDS, SITES)


def ours(name: str, places: int, target: str) -> dict[str, float]:
    points, sites, demand, supply, kinds = world(name, places)
    whole, (reach, found) = timed(
        lambda: (
            reach := reach_of_points(points, sites, LIMIT_M, DECAY),
            two_step_catchment(demand, supply, reach),
        )
    )
    again = statistics.median(timed(lambda: two_step_catchment(demand, supply, reach))[0] for _ in range(3))
    np.save(target, found.coverage_ratio)
    peak = peak_gib()
    by_kind = 0.0
    if name == "country":
        for kind in range(KINDS):
            chosen = np.flatnonzero(kinds == kind)
            some = Points(sites.latitude[chosen], sites.longitude[chosen])
            by_kind += timed(
                lambda some=some, chosen=chosen: two_step_catchment(
                    demand, supply[chosen], reach_of_points(points, some, LIMIT_M, DECAY)
                )
            )[0]
    return {"seconds": whole, "on_pairs": again, "pairs": reach.nnz, "peak": peak, "by_kind": by_kind}


def pysal(name: str, places: int, target: str) -> dict[str, float]:
    import warnings

    warnings.simplefilter("ignore")
    from access import fca

    points, sites, demand, supply, _ = world(name, places)
    pairs = straight_line_pairs(points, sites, LIMIT_M)
    cost = pd.DataFrame({"i": pairs.row, "j": pairs.column, "cost": pairs.cost_m})
    people = pd.DataFrame({"i": np.arange(len(demand)), "people": demand})
    beds = pd.DataFrame({"j": np.arange(len(supply)), "beds": supply})
    whole, found = timed(
        lambda: fca.two_stage_fca(
            people,
            beds,
            cost,
            max_cost=LIMIT_M,
            demand_index="i",
            demand_name="people",
            supply_index="j",
            supply_name="beds",
            cost_origin="i",
            cost_dest="j",
            cost_name="cost",
            weight_fn=lambda costs: decay_weights(np.asarray(costs, dtype=float), LIMIT_M, DECAY),
        )
    )
    np.save(target, found.reindex(np.arange(len(demand))).fillna(0).to_numpy())
    return {"seconds": whole, "pairs": len(pairs), "peak": peak_gib()}


def peak_gib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def in_own_process(job: str, name: str, places: int, target: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.engine", job, name, str(places), str(target)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def beside_pysal(title: str, name: str, places: int, *, with_pysal: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        mine = in_own_process("ours", name, places, Path(folder) / "ours.npy")
        print(f"{title}: {mine['pairs']:,} pairs within {LIMIT_M / 1000:.0f} km, {DECAY}")
        print(f"  ours, search of pairs included {mine['seconds']:8.2f} s   {mine['peak']:5.2f} GiB")
        print(f"  ours, on given pairs           {mine['on_pairs']:8.3f} s")
        if mine["by_kind"]:
            print(f"  ours, {KINDS} kinds one by one      {mine['by_kind']:8.2f} s")
        if not with_pysal:
            print("  PySAL access: not run (3 minutes and 4 GiB; set DOSAH_BENCH_LONG=1)")
            return
        theirs = in_own_process("pysal", name, places, Path(folder) / "theirs.npy")
        difference = np.abs(
            np.nan_to_num(np.load(Path(folder) / "ours.npy")) - np.load(Path(folder) / "theirs.npy")
        ).max()
        print(f"  PySAL access, on given pairs   {theirs['seconds']:8.2f} s   {theirs['peak']:5.2f} GiB")
        print(
            f"  faster by {theirs['seconds'] / mine['seconds']:.0f} × (with our search), "
            f"{theirs['seconds'] / mine['on_pairs']:.0f} × (pairs given to both); goal 20 ×"
        )
        print(f"  largest difference of a coverage ratio: {difference:.1e} (goal 1e-9)")
        assert difference < 1e-9


def growth() -> None:
    print("growth: time for each million pairs (level = no faster than the pairs)")
    with tempfile.TemporaryDirectory() as folder:
        for places in (9_750, 19_500, 39_000, CELLS):
            mine = in_own_process("ours", "grid", places, Path(folder) / "ours.npy")
            print(
                f"  {places:7,} places  {mine['pairs'] / 1e6:6.1f} million pairs  {mine['seconds']:6.2f} s  "
                f"{1000 * mine['seconds'] / (mine['pairs'] / 1e6):5.0f} ms per million  "
                f"{mine['peak']:5.2f} GiB"
            )


def main() -> None:
    snapshot()
    if os.environ.get("DOSAH_RAW"):
        beside_pysal("country, 6,258 municipalities × 18,900 sites", "country", 0, with_pysal=True)
    else:
        print("country: needs the outlines named by DOSAH_RAW")
    long_run = bool(os.environ.get("DOSAH_BENCH_LONG"))
    beside_pysal(f"grid, {CELLS:,} cells × {SITES:,} sites", "grid", CELLS, with_pysal=long_run)
    growth()


if __name__ == "__main__":
    job = {"ours": ours, "pysal": pysal}[sys.argv[1]]
    print(json.dumps(job(sys.argv[2], int(sys.argv[3]), sys.argv[4])))

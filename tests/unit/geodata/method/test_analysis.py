import math
import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.errors import ParameterError, UnknownCodeError
from geodata.method.analysis import Settings, analyse, available_norms
from geodata.method.result_tables import OF_THE_MET
from geodata.method.summary import summarise
from geodata.vocabulary.codes import AgeWeight, GroupScope, ServiceGroup, service_groups

HOME_CARE = ServiceGroup(
    group_id="home",
    label={},
    description={},
    target_population=(AgeWeight(65, None, 1.0),),
    population_reason={},
    scopes={
        "CZ": GroupScope(("cz-40",), "ter", "klient", is_register_complete=True),
        "PL": GroupScope(("pl-UO",), "ter", "klient", is_register_complete=False),
    },
)
TYPED = Settings(norm="typed", typed_norm_per_1000=100.0, detour_factor=1.0, limit_m=12_000)
EARTH_RADIUS_M = 6_371_008.8
EXAMPLES = int(os.environ.get("DOSAH_EXAMPLES", "0"))  # the nightly run asks for 5,000


@st.composite
def worlds(draw):
    """
    A few villages along a meridian (1 step = 5.56 km),
    services with all the defects that real ones have.
    """
    villages = [
        {
            "municipality_code": f"v{i}",
            "latitude": 49.0 + 0.05 * draw(st.integers(0, 6)),
            "longitude": 18.0,
            "district_code": draw(st.sampled_from(["D1", "D2"])),
            "edge_distance_m": draw(st.sampled_from([0.0, 12_000.0, 50_000.0, None])),
        }
        for i in range(draw(st.integers(1, 4)))
    ]
    population = []
    for village in villages:
        seniors = draw(st.none() | st.sampled_from([0, 40, 100, 333]))
        if seniors is not None:
            code = village["municipality_code"]
            population += [
                {"municipality_code": code, "age_from": 0, "age_to": 64, "persons": 500},
                {"municipality_code": code, "age_from": 65, "age_to": None, "persons": seniors},
            ]
    services, capacities, sites, served = [], [], [], []
    for s in range(draw(st.integers(0, 4))):
        service = f"s{s}"
        services.append(
            {"service_id": service, "status": draw(st.sampled_from(["existing"] * 4 + ["planned", "ended"]))}
        )
        capacities += [
            {
                "service_id": service,
                "form": form,
                "unit": unit,
                "capacity_number": draw(st.none() | st.sampled_from([0, 1, 7.5, 30])),
                "basis": draw(st.sampled_from(["at_one_time", "at_one_time", "per_year", "doubtful"])),
                "kind": draw(st.sampled_from(["registered", "registered", "planned"])),
            }
            for form, unit in draw(
                st.lists(
                    st.sampled_from(
                        [("ter", "klient"), ("ter", "interv"), ("amb", "klient"), ("unknown", "unknown")]
                    ),
                    unique=True,
                )
            )
        ]
        sites += [
            {
                "service_id": service,
                "site_id": f"{service}-{k}",
                "location_quality": draw(
                    st.sampled_from(["coordinates", "coordinates", "district", "unknown"])
                ),
                "latitude": 49.0 + 0.05 * draw(st.integers(0, 6)),
                "longitude": 18.0,
                "district_code": draw(st.sampled_from(["D1", "D2", "elsewhere"])),
                "municipality_code": draw(st.none() | st.sampled_from(["v0", "v1", "elsewhere"])),
            }
            for k in range(draw(st.integers(0, 3)))
        ]
        declared = draw(
            st.lists(st.sampled_from([v["municipality_code"] for v in villages]), unique=True, max_size=2)
        )
        served += [{"service_id": service, "municipality_code": code} for code in declared]
    return {
        "municipality": villages,
        "population": population,
        "service": services,
        "capacity": capacities,
        "site": sites,
        "served_area": served,
    }


def services_whole(reached):
    """Services within reach where none of them has a part that is known."""
    return {name for name, _, _ in reached} if all(share is None for _, share, _ in reached) else set()


def parts_by_hand(world, limit_m, count_doubtful):
    """Every site of the group: (service, its share or None, {villages that it reaches})."""
    trusted = {"at_one_time", "doubtful"} if count_doubtful else {"at_one_time"}
    parts = []
    for service in world["service"]:
        name = service["service_id"]
        stated = [c for c in world["capacity"] if c["service_id"] == name]
        of_form = [c for c in stated if c["form"] == "ter"]
        hides = not stated or any(c["form"] == "unknown" for c in stated)
        if service["status"] != "existing" or not (of_form or hides):
            continue
        number = None
        for row in of_form:
            if row["unit"] == "klient" and row["kind"] == "registered" and row["basis"] in trusted:
                number = row["capacity_number"]
        sites = [s for s in world["site"] if s["service_id"] == name] or [{"location_quality": "unknown"}]
        share = None if number is None else number / len(sites)
        parts += [(name, share, villages_by_hand(world, name, site, limit_m)) for site in sites]
    return parts


def villages_by_hand(world, service_id, site, limit_m):
    declared = {d["municipality_code"] for d in world["served_area"] if d["service_id"] == service_id}
    if declared:
        return declared
    quality = site["location_quality"]
    return {
        v["municipality_code"]
        for v in world["municipality"]
        if (quality == "district" and v["district_code"] == site["district_code"])
        or (
            quality == "coordinates"
            and math.radians(abs(v["latitude"] - site["latitude"])) * EARTH_RADIUS_M <= limit_m
        )
    }


def answer_by_hand(world, limit_m, norm_per_1000, count_doubtful):
    """The method in loops: {village: (demand, ratio, served, waiting, out, at least, services, unknown)}."""
    seniors = {p["municipality_code"]: p["persons"] for p in world["population"] if p["age_to"] is None}
    demand = {
        v["municipality_code"]: seniors[v["municipality_code"]] * norm_per_1000 / 1000
        for v in world["municipality"]
        if v["municipality_code"] in seniors
    }
    parts = parts_by_hand(world, limit_m, count_doubtful)
    answer = {}
    for village in world["municipality"]:
        code = village["municipality_code"]
        reached = [part for part in parts if code in part[2]]
        services = {name for name, _, _ in reached}
        unknown = {name for name, share, _ in reached if share is None}
        n = demand.get(code, math.nan)
        ratio = math.nan
        if n > 0:
            ratio = sum(
                share / sum(demand.get(other, 0) for other in villages)
                for _, share, villages in reached
                if share is not None
            )
        served = n * min(1, ratio) if n > 0 else n
        rest = n - served
        if n > 0 and unknown and unknown == services_whole(reached):
            # Nothing but capacities unknown: nobody can tell what is met.
            answer[code] = (n, *[math.nan] * 4, True, len(services), len(unknown))
            continue
        answer[code] = (
            n,
            ratio,
            served,
            rest if reached or math.isnan(n) else 0.0,
            0.0 if reached and not math.isnan(n) else rest,
            bool(unknown),
            len(services),
            len(unknown),
        )
    known = sum(share for _, share, _ in parts if share is not None)
    reachable = sum(
        share
        for _, share, villages in parts
        if share is not None and any(demand.get(v, 0) > 0 for v in villages)
    )
    return answer, known, reachable


COLUMNS = [
    "demand_places",
    "coverage_ratio",
    "served_places",
    "waiting_places",
    "out_of_reach_places",
    "is_lower_bound",
    "services_in_reach",
    "services_in_reach_unknown",
]


@pytest.mark.slow
@settings(max_examples=EXAMPLES or 30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(worlds(), st.booleans())
def test_the_whole_chain_is_the_method_in_loops(make_dataset, world, count_doubtful):
    dataset = make_dataset(**world)
    before = {name: frame.copy() for name, frame in dataset.tables.items()}
    chosen = replace(TYPED, count_doubtful=count_doubtful)
    analysis = analyse(dataset, HOME_CARE, "CZ", settings=chosen)
    expected, known, reachable = answer_by_hand(world, 12_000, 100.0, count_doubtful)

    rows = analysis.coverage.set_index("municipality_code")
    assert sorted(rows.index) == sorted(v["municipality_code"] for v in world["municipality"])
    for code, figures in expected.items():
        assert rows.loc[code, COLUMNS].astype(float).tolist() == pytest.approx(
            [float(figure) for figure in figures], nan_ok=True
        )
    assert (analysis.capacity_known, analysis.capacity_reachable) == (
        pytest.approx(known),
        pytest.approx(reachable),
    )
    assert analysis.capacity_known == pytest.approx(
        analysis.capacity_reachable + analysis.capacity_unreachable
    )
    demand = rows["demand_places"].to_numpy()
    assert np.nansum(demand * rows["coverage_ratio"].to_numpy()) == pytest.approx(reachable)
    parts = rows["served_places"] + rows["waiting_places"] + rows["out_of_reach_places"]
    is_told = rows["gap_class"] != "unknown"
    assert parts[is_told].tolist() == pytest.approx(demand[is_told.to_numpy()].tolist())
    assert rows.loc[~is_told, list(OF_THE_MET)].isna().all(axis=None)

    whole = summarise(analysis, list(rows.index))
    assert whole.municipalities_told == int(is_told.sum())
    totals = {name: getattr(whole, name) for name in [*OF_THE_MET[1:], "demand_places", "target_persons"]}
    for name, total in totals.items():
        assert total == (None if rows[name].isna().all() else pytest.approx(rows[name].sum()))
    if whole.is_told:
        met = whole.served_places + whole.waiting_places + whole.out_of_reach_places
        assert met + whole.untold_places == pytest.approx(whole.demand_places)
        assert whole.missing_places == pytest.approx(whole.waiting_places + whole.out_of_reach_places)
    assert whole.municipalities_unknown == int(np.isnan(demand).sum())
    assert sum(whole.class_counts.values()) == len(rows)
    for name, frame in dataset.tables.items():
        pd.testing.assert_frame_equal(frame, before[name])


@pytest.mark.slow
@settings(max_examples=EXAMPLES or 12, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_the_tables_does_not_matter(make_dataset, world, random):
    dataset = make_dataset(**world)
    shuffled = make_dataset(**world)
    for name in ("municipality", "population", "service", "capacity", "site", "served_area"):
        order = list(range(len(shuffled.tables[name])))
        random.shuffle(order)
        shuffled.tables[name] = shuffled.tables[name].iloc[order].reset_index(drop=True)
    straight = analyse(dataset, HOME_CARE, "CZ", settings=TYPED).coverage
    other = analyse(shuffled, HOME_CARE, "CZ", settings=TYPED).coverage
    columns = ["municipality_code", "gap_class", "is_near_edge", *COLUMNS]
    pd.testing.assert_frame_equal(
        straight[columns].sort_values("municipality_code", ignore_index=True),
        other[columns].sort_values("municipality_code", ignore_index=True),
    )


def village(code, latitude=49.0, seniors=100, **more):
    rows = [
        {"municipality_code": code, "age_from": 0, "age_to": 64, "persons": 500},
        {"municipality_code": code, "age_from": 65, "age_to": None, "persons": seniors},
    ]
    return {"municipality_code": code, "latitude": latitude, "longitude": 18.0, **more}, rows


def world_of(villages, **tables):
    return {
        "municipality": [municipality for municipality, _ in villages],
        "population": [row for _, rows in villages for row in rows],
        **tables,
    }


def service_at(latitude, number, name="s0", **more):
    return {
        "service": [{"service_id": name, **more}],
        "capacity": [{"service_id": name, "capacity_number": number}],
        "site": [
            {
                "service_id": name,
                "site_id": f"{name}-1",
                "latitude": latitude,
                "longitude": 18.0,
                "municipality_code": "a",
            }
        ],
    }


def test_a_service_of_one_country_does_not_serve_the_other(make_dataset):
    places = [village("a"), village("p", country="PL")]
    dataset = make_dataset(**world_of(places, **service_at(49.0, 5)))
    czech = analyse(dataset, HOME_CARE, "CZ", settings=TYPED)
    polish = analyse(dataset, HOME_CARE, "PL", settings=TYPED)
    assert czech.coverage["municipality_code"].tolist() == ["a"]
    assert czech.coverage["coverage_ratio"].tolist() == pytest.approx([0.5])
    assert polish.coverage["gap_class"].tolist() == ["none_within_reach"]


def test_a_place_that_shares_its_service_with_people_nobody_counted_is_marked(make_dataset):
    unknown = village("u")[0]
    places = [village("a", edge_distance_m=50_000), (unknown | {"edge_distance_m": None}, [])]
    dataset = make_dataset(**world_of(places, **service_at(49.0, 5)))
    analysis = analyse(dataset, HOME_CARE, "CZ", settings=TYPED)
    assert analysis.coverage["is_near_edge"].tolist() == [True, True]
    assert analysis.coverage["gap_class"].tolist() == ["below", "unknown"]
    assert analysis.supply["reaches_unknown_demand"].tolist() == [True]


@pytest.mark.parametrize(("edge_m", "near"), [(11_999, True), (12_000, False)])
def test_a_place_nearer_to_the_edge_than_the_limit_is_marked(make_dataset, edge_m, near):
    dataset = make_dataset(**world_of([village("a", edge_distance_m=edge_m)]))
    assert analyse(dataset, HOME_CARE, "CZ", settings=TYPED).coverage["is_near_edge"].tolist() == [near]


def test_only_services_of_unknown_capacity_are_neither_a_gap_nor_none(make_dataset):
    dataset = make_dataset(**world_of([village("a")], **service_at(49.0, None)))
    row = analyse(dataset, HOME_CARE, "CZ", settings=TYPED).coverage.iloc[0]
    assert (row["gap_class"], row["is_lower_bound"]) == ("unknown", True)
    assert (row["services_in_reach"], row["services_in_reach_unknown"]) == (1, 1)
    assert (row["nearest_service_m"], row["nearest_service_id"]) == (0, "s0")


def test_without_a_norm_distances_and_counts_are_still_known(make_dataset):
    dataset = make_dataset(**world_of([village("a")], **service_at(49.0, None)))
    analysis = analyse(dataset, HOME_CARE, "CZ", settings=replace(TYPED, norm="loaded"))
    row = analysis.coverage.iloc[0]
    assert analysis.norm.unavailable_reason == "no_capacity_known"
    assert row[["demand_places", "coverage_ratio", "served_places", "missing_places"]].isna().all()
    assert (row["gap_class"], row["services_in_reach"], row["target_persons"]) == ("unknown", 1, 100)


def test_the_loaded_norm_serves_the_loaded_region_exactly(make_dataset):
    places = [village("a", seniors=100), village("b", latitude=49.05, seniors=300)]
    dataset = make_dataset(**world_of(places, **service_at(49.0, 8)))
    analysis = analyse(dataset, HOME_CARE, "CZ", settings=replace(TYPED, norm="default"))
    assert analysis.norm.norm_id == "loaded"
    assert analysis.norm.value_per_1000 == pytest.approx(20)
    assert analysis.coverage["coverage_ratio"].tolist() == pytest.approx([1, 1])
    assert analysis.coverage["gap_class"].tolist() == ["at_or_above", "at_or_above"]


def test_the_national_norm_comes_before_the_loaded_one(make_dataset):
    dataset = make_dataset(
        **world_of([village("a")], **service_at(49.0, 8)),
        benchmark=[{"capacity_number": 40, "capacity_within_bound_number": 30, "median": 2}],
        national_population=[{"age_from": 65, "age_to": None, "persons": 1_000}],
    )
    analysis = analyse(dataset, HOME_CARE, "CZ", settings=replace(TYPED, norm="default"))
    assert (analysis.norm.norm_id, analysis.norm.value_per_1000) == ("national", pytest.approx(30))


def test_a_national_figure_of_a_part_is_not_the_default_while_there_is_another(make_dataset):
    scope = replace(HOME_CARE.scopes["CZ"], is_register_complete=False)
    group = replace(HOME_CARE, scopes={"CZ": scope})
    national = {
        "benchmark": [{"capacity_number": 40, "capacity_within_bound_number": 30, "median": 2}],
        "national_population": [{"age_from": 65, "age_to": None, "persons": 1_000}],
    }
    chosen = replace(TYPED, norm="default")
    dataset = make_dataset(**world_of([village("a")], **service_at(49.0, 8)), **national)
    assert analyse(dataset, group, "CZ", settings=chosen).norm.norm_id == "loaded"
    dataset = make_dataset(**world_of([village("a")], **service_at(49.0, None)), **national)
    analysis = analyse(dataset, group, "CZ", settings=chosen)
    assert (analysis.norm.norm_id, analysis.norm.is_of_part) == ("national", True)


def test_the_area_norm_counts_members_only(make_dataset):
    places = [village("a", seniors=100), village("b", latitude=49.05, seniors=300)]
    dataset = make_dataset(
        **world_of(places, **service_at(49.0, 8)),
        area=[{"area_id": "north"}, {"area_id": "south"}],
        area_membership=[
            {"area_id": "north", "municipality_code": "b"},
            {"area_id": "south", "municipality_code": "a"},
        ],
    )
    area = replace(TYPED, norm="area")
    south = analyse(dataset, HOME_CARE, "CZ", "south", area)
    assert south.norm.value_per_1000 == pytest.approx(80)
    assert analyse(dataset, HOME_CARE, "CZ", "north", area).norm.unavailable_reason == "no_capacity_known"
    assert analyse(dataset, HOME_CARE, "CZ", None, area).norm.unavailable_reason == "no_area_chosen"


def test_the_pairs_give_every_ratio_back(make_dataset):
    places = [village("a"), village("b", latitude=49.05), village("c", latitude=49.1)]
    dataset = make_dataset(**world_of(places, **service_at(49.0, 8)))
    analysis = analyse(dataset, HOME_CARE, "CZ", settings=replace(TYPED, decay="gaussian"))
    pairs = analysis.pairs.merge(analysis.supply[["site_id", "supply_ratio"]], on="site_id")
    again = (pairs["weight"] * pairs["supply_ratio"]).groupby(pairs["municipality_code"]).sum()
    assert again.to_dict() == pytest.approx(
        analysis.coverage.set_index("municipality_code")["coverage_ratio"].to_dict()
    )
    assert pairs["cost_m"].tolist() == pytest.approx([0, 5_559.75, 11_119.5], abs=1)


def test_a_group_is_given_by_its_id_or_as_a_value(make_dataset):
    dataset = make_dataset(**world_of([village("a")]))
    group = service_groups()["home_care"]
    by_id, by_value = (analyse(dataset, spelling, "CZ", settings=TYPED) for spelling in ("home_care", group))
    assert by_id.group_id == by_value.group_id == "home_care"
    pd.testing.assert_frame_equal(by_id.coverage, by_value.coverage)
    assert available_norms(dataset, "home_care", "CZ") == available_norms(dataset, group, "CZ")


def test_what_is_unknown_is_refused_by_name(make_dataset):
    dataset = make_dataset(**world_of([village("a")]), area=[{"area_id": "x", "country": "PL"}])
    with pytest.raises(UnknownCodeError, match="no-such-group"):
        analyse(dataset, "no-such-group", "CZ")
    with pytest.raises(UnknownCodeError, match="DE"):
        analyse(dataset, HOME_CARE, "DE")
    with pytest.raises(UnknownCodeError, match="PL"):
        analyse(dataset, HOME_CARE, "PL")
    with pytest.raises(UnknownCodeError, match="nowhere"):
        analyse(dataset, HOME_CARE, "CZ", "nowhere")
    with pytest.raises(ParameterError, match="PL"):
        analyse(dataset, HOME_CARE, "CZ", "x")
    with pytest.raises(UnknownCodeError, match="no-such-norm"):
        analyse(dataset, HOME_CARE, "CZ", settings=replace(TYPED, norm="no-such-norm"))
    with pytest.raises(UnknownCodeError, match="v9"):
        summarise(analyse(dataset, HOME_CARE, "CZ", settings=TYPED), ["a", "v9"])
    with pytest.raises(UnknownCodeError, match="no-such-group"):
        available_norms(dataset, "no-such-group", "CZ")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit_m", -1.0),
        ("limit_m", math.nan),
        ("detour_factor", 0.5),
        ("decay", "linear"),
        ("at_norm", 0.0),
        ("far_below", 2.0),
        ("typed_norm_per_1000", 0.0),
    ],
)
def test_a_setting_without_sense_is_refused_by_name(field, value):
    with pytest.raises(ParameterError, match=field):
        Settings(**{field: value})


@pytest.mark.slow
@pytest.mark.parametrize(
    "changed",
    [
        {"norm": "loaded"},
        {"typed_norm_per_1000": 55.0},
        {"limit_m": 4_000.0},
        {"limit_m": None},
        {"detour_factor": 1.4},
        {"decay": "stepped"},
        {"decay": "gaussian"},
        {"decay": "exponential"},
        {"decay": "inverse_power"},
        {"count_doubtful": True},
        {"at_norm": 0.6},
        {"far_below": 0.8},
    ],
)
def test_no_setting_is_ignored(make_dataset, changed):
    places = [
        village("a"),
        village("b", latitude=49.05, seniors=300),
        village("c", latitude=49.1),
        village("d", latitude=49.15),
    ]
    first, second = service_at(49.0, 35), service_at(49.05, 90, name="s1")
    second["capacity"][0]["basis"] = "doubtful"
    tables = {name: first[name] + second[name] for name in first}
    dataset = make_dataset(**world_of(places, **tables))
    chosen = analyse(dataset, HOME_CARE, "CZ", settings=TYPED).coverage
    other = analyse(dataset, HOME_CARE, "CZ", settings=replace(TYPED, **changed)).coverage
    columns = ["demand_places", "coverage_ratio", "gap_class", "services_in_reach", "nearest_service_m"]
    assert not chosen[columns].equals(other[columns])

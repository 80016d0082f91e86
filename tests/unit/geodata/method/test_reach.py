import math

import numpy as np
import pandas as pd
import pytest

from geodata.method.reach import Places, nearest_located_sites, reach_plan, reach_weights
from geodata.method.supply import supply_of_group
from geodata.travel.straight import Points
from geodata.vocabulary.codes import GroupScope

# Four villages on a meridian, 0.1 degree (11.12 km, 14.46 km of road) apart; two districts.
VILLAGES = ["a", "b", "c", "d"]
PLACES = Places(
    codes=pd.Index(VILLAGES),
    districts=np.array(["D1", "D1", "D2", "D2"], dtype=object),
    points=Points(np.array([49.0, 49.1, 49.2, 49.3]), np.full(4, 18.0)),
)
STEP_M = math.radians(0.1) * 6_371_008.8


def plan_of(make_dataset, sites, served=(), form="ter"):
    """Make one service with one site for each of `sites`."""
    dataset = make_dataset(
        service=[{"service_id": f"s{i}"} for i in range(len(sites))],
        capacity=[{"service_id": f"s{i}", "form": form, "capacity_number": 1} for i in range(len(sites))],
        site=[{"service_id": f"s{i}", "site_id": f"s{i}-s1", **site} for i, site in enumerate(sites)],
        served_area=[{"service_id": service, "municipality_code": code} for service, code in served],
    )
    scope = GroupScope(("cz-40",), form, "klient", is_register_complete=True)
    supply = supply_of_group(dataset["service"], dataset["capacity"], dataset["site"], scope, "CZ")
    return reach_plan(PLACES, supply, dataset["served_area"], form)


AT_A = {"latitude": 49.0, "longitude": 18.0}
PROTECTED = {"location_quality": "district", "district_code": "D2"}
UNKNOWN = {"location_quality": "unknown"}


def test_a_located_site_reaches_as_far_as_the_limit(make_dataset):
    plan = plan_of(make_dataset, [AT_A])
    assert plan.mode.tolist() == ["modelled"]
    weights = reach_weights(plan, PLACES, limit_m=STEP_M * 1.3 + 1)
    assert weights.toarray()[:, 0].tolist() == [1, 1, 0, 0]


def test_a_field_service_serves_what_it_declares_and_nothing_else(make_dataset):
    plan = plan_of(make_dataset, [AT_A], served=[("s0", "c"), ("s0", "d"), ("s0", "elsewhere")])
    assert plan.mode.tolist() == ["declared"]
    assert reach_weights(plan, PLACES, limit_m=100_000).toarray()[:, 0].tolist() == [0, 0, 1, 1]


def test_only_field_services_serve_by_declaration(make_dataset):
    plan = plan_of(make_dataset, [AT_A], served=[("s0", "d")], form="amb")
    assert plan.mode.tolist() == ["modelled"]


def test_a_declared_service_is_not_lost_when_its_place_is_unknown(make_dataset):
    plan = plan_of(make_dataset, [UNKNOWN], served=[("s0", "b")])
    assert plan.mode.tolist() == ["declared"]
    assert reach_weights(plan, PLACES, limit_m=1).toarray()[:, 0].tolist() == [0, 1, 0, 0]


def test_a_protected_site_serves_its_whole_district_and_its_point_is_never_used(make_dataset):
    plan = plan_of(make_dataset, [{**PROTECTED, "latitude": 49.0, "longitude": 18.0}])
    assert plan.mode.tolist() == ["district"]
    assert reach_weights(plan, PLACES, limit_m=1).toarray()[:, 0].tolist() == [0, 0, 1, 1]
    distance, site = nearest_located_sites(plan, PLACES)
    assert np.isnan(distance).all()
    assert (site == -1).all()


def test_an_unknown_place_reaches_nobody_that_can_be_named(make_dataset):
    plan = plan_of(
        make_dataset, [UNKNOWN, {"location_quality": "district"}, {"location_quality": "coordinates"}]
    )
    assert plan.mode.tolist() == ["nowhere"] * 3
    assert reach_weights(plan, PLACES, limit_m=1e6).nnz == 0


def test_decay_touches_modelled_reach_only(make_dataset):
    plan = plan_of(make_dataset, [AT_A, AT_A], served=[("s1", "c")])
    weights = reach_weights(plan, PLACES, limit_m=2 * STEP_M, decay="gaussian", detour_factor=1.0).toarray()
    assert weights[:, 0].tolist() == pytest.approx([1, math.exp(-0.5), math.exp(-2), 0])
    assert weights[:, 1].tolist() == [0, 0, 1, 0]


def test_the_nearest_service_is_one_that_serves_there(make_dataset):
    plan = plan_of(make_dataset, [AT_A, {"latitude": 49.3, "longitude": 18.0}], served=[("s0", "c")])
    distance, site = nearest_located_sites(plan, PLACES)
    # s0 stands in village a but serves c only; everyone else looks to s1 in village d.
    assert site.tolist() == [1, 1, 1, 1]
    assert distance.tolist() == pytest.approx([3 * STEP_M, 2 * STEP_M, STEP_M, 0])
    plan = plan_of(
        make_dataset, [{"latitude": 49.2, "longitude": 18.0}, AT_A], served=[("s0", "c"), ("s0", "b")]
    )
    distance, site = nearest_located_sites(plan, PLACES)
    # Village b is as far from s0 as from s1: the first counts.
    assert site.tolist() == [1, 0, 0, 1]
    assert distance.tolist() == pytest.approx([0, STEP_M, 0, 3 * STEP_M])

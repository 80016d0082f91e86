"""A registration's capacity is shared among all its places in the whole register, loaded or not."""

import math
from collections import Counter

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.method.analysis import Settings, analyse
from geodata.method.shares import equal_share, sites_listed, sites_sharing
from geodata.method.supply import site_capacities, supply_of_group
from geodata.studies.changes import CloseService, CloseSite
from geodata.studies.scenario import apply_changes
from geodata.vocabulary.codes import GroupScope, service_groups

SCOPE = GroupScope(("cz-39", "cz-40"), "ter", "klient", is_register_complete=True)
HOME_CARE = service_groups()["home_care"]
# Register says, listed here, share of one place of 84.
CASES = [
    (2, 1, 42),
    (4, 1, 21),
    (None, 1, 84),
    (None, 3, 28),
    (3, 3, 28),
    (1, 2, 42),
    (6, 2, 14),
    (None, 0, 84),
    (2, 0, 42),
]


def world(make_dataset, stated, listed, number=84):
    return make_dataset(
        service=[{"service_id": "s", "sites_total": stated}],
        capacity=[{"service_id": "s", "capacity_number": number}],
        site=[
            {"service_id": "s", "site_id": f"s-{n}", "latitude": 49.0, "longitude": 18.0}
            for n in range(listed)
        ],
    )


def supply_of(dataset):
    return supply_of_group(dataset["service"], dataset["capacity"], dataset["site"], SCOPE, "CZ")


@pytest.mark.parametrize(("stated", "listed", "share"), CASES)
def test_a_place_has_its_share_among_all_places(make_dataset, stated, listed, share):
    supply = supply_of(world(make_dataset, stated, listed))
    assert site_capacities(supply).tolist() == [share] * max(listed, 1)
    assert set(supply["sites_loaded"]) == {max(listed, 1)}


def test_both_counts_are_told_of_every_service(make_dataset):
    dataset = world(make_dataset, 4, 1)
    assert sites_sharing(dataset["service"], dataset["site"]).to_dict() == {"s": 4}
    assert sites_listed(dataset["service"], dataset["site"]).to_dict() == {"s": 1}
    assert equal_share(84.0, 4) == 21
    assert math.isnan(equal_share(math.nan, 4))


def test_what_one_loaded_place_is_known_to_hold_leaves_the_rest_to_all_the_others(make_dataset):
    supply = supply_of(world(make_dataset, 4, 2))
    assert site_capacities(supply, known_capacity={"s-0": 24}).tolist() == [24, 20]


def test_a_place_that_closes_leaves_its_part_to_those_elsewhere_too(make_dataset):
    dataset = world(make_dataset, 4, 2)
    after = apply_changes(dataset, [CloseSite("s-0")], SCOPE, "CZ")
    assert site_capacities(supply_of(after)).tolist() == [28]
    assert after["service"]["sites_total"].tolist() == [3]
    assert dataset["service"]["sites_total"].tolist() == [4]
    gone = apply_changes(dataset, [CloseService("s")], SCOPE, "CZ")
    assert supply_of(gone).empty


def test_closing_a_place_of_a_service_without_a_count_goes_by_those_listed(make_dataset):
    after = apply_changes(world(make_dataset, None, 3), [CloseSite("s-0")], SCOPE, "CZ")
    assert site_capacities(supply_of(after)).tolist() == [42, 42]


registration = st.tuples(
    st.one_of(st.none(), st.integers(1, 9)), st.integers(0, 4), st.sampled_from([None, 0.0, 1.0, 5.0, 84.0])
)


@pytest.mark.slow
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(registration, min_size=1, max_size=6))
def test_no_registration_gives_its_loaded_places_more_than_their_part(make_dataset, registrations):
    dataset = make_dataset(
        municipality=[{"municipality_code": "a", "latitude": 49.0, "longitude": 18.0}],
        population=[{"municipality_code": "a", "age_from": 65, "age_to": None, "persons": 100}],
        service=[
            {"service_id": f"s{n}", "sites_total": stated} for n, (stated, _, _) in enumerate(registrations)
        ],
        capacity=[
            {"service_id": f"s{n}", "capacity_number": number}
            for n, (_, _, number) in enumerate(registrations)
        ],
        site=[
            {"service_id": f"s{n}", "site_id": f"s{n}-{k}", "latitude": 49.0, "longitude": 18.0}
            for n, (_, listed, _) in enumerate(registrations)
            for k in range(listed)
        ],
    )
    supply = analyse(
        dataset, HOME_CARE, "CZ", settings=Settings(norm="typed", typed_norm_per_1000=10.0)
    ).supply
    held = Counter()
    for row in supply.to_dict("records"):
        held[row["service_id"]] += 0.0 if math.isnan(row["site_capacity"]) else row["site_capacity"]
    for n, (stated, listed, number) in enumerate(registrations):
        here = max(listed, 1)
        everywhere = max(stated or 0, here)
        assert held[f"s{n}"] == pytest.approx((number or 0.0) * here / everywhere)


def test_frames_of_older_datasets_need_no_count(make_dataset):
    dataset = world(make_dataset, None, 2)
    assert dataset["service"]["sites_total"].dtype == "Int64"
    assert isinstance(sites_sharing(dataset["service"], dataset["site"]), pd.Series)
    assert site_capacities(supply_of(dataset)).tolist() == [42, 42]

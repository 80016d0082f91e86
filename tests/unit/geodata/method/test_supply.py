import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.errors import ParameterError
from geodata.method.supply import REASONS, capacity_of_services, site_capacities, supply_of_group
from geodata.vocabulary.codes import GroupScope

SCOPE = GroupScope(("cz-39", "cz-40"), "ter", "klient", is_register_complete=True)


def supply_of(dataset, scope=SCOPE, country="CZ"):
    return supply_of_group(dataset["service"], dataset["capacity"], dataset["site"], scope, country)


def one_service(make_dataset, capacities, sites=1, **service):
    return make_dataset(
        service=[{"service_id": "s", **service}],
        capacity=[{"service_id": "s", **capacity} for capacity in capacities],
        site=[
            {"service_id": "s", "site_id": f"s-{i}", "latitude": 49.5, "longitude": 18.0}
            for i in range(sites)
        ],
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("capacities", "reason"),
    [
        ([{"capacity_number": 12}], None),
        ([{"capacity_number": 0}], None),
        ([{"capacity_number": None, "basis": None}], "capacity_unknown"),
        ([{"unit": "unknown", "capacity_number": None, "basis": None}], "capacity_unknown"),
        ([{"unit": "interv", "capacity_number": 960}], "other_unit"),
        ([{"unit": "interv", "capacity_number": 960}, {"capacity_number": 480}], None),
        (
            [{"unit": "interv", "capacity_number": 960}, {"capacity_number": None, "basis": None}],
            "capacity_unknown",
        ),
        ([{"form": "unknown", "unit": "unknown", "capacity_number": None, "basis": None}], "form_unknown"),
        ([], "form_unknown"),
        ([{"capacity_number": 12, "kind": "planned"}], "planned"),
        ([{"capacity_number": 12, "basis": "per_year"}], "per_year"),
        ([{"capacity_number": 710, "basis": "doubtful"}], "doubtful"),
        ([{"capacity_number": 12}, {"form": "amb", "capacity_number": 5}], None),
    ],
)
def test_why_a_capacity_counts_or_does_not(make_dataset, capacities, reason):
    supply = supply_of(one_service(make_dataset, capacities))
    found = supply["not_counted_reason"].tolist()
    assert found == [reason] or (reason is None and supply["not_counted_reason"].isna().all())
    assert reason is None or reason in REASONS
    assert len(supply) == 1


@pytest.mark.parametrize(
    ("capacities", "service"),
    [
        ([{"form": "amb", "capacity_number": 12}], {}),
        ([{"capacity_number": 12}], {"status": "planned"}),
        ([{"capacity_number": 12}], {"status": "ended"}),
        ([{"capacity_number": 12}], {"service_type_code": "cz-49"}),
        ([{"capacity_number": 12}], {"country": "PL"}),
    ],
)
def test_what_is_not_in_the_group(make_dataset, capacities, service):
    assert supply_of(one_service(make_dataset, capacities, **service)).empty


def test_a_registration_is_shared_equally_among_its_sites_and_counted_once(make_dataset):
    supply = supply_of(one_service(make_dataset, [{"capacity_number": 9}], sites=3))
    assert supply["capacity_number"].tolist() == [9, 9, 9]
    assert site_capacities(supply).tolist() == [3, 3, 3]


def test_a_service_without_any_site_is_not_lost(make_dataset):
    supply = supply_of(one_service(make_dataset, [{"capacity_number": 9}], sites=0))
    assert supply[["service_id", "location_quality"]].to_numpy().tolist() == [["s", "unknown"]]
    assert supply["site_id"].isna().all()
    assert site_capacities(supply).tolist() == [9]


def test_the_switch_counts_doubtful_numbers_and_nothing_else(make_dataset):
    for basis, expected in (("doubtful", 710), ("per_year", math.nan), ("at_one_time", 710)):
        supply = supply_of(one_service(make_dataset, [{"capacity_number": 710, "basis": basis}]))
        assert site_capacities(supply, count_doubtful=True).tolist() == pytest.approx([expected], nan_ok=True)
    supply = supply_of(one_service(make_dataset, [{"capacity_number": 710, "basis": "doubtful"}]))
    assert math.isnan(site_capacities(supply, count_doubtful=False)[0])


def test_one_row_for_each_service_however_many_units_it_tells(make_dataset):
    dataset = one_service(
        make_dataset,
        [
            {"capacity_number": 480},
            {"unit": "interv", "capacity_number": 960},
            {"form": "amb", "capacity_number": 3},
        ],
    )
    services = capacity_of_services(dataset["service"], dataset["capacity"], SCOPE, "CZ")
    assert services["capacity_number"].tolist() == [480]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, [4, 4, 4]),
        ({"s-0": 6}, [6, 3, 3]),
        ({"s-0": 6, "s-1": 5}, [6, 5, 1]),
        ({"s-0": 6, "s-1": 6, "s-2": 0}, [6, 6, 0]),
        ({"s-0": 12, "s-1": 12}, [6, 6, 0]),
        ({"s-0": 3, "s-1": 2, "s-2": 1}, [6, 4, 2]),
        ({"s-0": 0, "s-1": 0, "s-2": 0}, [4, 4, 4]),
        ({"elsewhere": 9}, [4, 4, 4]),
        ({"s-0": 2.2e-311}, [0, 6, 6]),
    ],
)
def test_sites_of_known_capacity_take_theirs_and_the_registration_stays_whole(make_dataset, known, expected):
    supply = supply_of(one_service(make_dataset, [{"capacity_number": 12}], sites=3))
    assert site_capacities(supply, known_capacity=known).tolist() == pytest.approx(expected)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from(["s-0", "s-1", "s-2"]), st.floats(0, 50)), st.floats(0, 40))
def test_whatever_is_known_of_sites_nothing_is_added_to_a_registration(make_dataset, known, capacity):
    supply = supply_of(one_service(make_dataset, [{"capacity_number": capacity}], sites=3))
    shares = site_capacities(supply, known_capacity=known)
    assert shares.sum() == pytest.approx(capacity)
    assert (shares >= 0).all()


def test_a_known_capacity_below_nothing_is_refused(make_dataset):
    supply = supply_of(one_service(make_dataset, [{"capacity_number": 12}], sites=3))
    with pytest.raises(ParameterError, match="known_capacity"):
        site_capacities(supply, known_capacity={"s-0": -1})

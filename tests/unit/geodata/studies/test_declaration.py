import pandas as pd
import pytest

from geodata.method.analysis import Settings, analyse
from geodata.studies.declaration import declared_and_modelled
from geodata.vocabulary.codes import AgeWeight, GroupScope, ServiceGroup

GROUP = ServiceGroup(
    "home", {}, {}, (AgeWeight(65, None, 1.0),), {}, {"CZ": GroupScope(("cz-40",), "ter", "klient", True)}
)
SETTINGS = Settings(norm="typed", typed_norm_per_1000=100, limit_m=8_000, detour_factor=1.0)


def world(make_dataset, served, sites):
    """Four villages a to d, 5.56 km apart from each other."""
    services = sorted({service for service, _ in served} | {service for service, *_ in sites})
    return make_dataset(
        municipality=[
            {"municipality_code": code, "latitude": 49.0 + 0.05 * i, "longitude": 18.0}
            for i, code in enumerate("abcd")
        ],
        population=[
            {"municipality_code": code, "age_from": 65, "age_to": None, "persons": 100} for code in "abcd"
        ],
        service=[{"service_id": name} for name in services],
        capacity=[{"service_id": name, "capacity_number": 6} for name in services],
        site=[
            {
                "service_id": name,
                "site_id": f"{name}-{i}",
                "latitude": lat,
                "longitude": 18.0,
                "location_quality": quality,
            }
            for i, (name, lat, quality) in enumerate(sites)
        ],
        served_area=[{"service_id": service, "municipality_code": code} for service, code in served],
    )


def agreements(analysis, service, declared):
    agreement = declared_and_modelled(analysis, service, declared)
    return dict(zip(agreement["municipality_code"], agreement["agreement"], strict=True))


def test_where_declaration_and_distance_disagree(make_dataset):
    served = [("far", "a"), ("far", "d"), ("hidden", "b"), ("two", "d")]
    sites = [
        ("far", 49.0, "coordinates"),
        ("hidden", None, "unknown"),
        ("two", 49.0, "coordinates"),
        ("two", 49.15, "coordinates"),
        ("modelled", 49.0, "coordinates"),
    ]
    analysis = analyse(world(make_dataset, served, sites), GROUP, "CZ", settings=SETTINGS)
    assert agreements(analysis, "far", ["a", "d"]) == {
        "a": "both",
        "b": "modelled_only",
        "d": "declared_only",
    }
    assert agreements(analysis, "hidden", ["b"]) == {"b": "place_unknown"}
    assert agreements(analysis, "two", ["d"]) == {
        "a": "modelled_only",
        "b": "modelled_only",
        "c": "modelled_only",
        "d": "both",
    }
    agreement = declared_and_modelled(analysis, "far", ["d", "a"]).set_index("municipality_code")
    assert agreement.loc["d", "cost_m"] == pytest.approx(3 * 5_559.75, abs=1)
    assert agreement.loc["b", ["is_declared", "is_modelled"]].tolist() == [False, True]
    assert agreement.index.tolist() == ["a", "b", "d"]
    # The nearest of two sites counts.
    assert declared_and_modelled(analysis, "two", ["d"])["cost_m"].iloc[-1] == 0
    assert pd.isna(declared_and_modelled(analysis, "hidden", ["b"])["is_modelled"].iloc[0])


def test_a_declaration_that_does_not_decide_is_compared_as_well(make_dataset):
    dataset = world(make_dataset, [], [("modelled", 49.0, "coordinates")])
    analysis = analyse(dataset, GROUP, "CZ", settings=SETTINGS)
    # Those of another country are left aside.
    assert agreements(analysis, "modelled", ["a", "elsewhere"]) == {"a": "both", "b": "modelled_only"}


def test_of_nothing_declared_and_nothing_near_there_is_no_row(make_dataset):
    dataset = world(make_dataset, [], [("lost", None, "unknown")])
    agreement = declared_and_modelled(analyse(dataset, GROUP, "CZ", settings=SETTINGS), "lost", [])
    assert agreement.empty
    assert "agreement" in agreement

from itertools import combinations, product

import numpy as np
import pytest

from geodata.errors import ParameterError, UnknownCodeError
from geodata.method.analysis import Settings, analyse
from geodata.studies import siting
from geodata.studies.changes import AddService
from geodata.studies.scenario import compare
from geodata.studies.siting import METHODS, site_services
from geodata.vocabulary.codes import AgeWeight, GroupScope, ServiceGroup

GROUP = ServiceGroup(
    "home", {}, {}, (AgeWeight(65, None, 1.0),), {}, {"CZ": GroupScope(("cz-40",), "ter", "klient", True)}
)
SETTINGS = Settings(norm="typed", typed_norm_per_1000=100, limit_m=9_000, detour_factor=1.0, decay="gaussian")
SENIORS = {"a": 100, "b": 40, "c": 70, "d": 0, "e": 160, "f": 20}
KM = {"a": 0.0, "b": 4.0, "c": 11.0, "d": 14.0, "e": 22.0, "f": 27.0}
CODES = list(SENIORS)


@pytest.fixture(scope="module")
def dataset(make_dataset):
    """Six villages along a meridian; a service of 6 in the first."""
    return make_dataset(
        municipality=[
            {"municipality_code": code, "latitude": 49.0 + km / 111.195, "longitude": 18.0}
            for code, km in KM.items()
        ],
        population=[
            {"municipality_code": code, "age_from": 65, "age_to": None, "persons": persons}
            for code, persons in SENIORS.items()
        ],
        service=[{"service_id": "s"}],
        capacity=[{"service_id": "s", "capacity_number": 6}],
        site=[{"service_id": "s", "site_id": "s-1", "latitude": 49.0, "longitude": 18.0}],
    )


@pytest.fixture(scope="module")
def today(dataset):
    return analyse(dataset, GROUP, "CZ", settings=SETTINGS)


def missing_of(dataset, places):
    """Build it and count again."""
    changes = [
        AddService(f"new-{code}", number, municipality_code=code) for code, number in places.items() if number
    ]
    comparison = compare(dataset, GROUP, "CZ", CODES, changes, settings=SETTINGS)
    return comparison.summary_after.missing_places


def chosen_of(found):
    return dict(zip(found.chosen["municipality_code"], found.chosen["places"], strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("sites", [2])
def test_least_missing_is_the_best_of_all_choices(dataset, today, sites):
    found = site_services(today, CODES, CODES, sites=sites, places_each=5)
    best = min(missing_of(dataset, dict.fromkeys(choice, 5)) for choice in combinations(CODES, sites))
    assert found.missing_after == pytest.approx(best)
    assert found.missing_after == pytest.approx(missing_of(dataset, chosen_of(found)))
    assert found.objective == pytest.approx(found.missing_before - found.missing_after)
    assert found.chosen["places"].tolist() == [5] * sites


@pytest.mark.slow
@pytest.mark.parametrize("sites", [1, 2, 3])
def test_site_by_site_takes_the_best_next_one_each_time(dataset, today, sites):
    chosen = []
    for _ in range(sites):
        rest = [code for code in CODES if code not in chosen]
        # Of equal ones the first.
        chosen.append(
            min(rest, key=lambda code: round(missing_of(dataset, dict.fromkeys([*chosen, code], 5)), 6))
        )
    found = site_services(today, CODES, CODES, sites=sites, places_each=5, method="site_by_site")
    assert set(chosen_of(found)) == set(chosen)
    assert found.missing_after == pytest.approx(missing_of(dataset, dict.fromkeys(chosen, 5)))
    best = site_services(today, CODES, CODES, sites=sites, places_each=5)
    assert best.objective >= found.objective >= (1 - 1 / np.e) * best.objective


def test_a_problem_too_large_for_an_exact_answer_is_refused_or_solved_site_by_site(today, monkeypatch):
    monkeypatch.setattr(siting, "LARGEST_PROBLEM", 10)
    with pytest.raises(ParameterError, match="site_by_site"):
        site_services(today, CODES, CODES, sites=2, places_each=5)
    found = site_services(today, CODES, CODES, sites=2, places_each=5, method="site_by_site")
    assert len(found.chosen) == 2
    assert not siting.is_exact(today, CODES, CODES)


@pytest.mark.slow
def test_places_spread_freely_are_the_best_of_all_divisions(dataset, today):
    candidates = ["a", "c", "e"]
    found = site_services(today, CODES, candidates, sites=2, places_each=3, method="spread_places")
    divisions = [division for division in product(range(7), repeat=3) if sum(division) == 6]
    best = min(missing_of(dataset, dict(zip(candidates, division, strict=True))) for division in divisions)
    assert found.missing_after == pytest.approx(best)
    assert found.chosen["places"].sum() == 6


@pytest.mark.slow
@pytest.mark.parametrize("sites", [2])
def test_p_median_is_the_shortest_way_for_missing_places(today, sites):
    missing = dict(
        zip(today.coverage["municipality_code"], np.nan_to_num(today.coverage["missing_places"]), strict=True)
    )

    def way(choice):
        return sum(missing[code] * min(abs(KM[code] - KM[site]) for site in choice) for code in CODES) * 1000

    found = site_services(today, CODES, CODES, sites=sites, places_each=5, method="p_median")
    best = min(way(choice) for choice in combinations(CODES, sites))
    assert found.objective == pytest.approx(best, rel=1e-4)
    assert way(tuple(found.chosen["municipality_code"])) == pytest.approx(best, rel=1e-4)


@pytest.mark.parametrize("sites", [2])
def test_maximal_covering_reaches_the_most_missing_places(today, sites):
    missing = dict(
        zip(today.coverage["municipality_code"], np.nan_to_num(today.coverage["missing_places"]), strict=True)
    )

    def covered(choice):
        return sum(missing[code] for code in CODES if min(abs(KM[code] - KM[site]) for site in choice) <= 9)

    found = site_services(today, CODES, CODES, sites=sites, places_each=5, method="maximal_covering")
    best = max(covered(choice) for choice in combinations(CODES, sites))
    assert found.objective == pytest.approx(best)
    assert covered(tuple(found.chosen["municipality_code"])) == pytest.approx(best)


def test_a_p_median_that_others_solved(make_dataset):
    """
    Six points of a p-median test in a Julia package for facility location:
    (1,5) (2,4) (4,3) (2,1) (7,8) (8,7), two medians.

    Published answer: the second and the sixth. One unit is one kilometre here;
    the fifth is exactly as good as the sixth.
    """
    grid = [(1, 5), (2, 4), (4, 3), (2, 1), (7, 8), (8, 7)]
    codes = [f"p{number}" for number in range(1, 7)]
    # Near the equator a degree is the same length both ways; latitudes of the tables begin further north.
    dataset = make_dataset(
        municipality=[
            {
                "municipality_code": code,
                "latitude": 49.0 + y / 111.195,
                "longitude": 18.0 + x / (111.195 * np.cos(np.radians(49.0))),
            }
            for code, (x, y) in zip(codes, grid, strict=True)
        ],
        population=[
            {"municipality_code": code, "age_from": 65, "age_to": None, "persons": 100} for code in codes
        ],
    )
    today = analyse(dataset, GROUP, "CZ", settings=SETTINGS)
    found = site_services(today, codes, codes, sites=2, places_each=1, method="p_median")
    chosen = set(found.chosen["municipality_code"])
    assert "p2" in chosen
    assert chosen & {"p5", "p6"}
    metres = 10 * 1000 * (2**0.5 + 5**0.5 + 3 + 2**0.5)
    assert found.objective == pytest.approx(metres, rel=1e-3)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"sites": 0, "places_each": 5}, "sites"),
        ({"sites": 7, "places_each": 5}, "sites"),
        ({"sites": 1, "places_each": 0}, "places_each"),
        ({"sites": 1, "places_each": 5, "method": "guess"}, "method"),
    ],
)
def test_a_question_without_sense_is_refused_by_name(today, arguments, name):
    with pytest.raises(ParameterError, match=name):
        site_services(today, CODES, CODES, **arguments)


def test_where_nothing_is_missing_no_site_is_better_than_another(today):
    with pytest.raises(ParameterError, match="no place is missing"):
        site_services(today, ["d"], CODES, sites=1, places_each=5)
    with pytest.raises(UnknownCodeError, match="zzz"):
        site_services(today, CODES, ["zzz"], sites=1, places_each=5)


def test_every_method_counts_what_would_be_missing_after(dataset, today):
    for method in METHODS:
        found = site_services(today, CODES, CODES, sites=2, places_each=4, method=method)
        assert found.missing_after == pytest.approx(missing_of(dataset, chosen_of(found)))

import pytest

from geodata.errors import ParameterError
from geodata.method.benchmark import LocalFigures, local_norm, national_norm, published_norm, typed_norm
from geodata.vocabulary.codes import AgeWeight, GroupScope, PublishedNorm

FIELD = GroupScope(("cz-39", "cz-40"), "ter", "klient", is_register_complete=True)
BEDS = GroupScope(("cz-49",), "pob", "luzka", is_register_complete=True)
SENIORS = (AgeWeight(65, None, 1.0),)


@pytest.fixture(scope="module")
def nation(make_dataset):
    return make_dataset(
        benchmark=[
            {
                "service_type_code": "cz-40",
                "capacity_number": 22_489,
                "capacity_within_bound_number": 7_044,
                "median": 7,
                "registrations": 667,
                "registrations_within_bound": 600,
            },
            {
                "service_type_code": "cz-49",
                "form": "pob",
                "unit": "luzka",
                "capacity_number": 600,
                "capacity_within_bound_number": 500,
                "median": 5,
            },
        ],
        national_population=[
            {"age_from": 0, "age_to": 64, "persons": 8_000_000},
            {"age_from": 65, "age_to": None, "persons": 2_000_000},
        ],
    )


def norm_of(nation, scope, ages=SENIORS, country="CZ", **switch):
    return national_norm(nation["benchmark"], nation["national_population"], scope, country, ages, **switch)


def test_clients_beyond_the_bound_do_not_make_the_norm(nation):
    norm = norm_of(nation, FIELD)
    assert norm.value_per_1000 == pytest.approx(7_044 / 2_000)
    assert (norm.capacity_number, norm.population_persons) == (7_044, 2_000_000)
    assert (norm.services_counted, norm.services_not_counted) == (600, 67)
    assert (norm.year, norm.population_year) == (2026, 2020)
    assert norm.types_without_figure == ("cz-39",)
    assert norm.origin_ids == ("bench", "pop")
    assert norm.scope == "whole country"


def test_the_switch_counts_them_after_all(nation):
    norm = norm_of(nation, FIELD, count_doubtful=True)
    assert norm.value_per_1000 == pytest.approx(22_489 / 2_000)
    assert norm.services_not_counted == 0


def test_beds_count_whole_by_the_same_rule(nation):
    assert norm_of(nation, BEDS).value_per_1000 == pytest.approx(600 / 2_000)


@pytest.mark.parametrize(
    ("scope", "ages", "country", "reason"),
    [
        (FIELD, SENIORS, "PL", "no_national_figure"),
        (
            GroupScope(("cz-57",), "ter", "klient", is_register_complete=False),
            SENIORS,
            "CZ",
            "no_national_figure",
        ),
        (FIELD, (AgeWeight(80, None, 1.0),), "CZ", "no_population_known"),
    ],
)
def test_a_norm_that_cannot_be_made_says_why(nation, scope, ages, country, reason):
    norm = norm_of(nation, scope, ages, country)
    assert norm.value_per_1000 is None
    assert not norm.is_available
    assert norm.unavailable_reason == reason


@pytest.mark.parametrize(
    ("capacity", "persons", "value", "reason"),
    [(50, 1_000, 50, None), (0, 1_000, None, "no_capacity_known"), (50, 0, None, "no_population_known")],
)
def test_a_norm_of_nothing_is_no_norm(capacity, persons, value, reason):
    norm = local_norm("loaded", FIELD, SENIORS, LocalFigures(capacity, persons, 1, 0, 2026, 2020))
    assert (norm.value_per_1000, norm.unavailable_reason) == (value, reason)


def test_a_published_norm_keeps_its_own_denominator():
    published = PublishedNorm("oecd", {}, {}, "g", ("CZ",), 46, 1_000, 65, None, 2021, "OECD")
    norm = published_norm(published, FIELD)
    assert norm.value_per_1000 == pytest.approx(46)
    assert norm.age_weights == (AgeWeight(65, None, 1.0),)
    assert (norm.year, norm.citation) == (2021, "OECD")


@pytest.mark.parametrize("value", [None, 0, -3, float("nan")])
def test_a_typed_norm_is_a_positive_number(value):
    with pytest.raises(ParameterError, match="typed_norm_per_1000"):
        typed_norm(value, FIELD, SENIORS)

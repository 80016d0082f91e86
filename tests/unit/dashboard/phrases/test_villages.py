"""Sentences say what the figures say: no more, no less, in the right form."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import text
from dashboard.phrases import villages
from geodata.method.benchmark import Norm
from geodata.reading import gap as reading_gap
from geodata.vocabulary.codes import AgeWeight

NORM = Norm("national", "ter", "klient", (AgeWeight(65, None, 1.0),), value_per_1000=10.0, year=2026)
GAP = reading_gap.Gap(
    group_id="home_care",
    municipality_code="100001",
    unit="klient",
    form="ter",
    limit_m=20_000,
    is_register_complete=True,
    norm=NORM,
    target_persons=1100.0,
    demand=11.0,
    served=6.0,
    waiting=5.0,
    out_of_reach=0.0,
    missing=5.0,
    coverage_ratio=6 / 11,
    gap_class="below",
    is_lower_bound=False,
    is_near_edge=False,
    services_in_reach=3,
    services_in_reach_unknown=0,
    services_in_reach_protected=0,
    nearest_m=1200.0,
    nearest_id="s",
)


def gap(**changes):
    return dataclasses.replace(GAP, **changes)


@pytest.fixture(autouse=True)
def czech(in_language):
    in_language("cs")


def test_six_of_eleven(in_language):
    assert villages.sentence(GAP) == (
        "Podle normy by službu potřebovalo 11 lidí, v dosahu je místo pro 6 z nich; chybí 5 míst."
    )
    in_language("pl")
    assert villages.sentence(GAP) == (
        "Według normy usługi potrzebowałoby 11 osób, w zasięgu jest miejsce dla 6 z nich; brakuje 5 miejsc."
    )
    in_language("en")
    assert villages.sentence(GAP) == (
        "There is room within reach for 6 of the 11 people who would need the service "
        "by the norm; 5 places are missing."
    )


@pytest.mark.parametrize(("demand", "served"), [(2.76, 0.45), (10.4, 0.3), (3.49, 0.499)])
def test_less_than_half_a_place_is_no_room_for_one(demand, served):
    """
    2.76 people and 0.45 places add up to three by the largest remainder,
    and one of them would seem to have room.
    """
    said = villages.sentence(
        gap(demand=demand, served=served, missing=demand - served, gap_class="far_below")
    )
    assert "místo pro" not in said
    assert said.startswith(
        "Podle normy by ji tu potřebovali 3 lidé."
        if demand < 4
        else "Podle normy by ji tu potřebovalo 10 lidí."
    )


def test_a_lower_bound_is_at_least_and_at_most():
    said = villages.sentence(gap(is_lower_bound=True))
    assert "pro nejméně 6" in said
    assert "chybí nejvýše 5 míst" in said


@pytest.mark.parametrize(
    ("demand", "served", "part"),
    [
        (3.0, 2.0, "potřebovali 3 lidé, v dosahu je místo pro 2 z nich; chybí 1 místo."),
        (4.0, 2.0, "potřebovali 4 lidé, v dosahu je místo pro 2 z nich; chybějí 2 místa."),
        (5.2, 5.0, "pro 5 z nich; chybí méně než jedno místo."),
        (1.2, 0.5, "potřeboval 1 člověk. Služba v dosahu je"),
        (0.3, 0.1, "méně než jeden člověk. Služba v dosahu je"),
    ],
)
def test_small_numbers_stay_right(demand, served, part):
    assert part in villages.sentence(gap(demand=demand, served=served, missing=demand - served))


def test_room_for_nobody_is_not_said_as_room_for_zero():
    said = villages.sentence(gap(demand=4.0, served=0.2, missing=3.8, gap_class="far_below"))
    assert "pro 0" not in said
    assert "velmi málo" in said


def test_enough_is_enough():
    said = villages.sentence(gap(served=11.0, missing=0.0, gap_class="at_or_above"))
    assert said == "V dosahu je místo pro všech 11 lidí, kteří by službu podle normy potřebovali."


def test_none_known_is_not_none():
    values = {"gap_class": "none_within_reach", "served": 0.0, "missing": 11.0, "services_in_reach": 0}
    assert villages.sentence(gap(**values)).startswith("V dosahu žádná taková služba není.")
    said = villages.sentence(gap(**values, is_register_complete=False))
    assert said.startswith("V dosahu žádnou takovou službu neznáme.")
    assert "potřebovalo 11 lidí" in said


def test_unknown_need_says_why():
    values = {"demand": None, "served": None, "missing": None, "gap_class": "unknown"}
    assert "není načteno" in villages.sentence(gap(**values, target_persons=None), population_is_loaded=False)
    assert "nedělí věk tak jemně" in villages.sentence(gap(**values, target_persons=None))
    without_norm = dataclasses.replace(NORM, value_per_1000=None, unavailable_reason="no_capacity_known")
    assert "Není s čím srovnávat" in villages.sentence(gap(**values, norm=without_norm))
    for said in (villages.sentence(gap(**values)), villages.sentence(gap(**values, norm=without_norm))):
        assert "V dosahu jsou 3 takové služby." in said


def test_services_of_unknown_capacity_are_neither_a_gap_nor_its_absence():
    said = villages.sentence(gap(gap_class="unknown", services_in_reach=2, services_in_reach_unknown=2))
    assert "V dosahu jsou 2 takové služby, ale neznáme, pro kolik lidí mají místo." in said
    assert "chybí" not in said


def test_interventions_are_not_people():
    said = villages.sentence(gap(unit="interv", demand=30.0, served=12.0, missing=18.0))
    assert said == "Podle normy: 30 intervencí. V dosahu: 12 intervencí. Chybí: 18 intervencí."


def test_no_need():
    said = villages.sentence(gap(gap_class="no_need", demand=0.0, served=0.0, missing=0.0))
    assert said == villages.class_sentence("no_need")


def test_doubts_are_told():
    assert villages.doubts(GAP) == []
    told = villages.doubts(
        gap(is_lower_bound=True, services_in_reach_unknown=1, is_near_edge=True, is_register_complete=False)
    )
    assert len(told) == 3


@given(
    st.lists(st.floats(0, 500), min_size=1, max_size=4).map(lambda parts: (sum(parts), parts)),
)
def test_whole_parts_add_up_to_the_rounded_total_and_none_is_off_by_one(figures):
    total, parts = figures
    whole = villages.whole_parts(total, parts)
    assert sum(whole) == int(total + 0.5)
    assert all(abs(number - part) < 1 + 1e-6 for number, part in zip(whole, parts, strict=True))


@given(
    st.floats(0.01, 5000),
    st.floats(0, 1),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["cs", "pl", "en"]),
)
def test_every_figure_makes_a_sentence_without_braces(demand, ratio, lower, complete, language):
    text.use(language)
    served = demand * ratio
    gap_class = "at_or_above" if ratio == 1 else "below" if ratio > 0.5 else "far_below"
    said = villages.sentence(
        gap(
            demand=demand,
            served=served,
            missing=demand - served,
            gap_class=gap_class,
            is_lower_bound=lower,
            is_register_complete=complete,
        )
    )
    assert said
    assert "{" not in said
    assert said.endswith(".")

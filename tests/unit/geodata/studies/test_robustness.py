from dataclasses import replace

import pandas as pd
import pytest

from geodata.method.analysis import Settings, analyse
from geodata.studies.robustness import ASSUMPTIONS, robustness, variants_of
from geodata.vocabulary.codes import AgeWeight, GroupScope, ServiceGroup

SCOPE = GroupScope(("cz-40",), "ter", "klient", is_register_complete=True)
SENIORS = ServiceGroup("home", {}, {}, (AgeWeight(65, None, 1.0),), {}, {"CZ": SCOPE})
CHOSEN = Settings(limit_m=10_000, detour_factor=1.0)


@pytest.fixture(scope="module")
def dataset(make_dataset):
    """
    Four villages, 5.56 km apart from each other, one of them without people.

    Near: a service of 10 in village a, and a doubtful one of 500 there. Village d is 16.7 km away from both.
    """
    villages = [("a", 49.0, 100), ("b", 49.05, 100), ("c", 49.1, 0), ("d", 49.15, 100)]
    return make_dataset(
        municipality=[
            {"municipality_code": code, "latitude": lat, "longitude": 18.0} for code, lat, _ in villages
        ],
        population=[
            row
            for code, _, persons in villages
            for row in (
                {"municipality_code": code, "age_from": 65, "age_to": 74, "persons": persons // 2},
                {"municipality_code": code, "age_from": 75, "age_to": 79, "persons": persons // 4},
                {"municipality_code": code, "age_from": 80, "age_to": None, "persons": persons // 4},
            )
        ],
        service=[{"service_id": "s1"}, {"service_id": "s2"}],
        capacity=[
            {"service_id": "s1", "capacity_number": 10},
            {"service_id": "s2", "capacity_number": 500, "basis": "doubtful"},
        ],
        site=[
            {
                "service_id": name,
                "site_id": name,
                "latitude": 49.0,
                "longitude": 18.0,
                "municipality_code": "a",
            }
            for name in ("s1", "s2")
        ],
        benchmark=[{"capacity_number": 100, "capacity_within_bound_number": 45, "median": 5}],
        national_population=[
            {"age_from": 65, "age_to": 74, "persons": 500},
            {"age_from": 75, "age_to": 79, "persons": 250},
            {"age_from": 80, "age_to": None, "persons": 250},
        ],
    )


def test_one_assumption_changes_at_a_time(dataset):
    variants = variants_of(dataset, SENIORS, "CZ", None, CHOSEN)
    assert {variant.assumption for variant in variants} == set(ASSUMPTIONS)
    assert [v.choice for v in variants if v.assumption == "limit"] == ["0.5", "1.5"]
    assert [v.choice for v in variants if v.assumption == "denominator"] == ["75", "80"]
    assert [v.choice for v in variants if v.assumption == "norm"] == ["loaded"]
    for variant in variants:
        changed = [
            name
            for name in (
                "norm",
                "limit_m",
                "decay",
                "count_doubtful",
                "detour_factor",
                "at_norm",
                "far_below",
            )
            if getattr(variant.settings, name) != getattr(CHOSEN, name)
        ]
        group_changed = variant.group != SENIORS
        assert len(changed) == 1 or (group_changed and changed == ["norm"])


def test_a_group_for_others_than_seniors_keeps_its_denominator(dataset):
    everyone = replace(SENIORS, target_population=(AgeWeight(65, 79, 1.0),))
    variants = variants_of(dataset, everyone, "CZ", None, CHOSEN)
    assert "denominator" not in {variant.assumption for variant in variants}


def test_each_variant_is_what_the_engine_says_under_it(dataset):
    robust = robustness(dataset, SENIORS, "CZ", settings=CHOSEN)
    for variant in variants_of(dataset, SENIORS, "CZ", None, CHOSEN):
        alone = analyse(dataset, variant.group, "CZ", settings=variant.settings).coverage
        rows = robust.variants[
            (robust.variants["assumption"] == variant.assumption)
            & (robust.variants["choice"] == variant.choice)
        ]
        assert rows["gap_class"].tolist() == alone["gap_class"].tolist()


def test_the_verdict_counts_gaps_and_names_what_flips_them(dataset):
    robust = robustness(dataset, SENIORS, "CZ", settings=CHOSEN)
    verdict = robust.verdict.set_index("municipality_code")
    tried = 1 + len(variants_of(dataset, SENIORS, "CZ", None, CHOSEN))
    # National norm: 45 per 1,000, so a and b need 4.5 each and share 10: at the norm. d reaches nothing.
    assert verdict.loc["a", "gap_class"] == "at_or_above"
    assert verdict.loc["d", "gap_class"] == "none_within_reach"
    # c has no people: it is neither a gap nor its absence in any variant.
    assert pd.isna(verdict.loc["c", "is_gap"])
    assert verdict.loc["c", ["gap_in", "variants_known"]].tolist() == [0, 0]
    # At half the limit b reaches nothing either. d is out of reach even at one and a half of it (15 km).
    assert verdict.loc["b", "flipped_by"].split()[0] == "limit"
    assert verdict.loc["d", ["gap_in", "variants_known"]].tolist() == [tried, tried]
    assert verdict.loc["d", "flipped_by"] == ""
    for code, row in verdict.iterrows():
        rows = robust.variants[robust.variants["municipality_code"] == code]
        assert row["gap_in"] == rows["is_gap"].sum()
        assert row["variants_known"] == rows["is_gap"].notna().sum()


def test_the_doubtful_switch_is_one_of_the_assumptions(dataset):
    strict = replace(CHOSEN, norm="typed", typed_norm_per_1000=200)
    robust = robustness(dataset, SENIORS, "CZ", settings=strict)
    verdict = robust.verdict.set_index("municipality_code")
    assert verdict.loc["a", "is_gap"]
    assert "doubtful" in verdict.loc["a", "flipped_by"].split()


def test_where_the_chosen_answer_is_unknown_there_is_nothing_to_flip(make_dataset):
    dataset = make_dataset(
        municipality=[{"municipality_code": "a", "latitude": 49.0, "longitude": 18.0}],
        population=[{"municipality_code": "a", "age_from": 65, "age_to": None, "persons": 100}],
        service=[{"service_id": "s"}],
        capacity=[{"service_id": "s", "capacity_number": 500, "basis": "doubtful"}],
        site=[{"service_id": "s", "site_id": "s", "latitude": 49.0, "longitude": 18.0}],
    )
    strict = replace(CHOSEN, norm="typed", typed_norm_per_1000=200)
    row = robustness(dataset, SENIORS, "CZ", settings=strict).verdict.iloc[0]
    # Only the doubtful switch knows an answer at all.
    assert (row["gap_class"], row["variants_known"], row["gap_in"], row["flipped_by"]) == (
        "unknown",
        1,
        0,
        "",
    )

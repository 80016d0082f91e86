"""Who a service is for: others do not count for seniors, on either side."""

import pytest

from geodata.method.analysis import Settings, analyse
from geodata.vocabulary.codes import service_groups
from geodata.vocabulary.eligibility import (
    NOT_FOR_SENIORS,
    is_of_seniors,
    kinds_of_seniors,
    services_not_for_seniors,
)

HOME_CARE = service_groups()["home_care"]
SETTINGS = Settings(norm="typed", typed_norm_per_1000=10.0)
# Evidence, codes with whether they were read from words, words, oldest client, is it for others.
CASES = [
    ("page", [], None, None, False),
    ("page", [], None, 35, True),
    ("page", [], None, 64, True),
    ("page", [], None, 65, False),
    ("page", ["seniors"], "senioři", 35, True),
    ("page", ["autism", "intellectual_disability"], "osoby s mentálním postižením a PAS", None, True),
    ("page", ["children_youth", "disability"], "děti a mládež se zdravotním postižením", None, True),
    ("page", ["children_youth", "combined_disability"], "lidé s kombinovaným postižením, děti i dospělí",
     None, False),
    ("page", ["disability", "families_with_children"], "rodiny s dětmi;osoby se zdravotním postižením", None,
     False),
    ("page", ["mental_illness"], "osoby s duševním onemocněním", None, False),
    ("page", ["reduced_self_sufficiency"], "osoby wymagające pomocy (wiek, choroba)", None, False),
    ("user_table", ["autism"], None, None, True),
    ("user_table", ["autism", "carers"], None, None, False),
    ("register", ["seniors", "disability"], "senioři; osoby se zdravotním postižením", None, False),
    ("register", ["disability"], "osoby se zdravotním postižením", None, True),
    ("register", ["dementia"], "osoby s demencí", None, False),
    ("register", [], "kódy cílových skupin v registru: 5, 7", None, True),
    ("register", [], None, None, False),
]  # fmt: skip


def world(make_dataset, evidence, codes, words, oldest):
    return make_dataset(
        municipality=[{"municipality_code": "a", "latitude": 49.0, "longitude": 18.0}],
        population=[{"municipality_code": "a", "age_from": 65, "age_to": None, "persons": 100}],
        service=[
            {"service_id": "s", "evidence": evidence, "target_groups_text": words, "age_to": oldest},
            {"service_id": "for-all", "evidence": "page"},
        ],
        service_target_group=[
            {"service_id": "s", "target_group_code": code,
             "is_inferred": evidence == "page"} for code in codes
        ],
        capacity=[
            {"service_id": "s", "capacity_number": None},
            {"service_id": "for-all", "capacity_number": 1},
        ],
        site=[
            {"service_id": name, "site_id": f"{name}-1", "latitude": 49.0, "longitude": 18.0,
             "municipality_code": "a"}
            for name in ("s", "for-all")
        ],
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_who_is_left_out(make_dataset, case):
    *service_case, is_for_others = case
    dataset = world(make_dataset, *service_case)
    found = services_not_for_seniors(dataset["service"], dataset["service_target_group"])
    assert found == (frozenset({"s"}) if is_for_others else frozenset())


def test_what_is_for_others_is_listed_but_in_nobodys_reach(make_dataset):
    dataset = world(make_dataset, "page", ["autism"], "osoby s PAS", None)
    analysis = analyse(dataset, HOME_CARE, "CZ", settings=SETTINGS)
    left_out = analysis.supply.set_index("service_id").loc["s"]
    assert (left_out["not_counted_reason"], left_out["reach_mode"]) == (NOT_FOR_SENIORS, "nowhere")
    row = analysis.coverage.iloc[0]
    # Its capacity is unknown: counted as a service in reach it would make the result "at least".
    assert (row["services_in_reach"], row["services_in_reach_unknown"]) == (1, 0)
    assert not row["is_lower_bound"]


def test_a_group_for_everybody_asks_nobody_whom_a_service_is_for(make_dataset):
    group = service_groups()["counselling"]
    assert not is_of_seniors(group)
    dataset = world(make_dataset, "page", ["autism"], "osoby s PAS", 35)
    assert NOT_FOR_SENIORS not in set(
        analyse(dataset, group, "CZ", settings=SETTINGS).supply["not_counted_reason"]
    )


def test_no_kind_belongs_to_a_group_of_seniors_and_to_another():
    """The national figures are by kind: one kind cannot be counted by two rules."""
    others = {
        code
        for group in service_groups().values()
        if not is_of_seniors(group)
        for scope in group.scopes.values()
        for code in scope.service_type_codes
    }
    assert not others & kinds_of_seniors()

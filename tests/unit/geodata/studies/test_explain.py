import math

import pandas as pd
import pytest

from geodata.errors import UnknownCodeError
from geodata.method.analysis import Settings, analyse
from geodata.studies.explain import STEPS, explain_municipality, explain_site
from geodata.vocabulary.codes import AgeWeight, GroupScope, ServiceGroup

GROUP = ServiceGroup(
    "home", {}, {}, (AgeWeight(65, None, 1.0),), {}, {"CZ": GroupScope(("cz-40",), "ter", "klient", True)}
)


@pytest.fixture(scope="module")
def dataset(make_dataset):
    """Three villages 5.56 km apart; a service of 12 with two sites, one of 3, and one of unknown size."""
    villages = [("a", 49.0, 100), ("b", 49.05, 300), ("c", 49.1, 0)]
    return make_dataset(
        municipality=[
            {"municipality_code": code, "latitude": lat, "longitude": 18.0, "name": f"Village {code}"}
            for code, lat, _ in villages
        ],
        population=[
            {"municipality_code": code, "age_from": 65, "age_to": None, "persons": persons}
            for code, _, persons in villages
        ],
        service=[{"service_id": name} for name in ("s1", "s2", "s3")],
        capacity=[
            {"service_id": "s1", "capacity_number": 12},
            {"service_id": "s2", "capacity_number": 3},
            {"service_id": "s3", "capacity_number": None, "basis": None},
        ],
        site=[
            {"service_id": service, "site_id": site, "latitude": lat, "longitude": 18.0}
            for service, site, lat in (
                ("s1", "s1-1", 49.0),
                ("s1", "s1-2", 49.1),
                ("s2", "s2-1", 49.05),
                ("s3", "s3-1", 49.0),
            )
        ],
    )


SETTINGS = Settings(norm="typed", typed_norm_per_1000=50, limit_m=8_000, detour_factor=1.0, decay="stepped")


@pytest.fixture(scope="module")
def found(dataset):
    return analyse(dataset, GROUP, "CZ", settings=SETTINGS)


def evaluate(calculation):
    """A pocket calculator: the text is arithmetic, nothing more."""
    text = calculation.replace("·", "*")
    assert set(text) <= set("0123456789.e+-*/ (),min")
    return eval(text, {"__builtins__": {}}, {"min": min})  # noqa: S307 - arithmetic of our own making, checked above


def test_every_line_of_the_chain_gives_its_value(found):
    for code in ("a", "b", "c"):
        chain = explain_municipality(found, code).chain
        for _, line in chain.iterrows():
            if not math.isnan(line["value"]):
                assert evaluate(line["calculation"]) == pytest.approx(line["value"], rel=1e-6), line["step"]
        assert list(dict.fromkeys(chain["step"])) == list(STEPS)


def test_the_end_of_the_chain_is_the_result(found):
    row = found.coverage.set_index("municipality_code").loc["b"]
    explanation = explain_municipality(found, "b")
    values = explanation.chain.set_index("step")["value"]
    assert values["demand"] == row["demand_places"] == pytest.approx(15)
    assert values["coverage"] == row["coverage_ratio"]
    assert values["served"] + values["waiting"] + values["out_of_reach"] == pytest.approx(15)
    assert explanation.sites["contribution"].sum() == pytest.approx(row["coverage_ratio"])
    assert explanation.name == "Village b"


def test_a_site_that_does_not_count_is_shown_with_its_reason(found):
    sites = explain_municipality(found, "a").sites.set_index("site_id")
    assert sites.loc["s3-1", "not_counted_reason"] == "capacity_unknown"
    assert math.isnan(sites.loc["s3-1", "contribution"])
    assert sites.loc["s1-1", ["site_capacity", "sites_of_service"]].tolist() == [6, 2]
    assert "s1-2" not in sites.index


def test_who_shares_a_site_adds_up_to_its_demand(found):
    sharers = explain_site(found, "s2-1")
    assert sharers["municipality_code"].tolist() == ["a", "b", "c"]
    # 5.56 km of 8 km lie in the last third of the limit.
    assert sharers["weight"].tolist() == [0.22, 1, 0.22]
    assert sharers["weighted_demand"].sum() == pytest.approx(5 * 0.22 + 15)
    total = found.supply.set_index("site_id").loc["s2-1", "demand_in_reach"]
    assert sharers["weighted_demand"].sum() == pytest.approx(total)


def test_explaining_changes_nothing(found):
    before = found.coverage.copy(), found.supply.copy()
    explain_municipality(found, "a")
    explain_site(found, "s1-1")
    pd.testing.assert_frame_equal(found.coverage, before[0])
    pd.testing.assert_frame_equal(found.supply, before[1])


def test_what_is_not_there_cannot_be_explained(found):
    with pytest.raises(UnknownCodeError, match="zzz"):
        explain_municipality(found, "zzz")
    with pytest.raises(UnknownCodeError, match="zzz"):
        explain_site(found, "zzz")


def test_a_known_share_stands_in_the_chain(dataset):
    known = analyse(dataset, GROUP, "CZ", settings=SETTINGS, known_capacity={"s1-1": 9})
    assert known.supply.set_index("site_id")["site_capacity"].dropna().to_dict() == {
        "s1-1": 9,
        "s1-2": 3,
        "s2-1": 3,
    }
    chain = explain_municipality(known, "a").chain
    line = chain[(chain["step"] == "supply_ratio") & (chain["site_id"] == "s1-1")].iloc[0]
    assert line["calculation"].startswith("9 / ")
    assert evaluate(line["calculation"]) == pytest.approx(line["value"], rel=1e-6)

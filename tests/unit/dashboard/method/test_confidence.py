"""How sure the figures are, counted against a loop over municipalities and sites."""

import pandas as pd
import pytest

from dashboard.method import confidence, facts, tables
from dashboard.method import doubtful as method_doubtful
from geodata.method.analysis import Settings, analyse

AREA = "frydlantsko-beskydy"
MEMBERS = ["100001", "100002", "100003"]


@pytest.mark.parametrize(
    "group", ["home_care", "residential_seniors", "day_care", "housing_crisis", "early_intervention"]
)
def test_reservations_are_those_of_a_loop(small_world, group):
    analysis = analyse(small_world, group, "CZ", AREA, Settings())
    members = [*MEMBERS, "100004"]
    old = frozenset({"s-home"})
    found = confidence.confidence_of(analysis, members, old)
    reasons = dict(zip(analysis.supply["site_id"], analysis.supply["not_counted_reason"], strict=True))
    counts = dict.fromkeys(("doubtful", "unknown", "none", "edge", "loaded", "norm", "sure"), 0)
    reached = set()
    for row in analysis.coverage.to_dict("records"):
        if row["municipality_code"] not in members:
            continue
        sites = analysis.pairs.loc[analysis.pairs["municipality_code"] == row["municipality_code"]]
        reached |= set(sites["service_id"])
        told = {reasons[site] for site in sites["site_id"] if not pd.isna(reasons[site])}
        has = {
            "doubtful": "doubtful" in told,
            "unknown": bool(told - {"doubtful"}),
            "none": row["services_in_reach"] == 0 and not analysis.is_register_complete,
            # A tenth of the surroundings or more, or nobody knows how much.
            "edge": bool(row["is_near_edge"]) and not row["edge_share"] < 0.10,
            "loaded": pd.isna(row["target_persons"]),
            "norm": pd.isna(row["demand_places"]) and not pd.isna(row["target_persons"]),
        }
        has["sure"] = not any(has.values())
        for name, holds in has.items():
            counts[name] += holds
    assert (found.doubtful, found.unknown_capacity, found.none_known) == (
        counts["doubtful"],
        counts["unknown"],
        counts["none"],
    )
    assert (found.near_edge, found.not_loaded, found.no_norm, found.sure) == (
        counts["edge"],
        counts["loaded"],
        counts["norm"],
        counts["sure"],
    )
    assert found.municipalities == 4
    assert found.old_services == len(reached & old)


def test_old_is_counted_from_the_year_the_page_speaks_of(small_world):
    table = small_world["service"].copy()
    table.loc[table["service_id"] == "s-home", "year_of_information"] = 2023
    table.loc[table["service_id"] == "s-beds", "year_of_information"] = 2024
    world = type(small_world)(small_world.path, {**small_world.tables, "service": table}, "x")
    assert confidence.old_services(world) == {"s-home"}


def test_the_effect_of_a_doubtful_capacity_is_who_reaches_it(small_world):
    analysis = analyse(small_world, "home_care", "CZ", None, Settings())
    effects = confidence.effects_of([analysis])
    (one,) = facts.doubtful(small_world)
    effect = effects[one.service_id, one.form, one.unit]
    codes = set(analysis.pairs.loc[analysis.pairs["service_id"] == "s-doubt", "municipality_code"])
    coverage = analysis.coverage.set_index("municipality_code")
    assert effect.municipalities == len(codes) > 0
    assert effect.persons == pytest.approx(coverage.loc[sorted(codes), "target_persons"].fillna(0).sum())


def doubtful(key, number, bound, name):
    return facts.Doubtful(key, name, None, "cz-40", "ter", "klient", number, bound, bound / 10)


def test_the_list_is_ordered_by_what_it_makes_uncertain(in_language):
    in_language("cs")
    found = [doubtful("a", 100, 50, "Čáp"), doubtful("b", 900, 50, "Cihla"), doubtful("c", 60, 50, "Anděl")]
    effects = {
        ("a", "ter", "klient"): confidence.Effect(3, 900.0),
        ("b", "ter", "klient"): confidence.Effect(2, 10.0),
    }
    orders = {
        order: "".join(one.service_id for one in method_doubtful.ordered(found, effects, order))
        for order in method_doubtful.ORDERS
    }
    assert orders == {"effect": "abc", "excess": "bac", "name": "cba"}
    shown = method_doubtful.doubtful_table(found, effects)
    assert shown.count("tables?kind=corrections") == 3
    assert shown.count("catalogue?") == 3
    assert method_doubtful.sheet(found, effects).decode("utf-8-sig").count("\r\n") == 4


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
def test_each_group_leads_to_the_map_of_its_confidence(small_world, in_language, language):
    in_language(language)
    analysis = analyse(small_world, "home_care", "CZ", AREA, Settings())
    found = confidence.confidence_of(analysis, MEMBERS, frozenset())
    shown = tables.confidence_table([found], AREA, "<b>x</b>")
    assert "./?area=frydlantsko-beskydy&amp;service=home_care&amp;show=confidence" in shown
    assert "<b>x" not in shown
    assert len({name for name, _meaning in tables.reservations()}) == 8

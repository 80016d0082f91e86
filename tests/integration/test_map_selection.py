"""
The selected service: where it reaches, computed again in plain Python,
and what is never shown finer than a district.
"""

import math

import pytest

from dashboard import sorting, text
from dashboard.answers import dataset
from dashboard.gaps import selection
from geodata.method.analysis import Settings, analyse
from geodata.vocabulary import codes


@pytest.fixture(autouse=True)
def english():
    text.use("en")
    yield
    text.use(None)


def straight_m(start, other):
    """Metres on a ball of the Earth's mean radius."""
    (lat1, lon1), (lat2, lon2) = ([math.radians(part) for part in point] for point in (start, other))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))


def members(published, area):
    table = published["area_membership"]
    return table.loc[table["area_id"] == area, "municipality_code"].tolist()


@pytest.mark.parametrize("limit_km", [5.0, 30.0])
def test_a_modelled_reach_is_the_circle_that_is_drawn(published, limit_km):
    analysis = analyse(published, "residential_seniors", "CZ", None, Settings(limit_m=limit_km * 1000))
    service = analysis.supply["service_id"].iloc[0]
    reach = selection.reach_of(analysis, published, service)
    assert reach.mode == "modelled"
    sites = published["site"].set_index("site_id")
    own = sites.loc[analysis.supply.loc[analysis.supply["service_id"] == service, "site_id"]]
    assert {circle[:2] for circle in reach.circles} == {
        (round(row.latitude, 5), round(row.longitude, 5)) for row in own.itertuples()
    }
    assert {circle[2] for circle in reach.circles} == {limit_km * 1000 / 1.3}
    municipalities = published["municipality"]
    inside = [
        row.municipality_code
        for row in municipalities.loc[municipalities["country"] == "CZ"].itertuples()
        if any(
            straight_m((row.latitude, row.longitude), circle[:2]) <= circle[2] + 0.5
            for circle in reach.circles
        )
    ]
    assert sorted(reach.served) == sorted(inside)
    order = municipalities["municipality_code"].tolist()
    drawn = selection.drawing(reach, order)
    assert drawn["places"] == []
    assert [circle["radius_m"] for circle in drawn["circles"]] == [round(limit_km * 1000 / 1.3)] * len(
        reach.circles
    )
    assert selection.legend_marks(reach, analysis)[0]["mark"] == "reach_circle"
    assert "no roads are loaded" in selection.legend_marks(reach, analysis)[0]["label"]


def test_a_declared_reach_is_what_the_provider_names_and_no_circle(published):
    analysis = analyse(published, "home_care", "CZ")
    declared = analysis.supply.loc[analysis.supply["reach_mode"] == "declared", "service_id"].unique()
    assert len(declared)
    order = published["municipality"]["municipality_code"].tolist()
    for service in declared:
        table = published["served_area"]
        named = set(table.loc[table["service_id"] == service, "municipality_code"])
        reach = selection.reach_of(analysis, published, service)
        assert (reach.mode, reach.circles) == ("declared", ())
        assert set(reach.served) == named & set(analysis.coverage["municipality_code"])
        drawn = selection.drawing(reach, order)
        assert [order[number] for number in drawn["places"]] == [
            code for code in order if code in set(reach.served)
        ]


def test_no_protected_service_is_shown_finer_than_its_district(published):
    sites = published["site"]
    secret = set(sites.loc[sites["is_protected"].astype(bool), "service_id"])
    municipalities = published["municipality"]
    seen = 0
    for group_id, group in codes.service_groups().items():
        for country in group.scopes:
            analysis = analyse(published, group_id, country)
            for service in set(analysis.supply["service_id"]) & secret:
                seen += 1
                reach = selection.reach_of(analysis, published, service)
                assert reach.is_protected
                assert reach.circles == ()
                assert reach.mode in ("district", "nowhere", "declared")
                if reach.mode == "district":
                    whole = municipalities.loc[
                        municipalities["district_code"].isin(reach.districts), "municipality_code"
                    ]
                    assert set(reach.served) == set(whole)
    assert seen


def test_a_service_of_another_group_has_no_reach_here(published):
    analysis = analyse(published, "home_care", "CZ")
    other = analyse(published, "residential_seniors", "CZ").supply["service_id"].iloc[0]
    assert selection.reach_of(analysis, published, other) is None
    assert selection.reach_of(analysis, published, "no-such-service") is None


def test_the_list_offers_exactly_the_services_that_reach_the_area(published):
    analysis = analyse(published, "home_care", "CZ")
    own = members(published, "frydlantsko-beskydy")
    pairs = analysis.pairs
    expected = set(pairs.loc[pairs["municipality_code"].isin(own), "service_id"])
    offered = selection.services_within_reach(analysis, own)
    assert set(offered) == expected
    assert len(offered) == len(expected)


def test_what_is_said_of_a_reach_counts_the_area(published):
    analysis = analyse(published, "home_care", "CZ")
    service = analysis.supply.loc[analysis.supply["reach_mode"] == "declared", "service_id"].iloc[0]
    own = members(published, "frydlantsko-beskydy")
    reach = selection.reach_of(analysis, published, service)
    sentence = selection.reach_cell(reach, analysis, own, {})
    assert "the provider names" in sentence
    assert f"{len(reach.served)} municipalities, {len(set(reach.served) & set(own))} of this area" in sentence


def test_the_list_names_services_with_their_place_and_protected_ones_without(published):
    names = dict(
        zip(published["municipality"]["municipality_code"], published["municipality"]["name"], strict=True)
    )
    titles = dataset.service_names(published)
    analysis = analyse(published, "home_care", "CZ")
    services = analysis.supply["service_id"].unique().tolist()
    words = selection.names(services, titles, analysis.supply, names)
    assert set(words) == set(services)
    assert list(words.values()) == sorted(words.values(), key=sorting.sort_key)
    assert words["cz-rpss-3149"].endswith(", Frýdek-Místek")
    secret = analyse(published, "housing_crisis", "CZ")
    hidden = secret.supply.loc[secret.supply["reach_mode"] == "district", "service_id"].unique().tolist()
    assert hidden
    assert selection.names(hidden, titles, secret.supply, names) == {
        code: titles[code].title for code in hidden
    }

"""
Home care of seniors, from the embedded files to the answer, and the same again with a pocket calculator.

Nothing of the engine is used for the calculation by hand: the published file is opened with sqlite3,
and the formulas of the method are written out as arithmetic, one village after the other.
"""

import csv
import math
import sqlite3
from contextlib import closing
from dataclasses import replace
from importlib import resources

import pytest

from geodata.dataset.dataset import read_dataset
from geodata.method.analysis import Settings, analyse
from geodata.method.summary import summarise

FRYDLANT = "frydlantsko-beskydy"
PODBRDSKO = "podbrdsko"
LIMIT_M = 20_000 / 1.3  # 20 km along roads, in a straight line
EARTH_RADIUS_M = 6_371_008.8


@pytest.fixture(scope="module")
def dataset(dataset_path):
    return read_dataset(dataset_path)


def rows_of(dataset_path, query):
    with closing(sqlite3.connect(dataset_path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]


def distance_m(a, b):
    lat_a, lat_b = math.radians(a["latitude"]), math.radians(b["latitude"])
    half_lon = math.radians(b["longitude"] - a["longitude"]) / 2
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(h))


@pytest.fixture(scope="module")
def norm():
    """
    Clients per 1,000 people aged 65+: the national figures of the embedded files,
    doubtful registrations left out.
    """
    data = resources.files("geodata.data")
    capacity = csv.DictReader(data.joinpath("national_capacity.csv").read_text("utf-8").splitlines())
    clients = {
        row["service_type_code"]: float(row["capacity_within_bound_number"])
        for row in capacity
        if row["form"] == "ter" and row["unit"] == "klient" and row["service_type_code"] in ("cz-39", "cz-40")
    }
    assert clients == {"cz-39": 2_451, "cz-40": 7_044}
    population = csv.DictReader(data.joinpath("national_population.csv").read_text("utf-8").splitlines())
    both = next(row for row in population if row["sex"] == "total")
    seniors = sum(int(both[band]) for band in ("65-69", "70-74", "75-79", "80-84", "85+"))
    assert seniors == 2_158_322
    return (2_451 + 7_044) * 1_000 / 2_158_322


@pytest.fixture(scope="module")
def by_hand(dataset_path, norm):
    """Every figure of every Czech village, by the formulas of the method: code -> dict."""
    municipalities = rows_of(dataset_path, "SELECT * FROM municipality WHERE country = 'CZ'")
    seniors = {
        row["municipality_code"]: row["persons"]
        for row in rows_of(
            dataset_path,
            "SELECT municipality_code, SUM(persons) AS persons FROM population "
            "WHERE sex = 'total' AND age_from >= 65 GROUP BY municipality_code",
        )
    }
    need = {
        municipality["municipality_code"]: norm * seniors[municipality["municipality_code"]] / 1_000
        for municipality in municipalities
    }
    declared = {}
    for row in rows_of(dataset_path, "SELECT * FROM served_area"):
        declared.setdefault(row["service_id"], set()).add(row["municipality_code"])
    sites = rows_of(
        dataset_path,
        "SELECT site.*, capacity.capacity_number, capacity.basis, service.sites_total "
        "FROM site JOIN service USING (service_id) "
        "LEFT JOIN capacity ON capacity.service_id = site.service_id AND capacity.form = 'ter' "
        "AND capacity.unit = 'klient' AND capacity.kind <> 'planned' "
        "WHERE service.country = 'CZ' AND service.status = 'existing' "
        "AND service.service_type_code IN ('cz-39', 'cz-40') "
        # One page tells clients of 3 to 35 years: nobody of 65 or more is served there.
        "AND (service.age_to IS NULL OR service.age_to >= 65)",
    )
    # A service whose forms are told, and field is not among them, is no field service.
    forms = {}
    for row in rows_of(dataset_path, "SELECT service_id, form FROM capacity"):
        forms.setdefault(row["service_id"], set()).add(row["form"])
    sites = [s for s in sites if forms.get(s["service_id"], {"unknown"}) & {"ter", "unknown"}]
    count = {}
    for site in sites:
        count[site["service_id"]] = count.get(site["service_id"], 0) + 1
    # Step one: what each site has for every unit of need that it reaches.
    supply = []
    for site in sites:
        if site["service_id"] in declared:
            reach = declared[site["service_id"]] & need.keys()
        elif site["latitude"] is not None and site["location_quality"] != "district":
            reach = {p["municipality_code"] for p in municipalities if distance_m(p, site) <= LIMIT_M}
        elif site["location_quality"] == "district":
            reach = {
                p["municipality_code"] for p in municipalities if p["district_code"] == site["district_code"]
            }
        else:
            reach = set()
        counts = site["capacity_number"] is not None and site["basis"] == "at_one_time"
        # Among all its places in the register, loaded or not.
        among = max(site["sites_total"] or 0, count[site["service_id"]])
        share = site["capacity_number"] / among if counts else None
        supply.append((site["service_id"], share, reach))
    # Step two: what each village gets.
    answer = {}
    for municipality in municipalities:
        code = municipality["municipality_code"]
        in_reach = [part for part in supply if code in part[2]]
        ratio = sum(
            share / sum(need[other] for other in reach) for _, share, reach in in_reach if share is not None
        )
        if need[code] and in_reach and all(share is None for _, share, _ in in_reach):
            # Nothing but capacities unknown: how much is met is not 0, it is not known.
            ratio = math.nan
        served = need[code] * min(1, ratio) if need[code] and not math.isnan(ratio) else need[code] * ratio
        answer[code] = {
            "target_persons": seniors[code],
            "demand_places": need[code],
            "coverage_ratio": ratio if need[code] else math.nan,
            "served_places": served,
            "waiting_places": need[code] - served if in_reach else 0.0,
            "out_of_reach_places": (need[code] - served) * (not in_reach),
            "services_in_reach": len({service for service, _, _ in in_reach}),
            "services_in_reach_unknown": len({service for service, share, _ in in_reach if share is None}),
        }
    return answer


def members_of(dataset, area_id):
    membership = dataset["area_membership"]
    return membership.loc[membership["area_id"] == area_id, "municipality_code"].tolist()


def test_every_czech_village_as_by_hand(dataset, by_hand):
    analysis = analyse(dataset, "home_care", "CZ", FRYDLANT)
    rows = analysis.coverage.set_index("municipality_code")
    assert set(rows.index) == set(by_hand)
    for code, figures in by_hand.items():
        assert rows.loc[code, list(figures)].astype(float).to_dict() == pytest.approx(figures, nan_ok=True), (
            code
        )


def test_thirteen_of_thirteen_villages_and_every_client_accounted_for(dataset, by_hand):
    members = members_of(dataset, FRYDLANT)
    analysis = analyse(dataset, "home_care", "CZ", FRYDLANT)
    rows = analysis.coverage[analysis.coverage["municipality_code"].isin(members)]
    assert len(rows) == len(members) == 13
    parts = rows["served_places"] + rows["waiting_places"] + rows["out_of_reach_places"]
    assert parts.tolist() == pytest.approx(rows["demand_places"].tolist())
    whole = summarise(analysis, members)
    for total, column in (
        (whole.demand_places, "demand_places"),
        (whole.served_places, "served_places"),
        (whole.waiting_places, "waiting_places"),
        (whole.out_of_reach_places, "out_of_reach_places"),
    ):
        assert total == pytest.approx(sum(by_hand[code][column] for code in members))


def test_the_village_of_bila_with_a_pocket_calculator(dataset_path, dataset, norm):
    """
    74 people of Bílá are 65 or older. One service alone reaches them:
    it declares the district of Frýdek-Místek.

    It has 22 clients and two places, the other beyond the loaded districts:
    11 are for everybody aged 65+ in the 72 municipalities of the district.
    """
    district = rows_of(
        dataset_path,
        "SELECT SUM(persons) AS persons FROM population JOIN municipality USING (municipality_code) "
        "WHERE sex = 'total' AND age_from >= 65 AND district_code = 'CZ0802'",
    )[0]["persons"]
    need_of_bila = 74 * norm / 1_000
    need_of_district = district * norm / 1_000
    coverage = 22 / 2 / need_of_district
    row = analyse(dataset, "home_care", "CZ").coverage.set_index("municipality_code").loc["598020"]
    assert row["name"] == "Bílá"
    assert row["services_in_reach"] == 1
    assert row["demand_places"] == pytest.approx(need_of_bila)
    assert row["coverage_ratio"] == pytest.approx(coverage)
    assert row["served_places"] == pytest.approx(need_of_bila * coverage)
    assert row["waiting_places"] == pytest.approx(need_of_bila * (1 - coverage))
    assert row["gap_class"] == "far_below"


def test_what_710_clients_of_kamyk_do_to_podbrdsko(dataset):
    """
    One registration of 710 clients, ten times the median of its kind over,
    hides gaps when it is taken at its word.
    """
    members = members_of(dataset, PODBRDSKO)
    # The same norm on both sides, so that only the registrations differ.
    chosen = Settings(norm="typed", typed_norm_per_1000=4.4)
    careful = analyse(dataset, "home_care", "CZ", PODBRDSKO, chosen)
    trusting = analyse(dataset, "home_care", "CZ", PODBRDSKO, replace(chosen, count_doubtful=True))

    kamyk = careful.supply[careful.supply["service_id"] == "cz-rpss-1018"]
    assert kamyk["capacity_number"].unique().tolist() == [710]
    assert kamyk["not_counted_reason"].unique().tolist() == ["doubtful"]
    assert kamyk["site_capacity"].isna().all()
    counted = trusting.supply[trusting.supply["service_id"] == "cz-rpss-1018"]
    # Four of its twelve places are in the loaded districts.
    assert counted["site_capacity"].sum() == pytest.approx(710 * 4 / 12)

    without, with_it = (
        careful.coverage.set_index("municipality_code"),
        trusting.coverage.set_index("municipality_code"),
    )
    reached = set(
        careful.pairs.loc[careful.pairs["service_id"] == "cz-rpss-1018", "municipality_code"]
    ) & set(members)
    assert reached
    assert without.loc[list(reached), "is_lower_bound"].all()
    # Where no other capacity within reach is known, nothing could be said without it.
    assert (
        with_it.loc[list(reached), "coverage_ratio"]
        > without.loc[list(reached), "coverage_ratio"].fillna(0.0)
    ).all()
    before, after = summarise(careful, members), summarise(trusting, members)
    assert len(members) == before.municipalities == 38
    gaps_before = before.class_counts["far_below"] + before.class_counts["below"]
    gaps_after = after.class_counts["far_below"] + after.class_counts["below"]
    assert after.missing_places < before.missing_places
    assert gaps_after < gaps_before
    for summary in (before, after):
        assert (
            summary.served_places
            + summary.waiting_places
            + summary.out_of_reach_places
            + summary.untold_places
            == pytest.approx(summary.demand_places)
        )


def test_beds_of_the_elderly_are_counted_once_per_registration(dataset_path, dataset):
    analysis = analyse(dataset, "residential_seniors", "CZ")
    beds = rows_of(
        dataset_path,
        "SELECT SUM(capacity_number) AS beds FROM capacity JOIN service USING (service_id) "
        "WHERE form = 'pob' AND unit = 'luzka' AND kind <> 'planned' AND status = 'existing' "
        "AND service_type_code IN ('cz-49', 'cz-50') AND country = 'CZ' "
        # Eight beds are for people with autism.
        "AND service_id <> 'page-P009'",
    )[0]["beds"]
    assert analysis.capacity_known == pytest.approx(beds)
    assert analysis.supply.groupby("service_id")["site_capacity"].sum().sum() == pytest.approx(beds)
    assert analysis.norm.value_per_1000 == pytest.approx((34_829 + 7_632) * 1_000 / 447_526)

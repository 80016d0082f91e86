"""
Home care of Frýdlantsko a second time, by nobody's code but this file's: the embedded register's CSV files,
arithmetic, nothing of the engine.

The capacity of a registration is shared among all its places in the country, loaded or not; numbers beyond
ten times the national median of their kind do not count; the norm is the national one by the same rule;
two-step floating catchment within 20 km along roads (straight line times 1.3). What a page adds is written
here: one service declares the whole district of Frýdek-Místek (page P087), and one known from a page only
(P061) tells no capacity. `geodata` and `etl` are asked for the numbers to compare with, and for nothing else.
"""

import csv
import math
from collections import Counter
from importlib import resources

import pytest

KINDS = ("cz-39", "cz-40")
DAY = "2026-09-04"
LIMIT_M = 20_000 / 1.3
EARTH_RADIUS_M = 6_371_008.8
SENIORS = ("65-69", "70-74", "75-79", "80-84", "85+")
DECLARES_A_DISTRICT = {"3149": "CZ0802"}
VILLAGES = {
    "598143": "Frýdlant nad Ostravicí", "598011": "Baška", "598020": "Bílá", "598071": "Čeladná",
    "507423": "Janovice", "598356": "Kunčice pod Ondřejníkem", "598364": "Lhotka", "552593": "Malenovice",
    "512184": "Metylovice", "598542": "Ostravice", "507181": "Pržno", "552577": "Pstruží",
    "598747": "Staré Hamry",
}  # fmt: skip


def rows(name):
    return list(
        csv.DictReader(resources.files("geodata.data").joinpath(name).read_text("utf-8").splitlines())
    )


def clients_in_field(text):
    capacities = dict(part.split("=") for part in text.split(";") if part)
    return float(capacities["ter:klient"]) if "ter:klient" in capacities else None


def straight_m(a, b):
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(half))


@pytest.fixture(scope="module")
def municipalities():
    """Every Czech municipality that is loaded: point, district, people aged 65 and over."""
    people = {row["municipality_code"]: row for row in rows("population.csv") if row["sex"] == "total"}
    return {
        row["municipality_code"]: (
            (float(row["latitude"]), float(row["longitude"])),
            row["district_code"],
            sum(int(people[row["municipality_code"]][band]) for band in SENIORS),
        )
        for row in rows("municipality.csv")
        if row["country"] == "CZ"
    }


@pytest.fixture(scope="module")
def norm():
    """Clients per 1,000 people aged 65 and over, numbers beyond ten times the median left out."""
    counted = {
        row["service_type_code"]: float(row["capacity_within_bound_number"])
        for row in rows("national_capacity.csv")
        if row["form"] == "ter" and row["unit"] == "klient" and row["service_type_code"] in KINDS
    }
    assert counted == {"cz-39": 2_451, "cz-40": 7_044}
    nation = next(row for row in rows("national_population.csv") if row["sex"] == "total")
    return 1_000 * sum(counted.values()) / sum(int(nation[band]) for band in SENIORS)


@pytest.fixture(scope="module")
def sites(municipalities):
    """
    Return (registration, share or None, municipalities in reach)
    of every place of home care that the register lists.
    """
    median = {
        row["service_type_code"]: float(row["median"])
        for row in rows("national_capacity.csv")
        if row["form"] == "ter" and row["unit"] == "klient"
    }
    shares = []
    for row in rows("register.csv"):
        in_force = (row["valid_from"] or DAY) <= DAY <= (row["valid_to"] or DAY)
        capacity = clients_in_field(row["capacity_text"])
        if row["service_type_code"] not in KINDS or not in_force or capacity is None:
            continue
        is_doubtful = capacity > 10 * median[row["service_type_code"]]
        share = None if is_doubtful else capacity / int(row["sites_total"])
        district = DECLARES_A_DISTRICT.get(row["registration_id"])
        if district:
            reach = [code for code, municipality in municipalities.items() if municipality[1] == district]
        else:
            own = municipalities[row["municipality_code"]][0]
            point = (float(row["latitude"] or own[0]), float(row["longitude"] or own[1]))
            reach = [
                code
                for code, municipality in municipalities.items()
                if straight_m(municipality[0], point) <= LIMIT_M
            ]
        shares.append((row["registration_id"], share, reach))
    return shares


@pytest.fixture(scope="module")
def by_hand(municipalities, norm, sites):
    """Return need and coverage of the thirteen villages."""
    need = {code: norm * municipality[2] / 1_000 for code, municipality in municipalities.items()}
    answer = {}
    for code in VILLAGES:
        ratio = 0.0
        for _, share, reach in sites:
            if code in reach and share is not None:
                ratio += share / sum(need[other] for other in reach)
        answer[code] = (need[code], ratio, need[code] * min(1.0, ratio))
    return answer


@pytest.fixture(scope="module")
def answer(dataset_path):
    from etl.commands.gaps import gaps_of_area

    gaps = gaps_of_area(
        dataset_path, "frydlantsko-beskydy", "home_care", "default", None, count_doubtful=False
    ).as_json()
    return gaps, {row["municipality_code"]: row for row in gaps["rows"]}


def test_the_numbers_of_all_thirteen_villages_are_those_of_the_register_files(by_hand, answer, norm):
    gaps, villages = answer
    assert {code: row["name"] for code, row in villages.items()} == VILLAGES
    assert gaps["norm"]["value_per_1000"] == pytest.approx(norm)
    for code, (need, ratio, served) in by_hand.items():
        row = villages[code]
        assert (row["demand_places"], row["coverage_ratio"], row["served_places"]) == pytest.approx(
            (need, ratio, served)
        ), VILLAGES[code]
    assert gaps["total"]["served_places"] == pytest.approx(sum(served for _, _, served in by_hand.values()))


def test_the_classes_follow_from_the_coverage(by_hand, answer):
    for code, (_, ratio, _) in by_hand.items():
        word = "at_or_above" if ratio >= 1 else "below" if ratio >= 0.5 else "far_below"
        assert answer[1][code]["gap_class"] == word, VILLAGES[code]


def test_the_town_and_six_villages_fell_below_the_norm(answer):
    short = {row["name"] for row in answer[1].values() if row["gap_class"] == "below"}
    assert short >= {
        "Frýdlant nad Ostravicí",
        "Baška",
        "Pržno",
        "Metylovice",
        "Pstruží",
        "Malenovice",
        "Lhotka",
    }


def test_what_the_loaded_places_hold_is_their_part_of_every_registration(sites):
    """743 clients were counted where the places of the five districts hold 607.6."""
    listed = Counter(registration for registration, _, _ in sites)
    capacity = {
        row["registration_id"]: (clients_in_field(row["capacity_text"]), int(row["sites_total"]))
        for row in rows("register.csv")
    }
    held = Counter()
    for registration, share, _ in sites:
        held[registration] += share or 0.0
    for registration, number in held.items():
        whole, everywhere = capacity[registration]
        assert number <= whole * listed[registration] / everywhere + 1e-9
    assert held["760"] == 42
    assert held["2726"] == 7.75
    assert sum(held.values()) == pytest.approx(607.6, abs=0.1)

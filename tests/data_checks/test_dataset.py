"""The dataset built from the snapshot, beside the snapshot's own files read in plain Python."""

import csv
from collections import Counter, defaultdict

import pytest

from etl.publish.build import build
from etl.publish.inputs import source_paths
from geodata.dataset.dataset import check_dataset
from geodata.method.analysis import Settings, analyse
from geodata.vocabulary.codes import service_groups


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "dosah.gpkg"
    build(path)
    return check_dataset(path)


def rows_of(name):
    with source_paths({})[f"snapshot_{name}"].open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def registrations():
    """Return the first row of every registration, with its capacity as {(form, unit): number}."""
    rows = {}
    for row in rows_of("register"):
        parts = (part.split("=") for part in row["capacity_text"].split(";") if part)
        capacity = {tuple(form_and_unit.split(":")): float(number) for form_and_unit, number in parts}
        rows.setdefault(row["registration_id"], (row["service_type_code"], capacity))
    return rows


def test_207_registrations_and_each_capacity_once(dataset, registrations):
    assert len(registrations) == 207
    capacity = dataset["capacity"]
    registered = capacity[capacity["service_id"].str.startswith("cz-rpss-")]
    capacities = defaultdict(dict)
    for row in registered.to_dict("records"):
        capacities[row["service_id"].removeprefix("cz-rpss-")][row["form"], row["unit"]] = row[
            "capacity_number"
        ]
    assert capacities == {number: capacity for number, (_, capacity) in registrations.items()}


def test_totals_per_kind_form_and_unit_equal_the_register(dataset, registrations):
    wanted = defaultdict(float)
    for kind, capacity in registrations.values():
        for (form, unit), number in capacity.items():
            wanted[kind, form, unit] += number
    joined = dataset["capacity"].merge(dataset["service"], on="service_id")
    registered = joined[joined["registration_id"].notna()]
    totals = registered.groupby(["service_type_code", "form", "unit"])["capacity_number"].sum().to_dict()
    assert totals == dict(wanted)


def test_242_sites_of_the_register(dataset):
    site = dataset["site"]
    assert site["service_id"].str.startswith("cz-rpss-").sum() == len(rows_of("register")) == 242


def test_population_is_conserved(dataset):
    wanted = defaultdict(int)
    for row in rows_of("population"):
        for band, number in row.items():
            if band[0].isdigit() and number:
                wanted[row["municipality_code"], row["sex"]] += int(number)
    persons = dataset["population"].groupby(["municipality_code", "sex"])["persons"].sum().to_dict()
    assert persons == dict(wanted)


def test_all_municipalities_have_an_outline_and_their_point_in_it(dataset):
    outlines = dataset.outlines().set_index("municipality_code").geometry
    municipality = dataset["municipality"]
    assert list(outlines.index) == municipality["municipality_code"].tolist()
    assert len(municipality) == 391
    assert outlines.is_valid.all()


def test_the_edge_is_known_where_population_is(dataset):
    municipality = dataset["municipality"]
    with_population = set(dataset["population"]["municipality_code"])
    known = set(municipality.loc[municipality["edge_distance_m"].notna(), "municipality_code"])
    assert known == with_population
    assert len(known) == 377


def test_five_areas_with_their_members(dataset):
    counts = dataset["area_membership"].groupby("area_id").size().to_dict()
    assert counts == {
        "frydlantsko-beskydy": 13,
        "jablunkovsko": 16,
        "jastrzebie-zdroj": 1,
        "mikolow": 1,
        "podbrdsko": 38,
    }


def test_planned_capacity_is_marked_and_existing_is_not(dataset):
    joined = dataset["capacity"].merge(dataset["service"][["service_id", "status"]], on="service_id")
    assert ((joined["kind"] == "planned") == (joined["status"] == "planned")).all()


def test_every_known_capacity_has_a_basis_and_no_unknown_one(dataset):
    capacity = dataset["capacity"]
    assert (capacity["capacity_number"].notna() == capacity["basis"].notna()).all()
    kamyk = capacity.set_index("service_id").loc["cz-rpss-1018"]
    assert (kamyk["capacity_number"], kamyk["basis"]) == (710.0, "doubtful")


def test_served_areas_are_stated_where_they_are_listed(dataset):
    service = dataset["service"].set_index("service_id")["served_area_state"]
    listed = set(dataset["served_area"]["service_id"])
    assert {name for name, state in service.items() if state == "declared"} == listed


def test_every_site_is_as_well_placed_as_it_says(dataset):
    site = dataset["site"]
    placed = site["location_quality"].isin(["coordinates", "address_point", "municipality"])
    assert (site["latitude"].notna() == placed).all()
    assert (site["longitude"].notna() == placed).all()
    loaded = set(dataset["municipality"]["municipality_code"])
    codes = site["municipality_code"].dropna()
    assert codes.isin(loaded).all()
    assert site.loc[site["municipality_name"].notna(), "municipality_code"].isna().all()


def test_row_numbers_point_at_the_row_of_the_file(dataset):
    for name, column in (("register", "registration_id"), ("public_page", "page_row")):
        # Physical lines: a quoted line break would shift them, the snapshot has none.
        rows = rows_of(name)
        linked = dataset["linked"].query("origin_id == @origin", local_dict={"origin": f"snapshot_{name}"})
        for row in linked.to_dict("records"):
            assert rows[row["row_number"] - 2][column] == row["record_id"]


COUNTRIES = ("CZ", "PL")


def test_no_registration_gives_its_loaded_places_more_than_their_part(dataset):
    """Over every group and country: at most capacity times loaded places over all places of the register."""
    everywhere = {row["registration_id"]: int(row["sites_total"]) for row in rows_of("register")}
    listed = Counter(row["registration_id"] for row in rows_of("register"))
    assert sum(everywhere[key] > listed[key] for key in listed) == 20
    looked_at = 0
    for group_id, group in service_groups().items():
        for country in COUNTRIES:
            if country not in group.scopes:
                continue
            supply = analyse(dataset, group_id, country, settings=Settings(count_doubtful=True)).supply
            held = supply.groupby("service_id")["site_capacity"].sum()
            whole = supply.groupby("service_id")["capacity_number"].first()
            for service_id, number in held.items():
                registration = service_id.removeprefix("cz-rpss-")
                part = listed[registration] / everywhere[registration] if registration in everywhere else 1
                limit = 0.0 if whole[service_id] != whole[service_id] else whole[service_id] * part  # NaN
                assert number <= limit + 1e-9, service_id
                looked_at += number > 0
    assert looked_at > 150


def test_registrations_that_reach_beyond_the_districts_give_their_part(dataset):
    supply = analyse(dataset, "home_care", "CZ").supply
    held = supply.groupby("service_id")["site_capacity"].sum()
    assert held[["cz-rpss-760", "cz-rpss-2726"]].tolist() == [42, 7.75]


def test_services_whose_pages_say_that_they_are_for_others_do_not_count_for_seniors(dataset):
    """
    The ages of two end at 36, one is for people with autism; seven more without a usable capacity say so too.
    """
    reasons = {}
    for group_id in ("home_care", "respite_residential", "residential_seniors", "day_care"):
        supply = analyse(dataset, group_id, "CZ").supply
        left_out = supply[supply["not_counted_reason"] == "not_for_seniors"]
        reasons[group_id] = set(left_out["service_id"])
    assert reasons["home_care"] == {"page-P019"}
    assert reasons["residential_seniors"] == {"page-P009"}
    assert reasons["respite_residential"] == {"page-P140"}
    assert "page-P144" in reasons["day_care"]

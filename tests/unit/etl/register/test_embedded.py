"""The register's rows as services, sites and capacities."""

import pandas as pd
import pytest

from etl.cleaning.locate import LoadedMunicipality, note_far_points
from etl.cleaning.protect import check_protected
from etl.cleaning.records import Records
from etl.files.reading import Problems
from etl.register.embedded import load_register, status_on
from geodata.errors import PublishError

PLACES = {"598143": LoadedMunicipality("CZ", "Frýdlant nad Ostravicí", "CZ0802", 49.59, 18.36)}
ROW = {
    "row_number": 2,
    "registration_id": "11",
    "service_type_code": "cz-40",
    "service_type_name": "pečovatelská služba",
    "site_name": "Středisko",
    "provider_name": "Charita, z. s.",
    "provider_id_ico": "847020",
    "capacity_text": "ter:klient=5",
    "valid_from": "2011-01-01",
    "valid_to": None,
    "street_address": "Tajná 7",
    "postal_code": "73911",
    "municipality_name": "Frýdlant nad Ostravicí",
    "municipality_code": "598143",
    "municipality_part": "Frýdlant",
    "district_code": None,
    "latitude": 49.6,
    "longitude": 18.35,
    "address_point_code": "77",
    "web": "www.charita.cz",
    "phone": "558441611",
}


def load(*changes, points=None):
    records = Records()
    rows = [{**ROW, "row_number": number, **change} for number, change in enumerate(changes, start=2)]
    load_register(pd.DataFrame(rows, dtype=object), records, "2026-09-04", PLACES, points or {})
    return records


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        (None, None, "existing"),
        ("2026-09-04", None, "existing"),
        ("2026-09-05", None, "planned"),
        ("2007-01-01", "2026-10-31", "existing"),
        ("2007-01-01", "2026-09-04", "existing"),  # the last day is included
        ("2007-01-01", "2026-09-03", "ended"),
    ],
)
def test_status_on_the_data_date(start, end, status):
    assert status_on("2026-09-04", start, end) == status


def test_a_registration_with_three_rows_is_one_service_with_its_capacity_once():
    records = load({}, {"street_address": "Jiná 1"}, {"street_address": "tajna  7"})
    assert len(records.rows["service"]) == 1
    assert [row["capacity_number"] for row in records.rows["capacity"]] == [5.0]
    assert len(records.rows["site"]) == 2
    assert [(row["row_number"], row["rule"]) for row in records.rows["linked"]] == [
        (3, "further_site"),
        (4, "same_site_twice"),
    ]


def test_a_service_whose_sites_bear_different_names_is_called_by_kind_and_provider():
    assert (
        load({}, {"site_name": "Jiné"}).rows["service"][0]["name"] == "Pečovatelská služba – Charita, z. s."
    )
    assert load({}).rows["service"][0]["name"] == "Středisko"


def test_values_are_cleaned():
    records = load({})
    service, provider, site = (records.rows[name][0] for name in ("service", "provider", "site"))
    assert (service["web"], service["phone"]) == ("http://www.charita.cz", "+420 558 441 611")
    assert (provider["provider_id"], provider["provider_id_ico"]) == ("cz-ico-00847020", "00847020")
    assert (site["postal_code"], site["district_code"], site["municipality_name"]) == (
        "739 11",
        "CZ0802",
        None,
    )


@pytest.mark.parametrize(
    ("change", "points", "quality", "latitude"),
    [
        ({}, {"77": (49.0, 18.0)}, "coordinates", 49.6),
        ({"latitude": None, "longitude": None}, {"77": (49.55, 18.3)}, "address_point", 49.55),
        ({"latitude": None, "longitude": None}, {}, "municipality", 49.59),
        (
            {"latitude": None, "longitude": None, "municipality_code": None, "district_code": "CZ0802"},
            {},
            "district",
            None,
        ),
        ({"latitude": None, "longitude": None, "municipality_code": None}, {}, "unknown", None),
    ],
)
def test_a_site_gets_the_best_place_that_is_known(change, points, quality, latitude):
    site = load(change, points=points).rows["site"][0]
    assert (site["location_quality"], site["latitude"]) == (quality, latitude)


def test_a_protected_kind_keeps_its_district_and_nothing_finer():
    records = load(
        {"service_type_code": "cz-57"}, {"service_type_code": "cz-57", "street_address": "Skrytá 3"}
    )
    service, site = records.rows["service"][0], records.rows["site"][0]
    assert service["name"] == "Azylové domy"
    assert site["is_protected"]
    assert site["district_code"] == "CZ0802"
    told = {name for name, value in site.items() if value is not None}
    assert told == {
        "site_id",
        "service_id",
        "country",
        "is_protected",
        "district_code",
        "location_quality",
        "origin_id",
    }
    everything = str([records.rows, records.rows["linked"]])
    for secret in ("Tajná", "Skrytá", "739 11", "Středisko", "49.6", "598143", "Frýdlant"):
        assert secret not in everything


def test_a_leak_is_found_before_publishing():
    records = load({"service_type_code": "cz-57"})
    tables = {"linked": pd.DataFrame({"service_id": ["cz-rpss-11"], "detail": ["dům v ulici TAJNA 7"]})}
    with pytest.raises(PublishError) as caught:
        check_protected(records.secrets, tables)
    assert "Tajn" not in str(caught.value)
    tables["linked"]["detail"] = "nothing"
    check_protected(records.secrets, tables)


def test_a_registration_without_a_capacity_is_unknown_not_zero():
    (capacity,) = load({"capacity_text": None}).rows["capacity"]
    assert (capacity["unit"], capacity["capacity_number"]) == ("unknown", None)


def test_a_point_far_outside_its_municipality_is_noted():
    import shapely

    outlines = pd.DataFrame(
        {"municipality_code": ["598143"], "geometry": [shapely.box(18.3, 49.5, 18.4, 49.7)]}
    )
    table = pd.DataFrame(
        [ROW, {**ROW, "row_number": 3, "latitude": 50.5}, {**ROW, "row_number": 4, "latitude": None}]
    )
    problems = Problems()
    note_far_points(table, outlines, problems)
    assert problems.sentences() == [
        "row 3: the point lies outside the named municipality ('89 km from Frýdlant nad Ostravicí')"
    ]

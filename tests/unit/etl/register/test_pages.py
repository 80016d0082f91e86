"""Rows of pages: joined to a registration or services of their own."""

import pandas as pd
import pytest

from etl.cleaning.locate import LoadedMunicipality
from etl.cleaning.records import Records
from etl.cleaning.served import gazetteer
from etl.register.embedded import load_register
from etl.register.pages import load_pages

PLACES = {
    "598810": LoadedMunicipality("CZ", "Třinec", "CZ0802", 49.67, 18.67),
    "511021": LoadedMunicipality("CZ", "Vendryně", "CZ0802", 49.66, 18.71),
    "2408021": LoadedMunicipality("PL", "Mikołów", "2408", 50.17, 18.90),
}
MUNICIPALITY = pd.DataFrame(
    [
        {
            "municipality_code": code,
            "country": place.country,
            "name": place.name,
            "district_code": place.district_code,
            "district_name": place.district_code,
            "region_code": "r",
            "region_name": "kraj",
        }
        for code, place in PLACES.items()
    ]
)
REGISTER = dict.fromkeys(
    (
        "valid_from",
        "valid_to",
        "street_address",
        "postal_code",
        "municipality_name",
        "municipality_part",
        "district_code",
        "latitude",
        "longitude",
        "address_point_code",
        "web",
        "site_name",
    )
) | {
    "row_number": 2,
    "registration_id": "3661",
    "service_type_code": "cz-39",
    "provider_name": "Charita Třinec",
    "provider_id_ico": "49591215",
    "capacity_text": "ter:klient=18",
    "municipality_code": "598810",
    "phone": "558 993 000",
}
PAGE = dict.fromkeys(
    (
        "provider_id_text",
        "capacity_number",
        "capacity_unit_text",
        "target_groups_text",
        "age_from",
        "age_to",
        "street_address",
        "postal_code",
        "municipality_name",
        "served_area_text",
        "phone",
        "email",
        "web",
        "year_of_information",
        "source_url",
        "note",
    )
) | {
    "row_number": 2,
    "page_row": "P900",
    "country": "CZ",
    "service_name": "Asistence",
    "provider_name": "Farní charita Třinec",
    "service_type_code": "cz-39",
    "forms": "ter",
    "municipality_code": "598810",
    "status": "existing",
}


def load(**change):
    records = Records()
    load_register(pd.DataFrame([REGISTER], dtype=object), records, "2026-09-04", PLACES, {})
    table = pd.DataFrame([{**PAGE, **change}], dtype=object)
    result = load_pages(table, records, PLACES, gazetteer(MUNICIPALITY, {}))
    return records, result


def test_a_joined_page_completes_the_service_and_overrules_nothing():
    records, _ = load(
        phone="111 222 333", email="a@b.cz", note="nově", source_url="https://x.cz",
        served_area_text="Třinec;Vendryně", capacity_number=99.0, capacity_unit_text="klient",
        target_groups_text="senioři",
    )  # fmt: skip
    (service,) = records.rows["service"]
    assert service["phone"] == "+420 558 993 000"
    assert (service["email"], service["note"], service["source_url"]) == ("a@b.cz", "nově", "https://x.cz")
    assert (service["evidence"], service["served_area_state"]) == ("register_and_page", "declared")
    assert [row["capacity_number"] for row in records.rows["capacity"]] == [18.0]
    assert {row["municipality_code"] for row in records.rows["served_area"]} == {"598810", "511021"}
    assert len(records.rows["site"]) == len(records.rows["provider"]) == 1
    assert records.rows["linked"][0]["detail"].endswith("the page says 99 klient")


def test_another_service_of_a_known_provider_brings_no_second_provider():
    records, _ = load(service_type_code="cz-40")
    first, second = records.rows["service"]
    assert second["service_id"] == "page-P900"
    assert first["provider_id"] == second["provider_id"] == "cz-ico-49591215"


def test_a_polish_service_is_never_joined_to_the_czech_register():
    records, result = load(
        country="PL", municipality_code="2408021", service_type_code="pl-UO", provider_name="Charita Třinec"
    )
    assert len(records.rows["service"]) == 2
    assert records.rows["service"][1]["provider_id"].startswith("pl-name-")
    assert not result.links


def test_a_regon_identifies_a_polish_provider():
    records, _ = load(
        country="PL",
        municipality_code="2408021",
        service_type_code="pl-WTZ",
        provider_id_text="REGON 243137570; NIP 6351831267",
    )
    assert records.rows["service"][1]["provider_id"] == "pl-regon-243137570"


def test_two_addresses_are_two_sites():
    records, _ = load(service_type_code="cz-51", forms="pob", street_address="Lesní 1; Polní 2")
    sites = [row for row in records.rows["site"] if row["service_id"] == "page-P900"]
    assert [row["street_address"] for row in sites] == ["Lesní 1", "Polní 2"]


def test_a_service_without_a_place_still_has_a_site():
    records, _ = load(service_type_code="cz-51", municipality_code=None, municipality_name="Niewiesze")
    site = records.rows["site"][-1]
    assert (site["location_quality"], site["municipality_name"]) == ("unknown", "Niewiesze")


def test_words_that_are_no_list_are_told():
    records, result = load(served_area_text="Třinec a okolí")
    assert result.described == (("P900", "Třinec a okolí"),)
    assert records.rows["service"][0]["served_area_state"] == "described"


def test_a_record_without_any_name_is_rejected_with_its_reason():
    records, _ = load(service_name=None, provider_name=None)
    assert [(row["record_id"], row["reason"]) for row in records.rows["rejected"]] == [
        ("P900", "missing_name")
    ]
    assert len(records.rows["service"]) == 1


@pytest.mark.parametrize("kind", ["cz-57", "cz-60a"])
def test_the_served_area_of_a_protected_service_is_not_told(kind):
    records, result = load(
        service_type_code=kind, forms="pob", served_area_text="Třinec", note="v Třinci", source_url="http://x"
    )
    service = records.rows["service"][1]
    assert not records.rows["served_area"]
    assert not result.described
    assert [service[name] for name in ("served_area_text", "note", "source_url")] == [None] * 3
    assert records.rows["site"][1]["municipality_code"] is None

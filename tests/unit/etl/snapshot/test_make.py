import csv
import io
import json

import pytest

from etl.snapshot import make, make_pages
from geodata.errors import InputFileError


def band(code, age_band, persons, sex="total", date="2020-12-31"):
    return {"municipality_code": code, "sex": sex, "age_band": age_band, "persons": persons, "date": date}


def test_bands_become_columns_and_a_band_not_given_stays_blank():
    found = make.population_rows(
        [band("500259", "75+", "12"), band("500046", "0-4", "0"), band("500046", "85+", "3")]
    )
    assert [row["municipality_code"] for row in found] == ["500046", "500259"]
    assert (found[0]["0-4"], found[0]["85+"], found[0]["75+"]) == ("0", "3", "")
    assert (found[1]["0-4"], found[1]["75+"]) == ("", "12")
    assert found[0]["source"].startswith("ČSÚ")


@pytest.mark.parametrize("bands", [("0-4", "0-4"), ("0-4", "90+")])
def test_a_band_twice_or_unknown_is_refused(bands):
    with pytest.raises(InputFileError, match=r"500046 is unknown or stands twice"):
        make.population_rows([band("500046", name, "1") for name in bands])


def published(**changes):
    return {
        "service_type_code": "13",
        "service_type_name": "domovy pro seniory",
        "form": "pob",
        "capacity_unit": "luzka",
        "registrations": "2",
        "capacity": "9090",
        "capacity_if_counted_per_site": "9180",
        "median": "4545.0",
        "upper_quartile": "6772.5",
        "largest": "9000",
        "capacity_within_10x_median": "9090",
        "registrations_within_10x_median": "2",
        "source": "RPSS (MPSV) 2026-09-04, registrations open to seniors, whole Czech Republic",
        **changes,
    }


NATIONAL = [
    {"registration_id": "1", "service_type_code": "13", "municipality_code": code, "capacity": "pob:luzka=90"}
    for code in ("598003", "")
] + [
    {
        "registration_id": "2",
        "service_type_code": "13",
        "municipality_code": "1",
        "capacity": "pob:luzka=9000",
    }
]


def test_national_capacity_is_made_of_the_registrations_by_the_rule_of_the_results():
    (found,) = make.national_capacity_rows([published()], NATIONAL)
    assert found["service_type_code"] == "cz-49"
    assert found["reference_date"] == "2026-09-04"
    assert found["scope"] == "registrations open to seniors, whole Czech Republic"
    assert (found["registrations"], found["capacity_number"], found["capacity_per_site_number"]) == (
        "2",
        "9090",
        "9180",
    )
    # 9,000 beds are no home; and of texts, which the reference has not, nothing is said.
    assert (found["registrations_within_bound"], found["capacity_within_bound_number"]) == ("1", "90")
    assert (found["registrations_per_year"], found["capacity_per_year_number"]) == ("", "")


def test_a_published_sum_that_the_registrations_do_not_give_is_refused():
    with pytest.raises(InputFileError, match="cz-49 pob luzka differs"):
        make.national_capacity_rows([published(capacity="9091")], NATIONAL)


def test_every_site_of_the_country_counts_also_one_at_a_secret_address():
    assert dict(make.sites_by_registration(NATIONAL)) == {"1": 2, "2": 1}


def test_a_registration_that_the_national_register_lacks_is_refused():
    with pytest.raises(InputFileError, match=r"1 registrations .* \(first: 7\)"):
        make.register_rows([{"registration_id": "7"}], {"1": 2})


MUNICIPALITIES = [
    {"municipality_code": "1", "country": "CZ", "name": "Lhotka", "district_code": "CZ0802"},
    {"municipality_code": "2", "country": "CZ", "name": "Lhotka", "district_code": "CZ020B"},
    {"municipality_code": "3", "country": "CZ", "name": "Janov", "district_code": "CZ0802"},
    {"municipality_code": "4", "country": "CZ", "name": "Janov", "district_code": "CZ0802"},
]


@pytest.mark.parametrize(
    ("name", "districts", "country", "expected"),
    [
        ("Lhotka", ("CZ0802",), "CZ", "1"),
        ("Lhotka", ("CZ020B", "CZ0316"), "CZ", "2"),
        ("Lhotka", ("CZ0802", "CZ020B"), "CZ", ""),
        ("Lhotka", ("CZ0316",), "CZ", ""),
        ("Lhotka", ("CZ0802",), "PL", ""),
        ("Janov", ("CZ0802",), "CZ", ""),
        ("", ("CZ0802",), "CZ", ""),
    ],
)
def test_a_name_becomes_a_code_only_where_one_municipality_bears_it(name, districts, country, expected):
    assert make_pages.resolve_municipality(country, name, districts, MUNICIPALITIES) == expected


@pytest.mark.parametrize(
    ("row", "country", "area_id"),
    [
        ("P001", "CZ", ""),
        ("P117", "CZ", ""),
        ("P118", "CZ", "podbrdsko"),
        ("P183", "PL", "jastrzebie-zdroj"),
        ("P220", "PL", "mikolow"),
    ],
)
def test_rows_belong_to_the_area_they_were_read_for(row, country, area_id):
    assert make_pages.page_block(row)[:2] == (country, area_id)


def test_a_row_beyond_the_last_block_is_refused():
    with pytest.raises(InputFileError, match="P221"):
        make_pages.page_block("P221")


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("[near podbrdsko] since July 2011; capacity not seen", "since July 2011; capacity not seen"),
        (
            "Mon-Fri 7-17; first page seen by the earlier session (providers_seen.csv); planned 2021",
            "Mon-Fri 7-17; planned 2021",
        ),
        ("meals; second page seen by the earlier session", "meals"),
        ("seen through a recruitment notice", "seen through a recruitment notice"),
        ("okamžitá kapacita; obce výčtem neuvedeny", "okamžitá kapacita; obce výčtem neuvedeny"),
    ],
)
def test_remarks_about_the_reading_leave_a_note(note, expected):
    assert make_pages.clean_note(note, "https://example.org/") == expected


def test_an_address_with_a_persons_name_leaves_only_the_repository():
    source = "https://github.com/somebody/Catalogue (data/a.json @13f7cd40; transcribed in /tmp/x/y.json)"
    assert make_pages.clean_source(source) == ""
    assert make_pages.clean_note("registered capacity 12", source) == (
        "registered capacity 12; read from data/a.json of the public repository Catalogue (version 13f7cd40)"
    )


def test_several_pages_are_divided_by_one_space():
    assert make_pages.clean_source("https://a.cz/x ; https://b.cz/y") == "https://a.cz/x https://b.cz/y"


def test_an_address_that_names_a_person_by_title_is_left_out():
    source = "http://a.cz/biskup-novak-pozehnal-nove-sidlo ; https://b.cz/charita-otevrela-nove-sidlo"
    assert make_pages.clean_source(source) == "https://b.cz/charita-otevrela-nove-sidlo"


def page(**changes):
    names = (
        "page_row country service_name provider_name provider_id service_type forms capacity_number "
        "capacity_unit"
        " target_groups age_from age_to street_address postal_code municipality served_area phone email web"
        " year_of_information source_url note status"
    )
    row = dict.fromkeys(names.split(), "") | {
        "page_row": "P001",
        "country": "CZ",
        "service_type": "pečovatelská služba",
        "street_address": "Náměstí 1",
        "postal_code": "739 11",
        "municipality": "Lhotka",
        "status": "existing",
    }
    return row | changes


def test_a_page_keeps_its_words_beside_our_codes():
    (found,) = make_pages.page_rows([page(capacity_unit="klient", capacity_number="4")], MUNICIPALITIES)
    assert found["service_type_code"] == "cz-40"
    assert found["service_type_name"] == "pečovatelská služba"
    assert found["municipality_code"] == "1"
    assert found["street_address"] == "Náměstí 1"
    assert (found["capacity_number"], found["capacity_unit_text"]) == ("4", "klient")


def test_the_street_of_a_protected_kind_is_not_kept():
    (found,) = make_pages.page_rows([page(service_type="azylové domy")], MUNICIPALITIES)
    assert found["street_address"] == found["postal_code"] == ""
    assert found["municipality_name"] == "Lhotka"


def test_outlines_stand_one_a_line_sorted_and_unchanged():
    shapes = {
        code: {"type": "Polygon", "coordinates": [[[18.1, 49.1], [18.2, 49.1], [18.2, 49.25], [18.1, 49.1]]]}
        for code in ("500259", "500046")
    }
    collection = {
        "features": [
            {"type": "Feature", "properties": {"municipality_code": code, "name": "x"}, "geometry": shape}
            for code, shape in shapes.items()
        ]
    }
    text = make.outline_text(collection)
    found = json.loads(text)["features"]
    assert [part["properties"] for part in found] == [
        {"municipality_code": "500046"},
        {"municipality_code": "500259"},
    ]
    assert all(part["geometry"] == shapes[part["properties"]["municipality_code"]] for part in found)
    assert len(text.splitlines()) == 4


def test_csv_has_one_heading_and_line_feeds():
    text = make.to_csv([{"a": 'say "no"', "b": "1,5"}], ["a", "b"])
    assert text.startswith("a,b\n")
    assert "\r" not in text
    assert list(csv.DictReader(io.StringIO(text))) == [{"a": 'say "no"', "b": "1,5"}]


def test_a_missing_reference_is_one_sentence_and_exit_code_1(tmp_path, capsys):
    assert make.main(["--reference", str(tmp_path), "--output", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "municipalities.csv" in said
    assert "--reference" in said
    assert list(tmp_path.iterdir()) == []

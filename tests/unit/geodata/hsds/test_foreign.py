"""
HSDS that others wrote: read as far as the standard goes, unknown stays unknown,
every problem with its place, no harm done.
"""

import copy
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import DosahError, InputFileError
from geodata.hsds import foreign, tabular
from geodata.hsds import read as hsds_read
from geodata.hsds.thing import Thing, shown

SERVICE = {
    "id": "ac148810-d857-441c-9679-408f346de14b",
    "name": "Community Beds",
    "status": "active",
    "url": "https://beds.example",
    "minimum_age": 18,
    "assured_date": "2024-05-01",
    "eligibility_description": "Adults without a home",
    "organization": {
        "id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610", "name": "Example Org", "description": "x",
        "email": "org@beds.example",
        "organization_identifiers": [
            {"id": "1", "identifier_scheme": "CZ-ICO", "identifier_type": "IČO", "identifier": "00000001"},
        ],
        "phones": [{"id": "2", "number": "+420 558 000 111"}],
    },
    "contacts": [{"id": "3", "name": "Jane Person", "email": "jane@person.example"}],
    "capacities": [
        {"id": "4", "unit": {"id": "5", "name": "Beds"}, "available": 3, "maximum": 12,
         "updated": "2024-09-25T14:23:06.5+01:00"},
        {"id": "6", "unit": {"id": "7", "name": "Meals"}, "available": 0,
         "updated": "2024-09-25T14:23:06.5+01:00"},
    ],
    "service_areas": [{"id": "8", "name": "MyCity"}],
    "service_at_locations": [
        {"id": "9", "location": {
            "id": "10", "location_type": "physical", "latitude": 49.59, "longitude": 18.35,
            "addresses": [
                {"id": "11", "address_1": "PO box 1", "city": "Elsewhere", "address_type": "postal"},
                {"id": "12", "address_1": "1 Main Street", "city": "MyCity", "postal_code": "73911",
                 "address_type": "physical"},
            ],
        }},
    ],
    "attributes": [{"id": "13", "taxonomy_term": {"id": "14", "name": "Shelter", "description": "y",
                                                  "taxonomy": "AIRS"}}],
}  # fmt: skip


def document(*changes):
    services = []
    for change in changes or ({},):
        service = copy.deepcopy(SERVICE)
        service.update(change)
        services.append(service)
    return {"contents": services}


def test_what_the_standard_says_is_read_and_the_rest_stays_unknown():
    (service,) = foreign.read_services(document())
    assert (service.name, service.provider, service.ico) == ("Community Beds", "Example Org", "00000001")
    assert (service.kind, service.terms, service.status) == (None, ("Shelter",), "existing")
    assert (service.phone, service.email, service.url) == (
        "+420 558 000 111",
        "org@beds.example",
        "https://beds.example",
    )
    assert (service.age_from, service.age_to, service.year) == (18.0, None, 2024)
    beds, meals = service.capacities
    assert (beds.number, beds.unit, beds.form, beds.basis) == (12.0, "luzka", None, None)
    assert (meals.number, meals.unit, meals.told) == (None, None, "Meals")
    (site,) = service.places
    assert (site.municipality_code, site.city, site.street) == (None, "MyCity", "1 Main Street")
    assert (site.latitude, site.longitude) == (49.59, 18.35)
    assert (service.served, service.served_told) == ((), ("MyCity",))


def test_no_person_and_no_free_places_are_read():
    (service,) = foreign.read_services(document())
    assert "Jane" not in repr(service)
    assert "jane@" not in repr(service)
    assert 3.0 not in [part.number for part in service.capacities]


@pytest.mark.parametrize(
    ("told", "ours"),
    [
        ("active", "existing"),
        ("inactive", "planned"),
        ("defunct", "ended"),
        ("temporarily closed", "planned"),
    ],
)
def test_a_state_that_is_not_open_is_no_capacity(told, ours):
    (service,) = foreign.read_services(document({"status": told}))
    assert service.status == ours


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("bed", "luzka"),
        ("BEDS", "luzka"),
        ("lůžka", "luzka"),
        ("łóżek", "luzka"),
        ("Places", "place"),
        ("Hours", None),
        ("", None),
    ],
)
def test_a_unit_is_ours_by_its_name_in_any_of_our_languages(name, unit):
    assert foreign.unit_named(name) == unit


def test_all_problems_are_told_at_once_with_their_places():
    broken = document(
        {"name": None, "minimum_age": "old", "status": "open"},
        {"capacities": [{"id": "x", "unit": {"id": "u", "name": "Beds"}, "maximum": -1}]},
        {"id": "other", "service_at_locations": [{"id": "y", "location": {"id": "l", "latitude": 400}}]},
    )
    broken["contents"].append(7)
    with pytest.raises(InputFileError) as caught:
        foreign.read_services(broken, "theirs.json")
    problems = "; ".join(caught.value.problems)
    for part in (
        "contents[0].name: it is missing",
        "contents[0].minimum_age: “old” is no number",
        "contents[0].status: “open” is none of active",
        "contents[1].capacities[0].maximum: “-1” is not between 0",
        "contents[1].id: contents[0] has the same",
        "contents[2].service_at_locations[0].location.latitude: “400” is not between -90 and 90",
        "contents[3]: “7” is no object",
    ):
        assert part in problems
    assert caught.value.file == "theirs.json"


def test_places_of_the_tabular_form_are_files_and_lines():
    rows = {
        "services.csv": tabular.rows_of(
            "id,name,status,minimum_age\na,,active,1\nb,B,active,x\n", "services.csv"
        )
    }
    with pytest.raises(InputFileError) as caught:
        foreign.read_services(tabular.from_tabular(rows))
    assert caught.value.problems == (
        "services.csv, line 2, name: it is missing",
        "services.csv, line 3, minimum_age: “x” is no number",
    )


# -- harm ----------------------------------------------------------------------------------------------------

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["\ud800", "\0", "1e999", "9" * 400]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from([*SERVICE, "id", "name", "unit", "location"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def replaced(thing, chooser, value):
    """Put `value` somewhere into a document."""
    while True:
        keys = list(thing) if isinstance(thing, dict) else list(range(len(thing)))
        if not keys:
            return
        key = chooser.choice(keys)
        if not isinstance(thing[key], dict | list) or chooser.random() < 0.3:
            thing[key] = value
            return
        thing = thing[key]


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 10**6), values=st.lists(anything, min_size=1, max_size=3))
def test_whatever_stands_in_a_document_it_is_read_or_refused_in_words(seed, values):
    chooser = random.Random(seed)
    for made in (document({}, {"id": "other"}), json.loads(json.dumps(OURS))):
        for value in values:
            replaced(made, chooser, value)
        for read in (foreign.read_services, hsds_read.from_hsds):
            sentence = ""
            try:
                read(made, "theirs.json")
            except DosahError as error:
                sentence = str(error)
            assert sentence.encode().decode() == sentence
            assert len(sentence) < 20_000


OURS = {
    "contents": [
        {
            "id": "s", "name": "Domov", "status": "active",
            "organization": {"id": "o", "name": "Org", "attributes": [
                {"link_entity": "organization", "link_id": "o", "label": f"dosah:{name}", "value": value}
                for name, value in (("provider_id", "p"), ("country", "CZ"), ("origin_id", "x"))
            ]},
            "attributes": [
                {"link_entity": "service", "link_id": "s", "label": f"dosah:{name}", "value": value}
                for name, value in (
                    ("service_id", "cz-1"), ("service_type_code", "cz-49"), ("country", "CZ"),
                    ("status", "existing"), ("evidence", "register"), ("is_follow_on", "false"),
                    ("served_area_state", "unknown"), ("origin_id", "x"),
                )
            ],
            "capacities": [{"id": "c", "unit": {"id": "u", "name": "lůžka", "identifier": "luzka"},
                            "maximum": 3}],
        }
    ]
}  # fmt: skip


@given(anything)
def test_a_value_is_shown_short_and_on_one_line(value):
    text = shown(value)
    assert len(text) <= 45
    assert text.isprintable()
    text.encode()


@given(anything)
def test_a_thing_reads_any_content_or_notes_why_not(value):
    problems = []
    thing = Thing({"x": value}, "here", problems)
    for read in (thing.text, thing.number, thing.things, thing.thing):
        read("x")
    assert all(problem.startswith("here") for problem in problems)


# -- cells of the tabular form -------------------------------------------------------------------------------


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_a_cell_comes_back_as_it_was(value):
    assert tabular.read_cell(tabular.csv_cell(value)) == value


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1), min_size=1, max_size=5
    )
)
def test_rows_come_back_whatever_ends_their_lines(values):
    rows = [
        {"id": f"{number}", "number": value, "service_id": None, "type": None}
        for number, value in enumerate(values)
    ]
    back = tabular.rows_of(tabular.csv_text("phones.csv", rows), "phones.csv")
    assert [row["number"] for row in back] == values
    assert all("type" not in row for row in back)


def test_an_apostrophe_of_others_stays():
    assert tabular.read_cell("'t Hofje") == "'t Hofje"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("name\nx\n", "no heading"),
        ("id,id\n1,2\n", "no heading"),
        ("", "no heading"),
        ('id\n"a', "no CSV"),
        ("id\n1,2\n", "more cells"),
    ],
)
def test_a_broken_file_is_told(written, told):
    with pytest.raises(InputFileError, match=told):
        tabular.rows_of(written, "services.csv")

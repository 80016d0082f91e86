"""
HSDS as others write it, from file to rows of a table: a part is no whole, nothing is lost without a word,
every sentence is true.
"""

import codecs
import copy
import io
import json
import zipfile

import pandas as pd
import pytest

from etl.hsds.file import read_document
from etl.hsds.table import Surroundings, table_of
from etl.usertables.cells.places import NamedMunicipalities
from geodata.errors import InputFileError
from geodata.hsds import foreign, shape

TOWN, POINT = "598143", (49.59, 18.36)
PLACES = NamedMunicipalities(
    pd.DataFrame(
        {
            "municipality_code": [TOWN, "598003", "501646"],
            "name": ["Frýdlant nad Ostravicí", "Lhotka", "Lhotka"],
            "district_code": ["CZ0802", "CZ0802", "CZ0724"],
            "district_name": ["Frýdek-Místek", "Frýdek-Místek", "Zlín"],
            "orp_name": None,
            "country": "CZ",
        }
    )
)
SERVICE = {
    "id": "s1",
    "name": "Domov",
    "status": "active",
    "organization": {"id": "o", "name": "Ústav", "description": "x"},
    "capacities": [{"id": "c", "maximum": 12, "unit": {"id": "u", "name": "lůžka"}}],
    "service_at_locations": [
        {"id": "sl", "location": {"id": "l", "latitude": POINT[0], "longitude": POINT[1]}}
    ],
}


def service(**changes):
    return {**copy.deepcopy(SERVICE), **changes}


def page(*services, **about):
    return {"contents": list(services), **about}


def at(latitude=None, longitude=None, city=None):
    address = {
        "id": "a",
        "address_1": "Hlavní 1",
        "address_type": "physical",
        **({"city": city} if city else {}),
    }
    location = {"id": "l", "latitude": latitude, "longitude": longitude, "addresses": [address]}
    return [{"id": "sl", "location": location}]


@pytest.fixture
def read(tmp_path):
    def read(content, name="theirs.json"):
        path = tmp_path / name
        if not isinstance(content, bytes):
            content = json.dumps(content, ensure_ascii=False).encode()
        path.write_bytes(content)
        document = read_document(path)
        services = foreign.read_services(document, path.name)
        done = table_of(services, Surroundings(name, PLACES, code_at={POINT: TOWN}))
        return done.rows, [*shape.notes_of(document), *done.notes()]

    return read


def told(notes):
    return " ".join(notes)


TWO = [service(), service(id="s2", name="Druhý")]


@pytest.mark.parametrize(
    "content",
    [
        page(*TWO),
        page(*TWO, total_items=2, total_pages=1, page_number=1, first_page=True, last_page=True),
        {"content": TWO, "totalElements": 2, "totalPages": 1, "number": 0, "first": True, "last": True},
        {"count": 2, "next": None, "results": TWO},
        {"services": TWO},
        TWO,
        [page(TWO[0], total_items=2, total_pages=2), page(TWO[1], total_items=2, total_pages=2)],
        "\n".join(json.dumps(one) for one in TWO).encode(),
        "\r\n\r\n".join(json.dumps(page(one)) for one in TWO).encode(),
        codecs.BOM_UTF8 + json.dumps(page(*TWO)).encode(),
        json.dumps(page(*TWO), ensure_ascii=False).encode("utf-16"),
        json.dumps(page(*TWO), ensure_ascii=False).encode("utf-16-le"),
        json.dumps(page(*TWO), ensure_ascii=False).encode("utf-16-be"),
        json.dumps(page(*TWO), ensure_ascii=False).encode("utf-32"),
    ],
)
def test_services_are_found_in_every_shape(read, content):
    rows, _notes = read(content)
    assert [(row["service_name"], row["provider_name"], row["capacity"]) for row in rows] == [
        ("Domov", "Ústav", 12.0),
        ("Druhý", "Ústav", 12.0),
    ]


def test_a_single_service_is_read(read):
    rows, _notes = read(service())
    assert [row["service_name"] for row in rows] == ["Domov"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            page(*TWO, total_items=23, total_pages=12, page_number=1, last_page=False),
            "page 1 of 12, 2 of 23 services",
        ),
        (page(*TWO, total_items=3), "2 of 3 services"),
        ({"content": TWO, "totalElements": 23, "totalPages": 12, "number": 0}, "page 1 of 12, 2 of 23"),
        (page(*TWO, total_pages=3, page_number=2), "pages 1, 3 are missing"),
        (page(*TWO, last_page=False), "more pages follow"),
        (page(*TWO, first_page=False, last_page=True), "other pages come before it"),
        (page(*TWO, next="https://x.example/services?page=2"), "more pages follow"),
        ({"count": 40, "results": TWO}, "2 of 40"),
        ([page(TWO[0], total_items=9), page(TWO[1], total_items=9)], "2 of 9"),
        (page(total_items=0, empty=True), "it holds no service"),
        ([], "it holds no service"),
        ({"type": "FeatureCollection", "features": []}, "it is a map"),
        ({"message": "Forbidden"}, "it is no page of HSDS services"),
        ({"id": "o", "name": "Only an organisation"}, "it is no page of HSDS services"),
        (b"<!DOCTYPE html><html>", "it is a web page"),
        (b"<?xml version='1.0'?><a/>", "it is XML"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"", "it is empty"),
        (b'{"id": "1"}\n{"id": ', "line 2: it is no JSON"),
        (page(service(), service(name="Other")), "contents[0] has the same, but says something else"),
        (page(service(status="open")), "is none of active"),
    ],
)
def test_what_is_a_part_or_no_service_is_refused_in_three_languages(read, content, words):
    with pytest.raises(InputFileError) as caught:
        read(content)
    assert words in str(caught.value)
    said = {str(caught.value.in_language(language)) for language in ("cs", "pl", "en")}
    assert len(said) == 3
    assert str(caught.value) in said


# -- values --------------------------------


# Facts of a page as programs spell them: (of page 1 of 12 with 2 of 23 services, of the only page
# with both its services).
SPELLINGS = {
    "flat": ({"total_items": 23, "total_pages": 12}, {"total_items": 2, "total_pages": 1, "page_number": 1}),
    "as text": ({"total_items": "23"}, {"total_items": "2", "total_pages": "1"}),
    "as float": ({"total_items": 23.0}, {"total_items": 2.0}),
    "meta": ({"meta": {"total_items": 23, "total_pages": 12}}, {"meta": {"total_items": 2, "page": 1}}),
    "pagination": ({"pagination": {"total": 23, "pages": 12}}, {"pagination": {"total": 2, "pages": 1}}),
    "meta in meta": ({"meta": {"pagination": {"total": 23}}}, {"meta": {"pagination": {"total": 2}}}),
    "Spring": (
        {"page": {"size": 2, "totalElements": 23, "totalPages": 12, "number": 0}},
        {"page": {"size": 2, "totalElements": 2, "totalPages": 1, "number": 0}},
    ),
    "pages alone": ({"info": {"pages": 12}}, {"info": {"pages": 1}}),
    "Laravel": (
        {"meta": {"current_page": 1, "last_page": 12}},
        {"meta": {"current_page": 1, "last_page": 1}},
    ),
    "HAL": ({"_links": {"next": {"href": "https://x/2"}}}, {"_links": {"self": {"href": "https://x/1"}}}),
    "JSON:API": (
        {"links": {"next": {"href": "https://x/2"}}},
        {"links": {"next": None, "last": "https://x/1"}},
    ),
    "list of links": (
        {"links": [{"rel": "self", "href": "https://x/1"}, {"rel": "next", "href": "https://x/2"}]},
        {"links": [{"rel": "self", "href": "https://x/1"}, {"rel": "prev", "href": None}]},
    ),
    "OData": ({"@odata.nextLink": "https://x/2"}, {"@odata.count": 2}),
    "Hydra": ({"hydra:view": {"hydra:next": "https://x/2"}}, {"hydra:totalItems": 2}),
    "more": ({"hasNext": True}, {"hasNext": False, "has_more": "false"}),
    "cursor": ({"paging": {"next_cursor": "abc"}}, {"paging": {"next_cursor": ""}}),
    "Elastic": ({"total": {"value": 23, "relation": "eq"}}, {"total": {"value": 2, "relation": "eq"}}),
    "not the last": ({"last": False}, {"first": True, "last": True}),
    "not the first": ({"pageInfo": {"hasPreviousPage": True}}, {"pageInfo": {"hasPreviousPage": False}}),
}


@pytest.mark.parametrize("name", ["contents", "data"])
@pytest.mark.parametrize(("part", "whole"), SPELLINGS.values(), ids=SPELLINGS)
def test_a_part_is_no_whole_in_whatever_words_it_says_so(read, part, whole, name):
    rows, notes = read({name: TWO, **whole})
    assert len(rows) == 2
    assert not [note for note in notes if "page" in note]
    with pytest.raises(InputFileError) as error:
        read({name: TWO, **part})
    assert "it is only a part" in str(error.value)
    assert "je to jen část" in str(error.value.in_language("cs"))
    assert "to tylko część" in str(error.value.in_language("pl"))


@pytest.mark.parametrize("about", [{"count": 2, "next": "https://x/2"}, {"total": 2, "total_pages": 12}])
def test_a_count_that_may_be_of_one_page_is_told(read, about):
    _, notes = read(page(*TWO, **about))
    assert "says that more pages follow" in told(notes)


def test_pages_of_an_archive_that_lack_the_last_or_are_one_twice_are_a_part(read):
    def packed(*pages):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for number, one in enumerate(pages):
                archive.writestr(f"page{number}.json", json.dumps(one))
        return made.getvalue()

    first, last = {"next": {"href": "https://x/2"}}, {"next": None}
    rows, _ = read(packed(page(TWO[0], **first), page(TWO[1], **last)), "whole.zip")
    assert len(rows) == 2
    with pytest.raises(InputFileError, match="only a part"):
        read(packed(page(TWO[0], **first), page(TWO[1], **first)), "without_last.zip")
    with pytest.raises(InputFileError, match="1 of 2"):
        read(packed(page(TWO[0], meta={"total": 2}), page(TWO[0], meta={"total": 2})), "one_twice.zip")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"status": "Active"}, {"status": "existing [existing]"}),
        ({"status": " TEMPORARILY_CLOSED "}, {"status": "planned [planned]"}),
        ({"id": 17}, {"record_id": "17"}),
        ({"phones": [{"id": 1, "number": 558111111}]}, {"phone": "558111111"}),
        ({"url": "www.example.org"}, {"web": "http://www.example.org"}),
        ({"email": "info(at)example.org"}, {"email": "info@example.org"}),
        (
            {"minimum_age": 0.5, "maximum_age": 999},
            {"age_from": 0.0, "age_to": None, "note": "age as told: 0.5–999"},
        ),
        ({"minimum_age": "18", "maximum_age": 120}, {"age_from": 18.0, "age_to": 120.0}),
        ({"name": "Domov <b>A</b>\r\n&amp; B"}, {"service_name": "Domov A & B"}),
        ({"name": "=HYPERLINK(1)"}, {"service_name": "=HYPERLINK(1)"}),
        ({"eligibility_description": "<p>Pro <i>všechny</i></p><!-- x -->"}, {"note": "Pro všechny"}),
        ({"name": "Věk < 18 & > 3"}, {"service_name": "Věk < 18 & > 3"}),
        (
            {"capacities": None, "phones": None, "attributes": None, "organization": None},
            {"capacity": None, "provider_name": None},
        ),
        ({"url": "not an address"}, {"web": None, "note": "not an address"}),
    ],
)
def test_values_of_others_are_read_as_what_they_mean(read, change, expected):
    rows, _notes = read(page(service(**change)))
    assert {name: rows[0].get(name) for name in expected} == expected


def test_two_numbers_of_one_unit_are_no_capacity(read):
    beds = [
        {"id": number, "maximum": number, "unit": {"id": "u", "name": name}}
        for number, name in ((12, "beds"), (8, "bed"))
    ]
    rows, notes = read(page(service(capacities=beds)))
    assert [("capacity" in row, row["note"]) for row in rows] == [(False, "12 beds; 8 bed")]
    assert "different numbers for one form and unit: 1." in told(notes)
    same = [{**beds[0], "id": "x"}, beds[0]]
    assert read(page(service(capacities=same)))[0][0]["capacity"] == 12.0


@pytest.mark.parametrize("maximum", [{}, {"maximum": None}, {"maximum": ""}])
def test_free_places_are_no_capacity(read, maximum):
    free = [{"id": "c", "available": 3, "unit": {"id": "u", "name": "beds"}, **maximum}]
    rows, notes = read(page(service(capacities=free)))
    assert "capacity" not in rows[0]
    assert "only free places: 1." in told(notes)


@pytest.mark.parametrize("maximum", [0, 4, "4"])
@pytest.mark.parametrize("free", [5, 5.0, "5"])
def test_more_free_places_than_there_are_make_the_capacity_unknown(read, maximum, free):
    beds = {"id": "c", "maximum": maximum, "available": free, "unit": {"id": "u", "name": "beds"}}
    rows, notes = read(page(service(capacities=[beds])))
    assert "capacity" not in rows[0]
    assert f"{maximum} beds" in rows[0]["note"]
    assert "more places are free than there are: 1." in told(notes)


@pytest.mark.parametrize("free", [0, 3, 4, None, "", "ano", True, "nan"])
def test_free_places_that_fit_leave_the_capacity(read, free):
    beds = {"id": "c", "maximum": 4, "available": free, "unit": {"id": "u", "name": "beds"}}
    rows, notes = read(page(service(capacities=[beds])))
    assert rows[0]["capacity"] == 4.0
    assert "free" not in told(notes)


@pytest.mark.parametrize(
    "change",
    [
        {"schedules": [{"id": "x", "capacities": [{"maximum": 5}]}]},
        {"service_at_locations": [{"id": "sl", "capacities": [{"maximum": 5}]}]},
        {"service_at_locations": [{"id": "sl", "location": {"id": "l", "capacities": [{"maximum": 5}]}}]},
    ],
)
def test_a_capacity_that_stands_elsewhere_is_said(read, change):
    assert "do not stand with the service (but with a place or a schedule): 1." in told(
        read(page(service(**change)))[1]
    )


@pytest.mark.parametrize("sign", ["\0", "\x01", "\x0b", "\x0c", "\x85x\x9f", "\uffff"])
def test_a_sign_that_is_no_text_becomes_a_blank_and_is_said(read, sign):
    rows, notes = read(page(service(name=f"Do{sign}mov")))
    assert rows[0]["service_name"] in ("Do mov", "Do x mov")
    assert "signs that are no text (left by another program): 1" in told(notes)
    lines = "\n".join(json.dumps(service(id=key, name=f"Do{sign}mov")) for key in "ab")
    assert "another program): 2" in told(read(lines.encode())[1])
    assert "no text" not in told(read(page(service(name="Do\n\tmov")))[1])


def test_a_key_twice_is_refused(read):
    with pytest.raises(InputFileError, match="“maximum” stands twice in the same place"):
        read(json.dumps(page(service())).replace('"maximum": 12', '"maximum": 12, "maximum": 120').encode())


def test_the_same_service_twice_is_taken_once_and_said(read):
    rows, notes = read(page(service(), service(), total_items=2))
    assert len(rows) == 1
    assert "twice alike: 1 (first: contents[1])" in told(notes)


# -- places --------------------------------


@pytest.mark.parametrize(
    ("places", "municipality", "words"),
    [
        (at(*POINT), f"Frýdlant nad Ostravicí [{TOWN}]", "known by coordinates: 1."),
        (
            at(city="Frýdlant nad Ostravicí"),
            "Frýdlant nad Ostravicí",
            "known only by the name of a municipality: 1.",
        ),
        (at(city="Lhotka"), "Lhotka", "known only by the name of a municipality: 1."),
        (at("49.59", "18.36"), f"Frýdlant nad Ostravicí [{TOWN}]", "known by coordinates: 1."),
        (at("49,5900", "18,3600"), f"Frýdlant nad Ostravicí [{TOWN}]", "known by coordinates: 1."),
        (at(0, 0, "Lhotka"), "Lhotka", "Coordinates that are no place (0, 0, or only one of the two): 1."),
        (at("0.0", "0", "Lhotka"), "Lhotka", "Coordinates that are no place"),
        (at(49.59, None, "Lhotka"), "Lhotka", "Coordinates that are no place"),
        (at(city="Brno"), None, "whose municipality is not loaded or not told: 1."),
        (at(), None, "whose municipality is not loaded or not told: 1."),
        (at(50.08, 14.42, "Lhotka"), None, "coordinates lie outside the loaded municipalities: 1."),
        (at(*reversed(POINT), "Lhotka"), "Lhotka", "seem to be exchanged: 1."),
        ([], None, "Services without a place: 1."),
        (None, None, "Services without a place: 1."),
    ],
)
def test_every_sentence_about_places_is_true(read, places, municipality, words):
    rows, notes = read(page(service(service_at_locations=places)))
    assert rows[0].get("municipality") == municipality
    assert words in told(notes)
    assert ("outside the loaded" in told(notes)) == (words.startswith("coordinates lie outside"))
    if places and municipality is None:
        assert "Hlavní 1" in rows[0]["note"]


def test_a_place_of_the_organisation_alone_is_said_and_not_taken_for_the_services(read):
    where = {"id": "l", "latitude": POINT[0], "longitude": POINT[1]}
    organization = {**SERVICE["organization"], "locations": [where]}
    document = page(service(organization=organization, service_at_locations=[]))
    rows, notes = read(document)
    assert "municipality" not in rows[0]
    assert "whose organisation has one: 1." in told(notes)


def test_no_document_says_where_it_stands(read):
    with pytest.raises(InputFileError) as caught:
        read(page({**service(name=None), "\0place": "x" * 5000}))
    assert "contents[0].name: it is missing" in str(caught.value)


# -- archives --------------------------------

TABLES = {
    "services.csv": "id,organization_id,name,status\ns1,o,Domov,active\n",
    "organizations.csv": "id,name,description\no,Ústav,x\n",
    "locations.csv": f"id,location_type,latitude,longitude\nl,physical,{POINT[0]},{POINT[1]}\n",
    "service_at_location.csv": "id,service_id,location_id\nsl,s1,l\n",
}


def packed(files, encoding="utf-8"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, bytes) else content.encode(encoding))
    return buffer.getvalue()


def package(**paths):
    return json.dumps({"resources": [{"name": name, "path": path} for name, path in paths.items()]})


PATHS = {"service": "a.csv", "organization": "b.csv", "location": "c.csv", "service_at_location": "d.csv"}


@pytest.mark.parametrize(
    ("files", "encoding"),
    [
        (TABLES, "utf-8"),
        ({f"export/{name}": text for name, text in TABLES.items()}, "utf-8"),
        ({f"export\\{name}": text for name, text in TABLES.items()}, "utf-8"),
        ({f"a/b/c/{name}": text for name, text in TABLES.items()}, "utf-8"),
        (
            {
                **{f"x/{name}": text for name, text in TABLES.items()},
                "__MACOSX/x/._services.csv": b"\0\5junk",
                "x/.DS_Store": b"\0",
            },
            "utf-8",
        ),
        ({name.upper(): text for name, text in TABLES.items()}, "utf-8"),
        ({name.title(): text for name, text in TABLES.items()}, "utf-8"),
        ({name: text.replace(",", ";") for name, text in TABLES.items()}, "utf-8"),
        ({name: text.replace(",", "\t") for name, text in TABLES.items()}, "utf-8"),
        ({name: text.replace(",", "|") for name, text in TABLES.items()}, "utf-8"),
        (TABLES, "cp1250"),
        (TABLES, "utf-16"),
        (TABLES, "utf-8-sig"),
        (
            {
                "service.csv": TABLES["services.csv"],
                "organization.csv": TABLES["organizations.csv"],
                "location.csv": TABLES["locations.csv"],
                "service_at_locations.csv": TABLES["service_at_location.csv"],
            },
            "utf-8",
        ),
        (
            {
                **{f"data/{path}": TABLES[name] for path, name in zip(PATHS.values(), TABLES, strict=True)},
                "datapackage.json": package(**{key: f"data/{path}" for key, path in PATHS.items()}),
            },
            "utf-8",
        ),
        (
            {
                **{
                    f"top/data/{path}": TABLES[name]
                    for path, name in zip(PATHS.values(), TABLES, strict=True)
                },
                "top/datapackage.json": package(**{f"{key}s": f"data/{path}" for key, path in PATHS.items()}),
            },
            "utf-8",
        ),
        ({"services.json": json.dumps(page(service(capacities=None)), ensure_ascii=False)}, "utf-8"),
        (
            {
                "services.json": json.dumps(
                    [{"id": "s1", "name": "Domov", "status": "active", "organization_id": "o"}]
                ),
                **{name: TABLES[name] for name in list(TABLES)[1:]},
            },
            "utf-8",
        ),
    ],
)
def test_archives_of_every_kind_give_the_service_with_its_place(read, files, encoding):
    rows, notes = read(packed(files, encoding), "theirs.zip")
    assert [(row["service_name"], row["provider_name"], row["municipality"]) for row in rows] == [
        ("Domov", "Ústav", f"Frýdlant nad Ostravicí [{TOWN}]")
    ]
    assert ("Windows-1250" in told(notes)) == (encoding == "cp1250")
    assert "Not read" not in told(notes)


def test_pages_in_an_archive_make_a_whole(read):
    pages = {
        f"page{number}.json": json.dumps(
            page(service(id=f"s{number}"), total_items=11, total_pages=11, page_number=number)
        )
        for number in range(1, 12)
    }
    rows, _notes = read(packed(pages), "theirs.zip")
    assert [row["record_id"] for row in rows] == [f"s{number}" for number in range(1, 12)]
    del pages["page4.json"]
    with pytest.raises(InputFileError, match="10 of 11"):
        read(packed(pages), "theirs.zip")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"locations.csv": None}, "service_at_location.csv: 1 rows point by location_id"),
        (
            {"service_at_location.csv": None},
            "Places that no service belongs to: 1 (first: locations.csv, line 2)",
        ),
        (
            {"locations.csv": None, "places.csv": TABLES["locations.csv"]},
            "Not read from the archive: places.csv",
        ),
        (
            {"service_at_location.csv": "id,service_id,location_id\nsl,s1,l\nsm,s1,gone\n"},
            "1 rows point by location_id",
        ),
        (
            {"contacts.csv": "id,name\n1,Jane\n", "readme.txt": "x"},
            "Not read from the archive: contacts.csv, readme.txt",
        ),
        ({"old/services.csv": TABLES["services.csv"]}, "Not read from the archive: old/services.csv"),
        (
            {"services.csv": TABLES["services.csv"] + "s1,o,Jiný,active\n"},
            "another row of the same file has: 1 (first: services.csv, line 3)",
        ),
    ],
)
def test_what_an_archive_loses_is_named(read, changes, words):
    files = {name: text for name, text in {**TABLES, **changes}.items() if text is not None}
    _rows, notes = read(packed(files), "theirs.zip")
    assert words in told(notes)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            {**TABLES, "datapackage.json": package(service="services.csv", location="data/gone.csv")},
            "data/gone.csv, which is not in the archive",
        ),
        ({**TABLES, "datapackage.json": "{"}, "datapackage.json: it is no JSON"),
        ({**TABLES, "phones.csv": "number\n1\n"}, "phones.csv: it has no heading"),
        ({"locations.csv": TABLES["locations.csv"]}, "it holds no file of services"),
        ({"services.csv": "id,name\n"}, "it holds no service"),
        ({"page1.json": json.dumps(page(service())), "page2.json": "{"}, "page2.json: it is no JSON"),
    ],
)
def test_an_archive_that_cannot_be_whole_is_refused(read, files, words):
    with pytest.raises(InputFileError) as caught:
        read(packed(files), "theirs.zip")
    assert words in str(caught.value)

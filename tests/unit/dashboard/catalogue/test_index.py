"""
The catalogue: every service once, filters that mean the same in every language,
cards that hide what is protected.
"""

import csv
import dataclasses
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import text
from dashboard.catalogue import card, words
from dashboard.catalogue import filters as catalogue_filters
from dashboard.catalogue import index as catalogue
from dashboard.catalogue.filters import Filters
from dashboard.tables import sheets
from dashboard.tables.html import html
from geodata import sheet_cells
from geodata.reading import services

DISTRICTS = {"CZ0802": "Frýdek-Místek", "2408": "powiat mikołowski"}


@pytest.fixture(scope="module")
def found(small_world):
    return list(services.services(small_world).values())


@pytest.fixture(scope="module")
def entries(found):
    return {entry.service_id: entry for entry in found}


@pytest.fixture(scope="module")
def index(found):
    return catalogue.search_index(found)


@pytest.fixture(scope="module")
def told(small_world, found):
    return catalogue_filters.facets(found, catalogue.area_members(small_world))


@pytest.fixture(scope="module")
def names(small_world):
    municipality = small_world["municipality"]
    places = dict(zip(municipality["municipality_code"], municipality["name"], strict=True))
    origins = {row["origin_id"]: row for row in small_world["origin"].to_dict("records")}
    return places, origins


@pytest.fixture(autouse=True)
def czech(in_language):
    in_language("cs")


def ids(entries):
    return [entry.service_id for entry in entries]


def test_every_service_is_an_entry_once(found, small_world):
    assert sorted(ids(found)) == sorted(small_world["service"]["service_id"])


def test_nothing_asked_for_gives_everything_in_its_order(found, index, told):
    assert ids(catalogue_filters.select(found, index, Filters(), told).entries) == ids(found)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(kind=("cz-40",)), {"s-home", "s-doubt"}),
        (Filters(kind=("cz-40", "pl-UO")), {"s-home", "s-doubt", "s-pl"}),
        (Filters(form=("pob",)), {"s-beds", "s-beds-unknown", "s-planned", "s-secret"}),
        (Filters(form=("unknown",)), {"s-hostile", "s-ended"}),
        (Filters(municipality=("100001",)), {"s-home-b", "s-beds", "s-home"}),
        (
            Filters(area=("frydlantsko-beskydy",)),
            {"s-home", "s-home-b", "s-beds", "s-beds-unknown", "s-planned", "s-ended"},
        ),
        (Filters(district=("2408",)), {"s-pl"}),
        (Filters(capacity=("known",)), {"s-home", "s-home-b", "s-beds", "s-doubt", "s-secret", "s-pl"}),
        (Filters(capacity=("unknown",)), {"s-beds-unknown", "s-planned", "s-ended", "s-hostile"}),
        (Filters(status=("planned", "ended")), {"s-planned", "s-ended"}),
        (Filters(evidence=("page",)), {"s-planned", "s-hostile", "s-pl"}),
        (Filters(target=("seniors",)), {"s-beds", "s-home"}),
        (Filters(nature=("follow_on",)), {"s-hostile"}),
        (Filters(query="pecovatelska ostravice"), {"s-home"}),
        (Filters(query="1111"), {"s-home"}),
        (Filters(query="mikolow", kind=("pl-UO",)), {"s-pl"}),
        (Filters(query="mikolow", kind=("cz-40",)), set()),
    ],
)
def test_filters(found, index, told, filters, expected):
    assert set(ids(catalogue_filters.select(found, index, filters, told).entries)) == expected


VALUES = {
    "kind": ["cz-40", "cz-49", "pl-UO"],
    "form": ["pob", "ter", "unknown"],
    "capacity": ["known", "unknown"],
    "evidence": ["register", "page"],
    "status": ["existing", "planned"],
}


@given(
    st.fixed_dictionaries(
        {name: st.lists(st.sampled_from(codes), unique=True) for name, codes in VALUES.items()}
    )
)
def test_the_count_of_a_value_is_what_choosing_it_alone_would_give(found, index, told, chosen):
    """Oracle: the filter is set to the value, the others stay, and what is found is counted."""
    filters = Filters(**{name: tuple(codes) for name, codes in chosen.items()})
    counts = catalogue_filters.select(found, index, filters, told).counts
    for name, codes in VALUES.items():
        for code in codes:
            alone = catalogue_filters.select(
                found, index, dataclasses.replace(filters, **{name: (code,)}), told
            )
            assert counts[name].get(code, 0) == len(alone.entries), (name, code)


def test_a_protected_service_is_found_by_district_but_by_no_municipality(found, index, told, entries):
    in_district = catalogue_filters.select(found, index, Filters(district=("CZ0802",)), told)
    assert "s-secret" in ids(in_district.entries)
    for code in ("100001", "100002", "100003", "100004"):
        there = catalogue_filters.select(found, index, Filters(municipality=(code,)), told)
        assert "s-secret" not in ids(there.entries)
    assert told["s-secret"]["municipality"] | told["s-secret"]["area"] == frozenset()
    assert entries["s-secret"].municipality_names == ()


CODES = {name: ["a1", "b2", "c3"] for name in catalogue_filters.ADDRESS_NAMES[1:]}


@given(
    st.text(max_size=30).map(str.strip),
    st.lists(
        st.lists(st.sampled_from(["a1", "b2", "c3"]), unique=True, max_size=3), min_size=10, max_size=10
    ),
)
def test_an_address_gives_its_filters_back(query, values):
    filters = Filters(query, *(tuple(part) for part in values))
    again, unknown = catalogue_filters.from_address(catalogue_filters.to_address(filters), CODES)
    assert again == filters
    assert unknown == []


def test_an_address_holds_codes_and_forgets_what_nobody_knows():
    assert catalogue_filters.to_address(Filters("x", kind=("a1", "b2"))) == {"query": "x", "kind": "a1,b2"}
    filters, unknown = catalogue_filters.from_address(
        {"kind": "a1,zzz,a1", "form": "<b>", "query": "y" * 999}, CODES
    )
    assert filters == Filters("y" * 200, kind=("a1",))
    assert unknown == ["zzz", "<b>"]


# -- words about a service -----------------------------------------------------------------------------------


def test_capacity_in_words(entries):
    assert words.capacity_lines(entries["s-beds"]) == ["pobytová: 8 lůžek"]
    assert words.capacity_lines(entries["s-beds-unknown"]) == ["pobytová: kapacita neznámá"]
    assert words.capacity_lines(entries["s-doubt"]) == ["terénní: 710 klientů (sporná)"]
    assert words.capacity_lines(entries["s-planned"]) == ["pobytová: 90 lůžek (plánovaná)"]
    assert words.capacity_lines(entries["s-ended"]) == ["kapacita neznámá"]
    assert words.capacity_lines(entries["s-hostile"]) == ["kapacita neznámá"]


def test_states_a_reader_must_know(entries):
    assert words.state_words(entries["s-planned"], "2026-09-04")[0] == "plánovaná"
    assert words.state_words(entries["s-ended"], "2026-09-04") == ["ukončená"]
    ending = words.state_words(entries["s-home"], "2026-09-04")
    assert ending == [f"registrace končí {text.date('2026-10-31')}"]
    assert len(words.state_words(entries["s-hostile"], None)) == 2


def test_districts_are_named_as_each_country_does(in_language):
    assert words.district_text("CZ0802", DISTRICTS) == "okres Frýdek-Místek"
    assert words.district_text("2408", DISTRICTS) == "powiat mikołowski"
    in_language("pl")
    assert words.district_text("2467", {"2467": "Jastrzębie-Zdrój"}) == (
        "miasto na prawach powiatu Jastrzębie-Zdrój"
    )


def test_contacts_are_links_and_hostile_ones_are_not(entries):
    said = html(words.contacts(entries["s-home"]))
    for address in ("tel:+420558441611", "mailto:info@sss.cz", "https://www.sss.cz"):
        assert f'href="{address}"' in said
    hostile = html(words.contacts(entries["s-hostile"]))
    assert 'href="javascript' not in hostile
    assert 'href="tel:+420111222333"' in hostile


# -- cards and sheets ----------------------------------------------------------------------------------------


def card_html(entry, names, data_date="2026-09-04"):
    places, origins = names
    pairs = card.facts(entry, DISTRICTS, places, data_date) + card.sources(entry, origins)
    return {name: html(value) for name, value in pairs if value is not None}


def test_a_card_tells_all_that_is_known_and_its_source(entries, names):
    shown = card_html(entries["s-home"], names)
    for word, value in (
        ("Poskytovatel", "Středisko sociálních služeb"),
        ("IČO", "00123456"),
        ("Kapacita", "12 klientů"),
        ("Věk klientů", "65 a více let"),
        ("Místo", "Ostravice 5, 739 14 Ostravice"),
        ("Působnost", "Čeladná, Ostravice"),
        ("Číslo registrace", "1111"),
        ("Cílové skupiny", "vyčteno z textu"),
        ("Zdroj", "MPSV"),
        ("Přečtené stránky", "https://sss.cz/o-nas"),
        ("Rok informace", "2024"),
        ("Poznámka", "podle stránky"),
        ("Záznamy pokládané za tutéž službu", "posouzeno člověkem"),
    ):
        assert value in shown[word]


def test_a_card_of_a_protected_service_tells_the_district_and_why(entries, names):
    shown = card_html(entries["s-secret"], names)
    assert "okres Frýdek-Místek" in shown["Místo"]
    assert "násilím" in shown["Místo"]
    assert "href" not in shown["Místo"]


def test_the_second_lock_holds_where_a_dataset_tells_too_much(small_world, names):
    """
    A dataset that names the place of a protected site (it must not) still shows nothing but the district.
    """
    row = dict.fromkeys(small_world["site"].columns)
    row |= {
        "is_protected": True,
        "municipality_code": "100001",
        "municipality_name": "Čeladná",
        "district_code": "CZ0802",
        "street_address": "Tajná 1",
        "municipality_part": "Podolánky",
        "postal_code": "73912",
        "name": "Azyl U Lesa",
        "location_quality": "coordinates",
    }
    site = services._site(row | {"site_id": "s-1"}, names[0], {})
    said = words.site_text(site, DISTRICTS)
    assert said == "chráněná adresa, okres Frýdek-Místek"
    assert "Čeladná" not in repr(site)
    assert "Tajná" not in repr(site)
    assert "Lesa" not in repr(site)


def test_nothing_hostile_survives_in_a_card(entries, names):
    shown = "".join(card_html(entries["s-hostile"], names).values())
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    assert 'href="https://ok.cz"' in shown


def test_unknown_is_said_not_left_out(entries, names):
    shown = card_html(entries["s-ended"], names)
    for word in ("Cílové skupiny", "Věk klientů", "Kontakty"):
        assert shown[word] == "neznámo"
    assert shown["Kapacita"] == "kapacita neznámá"
    assert shown["Působnost"] == "neuvedeno"


def test_the_sheet_has_a_cell_for_every_heading_and_no_formula(found, names):
    places, origins = names
    rows = [card.sheet_row(entry, DISTRICTS, places, origins) for entry in found]
    assert {len(row) for row in rows} == {len(card.sheet_headings())}
    content = sheets.csv_bytes(card.sheet_headings(), rows).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))
    assert len(read) == len(found) + 1
    assert not any(sheet_cells.is_formula_like(cell) for row in read for cell in row)
    phones = {row[card.sheet_headings().index("Telefon")] for row in read}
    assert "+420 111 222 333" in phones


def test_the_sheet_leaves_unknown_empty_and_hides_protected(entries, names):
    places, origins = names
    row = dict(
        zip(
            card.sheet_headings(),
            card.sheet_row(entries["s-secret"], DISTRICTS, places, origins),
            strict=True,
        )
    )
    assert row["Obec"] is None
    assert row["Okres"] == "Frýdek-Místek"
    unknown = card.sheet_row(entries["s-ended"], DISTRICTS, places, origins)
    assert dict(zip(card.sheet_headings(), unknown, strict=True))["Kapacita"] is None


def test_the_second_sheet_names_every_source_used(names):
    notes = card.sheet_notes([("Hledat", "x")], names[1], {"o", "pages"}, "v1")
    assert notes[0] == ("Hledat", "x")
    assert [name for name, _value in notes[2:]] == ["Zdroj: Registr", "Zdroj: Veřejné stránky"]
    assert "https://data.mpsv.cz" in notes[2][1]


@pytest.mark.parametrize(
    ("sites", "loaded", "said"),
    [
        (1, 1, None),
        (2, 2, "dělí se mezi 2 místa"),
        (2, 1, "dělí se mezi 2 místa, 1 z nich není načteno"),
        (4, 1, "dělí se mezi 4 místa, 3 z nich nejsou načtena"),
        (12, 4, "dělí se mezi 12 míst, 8 z nich není načteno"),
    ],
)
def test_a_shared_capacity_says_among_how_many(sites, loaded, said):
    assert words.sharing_words(sites, loaded) == said

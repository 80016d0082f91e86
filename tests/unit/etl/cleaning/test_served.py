"""Served areas: resolved in context, or left as words."""

import pandas as pd
import pytest

from etl.cleaning.served import gazetteer, resolve

ROWS = [
    # code, country, name, district_code, district_name, region_code, region_name
    ("598143", "CZ", "Frýdlant nad Ostravicí", "CZ0802", "Frýdek-Místek", "CZ080", "Moravskoslezský kraj"),
    ("598364", "CZ", "Lhotka", "CZ0802", "Frýdek-Místek", "CZ080", "Moravskoslezský kraj"),
    ("540609", "CZ", "Lhotka", "CZ020B", "Příbram", "CZ020", "Středočeský kraj"),
    ("540610", "CZ", "Lhotka", "CZ020B", "Příbram", "CZ020", "Středočeský kraj"),
    ("598933", "CZ", "Český Těšín", "CZ0803", "Karviná", "CZ080", "Moravskoslezský kraj"),
    ("598917", "CZ", "Karviná", "CZ0803", "Karviná", "CZ080", "Moravskoslezský kraj"),
    ("2408021", "PL", "Mikołów", "2408", "powiat mikołowski", "24", "województwo śląskie"),
    ("2408052", "PL", "Wyry", "2408", "powiat mikołowski", "24", "województwo śląskie"),
    ("2415052", "PL", "Godów", "2415", "powiat wodzisławski", "24", "województwo śląskie"),
    ("2479011", "PL", "Żory", "2479", "Żory", "24", "województwo śląskie"),
]
COLUMNS = [
    "municipality_code",
    "country",
    "name",
    "district_code",
    "district_name",
    "region_code",
    "region_name",
]


@pytest.fixture(scope="module")
def places():
    return gazetteer(pd.DataFrame(ROWS, columns=COLUMNS), {"jablunkovsko": ["598364", "598143"]})


@pytest.mark.parametrize(
    ("text", "country", "district", "codes"),
    [
        ("Frýdlant nad Ostravicí;Český Těšín", "CZ", "CZ0802", ["598143", "598933"]),
        ("okres Frýdek-Místek", "CZ", "CZ0802", ["598143", "598364"]),
        ("Moravskoslezský kraj", "CZ", "CZ0802", ["598143", "598364", "598917", "598933"]),
        ("Moravskoslezský kraj (pouze)", "CZ", "CZ0802", ["598143", "598364", "598917", "598933"]),
        ("Lhotka", "CZ", "CZ0802", ["598364"]),
        ("Louky nad Olší;Český Těšín", "CZ", "CZ0803", ["598917", "598933"]),
        ("území MAS Jablunkovsko", "CZ", "CZ0802", ["598143", "598364"]),
        ("gmina Mikołów", "PL", "2408", ["2408021"]),
        ("gmina Mikołów (skierowanie MOPS)", "PL", None, ["2408021"]),
        ("miasto Żory, Wyry", "PL", "2408", ["2408052", "2479011"]),
        ("powiat mikołowski", "PL", "2408", ["2408021", "2408052"]),
        ("gmina Wyry (Wyry, Gostyń)", "PL", "2408", ["2408052"]),
    ],
)
def test_a_list_becomes_codes(places, text, country, district, codes):
    assert resolve(text, country, district, places) == tuple(codes)


@pytest.mark.parametrize(
    ("text", "country", "district"),
    [
        ("Český Těšín a okolí", "CZ", "CZ0803"),
        ("Český Těšín;okolní obce", "CZ", "CZ0803"),
        ("frýdlantský region", "CZ", "CZ0802"),
        ("Moravskoslezský kraj (primárně)", "CZ", "CZ0802"),
        ("Lhotka", "CZ", "CZ020B"),  # two in the district
        ("Lhotka", "CZ", None),  # three in the country
        ("Lhotka", "CZ", "CZ0316"),  # none in the district
        ("powiat wodzisławski", "PL", "2415"),  # only a part of it is loaded
        ("Żory, Wyry i okolice", "PL", "2408"),
        ("Mikołów", "CZ", "CZ0802"),  # another country
        ("", "CZ", "CZ0802"),
    ],
)
def test_what_is_no_list_stays_words(places, text, country, district):
    assert resolve(text, country, district, places) is None

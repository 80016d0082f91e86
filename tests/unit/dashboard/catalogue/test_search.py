"""The search forgives what people do: no accents, typing errors, other order, other endings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.catalogue import search

TEXTS = {
    "a": [("Pečovatelská služba Frýdlant nad Ostravicí", 1.0), ("Středisko sociálních služeb", 0.6)],
    "b": [("Domov pro seniory Ostravice", 1.0), ("Medela - péče o seniory o.p.s.", 0.6)],
    "c": [("Usługi opiekuńcze Mikołów", 1.0), (None, 0.6)],
    "d": [("Dzienny dom pomocy Jastrzębie-Zdrój", 1.0)],
    "e": [("Domov pro osoby se zdravotním postižením", 1.0), ("Ostravice 5", 0.3)],
}


@pytest.fixture(scope="module")
def index():
    return search.index(TEXTS)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("pecovatelska", "a"),
        ("PEČOVATELSKÁ SLUŽBA", "a"),
        ("pečovatleská", "a"),
        ("pecovatelka", "a"),
        ("sluzba pecovatelska frydlant", "a"),
        ("pečovatelské služby", "a"),
        ("domov ostravice", "b"),
        ("domov seniri", "b"),
        ("mikolow", "c"),
        ("Mikolov", "c"),
        ("opiekuncze", "c"),
        ("jastrzebie zdroj", "d"),
        ("jastrzembie", "d"),
        ("péče v Ostravici", "b"),
    ],
)
def test_what_people_type(index, query, first):
    assert search.search(query, index)[0] == first


def test_a_hit_in_the_name_comes_before_one_in_the_address(index):
    found = search.search("ostravice", index)
    assert found.index("b") < found.index("e")
    assert set(found) == {"a", "b", "e"}


@pytest.mark.parametrize("query", ["zzzzz", "xq", "domov zzzzz", "pes"])
def test_nothing_is_found_where_nothing_is_like_it(index, query):
    assert search.search(query, index) == []


@pytest.mark.parametrize("query", ["", "   ", "!?", ".*"])
def test_an_empty_query_leaves_everything_as_it_stands(index, query):
    assert search.search(query, index) == list(TEXTS)


def test_short_words_must_be_typed_right():
    assert search.search("mas", search.index({"a": [("MOS", 1.0)]})) == []


@given(st.text(max_size=30))
def test_any_query_is_answered_with_keys_of_the_index_each_once(query):
    found = search.search(query, search.index(TEXTS))
    assert len(found) == len(set(found))
    assert set(found) <= set(TEXTS)


@given(
    st.sampled_from(
        sorted({word for parts in TEXTS.values() for raw, _w in parts if raw for word in raw.split()})
    )
)
def test_every_word_of_a_text_finds_it(word):
    found = search.search(word, search.index(TEXTS))
    for key, parts in TEXTS.items():
        said = {w for raw, _weight in parts if raw for w in search.words_of(raw)}
        if search.words_of(word) and set(search.words_of(word)) <= said:
            assert key in found

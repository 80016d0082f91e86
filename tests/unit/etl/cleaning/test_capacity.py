"""Capacity as written by the register and by pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.cleaning.capacity import (
    FORMS,
    UNIT_ORDER,
    Capacity,
    mark_retold,
    page_unit,
    parse_page,
    parse_register,
)

UNITS = frozenset(UNIT_ORDER)
KNOWN_FORMS = frozenset(FORMS)


def read(text):
    return parse_register(text, KNOWN_FORMS, UNITS)


def test_two_units_of_one_form_with_equal_numbers_are_told_twice():
    found, problem = read("pob:klient=80;pob:luzka=80")
    assert problem is None
    assert [(part.unit, part.number, part.is_retold) for part in found] == [
        ("luzka", 80.0, False),
        ("klient", 80.0, True),
    ]


def test_two_units_with_unequal_numbers_both_stand():
    found, _ = read("amb:interv=960;amb:klient=480")
    assert [(part.unit, part.is_retold) for part in found] == [("klient", False), ("interv", False)]


def test_equal_numbers_of_two_forms_are_two_capacities():
    found, _ = read("ter:klient=12;amb:klient=12")
    assert [(part.form, part.is_retold) for part in found] == [("amb", False), ("ter", False)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("pob:luzka=-5", "is negative"),
        ("pob:luzka=many", "has a number that is none"),
        ("pob:luzka=", "is not form:unit=number"),
        ("80", "is not form:unit=number"),
        ("doma:luzka=5", "has the unknown form doma"),
        ("pob:pokoje=5", "has the unknown unit pokoje"),
        ("pob:luzka=5;pob:luzka=6", "tells pob:luzka twice"),
        ("pob:luzka=nan", "has a number that is none"),
        ("pob:luzka=1e9", "has a number that is none"),
    ],
)
def test_a_broken_capacity_is_told(text, problem):
    assert read(text) == ([], problem)


capacities = st.dictionaries(
    st.tuples(st.sampled_from(FORMS), st.sampled_from([unit for unit in UNIT_ORDER if unit != "unknown"])),
    st.integers(0, 9000),
    min_size=1,
    max_size=6,
)


@given(capacities, st.randoms())
def test_reading_gives_back_what_was_written_in_any_order(wanted, random):
    parts = [f"{form}:{unit}={number}" for (form, unit), number in wanted.items()]
    random.shuffle(parts)
    found, problem = read(";".join(parts))
    assert problem is None
    assert {(part.form, part.unit): part.number for part in found} == wanted


@given(capacities)
def test_of_equal_numbers_of_a_form_exactly_one_stands(wanted):
    found, _ = read(";".join(f"{form}:{unit}={number}" for (form, unit), number in wanted.items()))
    standing = [(part.form, part.number) for part in found if not part.is_retold]
    assert sorted(standing) == sorted({(form, float(number)) for (form, _), number in wanted.items()})


def test_unknown_numbers_are_never_retold():
    parts = [Capacity("pob", "luzka", None), Capacity("pob", "klient", None)]
    assert not any(part.is_retold for part in mark_retold(parts))


@pytest.mark.parametrize(
    ("word", "unit"),
    [
        ("klient", "klient"),
        ("Klienti", "klient"),
        ("lůžka", "luzka"),
        ("luzka", "luzka"),
        ("místa", "place"),
        ("miejsca", "place"),
        ("miejsca  noclegowe", "place"),
        ("uczestnicy", "place"),
        ("osoby (maximální okamžitá kapacita)", "klient"),
        ("osoby (Podprogram 2023)", None),
        ("osoby (minimum w projekcie)", None),
        ("osoby (pierwszy rok, tylko mężczyźni)", None),
        ("pokoje", None),
        ("obědy", None),
        ("", None),
        (None, None),
    ],
)
def test_only_words_for_places_become_a_unit(word, unit):
    assert page_unit(word) == unit


@pytest.mark.parametrize(
    ("forms", "number", "unit", "rows"),
    [
        (["pob"], 35.0, "lůžka", [("pob", "luzka", 35.0)]),
        (["amb", "ter"], 12.0, "klienti (amb)", [("amb", "klient", 12.0), ("ter", "unknown", None)]),
        (["pob", "ter"], 24.0, "lůžka (pob)", [("pob", "luzka", 24.0), ("ter", "unknown", None)]),
        (["pob", "amb"], 24.0, "lůžka", [("pob", "luzka", 24.0), ("amb", "unknown", None)]),
        (
            ["amb", "ter"],
            9.0,
            "klient",
            [("amb", "unknown", None), ("ter", "unknown", None), ("unknown", "klient", 9.0)],
        ),
        ([], None, None, [("unknown", "unknown", None)]),
        ([], 20.0, "osoby", [("unknown", "place", 20.0)]),
        (["amb"], 350.0, "osoby (Podprogram 2023)", [("amb", "unknown", None)]),
        (["pob"], 8.0, "pokoje", [("pob", "unknown", None)]),
    ],
)
def test_the_number_of_a_page_goes_to_the_form_it_belongs_to(forms, number, unit, rows):
    assert [(part.form, part.unit, part.number) for part in parse_page(forms, number, unit)] == rows


def test_what_is_no_capacity_is_kept_as_text():
    assert parse_page(["pob"], 8.0, "pokoje")[0].text == "8 pokoje"
    (part,) = parse_page(["pob"], 40.0, "luzka", is_capacity=False)
    assert (part.unit, part.number, part.text) == ("unknown", None, "40 luzka")

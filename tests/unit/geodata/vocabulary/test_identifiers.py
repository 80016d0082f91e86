"""Identifiers and contacts: one written form, or None."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.vocabulary import identifiers as ids


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HOSPIC Frýdek-Místek, p.o.", "Hospic Frýdek - Místek"),
        ("MEDELA-péče o seniory o.p.s.", "Medela - péče o seniory o.p.s."),
        (
            "Centrum sociálních služeb, příspěvková organizace (Český Těšín)",
            "Centrum sociálních služeb Český Těšín, p. o.",
        ),
        ("Charita Příbram (dříve Farní charita Příbram)", "Farní charita Příbram"),
        ("THERÁPON 98, a. s.", "Therápon 98, a.s."),
    ],
)
def test_spellings_of_one_organisation_share_a_key(one, other):
    assert ids.provider_key(one) == ids.provider_key(other) is not None
    assert ids.provider_id(one, None, "CZ") == ids.provider_id(other, None, "CZ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Charita Třinec", "Charita Český Těšín"),
        ("Domov Odry", "Domov Příbor"),
        ("Sociální služby města Třince", "Sociální služby města Orlová"),
    ],
)
def test_two_organisations_do_not(one, other):
    assert ids.provider_key(one) != ids.provider_key(other)


@pytest.mark.parametrize("name", ["Domov pro seniory", "Charita", "", "o.p.s."])
def test_a_name_too_general_has_no_key(name):
    assert ids.provider_key(name) is None


@given(st.integers(0, 99_999_999))
def test_an_ico_always_has_eight_characters(number):
    assert ids.clean_ico(str(number)) == f"{number:08d}"
    assert ids.clean_ico(f" {number:08d} ") == f"{number:08d}"


@pytest.mark.parametrize("text", [None, "", "x", "123456789", "12-34"])
def test_what_is_no_ico_is_none(text):
    assert ids.clean_ico(text) is None


def test_the_check_digit_of_an_ico():
    assert ids.is_valid_ico("65468562")
    assert ids.is_valid_ico("00847046")
    assert not ids.is_valid_ico("65468563")
    assert not ids.is_valid_ico("6546856")


digits = st.lists(st.integers(0, 9), min_size=9, max_size=9).map(lambda d: "".join(map(str, d)))


@given(digits, st.sampled_from(["{0}", "+420{0}", "+420 {0}", "00420{0}", "+0420 {0}"]))
def test_a_czech_phone_has_one_written_form(number, pattern):
    spaced = f"{number[:3]} {number[3:6]} {number[6:]}"
    expected = f"+420 {spaced}"
    assert ids.clean_phone(pattern.format(number), "CZ") == expected
    assert ids.clean_phone(expected, "CZ") == expected


def test_twelve_digits_without_a_sign_are_kept_as_they_are():
    assert ids.clean_phone("420558441611", "CZ") == "420558441611"


@given(st.text(max_size=40))
def test_cleaning_a_phone_never_invents_digits(text):
    found = ids.clean_phone(text, "CZ") or ""
    prefix_free = found.replace("+420", "").replace("+48", "")
    assert all(character.isdigit() or character in "+, " for character in found)
    assert len([c for c in prefix_free if c.isdigit()]) <= len([c for c in text if c.isdigit()])


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("284 818 767 602 601 270", "CZ", "+420 284 818 767, +420 602 601 270"),
        ("32 43 49 600", "PL", "+48 324 349 600"),
        ("+420596411031", "CZ", "+420 596 411 031"),
        ("112", "CZ", "112"),
        ("", "CZ", None),
        (None, "PL", None),
    ],
)
def test_phones_as_found(text, country, expected):
    assert ids.clean_phone(text, country) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("www.sssfno.cz", "http://www.sssfno.cz"),
        ("HTTPS://WWW.Charita.cz/Kde/", "https://www.charita.cz/Kde"),
        ("spolek.tulipan.webnode.cz", "http://spolek.tulipan.webnode.cz"),
        ("javascript:alert(1)", None),
        ("ftp://x.cz", None),
        ("není", None),
        (None, None),
    ],
)
def test_web_addresses(text, expected):
    assert ids.clean_web(text) == expected


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("73911", "CZ", "739 11"),
        ("739 11", "CZ", "739 11"),
        ("43-190", "PL", "43-190"),
        ("7391", "CZ", None),
        (None, "CZ", None),
    ],
)
def test_postal_codes(text, country, expected):
    assert ids.clean_postal_code(text, country) == expected


def test_an_email_is_one_address_or_none():
    assert ids.clean_email(" Centrum@PSFM.cz ") == "centrum@psfm.cz"
    assert ids.clean_email("viz web") is None

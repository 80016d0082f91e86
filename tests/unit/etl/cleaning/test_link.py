"""
Which page describes which registration: rules on made services, and every decision on the 220 real pages.
"""

import pytest

from etl.cleaning.link import PageService, Registration, check_reviewed, decide, link_pages, reviewed_links
from geodata.errors import InputFileError


def registration(
    number="1", *, kind="cz-40", name="Charita Třinec", ico="49591215", places=("598810",), forms=("ter",)
):
    return Registration(number, kind, name, ico, frozenset(places), frozenset(forms))


def page(
    row="P900", *, kind="cz-40", name="Charita Třinec", ico=None, place="598810", forms=("ter",), note=None
):
    return PageService(row, 2, kind, name, ico, place, frozenset(forms), note)


def test_same_provider_kind_and_place_are_one_service():
    link = decide(page(name="Farní charita Třinec"), [registration()], {})
    assert (link.registration_id, link.rule, link.score) == ("1", "same_provider_kind_place", 100.0)


@pytest.mark.parametrize(
    "other",
    [
        page(kind="cz-39"),
        page(place="598003"),
        page(name="Charita Český Těšín"),
        page(name=None),
        page(forms=("amb",)),
        page(ico="65468562"),
    ],
    ids=["kind", "place", "provider", "no provider", "form", "ico"],
)
def test_a_difference_makes_another_service(other):
    assert decide(other, [registration()], {}).registration_id is None


def test_the_same_ico_is_the_same_provider_whatever_the_name():
    link = decide(page(name="CHT", ico="49591215"), [registration()], {})
    assert link.registration_id == "1"


def test_two_candidates_are_none_and_are_told():
    link = decide(page(), [registration("2"), registration("10")], {})
    assert (link.registration_id, link.near) == (None, ("2", "10"))


def test_the_stated_number_decides_among_candidates():
    both = [registration("2"), registration("10")]
    link = decide(page(note="…; MPSV service id 10; …"), both, {})
    assert (link.registration_id, link.rule) == ("10", "exact_registration_id")


def test_a_stated_number_of_another_kind_does_not():
    link = decide(page(note="MPSV service id 7"), [registration("7", kind="cz-49")], {})
    assert link.registration_id is None


def test_without_a_place_the_only_registration_of_the_provider_is_taken():
    assert decide(page(place=None), [registration()], {}).rule == "same_provider_kind"
    assert (
        decide(
            page(place=None), [registration("1"), registration("2", places=("598003",))], {}
        ).registration_id
        is None
    )


def test_a_likely_name_is_told_but_not_joined():
    link = decide(page(name="Charita města Třinec"), [registration()], {})
    assert link.registration_id is None
    assert link.near == ("1",)


def test_a_person_decides_before_the_rules():
    reviewed = {"P900": {"registration": "none", "reason": "looked at"}}
    assert decide(page(), [registration()], reviewed).registration_id is None
    reviewed = {"P900": {"registration": "1", "reason": "looked at", "leave_out": ["note"]}}
    link = decide(page(name="x", place=None), [registration()], reviewed)
    assert (link.registration_id, link.rule, link.leave_out) == ("1", "reviewed", ("note",))


def test_a_decision_about_a_vanished_registration_is_told_and_the_rules_go_on():
    reviewed = {"P900": {"registration": "99", "reason": "looked at"}}
    assert decide(page(), [registration()], reviewed).registration_id == "1"
    row = next(row for row, decision in reviewed_links().items() if decision["registration"] != "none")
    assert check_reviewed({row: "cz-40"}, [])[0].startswith(row)


def test_a_decision_that_joins_two_kinds_is_refused():
    row, decision = next((row, d) for row, d in reviewed_links().items() if d["registration"] != "none")
    with pytest.raises(InputFileError, match="another kind"):
        check_reviewed({row: "cz-57"}, [registration(decision["registration"], kind="cz-49")])


def test_the_order_of_registrations_does_not_matter():
    many = [registration(str(n), kind=f"cz-{39 + n % 3}", places=("598810", f"59880{n}")) for n in range(6)]
    pages = [page(f"P90{n}", kind=f"cz-{39 + n % 3}", place=f"59880{n}") for n in range(6)]
    assert link_pages(pages, many) == link_pages(pages[::-1], many[::-1])

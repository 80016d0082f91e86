"""
What an area has of a service: its places with their share,
and field services that declare its municipalities.
"""

import pytest

from dashboard.documents.facts.held import Held, all_held
from geodata.reading.services import Capacity, Service, Site

AREA = frozenset({"a", "b"})


def fact(form, sites=("a",), served=(), sharing=None, number=60.0, **more):
    part = {"unit": "luzka", "kind": "registered", "basis": "at_one_time", "is_retold": False, **more}
    places = tuple(
        Site(f"s-{n}", None, code is None, code, None, None, None, None, "D", "coordinates")
        for n, code in enumerate(sites)
    )
    capacity = Capacity(
        form, part["unit"], part["kind"], number, part["basis"], None, part["is_retold"], None
    )
    nothing = dict.fromkeys(
        ("provider_id", "provider", "ico", "valid_from", "valid_to", "target_groups_text", "age_from",
         "age_to", "served_area_text", "web", "phone", "email", "year", "note", "source_urls")
    )  # fmt: skip
    return Service(
        service_id="s", registration_id="1", country="CZ", name="Služba", kind="cz-49", status="existing",
        evidence="register", is_follow_on=False, target_groups=(), served_area_state="unknown",
        serves=served, origin_id="o", capacities=(capacity,), sites=places, linked=(),
        sites_sharing=sharing or max(len(sites), 1), **nothing,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("service", "number", "is_shared"),
    [
        (fact("pob"), 60, False),
        (fact("pob", ("a", "x")), 30, False),
        (fact("pob", ("a", "b", "x")), 40, False),
        (fact("pob", sharing=4), 15, False),
        (fact("pob", ("x",), served=("a",)), None, False),  # a home elsewhere that declares a member
        (fact("amb", ("x",), served=("a", "x")), None, False),
        (fact("pob", (None,)), None, False),  # known by its district only
        (fact("ter", ("x",), served=("a", "b")), 60, False),
        (fact("ter", ("x",), served=("a", "x")), 60, True),
        (fact("ter", ("a",), served=("x",)), None, False),
        (fact("ter", ("a", "x")), 30, False),
        (fact("ter", ("a",), served=("a", "x"), sharing=2), 30, True),
    ],
)
def test_what_the_area_has(service, number, is_shared):
    form = service.capacities[0].form
    wanted = [] if number is None else [Held(form, "luzka", number, is_shared)]
    assert all_held(service, AREA) == wanted


@pytest.mark.parametrize(
    "more", [{"basis": "doubtful"}, {"basis": "per_year"}, {"kind": "planned"}, {"is_retold": True}]
)
def test_what_does_not_count_is_not_held(more):
    assert all_held(fact("pob", **more), AREA) == []
    assert all_held(fact("pob", number=None), AREA) == []


def test_areas_beside_one_another_never_have_more_than_all_of_it():
    """126 beds stood whole in two areas."""
    home = fact("pob", ("a", "x"), served=("a", "x"))
    parts = [sum(one.number for one in all_held(home, area)) for area in (AREA, frozenset({"x"}))]
    assert sum(parts) == 60
